//! The whole state of the fake account, and the ways in which a test may change it behind the API's back. Every change
//! goes through here, so that indexes and calculated values stay right; nothing here checks what a client may do.

use std::borrow::Cow;
use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::auth::Grants;
use super::config::FakeConfig;
use super::email_events::EmailEvents;
use super::forms::Forms;
use super::kind::Kind;
use super::links::{Label, Links};
use super::lists::Lists;
use super::page_views::PageViews;
use super::record::{Record, Table, Version};
use super::schema::Schema;
use super::workflows::Workflows;

/// A user who may own records.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Owner {
    pub id: u64,
    pub user_id: u64,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
    pub created_at: Timestamp,
    #[serde(default)]
    pub archived: bool,
}

/// Who wrote a value: the property history names it.
#[derive(Clone, Debug)]
pub struct Writer {
    pub source_type: String,
    pub source_id: String,
}

impl Writer {
    /// A person in the user interface.
    pub fn person() -> Writer {
        Writer { source_type: "CRM_UI".into(), source_id: "userId:9586504".into() }
    }
}

/// The account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub portal_id: u64,
    pub time_zone: String,
    pub search_lag_ms: i64,
    pub merge_makes_new_id: bool,
    /// Properties that an admin requires: a write that leaves a record without one is refused, on every version of the
    /// API since 2026-09.
    #[serde(default)]
    pub required: Vec<(Kind, String)>,
    pub owners: Vec<Owner>,
    pub labels: Vec<Label>,
    pub links: Links,
    pub lists: Lists,
    pub page_views: PageViews,
    pub email_events: EmailEvents,
    pub forms: Forms,
    pub workflows: Workflows,
    pub(crate) grants: Grants,
    tables: BTreeMap<Kind, Table>,
    schemas: BTreeMap<Kind, Schema>,
}

impl Account {
    /// An account without any record.
    pub fn empty(config: &FakeConfig) -> Account {
        let schema_age = config.now.plus_ms(-400 * 86_400_000);
        let tables = Kind::ALL.iter().map(|kind| {
            let mut table = Table::new(first_id(*kind));
            if *kind == Kind::Contact {
                table.make_unique("email");
            }
            (*kind, table)
        });
        Account {
            portal_id: config.portal_id,
            time_zone: config.time_zone.clone(),
            search_lag_ms: config.search_lag_ms,
            merge_makes_new_id: config.merge_makes_new_id,
            required: Vec::new(),
            owners: Vec::new(),
            labels: Vec::new(),
            links: Links::default(),
            lists: Lists::default(),
            page_views: PageViews::default(),
            email_events: EmailEvents::default(),
            forms: Forms::default(),
            workflows: Workflows::default(),
            grants: Grants::default(),
            tables: tables.collect(),
            schemas: Kind::ALL.iter().map(|kind| (*kind, Schema::default_of(*kind, schema_age))).collect(),
        }
    }

    /// The records of one type.
    pub fn table(&self, kind: Kind) -> &Table {
        &self.tables[&kind]
    }

    pub(crate) fn table_mut(&mut self, kind: Kind) -> &mut Table {
        self.tables.entry(kind).or_default()
    }

    /// The property definitions of one type.
    pub fn schema(&self, kind: Kind) -> &Schema {
        &self.schemas[&kind]
    }

    /// The property definitions, to change them.
    pub fn schema_mut(&mut self, kind: Kind) -> &mut Schema {
        self.schemas.entry(kind).or_default()
    }

