//! The score of a story, written as an admin writes it in a rules file.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use intentd::domain::criteria::{ActivityFilter, AttributeTest, FieldTest, TextOperator};
use intentd::domain::model::{Number, Rounding, Value};
use intentd::domain::score::{Fading, Group, Label, Limit, PropertyCase, Rule, RuleKind, ScoreModel};
use serde::de::{Deserializer, Error, SeqAccess, Visitor};
use serde::{Deserialize, de};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ScoreYaml {
    name: String,
    #[serde(default, rename = "type")]
    number_type: NumberType,
    minimum: Option<Number>,
    maximum: Option<Number>,
    #[serde(default)]
    groups: Vec<GroupYaml>,
    rules: Vec<RuleYaml>,
    #[serde(default)]
    labels: Vec<LabelYaml>,
}

#[derive(Deserialize, Default, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum NumberType {
    #[default]
    Integer,
    Decimal,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GroupYaml {
    name: String,
    minimum: Option<Number>,
    maximum: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LabelYaml {
    name: String,
    from: Number,
    leave_below: Option<Number>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleYaml {
    id: String,
    group: Option<String>,
    minimum: Option<Number>,
    maximum: Option<Number>,
    points: Option<Number>,
    #[serde(default)]
    limit: LimitYaml,
    #[serde(default)]
    fading: FadingYaml,
    event: Option<String>,
    #[serde(default, rename = "where")]
    tests: BTreeMap<String, TestYaml>,
    absence: Option<AbsenceYaml>,
    field: Option<String>,
    #[serde(default)]
    cases: Vec<CaseYaml>,
    segment: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AbsenceYaml {
    after: FilterYaml,
    expected: FilterYaml,
    same: Option<String>,
    within: Days,
    #[serde(default)]
    unless: Vec<FilterYaml>,
}

#[derive(Deserialize)]
#[serde(untagged, deny_unknown_fields)]
enum FilterYaml {
    Name(String),
    Map {
        event: String,
        #[serde(default, rename = "where")]
        tests: BTreeMap<String, TestYaml>,
    },
}

#[derive(Deserialize)]
#[serde(untagged)]
enum TestYaml {
    Equals(Texts),
    Operators(BTreeMap<OperatorYaml, Texts>),
}

#[derive(Deserialize, PartialEq, Eq, PartialOrd, Ord, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum OperatorYaml {
    Equals,
    DoesNotEqual,
    Contains,
    DoesNotContain,
    StartsWith,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum LimitYaml {
    #[default]
    Every,
    First,
    PerDay(u32),
    PerWindow {
        count: u32,
        days: u32,
    },
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum FadingYaml {
    #[default]
    Never,
    Window(Days),
    Linear {
        percent: u32,
        every: Days,
    },
    HalfLife(Days),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseYaml {
    equals: Option<Texts>,
    does_not_equal: Option<Texts>,
    contains: Option<Texts>,
    starts_with: Option<Texts>,
    at_least: Option<Number>,
    at_most: Option<Number>,
    above: Option<Number>,
    from: Option<String>,
    to: Option<String>,
    is_set: Option<bool>,
    points: Number,
}

/// `30d`.
#[derive(Clone, Copy)]
struct Days(u32);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Days, D::Error> {
        let text = String::deserialize(deserializer)?;
        let days = text.strip_suffix('d').and_then(|days| days.parse().ok());
        days.map(Days).ok_or_else(|| Error::custom(format!("`{text}` is no number of days such as `30d`")))
    }
}

/// One text or several.
struct Texts(Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Texts, D::Error> {
        struct OneOrMore;
        impl<'de> Visitor<'de> for OneOrMore {
            type Value = Texts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a text or a list of texts")
            }
            fn visit_str<E: de::Error>(self, text: &str) -> Result<Texts, E> {
                Ok(Texts(vec![text.to_owned()]))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Texts, A::Error> {
                let mut texts = Vec::new();
                while let Some(text) = items.next_element::<String>()? {
                    texts.push(text);
                }
                Ok(Texts(texts))
            }
        }
        deserializer.deserialize_any(OneOrMore)
    }
}

impl ScoreYaml {
    pub(crate) fn model(&self) -> Result<ScoreModel, String> {
        let groups: Vec<Group> = self
            .groups
            .iter()
            .map(|group| Group { name: group.name.clone(), minimum: group.minimum, maximum: group.maximum })
            .collect();
        let rules =
            self.rules.iter().map(|rule| rule.rule(&groups).map_err(|fault| format!("rule {}: {fault}", rule.id)));
        let labels = self.labels.iter().map(|label| Label {
            name: label.name.clone(),
            from: label.from,
            leave_below: label.leave_below,
        });
        Ok(ScoreModel {
            name: self.name.clone(),
            title: self.name.clone(),
            rounding: match self.number_type {
                NumberType::Integer => Rounding::Whole,
                NumberType::Decimal => Rounding::Places(2),
            },
            minimum: self.minimum,
            maximum: self.maximum,
            rules: rules.collect::<Result<_, _>>()?,
            labels: labels.collect(),
            groups,
        })
    }
}

impl RuleYaml {
    fn rule(&self, groups: &[Group]) -> Result<Rule, String> {
        let group = match &self.group {
            Some(name) => Some(groups.iter().position(|group| group.name == *name).ok_or("unknown group")?),
            None => None,
        };
        let kind = self.kind()?;
        let (minimum, maximum) = (self.minimum, self.maximum);
        Ok(Rule { id: self.id.clone(), title: self.id.replace('_', " "), group, kind, minimum, maximum })
    }

    fn kind(&self) -> Result<RuleKind, String> {
        let points = || self.points.ok_or("points are missing".to_owned());
        let limit = match self.limit {
            LimitYaml::Every => Limit::Every,
            LimitYaml::First => Limit::First,
            LimitYaml::PerDay(count) => Limit::PerDay { count },
            LimitYaml::PerWindow { count, days } => Limit::PerWindow { count, days },
        };
        let fading = match self.fading {
            FadingYaml::Never => Fading::Never,
            FadingYaml::Window(Days(days)) => Fading::Window { days },
            FadingYaml::Linear { percent, every: Days(every_days) } => Fading::Linear { percent, every_days },
            FadingYaml::HalfLife(Days(half_life_days)) => Fading::HalfLife { half_life_days },
        };
        match (&self.event, &self.absence, &self.field, &self.segment) {
            (Some(event), None, None, None) => {
                Ok(RuleKind::Event { filter: filter(event, &self.tests), points: points()?, limit, fading })
            }
            (None, Some(absence), None, None) => Ok(RuleKind::Absence {
                anchor: absence.after.filter(),
                expected: absence.expected.filter(),
                correlate: absence.same.clone(),
                deadline_days: absence.within.0,
                points: points()?,
                limit,
                fading,
                cancelled_by: absence.unless.iter().map(FilterYaml::filter).collect(),
            }),
            (None, None, Some(field), None) => {
                let cases = self.cases.iter().map(CaseYaml::case).collect::<Result<_, _>>()?;
                Ok(RuleKind::Property { field: field.clone(), cases })
            }
            (None, None, None, Some(segment)) => Ok(RuleKind::Segment { segment: segment.clone(), points: points()? }),
            _ => Err("needs exactly one of event, absence, field, segment".into()),
        }
    }
}

impl FilterYaml {
    fn filter(&self) -> ActivityFilter {
        match self {
            FilterYaml::Name(event) => filter(event, &BTreeMap::new()),
            FilterYaml::Map { event, tests } => filter(event, tests),
        }
    }
}

fn filter(activity_type: &str, tests: &BTreeMap<String, TestYaml>) -> ActivityFilter {
    let test = |attribute: &String, operator: OperatorYaml, values: &Texts| AttributeTest {
        attribute: attribute.clone(),
        operator: match operator {
            OperatorYaml::Equals => TextOperator::Equals,
            OperatorYaml::DoesNotEqual => TextOperator::DoesNotEqual,
            OperatorYaml::Contains => TextOperator::Contains,
            OperatorYaml::DoesNotContain => TextOperator::DoesNotContain,
            OperatorYaml::StartsWith => TextOperator::StartsWith,
        },
        values: values.0.clone(),
    };
    let tests = tests.iter().flat_map(|(attribute, written)| match written {
        TestYaml::Equals(values) => vec![test(attribute, OperatorYaml::Equals, values)],
        TestYaml::Operators(operators) => {
            operators.iter().map(|(operator, values)| test(attribute, *operator, values)).collect()
        }
    });
    ActivityFilter { activity_type: activity_type.to_owned(), tests: tests.collect() }
}

impl CaseYaml {
    fn case(&self) -> Result<PropertyCase, String> {
        let mut tests: Vec<FieldTest> = Vec::new();
        let values = |texts: &Texts| -> BTreeSet<Value> { texts.0.iter().cloned().map(Value::Text).collect() };
        tests.extend(self.equals.as_ref().map(|texts| FieldTest::IsAnyOf(values(texts))));
        tests.extend(self.does_not_equal.as_ref().map(|texts| FieldTest::IsNoneOf(values(texts))));
        tests.extend(self.contains.as_ref().map(|texts| FieldTest::Contains(texts.0.clone())));
        tests.extend(self.starts_with.as_ref().map(|texts| FieldTest::StartsWith(texts.0.clone())));
        tests.extend(self.above.map(FieldTest::NumberAbove));
        tests.extend(self.is_set.map(|set| if set { FieldTest::IsSet } else { FieldTest::IsNotSet }));
        if self.at_least.is_some() || self.at_most.is_some() {
            tests.push(FieldTest::NumberBetween { at_least: self.at_least, at_most: self.at_most });
        }
        if self.from.is_some() || self.to.is_some() {
            let date = |text: &Option<String>| {
                text.as_ref().map(|text| text.parse()).transpose().map_err(|error: jiff::Error| error.to_string())
            };
            tests.push(FieldTest::DateBetween { from: date(&self.from)?, to: date(&self.to)? });
        }
        match <[FieldTest; 1]>::try_from(tests) {
            Ok([test]) => Ok(PropertyCase { test, points: self.points }),
            Err(_) => Err("a case needs exactly one test".into()),
        }
    }
}
