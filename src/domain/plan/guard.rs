//! The guard: how much a plan may change before a person has to look at it. Every limit is a number; none is unlimited by
//! accident.

use serde::Serialize;

/// The admin's limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GuardLimits {
    /// Records that the very first apply to an account may change; the rest is held for approval.
    pub first_apply_max_records: u64,
    /// Share of the account's records that one plan may change, in percent.
    pub max_share_percent: u64,
    /// A plan below this number of records is never held for its share.
    pub min_records: u64,
    /// Values that one plan may clear.
    pub max_cleared_values: u64,
}

/// The size of a plan, counted over everything that waits to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PlanSize {
    pub changed_records: u64,
    pub cleared_values: u64,
    /// Records at the destination that the plan could have touched.
    pub records: u64,
    /// Nothing has ever been written to this account.
    pub first_apply: bool,
}

/// Why a plan, or a part of it, waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Hold {
    #[error(
        "the first apply to an account writes {allowed} records; {changed} are planned (guards.first_apply_max_records)"
    )]
    FirstApply { changed: u64, allowed: u64 },
    #[error("{changed} of {records} records would change, more than {percent} % (guards.max_share_percent)")]
    Share { changed: u64, records: u64, percent: u64 },
    #[error("{cleared} values would be cleared, more than {allowed} (guards.max_cleared_values)")]
    Cleared { cleared: u64, allowed: u64 },
}

/// The guard's verdict on a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Go,
    /// Write this many records and hold the rest.
    Hold {
        first: u64,
        reason: Hold,
    },
}

/// Judges a plan.
pub fn check_plan(size: &PlanSize, limits: &GuardLimits) -> Verdict {
    if size.cleared_values > limits.max_cleared_values {
        let reason = Hold::Cleared { cleared: size.cleared_values, allowed: limits.max_cleared_values };
        return Verdict::Hold { first: 0, reason };
    }
    if size.first_apply {
        if size.changed_records > limits.first_apply_max_records {
            let reason = Hold::FirstApply { changed: size.changed_records, allowed: limits.first_apply_max_records };
            return Verdict::Hold { first: limits.first_apply_max_records, reason };
        }
        return Verdict::Go;
    }
    let over_share = size.changed_records * 100 > size.records * limits.max_share_percent;
    if over_share && size.changed_records > limits.min_records {
        let reason =
            Hold::Share { changed: size.changed_records, records: size.records, percent: limits.max_share_percent };
        return Verdict::Hold { first: 0, reason };
    }
    Verdict::Go
}

/// May a reconcile pass treat `gone` of `known` records as deleted? A source that suddenly looks empty deletes nothing (I10).
pub fn check_departures(gone: u64, known: u64) -> Result<(), String> {
    const SHARE_PERCENT: u64 = 10;
    const ALWAYS_ALLOWED: u64 = 20;
    if gone <= ALWAYS_ALLOWED || gone * 100 <= known * SHARE_PERCENT {
        return Ok(());
    }
    Err(format!("{gone} of {known} records would be deleted, more than {SHARE_PERCENT} %"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: GuardLimits =
        GuardLimits { first_apply_max_records: 200, max_share_percent: 20, min_records: 500, max_cleared_values: 0 };

    fn plan(changed_records: u64, cleared_values: u64, first_apply: bool) -> PlanSize {
        PlanSize { changed_records, cleared_values, records: 10_000, first_apply }
    }

    #[test]
    fn the_first_apply_is_capped() {
        assert_eq!(check_plan(&plan(200, 0, true), &LIMITS), Verdict::Go);
        let reason = Hold::FirstApply { changed: 201, allowed: 200 };
        assert_eq!(check_plan(&plan(201, 0, true), &LIMITS), Verdict::Hold { first: 200, reason });
    }

    #[test]
    fn later_plans_are_judged_by_share_and_by_clearing() {
        assert_eq!(check_plan(&plan(2_000, 0, false), &LIMITS), Verdict::Go);
        assert!(matches!(check_plan(&plan(2_001, 0, false), &LIMITS), Verdict::Hold { first: 0, .. }));
        assert!(matches!(check_plan(&plan(3, 1, false), &LIMITS), Verdict::Hold { first: 0, .. }));
    }

    #[test]
    fn i10_a_source_that_looks_empty_deletes_nothing() {
        assert!(check_departures(10_000, 10_000).is_err());
        assert!(check_departures(1_001, 10_000).is_err());
        assert!(check_departures(1_000, 10_000).is_ok());
        assert!(check_departures(20, 25).is_ok());
    }
}
