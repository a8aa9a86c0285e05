//! The story of an OAuth connection: consent, exchange, renewal before the end, renewal once after a refusal.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::drive::Stage;
use async_trait::async_trait;
use intentd_hubspot::fake::{FakeConfig, Fault, FaultKind};
use intentd_sdk::auth::{RefreshTokenStore, pkce_and_state};
use intentd_sdk::connector::{ConnectionSettings, Credentials};
use intentd_sdk::{ConnectorError, Result};
use secrecy::SecretString;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

#[derive(Default)]
struct Memory(Mutex<Option<SecretString>>);

#[async_trait]
impl RefreshTokenStore for Memory {
    async fn load(&self) -> Result<Option<SecretString>> {
        Ok(self.0.lock().unwrap().clone())
    }

    async fn save(&self, token: SecretString) -> Result<()> {
        *self.0.lock().unwrap() = Some(token);
        Ok(())
    }
}

/// Opens a page as a browser would and gives the address it leads to.
async fn redirect_of(page: &url::Url) -> url::Url {
    let address = format!("{}:{}", page.host_str().unwrap(), page.port().unwrap());
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let target = &page[url::Position::BeforePath..];
    stream
        .write_all(format!("GET {target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let location =
        answer.lines().find_map(|line| line.strip_prefix("location: ")).unwrap_or_else(|| panic!("{answer}"));
    location.parse().unwrap()
}

#[tokio::test]
async fn a_connection_is_authorized_once_and_renews_itself() {
    let store = Arc::new(Memory::default());
    let mut kept: Option<ConnectionSettings> = None;
    let config = FakeConfig::for_tests();
    let (client_id, client_secret) = (config.client_id.clone(), config.client_secret.clone());
    let stage = Stage::with(config, |settings| {
        settings.credentials = Credentials::OAuth {
            client_id: client_id.clone(),
            client_secret: client_secret.into(),
            refresh_tokens: store.clone(),
        };
        kept = Some(settings.clone());
    })
    .await;
    let settings = kept.unwrap();
    let describe = || stage.connector.describe(&stage.permits);
    assert!(matches!(describe().await, Err(ConnectorError::Auth { detail }) if detail.contains("intentd auth")));

    let (challenge, verifier, state) = pkce_and_state();
    let redirect: url::Url = "https://intentd.example/callback".parse().unwrap();
    let kind = intentd_hubspot::kind();
    let page = kind.authorization_page(&settings, &redirect, &state, &challenge, None).unwrap();
    let back = redirect_of(&page).await;
    let answer: std::collections::BTreeMap<_, _> = back.query_pairs().into_owned().collect();
    assert_eq!(answer["state"], state);
    let code = answer["code"].clone();
    let wrong = kind.authorize(&settings, &stage.permits, code.clone(), &redirect, "x".repeat(43)).await;
    assert!(matches!(wrong, Err(ConnectorError::Auth { .. })), "{wrong:?}");
    let back = redirect_of(&page).await;
    let code = back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    kind.authorize(&settings, &stage.permits, code, &redirect, verifier).await.unwrap();

    stage.fake.reset_stats();
    describe().await.unwrap();
    describe().await.unwrap();
    assert_eq!((stage.calls("token"), stage.fake.stats().calls), (1, 3), "one token serves many calls");
    stage.clock.advance(Duration::from_secs(25 * 60));
    describe().await.unwrap();
    assert_eq!(stage.calls("token"), 2, "renewed before its thirty minutes are over");
    stage.fake.fail(Fault::next(FaultKind::Expired401).on("GET", "account-info"));
    describe().await.unwrap();
    assert_eq!(stage.calls("token"), 3, "refused early: renewed once and repeated");
    stage.fake.fail(Fault::next(FaultKind::Expired401).on("GET", "account-info").always());
    assert!(matches!(describe().await, Err(ConnectorError::Auth { .. })), "it does not go on for ever");
    assert_eq!(stage.calls("token"), 4);
}
