//! Templates, stage models, interests, jobs and bulk actions: what is refused and with which words.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::domain::model::Number;

fn codes(flaws: &[Flaw]) -> Vec<&str> {
    flaws.iter().map(|flaw| flaw.code).collect()
}

#[test]
fn a_template_is_published_with_a_role_and_fixed_from_then_on() {
    let empty = RoleTemplate { status: Status::Draft, ..template(Vec::new()) };
    assert!(empty.flaws().is_empty(), "a draft may be empty");
    assert_eq!(
        empty.clone().publish().unwrap_err().to_string(),
        "`Software` cannot be published: the live template `Software` has no role"
    );
    assert_eq!(empty.delete(), Ok(()));
    let draft = empty.replace(RoleTemplate { roles: vec![role("Champion", 40, true)], ..empty.clone() }).unwrap();
    let live = draft.publish().unwrap();
    assert_eq!(live.delete(), Err(Refusal::LiveTemplateDeleted { name: "Software".to_owned() }));
    let edited = RoleTemplate { description: "new".to_owned(), ..live.clone() };
    assert_eq!(live.replace(edited), Err(Refusal::LiveTemplateEdited { name: "Software".to_owned() }));
    assert!(live.replace(live.clone()).is_ok());

    let greedy = Role { members_required: 51, ..role("Champion", 40, true) };
    let faulty = template(vec![role("Champion", 40, true), greedy]);
    assert_eq!(codes(&faulty.flaws()), ["duplicate_role", "out_of_range"]);
}

#[test]
fn a_stage_model_needs_an_entry_one_success_and_a_way_on_from_everywhere() {
    assert!(stages().flaws().is_empty());
    assert!(stages().unreachable().is_empty());
    let mut broken = stages();
    broken.stages[0].entry = false;
    broken.stages[1].next = vec!["Evaluating".to_owned(), "Wonn".to_owned()];
    broken.stages[2].outcome = None;
    let found = broken.flaws();
    assert_eq!(
        codes(&found),
        ["transition_to_itself", "unknown_stage", "no_entry_stage", "one_success_stage", "no_transition"]
    );
    assert_eq!(found[1].item, Some(1));
    assert_eq!(broken.unreachable(), [0, 1, 2, 3]);
    let draft = StageModel { status: Status::Draft, ..broken };
    assert_eq!(codes(&draft.flaws()), ["transition_to_itself", "unknown_stage"], "the rest can come later");
    assert!(draft.clone().publish().is_err());
    assert!(draft.replace(stages()).is_ok());
    assert!(stages().replace(draft).is_err());
}

#[test]
fn invalid_transitions_are_refused_with_what_is_possible() {
    let model = stages();
    assert_eq!(
        model.transition(None, "Won").unwrap_err().to_string(),
        "a group without a stage can only enter `Aware`, not `Won`"
    );
    assert_eq!(
        model.transition(Some("Aware"), "Won").unwrap_err().to_string(),
        "from `Aware` a group cannot go to `Won`, only `Evaluating`, `Lost`"
    );
    assert_eq!(
        model.transition(Some("Won"), "Lost").unwrap_err().to_string(),
        "from `Won` a group cannot go to `Lost`, only nowhere"
    );
    assert_eq!(model.transition(Some("Lost"), "Aware"), Ok(()), "a lost group may come back");
    assert_eq!(model.transition(Some("Aware"), "Aware"), Err(Refusal::AlreadyThere { stage: "Aware".to_owned() }));
    let draft = StageModel { status: Status::Draft, ..model };
    assert_eq!(draft.transition(None, "Aware"), Err(Refusal::StagesNotLive { name: "Sales".to_owned() }));
}

