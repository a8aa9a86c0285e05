//! The JSON of export jobs (Marketo: "Bulk Extract", `ExportRequest`, `ExportResponse`).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::windows::{Bounds, Export, Filter, instant};

/// A job as Marketo describes it. Only what decides something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Job {
    pub(super) export_id: String,
    #[serde(default)]
    pub(super) status: String,
    #[serde(default)]
    pub(super) number_of_records: Option<u64>,
    #[serde(default)]
    pub(super) file_size: Option<u64>,
    #[serde(default)]
    pub(super) file_checksum: Option<String>,
}

/// How far a job is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    /// Nobody has put it into the queue.
    Created,
    /// Queued or processing, or a word of a later version of Marketo.
    Running,
    Completed,
    Failed,
    Cancelled,
}

impl Job {
    pub(super) fn progress(&self) -> Progress {
        match self.status.as_str() {
            "Created" => Progress::Created,
            "Completed" => Progress::Completed,
            "Failed" => Progress::Failed,
            // Marketo's own pages spell it both ways.
            "Canceled" | "Cancelled" => Progress::Cancelled,
            _ => Progress::Running,
        }
    }
}

/// The job to create.
#[derive(Debug, Serialize)]
pub(super) struct NewJob {
    format: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<Vec<String>>,
    filter: NewFilter,
}

#[derive(Debug, Serialize)]
struct NewFilter {
    #[serde(flatten)]
    range: BTreeMap<&'static str, Range>,
    #[serde(rename = "activityTypeIds", skip_serializing_if = "Vec::is_empty")]
    type_ids: Vec<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Range {
    start_at: String,
    end_at: String,
}

/// The columns of an activity file that we read.
pub(super) const ACTIVITY_COLUMNS: [&str; 8] = [
    "marketoGUID",
    "leadId",
    "activityDate",
    "activityTypeId",
    "campaignId",
    "primaryAttributeValueId",
    "primaryAttributeValue",
    "attributes",
];

impl NewJob {
    pub(super) fn of(bounds: &Bounds) -> NewJob {
        let range = Range { start_at: instant(bounds.from), end_at: instant(bounds.to) };
        let filter = match bounds.filter {
            Filter::CreatedAt => "createdAt",
            Filter::UpdatedAt => "updatedAt",
        };
        let (fields, type_ids) = match &bounds.export {
            Export::Leads { fields } => (Some(lead_columns(fields)), Vec::new()),
            Export::Activities { type_ids } => (None, type_ids.clone()),
        };
        NewJob { format: "CSV", fields, filter: NewFilter { range: BTreeMap::from([(filter, range)]), type_ids } }
    }
}

/// The wanted fields, each once, and `id` as the last: what people typed is then never beside the end of a row, where a
/// carriage return of theirs could be taken for Marketo's.
pub(super) fn lead_columns(fields: &[String]) -> Vec<String> {
    let mut columns: Vec<String> = Vec::with_capacity(fields.len() + 1);
    for field in fields.iter().filter(|field| *field != "id") {
        if !columns.contains(field) {
            columns.push(field.clone());
        }
    }
    columns.push("id".to_owned());
    columns
}

#[cfg(test)]
mod tests {
    use intentd_sdk::source::Mode;

    use super::*;
    use crate::bulk::windows;

    fn body(export: &Export, filter: Filter) -> serde_json::Value {
        let (from, to) = ("2026-08-01T00:00:00Z", "2026-08-02T00:00:00Z");
        let at = |text| intentd_sdk::Timestamp::parse(text).unwrap();
        let windows = windows::plan(export, Mode::Backfill, filter, at(from), at(to));
        serde_json::to_value(NewJob::of(&Bounds::of(&windows[0]).unwrap())).unwrap()
    }

    #[test]
    fn jobs_are_asked_for_in_marketos_words() {
        let range = serde_json::json!({"startAt": "2026-08-01T00:00:00Z", "endAt": "2026-08-02T00:00:00Z"});
        let leads = Export::Leads { fields: ["id", "email", "company", "email"].map(str::to_owned).to_vec() };
        assert_eq!(
            body(&leads, Filter::UpdatedAt),
            serde_json::json!({
                "format": "CSV", "fields": ["email", "company", "id"], "filter": {"updatedAt": range}
            })
        );
        assert_eq!(
            body(&Export::Activities { type_ids: vec![1, 10] }, Filter::CreatedAt),
            serde_json::json!({"format": "CSV", "filter": {"createdAt": range, "activityTypeIds": [1, 10]}})
        );
        assert_eq!(
            body(&Export::Activities { type_ids: vec![] }, Filter::CreatedAt),
            serde_json::json!({"format": "CSV", "filter": {"createdAt": range}})
        );
    }

    #[test]
    fn every_spelling_of_a_state_is_known() {
        for (status, progress) in [
            ("Created", Progress::Created),
            ("Queued", Progress::Running),
            ("Processing", Progress::Running),
            ("Completed", Progress::Completed),
            ("Failed", Progress::Failed),
            ("Canceled", Progress::Cancelled),
            ("Cancelled", Progress::Cancelled),
            ("Paused", Progress::Running),
        ] {
            assert_eq!(Job { status: status.into(), ..Job::default() }.progress(), progress, "{status}");
        }
    }
}
