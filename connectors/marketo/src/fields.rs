//! The fields that an instance has (Marketo: "Describe"), asked for once a day: a call that names a field that is not there
//! is refused as a whole, so only known ones are named.

use std::collections::BTreeMap;
use std::sync::Arc;

use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ObjectKind, PropertyDefinition, PropertyType};
use intentd_sdk::source::Selection;
use intentd_sdk::{ConnectorError, Result, Timestamp};
use tokio::sync::Mutex;

use crate::client::Client;
use crate::paths::Query;
use crate::wire::{LeadField, ObjectDescription};

/// How long what was learnt is believed.
const GOOD_FOR_MS: i64 = 24 * 3_600_000;

/// Marketo's objects with fields of their own. Named accounts become companies, too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Object {
    Lead,
    Company,
    NamedAccount,
    Opportunity,
}

impl Object {
    fn path(self) -> &'static str {
        match self {
            Object::Lead => "/rest/v1/leads/describe.json",
            Object::Company => "/rest/v1/companies/describe.json",
            Object::NamedAccount => "/rest/v1/namedaccounts/describe.json",
            Object::Opportunity => "/rest/v1/opportunities/describe.json",
        }
    }

    /// What it is outside this crate.
    pub(crate) fn kind(self) -> ObjectKind {
        match self {
            Object::Lead => ObjectKind::Contact,
            Object::Company | Object::NamedAccount => ObjectKind::Company,
            Object::Opportunity => ObjectKind::Deal,
        }
    }
}

/// One field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Field {
    /// What activities about a field of leads call it.
    pub(crate) id: Option<u64>,
    pub(crate) label: String,
    /// Marketo's own word, for example `score`.
    pub(crate) data_type: String,
    pub(crate) read_only: bool,
}

impl Field {
    /// The type in our words.
    pub(crate) fn value_type(&self) -> PropertyType {
        match self.data_type.as_str() {
            "string" | "email" | "phone" | "url" | "text" | "textarea" | "lead_function" => PropertyType::Text,
            "integer" | "float" | "score" | "percent" | "currency" | "number" => PropertyType::Number,
            "boolean" => PropertyType::Bool,
            "date" => PropertyType::Date,
            "datetime" => PropertyType::Datetime,
            _ => PropertyType::Other,
        }
    }
}

/// Fields by REST name.
pub(crate) type FieldMap = BTreeMap<String, Field>;

/// What was learnt so far.
#[derive(Default)]
pub(crate) struct Fields {
    learnt: Mutex<BTreeMap<Object, (Timestamp, Arc<FieldMap>)>>,
}

impl Fields {
    /// The fields of an object.
    ///
    /// # Errors
    /// [`ConnectorError::Forbidden`] when the API user or the subscription does not include the object.
    pub(crate) async fn of(&self, client: &Client, permits: &dyn Permits, object: Object) -> Result<Arc<FieldMap>> {
        let mut learnt = self.learnt.lock().await;
        let now = client.clock.now();
        if let Some((_, fields)) = learnt.get(&object).filter(|(at, _)| now.ms_since(*at) < GOOD_FOR_MS) {
            return Ok(Arc::clone(fields));
        }
        let fields = Arc::new(describe(client, permits, object).await?);
        learnt.insert(object, (now, Arc::clone(&fields)));
        Ok(fields)
    }

    /// Forgets what was learnt of an object: a field was made.
    pub(crate) async fn forget(&self, object: Object) {
        self.learnt.lock().await.remove(&object);
    }

    /// The selected fields that exist, sorted, without duplicates, with those that every record needs.
    pub(crate) async fn selected(
        &self,
        client: &Client,
        permits: &dyn Permits,
        object: Object,
        selection: &Selection,
        always: &[&str],
    ) -> Result<Vec<String>> {
        let known = self.of(client, permits, object).await?;
        let mut names: Vec<String> = selection.properties.get(&object.kind()).cloned().unwrap_or_default();
        names.extend(always.iter().map(|name| (*name).to_owned()));
        names.retain(|name| known.contains_key(name) || name == "id");
        names.sort();
        names.dedup();
        Ok(names)
    }
}

/// The fields of an object as Marketo describes them now.
async fn describe(client: &Client, permits: &dyn Permits, object: Object) -> Result<FieldMap> {
    let query = Query::new(object.path());
    if object == Object::Lead {
        let answer = client.get::<LeadField>(permits, &query).await?;
        let fields = answer.result.into_iter().filter_map(|field| {
            let rest = field.rest?;
            let label = field.display_name.unwrap_or_else(|| rest.name.clone());
            let data_type = field.data_type.unwrap_or_default();
            Some((rest.name, Field { id: field.id, label, data_type, read_only: rest.read_only }))
        });
        return Ok(fields.collect());
    }
    let answer = client.get::<ObjectDescription>(permits, &query).await?;
    let description = answer
        .result
        .into_iter()
        .next()
        .ok_or_else(|| ConnectorError::Malformed { detail: "the description of an object is empty".to_owned() })?;
    let fields = description.fields.into_iter().map(|field| {
        let label = field.display_name.unwrap_or_else(|| field.name.clone());
        let data_type = field.data_type.unwrap_or_default();
        (field.name, Field { id: None, label, data_type, read_only: !field.updateable })
    });
    Ok(fields.collect())
}

/// A field as the store keeps it.
pub(crate) fn definition(kind: ObjectKind, name: &str, field: &Field) -> PropertyDefinition {
    PropertyDefinition {
        kind,
        name: name.to_owned(),
        label: field.label.clone(),
        value_type: field.value_type(),
        options: Vec::new(),
        read_only: field.read_only,
        calculated: field.data_type == "formula",
    }
}
