//! What an admin's words about engagement and buying groups mean, and that the shipped ones mean what the vendor ships.

use std::collections::BTreeMap;

use super::*;
use crate::domain::buying_group::{Audience, Outcome, PageRule, SignalModel, Status};
use crate::domain::criteria::{Criterion, TextOperator};
use crate::domain::engagement::{Method, Scaling};

fn read(text: &str) -> RuleSet {
    let files = BTreeMap::from([("rules/groups.yaml".to_owned(), text.to_owned())]);
    from_sources(files).unwrap_or_else(|problems| panic!("{problems}"))
}

#[test]
fn the_shipped_activity_table_is_that_of_the_vendor() {
    let rules = load(None, &["hubspot"]).unwrap();
    let model = rules.engagement.unwrap();
    assert_eq!((model.method, model.scaling, model.window_days), (Method::Counts, Scaling::Maximum, 30));
    assert_eq!(model.activities.len(), 37);
    assert!(model.activities.iter().all(|row| row.daily_cap == 20));
    let mut by_weight: BTreeMap<u32, usize> = BTreeMap::new();
    for row in &model.activities {
        *by_weight.entry(row.weight).or_default() += 1;
    }
    assert_eq!(by_weight, BTreeMap::from([(30, 12), (40, 3), (60, 6), (90, 16)]));
    let weight = |activity: &str| {
        let row = model.activities.iter().find(|row| row.activities.iter().any(|known| known == activity));
        row.map(|row| row.weight)
    };
    for (activity, expected) in [
        ("event_register", Some(60)),
        ("event_attend", Some(90)),
        ("email_open", Some(30)),
        ("email_click", Some(30)),
        ("interesting_moment", Some(60)),
        ("dialogue_goal", Some(90)),
        ("webinar_click", Some(30)),
        ("sms_click", Some(90)),
        ("page_view", Some(40)),
        ("form_submission", Some(40)),
        ("link_click", Some(40)),
        ("email_sent", None),
        ("email_bounce", None),
        ("sales_email_sent", None),
    ] {
        assert_eq!(weight(activity), expected, "{activity}");
    }
    for (band, value) in [("trivial", 20), ("minor", 40), ("normal", 60), ("important", 80), ("vital", 100)] {
        assert_eq!(model.band(band), Some(value));
    }
}

#[test]
fn the_shipped_groups_are_drafts_that_could_be_published() {
    let groups = load(None, &["hubspot"]).unwrap().buying_groups;
    let template = groups.templates[0].clone();
    assert_eq!(template.status, Status::Draft);
    assert_eq!(template.publish().unwrap().weights(), [100, 80, 80, 60, 20]);
    assert!(groups.stage_models[0].clone().publish().unwrap().unreachable().is_empty());
}

#[test]
fn everything_about_groups_is_read() {
    let rules = read(
        "engagement:
  method: normalized
  scaling: min_max
  window: 14d
  daily_cap: 10
  calibrate_every: 2w
  bands: {low: 1, high: 9}
  activities:
    - {activity: [visit, view], where: {path: {starts_with: /p}}, title: Visit, kind: Web, band: high}
    - {activity: click, title: Click, weight: 0, daily_cap: 5}
custom_roles: [{name: Evaluator, description: Tries it.}]
role_templates:
  - name: Software
    description: For software.
    status: live
    roles:
      - {role: Evaluator, weighting: high, members_required: 3, assign_when: [{field: job_title, contains: tester}]}
      - {role: Champion, weighting: low, required: false}
stage_models:
  - name: Sales
    status: live
    stages:
      - {name: Aware, entry: true, next: Won, enter_when: {buying_group: {completeness: {at_least: 50}}}}
      - {name: Won, outcome: success, description: Bought.}
solution_interests:
  - {name: Analytics, template: Software, stages: Sales, update_existing_groups: true}
views: [{name: hot, criteria: [{in_crm: true}]}]
group_jobs:
  - {interest: Analytics, audience: {view: hot}}
  - {interest: Analytics, audience: {segment: Key accounts}}
intent_signals:
  half_life: 3d
  half_point: 100
  solutions:
    - name: Analytics
      products:
        - name: Insight
          keywords: [{keyword: KPI, path: [/a, /b], title: {contains: kpi, does_not_contain: jobs}}]
",
    );
    let model = rules.engagement.unwrap();
    assert_eq!((model.method, model.scaling), (Method::Normalized, Scaling::MinMax));
    assert_eq!((model.window_days, model.calibrate_every_days), (14, 14));
    let rows: Vec<(u32, u32, usize)> =
        model.activities.iter().map(|row| (row.weight, row.daily_cap, row.tests.len())).collect();
    assert_eq!(rows, [(9, 10, 1), (0, 5, 0)]);

    let groups = rules.buying_groups;
    let template = groups.template_of("Analytics").unwrap();
    assert_eq!(template.status, Status::Live);
    assert_eq!(template.weights(), [9, 1]);
    let evaluator = &template.roles[0];
    assert!(evaluator.required && evaluator.members_required == 3);
    assert!(matches!(&evaluator.assign_when, Some(Criterion::All(tests)) if tests.len() == 1));
    assert!(!template.roles[1].required && template.roles[1].assign_when.is_none());
    let stages = groups.stages_of("Analytics").unwrap();
    assert!(stages.stages[0].entry && stages.stages[0].enter_when.is_some());
    assert_eq!(
        (stages.stages[0].next.as_slice(), stages.stages[1].outcome),
        (&["Won".to_owned()][..], Some(Outcome::Success))
    );
    assert!(groups.interests[0].update_existing_groups);
    let audiences: Vec<&Audience> = groups.jobs.iter().map(|job| &job.audience).collect();
    assert_eq!(audiences, [&Audience::View("hot".into()), &Audience::Segment("Key accounts".into())]);

    let signals: SignalModel = groups.signals.unwrap();
    assert_eq!((signals.half_life_days, signals.half_point), (3, 100));
    let pages = &signals.solutions[0].products[0].keywords[0].pages;
    let [PageRule::Path(path), PageRule::Title(title)] = pages.as_slice() else { panic!("{pages:?}") };
    assert_eq!((path[0].operator, path[0].values.len()), (TextOperator::Equals, 2));
    assert!(title.len() == 2 && title.iter().all(|test| test.attribute == "asset"));
}

#[test]
fn a_row_for_an_activity_that_no_mapping_makes_is_no_error() {
    let files = BTreeMap::from([
        ("hubspot/activities.yaml".to_owned(), "activities: [{type: A, activity: email_click}]".to_owned()),
        (
            "rules/engagement.yaml".to_owned(),
            "engagement: {activities: [{activity: push_tap, title: a, weight: 1}, {activity: email_clik, title: b, weight: 1}]}"
                .to_owned(),
        ),
    ]);
    let rules = from_sources(files).unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(rules.engagement.unwrap().activities.len(), 2);
    let told: Vec<&str> = rules.warnings.iter().map(|problem| problem.message.as_str()).collect();
    assert_eq!(told, ["no mapping makes `email_clik`"], "only what is probably misspelt");
}
