//! Seeds marketing e-mails: each sending is followed by its delivery, and some by opens, clicks, replies and opt-outs.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde_json::{Value, json};

use super::names::{NEWSLETTERS, SITES};
use super::{DAY_MS, MINUTE_MS, Seeding};
use crate::fake::email_events::{Campaign, EmailEvent};
use crate::fake::kind::Kind;

const LINKS: &[&str] = &["/paket-och-priser", "/demo", "/intranet", "/blog/intranat-guide", "/customers"];

#[derive(Clone, Default)]
struct Counts {
    opens: u64,
    clicks: u64,
    last_open: Option<Timestamp>,
    last_click: Option<Timestamp>,
}

pub(super) fn events(seeding: &mut Seeding<'_>) {
    let wanted = seeding.config.scale.email_events as usize;
    if wanted == 0 || seeding.contacts.is_empty() {
        return;
    }
    let mut campaigns = Vec::new();
    for (place, (name, subject)) in NEWSLETTERS.iter().enumerate() {
        let id = 226_500_000 + place as u64 * 37;
        let days_ago = 85 - place as i64 * 9;
        let sent_at = seeding.config.now.plus_ms(-days_ago * DAY_MS);
        let campaign = Campaign {
            id,
            name: (*name).into(),
            subject: (*subject).into(),
            content_id: 113_782_600_000 + id,
            sent_at,
        };
        seeding.account.email_events.campaigns.insert(id, campaign);
        campaigns.push((id, sent_at));
    }
    let mut counts = BTreeMap::<u64, Counts>::new();
    while seeding.account.email_events.by_time().len() < wanted {
        let (campaign, start) = campaigns[seeding.chance.below(campaigns.len() as u64) as usize];
        let Some(contact) = seeding.some_contact() else { return };
        let record = seeding.account.table(Kind::Contact).get(contact);
        let Some(recipient) = record.and_then(|record| record.stored("email")).map(str::to_owned) else { continue };
        let sent_at = start.plus_ms(seeding.chance.below(50 * MINUTE_MS as u64) as i64);
        one_sending(seeding, campaign, &recipient, sent_at, counts.entry(contact).or_default());
    }
    for (contact, counts) in counts {
        let numbers = [("hs_email_open", counts.opens), ("hs_email_click", counts.clicks)];
        for (name, number) in numbers.into_iter().filter(|(_, number)| *number > 0) {
            seeding.account.set_calculated(Kind::Contact, contact, name, &number.to_string());
        }
        let instants = [("hs_email_last_open_date", counts.last_open), ("hs_email_last_click_date", counts.last_click)];
        for (name, at) in instants.into_iter().filter_map(|(name, at)| Some((name, at?))) {
            seeding.account.set_calculated(Kind::Contact, contact, name, &at.to_string());
        }
    }
}

fn one_sending(seeding: &mut Seeding<'_>, campaign: u64, recipient: &str, sent_at: Timestamp, counts: &mut Counts) {
    let add = |seeding: &mut Seeding<'_>, kind: Option<&str>, at: Timestamp, sent, filtered, more: &[(&str, Value)]| {
        let number = seeding.account.email_events.next_number();
        seeding.account.email_events.insert(EmailEvent {
            number,
            created: at,
            kind: kind.map(str::to_owned),
            recipient: recipient.to_owned(),
            campaign,
            sent_by: sent,
            filtered,
            more: more.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect(),
        });
        Some((at, number))
    };
    let sent = add(seeding, Some("SENT"), sent_at, None, false, &[]);
    if seeding.chance.percent(3) {
        let more =
            [("category", json!("UNKNOWN_USER")), ("response", json!("550 no such user")), ("status", json!("5.1.1"))];
        add(seeding, Some("BOUNCE"), sent_at.plus_ms(20_000), sent, false, &more);
        return;
    }
    add(seeding, Some("DELIVERED"), sent_at.plus_ms(8_000), sent, false, &[("response", json!("250 ok"))]);
    let opens = if seeding.chance.percent(34) { 1 + seeding.chance.skewed(3) } else { 0 };
    let latest = seeding.config.now.plus_ms(-15 * MINUTE_MS);
    for _ in 0..opens {
        let at = sent_at.plus_ms(MINUTE_MS + seeding.chance.below(2 * DAY_MS as u64) as i64).min(latest);
        let filtered = seeding.chance.percent(15);
        let duration = json!(1_000 + seeding.chance.below(60_000));
        add(seeding, Some("OPEN"), at, sent, filtered, &[("duration", duration), ("deviceType", json!("COMPUTER"))]);
        if !filtered {
            counts.opens += 1;
            counts.last_open = counts.last_open.max(Some(at));
        }
    }
    if opens > 0 && seeding.chance.percent(25) {
        let at = sent_at.plus_ms(2 * MINUTE_MS + seeding.chance.below(2 * DAY_MS as u64) as i64).min(latest);
        let link = seeding.chance.below(LINKS.len() as u64);
        let url = format!("{}{}", SITES[0], LINKS[link as usize]);
        add(seeding, Some("CLICK"), at, sent, false, &[("url", json!(url)), ("linkId", json!(link))]);
        counts.clicks += 1;
        counts.last_click = counts.last_click.max(Some(at));
    }
    let later = sent_at.plus_ms(3 * 60 * MINUTE_MS).min(latest);
    match seeding.chance.below(1_000) {
        0..4 => {
            add(seeding, Some("UNSUBSCRIBED"), later, sent, false, &[]);
        }
        4..7 => {
            add(seeding, Some("REPLY"), later, sent, false, &[]);
        }
        // Some events come without a type.
        7..9 => {
            add(seeding, None, later, None, false, &[]);
        }
        _ => {}
    }
}
