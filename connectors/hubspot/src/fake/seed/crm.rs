//! Seeds companies and contacts, and who works where.

use std::collections::BTreeSet;

use intentd_sdk::Timestamp;

use super::names::{
    COUNTRIES, FIRST, FREE_MAIL, GLOBAL_END, GLOBAL_START, LAST, MIDDLE, NORDIC_END, NORDIC_START, TITLES, domain, slug,
};
use super::{DAY_MS, Seeding};
use crate::fake::chance::Chance;
use crate::fake::kind::Kind;
use crate::fake::record::{Record, Version};
use crate::fake::schema::INDUSTRIES;

const STAGES: &[&str] =
    &["subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer"];

/// Records of one type are made evenly over this stretch of time, in the order of their ids.
const AGE_DAYS: i64 = 700;

fn born(seeding: &mut Seeding<'_>, place: usize, count: usize) -> Timestamp {
    let span = AGE_DAYS * DAY_MS;
    let step = span / count.max(1) as i64;
    seeding.config.now.plus_ms(-span + step * place as i64 + seeding.chance.below(step.max(1) as u64 / 2) as i64)
}

/// When a record was last changed: some in one millisecond, as by a bulk job, the others at any time since birth.
fn changed(seeding: &mut Seeding<'_>, created_at: Timestamp) -> Timestamp {
    let bulk = seeding.config.now.plus_ms(-20 * DAY_MS);
    if seeding.chance.percent(4) && created_at < bulk {
        return bulk;
    }
    seeding.recently(120).max(created_at)
}

fn country(chance: &mut Chance) -> (&'static str, &'static str, &'static str) {
    let mut left = chance.below(100);
    for (name, language, cities, weight) in COUNTRIES {
        if left < *weight {
            return (name, language, *chance.pick::<&str>(cities));
        }
        left -= weight;
    }
    ("Sweden", "sv", "Stockholm")
}

/// A lifecycle stage, early ones more often, with the history that led there.
fn stage(chance: &mut Chance, record: &mut Record) {
    if chance.percent(12) {
        return;
    }
    let reached = chance.skewed(STAGES.len());
    let life = record.updated_at.ms_since(record.created_at).max(1);
    let versions = STAGES[..=reached].iter().enumerate().map(|(place, stage)| Version {
        value: (*stage).to_owned(),
        // The last step was the last change.
        at: record.created_at.plus_ms(life * place as i64 / reached.max(1) as i64),
        source_type: if place == 0 { "FORM".into() } else { "CRM_UI".into() },
        source_id: "userId:9586504".into(),
    });
    record.history.insert("lifecyclestage".into(), versions.collect());
    record.values.insert("lifecyclestage".into(), STAGES[reached].into());
}

fn put(record: &mut Record, name: &str, value: impl Into<String>) {
    record.values.insert(name.to_owned(), value.into());
}

fn source(chance: &mut Chance, record: &mut Record) {
    let source = *chance.pick(&["CRM_UI", "IMPORT", "FORM", "INTEGRATION"]);
    put(record, "hs_object_source", source);
    put(record, "hs_object_source_label", source);
}

pub(super) fn companies(seeding: &mut Seeding<'_>) {
    let count = seeding.config.scale.companies as usize;
    let mut domains = BTreeSet::new();
    for place in 0..count {
        let created_at = born(seeding, place, count);
        let updated_at = changed(seeding, created_at);
        let id = seeding.account.table_mut(Kind::Company).take_id();
        let mut record = Record::new(id, created_at);
        record.updated_at = updated_at;
        let chance = &mut seeding.chance;
        let (country, language, city) = country(chance);
        let is_nordic = matches!(language, "sv" | "no" | "da" | "fi");
        let (starts, ends) = if is_nordic { (NORDIC_START, NORDIC_END) } else { (GLOBAL_START, GLOBAL_END) };
        let mut name = format!("{} {}", chance.pick(starts), chance.pick(ends));
        while !domains.insert(domain(&name)) {
            name = format!("{} {} {}", chance.pick(starts), chance.pick(MIDDLE), chance.pick(ends));
        }
        let domain = domain(&name);
        let employees = 3 + 4_000 * chance.skewed(1_000) as u64 * chance.skewed(1_000) as u64 / 1_000_000;
        put(&mut record, "name", name);
        put(&mut record, "website", format!("https://www.{domain}"));
        put(&mut record, "domain", domain);
        put(&mut record, "country", country);
        put(&mut record, "city", city);
        put(&mut record, "industry", chance.pick(INDUSTRIES).0);
        if chance.percent(90) {
            put(&mut record, "numberofemployees", employees.to_string());
            put(&mut record, "annualrevenue", (employees * (900_000 + chance.below(1_400_000))).to_string());
        }
        put(&mut record, "type", if chance.percent(85) { "PROSPECT" } else { "PARTNER" });
        put(&mut record, "hs_is_target_account", chance.percent(12).to_string());
        if chance.percent(40) {
            put(&mut record, "hs_ideal_customer_profile", *chance.pick(&["tier_1", "tier_2", "tier_3"]));
        }
        if chance.percent(60) {
            put(&mut record, "hubspot_owner_id", (41_629_779 + chance.below(3)).to_string());
        }
        stage(chance, &mut record);
        source(chance, &mut record);
        seeding.account.table_mut(Kind::Company).insert(record);
        seeding.companies.push(id);
    }
}

