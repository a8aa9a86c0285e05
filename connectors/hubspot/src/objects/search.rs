//! The search call of one object type (HubSpot: "Search the CRM").

use http::Method;
use intentd_sdk::Result;
use intentd_sdk::http::Request;
use serde::Serialize;

use super::Reader;
use crate::limits::SEARCH;
use crate::wire::SearchAnswer;

/// Most records per search page.
pub(crate) const PAGE: u64 = 200;
/// A search shows no more than this many records, whatever it counts.
pub(crate) const DEPTH: u64 = 10_000;
/// Longer bodies are answered with 400; a little room is kept for larger offsets.
const LONGEST_BODY: usize = 2_900;

/// What a search looks for.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Query<'a> {
    filter_groups: Vec<FilterGroup<'a>>,
    sorts: Vec<Sort<'a>>,
    properties: &'a [String],
    limit: u64,
    after: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct FilterGroup<'a> {
    filters: Vec<Filter<'a>>,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Filter<'a> {
    property_name: &'a str,
    operator: &'static str,
    value: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    high_value: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Sort<'a> {
    #[serde(rename = "propertyName")]
    property_name: &'a str,
    direction: &'static str,
}

impl<'a> Filter<'a> {
    /// Both ends included.
    pub(crate) fn between(property: &'a str, low: impl ToString, high: impl ToString) -> Filter<'a> {
        let high = Some(high.to_string());
        Filter { property_name: property, operator: "BETWEEN", value: low.to_string(), high_value: high }
    }

    /// Exactly this.
    pub(crate) fn equal(property: &'a str, value: impl ToString) -> Filter<'a> {
        Filter { property_name: property, operator: "EQ", value: value.to_string(), high_value: None }
    }

    /// This or more.
    pub(crate) fn at_least(property: &'a str, value: impl ToString) -> Filter<'a> {
        Filter { property_name: property, operator: "GTE", value: value.to_string(), high_value: None }
    }
}

impl<'a> Query<'a> {
    /// All conditions together, sorted by one property.
    pub(crate) fn new(filters: Vec<Filter<'a>>, sort: &'a str, ascending: bool) -> Query<'a> {
        let direction = if ascending { "ASCENDING" } else { "DESCENDING" };
        Query {
            filter_groups: if filters.is_empty() { Vec::new() } else { vec![FilterGroup { filters }] },
            sorts: vec![Sort { property_name: sort, direction }],
            properties: &[],
            limit: 1,
            after: "0".to_owned(),
        }
    }

    /// This many records from this place on.
    pub(crate) fn page(mut self, offset: u64, limit: u64) -> Query<'a> {
        self.after = offset.to_string();
        self.limit = limit;
        self
    }

    /// This many records from the place that HubSpot's own cursor names.
    pub(crate) fn page_at(mut self, after: &str, limit: u64) -> Query<'a> {
        self.after = after.to_owned();
        self.limit = limit;
        self
    }

    /// Asks for these properties as well, if the body has room for them; says whether it has.
    pub(crate) fn with_properties(mut self, properties: &'a [String], fallback: &'a [String]) -> (Query<'a>, bool) {
        self.properties = properties;
        let fits = serde_json::to_string(&self).is_ok_and(|body| body.chars().count() <= LONGEST_BODY);
        if !fits {
            self.properties = fallback;
        }
        (self, fits)
    }
}

impl Reader<'_> {
    /// One search call.
    pub(crate) async fn search(&self, query: &Query<'_>) -> Result<SearchAnswer> {
        let path = format!("{}/search", self.client.paths.objects(self.object.path));
        self.client.read(self.permits, SEARCH, Request::json(Method::POST, path, query)).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_what_hubspot_documents() {
        let filters = vec![Filter::between("lastmodifieddate", 1000, 2000)];
        let query = Query::new(filters, "lastmodifieddate", true).page(200, 200);
        assert_eq!(
            serde_json::to_value(&query).unwrap(),
            serde_json::json!({
                "filterGroups": [{"filters": [{"propertyName": "lastmodifieddate", "operator": "BETWEEN",
                    "value": "1000", "highValue": "2000"}]}],
                "sorts": [{"propertyName": "lastmodifieddate", "direction": "ASCENDING"}],
                "properties": [], "limit": 200, "after": "200"
            })
        );
    }

    #[test]
    fn properties_that_make_the_body_too_long_stay_out() {
        let few = vec!["email".to_owned()];
        let many: Vec<String> = (0..200).map(|number| format!("custom_property_{number}")).collect();
        assert!(Query::new(vec![], "hs_object_id", true).with_properties(&few, &[]).1);
        let (query, fits) = Query::new(vec![], "hs_object_id", true).with_properties(&many, &few);
        assert!(!fits);
        assert_eq!(query.properties, few);
    }
}
