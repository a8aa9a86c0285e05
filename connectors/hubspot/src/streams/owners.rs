//! The stream `owners` (HubSpot: "Owners"): present and archived ones, because old records still point at the latter.

use async_trait::async_trait;
use intentd_sdk::Result;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{ExternalId, Item, OwnerRecord};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use serde::{Deserialize, Serialize};

use super::{Reading, Stream, bounds, onward, place, window};
use crate::paths::encode;
use crate::wire::{Collection, Owner};

/// CRM users.
pub(super) struct Owners;

#[derive(Serialize, Deserialize)]
struct Bounds {
    archived: bool,
}

#[derive(Serialize, Deserialize)]
struct State {
    after: String,
    listed: u64,
}

#[async_trait]
impl Stream for Owners {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "owners".into(),
            kind: StreamKind::Reference,
            title: "Users to whom records are assigned".to_owned(),
            scopes: vec!["crm.objects.owners.read".to_owned()],
        }
    }

    async fn plan(&self, _: &Reading<'_>, mode: Mode, _: Option<&Checkpoint>) -> Result<PullPlan> {
        let windows = vec![
            window("owners", mode, &Bounds { archived: false }),
            window("archived owners", mode, &Bounds { archived: true }),
        ];
        Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&()) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, cursor: Option<&Cursor>) -> Result<Page> {
        let Bounds { archived } = bounds(window)?;
        let state: Option<State> = place(window, cursor)?;
        let mut path = format!("{}?limit=100&archived={archived}", reading.client.paths.owners());
        if let Some(state) = &state {
            path.push_str(&format!("&after={}", encode(&state.after)));
        }
        let page: Collection<Owner> = reading.client.get(reading.context.permits, path).await?;
        let listed = state.as_ref().map_or(0, |state| state.listed) + page.results.len() as u64;
        let before = state.as_ref().map(|state| state.after.as_str());
        let next = match onward(page.after(), before)? {
            Some(after) => Next::More(Cursor::of(&State { after: after.to_owned(), listed })),
            None => Next::Done(Count { expected: listed, basis: CountBasis::Listed }),
        };
        Ok(Page { items: page.results.into_iter().map(|owner| Item::Owner(record(owner, archived))).collect(), next })
    }
}

fn record(owner: Owner, archived: bool) -> OwnerRecord {
    let names: Vec<String> =
        [owner.first_name, owner.last_name].into_iter().flatten().filter(|n| !n.is_empty()).collect();
    OwnerRecord {
        name: if names.is_empty() { format!("owner {}", owner.id) } else { names.join(" ") },
        archived: archived || owner.archived,
        email: owner.email.filter(|email| !email.is_empty()),
        id: ExternalId::new(owner.id),
    }
}
