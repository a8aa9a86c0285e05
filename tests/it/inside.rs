//! Looks into a workspace's database between two commands, and winds its clocks.

use std::collections::BTreeMap;

use intentd::store::{OutboxFilter, OutboxRow, OutboxState, RemoteRow, Store};
use intentd_hubspot::fake::Kind;
use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind, StreamName};
use serde_json::Value;

use crate::account::Site;

/// The connection of a [`Site`].
pub(crate) fn hubspot() -> ConnectionName {
    ConnectionName::from("hubspot")
}

/// Runs a look into the database.
pub(crate) fn look<R>(site: &Site, look: impl AsyncFnOnce(&Store) -> R) -> R {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let url = format!("sqlite:{}", site.folder.path().join("intentd.db").display());
        let store = Store::open(&url).await.unwrap();
        let found = look(&store).await;
        store.close().await;
        found
    })
}

/// Makes the next reconcile pass of these streams due.
pub(crate) fn reconcile_is_due(site: &Site) {
    look(site, async |store| {
        let mut tx = store.begin().await.unwrap();
        for stream in ["contacts", "companies", "deals"] {
            tx.mark_reconciled(&hubspot(), &StreamName::from(stream), Timestamp::EPOCH).await.unwrap();
        }
        tx.commit().await.unwrap();
    });
}

/// What the mirror knows of a contact.
pub(crate) fn remote(site: &Site, id: u64) -> Option<RemoteRow> {
    let id = ExternalId::from(id.to_string().as_str());
    look(site, async |store| {
        let mut tx = store.begin().await.unwrap();
        tx.find_remote(&hubspot(), ObjectKind::Contact, std::slice::from_ref(&id)).await.unwrap().remove(&id)
    })
}

/// Outbox rows by state.
pub(crate) fn outbox(site: &Site) -> BTreeMap<OutboxState, u64> {
    look(site, async |store| store.count_outbox(&hubspot()).await.unwrap())
}

/// The outbox rows in these states.
pub(crate) fn rows(site: &Site, states: &[OutboxState]) -> Vec<OutboxRow> {
    let filter = OutboxFilter { connection: None, states: states.to_vec() };
    look(site, async |store| store.list_outbox(&filter, 100_000).await.unwrap())
}

/// Runs one cycle and gives its exit code and summary.
pub(crate) fn sync(site: &Site) -> (i32, Value) {
    let output = site.run(&["sync", "--json"]);
    let summary = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("no summary: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), summary)
}

/// Runs one cycle that must be exact.
pub(crate) fn exact_sync(site: &Site) -> Value {
    let (code, summary) = sync(site);
    for line in summary["certificates"].as_array().unwrap() {
        assert_eq!(line["exact"], true, "{line}");
    }
    assert_eq!(summary["streams_failed"], serde_json::json!([]));
    assert_eq!((code, &summary["complete"]), (0, &true.into()), "{summary}");
    summary
}

/// How often a contact has been written to, over the API.
pub(crate) fn writes(site: &Site, id: u64) -> u64 {
    site.fake.stats().writes_by_record.get(&(Kind::Contact, id)).copied().unwrap_or(0)
}
