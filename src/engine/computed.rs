//! What a cycle's summary tells of intent, buying groups and goals: counts, and a few of each to look at.

use super::EngineError;
use super::summary::{CompanyLine, Computed, GoalLine, GroupLine, GroupsLine, IntentLine};
use crate::domain::intent::Ratio;
use crate::domain::model::{CompanyId, Number, Rounding};
use crate::domain::workflow::Counting;
use crate::rules::RuleSet;
use crate::store::Store;

/// So many of each kind are named.
const TOP: usize = 5;

/// Reads what is computed at this moment.
pub(super) async fn computed(store: &Store, rules: &RuleSet) -> Result<Computed, EngineError> {
    Ok(Computed { intent: intent(store).await?, groups: groups(store).await?, goals: goals(store, rules).await? })
}

async fn intent(store: &Store) -> Result<IntentLine, EngineError> {
    let shown = store.list_showing_intent(TOP as u32).await?;
    let ids: Vec<CompanyId> = shown.iter().map(|row| row.company).collect();
    let companies = store.load_companies(&ids).await?;
    let top = shown.into_iter().filter_map(|row| {
        let company = companies.get(&row.company)?;
        Some(CompanyLine {
            id: row.company.0,
            name: company.fields.get("name").map(ToString::to_string).unwrap_or_default(),
            domain: company.domain.clone().unwrap_or_default(),
            since: row.evaluation.since.map(|since| since.to_string()).unwrap_or_default(),
            criteria: row.evaluation.met.iter().map(|met| met.name.clone()).collect(),
            visits: row.evaluation.visits,
        })
    });
    Ok(IntentLine { companies: store.count_showing_intent().await?, top: top.collect() })
}

async fn groups(store: &Store) -> Result<GroupsLine, EngineError> {
    let mut groups = store.list_groups().await?;
    let count = groups.len() as u64;
    groups.sort_by(|a, b| (b.engagement, b.completeness, a.id).cmp(&(a.engagement, a.completeness, b.id)));
    let top = groups.into_iter().take(TOP).map(|group| GroupLine {
        id: group.id.0,
        name: group.name,
        completeness: group.completeness.round(Rounding::Whole).to_string(),
        engagement: group.engagement.round(Rounding::Whole).to_string(),
        stage: group.stage,
    });
    Ok(GroupsLine { groups: count, top: top.collect() })
}

async fn goals(store: &Store, rules: &RuleSet) -> Result<Vec<GoalLine>, EngineError> {
    let standings = store.count_standings().await?;
    let goals = rules.workflows.iter().filter(|workflow| workflow.goal.is_some()).map(|workflow| {
        let counts = standings.get(&workflow.name);
        let of = |counting: Counting| counts.and_then(|counts| counts.get(&counting)).copied().unwrap_or(0);
        let started =
            [Counting::Counts, Counting::NotMet, Counting::NoEmailBefore, Counting::Cleared, Counting::LeftBefore]
                .into_iter()
                .map(of)
                .sum();
        let goal_met = of(Counting::Counts);
        let share = Ratio { part: goal_met, whole: started }.number();
        let percent = Number::from_micros(share.as_micros() * 100).round(Rounding::Places(1));
        GoalLine {
            workflow: workflow.name.clone(),
            started,
            goal_met,
            rate_percent: (!workflow.emails.is_empty()).then(|| percent.to_string()),
        }
    });
    Ok(goals.collect())
}
