//! The small steps between a vendor's text and ours. A step takes a list of texts (none, one, or several after `split`) and
//! gives a list of texts; the field's type reads what comes out. Each step documents itself with examples, which are its tests
//! and its page in the reference.

mod boolean;
mod countries;
mod country_code;
mod date;
mod datetime;
mod default;
mod domain;
mod integer;
mod lowercase;
mod map;
mod number;
mod prefix;
mod reading;
mod split;
mod suffix;
mod trim;
mod truncate;
mod uppercase;
mod url_host;
mod url_page;
mod url_path;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

pub use reading::{read_bool, read_date, read_datetime};

/// Why a value cannot be read: a stable word, never the value (I12).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault(pub &'static str);

/// What is written after a transform's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentKind {
    None,
    Text,
    OptionalText,
    /// A whole number from 1.
    Count,
    /// Pairs of texts.
    Words,
}

/// An argument that fits its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Argument {
    None,
    Text(String),
    Count(u32),
    Words(BTreeMap<String, String>),
}

/// What a transform does, for the reference page and the schema.
#[derive(Clone, Copy, Debug)]
pub struct Doc {
    pub name: &'static str,
    pub argument: ArgumentKind,
    pub meaning: &'static str,
    pub examples: &'static [Example],
}

/// One input with what comes of it.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// As it is written in a mapping file; empty when there is none.
    pub argument: &'static str,
    /// Empty: no value.
    pub input: &'static str,
    /// The values, or the word for why there are none.
    pub output: Result<&'static [&'static str], &'static str>,
}

impl Example {
    const fn gives(argument: &'static str, input: &'static str, output: &'static [&'static str]) -> Example {
        Example { argument, input, output: Ok(output) }
    }

    const fn fails(argument: &'static str, input: &'static str, code: &'static str) -> Example {
        Example { argument, input, output: Err(code) }
    }
}

/// Every transform, in alphabetical order.
pub const ALL: &[&Doc] = &[
    &boolean::DOC,
    &country_code::DOC,
    &date::DOC,
    &datetime::DOC,
    &default::DOC,
    &domain::DOC,
    &integer::DOC,
    &lowercase::DOC,
    &map::DOC,
    &number::DOC,
    &prefix::DOC,
    &split::DOC,
    &suffix::DOC,
    &trim::DOC,
    &truncate::DOC,
    &uppercase::DOC,
    &url_host::DOC,
    &url_page::DOC,
    &url_path::DOC,
];

/// One step, ready to run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Transform {
    Boolean,
    CountryCode,
    Date,
    Datetime,
    Default(String),
    Domain,
    Integer,
    Lowercase,
    Map(BTreeMap<String, String>),
    Number,
    Prefix(String),
    Split(String),
    Suffix(String),
    Trim,
    Truncate(u32),
    Uppercase,
    UrlHost,
    UrlPage,
    UrlPath,
}

impl Transform {
    /// By its name in the mapping files. `None` when there is no such transform or the argument does not fit it.
    pub fn new(name: &str, argument: Argument) -> Option<Transform> {
        Some(match (name, argument) {
            ("boolean", Argument::None) => Transform::Boolean,
            ("country_code", Argument::None) => Transform::CountryCode,
            ("date", Argument::None) => Transform::Date,
            ("datetime", Argument::None) => Transform::Datetime,
            ("default", Argument::Text(text)) => Transform::Default(text),
            ("domain", Argument::None) => Transform::Domain,
            ("integer", Argument::None) => Transform::Integer,
            ("lowercase", Argument::None) => Transform::Lowercase,
            ("map", Argument::Words(words)) => Transform::Map(words),
            ("number", Argument::None) => Transform::Number,
            ("prefix", Argument::Text(text)) => Transform::Prefix(text),
            ("split", Argument::None) => Transform::Split(split::SEPARATOR.to_owned()),
            ("split", Argument::Text(text)) => Transform::Split(text),
            ("suffix", Argument::Text(text)) => Transform::Suffix(text),
            ("trim", Argument::None) => Transform::Trim,
            ("truncate", Argument::Count(count)) => Transform::Truncate(count),
            ("uppercase", Argument::None) => Transform::Uppercase,
            ("url_host", Argument::None) => Transform::UrlHost,
            ("url_page", Argument::None) => Transform::UrlPage,
            ("url_path", Argument::None) => Transform::UrlPath,
            _ => return None,
        })
    }

