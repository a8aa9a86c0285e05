//! The whole state of the fake instance, and the ways in which a test may change it behind the API's back. Every change
//! goes through here, so that the activity log tells of it as the real one would; nothing here checks what a client may
//! do.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::activities::{Activities, Activity};
use super::activity_types::{self as kinds, ActivityTypes};
use super::campaigns::Campaigns;
use super::config::FakeConfig;
use super::exports::Exports;
use super::fields::{Fields, Home};
use super::instants;
use super::leads::{Lead, Leads};
use super::lists::Lists;
use super::objects::{ObjectKind, Objects};
use super::programs::Programs;

/// Who changes something: the activity log names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    /// `Source` and `Reason` of Change Data Value.
    pub source: String,
    pub method: Option<String>,
    pub user: Option<String>,
    pub request: Option<String>,
    pub campaign: Option<u64>,
}

impl Writer {
    /// A person in the user interface.
    pub fn person() -> Writer {
        Writer {
            source: "Marketo UI".into(),
            method: None,
            user: Some("saga.wikbo@nordlys.example".into()),
            request: None,
            campaign: None,
        }
    }

    /// The person concerned, on a form.
    pub fn form() -> Writer {
        Writer { source: "Form fill-out".into(), user: None, ..Writer::person() }
    }

    /// A flow step of a campaign.
    pub fn campaign(id: u64) -> Writer {
        Writer { source: "Campaign".into(), user: None, campaign: Some(id), ..Writer::person() }
    }

    /// A call of the API.
    pub(crate) fn api(user: &str, method: &str, request: &str) -> Writer {
        Writer {
            source: "Web service API".into(),
            method: Some(method.into()),
            user: Some(user.into()),
            request: Some(request.into()),
            campaign: None,
        }
    }
}

/// A lead partition.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Partition {
    pub id: u64,
    pub name: String,
    /// Whether the API user may see it.
    pub open: bool,
}

/// The instance.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Account {
    pub munchkin_id: String,
    pub created_at: Timestamp,
    pub leads: Leads,
    pub fields: Fields,
    pub types: ActivityTypes,
    pub activities: Activities,
    pub lists: Lists,
    pub campaigns: Campaigns,
    pub programs: Programs,
    pub partitions: Vec<Partition>,
    pub activity_lag_ms: i64,
    pub late_email_ms: i64,
    pub(crate) exports: Exports,
    objects: BTreeMap<ObjectKind, Objects>,
}

impl Account {
    /// An instance without any person or asset.
    pub fn empty(config: &FakeConfig) -> Account {
        let objects = ObjectKind::ALL.iter().zip([3_433, 51_001, 61_001, 71_001, 81_001]);
        Account {
            munchkin_id: config.munchkin_id.clone(),
            created_at: config.now.plus_ms(-900 * 86_400_000),
            leads: Leads::default(),
            fields: Fields::standard(),
            types: ActivityTypes::default(),
            activities: Activities::default(),
            lists: Lists::default(),
            campaigns: Campaigns::default(),
            programs: Programs::default(),
            partitions: vec![Partition { id: 1, name: "Default".into(), open: true }],
            activity_lag_ms: config.oddities.activity_lag_ms,
            late_email_ms: config.oddities.late_email_ms,
            exports: Exports::default(),
            objects: objects.map(|(kind, first)| (*kind, Objects::starting_at(first))).collect(),
        }
    }

    /// The records of one object.
    pub fn objects(&self, kind: ObjectKind) -> &Objects {
        &self.objects[&kind]
    }

    /// The records of one object, to change them.
    pub fn objects_mut(&mut self, kind: ObjectKind) -> &mut Objects {
        self.objects.entry(kind).or_insert_with(|| Objects::starting_at(1))
    }

    pub(crate) fn all_objects(&self) -> impl Iterator<Item = &Objects> {
        self.objects.values()
    }

    /// Writes an activity down, as late as this instance is.
    pub fn log(&mut self, mut activity: Activity) -> u64 {
        activity.logged_at = activity.logged_at.max(activity.at.plus_ms(self.activity_lag_ms));
        self.activities.add(activity)
    }

    /// Adds a person as somebody in the user interface would; gives the id.
    pub fn add_lead(&mut self, values: &[(&str, Value)], at: Timestamp) -> u64 {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.create(values, at, &Writer::person())
    }

