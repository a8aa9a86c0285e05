//! The search language: filters, operators, order (documentation: "Search the CRM"). It looks at what the index shows,
//! which lags behind the records; it holds no limits of the call itself, those are the route's.

use std::cmp::Ordering;

use intentd_sdk::Timestamp;
use serde::Deserialize;

use super::account::Account;
use super::errors::Refusal;
use super::kind::Kind;
use super::record::Record;
use super::schema::ValueType;

/// One condition.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Filter {
    pub(crate) property_name: String,
    pub(crate) operator: Operator,
    #[serde(default)]
    pub(crate) value: Option<serde_json::Value>,
    #[serde(default)]
    pub(crate) high_value: Option<serde_json::Value>,
    #[serde(default)]
    pub(crate) values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Operator {
    Lt,
    Lte,
    Gt,
    Gte,
    Eq,
    Neq,
    Between,
    In,
    NotIn,
    HasProperty,
    NotHasProperty,
    ContainsToken,
    NotContainsToken,
}

/// A condition made ready: the operands are read once.
pub(crate) struct Condition {
    property: Subject,
    operator: Operator,
    low: Operand,
    high: Operand,
    set: Vec<String>,
}

enum Subject {
    Modified,
    Created,
    Id,
    /// Associated with a record of this type.
    Associated(Kind),
    Value(String, ValueType),
}

#[derive(Clone, Debug, PartialEq)]
enum Operand {
    None,
    Number(f64),
    Text(String),
}

/// Reads the filters of one group.
pub(crate) fn conditions(account: &Account, kind: Kind, filters: &[Filter]) -> Result<Vec<Condition>, Refusal> {
    filters.iter().map(|filter| condition(account, kind, filter)).collect()
}

fn condition(account: &Account, kind: Kind, filter: &Filter) -> Result<Condition, Refusal> {
    let name = filter.property_name.as_str();
    if let Some(to) = name.strip_prefix("associations.") {
        let to = Kind::parse(to).ok_or_else(Refusal::problem)?;
        let mut set = filter.values.clone();
        set.extend(filter.value.as_ref().map(text_of));
        if !matches!(filter.operator, Operator::Eq | Operator::In) || set.is_empty() {
            return Err(Refusal::problem());
        }
        let property = Subject::Associated(to);
        return Ok(Condition { property, operator: Operator::In, low: Operand::None, high: Operand::None, set });
    }
    let definition = account.schema(kind).find(name).ok_or_else(Refusal::problem)?;
    let value_type = definition.value_type;
    let property = match name {
        "hs_object_id" => Subject::Id,
        _ if name == kind.modified_property() || name == "hs_lastmodifieddate" => Subject::Modified,
        _ if name == kind.created_property() || name == "hs_createdate" => Subject::Created,
        _ => Subject::Value(name.to_owned(), value_type),
    };
    let needs_value =
        !matches!(filter.operator, Operator::HasProperty | Operator::NotHasProperty | Operator::In | Operator::NotIn);
    if needs_value && filter.value.is_none()
        || filter.operator == Operator::Between && filter.high_value.is_none()
        || matches!(filter.operator, Operator::In | Operator::NotIn) && filter.values.is_empty()
    {
        return Err(Refusal::problem());
    }
    let low = operand(filter.value.as_ref(), value_type)?;
    let high = operand(filter.high_value.as_ref(), value_type)?;
    if value_type == ValueType::Datetime && low == Operand::Number(0.0) {
        // Known trouble of the real service with the very first instant.
        return Err(Refusal::new(500, None, "internal error"));
    }
    let set = match value_type {
        ValueType::Date | ValueType::Datetime | ValueType::Number => {
            let keys: Result<Vec<String>, Refusal> =
                filter.values.iter().map(|value| Ok(number(value, value_type)?.to_string())).collect();
            keys?
        }
        _ => filter.values.clone(),
    };
    Ok(Condition { property, operator: filter.operator, low, high, set })
}

