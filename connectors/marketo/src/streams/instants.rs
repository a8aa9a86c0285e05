//! Marketo's ways of writing an instant (Marketo: "Field types"), of which some are no RFC 3339.

use intentd_sdk::Timestamp;

/// Reads `2016-05-17T22:11:45Z`, `2015-05-07T11:47:30-08:00`, `2014-09-17T22:31:49+0000` and `2017-07-27T01:38:33Z+0000`.
pub(crate) fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(plain) = text.strip_suffix("Z+0000") {
        return Timestamp::parse(&format!("{plain}Z"));
    }
    let zone = text
        .len()
        .checked_sub(5)
        .and_then(|at| text.get(at..))
        .filter(|zone| zone.starts_with(['+', '-']) && zone[1..].bytes().all(|byte| byte.is_ascii_digit()));
    match zone {
        Some(zone) if text.contains('T') => {
            let local = &text[..text.len() - 5];
            Timestamp::parse(&format!("{local}{}:{}", &zone[..3], &zone[3..]))
        }
        _ => Timestamp::parse(text),
    }
}

/// As Marketo wants it: whole seconds, UTC.
pub(crate) fn instant_text(at: Timestamp) -> String {
    let text = Timestamp::from_secs(at.as_secs()).to_string();
    text.replace(".000Z", "Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_four_ways_of_writing_are_read_and_one_is_written() {
        for (text, read) in [
            ("2016-05-17T22:11:45Z", Some("2016-05-17T22:11:45Z")),
            ("2015-05-07T11:47:30-08:00", Some("2015-05-07T19:47:30Z")),
            ("2014-09-17T22:31:49+0000", Some("2014-09-17T22:31:49Z")),
            ("2014-09-17T22:31:49-0530", Some("2014-09-18T04:01:49Z")),
            ("2017-07-27T01:38:33Z+0000", Some("2017-07-27T01:38:33Z")),
            ("2017-07-27", None),
            ("", None),
            ("é+000", None),
        ] {
            assert_eq!(instant(text).map(instant_text).as_deref(), read, "{text}");
        }
    }
}
