//! The shipped mappings and rules, embedded, so that a fresh installation runs without a single rule file.

use std::collections::BTreeMap;

/// Path below the mappings folder, and text.
const FILES: &[(&str, &str)] = &[
    ("hubspot/activities.yaml", include_str!("../../mappings/hubspot/activities.yaml")),
    ("hubspot/companies.yaml", include_str!("../../mappings/hubspot/companies.yaml")),
    ("hubspot/contacts.yaml", include_str!("../../mappings/hubspot/contacts.yaml")),
    ("hubspot/deals.yaml", include_str!("../../mappings/hubspot/deals.yaml")),
    ("marketo/activities.yaml", include_str!("../../mappings/marketo/activities.yaml")),
    ("marketo/companies.yaml", include_str!("../../mappings/marketo/companies.yaml")),
    ("marketo/contacts.yaml", include_str!("../../mappings/marketo/contacts.yaml")),
    ("marketo/deals.yaml", include_str!("../../mappings/marketo/deals.yaml")),
    ("rules/buying_groups.yaml", include_str!("../../mappings/rules/buying_groups.yaml")),
    ("rules/engagement.yaml", include_str!("../../mappings/rules/engagement.yaml")),
    ("rules/free_mail.yaml", include_str!("../../mappings/rules/free_mail.yaml")),
    ("rules/identity.yaml", include_str!("../../mappings/rules/identity.yaml")),
    ("rules/intent.yaml", include_str!("../../mappings/rules/intent.yaml")),
    ("rules/markets.yaml", include_str!("../../mappings/rules/markets.yaml")),
    ("rules/scores.yaml", include_str!("../../mappings/rules/scores.yaml")),
    ("rules/views.yaml", include_str!("../../mappings/rules/views.yaml")),
];

/// The shipped files of some vendors, and the rules, by path.
pub fn shipped(vendors: &[&str]) -> BTreeMap<String, String> {
    FILES
        .iter()
        .filter(|(path, _)| {
            path.split_once('/').is_some_and(|(folder, _)| folder == "rules" || vendors.contains(&folder))
        })
        .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
        .collect()
}
