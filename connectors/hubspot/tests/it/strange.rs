//! A HubSpot whose list does not page by record id: nothing may be split then, and nobody may be lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use axum::Json;
use axum::extract::{Query, Request};
use axum::routing::{get, post};
use intentd_hubspot::fake::FakeConfig;
use intentd_sdk::source::{CountBasis, Mode};
use serde_json::{Value, json};

use crate::drive::Stage;

#[derive(Clone, Copy, Debug, PartialEq)]
enum Paging {
    /// `after` is the place in the list: it looks like an id while ids are dense.
    Offset,
    /// `after` is a token.
    Opaque,
    /// `after` is the last id of the page, not the next one.
    LastId,
    /// Newest first.
    Descending,
}

/// 100 dense ids from 1, then gaps.
fn ids(paging: Paging) -> Vec<u64> {
    let mut ids: Vec<u64> = (1..=100).chain((0..5_900).map(|n| 5_000 + 3 * n)).collect();
    if paging == Paging::Descending {
        ids.reverse();
    }
    ids
}

fn list(paging: Paging, query: &[(String, String)]) -> Value {
    let field = |name: &str| query.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let limit: usize = field("limit").unwrap_or("10").parse().unwrap();
    let all = ids(paging);
    let start = match (field("after"), paging) {
        (None, _) => 0,
        (Some(after), Paging::Offset) => after.parse().unwrap(),
        (Some(after), Paging::Opaque) => after.strip_prefix("token-").map_or(all.len(), |place| place.parse().unwrap()),
        (Some(after), Paging::LastId) => all.partition_point(|id| *id <= after.parse::<u64>().unwrap()),
        (Some(after), Paging::Descending) => all.partition_point(|id| *id > after.parse::<u64>().unwrap()),
    };
    let page: Vec<u64> = all.iter().copied().skip(start).take(limit).collect();
    let results: Vec<Value> = page.iter().map(|id| json!({"id": id, "properties": {}})).collect();
    let end = start + page.len();
    if end >= all.len() {
        return json!({"results": results});
    }
    let after = match paging {
        Paging::Offset => json!(end.to_string()),
        Paging::Opaque => json!(format!("token-{end}")),
        Paging::LastId => json!(page.last()),
        Paging::Descending => json!(all[end]),
    };
    json!({"results": results, "paging": {"next": {"after": after}}})
}

/// Knows totals and order of ids, as the real search does.
fn search(paging: Paging, body: &Value) -> Value {
    let filter = &body["filterGroups"][0]["filters"][0];
    let number = |field: &str| filter[field].as_str().and_then(|text| text.parse::<u64>().ok());
    let (low, high) = (number("value").unwrap_or(0), number("highValue").unwrap_or(u64::MAX));
    let mut found: Vec<u64> = ids(paging).into_iter().filter(|id| (low..=high).contains(id)).collect();
    found.sort_unstable();
    if body["sorts"][0]["direction"] == "DESCENDING" {
        found.reverse();
    }
    let after: usize = body["after"].as_str().unwrap().parse().unwrap();
    let results: Vec<Value> = found.iter().skip(after).take(1).map(|id| json!({"id": id})).collect();
    json!({"total": found.len(), "results": results})
}

async fn stage(paging: Paging, offers_search: bool) -> (Stage, Arc<AtomicU64>) {
    let calls = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&calls);
    let router = axum::Router::new()
        .route(
            "/crm/objects/2026-09/contacts",
            get(move |Query(query): Query<Vec<(String, String)>>| async move { Json(list(paging, &query)) }),
        )
        .route(
            "/crm/objects/2026-09/contacts/search",
            post(move |Json(body): Json<Value>| async move {
                let refused =
                    (http::StatusCode::BAD_REQUEST, Json(json!({"message": "There was a problem with the request."})));
                if offers_search { Ok(Json(search(paging, &body))) } else { Err(refused) }
            }),
        )
        .layer(axum::middleware::map_request(move |request: Request| {
            counted.fetch_add(1, Ordering::Relaxed);
            std::future::ready(request)
        }));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap()).parse().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });
    (Stage::with(FakeConfig::for_tests(), |settings| settings.base_url = Some(base)).await, calls)
}

#[tokio::test]
async fn a_list_that_does_not_page_by_id_is_read_in_one_window() {
    for (paging, windows) in [(Paging::Offset, 1), (Paging::Opaque, 1), (Paging::Descending, 1), (Paging::LastId, 6)] {
        let (stage, calls) = stage(paging, true).await;
        let pull = stage.pull("contacts", Mode::Backfill, None).await;
        assert_eq!(pull.ids(), ids(paging).into_iter().collect(), "{paging:?}");
        assert_eq!((pull.windows.len(), pull.items.len()), (windows, 6_000), "{paging:?}");
        assert!(calls.load(Ordering::Relaxed) < 60 + 20, "{paging:?}");
    }
}

#[tokio::test]
async fn without_search_the_list_alone_is_enough() {
    let (stage, calls) = stage(Paging::LastId, false).await;
    let pull = stage.pull("contacts", Mode::Backfill, None).await;
    assert_eq!((pull.ids().len(), pull.windows.len()), (6_000, 1));
    assert_eq!(pull.windows[0].stated.basis, CountBasis::Listed);
    assert!(calls.load(Ordering::Relaxed) <= 62);
}
