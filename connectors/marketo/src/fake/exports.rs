//! Bulk extract jobs: made, queued, run two at a time, finished with a file, a count and a checksum, and forgotten in the
//! end (documentation: "Bulk Extract"). Time is the caller's; jobs move when the clock has moved.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::account::Account;
use super::config::FakeConfig;
use super::{csv, instants};

const DAY_MS: i64 = 86_400_000;
/// Files are kept this long, jobs longer.
const FILE_DAYS: i64 = 7;
const JOB_DAYS: i64 = 30;

/// An inclusive stretch of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Range {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
}

impl Range {
    fn has(self, at: Timestamp) -> bool {
        (self.start.as_secs()..=self.end.as_secs()).contains(&at.as_secs())
    }
}

/// What a job exports.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Subject {
    LeadsCreated(Range),
    LeadsUpdated(Range),
    LeadsOnList(u64),
    Activities { created: Range, kinds: Vec<u32>, primary_ids: Vec<u64>, primary_values: Vec<String> },
}

impl Subject {
    pub(crate) fn is_about_leads(&self) -> bool {
        !matches!(self, Subject::Activities { .. })
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum State {
    Created,
    Queued,
    Processing,
    Canceled,
    Completed,
    Failed,
}

impl State {
    pub(crate) fn name(self) -> &'static str {
        match self {
            State::Created => "Created",
            State::Queued => "Queued",
            State::Processing => "Processing",
            State::Canceled => "Canceled",
            State::Completed => "Completed",
            State::Failed => "Failed",
        }
    }
}

/// One job.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Job {
    pub(crate) id: String,
    pub(crate) number: u64,
    pub(crate) subject: Subject,
    pub(crate) format: String,
    pub(crate) fields: Vec<String>,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) state: State,
    pub(crate) created_at: Timestamp,
    pub(crate) queued_at: Option<Timestamp>,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) finished_at: Option<Timestamp>,
    pub(crate) records: u64,
    pub(crate) size: u64,
    pub(crate) checksum: String,
    pub(crate) error: Option<String>,
    pub(crate) file: Option<String>,
}

impl Job {
    pub(crate) fn shown(&self) -> Value {
        let mut shown = json!({"exportId": self.id, "status": self.state.name(), "format": self.format,
                               "createdAt": instants::with_offset(self.created_at)});
        for (name, at) in
            [("queuedAt", self.queued_at), ("startedAt", self.started_at), ("finishedAt", self.finished_at)]
        {
            if let Some(at) = at {
                shown[name] = instants::with_offset(at).into();
            }
        }
        if self.state == State::Completed {
            shown["numberOfRecords"] = self.records.into();
            shown["fileSize"] = self.size.into();
            shown["fileChecksum"] = format!("sha256:{}", self.checksum).into();
        }
        if let Some(error) = &self.error {
            shown["errorMsg"] = error.clone().into();
        }
        shown
    }

    fn is_open(&self) -> bool {
        matches!(self.state, State::Queued | State::Processing)
    }
}

/// All jobs of the API user; those of others cannot be seen.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Exports {
    pub(crate) jobs: BTreeMap<String, Job>,
    pub(crate) next: u64,
    /// When a job was moved last.
    pub(crate) moved_at: Timestamp,
    /// The next job to finish fails with this message instead.
    pub(crate) fail_next: Option<String>,
}

impl Exports {
    /// Jobs that run or wait.
    pub(crate) fn open(&self) -> usize {
        self.jobs.values().filter(|job| job.is_open()).count()
    }

    /// Bytes of the files that were finished on the present day of US Central time.
    pub(crate) fn bytes_today(&self, now: Timestamp) -> u64 {
        let today = instants::central_day(now);
        let done = self.jobs.values().filter(|job| job.finished_at.map(instants::central_day) == Some(today));
        done.map(|job| job.size).sum()
    }
}

impl Account {
    /// Makes the next export job that would finish fail with this message.
    pub fn fail_next_export(&mut self, message: &str) {
        self.exports.fail_next = Some(message.into());
    }

    /// Removes the files of completed exports; their jobs still say `Completed`.
    pub fn lose_export_files(&mut self) {
        for job in self.exports.jobs.values_mut() {
            job.file = None;
        }
    }

    /// Changes a digit in the files of completed exports, whose jobs still state the old checksum.
    pub fn spoil_export_files(&mut self) {
        for file in self.exports.jobs.values_mut().filter_map(|job| job.file.as_mut()) {
            if let Some(place) = file.rfind(|letter: char| letter.is_ascii_digit()) {
                let other = if file.as_bytes()[place] == b'7' { "8" } else { "7" };
                file.replace_range(place..=place, other);
            }
        }
    }

    /// Cancels every export job that is not finished, as an admin can.
    pub fn cancel_exports(&mut self, at: Timestamp) {
        for job in self.exports.jobs.values_mut().filter(|job| job.finished_at.is_none()) {
            (job.state, job.finished_at) = (State::Canceled, Some(at));
        }
    }

