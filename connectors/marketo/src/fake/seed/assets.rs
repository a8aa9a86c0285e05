//! Seeds static lists, channels, programs with members, approved e-mails, and smart campaigns: some that the API may
//! request, and some that refuse it.

use super::names::NEWSLETTERS;
use super::{DAY_MS, Seeding};
use crate::fake::activities::Activity;
use crate::fake::activity_types::ADD_TO_LIST;
use crate::fake::campaigns::{CampaignType, Qualification, Step};
use crate::fake::programs::Member;

pub(super) fn all(seeding: &mut Seeding<'_>) {
    programs(seeding);
    emails(seeding);
    lists(seeding);
    campaigns(seeding);
}

fn lists(seeding: &mut Seeding<'_>) {
    let at = seeding.config.now.plus_ms(-300 * DAY_MS);
    let plan = [
        ("Newsletter subscribers", 55),
        ("Do not contact", 1),
        ("Event guests 2026", 6),
        ("Intent: hot", 0),
        ("Customers", 10),
    ];
    for place in 0..seeding.config.scale.lists as usize {
        let numbered = format!("Segment {place}");
        let (name, percent) = plan.get(place).copied().unwrap_or((&numbered, 3));
        let id = seeding.account.lists.add(name, at);
        for lead in seeding.leads.clone() {
            if seeding.chance.percent(percent) {
                let joined = seeding.lately(lead, 170);
                if let Some(list) = seeding.account.lists.all.get_mut(&id) {
                    list.members.insert(lead, joined);
                }
                seeding.activities.push(Activity::new(ADD_TO_LIST, lead, joined).about(id, name));
            }
        }
        if name == "Do not contact"
            && let Some(list) = seeding.account.lists.all.get_mut(&id)
        {
            list.in_use = true;
        }
    }
}

fn programs(seeding: &mut Seeding<'_>) {
    let at = seeding.config.now.plus_ms(-200 * DAY_MS);
    let programs = &mut seeding.account.programs;
    programs.add_channel("Web Content", "program", &["Member", "Visited", "Engaged", "Influenced"], &["Influenced"]);
    programs.add_channel(
        "Webinar",
        "event",
        &["Invited", "Registered", "No Show", "Attended", "Attended On-demand"],
        &["Attended", "Attended On-demand"],
    );
    programs.add_channel("Nurture", "engagement", &["Member", "Engaged", "Graduated"], &["Graduated"]);
    programs.add_channel("Email Send", "email", &["Sent", "Opened", "Clicked", "Unsubscribed"], &["Clicked"]);
    let plan = [
        ("Webinar: the intranet that people use", "Event", "Webinar", "Registered", 7),
        ("Guide: intranet", "Default", "Web Content", "Engaged", 9),
        ("Nurture: demo", "Engagement", "Nurture", "Member", 5),
        ("Newsletter 2026", "Email", "Email Send", "Sent", 30),
        ("Intent follow-up", "Default", "Web Content", "Member", 0),
    ];
    for (name, kind, channel, status, percent) in plan {
        let id = seeding.account.programs.add(name, kind, channel, at);
        for lead in seeding.leads.clone() {
            if !seeding.chance.percent(percent) {
                continue;
            }
            let joined = seeding.lately(lead, 150);
            let member = Member {
                id: seeding.account.programs.take_member_id(),
                status: status.into(),
                success: false,
                acquired_by: seeding.chance.percent(10),
                exhausted: false,
                joined_at: joined,
                updated_at: joined,
                values: std::collections::BTreeMap::new(),
            };
            let told = super::activity::progressed(seeding, id, name, lead, &member);
            seeding.activities.extend(told);
            if let Some(program) = seeding.account.programs.all.get_mut(&id) {
                program.members.insert(lead, member);
            }
        }
    }
}

fn emails(seeding: &mut Seeding<'_>) {
    for (place, (name, subject)) in NEWSLETTERS.iter().enumerate() {
        let at = seeding.config.now.plus_ms(-(95 - place as i64 * 9) * DAY_MS);
        seeding.account.programs.add_email(name, subject, at);
    }
    let at = seeding.config.now.plus_ms(-40 * DAY_MS);
    let draft = seeding.account.programs.add_email("Draft: spring", "Not ready", at);
    let receipt = seeding.account.programs.add_email("Receipt", "Thank you for your order", at);
    let emails = &mut seeding.account.programs.emails;
    if let Some(email) = emails.get_mut(&draft) {
        email.approved = false;
    }
    if let Some(email) = emails.get_mut(&receipt) {
        email.operational = true;
    }
}

fn campaigns(seeding: &mut Seeding<'_>) {
    let at = seeding.config.now.plus_ms(-150 * DAY_MS);
    let account = &mut seeding.account;
    let email = account.programs.emails.keys().next().copied().unwrap_or(0);
    let program = account.programs.all.values().find(|one| one.name == "Intent follow-up").map(|one| one.id);
    let plan = [
        ("Send guide on request", CampaignType::Trigger, true, true, Qualification::Any),
        ("Intent follow-up", CampaignType::Trigger, true, true, Qualification::Once),
        ("Alert sales monthly", CampaignType::Trigger, true, true, Qualification::EveryDays(30)),
        ("Welcome new persons", CampaignType::Trigger, true, false, Qualification::Once),
        ("Old requests", CampaignType::Trigger, false, true, Qualification::Any),
        ("Quarterly clean-up", CampaignType::Batch, false, false, Qualification::Any),
    ];
    for (name, kind, active, by_request, qualification) in plan {
        let id = account.campaigns.add(name, kind, at);
        let Some(campaign) = account.campaigns.all.get_mut(&id) else { continue };
        (campaign.active, campaign.by_request, campaign.qualification) = (active, by_request, qualification);
        campaign.flow = match name {
            "Send guide on request" => vec![Step::SendEmail(email)],
            "Intent follow-up" => {
                campaign.program = program;
                campaign.tokens = vec!["{{my.message}}".into(), "{{my.product}}".into()];
                vec![Step::SendEmail(email), Step::ChangeStatus(program.unwrap_or(0), "Engaged".into())]
            }
            "Alert sales monthly" => vec![Step::ChangeScore("leadScore".into(), 5)],
            _ => vec![Step::ChangeScore("behaviorScore".into(), 1)],
        };
    }
}
