//! The gate that every write of a client passes: which values a property takes, who may write it, whose address it is
//! (documentation: "CRM objects, create and update"). Checking and writing are apart, so that a batch can be refused
//! as a whole before anything is written.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use super::account::Account;
use super::call::Call;
use super::errors::{BadValue, Refusal};
use super::kind::Kind;
use super::links::{plain_type, primary_type};
use super::record::{Record, fold};
use super::schema::{Property, ValueType, Writable};

const LONGEST_TEXT: usize = 65_536;
const DAY_MS: i64 = 86_400_000;

/// Property values as a client sends them.
pub(crate) type Sent = BTreeMap<String, Value>;

/// An association that a client wants along with a new record.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SentAssociation {
    pub(crate) to: SentId,
    #[serde(default)]
    pub(crate) types: Vec<SentType>,
}

/// An id as text or number.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SentId {
    #[serde(deserialize_with = "loose_id")]
    pub(crate) id: String,
}

/// An association type.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SentType {
    pub(crate) association_type_id: u32,
}

/// Ids come as text or as numbers.
pub(crate) fn loose_id<'de, D: serde::Deserializer<'de>>(from: D) -> Result<String, D::Error> {
    match Value::deserialize(from)? {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        _ => Err(serde::de::Error::custom("an id is a text or a number")),
    }
}

/// A write that passed the gate.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    /// The record to change; `None` makes a new one.
    pub(crate) target: Option<u64>,
    pub(crate) values: Vec<(String, String)>,
    pub(crate) links: Vec<(Kind, u64, u32)>,
}

/// Checks a new record.
pub(crate) fn check_new(
    call: &Call<'_>,
    kind: Kind,
    sent: &Sent,
    associations: &[SentAssociation],
) -> Result<Checked, Refusal> {
    let values = check_values(call, kind, sent, None)?;
    let has = |name: &str| values.iter().any(|(known, value)| known == name && !value.is_empty());
    match kind {
        Kind::Contact if !(has("email") || has("firstname") || has("lastname")) => {
            return Err(Refusal::validation(
                "Contacts need at least one of these properties: email, firstname, lastname",
            ));
        }
        Kind::Company if !(has("name") || has("domain")) => {
            return Err(Refusal::validation("Companies need at least one of these properties: name, domain"));
        }
        kind if kind.is_engagement() && !has("hs_timestamp") => {
            let missing = BadValue {
                property: "hs_timestamp".into(),
                code: "REQUIRED_FIELD",
                message: "hs_timestamp is required".into(),
            };
            return Err(Refusal::bad_values(&[missing], call.config.portal_id));
        }
        _ => {}
    }
    check_unique(call.account, kind, None, &values)?;
    let mut links = Vec::new();
    for association in associations {
        links.extend(check_association(call.account, kind, association)?);
    }
    Ok(Checked { target: None, values, links })
}

/// Checks a change of a live record.
pub(crate) fn check_change(call: &Call<'_>, kind: Kind, id: u64, sent: &Sent) -> Result<Checked, Refusal> {
    let record = call.account.table(kind).get(id).ok_or_else(Refusal::not_found)?;
    let values = check_values(call, kind, sent, Some(record))?;
    check_unique(call.account, kind, Some(id), &values)?;
    Ok(Checked { target: Some(id), values, links: Vec::new() })
}

/// Writes what passed the gate; gives the id.
pub(crate) fn apply(call: &mut Call<'_>, kind: Kind, checked: Checked) -> u64 {
    let (now, writer) = (call.now, call.writer());
    let id = match checked.target {
        Some(id) => {
            let record = call.account.table(kind).get(id);
            let changes = record.is_some_and(|record| {
                checked.values.iter().any(|(name, value)| record.stored(name).unwrap_or_default() != value)
            });
            if changes || call.config.equal_write_bumps {
                call.account.write(kind, id, &checked.values, now, &writer);
            }
            id
        }
        None => {
            let id = call.account.table_mut(kind).take_id();
            let mut record = Record::new(id, now);
            record.values.extend(checked.values.iter().cloned());
            for (name, value) in [
                ("hs_object_source", "INTEGRATION".to_owned()),
                ("hs_object_source_label", "INTEGRATION".to_owned()),
                ("hs_object_source_id", call.config.app_id.to_string()),
                ("hs_object_source_detail_1", call.config.app_name.clone()),
            ] {
                record.values.insert(name.into(), value);
            }
            call.account.insert(kind, record, now);
            id
        }
    };
    for (to_kind, to, type_id) in checked.links {
        call.account.links.associate((kind, id), (to_kind, to));
        if primary_type(kind, to_kind) == Some(type_id) {
            call.account.links.make_primary((kind, id), (to_kind, to));
        }
    }
    *call.stats.writes_by_record.entry((kind, id)).or_default() += 1;
    call.account.wrote_values(kind, id, &checked.values, now);
    id
}

