//! Visits: whose they are, which company they belong to, and when they are forgotten.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::model::{CompanyId, ContactId, Country, Value};
use intentd::domain::visit::{COLLECTOR, DayKey, Organisation, Page};
use intentd::store::{
    CompanyVisits, ForgottenVisits, LocalRow, LogPlace, NewVisit, RecordedVisits, RemoteUpsert, SeenVisitor, VisitorId,
};
use intentd_sdk::Timestamp;
use intentd_sdk::record::{
    Actor, AssetKind, AssetRecord, AssociatedObject, AssociationSet, ConnectionName, ExternalId, ObjectKind, StreamName,
};

use crate::objects::store_contacts;
use crate::setup::{Bench, at, hubspot, on_both, write};

on_both!(
    an_anonymous_visit_makes_a_prospect_once,
    a_visit_of_a_contact_belongs_to_its_companies,
    a_visitor_counts_as_one_however_it_is_stored,
    a_known_domain_is_no_prospect_and_a_merge_moves_visitors,
    what_is_not_known_now_leaves_what_was_known,
    a_mark_of_a_company_is_cleared_only_when_nothing_came_since,
    visits_of_nobody_known_are_forgotten_and_those_of_contacts_stay,
    a_person_who_is_erased_leaves_no_visit,
    the_secret_of_a_day_goes_with_the_day,
    a_log_and_assets_are_remembered,
);

fn collector() -> ConnectionName {
    ConnectionName::from(COLLECTOR)
}

fn acme() -> Organisation {
    Organisation { name: "Acme AB".into(), domain: Some("acme.example".into()) }
}

fn visitor(id: &str) -> Actor {
    Actor::Visitor(id.to_owned())
}

fn visit(id: &str, actor: Actor, minutes: i64, path: &str, organisation: Option<Organisation>) -> NewVisit {
    NewVisit {
        remote_id: id.to_owned(),
        actor,
        at: at(minutes).plus_ms(300),
        page: Page { host: "example.com".into(), path: path.into() },
        country: Country::from_code("se"),
        organisation,
    }
}

async fn record(bench: &Bench, visits: &[NewVisit]) -> RecordedVisits {
    write!(bench, tx => {
        tx.record_visits(&collector(), &StreamName::from("visits"), visits, at(100)).await.unwrap()
    })
}

async fn load(bench: &Bench, companies: &[i64]) -> CompanyVisits {
    let companies: Vec<CompanyId> = companies.iter().map(|id| CompanyId(*id)).collect();
    bench.store.load_company_visits(&companies, at(0)).await.unwrap()
}

async fn marked(bench: &Bench) -> Vec<i64> {
    bench.store.claim_dirty_companies(100).await.unwrap().iter().map(|(company, _)| company.0).collect()
}

/// A company at the vendor with these contacts.
async fn store_company(bench: &Bench, id: i64, external_id: &str, domain: &str, contacts: &[&str]) {
    write!(bench, tx => {
        let local = LocalRow {
            id,
            key: Some(domain.to_owned()),
            secondary_keys: Vec::new(),
            fields: BTreeMap::from([("domain".to_owned(), Value::Text(domain.to_owned()))]),
        };
        tx.upsert_objects(ObjectKind::Company, &[local], at(0)).await.unwrap();
        let remote = RemoteUpsert {
            external_id: external_id.into(),
            local_id: id,
            modified_at: None,
            content_hash: 1,
            owned: BTreeMap::new(),
            window_id: None,
        };
        tx.upsert_remote(&hubspot(), ObjectKind::Company, &[remote], at(0)).await.unwrap();
        let sets: Vec<AssociationSet> = contacts
            .iter()
            .map(|contact| AssociationSet {
                from_kind: ObjectKind::Contact,
                from_id: (*contact).into(),
                to_kind: ObjectKind::Company,
                to: vec![AssociatedObject { id: external_id.into(), primary: true, labels: Vec::new() }],
            })
            .collect();
        tx.replace_associations(&hubspot(), &sets).await.unwrap();
    });
}

