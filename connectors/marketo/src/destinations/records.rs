//! Batches of values (Marketo: "Sync Leads", "Sync Companies"). Marketo answers for each record by its place. When it refuses
//! a whole call it has executed nothing, so the call is halved until the culprit stands alone and its neighbours are delivered;
//! an answer that never came makes every change of its call unknown, and nothing is repeated (I11).

use std::collections::BTreeMap;

use intentd_sdk::change::{Change, ChangeResult, Held, Outcome};
use intentd_sdk::permit::Permits;
use intentd_sdk::record::ExternalId;
use intentd_sdk::{ConnectorError, Result};
use serde_json::{Map, Value, json};

use super::answer::Written;
use super::values::value;
use super::verdict::{Verdict, before_the_write, is_about_records, judge, post, rejected};
use super::{BATCH, outcome};
use crate::connector::Marketo;
use crate::fields::{FieldMap, Object};

/// Marketo takes 1 MB per call; the rest is for the frame around the records.
const LARGEST_BODY: usize = 900_000;

/// How records of one object are written.
pub(super) struct Target {
    pub(super) object: Object,
    pub(super) path: &'static str,
    /// `action`, `lookupField` and the like.
    pub(super) frame: Value,
    /// The key and its value by which Marketo finds the record; `None` when it has none.
    pub(super) key: fn(&ExternalId) -> Option<(&'static str, Value)>,
}

/// A change with the record that Marketo is sent for it.
struct Prepared<'a> {
    change: &'a Change,
    record: Value,
    bytes: usize,
}

/// Writes changes of one kind; one outcome per change.
///
/// # Errors
/// Only when nothing was executed.
pub(super) async fn push(
    marketo: &Marketo,
    permits: &dyn Permits,
    target: &Target,
    changes: &[&Change],
) -> Result<Vec<Outcome>> {
    let fields = known_fields(marketo, permits, target.object, changes).await?;
    let mut outcomes = Vec::with_capacity(changes.len());
    let mut sound = Vec::with_capacity(changes.len());
    for change in changes {
        match record(target, &fields, change) {
            Ok(record) => sound.push(Prepared { change, bytes: record.to_string().len() + 1, record }),
            Err(result) => outcomes.push(outcome(change, result)),
        }
    }
    let mut groups = parts(sound);
    let mut executed = false;
    while let Some(group) = groups.pop() {
        match write(marketo, permits, target, &group).await {
            Ok(answers) => {
                executed = true;
                outcomes.extend(group.iter().enumerate().map(|(place, prepared)| {
                    outcome(prepared.change, settle(target.object, prepared.change, answers.get(place)))
                }));
            }
            Err(Verdict::NotExecuted { error, .. }) if !executed && outcomes.is_empty() => return Err(error),
            Err(Verdict::NotExecuted { result, .. }) => spread(&group, &result, &mut outcomes),
            Err(Verdict::Unknown(result)) => {
                executed = true;
                spread(&group, &result, &mut outcomes);
            }
            Err(Verdict::No(refusal)) if group.len() > 1 && is_about_records(&refusal) => groups.extend(halves(group)),
            Err(Verdict::No(refusal)) => {
                let result = match refusal.code() {
                    Some("1004") => ChangeResult::Missing,
                    _ => rejected(&refusal),
                };
                spread(&group, &result, &mut outcomes);
            }
        }
    }
    Ok(outcomes)
}

/// The fields of the object. One that a change names and that is not there may have been made a moment ago, so that Marketo is
/// asked once more before anybody is refused.
async fn known_fields(
    marketo: &Marketo,
    permits: &dyn Permits,
    object: Object,
    changes: &[&Change],
) -> Result<std::sync::Arc<FieldMap>> {
    let ask = || marketo.fields.of(&marketo.client, permits, object);
    let fields = ask().await.map_err(before_the_write)?;
    if changes.iter().flat_map(|change| change.set.keys()).all(|name| fields.contains_key(name)) {
        return Ok(fields);
    }
    marketo.fields.forget(object).await;
    ask().await.map_err(before_the_write)
}

/// The record as Marketo wants it, or why there is none.
fn record(target: &Target, fields: &FieldMap, change: &Change) -> Result<Value, ChangeResult> {
    let (key, id) = (target.key)(&change.id).ok_or(ChangeResult::Missing)?;
    let mut record = Map::from_iter([(key.to_owned(), id)]);
    for (name, text) in &change.set {
        let refused =
            |why: &str| ChangeResult::Rejected { reason: format!("`{name}` {why}"), property: Some(name.clone()) };
        let field = fields.get(name).ok_or_else(|| refused("is no field at Marketo"))?;
        if field.read_only {
            return Err(refused("is read-only at Marketo"));
        }
        record.insert(name.clone(), value(Some(&field.data_type), text));
    }
    Ok(Value::Object(record))
}

