//! Asks an OpenAI-compatible endpoint for a summary when somebody wants one, and keeps what it answered. Never on the path of a
//! sync. What is sent and what is shown decides `domain::buying_group`; here are the wire's shapes and what its errors mean. No
//! error holds the key or a word of the endpoint's (I12).

use std::sync::Arc;
use std::time::Duration;

use intentd_sdk::http::{LimitReader, Request, Response, Transport};
use intentd_sdk::permit::{CallClass, Observation, Permits};
use intentd_sdk::{ConnectorError, Timestamp};
use serde::{Deserialize, Serialize};

use crate::config::{Environment, SecretError, Summaries};
use crate::domain::buying_group::{Answer, SummaryRequest};
use crate::store::{AnswerRow, Store};

const PATH: &str = "/chat/completions";
/// The endpoint is no vendor and has no budget that we know; the permit bounds nothing but calls at once.
const CLASS: CallClass = CallClass("summary");
/// Words of an answer that are worth keeping; a sound one is far shorter.
const MOST_CHARACTERS: usize = 20_000;

/// Why there is no answer. The text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    #[error("the key cannot be had: {0}")]
    Key(#[from] SecretError),
    #[error("the endpoint refuses the key ({status}); put a valid one where `summaries.key` in intentd.yaml says")]
    KeyRefused { status: u16 },
    #[error("the endpoint wants a key ({status}); say where it is kept: `summaries: {{key: {{file: summaries-key}}}}`")]
    KeyWanted { status: u16 },
    #[error(
        "the endpoint knows no model `{model}`, or is somewhere else (404); check `summaries.model` and `summaries.base_url`"
    )]
    Missing { model: String },
    #[error("the endpoint refuses calls for now (429), because of its limits or unpaid credit; try again later")]
    Limited,
    #[error(
        "the endpoint sends elsewhere ({status}), which is not followed; write its own address into `summaries.base_url`"
    )]
    Elsewhere { status: u16 },
    #[error("the endpoint refuses the request ({status}); check `summaries.model` and `summaries.max_tokens`")]
    Refused { status: u16 },
    #[error("the endpoint has failed ({status}); try again later")]
    Failed { status: u16 },
    #[error("the endpoint cannot be reached at {base}: {detail}; check `summaries.base_url`")]
    Unreachable { base: String, detail: String },
    #[error("the endpoint gave no whole answer: {detail}; try again, or raise `summaries.timeout`")]
    Broken { detail: String },
    #[error("what came is no answer of an OpenAI-compatible endpoint; check `summaries.base_url`")]
    Malformed,
}

/// Whether somebody may be asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Only what was answered before.
    Kept,
    /// What was answered before, else a new answer.
    Ask,
    /// A new answer.
    AskAgain,
}

/// The text that a model wrote of these facts, or why there is none; `None`: it has not been asked.
pub async fn summary(
    store: &Store,
    settings: &Summaries,
    environment: &Environment,
    permits: &dyn Permits,
    request: &SummaryRequest,
    wish: Wish,
    now: Timestamp,
) -> crate::store::Result<Option<Result<String, String>>> {
    let fingerprint = request.fingerprint(settings.base_url.as_str());
    let kept = if wish == Wish::AskAgain { None } else { store.find_answer(&fingerprint).await? };
    let answer = match (kept, wish) {
        (Some(answer), _) => answer,
        (None, Wish::Kept) => return Ok(None),
        (None, Wish::Ask | Wish::AskAgain) => match ask(settings, environment, permits, request).await {
            Err(error) => return Ok(Some(Err(error.to_string()))),
            Ok(answer) => {
                let personal = settings.writer.personal_data;
                let row = AnswerRow { fingerprint, answer: answer.clone(), personal, answered_at: now };
                // It has been paid for: it is shown also when a busy database cannot keep it.
                if let Err(error) = keep(store, &row).await {
                    tracing::warn!("the model's answer could not be kept: {error}");
                }
                answer
            }
        },
    };
    Ok(Some(request.judge(&answer).map_err(|unusable| unusable.to_string())))
}

async fn keep(store: &Store, row: &AnswerRow) -> crate::store::Result<()> {
    let mut tx = store.begin().await?;
    tx.upsert_answer(row).await?;
    tx.commit().await
}