async fn an_anonymous_visit_makes_a_prospect_once(bench: Bench) {
    let named = Organisation { name: "Beta  GmbH".into(), domain: None };
    let visits = [
        visit("h1", visitor("v1"), 1, "/pricing", Some(acme())),
        visit("h2", visitor("v1"), 2, "/", Some(acme())),
        visit("h3", visitor("v2"), 3, "/pricing", Some(Organisation { name: "ACME".into(), ..acme() })),
        visit("h4", visitor("v3"), 4, "/pricing", Some(named)),
        visit("h5", visitor("v4"), 5, "/pricing", None),
    ];
    let recorded = record(&bench, &visits).await;
    assert_eq!(recorded, RecordedVisits { inserted: 5, known: 0, refused: 0 });
    let prospects = marked(&bench).await;
    assert_eq!(prospects.len(), 2, "two spellings of one domain are one company");
    let again = record(&bench, &visits).await;
    assert_eq!(again, RecordedVisits { inserted: 0, known: 5, refused: 0 });
    let other = Organisation { name: "beta gmbh".into(), domain: None };
    record(&bench, &[visit("h6", visitor("v5"), 6, "/", Some(other))]).await;
    assert_eq!(bench.store.counts().await.unwrap().companies, 2, "case and space make no new company");

    let mut tx = bench.begin().await;
    let by_key = tx.find_local_by_key(ObjectKind::Company, &["acme.example".to_owned()]).await.unwrap();
    let rows = tx.find_local(ObjectKind::Company, &prospects).await.unwrap();
    tx.rollback().await.unwrap();
    let id = by_key["acme.example"];
    assert_eq!(rows[&id].fields["domain"], Value::Text("acme.example".into()));
    let loaded = load(&bench, &prospects).await;
    let of_acme: Vec<_> = loaded.visits.iter().filter(|visit| visit.company.0 == id).collect();
    assert_eq!((loaded.visits.len(), of_acme.len()), (5, 3));
    assert_eq!(of_acme.iter().map(|visit| visit.visitor).collect::<BTreeSet<_>>().len(), 2);
    assert_eq!(of_acme[0].at, at(1), "whole seconds, oldest first");
    assert_eq!(of_acme[0].country, Country::from_code("SE"));
    assert_eq!(loaded.pages[&of_acme[0].page], Page { host: "example.com".into(), path: "/pricing".into() });
    let late = bench.store.load_company_visits(&[CompanyId(id)], at(2)).await.unwrap();
    assert_eq!(late.visits.len(), 2, "from an instant on");
}

async fn a_visit_of_a_contact_belongs_to_its_companies(bench: Bench) {
    write!(bench, tx => store_contacts(&mut tx, &[(1, "501", "ada@acme.example"), (2, "502", "bob@x.example")], None).await);
    store_company(&bench, 10, "c10", "acme.example", &["501"]).await;
    let ada = || Actor::Email("Ada@acme.example".into());
    // Behind her address stands another company: whoever is known needs no guess.
    let elsewhere = Organisation { name: "Hotel".into(), domain: Some("hotel.example".into()) };
    record(&bench, &[visit("h1", ada(), 1, "/pricing", Some(elsewhere))]).await;
    assert_eq!(marked(&bench).await, [10]);
    assert_eq!(bench.store.claim_dirty(10).await.unwrap()[0].0, ContactId(1), "her scores, too");
    record(&bench, &[visit("h2", Actor::Email("bob@x.example".into()), 2, "/", None)]).await;
    let before = load(&bench, &[10]).await;
    assert_eq!(before.visits.len(), 1, "who has no company visits for none");
    assert_eq!(before.visits[0].visitor, VisitorId::Contact(ContactId(1)));
    bench.store.fold_timelines(0).await.unwrap();
    assert_eq!(load(&bench, &[10]).await, before, "packed or not");
    record(&bench, &[visit("h1", ada(), 1, "/pricing", None), visit("h3", ada(), 9, "/", None)]).await;
    assert_eq!(load(&bench, &[10]).await.visits.len(), 2);
    assert_eq!(bench.store.counts().await.unwrap().companies, 1);

    // The vendor may tell it from the other side.
    write!(bench, tx => {
        let gone = AssociationSet {
            from_kind: ObjectKind::Contact, from_id: "501".into(), to_kind: ObjectKind::Company, to: Vec::new() };
        let back = AssociationSet {
            from_kind: ObjectKind::Company,
            from_id: "c10".into(),
            to_kind: ObjectKind::Contact,
            to: vec![AssociatedObject { id: "502".into(), primary: false, labels: Vec::new() }],
        };
        tx.replace_associations(&hubspot(), &[gone, back]).await.unwrap();
    });
    let visitors: Vec<VisitorId> = load(&bench, &[10]).await.visits.iter().map(|visit| visit.visitor).collect();
    assert_eq!(visitors, [VisitorId::Contact(ContactId(2))]);
    write!(bench, tx => tx.mark_companies_of_contacts_dirty(&[ContactId(2)]).await.unwrap());
    assert_eq!(marked(&bench).await, [10]);
}