/// Groups that fit into one call each; the first one is the last, because groups are taken from the end.
fn parts(prepared: Vec<Prepared<'_>>) -> Vec<Vec<Prepared<'_>>> {
    let mut groups: Vec<Vec<Prepared<'_>>> = Vec::new();
    let mut room = 0;
    for one in prepared {
        let fits = groups.last().is_some_and(|group| group.len() < BATCH && one.bytes <= room);
        if !fits {
            groups.push(Vec::new());
            room = LARGEST_BODY;
        }
        room = room.saturating_sub(one.bytes);
        if let Some(group) = groups.last_mut() {
            group.push(one);
        }
    }
    groups.reverse();
    groups
}

fn halves(mut group: Vec<Prepared<'_>>) -> [Vec<Prepared<'_>>; 2] {
    let second = group.split_off(group.len() / 2);
    [second, group]
}

fn spread(group: &[Prepared<'_>], result: &ChangeResult, outcomes: &mut Vec<Outcome>) {
    outcomes.extend(group.iter().map(|prepared| outcome(prepared.change, result.clone())));
}

async fn write(
    marketo: &Marketo,
    permits: &dyn Permits,
    target: &Target,
    group: &[Prepared<'_>],
) -> Result<Vec<Written>, Verdict> {
    let mut body = target.frame.clone();
    body["input"] = group.iter().map(|prepared| &prepared.record).cloned().collect();
    match marketo.client.write::<Written>(permits, post(target.path, &body)).await {
        Ok(answer) => Ok(answer.result),
        Err(failure) => Err(judge(marketo.client.clock.as_ref(), failure)),
    }
}

/// What the answer says about one change.
fn settle(object: Object, change: &Change, written: Option<&Written>) -> ChangeResult {
    let Some(written) = written else {
        return ChangeResult::Unknown { reason: "the answer does not mention the record".to_owned() };
    };
    if let Some(reason) = written.refusal() {
        return reason.result(&change.set);
    }
    match written.status.as_deref() {
        Some("updated" | "created") => {
            let survivor = written.id.as_deref().filter(|id| object == Object::Lead && *id != change.id.as_str());
            ChangeResult::Delivered { survivor: survivor.map(ExternalId::from), modified_at: None }
        }
        _ => ChangeResult::Unknown { reason: "the answer does not say what became of the record".to_owned() },
    }
}

/// The frame of a call that changes only what exists.
pub(super) fn update_only(by: (&str, &str)) -> Value {
    json!({"action": "updateOnly", by.0: by.1, "input": []})
}

/// Nothing was executed of these, while others were.
pub(super) fn not_executed(changes: &[&Change], error: &ConnectorError) -> Vec<Outcome> {
    let result = ChangeResult::NotExecuted { retry_after_ms: None, reason: error.to_string() };
    changes.iter().map(|change| outcome(change, result.clone())).collect()
}

/// Values as they were looked up, in the shape that settles doubts.
pub(super) fn looked_up(found: &BTreeMap<String, Option<String>>, properties: &[String]) -> Held {
    let values = properties.iter().map(|name| (name.clone(), found.get(name).cloned().flatten())).collect();
    // Nothing at Marketo trails behind its own writes, so nobody needs the instant.
    Held { values, modified_at: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fields::Field;

    fn change(id: &str, set: &[(&str, &str)]) -> Change {
        Change {
            outbox_id: 1,
            kind: intentd_sdk::record::ObjectKind::Contact,
            id: id.into(),
            set: set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        }
    }

    fn fields() -> FieldMap {
        let field = |data_type: &str, read_only| Field {
            id: None,
            label: String::new(),
            data_type: data_type.into(),
            read_only,
        };
        FieldMap::from([
            ("intentScore".to_owned(), field("score", false)),
            ("createdAt".to_owned(), field("datetime", true)),
        ])
    }

    #[test]
    fn a_record_names_its_key_and_what_cannot_be_written_is_refused_here() {
        let target = super::super::leads::target();
        let sound = record(&target, &fields(), &change("7", &[("intentScore", "87")]));
        assert_eq!(sound, Ok(json!({"id": 7, "intentScore": 87})));
        let clears = record(&target, &fields(), &change("7", &[("intentScore", "")]));
        assert_eq!(clears, Ok(json!({"id": 7, "intentScore": null})));
        for (id, name, culprit) in [("7", "nope", Some("nope")), ("7", "createdAt", Some("createdAt"))] {
            let Err(ChangeResult::Rejected { property, .. }) = record(&target, &fields(), &change(id, &[(name, "1")]))
            else {
                panic!("{name} cannot be written");
            };
            assert_eq!(property.as_deref(), culprit);
        }
        assert_eq!(record(&target, &fields(), &change("x7", &[])), Err(ChangeResult::Missing));
    }

    #[test]
    fn calls_stay_within_both_limits() {
        let change = change("7", &[]);
        let prepared = |bytes| Prepared { change: &change, record: Value::Null, bytes };
        let sizes = |bytes: Vec<usize>| {
            let groups = parts(bytes.into_iter().map(prepared).collect());
            groups.iter().rev().map(Vec::len).collect::<Vec<_>>()
        };
        assert_eq!(sizes(vec![10; 700]), [300, 300, 100]);
        assert_eq!(sizes(vec![400_000; 5]), [2, 2, 1]);
        assert_eq!(sizes(vec![2_000_000, 10]), [1, 1], "too large for any call: Marketo says so");
        assert_eq!(sizes(vec![]), [] as [usize; 0]);
    }
}
