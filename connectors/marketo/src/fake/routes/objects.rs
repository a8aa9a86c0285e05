//! Describing and finding companies, named accounts, opportunities, roles and sales persons by known keys
//! (documentation: "Lead Database", query calls).

use serde_json::Value;

use super::{Route, get};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::object_shapes::Shape;
use crate::fake::objects::{Object, ObjectKind};
use crate::fake::token;

const VALUES: usize = 300;

const COMPANY: &[&str] = &["Read-Only Company", "Read-Write Company"];
const ACCOUNT: &[&str] = &["Read-Only Named Account", "Read-Write Named Account"];
const OPPORTUNITY: &[&str] = &["Read-Only Opportunity", "Read-Write Opportunity"];
const PERSON: &[&str] = &["Read-Only Sales Person", "Read-Write Sales Person"];

pub(super) const ROUTES: &[Route] = &[
    get("rest/v1/companies/describe.json", COMPANY, |call| describe(call, ObjectKind::Company)),
    get("rest/v1/companies.json", COMPANY, |call| query(call, ObjectKind::Company)),
    get("rest/v1/namedaccounts/describe.json", ACCOUNT, |call| describe(call, ObjectKind::NamedAccount)),
    get("rest/v1/namedaccounts.json", ACCOUNT, |call| query(call, ObjectKind::NamedAccount)),
    get("rest/v1/opportunities/describe.json", OPPORTUNITY, |call| describe(call, ObjectKind::Opportunity)),
    get("rest/v1/opportunities.json", OPPORTUNITY, |call| query(call, ObjectKind::Opportunity)),
    get("rest/v1/opportunities/roles/describe.json", OPPORTUNITY, |call| describe(call, ObjectKind::Role)),
    get("rest/v1/opportunities/roles.json", OPPORTUNITY, |call| query(call, ObjectKind::Role)),
    get("rest/v1/salespersons/describe.json", PERSON, |call| describe(call, ObjectKind::SalesPerson)),
    get("rest/v1/salespersons.json", PERSON, |call| query(call, ObjectKind::SalesPerson)),
];

fn describe(call: &mut Call<'_>, kind: ObjectKind) -> Answer {
    Ok(Reply::result(vec![kind.shape().described(call.account.created_at)]))
}

/// What a query asks for: it stands in the query, or as JSON in the body of `POST …?_method=GET`.
struct Asked {
    filter: String,
    values: Vec<String>,
    /// Compound keys, one object for each wanted record.
    input: Vec<Value>,
    fields: Vec<String>,
}

fn asked(call: &Call<'_>) -> Result<Asked, Refusal> {
    if call.incoming.content_type.starts_with("application/json") && !call.incoming.body.is_empty() {
        let body: Value = call.body()?;
        let texts = |name: &str| -> Vec<String> {
            let all = body.get(name).and_then(Value::as_array).into_iter().flatten();
            all.filter_map(Value::as_str).map(str::to_owned).collect()
        };
        let filter = body.get("filterType").and_then(Value::as_str).ok_or_else(|| Refusal::missing("filterType"))?;
        let input = if body.get("input").is_some() { call.input(&body, VALUES)? } else { Vec::new() };
        return Ok(Asked { filter: filter.to_owned(), values: texts("filterValues"), input, fields: texts("fields") });
    }
    Ok(Asked {
        filter: call.required("filterType")?.to_owned(),
        values: call.query_list("filterValues"),
        input: Vec::new(),
        fields: call.query_list("fields"),
    })
}

/// A value of a key as text.
pub(super) fn key_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn find(call: &Call<'_>, kind: ObjectKind, shape: &Shape, asked: &Asked) -> Result<Vec<u64>, Refusal> {
    let names: &[&str] = match asked.filter.as_str() {
        "idField" => std::slice::from_ref(&shape.id_field),
        "dedupeFields" => shape.dedupe,
        name => {
            let one = shape.searchable.iter().find(|names| names.len() == 1 && names[0] == name);
            one.ok_or_else(|| Refusal::unsupported(name))?
        }
    };
    let objects = call.account.objects(kind);
    let mut found = Vec::new();
    if names.len() > 1 {
        if asked.input.is_empty() {
            return Err(Refusal::invalid("Compound keys must be given as input of POST with _method=GET"));
        }
        for record in &asked.input {
            let mut wanted = Vec::new();
            for name in names {
                let value = record.get(*name).and_then(key_text).ok_or_else(|| Refusal::missing(name))?;
                wanted.push((*name, value));
            }
            found.extend(objects.matching(&wanted));
        }
    } else {
        let name = names[0];
        let from_input = asked.input.iter().filter_map(|record| record.get(name).and_then(key_text));
        let values: Vec<String> = asked.values.iter().cloned().chain(from_input).collect();
        if values.is_empty() {
            return Err(Refusal::missing("filterValues"));
        }
        if values.len() > VALUES {
            return Err(Refusal::invalid(format!("Too many filterValues: {}. Maximum is {VALUES}", values.len())));
        }
        let folded: std::collections::HashSet<String> = values.iter().map(|value| value.to_lowercase()).collect();
        let fits = |object: &&Object| object.key(name).is_some_and(|key| folded.contains(&key.to_lowercase()));
        found.extend(objects.all().filter(fits).map(|object| object.id));
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn query(call: &mut Call<'_>, kind: ObjectKind) -> Answer {
    let (shape, asked) = (kind.shape(), asked(call)?);
    if let Some(unknown) = asked.fields.iter().find(|name| !shape.can_show(name)) {
        return Err(Refusal::no_field(unknown));
    }
    let (after, size) = (call.after_id()?, call.batch_size()?);
    let found: Vec<u64> = find(call, kind, shape, &asked)?.into_iter().filter(|id| *id > after).collect();
    let objects = call.account.objects(kind);
    let page = found.iter().take(size).filter_map(|id| objects.get(*id));
    let shown = page.enumerate().map(|(seq, object)| object.shown(shape, seq, &asked.fields)).collect();
    let next = found.get(size).and_then(|_| found.get(size - 1)).map(|last| token::after(&last.to_string()));
    Ok(if next.is_some() { Reply::page(shown, next) } else { Reply::result(shown) })
}
