//! The stream `associations` (Marketo: "Companies", "Named Accounts", "Opportunities"): which company and which
//! opportunities the leads that a run touched belong to, and these themselves. Marketo lists none of them: they can only
//! be asked for by keys, and the leads are where the keys are known from.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{AssociatedObject, AssociationSet, ExternalId, Item, ObjectKind};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result};

use super::{Reading, Stream, by_id, companies, opportunities};
use crate::fields::Object;
use crate::wire::Record;

/// Companies and opportunities of leads.
pub(super) struct Associations;

/// What a lead knows of its company.
pub(super) const COMPANY_KEY: &str = "externalCompanyId";
pub(super) const COMPANY_NAME: &str = "company";

#[async_trait]
impl Stream for Associations {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "associations".into(),
            kind: StreamKind::AssociationsOf { kind: ObjectKind::Contact, batch: by_id::AT_MOST },
            title: "Companies, named accounts and opportunities of the leads that changed".to_owned(),
            scopes: ["Read-Only Company", "Read-Only Named Account", "Read-Only Opportunity"]
                .map(str::to_owned)
                .to_vec(),
        }
    }

    async fn plan(&self, _: &Reading<'_>, mode: Mode, _: Option<&Checkpoint>) -> Result<PullPlan> {
        Ok(PullPlan { mode, windows: Vec::new(), checkpoint: Checkpoint::of(&()) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, _: Option<&Cursor>) -> Result<Page> {
        let ids: Vec<String> = window.ids.iter().map(|id| id.as_str().to_owned()).collect();
        let fields = ["id", COMPANY_KEY, COMPANY_NAME].map(str::to_owned);
        let leads = by_id::leads(reading, &ids, &fields).await?;
        let companies = companies::of(reading, &leads).await?;
        let opportunities = opportunities::of(reading, &leads).await?;
        let mut items: Vec<Item> = Vec::new();
        for (kind, found) in [(ObjectKind::Company, companies), (ObjectKind::Deal, opportunities)] {
            let Some(found) = found else { continue };
            let sets = leads.iter().filter_map(|lead| {
                let to = found.of_lead.get(lead.id()?).cloned().unwrap_or_default();
                Some(Item::Associations(AssociationSet {
                    from_kind: ObjectKind::Contact,
                    from_id: ExternalId::new(lead.id()?),
                    to_kind: kind,
                    to: to.into_iter().collect(),
                }))
            });
            // The objects stand before what points to them.
            items.extend(found.objects);
            items.extend(sets);
        }
        let count = Count { expected: items.len() as u64, basis: CountBasis::Listed };
        Ok(Page { items, next: Next::Done(count) })
    }
}

/// Objects, and to which of them each lead belongs.
#[derive(Default)]
pub(super) struct Found {
    pub(super) objects: Vec<Item>,
    pub(super) of_lead: BTreeMap<String, BTreeSet<AssociatedObject>>,
}

/// An association without label.
pub(super) fn link(id: ExternalId, primary: bool) -> AssociatedObject {
    AssociatedObject { id, primary, labels: Vec::new() }
}

/// The fields of an object, or `None` when the API user or the subscription does not include it.
pub(super) async fn fields_of(reading: &Reading<'_>, object: Object) -> Result<Option<Arc<crate::fields::FieldMap>>> {
    optional(reading.fields.of(reading.client, reading.context.permits, object).await)
}

/// What is not permitted is not there.
pub(super) fn optional<T>(outcome: Result<T>) -> Result<Option<T>> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(ConnectorError::Forbidden { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Records by the values of one field, three hundred at a time. Values with a comma cannot be asked for.
pub(super) async fn by_keys(
    reading: &Reading<'_>,
    path: &'static str,
    filter: &str,
    keys: &BTreeSet<String>,
    fields: &[String],
) -> Result<Vec<Record>> {
    let keys: Vec<&str> = keys.iter().map(String::as_str).filter(|key| !key.contains(',')).collect();
    let mut records = Vec::new();
    for some in keys.chunks(by_id::AT_MOST) {
        let mut token: Option<String> = None;
        loop {
            let query = crate::paths::Query::new(path)
                .with("filterType", filter)
                .with("filterValues", some.join(","))
                .with("fields", fields.join(","))
                .with_some("nextPageToken", token.as_ref());
            let page = reading.client.get::<Record>(reading.context.permits, &query).await?;
            let empty = page.result.is_empty();
            records.extend(page.result);
            match page.next_page_token.filter(|next| (page.more_result || !empty) && token.as_ref() != Some(next)) {
                Some(next) => token = Some(next),
                None => break,
            }
        }
    }
    Ok(records)
}
