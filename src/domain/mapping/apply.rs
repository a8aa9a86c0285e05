//! One vendor record in, our fields out. A value that cannot be read is named, without its text (I12), and its field is left
//! out; the other fields of the record are not held back by it.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use intentd_sdk::record::ObjectRecord;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::compiled::{FieldMapping, FieldType, MappingSet};
use super::transforms::{Fault, apply_all, read_bool, read_date, read_datetime};
use crate::domain::model::{ActivityObject, Country, Fields, Number, Value};

/// A value that could not be read. Holds no text of the value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ValueProblem {
    /// The vendor's property.
    pub property: String,
    /// Stable: `not_a_number`, `not_a_date`, `several_values` …
    pub code: String,
}

/// One contact, company or deal in our words.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappedObject {
    pub fields: Fields,
    /// What the vendor has now in the properties that we own; a property that the record does not carry is left out.
    pub owned: BTreeMap<String, Option<String>>,
    pub problems: Vec<ValueProblem>,
}

/// One activity in our words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MappedActivity {
    pub activity_type: String,
    pub object: ActivityObject,
    pub country: Country,
}

impl MappingSet {
    /// Reads a record. `zone` places dates and times that are written without one.
    pub fn apply_object(&self, record: &ObjectRecord, zone: &TimeZone) -> MappedObject {
        let mut mapped = MappedObject::default();
        for mapping in self.fields.iter().filter(|mapping| mapping.kind == record.kind) {
            let raw = record.properties.get(&mapping.property).and_then(Option::as_deref);
            match read(mapping, raw, zone) {
                Ok(Some(value)) => {
                    mapped.fields.insert(mapping.field.clone(), value);
                }
                Ok(None) => {}
                Err(Fault(code)) => {
                    mapped.problems.push(ValueProblem { property: mapping.property.clone(), code: code.to_owned() });
                }
            }
        }
        for write in self.writes.iter().filter(|write| write.kind == record.kind) {
            if let Some(current) = record.properties.get(&write.property) {
                mapped.owned.insert(write.property.clone(), current.clone());
            }
        }
        // A shared property is remembered in our words; one that could not be read is not remembered at all.
        for port in self.ports_of(record.kind) {
            let unread = mapped.problems.iter().any(|problem| problem.property == port.property);
            if record.properties.contains_key(&port.property) && !unread {
                let text = port.text(&mapped.fields);
                mapped.owned.insert(port.property.clone(), (!text.is_empty()).then_some(text));
            }
        }
        mapped
    }
}

fn read(mapping: &FieldMapping, raw: Option<&str>, zone: &TimeZone) -> Result<Option<Value>, Fault> {
    // Vendors send an empty text where nothing is set.
    let values: Vec<String> = raw.filter(|text| !text.is_empty()).map(str::to_owned).into_iter().collect();
    let values = apply_all(&mapping.transforms, values, zone)?;
    typed(mapping.value_type, values, zone)
}

/// The texts as a value of the type; nothing when there is no text.
pub(super) fn typed(value_type: FieldType, values: Vec<String>, zone: &TimeZone) -> Result<Option<Value>, Fault> {
    if value_type == FieldType::Set {
        return Ok((!values.is_empty()).then(|| Value::Set(values.into_iter().collect())));
    }
    let mut values = values.into_iter();
    let Some(text) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Fault("several_values"));
    }
    let value = match value_type {
        FieldType::Text => Value::Text(text),
        FieldType::Number => Value::Number(Number::parse(&text).map_err(|_| Fault("not_a_number"))?),
        FieldType::Bool => Value::Bool(read_bool(&text).ok_or(Fault("not_a_boolean"))?),
        FieldType::Date => Value::Date(date(&text, zone)?),
        FieldType::Datetime => Value::Instant(instant(&text, zone)?),
        FieldType::Set => return Err(Fault("several_values")),
    };
    Ok(Some(value))
}

fn date(text: &str, zone: &TimeZone) -> Result<Date, Fault> {
    read_date(text, zone).ok_or(Fault("not_a_date"))
}

fn instant(text: &str, zone: &TimeZone) -> Result<Timestamp, Fault> {
    read_datetime(text, zone).ok_or(Fault("not_a_datetime"))
}

#[cfg(test)]
mod tests {
    use intentd_sdk::record::{ExternalId, ObjectKind, PropertyType};
    use proptest::prelude::*;

    use super::*;
    use crate::domain::mapping::transforms::{ALL, Argument, ArgumentKind, Transform};
    use crate::domain::mapping::{Values, WriteMapping};

    fn field(property: &str, value_type: FieldType, transforms: Vec<Transform>) -> FieldMapping {
        let field = property.to_owned();
        FieldMapping { kind: ObjectKind::Contact, property: property.into(), field, value_type, transforms }
    }

