//! What scores are computed from: a contact's fields, segments and activities. Activities are small: type and object are
//! numbers of a dictionary, as they are stored (see `domain::timeline`).

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use super::value::Fields;

/// Number of an activity type in the dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActivityTypeId(pub u16);

/// Number of an activity object in the dictionary; 0 is "no object".
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ActivityObjectId(pub u32);

/// ISO 3166-1 alpha-2 in upper case, packed; 0 is unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Country(pub u16);

impl Country {
    /// From two ASCII letters of any case; anything else is unknown.
    pub fn from_code(code: &str) -> Country {
        match code.trim().as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => {
                Country(u16::from(a.to_ascii_uppercase()) << 8 | u16::from(b.to_ascii_uppercase()))
            }
            _ => Country(0),
        }
    }

    /// The two letters, unless unknown.
    pub fn code(self) -> Option<String> {
        (self.0 != 0).then(|| [(self.0 >> 8) as u8 as char, (self.0 & 0xff) as u8 as char].iter().collect())
    }
}

/// What an activity was about. Attribute names are ours: `asset` (the mailing, the page title …), `link`, `host`, `path`,
/// `form`; the activity mapping decides which are kept.
pub type ActivityObject = BTreeMap<String, String>;

/// One thing a contact did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ActivityFact {
    /// Whole seconds: finer differences are not kept.
    pub at: Timestamp,
    pub activity_type: ActivityTypeId,
    pub object: ActivityObjectId,
    pub country: Country,
    /// 32-bit hash of the remote id: with `at` it rejects duplicates.
    pub remote_hash: u32,
}

/// Names behind the numbers. Numbers are never reused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Dictionary {
    pub types: BTreeMap<ActivityTypeId, String>,
    pub objects: BTreeMap<ActivityObjectId, ActivityObject>,
}

/// Everything a contact's scores depend on.
#[derive(Clone, Copy, Debug)]
pub struct ContactFacts<'a> {
    pub fields: &'a Fields,
    /// Names of the segments that the contact is in.
    pub segments: &'a BTreeSet<String>,
    /// Sorted by `(at, activity_type, object, remote_hash)`, without duplicates.
    pub activities: &'a [ActivityFact],
}
