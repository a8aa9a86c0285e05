//! By which words a record is found: a person's e-mail addresses, a company's registrable domains. Keys are compared
//! case-folded; the values themselves are kept as the vendor wrote them.

use intentd_sdk::record::ObjectKind;

use super::rules::FreeMail;
use crate::domain::model::{Fields, Value};

/// The field whose value joins records of a kind: a person's e-mail, a company's domain. Deals join by nothing.
pub const fn key_field(kind: ObjectKind) -> Option<&'static str> {
    match kind {
        ObjectKind::Contact => Some("email"),
        ObjectKind::Company => Some("domain"),
        ObjectKind::Deal => None,
    }
}

/// The field that holds further keys of the same record, if the mapping fills it.
pub const fn secondary_key_field(kind: ObjectKind) -> Option<&'static str> {
    match kind {
        ObjectKind::Contact => Some("other_emails"),
        ObjectKind::Company => Some("other_domains"),
        ObjectKind::Deal => None,
    }
}

/// Folds a key: surrounding space and case do not distinguish people. Empty is no key.
pub fn fold_key(text: &str) -> Option<String> {
    let folded = text.trim().to_lowercase();
    (!folded.is_empty()).then_some(folded)
}

/// A value as a key of its kind; a company's key is the domain that it registered, which a mail provider's is not.
fn key(kind: ObjectKind, text: &str, free_mail: &FreeMail) -> Option<String> {
    match kind {
        ObjectKind::Company => free_mail.company_domain(text),
        ObjectKind::Contact | ObjectKind::Deal => fold_key(text),
    }
}

/// The primary key among a record's fields.
pub fn primary_key(kind: ObjectKind, fields: &Fields, free_mail: &FreeMail) -> Option<String> {
    match fields.get(key_field(kind)?)? {
        Value::Text(text) => key(kind, text, free_mail),
        _ => None,
    }
}

/// Further keys among a record's fields, without the primary one; sorted.
pub fn secondary_keys(kind: ObjectKind, fields: &Fields, free_mail: &FreeMail) -> Vec<String> {
    let primary = primary_key(kind, fields, free_mail);
    let texts: Vec<&str> = match secondary_key_field(kind).and_then(|name| fields.get(name)) {
        Some(Value::Text(text)) => text.split(';').collect(),
        Some(Value::Set(values)) => values.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    };
    let mut keys: Vec<String> = texts
        .into_iter()
        .filter_map(|text| key(kind, text, free_mail))
        .filter(|key| Some(key) != primary.as_ref())
        .collect();
    keys.sort();
    keys.dedup();
    keys
}

/// All keys of a record, the primary one first.
pub fn keys(kind: ObjectKind, fields: &Fields, free_mail: &FreeMail) -> Vec<String> {
    let secondary = secondary_keys(kind, fields, free_mail);
    primary_key(kind, fields, free_mail).into_iter().chain(secondary).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secondary_addresses_are_keys_too() {
        let fields: Fields = [
            ("email".to_owned(), Value::Text("a@x.example".into())),
            ("other_emails".to_owned(), Value::Text("B@x.example;a@x.example; ".into())),
        ]
        .into();
        let none = FreeMail::default();
        assert_eq!(primary_key(ObjectKind::Contact, &fields, &none).as_deref(), Some("a@x.example"));
        assert_eq!(secondary_keys(ObjectKind::Contact, &fields, &none), ["b@x.example"]);
        assert_eq!(keys(ObjectKind::Contact, &fields, &none), ["a@x.example", "b@x.example"]);
    }

    #[test]
    fn a_company_is_known_by_what_it_registered_and_never_by_a_mail_provider() {
        let free = FreeMail::new(&["gmail.com".to_owned()]);
        let with = |domain: &str| Fields::from([("domain".to_owned(), Value::Text(domain.into()))]);
        assert_eq!(
            primary_key(ObjectKind::Company, &with("https://www.Shop.acme.co.uk/x"), &free).as_deref(),
            Some("acme.co.uk")
        );
        assert_eq!(primary_key(ObjectKind::Company, &with("gmail.com"), &free), None);
        assert_eq!(primary_key(ObjectKind::Company, &with("n/a"), &free), None);
    }
}
