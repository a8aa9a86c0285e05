//! A property that two sources share. Each look at both sides moves the flow's state on: what both shall hold, or that
//! somebody has to decide. What is written follows from the state by the ordinary diff, so a flow whose sides agree writes
//! nothing, and our own value coming home is no edit (I7, I8).
//!
//! An edit on top of the agreed value travels to the other side. Two edits that knew nothing of each other are a conflict,
//! and the declared rule decides it the same way whichever edit is seen first.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use intentd_sdk::record::ObjectKind;
use serde::{Deserialize, Serialize};

use super::diff::same_value;
use crate::domain::model::FieldName;

/// One end of a flow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct FlowEnd {
    /// A connection or a vendor.
    pub source: String,
    /// The vendor's name of the property.
    pub property: String,
}

/// Who prevails when both sides were edited and neither edit knew of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FlowConflict {
    /// The later edit, by the vendors' own clocks; of two at the same instant the first side's.
    Newest,
    /// The side with this number, 0 or 1.
    Side(usize),
    /// Nothing is written until a person decides.
    Ask,
}

/// A declared flow (I7).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowRule {
    pub kind: ObjectKind,
    pub field: FieldName,
    pub ends: [FlowEnd; 2],
    /// `None`: the flow goes one way, from the first end to the second.
    pub conflict: Option<FlowConflict>,
}

/// What one side is known to hold: what was read last, or what it took from us since. Empty is "no value".
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowSide {
    pub value: String,
    /// When the vendor changed the record, by its clock.
    pub at: Timestamp,
}

/// A value that a side took from us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    pub value: String,
    /// When we heard of it, by our clock.
    pub at: Timestamp,
}

/// What is remembered of a flow of one contact.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowState {
    /// What both sides shall hold. `None`: not both sides have been seen, or somebody has to decide.
    pub target: Option<FlowSide>,
    /// Since when, by our clock.
    #[serde(default)]
    pub agreed_at: Option<Timestamp>,
    /// Both sides at the last look.
    pub seen: Option<[FlowSide; 2]>,
    /// Since when somebody has to decide.
    pub asked_at: Option<Timestamp>,
    /// What each record held at the last look, where a side has several.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub heard: BTreeMap<String, String>,
}

impl FlowState {
    /// The text that both sides shall hold.
    pub fn wanted(&self) -> Option<&str> {
        self.target.as_ref().map(|target| target.value.as_str())
    }

    /// A person's decision: this side's present value is the one.
    pub fn settle(&mut self, side: usize) {
        if let Some(seen) = &self.seen {
            (self.target, self.agreed_at) = (seen.get(side).cloned(), None);
            self.asked_at = None;
        }
    }

    /// Whether a record took what was agreed on from us since it was agreed on. Our write is no reason to look again, so nobody
    /// has seen it there.
    pub(super) fn took(&self, taken: Option<&Taken>) -> bool {
        let (Some(taken), Some(wanted), Some(agreed_at)) = (taken, self.wanted(), self.agreed_at) else { return false };
        taken.at >= agreed_at && same_value(&taken.value, Some(wanted))
    }
}

/// Looks at both sides and moves the state on. `taken` is what each side last took from us. Looking again at the same changes
/// nothing.
pub(super) fn look(
    rule: &FlowRule,
    before: &FlowState,
    sides: &[FlowSide; 2],
    taken: [Option<&Taken>; 2],
    now: Timestamp,
) -> FlowState {
    let [first, second] = sides;
    let agreed = |target: &FlowSide| FlowState {
        agreed_at: before
            .agreed_at
            .filter(|_| before.target.as_ref().is_some_and(|old| same(old, target)))
            .or(Some(now)),
        target: Some(target.clone()),
        seen: Some(sides.clone()),
        ..FlowState::default()
    };
    let asked = |at| FlowState { seen: Some(sides.clone()), asked_at: Some(at), ..FlowState::default() };
    let Some(conflict) = rule.conflict else { return agreed(first) };
    if same(first, second) {
        return agreed(if first.at >= second.at { first } else { second });
    }
    // Somebody was asked and has not answered: edits do not answer for them.
    if let (Some(at), None) = (before.asked_at, &before.target) {
        return asked(at);
    }
    let decide = |one: &FlowSide, other: &FlowSide, side: usize| {
        // `one` stands on `side`, `other` comes from the opposite one.
        let takes_one = match conflict {
            FlowConflict::Newest => (one.at, side == 0) > (other.at, side != 0),
            FlowConflict::Side(wins) => wins == side,
            FlowConflict::Ask => return asked(now),
        };
        agreed(if takes_one { one } else { other })
    };
    let (Some(target), Some(seen)) = (&before.target, &before.seen) else {
        // Nothing was ever agreed on. What is known on one side only fills the other.
        return match (first.value.is_empty(), second.value.is_empty()) {
            (true, _) => agreed(second),
            (_, true) => agreed(first),
            _ => decide(first, second, 0),
        };
    };
    // What each side held before it was edited.
    let held = [0, 1].map(|side| if before.took(taken[side]) { target } else { &seen[side] });
    let edited = |side: usize| !same(&sides[side], target) && !same(&sides[side], held[side]);
    let knew = |side: usize| same(held[side], target);
    match (edited(0), edited(1)) {
        (false, false) => agreed(target),
        (true, true) => decide(first, second, 0),
        (one, _) => {
            let side = usize::from(!one);
            // An edit on top of what was agreed is the next thing to agree on; one that had not received it yet competes.
            if knew(side) { agreed(&sides[side]) } else { decide(&sides[side], target, side) }
        }
    }
}

