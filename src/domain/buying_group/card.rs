//! Members as people see them: cards with their details, and lines of the member list (Journey Optimizer B2B, "Buying group
//! details"). Holds names and addresses: never logged (I12).

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::GroupId;
use super::membership::{Member, Source};
use super::summary_text::{self, TextSummary};
use crate::domain::model::{ContactId, Number, Rounding};

/// The most recent activities of a card.
const RECENT: usize = 2;
/// The other groups of a card.
const OTHER_GROUPS: usize = 3;

/// What is known of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberFacts {
    pub member: Member,
    pub name: String,
    pub title: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// Person engagement, exact.
    pub engagement: Number,
    /// In any order; at least the latest ones and the latest interesting moment.
    pub activities: Vec<RecentActivity>,
    /// All other groups, in any order.
    pub other_groups: Vec<OtherGroup>,
}

/// Something that a member did.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct RecentActivity {
    pub at: Timestamp,
    /// "Visit Webpage".
    pub title: String,
    /// The page, mailing or form.
    pub about: Option<String>,
    /// It is an interesting moment.
    pub interesting: bool,
}

/// Another group of a member.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OtherGroup {
    pub id: GroupId,
    pub name: String,
    pub role: String,
    pub since: Timestamp,
}

/// A member's card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberCard {
    pub contact: ContactId,
    pub name: String,
    pub title: Option<String>,
    pub role: String,
    /// As shown.
    pub engagement: Number,
    pub details: CardDetails,
}

/// What "View details" opens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CardDetails {
    pub summary: TextSummary,
    pub last_interesting_moment: Option<RecentActivity>,
    /// Up to two, the latest first.
    pub latest_activities: Vec<RecentActivity>,
    /// Up to three, the latest joined first.
    pub other_groups: Vec<OtherGroup>,
    pub email: Option<String>,
    pub phone: Option<String>,
}

/// A line of the member list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MemberRow {
    pub contact: ContactId,
    pub name: String,
    pub role: String,
    pub title: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub source: Source,
    pub since: Timestamp,
}

impl MemberCard {
    /// The card of a member, with days in this time zone.
    pub fn of(facts: &MemberFacts, zone: &TimeZone) -> MemberCard {
        let mut activities: Vec<&RecentActivity> = facts.activities.iter().collect();
        activities.sort_by(|a, b| b.cmp(a));
        let mut groups: Vec<&OtherGroup> = facts.other_groups.iter().collect();
        groups.sort_by_key(|group| (std::cmp::Reverse(group.since), group.id));
        let interesting = activities.iter().find(|activity| activity.interesting);
        MemberCard {
            contact: facts.member.contact,
            name: facts.name.clone(),
            title: facts.title.clone(),
            role: facts.member.role.clone(),
            engagement: facts.engagement.round(Rounding::Whole),
            details: CardDetails {
                summary: summary_text::of_member(facts, activities.first().copied(), zone),
                last_interesting_moment: interesting.copied().cloned(),
                latest_activities: activities.iter().take(RECENT).copied().cloned().collect(),
                other_groups: groups.into_iter().take(OTHER_GROUPS).cloned().collect(),
                email: facts.email.clone(),
                phone: facts.phone.clone(),
            },
        }
    }
}

impl MemberRow {
    /// The line of a member.
    pub fn of(facts: &MemberFacts) -> MemberRow {
        MemberRow {
            contact: facts.member.contact,
            name: facts.name.clone(),
            role: facts.member.role.clone(),
            title: facts.title.clone(),
            email: facts.email.clone(),
            phone: facts.phone.clone(),
            source: facts.member.source,
            since: facts.member.since,
        }
    }
}
