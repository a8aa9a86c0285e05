//! Who is who across two connections: joined as the committed golden says, every join explained, every one reversible.

use intentd_hubspot::fake::Kind;
use serde_json::Value;

use crate::account::number;
use crate::pair::{Pair, now, records};

fn golden(shown: &Value, labels: &[(String, &str)]) -> String {
    let named = |record: &str| {
        labels
            .iter()
            .find(|(known, _)| known == record)
            .map_or_else(|| record.to_owned(), |(_, label)| (*label).to_owned())
    };
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let list = |value: &Value| value.as_array().unwrap().iter().map(text).collect::<Vec<_>>().join(", ");
    let mut lines = vec![format!("{} (also: {})", text(&shown["key"]), list(&shown["other_keys"]))];
    for record in records(shown) {
        lines.push(format!("  is {}", named(&record)));
    }
    for event in shown["history"].as_array().unwrap() {
        let record = format!("{}/{}", text(&event["connection"]), text(&event["id"]));
        lines.push(format!("  {} {} by {}", named(&record), text(&event["event"]), text(&event["key"])));
    }
    for field in shown["fields"].as_array().unwrap() {
        if field["field"] != "created_at" {
            lines.push(format!(
                "  {} = {} from {}",
                text(&field["field"]),
                text(&field["value"]),
                text(&field["from"])
            ));
        }
    }
    lines.join("\n")
}

/// Two accounts that know partly the same people and companies. Gives what is there, with a name for each record.
fn acquaintances(pair: &Pair) -> Vec<(&'static str, String, &'static str)> {
    let mut known = Vec::new();
    let mut add = |side: usize, kind: Kind, label: &'static str, values: &[(&str, &str)]| {
        let id = pair.fake(side).edit(|account| account.add(kind, values, now()));
        let (connection, kind) = (["crm", "mailing"][side], if kind == Kind::Contact { "contact" } else { "company" });
        known.push((kind, format!("{connection}/{id}"), label));
    };
    let old = ("hs_additional_emails", "ann.old@acme.example.com");
    add(0, Kind::Contact, "Ann in the CRM", &[("email", "Ann@acme.example.com"), ("jobtitle", "CTO"), old]);
    add(
        1,
        Kind::Contact,
        "Ann by her old address",
        &[("email", "ANN.OLD@acme.example.com"), ("jobtitle", "Chief"), ("city", "Lund")],
    );
    add(0, Kind::Contact, "Bo in the CRM", &[("email", "bo@gmail.com"), ("firstname", "Bo")]);
    add(1, Kind::Contact, "Bo in mailing", &[("email", "Bo@Gmail.com"), ("lastname", "Berg"), ("firstname", "Bosse")]);
    add(0, Kind::Contact, "Cleo without an address", &[("firstname", "Cleo")]);
    add(1, Kind::Contact, "Cleo without one either", &[("firstname", "Cleo")]);
    add(1, Kind::Contact, "Dan, whom mailing alone knows", &[("email", "dan@acme.example.com")]);
    add(0, Kind::Company, "Acme in the CRM", &[("domain", "acme.co.uk"), ("name", "Acme")]);
    add(
        1,
        Kind::Company,
        "Acme in mailing",
        &[("domain", "https://www.shop.Acme.co.uk/about"), ("name", "Acme Ltd"), ("city", "York")],
    );
    add(0, Kind::Company, "Gmail users in the CRM", &[("domain", "gmail.com"), ("name", "Private")]);
    add(1, Kind::Company, "Gmail users in mailing", &[("domain", "gmail.com"), ("name", "Consumers")]);
    add(0, Kind::Company, "Books in the CRM", &[("domain", "bücher.de"), ("name", "Bücher")]);
    add(1, Kind::Company, "Books in mailing", &[("domain", "xn--bcher-kva.de"), ("industry", "PUBLISHING")]);
    add(0, Kind::Company, "A shop on a platform", &[("domain", "ada.github.io"), ("name", "Ada")]);
    add(1, Kind::Company, "Another shop there", &[("domain", "bob.github.io"), ("name", "Bob")]);
    known
}

