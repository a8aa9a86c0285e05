//! Reading the activity log (documentation: "Activities", "Paging Tokens"): forward only, from a token, in pages that may
//! be empty although there is more. The token always comes, also with the last page.

use serde_json::{Value, json};

use super::{Route, get};
use crate::fake::activities::Activity;
use crate::fake::activity_types::{CHANGE_VALUE, DELETE_LEAD, NEW_LEAD};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::instants::{self, plus_zero, zulu};
use crate::fake::token::Place;

const READ: &[&str] = &["Read-Only Activity", "Read-Write Activity"];
const METADATA: &[&str] =
    &["Read-Only Activity Metadata", "Read-Write Activity Metadata", "Read-Only Activity", "Read-Write Activity"];

const KINDS: usize = 10;
const LEADS: usize = 30;
/// A list with this many members can no longer be used as a filter.
const LIST_MEMBERS: usize = 10_000;

pub(super) const ROUTES: &[Route] = &[
    get("rest/v1/activities/types.json", METADATA, types),
    get("rest/v1/activities/pagingtoken.json", READ, paging_token),
    get("rest/v1/activities.json", READ, activities),
    get("rest/v1/activities/leadchanges.json", READ, lead_changes),
    get("rest/v1/activities/deletedleads.json", READ, deleted_leads),
];

fn types(call: &mut Call<'_>) -> Answer {
    Ok(Reply::result(call.account.types.shown()))
}

fn paging_token(call: &mut Call<'_>) -> Answer {
    let text = call.required("sinceDatetime")?;
    let since = instants::parse(text).ok_or_else(|| Refusal::new(704, format!("Invalid date format '{text}'")))?;
    Ok(Reply::envelope(json!({"nextPageToken": Place::Since(since).write()})))
}

/// Reads one page from the token's place on: at most one block of the log, at most one page of what fits.
fn read(call: &mut Call<'_>, fits: impl Fn(&Activity) -> bool, show: impl Fn(&Activity) -> Value) -> Answer {
    let text = call.required("nextPageToken")?;
    let place = Place::read(text).ok_or_else(|| Refusal::invalid("Invalid nextPageToken"))?;
    let size = call.batch_size()?;
    let oddities = call.config.oddities;
    let log = call.account.activities.log();
    let (start, floor, until) = match place {
        Place::Since(at) => (call.account.activities.position(at), at, log.len()),
        Place::Position { next, .. } if next > log.len() => return Err(Refusal::invalid("Invalid nextPageToken")),
        Place::Position { next, floor, until } => (next, floor, until),
    };
    let leave_out = call.empty_page || call.chance.percent(oddities.empty_page_percent);
    let (mut next, mut found) = (start, Vec::new());
    if !(leave_out && start < log.len()) {
        let end = log.len().min(start.saturating_add(oddities.scan_block.max(1)));
        while next < end && found.len() < size {
            let activity = &log[next];
            // What was in the log when the date was turned into a place is held to that date; what came later is new.
            let is_old = next < until && activity.at.as_secs() < floor.as_secs();
            if !is_old && fits(activity) && call.account.shows(activity, call.config, call.now) {
                found.push(show(activity));
            }
            next += 1;
        }
    }
    if oddities.shuffle {
        call.chance.shuffle(&mut found);
    }
    let token = Place::Position { next, floor, until }.write();
    Ok(Reply::envelope(json!({"result": found, "nextPageToken": token, "moreResult": next < log.len()})))
}

/// The leads that a call is restricted to.
fn restriction(call: &Call<'_>) -> Result<Option<Vec<u64>>, Refusal> {
    let leads = call.query_ids("leadIds")?;
    if leads.len() > LEADS {
        return Err(Refusal::invalid(format!("Too many leadIds: {}. Maximum is {LEADS}", leads.len())));
    }
    let Some(list) = call.query("listId") else { return Ok((!leads.is_empty()).then_some(leads)) };
    if !leads.is_empty() {
        return Err(Refusal::invalid("Only one of leadIds and listId can be given"));
    }
    let id: u64 = list.parse().map_err(|_| Refusal::mistyped(list, "Integer"))?;
    let list = call.account.lists.all.get(&id).ok_or_else(|| Refusal::new(1013, format!("List '{id}' not found")))?;
    if list.members.len() >= LIST_MEMBERS {
        return Err(Refusal::invalid(format!("Static list membership size exceeds {LIST_MEMBERS}")));
    }
    Ok(Some(list.members.keys().copied().collect()))
}