fn text_of(value: &serde_json::Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn operand(value: Option<&serde_json::Value>, value_type: ValueType) -> Result<Operand, Refusal> {
    let Some(value) = value else { return Ok(Operand::None) };
    let text = text_of(value);
    Ok(match value_type {
        ValueType::Date | ValueType::Datetime | ValueType::Number => Operand::Number(number(&text, value_type)?),
        // Enumerations are compared as they are, all other text without regard to case.
        ValueType::Enumeration => Operand::Text(text),
        ValueType::String | ValueType::Bool => Operand::Text(text.to_lowercase()),
    })
}

fn number(text: &str, value_type: ValueType) -> Result<f64, Refusal> {
    match value_type {
        ValueType::Number => text.trim().parse().map_err(|_| Refusal::problem()),
        _ => instant(text).map(|at| at.as_ms() as f64).ok_or_else(Refusal::problem),
    }
}

/// Instants and days; what is finer than a millisecond is ignored.
fn instant(text: &str) -> Option<Timestamp> {
    if let Some(at) = Timestamp::parse(text) {
        return Some(at);
    }
    let day: jiff::civil::Date = text.parse().ok()?;
    day.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|midnight| midnight.timestamp().into())
}

impl Condition {
    /// The bounds on last-modified that this condition sets, both inclusive.
    pub(crate) fn modified_bounds(&self) -> Option<(Timestamp, Timestamp)> {
        match self.property {
            Subject::Modified => self.bounds().map(|(low, high)| (Timestamp::from_ms(low), Timestamp::from_ms(high))),
            _ => None,
        }
    }

    /// The bounds on the record id that this condition sets, both inclusive.
    pub(crate) fn id_bounds(&self) -> Option<(u64, u64)> {
        match self.property {
            Subject::Id => self.bounds().map(|(low, high)| (low.max(0) as u64, high.max(0) as u64)),
            _ => None,
        }
    }

    /// The one value that a unique property must have.
    pub(crate) fn exact(&self) -> Option<(&str, &str)> {
        match (&self.property, self.operator, &self.low) {
            (Subject::Value(name, ValueType::String), Operator::Eq, Operand::Text(text)) => Some((name, text)),
            _ => None,
        }
    }

    fn bounds(&self) -> Option<(i64, i64)> {
        let Operand::Number(low) = self.low else { return None };
        let low = low as i64;
        Some(match (self.operator, &self.high) {
            (Operator::Eq, _) => (low, low),
            (Operator::Gt, _) => (low + 1, i64::MAX),
            (Operator::Gte, _) => (low, i64::MAX),
            (Operator::Lt, _) => (i64::MIN, low - 1),
            (Operator::Lte, _) => (i64::MIN, low),
            (Operator::Between, Operand::Number(high)) => (low, *high as i64),
            _ => return None,
        })
    }

    /// Whether a record, as the index shows it, meets this condition.
    pub(crate) fn holds(&self, account: &Account, kind: Kind, record: &Record) -> bool {
        let (name, value_type) = match &self.property {
            Subject::Modified => return self.compare_number(record.updated_at.as_ms() as f64),
            Subject::Created => return self.compare_number(record.created_at.as_ms() as f64),
            Subject::Id => return self.compare_number(record.id as f64),
            Subject::Associated(to) => {
                let ends = account.links.of(kind, record.id, *to);
                return self
                    .set
                    .iter()
                    .any(|id| id.parse().is_ok_and(|id: u64| ends.is_some_and(|ends| ends.contains_key(&id))));
            }
            Subject::Value(name, value_type) => (name, *value_type),
        };
        let value = account.value(kind, record, name).filter(|value| !value.is_empty());
        match (self.operator, value) {
            (Operator::HasProperty, value) => value.is_some(),
            (Operator::NotHasProperty, value) => value.is_none(),
            (Operator::Neq | Operator::NotIn | Operator::NotContainsToken, None) => true,
            (_, None) => false,
            (_, Some(value)) => match value_type {
                ValueType::Number => value.parse().is_ok_and(|number| self.compare_number(number)),
                ValueType::Date | ValueType::Datetime => {
                    instant(&value).is_some_and(|at| self.compare_number(at.as_ms() as f64))
                }
                ValueType::Enumeration => self.compare_text(&value, value.contains(';')),
                ValueType::String | ValueType::Bool => self.compare_text(&value.to_lowercase(), false),
            },
        }
    }

    fn compare_number(&self, value: f64) -> bool {
        let to = |operand: &Operand| match operand {
            Operand::Number(number) => value.partial_cmp(number),
            _ => None,
        };
        match self.operator {
            Operator::In => self.set.contains(&value.to_string()),
            Operator::NotIn => !self.set.contains(&value.to_string()),
            Operator::HasProperty => true,
            Operator::NotHasProperty => false,
            Operator::Between => {
                to(&self.low).is_some_and(Ordering::is_ge) && to(&self.high).is_some_and(Ordering::is_le)
            }
            operator => to(&self.low).is_some_and(|order| meets(operator, order)),
        }
    }

