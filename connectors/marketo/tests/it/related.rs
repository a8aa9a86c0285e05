//! What belongs to leads: companies by the key that a lead carries, named accounts by name, opportunities through roles;
//! and what rules name: fields and assets.

use std::collections::{BTreeMap, BTreeSet};

use intentd_marketo::fake::{CampaignType, FakeConfig, ObjectKind as Kind, Scale};
use intentd_sdk::record::{AssetKind, Item, ObjectKind, PropertyType};
use intentd_sdk::source::Mode;
use serde_json::json;

use crate::drive::{Pull, Stage};

/// From each lead to what it belongs to.
fn links(pull: &Pull, kind: ObjectKind) -> BTreeMap<u64, BTreeSet<String>> {
    let of = |item: &Item| match item {
        Item::Associations(set) if set.to_kind == kind => {
            Some((set.from_id.as_str().parse().unwrap(), set.to.iter().map(|to| to.id.to_string()).collect()))
        }
        _ => None,
    };
    pull.items.iter().filter_map(of).collect()
}

#[tokio::test]
async fn companies_are_found_by_key_and_named_accounts_by_name() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let [by_key, by_name, nobody] = stage.edit(|account, now| {
        let company = [
            ("externalCompanyId", json!("nordlys")),
            ("company", json!("Nordlys AB")),
            ("industry", json!("Energy")),
            ("website", json!("nordlys.example")),
        ];
        account.objects_mut(Kind::Company).add(&company, now);
        for name in ["Fjord Bygg", "Nordlys AB"] {
            let named =
                [("name", json!(name)), ("domainName", json!("fjord.example")), ("industry", json!("Building"))];
            account.objects_mut(Kind::NamedAccount).add(&named, now);
        }
        [
            vec![("externalCompanyId", json!("nordlys"))],
            vec![("company", json!("FJORD BYGG"))],
            vec![("company", json!("Unheard of, and sons"))],
        ]
        .map(|values| account.add_lead(&values, now))
    });
    let pull = stage.follow(&[by_key, by_name, nobody]).await;
    let companies = pull.objects(ObjectKind::Company);
    let described: BTreeSet<(bool, Vec<Option<String>>)> = companies
        .iter()
        .map(|record| (record.id.as_str().starts_with("account:"), record.properties.values().cloned().collect()))
        .collect();
    let values = |values: [&str; 3]| values.map(|value| Some(value.to_owned())).to_vec();
    let expected = [
        (false, values(["Nordlys AB", "Energy", "nordlys.example"])),
        (true, values(["Fjord Bygg", "Building", "fjord.example"])),
    ];
    assert_eq!(described, expected.into(), "a company with a key is not looked up by name as well");
    let links = links(&pull, ObjectKind::Company);
    assert_eq!(links[&by_key], ["nordlys".to_owned()].into());
    assert_eq!(links[&by_name].len(), 1);
    assert_eq!(links[&nobody].len(), 0, "a lead that left its company has an empty set");
}

#[tokio::test]
async fn opportunities_are_found_through_roles() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let lead = stage.edit(|account, now| {
        let lead = account.add_lead(&[("email", json!("a@b.example"))], now);
        let opportunity =
            [("externalOpportunityId", json!("o1")), ("name", json!("Licence")), ("amount", json!("1604.47"))];
        account.objects_mut(Kind::Opportunity).add(&opportunity, now);
        for role in ["Champion", "Decision Maker"] {
            let role = [("externalOpportunityId", json!("o1")), ("leadId", json!(lead)), ("role", json!(role))];
            account.objects_mut(Kind::Role).add(&role, now);
        }
        lead
    });
    let pull = stage.follow(&[lead]).await;
    let deal = pull.objects(ObjectKind::Deal)[0];
    assert_eq!(deal.properties["amount"].as_deref(), Some("1604.47"));
    assert_eq!(links(&pull, ObjectKind::Deal)[&lead], ["o1".to_owned()].into(), "two roles, one opportunity");
}

#[tokio::test]
async fn a_whole_instance_is_followed_with_certificates() {
    let scale = Scale::small().without_activities();
    let stage = Stage::seeded(FakeConfig { scale, ..FakeConfig::for_tests() }).await;
    let ids: Vec<u64> = stage.pull("contacts", Mode::Backfill, None).await.contacts().into_iter().collect();
    let pull = stage.follow(&ids).await;
    assert!(!pull.objects(ObjectKind::Company).is_empty() && !pull.objects(ObjectKind::Deal).is_empty());
}

#[tokio::test]
async fn fields_say_what_they_hold_and_who_may_write_them() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let pull = stage.pull("properties", Mode::Backfill, None).await;
    let definition = |kind, name: &str| {
        let of = |item: &Item| match item {
            Item::Property(one) if one.kind == kind && one.name == name => Some(one.clone()),
            _ => None,
        };
        pull.items.iter().find_map(of).unwrap_or_else(|| panic!("{kind} {name}"))
    };
    assert_eq!(definition(ObjectKind::Contact, "leadScore").value_type, PropertyType::Number);
    assert_eq!(definition(ObjectKind::Contact, "unsubscribed").value_type, PropertyType::Bool);
    assert!(!definition(ObjectKind::Contact, "firstName").read_only);
    assert!(definition(ObjectKind::Company, "id").read_only);
    assert_eq!(definition(ObjectKind::Deal, "name").value_type, PropertyType::Text);
}

#[tokio::test]
async fn assets_tell_which_of_them_can_be_used() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    stage.edit(|account, now| {
        for n in 0..230 {
            account.programs.add_email(&format!("Newsletter {n}"), "Hello", now);
        }
        let draft = account.programs.add_email("Draft", "Hello", now);
        account.programs.emails.get_mut(&draft).unwrap().approved = false;
        account.campaigns.add("Batch", CampaignType::Batch, now);
    });
    let pull = stage.pull("assets", Mode::Backfill, None).await;
    let named = |kind| {
        let of = move |item: &Item| match item {
            Item::Asset(asset) if asset.kind == kind => Some((asset.name.clone(), asset.usable)),
            _ => None,
        };
        pull.items.iter().filter_map(of).collect::<BTreeMap<_, _>>()
    };
    assert_eq!(named(AssetKind::Email).len(), 230, "two pages, and no drafts");
    assert_eq!(named(AssetKind::Workflow), [("Batch".to_owned(), false)].into());
}
