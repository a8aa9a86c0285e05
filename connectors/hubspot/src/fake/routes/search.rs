//! The search endpoint and its limits: page size, reach, number of filters, size of the body (documentation: "Search
//! the CRM").

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Need, Route, route};
use crate::fake::account::Account;
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::kind::Kind;
use crate::fake::limits::Class::Search;
use crate::fake::record::Record;
use crate::fake::search::{self, Condition, Filter};
use crate::fake::show::{self, Wanted};

pub(super) const ROUTES: &[Route] = &[route("POST", "objects/{type}/search", Search, Need::ReadObjects, run)];

const PAGE: usize = 200;
const REACH: usize = 10_000;
const GROUPS: usize = 5;
const FILTERS_PER_GROUP: usize = 6;
const FILTERS: usize = 18;
const BODY_CHARS: usize = 3_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    #[serde(default)]
    filter_groups: Vec<Group>,
    #[serde(default)]
    filters: Vec<Filter>,
    #[serde(default)]
    sorts: Vec<Value>,
    #[serde(default)]
    properties: Vec<String>,
    #[serde(default)]
    query: Option<String>,
    #[serde(default)]
    limit: Option<Value>,
    #[serde(default)]
    after: Option<Value>,
}

#[derive(Deserialize)]
struct Group {
    #[serde(default)]
    filters: Vec<Filter>,
}

fn run(call: &mut Call<'_>) -> Answer {
    let kind = call.kind(0)?;
    let text = String::from_utf8_lossy(&call.incoming.body);
    if text.chars().count() > BODY_CHARS {
        return Err(Refusal::validation(format!("The request body is longer than {BODY_CHARS} characters.")));
    }
    let mut body: Body = call.body()?;
    let limit = whole(body.limit.as_ref(), "limit")?.unwrap_or(10);
    let opened = body.after.as_ref().and_then(Value::as_str).and_then(open_cursor);
    let after = match opened.filter(|_| call.config.opaque_search_cursors) {
        Some(offset) => offset,
        None => whole(body.after.as_ref(), "after")?.unwrap_or(0),
    };
    if limit == 0 || limit > PAGE {
        return Err(Refusal::validation(format!("limit must be between 1 and {PAGE}, but was {limit}")));
    }
    if after + limit > REACH {
        return Err(Refusal::validation(format!("The combined after and limit must not exceed {REACH}.")));
    }
    if !body.filters.is_empty() {
        body.filter_groups.push(Group { filters: std::mem::take(&mut body.filters) });
    }
    check_filters(&body.filter_groups)?;
    let order = order(call.account, kind, &body.sorts)?;
    call.account.table_mut(kind).catch_up(call.now);
    let account: &Account = call.account;
    let groups: Result<Vec<Vec<Condition>>, Refusal> = body
        .filter_groups
        .iter()
        .filter(|group| !group.filters.is_empty())
        .map(|group| search::conditions(account, kind, &group.filters))
        .collect();
    let query = body.query.as_deref().map(str::trim).filter(|query| !query.is_empty());
    let found = find(account, kind, &groups?, query, &order, after, limit);
    let total = found.total;
    let wanted = Wanted { properties: body.properties, ..Wanted::default() }.for_caller(kind, &call.caller);
    let mut results: Vec<Value> =
        found.page.into_iter().map(|record| show::record(account, kind, record, &wanted)).collect();
    if call.config.shuffle_search {
        call.chance.shuffle(&mut results);
    }
    let mut answer = json!({"total": total, "results": results});
    if after + limit < total {
        let next = after + limit;
        let cursor = if call.config.opaque_search_cursors { format!("NTI1Cg%{next:x}") } else { next.to_string() };
        answer["paging"] = call.paging(&cursor);
    }
    Ok(Reply::ok(answer))
}

/// The offset in a cursor that means nothing to anybody else.
fn open_cursor(text: &str) -> Option<usize> {
    usize::from_str_radix(text.strip_prefix("NTI1Cg%")?, 16).ok()
}

fn check_filters(groups: &[Group]) -> Result<(), Refusal> {
    let counts: Vec<usize> = groups.iter().map(|group| group.filters.len()).collect();
    let all: usize = counts.iter().sum();
    if groups.len() > GROUPS || counts.iter().any(|count| *count > FILTERS_PER_GROUP) || all > FILTERS {
        return Err(Refusal::validation(format!(
            "Too many filters: at most {GROUPS} groups, {FILTERS_PER_GROUP} filters in a group and {FILTERS} in all."
        )));
    }
    Ok(())
}