/// Some records are without `id`, which is no identity; `marketoGUID` is.
fn with_id(activity: &Activity, percent: u64, mut shown: Value) -> Value {
    if activity.number % 100 >= percent {
        shown["id"] = activity.number.into();
    }
    shown["marketoGUID"] = activity.number.to_string().into();
    shown["leadId"] = activity.lead.into();
    shown["activityTypeId"] = activity.kind.into();
    if let Some(campaign) = activity.campaign {
        shown["campaignId"] = campaign.into();
    }
    shown
}

/// Attributes without a value are left out.
fn attributes(activity: &Activity) -> Vec<Value> {
    let filled = activity.attributes.iter().filter(|(_, value)| *value != Value::String(String::new()));
    filled.map(|(name, value)| json!({"name": name, "value": value})).collect()
}

fn shown(activity: &Activity, missing_id_percent: u64) -> Value {
    let mut shown = with_id(
        activity,
        missing_id_percent,
        json!({"activityDate": zulu(activity.at), "attributes": attributes(activity)}),
    );
    if let Some(id) = activity.primary_id {
        shown["primaryAttributeValueId"] = id.into();
    }
    if let Some(value) = &activity.primary {
        shown["primaryAttributeValue"] = value.clone().into();
    }
    shown
}

fn activities(call: &mut Call<'_>) -> Answer {
    let mut kinds = Vec::new();
    for text in call.query_list("activityTypeIds") {
        kinds.push(text.parse::<u32>().map_err(|_| Refusal::mistyped(&text, "Integer"))?);
    }
    if kinds.is_empty() {
        return Err(Refusal::missing("activityTypeIds"));
    }
    if kinds.len() > KINDS {
        return Err(Refusal::invalid(format!("Too many activityTypeIds: {}. Maximum is {KINDS}", kinds.len())));
    }
    if let Some(unknown) = kinds.iter().find(|id| !call.account.types.is_known(**id)) {
        return Err(Refusal::mistyped(&unknown.to_string(), "activity type id"));
    }
    let assets = call.query_ids("assetIds")?;
    if !assets.is_empty() && kinds.len() > 1 {
        return Err(Refusal::invalid("assetIds can only be used with a single activity type"));
    }
    let leads = restriction(call)?;
    let percent = call.config.oddities.missing_id_percent;
    let fits = |activity: &Activity| {
        kinds.contains(&activity.kind)
            && leads.as_ref().is_none_or(|leads| leads.contains(&activity.lead))
            && (assets.is_empty() || activity.primary_id.is_some_and(|id| assets.contains(&id)))
    };
    read(call, fits, |activity| shown(activity, percent))
}

fn lead_changes(call: &mut Call<'_>) -> Answer {
    let fields = call.query_list("fields");
    if fields.is_empty() {
        return Err(Refusal::missing("fields"));
    }
    for name in &fields {
        call.account.fields.require(name)?;
    }
    let leads = restriction(call)?;
    let percent = call.config.oddities.missing_id_percent;
    let fits = |activity: &Activity| {
        let named = activity.field.as_ref().is_some_and(|field| fields.contains(field));
        (activity.kind == NEW_LEAD || (activity.kind == CHANGE_VALUE && named))
            && leads.as_ref().is_none_or(|leads| leads.contains(&activity.lead))
    };
    let show = |activity: &Activity| {
        let changed: Vec<Value> = match &activity.field {
            Some(field) => {
                let value = |name: &str| activity.attribute(name).cloned().unwrap_or(Value::Null);
                vec![json!({"id": activity.primary_id, "name": field, "newValue": value("New Value"),
                            "oldValue": value("Old Value")})]
            }
            None => Vec::new(),
        };
        let mut others = attributes(activity);
        others.retain(|one| one["name"] != "New Value" && one["name"] != "Old Value");
        others.push(json!({"name": "Lead ID", "value": activity.lead}));
        let shown = json!({"activityDate": plus_zero(activity.at), "fields": changed, "attributes": others});
        with_id(activity, percent, shown)
    };
    read(call, fits, show)
}

fn deleted_leads(call: &mut Call<'_>) -> Answer {
    let percent = call.config.oddities.missing_id_percent;
    read(call, |activity| activity.kind == DELETE_LEAD, |activity| shown(activity, percent))
}
