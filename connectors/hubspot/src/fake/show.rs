//! How a record looks on the wire (documentation: "CRM objects").

use serde_json::{Map, Value, json};

use super::account::Account;
use super::auth::Caller;
use super::kind::Kind;
use super::record::{Record, Version};

/// The inline associations of one record stop here; the rest is read from the associations API.
const INLINE_ASSOCIATIONS: usize = 100;

/// What the reader asked for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    /// Empty means the default set.
    pub(crate) properties: Vec<String>,
    pub(crate) history: Vec<String>,
    pub(crate) associations: Vec<Kind>,
    /// Properties that the caller's scopes hide.
    pub(crate) hidden: &'static [&'static str],
}

impl Wanted {
    /// What the caller may not see of this type: the bodies of one-to-one e-mails need a scope of their own.
    pub(crate) fn for_caller(mut self, kind: Kind, caller: &Caller) -> Wanted {
        if kind == Kind::Email && !caller.has("sales-email-read") {
            self.hidden = &["hs_email_html", "hs_email_text", "hs_email_headers"];
        }
        self
    }
}

/// The record as an object of the API.
pub(crate) fn record(account: &Account, kind: Kind, record: &Record, wanted: &Wanted) -> Value {
    let schema = account.schema(kind);
    let mut properties = Map::new();
    let always = ["hs_object_id", kind.created_property(), kind.modified_property()];
    let asked = if wanted.properties.is_empty() {
        kind.default_properties().iter().map(|name| (*name).to_owned()).collect()
    } else {
        wanted.properties.clone()
    };
    for name in asked.iter().map(String::as_str).chain(always) {
        // An unknown property is silently left out.
        if schema.find(name).is_some() && !wanted.hidden.contains(&name) {
            let value = account.value(kind, record, name);
            properties.insert(name.to_owned(), value.map_or(Value::Null, |value| value.into_owned().into()));
        }
    }
    let mut shown = json!({
        "id": record.id.to_string(),
        "properties": properties,
        "createdAt": record.created_at.to_string(),
        "updatedAt": record.updated_at.to_string(),
        "archived": record.archived_at.is_some(),
        "url": format!("https://app-eu1.hubspot.com/contacts/{}/record/{}/{}", account.portal_id, kind.type_id(), record.id),
    });
    if let Some(at) = record.archived_at {
        shown["archivedAt"] = at.to_string().into();
    }
    if !wanted.history.is_empty() {
        shown["propertiesWithHistory"] = history(account, kind, record, &wanted.history);
    }
    if !wanted.associations.is_empty() {
        let inline = associations(account, kind, record.id, &wanted.associations);
        if !inline.is_empty() {
            shown["associations"] = inline.into();
        }
    }
    shown
}

fn history(account: &Account, kind: Kind, record: &Record, names: &[String]) -> Value {
    let mut all = Map::new();
    for name in names.iter().filter(|name| account.schema(kind).find(name).is_some()) {
        let versions: Vec<Value> = match record.history.get(name) {
            Some(versions) => versions.iter().rev().map(version).collect(),
            None => account
                .value(kind, record, name)
                .map(|value| {
                    version(&Version {
                        value: value.into_owned(),
                        at: record.created_at,
                        source_type: "CRM_UI".into(),
                        source_id: "userId:9586504".into(),
                    })
                })
                .into_iter()
                .collect(),
        };
        all.insert(name.clone(), versions.into());
    }
    all.into()
}

fn version(version: &Version) -> Value {
    json!({"value": version.value, "timestamp": version.at.to_string(), "sourceType": version.source_type,
           "sourceId": version.source_id, "sourceLabel": null, "updatedByUserId": null})
}

fn associations(account: &Account, kind: Kind, id: u64, wanted: &[Kind]) -> Map<String, Value> {
    let mut all = Map::new();
    for to in wanted {
        let Some(ends) = account.links.of(kind, id, *to) else { continue };
        let plain = format!("{}_to_{}", kind.singular(), to.singular());
        let mut results = Vec::new();
        for (other, types) in ends.iter().take(INLINE_ASSOCIATIONS) {
            if super::links::primary_type(kind, *to).is_some_and(|primary| types.contains(&primary)) {
                results.push(json!({"id": other.to_string(), "type": plain}));
            }
            results.push(json!({"id": other.to_string(), "type": format!("{plain}_unlabeled")}));
        }
        let mut page = json!({"results": results});
        if let Some((next, _)) = ends.iter().nth(INLINE_ASSOCIATIONS) {
            let link = format!(
                "https://api.hubapi.com/crm/v3/objects/{}/{id}/associations/{}?after={next}",
                kind.plural(),
                to.plural()
            );
            page["paging"] = json!({"next": {"after": next.to_string(), "link": link}});
        }
        all.insert(to.plural().into(), page);
    }
    all
}
