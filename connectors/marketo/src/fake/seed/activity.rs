//! Seeds what people did: page visits, forms, e-mails with what followed them, interesting moments and score changes.

use intentd_sdk::Timestamp;

use super::names::{PAGES, SITES};
use super::{DAY_MS, MINUTE_MS, Seeding, clear_of};
use crate::fake::activities::Activity;
use crate::fake::activity_types as kinds;
use crate::fake::flow::visit;
use crate::fake::programs::Member;

const FORMS: &[(u64, &str, &str)] =
    &[(1_031, "Book a demo", "/demo"), (1_034, "Newsletter", "/"), (1_037, "Guide: intranet", "/blog/intranat-guide")];
const BROWSER: &str = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Gecko/20100101 Firefox/141.0";

pub(super) fn all(seeding: &mut Seeding<'_>) {
    visits(seeding);
    forms(seeding);
    mail(seeding);
    scores(seeding);
}

fn page(seeding: &mut Seeding<'_>) -> &'static str {
    let total: u64 = PAGES.iter().map(|(.., weight)| weight).sum();
    let mut left = seeding.chance.below(total);
    for (path, weight) in PAGES {
        if left < *weight {
            return path;
        }
        left -= weight;
    }
    "/"
}

fn site(seeding: &mut Seeding<'_>) -> &'static str {
    seeding.chance.pick::<&str>(SITES)
}

/// Sessions of a few pages each.
fn visits(seeding: &mut Seeding<'_>) {
    let days = seeding.days().min(90);
    for (wanted, known) in [(seeding.config.scale.visits, true), (seeding.config.scale.anonymous_visits, false)] {
        let mut made = 0;
        while made < wanted {
            let lead = if known {
                seeding.some_lead()
            } else {
                let index = seeding.chance.skewed(seeding.visitors.len());
                seeding.visitors.get(index).copied()
            };
            let Some(lead) = lead else { break };
            let mut at = seeding.lately(lead, days);
            let site = site(seeding);
            for _ in 0..1 + seeding.chance.skewed(6) {
                let path = page(seeding);
                let query = if seeding.chance.percent(8) { "?utm_source=newsletter" } else { "" };
                let mut activity = visit(lead, at, site, &format!("{path}{query}"));
                if seeding.chance.percent(15) {
                    activity.attributes.retain(|(name, _)| name != "Referrer URL");
                    activity = activity.with("Referrer URL", "https://search.example/").with("Search Engine", "search");
                }
                seeding.activities.push(activity);
                made += 1;
                at = at.plus_ms(20_000 + seeding.chance.below(4 * MINUTE_MS as u64) as i64);
                at = Timestamp::from_secs(at.as_secs()).min(seeding.config.now.plus_ms(-10 * MINUTE_MS));
            }
        }
    }
}

fn forms(seeding: &mut Seeding<'_>) {
    let days = seeding.days();
    for _ in 0..seeding.config.scale.forms_filled {
        let Some(lead) = seeding.some_lead() else { return };
        let at = seeding.lately(lead, days);
        let (id, name, path) = *seeding.chance.pick(FORMS);
        let webpage = visit(lead, at, site(seeding), path).primary_id.unwrap_or(0);
        seeding.activities.push(
            Activity::new(kinds::FILL_OUT_FORM, lead, at)
                .about(id, name)
                .with("Client IP Address", format!("192.0.2.{}", lead % 254 + 1))
                .with("Form Fields", "a:2:{s:5:\"Email\";s:0:\"\";s:9:\"FirstName\";s:0:\"\";}")
                .with("Query Parameters", "")
                .with("User Agent", BROWSER)
                .with("Webpage ID", webpage),
        );
        if seeding.chance.percent(35) {
            seeding.activities.push(
                Activity::new(kinds::MOMENT, lead, at.plus_ms(5_000))
                    .about(0, "Web")
                    .with("Date", crate::fake::instants::zulu(at)[..10].to_owned())
                    .with("Description", format!("Filled out {name}"))
                    .with("Source", "Interesting moments")
                    .with("Type", "Web"),
            );
        }
    }
}

/// Each sending is followed by its delivery, and some by more.
fn mail(seeding: &mut Seeding<'_>) {
    let emails: Vec<(u64, String, Timestamp)> = seeding
        .account
        .programs
        .emails
        .values()
        .filter(|email| email.approved)
        .map(|email| (email.id, email.name.clone(), email.created_at))
        .collect();
    if emails.is_empty() {
        return;
    }
    for _ in 0..seeding.config.scale.emails_sent {
        let Some(lead) = seeding.some_lead() else { return };
        let (id, name, made_at) = seeding.chance.pick(&emails).clone();
        let latest = seeding.config.now.plus_ms(-20 * MINUTE_MS);
        let born = seeding.account.leads.get(lead).map_or(latest, |lead| lead.created_at);
        let start = made_at.plus_ms(seeding.chance.below(5 * DAY_MS as u64) as i64).max(born);
        let start = clear_of(seeding.config.now, start).max(born);
        let sent = Timestamp::from_secs(start.as_secs()).min(latest);
        let told = |kind: u32, at: Timestamp| {
            Activity::new(kind, lead, at.min(latest)).about(id, name.clone()).with("Campaign Run ID", id % 997)
        };
        let late = seeding.config.oddities.late_email_ms;
        let step = |activity: Activity| activity.with("Choice Number", 0).with("Step ID", 1);
        seeding.activities.push(step(told(kinds::SEND_EMAIL, sent).late(late)));
        if seeding.chance.percent(3) {
            seeding.activities.push(
                told(kinds::BOUNCED, sent.plus_ms(20_000))
                    .with("Category", "2")
                    .with("Details", "550 no such user")
                    .with("Subcategory", "2003"),
            );
            continue;
        }
        seeding.activities.push(step(told(kinds::DELIVERED, sent.plus_ms(8_000))));
        let wait = |seeding: &mut Seeding<'_>| 1_000 * (60 + seeding.chance.below(2 * 86_400) as i64);
        let opens = if seeding.chance.percent(34) { 1 + seeding.chance.skewed(3) } else { 0 };
        for _ in 0..opens {
            let at = sent.plus_ms(wait(seeding));
            let is_bot = seeding.chance.percent(6);
            let mut open = step(told(kinds::OPEN_EMAIL, at)).with("Is Mobile Device", seeding.chance.percent(30));
            open = open.with("User Agent", BROWSER).with("Is Bot Activity", is_bot);
            if is_bot {
                open = open.with("Bot Activity Pattern", "Match with IAB list");
            }
            seeding.activities.push(open);
        }
        if opens > 0 && seeding.chance.percent(25) {
            let path = page(seeding);
            let link = format!("https://{}{path}", SITES[0]);
            let at = sent.plus_ms(wait(seeding));
            let click = step(told(kinds::CLICK_EMAIL, at)).with("Link", link).with("Link ID", 40 + id % 9);
            seeding.activities.push(click.with("Is Bot Activity", false).with("User Agent", BROWSER));
            if seeding.chance.percent(50) {
                let path = page(seeding);
                seeding.activities.push(
                    Activity::new(kinds::CLICK_LINK, lead, at.plus_ms(30_000).min(latest))
                        .about(40 + id % 9, format!("https://{}{path}", SITES[0]))
                        .with("User Agent", BROWSER),
                );
            }
        }
        if seeding.chance.below(1_000) < 5 {
            let at = sent.plus_ms(wait(seeding));
            seeding.activities.push(told(kinds::UNSUBSCRIBE, at).with("Webform ID", 1));
        }
    }
}

/// Changes of the person score by campaigns.
fn scores(seeding: &mut Seeding<'_>) {
    let field = seeding.account.fields.get("leadScore").map_or(0, |field| field.id);
    let days = seeding.days().min(90);
    for _ in 0..seeding.config.scale.forms_filled {
        let Some(lead) = seeding.some_lead() else { return };
        let at = seeding.lately(lead, days);
        let old = seeding.chance.below(60);
        let mut change = Activity::new(kinds::CHANGE_SCORE, lead, at)
            .by(Some(3_712))
            .about(field, "Person Score")
            .with("Change Value", "+5")
            .with("New Value", old + 5)
            .with("Old Value", old)
            .with("Reason", "Changed by campaign");
        change.field = Some("leadScore".into());
        seeding.activities.push(change);
    }
}

/// What the log tells of a membership.
pub(super) fn progressed(
    seeding: &Seeding<'_>,
    program: u64,
    name: &str,
    lead: u64,
    member: &Member,
) -> Option<Activity> {
    let status = seeding.account.programs.channel_of(program)?.status(&member.status)?;
    Some(
        Activity::new(kinds::CHANGE_PROGRAM_STATUS, lead, member.joined_at)
            .about(program, name)
            .with("Program Member ID", member.id)
            .with("Acquired By", member.acquired_by)
            .with("Old Status", "Not in Program")
            .with("New Status ID", status.id)
            .with("Success", member.success)
            .with("New Status", status.name.clone())
            .with("Old Status ID", 1),
    )
}
