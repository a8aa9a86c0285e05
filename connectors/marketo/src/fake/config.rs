//! How a fake instance is set up: its size, its limits, what it has bought, and how it misbehaves.

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

/// How much there is in a seeded instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scale {
    /// Known persons.
    pub leads: u32,
    pub companies: u32,
    /// Visitors without a name, with what was inferred from their address.
    pub anonymous: u32,
    /// Page visits of known persons.
    pub visits: u32,
    /// Page visits of visitors without a name.
    pub anonymous_visits: u32,
    /// E-mails sent; each is followed by its delivery, and some by opens, clicks, bounces and opt-outs.
    pub emails_sent: u32,
    pub forms_filled: u32,
    pub opportunities: u32,
    pub lists: u32,
    /// How far back the facts reach.
    pub months: u32,
}

impl Default for Scale {
    fn default() -> Scale {
        Scale {
            leads: 4_000,
            companies: 800,
            anonymous: 900,
            visits: 14_000,
            anonymous_visits: 5_000,
            emails_sent: 9_000,
            forms_filled: 900,
            opportunities: 250,
            lists: 5,
            months: 6,
        }
    }
}

impl Scale {
    /// An instance that is seeded in a moment: for tests.
    pub fn small() -> Scale {
        Scale {
            leads: 150,
            companies: 30,
            anonymous: 25,
            visits: 400,
            anonymous_visits: 120,
            emails_sent: 300,
            forms_filled: 40,
            opportunities: 12,
            lists: 4,
            months: 4,
        }
    }

    /// Persons only: no activities besides their creation.
    pub fn without_activities(self) -> Scale {
        Scale { visits: 0, anonymous_visits: 0, emails_sent: 0, forms_filled: 0, ..self }
    }
}

/// Call limits of one instance (documentation: "Marketo Integration Best Practices", "Bulk Extract").
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// Calls per rolling twenty seconds, of all integrations together; beyond it 606.
    pub calls_per_20s: u32,
    /// Calls that run at one time; beyond it 615.
    pub concurrent: u32,
    /// Calls between two midnights of US Central time; beyond it 607.
    pub daily: u32,
    /// Bytes of export files finished between two midnights of US Central time; beyond it 1029.
    pub bulk_bytes_per_day: u64,
    /// Export jobs that run at one time.
    pub bulk_running: usize,
    /// Export jobs that run or wait; beyond it 1029.
    pub bulk_queued: usize,
    /// A refusal with 606, 607 or 615 counts as a call too, as the public list of uncounted codes implies.
    pub refusals_count: bool,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            calls_per_20s: 100,
            concurrent: 10,
            daily: 50_000,
            bulk_bytes_per_day: 500 * 1024 * 1024,
            bulk_running: 2,
            bulk_queued: 10,
            refusals_count: true,
        }
    }
}

impl Limits {
    /// No call limit is ever reached, bulk limits stay: for tests about something else.
    pub fn unlimited() -> Limits {
        Limits { calls_per_20s: u32::MAX, concurrent: u32::MAX, daily: u32::MAX, ..Limits::default() }
    }
}

/// What Marketo was seen to do to those who read it carelessly. All of it can be switched off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Oddities {
    /// Activities that one call looks at; what is sparse comes with empty pages in between.
    pub scan_block: usize,
    /// Share of activity pages that are empty although there is more.
    pub empty_page_percent: u64,
    /// Share of activities without the member `id`.
    pub missing_id_percent: u64,
    /// Activities of one page come in no particular order.
    pub shuffle: bool,
    /// How long after its `activityDate` a "Send Email" appears in the log.
    pub late_email_ms: i64,
    /// How long a write takes to appear in the activity log.
    pub activity_lag_ms: i64,
    /// Share of seeded persons with NUL, CR or Unicode line separators in their values.
    pub dirty_percent: u64,
    /// Share of integer values that are exported with decimals.
    pub decimal_percent: u64,
}