pub(super) fn contacts(seeding: &mut Seeding<'_>) {
    let count = seeding.config.scale.contacts as usize;
    let largest = seeding.config.scale.largest_company as usize;
    let mut addresses = BTreeSet::new();
    for place in 0..count {
        let created_at = born(seeding, place, count);
        let updated_at = changed(seeding, created_at);
        // The very large company is met among all others, not in one run of ids.
        let is_largest = largest > 0 && place * largest / count.max(1) != (place + 1) * largest / count.max(1);
        let company = if is_largest {
            seeding.companies.first().copied()
        } else if seeding.chance.percent(6) || seeding.companies.len() < 2 {
            None
        } else {
            let index = 1 + seeding.chance.skewed(seeding.companies.len() - 1);
            seeding.companies.get(index).copied()
        };
        let id = seeding.account.table_mut(Kind::Contact).take_id();
        let mut record = Record::new(id, created_at);
        record.updated_at = updated_at;
        person(seeding, &mut record, company, &mut addresses);
        seeding.account.table_mut(Kind::Contact).insert(record);
        if let Some(company) = company {
            seeding.account.links.associate((Kind::Contact, id), (Kind::Company, company));
        }
        seeding.contacts.push(id);
    }
}

fn person(seeding: &mut Seeding<'_>, record: &mut Record, company: Option<u64>, addresses: &mut BTreeSet<String>) {
    let employer = company.and_then(|id| seeding.account.table(Kind::Company).get(id));
    let known = |name: &str| employer.and_then(|record| record.stored(name)).map(str::to_owned);
    let (domain, company_name, country_name, city) = (known("domain"), known("name"), known("country"), known("city"));
    let chance = &mut seeding.chance;
    let (first, last) = (*chance.pick(FIRST), *chance.pick(LAST));
    let host = match domain {
        Some(domain) if !chance.percent(6) => domain,
        _ => (*chance.pick(FREE_MAIL)).to_owned(),
    };
    let mut address = format!("{}.{}@{host}", slug(first), slug(last));
    let mut number = 2;
    while !addresses.insert(address.clone()) {
        address = format!("{}.{}{number}@{host}", slug(first), slug(last));
        number += 1;
    }
    let (own_country, language, own_city) = country(chance);
    put(record, "firstname", first);
    put(record, "lastname", last);
    put(record, "email", address);
    let country_name = country_name.unwrap_or_else(|| own_country.into());
    let language = COUNTRIES.iter().find(|(name, ..)| *name == country_name).map_or(language, |(_, spoken, ..)| spoken);
    put(record, "country", country_name);
    put(record, "city", city.unwrap_or_else(|| own_city.into()));
    put(record, "hs_language", language);
    if let Some(name) = company_name {
        put(record, "company", name);
    }
    if chance.percent(88) {
        let (title, seniority, roles) = *chance.pick(TITLES);
        put(record, "jobtitle", title);
        put(record, "hs_seniority", seniority);
        if !roles.is_empty() && chance.percent(35) {
            put(record, "hs_buying_role", roles);
        }
    }
    if chance.percent(30) {
        put(record, "phone", format!("+46 70 740 {:02} {:02}", chance.below(100), chance.below(100)));
    }
    if chance.percent(3) {
        put(record, "hs_email_optout", "true");
    }
    if chance.percent(40) {
        put(record, "hubspot_owner_id", (41_629_779 + chance.below(3)).to_string());
    }
    if chance.percent(25) {
        put(record, "hs_lead_status", *chance.pick(&["NEW", "OPEN", "IN_PROGRESS", "CONNECTED", "BAD_TIMING"]));
    }
    put(record, "hs_marketable_status", chance.percent(90).to_string());
    stage(chance, record);
    source(chance, record);
}
