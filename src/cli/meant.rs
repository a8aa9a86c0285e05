//! Which company, group, workflow or view somebody means on the command line, and how they are called in answers.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use intentd_sdk::record::ObjectKind;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::Failure;
use crate::domain::buying_group::GroupId;
use crate::domain::identity::FreeMail;
use crate::domain::model::{ActivityObject, CompanyId, ContactId, Fields, Value};
use crate::rules::RuleSet;
use crate::store::{GroupRow, LoadedCompany, Store};

/// Says that an id is our own.
const LOCAL: &str = "local/";

/// The one company that somebody means: by domain, by its record's id at a vendor, by `local/` and our id, else by its name.
pub(crate) async fn company(store: &Store, rules: &RuleSet, text: &str) -> Result<LoadedCompany, Failure> {
    let text = text.trim();
    let free_mail = FreeMail::new(&rules.identity.free_mail);
    let mut ids: Vec<CompanyId> = match text.strip_prefix(LOCAL).and_then(|id| id.parse().ok()) {
        Some(id) => vec![CompanyId(id)],
        None => {
            let key = free_mail.company_domain(text);
            let found = store.find_locals(ObjectKind::Company, key.as_deref(), text).await?;
            found.into_iter().map(CompanyId).collect()
        }
    };
    if ids.is_empty() {
        ids = store.find_companies_by_name(text).await?;
    }
    let mut loaded = store.load_companies(&ids).await?;
    match (loaded.len(), loaded.pop_first()) {
        (1, Some((_, company))) => Ok(company),
        (_, None) => Err(Failure::Input(format!(
            "no company with the domain, record id or name `{text}`; has it been synced? `intentd status` tells"
        ))),
        (count, Some((first, _))) => {
            let others: Vec<String> =
                std::iter::once(first).chain(loaded.into_keys()).map(|id| format!("{LOCAL}{id}")).collect();
            Err(Failure::Input(format!("{count} companies match `{text}`; give one of {}", others.join(", "))))
        }
    }
}

/// The one buying group that somebody means: by its number, else by its name.
pub(crate) async fn group(store: &Store, text: &str) -> Result<GroupRow, Failure> {
    let wanted = text.trim().to_lowercase();
    let id = wanted.parse().ok().map(GroupId);
    let groups = store.list_groups().await?;
    let mut found: Vec<GroupRow> = groups.iter().filter(|row| Some(row.id) == id).cloned().collect();
    if found.is_empty() {
        found = groups.into_iter().filter(|row| row.name.to_lowercase() == wanted).collect();
    }
    match found.len() {
        1 => Ok(found.remove(0)),
        0 => Err(Failure::Input(format!(
            "there is no buying group `{}`; `intentd groups list --search WORD` lists them",
            text.trim()
        ))),
        count => {
            let ids: Vec<String> = found.iter().map(|row| row.id.0.to_string()).collect();
            Err(Failure::Input(format!("{count} groups have this name; give a number: {}", ids.join(", "))))
        }
    }
}

/// The thing of this name, or what there is instead.
pub(crate) fn named<'a, T>(
    what: &str,
    all: &'a [T],
    name: impl Fn(&T) -> &str,
    wanted: &str,
) -> Result<&'a T, Failure> {
    all.iter().find(|item| name(item) == wanted).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(&name).collect();
        let instead =
            if names.is_empty() { "the rules have none".into() } else { format!("there are: {}", names.join(", ")) };
        Failure::Input(format!("there is no {what} `{wanted}`; {instead}"))
    })
}

/// A field as text, unless it is empty.
pub(crate) fn text_of(fields: &Fields, field: &str) -> Option<String> {
    fields.get(field).map(ToString::to_string).filter(|text| !text.trim().is_empty())
}

/// A person's name, else its e-mail address, else its number.
pub(crate) fn person_name(id: ContactId, fields: &Fields) -> String {
    let parts: Vec<String> = ["first_name", "last_name"].iter().filter_map(|field| text_of(fields, field)).collect();
    match parts.as_slice() {
        [] => text_of(fields, "email").unwrap_or_else(|| format!("contact {id}")),
        parts => parts.join(" "),
    }
}