    fn apply(&self, values: Vec<String>, zone: &TimeZone) -> Result<Vec<String>, Fault> {
        match self {
            Transform::Boolean => each(values, boolean::apply),
            Transform::CountryCode => each(values, country_code::apply),
            Transform::Date => each(values, |text| date::apply(text, zone)),
            Transform::Datetime => each(values, |text| datetime::apply(text, zone)),
            Transform::Default(text) => Ok(default::apply(values, text)),
            Transform::Domain => each(values, domain::apply),
            Transform::Integer => each(values, integer::apply),
            Transform::Lowercase => each(values, lowercase::apply),
            Transform::Map(words) => each(values, |text| map::apply(text, words)),
            Transform::Number => each(values, number::apply),
            Transform::Prefix(prefix) => each(values, |text| prefix::apply(text, prefix)),
            Transform::Split(separator) => Ok(values.iter().flat_map(|text| split::apply(text, separator)).collect()),
            Transform::Suffix(suffix) => each(values, |text| suffix::apply(text, suffix)),
            Transform::Trim => each(values, trim::apply),
            Transform::Truncate(count) => each(values, |text| truncate::apply(text, *count)),
            Transform::Uppercase => each(values, uppercase::apply),
            Transform::UrlHost => each(values, url_host::apply),
            Transform::UrlPage => each(values, url_page::apply),
            Transform::UrlPath => each(values, url_path::apply),
        }
    }
}

/// Runs the steps in order.
///
/// # Errors
/// The first step's word for why the value cannot be read.
pub fn apply_all(transforms: &[Transform], values: Vec<String>, zone: &TimeZone) -> Result<Vec<String>, Fault> {
    transforms.iter().try_fold(values, |values, transform| transform.apply(values, zone))
}

fn each(values: Vec<String>, step: impl Fn(&str) -> Result<Option<String>, Fault>) -> Result<Vec<String>, Fault> {
    values.iter().filter_map(|text| step(text).transpose()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn argument(doc: &Doc, written: &str) -> Argument {
        match doc.argument {
            _ if written.is_empty() => Argument::None,
            ArgumentKind::Count => Argument::Count(written.parse().unwrap()),
            ArgumentKind::Words => Argument::Words(
                written
                    .trim_matches(['{', '}'])
                    .split(", ")
                    .map(|pair| pair.split_once(": ").unwrap())
                    .map(|(from, to)| (from.to_owned(), to.trim_matches('\'').to_owned()))
                    .collect(),
            ),
            _ => Argument::Text(written.to_owned()),
        }
    }

    #[test]
    fn every_example_of_the_reference_page_is_true() {
        for doc in ALL {
            assert!(!doc.examples.is_empty(), "{} has no example", doc.name);
            for example in doc.examples {
                let transform = Transform::new(doc.name, argument(doc, example.argument)).unwrap();
                let input = Some(example.input).filter(|text| !text.is_empty()).map(str::to_owned);
                let output = transform.apply(input.into_iter().collect(), &TimeZone::UTC);
                let wanted: Result<Vec<String>, Fault> = match example.output {
                    Ok(values) => Ok(values.iter().map(|&text| text.to_owned()).collect()),
                    Err(code) => Err(Fault(code)),
                };
                assert_eq!(output, wanted, "{} {} of {:?}", doc.name, example.argument, example.input);
            }
        }
    }

    #[test]
    fn the_list_is_sorted_so_that_the_reference_page_is() {
        assert!(ALL.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
