//! What an activity means to the rules of a score.

/// What an activity means to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// Event: it gives points.
    Event,
    /// Absence: the wait begins.
    Anchor,
    /// Absence: what is waited for.
    Expected,
    /// Absence: the wait is called off.
    Cancel,
}

/// One rule that an activity concerns, and as what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot {
    pub(super) rule: usize,
    pub(super) part: Part,
}
