//! The list of groups: searched by name, filtered, sorted by name.

use std::collections::BTreeSet;

use super::GroupId;
use crate::domain::criteria::{Between, GroupFact};

/// A line of the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRow {
    pub id: GroupId,
    pub name: String,
    pub account: String,
    pub members: usize,
    pub fact: GroupFact,
}

/// What to show. Every part that is there must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BrowseFilter {
    /// Words that the name contains, in any order, without regard to letter case.
    pub search: String,
    /// One of these; empty: any.
    pub interests: BTreeSet<String>,
    /// The template has this role and nobody has it.
    pub missing_role: Option<String>,
    /// Before rounding.
    pub completeness: Option<Between>,
    /// As shown.
    pub engagement: Option<Between>,
    /// One of these; empty: any.
    pub stages: BTreeSet<String>,
    /// Also, or only, groups without a stage.
    pub without_stage: bool,
}

impl BrowseFilter {
    /// Whether a group is shown.
    pub fn shows(&self, row: &GroupRow) -> bool {
        let name = row.name.to_lowercase();
        let fact = &row.fact;
        let any_stage = self.stages.is_empty() && !self.without_stage;
        self.search.to_lowercase().split_whitespace().all(|word| name.contains(word))
            && (self.interests.is_empty() || self.interests.contains(&fact.interest))
            && self.missing_role.as_ref().is_none_or(|role| fact.missing_roles.contains(role))
            && self.completeness.is_none_or(|range| range.holds(fact.completeness))
            && self.engagement.is_none_or(|range| range.holds(fact.engagement))
            && match &fact.stage {
                Some(stage) => any_stage || self.stages.contains(stage),
                None => any_stage || self.without_stage,
            }
    }
}

/// The groups that a filter shows, by name.
pub fn browse<'a>(rows: &'a [GroupRow], filter: &BrowseFilter) -> Vec<&'a GroupRow> {
    let mut shown: Vec<&GroupRow> = rows.iter().filter(|row| filter.shows(row)).collect();
    shown.sort_by_cached_key(|row| (row.name.to_lowercase(), row.id));
    shown
}
