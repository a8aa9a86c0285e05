//! What the activity log says about leads themselves, besides their fields: whose score, owner or stage changed, who was
//! merged into whom, who came to a list or left it. Several streams want to know some of it, so one walk of a run answers
//! them all.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use intentd_sdk::record::ObjectKind;
use intentd_sdk::{Result, Timestamp};
use tokio::sync::Mutex;

use crate::fields::Object;
use crate::log::{self, Wanted};
use crate::streams::Reading;
use crate::wire::Activity;

const MERGE: &str = "Merge Leads";
const SCORE: &str = "Change Score";
/// The type of fields of which Marketo logs changes so.
const SCORE_FIELD: &str = "score";
/// Changes that the view of lead changes does not show: it knows new leads and changed values only.
const OF_LEADS: [&str; 5] = ["Change Owner", "Change Revenue Stage", SCORE, MERGE, "Push Lead to Marketo"];
const OF_LISTS: [&str; 2] = ["Add to List", "Remove from List"];
const OF_PROGRAMS: [&str; 1] = ["Change Status in Progression"];

/// The last walk, for the other streams of the same run.
#[derive(Default)]
pub(crate) struct LastMoves {
    known: Mutex<Option<(Walk, Arc<Moves>)>>,
}

/// A walk from one instant, made in a run that began at another, and whether it asked for our own scores.
type Walk = (Timestamp, Timestamp, bool);

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

/// Everything since an instant; the walk of this run when there was one. Changes of scores that this program writes are only
/// asked for when somebody wants to know who else writes them.
pub(crate) async fn since(reading: &Reading<'_>, since: Timestamp, with_ours: bool) -> Result<Arc<Moves>> {
    let mut known = reading.client.last_moves.known.lock().await;
    let walk = (since, reading.context.now, with_ours);
    if let Some((_, moves)) = known.as_ref().filter(|(at, _)| *at == walk) {
        return Ok(Arc::clone(moves));
    }
    let moves = Arc::new(read(reading, since, with_ours).await?);
    *known = Some((walk, Arc::clone(&moves)));
    Ok(moves)
}

async fn read(reading: &Reading<'_>, since: Timestamp, with_ours: bool) -> Result<Moves> {
    let (client, permits) = (reading.client, reading.context.permits);
    let names = client.types.names(client, permits).await?;
    let is = |types: &[&str], id: u64| names.get(&id).is_some_and(|name| types.contains(&name.as_str()));
    let has = |types: &[&str]| names.values().any(|name| types.contains(&name.as_str()));
    let scores = if with_ours { Scores::All } else { scores(reading).await? };
    let types: Vec<u64> = names
        .keys()
        .copied()
        .filter(|id| [&OF_LEADS[..], &OF_LISTS, &OF_PROGRAMS].iter().any(|types| is(types, *id)))
        .filter(|id| scores == Scores::All || !is(&[SCORE], *id))
        .collect();
    let mut moves = Moves { tells_no_members: !has(&OF_LISTS) || !has(&OF_PROGRAMS), ..Moves::default() };
    let start = log::token(client, permits, since).await?;
    let take = |moves: &mut Moves, activity: Activity| {
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
        moves.leads.insert(id);
        if let Some(losers) = activity.attributes.get("Merge IDs").filter(|_| is(&[MERGE], type_id)) {
            moves.merged.entry(id).or_default().extend(numbers(losers));
        }
    };
    log::collect(client, permits, Wanted::Types(&types), &start, |one| take(&mut moves, one)).await?;
    if let Scores::Of(fields) = scores {
        for type_id in names.keys().copied().filter(|id| is(&[SCORE], *id)) {
            log::collect(client, permits, Wanted::About(type_id, &fields), &start, |one| take(&mut moves, one)).await?;
        }
    }
    Ok(moves)
}

/// Of which scores changes are asked for.
#[derive(Debug, PartialEq, Eq)]
enum Scores {
    All,
    /// Of these fields, by their numbers.
    Of(Vec<u64>),
    None,
}

/// The scores that are read, when this program writes others. A page holds 300 changes, and after a write they would all be
/// its own.
async fn scores(reading: &Reading<'_>) -> Result<Scores> {
    let fields = reading.fields.of(reading.client, reading.context.permits, Object::Lead).await?;
    let selection = reading.context.selection;
    let nothing = BTreeSet::new();
    let ours = selection.only_written.get(&ObjectKind::Contact).unwrap_or(&nothing);
    let asked = selection.properties.get(&ObjectKind::Contact).into_iter().flatten();
    let (ours, read): (Vec<_>, Vec<_>) = asked
        .filter_map(|name| Some((name, fields.get(name).filter(|field| field.data_type == SCORE_FIELD)?)))
        .partition(|(name, _)| ours.contains(*name));
    if read.is_empty() {
        return Ok(Scores::None);
    }
    let ids: Option<Vec<u64>> = read.iter().map(|(_, field)| field.id).collect();
    Ok(ids.filter(|_| !ours.is_empty()).map_or(Scores::All, Scores::Of))
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
