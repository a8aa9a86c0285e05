//! What an admin can say about intent, as checked values, and what a visit is. Nothing here decides.

use std::collections::BTreeSet;

use intentd_sdk::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::criteria::TextOperator;
use crate::domain::model::{ActivityObjectId, ContactId, Country};

/// The most criteria that a workspace can have.
pub const MAX_CRITERIA: usize = 10;
/// The longest time frame of a rule, in calendar days.
pub const MAX_DAYS: u32 = 90;
/// The most domains of companies that are left out.
pub const MAX_EXCLUDED_COMPANIES: usize = 100;

/// The visitor-intent criteria in force. A company shows intent when it meets any of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct IntentModel {
    /// At most [`MAX_CRITERIA`], with unique names.
    pub criteria: Vec<VisitorCriterion>,
    /// Registrable domains of companies that are left out of overview, views, additions and digests, even if they are in the
    /// CRM. At most [`MAX_EXCLUDED_COMPANIES`].
    pub excluded_companies: BTreeSet<String>,
}

/// One way of showing intent: any inclusion rule is met, and no exclusion rule is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitorCriterion {
    /// Stable and unique.
    pub name: String,
    /// For people.
    pub title: String,
    /// At least one.
    pub include: Vec<VisitRule>,
    pub exclude: Vec<VisitRule>,
}

/// A company meets a rule when its matching visits inside the time frame are numerous enough and come from enough visitors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VisitRule {
    /// A visit matches when its path passes any of these.
    pub paths: Vec<PathTest>,
    /// Letter case of the path counts.
    pub case_sensitive: bool,
    /// The domains that the rule applies to, subdomains included; empty: all.
    pub domains: BTreeSet<String>,
    /// The countries that a visit may come from; empty: all, unknown ones included.
    pub countries: BTreeSet<Country>,
    pub min_visits: u32,
    pub min_visitors: u32,
    /// Today and the `days − 1` calendar days before it: 1 to [`MAX_DAYS`].
    pub days: u32,
}

/// A test on a page's path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathTest {
    pub operator: TextOperator,
    /// One of these is enough (for the negative operators: none of these may match).
    pub values: Vec<String>,
}

/// Who visited, as far as it matters: the same or somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visitor {
    Contact(ContactId),
    /// A stable number of an anonymous visitor.
    Anonymous(u64),
}

/// One page view by somebody of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Visit {
    pub at: Timestamp,
    pub visitor: Visitor,
    /// Its attributes `host` and `path` say which page.
    pub page: ActivityObjectId,
    pub country: Country,
}

impl IntentModel {
    /// The longest time frame of any rule, in days; 0 without rules.
    pub fn longest_days(&self) -> u32 {
        let rules = self.criteria.iter().flat_map(|criterion| criterion.include.iter().chain(&criterion.exclude));
        rules.map(|rule| rule.days).max().unwrap_or(0)
    }
}
