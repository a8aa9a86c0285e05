//! Two fake accounts on loopback and one workspace that is connected to both: `crm` and `mailing`.

use std::sync::Arc;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind};
use intentd_sdk::Timestamp;
use intentd_sdk::clock::{Clock, SystemClock};
use serde_json::Value;

use crate::account::{OPEN_GUARDS, Site};

/// Two accounts that are served until they are dropped, and a workspace for them.
pub(crate) struct Pair {
    pub(crate) site: Site,
    pub(crate) mailing: FakeHubSpot,
    runtime: Option<tokio::runtime::Runtime>,
}

pub(crate) fn now() -> Timestamp {
    SystemClock::new().now()
}

impl Pair {
    /// Two accounts without anything in them; `flows` is the workspace's own rule file.
    pub(crate) fn new(flows: &str) -> Pair {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let config = FakeConfig { now: clock.now(), ..FakeConfig::for_tests() };
        let site = Site::of(FakeHubSpot::empty(config.clone(), Arc::clone(&clock)), OPEN_GUARDS);
        let mailing = FakeHubSpot::empty(FakeConfig { portal_id: 7_654_321, ..config }, clock);
        // Ids of one account say nothing about those of the other.
        mailing.edit(|account| {
            for _ in 0..50 {
                let id = account.add(Kind::Contact, &[], now());
                account.gdpr_delete(id);
            }
        });
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let other = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(mailing.clone().serve(listener));
        let text = std::fs::read_to_string(site.config_file()).unwrap();
        let crm = text.lines().find_map(|line| line.trim().strip_prefix("base_url: ")).unwrap().to_owned();
        let connection = |name: &str, url: &str| {
            format!(
                "  {name}:\n    vendor: hubspot\n    base_url: {url}\n    auth: {{token: {{file: token}}}}\n    \
                 limits: {{search: 1000, burst: 10000}}\n    options: {{search_lag_seconds: 0}}\n"
            )
        };
        let text = format!(
            "workspace: {{time_zone: Europe/Stockholm}}\ndatabase: {{url: sqlite:intentd.db}}\nmappings: rules\nconnections:\n{}{}{OPEN_GUARDS}\n",
            connection("crm", &crm),
            connection("mailing", &other)
        );
        std::fs::write(site.config_file(), text).unwrap();
        let folder = site.folder.path().join("rules/rules");
        std::fs::create_dir_all(&folder).unwrap();
        if !flows.is_empty() {
            std::fs::write(folder.join("flows.yaml"), flows).unwrap();
        }
        Pair { site, mailing, runtime: Some(runtime) }
    }

    /// The account behind a connection.
    pub(crate) fn fake(&self, side: usize) -> &FakeHubSpot {
        if side == 0 { &self.site.fake } else { &self.mailing }
    }

    /// A contact in one of the accounts.
    pub(crate) fn contact(&self, side: usize, values: &[(&str, &str)]) -> u64 {
        self.fake(side).edit(|account| account.add(Kind::Contact, values, now()))
    }

    pub(crate) fn set(&self, side: usize, id: u64, values: &[(&str, &str)]) {
        self.fake(side).edit(|account| assert!(account.set(Kind::Contact, id, values, now())));
    }

    pub(crate) fn value(&self, side: usize, id: u64, property: &str) -> String {
        self.fake(side).properties_of(Kind::Contact, id).unwrap().remove(property).unwrap_or_default()
    }

    /// One cycle that must be complete.
    pub(crate) fn sync(&self) -> Value {
        let summary = self.site.json(&["sync"]);
        assert_eq!(summary["complete"], true, "{summary}");
        summary
    }

    /// What `intentd identity show` tells.
    pub(crate) fn show(&self, kind: &str, record: &str) -> Value {
        self.site.json(&["identity", "show", kind, record])
    }

    /// The records of a contact or company, as `crm/1`, sorted.
    pub(crate) fn records(&self, kind: &str, record: &str) -> Vec<String> {
        records(&self.show(kind, record))
    }
}

/// The records in what `show` told.
pub(crate) fn records(shown: &Value) -> Vec<String> {
    let record = |row: &Value| format!("{}/{}", row["connection"].as_str().unwrap(), row["id"].as_str().unwrap());
    let mut records: Vec<String> = shown["records"].as_array().unwrap().iter().map(record).collect();
    records.sort();
    records
}

impl Drop for Pair {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}
