//! The list and batch-read calls of one object type (HubSpot: "CRM objects").

use std::collections::BTreeMap;

use http::Method;
use intentd_sdk::Result;
use intentd_sdk::http::Request;

use super::Reader;
use crate::limits::GENERAL;
use crate::paths::{comma_joined, encode};
use crate::wire::{BatchAnswer, BatchRead, Collection, IdInput, Object};

/// Most records per list page and per batch.
pub(crate) const PAGE: usize = 100;
/// Addresses much longer than this are answered with 414.
const LONGEST_QUERY: usize = 4 * 1024;

impl Reader<'_> {
    /// One page of the list, with properties. The address is built from scratch for each page: HubSpot forgets the
    /// properties otherwise.
    pub(crate) async fn list(&self, after: Option<&str>) -> Result<Collection<Object>> {
        let names = comma_joined(self.properties);
        if names.len() <= LONGEST_QUERY {
            return self.list_page(after, &names, PAGE, false).await;
        }
        let mut page = self.list_ids(after, PAGE, false).await?;
        let ids: Vec<String> = page.results.iter().map(|object| object.id.clone()).collect();
        let mut full = self.by_ids(&ids).await?;
        // A record that vanished between the two calls is left out.
        page.results = page.results.iter().filter_map(|object| full.remove(&object.id)).collect();
        Ok(page)
    }

    /// One page of the list, ids only.
    pub(crate) async fn list_ids(
        &self,
        after: Option<&str>,
        limit: usize,
        archived: bool,
    ) -> Result<Collection<Object>> {
        self.list_page(after, "hs_object_id", limit, archived).await
    }

    async fn list_page(
        &self,
        after: Option<&str>,
        names: &str,
        limit: usize,
        archived: bool,
    ) -> Result<Collection<Object>> {
        let mut path = format!("{}?limit={limit}", self.client.paths.objects(self.object.path));
        if let Some(after) = after {
            path.push_str(&format!("&after={}", encode(after)));
        }
        if !names.is_empty() {
            path.push_str(&format!("&properties={names}"));
        }
        if archived {
            path.push_str("&archived=true");
        }
        self.client.get(self.permits, path).await
    }

    /// The records with these ids; those that are not there are left out.
    pub(crate) async fn by_ids(&self, ids: &[String]) -> Result<BTreeMap<String, Object>> {
        let mut found = BTreeMap::new();
        let path = format!("{}/batch/read", self.client.paths.objects(self.object.path));
        for ids in ids.chunks(PAGE) {
            let inputs = ids.iter().map(|id| IdInput { id }).collect();
            let body = BatchRead { properties: self.properties, inputs };
            let request = Request::json(Method::POST, path.clone(), &body);
            let answer: BatchAnswer = self.client.read(self.permits, GENERAL, request).await?;
            found.extend(answer.results.into_iter().map(|object| (object.id.clone(), object)));
        }
        Ok(found)
    }
}