    fn compare_text(&self, value: &str, is_multiple: bool) -> bool {
        let Operand::Text(low) = &self.low else {
            let contains = self.set.iter().any(|one| one == value || is_multiple && value.split(';').any(|v| v == one));
            return contains == (self.operator == Operator::In);
        };
        match self.operator {
            Operator::ContainsToken => contains_token(value, &low.to_lowercase()),
            Operator::NotContainsToken => !contains_token(value, &low.to_lowercase()),
            Operator::Eq if is_multiple => value.split(';').any(|part| part == low),
            Operator::Neq if is_multiple => value.split(';').all(|part| part != low),
            Operator::Between => {
                value >= low.as_str() && matches!(&self.high, Operand::Text(high) if value <= high.as_str())
            }
            operator => meets(operator, value.cmp(low)),
        }
    }
}

fn meets(operator: Operator, order: Ordering) -> bool {
    match operator {
        Operator::Lt => order.is_lt(),
        Operator::Lte => order.is_le(),
        Operator::Gt => order.is_gt(),
        Operator::Gte => order.is_ge(),
        Operator::Eq => order.is_eq(),
        Operator::Neq => order.is_ne(),
        _ => false,
    }
}

/// Whether the whole value or one of its words fits a pattern in which `*` stands for anything.
fn contains_token(value: &str, pattern: &str) -> bool {
    let value = value.to_lowercase();
    let words = value.split(|c: char| !c.is_alphanumeric());
    wildcard(&value, pattern) || value.split_whitespace().chain(words).any(|word| wildcard(word, pattern))
}

fn wildcard(text: &str, pattern: &str) -> bool {
    let Some((start, rest)) = pattern.split_once('*') else { return text == pattern };
    let Some(mut left) = text.strip_prefix(start) else { return false };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        let Some(at) = left.find(part) else { return false };
        left = &left[at + part.len()..];
    }
    left.ends_with(end)
}

/// Orders by a property; records without a value come last when ascending.
pub(crate) fn compare(account: &Account, kind: Kind, property: &str, a: &Record, b: &Record) -> Ordering {
    if property == kind.modified_property() || property == "hs_lastmodifieddate" {
        return a.updated_at.cmp(&b.updated_at);
    }
    if property == kind.created_property() || property == "hs_createdate" {
        return a.created_at.cmp(&b.created_at);
    }
    if property == "hs_object_id" {
        return a.id.cmp(&b.id);
    }
    let is_number =
        account.schema(kind).find(property).is_some_and(|property| property.value_type == ValueType::Number);
    match (account.value(kind, a, property), account.value(kind, b, property)) {
        (Some(a), Some(b)) if is_number => {
            let read = |text: &str| text.parse::<f64>().unwrap_or(f64::MAX);
            read(&a).total_cmp(&read(&b))
        }
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => Ordering::Less,
        (None, Some(_)) => Ordering::Greater,
        (None, None) => Ordering::Equal,
    }
}

/// Whether every word of a free query begins a word of the record's main values.
pub(crate) fn answers_query(kind: Kind, record: &Record, query: &str) -> bool {
    let names: &[&str] = match kind {
        Kind::Contact => &["firstname", "lastname", "email", "hs_additional_emails", "phone", "company"],
        Kind::Company => &["name", "domain", "website", "phone"],
        Kind::Deal => &["dealname"],
        _ => &["hs_call_title", "hs_email_subject", "hs_meeting_title", "hs_note_body", "hs_task_subject"],
    };
    let text = names.iter().filter_map(|name| record.stored(name)).collect::<Vec<_>>().join(" ").to_lowercase();
    query.to_lowercase().split_whitespace().all(|wanted| {
        let words = text.split(|c: char| !c.is_alphanumeric()).chain(text.split_whitespace());
        words.into_iter().any(|word| word.starts_with(wanted))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_anything() {
        for (text, pattern, verdict) in [
            ("ann@corp.example", "*@corp.example", true),
            ("ann@corp.example", "ann*", true),
            ("ann@corp.example", "corp", true),
            ("ann@corp.example", "cor", false),
            ("vice president sales", "presid*", true),
            ("abc", "a*c*c", false),
        ] {
            assert_eq!(contains_token(text, pattern), verdict, "{text} {pattern}");
        }
    }
}
