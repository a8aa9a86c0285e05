//! Makes sure that the fields we write exist at Marketo and can be written (Marketo: "Lead Fields"). A field can never be
//! deleted again, so an existing one is never touched, and whatever does not fit is reported with what the admin can do.

use intentd_sdk::change::{Prepared, WantedProperty};
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ObjectKind, PropertyType};
use intentd_sdk::{ConnectorError, Result};
use serde_json::json;

use super::answer::Written;
use super::verdict::{Verdict, judge, post};
use crate::connector::Marketo;
use crate::fields::{Field, Object};

const SCHEMA: &str = "/rest/v1/leads/schema/fields.json";

/// One answer per wanted property, in order.
pub(super) async fn prepare(
    marketo: &Marketo,
    permits: &dyn Permits,
    wanted: &[WantedProperty],
) -> Result<Vec<Prepared>> {
    // Somebody may have made or changed a field since the last look.
    for object in [Object::Lead, Object::Company, Object::NamedAccount] {
        marketo.fields.forget(object).await;
    }
    let mut answers = Vec::with_capacity(wanted.len());
    for property in wanted {
        answers.push(match property.kind {
            ObjectKind::Contact => lead_field(marketo, permits, property).await?,
            ObjectKind::Company => company_field(marketo, permits, property).await?,
            ObjectKind::Deal => Prepared::Unusable { reason: super::NO_DEALS.to_owned() },
        });
    }
    Ok(answers)
}

async fn lead_field(marketo: &Marketo, permits: &dyn Permits, wanted: &WantedProperty) -> Result<Prepared> {
    if let Some(answer) = existing(marketo, permits, Object::Lead, wanted).await? {
        return Ok(answer);
    }
    if let Some(reason) = bad_definition(wanted) {
        return Ok(Prepared::Unusable { reason });
    }
    create(marketo, permits, wanted).await
}

async fn company_field(marketo: &Marketo, permits: &dyn Permits, wanted: &WantedProperty) -> Result<Prepared> {
    match existing(marketo, permits, Object::Company, wanted).await {
        Ok(Some(answer)) => Ok(answer),
        Ok(None) => {
            let name = &wanted.name;
            let reason = format!("Marketo has no company field `{name}`; add it in Admin > Field Management");
            Ok(Prepared::Unusable { reason })
        }
        Err(error @ ConnectorError::Forbidden { .. }) => Ok(Prepared::Unusable { reason: error.to_string() }),
        Err(error) => Err(error),
    }
}

/// What is to be said of a field that is there.
async fn existing(
    marketo: &Marketo,
    permits: &dyn Permits,
    object: Object,
    wanted: &WantedProperty,
) -> Result<Option<Prepared>> {
    let fields = marketo.fields.of(&marketo.client, permits, object).await?;
    Ok(fields.get(&wanted.name).map(|field| check(wanted, field)))
}

fn check(wanted: &WantedProperty, field: &Field) -> Prepared {
    let name = &wanted.name;
    let unusable = |reason: String| Prepared::Unusable { reason };
    if field.read_only {
        return unusable(format!("`{name}` is read-only at Marketo; map to a field of your own"));
    }
    let (has, wants) = (field.value_type(), as_marketo_has_it(wanted.value_type));
    if has != wants {
        let data_type = &field.data_type;
        return unusable(format!(
            "`{name}` is of type {data_type} at Marketo, not {}; choose another name",
            wants.as_str()
        ));
    }
    Prepared::Exists
}

/// Marketo knows no enumerations.
fn as_marketo_has_it(wanted: PropertyType) -> PropertyType {
    match wanted {
        PropertyType::Enumeration => PropertyType::Text,
        other => other,
    }
}

/// A score field is an integer that smart campaigns can change and look at as a score.
fn data_type(wanted: PropertyType) -> Option<&'static str> {
    match wanted {
        PropertyType::Text | PropertyType::Enumeration => Some("string"),
        PropertyType::Number => Some("score"),
        PropertyType::Bool => Some("boolean"),
        PropertyType::Date => Some("date"),
        PropertyType::Datetime => Some("datetime"),
        PropertyType::Other => None,
    }
}

