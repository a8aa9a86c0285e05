//! The score of a contact at an instant with every reason: rule → activities → raw → limited → faded → bounds → exact →
//! shown → label. Listens to the same pass that [`evaluate`](super::evaluate()) makes, so the two cannot disagree, and the
//! contributions add up to the exact value (I4). For the admin's eyes: it holds field values and must not be logged (I12).

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::award::Verdict;
use super::compiled::CompiledScore;
use super::labels;
use super::model::{RuleKind, ScoreModel};
use super::tally::tally;
use super::trace::{Bounded, Side, Trace, Traced};
use crate::domain::calendar::Calendar;
use crate::domain::model::{ActivityObject, ContactFacts, Dictionary, FieldName, Number};

/// Why a contact has its score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The model's name and title.
    pub score: String,
    pub title: String,
    pub as_of: Timestamp,
    /// Every rule of the model in its order, also those that give nothing.
    pub rules: Vec<RuleExplanation>,
    /// Every bound that changed a sum, in the order in which they were applied.
    pub adjustments: Vec<Adjustment>,
    /// What adds up to `exact`: one line per rule that gives something, one per adjustment.
    pub contributions: Vec<Contribution>,
    pub exact: Number,
    pub shown: Number,
    pub label: LabelExplanation,
    pub next_due: Option<Timestamp>,
}

/// What one rule gives and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RuleExplanation {
    pub id: String,
    pub title: String,
    pub group: Option<String>,
    pub reason: RuleReason,
    /// All qualifying activities (or the field, or the segment), before limit and fading.
    pub raw: Number,
    /// What the limit leaves of that.
    pub limited: Number,
    /// What fading leaves of that: the sum of the rule before its own bounds.
    pub faded: Number,
    /// After the rule's own bounds: what it brings into its group.
    pub bounded: Number,
}

/// What a rule looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleReason {
    /// Matching activities (absence: anchors), oldest first.
    Activities(Vec<MatchedActivity>),
    /// The field's value, if it has one, and which of the rule's cases it passed, counted from 1.
    Property {
        field: FieldName,
        value: Option<String>,
        case: Option<usize>,
    },
    Segment {
        segment: String,
        member: bool,
    },
}

/// One activity under one rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MatchedActivity {
    pub at: Timestamp,
    pub activity_type: String,
    pub object: ActivityObject,
    /// Absence: when the wait ends or ended.
    pub deadline: Option<Timestamp>,
    pub raw: Number,
    pub verdict: Verdict,
    /// What it is worth now.
    pub points: Number,
}

/// A bound that changed a sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Adjustment {
    pub of: Adjusted,
    pub bound: Bound,
    pub before: Number,
    pub after: Number,
}

/// What a bound belongs to: a rule by its id, a group by its name, or the whole score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Adjusted {
    Rule(String),
    Group(String),
    Total,
}

/// The lower or the upper bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    Minimum,
    Maximum,
}

/// One line of the sum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Contribution {
    Rule { id: String, points: Number },
    Adjustment { of: Adjusted, bound: Bound, points: Number },
}

impl Contribution {
    /// The points of this line.
    pub fn points(&self) -> Number {
        match self {
            Contribution::Rule { points, .. } | Contribution::Adjustment { points, .. } => *points,
        }
    }
}

/// The label and, where the value alone would not give it, why it stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LabelExplanation {
    pub name: Option<String>,
    pub held: Option<HeldLabel>,
}

/// A label that was reached earlier and has not been left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct HeldLabel {
    /// When the shown value last reached `from`; the second before the oldest activity when fields and segments alone gave
    /// the label.
    pub reached_at: Timestamp,
    pub from: Number,
    /// The label stays until the shown value is below this.
    pub leave_below: Number,
}

/// Explains the score at `as_of`; later activities are ignored.
pub fn explain(
    score: &CompiledScore,
    dictionary: &Dictionary,
    facts: &ContactFacts<'_>,
    as_of: Timestamp,
    zone: &TimeZone,
) -> Explanation {
    let calendar = Calendar::around(zone, as_of);
    let model = score.model();
    let mut recorder = Recorder {
        model,
        dictionary,
        facts,
        rules: blank(model),
        told: vec![Vec::new(); model.rules.len()],
        adjustments: Vec::new(),
    };
    let found = tally(score, facts, as_of.as_secs(), &calendar, &mut recorder);
    let Recorder { rules, adjustments, .. } = recorder;
    let of_rules = rules.iter().filter(|rule| rule.faded != Number::ZERO);
    let of_rules = of_rules.map(|rule| Contribution::Rule { id: rule.id.clone(), points: rule.faded });
    let of_bounds = adjustments.iter().map(|adjustment| Contribution::Adjustment {
        of: adjustment.of.clone(),
        bound: adjustment.bound,
        points: adjustment.after - adjustment.before,
    });
    let contributions = of_rules.chain(of_bounds).collect();
    let shown = found.exact.round(model.rounding);
    let standing = labels::standing(score, facts, as_of.as_secs(), shown, &calendar);
    let label = standing.label.map(|label| &model.labels[label]);
    Explanation {
        score: model.name.clone(),
        title: model.title.clone(),
        as_of,
        rules,
        adjustments,
        contributions,
        exact: found.exact,
        shown,
        label: LabelExplanation {
            name: label.map(|label| label.name.clone()),
            held: label.zip(standing.held_since).map(|(label, since)| HeldLabel {
                reached_at: Timestamp::from_secs(since),
                from: label.from,
                leave_below: label.leave_below.unwrap_or(label.from),
            }),
        },
        next_due: found.next_due.map(Timestamp::from_secs),
    }
}

