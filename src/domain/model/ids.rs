//! Local ids. Small dense integers that the store assigns; a vendor's id is never one of them.

use serde::{Deserialize, Serialize};

macro_rules! local_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub i64);

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

local_id! {
    /// One person across all connections.
    ContactId
}
local_id! {
    /// One organisation across all connections.
    CompanyId
}
local_id! {
    /// One sales opportunity.
    DealId
}
