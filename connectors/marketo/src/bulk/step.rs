//! Where the reading of one export stands, as a value. It is the whole state machine: whoever reads a step back after a crash
//! goes on exactly there, so a job that exists is not created again and a byte that was committed is not read again (I1,
//! I11).
//!
//! ```text
//! Anew ─create─► Created ─enqueue─► Waiting ─completed─► Downloading ─ … ─► the window is done
//!   ▲                                  │                      │
//!   └── failed, cancelled, expired, changed, wrong checksum ──┘  a bounded number of times in one run
//! ```

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::digest::PartialSha256;

/// Jobs that one run makes for one window before it gives up.
const JOBS_PER_RUN: u32 = 3;

/// The cursor of a bulk window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(super) enum Step {
    /// A job is to be created.
    Anew { attempt: u32, refusals: u32 },
    /// The job exists and is to be put into the queue. Until then it costs nothing, even if we forget it.
    Created {
        job: String,
        attempt: u32,
        refusals: u32,
        #[serde(default)]
        made_at: Option<Timestamp>,
    },
    /// The job is queued or running.
    Waiting {
        job: String,
        attempt: u32,
        #[serde(default)]
        made_at: Option<Timestamp>,
    },
    /// The file is there and read up to a row boundary.
    Downloading(Download),
    /// Another window reads the same anew; this one ends with what it delivered.
    Superseded { rows: u64 },
    /// Too many jobs came to nothing in the run that began at this instant; a later run tries again.
    GaveUp { attempt: u32, rows: u64, run_ms: i64, why: Why },
}

/// A file that is being read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Download {
    pub(super) job: String,
    pub(super) attempt: u32,
    /// By our clock, before the job was there: what the file tells is not older. `None`: an older version did not write it down.
    #[serde(default)]
    pub(super) made_at: Option<Timestamp>,
    /// The first byte that has not been read: always the beginning of a row.
    pub(super) offset: u64,
    /// Data rows before it; how many of them were delivered, and how many are none of ours (visitors without a name).
    pub(super) rows: u64,
    pub(super) delivered: u64,
    pub(super) aside: u64,
    /// The names of the columns, once they were read.
    pub(super) header: Option<Vec<String>>,
    /// Over the bytes before `offset`.
    pub(super) digest: PartialSha256,
    /// Times that the file of the completed job was not there.
    pub(super) absent: u32,
    /// Bytes to ask for next: more than usual after a row that did not fit.
    pub(super) width: u64,
    /// What Marketo stated when the job was completed.
    pub(super) file_size: Option<u64>,
    pub(super) checksum: Option<String>,
    pub(super) records: Option<u64>,
}

/// Why a job came to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Why {
    Failed,
    Cancelled,
    /// Marketo does not know the job: it expired, or belongs to another API user.
    Unknown,
    /// The job is completed, its file is not there.
    NoFile,
    FileChanged,
    Checksum,
    /// The file is no table of what was asked for.
    Unreadable,
}

impl Why {
    /// For people, after "the export".
    pub(super) fn as_words(self) -> &'static str {
        match self {
            Why::Failed => "failed at Marketo",
            Why::Cancelled => "was cancelled at Marketo",
            Why::Unknown => "is not known at Marketo any more",
            Why::NoFile => "is completed but its file is not there",
            Why::FileChanged => "changed its file while it was being read",
            Why::Checksum => "does not have the checksum that Marketo states",
            Why::Unreadable => "is no table with the columns that were asked for",
        }
    }
}

/// What follows a job that came to nothing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Again {
    /// Another job, in the same window: nothing was delivered yet.
    Here(Step),
    /// Another job, in a window of its own beginning with this attempt, so that each certificate counts one file.
    Apart { step: Step, attempt: u32 },
    /// No more in this run.
    No(Step),
}

/// Decides what follows job number `attempt`, which delivered `rows` records before it came to nothing.
pub(super) fn again(attempt: u32, rows: u64, why: Why, run_ms: i64) -> Again {
    if attempt.is_multiple_of(JOBS_PER_RUN) {
        return Again::No(Step::GaveUp { attempt, rows, run_ms, why });
    }
    renewed(attempt, rows)
}

/// The next job after number `attempt`.
pub(super) fn renewed(attempt: u32, rows: u64) -> Again {
    let attempt = attempt + 1;
    if rows == 0 {
        return Again::Here(Step::Anew { attempt, refusals: 0 });
    }
    Again::Apart { step: Step::Superseded { rows }, attempt }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_jobs_in_a_run_and_three_more_in_the_next() {
        let mut attempt = 1;
        for run_ms in [10, 20] {
            for _ in 1..JOBS_PER_RUN {
                let Again::Here(Step::Anew { attempt: next, .. }) = again(attempt, 0, Why::Failed, run_ms) else {
                    panic!("job {attempt} is not the last of its run");
                };
                attempt = next;
            }
            let Again::No(Step::GaveUp { run_ms: gave_up_in, .. }) = again(attempt, 0, Why::Failed, run_ms) else {
                panic!("job {attempt} is the last of its run");
            };
            assert_eq!(gave_up_in, run_ms);
            let Again::Here(Step::Anew { attempt: next, .. }) = renewed(attempt, 0) else {
                panic!("a new run goes on")
            };
            attempt = next;
        }
        assert_eq!(attempt, 7);
    }

    #[test]
    fn what_was_delivered_gets_its_own_certificate() {
        assert_eq!(again(1, 500, Why::Checksum, 10), Again::Apart { step: Step::Superseded { rows: 500 }, attempt: 2 });
    }
}
