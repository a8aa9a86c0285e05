//! `intentd explain group`: the engagement of a buying group down to each role, member, activity and day; its completeness role by
//! role; its stage and interests. On each level the points add up to those of the level above (I4).

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use serde_json::json;

use super::account::Account;
use super::contact::signed;
use crate::cli::output::{line, table};
use crate::cli::{Failure, Global, Outcome, context, meant, output};
use crate::domain::account::{
    CompiledGroups, GroupAccount, GroupValues, Person, PersonEngagement, StoredGroup, compute_groups,
};
use crate::domain::buying_group::{GroupId, RoleTemplate, SignalLevel};
use crate::domain::engagement::{GroupExplanation, GroupSeats, Scale, Seat, explain_group};
use crate::domain::model::{ContactId, Number};
use crate::engine::cycle::Engine;

#[derive(clap::Args)]
pub(super) struct GroupArgs {
    /// The group's name or number.
    group: String,
    /// As it was at the end of this day (2026-11-01) or at this instant (2026-11-01T12:00:00Z).
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// List every member's activities by day.
    #[arg(long)]
    all: bool,
}

pub(super) async fn run(global: &Global, args: &GroupArgs) -> Outcome {
    let opened = context::look(global).await?;
    let engine = &opened.engine;
    let zone = &engine.settings.zone;
    let as_of = meant::as_of(args.as_of.as_deref(), engine.clock.now(), zone)?;
    let row = meant::group(&engine.store, &args.group).await?;
    if row.created_at > as_of {
        let at = context::local_time(row.created_at, zone);
        return Err(Failure::Input(format!("this group was made on {at}; choose a later day")));
    }
    let account = Account::load(engine, row.company, as_of).await?;
    let explained = explain(engine, &account, row.id).await?;
    let Explained { values, template, engagement } = &explained;
    let members: Vec<ContactId> = values.membership.members.iter().map(|member| member.contact).collect();
    let names = meant::person_names(&engine.store, &members).await?;
    if global.json {
        let members: Vec<_> = values
            .membership
            .members
            .iter()
            .map(|member| {
                json!({
                    "contact": member.contact,
                    "name": names.get(&member.contact),
                    "role": member.role,
                    "source": member.source.as_str(),
                    "since": member.since.to_string(),
                })
            })
            .collect();
        let moves: Vec<_> = values
            .history
            .changes
            .iter()
            .map(|change| json!({ "at": change.at.to_string(), "from": change.from, "to": change.to, "cause": change.cause }))
            .collect();
        output::json(&json!({
            "group": { "id": row.id, "name": values.name, "interest": values.interest, "template": template.name },
            "company": { "id": account.company.id, "name": account.company.name(), "domain": account.company.domain },
            "as_of": as_of.to_string(),
            "engagement": engagement,
            "completeness": values.completeness,
            "members": members,
            "stage": values.history.current,
            "stages": moves,
            "intent": values.intent.signals,
        }));
        return Ok(0);
    }
    line(&format!("{} (group {})", values.name, row.id.0));
    line(&format!("as of {}", context::local_time(as_of, zone)));
    if args.as_of.is_some() {
        line("Activities and decisions are those of that time; fields and people are today's.");
    }
    print_engagement(engagement, &names, args.all);
    print_completeness(values);
    print_stage(values, zone);
    if !values.intent.signals.is_empty() {
        line("");
        line("Intent");
        let rows: Vec<Vec<String>> = values
            .intent
            .signals
            .iter()
            .map(|signal| {
                let kind = serde_json::to_value(signal.kind).ok();
                let kind = kind.as_ref().and_then(|kind| kind.as_str()).unwrap_or_default().to_owned();
                vec![signal.value.to_string(), signal.level.as_str().to_owned(), kind, signal.name.clone()]
            })
            .collect();
        table(&["value", "level", "kind", "of"], &rows);
    }
    Ok(0)
}

/// A group at an instant.
struct Explained {
    values: GroupValues,
    template: RoleTemplate,
    engagement: GroupExplanation,
}

async fn explain(engine: &Engine, account: &Account, id: GroupId) -> Result<Explained, Failure> {
    let rules = &engine.rules.rules;
    let as_of = account.as_of;
    let (groups, scale) = compiled(engine, account).await?;
    let mut stored: Vec<StoredGroup> =
        engine.store.load_account_groups(&[account.company.id]).await?.remove(&account.company.id).unwrap_or_default();
    for group in &mut stored {
        group.members.retain(|member| member.since <= as_of);
        group.requests.retain(|request| request.at <= as_of);
    }
    let facts = account.facts();
    let name = account.company.name();
    let company =
        GroupAccount { id: account.company.id, name: &name, facts: &facts, segments: &account.company.segments };
    let no_scores = BTreeMap::new();
    let people: Vec<Person<'_>> = account
        .people
        .iter()
        .map(|contact| Person {
            contact: contact.id,
            fields: &contact.fields,
            segments: &contact.segments,
            activities: &contact.activities,
            scores: account.scores.get(&contact.id).unwrap_or(&no_scores),
        })
        .collect();
    let computed = compute_groups(&groups, &company, &people, &stored, &scale, as_of, &account.calendar);
    let found = computed.groups.into_iter().find(|group| group.id == Some(id));
    let template = found.as_ref().and_then(|group| rules.buying_groups.template_of(&group.interest)).cloned();
    let (Some(values), Some(template)) = (found, template) else {
        return Err(Failure::Input(
            "the rules have no solution interest or role template for this group any more".into(),
        ));
    };
    let seats = seats(&values, &template, &computed.engagement);
    let engagement = explain_group(groups.engagement(), &scale, &template.role_names(), &seats);
    Ok(Explained { values, template, engagement })
}

