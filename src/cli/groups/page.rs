//! The page of one buying group and its member list (Journey Optimizer B2B, "Buying group details"). They hold names and
//! addresses: for standard output only (I12).

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::summary::{self, SummaryArgs};
use crate::cli::explain::{Account, signals_of};
use crate::cli::listing::{Cell, ListArgs, Listing};
use crate::cli::output::{count, line, table};
use crate::cli::{Failure, Global, Outcome, context, meant, output};
use crate::domain::buying_group::{
    AccountFacts, DetailFacts, GroupDetails, GroupRecord, JourneyUse, Member, MemberCard, MemberFacts, Opportunity,
    OtherGroup, RecentActivity, RoleTemplate, details, replay,
};
use crate::domain::engagement::{Counter, EngagementModel};
use crate::domain::model::{ActivityFact, CompanyId, ContactId, Dictionary, Number, Rounding, Value};
use crate::domain::workflow::State;
use crate::engine::cycle::Engine;
use crate::store::{GroupRow, Store};

/// What sales calls an interesting moment.
const INTERESTING: &str = "interesting_moment";

#[derive(clap::Args)]
pub(super) struct ShowArgs {
    /// The group's name or number.
    group: String,
    #[command(flatten)]
    summary: SummaryArgs,
}

#[derive(clap::Args)]
pub(super) struct MembersArgs {
    /// The group's name or number.
    group: String,
    #[command(flatten)]
    list: ListArgs,
}

pub(super) async fn show(global: &Global, args: &ShowArgs) -> Outcome {
    let opened = context::look(global).await?;
    let engine = &opened.engine;
    let zone = &engine.settings.zone;
    let row = meant::group(&engine.store, &args.group).await?;
    let template = template_of(engine, &row)?;
    let account = Account::load(engine, row.company, engine.clock.now()).await?;
    let intent = signals_of(engine, &account, row.id).await?;
    let members = member_facts(engine, &row, &account.dictionary).await?;
    let people: Vec<ContactId> = account.people.iter().map(|person| person.id).collect();
    let facts = AccountFacts {
        id: row.company,
        name: account.company.name(),
        people: people.len() as u64,
        industry: meant::text_of(&account.company.fields, "industry"),
        open_opportunities: open_opportunities(&engine.store, row.company).await?,
        journeys: journeys(engine, &people).await?,
    };
    let record = record_of(engine, &row).await?;
    let facts = DetailFacts {
        group: &record,
        account: &facts,
        template,
        members: &members,
        completeness: &row.roles,
        engagement: row.engagement,
        intent: &intent,
    };
    if args.summary.request {
        return summary::print_request(&opened, &facts);
    }
    let mut page = details(&facts, zone);
    summary::write(&opened, &facts, &args.summary, &mut page.summary.text).await?;
    if global.json {
        output::json(&page);
    } else {
        print(&page, zone);
    }
    Ok(0)
}

pub(super) async fn members(global: &Global, args: &MembersArgs) -> Outcome {
    let form = args.list.form(global)?;
    let opened = context::look(global).await?;
    let engine = &opened.engine;
    let zone = &engine.settings.zone;
    let row = meant::group(&engine.store, &args.group).await?;
    let template = template_of(engine, &row)?;
    let dictionary = engine.store.dictionary().await?;
    let mut members = member_facts(engine, &row, &dictionary).await?;
    members.sort_by_cached_key(|member| {
        (template.position(&member.member.role), member.name.to_lowercase(), member.member.contact)
    });
    let total = members.len() as u64;
    let rows = members.iter().take(args.list.most(form)).map(|member| {
        vec![
            Cell::text(member.name.as_str()),
            Cell::text(member.member.role.as_str()),
            Cell::some(member.title.clone(), Cell::Text),
            Cell::some(member.email.clone(), Cell::Text),
            Cell::some(member.phone.clone(), Cell::Text),
            Cell::text(member.member.source.as_str()),
            Cell::At(member.member.since),
            Cell::Number(member.engagement.round(Rounding::Whole)),
        ]
    });
    let listing = Listing {
        of: "members",
        columns: &[
            ("name", "name"),
            ("role", "role"),
            ("title", "title"),
            ("email", "e-mail"),
            ("phone", "phone"),
            ("source", "source"),
            ("since", "since"),
            ("engagement", "engagement"),
        ],
        rows: rows.collect(),
    };
    let missing = row.roles.missing_roles();
    let mut footer = vec![format!("{} members of {}", count(total), row.name)];
    if !missing.is_empty() {
        footer.push(format!("Nobody is {}", missing.join(", ")));
    }
    let beside = json!({ "group": { "id": row.id, "name": row.name }, "missing_roles": missing, "total": total });
    listing.print(form, zone, beside, "This group has no members.", &footer);
    Ok(0)
}

