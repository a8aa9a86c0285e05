//! The stream `associations`: which companies each contact belongs to (HubSpot: "Associations"). Sets are complete: a
//! record with more associations than fit one answer is followed to its end before its set is delivered.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use http::Method;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::http::Request;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{AssociatedObject, AssociationSet, ExternalId, Item, ObjectKind};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result};
use serde::Serialize;

use super::{Reading, Stream};
use crate::client::Client;
use crate::limits::GENERAL;
use crate::objects::type_of;
use crate::wire::{AssociationAnswer, AssociationInput, AssociationType};

/// Most records per call.
const BATCH: usize = 1_000;
/// HubSpot has lowered its limit before; below this size a refusal has another cause.
const SMALLEST_BATCH: usize = 100;

/// The companies of contacts.
pub(super) struct Associations;

#[async_trait]
impl Stream for Associations {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "associations".into(),
            kind: StreamKind::AssociationsOf { kind: ObjectKind::Contact, batch: BATCH },
            title: "Which companies each contact belongs to".to_owned(),
            scopes: ["crm.objects.contacts.read", "crm.objects.companies.read"].map(str::to_owned).to_vec(),
        }
    }

    async fn plan(&self, _: &Reading<'_>, mode: Mode, _: Option<&Checkpoint>) -> Result<PullPlan> {
        Ok(PullPlan { mode, windows: Vec::new(), checkpoint: Checkpoint::of(&()) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, _: Option<&Cursor>) -> Result<Page> {
        let permits = reading.context.permits;
        let sets = sets(reading.client, permits, ObjectKind::Contact, ObjectKind::Company, &window.ids).await?;
        let count = Count { expected: sets.len() as u64, basis: CountBasis::Listed };
        Ok(Page { items: sets.into_iter().map(Item::Associations).collect(), next: Next::Done(count) })
    }
}

#[derive(Serialize)]
struct Body<'a> {
    inputs: &'a [AssociationInput],
}

/// The complete sets of these records; a record that HubSpot reports as unreadable is left out.
pub(super) async fn sets(
    client: &Client,
    permits: &dyn Permits,
    from_kind: ObjectKind,
    to_kind: ObjectKind,
    ids: &[ExternalId],
) -> Result<Vec<AssociationSet>> {
    let path = client.paths.associations(type_of(from_kind).path, type_of(to_kind).path);
    let found = targets(client, permits, &path, ids).await?;
    let set =
        |id: &ExternalId, to: Vec<AssociatedObject>| AssociationSet { from_kind, from_id: id.clone(), to_kind, to };
    Ok(ids.iter().filter_map(|id| Some(set(id, found.get(id.as_str())?.clone()))).collect())
}

/// The other ends per record. Every record asked for has an entry, except those HubSpot reports as unreadable.
pub(super) async fn targets(
    client: &Client,
    permits: &dyn Permits,
    path: &str,
    ids: &[ExternalId],
) -> Result<BTreeMap<String, Vec<AssociatedObject>>> {
    let mut found: BTreeMap<String, BTreeMap<ExternalId, AssociatedObject>> =
        ids.iter().map(|id| (id.as_str().to_owned(), BTreeMap::new())).collect();
    let mut waiting: Vec<AssociationInput> =
        ids.iter().map(|id| AssociationInput { id: id.as_str().to_owned(), after: None }).collect();
    let mut followed: BTreeSet<(String, String)> = BTreeSet::new();
    let mut batch = BATCH;
    while !waiting.is_empty() {
        let taken = waiting.len().min(batch);
        let request = Request::json(Method::POST, path, &Body { inputs: &waiting[..taken] });
        let answer: AssociationAnswer = match client.read(permits, GENERAL, request).await {
            Ok(answer) => answer,
            Err(ConnectorError::Rejected { .. }) if taken > SMALLEST_BATCH => {
                batch = taken / 2;
                continue;
            }
            Err(error) => return Err(error),
        };
        waiting.drain(..taken);
        for error in answer.errors.iter().filter(|error| !is_empty_set(error)) {
            for id in &error.ids {
                found.remove(id);
            }
        }
        for result in &answer.results {
            let id = result.source();
            let Some(set) = found.get_mut(id) else { continue };
            for target in &result.to {
                let to = ExternalId::new(target.id.clone());
                let entry =
                    set.entry(to.clone()).or_insert(AssociatedObject { id: to, primary: false, labels: vec![] });
                entry.primary |= target.types.iter().any(is_primary);
                entry.labels.extend(target.types.iter().filter_map(own_label));
                entry.labels.sort();
                entry.labels.dedup();
            }
            if let Some(after) = result.after() {
                if !followed.insert((id.to_owned(), after.to_owned())) {
                    return Err(ConnectorError::Malformed { detail: "an association cursor does not move".to_owned() });
                }
                waiting.push(AssociationInput { id: id.to_owned(), after: Some(after.to_owned()) });
            }
        }
    }
    Ok(found.into_iter().map(|(id, set)| (id, set.into_values().collect())).collect())
}

/// "No company is associated with contact 51" is an answer, not a failure.
fn is_empty_set(error: &crate::wire::ErrorItem) -> bool {
    let named = error.sub_category.as_deref().is_some_and(|sub| sub.contains("NO_ASSOCIATIONS_FOUND"));
    named || error.message.to_lowercase().contains("is associated with")
}

fn is_primary(kind: &AssociationType) -> bool {
    // Contact to company 1, deal to company 5 (HubSpot: "Association type ids").
    let vendor_defined = kind.category.as_deref().is_none_or(|category| category == "HUBSPOT_DEFINED");
    vendor_defined && (matches!(kind.type_id, Some(1 | 5)) || kind.label.as_deref() == Some("Primary"))
}

fn own_label(kind: &AssociationType) -> Option<String> {
    let own = kind.category.as_deref() == Some("USER_DEFINED");
    kind.label.clone().filter(|label| own && !label.is_empty())
}
