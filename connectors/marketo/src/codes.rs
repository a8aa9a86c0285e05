//! Marketo's error codes (Marketo: "Error Codes") and what a caller can do about each. Codes are texts; the words here are
//! ours, because Marketo's messages can repeat what was sent (I12).

/// What a code means for the caller.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// A new token, then once more.
    Token,
    /// A permission or a subscription is missing.
    Forbidden,
    /// Not executed because of a limit or a lock that passes after about this many milliseconds.
    Busy { rest_ms: u64 },
    /// Not executed, and nothing more will be before midnight in the United States' Central time.
    Daily,
    /// Not executed; may work in a moment.
    Unavailable,
    /// Perhaps executed; reading again may work.
    Transient,
    /// There is no such record.
    Missing,
    /// Somebody else has it, or it is so already.
    Conflict,
    /// A definite no to this request.
    Rejected,
}

const RATE_WINDOW_MS: u64 = 20_000;
const CONCURRENCY_REST_MS: u64 = 2_000;
const QUEUE_REST_MS: u64 = 60_000;

const CODES: [(&str, Class, &str); 70] = [
    ("600", Class::Token, "no access token"),
    ("601", Class::Token, "the access token is not valid"),
    ("602", Class::Token, "the access token has expired"),
    ("603", Class::Forbidden, "the API user's role or the list of allowed addresses does not permit this"),
    ("604", Class::Transient, "the request took too long"),
    ("605", Class::Rejected, "this method is not supported here"),
    ("606", Class::Busy { rest_ms: RATE_WINDOW_MS }, "too many calls in 20 seconds"),
    ("607", Class::Daily, "the daily quota is used up"),
    ("608", Class::Unavailable, "the API is temporarily unavailable"),
    ("609", Class::Rejected, "the JSON is not valid"),
    ("610", Class::Rejected, "there is no such address"),
    ("611", Class::Transient, "system error"),
    ("612", Class::Rejected, "wrong content type"),
    ("613", Class::Rejected, "wrong multipart request"),
    ("614", Class::Unavailable, "the subscription cannot be reached"),
    ("615", Class::Busy { rest_ms: CONCURRENCY_REST_MS }, "too many calls at once"),
    ("616", Class::Forbidden, "the subscription does not include this"),
    ("701", Class::Rejected, "a value is blank"),
    ("702", Class::Missing, "nothing was found"),
    ("703", Class::Forbidden, "the subscription does not have this feature"),
    ("704", Class::Rejected, "wrong date format"),
    ("709", Class::Rejected, "a business rule forbids it"),
    ("710", Class::Rejected, "the parent folder is not there"),
    ("711", Class::Rejected, "wrong type of folder"),
    ("712", Class::Rejected, "person accounts cannot be merged"),
    ("713", Class::Transient, "transient error"),
    ("714", Class::Rejected, "no default record type"),
    ("718", Class::Rejected, "there is no such sales person"),
    ("719", Class::Transient, "a lock was waited for too long"),
    ("1001", Class::Rejected, "a value has the wrong type"),
    ("1002", Class::Rejected, "a parameter is missing"),
    ("1003", Class::Rejected, "invalid data"),
    ("1004", Class::Missing, "there is no such lead"),
    ("1005", Class::Conflict, "the lead exists already"),
    ("1006", Class::Rejected, "there is no such field"),
    ("1007", Class::Conflict, "several leads match"),
    ("1008", Class::Rejected, "no access to the partition"),
    ("1009", Class::Rejected, "the partition must be named"),
    ("1010", Class::Rejected, "the lead is in another partition"),
    ("1011", Class::Rejected, "this field cannot be searched"),
    ("1012", Class::Rejected, "wrong cookie"),
    ("1013", Class::Missing, "there is no such object"),
    ("1014", Class::Transient, "the object could not be created"),
    ("1015", Class::Missing, "the lead is not on the list"),
    ("1016", Class::Busy { rest_ms: QUEUE_REST_MS }, "too many imports"),
    ("1017", Class::Conflict, "the object exists already"),
    ("1018", Class::Forbidden, "a native CRM synchronisation manages these objects"),
    ("1019", Class::Busy { rest_ms: QUEUE_REST_MS }, "the list is being imported to"),
    ("1020", Class::Daily, "too many clones today"),
    ("1021", Class::Rejected, "company fields cannot be written on a lead"),
    ("1022", Class::Conflict, "the object is in use"),
    ("1025", Class::Rejected, "the program has no such status"),
    ("1026", Class::Forbidden, "custom objects are not enabled"),
    ("1027", Class::Rejected, "no more activity types are allowed"),
    ("1028", Class::Rejected, "no more attributes are allowed"),
    ("1029", Class::Busy { rest_ms: QUEUE_REST_MS }, "too many jobs in the queue"),
    ("1035", Class::Rejected, "the subscription does not have this filter"),
    ("1036", Class::Conflict, "the same key twice in one call"),
    ("1037", Class::Conflict, "the lead is in that status or past it"),
    ("1042", Class::Rejected, "the time to run is not valid"),
    ("1048", Class::Rejected, "the draft could not be discarded"),
    ("1049", Class::Rejected, "the activity could not be created"),
    ("1076", Class::Rejected, "the merge was refused by a duplicate rule"),
    ("1077", Class::Rejected, "the merge was refused by a field's length"),
    ("1078", Class::Rejected, "the merge was refused by the state of a record"),
    ("1079", Class::Rejected, "the merge was refused by a personalised URL"),
    ("1080", Class::Rejected, "too many leads to merge at once"),
    ("500", Class::Transient, "internal error"),
    ("502", Class::Transient, "bad gateway"),
    ("503", Class::Transient, "service unavailable"),
];

/// What a code means, and in our words. Codes that are not documented are refusals.
pub(crate) fn meaning(code: &str) -> (Class, Option<&'static str>) {
    match CODES.iter().find(|(known, ..)| *known == code) {
        Some((_, class, words)) => (*class, Some(words)),
        None => (Class::Rejected, None),
    }
}

/// The codes whose message alone tells what is meant: which of the meanings it is.
pub(crate) fn refined(code: &str, message: &str) -> (Class, Option<&'static str>) {
    let says = |words: &str| message.to_lowercase().contains(words);
    match code {
        "1029" if says("quota") => (Class::Daily, Some("the daily quota of bulk extracts is used up")),
        "1029" if says("already queued") => (Class::Conflict, Some("the job is in the queue already")),
        "1003" if says("too many results") => (Class::Rejected, Some("too many records match the filter")),
        "1003" if says("membership size") => (Class::Rejected, Some("too many members")),
        "1003" if says("campaign") => (Class::Rejected, Some("the campaign cannot be requested")),
        "1003" if says("field") => (Class::Rejected, Some("invalid data: check the names of the fields")),
        _ => meaning(code),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_stands_once_and_unknown_ones_are_refusals() {
        let distinct: BTreeSet<&str> = CODES.iter().map(|(code, ..)| *code).collect();
        assert_eq!(distinct.len(), CODES.len());
        assert_eq!(meaning("1051"), (Class::Rejected, None));
    }

    #[test]
    fn one_code_with_three_meanings_is_told_apart_by_its_words() {
        for (message, class) in [
            ("Too many jobs (20) in queue", Class::Busy { rest_ms: QUEUE_REST_MS }),
            ("Export daily quota 500MB exceeded.", Class::Daily),
            ("Job already queued", Class::Conflict),
        ] {
            assert_eq!(refined("1029", message).0, class, "{message}");
        }
    }
}
