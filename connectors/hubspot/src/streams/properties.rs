//! The stream `properties` (HubSpot: "Properties"): what each property of contacts, companies and deals is.

use async_trait::async_trait;
use intentd_sdk::cursor::{Checkpoint, Cursor};
use intentd_sdk::record::{Item, ObjectKind, PropertyDefinition, PropertyType};
use intentd_sdk::source::{Count, CountBasis, Mode, Next, Page, PullPlan, StreamKind, StreamSpec, WindowSpec};
use intentd_sdk::{ConnectorError, Result};

use super::{Reading, Stream, bounds, window};
use crate::objects::type_of;
use crate::wire::{Collection, Property};

/// Property definitions.
pub(super) struct Properties;

#[async_trait]
impl Stream for Properties {
    fn spec(&self) -> StreamSpec {
        StreamSpec {
            name: "properties".into(),
            kind: StreamKind::Reference,
            title: "Definitions of the properties of contacts, companies and deals".to_owned(),
            scopes: ["crm.schemas.contacts.read", "crm.schemas.companies.read"].map(str::to_owned).to_vec(),
        }
    }

    async fn plan(&self, _: &Reading<'_>, mode: Mode, _: Option<&Checkpoint>) -> Result<PullPlan> {
        let windows = ObjectKind::ALL.iter().map(|kind| window(kind.as_str(), mode, kind)).collect();
        Ok(PullPlan { mode, windows, checkpoint: Checkpoint::of(&()) })
    }

    async fn read(&self, reading: &Reading<'_>, window: &WindowSpec, _: Option<&Cursor>) -> Result<Page> {
        let kind: ObjectKind = bounds(window)?;
        let path = reading.client.paths.properties(type_of(kind).path);
        let items = match reading.client.get::<Collection<Property>>(reading.context.permits, path).await {
            Ok(all) => all.results.iter().map(|property| Item::Property(definition(kind, property))).collect(),
            // Deals are optional: without their scope the other definitions must still come.
            Err(error @ ConnectorError::Forbidden { .. }) if kind == ObjectKind::Deal => {
                tracing::warn!(object.kind = kind.as_str(), %error, "definitions of this kind are left out");
                Vec::new()
            }
            Err(error) => return Err(error),
        };
        let count = Count { expected: items.len() as u64, basis: CountBasis::Listed };
        Ok(Page { items, next: Next::Done(count) })
    }
}

fn definition(kind: ObjectKind, property: &Property) -> PropertyDefinition {
    PropertyDefinition {
        kind,
        name: property.name.clone(),
        label: property.label.clone().unwrap_or_else(|| property.name.clone()),
        value_type: value_type(property),
        options: match value_type(property) {
            PropertyType::Enumeration => property.options.iter().map(|option| option.value.clone()).collect(),
            _ => Vec::new(),
        },
        read_only: property.is_read_only(),
        calculated: property.calculated,
    }
}

/// HubSpot's type in our words. A single checkbox is an enumeration of `true` and `false` in older accounts.
pub(crate) fn value_type(property: &Property) -> PropertyType {
    match property.value_type.as_deref().unwrap_or_default() {
        "string" | "phone_number" => PropertyType::Text,
        "number" => PropertyType::Number,
        "bool" => PropertyType::Bool,
        "enumeration" if property.field_type.as_deref() == Some("booleancheckbox") => PropertyType::Bool,
        "enumeration" => PropertyType::Enumeration,
        "date" => PropertyType::Date,
        "datetime" => PropertyType::Datetime,
        _ => PropertyType::Other,
    }
}
