//! The stream `companies`.

use intentd_sdk::record::ObjectKind;

use super::objects::ObjectStream;

/// Companies with the selected properties.
pub(super) static COMPANIES: ObjectStream = ObjectStream {
    kind: ObjectKind::Company,
    name: "companies",
    title: "Companies with the properties that mappings use",
    scopes: &["crm.objects.companies.read"],
    associated: &[],
};
