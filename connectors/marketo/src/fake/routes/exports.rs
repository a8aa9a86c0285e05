//! Bulk extract of leads and activities: create, enqueue, status, file, cancel, list (documentation: "Bulk Extract",
//! "Bulk Lead Extract", "Bulk Activity Extract").

use std::collections::BTreeMap;

use serde_json::Value;

use super::{READ_LEAD, Route, Sent, get, post};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::exports::{Job, Range, State, Subject};
use crate::fake::{activity_types as kinds, csv, instants, token};

const ACTIVITY: &[&str] = &["Read-Only Activity", "Read-Write Activity"];
const RANGE_MS: i64 = 31 * 86_400_000;
/// Jobs older than this are no longer listed.
const LISTED_MS: i64 = 7 * 86_400_000;
/// Primary attributes of one filter.
const PRIMARIES: usize = 50;

const COLUMNS: &[&str] = &[
    "marketoGUID",
    "leadId",
    "activityDate",
    "activityTypeId",
    "campaignId",
    "primaryAttributeValueId",
    "primaryAttributeValue",
    "attributes",
];

pub(super) const ROUTES: &[Route] = &[
    post("bulk/v1/leads/export/create.json", Sent::Json, READ_LEAD, create_leads),
    get("bulk/v1/leads/export.json", READ_LEAD, |call| list(call, true)),
    post("bulk/v1/leads/export/{id}/enqueue.json", Sent::Nothing, READ_LEAD, |call| enqueue(call, true)),
    post("bulk/v1/leads/export/{id}/cancel.json", Sent::Nothing, READ_LEAD, |call| cancel(call, true)),
    get("bulk/v1/leads/export/{id}/status.json", READ_LEAD, |call| status(call, true)),
    get("bulk/v1/leads/export/{id}/file.json", READ_LEAD, |call| file(call, true)),
    post("bulk/v1/activities/export/create.json", Sent::Json, ACTIVITY, create_activities),
    get("bulk/v1/activities/export.json", ACTIVITY, |call| list(call, false)),
    post("bulk/v1/activities/export/{id}/enqueue.json", Sent::Nothing, ACTIVITY, |call| enqueue(call, false)),
    post("bulk/v1/activities/export/{id}/cancel.json", Sent::Nothing, ACTIVITY, |call| cancel(call, false)),
    get("bulk/v1/activities/export/{id}/status.json", ACTIVITY, |call| status(call, false)),
    get("bulk/v1/activities/export/{id}/file.json", ACTIVITY, |call| file(call, false)),
];

fn quota(call: &Call<'_>) -> Result<(), Refusal> {
    if call.account.exports.bytes_today(call.now) >= call.config.limits.bulk_bytes_per_day {
        return Err(Refusal::new(1029, "Export daily quota exceeded"));
    }
    Ok(())
}

fn range(call: &Call<'_>, value: &Value, name: &str) -> Result<Range, Refusal> {
    let instant = |end: &str| match value.get(end).and_then(Value::as_str) {
        None => Ok(None),
        Some(text) => instants::parse(text)
            .map(Some)
            .ok_or_else(|| Refusal::invalid(format!("{name}.{end} has an invalid date format: '{text}'"))),
    };
    let start = instant("startAt")?.ok_or_else(|| Refusal::missing(&format!("{name}.startAt")))?;
    let end = instant("endAt")?.unwrap_or(call.now);
    if end < start {
        return Err(Refusal::invalid(format!("{name}.endAt is before {name}.startAt")));
    }
    if end.ms_since(start) > RANGE_MS {
        return Err(Refusal::invalid(format!("{name} date range exceeds 31 days")));
    }
    Ok(Range { start, end })
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let text = |one: &Value| one.as_str().map_or_else(|| one.to_string(), str::to_owned);
    value.and_then(Value::as_array).map(|all| all.iter().map(text).collect()).unwrap_or_default()
}

fn create_leads(call: &mut Call<'_>) -> Answer {
    quota(call)?;
    let body: Value = call.body()?;
    let fields = strings(body.get("fields"));
    if fields.is_empty() {
        return Err(Refusal::missing("fields"));
    }
    let unknown: Vec<&String> = fields.iter().filter(|name| call.account.fields.get(name).is_none()).collect();
    if let Some(first) = unknown.first() {
        return Err(Refusal::invalid(format!("Invalid fields: '{first}'")));
    }
    let filter = body.get("filter").and_then(Value::as_object).ok_or_else(|| Refusal::missing("filter"))?;
    let mut named = filter.iter();
    let (Some((name, value)), None) = (named.next(), named.next()) else {
        return Err(Refusal::invalid("Exactly one filter must be given"));
    };
    let on_list = |id: Option<u64>| {
        let id = id.filter(|id| call.account.lists.all.contains_key(id));
        id.map(Subject::LeadsOnList).ok_or_else(|| Refusal::new(1013, "Static list not found"))
    };
    let subject = match name.as_str() {
        "createdAt" => Subject::LeadsCreated(range(call, value, name)?),
        "updatedAt" if call.config.bulk_updated_at => Subject::LeadsUpdated(range(call, value, name)?),
        "staticListId" => on_list(value.as_u64())?,
        "staticListName" => {
            on_list(value.as_str().and_then(|name| call.account.lists.named(name)).map(|list| list.id))?
        }
        "smartListId" | "smartListName" if call.config.bulk_smart_lists => {
            return Err(Refusal::new(1013, "Smart list not found"));
        }
        "updatedAt" | "smartListId" | "smartListName" => return Err(Refusal::plain(1035)),
        other => return Err(Refusal::invalid(format!("Unknown filter '{other}'"))),
    };
    create(call, &body, subject, fields)
}