async fn a_visitor_counts_as_one_however_it_is_stored(bench: Bench) {
    let marketo = ConnectionName::from("marketo");
    let lead = Actor::Contact(ExternalId::from("77"));
    let stream = StreamName::from("activities");
    let visits = [visit("m1", lead.clone(), 1, "/a", None), visit("m2", lead.clone(), 2, "/b", None)];
    write!(bench, tx => {
        let seen = SeenVisitor {
            actor: lead.clone(),
            organisation: Some(acme()),
            country: Country::from_code("no"),
            first_seen: at(0),
            last_seen: at(0),
        };
        tx.upsert_visitors(&marketo, &[seen], at(0)).await.unwrap();
        let nowhere = visits.map(|visit| NewVisit { country: Country::default(), ..visit });
        tx.record_visits(&marketo, &stream, &nowhere, at(3)).await.unwrap()
    });
    let companies = marked(&bench).await;
    let loaded = load(&bench, &companies).await;
    assert_eq!(loaded.visits.len(), 2);
    assert_eq!(loaded.visits[0].visitor, loaded.visits[1].visitor);
    assert_eq!(loaded.visits[1].country, Country::from_code("NO"), "the visitor's, when the visit has none");
    // The same id at another vendor is somebody else.
    record(&bench, &[visit("h1", lead.clone(), 3, "/a", Some(acme()))]).await;
    let visitors: BTreeSet<VisitorId> = load(&bench, &companies).await.visits.iter().map(|v| v.visitor).collect();
    assert_eq!(visitors.len(), 2);
    // The lead becomes a contact: its visits move to it and count there.
    write!(bench, tx => {
        let remote = RemoteUpsert { external_id: "77".into(), local_id: 5, modified_at: None, content_hash: 1,
            owned: BTreeMap::new(), window_id: None };
        tx.upsert_remote(&marketo, ObjectKind::Contact, &[remote], at(4)).await.unwrap();
        let touched = tx.resolve_pending_activities(&marketo).await.unwrap();
        assert_eq!(touched, BTreeSet::from([ContactId(5)]));
    });
    assert_eq!(load(&bench, &companies).await.visits.len(), 1, "the collector's visit stays");
}

