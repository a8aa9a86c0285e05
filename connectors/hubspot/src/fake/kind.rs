//! The object types of the fake account and what differs between them: names, type ids, and which property carries the
//! time of the last change.

use serde::{Deserialize, Serialize};

/// A CRM object type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Contact,
    Company,
    Deal,
    Call,
    Email,
    Meeting,
    Note,
    Task,
    Communication,
}

impl Kind {
    /// Every object type of the account.
    pub const ALL: [Kind; 9] = [
        Kind::Contact,
        Kind::Company,
        Kind::Deal,
        Kind::Call,
        Kind::Email,
        Kind::Meeting,
        Kind::Note,
        Kind::Task,
        Kind::Communication,
    ];

    /// For example `contact`.
    pub fn singular(self) -> &'static str {
        self.names().0
    }

    /// For example `contacts`, the name in paths.
    pub fn plural(self) -> &'static str {
        self.names().1
    }

    /// For example `0-1`.
    pub fn type_id(self) -> &'static str {
        self.names().2
    }

    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Kind::Contact => ("contact", "contacts", "0-1"),
            Kind::Company => ("company", "companies", "0-2"),
            Kind::Deal => ("deal", "deals", "0-3"),
            Kind::Call => ("call", "calls", "0-48"),
            Kind::Email => ("email", "emails", "0-49"),
            Kind::Meeting => ("meeting", "meetings", "0-47"),
            Kind::Note => ("note", "notes", "0-46"),
            Kind::Task => ("task", "tasks", "0-27"),
            Kind::Communication => ("communication", "communications", "0-18"),
        }
    }

    /// The property with the time of the last change: `lastmodifieddate` for contacts, `hs_lastmodifieddate` for all
    /// others.
    pub fn modified_property(self) -> &'static str {
        match self {
            Kind::Contact => "lastmodifieddate",
            _ => "hs_lastmodifieddate",
        }
    }

    /// The property with the time of creation.
    pub fn created_property(self) -> &'static str {
        match self {
            Kind::Contact | Kind::Company | Kind::Deal => "createdate",
            _ => "hs_createdate",
        }
    }

    /// What a read returns when no property is named (documentation: "CRM objects, default properties").
    pub fn default_properties(self) -> &'static [&'static str] {
        match self {
            Kind::Contact => &["createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"],
            Kind::Company => &["createdate", "domain", "hs_lastmodifieddate", "hs_object_id", "name"],
            Kind::Deal => &[
                "amount",
                "closedate",
                "createdate",
                "dealname",
                "dealstage",
                "hs_lastmodifieddate",
                "hs_object_id",
                "pipeline",
            ],
            _ => &["hs_createdate", "hs_lastmodifieddate", "hs_object_id"],
        }
    }

    /// Calls, e-mails, meetings, notes, tasks and communications.
    pub fn is_engagement(self) -> bool {
        !matches!(self, Kind::Contact | Kind::Company | Kind::Deal)
    }

    /// The part of scope names; engagements are read and written with the contact scopes.
    pub fn scope_area(self) -> &'static str {
        match self {
            Kind::Company => "companies",
            Kind::Deal => "deals",
            _ => "contacts",
        }
    }

    /// Reads the name in a path: plural, singular (any case) or type id.
    pub fn parse(text: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| {
            text.eq_ignore_ascii_case(kind.plural())
                || text.eq_ignore_ascii_case(kind.singular())
                || text == kind.type_id()
        })
    }
}