fn same(a: &FlowSide, b: &FlowSide) -> bool {
    same_value(&a.value, Some(&b.value))
}

/// When a record was as it is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// When it was last changed, by the vendor's clock.
    pub modified_at: Option<Timestamp>,
    /// The record is told as it was then or later, by our clock. `None`: it is told as a vendor's index has it, which trails.
    pub as_of: Option<Timestamp>,
}

/// Whether a shared value was read from before what is known of it. `known_at` is when the vendor last changed the record, as
/// far as was read or as its answers to our writes told; `taken` is what the property last took from us.
///
/// The instant of a record says nothing about one of its properties: a write of ours to another property moves it past an
/// edit that nobody has read yet. So what is not older than what is known is believed.
pub fn is_stale(known_at: Option<Timestamp>, arrived: Reading, taken: Option<&Taken>) -> bool {
    match arrived.as_of {
        Some(as_of) => taken.is_some_and(|taken| taken.at > as_of),
        None => known_at.zip(arrived.modified_at).is_some_and(|(known, arrived)| arrived < known),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(crate) fn rule(conflict: Option<FlowConflict>) -> FlowRule {
        let end = |source: &str, property: &str| FlowEnd { source: source.into(), property: property.into() };
        FlowRule {
            kind: ObjectKind::Contact,
            field: "job_title".into(),
            ends: [end("hubspot", "jobtitle"), end("marketo", "title")],
            conflict,
        }
    }

    fn side(value: &str, at: i64) -> FlowSide {
        FlowSide { value: value.into(), at: Timestamp::from_secs(at) }
    }

    const NOW: Timestamp = Timestamp::from_secs(1_000);
    const LATER: Timestamp = Timestamp::from_secs(2_000);

    fn after(conflict: FlowConflict, looks: &[(&str, i64, &str, i64)]) -> FlowState {
        looks.iter().fold(FlowState::default(), |state, (a, a_at, b, b_at)| {
            let sides = [side(a, *a_at), side(b, *b_at)];
            let next = look(&rule(Some(conflict)), &state, &sides, [None, None], NOW);
            assert_eq!(look(&rule(Some(conflict)), &next, &sides, [None, None], LATER), next, "looking twice");
            next
        })
    }

    #[test]
    fn an_edit_travels_and_comes_home_as_no_edit() {
        use FlowConflict::{Ask, Newest, Side};
        for conflict in [Newest, Ask, Side(0), Side(1)] {
            let agreed = [("CTO", 1, "CTO", 1)];
            assert_eq!(after(conflict, &agreed).wanted(), Some("CTO"));
            let edited = [("CTO", 1, "CTO", 1), ("CTO", 1, "Chief", 5)];
            assert_eq!(after(conflict, &edited).wanted(), Some("Chief"), "also against the side that wins conflicts");
            // Our write to the first side is there, with a later instant; then it is read back.
            let written = [("CTO", 1, "CTO", 1), ("CTO", 1, "Chief", 5), ("Chief", 9, "Chief", 5)];
            assert_eq!(after(conflict, &written).wanted(), Some("Chief"));
            let cleared = [("CTO", 1, "CTO", 1), ("", 4, "CTO", 1)];
            assert_eq!(after(conflict, &cleared).wanted(), Some(""), "clearing is an edit too");
        }
    }

    #[test]
    fn an_edit_on_top_of_our_write_travels_although_nobody_saw_our_write_there() {
        use FlowConflict::{Ask, Newest, Side};
        for conflict in [Newest, Ask, Side(0), Side(1)] {
            // The first side's edit was written to the second, which is edited before anybody looked again.
            let agreed = after(conflict, &[("CTO", 1, "CTO", 1), ("Chief", 5, "CTO", 1)]);
            let look_with = |value: &str, taken: Option<&Taken>| {
                look(&rule(Some(conflict)), &agreed, &[side("Chief", 5), side(value, 2)], [None, taken], LATER)
            };
            let ours = Taken { value: "Chief".into(), at: LATER };
            for edit in ["Head", "CTO", ""] {
                assert_eq!(look_with(edit, Some(&ours)).wanted(), Some(edit), "{conflict:?}: also what it was before");
            }
            // A write of old has nothing to do with what is agreed now.
            let old = Taken { at: Timestamp::from_secs(999), ..ours.clone() };
            assert_eq!(look_with("Head", Some(&old)), look_with("Head", None), "{conflict:?}");
            let other = Taken { value: "CTO".into(), ..ours };
            assert_eq!(look_with("Head", Some(&other)), look_with("Head", None), "{conflict:?}");
        }
        let missed = after(Side(0), &[("CTO", 1, "CTO", 1), ("Chief", 5, "CTO", 1), ("Chief", 5, "Head", 9)]);
        assert_eq!(missed.wanted(), Some("Chief"), "it had not received ours, so it competes");
    }

    #[test]
    fn a_side_without_a_value_is_filled_at_first_sight() {
        assert_eq!(after(FlowConflict::Ask, &[("", 9, "Chief", 1)]).wanted(), Some("Chief"));
        assert_eq!(after(FlowConflict::Side(1), &[("CTO", 1, "", 9)]).wanted(), Some("CTO"));
    }

    #[test]
    fn two_edits_are_decided_by_the_rule_in_whatever_order_they_are_seen() {
        let at_once = [("CTO", 1, "CTO", 1), ("A", 5, "B", 7)];
        let one_by_one = [("CTO", 1, "CTO", 1), ("A", 5, "CTO", 1), ("A", 5, "B", 7)];
        let other_way = [("CTO", 1, "CTO", 1), ("CTO", 1, "B", 7), ("A", 5, "B", 7)];
        for looks in [&at_once[..], &one_by_one, &other_way] {
            assert_eq!(after(FlowConflict::Newest, looks).wanted(), Some("B"));
            assert_eq!(after(FlowConflict::Side(0), looks).wanted(), Some("A"));
            assert_eq!(after(FlowConflict::Side(1), looks).wanted(), Some("B"));
            let asked = after(FlowConflict::Ask, looks);
            assert_eq!((asked.wanted(), asked.asked_at), (None, Some(NOW)));
        }
    }

    #[test]
    fn a_person_decides_or_both_sides_come_to_agree() {
        let mut asked = after(FlowConflict::Ask, &[("A", 1, "B", 2)]);
        let edited = [("A", 1, "B", 2), ("A2", 9, "B", 2)];
        assert_eq!(after(FlowConflict::Ask, &edited).wanted(), None, "an edit is no answer");
        assert_eq!(after(FlowConflict::Ask, &[("A", 1, "B", 2), ("B", 9, "B", 2)]).wanted(), Some("B"));
        asked.settle(0);
        let next = look(&rule(Some(FlowConflict::Ask)), &asked, &[side("A", 1), side("B", 2)], [None, None], NOW);
        assert_eq!((next.wanted(), next.asked_at), (Some("A"), None));
    }

    #[test]
    fn one_way_is_one_way() {
        let look_at = |state: &FlowState, first| look(&rule(None), state, &[first, side("B", 9)], [None, None], NOW);
        let state = look_at(&FlowState::default(), side("A", 1));
        assert_eq!(state.wanted(), Some("A"));
        assert_eq!(look_at(&state, side("", 10)).wanted(), Some(""));
    }

    #[test]
    fn a_reading_from_before_our_write_is_stale() {
        let at = |secs| Some(Timestamp::from_secs(secs));
        let trailing = |modified_at| Reading { modified_at, as_of: None };
        assert!(is_stale(at(5), trailing(at(4)), None));
        assert!(!is_stale(at(5), trailing(at(6)), None));
        assert!(!is_stale(None, trailing(at(1)), None));
        let ours = Taken { value: "CTO".into(), at: Timestamp::from_secs(1_000) };
        assert!(
            !is_stale(at(5), trailing(at(5)), Some(&ours)),
            "an edit from before a write of ours to another property"
        );
        // Who tells a record as it is needs no instants, and some instants stand still.
        let told = |as_of| Reading { modified_at: at(4), as_of: at(as_of) };
        assert!(is_stale(at(5), told(999), Some(&ours)), "a file that was made before our write");
        assert!(!is_stale(at(5), told(1_001), Some(&ours)));
        assert!(!is_stale(at(5), told(999), None));
    }
}