async fn a_known_domain_is_no_prospect_and_a_merge_moves_visitors(bench: Bench) {
    record(&bench, &[visit("h1", visitor("v1"), 1, "/", Some(acme()))]).await;
    let prospect = marked(&bench).await[0];
    store_company(&bench, 900, "c900", "acme.test", &[]).await;
    let other = Organisation { name: "Acme Test".into(), domain: Some("acme.test".into()) };
    record(&bench, &[visit("h2", visitor("v2"), 2, "/", Some(other))]).await;
    assert_eq!(load(&bench, &[900]).await.visits.len(), 1, "a company of the CRM is found by its domain");
    write!(bench, tx => tx.merge_local(ObjectKind::Company, prospect, 900, at(5)).await.unwrap());
    assert_eq!(load(&bench, &[900]).await.visits.len(), 2);
    assert_eq!(marked(&bench).await, [900]);
    record(&bench, &[visit("h3", visitor("v3"), 3, "/", Some(acme()))]).await;
    assert_eq!(load(&bench, &[900]).await.visits.len(), 3, "the old domain leads to the company that absorbed it");
}

async fn what_is_not_known_now_leaves_what_was_known(bench: Bench) {
    record(&bench, &[visit("h1", visitor("v1"), 10, "/", Some(acme()))]).await;
    let company = marked(&bench).await;
    // From home: no organisation, an earlier page that arrives late.
    record(&bench, &[visit("h2", visitor("v1"), 5, "/a", None)]).await;
    assert_eq!(load(&bench, &company).await.visits.len(), 2);
    let clear = bench.store.claim_dirty_companies(10).await.unwrap();
    write!(bench, tx => tx.clear_dirty_companies(&clear).await.unwrap());
    // A visitor who turns up elsewhere moves, and both companies are told.
    let beta = Organisation { name: "Beta".into(), domain: Some("beta.example".into()) };
    record(&bench, &[visit("h3", visitor("v1"), 20, "/", Some(beta))]).await;
    assert_eq!(marked(&bench).await.len(), 2);
    assert!(load(&bench, &company).await.visits.is_empty());
}

async fn a_mark_of_a_company_is_cleared_only_when_nothing_came_since(bench: Bench) {
    record(&bench, &[visit("h1", visitor("v1"), 1, "/", Some(acme()))]).await;
    let marks = bench.store.claim_dirty_companies(10).await.unwrap();
    record(&bench, &[visit("h2", visitor("v1"), 2, "/", Some(acme()))]).await;
    assert_eq!(write!(bench, tx => tx.clear_dirty_companies(&marks).await.unwrap()), 0);
    let marks = bench.store.claim_dirty_companies(10).await.unwrap();
    assert_eq!(write!(bench, tx => tx.clear_dirty_companies(&marks).await.unwrap()), 1);
    assert!(marked(&bench).await.is_empty());
    record(&bench, &[visit("h2", visitor("v1"), 2, "/", Some(acme()))]).await;
    assert!(marked(&bench).await.is_empty(), "a visit that is stored already is no news");
    write!(bench, tx => tx.mark_visitors_seen(&collector(), &[visitor("v1")].into(), at(9)).await.unwrap());
    assert_eq!(marked(&bench).await.len(), 1);
}

async fn visits_of_nobody_known_are_forgotten_and_those_of_contacts_stay(bench: Bench) {
    write!(bench, tx => store_contacts(&mut tx, &[(1, "501", "ada@acme.example")], None).await);
    let mut visits: Vec<NewVisit> =
        (0..25).map(|n| visit(&format!("h{n}"), visitor(&format!("v{}", n % 5)), n, "/", Some(acme()))).collect();
    visits.push(visit("known", Actor::Email("ada@acme.example".into()), 1, "/", None));
    visits.push(visit("unknown", Actor::Email("eve@acme.example".into()), 1, "/", None));
    record(&bench, &visits).await;
    let company = marked(&bench).await;
    let forgotten = bench.store.forget_visits(at(10), 3).await.unwrap();
    assert_eq!(forgotten, ForgottenVisits { visits: 11, visitors: 1 }, "ten of visitors, and one of nobody known");
    assert_eq!(load(&bench, &company).await.visits.len(), 15);
    let forgotten = bench.store.forget_visits(at(1000), 1000).await.unwrap();
    assert_eq!(forgotten, ForgottenVisits { visits: 15, visitors: 5 });
    let counts = bench.store.counts().await.unwrap();
    assert_eq!((counts.activities, counts.activities_pending, counts.companies), (1, 0, 1));
    assert_eq!(bench.store.forget_visits(at(1000), 10).await.unwrap(), ForgottenVisits::default());
}

