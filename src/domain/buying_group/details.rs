//! Everything that the page of one group shows, from its facts (Journey Optimizer B2B, "Buying group details"). Holds names
//! and addresses: never logged (I12).

use std::cmp::Reverse;

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::GroupId;
use super::card::{MemberCard, MemberFacts, MemberRow};
use super::completeness::Completeness;
use super::signal_levels::SignalLevel;
use super::summary_text::{self, TextSummary};
use super::template::{DECISION_MAKER, RoleTemplate};
use crate::domain::model::{CompanyId, Number, Rounding};

/// Decision makers in the first row.
const DECISION_MAKERS: usize = 3;
/// Cards in the second row.
const MOST_ENGAGED: usize = 6;
/// Journeys of the account.
const JOURNEYS: usize = 3;

/// What a group's page is made from.
#[derive(Clone, Copy, Debug)]
pub struct DetailFacts<'a> {
    pub group: &'a GroupRecord,
    pub account: &'a AccountFacts,
    pub template: &'a RoleTemplate,
    pub members: &'a [MemberFacts],
    pub completeness: &'a Completeness,
    /// Exact.
    pub engagement: Number,
    pub intent: &'a [SignalLevel],
}

/// The group itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupRecord {
    pub id: GroupId,
    pub name: String,
    pub interest: String,
    pub stage: Option<String>,
    pub stage_since: Option<Timestamp>,
    pub changed_at: Timestamp,
}

/// Its account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFacts {
    pub id: CompanyId,
    pub name: String,
    pub people: u64,
    pub industry: Option<String>,
    pub open_opportunities: Vec<Opportunity>,
    /// In any order.
    pub journeys: Vec<JourneyUse>,
}

/// An open opportunity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Opportunity {
    pub name: String,
    pub amount: Option<Number>,
}

/// A workflow in which people of the account are or were.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct JourneyUse {
    pub name: String,
    pub last_used_at: Timestamp,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupDetails {
    pub summary: GroupSummary,
    pub account: AccountOverview,
    /// Keywords, products, solutions; within each the strongest first.
    pub intent: Vec<SignalLevel>,
    /// Up to three, by engagement.
    pub decision_makers: Vec<MemberCard>,
    /// Up to six others, by engagement.
    pub most_engaged: Vec<MemberCard>,
    /// The member list: all, by role and name.
    pub members: Vec<MemberRow>,
}

/// The group in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct GroupSummary {
    pub id: GroupId,
    pub name: String,
    pub account_id: CompanyId,
    pub account: String,
    pub members: usize,
    /// As shown.
    pub engagement: Number,
    pub completeness: Completeness,
    pub stage: Option<String>,
    pub interest: String,
    pub template: String,
    pub changed_at: Timestamp,
    pub text: TextSummary,
}

/// The account in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AccountOverview {
    pub id: CompanyId,
    pub name: String,
    pub people: u64,
    pub industry: Option<String>,
    pub open_opportunities: Vec<Opportunity>,
    /// Up to three, the latest first.
    pub journeys: Vec<JourneyUse>,
    pub text: TextSummary,
}

/// Makes the page, with days in this time zone.
pub fn details(facts: &DetailFacts<'_>, zone: &TimeZone) -> GroupDetails {
    let mut ranked: Vec<&MemberFacts> = facts.members.iter().collect();
    ranked.sort_by_key(|member| (Reverse(member.engagement), member.member.contact));
    let (deciding, others): (Vec<&MemberFacts>, Vec<&MemberFacts>) =
        ranked.iter().copied().partition(|member| member.member.role == DECISION_MAKER);
    let first_row = deciding.len().min(DECISION_MAKERS);
    let mut second_row: Vec<&MemberFacts> = deciding[first_row..].iter().copied().chain(others).collect();
    second_row.sort_by_key(|member| (Reverse(member.engagement), member.member.contact));
    let card = |member: &&MemberFacts| MemberCard::of(member, zone);
    let mut list: Vec<&MemberFacts> = facts.members.iter().collect();
    list.sort_by_cached_key(|member| {
        (facts.template.position(&member.member.role), member.name.to_lowercase(), member.member.contact)
    });
    GroupDetails {
        summary: GroupSummary {
            id: facts.group.id,
            name: facts.group.name.clone(),
            account_id: facts.account.id,
            account: facts.account.name.clone(),
            members: facts.members.len(),
            engagement: facts.engagement.round(Rounding::Whole),
            completeness: facts.completeness.clone(),
            stage: facts.group.stage.clone(),
            interest: facts.group.interest.clone(),
            template: facts.template.name.clone(),
            changed_at: facts.group.changed_at,
            text: summary_text::of_group(facts, ranked.first().copied(), zone),
        },
        account: account(facts, zone),
        intent: facts.intent.to_vec(),
        decision_makers: deciding[..first_row].iter().map(card).collect(),
        most_engaged: second_row.iter().take(MOST_ENGAGED).map(card).collect(),
        members: list.into_iter().map(MemberRow::of).collect(),
    }
}

fn account(facts: &DetailFacts<'_>, zone: &TimeZone) -> AccountOverview {
    let account = facts.account;
    let mut journeys: Vec<&JourneyUse> = account.journeys.iter().collect();
    journeys.sort_by_key(|journey| (Reverse(journey.last_used_at), &journey.name));
    let journeys: Vec<JourneyUse> = journeys.into_iter().take(JOURNEYS).cloned().collect();
    AccountOverview {
        id: account.id,
        name: account.name.clone(),
        people: account.people,
        industry: account.industry.clone(),
        open_opportunities: account.open_opportunities.clone(),
        text: summary_text::of_account(facts, &journeys, zone),
        journeys,
    }
}
