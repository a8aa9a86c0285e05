//! The guard: nothing large happens before a person has looked.

use intentd_hubspot::fake::FakeConfig;

use crate::account::{Site, number};

#[test]
fn the_first_apply_is_capped_and_the_rest_waits_for_a_confirmation() {
    let site = Site::with(FakeConfig::for_tests(), "guards: {first_apply_max_records: 20}");
    let first = site.json(&["sync"]);
    assert_eq!(number(&first, "/changes/written"), 20);
    let held = number(&first, "/changes/held");
    assert!(held > 0);
    assert_eq!(first["held"][0]["records"], held);

    let second = site.json(&["sync"]);
    assert_eq!(number(&second, "/changes/written"), 0, "what is held stays held");
    assert_eq!(number(&second, "/changes/held"), held);

    let plan = site.json(&["plan"]);
    assert_eq!(number(&plan, "/connections/0/held"), held);
    let confirmed = site.json(&["apply", "--confirm"]);
    assert_eq!(number(&confirmed, "/changes/written"), held);
    assert_eq!(number(&site.json(&["sync"]), "/changes/written"), 0);
}

#[test]
fn a_read_only_workspace_writes_nothing() {
    let site = Site::with(FakeConfig::for_tests(), "mode: read_only");
    let summary = site.json(&["sync"]);
    assert!(number(&summary, "/changes/planned") > 0);
    assert_eq!(number(&summary, "/changes/written"), 0);
    assert!(site.fake.stats().writes_by_record.is_empty());
    assert_eq!(site.run(&["apply"]).status.code(), Some(2));
}
