//! The stream `deals`. Deals are few, so the companies and contacts of each page of deals are read along with it.

use intentd_sdk::record::ObjectKind;

use super::objects::ObjectStream;

/// Deals with the selected properties, their companies and contacts.
pub(super) static DEALS: ObjectStream = ObjectStream {
    kind: ObjectKind::Deal,
    name: "deals",
    title: "Deals with their companies and contacts",
    scopes: &["crm.objects.deals.read"],
    associated: &[ObjectKind::Company, ObjectKind::Contact],
};
