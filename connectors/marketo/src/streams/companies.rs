//! Companies of leads: by the key that a lead carries, or else the named account that is called like the lead's company.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Result;
use intentd_sdk::record::{ExternalId, Item, ObjectKind, ObjectRecord, Properties};

use super::Reading;
use super::associations::{COMPANY_KEY, COMPANY_NAME, Found, by_keys, fields_of, link, optional};
use crate::fields::{FieldMap, Object};
use crate::lead::properties;
use crate::paths::{COMPANIES, NAMED_ACCOUNTS};
use crate::wire::Record;

/// A named account's record is called so, because companies have keys of the customer's own making.
pub(crate) const ACCOUNT: &str = "account:";

/// What named accounts call the fields that companies have, too (Marketo: "Named Accounts").
const LIKE_A_COMPANY: [(&str, &str); 6] = [
    ("billingCity", "city"),
    ("billingCountry", "country"),
    ("billingState", "state"),
    ("company", "name"),
    ("mainPhone", "phone"),
    ("website", "domainName"),
];

/// The companies and named accounts of some leads; `None` when neither can be asked for.
pub(super) async fn of(reading: &Reading<'_>, leads: &[Record]) -> Result<Option<Found>> {
    let companies = match fields_of(reading, Object::Company).await? {
        Some(known) => optional(companies(reading, leads, &known).await)?,
        None => None,
    };
    let accounts = match reading.options.named_accounts {
        true => fields_of(reading, Object::NamedAccount).await?,
        false => None,
    };
    let accounts = match accounts {
        Some(known) => optional(named_accounts(reading, leads, &known).await)?,
        None => None,
    };
    let (Some(mut found), more) = (match companies {
        Some(found) => (Some(found), accounts),
        None => (accounts, None),
    }) else {
        return Ok(None);
    };
    if let Some(more) = more {
        found.objects.extend(more.objects);
        for (lead, links) in more.of_lead {
            found.of_lead.entry(lead).or_default().extend(links);
        }
    }
    Ok(Some(found))
}

async fn companies(reading: &Reading<'_>, leads: &[Record], known: &FieldMap) -> Result<Found> {
    let keys: BTreeSet<String> = leads.iter().filter_map(|lead| lead.value(COMPANY_KEY)).map(str::to_owned).collect();
    let asked = asked(reading, known, &[COMPANY_KEY, "createdAt", "updatedAt"]);
    let records = by_keys(reading, COMPANIES, COMPANY_KEY, &keys, &asked).await?;
    let mut found = Found::default();
    let mut present: BTreeSet<&str> = BTreeSet::new();
    for record in &records {
        let Some(key) = record.value(COMPANY_KEY).filter(|key| !present.contains(key)) else { continue };
        present.insert(key);
        let properties = properties(record, ObjectKind::Company, reading.context.selection, &asked);
        found.objects.push(object(ExternalId::new(key), record, properties));
    }
    for lead in leads {
        if let (Some(id), Some(key)) = (lead.id(), lead.value(COMPANY_KEY).filter(|key| present.contains(key))) {
            found.of_lead.entry(id.to_owned()).or_default().insert(link(ExternalId::new(key), true));
        }
    }
    Ok(found)
}

/// Only of leads that name no company by key: one company must not come twice.
async fn named_accounts(reading: &Reading<'_>, leads: &[Record], known: &FieldMap) -> Result<Found> {
    let named = |lead: &&Record| lead.value(COMPANY_KEY).is_none();
    let names: BTreeSet<String> =
        leads.iter().filter(named).filter_map(|lead| lead.value(COMPANY_NAME)).map(str::to_owned).collect();
    let theirs: Vec<&str> = LIKE_A_COMPANY.iter().map(|(_, theirs)| *theirs).collect();
    let always: Vec<&str> = ["marketoGUID", "name", "createdAt", "updatedAt"].into_iter().chain(theirs).collect();
    let asked = asked(reading, known, &always);
    let records = by_keys(reading, NAMED_ACCOUNTS, "name", &names, &asked).await?;
    let mut found = Found::default();
    let mut by_name: BTreeMap<String, ExternalId> = BTreeMap::new();
    for record in &records {
        let (Some(guid), Some(name)) = (record.value("marketoGUID"), record.value("name")) else { continue };
        let id = ExternalId::new(format!("{ACCOUNT}{guid}"));
        if by_name.insert(name.to_lowercase(), id.clone()).is_none() {
            let properties = account_properties(reading, record, &asked);
            found.objects.push(object(id, record, properties));
        }
    }
    for lead in leads.iter().filter(named) {
        let account = lead.value(COMPANY_NAME).and_then(|name| by_name.get(&name.to_lowercase()));
        if let (Some(id), Some(account)) = (lead.id(), account) {
            found.of_lead.entry(id.to_owned()).or_default().insert(link(account.clone(), true));
        }
    }
    Ok(found)
}

/// The selected fields that the object has, and those that are always needed.
fn asked(reading: &Reading<'_>, known: &FieldMap, always: &[&str]) -> Vec<String> {
    let selected = reading.context.selection.properties.get(&ObjectKind::Company).into_iter().flatten();
    let mut names: BTreeSet<String> = selected.cloned().collect();
    names.extend(always.iter().map(|name| (*name).to_owned()));
    names.into_iter().filter(|name| known.contains_key(name) || name == "marketoGUID").collect()
}

/// A named account under the names that the fields of companies have.
fn account_properties(reading: &Reading<'_>, record: &Record, asked: &[String]) -> Properties {
    let selection = reading.context.selection;
    let mut all = properties(record, ObjectKind::Company, selection, asked);
    let selected = selection.properties.get(&ObjectKind::Company).into_iter().flatten();
    for name in selected {
        let theirs = LIKE_A_COMPANY.iter().find(|(company, _)| company == name).map(|(_, theirs)| *theirs);
        if let Some(theirs) = theirs.filter(|theirs| asked.iter().any(|asked| asked == theirs)) {
            all.insert(name.clone(), record.value(theirs).map(str::to_owned));
        }
    }
    all
}

fn object(id: ExternalId, record: &Record, properties: Properties) -> Item {
    Item::Object(ObjectRecord {
        kind: ObjectKind::Company,
        id,
        created_at: record.instant("createdAt"),
        modified_at: record.instant("updatedAt"),
        as_of: None,
        merged_ids: Vec::new(),
        properties,
    })
}
