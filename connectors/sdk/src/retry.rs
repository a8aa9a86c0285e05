//! Delay arithmetic, and nothing else. The only module that names the `backoff` crate, which is unmaintained
//! (docs/decisions/0003): its exponential policy is used as a calculator with its own randomness switched off; its
//! `retry()` is never called. Swapping it for another crate is an edit of [`exponential_ms`].

use std::time::Duration;

use backoff::backoff::Backoff;

/// How often and how patiently something is tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryPolicy {
    /// Attempts in all, the first included.
    pub max_attempts: u32,
    pub base_ms: u64,
    pub cap_ms: u64,
}

impl RetryPolicy {
    /// Reads of vendor pages: four attempts within about a minute.
    pub const READ: RetryPolicy = RetryPolicy { max_attempts: 4, base_ms: 1_000, cap_ms: 60_000 };
    /// Outbox rows: patient, up to an hour between attempts.
    pub const PUSH: RetryPolicy = RetryPolicy { max_attempts: 8, base_ms: 2_000, cap_ms: 3_600_000 };
}

/// What to do after a failed attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Try again after this many milliseconds.
    After(u64),
    /// The attempts are used up.
    GiveUp,
}

/// Decides what follows attempt number `attempt` (1 is the first).
///
/// `retry_after_ms` is what the vendor asked for; it is a lower bound and is clamped to a day. `jitter` is a number in
/// 0..=u32::MAX drawn by the caller; the delay is spread over the upper half of the exponential step, so that many
/// clients do not come back at the same moment.
pub fn next(policy: RetryPolicy, attempt: u32, retry_after_ms: Option<u64>, jitter: u32) -> Retry {
    if attempt >= policy.max_attempts {
        return Retry::GiveUp;
    }
    let step = exponential_ms(policy, attempt);
    let half = step / 2;
    let spread = (u128::from(step - half) * u128::from(jitter) / u128::from(u32::MAX)) as u64;
    let asked = retry_after_ms.unwrap_or(0).min(24 * 3_600_000);
    Retry::After((half + spread).max(asked))
}

/// The undisturbed exponential step before attempt `attempt + 1`.
fn exponential_ms(policy: RetryPolicy, attempt: u32) -> u64 {
    let mut calculator = backoff::ExponentialBackoffBuilder::new()
        .with_initial_interval(Duration::from_millis(policy.base_ms))
        .with_max_interval(Duration::from_millis(policy.cap_ms))
        .with_multiplier(2.0)
        .with_randomization_factor(0.0)
        .with_max_elapsed_time(None)
        .build();
    let mut step = Duration::from_millis(policy.base_ms);
    for _ in 0..attempt.min(64) {
        step = calculator.next_backoff().unwrap_or(step);
    }
    (step.as_millis() as u64).min(policy.cap_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: RetryPolicy = RetryPolicy { max_attempts: 5, base_ms: 1_000, cap_ms: 6_000 };

    #[test]
    fn grows_doubles_and_stops_at_the_cap() {
        let steps: Vec<Retry> = (1..=5).map(|attempt| next(POLICY, attempt, None, u32::MAX)).collect();
        assert_eq!(
            steps,
            [Retry::After(1_000), Retry::After(2_000), Retry::After(4_000), Retry::After(6_000), Retry::GiveUp]
        );
        assert_eq!(next(POLICY, 3, None, 0), Retry::After(2_000), "jitter spreads over the upper half");
    }

    #[test]
    fn a_constant_limit_answer_ends_within_the_attempt_limit() {
        let mut attempt = 1;
        while let Retry::After(ms) = next(POLICY, attempt, Some(1_000), 7) {
            assert!(ms >= 1_000);
            attempt += 1;
        }
        assert_eq!(attempt, 5);
    }

    #[test]
    fn what_the_vendor_asks_for_is_a_lower_bound_and_clamped() {
        assert_eq!(next(POLICY, 1, Some(30_000), 0), Retry::After(30_000));
        assert_eq!(next(POLICY, 1, Some(u64::MAX), 0), Retry::After(86_400_000));
    }
}
