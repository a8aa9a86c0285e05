//! Forms and their submissions (documentation: "Forms", "Get form submissions").

use intentd_sdk::Timestamp;
use serde_json::{Value, json};

use super::{Need, Route, route};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Refusal, Reply};
use crate::fake::forms::{Form, Submission};
use crate::fake::limits::Class::General;

const FORMS: Need = Need::OneOf(&["forms"]);

pub(super) const ROUTES: &[Route] = &[
    route("GET", "forms", General, FORMS, list),
    route("GET", "forms/{id}", General, FORMS, get),
    route("GET", "form-integrations/submissions/forms/{id}", General, FORMS, submissions),
];

const PAGE: usize = 500;
const SUBMISSIONS: usize = 50;

fn show(form: &Form) -> Value {
    let fields: Vec<Value> = form
        .fields
        .iter()
        .map(|name| {
            json!({"objectTypeId": "0-1", "name": name, "label": name, "required": name == "email", "hidden": false,
                   "fieldType": if name == "email" { "email" } else { "single_line_text" }})
        })
        .collect();
    json!({"id": form.id, "name": form.name, "formType": form.form_type, "createdAt": form.created_at.to_string(),
           "updatedAt": form.created_at.to_string(), "archived": false,
           "fieldGroups": [{"groupType": "default_group", "richTextType": "text", "fields": fields}],
           "configuration": {"language": "en", "cloneable": true, "editable": true, "archivable": true}})
}

/// Without `formTypes` only forms of type `hubspot` are given.
fn list(call: &mut Call<'_>) -> Answer {
    let limit = call.limit(50, PAGE)?;
    let after = call.query("after").unwrap_or_default();
    let types = call.query_list("formTypes");
    let is_wanted = |form: &&Form| match types.as_slice() {
        [] => form.form_type == "hubspot",
        types => types.iter().any(|one| one == "all" || *one == form.form_type),
    };
    if call.flag("archived") {
        return Ok(Reply::ok(json!({"results": []})));
    }
    let mut forms = call.account.forms.all.range(after.to_owned()..).map(|(_, form)| form).filter(is_wanted);
    let results = forms.by_ref().take(limit).map(show).collect();
    let next = forms.next().map(|form| form.id.clone());
    Ok(Reply::ok(call.page(results, next)))
}

fn get(call: &mut Call<'_>) -> Answer {
    let form = call.account.forms.all.get(&call.params[0]).ok_or_else(Refusal::not_found)?;
    Ok(Reply::ok(show(form)))
}

fn submissions(call: &mut Call<'_>) -> Answer {
    let form = call.account.forms.all.get(&call.params[0]).ok_or_else(Refusal::not_found)?;
    if form.form_type == "blog_comment" {
        return Err(Refusal::new(400, Some("VALIDATION_ERROR"), "Form type blog_comment is not allowed")
            .with("errorType", "FORM_TYPE_NOT_ALLOWED".into()));
    }
    let limit = call.limit(20, SUBMISSIONS)?;
    let after = call.query("after").map(|text| read_cursor(text).ok_or_else(Refusal::problem)).transpose()?;
    let newest_first = form.submissions.iter().rev().filter(|(key, _)| after.as_ref().is_none_or(|after| *key < after));
    let mut found: Vec<(&(Timestamp, String), &Submission)> = newest_first.take(limit + 1).collect();
    let has_more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| has_more).map(|((at, id), _)| format!("{}.{id}", at.as_ms()));
    let results = found.into_iter().map(|(_, submission)| show_submission(submission)).collect();
    Ok(Reply::ok(call.page(results, next)))
}

fn show_submission(submission: &Submission) -> Value {
    let values: Vec<Value> = submission
        .values
        .iter()
        .map(|(name, value)| json!({"name": name, "value": value, "objectTypeId": "0-1"}))
        .collect();
    json!({"conversionId": submission.conversion_id, "submittedAt": submission.submitted_at.as_ms(),
           "pageUrl": submission.page_url, "values": values})
}

fn read_cursor(text: &str) -> Option<(Timestamp, String)> {
    let (at, id) = text.split_once('.')?;
    Some((Timestamp::from_ms(at.parse().ok()?), id.to_owned()))
}
