//! Buying groups: who of an account's people decides on a purchase together, how complete and how far the group is. Pure
//! functions of rules, facts and as-of instant (I3); engagement is computed in `domain::engagement`.
//!
//! The rules ([`BuyingGroupRules`]) are solution interests, role templates, stage models, creation jobs and intent signals.
//! [`plan_groups`] says which groups there should be, [`members_of`] who belongs to one, [`completeness`] how complete it
//! is, [`replay`] where it stands, [`group_intent`] what it is interested in, and [`details`] what people see of it.

mod actions;
mod browse;
mod card;
mod change;
mod completeness;
mod creation;
mod details;
mod facts;
mod flaw;
mod interest;
mod membership;
mod refusal;
mod signal_levels;
mod signals;
mod stage_history;
mod stages;
mod summary_text;
mod template;
#[cfg(test)]
mod tests;
mod written;

use serde::{Deserialize, Serialize};

pub use actions::{BulkAction, MAX_BULK, bulk};
pub use browse::{BrowseFilter, GroupRow, browse};
pub use card::{CardDetails, MemberCard, MemberFacts, MemberRow, OtherGroup, RecentActivity};
pub use change::{Usage, check_change};
pub use completeness::{Completeness, RoleFill, completeness};
pub use creation::{
    AudienceMember, ExistingGroup, GroupPlan, JobSummary, KeptGroup, NewGroup, OrphanCause, OrphanedGroup, group_name,
    plan_groups,
};
pub use details::{
    AccountFacts, AccountOverview, DetailFacts, GroupDetails, GroupRecord, GroupSummary, JourneyUse, Opportunity,
    details,
};
pub use facts::{fact_of_group, fact_of_member};
pub use flaw::Flaw;
pub use interest::{Audience, BuyingGroupRules, CreationJob, CustomRole, SolutionInterest};
pub use membership::{
    AssignmentChange, AssignmentFact, AssignmentSource, Candidate, Member, MemberChange, Membership, Source, members_of,
};
pub use refusal::Refusal;
pub use signal_levels::{GroupIntent, IntentLevel, SignalContribution, SignalIndex, SignalLevel, group_intent};
pub use signals::{Keyword, PageRule, Product, SignalKind, SignalModel, Solution};
pub use stage_history::{StageCause, StageChange, StageHistory, StageRequest, replay};
pub use stages::{Outcome, Stage, StageModel};
pub use summary_text::TextSummary;
pub use template::{DECISION_MAKER, DEFAULT_ROLES, MAX_MEMBERS_REQUIRED, MAX_ROLES, Role, RoleTemplate, Status};
pub use written::{Answer, SummaryRequest, Unusable, Writer};

/// One buying group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct GroupId(pub i64);