impl Oddities {
    /// As reported by users of the real service.
    pub fn realistic() -> Oddities {
        Oddities {
            scan_block: 3_000,
            empty_page_percent: 5,
            missing_id_percent: 20,
            shuffle: true,
            late_email_ms: 600_000,
            activity_lag_ms: 0,
            dirty_percent: 1,
            decimal_percent: 0,
        }
    }

    /// None at all.
    pub fn none() -> Oddities {
        Oddities {
            scan_block: usize::MAX,
            empty_page_percent: 0,
            missing_id_percent: 0,
            shuffle: false,
            late_email_ms: 0,
            activity_lag_ms: 0,
            dirty_percent: 0,
            decimal_percent: 0,
        }
    }
}

/// A person who is known from elsewhere and exists in Marketo too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SharedPerson {
    pub first_name: String,
    pub last_name: String,
    pub email: String,
    pub company: String,
    pub domain: String,
    pub job_title: String,
    pub country: String,
}

/// How the fake is set up. `Default` is the instance of the demo.
#[derive(Clone, Debug)]
pub struct FakeConfig {
    pub seed: u64,
    pub scale: Scale,
    pub limits: Limits,
    pub oddities: Oddities,
    /// The wait before every answer, taken from the clock.
    pub latency_ms: u64,
    pub client_id: String,
    pub client_secret: String,
    /// The API-only user that the credentials belong to.
    pub api_user: String,
    /// What the user's role may do, by the names of the documentation; `None` means all.
    pub permissions: Option<Vec<String>>,
    /// Life of a new access token.
    pub token_ms: i64,
    /// The story's "now": seeded facts lie before it.
    pub now: Timestamp,
    /// Account id, as in `<munchkin-id>.mktorest.com`.
    pub munchkin_id: String,
    /// How long an export job stays `Queued`, and how long `Processing`. The real service takes a minute or more.
    pub job_step_ms: i64,
    /// Whether bulk lead extract knows the filter `updatedAt`; without, it answers 1035.
    pub bulk_updated_at: bool,
    /// Whether bulk lead extract knows the filters `smartListId` and `smartListName`; without, it answers 1035.
    pub bulk_smart_lists: bool,
    /// Whether bulk lead extract gives visitors without a name.
    pub bulk_anonymous: bool,
    /// A native CRM sync is on: companies, opportunities and roles are read-only (1018).
    pub crm_sync: bool,
    /// Activities disappear after their retention (knowledge base: "Activities Data Retention Policy").
    pub retention: bool,
    /// Longest path with query that is accepted, in bytes; longer ones answer 414.
    pub uri_limit: usize,
    /// People whom another system knows too: they become leads, some with other letter case in the address, some with
    /// it as a secondary address.
    pub shared_people: Vec<SharedPerson>,
}

impl Default for FakeConfig {
    fn default() -> FakeConfig {
        FakeConfig {
            seed: 1,
            scale: Scale::default(),
            limits: Limits::default(),
            oddities: Oddities::realistic(),
            latency_ms: 0,
            client_id: "fake-marketo-client".into(),
            client_secret: "fake-marketo-secret".into(),
            api_user: "intentd@fake.example".into(),
            permissions: None,
            token_ms: 3_600_000,
            // 2026-11-21T09:00:00Z
            now: Timestamp::from_ms(1_795_251_600_000),
            munchkin_id: "284-FAK-133".into(),
            job_step_ms: 2_000,
            bulk_updated_at: true,
            bulk_smart_lists: false,
            bulk_anonymous: false,
            crm_sync: false,
            retention: true,
            uri_limit: 8_192,
            shared_people: Vec::new(),
        }
    }
}

impl FakeConfig {
    /// A small instance without call limits or oddities: the usual start of a test.
    pub fn for_tests() -> FakeConfig {
        FakeConfig {
            scale: Scale::small(),
            limits: Limits::unlimited(),
            oddities: Oddities::none(),
            ..FakeConfig::default()
        }
    }
}
