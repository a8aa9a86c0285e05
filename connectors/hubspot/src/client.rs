//! One way to HubSpot for all streams and destinations: token, permit, call, verdict. Reads are repeated with growing
//! pauses; writes are repeated only when HubSpot certainly executed nothing, so that no effect can happen twice (I11).
//! Every attempt takes a permit of its own (I9).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use intentd_sdk::auth::Tokens;
use intentd_sdk::clock::{self, Clock};
use intentd_sdk::http::{Request, Response, Transport};
use intentd_sdk::permit::{CallClass, Permits};
use intentd_sdk::retry::{self, Retry, RetryPolicy};
use intentd_sdk::{ConnectorError, Result};
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use crate::failure::{Failure, Policy, Refusal};
use crate::limits::GENERAL;
use crate::paths::Paths;

/// Longer waits are handed to the engine, which has other things to do meanwhile.
const LONGEST_WAIT_MS: u64 = 120_000;
/// A limit that other programs use up as well may refuse several times in a row.
const LIMITED: RetryPolicy = RetryPolicy { max_attempts: 8, base_ms: 500, cap_ms: 20_000 };

/// One connection to one HubSpot account.
pub(crate) struct Client {
    pub(crate) transport: Transport,
    pub(crate) tokens: Tokens,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) paths: Paths,
    jitter: AtomicU64,
}

impl Client {
    /// A client. Makes no call.
    pub(crate) fn new(transport: Transport, tokens: Tokens, clock: Arc<dyn Clock>, paths: Paths) -> Client {
        let seed = clock.now().as_ms() as u64;
        Client { transport, tokens, clock, paths, jitter: AtomicU64::new(seed) }
    }

    /// Reads something and repeats the call when that can help.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        permits: &dyn Permits,
        class: CallClass,
        request: Request,
    ) -> Result<T> {
        self.repeat(permits, class, &request, true, |response| {
            serde_json::from_slice(&response.body).map_err(|_| ConnectorError::Malformed {
                detail: format!(
                    "{} with {} bytes that are not what was asked for",
                    response.status,
                    response.body.len()
                ),
            })
        })
        .await
        .map_err(|failure| failure.into_error(self.clock.now()))
    }

    /// A `GET` with [`Client::read`].
    pub(crate) async fn get<T: DeserializeOwned>(&self, permits: &dyn Permits, path: String) -> Result<T> {
        self.read(permits, GENERAL, Request::get(path)).await
    }

    /// Writes something. Repeats only what was certainly not executed; every other failure is the caller's to judge.
    pub(crate) async fn write(&self, permits: &dyn Permits, request: Request) -> Result<Response, Failure> {
        self.repeat(permits, GENERAL, &request, false, |response| Ok(response.clone())).await
    }

    async fn repeat<T>(
        &self,
        permits: &dyn Permits,
        class: CallClass,
        request: &Request,
        is_read: bool,
        understand: impl Fn(&Response) -> Result<T>,
    ) -> Result<T, Failure> {
        let (mut attempt, mut renewed, mut resent) = (1, false, false);
        loop {
            let failure = match self.attempt(permits, class, request).await {
                Ok(response) => match understand(&response) {
                    Ok(value) => return Ok(value),
                    Err(error) => Failure::Broken(error),
                },
                Err(failure) => failure,
            };
            let refusal = failure.refusal();
            if !renewed && self.tokens.can_renew() && refusal.is_some_and(Refusal::is_expired_token) {
                renewed = true;
                continue;
            }
            if !resent && refusal.is_some_and(Refusal::is_lost_body) {
                resent = true;
                continue;
            }
            let Some(wait) = self.wait_after(&failure, attempt, is_read) else { return Err(failure) };
            let class = failure.class(self.clock.now());
            tracing::debug!(
                attempt,
                wait_ms = wait,
                error.class = class,
                "a call is made again after {wait} ms: {class}"
            );
            clock::rest(self.clock.as_ref(), permits, Duration::from_millis(wait)).await.map_err(Failure::Held)?;
            attempt += 1;
        }
    }

    /// How long to wait before the call may be repeated; `None` when it must not.
    fn wait_after(&self, failure: &Failure, attempt: u32, is_read: bool) -> Option<u64> {
        let (policy, asked) = match failure {
            Failure::Held(ConnectorError::Unreachable { .. }) => (RetryPolicy::READ, None),
            Failure::Held(_) => return None,
            Failure::Refused(refusal) if refusal.policy() == Some(Policy::Daily) => return None,
            Failure::Refused(refusal) => match refusal.rest_ms() {
                // A rolling limit that refuses again wants a longer rest each time.
                Some(rest) => (LIMITED, Some(rest * u64::from(attempt.min(3)))),
                None => match refusal.error(self.clock.now()) {
                    ConnectorError::Transient { retry_after_ms, .. } if is_read => (RetryPolicy::READ, retry_after_ms),
                    _ => return None,
                },
            },
            Failure::Broken(ConnectorError::Limited { .. } | ConnectorError::Stopped) => return None,
            Failure::Broken(ConnectorError::Unreachable { .. }) => (RetryPolicy::READ, None),
            Failure::Broken(ConnectorError::Transient { retry_after_ms, .. }) if is_read => {
                (RetryPolicy::READ, *retry_after_ms)
            }
            Failure::Broken(error) if is_read && error.is_retryable() => (RetryPolicy::READ, None),
            Failure::Broken(_) => return None,
        };
        match retry::next(policy, attempt, asked, self.next_jitter()) {
            Retry::After(ms) if ms <= LONGEST_WAIT_MS => Some(ms),
            Retry::After(_) | Retry::GiveUp => None,
        }
    }

    async fn attempt(&self, permits: &dyn Permits, class: CallClass, request: &Request) -> Result<Response, Failure> {
        let token = self.bearer(permits).await.map_err(before_the_call)?;
        let permit = permits.acquire(class).await.map_err(Failure::Held)?;
        let response = self.transport.send(permit, request.clone(), Some(&token)).await.map_err(Failure::Broken)?;
        if response.status.is_success() {
            return Ok(response);
        }
        let refusal = Refusal::of(&response);
        if refusal.is_expired_token() {
            self.tokens.refused(&token).await;
        }
        if refusal.policy() == Some(Policy::Daily)
            && let Some(until) = permits.parked_until(class)
        {
            return Err(Failure::Held(ConnectorError::Limited { until, detail: refusal.detail() }));
        }
        Err(Failure::Refused(Box::new(refusal)))
    }

    /// Boxed, because the compiler cannot see through the renewal that it may move between threads.
    fn bearer<'a>(&'a self, permits: &'a dyn Permits) -> BoxFuture<'a, Result<SecretString>> {
        Box::pin(self.tokens.bearer(permits, &self.transport))
    }

    /// A sequence that differs from start to start but not within one seed (SplitMix64).
    fn next_jitter(&self) -> u32 {
        let step = self.jitter.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
        let mut mixed = (step ^ (step >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) >> 32) as u32
    }
}

/// Renewal comes before the call itself: whatever goes wrong in it, the call was not made.
fn before_the_call(error: ConnectorError) -> Failure {
    Failure::Held(match error {
        ConnectorError::Transient { detail, .. } | ConnectorError::Malformed { detail } => {
            ConnectorError::Unreachable { detail: format!("no token could be renewed: {detail}") }
        }
        other => other,
    })
}
