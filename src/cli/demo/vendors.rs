//! The demo's two vendors on loopback: a fake HubSpot and a fake Marketo, which know some of the same people.

use std::sync::Arc;

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot, Kind, Submission, Tier};
use intentd_marketo::fake::{FakeConfig as MarketoConfig, FakeMarketo, Scale, SharedPerson};
use intentd_sdk::clock::Clock;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Every so many people of HubSpot are in Marketo too.
const SHARED_EVERY: usize = 8;
/// The mailing of the demo's workflow.
const MAILING: &str = "Demo reminder";
/// Nothing in the fake Marketo is older.
const MARKETO_DAYS: i64 = 830;
/// People who answer it in the hour that passes.
const ANSWERS: usize = 25;

/// Both vendors, at work until dropped.
pub(super) struct Vendors {
    pub(super) hubspot: FakeHubSpot,
    pub(super) hubspot_url: String,
    pub(super) hubspot_token: String,
    pub(super) marketo_url: String,
    pub(super) marketo_client: (String, String),
    /// No lead of the fake is older than this day.
    pub(super) leads_since: String,
    pub(super) latency_ms: u64,
    /// Calls per rolling ten seconds.
    pub(super) burst: u32,
    serving: Vec<JoinHandle<std::io::Result<()>>>,
}

impl Drop for Vendors {
    fn drop(&mut self) {
        for serving in &self.serving {
            serving.abort();
        }
    }
}

/// Starts both.
pub(super) async fn start(seed: u64, latency_ms: u64, clock: &Arc<dyn Clock>) -> std::io::Result<Vendors> {
    let config = FakeConfig { seed, tier: Tier::professional(), latency_ms, now: clock.now(), ..FakeConfig::default() };
    let (burst, hubspot_token) = (config.tier.burst_per_10s, config.token.clone());
    let hubspot = FakeHubSpot::seeded(config, Arc::clone(clock));
    let config = MarketoConfig {
        seed,
        scale: Scale { leads: 400, ..Scale::default() },
        latency_ms,
        // Minutes at the real one; nobody wants to wait for them here.
        job_step_ms: 200,
        now: clock.now(),
        shared_people: shared_people(&hubspot),
        ..MarketoConfig::default()
    };
    let marketo_client = (config.client_id.clone(), config.client_secret.clone());
    let marketo = FakeMarketo::seeded(config, Arc::clone(clock));
    let mut serving = Vec::new();
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let hubspot_url = format!("http://{}", listener.local_addr()?);
    serving.push(tokio::spawn(hubspot.clone().serve(listener)));
    let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
    let marketo_url = format!("http://{}", listener.local_addr()?);
    serving.push(tokio::spawn(marketo.serve(listener)));
    let leads_since = clock.now().plus_ms(-MARKETO_DAYS * 86_400_000).to_jiff().strftime("%Y-%m-%d").to_string();
    Ok(Vendors {
        leads_since,
        hubspot,
        hubspot_url,
        hubspot_token,
        marketo_url,
        marketo_client,
        latency_ms,
        burst,
        serving,
    })
}

/// People of the fake HubSpot whom Marketo knows as well.
fn shared_people(hubspot: &FakeHubSpot) -> Vec<SharedPerson> {
    hubspot.read(|account| {
        let contacts = account.table(Kind::Contact).live();
        contacts
            .values()
            .step_by(SHARED_EVERY)
            .filter_map(|record| {
                let value = |name: &str| record.values.get(name).cloned().unwrap_or_default();
                let email = value("email");
                let domain = email.rsplit_once('@').map(|(_, domain)| domain.to_owned())?;
                Some(SharedPerson {
                    first_name: value("firstname"),
                    last_name: value("lastname"),
                    company: value("company"),
                    job_title: value("jobtitle"),
                    country: value("country"),
                    domain,
                    email,
                })
            })
            .collect()
    })
}

/// An hour passes at HubSpot: some people get the mailing, and of these some ask for a demo.
pub(super) fn pass_an_hour(hubspot: &FakeHubSpot, clock: &dyn Clock) {
    let now = clock.now();
    hubspot.edit(|account| {
        let people: Vec<(u64, String)> = account
            .table(Kind::Contact)
            .live()
            .iter()
            .filter_map(|(id, record)| {
                Some((*id, record.values.get("email").filter(|email| !email.is_empty())?.clone()))
            })
            .step_by(20)
            .take(ANSWERS * 2)
            .collect();
        let campaign = account.email_events.campaigns.values().find(|campaign| campaign.name == MAILING).map(|c| c.id);
        let form = account.forms.all.keys().next().cloned();
        let (Some(campaign), Some(form)) = (campaign, form) else { return };
        for (number, (id, email)) in people.iter().enumerate() {
            account.email_events.add("DELIVERED", email, campaign, now);
            if number % 2 == 0 {
                let submission = Submission {
                    conversion_id: format!("demo-{id}"),
                    submitted_at: now.plus_ms(1_000),
                    page_url: "https://www.example.com/demo".to_owned(),
                    values: vec![("email".to_owned(), email.clone())],
                };
                account.forms.submit(&form, submission);
            }
        }
    });
}