/// How a request is told where an answer ends: newer models refuse the older word, older endpoints do not know the newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Limit {
    MaxTokens,
    MaxCompletionTokens,
}

/// What is sent.
#[derive(Serialize)]
pub struct Body<'a> {
    model: &'a str,
    messages: [Message<'a>; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    max_tokens: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    max_completion_tokens: Option<u32>,
}

#[derive(Serialize)]
struct Message<'a> {
    role: &'static str,
    content: &'a str,
}

impl<'a> Body<'a> {
    /// The body that is sent first.
    pub fn of(request: &'a SummaryRequest) -> Body<'a> {
        Body::limited(request, Limit::MaxTokens)
    }

    fn limited(request: &'a SummaryRequest, limit: Limit) -> Body<'a> {
        let most = Some(request.writer.max_tokens);
        Body {
            model: &request.writer.model,
            messages: [
                Message { role: "system", content: &request.instructions },
                Message { role: "user", content: &request.facts },
            ],
            max_tokens: most.filter(|_| limit == Limit::MaxTokens),
            max_completion_tokens: most.filter(|_| limit == Limit::MaxCompletionTokens),
        }
    }
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Said,
    finish_reason: Option<String>,
}

#[derive(Deserialize)]
struct Said {
    /// Null when the model refuses.
    content: Option<String>,
}

async fn ask(
    settings: &Summaries,
    environment: &Environment,
    permits: &dyn Permits,
    request: &SummaryRequest,
) -> Result<Answer, NoAnswer> {
    let key = settings.key.as_ref().map(|reference| reference.resolve(environment)).transpose()?;
    let unreachable = |detail: String| NoAnswer::Unreachable { base: settings.base_url.to_string(), detail };
    let transport = Transport::new(settings.base_url.clone(), Arc::new(NoLimits))
        .map_err(|error| unreachable(error.to_string()))?;
    let timeout = Duration::from_millis(settings.timeout_ms.unsigned_abs());
    let mut limit = Limit::MaxTokens;
    loop {
        let call = Request::post(PATH, &Body::limited(request, limit)).timeout(timeout);
        let sent = match permits.acquire(CLASS).await {
            Ok(permit) => transport.send(permit, call, key.as_ref()).await,
            Err(error) => Err(error),
        };
        let response = sent.map_err(|error| match error {
            ConnectorError::Unreachable { detail } => unreachable(detail),
            ConnectorError::Transient { detail, .. } => NoAnswer::Broken { detail },
            ConnectorError::Malformed { .. } => NoAnswer::Malformed,
            other => NoAnswer::Broken { detail: other.class().to_owned() },
        })?;
        match response.status.as_u16() {
            200 => return read(&response),
            400 if limit == Limit::MaxTokens => limit = Limit::MaxCompletionTokens,
            status => return Err(refusal(status, key.is_some(), request)),
        }
    }
}

fn refusal(status: u16, with_key: bool, request: &SummaryRequest) -> NoAnswer {
    match status {
        401 | 403 if with_key => NoAnswer::KeyRefused { status },
        401 | 403 => NoAnswer::KeyWanted { status },
        404 => NoAnswer::Missing { model: request.writer.model.clone() },
        429 => NoAnswer::Limited,
        300..=399 => NoAnswer::Elsewhere { status },
        500.. => NoAnswer::Failed { status },
        _ => NoAnswer::Refused { status },
    }
}

fn read(response: &Response) -> Result<Answer, NoAnswer> {
    let completion: Completion = serde_json::from_slice(&response.body).map_err(|_| NoAnswer::Malformed)?;
    let choice = completion.choices.into_iter().next().ok_or(NoAnswer::Malformed)?;
    let text = choice.message.content.unwrap_or_default().chars().take(MOST_CHARACTERS).collect();
    Ok(Answer { text, finish: choice.finish_reason })
}

/// Answers of the endpoint teach nothing about limits.
struct NoLimits;

impl LimitReader for NoLimits {
    fn observe(&self, _class: CallClass, response: &Response) -> Observation {
        Observation { status: Some(response.status.as_u16()), ..Observation::default() }
    }
}
