//! What happens to leads in an instance: visits, lists, programs, e-mails and campaigns, each told by the activity log.
//! Nothing here checks what a client may do.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde_json::Value;

use super::account::{Account, Writer};
use super::activities::Activity;
use super::activity_types as kinds;
use super::campaigns::Step;
use super::programs::Member;

impl Account {
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