#[test]
fn a_group_goes_on_by_itself_only_where_it_may() {
    let mut model = stages();
    for stage in &mut model.stages {
        stage.enter_when = (stage.name != "Lost").then(|| Criterion::All(Vec::new()));
    }
    let holds = |names: &[&str]| names.iter().map(|name| ((*name).to_owned(), true)).collect::<BTreeMap<_, _>>();
    let goes = |from, names: &[&str]| model.advance(from, &holds(names)).map(|stage| stage.name.as_str());
    assert_eq!(goes(None, &["Won", "Aware"]), Some("Aware"));
    assert_eq!(goes(Some("Aware"), &["Won"]), None);
    assert_eq!(goes(Some("Evaluating"), &["Won", "Lost"]), Some("Won"));
    assert_eq!(goes(Some("Aware"), &["Lost"]), None, "without a condition only by hand or journey");
}

#[test]
fn what_groups_were_made_by_stays_as_it_is() {
    let before = BuyingGroupRules {
        templates: vec![template(vec![role("Champion", 40, true)])],
        stage_models: vec![stages()],
        interests: vec![interest("Analytics")],
        jobs: vec![CreationJob { interest: "Analytics".to_owned(), audience: Audience::View("Hot".to_owned()) }],
        ..BuyingGroupRules::default()
    };
    let none = Usage::default();
    assert_eq!(check_change(&before, &before, &none), []);

    let without_interest = BuyingGroupRules { interests: Vec::new(), ..before.clone() };
    let user = "the job for the view Hot".to_owned();
    let in_use = |user: String| vec![Refusal::InterestInUse { name: "Analytics".to_owned(), user }];
    assert_eq!(check_change(&before, &without_interest, &none), in_use(user));
    let without_job = BuyingGroupRules { jobs: Vec::new(), ..without_interest };
    let journey = BTreeMap::from([("Analytics".to_owned(), vec!["welcome".to_owned()])]);
    let used = Usage { journeys: journey };
    assert_eq!(check_change(&before, &without_job, &used), in_use("the workflow `welcome`".to_owned()));
    assert_eq!(check_change(&before, &without_job, &none), []);

    let mut moved = before.clone();
    moved.interests[0].template = "Other".to_owned();
    moved.templates[0].roles[0].weight = 100;
    moved.stage_models.clear();
    let told: Vec<String> = check_change(&before, &moved, &none).iter().map(ToString::to_string).collect();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].contains("is live and cannot be edited"));
    assert!(told[1].contains("belongs to the solution interest `Analytics`"));
    assert!(told[2].contains("which cannot be changed later"));
}

#[test]
fn completeness_counts_required_roles_and_members_as_fractions() {
    let of = |required: &[u32], members: &[usize]| {
        let roles = required.iter().enumerate().map(|(at, members_required)| Role {
            required: *members_required > 0,
            members_required: (*members_required).max(1),
            ..role(&format!("role {at}"), 20, false)
        });
        let found = completeness(&template(roles.collect()), members.iter().copied());
        let sum: Number = found.roles.iter().map(|role| role.points).sum();
        assert_eq!(sum, if required.iter().all(|count| *count == 0) { Number::ZERO } else { found.exact }, "I4");
        (found.exact.to_string(), found.shown.to_string())
    };
    let told = |exact: &str, shown: &str| (exact.to_owned(), shown.to_owned());
    assert_eq!(of(&[1, 1, 1, 1], &[0, 1, 2, 2]), told("75", "75"));
    assert_eq!(of(&[3], &[0, 0]), told("66.666667", "67"));
    assert_eq!(of(&[3], &[0; 4]), told("100", "100"));
    assert_eq!(of(&[3, 7, 1], &[0, 1]), told("15.873016", "16"));
    assert_eq!(of(&[1, 0], &[0]), told("100", "100"), "a role that is not required does not count");
    assert_eq!(of(&[0, 0], &[]), told("100", "100"), "nothing is missing where nothing is required");
    assert_eq!(of(&[1, 1], &[]), told("0", "0"));
    let odd: Vec<u32> = (31..=50).collect();
    assert_eq!(of(&odd, &[0]).0, "0.16129");
}