    /// Moves all jobs to where they are at this instant.
    pub(crate) fn settle_exports(&mut self, config: &FakeConfig, now: Timestamp) {
        let step = config.job_step_ms.max(0);
        while let Some((at, id)) = self.next_event(config, step).filter(|(at, _)| *at <= now) {
            self.exports.moved_at = at;
            let Some(job) = self.exports.jobs.get_mut(&id) else { break };
            if job.state == State::Queued {
                (job.state, job.started_at) = (State::Processing, Some(at));
                continue;
            }
            job.finished_at = Some(at);
            if let Some(message) = self.exports.fail_next.take() {
                (job.state, job.error) = (State::Failed, Some(message));
                continue;
            }
            let job = job.clone();
            let (file, records) = self.export(&job, config, now);
            let Some(job) = self.exports.jobs.get_mut(&id) else { break };
            let digest = Sha256::digest(file.as_bytes());
            job.checksum = digest.iter().map(|byte| format!("{byte:02x}")).collect();
            (job.state, job.records, job.size) = (State::Completed, records, file.len() as u64);
            job.file = Some(file);
        }
        self.exports.jobs.retain(|_, job| now.ms_since(job.created_at) <= JOB_DAYS * DAY_MS);
        for job in self.exports.jobs.values_mut() {
            if job.finished_at.is_some_and(|at| now.ms_since(at) > FILE_DAYS * DAY_MS) {
                job.file = None;
            }
        }
    }

    /// The next job to move, and when: the first to finish, or the first in the queue once there is room.
    fn next_event(&self, config: &FakeConfig, step: i64) -> Option<(Timestamp, String)> {
        let jobs = self.exports.jobs.values();
        let running: Vec<&Job> = jobs.clone().filter(|job| job.state == State::Processing).collect();
        let finish = running.iter().filter_map(|job| Some((job.started_at?.plus_ms(step), job.number, job.id.clone())));
        let start = if running.len() < config.limits.bulk_running {
            let first = jobs.filter(|job| job.state == State::Queued).min_by_key(|job| (job.queued_at, job.number));
            // Nobody starts before the event that made room.
            first.and_then(|job| {
                Some((job.queued_at?.plus_ms(step).max(self.exports.moved_at), job.number, job.id.clone()))
            })
        } else {
            None
        };
        finish.chain(start).min().map(|(at, _, id)| (at, id))
    }

    fn export(&self, job: &Job, config: &FakeConfig, now: Timestamp) -> (String, u64) {
        let separator = csv::separator(&job.format).unwrap_or(',');
        let mut file = String::new();
        let header: Vec<String> = job.fields.iter().map(|name| job.headers.get(name).unwrap_or(name).clone()).collect();
        csv::row(&mut file, &header, separator);
        let mut records = 0;
        match &job.subject {
            Subject::Activities { created, kinds, primary_ids, primary_values } => {
                for activity in self.activities.log() {
                    let wanted = created.has(activity.at)
                        && activity.kind != super::activity_types::DELETE_LEAD
                        && (kinds.is_empty() || kinds.contains(&activity.kind))
                        && (primary_ids.is_empty() || activity.primary_id.is_some_and(|id| primary_ids.contains(&id)))
                        && (primary_values.is_empty()
                            || activity.primary.as_ref().is_some_and(|value| primary_values.contains(value)))
                        && self.shows(activity, config, now);
                    if wanted {
                        let cells: Vec<String> = job.fields.iter().map(|name| activity_cell(activity, name)).collect();
                        csv::row(&mut file, &cells, separator);
                        records += 1;
                    }
                }
            }
            subject => {
                for lead in self.leads.all().values() {
                    let wanted = match subject {
                        Subject::LeadsCreated(range) => range.has(lead.created_at),
                        Subject::LeadsUpdated(range) => range.has(lead.changed_at),
                        Subject::LeadsOnList(list) => {
                            self.lists.all.get(list).is_some_and(|list| list.members.contains_key(&lead.id))
                        }
                        Subject::Activities { .. } => false,
                    };
                    if wanted && (config.bulk_anonymous || !lead.anonymous) {
                        let cells: Vec<String> =
                            job.fields.iter().map(|name| self.lead_cell(lead, name, config)).collect();
                        csv::row(&mut file, &cells, separator);
                        records += 1;
                    }
                }
            }
        }
        (file, records)
    }

    fn lead_cell(&self, lead: &super::leads::Lead, name: &str, config: &FakeConfig) -> String {
        let value = self.value(lead, name);
        let decimal = value.is_i64() && name != "id" && lead.id % 100 < config.oddities.decimal_percent;
        if decimal { format!("{value}.0") } else { csv::text(&value) }
    }
}

fn activity_cell(activity: &super::activities::Activity, name: &str) -> String {
    let number = |id: Option<u64>| id.map_or_else(|| "null".to_owned(), |id| id.to_string());
    match name {
        "marketoGUID" => activity.number.to_string(),
        "leadId" => activity.lead.to_string(),
        "activityDate" => instants::zulu(activity.at),
        "activityTypeId" => activity.kind.to_string(),
        "campaignId" => number(activity.campaign),
        "primaryAttributeValueId" => number(activity.primary_id),
        "primaryAttributeValue" => activity.primary.clone().unwrap_or_else(|| "null".to_owned()),
        "actionResult" => "succeeded".into(),
        _ => {
            let attributes: Map<String, Value> = activity
                .attributes
                .iter()
                .filter(|(_, value)| *value != Value::String(String::new()))
                .map(|(name, value)| (name.to_string(), value.clone()))
                .collect();
            Value::Object(attributes).to_string()
        }
    }
}
