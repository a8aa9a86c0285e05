//! Visits as stories write them: pages and visitors with the numbers that the program knows them by.

use std::collections::BTreeMap;

use intentd::domain::intent::{self, Visitor};
use intentd::domain::model::{ActivityObject, ActivityObjectId, ContactId, Country, Dictionary};
use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

use super::intent_story::Visit;
use super::telling::instant;

/// The pages and visitors of a story.
#[derive(Default)]
pub(crate) struct Web {
    pub(crate) dictionary: Dictionary,
    pages: BTreeMap<String, ActivityObjectId>,
    visitors: BTreeMap<String, Visitor>,
}

impl Web {
    /// The visits with the instants at which they become known, as they were told.
    pub(crate) fn visits(
        &mut self,
        told: &[Visit],
        zone: &TimeZone,
    ) -> Result<Vec<(Timestamp, intent::Visit)>, String> {
        let mut visits = Vec::new();
        for visit in told {
            let at = instant(&visit.at, zone)?;
            let known = visit.known.as_ref().map_or(Ok(at), |known| instant(known, zone))?;
            let (page, visitor) = (self.page(&visit.page)?, self.visitor(&visit.by));
            let country = visit.from.as_deref().map_or(Country(0), Country::from_code);
            for time in 0..visit.times {
                let at = at.plus_ms(i64::from(time) * 1000);
                visits.push((known.max(at), intent::Visit { at, visitor, page, country }));
            }
        }
        Ok(visits)
    }

    fn page(&mut self, told: &str) -> Result<ActivityObjectId, String> {
        let path = told.find('/').ok_or_else(|| format!("`{told}` is no page: write host and path"))?;
        let next = ActivityObjectId(self.pages.len() as u32 + 1);
        let id = *self.pages.entry(told.to_owned()).or_insert(next);
        let page = [("host", &told[..path]), ("path", &told[path..])];
        let page: ActivityObject = page.into_iter().map(|(name, text)| (name.to_owned(), text.to_owned())).collect();
        self.dictionary.objects.insert(id, page);
        Ok(id)
    }

    fn visitor(&mut self, name: &str) -> Visitor {
        let next = self.visitors.len() as i64 + 1;
        let visitor = match name.starts_with("anonymous") {
            true => Visitor::Anonymous(next.unsigned_abs()),
            false => Visitor::Contact(ContactId(next)),
        };
        *self.visitors.entry(name.to_owned()).or_insert(visitor)
    }
}