/// A whole number that comes as text or number.
fn whole(value: Option<&Value>, name: &str) -> Result<Option<usize>, Refusal> {
    let read = match value {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.as_u64(),
        Some(Value::String(text)) => text.parse().ok(),
        Some(_) => None,
    };
    let read = read.ok_or_else(|| Refusal::validation(format!("Invalid integer for {name}")))?;
    Ok(Some(usize::try_from(read).unwrap_or(usize::MAX / 2).min(usize::MAX / 2)))
}

struct Order {
    property: String,
    descending: bool,
}

fn order(account: &Account, kind: Kind, sorts: &[Value]) -> Result<Order, Refusal> {
    if sorts.len() > 1 {
        return Err(Refusal::validation("Only one sort is allowed."));
    }
    let Some(sort) = sorts.first() else {
        return Ok(Order { property: kind.created_property().into(), descending: false });
    };
    let property = sort.as_str().or_else(|| sort["propertyName"].as_str()).ok_or_else(Refusal::problem)?;
    if account.schema(kind).find(property.trim_start_matches('-')).is_none() {
        return Err(Refusal::problem());
    }
    let descending = match sort["direction"].as_str() {
        None => property.starts_with('-'),
        Some("ASCENDING") => false,
        Some("DESCENDING") => true,
        Some(_) => return Err(Refusal::problem()),
    };
    Ok(Order { property: property.trim_start_matches('-').to_owned(), descending })
}

/// One page of what was found, and how much there is in all.
struct Found<'a> {
    page: Vec<&'a Record>,
    total: usize,
}

/// The records that meet one of the groups, in order. Indexes narrow the candidates where there is one group.
fn find<'a>(
    account: &'a Account,
    kind: Kind,
    groups: &[Vec<Condition>],
    query: Option<&str>,
    order: &Order,
    after: usize,
    limit: usize,
) -> Found<'a> {
    let table = account.table(kind);
    let holds = |record: &Record| {
        (groups.is_empty()
            || groups.iter().any(|group| group.iter().all(|condition| condition.holds(account, kind, record))))
            && query.is_none_or(|query| search::answers_query(kind, record, query))
    };
    let single = match groups {
        [group] => group.as_slice(),
        _ => &[],
    };
    let by_modified = order.property == kind.modified_property() || order.property == "hs_lastmodifieddate";
    let bounds = single.iter().find_map(Condition::modified_bounds);
    let ids = single.iter().find_map(Condition::id_bounds);
    let exact = single.iter().find_map(|condition| condition.exact().filter(|(name, _)| table.is_unique(name)));
    let is_calm = table.lagging().next().is_none();
    let mut is_sorted = false;
    let mut found: Vec<&Record> = Vec::new();
    if let (Some((name, value)), true) = (exact, is_calm) {
        found.extend(table.owner_of(name, value).and_then(|id| table.get(id)).filter(|record| holds(record)));
    } else if let Some((low, high)) = bounds {
        if low > high {
            return Found { page: found, total: 0 };
        }
        // Within one instant the index is in the order of ids, which is how a full millisecond is drained.
        let (first, last) = ids.filter(|(first, last)| low == high && first <= last).unwrap_or((0, u64::MAX));
        let keys = table.by_modified().range((low, first)..=(high, last));
        let in_order = by_modified || low == high && order.property == "hs_object_id";
        is_sorted = in_order && !order.descending;
        if single.len() == 1 && query.is_none() && is_calm && is_sorted {
            let page = keys.clone().skip(after).take(limit).filter_map(|(_, id)| table.get(*id)).collect();
            return Found { page, total: keys.count() };
        }
        let current = keys.filter(|(_, id)| !table.is_lagging(*id)).filter_map(|(_, id)| table.get(*id));
        found.extend(current.filter(|record| holds(record)));
    } else if let Some((low, high)) = ids.filter(|(low, high)| low <= high) {
        let current = table.live().range(low..=high).map(|(_, record)| record).filter(|r| !table.is_lagging(r.id));
        found.extend(current.filter(|record| holds(record)));
        is_sorted = order.property == "hs_object_id" && !order.descending;
    } else {
        found.extend(table.live().values().filter(|r| !table.is_lagging(r.id)).filter(|record| holds(record)));
    }
    // Records written a moment ago take part as they were before.
    let lagging: Vec<&Record> =
        table.lagging().filter_map(|id| table.shown(id)).filter(|record| holds(record)).collect();
    is_sorted &= lagging.is_empty();
    found.extend(lagging);
    if !is_sorted {
        found.sort_by(|a, b| {
            let by_value = search::compare(account, kind, &order.property, a, b);
            if order.descending { by_value.reverse() } else { by_value }.then(a.id.cmp(&b.id))
        });
    }
    let total = found.len();
    Found { page: found.into_iter().skip(after).take(limit).collect(), total }
}
