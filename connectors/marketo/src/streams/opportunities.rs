//! Opportunities of leads, found through the roles that leads have in them.

use std::collections::BTreeSet;

use intentd_sdk::Result;
use intentd_sdk::record::{ExternalId, Item, ObjectKind, ObjectRecord};

use super::Reading;
use super::associations::{Found, by_keys, fields_of, link, optional};
use crate::fields::Object;
use crate::lead::properties;
use crate::paths::{OPPORTUNITIES, OPPORTUNITY_ROLES};
use crate::wire::Record;

const KEY: &str = "externalOpportunityId";

/// The opportunities of some leads; `None` when they cannot be asked for.
pub(super) async fn of(reading: &Reading<'_>, leads: &[Record]) -> Result<Option<Found>> {
    let Some(known) = fields_of(reading, Object::Opportunity).await? else { return Ok(None) };
    let selection = reading.context.selection;
    let selected = selection.properties.get(&ObjectKind::Deal).into_iter().flatten().cloned();
    let always = [KEY, "createdAt", "updatedAt"].map(str::to_owned);
    let asked: BTreeSet<String> = selected.chain(always).filter(|name| known.contains_key(name)).collect();
    let asked: Vec<String> = asked.into_iter().collect();

    let leads: BTreeSet<String> = leads.iter().filter_map(Record::id).map(str::to_owned).collect();
    let fields = ["leadId", KEY, "role", "isPrimary"].map(str::to_owned);
    let Some(roles) = optional(by_keys(reading, OPPORTUNITY_ROLES, "leadId", &leads, &fields).await)? else {
        return Ok(None);
    };
    let keys: BTreeSet<String> = roles.iter().filter_map(|role| role.value(KEY)).map(str::to_owned).collect();
    let records = by_keys(reading, OPPORTUNITIES, KEY, &keys, &asked).await?;
    let mut found = Found::default();
    let mut present: BTreeSet<&str> = BTreeSet::new();
    for record in &records {
        let Some(key) = record.value(KEY).filter(|key| !present.contains(key)) else { continue };
        present.insert(key);
        found.objects.push(Item::Object(ObjectRecord {
            kind: ObjectKind::Deal,
            id: ExternalId::new(key),
            created_at: record.instant("createdAt"),
            modified_at: record.instant("updatedAt"),
            as_of: None,
            merged_ids: Vec::new(),
            properties: properties(record, ObjectKind::Deal, selection, &asked),
        }));
    }
    for role in &roles {
        let (Some(lead), Some(key)) = (role.value("leadId"), role.value(KEY)) else { continue };
        if present.contains(key) {
            let primary = role.value("isPrimary") == Some("true");
            let links = found.of_lead.entry(lead.to_owned()).or_default();
            // A lead with two roles in one opportunity belongs to it once.
            match links.iter().find(|link| link.id.as_str() == key).cloned() {
                Some(known) if primary && !known.primary => {
                    links.remove(&known);
                    links.insert(link(ExternalId::new(key), true));
                }
                Some(_) => {}
                None => _ = links.insert(link(ExternalId::new(key), primary)),
            }
        }
    }
    Ok(Some(found))
}
