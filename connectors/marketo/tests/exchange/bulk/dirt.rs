//! What people typed arrives as they typed it.

use intentd_marketo::fake::{FakeConfig, Oddities};
use intentd_sdk::record::Item;
use intentd_sdk::source::Mode;

use super::drive::{Death, pull};
use crate::stage::{DAY_MS, Stage};

/// What was typed, and what a contact has of it.
const VALUES: [(&str, Option<&str>); 14] = [
    ("plain", Some("plain")),
    ("comma, and \"quotes\"", Some("comma, and \"quotes\"")),
    ("\"quoted\"", Some("\"quoted\"")),
    ("two\nlines", Some("two\nlines")),
    ("two\r\nlines", Some("two\r\nlines")),
    ("lone\rreturn", Some("lone\rreturn")),
    ("return at the end\r", Some("return at the end\r")),
    ("a\u{2028}b\u{2029}c\u{85}d\u{b}e\u{c}f", Some("a\u{2028}b\u{2029}c\u{85}d\u{b}e\u{c}f")),
    ("N\0U\0L", Some("NUL")),
    ("日本語、「東京」", Some("日本語、「東京」")),
    ("  spaces  ", Some("  spaces  ")),
    ("nullable", Some("nullable")),
    ("0012", Some("0012")),
    ("null", None),
];

#[tokio::test]
async fn dirt_is_kept_exactly_in_pieces_of_any_size() {
    for piece in ["1", "2048"] {
        let config = FakeConfig { job_step_ms: 1_000, ..FakeConfig::for_tests() };
        let stage = Stage::of(config, &[("leads_since", "2026-11-01"), ("export_piece_kilobytes", piece)]).await;
        let at = stage.now().plus_ms(-DAY_MS);
        let ids: Vec<u64> = stage.fake.edit(|account| {
            let mut ids = Vec::new();
            for (title, _) in VALUES {
                for (last_name, _) in VALUES {
                    let values =
                        [("title", title.into()), ("lastName", last_name.into()), ("email", "a@b.example".into())];
                    ids.push(account.add_lead(&values, at));
                }
            }
            ids
        });
        let pull = pull(&stage, &[("contacts", Mode::Backfill, None)], Death::Never).await;
        assert_eq!(pull.contacts().len(), ids.len());
        for item in &pull.items {
            let Item::Object(record) = item else { panic!("{item:?}") };
            let place = ids.iter().position(|id| record.id.as_str() == id.to_string()).unwrap();
            let (title, last_name) = (VALUES[place / VALUES.len()].1, VALUES[place % VALUES.len()].1);
            assert_eq!(record.properties["title"].as_deref(), title, "piece {piece}");
            assert_eq!(record.properties["lastName"].as_deref(), last_name, "piece {piece}");
            assert_eq!(record.created_at, Some(at));
        }
    }
}

#[tokio::test]
async fn numbers_are_written_as_the_rest_api_writes_them() {
    let oddities = Oddities { decimal_percent: 100, ..Oddities::none() };
    let config = FakeConfig { job_step_ms: 1_000, oddities, ..FakeConfig::for_tests() };
    let stage = Stage::of(config, &[("leads_since", "2026-11-01")]).await;
    let at = stage.now().plus_ms(-DAY_MS);
    stage.fake.edit(|account| {
        account.add_lead(&[("email", "a@b.example".into()), ("leadScore", 12.into()), ("title", "1.0".into())], at);
    });
    let pull = pull(&stage, &[("contacts", Mode::Backfill, None)], Death::Never).await;
    let [Item::Object(record)] = pull.items.as_slice() else { panic!("{:?}", pull.items) };
    assert_eq!(record.properties["leadScore"].as_deref(), Some("12"));
    assert_eq!(record.properties["title"].as_deref(), Some("1.0"), "a text stays as it is");
}

#[tokio::test]
async fn visitors_without_a_name_are_no_contacts_and_the_count_says_so() {
    let config = FakeConfig { job_step_ms: 1_000, bulk_anonymous: true, ..FakeConfig::for_tests() };
    let stage = Stage::of(config, &[("leads_since", "2026-11-01")]).await;
    let at = stage.now().plus_ms(-DAY_MS);
    stage.fake.edit(|account| {
        account.add_lead(&[("email", "a@b.example".into())], at);
        account.add_visitor(&[("inferredCompany", "Nordlys")], "id:284-FAK-133&token:_mch-1", at);
    });
    for mode in [Mode::Backfill, Mode::Reconcile] {
        let pull = pull(&stage, &[("contacts", mode, None)], Death::Never).await;
        assert_eq!((pull.items.len(), pull.closed[0].stated.expected), (1, 1), "{mode:?}");
    }
}
