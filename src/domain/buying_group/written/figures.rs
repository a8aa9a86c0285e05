//! Numbers in a text that are not among the facts. A guard and no proof: it tells made-up numbers, not true numbers in a wrong
//! place. What it cannot read it does not trust.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::domain::model::Number;

/// A word with a digit in it, and what a space or mark inside a number joins to it: `76`, `1 000`, `1,000.5`, `B2B`.
static FIGURE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*(?:[.,'’ ][0-9]+\b)*").expect("the pattern is a constant")
});
static DIGITS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9]+(?:\.[0-9]+)?").expect("the pattern is a constant"));

/// Numbers as English writes them; `None`: one that is never a fact. "One" is mostly no number.
const WORDS: [(&str, Option<i64>); 30] = [
    ("two", Some(2)),
    ("three", Some(3)),
    ("four", Some(4)),
    ("five", Some(5)),
    ("six", Some(6)),
    ("seven", Some(7)),
    ("eight", Some(8)),
    ("nine", Some(9)),
    ("ten", Some(10)),
    ("eleven", Some(11)),
    ("twelve", Some(12)),
    ("dozen", Some(12)),
    ("fifteen", Some(15)),
    ("twenty", Some(20)),
    ("thirty", Some(30)),
    ("forty", Some(40)),
    ("fifty", Some(50)),
    ("sixty", Some(60)),
    ("seventy", Some(70)),
    ("eighty", Some(80)),
    ("ninety", Some(90)),
    ("hundred", Some(100)),
    ("thousand", Some(1_000)),
    ("million", Some(1_000_000)),
    ("billion", Some(1_000_000_000)),
    ("half", None),
    ("twice", None),
    ("doubled", None),
    ("tripled", None),
    ("halved", None),
];

/// The first number of the text that does not occur in the facts.
pub(super) fn made_up(text: &str, facts: &str, english: bool) -> Option<String> {
    let known: BTreeSet<Number> =
        DIGITS.find_iter(facts).filter_map(|found| Number::parse(found.as_str()).ok()).collect();
    let words: BTreeSet<String> = facts.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase).collect();
    let is_known = |written: &str| match written.chars().all(|c| c.is_ascii_digit() || !c.is_alphanumeric()) {
        true => readings(written).iter().any(|numbers| {
            !numbers.is_empty() && numbers.iter().all(|number| number.is_some_and(|number| known.contains(&number)))
        }),
        false => words.contains(&written.to_lowercase()),
    };
    let written = FIGURE.find_iter(text).map(|found| found.as_str()).find(|written| !is_known(written));
    let spelt = || {
        let mut said = text.split(|c: char| !c.is_alphanumeric()).filter(|_| english);
        said.find(|word| {
            let word = word.to_lowercase();
            let number = WORDS.iter().find(|(known, _)| *known == word).map(|(_, number)| *number);
            number.is_some_and(|number| {
                !words.contains(&word) && !number.is_some_and(|number| known.contains(&Number::whole(number)))
            })
        })
    };
    written.or_else(spelt).map(str::to_owned)
}

/// What a figure can mean: each reading is the numbers that it then consists of, `None` among them for none.
fn readings(written: &str) -> Vec<Vec<Option<Number>>> {
    let parts: Vec<&str> = written.split(|c: char| !c.is_ascii_digit()).collect();
    let marks: Vec<char> = written.chars().filter(|c| !c.is_ascii_digit()).collect();
    let number = |text: &str| Number::parse(text).ok();
    let each = || parts.iter().map(|part| number(part)).collect();
    let mut readings = Vec::new();
    // A date, or numbers one after the other.
    if marks.iter().all(|mark| *mark == ' ') || (marks.len() > 1 && marks.iter().all(|mark| *mark == '.')) {
        readings.push(each());
    }
    // Groups of three digits, with a decimal mark after them or without one.
    let grouped = |parts: &[&str], marks: &[char]| {
        marks.windows(2).all(|two| two[0] == two[1])
            && parts.first().is_some_and(|first| parts.len() == 1 || first.len() <= 3)
            && parts.iter().skip(1).all(|part| part.len() == 3)
    };
    if grouped(&parts, &marks) {
        readings.push(vec![number(&parts.concat())]);
    }
    if let ([whole @ .., fraction], [inner @ .., '.' | ',']) = (parts.as_slice(), marks.as_slice())
        && grouped(whole, inner)
    {
        readings.push(vec![number(&format!("{}.{fraction}", whole.concat()))]);
    }
    readings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_known_however_it_is_written_and_a_made_up_one_is_found() {
        let facts = r#"{"engagement": "76", "worth": "1234567.5", "since": "2026-03-05", "of": 12, "people": 1000, "x": "GA4"}"#;
        for (text, found) in [
            ("It is 76 % engaged, with 12 of 1000 people.", None),
            ("Worth 1,234,567.5 or 1.234.567,5 or 1 234 567,5.", None),
            ("Since 2026-03-05, since 5.3.2026, since March 5, 2026.", None),
            ("1,000 people; 1'000 people; 1.000 people.", None),
            ("In 2026 12 people read about GA4.", None),
            ("It is 77 % engaged.", Some("77")),
            ("It is 7.6 engaged.", Some("7.6")),
            ("It grew by 12.5 %.", Some("12.5")),
            ("It is worth 76k.", Some("76k")),
            ("A B2B company.", Some("B2B")),
            ("It grew by ½.", Some("½")),
            ("٣ people.", Some("٣")),
            ("100 0 people.", Some("100 0")),
            ("Twelve people, but eight are missing.", Some("eight")),
            ("Engagement doubled.", Some("doubled")),
            ("No one is missing, and everything stands.", None),
        ] {
            assert_eq!(made_up(text, facts, true).as_deref(), found, "{text}");
        }
        assert_eq!(made_up("Ten opzichte van six.", facts, false), None, "other languages have other words");
    }
}
