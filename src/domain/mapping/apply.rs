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
fn typed(value_type: FieldType, values: Vec<String>, zone: &TimeZone) -> Result<Option<Value>, Fault> {
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
