//! One score of all contacts under two sets of rules: who changes, by how much, between which labels.

use std::collections::BTreeMap;

use crate::domain::model::{ContactId, Number};
use crate::domain::score::Evaluation;

/// A contact's change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) contact: ContactId,
    /// As shown; `None`: the score is not in these rules.
    pub(super) before: Option<Number>,
    pub(super) after: Option<Number>,
    pub(super) label_before: Option<String>,
    pub(super) label_after: Option<String>,
}

impl Change {
    /// What the value gains; a score that is not there counts as zero.
    pub(super) fn by(&self) -> Number {
        let micros = |value: Option<Number>| value.unwrap_or(Number::ZERO).as_micros();
        Number::from_micros(micros(self.after) - micros(self.before))
    }
}

/// All changes of one score, of which the largest are kept.
#[derive(Debug, Default)]
pub(super) struct Comparison {
    most: usize,
    /// Value or label is another.
    pub(super) changed: u64,
    pub(super) raised: u64,
    pub(super) lowered: u64,
    /// Contacts by old and new label, where they differ.
    pub(super) moves: BTreeMap<(Option<String>, Option<String>), u64>,
    /// After [`Comparison::end`]: the largest first, then by contact.
    pub(super) largest: Vec<Change>,
}

impl Comparison {
    /// Keeps so many changes.
    pub(super) fn keeping(most: usize) -> Comparison {
        Comparison { most, ..Comparison::default() }
    }

    /// Takes in a contact.
    pub(super) fn add(&mut self, contact: ContactId, before: Option<&Evaluation>, after: Option<&Evaluation>) {
        let change = Change {
            contact,
            before: before.map(|value| value.shown),
            after: after.map(|value| value.shown),
            label_before: before.and_then(|value| value.label.clone()),
            label_after: after.and_then(|value| value.label.clone()),
        };
        let moved = change.label_before != change.label_after;
        if change.by() == Number::ZERO && !moved {
            return;
        }
        self.changed += 1;
        self.raised += u64::from(change.by() > Number::ZERO);
        self.lowered += u64::from(change.by() < Number::ZERO);
        if moved {
            *self.moves.entry((change.label_before.clone(), change.label_after.clone())).or_default() += 1;
        }
        self.largest.push(change);
        // Now and then, so that a million changes do not pile up.
        if self.largest.len() / 4 > self.most.max(1_000) {
            self.end();
        }
    }

    /// Sorts and cuts what is kept.
    pub(super) fn end(&mut self) {
        self.largest.sort_by_key(|change| (std::cmp::Reverse(change.by().as_micros().abs()), change.contact));
        self.largest.truncate(self.most);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(shown: i64, label: Option<&str>) -> Evaluation {
        let number = Number::whole(shown);
        Evaluation { exact: number, shown: number, label: label.map(str::to_owned), next_due: None }
    }

    #[test]
    fn changes_are_counted_and_the_largest_kept() {
        let mut comparison = Comparison::keeping(2);
        let warm = Some("warm");
        for (id, before, after) in [
            (1, value(5, None), value(5, None)),
            (2, value(5, None), value(9, None)),
            (3, value(12, warm), value(2, None)),
            (4, value(10, warm), value(11, Some("hot"))),
            (5, value(7, None), value(7, warm)),
        ] {
            comparison.add(ContactId(id), Some(&before), Some(&after));
        }
        comparison.end();
        assert_eq!((comparison.changed, comparison.raised, comparison.lowered), (4, 2, 1));
        let kept: Vec<(i64, Number)> =
            comparison.largest.iter().map(|change| (change.contact.0, change.by())).collect();
        assert_eq!(kept, [(3, Number::whole(-10)), (2, Number::whole(4))]);
        assert_eq!(comparison.moves.values().sum::<u64>(), 3);
        assert_eq!(comparison.moves[&(Some("warm".to_owned()), None)], 1);
    }

    #[test]
    fn a_new_score_raises_from_nothing() {
        let mut comparison = Comparison::keeping(10);
        comparison.add(ContactId(1), None, Some(&value(3, None)));
        comparison.add(ContactId(2), None, Some(&value(0, None)));
        comparison.end();
        assert_eq!((comparison.changed, comparison.raised), (1, 1));
        assert_eq!((comparison.largest[0].before, comparison.largest[0].after), (None, Some(Number::whole(3))));
    }
}