fn bad_definition(wanted: &WantedProperty) -> Option<String> {
    let name = &wanted.name;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if !name.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic()) || !name.bytes().all(plain) {
        return Some(format!(
            "`{name}` cannot be created: Marketo wants letters, digits and `_`, beginning with a letter"
        ));
    }
    data_type(wanted.value_type).is_none().then(|| format!("`{name}` has no type that Marketo can create"))
}

/// Marketo's page wants no special characters in a label.
fn label(wanted: &WantedProperty) -> String {
    let plain: String = wanted.label.chars().map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    if words.is_empty() { wanted.name.clone() } else { words.join(" ") }
}

async fn create(marketo: &Marketo, permits: &dyn Permits, wanted: &WantedProperty) -> Result<Prepared> {
    let body = json!({"input": [{
        "displayName": label(wanted),
        "name": wanted.name,
        "description": wanted.description,
        "dataType": data_type(wanted.value_type),
        "isHidden": false,
    }]});
    let answer = marketo.client.write::<Written>(permits, post(SCHEMA, &body)).await;
    marketo.fields.forget(Object::Lead).await;
    let refusal = match answer {
        Ok(answer) => match answer.result.first().map(Written::refusal) {
            Some(None) => return Ok(Prepared::Created),
            Some(Some(reason)) => reason.code.filter(|code| code.bytes().all(|byte| byte.is_ascii_digit())),
            None => None,
        },
        Err(failure) => match judge(marketo.client.clock.as_ref(), failure) {
            Verdict::No(refusal) => refusal.code().map(str::to_owned),
            Verdict::NotExecuted { error: error @ ConnectorError::Forbidden { .. }, .. } => {
                let reason = format!(
                    "the field could not be created: {error}; give the API user's role `Read-Write Schema Custom Field`"
                );
                return Ok(Prepared::Unusable { reason });
            }
            Verdict::NotExecuted { error, .. } => return Err(error),
            Verdict::Unknown(_) => None,
        },
    };
    // It exists after all, or the answer was lost: what Marketo has now decides.
    if let Some(answer) = existing(marketo, permits, Object::Lead, wanted).await? {
        return Ok(answer);
    }
    let name = &wanted.name;
    let said = match refusal {
        Some(code) => crate::codes::meaning(&code).1.map_or(code.clone(), |words| format!("{code} {words}")),
        None => "no answer".to_owned(),
    };
    Ok(Prepared::Unusable {
        reason: format!(
            "`{name}` could not be created ({said}); Marketo allows 100 fields through its API and no two with one display \
             name: add it in Admin > Field Management"
        ),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(name: &str, value_type: PropertyType) -> WantedProperty {
        WantedProperty {
            kind: ObjectKind::Contact,
            name: name.into(),
            label: "Intent (score)".into(),
            description: String::new(),
            value_type,
            options: Vec::new(),
            group: "intentd".into(),
        }
    }

    #[test]
    fn an_existing_field_must_fit() {
        let field = |data_type: &str, read_only| Field {
            id: None,
            label: String::new(),
            data_type: data_type.into(),
            read_only,
        };
        for (value_type, field, fits) in [
            (PropertyType::Number, field("score", false), true),
            (PropertyType::Number, field("integer", false), true),
            (PropertyType::Number, field("string", false), false),
            (PropertyType::Number, field("score", true), false),
            (PropertyType::Enumeration, field("string", false), true),
            (PropertyType::Text, field("text", false), true),
            (PropertyType::Datetime, field("date", false), false),
        ] {
            let answer = check(&wanted("x", value_type), &field);
            assert_eq!(answer == Prepared::Exists, fits, "{value_type:?} {field:?}");
        }
    }

    #[test]
    fn names_and_labels_are_what_marketo_takes() {
        assert_eq!(label(&wanted("x", PropertyType::Number)), "Intent score");
        for (name, good) in
            [("intentScore", true), ("Intent_Score2", true), ("2score", false), ("a-b", false), ("", false)]
        {
            assert_eq!(bad_definition(&wanted(name, PropertyType::Number)).is_none(), good, "{name}");
        }
        assert!(bad_definition(&wanted("x", PropertyType::Other)).is_some());
    }
}