/// I12.
async fn a_person_who_is_erased_leaves_no_visit(bench: Bench) {
    write!(bench, tx => store_contacts(&mut tx, &[(1, "501", "ada@acme.example")], None).await);
    let eve = Actor::Email("eve@acme.example".into());
    record(
        &bench,
        &[
            visit("h1", Actor::Email("ada@acme.example".into()), 1, "/", None),
            visit("h2", eve.clone(), 1, "/", Some(acme())),
        ],
    )
    .await;
    let company = marked(&bench).await;
    assert_eq!(load(&bench, &company).await.visits.len(), 1);
    write!(bench, tx => {
        // Eve becomes a contact under her address and is erased before her visits have found her.
        store_contacts(&mut tx, &[(2, "502", "eve@acme.example")], None).await;
        let hash = intentd::domain::identity::tombstone_of_address("eve@acme.example").unwrap();
        tx.erase_contact(2, &[hash], at(5)).await.unwrap();
    });
    assert!(load(&bench, &company).await.visits.is_empty());
    let forgotten = bench.store.forget_visits(Timestamp::from_secs(i64::MAX / 2000), 10).await.unwrap();
    assert_eq!(forgotten, ForgottenVisits::default(), "nothing of her is left to be forgotten");
    let late = record(&bench, &[visit("h3", eve, 6, "/", Some(acme()))]).await;
    assert_eq!(late, RecordedVisits { inserted: 0, known: 0, refused: 1 });
}

/// I12.
async fn the_secret_of_a_day_goes_with_the_day(bench: Bench) {
    let key = |byte: u8| DayKey::new([byte; 32]);
    let of =
        async |day: &str, fresh: u8| write!(bench, tx => tx.find_or_insert_day_key(day, &key(fresh)).await.unwrap());
    assert_eq!(of("2026-11-21", 1).await, key(1));
    assert_eq!(of("2026-11-21", 2).await, key(1), "one for the whole day, also after a restart");
    assert_eq!(of("2026-11-22", 3).await, key(3));
    assert_eq!(of("2026-11-21", 4).await, key(4), "the earlier one is gone for good");
    assert_eq!(write!(bench, tx => tx.delete_day_keys("2026-12-01").await.unwrap()), 2);
}

async fn a_log_and_assets_are_remembered(bench: Bench) {
    let place =
        |offset, content: &str| LogPlace { first_line: "f".into(), next_offset: offset, content: content.into() };
    let id = write!(bench, tx => tx.upsert_log(None, "example.com", &place(10, "a"), at(0)).await.unwrap());
    let other = write!(bench, tx => tx.upsert_log(None, "example.com", &place(20, "b"), at(0)).await.unwrap());
    write!(bench, tx => tx.upsert_log(Some(id), "example.com", &place(30, "c"), at(1)).await.unwrap());
    let logs = bench.store.list_logs("example.com", "f").await.unwrap();
    assert_eq!(logs, [(id, place(30, "c")), (other, place(20, "b"))]);
    assert!(bench.store.list_logs("other.example", "f").await.unwrap().is_empty());

    let asset =
        |id: &str, name: &str| AssetRecord { kind: AssetKind::Email, id: id.into(), name: name.into(), usable: true };
    for page in
        [vec![asset("1", "Old"), asset("2", "Two"), asset("1", "New")], vec![asset("1", "New"), asset("2", "Two")]]
    {
        assert_eq!(write!(bench, tx => tx.upsert_assets(&hubspot(), &page).await.unwrap()), 2);
        assert_eq!(bench.store.list_assets(&hubspot()).await.unwrap(), [asset("1", "New"), asset("2", "Two")]);
    }
}
