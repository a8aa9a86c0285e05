//! The whole state of the fake instance, and the ways in which a test may change it behind the API's back. Every change
//! goes through here, so that the activity log tells of it as the real one would; nothing here checks what a client may
//! do.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::activities::{Activities, Activity};
use super::activity_types::{self as kinds, ActivityTypes};
use super::campaigns::{Campaigns, Step};
use super::config::FakeConfig;
use super::exports::Exports;
use super::fields::{Fields, Home};
use super::instants;
use super::leads::{Lead, Leads};
use super::lists::Lists;
use super::objects::{ObjectKind, Objects};
use super::programs::{Member, Programs};

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

    /// A page visit.
    pub fn visit(&mut self, lead: u64, at: Timestamp, site: &str, path: &str) -> u64 {
        self.log(visit(lead, at, site, path))
    }

    /// Puts a lead on a list; nothing happens when it is there already.
    pub fn join_list(&mut self, list: u64, lead: u64, at: Timestamp, campaign: Option<u64>) {
        let Some(found) = self.lists.all.get_mut(&list) else { return };
        if found.members.insert(lead, at).is_none() {
            let name = found.name.clone();
            self.log(Activity::new(kinds::ADD_TO_LIST, lead, at).by(campaign).about(list, name));
        }
    }

    /// Takes a lead off a list; false when it was not there.
    pub fn leave_list(&mut self, list: u64, lead: u64, at: Timestamp) -> bool {
        let Some(found) = self.lists.all.get_mut(&list) else { return false };
        let was_there = found.members.remove(&lead).is_some();
        if was_there {
            let name = found.name.clone();
            self.log(Activity::new(kinds::REMOVE_FROM_LIST, lead, at).about(list, name));
        }
        was_there
    }

    /// Moves a lead up the ladder of a program, making it a member first when it is none. False when it is there already
    /// or past it, or when the program does not know the status.
    pub fn progress(&mut self, program: u64, lead: u64, status: &str, at: Timestamp, campaign: Option<u64>) -> bool {
        let Some(channel) = self.programs.channel_of(program) else { return false };
        let Some(wanted) = channel.status(status).cloned() else { return false };
        let current = self.programs.all.get(&program).and_then(|one| one.members.get(&lead)).cloned();
        let old = current.as_ref().and_then(|member| channel.status(&member.status)).cloned();
        if old.as_ref().is_some_and(|old| old.step >= wanted.step) {
            return false;
        }
        let mut member = match current {
            Some(member) => member,
            None => Member {
                id: self.programs.take_member_id(),
                status: String::new(),
                success: false,
                acquired_by: false,
                exhausted: false,
                joined_at: at,
                updated_at: at,
                values: BTreeMap::new(),
            },
        };
        member.status = wanted.name.clone();
        member.success = member.success || wanted.success;
        member.updated_at = at;
        let (member_id, success) = (member.id, member.success);
        let Some(found) = self.programs.all.get_mut(&program) else { return false };
        found.members.insert(lead, member);
        let name = found.name.clone();
        self.log(
            Activity::new(kinds::CHANGE_PROGRAM_STATUS, lead, at)
                .by(campaign)
                .about(program, name)
                .with("Program Member ID", member_id)
                .with("Acquired By", false)
                .with("Old Status", old.as_ref().map_or("Not in Program", |old| old.name.as_str()))
                .with("New Status ID", wanted.id)
                .with("Success", success)
                .with("New Status", wanted.name)
                .with("Old Status ID", old.map_or(1, |old| old.id)),
        );
        true
    }

    /// Sends an e-mail: it is delivered and, a while later, the log tells that it was sent. Whoever unsubscribed or is
    /// suspended is passed over without a word, unless the e-mail is operational.
    pub fn send_email(&mut self, email: u64, lead: u64, at: Timestamp, campaign: Option<u64>) -> bool {
        let Some(mail) = self.programs.emails.get(&email) else { return false };
        let Some(person) = self.leads.get(lead) else { return false };
        let is_set = |name: &str| person.values.get(name) == Some(&Value::Bool(true));
        let barred = is_set("unsubscribed") || is_set("marketingSuspended") || is_set("emailInvalid");
        if !mail.approved || person.text("email").is_none() || (barred && !mail.operational) {
            return false;
        }
        let name = mail.name.clone();
        let run = campaign.unwrap_or(0) % 10_000;
        let sent = Activity::new(kinds::SEND_EMAIL, lead, at)
            .by(campaign)
            .about(email, name.clone())
            .with("Campaign Run ID", run)
            .with("Choice Number", 0)
            .with("Step ID", 1)
            .late(self.late_email_ms);
        self.log(sent);
        let delivered = Activity::new(kinds::DELIVERED, lead, at.plus_ms(8_000))
            .by(campaign)
            .about(email, name)
            .with("Campaign Run ID", run)
            .with("Choice Number", 0)
            .with("Step ID", 1);
        self.log(delivered);
        true
    }

    /// Lets a lead ask for a campaign: when the qualification rule admits it, it is logged and goes through the flow;
    /// otherwise nothing tells of it. True when it went through.
    pub fn request_campaign(&mut self, campaign: u64, lead: u64, at: Timestamp) -> bool {
        let Some(found) = self.campaigns.all.get_mut(&campaign) else { return false };
        if self.leads.get(lead).is_none() || !found.admits(lead, at) {
            return false;
        }
        found.passed.entry(lead).or_default().push(at);
        let (name, flow) = (found.name.clone(), found.flow.clone());
        self.log(
            Activity::new(kinds::REQUEST_CAMPAIGN, lead, at)
                .by(Some(campaign))
                .about(campaign, name)
                .with("Source", "Web Service API"),
        );
        for step in flow {
            self.take_step(&step, campaign, lead, at);
        }
        true
    }

    fn take_step(&mut self, step: &Step, campaign: u64, lead: u64, at: Timestamp) {
        match step {
            Step::SendEmail(email) => {
                self.send_email(*email, lead, at, Some(campaign));
            }
            Step::AddToList(list) => self.join_list(*list, lead, at, Some(campaign)),
            Step::ChangeStatus(program, status) => {
                self.progress(*program, lead, status, at, Some(campaign));
            }
            Step::ChangeScore(field, by) => {
                let old = self.leads.get(lead).and_then(|lead| lead.values.get(field)?.as_i64()).unwrap_or(0);
                let values = BTreeMap::from([(field.clone(), Value::from(old + by))]);
                self.write_lead(lead, values, at, &Writer::campaign(campaign));
            }
        }
    }

    /// Whether an activity still shows: it is not older than its retention, and its lead exists.
    pub(crate) fn shows(&self, activity: &Activity, config: &FakeConfig, now: Timestamp) -> bool {
        let kept = !config.retention
            || kinds::retention_days(activity.kind).is_none_or(|days| now.ms_since(activity.at) <= days * 86_400_000);
        kept && (activity.kind == kinds::DELETE_LEAD || self.leads.get(activity.lead).is_some())
    }

    /// The end state in a form that two runs can be compared by: instants are left out, since two runs never have the
    /// same.
    pub fn comparable(&self) -> Value {
        let is_time = |name: &str| self.fields.get(name).is_some_and(|field| field.data_type == "datetime");
        let leads: BTreeMap<String, BTreeMap<&String, &Value>> = self
            .leads
            .all()
            .values()
            .map(|lead| (lead.id.to_string(), lead.values.iter().filter(|(name, _)| !is_time(name)).collect()))
            .collect();
        let lists: BTreeMap<&str, Vec<u64>> =
            self.lists.all.values().map(|list| (list.name.as_str(), list.members.keys().copied().collect())).collect();
        let passed: BTreeMap<&str, BTreeMap<String, usize>> = self
            .campaigns
            .all
            .values()
            .map(|one| {
                (one.name.as_str(), one.passed.iter().map(|(id, times)| (id.to_string(), times.len())).collect())
            })
            .collect();
        let objects: Vec<Vec<&BTreeMap<String, Value>>> =
            self.objects.values().map(|objects| objects.all().map(|object| &object.values).collect()).collect();
        json!({"leads": leads, "lists": lists, "campaigns": passed, "objects": objects})
    }

    pub(crate) fn rebuild(&mut self) {
        self.leads.rebuild();
    }
}

/// A page visit as the log tells it.
pub(crate) fn visit(lead: u64, at: Timestamp, site: &str, path: &str) -> Activity {
    let (page, query) = path.split_once('?').unwrap_or((path, ""));
    let id = page.bytes().fold(7_u64, |sum, byte| (sum * 31 + u64::from(byte)) % 9_973) + 10_000;
    Activity::new(kinds::VISIT, lead, at)
        .about(id, format!("{site}{page}"))
        .with("Client IP Address", format!("192.0.2.{}", lead % 254 + 1))
        .with("Query Parameters", query)
        .with("Referrer URL", "")
        .with("User Agent", "Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0")
        .with("Webpage URL", path)
}
