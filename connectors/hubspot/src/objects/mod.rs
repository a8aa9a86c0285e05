//! CRM objects in general: what a type is called, and the two ways to read it completely: by id through the list
//! endpoint, by time through the search endpoint.

pub(crate) mod by_id;
pub(crate) mod by_time;
pub(crate) mod calls;
pub(crate) mod record;
pub(crate) mod search;

use intentd_sdk::permit::Permits;
use intentd_sdk::record::ObjectKind;
use intentd_sdk::source::Mirror;

use crate::client::Client;

/// One type of CRM object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ObjectType {
    /// As it stands in addresses.
    pub(crate) path: &'static str,
    /// The last-modified property: contacts have their own.
    pub(crate) modified: &'static str,
}

/// The type of a mirrored kind.
pub(crate) fn type_of(kind: ObjectKind) -> ObjectType {
    match kind {
        ObjectKind::Contact => ObjectType { path: "contacts", modified: "lastmodifieddate" },
        ObjectKind::Company => ObjectType { path: "companies", modified: "hs_lastmodifieddate" },
        ObjectKind::Deal => ObjectType { path: "deals", modified: "hs_lastmodifieddate" },
    }
}

/// What reading one type of object needs.
#[derive(Clone, Copy)]
pub(crate) struct Reader<'a> {
    pub(crate) client: &'a Client,
    pub(crate) permits: &'a dyn Permits,
    /// What the daemon holds of which kind, for objects that are mirrored.
    pub(crate) mirror: Option<(&'a dyn Mirror, ObjectKind)>,
    pub(crate) object: ObjectType,
    /// Properties to ask for. Sorted, with those that reading itself needs.
    pub(crate) properties: &'a [String],
}
