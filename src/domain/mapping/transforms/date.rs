//! `date`: a calendar day.

use jiff::tz::TimeZone;

use super::{ArgumentKind, Doc, Example, Fault, read_date};

pub(super) const DOC: Doc = Doc {
    name: "date",
    argument: ArgumentKind::None,
    meaning: "Reads `2026-11-21`, or an instant (ISO or milliseconds since 1970), which has the day of the workspace's time \
              zone; midnight UTC is how vendors keep a day and is that day everywhere.",
    examples: &[
        Example::gives("", "2026-11-21", &["2026-11-21"]),
        Example::gives("", "1795219200000", &["2026-11-21"]),
        Example::gives("", "2026-11-21T23:30:00Z", &["2026-11-21"]),
        Example::fails("", "21/11/2026", "not_a_date"),
    ],
};

pub(super) fn apply(text: &str, zone: &TimeZone) -> Result<Option<String>, Fault> {
    read_date(text, zone).map(|date| Some(date.to_string())).ok_or(Fault("not_a_date"))
}
