//! How much of the quota was used (documentation: "Usage Statistics"). No permission is needed; the calls count.

use serde_json::{Value, json};

use super::{Route, get};
use crate::fake::call::Call;
use crate::fake::errors::Reply;
use crate::fake::instants::central_day;
use crate::fake::limits::Day;

pub(super) const ROUTES: &[Route] = &[
    get("rest/v1/stats/usage.json", &[], |call| Ok(Reply::result(days(call, 1, used)))),
    get("rest/v1/stats/usage/last7days.json", &[], |call| Ok(Reply::result(days(call, 7, used)))),
    get("rest/v1/stats/errors.json", &[], |call| Ok(Reply::result(days(call, 1, failed)))),
    get("rest/v1/stats/errors/last7days.json", &[], |call| Ok(Reply::result(days(call, 7, failed)))),
];

/// Newest last; days without calls are there too.
fn days(call: &Call<'_>, count: i64, show: fn(&Call<'_>, &Day) -> Value) -> Vec<Value> {
    let today = central_day(call.now);
    let days = (0..count).rev().filter_map(|ago| today.checked_sub(jiff::Span::new().days(ago)).ok());
    days.map(|date| {
        let day = call.usage.days.get(&date).cloned().unwrap_or_default();
        let mut shown = show(call, &day);
        shown["date"] = date.to_string().into();
        shown
    })
    .collect()
}

fn used(call: &Call<'_>, day: &Day) -> Value {
    let users = if day.total == 0 { vec![] } else { vec![json!({"userId": call.config.api_user, "count": day.total})] };
    json!({"total": day.total, "users": users})
}

fn failed(_: &Call<'_>, day: &Day) -> Value {
    let errors: Vec<Value> =
        day.errors.iter().map(|(code, count)| json!({"errorCode": code.to_string(), "count": count})).collect();
    json!({"total": day.errors.values().sum::<u64>(), "errors": errors})
}
