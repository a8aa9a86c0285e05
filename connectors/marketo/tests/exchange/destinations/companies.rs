//! Companies by their own key, named accounts by theirs.

use std::collections::BTreeMap;

use intentd_marketo::fake::{FakeConfig, ObjectKind as FakeKind};
use intentd_sdk::ConnectorError;
use intentd_sdk::change::{Change, ChangeResult};
use intentd_sdk::record::{ExternalId, ObjectKind};

use super::write::{DELIVERED, push};
use crate::stage::Stage;

fn change(number: i64, id: &str, set: &[(&str, &str)]) -> Change {
    Change {
        outbox_id: number,
        kind: ObjectKind::Company,
        id: id.into(),
        set: set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
    }
}

/// A company and a named account; gives the id of the latter.
async fn stage(crm_sync: bool) -> (Stage, String) {
    let stage = Stage::of(FakeConfig { crm_sync, ..FakeConfig::for_tests() }, &[]).await;
    let now = stage.now();
    let guid = stage.fake.edit(|account| {
        let company = [("externalCompanyId", "acme, inc".into()), ("company", "Acme".into())];
        account.objects_mut(FakeKind::Company).add(&company, now);
        let company = [("externalCompanyId", "nordlys".into()), ("company", "Nordlys".into())];
        account.objects_mut(FakeKind::Company).add(&company, now);
        let accounts = account.objects_mut(FakeKind::NamedAccount);
        let id = accounts.add(&[("name", "Nordlys AS".into())], now);
        accounts.get(id).unwrap().guid.clone()
    });
    (stage, guid)
}

#[tokio::test]
async fn both_kinds_of_companies_are_written_and_looked_up() {
    let (stage, guid) = stage(false).await;
    let account = format!("account:{guid}");
    let batch = [
        change(1, "nordlys", &[("industry", "Energy")]),
        change(2, &account, &[("score1", "87")]),
        change(3, "nobody", &[("industry", "Energy")]),
        change(4, "nordlys2", &[("noSuchField", "1")]),
        change(5, "acme, inc", &[("industry", "Anvils")]),
    ];
    let results = push(&stage, &batch).await;
    assert_eq!((&results[&1], &results[&2], &results[&5]), (&DELIVERED, &DELIVERED, &DELIVERED));
    assert_eq!(results[&3], ChangeResult::Missing);
    assert!(matches!(&results[&4], ChangeResult::Rejected { property: Some(name), .. } if name == "noSuchField"));

    let ids: Vec<ExternalId> = ["nordlys", &account, "nobody"].map(ExternalId::from).to_vec();
    let names = ["industry", "score1"].map(str::to_owned);
    let connector = stage.connector();
    let found = connector.destination().look_up(&stage.permits, ObjectKind::Company, &ids, &names).await.unwrap();
    let values = |industry: Option<&str>, score: Option<&str>| {
        BTreeMap::from([
            ("industry".to_owned(), industry.map(str::to_owned)),
            ("score1".to_owned(), score.map(str::to_owned)),
        ])
    };
    assert_eq!(found.len(), 2);
    assert_eq!(found[&ids[0]].values, values(Some("Energy"), None));
    assert_eq!(found[&ids[1]].values, values(None, Some("87")));
}

#[tokio::test]
async fn companies_of_a_crm_are_not_written() {
    let (stage, _) = stage(true).await;
    let batch = [change(1, "nordlys", &[("industry", "Energy")])];
    let error = stage.connector().destination().push(&stage.permits, &batch).await.unwrap_err();
    assert!(matches!(&error, ConnectorError::Forbidden { detail, .. } if detail.contains("1018")), "{error:?}");
}
