//! The facts that a model is told, in the form in which they are sent. What is not here is not sent: no address, no number of
//! anybody's telephone, no page, mailing or opportunity by its name.

use std::cmp::{Ordering, Reverse};
use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::aliases::{Aliases, told};
use crate::domain::buying_group::card::MemberFacts;
use crate::domain::buying_group::details::DetailFacts;
use crate::domain::buying_group::signal_levels::{IntentLevel, SignalLevel};
use crate::domain::buying_group::signals::SignalKind;
use crate::domain::buying_group::summary_text::day;
use crate::domain::model::{Number, Rounding};

/// Interests that are told.
const INTERESTS: usize = 10;
/// Calendar days of a count of activities, today among them. The names of the counts say it, too.
const DAYS: i32 = 30;

#[derive(Serialize)]
pub(super) struct Facts<'a> {
    solution_interest: &'a str,
    stage: Option<&'a str>,
    in_stage_since: Option<String>,
    completeness_percent: Number,
    engagement: Number,
    members: usize,
    roles_in_template: usize,
    roles_with_members: usize,
    roles: Vec<Role<'a>>,
    required_roles_that_lack_people: Vec<&'a str>,
    most_engaged_members: Vec<Person<'a>>,
    activities: Activities<'a>,
    intent: Vec<Interest<'a>>,
    account: Account<'a>,
}

#[derive(Serialize)]
struct Role<'a> {
    role: &'a str,
    required: bool,
    people: u32,
    people_needed: u32,
}

#[derive(Serialize)]
struct Person<'a> {
    name: &'a str,
    role: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    job_title: Option<&'a str>,
    engagement: Number,
    last_activity: Option<LastActivity<'a>>,
}

#[derive(Serialize)]
struct LastActivity<'a> {
    what: &'a str,
    on: String,
}

#[derive(Serialize)]
struct Activities<'a> {
    last_30_days: Count<'a>,
    the_30_days_before: Count<'a>,
    trend: &'static str,
}

#[derive(Default, Serialize)]
struct Count<'a> {
    in_all: u64,
    by_type: BTreeMap<&'a str, u64>,
}

#[derive(Serialize)]
struct Interest<'a> {
    kind: SignalKind,
    name: &'a str,
    level: IntentLevel,
}

#[derive(Serialize)]
struct Account<'a> {
    name: &'a str,
    industry: Option<&'a str>,
    people: u64,
    open_opportunities: usize,
    open_opportunities_with_an_amount: usize,
    amount_of_open_opportunities: Option<Number>,
    last_journey: Option<LastActivity<'a>>,
}

impl<'a> Facts<'a> {
    pub(super) fn of(facts: &DetailFacts<'a>, aliases: &'a Aliases, now: Timestamp, zone: &TimeZone) -> Facts<'a> {
        let roles = &facts.completeness.roles;
        let account = facts.account;
        let amounts: Vec<Number> = account.open_opportunities.iter().filter_map(|deal| deal.amount).collect();
        let journey = account.journeys.iter().max_by_key(|journey| (journey.last_used_at, &journey.name));
        let mut strongest: Vec<&SignalLevel> = facts.intent.iter().collect();
        strongest.sort_by_key(|signal| Reverse(signal.value));
        Facts {
            solution_interest: &facts.group.interest,
            stage: facts.group.stage.as_deref(),
            in_stage_since: facts.group.stage_since.map(|since| day(since, zone)),
            completeness_percent: facts.completeness.shown,
            engagement: facts.engagement.round(Rounding::Whole),
            members: facts.members.len(),
            roles_in_template: roles.len(),
            roles_with_members: roles.iter().filter(|role| role.assigned > 0).count(),
            roles: roles
                .iter()
                .map(|role| Role {
                    role: &role.role,
                    required: role.required,
                    people: role.assigned,
                    people_needed: role.members_required,
                })
                .collect(),
            required_roles_that_lack_people: facts.completeness.open_roles().map(|role| role.role.as_str()).collect(),
            most_engaged_members: told(facts).into_iter().map(|member| person(member, aliases, now, zone)).collect(),
            activities: activities(facts.members, now, zone),
            intent: strongest
                .into_iter()
                .take(INTERESTS)
                .map(|signal| Interest { kind: signal.kind, name: &signal.name, level: signal.level })
                .collect(),
            account: Account {
                name: aliases.account(),
                industry: account.industry.as_deref(),
                people: account.people,
                open_opportunities: account.open_opportunities.len(),
                open_opportunities_with_an_amount: amounts.len(),
                amount_of_open_opportunities: (!amounts.is_empty()).then(|| amounts.iter().copied().sum()),
                last_journey: journey
                    .map(|journey| LastActivity { what: &journey.name, on: day(journey.last_used_at, zone) }),
            },
        }
    }
}

fn person<'a>(member: &'a MemberFacts, aliases: &'a Aliases, now: Timestamp, zone: &TimeZone) -> Person<'a> {
    let last = member.activities.iter().filter(|activity| activity.at <= now).max();
    Person {
        name: aliases.person(member.member.contact),
        role: &member.member.role,
        job_title: member.title.as_deref().filter(|_| !aliases.hide()),
        engagement: member.engagement.round(Rounding::Whole),
        last_activity: last.map(|activity| LastActivity { what: activity.title.as_str(), on: day(activity.at, zone) }),
    }
}

fn activities<'a>(members: &'a [MemberFacts], now: Timestamp, zone: &TimeZone) -> Activities<'a> {
    let date = |at: Timestamp| zone.to_datetime(at.to_jiff()).date();
    let today = date(now);
    let mut last_30_days = Count::default();
    let mut the_30_days_before = Count::default();
    for activity in members.iter().flat_map(|member| &member.activities).filter(|activity| activity.at <= now) {
        let count = match today.since(date(activity.at)).map_or(i32::MAX, |age| age.get_days()) {
            age if age < DAYS => &mut last_30_days,
            age if age < 2 * DAYS => &mut the_30_days_before,
            _ => continue,
        };
        count.in_all += 1;
        *count.by_type.entry(activity.title.as_str()).or_default() += 1;
    }
    let trend = match last_30_days.in_all.cmp(&the_30_days_before.in_all) {
        Ordering::Less => "falling",
        Ordering::Equal => "unchanged",
        Ordering::Greater => "rising",
    };
    Activities { last_30_days, the_30_days_before, trend }
}
