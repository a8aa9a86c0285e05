//! What a criterion asks: for knowing whom a new fact concerns, and for finding rules that would depend on themselves.

use std::collections::BTreeSet;

use super::tree::{Criterion, FieldOf, GroupTest, Test, Window};

/// Everything that a criterion asks, in its whole tree.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Uses {
    pub contact_fields: BTreeSet<String>,
    pub company_fields: BTreeSet<String>,
    pub activity_types: BTreeSet<String>,
    pub segments: BTreeSet<String>,
    /// By value or by label.
    pub scores: BTreeSet<String>,
    /// Whether intent is asked at all; the criteria it names are in `intent_criteria`.
    pub intent: bool,
    pub intent_criteria: BTreeSet<String>,
    /// Whether markets are asked at all; "any market" asks every one.
    pub any_market: bool,
    pub markets: BTreeSet<String>,
    pub views: BTreeSet<String>,
    pub visits: bool,
    pub in_crm: bool,
    pub engagement: bool,
    /// Workflows whose goal is asked.
    pub goals: BTreeSet<String>,
    /// Workflows in which enrollment is asked.
    pub enrollments: BTreeSet<String>,
    /// Whether buying groups are asked at all; the interests that they name are in `interests`.
    pub buying_groups: bool,
    pub interests: BTreeSet<String>,
    /// Whether a window begins at the enrollment in the workflow that asks.
    pub since_enrollment: bool,
    /// Whether the answer can change by time alone.
    pub time: bool,
}

impl Uses {
    /// What some criteria ask together.
    pub fn of<'a>(criteria: impl IntoIterator<Item = &'a Criterion>) -> Uses {
        let mut uses = Uses::default();
        criteria.into_iter().for_each(|criterion| uses.take(criterion));
        uses
    }

    fn take(&mut self, criterion: &Criterion) {
        match criterion {
            Criterion::All(children) | Criterion::Any(children) => children.iter().for_each(|child| self.take(child)),
            Criterion::Not(child) => self.take(child),
            Criterion::Test(test) => self.test(test),
        }
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Field { of, field, test } => {
                let fields = match of {
                    FieldOf::Contact => &mut self.contact_fields,
                    FieldOf::Company => &mut self.company_fields,
                };
                fields.insert(field.clone());
                self.time |= matches!(test, super::tree::ValueTest::DaysFromToday { .. });
            }
            Test::Activities { filter, window, .. } => {
                self.activity_types.insert(filter.activity_type.clone());
                self.window(window);
            }
            Test::Segment { segment } => add(&mut self.segments, segment),
            Test::Score { score, .. } | Test::ScoreLabel { score, .. } => add(&mut self.scores, score),
            Test::Intent { criteria } => {
                self.intent = true;
                self.intent_criteria.extend(criteria.iter().cloned());
            }
            Test::Market { market: Some(market) } => add(&mut self.markets, market),
            Test::Market { market: None } => self.any_market = true,
            Test::View { view } => add(&mut self.views, view),
            Test::Visits { window, .. } => {
                self.visits = true;
                self.window(window);
            }
            Test::InCrm => self.in_crm = true,
            Test::GoalAchieved { workflow } => add(&mut self.goals, workflow),
            Test::Enrolled { workflow } => add(&mut self.enrollments, workflow),
            Test::Engagement { .. } => self.engagement = true,
            Test::BuyingGroup(GroupTest { interests, .. }) => {
                self.buying_groups = true;
                self.interests.extend(interests.iter().cloned());
            }
        }
    }

    fn window(&mut self, window: &Window) {
        self.since_enrollment |= *window == Window::SinceEnrollment;
        // Also an activity that is known and yet to come changes a count by time alone.
        self.time = true;
    }
}

fn add(names: &mut BTreeSet<String>, name: &str) {
    names.insert(name.to_owned());
}