/// The names of people, by contact.
pub(crate) async fn person_names(
    store: &Store,
    contacts: &[ContactId],
) -> Result<BTreeMap<ContactId, String>, Failure> {
    let fields = store.load_contact_fields(contacts).await?;
    Ok(contacts
        .iter()
        .map(|id| (*id, fields.get(id).map_or_else(|| format!("contact {id}"), |fields| person_name(*id, fields))))
        .collect())
}

/// The page of an activity: host and path.
pub(crate) fn page(object: Option<&ActivityObject>) -> String {
    let part = |name: &str| object.and_then(|object| object.get(name)).map_or("", String::as_str);
    match (part("host"), part("path")) {
        ("", "") => "unknown page".to_owned(),
        (host, "") => host.to_owned(),
        (host, path) => format!("{host}{path}"),
    }
}

/// What an activity was about: the mailing, page title or form, else the page.
pub(crate) fn about(object: Option<&ActivityObject>) -> Option<String> {
    let object = object?;
    let named = ["asset", "form", "link"].iter().find_map(|name| object.get(*name)).cloned();
    named.or_else(|| object.contains_key("path").then(|| page(Some(object))))
}

/// A true or false field; anything else is not true.
pub(crate) fn is_true(fields: &Fields, field: &str) -> bool {
    fields.get(field) == Some(&Value::Bool(true))
}

/// An instant that somebody wrote. A day means its end: everything of that day counts.
pub(crate) fn as_of(text: Option<&str>, now: Timestamp, zone: &TimeZone) -> Result<Timestamp, Failure> {
    let Some(text) = text else { return Ok(now) };
    if let Ok(date) = text.parse::<Date>() {
        let end = date
            .tomorrow()
            .and_then(|next| next.to_zoned(zone.clone()))
            .map_err(|error| Failure::Input(format!("{text}: {error}")))?;
        return Ok(Timestamp::from(end.timestamp()).plus_ms(-1000));
    }
    Timestamp::parse(text).ok_or_else(|| {
        Failure::Input(format!("`{text}` is neither a day nor an instant; write 2026-11-01 or 2026-11-01T12:00:00Z"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_pages_are_called_by_what_is_known_of_them() {
        let text = |value: &str| Value::Text(value.to_owned());
        let mut fields = Fields::from([("email".to_owned(), text("ann@example.com"))]);
        assert_eq!(person_name(ContactId(7), &Fields::new()), "contact 7");
        assert_eq!(person_name(ContactId(7), &fields), "ann@example.com");
        fields.insert("last_name".to_owned(), text("Berg"));
        fields.insert("first_name".to_owned(), text("Ann"));
        assert_eq!(person_name(ContactId(7), &fields), "Ann Berg");

        let object = |pairs: &[(&str, &str)]| -> ActivityObject {
            pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
        };
        assert_eq!(page(Some(&object(&[("host", "example.com"), ("path", "/prices")]))), "example.com/prices");
        assert_eq!(page(None), "unknown page");
        assert_eq!(about(Some(&object(&[("host", "example.com"), ("path", "/a")]))).as_deref(), Some("example.com/a"));
        assert_eq!(about(Some(&object(&[("asset", "News"), ("path", "/a")]))).as_deref(), Some("News"));
        assert_eq!(about(Some(&object(&[]))), None);
    }

    #[test]
    fn a_day_means_its_end_in_the_workspaces_zone() {
        let zone = TimeZone::get("Europe/Stockholm").unwrap();
        let now = Timestamp::from_secs(0);
        assert_eq!(as_of(None, now, &zone).unwrap(), now);
        assert_eq!(as_of(Some("2026-11-01"), now, &zone).unwrap().to_string(), "2026-11-01T22:59:59.000Z");
        assert!(as_of(Some("last week"), now, &zone).is_err());
    }
}