fn check_association(
    account: &Account,
    kind: Kind,
    association: &SentAssociation,
) -> Result<Vec<(Kind, u64, u32)>, Refusal> {
    let to: u64 = association.to.id.parse().map_err(|_| Refusal::problem())?;
    let mut links = Vec::new();
    for sent in &association.types {
        let type_id = sent.association_type_id;
        let target = Kind::ALL.into_iter().find(|to_kind| {
            plain_type(kind, *to_kind) == Some(type_id)
                || primary_type(kind, *to_kind) == Some(type_id)
                || account.labels.iter().any(|l| (l.from, l.to, l.type_id) == (kind, *to_kind, type_id))
        });
        let Some(target) = target else {
            return Err(Refusal::validation(format!(
                "invalid association type {type_id} from object type {}",
                kind.type_id()
            )));
        };
        if account.table(target).get(to).is_none() {
            return Err(Refusal::validation(format!(
                "Association target {} with id {to} does not exist",
                target.plural()
            )));
        }
        links.push((target, to, type_id));
    }
    Ok(links)
}

/// Contacts are unique by their addresses, other records by the properties an admin declared unique.
fn check_unique(account: &Account, kind: Kind, own: Option<u64>, values: &[(String, String)]) -> Result<(), Refusal> {
    let table = account.table(kind);
    for (name, value) in values.iter().filter(|(_, value)| !value.is_empty()) {
        if kind == Kind::Contact && (name == "email" || name == "hs_additional_emails") {
            for address in value.split(';') {
                if let Some(other) = table.owner_of("email", address).filter(|other| Some(*other) != own) {
                    return Err(Refusal::contact_exists(other));
                }
            }
        } else if let Some(other) = table.owner_of(name, value).filter(|other| Some(*other) != own) {
            let taken = BadValue {
                property: name.clone(),
                code: "CONFLICTING_UNIQUE_VALUE",
                message: format!("{other} already has that value."),
            };
            return Err(Refusal::bad_values(&[taken], account.portal_id));
        }
    }
    Ok(())
}

fn check_values(
    call: &Call<'_>,
    kind: Kind,
    sent: &Sent,
    record: Option<&Record>,
) -> Result<Vec<(String, String)>, Refusal> {
    let schema = call.account.schema(kind);
    let (mut values, mut problems) = (Vec::new(), Vec::new());
    for (name, value) in sent {
        let bad = |code: &'static str, message: String| BadValue { property: name.clone(), code, message };
        let Some(property) = schema.find(name) else {
            problems.push(bad("PROPERTY_DOESNT_EXIST", format!("Property \"{name}\" does not exist")));
            continue;
        };
        let text = match value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(flag) => flag.to_string(),
            _ => return Err(Refusal::validation(format!("Invalid input JSON: the value of {name} must be a text"))),
        };
        let read_only = match property.writable {
            Writable::Always => false,
            Writable::OnCreate => record.is_some(),
            Writable::Never => true,
        };
        if read_only {
            problems
                .push(bad("READ_ONLY_VALUE", format!("\"{name}\" is a read only property; its value cannot be set.")));
            continue;
        }
        match check_value(call.account, property, &text, record) {
            Ok(Some(value)) => values.push((name.clone(), value)),
            Ok(None) => {}
            Err((code, message)) => problems.push(bad(code, message)),
        }
    }
    for (_, name) in call.account.required.iter().filter(|(of, _)| *of == kind) {
        let written = values.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let left = written.or_else(|| record.and_then(|record| record.stored(name))).unwrap_or_default();
        if left.is_empty() {
            let message = format!("Property \"{name}\" is required");
            problems.push(BadValue { property: name.clone(), code: "REQUIRED_FIELD", message });
        }
    }
    if problems.is_empty() { Ok(values) } else { Err(Refusal::bad_values(&problems, call.config.portal_id)) }
}

