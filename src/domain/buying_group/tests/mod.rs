//! Buying groups: what the rules refuse, and the promises of planning, membership and intent over many random cases. The
//! worked examples are golden stories in `tests/scenarios/groups`.

mod intent;
mod members;
mod rules;
mod views;
mod written;

use super::*;
use crate::domain::criteria::{Criterion, FieldOf, FieldTest, Test, ValueTest};
use crate::domain::model::{CompanyId, ContactId};
use intentd_sdk::Timestamp;

pub(super) fn role(name: &str, weight: u32, automatic: bool) -> Role {
    let test = Test::Field {
        of: FieldOf::Contact,
        field: "job_title".to_owned(),
        test: ValueTest::Is(FieldTest::Contains(vec![name.to_lowercase()])),
    };
    Role {
        name: name.to_owned(),
        weighting: "normal".to_owned(),
        weight,
        assign_when: automatic.then_some(Criterion::Test(test)),
        required: true,
        members_required: 1,
    }
}

pub(super) fn template(roles: Vec<Role>) -> RoleTemplate {
    RoleTemplate { name: "Software".to_owned(), description: String::new(), status: Status::Live, roles }
}

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_secs(seconds)
}

pub(super) fn stage(name: &str, next: &[&str]) -> Stage {
    Stage {
        name: name.to_owned(),
        description: String::new(),
        entry: false,
        outcome: None,
        next: next.iter().map(|next| (*next).to_owned()).collect(),
        enter_when: None,
    }
}

pub(super) fn stages() -> StageModel {
    let stages = vec![
        Stage { entry: true, ..stage("Aware", &["Evaluating", "Lost"]) },
        stage("Evaluating", &["Won", "Lost"]),
        Stage { outcome: Some(Outcome::Success), ..stage("Won", &[]) },
        Stage { outcome: Some(Outcome::Failure), ..stage("Lost", &["Aware"]) },
    ];
    StageModel { name: "Sales".to_owned(), status: Status::Live, stages }
}

pub(super) fn interest(name: &str) -> SolutionInterest {
    SolutionInterest {
        name: name.to_owned(),
        description: String::new(),
        template: "Software".to_owned(),
        stage_model: Some("Sales".to_owned()),
        update_existing_groups: true,
    }
}
