//! What people typed arrives as they typed it.

use intentd_marketo::fake::FakeConfig;
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
