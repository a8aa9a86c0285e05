//! From Marketo's activity to a record, and the names of the types (Marketo: "Activities"): names are the same in every
//! instance, numbers need not be. What could be somebody's address, machine or message is left behind.

use std::collections::BTreeMap;
use std::sync::Arc;

use intentd_sdk::permit::Permits;
use intentd_sdk::record::{ActivityRecord, Actor, ExternalId};
use intentd_sdk::{Result, Timestamp};
use tokio::sync::Mutex;

use crate::client::Client;
use crate::paths::{self, Query};
use crate::wire::{Activity, ActivityType};

/// How long the types are believed.
const GOOD_FOR_MS: i64 = 24 * 3_600_000;

/// Attributes that no rule needs and that tell too much about a person (I12).
const LEFT_BEHIND: [&str; 14] = [
    "API Method Name",
    "Client IP Address",
    "Details",
    "Email",
    "Form Fields",
    "Lead ID",
    "Modifying User",
    "Query Parameters",
    "Received by",
    "Request Id",
    "Response",
    "Search Query",
    "Sent by",
    "User Agent",
];

/// Attributes that are web addresses: their query can hold a name or a token.
const ADDRESSES: [&str; 3] = ["Link", "Referrer URL", "Webpage URL"];

/// What the object of an activity is called, and its number.
pub(crate) const PRIMARY: &str = "primaryAttributeValue";
pub(crate) const PRIMARY_ID: &str = "primaryAttributeValueId";

/// The address of a page, as far as Marketo tells it.
const PAGE_URL: &str = "pageUrl";

/// Names by number.
pub(crate) type TypeNames = BTreeMap<u64, String>;

/// The types that the instance has, asked for once a day.
#[derive(Default)]
pub(crate) struct Types {
    learnt: Mutex<Option<(Timestamp, Arc<TypeNames>)>>,
}

impl Types {
    /// Names by number.
    pub(crate) async fn names(&self, client: &Client, permits: &dyn Permits) -> Result<Arc<TypeNames>> {
        let mut learnt = self.learnt.lock().await;
        let now = client.clock.now();
        if let Some((_, names)) = learnt.as_ref().filter(|(at, _)| now.ms_since(*at) < GOOD_FOR_MS) {
            return Ok(Arc::clone(names));
        }
        let answer = client.get::<ActivityType>(permits, &Query::new(paths::ACTIVITY_TYPES)).await?;
        let names = Arc::new(answer.result.into_iter().map(|one| (one.id, one.name)).collect::<TypeNames>());
        *learnt = Some((now, Arc::clone(&names)));
        Ok(names)
    }

    /// The numbers of these types, as far as the instance has them.
    pub(crate) async fn ids(&self, client: &Client, permits: &dyn Permits, wanted: &[&str]) -> Result<Vec<u64>> {
        let names = self.names(client, permits).await?;
        Ok(names.iter().filter(|(_, name)| wanted.contains(&name.as_str())).map(|(id, _)| *id).collect())
    }
}

/// The record of an activity; `None` when it has no identity, nobody who did it, or no instant.
pub(crate) fn record(names: &TypeNames, activity: &Activity) -> Option<ActivityRecord> {
    let type_id = activity.activity_type_id?;
    let kept = activity.attributes.iter().filter(|(name, _)| !LEFT_BEHIND.contains(&name.as_str()));
    let mut attributes: BTreeMap<String, String> = kept
        .map(|(name, value)| {
            let bare = if ADDRESSES.contains(&name.as_str()) { bare_address(value) } else { value };
            (name.clone(), bare.to_owned())
        })
        .filter(|(_, value)| !value.trim().is_empty())
        .collect();
    let primary = [(PRIMARY, &activity.primary_attribute_value), (PRIMARY_ID, &activity.primary_attribute_value_id)];
    for (name, value) in primary {
        if let Some(value) = value.as_deref().filter(|value| !value.trim().is_empty()) {
            attributes.insert(name.to_owned(), bare_address(value).to_owned());
        }
    }
    if let Some(address) = page_address(&attributes) {
        attributes.insert(PAGE_URL.to_owned(), address);
    }
    Some(ActivityRecord {
        remote_id: activity.guid.clone().filter(|guid| !guid.is_empty())?,
        actor: Actor::Contact(ExternalId::new(activity.lead_id.clone()?)),
        occurred_at: activity.at()?,
        // A type that came up since the types were asked for is kept under its number.
        vendor_type: names.get(&type_id).cloned().unwrap_or_else(|| type_id.to_string()),
        attributes,
    })
}

/// Marketo tells the path of a page, and its host only as a part of the page's name: `www.example.com/prices`. A landing page
/// is called otherwise, and its host stays unknown.
fn page_address(attributes: &BTreeMap<String, String>) -> Option<String> {
    let url = attributes.get("Webpage URL")?;
    if url.contains("://") {
        return Some(url.clone());
    }
    let name = attributes.get(PRIMARY)?;
    let host = name.strip_suffix(url.as_str()).filter(|host| !host.is_empty() && url.starts_with('/'))?;
    let is_host = host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':'));
    is_host.then(|| name.clone())
}

/// A web address without query and fragment. Names of assets have neither, or keep what stands before it.
fn bare_address(text: &str) -> &str {
    let looks_like_an_address = text.contains('/') && !text.contains(' ');
    match text.split(['?', '#']).next() {
        Some(bare) if looks_like_an_address => bare,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_activity_keeps_what_rules_use_and_leaves_the_person_behind() {
        let activity: Activity = serde_json::from_str(
            r#"{"id":102988,"marketoGUID":"102988","leadId":7,"activityDate":"2026-01-16T23:32:19Z","activityTypeId":1,
                "campaignId":1234,"primaryAttributeValueId":71,"primaryAttributeValue":"www.example.com/prices?mkt_tok=x",
                "attributes":[{"name":"Client IP Address","value":"10.0.19.252"},{"name":"User Agent","value":"Mozilla"},
                 {"name":"Webpage URL","value":"/prices?email=ann%40example.com"},{"name":"Is Bot Activity","value":false},
                 {"name":"Query Parameters","value":"email=ann"},{"name":"Empty","value":null}]}"#,
        )
        .unwrap();
        let names = TypeNames::from([(1, "Visit Webpage".to_owned())]);
        let record = record(&names, &activity).unwrap();
        assert_eq!((record.remote_id.as_str(), record.vendor_type.as_str()), ("102988", "Visit Webpage"));
        assert_eq!(record.actor, Actor::Contact("7".into()));
        let attributes: Vec<_> = record.attributes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        assert_eq!(
            attributes,
            [
                "Is Bot Activity=false",
                "Webpage URL=/prices",
                "pageUrl=www.example.com/prices",
                "primaryAttributeValue=www.example.com/prices",
                "primaryAttributeValueId=71"
            ]
        );
    }

    #[test]
    fn a_type_without_a_name_keeps_its_number_and_an_activity_without_identity_is_none() {
        let activity = |text: &str| serde_json::from_str::<Activity>(text).unwrap();
        let strange = activity(
            r#"{"marketoGUID":"a","leadId":7,"activityDate":"2014-09-17T22:31:49+0000","activityTypeId":100001}"#,
        );
        assert_eq!(record(&TypeNames::new(), &strange).unwrap().vendor_type, "100001");
        let nameless = activity(r#"{"id":5,"leadId":7,"activityDate":"2014-09-17T22:31:49+0000","activityTypeId":1}"#);
        assert_eq!(record(&TypeNames::new(), &nameless), None);
    }
}
