//! What a person decides about groups: members, roles, stages. All or nothing, and checked before anything is written.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;

use crate::cli::output::line;
use crate::cli::{Failure, Global, Outcome, context, explain, meant, output};
use crate::domain::buying_group::{BulkAction, MAX_BULK, Refusal, StageCause, bulk, replay};
use crate::domain::model::{CompanyId, ContactId};
use crate::engine::progress::Silent;
use crate::store::GroupRow;

/// Who decided, as the database keeps it.
const ACTOR: &str = "command line";

#[derive(clap::Args)]
pub(super) struct RoleArgs {
    /// The group's name or number.
    group: String,
    /// A role of the group's template.
    #[arg(long, value_name = "ROLE")]
    role: String,
    /// E-mail addresses, or records' ids at a vendor.
    #[arg(required = true)]
    contacts: Vec<String>,
}

#[derive(clap::Args)]
pub(super) struct RemoveArgs {
    /// The group's name or number.
    group: String,
    /// E-mail addresses, or records' ids at a vendor.
    #[arg(required = true)]
    contacts: Vec<String>,
}

#[derive(clap::Args)]
pub(super) struct StageArgs {
    /// The stage.
    #[arg(long, value_name = "STAGE")]
    to: String,
    /// The groups' names or numbers.
    #[arg(required = true)]
    groups: Vec<String>,
}

pub(super) async fn assign(global: &Global, args: &RoleArgs) -> Outcome {
    decide(global, &args.group, &args.contacts, BulkAction::Assign { role: args.role.clone() }).await
}

pub(super) async fn change_role(global: &Global, args: &RoleArgs) -> Outcome {
    decide(global, &args.group, &args.contacts, BulkAction::ChangeRole { role: args.role.clone() }).await
}

pub(super) async fn remove(global: &Global, args: &RemoveArgs) -> Outcome {
    decide(global, &args.group, &args.contacts, BulkAction::Remove).await
}

fn refused(refusal: Refusal) -> Failure {
    Failure::Input(refusal.to_string())
}

async fn decide(global: &Global, group: &str, contacts: &[String], action: BulkAction) -> Outcome {
    let opened = context::open(global, Arc::new(Silent)).await?;
    let engine = &opened.engine;
    let store = &engine.store;
    let row = meant::group(store, group).await?;
    let Some(template) = engine.rules.rules.buying_groups.template_of(&row.interest) else {
        return Err(Failure::Input("the rules have no role template for this group any more".into()));
    };
    let mut chosen: BTreeSet<ContactId> = BTreeSet::new();
    for contact in contacts {
        chosen.insert(explain::find_contact(store, contact).await?.id);
    }
    let people = store.load_people(&[row.company]).await?.remove(&row.company).unwrap_or_default();
    let members = store.load_members(&[row.id]).await?.remove(&row.id).unwrap_or_default();
    let now = engine.clock.now();
    // The store numbers the facts.
    let facts = bulk(&action, &chosen, template, &people, &members, 0, now).map_err(refused)?;
    let mut tx = store.begin().await?;
    for fact in &facts {
        tx.insert_decision(row.id, fact.contact, fact.source, &fact.change, ACTOR, now).await?;
    }
    tx.mark_companies_dirty(&[row.company]).await?;
    tx.commit().await?;
    let people = if facts.len() == 1 { "1 person".to_owned() } else { format!("{} people", facts.len()) };
    let done = match &action {
        BulkAction::Assign { role } => format!("{people} assigned to {} as {role}", row.name),
        BulkAction::ChangeRole { role } => format!("{people} of {} given the role {role}", row.name),
        BulkAction::Remove | BulkAction::SendEmail => format!("{people} taken out of {}", row.name),
    };
    report(global, &done, facts.len());
    Ok(0)
}

pub(super) async fn stage(global: &Global, args: &StageArgs) -> Outcome {
    if args.groups.len() > MAX_BULK {
        let count = args.groups.len();
        return Err(Failure::Input(format!("at most {MAX_BULK} groups at a time, not {count}")));
    }
    let opened = context::open(global, Arc::new(Silent)).await?;
    let engine = &opened.engine;
    let store = &engine.store;
    let now = engine.clock.now();
    let mut rows: Vec<GroupRow> = Vec::new();
    for group in &args.groups {
        let row = meant::group(store, group).await?;
        if rows.iter().any(|known| known.id == row.id) {
            continue;
        }
        let Some(model) = engine.rules.rules.buying_groups.stages_of(&row.interest) else {
            return Err(Failure::Input(format!("the solution interest `{}` has no stages", row.interest)));
        };
        let history = replay(model, &store.list_stage_requests(row.id).await?);
        model
            .transition(history.current.as_deref(), &args.to)
            .map_err(|refusal| Failure::Input(format!("{}: {refusal}", row.name)))?;
        rows.push(row);
    }
    let requests: Vec<_> = rows.iter().map(|row| (row.id, args.to.clone(), StageCause::Manual, now)).collect();
    let companies: Vec<CompanyId> = rows.iter().map(|row| row.company).collect();
    let mut tx = store.begin().await?;
    tx.insert_stage_requests(&requests).await?;
    tx.mark_companies_dirty(&companies).await?;
    tx.commit().await?;
    let groups = match rows.as_slice() {
        [row] => row.name.clone(),
        rows => format!("{} groups", rows.len()),
    };
    report(global, &format!("{groups} moved to {}", args.to), rows.len());
    Ok(0)
}

fn report(global: &Global, done: &str, count: usize) {
    if global.json {
        output::json(&json!({ "done": done, "count": count }));
    } else {
        line(&format!("{done}; the next sync computes with it"));
    }
}
