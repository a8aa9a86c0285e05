//! Page views of known contacts, the facts behind the event `e_visited_page` (documentation: "Event occurrences").

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

/// One view of a page.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PageView {
    pub number: u64,
    pub contact: u64,
    pub at: Timestamp,
    pub url: String,
    pub title: String,
    /// Further event properties, such as `hs_referrer`, `hs_visit_source` and `hs_country`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub more: BTreeMap<String, String>,
}

/// All views, by time and by contact.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<PageView>", into = "Vec<PageView>")]
pub struct PageViews {
    by_time: BTreeMap<(Timestamp, u64), PageView>,
    by_contact: BTreeSet<(u64, Timestamp, u64)>,
    next: u64,
}

impl From<Vec<PageView>> for PageViews {
    fn from(views: Vec<PageView>) -> PageViews {
        let mut all = PageViews::default();
        for view in views {
            all.insert(view);
        }
        all
    }
}

impl From<PageViews> for Vec<PageView> {
    fn from(views: PageViews) -> Vec<PageView> {
        views.by_time.into_values().collect()
    }
}

impl PageViews {
    /// Adds a view; gives its number.
    pub fn add(&mut self, contact: u64, at: Timestamp, url: &str, title: &str) -> u64 {
        let number = self.next;
        self.insert(PageView { number, contact, at, url: url.into(), title: title.into(), more: BTreeMap::new() });
        number
    }

    /// Adds a view that carries its own number.
    pub fn insert(&mut self, view: PageView) {
        self.next = self.next.max(view.number + 1);
        self.by_contact.insert((view.contact, view.at, view.number));
        self.by_time.insert((view.at, view.number), view);
    }

    /// The number that the next view gets.
    pub fn next_number(&self) -> u64 {
        self.next
    }

    /// Views in the order of time.
    pub fn by_time(&self) -> &BTreeMap<(Timestamp, u64), PageView> {
        &self.by_time
    }

    /// The views of one contact in the order of time.
    pub fn of(&self, contact: u64) -> impl DoubleEndedIterator<Item = &PageView> {
        let keys = self
            .by_contact
            .range((contact, Timestamp::from_ms(i64::MIN), 0)..(contact + 1, Timestamp::from_ms(i64::MIN), 0));
        keys.filter_map(|(_, at, number)| self.by_time.get(&(*at, *number)))
    }

    /// How many views a contact has.
    pub fn count_of(&self, contact: u64) -> usize {
        self.of(contact).count()
    }

    /// The newest view of a contact.
    pub fn newest_of(&self, contact: u64) -> Option<&PageView> {
        self.of(contact).next_back()
    }

    pub(crate) fn forget(&mut self, contact: u64) {
        for key in self.keys_of(contact) {
            self.by_time.remove(&key);
            self.by_contact.remove(&(contact, key.0, key.1));
        }
    }

    pub(crate) fn rename(&mut self, from: u64, to: u64) {
        for key in self.keys_of(from) {
            self.by_contact.remove(&(from, key.0, key.1));
            self.by_contact.insert((to, key.0, key.1));
            if let Some(view) = self.by_time.get_mut(&key) {
                view.contact = to;
            }
        }
    }

    fn keys_of(&self, contact: u64) -> Vec<(Timestamp, u64)> {
        self.of(contact).map(|view| (view.at, view.number)).collect()
    }
}