    fn write(value: &str, property: &str, value_type: PropertyType) -> WriteMapping {
        WriteMapping {
            kind: ObjectKind::Contact,
            value: value.into(),
            property: property.into(),
            label: property.into(),
            description: String::new(),
            value_type,
            options: Vec::new(),
            group: "intentd".into(),
            conflict: None,
        }
    }

    fn record(properties: &[(&str, Option<&str>)]) -> ObjectRecord {
        ObjectRecord {
            kind: ObjectKind::Contact,
            id: ExternalId::new("1"),
            created_at: None,
            modified_at: None,
            as_of: None,
            merged_ids: Vec::new(),
            properties: properties.iter().map(|(name, value)| ((*name).into(), value.map(str::to_owned))).collect(),
        }
    }

    #[test]
    fn cleared_absent_and_empty_properties_are_no_value_and_no_problem() {
        let set = MappingSet {
            fields: ["a", "b", "c"].map(|name| field(name, FieldType::Number, vec![])).into(),
            ..MappingSet::default()
        };
        let mapped = set.apply_object(&record(&[("a", None), ("b", Some(""))]), &TimeZone::UTC);
        assert_eq!(mapped, MappedObject::default());
    }

    /// I12: the problem names the property and a code, and holds nothing of the value.
    #[test]
    fn what_cannot_be_read_is_named_without_its_text() {
        let set = MappingSet {
            fields: vec![
                field("amount", FieldType::Number, vec![]),
                field("born", FieldType::Date, vec![]),
                field("seen", FieldType::Datetime, vec![]),
                field("member", FieldType::Bool, vec![]),
                field("role", FieldType::Text, vec![Transform::Split(";".into())]),
                field("name", FieldType::Text, vec![]),
            ],
            ..MappingSet::default()
        };
        let all = ["amount", "born", "seen", "member", "role", "name"].map(|name| (name, Some("SECRET;x")));
        let mapped = set.apply_object(&record(&all), &TimeZone::UTC);
        let codes: Vec<&str> = mapped.problems.iter().map(|problem| problem.code.as_str()).collect();
        assert_eq!(codes, ["not_a_number", "not_a_date", "not_a_datetime", "not_a_boolean", "several_values"]);
        assert!(!format!("{:?}", mapped.problems).contains("SECRET"));
        assert_eq!(mapped.fields.keys().collect::<Vec<_>>(), ["name"]);
    }

    #[test]
    fn owned_properties_are_asked_for_watched_and_cleared_when_there_is_no_value() {
        let set = MappingSet {
            fields: vec![field("z", FieldType::Text, vec![]), field("a", FieldType::Text, vec![])],
            writes: vec![
                write("score.lead", "intentd_lead", PropertyType::Number),
                write("score.lead.label", "intentd_lead_label", PropertyType::Enumeration),
                write("score.fit", "a", PropertyType::Number),
            ],
            ..MappingSet::default()
        };
        let asked = &set.selection().properties[&ObjectKind::Contact];
        assert_eq!(asked, &["a", "intentd_lead", "intentd_lead_label", "z"]);
        let mapped = set.apply_object(&record(&[("intentd_lead", Some("7")), ("a", None)]), &TimeZone::UTC);
        assert_eq!(mapped.owned, BTreeMap::from([("intentd_lead".into(), Some("7".into())), ("a".into(), None)]));
        let values = Values::from([
            ("score.lead".to_owned(), Some(Value::Number(Number::whole(12)))),
            ("score.lead.label".to_owned(), None),
        ]);
        let desired = set.desired(ObjectKind::Contact, &values);
        let wanted = [("a", ""), ("intentd_lead", "12"), ("intentd_lead_label", "")];
        assert_eq!(desired, wanted.map(|(name, text)| (name.to_owned(), text.to_owned())).into());
        assert!(set.desired(ObjectKind::Company, &values).is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_text_breaks_a_transform_and_applying_twice_gives_the_same(text in prop_oneof![any::<String>(), "[a-zA-Z0-9 .,:/@;?#%wåÄ-]{0,24}"]) {
            for doc in ALL {
                let argument = match doc.argument {
                    ArgumentKind::None | ArgumentKind::OptionalText => Argument::None,
                    ArgumentKind::Text => Argument::Text("x".into()),
                    ArgumentKind::Count => Argument::Count(3),
                    ArgumentKind::Words => Argument::Words(BTreeMap::from([("a".into(), "b".into())])),
                };
                let steps = [Transform::new(doc.name, argument).unwrap()];
                let once = apply_all(&steps, vec![text.clone()], &TimeZone::UTC);
                prop_assert_eq!(&once, &apply_all(&steps, vec![text.clone()], &TimeZone::UTC));
                // Steps that bring a value into a form leave that form alone.
                if let Ok(values) = once && !matches!(doc.name, "prefix" | "suffix") {
                    prop_assert_eq!(apply_all(&steps, values.clone(), &TimeZone::UTC), Ok(values), "{}", doc.name);
                }
            }
        }
    }
}