fn create_activities(call: &mut Call<'_>) -> Answer {
    quota(call)?;
    let body: Value = call.body()?;
    let filter = body.get("filter").ok_or_else(|| Refusal::missing("filter"))?;
    let created = filter.get("createdAt").ok_or_else(|| Refusal::missing("filter.createdAt"))?;
    let created = range(call, created, "createdAt")?;
    let mut types = Vec::new();
    for text in strings(filter.get("activityTypeIds")) {
        types.push(text.parse::<u32>().map_err(|_| Refusal::mistyped(&text, "Integer"))?);
    }
    if types.contains(&kinds::DELETE_LEAD) {
        return Err(Refusal::invalid("Activity type 37 (Delete Lead) cannot be exported"));
    }
    if let Some(unknown) = types.iter().find(|id| !call.account.types.is_known(**id)) {
        return Err(Refusal::invalid(format!("Unknown activityTypeId '{unknown}'")));
    }
    let mut primary_ids = Vec::new();
    for text in strings(filter.get("primaryAttributeValueIds")) {
        primary_ids.push(text.parse::<u64>().map_err(|_| Refusal::mistyped(&text, "Integer"))?);
    }
    let primary_values = strings(filter.get("primaryAttributeValues"));
    if !primary_ids.is_empty() || !primary_values.is_empty() {
        let able = [
            kinds::CHANGE_VALUE,
            kinds::CHANGE_SCORE,
            kinds::CHANGE_PROGRAM_STATUS,
            kinds::ADD_TO_LIST,
            kinds::REMOVE_FROM_LIST,
            kinds::FILL_OUT_FORM,
        ];
        if !primary_ids.is_empty() && !primary_values.is_empty() {
            return Err(Refusal::invalid(
                "Only one of primaryAttributeValueIds and primaryAttributeValues can be given",
            ));
        }
        if primary_ids.len() > PRIMARIES || primary_values.len() > PRIMARIES {
            return Err(Refusal::invalid(format!("At most {PRIMARIES} primary attributes can be given")));
        }
        if types.is_empty() || !types.iter().all(|id| able.contains(id)) {
            return Err(Refusal::invalid("Primary attributes need matching activityTypeIds"));
        }
    }
    let mut fields = strings(body.get("fields"));
    if let Some(unknown) = fields.iter().find(|name| !COLUMNS.contains(&name.as_str()) && *name != "actionResult") {
        return Err(Refusal::invalid(format!("Invalid fields: '{unknown}'")));
    }
    if fields.is_empty() {
        fields = COLUMNS.iter().map(|name| (*name).to_owned()).collect();
    }
    create(call, &body, Subject::Activities { created, kinds: types, primary_ids, primary_values }, fields)
}

fn create(call: &mut Call<'_>, body: &Value, subject: Subject, fields: Vec<String>) -> Answer {
    let format = body.get("format").and_then(Value::as_str).unwrap_or("CSV").to_uppercase();
    if csv::separator(&format).is_none() {
        return Err(Refusal::mistyped(&format, "format CSV, TSV or SSV"));
    }
    let headers: BTreeMap<String, String> = match body.get("columnHeaderNames") {
        None | Some(Value::Null) => BTreeMap::new(),
        Some(names) => serde_json::from_value(names.clone())
            .map_err(|_| Refusal::invalid("columnHeaderNames must be an object of texts"))?,
    };
    let id = call.chance.uuid();
    call.account.exports.next += 1;
    let job = Job {
        id: id.clone(),
        number: call.account.exports.next,
        subject,
        format,
        fields,
        headers,
        state: State::Created,
        created_at: call.now,
        queued_at: None,
        started_at: None,
        finished_at: None,
        records: 0,
        size: 0,
        checksum: String::new(),
        error: None,
        file: None,
    };
    let shown = job.shown();
    call.account.exports.jobs.insert(id, job);
    call.stats.exports += 1;
    Ok(Reply::result(vec![shown]))
}

fn job<'a>(call: &'a mut Call<'_>, leads: bool) -> Result<&'a mut Job, Refusal> {
    let id = call.params[0].clone();
    let found = call.account.exports.jobs.get_mut(&id).filter(|job| job.subject.is_about_leads() == leads);
    found.ok_or_else(|| Refusal::new(1013, format!("Export job '{id}' not found")))
}

