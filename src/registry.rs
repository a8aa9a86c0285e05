//! The explicit list of connectors: one line each. The only file outside the fakes that names a connector's crate.

use intentd_sdk::connector::ConnectorKind;

/// Every vendor this program can talk to.
pub fn vendors() -> [&'static dyn ConnectorKind; 2] {
    [intentd_hubspot::kind(), intentd_marketo::kind()]
}

/// The vendor with this word in the configuration.
pub fn find(vendor: &str) -> Option<&'static dyn ConnectorKind> {
    vendors().into_iter().find(|kind| kind.vendor() == vendor)
}