    /// Adds a record as a person in the user interface would; gives its id.
    pub fn add(&mut self, kind: Kind, values: &[(&str, &str)], at: Timestamp) -> u64 {
        let id = self.table_mut(kind).take_id();
        let mut record = Record::new(id, at);
        record.values.extend(values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        record.values.entry("hs_object_source".into()).or_insert_with(|| "CRM_UI".into());
        record.values.entry("hs_object_source_label".into()).or_insert_with(|| "CRM_UI".into());
        self.insert(kind, record, at);
        id
    }

    pub(crate) fn insert(&mut self, kind: Kind, record: Record, at: Timestamp) {
        let (lag_ms, id) = (self.search_lag_ms, record.id);
        let table = self.table_mut(kind);
        table.insert(record);
        if lag_ms > 0 {
            table.lag(id, at.plus_ms(lag_ms), true);
        }
    }

    /// Sets values as a person would; moves last-modified. False when there is no such live record.
    pub fn set(&mut self, kind: Kind, id: u64, values: &[(&str, &str)], at: Timestamp) -> bool {
        let values: Vec<(String, String)> =
            values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.write(kind, id, &values, at, &Writer::person())
    }

    pub(crate) fn write(
        &mut self,
        kind: Kind,
        id: u64,
        values: &[(String, String)],
        at: Timestamp,
        writer: &Writer,
    ) -> bool {
        let lag_ms = self.search_lag_ms;
        let table = self.table_mut(kind);
        if lag_ms > 0 && table.get(id).is_some() {
            table.lag(id, at.plus_ms(lag_ms), false);
        }
        let changed = table.change(id, |record| {
            record.updated_at = at;
            for (name, value) in values {
                remember(record, name, value, at, writer);
                record.values.insert(name.clone(), value.clone());
            }
        });
        changed.is_some()
    }

    /// Sets a calculated value: last-modified does not move, nothing enters the history.
    pub fn set_calculated(&mut self, kind: Kind, id: u64, name: &str, value: &str) -> bool {
        let set = |record: &mut Record| {
            record.values.insert(name.to_owned(), value.to_owned());
        };
        self.table_mut(kind).change(id, set).is_some()
    }

    /// Stamps records with one last-modified instant, as a bulk job does.
    pub fn touch(&mut self, kind: Kind, ids: impl IntoIterator<Item = u64>, at: Timestamp) {
        let table = self.table_mut(kind);
        for id in ids {
            table.change(id, |record| record.updated_at = at);
        }
    }

    /// Moves a record to the recycle bin.
    pub fn archive(&mut self, kind: Kind, id: u64, at: Timestamp) -> bool {
        let archived = self.table_mut(kind).archive(id, at);
        if archived {
            self.links.sever_all((kind, id));
        }
        archived
    }

    /// Takes a record out of the recycle bin; its associations do not come back.
    pub fn restore(&mut self, kind: Kind, id: u64, at: Timestamp) -> bool {
        self.table_mut(kind).unarchive(id, at)
    }

    /// Removes a contact and everything that names it, for good.
    pub fn gdpr_delete(&mut self, id: u64) -> bool {
        let Some(record) = self.table_mut(Kind::Contact).remove(id) else { return false };
        self.links.sever_all((Kind::Contact, id));
        self.lists.forget(Kind::Contact, id);
        self.page_views.forget(id);
        for address in record.addresses() {
            self.email_events.forget(&address);
            self.forms.forget(&address);
        }
        true
    }

    /// Merges `absorbed` into `primary`; gives the id of the survivor, which is a new one when the account is set so.
    pub fn merge(&mut self, kind: Kind, primary: u64, absorbed: u64, at: Timestamp) -> Option<u64> {
        let new_id = self.merge_makes_new_id;
        let table = self.table_mut(kind);
        if primary == absorbed || table.get(primary).is_none() || table.get(absorbed).is_none() {
            return None;
        }
        let (gone, mut kept) = (table.remove(absorbed)?, table.remove(primary)?);
        let survivor = if new_id { table.take_id() } else { primary };
        kept.merged.extend(gone.merged.iter().copied());
        kept.merged.push((absorbed, at));
        table.alias(absorbed, survivor);
        if new_id {
            kept.merged.push((primary, at));
            table.alias(primary, survivor);
        }
        absorb(kind, &mut kept, &gone);
        kept.id = survivor;
        kept.updated_at = at;
        table.insert(kept);
        for old in [absorbed, primary] {
            if old != survivor {
                self.links.move_all((kind, old), (kind, survivor));
                self.lists.rename(kind, old, survivor);
                if kind == Kind::Contact {
                    self.page_views.rename(old, survivor);
                }
            }
        }
        Some(survivor)
    }

    /// Associates two records without a label. False when the two types cannot be associated.
    pub fn associate(&mut self, from: (Kind, u64), to: (Kind, u64)) -> bool {
        self.links.associate(from, to)
    }

    /// A page view of a contact, with the calculated contact properties that follow from it.
    pub fn add_page_view(&mut self, contact: u64, at: Timestamp, url: &str, title: &str) -> u64 {
        let id = self.page_views.add(contact, at, url, title);
        let views = self.page_views.count_of(contact).to_string();
        let newest = self.page_views.newest_of(contact).map(|view| (view.at.to_string(), view.url.clone()));
        self.set_calculated(Kind::Contact, contact, "hs_analytics_num_page_views", &views);
        if let Some((at, url)) = newest {
            self.set_calculated(Kind::Contact, contact, "hs_analytics_last_timestamp", &at);
            self.set_calculated(Kind::Contact, contact, "hs_analytics_last_url", &url);
        }
        id
    }

    /// A property's value as a read gives it: stored, or worked out from the rest of the account.
    pub fn value<'a>(&'a self, kind: Kind, record: &'a Record, name: &str) -> Option<Cow<'a, str>> {
        if name == "hs_object_id" {
            return Some(record.id.to_string().into());
        }
        if name == kind.modified_property() || name == "hs_lastmodifieddate" {
            return Some(record.updated_at.to_string().into());
        }
        if name == kind.created_property() || name == "hs_createdate" {
            return Some(record.created_at.to_string().into());
        }
        let count = |to: Kind| Some(self.links.count(kind, record.id, to).to_string().into());
        match (kind, name) {
            (_, "hs_merged_object_ids") if !record.merged.is_empty() => Some(merged_ids(record).into()),
            (Kind::Contact, "hs_calculated_merged_vids") if !record.merged.is_empty() => {
                let parts: Vec<String> = record.merged.iter().map(|(id, at)| format!("{id}:{}", at.as_ms())).collect();
                Some(parts.join(";").into())
            }
            (Kind::Contact, "associatedcompanyid") => {
                self.links.primary(kind, record.id, Kind::Company).map(|id| id.to_string().into())
            }
            (Kind::Company | Kind::Deal, "num_associated_contacts") => count(Kind::Contact),
            (Kind::Company | Kind::Contact, "num_associated_deals") => count(Kind::Deal),
            (Kind::Company, "hs_num_decision_makers") => Some(self.with_role(record.id, "DECISION_MAKER")),
            (Kind::Company, "hs_num_blockers") => Some(self.with_role(record.id, "BLOCKER")),
            (Kind::Company, "hs_num_contacts_with_buying_roles") => Some(self.with_role(record.id, "")),
            (Kind::Deal, "hs_is_closed") => {
                let stage = record.stored("dealstage").unwrap_or_default();
                Some(stage.starts_with("closed").to_string().into())
            }
            (Kind::Deal, "hs_is_closed_won") => {
                Some((record.stored("dealstage") == Some("closedwon")).to_string().into())
            }
            (Kind::Deal, "amount_in_home_currency") => record.stored("amount").map(Cow::from),
            _ => record.values.get(name).map(|value| Cow::from(value.as_str())),
        }
    }

    fn with_role(&self, company: u64, role: &str) -> Cow<'static, str> {
        let contacts = self.links.of(Kind::Company, company, Kind::Contact).into_iter().flat_map(BTreeMap::keys);
        let has_role = |id: &&u64| {
            let roles = self.table(Kind::Contact).get(**id).and_then(|record| record.stored("hs_buying_role"));
            roles.is_some_and(|roles| role.is_empty() || roles.split(';').any(|one| one == role))
        };
        contacts.filter(has_role).count().to_string().into()
    }

