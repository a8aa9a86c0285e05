//! Who came by without a name: leads of web activities that are anonymous are delivered as visitors, with the organisation
//! and the country that Marketo inferred from their address.

use std::collections::BTreeSet;

use intentd_sdk::Result;
use intentd_sdk::record::Item;

use super::{Reading, activities, by_id};
use crate::fields::Object;
use crate::lead::{INFERRED, TELLING, is_anonymous, visitor};
use crate::wire::Record;

/// What a browser can do without a name.
const WEB: [&str; 3] = ["Click Link", "Fill Out Form", "Visit Webpage"];

/// Adds the visitors among the actors of these activities.
pub(super) async fn add(reading: &Reading<'_>, items: &mut Vec<Item>) -> Result<()> {
    let ids: BTreeSet<String> = items
        .iter()
        .filter_map(|item| match item {
            Item::Activity(record) if WEB.contains(&record.vendor_type.as_str()) => activities::lead_of(record),
            _ => None,
        })
        .filter(|id| !reading.known.has(id))
        .map(str::to_owned)
        .collect();
    if ids.is_empty() {
        return Ok(());
    }
    let ids: Vec<String> = ids.into_iter().collect();
    let known = reading.fields.of(reading.client, reading.context.permits, Object::Lead).await?;
    let mut fields: Vec<String> = TELLING.into_iter().chain(INFERRED).map(str::to_owned).collect();
    fields.retain(|name| known.contains_key(name) || name == "id");
    for some in ids.chunks(by_id::AT_MOST) {
        let leads = by_id::leads(reading, some, &fields).await?;
        reading.known.add(leads.iter().filter(|lead| !is_anonymous(lead)).filter_map(Record::id));
        items.extend(leads.iter().filter(|lead| is_anonymous(lead)).filter_map(visitor));
    }
    Ok(())
}
