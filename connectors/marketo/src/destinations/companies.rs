//! Values of companies. Those of leads are found by `externalCompanyId` (Marketo: "Sync Companies"), named accounts by their
//! own id (Marketo: "Sync Named Accounts"). What a CRM manages is refused by Marketo, and the refusal says so.

use std::collections::BTreeMap;

use intentd_sdk::Result;
use intentd_sdk::change::{Change, Held, Outcome};
use intentd_sdk::permit::Permits;
use intentd_sdk::record::ExternalId;
use serde_json::Value;

use super::BATCH;
use super::records::{self, Target, looked_up, update_only};
use crate::connector::Marketo;
use crate::fields::Object;
use crate::paths::{COMPANIES, NAMED_ACCOUNTS, Query};
use crate::streams::ACCOUNT;
use crate::wire::Record;

const COMPANY_KEY: &str = "externalCompanyId";
const ACCOUNT_KEY: &str = "marketoGUID";

/// One of the two things that are companies outside this crate.
struct Home {
    target: Target,
    key: &'static str,
    /// How its ids begin outside this crate.
    prefix: &'static str,
}

fn company() -> Home {
    let target = Target {
        object: Object::Company,
        path: COMPANIES,
        frame: update_only(("dedupeBy", "dedupeFields")),
        key: |id| Some((COMPANY_KEY, Value::from(id.as_str()))),
    };
    Home { target, key: COMPANY_KEY, prefix: "" }
}

fn account() -> Home {
    let target = Target {
        object: Object::NamedAccount,
        path: NAMED_ACCOUNTS,
        frame: update_only(("dedupeBy", "idField")),
        key: |id| Some((ACCOUNT_KEY, Value::from(id.as_str().strip_prefix(ACCOUNT)?))),
    };
    Home { target, key: ACCOUNT_KEY, prefix: ACCOUNT }
}

fn is_account(id: &ExternalId) -> bool {
    id.as_str().starts_with(ACCOUNT)
}

/// Writes values of companies.
pub(super) async fn push(marketo: &Marketo, permits: &dyn Permits, changes: &[&Change]) -> Result<Vec<Outcome>> {
    let (accounts, companies): (Vec<&Change>, Vec<&Change>) = changes.iter().partition(|change| is_account(&change.id));
    let mut outcomes = Vec::with_capacity(changes.len());
    for (home, changes) in [(company(), companies), (account(), accounts)] {
        if changes.is_empty() {
            continue;
        }
        match records::push(marketo, permits, &home.target, &changes).await {
            Ok(pushed) => outcomes.extend(pushed),
            Err(error) if outcomes.is_empty() => return Err(error),
            Err(error) => outcomes.extend(records::not_executed(&changes, &error)),
        }
    }
    Ok(outcomes)
}

/// The values that companies have now.
pub(super) async fn look_up(
    marketo: &Marketo,
    permits: &dyn Permits,
    ids: &[ExternalId],
    properties: &[String],
) -> Result<BTreeMap<ExternalId, Held>> {
    let (accounts, companies): (Vec<&ExternalId>, Vec<&ExternalId>) = ids.iter().partition(|id| is_account(id));
    let mut found = BTreeMap::new();
    for (home, ids) in [(company(), companies), (account(), accounts)] {
        if !ids.is_empty() {
            look_up_in(marketo, permits, &home, &ids, properties, &mut found).await?;
        }
    }
    Ok(found)
}

async fn look_up_in(
    marketo: &Marketo,
    permits: &dyn Permits,
    home: &Home,
    ids: &[&ExternalId],
    properties: &[String],
    found: &mut BTreeMap<ExternalId, Held>,
) -> Result<()> {
    let known = marketo.fields.of(&marketo.client, permits, home.target.object).await?;
    let mut names: Vec<&str> = properties.iter().map(String::as_str).filter(|name| known.contains_key(*name)).collect();
    names.push(home.key);
    // A comma separates keys, so a key with one cannot be asked for; whoever is left out stays unknown.
    let keys: Vec<&str> =
        ids.iter().filter_map(|id| id.as_str().strip_prefix(home.prefix)).filter(|key| !key.contains(',')).collect();
    for keys in keys.chunks(BATCH) {
        let query = Query::new(home.target.path)
            .with("filterType", home.key)
            .with("filterValues", keys.join(","))
            .with("fields", names.join(","));
        for record in marketo.client.get::<Record>(permits, &query).await?.result {
            if let Some(key) = record.value(home.key) {
                let id = ExternalId::from(format!("{}{key}", home.prefix));
                found.insert(id, looked_up(&record.0, properties));
            }
        }
    }
    Ok(())
}
