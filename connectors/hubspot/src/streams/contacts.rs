//! The stream `contacts`.

use intentd_sdk::record::ObjectKind;

use super::objects::ObjectStream;

/// Contacts with the selected properties.
pub(super) static CONTACTS: ObjectStream = ObjectStream {
    kind: ObjectKind::Contact,
    name: "contacts",
    title: "Contacts with the properties that mappings use",
    scopes: &["crm.objects.contacts.read"],
    associated: &[],
};
