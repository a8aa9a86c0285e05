//! What marketing e-mails are called (HubSpot: "Email Events API", campaigns). An event names its campaign by number; its
//! name is asked for once and kept as long as the connection lives, so that all events of a campaign get the same one.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures_util::stream::{self, StreamExt, TryStreamExt};
use intentd_sdk::{ConnectorError, Result};
use tokio::sync::{Mutex, OnceCell};

use super::Reading;
use crate::paths::encode;
use crate::wire;

/// Names that are asked for at once.
const AT_ONCE: usize = 8;

/// The names that were asked for; `None` for a campaign that HubSpot does not tell about.
#[derive(Default)]
pub(crate) struct Campaigns {
    asked: Mutex<BTreeMap<CampaignId, Arc<OnceCell<Option<String>>>>>,
}

/// HubSpot numbers campaigns within the application that sent them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct CampaignId {
    pub(super) id: String,
    pub(super) app: Option<String>,
}

impl Campaigns {
    /// The names of these campaigns, as far as HubSpot knows them. A campaign is asked for once, however many pages that
    /// are read at the same time name it.
    ///
    /// # Errors
    /// When a name may be had later: events that came without it would never get it.
    pub(super) async fn names(
        &self,
        reading: &Reading<'_>,
        campaigns: impl Iterator<Item = CampaignId>,
    ) -> Result<BTreeMap<CampaignId, String>> {
        let campaigns: BTreeSet<CampaignId> = campaigns.collect();
        let cells: Vec<(CampaignId, Arc<OnceCell<Option<String>>>)> = {
            let mut asked = self.asked.lock().await;
            campaigns
                .into_iter()
                .map(|campaign| (campaign.clone(), asked.entry(campaign).or_default().clone()))
                .collect()
        };
        let names: Vec<(CampaignId, Option<String>)> = stream::iter(cells)
            .map(|(campaign, cell)| async move {
                let name = cell.get_or_try_init(|| ask(reading, &campaign)).await?.clone();
                Ok::<_, ConnectorError>((campaign, name))
            })
            .buffered(AT_ONCE)
            .try_collect()
            .await?;
        Ok(names.into_iter().filter_map(|(campaign, name)| Some((campaign, name?))).collect())
    }
}

async fn ask(reading: &Reading<'_>, campaign: &CampaignId) -> Result<Option<String>> {
    let mut path = reading.client.paths.campaign(&campaign.id);
    if let Some(app) = &campaign.app {
        path.push_str(&format!("?appId={}", encode(app)));
    }
    match reading.client.get::<wire::Campaign>(reading.context.permits, path).await {
        Ok(answer) => Ok(answer.name.filter(|name| !name.trim().is_empty())),
        Err(ConnectorError::Missing { .. } | ConnectorError::Forbidden { .. } | ConnectorError::Rejected { .. }) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
