//! The stream `form_submissions` (HubSpot: "Forms", "Form submissions", version 1): every form is one window, read from
//! its newest submission back to where the last run stopped. What people typed into a form stays at HubSpot, except the
//! address that says who it was.

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{ActivityRecord, Actor, Item};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result, Timestamp};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::page_views::present;
use super::web::bare_url;
use super::{Reading, Stream, bounds, onward, place, time, window};
use crate::paths::encode;
use crate::wire::{Collection, Form, Submission};

/// Submitted forms.
pub(super) struct FormSubmissions;

#[derive(Serialize, Deserialize)]
struct Bounds {
    form_id: String,
    form_name: Option<String>,
    since_ms: i64,
}

#[derive(Serialize, Deserialize)]
struct State {
    after: String,
    listed: u64,
}

#[async_trait]
impl Stream for FormSubmissions {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "form_submissions".into(),
            kind: StreamKind::Activities,
            title: "Submitted forms".to_owned(),
            scopes: vec!["forms".to_owned()],
        }
    }

    async fn plan(&self, reading: &Reading<'_>, mode: Mode, checkpoint: Option<&Checkpoint>) -> Result<PullPlan> {
        let windows = match time::span(reading, mode, checkpoint) {
            None => Vec::new(),
            Some(span) => forms(reading)
                .await?
                .into_iter()
                .map(|form| {
                    let bounds = Bounds { form_id: form.id.clone(), form_name: form.name, since_ms: span.from_ms };
                    window(format!("form {}", form.id), mode, &bounds)
                })
                .collect(),
        };
        Ok(PullPlan { mode, windows, checkpoint: time::after(reading, mode, checkpoint) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        let form: Bounds = bounds(window)?;
        let state: Option<State> = place(window, cursor)?;
        let before = state.as_ref().map(|state| state.after.as_str());
        let mut path = format!("{}?limit=50", reading.client.paths.submissions(&form.form_id));
        if let Some(after) = before {
            path.push_str(&format!("&after={}", encode(after)));
        }
        let listed = state.as_ref().map_or(0, |state| state.listed);
        let page: Collection<Submission> = match reading.client.get(reading.context.permits, path).await {
            Ok(page) => page,
            // Deleted meanwhile, or of a type whose submissions HubSpot does not give out. Any other refusal is trouble.
            Err(error) if is_left_out(&error) => {
                tracing::warn!(form.id = form.form_id, %error, "submissions of this form are left out");
                return Ok(done(Vec::new(), listed));
            }
            Err(error) => return Err(error),
        };
        let stamps = || page.results.iter().filter_map(|one| Timestamp::parse(one.submitted_at.as_deref()?));
        let all_old = !page.results.is_empty() && stamps().all(|at| at.as_ms() < form.since_ms);
        let items: Vec<Item> = page
            .results
            .iter()
            .filter_map(|submission| activity(&form, submission))
            .filter(|activity| activity.occurred_at.as_ms() >= form.since_ms)
            .map(Item::Activity)
            .collect();
        let listed = listed + items.len() as u64;
        Ok(match onward(page.after(), before)?.filter(|_| !all_old) {
            Some(after) => Page { items, next: Next::More(Cursor::of(&State { after: after.to_owned(), listed })) },
            None => done(items, listed),
        })
    }
}

/// Whether HubSpot says that there is nothing to be had of a form.
fn is_left_out(error: &ConnectorError) -> bool {
    match error {
        ConnectorError::Missing { .. } => true,
        ConnectorError::Rejected { category, .. } => category.as_deref() == Some("FORM_TYPE_NOT_ALLOWED"),
        _ => false,
    }
}

fn done(items: Vec<Item>, listed: u64) -> Page {
    Page { items, next: Next::Done(Count { expected: listed, basis: CountBasis::Listed }) }
}

/// Every form but those of blog comments, whose submissions HubSpot refuses.
async fn forms(reading: &Reading<'_>) -> Result<Vec<Form>> {
    let mut forms: Vec<Form> = Vec::new();
    let mut after: Option<String> = None;
    loop {
        let mut path = format!("{}?limit=50&formTypes=all&archived=false", reading.client.paths.forms());
        if let Some(after) = &after {
            path.push_str(&format!("&after={}", encode(after)));
        }
        let page: Collection<Form> = reading.client.get(reading.context.permits, path).await?;
        let next = onward(page.after(), after.as_deref())?.map(str::to_owned);
        forms.extend(page.results.into_iter().filter(|form| form.form_type.as_deref() != Some("blog_comment")));
        if next.is_none() {
            forms.sort_by(|a, b| a.id.cmp(&b.id));
            forms.dedup_by(|a, b| a.id == b.id);
            return Ok(forms);
        }
        after = next;
    }
}

fn activity(form: &Bounds, submission: &Submission) -> Option<ActivityRecord> {
    let address = submission.values.iter().find(|value| {
        value.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case("email"))
            && value.object_type_id.as_deref().is_none_or(|kind| kind == "0-1")
    })?;
    let address = address.value.as_deref()?.trim().to_lowercase();
    if address.is_empty() {
        return None;
    }
    let submitted = Timestamp::parse(submission.submitted_at.as_deref()?)?;
    let remote_id = submission.conversion_id.clone().unwrap_or_else(|| fingerprint(form, submitted, &address));
    let attributes = [
        ("formId", Some(form.form_id.clone())),
        ("formName", form.form_name.clone()),
        ("pageUrl", submission.page_url.as_deref().and_then(bare_url)),
    ];
    Some(ActivityRecord {
        remote_id,
        actor: Actor::Email(address),
        occurred_at: submitted,
        vendor_type: "form_submission".to_owned(),
        attributes: present(attributes),
    })
}

/// Older submissions have no id: form, instant and person make one, without showing the person.
fn fingerprint(form: &Bounds, submitted: Timestamp, address: &str) -> String {
    let digest = Sha256::digest(format!("{}\n{}\n{address}", form.form_id, submitted.as_ms()));
    digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}
