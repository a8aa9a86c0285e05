//! What the activity log says about leads themselves, besides their fields: whose score, owner or stage changed, who was
//! merged into whom, who came to a list or left it. Several streams want to know some of it, so one walk of a run answers
//! them all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use intentd_sdk::record::ObjectKind;
use intentd_sdk::{Result, Timestamp};
use tokio::sync::Mutex;

use crate::fields::{FieldMap, Object};
use crate::log;
use crate::streams::Reading;
use crate::wire::Activity;

const MERGE: &str = "Merge Leads";
const SCORE: &str = "Change Score";
/// Changes that the view of lead changes does not show: it knows new leads and changed values only.
const OF_LEADS: [&str; 5] = ["Change Owner", "Change Revenue Stage", SCORE, MERGE, "Push Lead to Marketo"];
const OF_LISTS: [&str; 2] = ["Add to List", "Remove from List"];
const OF_PROGRAMS: [&str; 1] = ["Change Status in Progression"];

/// The last walk, for the other streams of the same run.
#[derive(Default)]
pub(crate) struct LastMoves {
    known: Mutex<Option<(Walk, Arc<Moves>)>>,
}

/// A walk from one instant, made in a run that began at another.
type Walk = (Timestamp, Timestamp);

/// What the log says.
#[derive(Debug, Default)]
pub(crate) struct Moves {
    /// Leads to look at.
    pub(crate) leads: BTreeSet<u64>,
    /// Who was merged into whom.
    pub(crate) merged: BTreeMap<u64, Vec<String>>,
    /// Comings and goings.
    pub(crate) members: Vec<MemberMove>,
    /// The instance has none of the types that tell who comes and goes.
    pub(crate) tells_no_members: bool,
}

/// Somebody came or left.
#[derive(Debug)]
pub(crate) struct MemberMove {
    pub(crate) guid: Option<String>,
    pub(crate) is_program: bool,
    /// The list or program, when it is said.
    pub(crate) segment: Option<String>,
}

/// Everything since an instant; the walk of this run when there was one.
pub(crate) async fn since(reading: &Reading<'_>, since: Timestamp) -> Result<Arc<Moves>> {
    let mut known = reading.client.last_moves.known.lock().await;
    let walk = (since, reading.context.now);
    if let Some((_, moves)) = known.as_ref().filter(|(at, _)| *at == walk) {
        return Ok(Arc::clone(moves));
    }
    let moves = Arc::new(read(reading, since).await?);
    *known = Some((walk, Arc::clone(&moves)));
    Ok(moves)
}

async fn read(reading: &Reading<'_>, since: Timestamp) -> Result<Moves> {
    let (client, permits) = (reading.client, reading.context.permits);
    let names = client.types.names(client, permits).await?;
    let fields = reading.fields.of(client, permits, Object::Lead).await?;
    let is = |types: &[&str], id: u64| names.get(&id).is_some_and(|name| types.contains(&name.as_str()));
    let has = |types: &[&str]| names.values().any(|name| types.contains(&name.as_str()));
    let wanted: Vec<u64> = names
        .keys()
        .copied()
        .filter(|id| [&OF_LEADS[..], &OF_LISTS, &OF_PROGRAMS].iter().any(|types| is(types, *id)))
        .collect();
    let mut moves = Moves { tells_no_members: !has(&OF_LISTS) || !has(&OF_PROGRAMS), ..Moves::default() };
    let start = log::token(client, permits, since).await?;
    log::collect(client, permits, &wanted, &start, |activity| {
        let Some(type_id) = activity.activity_type_id else { return };
        if !is(&OF_LEADS, type_id) {
            moves.members.push(MemberMove {
                guid: activity.guid,
                is_program: is(&OF_PROGRAMS, type_id),
                segment: activity.primary_attribute_value_id,
            });
            return;
        }
        let Some(id) = activity.lead_id.as_deref().and_then(|id| id.parse::<u64>().ok()) else { return };
        if is(&[SCORE], type_id) && is_ours(reading, &fields, &activity) {
            return;
        }
        moves.leads.insert(id);
        if let Some(losers) = activity.attributes.get("Merge IDs").filter(|_| is(&[MERGE], type_id)) {
            moves.merged.entry(id).or_default().extend(numbers(losers));
        }
    })
    .await?;
    Ok(moves)
}

/// Whether the score that changed is one that this program writes. Marketo calls it by its label.
fn is_ours(reading: &Reading<'_>, fields: &FieldMap, activity: &Activity) -> bool {
    let ours = reading.context.selection.only_written.get(&ObjectKind::Contact);
    let Some(name) = activity.primary_attribute_value.as_deref() else { return false };
    ours.into_iter().flatten().any(|field| field == name || fields.get(field).is_some_and(|field| field.label == name))
}

/// The numbers in `[101, 102]`, `101,102` or `101;102`.
fn numbers(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_ascii_digit()).filter(|number| !number.is_empty()).map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn merged_leads_are_found_however_they_are_written() {
        for text in ["[101, 102]", "101,102", "101;102", "\"101\" \"102\""] {
            assert_eq!(numbers(text).collect::<Vec<_>>(), ["101", "102"], "{text}");
        }
    }
}
