//! Seeds page views in sessions, and form submissions.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;

use super::names::{PAGES, SITES, SOURCES};
use super::{DAY_MS, Seeding, clear_of};
use crate::fake::chance::Chance;
use crate::fake::forms::Submission;
use crate::fake::kind::Kind;
use crate::fake::page_views::PageView;

fn page(chance: &mut Chance) -> (&'static str, &'static str) {
    let mut left = chance.below(PAGES.iter().map(|(_, _, weight)| weight).sum());
    for (path, title, weight) in PAGES {
        if left < *weight {
            return (path, title);
        }
        left -= weight;
    }
    ("/", "Start")
}

/// What a company looks at before it buys.
const HOT: &[(&str, &str)] = &[
    ("/pricing", "Pricing"),
    ("/priser", "Priser"),
    ("/paket-och-priser", "Paket och priser"),
    ("/demo", "Book a demo"),
    ("/intranet", "Intranet"),
];

/// Companies whose visits tell a story: some are interested right now, some looked around before they moved on.
struct Interest {
    /// The contacts of companies that are interested these days.
    now: Vec<Vec<u64>>,
    /// The contacts of companies that became opportunities or customers, and when.
    moved: Vec<(Vec<u64>, Timestamp)>,
}

fn interest(seeding: &Seeding<'_>) -> Interest {
    let (mut now, mut moved) = (Vec::new(), Vec::new());
    let since = seeding.config.now.plus_ms(-80 * DAY_MS);
    for (place, company) in seeding.companies.iter().enumerate() {
        let ends = seeding.account.links.of(Kind::Company, *company, Kind::Contact);
        let contacts: Vec<u64> = ends.into_iter().flat_map(BTreeMap::keys).copied().take(12).collect();
        let Some(record) = seeding.account.table(Kind::Company).get(*company) else { continue };
        if contacts.is_empty() {
            continue;
        }
        let last = record.history.get("lifecyclestage").and_then(|versions| versions.last());
        let reached = last.filter(|last| matches!(last.value.as_str(), "opportunity" | "customer") && last.at > since);
        if let Some(last) = reached {
            moved.push((contacts, last.at));
        } else if place % 40 == 7 {
            now.push(contacts);
        }
    }
    Interest { now, moved }
}

/// Who visits, from when on, and whether with an intention.
fn session(seeding: &mut Seeding<'_>, interest: &Interest) -> Option<(u64, Timestamp, bool)> {
    match seeding.chance.below(100) {
        0..12 if !interest.now.is_empty() => {
            let contacts = seeding.chance.pick(&interest.now);
            Some((*seeding.chance.pick(contacts), seeding.recently(12), true))
        }
        12..24 if !interest.moved.is_empty() => {
            let (contacts, moved_at) = seeding.chance.pick(&interest.moved);
            let before_ms = DAY_MS / 24 + seeding.chance.below(7 * DAY_MS as u64) as i64;
            let at = clear_of(seeding.config.now, moved_at.plus_ms(-before_ms));
            Some((*seeding.chance.pick(contacts), at, true))
        }
        _ => seeding.some_contact().map(|contact| (contact, seeding.recently(90), false)),
    }
}

pub(super) fn page_views(seeding: &mut Seeding<'_>) {
    let count = seeding.config.scale.page_views;
    let interest = interest(seeding);
    let (mut made, mut sessions) = (0, BTreeMap::<u64, u64>::new());
    while made < count {
        let Some((contact, start, is_hot)) = session(seeding, &interest) else { return };
        *sessions.entry(contact).or_default() += 1;
        let site = if seeding.chance.percent(75) { SITES[0] } else { SITES[1] };
        let (source, referrer) = *seeding.chance.pick(SOURCES);
        let device = if seeding.chance.percent(70) { "Desktop" } else { "Mobile" };
        let views = 1 + seeding.chance.skewed(8) as i64;
        for step in 0..views.min(i64::from(count - made)) {
            let (path, title) = if is_hot && seeding.chance.percent(60) {
                *seeding.chance.pick(HOT)
            } else {
                page(&mut seeding.chance)
            };
            let campaign =
                if source == "PAID_SEARCH" && step == 0 { "?utm_source=ads&utm_campaign=intranet" } else { "" };
            let mut more = BTreeMap::new();
            more.insert("hs_visit_source".to_owned(), source.to_owned());
            more.insert("hs_device_type".to_owned(), device.to_owned());
            more.insert("hs_country".to_owned(), "se".to_owned());
            if step == 0 && !referrer.is_empty() {
                more.insert("hs_referrer".to_owned(), referrer.to_owned());
            }
            let gap_ms = seeding.chance.below(90_000) as i64;
            let view = PageView {
                number: seeding.account.page_views.next_number(),
                contact,
                at: start.plus_ms(step * 60_000 + gap_ms - 10 * 60_000),
                url: format!("{site}{path}{campaign}"),
                title: title.to_owned(),
                more,
            };
            seeding.account.page_views.insert(view);
            made += 1;
        }
    }
    rollups(seeding, &sessions);
}