    /// Adds a visitor without a name; gives the id.
    pub fn add_visitor(&mut self, inferred: &[(&str, &str)], cookie: &str, at: Timestamp) -> u64 {
        let id = self.leads.take_id();
        let mut lead = Lead::new(id, at);
        lead.anonymous = true;
        lead.cookies.push(cookie.into());
        for (name, value) in inferred {
            lead.put(name, (*value).into());
        }
        self.leads.insert(lead);
        id
    }

    pub(crate) fn create(&mut self, values: BTreeMap<String, Value>, at: Timestamp, writer: &Writer) -> u64 {
        let id = self.leads.take_id();
        let mut lead = Lead::new(id, at);
        let source = values.get("leadSource").and_then(Value::as_str).unwrap_or_default().to_owned();
        for (name, value) in values {
            lead.put(&name, value);
        }
        self.leads.insert(lead);
        self.link_company(id);
        let mut activity = Activity::new(kinds::NEW_LEAD, id, at)
            .with("Created Date", instants::zulu(at)[..10].to_owned())
            .with("Source Type", writer.source.clone());
        if !source.is_empty() {
            activity = activity.with("Lead Source", source);
        }
        self.log(activity);
        id
    }

    /// Sets values as a person would. False when there is no such lead.
    pub fn set_lead(&mut self, id: u64, values: &[(&str, Value)], at: Timestamp) -> bool {
        let values = values.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.write_lead(id, values, at, &Writer::person())
    }

    /// Writes values; those that change are told by the log, and move the instants that they move.
    pub(crate) fn write_lead(
        &mut self,
        id: u64,
        values: BTreeMap<String, Value>,
        at: Timestamp,
        writer: &Writer,
    ) -> bool {
        let Some(lead) = self.leads.get(id) else { return false };
        let changed: Vec<(String, Value, Value)> = values
            .into_iter()
            .map(|(name, new)| {
                let old = lead.values.get(&name).cloned().unwrap_or(Value::Null);
                (name, old, new)
            })
            .filter(|(_, old, new)| old != new)
            .collect();
        if changed.is_empty() {
            return true;
        }
        let fields = &self.fields;
        let is_standard = |name: &str| fields.get(name).is_some_and(|field| field.home != Home::Custom);
        let moves = changed.iter().any(|(name, ..)| is_standard(name));
        self.leads.change(id, |lead| {
            for (name, _, new) in &changed {
                lead.put(name, new.clone());
            }
            lead.changed_at = at;
            if moves {
                lead.updated_at = at;
            }
            lead.anonymous = lead.anonymous && lead.text("email").is_none();
        });
        if changed.iter().any(|(name, ..)| name == "externalCompanyId") {
            self.link_company(id);
        }
        for (name, old, new) in changed {
            self.tell_change(id, &name, &old, &new, at, writer);
        }
        true
    }