/// What a group is interested in; nothing when the rules say nothing about engagement.
pub(crate) async fn signals_of(engine: &Engine, account: &Account, id: GroupId) -> Result<Vec<SignalLevel>, Failure> {
    if engine.rules.rules.engagement.is_none() {
        return Ok(Vec::new());
    }
    Ok(explain(engine, account, id).await?.values.intent.signals)
}

/// The rules about groups and the scale of an account's instant.
pub(super) async fn compiled(engine: &Engine, account: &Account) -> Result<(CompiledGroups, Scale), Failure> {
    let rules = &engine.rules.rules;
    let Some(model) = &rules.engagement else {
        return Err(Failure::Input(
            "the rules say nothing about engagement; see mappings/rules/engagement.yaml".into(),
        ));
    };
    let calibration = engine.store.find_calibration_at(account.as_of).await?;
    let Some(scale) = Scale::of(model, calibration.as_ref()) else {
        return Err(Failure::Input("engagement is not calibrated for these rules yet; `intentd sync` does it".into()));
    };
    Ok((CompiledGroups::new(&rules.buying_groups, model, &account.dictionary), scale))
}

fn seats<'a>(
    values: &GroupValues,
    template: &RoleTemplate,
    engagement: &'a BTreeMap<ContactId, PersonEngagement>,
) -> GroupSeats<'a> {
    let seats = values.membership.members.iter().filter_map(|member| {
        let counts = &engagement.get(&member.contact)?.counts;
        Some(Seat { role: template.position(&member.role)?, contact: member.contact, counts })
    });
    GroupSeats::new(template.weights(), seats)
}

fn print_engagement(engagement: &GroupExplanation, names: &BTreeMap<ContactId, String>, all: bool) {
    line("");
    line(&format!("Engagement = {}", engagement.shown));
    let mut rows: Vec<Vec<String>> = engagement
        .roles
        .iter()
        .map(|role| {
            let share = format!("{} % of {}", role.share_percent, role.members_sum);
            vec![signed(role.points), role.role.clone(), share]
        })
        .collect();
    rows.push(vec![engagement.exact.to_string(), "exact value".into(), String::new()]);
    table(&["points", "role", "share of its members' sum"], &rows);
    if let Some(maximum) = engagement.maximum {
        line(&format!("  The root of {} ÷ {maximum} (the frozen maximum), times 100.", engagement.weighted_sum));
    }
    for role in engagement.roles.iter().filter(|role| !role.members.is_empty()) {
        line("");
        line(&format!("  {}", role.role));
        for member in &role.members {
            let name = names.get(&member.contact).cloned().unwrap_or_else(|| format!("contact {}", member.contact));
            line(&format!("    {:>10}  {name}: engagement {}", signed(member.points), member.engagement));
            if !all {
                continue;
            }
            for activity in &member.activities {
                line(&format!("      {:>10}  {}", signed(activity.points), activity.title));
                for day in activity.days.iter().rev() {
                    let capped = if day.counted < day.done { format!(" of {}", day.done) } else { String::new() };
                    line(&format!("        {:>10}  {}: {}{capped}", signed(day.points), day.on, day.counted));
                }
            }
        }
    }
    let hidden = engagement.roles.iter().flat_map(|role| &role.members).any(|member| !member.activities.is_empty());
    if hidden && !all {
        line("  (--all lists each member's activities by day)");
    }
}

fn print_completeness(values: &GroupValues) {
    let completeness = &values.completeness;
    line("");
    line(&format!("Completeness = {} %", completeness.shown));
    let mut rows: Vec<Vec<String>> = completeness
        .roles
        .iter()
        .map(|role| {
            let needed = match role.required {
                true => format!("{} of {} needed", role.assigned, role.members_required),
                false => format!("{}, not required", role.assigned),
            };
            vec![signed(role.points), role.role.clone(), needed]
        })
        .collect();
    if completeness.roles.iter().any(|role| role.required) {
        rows.push(vec![completeness.exact.to_string(), "exact value".into(), String::new()]);
    } else {
        rows.push(vec![Number::whole(100).to_string(), "no role is required".into(), String::new()]);
    }
    table(&["points", "role", "members"], &rows);
}

fn print_stage(values: &GroupValues, zone: &TimeZone) {
    let history = &values.history;
    if history.changes.is_empty() && history.refused.is_empty() {
        return;
    }
    line("");
    line(&format!("Stage = {}", history.current.as_deref().unwrap_or("none")));
    for change in &history.changes {
        let from = change.from.as_deref().map_or_else(String::new, |from| format!("{from} → "));
        let cause = serde_json::to_value(change.cause).ok();
        let cause = cause.as_ref().and_then(|cause| cause.as_str()).unwrap_or_default();
        line(&format!("  {}  {from}{} ({cause})", context::local_time(change.at, zone), change.to));
    }
    for (_, refusal) in &history.refused {
        line(&format!("  refused: {refusal}"));
    }
}