/// The calculated contact values that follow from the views.
fn rollups(seeding: &mut Seeding<'_>, sessions: &BTreeMap<u64, u64>) {
    for (contact, visits) in sessions {
        let views = &seeding.account.page_views;
        let count = views.count_of(*contact).to_string();
        let newest = views.newest_of(*contact).map(|view| (view.at.to_string(), view.url.clone()));
        let Some((at, url)) = newest else { continue };
        for (name, value) in [
            ("hs_analytics_num_page_views", count),
            ("hs_analytics_num_visits", visits.to_string()),
            ("hs_analytics_last_timestamp", at),
            ("hs_analytics_last_url", url),
        ] {
            seeding.account.set_calculated(Kind::Contact, *contact, name, &value);
        }
    }
}

const FORMS: &[(&str, &str, &str)] = &[
    ("Book a demo", "hubspot", "/demo"),
    ("Newsletter sign-up", "hubspot", "/"),
    ("Guide: intranät", "hubspot", "/blog/intranat-guide"),
    ("Contact us", "hubspot", "/support"),
    ("Old site: price request", "captured", "/paket-och-priser"),
];

pub(super) fn forms(seeding: &mut Seeding<'_>) {
    let created_at = seeding.config.now.plus_ms(-500 * DAY_MS);
    let mut ids = Vec::new();
    for place in 0..seeding.config.scale.forms as usize {
        let (name, form_type, path) = FORMS.get(place).copied().unwrap_or(("Further form", "hubspot", "/demo"));
        let id = seeding.chance.uuid();
        let name = if place < FORMS.len() { name.to_owned() } else { format!("{name} {place}") };
        seeding.account.forms.add(&id, &name, form_type, created_at);
        ids.push((id, name, path));
    }
    // Blog comments are a form too, whose submissions cannot be read.
    let comments = seeding.chance.uuid();
    seeding.account.forms.add(&comments, "Blog comments", "blog_comment", created_at);
    if ids.is_empty() {
        return;
    }
    let mut counts = BTreeMap::<u64, (u64, Timestamp, String)>::new();
    for _ in 0..seeding.config.scale.submissions {
        let Some(contact) = seeding.some_contact() else { return };
        let (form, name, path) = ids[seeding.chance.skewed(ids.len())].clone();
        let submitted_at = seeding.recently(180);
        let Some(record) = seeding.account.table(Kind::Contact).get(contact) else { continue };
        let fields = ["email", "firstname", "lastname", "company"];
        let values = fields.iter().filter_map(|field| Some(((*field).to_owned(), record.stored(field)?.to_owned())));
        let submission = Submission {
            conversion_id: String::new(),
            submitted_at,
            page_url: format!("{}{path}", SITES[0]),
            values: values.collect(),
        };
        let conversion_id = seeding.chance.uuid();
        seeding.account.forms.submit(&form, Submission { conversion_id, ..submission });
        let entry = counts.entry(contact).or_insert((0, submitted_at, name.clone()));
        entry.0 += 1;
        if submitted_at >= entry.1 {
            (entry.1, entry.2) = (submitted_at, name);
        }
    }
    let contacts: BTreeSet<u64> = counts.keys().copied().collect();
    for contact in contacts {
        let (count, at, name) = counts[&contact].clone();
        for (property, value) in [
            ("num_conversion_events", count.to_string()),
            ("recent_conversion_date", at.to_string()),
            ("recent_conversion_event_name", name),
        ] {
            seeding.account.set_calculated(Kind::Contact, contact, property, &value);
        }
    }
}