    /// Makes the indexes anew; after the account was read from a file.
    pub(crate) fn rebuild(&mut self) {
        for table in self.tables.values_mut() {
            table.rebuild();
        }
    }
}

/// Ids start far apart, and those of companies beyond 32 bits, as in real accounts.
fn first_id(kind: Kind) -> u64 {
    match kind {
        Kind::Contact => 101,
        Kind::Company => 5_790_900_001,
        Kind::Deal => 21_678_000_001,
        Kind::Call => 31_000_000_001,
        Kind::Email => 32_000_000_001,
        Kind::Meeting => 33_000_000_001,
        Kind::Note => 34_000_000_001,
        Kind::Task => 35_000_000_001,
        Kind::Communication => 36_000_000_001,
    }
}

fn merged_ids(record: &Record) -> String {
    let ids: Vec<String> = record.merged.iter().map(|(id, _)| id.to_string()).collect();
    ids.join(";")
}

fn remember(record: &mut Record, name: &str, value: &str, at: Timestamp, writer: &Writer) {
    let first = record.values.get(name).cloned();
    let created_at = record.created_at;
    let versions = record.history.entry(name.to_owned()).or_default();
    if let (true, Some(value)) = (versions.is_empty(), first) {
        let (source_type, source_id) = ("CRM_UI".to_owned(), "userId:9586504".to_owned());
        versions.push(Version { value, at: created_at, source_type, source_id });
    }
    versions.push(Version {
        value: value.to_owned(),
        at,
        source_type: writer.source_type.clone(),
        source_id: writer.source_id.clone(),
    });
}

/// The survivor keeps its values and takes the absorbed record's where it has none; addresses and domains are kept all.
fn absorb(kind: Kind, kept: &mut Record, gone: &Record) {
    let (main, additional) = match kind {
        Kind::Contact => ("email", "hs_additional_emails"),
        Kind::Company => ("domain", "hs_additional_domains"),
        _ => ("", ""),
    };
    for (name, value) in &gone.values {
        if kept.stored(name).is_none() && name != additional {
            kept.values.insert(name.clone(), value.clone());
        }
    }
    let mut extra: Vec<String> = Vec::new();
    for list in [kept.stored(additional), gone.stored(main), gone.stored(additional)].into_iter().flatten() {
        for one in list.split(';') {
            if kept.stored(main) != Some(one) && !extra.iter().any(|known| known == one) {
                extra.push(one.to_owned());
            }
        }
    }
    if !additional.is_empty() && !extra.is_empty() {
        kept.values.insert(additional.into(), extra.join(";"));
    }
}
