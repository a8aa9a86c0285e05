//! All values of contacts as mappings can write them: what was computed now, beside what is stored of other layers. A record's
//! open change holds every difference, so whoever plans one must know all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::Recompute;
use crate::domain::intent::IntentEvaluation;
use crate::domain::mapping::Values;
use crate::domain::model::{CompanyId, ContactId, Number, Rounding, Value};
use crate::domain::workflow::{Counting, State};
use crate::engine::EngineError;
use crate::store::{EnrollmentRow, GroupRow};

impl Recompute {
    /// The stored values of these contacts that come from buying groups and workflows.
    pub(super) async fn standing_values(&self, ids: &[ContactId]) -> Result<BTreeMap<ContactId, Values>, EngineError> {
        let mut found: BTreeMap<ContactId, Values> = BTreeMap::new();
        if self.writes("group.") {
            for (contact, groups) in self.store.load_groups_of_contacts(ids).await? {
                let values = found.entry(contact).or_default();
                for (group, member) in groups {
                    values.insert(format!("group.{}.role", group.interest), Some(Value::Text(member.role)));
                }
            }
        }
        if self.writes("workflow.") {
            for (contact, workflows) in self.store.load_enrollments(ids).await? {
                let values = found.entry(contact).or_default();
                for row in workflows.into_values() {
                    values.insert(format!("workflow.{}.status", row.workflow), Some(Value::Text(status(&row).into())));
                    let counts = row.counting == Counting::Counts;
                    values.insert(format!("workflow.{}.goal", row.workflow), Some(Value::Bool(counts)));
                }
            }
        }
        Ok(found)
    }

    /// Whether any mapping writes a value whose name begins like this.
    pub(super) fn writes(&self, prefix: &str) -> bool {
        self.targets.iter().any(|target| target.mapping.writes.iter().any(|write| write.value.starts_with(prefix)))
    }
}

/// Where a contact stands, in a word.
fn status(row: &EnrollmentRow) -> &'static str {
    match &row.state {
        State::Declined(declined) => declined.reason.as_str(),
        State::Enrolled(enrollment) => enrollment.ended.map_or("enrolled", |ended| ended.reason.as_str()),
    }
}

/// What is computed of a company, as mappings can write it.
pub(super) fn company_values(
    intent: &IntentEvaluation,
    markets: &BTreeSet<String>,
    views: &BTreeSet<String>,
    groups: &[GroupRow],
) -> Values {
    let mut values = Values::new();
    let mut put = |name: String, value: Option<Value>| _ = values.insert(name, value);
    let number = |count: u64| Some(Value::Number(Number::whole(i64::try_from(count).unwrap_or(i64::MAX))));
    let names: BTreeSet<String> = intent.met.iter().map(|criterion| criterion.name.clone()).collect();
    put("intent.shows".into(), Some(Value::Bool(intent.shows())));
    put("intent.criteria".into(), some_set(&names));
    put("intent.since".into(), intent.since.map(Value::Instant));
    put("intent.visits".into(), number(intent.visits));
    put("intent.visitors".into(), number(intent.visitors));
    put("intent.first_visit".into(), intent.first_visit_at.map(Value::Instant));
    put("intent.last_visit".into(), intent.last_visit_at.map(Value::Instant));
    put("markets".into(), some_set(markets));
    put("views".into(), some_set(views));
    for group in groups {
        let of = |what: &str| format!("group.{}.{what}", group.interest);
        put(of("engagement"), Some(Value::Number(group.engagement.round(Rounding::Whole))));
        put(of("completeness"), Some(Value::Number(group.completeness.round(Rounding::Whole))));
        put(of("stage"), group.stage.clone().map(Value::Text));
        put(of("missing_roles"), some_set(&group.fact.missing_roles));
    }
    values
}

fn some_set(names: &BTreeSet<String>) -> Option<Value> {
    (!names.is_empty()).then(|| Value::Set(names.clone()))
}

/// Companies with their ids as the outbox knows them.
pub(super) fn local_ids(companies: impl IntoIterator<Item = CompanyId>) -> Vec<i64> {
    companies.into_iter().map(|company| company.0).collect()
}
