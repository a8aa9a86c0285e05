//! What a vendor found out about visitors whom it cannot name.

use std::collections::BTreeMap;

use intentd_sdk::record::{Actor, VisitorRecord};
use jiff::tz::TimeZone;

use super::PagePlace;
use crate::domain::identity::registrable_domain;
use crate::domain::mapping::transforms::{Transform, apply_all};
use crate::domain::model::Country;
use crate::domain::visit::Organisation;
use crate::engine::EngineError;
use crate::store::{SeenVisitor, Tx};

/// Links visitors to companies; a visitor who stands on a page twice counts in the last form.
pub(super) async fn commit_visitors(
    tx: &mut Tx,
    place: &PagePlace,
    records: &[VisitorRecord],
) -> Result<(), EngineError> {
    if records.is_empty() {
        return Ok(());
    }
    let latest: BTreeMap<&Actor, &VisitorRecord> = records.iter().map(|record| (&record.actor, record)).collect();
    let visitors: Vec<SeenVisitor> = latest
        .into_values()
        .map(|record| SeenVisitor {
            actor: record.actor.clone(),
            organisation: organisation(record),
            country: country(record.country.as_deref().unwrap_or_default()),
            first_seen: place.now,
            last_seen: place.now,
        })
        .collect();
    let companies = tx.upsert_visitors(&place.connection, &visitors, place.now).await?;
    tx.mark_companies_dirty(&companies.into_iter().collect::<Vec<_>>()).await?;
    Ok(())
}

fn organisation(record: &VisitorRecord) -> Option<Organisation> {
    let domain = record.domain.as_deref().and_then(registrable_domain);
    let name = record.organisation.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name = name.map(str::to_owned).or_else(|| domain.clone())?;
    Some(Organisation { name, domain })
}

/// Vendors write codes or names.
fn country(text: &str) -> Country {
    let code = apply_all(&[Transform::CountryCode], vec![text.to_owned()], &TimeZone::UTC).ok();
    code.and_then(|codes| codes.first().map(|code| Country::from_code(code))).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(organisation: &str, domain: &str) -> VisitorRecord {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
        VisitorRecord {
            actor: Actor::Contact("7".into()),
            organisation: some(organisation),
            domain: some(domain),
            country: None,
        }
    }

    #[test]
    fn a_visitor_has_an_organisation_when_the_vendor_names_one() {
        let named = organisation(&record(" Acme AB ", "www.acme.example")).unwrap();
        assert_eq!((named.name.as_str(), named.domain.as_deref()), ("Acme AB", Some("acme.example")));
        assert_eq!(organisation(&record("", "acme.example")).unwrap().name, "acme.example");
        assert_eq!(organisation(&record("Acme AB", "")).unwrap().domain, None);
        assert_eq!(organisation(&record(" ", "localhost")), None);
    }

    #[test]
    fn countries_come_as_codes_or_names() {
        for (text, code) in [("se", Some("SE")), ("Sweden", Some("SE")), ("", None), ("Atlantis", None)] {
            assert_eq!(country(text).code().as_deref(), code, "{text}");
        }
    }
}