fn template_of<'a>(engine: &'a Engine, row: &GroupRow) -> Result<&'a RoleTemplate, Failure> {
    let rules = &engine.rules.rules.buying_groups;
    rules
        .template_of(&row.interest)
        .ok_or_else(|| Failure::Input(format!("the rules have no solution interest `{}` any more", row.interest)))
}

async fn record_of(engine: &Engine, row: &GroupRow) -> Result<GroupRecord, Failure> {
    let requests = engine.store.list_stage_requests(row.id).await?;
    let stages = engine.rules.rules.buying_groups.stages_of(&row.interest);
    let since = stages.and_then(|model| replay(model, &requests).since);
    Ok(GroupRecord {
        id: row.id,
        name: row.name.clone(),
        interest: row.interest.clone(),
        stage: row.stage.clone(),
        stage_since: since.filter(|_| row.stage.is_some()),
        changed_at: row.changed_at,
    })
}

/// Everything that is shown of the members, in the order of the store.
async fn member_facts(engine: &Engine, row: &GroupRow, dictionary: &Dictionary) -> Result<Vec<MemberFacts>, Failure> {
    let store = &engine.store;
    let members: Vec<Member> = store.load_members(&[row.id]).await?.remove(&row.id).unwrap_or_default();
    let ids: Vec<ContactId> = members.iter().map(|member| member.contact).collect();
    let mut people: BTreeMap<ContactId, _> =
        store.load_facts(&ids).await?.into_iter().map(|person| (person.id, person)).collect();
    let engagement = store.load_engagement(&ids).await?;
    let mut groups = store.load_groups_of_contacts(&ids).await?;
    let titles = engine.rules.rules.engagement.as_ref().map(|model| (model, Counter::new(model, dictionary)));
    let facts = members.into_iter().filter_map(|member| {
        let person = people.remove(&member.contact)?;
        let fields = &person.fields;
        let others = groups.remove(&member.contact).unwrap_or_default().into_iter();
        let others = others.filter(|(group, _)| group.id != row.id).map(|(group, place)| OtherGroup {
            id: group.id,
            name: group.name,
            role: place.role,
            since: place.since,
        });
        Some(MemberFacts {
            name: meant::person_name(member.contact, fields),
            title: meant::text_of(fields, "job_title"),
            email: meant::text_of(fields, "email"),
            phone: meant::text_of(fields, "phone"),
            engagement: engagement.get(&member.contact).map_or(Number::ZERO, |row| row.exact),
            activities: person
                .activities
                .iter()
                .map(|fact| recent(fact, dictionary, titles.as_ref().map(|(model, counter)| (*model, counter))))
                .collect(),
            other_groups: others.collect(),
            member,
        })
    });
    Ok(facts.collect())
}

fn recent(
    fact: &ActivityFact,
    dictionary: &Dictionary,
    titles: Option<(&EngagementModel, &Counter)>,
) -> RecentActivity {
    let kind = dictionary.types.get(&fact.activity_type).map_or("activity", String::as_str);
    let title = titles.and_then(|(model, counter)| {
        let row = model.activities.get(usize::from(counter.row(fact)?))?;
        Some(row.title.clone())
    });
    RecentActivity {
        at: fact.at,
        title: title.unwrap_or_else(|| kind.replace('_', " ")),
        about: meant::about(dictionary.objects.get(&fact.object)),
        interesting: kind == INTERESTING,
    }
}

async fn open_opportunities(store: &Store, company: CompanyId) -> Result<Vec<Opportunity>, Failure> {
    let deals = store.load_deals_of_company(company).await?;
    let open = deals.into_iter().filter(|deal| !meant::is_true(&deal.fields, "closed"));
    Ok(open
        .map(|deal| Opportunity {
            name: meant::text_of(&deal.fields, "name").unwrap_or_else(|| format!("deal {}", deal.id)),
            amount: match deal.fields.get("amount") {
                Some(Value::Number(amount)) => Some(*amount),
                _ => None,
            },
        })
        .collect())
}

