//! A side of a flow that has several records: two leads who turned out to be one contact. One of them speaks for the side, and
//! all of them shall hold what is agreed on. Who speaks is whoever was edited; a record that only joined, or that was touched
//! otherwise, has nothing to say against what was agreed.

use std::cmp::Reverse;

use intentd_sdk::Timestamp;

use super::diff::same_value;
use super::flow::{FlowRule, FlowSide, FlowState, Taken, look};

/// A shared property of one record.
#[derive(Clone, Copy, Debug)]
pub struct FlowRecord<'a> {
    /// Tells the records of a contact apart.
    pub name: &'a str,
    pub value: &'a str,
    /// When the vendor changed the record, by its clock.
    pub at: Timestamp,
    /// What the property last took from us.
    pub taken: Option<&'a Taken>,
}

impl FlowRecord<'_> {
    fn is(&self, value: &str) -> bool {
        same_value(self.value, Some(value))
    }
}

/// Looks at all records of both sides and moves the state on. `None`: a side has none.
pub fn look_at_records(
    rule: &FlowRule,
    before: &FlowState,
    sides: [&[FlowRecord<'_>]; 2],
    now: Timestamp,
) -> Option<FlowState> {
    let speakers = [speaker(sides[0], before)?, speaker(sides[1], before)?];
    let spoken = speakers.map(|speaker| FlowSide { value: speaker.value.to_owned(), at: speaker.at });
    let mut known = before.clone();
    for (side, speaker) in speakers.iter().enumerate() {
        // Whom we heard on this side last need not be who speaks now.
        if let (Some(heard), Some(seen)) = (before.heard.get(speaker.name), &mut known.seen) {
            seen[side].value.clone_from(heard);
        } else if let (true, Some(seen)) = (sides[side].len() > 1, &mut known.seen) {
            seen[side].value = speaker.value.to_owned();
        }
    }
    let mut after = look(rule, &known, &spoken, speakers.map(|speaker| speaker.taken), now);
    after.heard = match sides.iter().any(|records| records.len() > 1) {
        true => sides.iter().copied().flatten().map(|one| (one.name.to_owned(), one.value.to_owned())).collect(),
        false => Default::default(),
    };
    Some(after)
}

/// Who speaks for a side: the last one that was edited since it was heard; if there is none, who holds what was agreed, then
/// who was known before, then who says anything at all.
fn speaker<'a>(records: &[FlowRecord<'a>], before: &FlowState) -> Option<FlowRecord<'a>> {
    let wanted = before.wanted();
    let agrees = |record: &FlowRecord<'_>| wanted.is_some_and(|wanted| record.is(wanted));
    let edited = |record: &&FlowRecord<'_>| {
        let held = if before.took(record.taken) { wanted } else { before.heard.get(record.name).map(String::as_str) };
        !agrees(record) && held.is_some_and(|held| !record.is(held))
    };
    let last = records.iter().filter(edited).max_by_key(|record| (record.at, Reverse(record.name)));
    let calm = || {
        records.iter().max_by_key(|record| {
            let known = before.heard.contains_key(record.name)
                || before.seen.iter().flatten().any(|seen| record.is(&seen.value));
            (agrees(record), known, !record.value.is_empty(), record.at, Reverse(record.name))
        })
    };
    last.or_else(calm).copied()
}

#[cfg(test)]
mod tests {
    use super::super::flow::{FlowConflict, FlowEnd};
    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_000);

    fn rule(conflict: FlowConflict) -> FlowRule {
        let end = |source: &str| FlowEnd { source: source.into(), property: "title".into() };
        FlowRule {
            kind: intentd_sdk::record::ObjectKind::Contact,
            field: "job_title".into(),
            ends: [end("hubspot"), end("marketo")],
            conflict: Some(conflict),
        }
    }

    fn record<'a>(name: &'a str, value: &'a str, at: i64) -> FlowRecord<'a> {
        FlowRecord { name, value, at: Timestamp::from_secs(at), taken: None }
    }

    fn wanted(conflict: FlowConflict, looks: &[(&[FlowRecord<'_>], &[FlowRecord<'_>])]) -> Option<String> {
        let state = looks.iter().fold(FlowState::default(), |state, (first, second)| {
            let next = look_at_records(&rule(conflict), &state, [first, second], NOW).unwrap();
            let again = look_at_records(&rule(conflict), &next, [first, second], NOW.plus_ms(1)).unwrap();
            assert_eq!(again, next, "looking twice");
            next
        });
        state.wanted().map(str::to_owned)
    }

    const RULES: [FlowConflict; 4] =
        [FlowConflict::Newest, FlowConflict::Side(0), FlowConflict::Side(1), FlowConflict::Ask];

    #[test]
    fn a_record_that_joins_or_is_touched_says_nothing_against_what_was_agreed() {
        for conflict in RULES {
            let crm = [record("h", "CTO", 1)];
            let alone = [record("m1", "CTO", 1)];
            for joins in ["", "Chief"] {
                let both = [record("m1", "CTO", 1), record("m2", joins, 9)];
                let touched = [record("m1", "CTO", 20), record("m2", joins, 9)];
                let looks = [(&crm[..], &alone[..]), (&crm, &both), (&crm, &touched), (&crm, &both)];
                assert_eq!(wanted(conflict, &looks).as_deref(), Some("CTO"), "{conflict:?} {joins:?}");
            }
        }
    }

    #[test]
    fn an_edit_of_any_of_them_travels_and_the_others_follow() {
        for conflict in RULES {
            let crm = [record("h", "CTO", 1)];
            let both = [record("m1", "CTO", 1), record("m2", "CTO", 9)];
            for (first, second) in [("Head", "CTO"), ("CTO", "Head")] {
                let edited = [record("m1", first, 5), record("m2", second, 9)];
                assert_eq!(wanted(conflict, &[(&crm, &both), (&crm, &edited)]).as_deref(), Some("Head"));
            }
            let cleared = [record("m1", "", 5), record("m2", "CTO", 9)];
            assert_eq!(wanted(conflict, &[(&crm, &both), (&crm, &cleared)]).as_deref(), Some(""));
            let of_crm = [record("h", "Boss", 20)];
            assert_eq!(wanted(conflict, &[(&crm, &both), (&of_crm, &both)]).as_deref(), Some("Boss"));
        }
    }

    #[test]
    fn with_nobody_known_before_who_says_anything_speaks() {
        let crm = [record("h", "", 1)];
        let both = [record("m1", "Chief", 1), record("m2", "", 9)];
        assert_eq!(wanted(FlowConflict::Ask, &[(&crm, &both)]).as_deref(), Some("Chief"));
        assert_eq!(look_at_records(&rule(FlowConflict::Ask), &FlowState::default(), [&crm, &[]], NOW), None);
    }
}