#[test]
fn actions_take_up_to_fifty_of_the_right_people() {
    let template = template(vec![role("Champion", 40, true)]);
    let people: BTreeSet<ContactId> = (0..60).map(ContactId).collect();
    let chosen = |count: i64| (0..count).map(ContactId).collect::<BTreeSet<_>>();
    let member = Member { contact: ContactId(0), role: "Champion".to_owned(), source: Source::Manual, since: at(1) };
    let act = |action: BulkAction, chosen: &BTreeSet<ContactId>| {
        bulk(&action, chosen, &template, &people, std::slice::from_ref(&member), 7, at(5))
    };
    let assign = |role: &str| BulkAction::Assign { role: role.to_owned() };
    let facts = act(assign("Champion"), &chosen(50)).unwrap();
    assert_eq!((facts.len(), facts[0].id, facts[49].id), (50, 7, 56));
    assert_eq!(act(assign("Champion"), &chosen(51)), Err(Refusal::TooMany { count: 51 }));
    assert_eq!(act(BulkAction::Remove, &chosen(0)), Err(Refusal::Nobody));
    assert_eq!(
        act(assign("Chief"), &chosen(1)).unwrap_err().to_string(),
        "the role template has no role `Chief`, only `Champion`"
    );
    let stranger = BTreeSet::from([ContactId(99)]);
    assert_eq!(act(assign("Champion"), &stranger), Err(Refusal::NotOfAccount { count: 1 }));
    assert_eq!(act(BulkAction::Remove, &chosen(3)), Err(Refusal::NotMembers { count: 2 }));
    assert_eq!(act(BulkAction::SendEmail, &chosen(1)), Ok(Vec::new()));
    assert_eq!(act(BulkAction::Remove, &chosen(1)).unwrap()[0].change, AssignmentChange::Remove);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(31), failure_persistence: None, ..ProptestConfig::default() })]

    /// I2: a plan that was carried out leaves nothing to create, and no order of jobs or groups matters.
    #[test]
    fn planning_again_makes_nothing(
        audiences in prop::collection::vec((0_usize..3, prop::collection::vec(0_i64..6, 0..8)), 0..4),
        existing in prop::collection::vec((0_usize..3, 0_i64..6), 0..8),
    ) {
        let names = ["Analytics", "Security", "Gone"];
        let interests = [interest("Analytics"), interest("Security")];
        let jobs: Vec<(CreationJob, Vec<AudienceMember>)> = audiences.iter().map(|(name, accounts)| {
            let job = CreationJob { interest: names[*name].to_owned(), audience: Audience::View("v".to_owned()) };
            let member = |account: &i64| AudienceMember { account: CompanyId(*account), name: format!("a{account}") };
            (job, accounts.iter().map(member).collect())
        }).collect();
        let mut groups: Vec<ExistingGroup> = (0..).zip(&existing).map(|(id, (name, account))| ExistingGroup {
            id: GroupId(id),
            interest: names[*name].to_owned(),
            account: CompanyId(*account),
            name: format!("old {id}"),
        }).collect();
        let plan = plan_groups(&interests, &jobs, &groups);
        let mut turned = jobs.clone();
        turned.reverse();
        let mut other = groups.clone();
        other.reverse();
        let again = plan_groups(&interests, &turned, &other);
        prop_assert_eq!((&again.created, &again.kept, &again.orphaned), (&plan.created, &plan.kept, &plan.orphaned));
        prop_assert_eq!(plan.kept.len() + plan.orphaned.len(), groups.len(), "every group is accounted for");

        for kept in &plan.kept {
            let group = groups.iter_mut().find(|group| group.id == kept.id).unwrap();
            group.name = kept.rename.clone().unwrap_or_else(|| group.name.clone());
        }
        groups.extend((100..).zip(&plan.created).map(|(id, new)| ExistingGroup {
            id: GroupId(id),
            interest: new.interest.clone(),
            account: new.account,
            name: new.name.clone(),
        }));
        let done = plan_groups(&interests, &jobs, &groups);
        prop_assert!(done.created.is_empty());
        prop_assert!(done.kept.iter().all(|kept| kept.rename.is_none()));
        prop_assert!(done.jobs.iter().all(|job| job.to_make == 0));
    }
}
