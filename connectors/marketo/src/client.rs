//! One way to Marketo for all streams and destinations: token, permit, call, verdict. Reads are repeated with growing
//! pauses; writes are repeated only when Marketo certainly executed nothing, so that no effect can happen twice (I11).
//! Every attempt takes a permit of its own (I9). Now and then the client asks what all integrations have spent of the day.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Duration;

use futures_util::future::BoxFuture;
use intentd_sdk::auth::Tokens;
use intentd_sdk::clock::Clock;
use intentd_sdk::http::{Request, Response, Transport};
use intentd_sdk::permit::{CallClass, Permits};
use intentd_sdk::retry::{self, Retry, RetryPolicy};
use intentd_sdk::{ConnectorError, Result};
use secrecy::SecretString;
use serde::de::DeserializeOwned;

use crate::activity::Types;
use crate::bulk::Pace;
use crate::codes::Class;
use crate::failure::{Failure, Refusal};
use crate::limits::{GENERAL, USAGE};
use crate::log::LastStart;
use crate::moves::LastMoves;
use crate::paths::{self, Query};
use crate::wire::{Envelope, Usage};

/// Longer waits are handed to the engine, which has other things to do meanwhile.
const LONGEST_WAIT_MS: u64 = 30_000;
/// A limit that other programs use up as well may refuse several times in a row.
const LIMITED: RetryPolicy = RetryPolicy { max_attempts: 8, base_ms: 500, cap_ms: 25_000 };
/// Calls between two looks at what all integrations have spent.
const LOOK_EVERY: u32 = 250;

/// One connection to one Marketo instance.
pub(crate) struct Client {
    pub(crate) transport: Transport,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) types: Types,
    pub(crate) last_start: LastStart,
    pub(crate) last_moves: LastMoves,
    /// Of bulk extraction.
    pub(crate) pace: Pace,
    tokens: Tokens,
    calls: AtomicU32,
    jitter: AtomicU64,
}

impl Client {
    /// A client. Makes no call.
    pub(crate) fn new(transport: Transport, tokens: Tokens, clock: Arc<dyn Clock>) -> Client {
        let seed = clock.now().as_ms() as u64;
        Client {
            transport,
            tokens,
            clock,
            types: Types::default(),
            last_start: LastStart::default(),
            last_moves: LastMoves::default(),
            pace: Pace::default(),
            calls: AtomicU32::new(0),
            jitter: AtomicU64::new(seed),
        }
    }

    /// The same client, reading exports at this pace.
    pub(crate) fn at_pace(self, pace: Pace) -> Client {
        Client { pace, ..self }
    }

    /// Reads something, and repeats the call when that can help. "Nothing found" is an empty answer.
    ///
    /// # Errors
    /// What the caller can do about the failure that remained.
    pub(crate) async fn get<T: DeserializeOwned>(&self, permits: &dyn Permits, query: &Query) -> Result<Envelope<T>> {
        let outcome = match self.read(permits, query.request()).await {
            Err(failure) if failure.refusal().is_some_and(Refusal::is_too_long) => {
                self.read(permits, query.as_form()).await
            }
            outcome => outcome,
        };
        match outcome {
            Err(failure) if failure.refusal().and_then(Refusal::code) == Some("702") => Ok(Envelope::empty()),
            outcome => outcome.map_err(|failure| failure.into_error(self.clock.now())),
        }
    }

    /// Reads with a request of its own making, and repeats it when that can help.
    pub(crate) async fn read<T: DeserializeOwned>(
        &self,
        permits: &dyn Permits,
        request: Request,
    ) -> Result<Envelope<T>, Failure> {
        self.repeat(permits, &request, true, |response| Envelope::read(&response.body)).await
    }

    /// Reads something that is no JSON, and repeats the call when that can help.
    pub(crate) async fn fetch(&self, permits: &dyn Permits, request: Request) -> Result<Response, Failure> {
        self.repeat(permits, &request, true, |response| Ok(response.clone())).await
    }

    /// Writes something. Repeats only what was certainly not executed; every other failure is the caller's to judge.
    pub(crate) async fn write<T: DeserializeOwned>(
        &self,
        permits: &dyn Permits,
        request: Request,
    ) -> Result<Envelope<T>, Failure> {
        self.repeat(permits, &request, false, |response| Envelope::read(&response.body)).await
    }

    /// What all integrations have spent today. The limiter learns it, too.
    pub(crate) async fn usage(&self, permits: &dyn Permits) -> Result<Option<u64>> {
        self.calls.store(1, Ordering::Relaxed);
        let request = Query::new(paths::USAGE).request();
        let read = |response: &Response| Envelope::<Usage>::read(&response.body);
        let answer = self.repeat_as(permits, USAGE, &request, true, read).await;
        let answer = answer.map_err(|failure| failure.into_error(self.clock.now()))?;
        Ok(answer.result.first().and_then(|usage| usage.total))
    }

    async fn repeat<T>(
        &self,
        permits: &dyn Permits,
        request: &Request,
        is_read: bool,
        understand: impl Fn(&Response) -> Result<T>,
    ) -> Result<T, Failure> {
        if self.calls.fetch_add(1, Ordering::Relaxed).is_multiple_of(LOOK_EVERY) {
            // Only the limiter wants to know; what is wrong with the connection shows in the call itself.
            let look = Query::new(paths::USAGE).request();
            _ = self.attempt(permits, USAGE, &look).await;
        }
        self.repeat_as(permits, GENERAL, request, is_read, understand).await
    }

    async fn repeat_as<T>(
        &self,
        permits: &dyn Permits,
        class: CallClass,
        request: &Request,
        is_read: bool,
        understand: impl Fn(&Response) -> Result<T>,
    ) -> Result<T, Failure> {
        let (mut attempt, mut renewed) = (1, false);
        loop {
            let failure = match self.attempt(permits, class, request).await {
                Ok(response) => match understand(&response) {
                    Ok(value) => return Ok(value),
                    Err(error) => Failure::Broken(error),
                },
                Err(failure) => failure,
            };
            if !renewed && failure.refusal().is_some_and(Refusal::is_token) {
                renewed = true;
                continue;
            }
            let Some(wait) = self.wait_after(&failure, attempt, is_read) else { return Err(failure) };
            self.clock.sleep(Duration::from_millis(wait)).await;
            attempt += 1;
        }
    }

    /// How long to wait before the call may be repeated; `None` when it must not.
    fn wait_after(&self, failure: &Failure, attempt: u32, is_read: bool) -> Option<u64> {
        let (policy, asked) = match failure {
            Failure::Held(ConnectorError::Unreachable { .. }) => (RetryPolicy::READ, None),
            Failure::Held(_) => return None,
            Failure::Refused(refusal) => match refusal.class() {
                Class::Busy { rest_ms } => (LIMITED, Some(rest_ms)),
                Class::Unavailable => (RetryPolicy::READ, None),
                Class::Transient if is_read => (RetryPolicy::READ, None),
                _ => return None,
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
        let Some(refusal) = Refusal::of(&response) else { return Ok(response) };
        if refusal.is_token() {
            self.tokens.refused(&token).await;
        }
        if refusal.class() == Class::Daily
            && let Some(until) = permits.parked_until(class)
        {
            return Err(Failure::Held(ConnectorError::Limited { until, detail: refusal.detail() }));
        }
        Err(Failure::Refused(refusal))
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
            ConnectorError::Unreachable { detail: format!("no token was given: {detail}") }
        }
        other => other,
    })
}
