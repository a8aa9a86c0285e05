//! What the mapping of a vendor is for one connection: the rules of identity that hold for all, and its ends of the flows.
//! A shared property is compared in our words, so that what a transform evens out is no difference.

use std::sync::Arc;

use intentd_sdk::record::{ConnectionName, ObjectKind, PropertyType};
use jiff::tz::TimeZone;

use super::apply::typed;
use super::compiled::{FieldType, MappingSet};
use super::desired::wire_text;
use super::transforms::Transform;
use crate::domain::identity::BoundIdentity;
use crate::domain::model::{FieldName, Fields, Value};

/// One end of a flow at one connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowPort {
    /// Which of the flows of [`BoundIdentity`].
    pub flow: usize,
    /// 0 or 1.
    pub side: usize,
    pub kind: ObjectKind,
    pub property: String,
    pub field: FieldName,
    pub value_type: FieldType,
}

impl FlowPort {
    /// The field's value as the property's text; empty is "no value".
    pub fn text(&self, fields: &Fields) -> String {
        fields.get(&self.field).map(|value| wire_text(property_type(self.value_type), value)).unwrap_or_default()
    }

    /// The property's text as the field's value.
    pub fn value(&self, text: Option<&str>, zone: &TimeZone) -> Option<Value> {
        let text = text.filter(|text| !text.is_empty())?;
        let values = match self.value_type {
            FieldType::Set => text.split(';').map(str::to_owned).collect(),
            _ => vec![text.to_owned()],
        };
        typed(self.value_type, values, zone).ok().flatten()
    }
}

/// The transforms of [`is_writable`], for people.
pub const WRITABLE: [&str; 9] =
    ["boolean", "date", "datetime", "integer", "lowercase", "number", "split", "trim", "uppercase"];

/// Whether a transform gives values that the vendor takes and that it leaves alone when they are read back. Only such
/// properties can flow both ways.
pub fn is_writable(transform: &Transform) -> bool {
    match transform {
        Transform::Boolean
        | Transform::Date
        | Transform::Datetime
        | Transform::Integer
        | Transform::Lowercase
        | Transform::Number
        | Transform::Trim
        | Transform::Uppercase => true,
        Transform::Split(separator) => separator == ";",
        Transform::CountryCode
        | Transform::Default(_)
        | Transform::Domain
        | Transform::Map(_)
        | Transform::Prefix(_)
        | Transform::Suffix(_)
        | Transform::Truncate(_)
        | Transform::UrlHost
        | Transform::UrlPage
        | Transform::UrlPath => false,
    }
}

/// The type in which a field is written.
pub const fn property_type(value_type: FieldType) -> PropertyType {
    match value_type {
        FieldType::Text => PropertyType::Text,
        FieldType::Number => PropertyType::Number,
        FieldType::Bool => PropertyType::Bool,
        FieldType::Date => PropertyType::Date,
        FieldType::Datetime => PropertyType::Datetime,
        FieldType::Set => PropertyType::Enumeration,
    }
}

impl MappingSet {
    /// The mapping for one connection.
    #[must_use]
    pub fn bind(mut self, connection: &ConnectionName, identity: Arc<BoundIdentity>) -> MappingSet {
        self.ports = Vec::new();
        for (flow, rule) in identity.flows.iter().enumerate() {
            let ends = rule.ends.each_ref().map(|end| identity.connection_of(end));
            // A flow with an end that leads nowhere is no flow.
            if ends.iter().any(Option::is_none) {
                continue;
            }
            for (side, end) in rule.ends.iter().enumerate().filter(|(side, _)| ends[*side] == Some(connection)) {
                let field = self.fields.iter().find(|field| {
                    field.kind == rule.kind && field.field == rule.field && field.property == end.property
                });
                if let Some(field) = field {
                    self.ports.push(FlowPort {
                        flow,
                        side,
                        kind: rule.kind,
                        property: end.property.clone(),
                        field: rule.field.clone(),
                        value_type: field.value_type,
                    });
                }
            }
        }
        self.identity = identity;
        self
    }

    /// The ends of flows of this kind.
    pub fn ports_of(&self, kind: ObjectKind) -> impl Iterator<Item = &FlowPort> {
        self.ports.iter().filter(move |port| port.kind == kind)
    }
}
