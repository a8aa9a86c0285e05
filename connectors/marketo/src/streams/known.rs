//! Which leads are known persons, as far as this process has seen. Who is known never becomes anonymous again, so nobody
//! needs to ask twice. Losing it costs calls and nothing else.

use std::collections::BTreeSet;
use std::sync::Mutex;

/// Lead numbers of known persons.
#[derive(Default)]
pub(crate) struct KnownLeads(Mutex<BTreeSet<u64>>);

/// About 10 MB. An instance with more known visitors is asked again now and then.
const MOST: usize = 500_000;

impl KnownLeads {
    /// Remembers that these are known.
    pub(crate) fn add<'a>(&self, ids: impl Iterator<Item = &'a str>) {
        let Ok(mut known) = self.0.lock() else { return };
        if known.len() > MOST {
            known.clear();
        }
        known.extend(ids.filter_map(|id| id.parse::<u64>().ok()));
    }

    /// Whether this one is known to be known.
    pub(crate) fn has(&self, id: &str) -> bool {
        let Ok(known) = self.0.lock() else { return false };
        id.parse::<u64>().is_ok_and(|id| known.contains(&id))
    }
}