/// The workflows that people of the account are or were in, with the last start of each.
async fn journeys(engine: &Engine, people: &[ContactId]) -> Result<Vec<JourneyUse>, Failure> {
    let mut last: BTreeMap<String, Timestamp> = BTreeMap::new();
    for row in engine.store.load_enrollments(people).await?.into_values().flat_map(BTreeMap::into_values) {
        let State::Enrolled(enrollment) = &row.state else { continue };
        let used = enrollment.ended.map_or(enrollment.entered_at, |ended| ended.at).max(enrollment.enrolled_at);
        let at = last.entry(row.workflow).or_insert(used);
        *at = used.max(*at);
    }
    let workflows = &engine.rules.rules.workflows;
    let title = |name: String| match workflows.iter().find(|workflow| workflow.name == name) {
        Some(workflow) => workflow.title.clone(),
        None => name,
    };
    Ok(last.into_iter().map(|(name, last_used_at)| JourneyUse { name: title(name), last_used_at }).collect())
}

fn print(page: &GroupDetails, zone: &TimeZone) {
    let summary = &page.summary;
    line(&format!("{} (group {})", summary.name, summary.id.0));
    line(&format!("{} ({})", summary.text.text, summary.text.origin));
    if let Some(note) = &summary.text.note {
        line(&format!("The model's summary is not shown: {note}"));
    }
    line("");
    line(&format!("Engagement    {}", summary.engagement));
    line(&format!("Completeness  {} %", summary.completeness.shown));
    line(&format!("Stage         {}", summary.stage.as_deref().unwrap_or("none")));
    line(&format!("Template      {}", summary.template));
    line(&format!("Last change   {}", context::local_time(summary.changed_at, zone)));
    line("");
    line(&format!("{}: {}", page.account.name, page.account.text.text));
    for deal in &page.account.open_opportunities {
        let amount = deal.amount.map_or_else(String::new, |amount| format!(", {amount}"));
        line(&format!("  open opportunity: {}{amount}", deal.name));
    }
    for journey in &page.account.journeys {
        line(&format!("  journey: {}, {}", journey.name, context::local_time(journey.last_used_at, zone)));
    }
    if !page.intent.is_empty() {
        line("");
        let rows: Vec<Vec<String>> = page
            .intent
            .iter()
            .map(|signal| vec![signal.value.to_string(), signal.level.as_str().to_owned(), signal.name.clone()])
            .collect();
        table(&["intent", "level", "of"], &rows);
    }
    line("");
    let rows: Vec<Vec<String>> = summary
        .completeness
        .roles
        .iter()
        .map(|role| {
            let needed = if role.required { role.members_required.to_string() } else { "-".to_owned() };
            vec![role.role.clone(), role.assigned.to_string(), needed]
        })
        .collect();
    table(&["role", "members", "needed"], &rows);
    for (title, cards) in [("Decision makers", &page.decision_makers), ("Most engaged", &page.most_engaged)] {
        if cards.is_empty() {
            continue;
        }
        line("");
        line(title);
        cards.iter().for_each(|card| print_card(card, zone));
    }
    line("");
    line(&format!("{} members: `intentd groups members {}`", count(summary.members as u64), summary.id.0));
}

fn print_card(card: &MemberCard, zone: &TimeZone) {
    let title = card.title.as_ref().map_or_else(String::new, |title| format!(", {title}"));
    line(&format!("  {}{title}: {}, engagement {}", card.name, card.role, card.engagement));
    let details = &card.details;
    let reach: Vec<&str> = [&details.email, &details.phone].into_iter().flatten().map(String::as_str).collect();
    if !reach.is_empty() {
        line(&format!("    {}", reach.join(", ")));
    }
    line(&format!("    {}", details.summary.text));
    let told = |what: &str, activity: &RecentActivity| {
        let about = activity.about.as_ref().map_or_else(String::new, |about| format!(": {about}"));
        line(&format!("    {}  {what}{}{about}", context::local_time(activity.at, zone), activity.title));
    };
    if let Some(moment) = &details.last_interesting_moment {
        told("last interesting moment, ", moment);
    }
    details.latest_activities.iter().for_each(|activity| told("", activity));
    for group in &details.other_groups {
        line(&format!("    also {} in {}", group.role, group.name));
    }
}
