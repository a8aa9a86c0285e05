//! How activities are cut into stretches of time. Events arrive late and out of order near "now", so each run reads an
//! hour again; the store recognises what it has by its remote id (I2).

use intentd_sdk::Timestamp;
use intentd_sdk::cursor::Checkpoint;
use intentd_sdk::source::{Mode, PullPlan};
use serde::{Deserialize, Serialize};

use super::{Reading, window};

/// Events younger than this may still be missing.
const TRAIL_MS: i64 = 5 * 60_000;
/// What every run reads again.
const OVERLAP_MS: i64 = 60 * 60_000;

/// A stretch of time, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Span {
    pub(super) from_ms: i64,
    pub(super) to_ms: i64,
}

impl Span {
    /// Whether the instant belongs to it.
    pub(super) fn contains(&self, at: Timestamp) -> bool {
        (self.from_ms..=self.to_ms).contains(&at.as_ms())
    }

    /// Cuts it into this many parts of equal length, without gap or overlap.
    fn parts(self, parts: i64) -> Vec<Span> {
        let length = self.to_ms - self.from_ms + 1;
        let parts = parts.clamp(1, length.max(1));
        let border = |part: i64| self.from_ms + length / parts * part;
        (0..parts)
            .map(|part| Span {
                from_ms: border(part),
                to_ms: if part + 1 == parts { self.to_ms } else { border(part + 1) - 1 },
            })
            .collect()
    }

    fn key(&self) -> String {
        format!("{}..{}", Timestamp::from_ms(self.from_ms), Timestamp::from_ms(self.to_ms))
    }
}

/// Everything up to here has been read.
#[derive(Serialize, Deserialize)]
struct ReadTo {
    read_to_ms: i64,
}

/// The stretch to read in this run; `None` in a reconcile, because activities never go.
pub(super) fn span(reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Option<Span> {
    let now = reading.context.now;
    let horizon = now.plus_ms(-reading.options.activity_ms).as_ms();
    let from_ms = match (mode, read_to(checkpoint)) {
        (Mode::Reconcile, _) => return None,
        (Mode::Incremental, Some(read_to)) => read_to - OVERLAP_MS,
        (Mode::Incremental, None) | (Mode::Backfill, _) => horizon,
    };
    let from_ms = from_ms.max(1_000);
    Some(Span { from_ms, to_ms: now.as_ms().max(from_ms) })
}

/// A plan that reads the stretch in so many parts at once.
pub(super) fn plan(
    reading: &Reading<'_>,
    mode: Mode,
    checkpoint: Option<&Checkpoint>,
    span: Option<Span>,
    parts: i64,
) -> PullPlan {
    let spans = span.map(|span| span.parts(parts)).unwrap_or_default();
    PullPlan {
        mode,
        windows: spans.iter().map(|span| window(span.key(), mode, span)).collect(),
        checkpoint: after(reading, mode, checkpoint),
    }
}

/// The checkpoint of a run that reads up to its start.
pub(super) fn after(reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Checkpoint {
    let before = read_to(checkpoint).unwrap_or(0);
    let read_to_ms = match mode {
        Mode::Reconcile => before,
        Mode::Backfill | Mode::Incremental => reading.context.now.plus_ms(-TRAIL_MS).as_ms().max(before),
    };
    Checkpoint::of(&ReadTo { read_to_ms })
}

fn read_to(checkpoint: Option<&Checkpoint>) -> Option<i64> {
    Some(checkpoint?.read::<ReadTo>()?.read_to_ms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_touch_and_cover_everything() {
        for (from_ms, to_ms, parts) in [(1_000, 9_999, 8), (1_000, 1_000, 8), (5, 7, 2), (0, 100, 7)] {
            let cut = Span { from_ms, to_ms }.parts(parts);
            assert_eq!((cut[0].from_ms, cut[cut.len() - 1].to_ms), (from_ms, to_ms));
            assert!(cut.windows(2).all(|pair| pair[0].to_ms + 1 == pair[1].from_ms), "{cut:?}");
            assert!(cut.iter().all(|part| part.from_ms <= part.to_ms), "{cut:?}");
        }
    }
}
