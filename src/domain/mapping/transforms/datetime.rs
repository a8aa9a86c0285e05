//! `datetime`: an instant, in UTC.

use jiff::tz::TimeZone;

use super::{ArgumentKind, Doc, Example, Fault, read_datetime};

pub(super) const DOC: Doc = Doc {
    name: "datetime",
    argument: ArgumentKind::None,
    meaning: "Reads an ISO date and time, or milliseconds since 1970. Without an offset it is a time in the workspace's \
              time zone; a bare date is its midnight.",
    examples: &[
        Example::gives("", "2026-11-21T10:00:00+01:00", &["2026-11-21T09:00:00.000Z"]),
        Example::gives("", "1795251600123", &["2026-11-21T09:00:00.123Z"]),
        Example::fails("", "yesterday", "not_a_datetime"),
    ],
};

pub(super) fn apply(text: &str, zone: &TimeZone) -> Result<Option<String>, Fault> {
    read_datetime(text, zone).map(|instant| Some(instant.to_string())).ok_or(Fault("not_a_datetime"))
}