    fn tell_change(&mut self, lead: u64, name: &str, old: &Value, new: &Value, at: Timestamp, writer: &Writer) {
        let Some(field) = self.fields.get(name) else { return };
        let (field_id, display, is_score) = (field.id, field.display.clone(), field.data_type == "score");
        let shown = |value: &Value| match value {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        let mut change = Activity::new(kinds::CHANGE_VALUE, lead, at)
            .by(writer.campaign)
            .about(field_id, display.clone())
            .with("New Value", shown(new))
            .with("Old Value", shown(old))
            .with("Reason", writer.source.clone())
            .with("Source", writer.source.clone());
        for (attribute, value) in
            [("API Method Name", &writer.method), ("Modifying User", &writer.user), ("Request Id", &writer.request)]
        {
            if let Some(value) = value {
                change = change.with(attribute, value.clone());
            }
        }
        change.field = Some(name.to_owned());
        self.log(change);
        if is_score {
            let difference = new.as_i64().unwrap_or(0) - old.as_i64().unwrap_or(0);
            let mut score = Activity::new(kinds::CHANGE_SCORE, lead, at)
                .by(writer.campaign)
                .about(field_id, display)
                .with("Change Value", format!("{difference:+}"))
                .with("New Value", new.as_i64().unwrap_or(0))
                .with("Old Value", old.as_i64().unwrap_or(0))
                .with("Reason", writer.source.clone());
            score.field = Some(name.to_owned());
            self.log(score);
        }
    }

    /// A lead follows its `externalCompanyId` to the company; it cannot leave a company otherwise.
    fn link_company(&mut self, id: u64) {
        let Some(external) = self.leads.get(id).and_then(|lead| lead.text("externalCompanyId")).map(str::to_owned)
        else {
            return;
        };
        let found = self.objects(ObjectKind::Company).matching(&[("externalCompanyId", external)]);
        if let Some(company) = found.first() {
            self.leads.change(id, |lead| lead.company = Some(*company));
        }
    }

    /// A lead's value as a read gives it: stored, inherited from its company, or made by the service.
    pub fn value(&self, lead: &Lead, name: &str) -> Value {
        match name {
            "id" => lead.id.into(),
            "createdAt" => instants::zulu(lead.created_at).into(),
            "updatedAt" => instants::zulu(lead.updated_at).into(),
            "isAnonymous" => lead.anonymous.into(),
            "isLead" => true.into(),
            "leadPartitionId" => lead.partition.into(),
            "cookies" if !lead.cookies.is_empty() => lead.cookies.join(",").into(),
            "marketoGUID" => format!("{:08x}-0000-4000-8000-{:012x}", lead.partition, lead.id).into(),
            _ => {
                let inherited = self.fields.get(name).is_some_and(|field| field.home == Home::Company);
                let company =
                    lead.company.filter(|_| inherited).and_then(|id| self.objects(ObjectKind::Company).get(id));
                let own = || lead.values.get(name).cloned();
                company.and_then(|company| company.values.get(name).cloned()).or_else(own).unwrap_or(Value::Null)
            }
        }
    }

    /// Deletes a lead for good.
    pub fn delete_lead(&mut self, id: u64, at: Timestamp) -> bool {
        let Some(lead) = self.leads.remove(id) else { return false };
        self.lists.forget(id);
        self.campaigns.forget(id);
        self.programs.forget(id);
        let name = [lead.text("firstName"), lead.text("lastName")].into_iter().flatten().collect::<Vec<_>>().join(" ");
        self.log(Activity::new(kinds::DELETE_LEAD, id, at).about(id, name));
        true
    }

    /// Merges the losers into the winner, whose values win unless they are empty.
    pub fn merge_leads(&mut self, winner: u64, losers: &[u64], at: Timestamp, writer: &Writer) -> bool {
        if self.leads.get(winner).is_none() || losers.iter().any(|id| *id == winner || self.leads.get(*id).is_none()) {
            return false;
        }
        let mut filled = BTreeMap::new();
        for id in losers {
            let Some(lead) = self.leads.remove(*id) else { continue };
            let cookies = lead.cookies.clone();
            self.leads.merged.insert(*id, winner);
            self.leads.change(winner, |kept| {
                for (name, value) in lead.values {
                    if let std::collections::btree_map::Entry::Vacant(place) = kept.values.entry(name) {
                        filled.insert(place.key().clone(), value.clone());
                        place.insert(value);
                    }
                }
                kept.cookies.extend(cookies);
                kept.company = kept.company.or(lead.company);
                kept.anonymous = kept.anonymous && lead.anonymous;
                (kept.updated_at, kept.changed_at) = (at, at);
            });
            self.lists.move_lead(*id, winner);
            self.campaigns.move_lead(*id, winner);
            self.programs.move_lead(*id, winner);
            self.activities.move_lead(*id, winner);
        }
        for (name, value) in filled {
            self.tell_change(winner, &name, &Value::Null, &value, at, writer);
        }
        let ids: Vec<String> = losers.iter().map(u64::to_string).collect();
        self.log(
            Activity::new(kinds::MERGE, winner, at)
                .with("Master Updated", true)
                .with("Merge IDs", format!("[{}]", ids.join(",")))
                .with("Merge Source", writer.source.clone())
                .with("Merged in Sales", false),
        );
        true
    }

    /// Whether an activity still shows: it is not older than its retention, and its lead exists.
    pub(crate) fn shows(&self, activity: &Activity, config: &FakeConfig, now: Timestamp) -> bool {
        let kept = !config.retention
            || kinds::retention_days(activity.kind).is_none_or(|days| now.ms_since(activity.at) <= days * 86_400_000);
        kept && (activity.kind == kinds::DELETE_LEAD || self.leads.get(activity.lead).is_some())
    }

    pub(crate) fn rebuild(&mut self) {
        self.leads.rebuild();
    }
}
