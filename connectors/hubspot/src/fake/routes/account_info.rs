//! Who the account is, and how much of the daily limit is used (documentation: "Account information").

use serde_json::json;

use super::{Need, Route, route};
use crate::fake::call::Call;
use crate::fake::errors::{Answer, Reply};
use crate::fake::limits::{Class::General, zone};

pub(super) const ROUTES: &[Route] = &[
    route("GET", "account-info/details", General, Need::Anybody, details),
    route("GET", "account-info/api-usage/daily/private-apps", General, Need::Anybody, usage),
];

fn details(call: &mut Call<'_>) -> Answer {
    let local = call.now.to_jiff().to_zoned(zone(&call.account.time_zone));
    let seconds = local.offset().seconds();
    let sign = if seconds < 0 { '-' } else { '+' };
    let (hours, minutes) = (seconds.abs() / 3_600, seconds.abs() % 3_600 / 60);
    Ok(Reply::ok(json!({
        "portalId": call.account.portal_id, "accountType": "STANDARD", "timeZone": call.account.time_zone,
        "companyCurrency": "SEK", "additionalCurrencies": ["EUR"],
        "utcOffset": format!("{sign}{hours:02}:{minutes:02}"), "utcOffsetMilliseconds": i64::from(seconds) * 1_000,
        "uiDomain": "app-eu1.hubspot.com", "dataHostingLocation": "eu1",
    })))
}

fn usage(call: &mut Call<'_>) -> Answer {
    let local = call.now.to_jiff().to_zoned(zone(&call.account.time_zone));
    let midnight = local.tomorrow().and_then(|day| day.start_of_day());
    let resets_at = midnight.map_or(call.now, |midnight| midnight.timestamp().into());
    Ok(Reply::ok(json!({"results": [{
        "name": "private-apps-api-calls-daily", "usageLimit": call.config.tier.daily, "currentUsage": call.used_today,
        "collectedAt": call.now.to_string(), "fetchStatus": "SUCCESS", "resetsAt": resets_at.to_string(),
    }]})))
}