#[test]
fn people_and_companies_are_joined_as_the_golden_says() {
    let pair = Pair::new("");
    let known = acquaintances(&pair);
    pair.sync();
    let labels: Vec<(String, &str)> = known.iter().map(|(_, record, label)| (record.clone(), *label)).collect();
    let tell = || {
        let mut told: Vec<String> = Vec::new();
        for (kind, record, _) in &known {
            let text = format!("{kind} {}", golden(&pair.show(kind, record), &labels));
            if !told.contains(&text) {
                told.push(text);
            }
        }
        told.sort();
        told.join("\n\n") + "\n"
    };
    let first = tell();
    insta::with_settings!({ snapshot_path => "goldens", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("identities", first);
    });
    // Quiet cycles and a second full reading change nothing.
    let quiet = pair.sync();
    assert_eq!((number(&quiet, "/changes/planned"), number(&quiet, "/changes/written")), (0, 0));
    assert_eq!(tell(), first);
}

fn visits(pair: &Pair, side: usize, id: u64, count: i64) {
    pair.fake(side).edit(|account| {
        for visit in 0..count {
            account.add_page_view(
                id,
                now().plus_ms(-(visit + 1) * 86_400_000 - side as i64),
                "https://example.com/pricing",
                "Pricing",
            );
        }
    });
}

fn activities(pair: &Pair, record: &str) -> u64 {
    number(&pair.site.json(&["activities", record]), "/total")
}

#[test]
fn a_changed_address_parts_two_records_and_each_takes_its_own_history_along() {
    let pair = Pair::new("");
    let crm = pair.contact(0, &[("email", "kim@acme.example.com"), ("jobtitle", "CTO")]);
    let mailing = pair.contact(1, &[("email", "kim@acme.example.com"), ("city", "Lund")]);
    visits(&pair, 0, crm, 4);
    visits(&pair, 1, mailing, 3);
    pair.sync();
    assert_eq!(pair.records("contact", "kim@acme.example.com"), [format!("crm/{crm}"), format!("mailing/{mailing}")]);
    assert_eq!(activities(&pair, "kim@acme.example.com"), 7);
    // Both accounts got the score of the whole history.
    assert_eq!(pair.value(0, crm, "intentd_lead_score"), pair.value(1, mailing, "intentd_lead_score"));
    let together = pair.value(0, crm, "intentd_lead_score");

    // The address in mailing was a mistake: it is somebody else's. Nothing of either history is lost or mixed up, although
    // both are packed by now.
    pair.set(1, mailing, &[("email", "lee@acme.example.com")]);
    pair.sync();
    assert_eq!(pair.records("contact", "kim@acme.example.com"), [format!("crm/{crm}")]);
    assert_eq!(pair.records("contact", "lee@acme.example.com"), [format!("mailing/{mailing}")]);
    assert_eq!((activities(&pair, "kim@acme.example.com"), activities(&pair, "lee@acme.example.com")), (4, 3));
    let shown = pair.show("contact", "lee@acme.example.com");
    assert_eq!(shown["history"][0]["event"], "parted");
    assert!(shown["fields"].as_array().unwrap().iter().all(|field| field["field"] != "job_title"), "{shown}");
    assert_ne!(pair.value(0, crm, "intentd_lead_score"), together, "scored anew, each for itself");
    assert_ne!(pair.value(1, mailing, "intentd_lead_score"), together);

    // And together again; what happens from now on is known of both.
    pair.set(1, mailing, &[("email", "kim@acme.example.com")]);
    pair.mailing.edit(|account| account.add_page_view(mailing, now(), "https://example.com/demo", "Demo"));
    pair.sync();
    assert_eq!(activities(&pair, "kim@acme.example.com"), 8);
    assert_eq!(pair.value(0, crm, "intentd_lead_score"), pair.value(1, mailing, "intentd_lead_score"));
    let quiet = pair.sync();
    assert_eq!(number(&quiet, "/changes/written"), 0);
}