type ValueProblem = (&'static str, String);

/// The value as it is stored; `None` when it is accepted but changes nothing.
fn check_value(
    account: &Account,
    property: &Property,
    text: &str,
    record: Option<&Record>,
) -> Result<Option<String>, ValueProblem> {
    let name = property.name.as_str();
    if text.is_empty() {
        return Ok(Some(String::new()));
    }
    let current = record.and_then(|record| record.stored(name));
    if name == "hubspot_owner_id" {
        let known = account.owners.iter().any(|owner| !owner.archived && owner.id.to_string() == text);
        return if known {
            Ok(Some(text.to_owned()))
        } else {
            Err(("INVALID_OWNER_ID", format!("The owner id {text} is not valid for {name}.")))
        };
    }
    match property.value_type {
        ValueType::String => check_text(name, text),
        ValueType::Number => match text.trim().parse::<f64>() {
            Ok(number) if number.is_finite() && !text.contains(['i', 'n', 'I', 'N']) => {
                Ok(Some(text.trim().to_owned()))
            }
            _ => Err(("INVALID_NUMBER", format!("{text} was not a valid number."))),
        },
        ValueType::Bool => match text {
            "true" | "false" => Ok(Some(text.to_owned())),
            _ => Err(("INVALID_OPTION", format!("{text} was not one of the allowed options: [true, false]"))),
        },
        ValueType::Datetime => match Timestamp::parse(text) {
            Some(at) => Ok(Some(at.to_string())),
            None => Err(("INVALID_DATE", format!("{text} was not a valid date."))),
        },
        ValueType::Date => check_date(text),
        ValueType::Enumeration if property.is_multiple() => {
            // A leading semicolon adds to what is there.
            let (kept, added) = match text.strip_prefix(';') {
                Some(added) => (current.unwrap_or_default(), added),
                None => ("", text),
            };
            let mut all: Vec<&str> = Vec::new();
            for part in kept.split(';').chain(added.split(';')).filter(|part| !part.is_empty()) {
                check_option(property, part)?;
                if !all.contains(&part) {
                    all.push(part);
                }
            }
            Ok(Some(all.join(";")))
        }
        ValueType::Enumeration => {
            check_option(property, text)?;
            let place = |value: &str| property.options.iter().position(|option| option.value == value);
            let goes_back = name == "lifecyclestage" && current.and_then(place) > place(text);
            Ok((!goes_back).then(|| text.to_owned()))
        }
    }
}

fn check_text(name: &str, text: &str) -> Result<Option<String>, ValueProblem> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(("VALUE_TOO_LONG", format!("The value of {name} is longer than {LONGEST_TEXT} characters.")));
    }
    if name != "email" {
        return Ok(Some(text.to_owned()));
    }
    let valid = text.trim().split_once('@').is_some_and(|(local, domain)| {
        !local.is_empty() && domain.contains('.') && !domain.contains('@') && !text.trim().contains(char::is_whitespace)
    });
    // Addresses are kept in lower case.
    if valid { Ok(Some(fold(text))) } else { Err(("INVALID_EMAIL", format!("Email address {text} is invalid"))) }
}

/// A day as `YYYY-MM-DD`, or as milliseconds of its midnight in UTC.
fn check_date(text: &str) -> Result<Option<String>, ValueProblem> {
    if let Ok(day) = text.parse::<jiff::civil::Date>()
        && text.len() == 10
    {
        return Ok(Some(day.to_string()));
    }
    match Timestamp::parse(text) {
        Some(at) if at.as_ms().rem_euclid(DAY_MS) == 0 => Ok(Some(at.to_string()[..10].to_owned())),
        Some(at) => Err(("INVALID_DATE", format!("{text} is at {}, not midnight!", &at.to_string()[11..23]))),
        None => Err(("INVALID_DATE", format!("{text} was not a valid date."))),
    }
}

fn check_option(property: &Property, value: &str) -> Result<(), ValueProblem> {
    // Some enumerations take what they are given: additional addresses and domains, attached files.
    if property.options.is_empty() && property.hubspot_defined {
        return Ok(());
    }
    if property.options.iter().any(|option| option.value == value) {
        return Ok(());
    }
    let allowed: Vec<&str> = property.options.iter().map(|option| option.value.as_str()).collect();
    Err(("INVALID_OPTION", format!("{value} was not one of the allowed options: [{}]", allowed.join(", "))))
}
