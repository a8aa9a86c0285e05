//! One vendor activity in, one of ours out, or nothing when no mapping keeps it. The first mapping that matches decides, so
//! that an exception (machine-made opens) can stand above the rule.

use std::collections::BTreeMap;

use intentd_sdk::record::{ActivityRecord, StreamName};
use jiff::tz::TimeZone;

use super::apply::MappedActivity;
use super::compiled::{ActivityMapping, ActivityOutcome, AttributeSource, MappingSet};
use super::transforms::apply_all;
use crate::domain::criteria::{AttributeTest, TextOperator};
use crate::domain::model::Country;

impl MappingSet {
    /// Reads an activity. `None`: no mapping matches, or the first that matches skips it.
    pub fn apply_activity(&self, stream: &StreamName, record: &ActivityRecord) -> Option<MappedActivity> {
        let mapping = self.activities.iter().find(|mapping| matches(mapping, stream, record))?;
        let ActivityOutcome::Keep { activity_type, attributes, country } = &mapping.outcome else { return None };
        let object = attributes
            .iter()
            .filter_map(|(name, source)| Some((name.clone(), take(source, &record.attributes)?)))
            .collect();
        let country = country.as_ref().and_then(|source| take(source, &record.attributes));
        Some(MappedActivity {
            activity_type: activity_type.clone(),
            object,
            country: country.map_or(Country::default(), |code| Country::from_code(&code)),
        })
    }
}

fn matches(mapping: &ActivityMapping, stream: &StreamName, record: &ActivityRecord) -> bool {
    mapping.stream.as_ref().is_none_or(|wanted| wanted == stream)
        && mapping.vendor_types.contains(&record.vendor_type)
        && mapping.when.iter().all(|test| holds(test, record.attributes.get(&test.attribute)))
}

/// A missing attribute equals nothing and contains nothing, so that it passes the negative tests.
fn holds(test: &AttributeTest, value: Option<&String>) -> bool {
    let any = |check: &dyn Fn(&str, &str) -> bool| {
        value.is_some_and(|value| test.values.iter().any(|wanted| check(value, wanted)))
    };
    match test.operator {
        TextOperator::Equals => any(&|value, wanted| value == wanted),
        TextOperator::DoesNotEqual => !any(&|value, wanted| value == wanted),
        TextOperator::Contains => any(&|value, wanted| value.contains(wanted)),
        TextOperator::DoesNotContain => !any(&|value, wanted| value.contains(wanted)),
        TextOperator::StartsWith => any(&|value, wanted| value.starts_with(wanted)),
    }
}

/// The first attribute that is there, transformed. A value that a transform refuses is left out: an activity without its
/// link is still an activity.
fn take(source: &AttributeSource, attributes: &BTreeMap<String, String>) -> Option<String> {
    let raw = source.from.iter().find_map(|name| attributes.get(name).filter(|value| !value.is_empty()));
    let values = apply_all(&source.transforms, raw.cloned().into_iter().collect(), &TimeZone::UTC).ok()?;
    values.into_iter().next()
}
