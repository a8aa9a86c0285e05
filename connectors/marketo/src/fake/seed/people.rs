//! Seeds known persons, those shared with another system, and visitors without a name.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use serde_json::Value;

use super::names::{COUNTRIES, FIRST, FREE_MAIL, LAST, TITLES, slug};
use super::{DAY_MS, Seeding};
use crate::fake::activities::Activity;
use crate::fake::activity_types::NEW_LEAD;
use crate::fake::chance::Chance;
use crate::fake::instants;
use crate::fake::leads::Lead;
use crate::fake::objects::ObjectKind;

const SOURCES: &[&str] = &["Web form", "Trade show", "List import", "Webinar", "Referral"];
const INTERESTS: &[&str] = &["Intranet", "Employee app", "Integrations", "Analytics"];

/// Persons are made over this stretch of time, in the order of their ids.
const AGE_DAYS: i64 = 800;

fn born(seeding: &mut Seeding<'_>, place: usize, count: usize) -> Timestamp {
    let span = AGE_DAYS * DAY_MS;
    let step = span / count.max(1) as i64;
    let at =
        seeding.config.now.plus_ms(-span + step * place as i64 + seeding.chance.below(step.max(2) as u64 / 2) as i64);
    Timestamp::from_secs(at.as_secs())
}

fn country(chance: &mut Chance) -> (&'static str, &'static str) {
    let mut left = chance.below(100);
    for (name, cities, weight) in COUNTRIES {
        if left < *weight {
            return (name, *chance.pick::<&str>(cities));
        }
        left -= weight;
    }
    ("Sweden", "Stockholm")
}

/// Puts a person into the instance, with the activity that tells of it.
fn settle(seeding: &mut Seeding<'_>, mut lead: Lead, source: &str) {
    let at = lead.created_at;
    let days = (seeding.config.now.ms_since(at) / DAY_MS).clamp(1, 90) as u64;
    lead.updated_at = seeding.recently(days).max(at);
    lead.changed_at = seeding.recently(30).max(lead.updated_at);
    seeding.activities.push(
        Activity::new(NEW_LEAD, lead.id, at)
            .with("Created Date", instants::zulu(at)[..10].to_owned())
            .with("Lead Source", source.to_owned())
            .with("Source Type", source.to_owned()),
    );
    seeding.leads.push(lead.id);
    seeding.account.leads.insert(lead);
}

/// Characters that careless readers of exports stumble over.
fn soil(text: &str, place: u64) -> String {
    let middle = text.char_indices().nth(text.chars().count() / 2).map_or(0, |(index, _)| index);
    let (start, end) = text.split_at(middle);
    match place % 5 {
        0 => format!("{start}\0{end}"),
        1 => format!("{start}\r{end}"),
        2 => format!("{start}\u{2028}{end}"),
        3 => format!("{start}, \"{end}\"\nsecond line"),
        _ => format!("{start}\u{85}{end}"),
    }
}

pub(super) fn leads(seeding: &mut Seeding<'_>) {
    let count = seeding.config.scale.leads as usize;
    let mut addresses = BTreeSet::new();
    for place in 0..count {
        let created_at = born(seeding, place, count);
        let id = seeding.account.leads.take_id();
        let mut lead = Lead::new(id, created_at);
        let employer = if seeding.companies.is_empty() || seeding.chance.percent(7) {
            None
        } else {
            let index = seeding.chance.skewed(seeding.companies.len());
            Some(seeding.companies[index].clone())
        };
        let chance = &mut seeding.chance;
        let (first, last) = (*chance.pick(FIRST), *chance.pick(LAST));
        let host = match &employer {
            Some((_, domain)) if !chance.percent(6) => domain.clone(),
            _ => (*chance.pick(FREE_MAIL)).to_owned(),
        };
        let mut address = format!("{}.{}@{host}", slug(first), slug(last));
        let mut number = 2;
        while !addresses.insert(address.clone()) {
            address = format!("{}.{}{number}@{host}", slug(first), slug(last));
            number += 1;
        }
        // A few persons exist twice: imported once more, under another letter case.
        if chance.percent(1)
            && let Some(earlier) = seeding.leads.last().and_then(|id| seeding.account.leads.get(*id))
            && let Some(email) = earlier.text("email")
        {
            address = email.to_uppercase().replace(".EXAMPLE", ".example");
        }
        let (own_country, own_city) = country(chance);
        lead.put("firstName", first.into());
        lead.put("lastName", last.into());
        lead.put("email", address.into());
        lead.put("city", own_city.into());
        let source = *chance.pick(SOURCES);
        lead.put("leadSource", source.into());
        if chance.percent(88) {
            lead.put("title", (*chance.pick(TITLES)).into());
        }
        if chance.percent(25) {
            lead.put("phone", format!("+46 70 740 {:02} {:02}", chance.below(100), chance.below(100)).into());
        }
        lead.put("leadScore", chance.skewed(120).into());
        if chance.percent(60) {
            lead.put("behaviorScore", chance.skewed(80).into());
            lead.put("demographicScore", chance.skewed(50).into());
        }
        if chance.percent(30) {
            lead.put("productInterest", (*chance.pick(INTERESTS)).into());
        }
        if chance.percent(20) {
            lead.put("fitPercent", chance.below(101).into());
        }
        for (name, percent) in [("unsubscribed", 3), ("emailInvalid", 2), ("marketingSuspended", 1)] {
            lead.put(name, chance.percent(percent).into());
        }
        let dirty = seeding.config.oddities.dirty_percent;
        if dirty > 0 && chance.percent(dirty) {
            let title = lead.text("title").unwrap_or("Head of HR").to_owned();
            lead.put("title", soil(&title, id).into());
        }
        lead.put("country", own_country.into());
        if let Some((company, _)) = employer {
            let record = seeding.account.objects(ObjectKind::Company).get(company);
            let external = record.and_then(|record| record.text("externalCompanyId"));
            if let Some(country) = record.and_then(|record| record.text("billingCountry")) {
                lead.put("country", country.into());
            }
            lead.put("externalCompanyId", external.map_or(Value::Null, Value::from));
            lead.company = Some(company);
        }
        settle(seeding, lead, source);
    }
}