#[test]
fn an_admin_takes_records_apart_and_joins_others_and_no_key_undoes_it() {
    let pair = Pair::new("");
    let crm = pair.contact(0, &[("email", "info@acme.example.com"), ("firstname", "Ada")]);
    let mailing = pair.contact(1, &[("email", "info@acme.example.com"), ("firstname", "Bob")]);
    let alias = pair.contact(1, &[("email", "ada@home.example.com"), ("city", "Lund")]);
    visits(&pair, 1, mailing, 2);
    visits(&pair, 1, alias, 3);
    pair.sync();
    let (crm_record, mailing_record, alias_record) =
        (format!("crm/{crm}"), format!("mailing/{mailing}"), format!("mailing/{alias}"));
    assert_eq!(pair.records("contact", "info@acme.example.com").len(), 2);

    pair.site.json(&["identity", "split", "contact", &mailing_record]);
    pair.site.json(&["identity", "join", "contact", &crm_record, &alias_record]);
    for _ in 0..2 {
        pair.set(1, mailing, &[("city", "Ystad")]);
        pair.set(0, crm, &[("city", "Malmö")]);
        pair.set(1, alias, &[("city", "Kiruna")]);
        pair.sync();
        assert_eq!(pair.records("contact", "ada@home.example.com"), [crm_record.clone(), alias_record.clone()]);
        assert_eq!(activities(&pair, "ada@home.example.com"), 3);
        assert_eq!(activities(&pair, &mailing.to_string()), 2);
    }
    // The decision is forgotten: keys decide when the record is read again.
    pair.site.json(&["identity", "forget", "contact", &mailing_record]);
    pair.site.json(&["identity", "forget", "contact", &crm_record]);
    pair.set(1, alias, &[("city", "Umeå")]);
    pair.set(1, mailing, &[("city", "Umeå")]);
    pair.sync();
    assert_eq!(pair.records("contact", "info@acme.example.com"), [crm_record.clone(), mailing_record]);
    assert_eq!(pair.records("contact", "ada@home.example.com"), [alias_record]);
    assert_eq!(activities(&pair, "info@acme.example.com"), 2);
    let quiet = pair.sync();
    assert_eq!(number(&quiet, "/changes/written"), 0);
}

#[test]
fn when_one_source_loses_a_person_the_other_one_speaks_alone() {
    let pair = Pair::new("");
    let crm = pair.contact(0, &[("email", "kim@acme.example.com"), ("jobtitle", "CTO")]);
    let mailing = pair.contact(1, &[("email", "kim@acme.example.com"), ("jobtitle", "Chief")]);
    pair.sync();
    let title = |pair: &Pair| {
        let shown = pair.show("contact", "kim@acme.example.com");
        let field = shown["fields"].as_array().unwrap().iter().find(|field| field["field"] == "job_title").cloned();
        field.map(|field| (field["value"].as_str().unwrap().to_owned(), field["from"].as_str().unwrap().to_owned()))
    };
    assert_eq!(title(&pair), Some(("CTO".into(), "crm".into())));
    pair.site.fake.edit(|account| assert!(account.archive(Kind::Contact, crm, now())));
    reconcile_is_due(&pair);
    pair.sync();
    assert_eq!(title(&pair), Some(("Chief".into(), "mailing".into())));
    pair.site.fake.edit(|account| assert!(account.restore(Kind::Contact, crm, now())));
    reconcile_is_due(&pair);
    pair.sync();
    assert_eq!(title(&pair), Some(("CTO".into(), "crm".into())));

    // Another order in the admin's file is in force at once, without reading anything again.
    let rules = pair.site.folder.path().join("rules/rules/a_precedence.yaml");
    std::fs::write(rules, "identity: {precedence: [{object: contact, fields: [job_title], order: [mailing, crm]}]}\n")
        .unwrap();
    pair.sync();
    assert_eq!(title(&pair), Some(("Chief".into(), "mailing".into())));
    let _ = mailing;
}

fn reconcile_is_due(pair: &Pair) {
    crate::inside::look(&pair.site, async |store| {
        let mut tx = store.begin().await.unwrap();
        for connection in ["crm", "mailing"] {
            tx.mark_reconciled(&connection.into(), &"contacts".into(), intentd_sdk::Timestamp::EPOCH).await.unwrap();
        }
        tx.commit().await.unwrap();
    });
}
