//! What an evaluation tells about its way. The evaluation is written once; an explanation listens to it, and the fast path
//! listens with [`Silent`], which compiles to nothing. So the two cannot disagree (I4).

use super::award::Verdict;
use crate::domain::model::Number;

/// One activity under one rule.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traced {
    /// Position among the contact's activities.
    pub(super) fact: usize,
    /// Absence: the deadline, in seconds since the epoch.
    pub(super) due: Option<i64>,
    /// Before limit and fading; zero when the activity gives no points at all.
    pub(super) raw: Number,
    pub(super) verdict: Verdict,
    /// What it is worth at the moment.
    pub(super) points: Number,
}

/// What a bound belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bounded {
    Rule(usize),
    Group(usize),
    Total,
}

/// Which bound changed a sum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Minimum,
    Maximum,
}

/// Listens to an evaluation.
pub(super) trait Trace {
    fn activity(&mut self, rule: usize, traced: Traced);
    /// Property: the case that matched, if any.
    fn property(&mut self, rule: usize, case: Option<usize>, points: Number);
    fn segment(&mut self, rule: usize, member: bool, points: Number);
    /// A sum before its bounds were applied, and after.
    fn bound(&mut self, of: Bounded, before: Number, after: Number, side: Side);
}

/// Hears nothing.
pub(super) struct Silent;

impl Trace for Silent {
    fn activity(&mut self, _: usize, _: Traced) {}
    fn property(&mut self, _: usize, _: Option<usize>, _: Number) {}
    fn segment(&mut self, _: usize, _: bool, _: Number) {}
    fn bound(&mut self, _: Bounded, _: Number, _: Number, _: Side) {}
}
