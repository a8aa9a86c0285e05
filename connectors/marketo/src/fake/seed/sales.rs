//! Seeds companies with their external ids, some named accounts, opportunities with roles, and sales persons.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::names::{COUNTRIES, GLOBAL_END, GLOBAL_START, MIDDLE, NORDIC_END, NORDIC_START, domain};
use super::{DAY_MS, Seeding};
use crate::fake::activities::Activity;
use crate::fake::activity_types::ADD_TO_OPPORTUNITY;
use crate::fake::instants;
use crate::fake::objects::ObjectKind;

const INDUSTRIES: &[&str] =
    &["Manufacturing", "Retail", "Construction", "Insurance", "Health Care", "Software", "Logistics", "Energy"];
const STAGES: &[(&str, u64)] =
    &[("Qualification", 20), ("Proposal", 50), ("Negotiation", 75), ("Closed Won", 100), ("Closed Lost", 0)];
const ROLES: &[&str] = &["Decision Maker", "Champion", "Influencer", "Economic Buyer"];

pub(super) fn companies(seeding: &mut Seeding<'_>) {
    let at = seeding.config.now.plus_ms(-700 * DAY_MS);
    for (place, (first, last)) in [("Saga", "Wikbo"), ("Nils", "Arkvall"), ("Priya", "Denholm")].iter().enumerate() {
        let values = [
            ("externalSalesPersonId", format!("SP-{}", 100 + place)),
            ("firstName", (*first).into()),
            ("lastName", (*last).into()),
            ("email", format!("{}.{}@nordlys.example", first.to_lowercase(), last.to_lowercase())),
        ];
        let values = values.map(|(name, value)| (name, Value::from(value)));
        seeding.account.objects_mut(ObjectKind::SalesPerson).add(&values, at);
    }
    let mut domains = BTreeSet::new();
    for place in 0..seeding.config.scale.companies {
        let chance = &mut seeding.chance;
        let is_nordic = chance.percent(75);
        let (starts, ends) = if is_nordic { (NORDIC_START, NORDIC_END) } else { (GLOBAL_START, GLOBAL_END) };
        let mut name = format!("{} {}", chance.pick(starts), chance.pick(ends));
        while !domains.insert(domain(&name)) {
            name = format!(
                "{} {} {} {}",
                chance.pick(starts),
                chance.pick(MIDDLE),
                chance.pick(MIDDLE),
                chance.pick(ends)
            );
        }
        let host = domain(&name);
        let countries = if is_nordic { &COUNTRIES[..4] } else { &COUNTRIES[4..] };
        let (country, cities, _) = chance.pick(countries);
        let employees = 3 + 4_000 * chance.skewed(1_000) as u64 * chance.skewed(1_000) as u64 / 1_000_000;
        let values = [
            ("externalCompanyId", json!(format!("EXT-{:06}", 100_000 + place * 7))),
            ("company", json!(name)),
            ("website", json!(format!("https://www.{host}"))),
            ("industry", json!(chance.pick(INDUSTRIES))),
            ("numberOfEmployees", json!(employees)),
            ("annualRevenue", json!(employees * (900_000 + chance.below(1_400_000)))),
            ("billingCity", json!(chance.pick::<&str>(cities))),
            ("billingCountry", json!(country)),
        ];
        let is_target = chance.percent(12);
        let score = chance.skewed(100);
        let id = seeding.account.objects_mut(ObjectKind::Company).add(&values, at);
        if is_target {
            let values = [
                ("name", json!(name)),
                ("domainName", json!(host)),
                ("country", json!(country)),
                ("score1", json!(score)),
            ];
            seeding.account.objects_mut(ObjectKind::NamedAccount).add(&values, at);
        }
        seeding.companies.push((id, host));
    }
}

pub(super) fn opportunities(seeding: &mut Seeding<'_>) {
    let days = seeding.days();
    for place in 0..seeding.config.scale.opportunities {
        let at = seeding.recently(days);
        let Some(lead) = seeding.some_lead() else { return };
        let company =
            seeding.account.leads.get(lead).and_then(|lead| lead.text("externalCompanyId")).map(str::to_owned);
        let chance = &mut seeding.chance;
        let (stage, probability) = chance.pick(STAGES);
        let external = format!("OPP-{:06}", 700_000 + place);
        let values = [
            ("externalOpportunityId", json!(external)),
            ("name", json!(format!("Platform {}", 2026 - chance.below(2)))),
            ("stage", json!(stage)),
            ("probability", json!(probability)),
            ("amount", json!(20_000.0 + chance.below(900_000) as f64 / 4.0)),
            ("isClosed", json!(stage.starts_with("Closed"))),
            ("isWon", json!(*stage == "Closed Won")),
            ("closeDate", json!(instants::zulu(at.plus_ms(60 * DAY_MS))[..10].to_owned())),
            ("externalCompanyId", company.map_or(Value::Null, Value::from)),
            ("externalSalesPersonId", json!(format!("SP-{}", 100 + chance.below(3)))),
        ];
        let role = *chance.pick(ROLES);
        seeding.account.objects_mut(ObjectKind::Opportunity).add(&values, at);
        let values = [
            ("externalOpportunityId", json!(external)),
            ("leadId", json!(lead)),
            ("role", json!(role)),
            ("isPrimary", json!(true)),
        ];
        let id = seeding.account.objects_mut(ObjectKind::Role).add(&values, at);
        let born = seeding.account.leads.get(lead).map_or(at, |lead| lead.created_at);
        seeding.activities.push(
            Activity::new(ADD_TO_OPPORTUNITY, lead, at.max(born))
                .about(id, external)
                .with("Is Primary", true)
                .with("Role", role),
        );
    }
}
