//! Summaries in plain sentences, by a fixed template, from the facts that the page shows beside them and nothing else: the
//! same facts give the same text (I3), and the text says where it comes from. A language model's are in `written`.

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;

use super::card::{MemberFacts, RecentActivity};
use super::details::{DetailFacts, JourneyUse};
use super::membership::Source;
use super::signal_levels::{IntentLevel, SignalLevel};
use crate::domain::model::{Number, Rounding};

/// Where a text comes from.
const GENERATED: &str = "generated from facts";

/// A text with its origin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TextSummary {
    pub text: String,
    /// Shown beside the text: "generated from facts".
    pub origin: String,
    /// Why it is not the text that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl TextSummary {
    fn of(sentences: Vec<String>) -> TextSummary {
        TextSummary { text: sentences.join(" "), origin: GENERATED.to_owned(), note: None }
    }

    /// A text that a language model wrote.
    pub fn written_by(model: &str, text: String) -> TextSummary {
        TextSummary { text, origin: format!("written by {model} from facts"), note: None }
    }
}

pub(super) fn of_group(facts: &DetailFacts<'_>, most_engaged: Option<&MemberFacts>, zone: &TimeZone) -> TextSummary {
    let roles = &facts.completeness.roles;
    let filled = roles.iter().filter(|role| role.assigned > 0).count();
    let mut sentences = vec![format!(
        "{} has {} in {filled} of {}.",
        facts.group.name,
        count(facts.members.len() as u64, "member", "members"),
        count(roles.len() as u64, "role", "roles")
    )];
    let open: Vec<String> = facts
        .completeness
        .open_roles()
        .map(|role| match role.assigned {
            0 => format!("{} is missing", role.role),
            assigned => format!("{} has {assigned} of {} people", role.role, role.members_required),
        })
        .collect();
    let shown = facts.completeness.shown;
    sentences.push(match open.is_empty() {
        true => format!("It is {shown} % complete."),
        false => format!("It is {shown} % complete: {}.", list(&open)),
    });
    let engagement = facts.engagement.round(Rounding::Whole);
    sentences.push(match most_engaged.filter(|member| member.engagement > Number::ZERO) {
        None => format!("Its engagement is {engagement}."),
        Some(member) => format!(
            "Its engagement is {engagement}; the most engaged is {} ({}) with {}.",
            member.name,
            member.member.role,
            member.engagement.round(Rounding::Whole)
        ),
    });
    sentences.push(match (&facts.group.stage, facts.group.stage_since) {
        (None, _) => "It has not entered a stage yet.".to_owned(),
        (Some(stage), None) => format!("It is in the stage {stage}."),
        (Some(stage), Some(since)) => format!("It has been in the stage {stage} since {}.", day(since, zone)),
    });
    sentences.extend(interest(facts.intent));
    TextSummary::of(sentences)
}

/// The strongest level that anything has, and what has it.
fn interest(intent: &[SignalLevel]) -> Option<String> {
    let highest = intent.iter().map(|signal| signal.level).max()?;
    let names: Vec<String> =
        intent.iter().filter(|signal| signal.level == highest).take(3).map(|signal| signal.name.clone()).collect();
    let word = match highest {
        IntentLevel::High => "high",
        IntentLevel::Medium => "medium",
        IntentLevel::Low => "low",
    };
    Some(format!("Its intent is {word} for {}.", list(&names)))
}

pub(super) fn of_account(facts: &DetailFacts<'_>, journeys: &[JourneyUse], zone: &TimeZone) -> TextSummary {
    let account = facts.account;
    let industry = account.industry.as_ref().map(|industry| format!(" ({industry})")).unwrap_or_default();
    let in_group = facts.members.len();
    let mut sentences = vec![format!(
        "{}{industry} has {}, of whom {in_group} {} in this group.",
        account.name,
        count(account.people, "person", "people"),
        if in_group == 1 { "is" } else { "are" }
    )];
    let deals = &account.open_opportunities;
    let amounts: Vec<Number> = deals.iter().filter_map(|deal| deal.amount).collect();
    sentences.push(match (deals.len() as u64, amounts.len()) {
        (0, _) => "There is no open opportunity.".to_owned(),
        (1, 0) => "There is 1 open opportunity.".to_owned(),
        (many, 0) => format!("There are {many} open opportunities."),
        (1, _) => format!("There is 1 open opportunity, worth {}.", amounts.iter().copied().sum::<Number>()),
        (many, known) => format!(
            "There are {many} open opportunities, worth {}{}.",
            amounts.iter().copied().sum::<Number>(),
            if known as u64 == many { String::new() } else { format!(" for the {known} with an amount") }
        ),
    });
    sentences.push(match journeys.first() {
        None => "No journey has used the account.".to_owned(),
        Some(last) => format!("The last journey was {} on {}.", last.name, day(last.last_used_at, zone)),
    });
    TextSummary::of(sentences)
}

pub(super) fn of_member(facts: &MemberFacts, last: Option<&RecentActivity>, zone: &TimeZone) -> TextSummary {
    let member = &facts.member;
    let title = facts.title.as_ref().map(|title| format!(", {title},")).unwrap_or_default();
    let by = match member.source {
        Source::Automatic => "by the role's conditions",
        Source::Journey => "by a journey",
        Source::Manual => "by hand",
    };
    let mut sentences = vec![
        format!("{}{title} has been {} since {}, assigned {by}.", facts.name, member.role, day(member.since, zone)),
        format!("The engagement is {}.", facts.engagement.round(Rounding::Whole)),
    ];
    sentences.push(match last {
        None => "No activity is known.".to_owned(),
        Some(activity) => {
            let about = activity.about.as_ref().map(|about| format!(" ({about})")).unwrap_or_default();
            format!("The last activity was {}{about} on {}.", activity.title, day(activity.at, zone))
        }
    });
    let others = facts.other_groups.len() as u64;
    if others > 0 {
        sentences.push(format!("There is membership in {} besides.", count(others, "other group", "other groups")));
    }
    TextSummary::of(sentences)
}

fn count(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn list(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

pub(super) fn day(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at.to_jiff()).date().to_string()
}