fn enqueue(call: &mut Call<'_>, leads: bool) -> Answer {
    let state = job(call, leads)?.state;
    match state {
        State::Created => {}
        State::Queued | State::Processing => return Err(Refusal::new(1029, "Job already queued")),
        State::Canceled | State::Completed | State::Failed => {
            return Err(Refusal::invalid(format!("Export job is {} and cannot be enqueued", state.name())));
        }
    }
    quota(call)?;
    if call.account.exports.open() >= call.config.limits.bulk_queued {
        return Err(Refusal::new(1029, "Too many jobs in queue"));
    }
    let now = call.now;
    let job = job(call, leads)?;
    (job.state, job.queued_at) = (State::Queued, Some(now));
    Ok(Reply::result(vec![job.shown()]))
}

fn cancel(call: &mut Call<'_>, leads: bool) -> Answer {
    let now = call.now;
    let job = job(call, leads)?;
    if matches!(job.state, State::Completed | State::Failed | State::Canceled) {
        return Err(Refusal::invalid(format!("Export job is {} and cannot be canceled", job.state.name())));
    }
    (job.state, job.finished_at) = (State::Canceled, Some(now));
    // The real service spells it both ways; status and list say "Canceled".
    let mut shown = job.shown();
    shown["status"] = "Cancelled".into();
    call.account.exports.moved_at = now;
    Ok(Reply::result(vec![shown]))
}

fn status(call: &mut Call<'_>, leads: bool) -> Answer {
    Ok(Reply::result(vec![job(call, leads)?.shown()]))
}

fn list(call: &mut Call<'_>, leads: bool) -> Answer {
    let wanted = call.query_list("status");
    let (after, size) = (call.after_id()?, call.batch_size()?);
    let mut jobs: Vec<&Job> = call
        .account
        .exports
        .jobs
        .values()
        .filter(|job| job.subject.is_about_leads() == leads && job.number > after)
        .filter(|job| call.now.ms_since(job.created_at) <= LISTED_MS)
        .filter(|job| wanted.is_empty() || wanted.iter().any(|name| same_state(name, job.state)))
        .collect();
    jobs.sort_by_key(|job| job.number);
    let page: Vec<Value> = jobs.iter().take(size).map(|job| job.shown()).collect();
    let next = jobs.get(size).and_then(|_| jobs.get(size - 1)).map(|job| token::after(&job.number.to_string()));
    Ok(Reply::page(page, next))
}

fn same_state(name: &str, state: State) -> bool {
    let name = if name.eq_ignore_ascii_case("Cancelled") { "Canceled" } else { name };
    name.eq_ignore_ascii_case(state.name())
}

/// The bytes that a `Range` asks for, both ends included; `None` when it lies outside of the file.
fn wanted_bytes(range: &str, size: usize) -> Option<(usize, usize)> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let end = size.checked_sub(1)?;
    let (first, last) = match (first, last) {
        ("", tail) => (size.saturating_sub(tail.parse().ok()?), end),
        (first, "") => (first.parse().ok()?, end),
        (first, last) => (first.parse().ok()?, last.parse::<usize>().ok()?.min(end)),
    };
    (first <= last && first < size).then_some((first, last))
}

fn file(call: &mut Call<'_>, leads: bool) -> Answer {
    let range = call.incoming.range.clone();
    let found = job(call, leads).ok().filter(|job| job.state == State::Completed).and_then(|job| job.file.as_ref());
    // No JSON here, unlike everywhere else.
    let Some(file) = found else { return Ok(Reply::text(404, "404 page not found")) };
    let bytes = file.as_bytes();
    let mut reply = match range.as_deref().map(|text| wanted_bytes(text, bytes.len())) {
        None => Reply::file(200, bytes.to_vec()),
        Some(Some((first, last))) => {
            let mut reply = Reply::file(206, bytes[first..=last].to_vec());
            reply.headers.push(("content-range", format!("bytes {first}-{last}/{}", bytes.len())));
            reply
        }
        Some(None) => {
            let mut reply = Reply::text(416, "Requested Range Not Satisfiable");
            reply.headers.push(("content-range", format!("bytes */{}", bytes.len())));
            reply
        }
    };
    reply.headers.push(("accept-ranges", "bytes".into()));
    Ok(reply)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_the_standard_reads_them() {
        for (range, bytes) in [
            ("bytes=0-0", Some((0, 0))),
            ("bytes=0-9", Some((0, 9))),
            ("bytes=5-99", Some((5, 9))),
            ("bytes=5-", Some((5, 9))),
            ("bytes=-3", Some((7, 9))),
            ("bytes=10-12", None),
            ("bytes=6-5", None),
            ("lines=1-2", None),
        ] {
            assert_eq!(wanted_bytes(range, 10), bytes, "{range}");
        }
        assert_eq!(wanted_bytes("bytes=0-0", 0), None);
    }

    #[test]
    fn what_an_export_says_of_itself() {
        use serde_json::json;
        assert!(same_state("cancelled", State::Canceled) && same_state("Canceled", State::Canceled));
        assert_eq!(strings(Some(&json!([1, "2"]))), ["1", "2"]);
    }
}