fn blank(model: &ScoreModel) -> Vec<RuleExplanation> {
    let rules = model.rules.iter().map(|rule| RuleExplanation {
        id: rule.id.clone(),
        title: rule.title.clone(),
        group: rule.group.and_then(|group| model.groups.get(group)).map(|group| group.name.clone()),
        reason: match &rule.kind {
            RuleKind::Event { .. } | RuleKind::Absence { .. } => RuleReason::Activities(Vec::new()),
            RuleKind::Property { field, .. } => RuleReason::Property { field: field.clone(), value: None, case: None },
            RuleKind::Segment { segment, .. } => RuleReason::Segment { segment: segment.clone(), member: false },
        },
        raw: Number::ZERO,
        limited: Number::ZERO,
        faded: Number::ZERO,
        bounded: Number::ZERO,
    });
    rules.collect()
}

struct Recorder<'a> {
    model: &'a ScoreModel,
    dictionary: &'a Dictionary,
    facts: &'a ContactFacts<'a>,
    rules: Vec<RuleExplanation>,
    /// Per rule, the positions of its activities among the contact's.
    told: Vec<Vec<usize>>,
    adjustments: Vec<Adjustment>,
}

impl Recorder<'_> {
    fn still(&mut self, rule: usize, points: Number) {
        let rule = &mut self.rules[rule];
        (rule.raw, rule.limited, rule.faded, rule.bounded) = (points, points, points, points);
    }
}

impl Trace for Recorder<'_> {
    fn activity(&mut self, rule: usize, traced: Traced) {
        let fact = &self.facts.activities[traced.fact];
        let told = &mut self.told[rule];
        let place = told.partition_point(|position| *position < traced.fact);
        told.insert(place, traced.fact);
        let rule = &mut self.rules[rule];
        let limited = match traced.verdict {
            Verdict::Limited => Number::ZERO,
            Verdict::Counted
            | Verdict::WindowPassed
            | Verdict::FadedAway
            | Verdict::Awaited
            | Verdict::Followed { .. }
            | Verdict::CalledOff { .. } => traced.raw,
        };
        rule.raw += traced.raw;
        rule.limited += limited;
        rule.faded += traced.points;
        rule.bounded = rule.faded;
        if let RuleReason::Activities(activities) = &mut rule.reason {
            let matched = MatchedActivity {
                at: fact.at,
                activity_type: self.dictionary.types.get(&fact.activity_type).cloned().unwrap_or_default(),
                object: self.dictionary.objects.get(&fact.object).cloned().unwrap_or_default(),
                deadline: traced.due.map(Timestamp::from_secs),
                raw: traced.raw,
                verdict: traced.verdict,
                points: traced.points,
            };
            activities.insert(place, matched);
        }
    }

    fn property(&mut self, rule: usize, case: Option<usize>, points: Number) {
        self.still(rule, points);
        if let RuleReason::Property { field, value, case: of_rule } = &mut self.rules[rule].reason {
            *value = self.facts.fields.get(field).map(ToString::to_string);
            *of_rule = case.map(|case| case + 1);
        }
    }

    fn segment(&mut self, rule: usize, is_member: bool, points: Number) {
        self.still(rule, points);
        if let RuleReason::Segment { member, .. } = &mut self.rules[rule].reason {
            *member = is_member;
        }
    }

    fn bound(&mut self, of: Bounded, before: Number, after: Number, side: Side) {
        let of = match of {
            Bounded::Rule(rule) => {
                self.rules[rule].bounded = after;
                Adjusted::Rule(self.rules[rule].id.clone())
            }
            Bounded::Group(group) => Adjusted::Group(self.model.groups[group].name.clone()),
            Bounded::Total => Adjusted::Total,
        };
        let bound = match side {
            Side::Minimum => Bound::Minimum,
            Side::Maximum => Bound::Maximum,
        };
        self.adjustments.push(Adjustment { of, bound, before, after });
    }
}
