//! From the cells of an export file to the records that Marketo's other answers hold, so that both are converted by the same
//! functions. A row that cannot be understood is left out; the certificate then names the difference (I14).

use std::collections::BTreeMap;

use intentd_sdk::record::Item;
use intentd_sdk::source::Selection;
use serde_json::{Map, Value, json};

use super::csv::Row;
use super::job::{ACTIVITY_COLUMNS, lead_columns};
use super::windows::Export;
use crate::activity::{self, TypeNames};
use crate::lead;
use crate::wire::{Activity, Record};

/// What a piece of an export holds.
#[derive(Debug)]
pub(super) enum Rows {
    Leads(Vec<Record>),
    Activities(Vec<Activity>),
}

/// Whether a file with these columns is what was asked for.
pub(super) fn has_all_columns(export: &Export, header: &[String]) -> bool {
    let has = |name: &str| header.iter().any(|column| column == name);
    match export {
        Export::Leads { fields } => lead_columns(fields).iter().all(|name| has(name)),
        Export::Activities { .. } => ACTIVITY_COLUMNS.iter().all(|name| has(name)),
    }
}

/// The records of these rows. Rows that are no records are left out.
pub(super) fn records(export: &Export, header: &[String], rows: impl Iterator<Item = Row>) -> Rows {
    let named = rows.filter(|row| row.len() == header.len()).map(|row| header.iter().cloned().zip(row));
    match export {
        Export::Leads { .. } => {
            Rows::Leads(named.map(|cells| Record(cells.collect())).filter(|lead| lead.id().is_some()).collect())
        }
        Export::Activities { .. } => Rows::Activities(named.filter_map(|cells| activity_of(cells.collect())).collect()),
    }
}

/// Whose columns tell whether somebody is a contact.
const TELLING: &str = "isAnonymous";

/// What records become. `aside` counts leads that are no contacts: browsers that came by without a name.
#[derive(Debug, Default)]
pub(super) struct Converted {
    pub(super) items: Vec<Item>,
    pub(super) aside: u64,
}

impl Rows {
    /// The items of these records.
    pub(super) fn convert(self, header: &[String], selection: &Selection, names: &TypeNames) -> Converted {
        let mut converted = Converted::default();
        match self {
            Rows::Leads(leads) => {
                let tells = header.iter().any(|column| column == TELLING);
                for one in &leads {
                    if tells && lead::is_anonymous(one) {
                        converted.aside += 1;
                    } else {
                        converted.items.extend(lead::contact(one, selection, header, &[]).map(Item::Object));
                    }
                }
            }
            Rows::Activities(activities) => {
                let records = activities.iter().filter_map(|one| activity::record(names, one));
                converted.items.extend(records.map(Item::Activity));
            }
        }
        converted
    }
}

/// An activity as the REST API would write it.
fn activity_of(mut cells: BTreeMap<String, Option<String>>) -> Option<Activity> {
    let attributes = match cells.remove("attributes").flatten() {
        Some(text) if !text.trim().is_empty() => serde_json::from_str::<Map<String, Value>>(&text).ok()?,
        _ => Map::new(),
    };
    let attributes: Vec<Value> =
        attributes.into_iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
    let mut fields: Map<String, Value> =
        cells.into_iter().map(|(name, cell)| (name, cell.map_or(Value::Null, Value::String))).collect();
    fields.insert("attributes".to_owned(), Value::Array(attributes));
    let activity: Activity = serde_json::from_value(Value::Object(fields)).ok()?;
    (activity.guid.is_some() && activity.lead_id.is_some() && activity.at().is_some()).then_some(activity)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::csv;

    fn table(export: &Export, text: &str) -> Rows {
        let mut rows = csv::parse(text.as_bytes(), true).rows.into_iter();
        let header: Vec<String> = rows.next().unwrap().into_iter().map(Option::unwrap).collect();
        assert!(has_all_columns(export, &header));
        records(export, &header, rows)
    }

    #[test]
    fn an_activity_of_a_file_is_the_activity_of_the_rest_api() {
        // The example of Marketo's own page on bulk activity extract.
        let text = "marketoGUID,leadId,activityDate,activityTypeId,campaignId,primaryAttributeValueId,\
                    primaryAttributeValue,attributes\n\
                    783958220,5414094,2022-02-13T14:08:50Z,104,17240,3569,SuccessWebCPS,\"{\"\"Program Member ID\"\":\
                    3240305,\"\"Acquired By\"\":false,\"\"Old Status\"\":\"\"Not in Program\"\",\"\"New Status ID\"\":\
                    6,\"\"Success\"\":true,\"\"New Status\"\":\"\"Attended\"\",\"\"Old Status ID\"\":null}\"\n\
                    783958221,5414094,2022-02-13T14:08:51Z,1,null,null,null,null\n\
                    783958222,5414094,2022-02-13T14:08:52Z,1,null,null,null,{oops\n\
                    null,5414094,2022-02-13T14:08:52Z,1,null,null,null,{}\n\
                    783958223,5414094\n";
        let Rows::Activities(activities) = table(&Export::Activities { type_ids: vec![] }, text) else {
            panic!("activities were asked for");
        };
        let rest = r#"{"id":1,"marketoGUID":"783958220","leadId":5414094,"activityDate":"2022-02-13T14:08:50Z",
            "activityTypeId":104,"campaignId":17240,"primaryAttributeValueId":3569,
            "primaryAttributeValue":"SuccessWebCPS","attributes":[{"name":"Program Member ID","value":3240305},
            {"name":"Acquired By","value":false},{"name":"Old Status","value":"Not in Program"},
            {"name":"New Status ID","value":6},{"name":"Success","value":true},
            {"name":"New Status","value":"Attended"}]}"#;
        let rest: Activity = serde_json::from_str(rest).unwrap();
        assert_eq!(format!("{:?}", activities[0]), format!("{rest:?}"));
        let ids: Vec<&str> = activities.iter().filter_map(|activity| activity.guid.as_deref()).collect();
        assert_eq!(ids, ["783958220", "783958221"], "broken rows are left out");
        assert_eq!(activities[1].primary_attribute_value, None);
    }

    #[test]
    fn a_lead_of_a_file_is_the_lead_of_the_rest_api() {
        let export = Export::Leads { fields: vec!["email".into(), "intentScore".into()] };
        let Rows::Leads(leads) = table(&export, "email,intentScore,id\na@example.com,null,7\nnull,3,null\n,87,8\n")
        else {
            panic!("leads were asked for");
        };
        let rest: Record = serde_json::from_str(r#"{"id":7,"email":"a@example.com","intentScore":null}"#).unwrap();
        assert_eq!(leads[0], rest);
        assert_eq!(leads.len(), 2, "a row without a number is no lead");
    }

    #[test]
    fn a_file_without_a_wanted_column_is_another_file() {
        let export = Export::Leads { fields: vec!["email".into()] };
        assert!(!has_all_columns(&export, &["id".to_owned()]));
        assert!(has_all_columns(&export, &["id".to_owned(), "email".to_owned(), "more".to_owned()]));
    }
}
