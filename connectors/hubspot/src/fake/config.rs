//! How a fake account is set up: its size, its limits, what it has bought, and how it misbehaves.

use serde::{Deserialize, Serialize};

use intentd_sdk::Timestamp;

/// How much there is in a seeded account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    pub contacts: u32,
    pub companies: u32,
    pub deals: u32,
    pub page_views: u32,
    pub email_events: u32,
    pub submissions: u32,
    pub forms: u32,
    pub engagements: u32,
    pub lists: u32,
    /// Contacts of the one very large company.
    pub largest_company: u32,
}

impl Default for Scale {
    fn default() -> Scale {
        Scale {
            contacts: 8_000,
            companies: 1_600,
            deals: 600,
            page_views: 20_000,
            email_events: 30_000,
            submissions: 1_500,
            forms: 5,
            engagements: 3_000,
            lists: 6,
            largest_company: 1_200,
        }
    }
}

impl Scale {
    /// An account that is seeded in a moment: for tests.
    pub fn small() -> Scale {
        Scale {
            contacts: 200,
            companies: 40,
            deals: 20,
            page_views: 400,
            email_events: 600,
            submissions: 60,
            forms: 3,
            engagements: 90,
            lists: 4,
            largest_company: 30,
        }
    }
}

/// Call limits (documentation: "API usage guidelines and limits").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tier {
    /// Calls per rolling ten seconds of one static token.
    pub burst_per_10s: u32,
    /// Calls per rolling ten seconds of one OAuth app; OAuth apps have no daily limit.
    pub oauth_burst_per_10s: u32,
    /// Association calls per rolling ten seconds; they count against the burst as well.
    pub associations_per_10s: u32,
    /// Search calls per rolling second of the whole account; they do not count against the burst.
    pub search_per_second: u32,
    /// Calls of all static tokens between two midnights of the account.
    pub daily: u32,
}

impl Tier {
    /// Free and Starter.
    pub fn starter() -> Tier {
        Tier {
            burst_per_10s: 100,
            oauth_burst_per_10s: 110,
            associations_per_10s: 100,
            search_per_second: 5,
            daily: 250_000,
        }
    }

    /// Professional.
    pub fn professional() -> Tier {
        Tier { burst_per_10s: 190, associations_per_10s: 150, daily: 625_000, ..Tier::starter() }
    }

    /// Enterprise.
    pub fn enterprise() -> Tier {
        Tier { daily: 1_000_000, ..Tier::professional() }
    }

    /// No limit is ever reached: for tests about something else.
    pub fn unlimited() -> Tier {
        Tier {
            burst_per_10s: u32::MAX,
            oauth_burst_per_10s: u32::MAX,
            associations_per_10s: u32::MAX,
            search_per_second: u32::MAX,
            daily: u32::MAX,
        }
    }
}

/// What happens to a write without `objectWriteTraceId` when one of its inputs names an unknown record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MissingInBatch {
    /// The whole batch is refused with 400.
    RefusesBatch,
    /// The others are written, and a 207 names the missing ones.
    ReportedIn207,
}

/// How the fake is set up. `Default` is the account of the demo.
#[derive(Clone, Debug)]
pub struct FakeConfig {
    pub seed: u64,
    pub scale: Scale,
    pub tier: Tier,
    /// The wait before every answer, taken from the clock.
    pub latency_ms: u64,
    /// The static token (service key).
    pub token: String,
    /// The scopes of the static token; `None` means all.
    pub scopes: Option<Vec<String>>,
    /// The name of the app that the token belongs to: record source detail 1 of what it creates.
    pub app_name: String,
    pub app_id: u64,
    pub client_id: String,
    pub client_secret: String,
    /// Life of an OAuth access token.
    pub access_token_ms: i64,
    /// Whether the account has an Enterprise subscription; without, event occurrences answer 403.
    pub enterprise: bool,
    /// The story's "now": seeded facts lie before it.
    pub now: Timestamp,
    pub portal_id: u64,
    /// IANA name; the daily limit starts anew at its midnight.
    pub time_zone: String,
    /// How long a written record takes to appear in search as it is now.
    pub search_lag_ms: i64,
    /// Search gives records of the same page in no particular order.
    pub shuffle_search: bool,
    /// Whether the search of lists tells when somebody last joined or left.
    pub list_moves: bool,
    /// Search cursors are texts that mean nothing, instead of offsets.
    pub opaque_search_cursors: bool,
    /// Batch answers come in another order than their inputs.
    pub shuffle_batches: bool,
    /// Whether a merge makes a new record id instead of keeping the primary's.
    pub merge_makes_new_id: bool,
    /// `toObjectId` as text instead of a number.
    pub association_ids_as_text: bool,
    /// Associations per record on one page of a batch read.
    pub association_page: usize,
    /// Whether writing the value that is there already counts as a change.
    pub equal_write_bumps: bool,
    pub missing_in_batch_update: MissingInBatch,
    /// Longest path with query that is accepted, in bytes; longer ones answer 414.
    pub uri_limit: usize,
}

impl Default for FakeConfig {
    fn default() -> FakeConfig {
        FakeConfig {
            seed: 1,
            scale: Scale::default(),
            tier: Tier::enterprise(),
            latency_ms: 0,
            token: "pat-eu1-fake-0000".into(),
            scopes: None,
            app_name: "intentd".into(),
            app_id: 4_711,
            client_id: "fake-client".into(),
            client_secret: "fake-secret".into(),
            access_token_ms: 1_800_000,
            enterprise: true,
            // 2026-11-21T09:00:00Z
            now: Timestamp::from_ms(1_795_251_600_000),
            portal_id: 1_234_567,
            time_zone: "Europe/Stockholm".into(),
            search_lag_ms: 0,
            shuffle_search: false,
            list_moves: true,
            opaque_search_cursors: false,
            shuffle_batches: true,
            merge_makes_new_id: false,
            association_ids_as_text: false,
            association_page: 500,
            equal_write_bumps: true,
            missing_in_batch_update: MissingInBatch::RefusesBatch,
            uri_limit: 8_192,
        }
    }
}

impl FakeConfig {
    /// A small account without limits: the usual start of a test.
    pub fn for_tests() -> FakeConfig {
        FakeConfig { scale: Scale::small(), tier: Tier::unlimited(), ..FakeConfig::default() }
    }
}