/// The people of the configuration: every third with capitals in the address, every fifth with it as a secondary
/// address beside a private one.
pub(super) fn shared(seeding: &mut Seeding<'_>) {
    let mut employers = BTreeMap::new();
    for (company, domain) in &seeding.companies {
        employers.insert(domain.clone(), *company);
    }
    let people = seeding.config.shared_people.clone();
    let count = people.len();
    for (place, person) in people.into_iter().enumerate() {
        let at = seeding.config.now.plus_ms(-(30 + (place as i64 * 600) / count.max(1) as i64) * DAY_MS);
        let company = *employers.entry(person.domain.clone()).or_insert_with(|| {
            let external = format!("EXT-{:06}", 500_000 + place);
            let values = [
                ("externalCompanyId", Value::from(external)),
                ("company", person.company.clone().into()),
                ("website", format!("https://www.{}", person.domain).into()),
                ("billingCountry", person.country.clone().into()),
            ];
            let id = seeding.account.objects_mut(ObjectKind::Company).add(&values, at);
            seeding.companies.push((id, person.domain.clone()));
            id
        });
        let id = seeding.account.leads.take_id();
        let mut lead = Lead::new(id, at);
        let email = match place % 15 {
            place if place % 5 == 4 => {
                lead.put("secondaryEmail", person.email.clone().into());
                format!("{}.{}{place}@{}", slug(&person.first_name), slug(&person.last_name), FREE_MAIL[0])
            }
            place if place % 3 == 2 => capitals(&person.email),
            _ => person.email.clone(),
        };
        lead.put("email", email.into());
        lead.put("firstName", person.first_name.into());
        lead.put("lastName", person.last_name.into());
        if !person.job_title.is_empty() {
            lead.put("title", person.job_title.into());
        }
        if !person.country.is_empty() {
            lead.put("country", person.country.into());
        }
        lead.put("leadSource", "Webinar".into());
        lead.put("leadScore", seeding.chance.skewed(120).into());
        let record = seeding.account.objects(ObjectKind::Company).get(company);
        let external = record.and_then(|record| record.text("externalCompanyId"));
        lead.put("externalCompanyId", external.map_or(Value::Null, Value::from));
        lead.company = Some(company);
        settle(seeding, lead, "Webinar");
    }
}

/// The same address as somebody typed it: `Anna.Berg@Firm.example`.
fn capitals(email: &str) -> String {
    let mut start = true;
    let letter = |letter: char| {
        let shown = if start { letter.to_ascii_uppercase() } else { letter };
        start = matches!(letter, '.' | '@' | '-');
        shown
    };
    email.chars().map(letter).collect()
}

/// Visitors whose address leads to a company, or to nothing but a provider.
pub(super) fn visitors(seeding: &mut Seeding<'_>) {
    let days = seeding.days().min(90);
    for place in 0..seeding.config.scale.anonymous {
        let at = seeding.recently(days);
        let (country, city) = country(&mut seeding.chance);
        let employer = if seeding.companies.is_empty() || seeding.chance.percent(40) {
            None
        } else {
            let index = seeding.chance.below(seeding.companies.len() as u64) as usize;
            let (id, _) = seeding.companies[index];
            seeding.account.objects(ObjectKind::Company).get(id).and_then(|company| company.text("company"))
        };
        let company = match employer {
            Some(name) => name,
            None if seeding.chance.percent(50) => "Polarnet Broadband".into(),
            None => String::new(),
        };
        let address = format!("203.0.113.{}", place % 254 + 1);
        let mut inferred =
            vec![("anonymousIP", address.as_str()), ("inferredCountry", country), ("inferredCity", city)];
        if !company.is_empty() {
            inferred.push(("inferredCompany", &company));
        }
        let cookie = format!("id:284-FAK-133&token:_mch-nordlys.example-{}-{:05}", at.as_ms(), place);
        let id = seeding.account.add_visitor(&inferred, &cookie, at);
        seeding.visitors.push(id);
    }
}
