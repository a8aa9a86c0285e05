//! Golden stories: `tests/scenarios/*.yaml` hold what contacts did, an admin's score and what must come out, down to every
//! contribution (I3, I4). A new story needs no code. Each expectation goes the whole way: activities arrive in their
//! order, are folded into a packed timeline, read back, evaluated and explained. The folders tell in the same way, by real
//! rule files: `companies` of markets and views, `intent` of what visits show, `recommendations` of pages that converting
//! companies read, `workflows` of goals and flows, `groups` of buying groups.

#[path = "scenarios/company_play.rs"]
mod company_play;
#[path = "scenarios/company_story.rs"]
mod company_story;
#[path = "scenarios/groups.rs"]
mod groups;
#[path = "scenarios/incremental.rs"]
mod incremental;
#[path = "scenarios/intent_play.rs"]
mod intent_play;
#[path = "scenarios/intent_story.rs"]
mod intent_story;
#[path = "scenarios/play.rs"]
mod play;
#[path = "scenarios/recommendations.rs"]
mod recommendations;
#[path = "scenarios/score_yaml.rs"]
mod score_yaml;
#[path = "scenarios/story.rs"]
mod story;
#[path = "scenarios/telling.rs"]
mod telling;
#[path = "scenarios/visits.rs"]
mod visits;
#[path = "scenarios/workflow_play.rs"]
mod workflow_play;
#[path = "scenarios/workflow_story.rs"]
mod workflow_story;

use telling::{folder, read};

#[test]
fn every_story_comes_out_as_told() {
    let faults = folder(".", |text| read(text, play::topic));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Stories of companies: markets, views and the criteria in them, read by the program's own reader of rules.
#[test]
fn every_story_of_a_company_comes_out_as_told() {
    let faults = folder("companies", |text| read(text, company_play::topic));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Stories of intent: criteria at their minimum and at their day boundary, the beginning and the end of showing intent.
#[test]
fn every_story_of_intent_comes_out_as_told() {
    let faults = folder("intent", |text| read(text, intent_play::topic));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Stories of workflows: goals one by one, flows, and who is enrolled.
#[test]
fn every_story_of_a_workflow_comes_out_as_told() {
    let faults = folder("workflows", |text| read(text, workflow_play::topic));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_story_of_intent_told_wrong_is_noticed() {
    let told = |expect: &str| {
        let text = format!(
            "topic: t\nzone: Europe/Stockholm\nrules: |\n  intent: {{criteria: [{{name: c, include: {{pages: /a, within: 1d}}}}]}}\n\
             stories:\n  - story: s\n    visits: [{{at: 2026-05-01 10:00, by: Ann, page: example.com/a}}]\n    expect:\n      - \
             {{at: 2026-05-01 12:00, first: 2026-05-01 10:00, last: 2026-05-01 10:00, {expect}}}\n"
        );
        read(&text, intent_play::topic).len()
    };
    let begun = "since: 2026-05-01 10:00, met: {c: 2026-05-01 10:00}";
    assert_eq!(told(&format!("{begun}, visits: 1, visitors: 1, next: 2026-05-02 00:00")), 0);
    assert_eq!(told(&format!("{begun}, visits: 2, visitors: 1, next: 2026-05-02 00:00")), 1);
    assert_eq!(told(&format!("{begun}, visits: 1, visitors: 0, next: 2026-05-02 00:00")), 1);
    assert_eq!(told(&format!("{begun}, visits: 1, visitors: 1, next: never")), 1);
    assert_eq!(told("since: 2026-05-01 10:00, visits: 1, visitors: 1, next: 2026-05-02 00:00"), 1);
    assert_eq!(told("met: {c: 2026-05-01 10:00}, visits: 1, visitors: 1, next: 2026-05-02 00:00"), 1);
    let why = |line: &str| {
        told(&format!("{begun}, visits: 1, visitors: 1, next: 2026-05-02 00:00, because: {{c: ['{line}']}}"))
    };
    assert_eq!(why("include: 1 visits by 1 visitors, met"), 0);
    assert_eq!(why("include: 1 visits by 1 visitors, not met"), 1);
}

#[test]
fn a_story_of_a_workflow_told_wrong_is_noticed() {
    let told = |doubtful: &str, expect: &str| {
        let text = format!(
            "topic: t\nzone: UTC\nrules: |\n  workflows: [{{name: w, existing: enroll, enroll: {{field: f, is_set: true}}, steps: \
             [{{id: s, do: {{webhook: x}}}}, {{id: d, delay: 1d}}]}}]\ndoubtful: [{doubtful}]\nstories:\n  - story: s\n    \
             people: {{Ann: {{contact: {{fields: {{f: {{text: a}}}}}}}}}}\n    expect:\n      - {{at: 2026-05-01 12:00, {expect}}}\n"
        );
        read(&text, workflow_play::topic).len()
    };
    let stand = "stand: {Ann: {w: {at: d, counting: not_met}}}";
    let want = "wants: [{at: 2026-05-01 12:00, who: Ann, step: w/s, does: {call_webhook: {webhook: x}}}]";
    assert_eq!(
        told(
            "",
            &format!(
                "{stand}, {want}, next: 2026-05-02 12:00, figures: {{w: {{started: 1, active: 1, goal_met: 0, rate: none}}}}"
            )
        ),
        0
    );
    assert_eq!(told("rules::goal_without_email", &format!("{stand}, {want}")), 1);
    assert_eq!(told("", want), 1);
    assert_eq!(told("", stand), 1);
    assert_eq!(told("", &format!("{stand}, {want}, next: never")), 1);
    assert_eq!(told("", &format!("{stand}, {}", want.replace("webhook: x", "webhook: y"))), 1);
    assert_eq!(told("", &format!("{stand}, {}", want.replace("12:00", "12:01"))), 1);
    assert_eq!(told("", &format!("{}, {want}", stand.replace("at: d", "at: s"))), 1);
    assert_eq!(
        told("", &format!("{stand}, {want}, figures: {{w: {{started: 1, active: 1, goal_met: 0, rate: 0 of 1}}}}")),
        1
    );
}

#[test]
fn a_story_of_a_company_told_wrong_is_noticed() {
    let told = |expect: &str| {
        let text = format!(
            "topic: t\nzone: Europe/Stockholm\nrules: |\n  markets: [{{name: m, criteria: {{field: country, equals: SE}}}}]\n  \
             views: [{{name: v, criteria: {{visits: {{at_least: 1}}, within: 2d}}}}]\nstories:\n  - story: s\n    company:\n      \
             fields: {{country: {{text: SE}}}}\n      visits: [2026-05-01 10:00]\n    expect:\n      - {{at: 2026-05-01 12:00, {expect}}}\n"
        );
        company_play::topic(&serde_saphyr::from_str(&text).unwrap()).len()
    };
    assert_eq!(told("markets: [m], views: [v], next: 2026-05-03 00:00, steps: [v entered 2026-05-01 12:00]"), 0);
    assert_eq!(told("markets: [], views: [v], next: 2026-05-03 00:00, steps: [v entered 2026-05-01 12:00]"), 1);
    assert_eq!(told("markets: [m], next: 2026-05-03 00:00, steps: [v entered 2026-05-01 12:00]"), 1);
    assert_eq!(told("markets: [m], views: [v], next: never, steps: [v entered 2026-05-01 12:00]"), 1);
    assert_eq!(told("markets: [m], views: [v], next: 2026-05-03 00:00"), 1);
    assert_eq!(told("markets: [m], views: [v], next: 2026-05-03 00:00, steps: [v entered 2026-05-01 10:00]"), 1);
}

#[test]
fn a_story_told_wrong_is_noticed() {
    let told = |expect: &str| {
        let text = format!(
            "topic: t\nzone: Europe/Stockholm\nscore:\n  name: s\n  rules:\n    - {{id: a, event: visit, points: 3, \
             fading: {{window: 2d}}}}\nstories:\n  - story: s\n    activities:\n      - {{at: 2026-05-01 10:00, did: visit}}\n    \
             expect:\n      - {{at: 2026-05-01 12:00, {expect}}}\n"
        );
        play::topic(&serde_saphyr::from_str(&text).unwrap()).len()
    };
    assert_eq!(told("score: 3, next: 2026-05-03 00:00, because: {a: 3}, verdicts: {a: [counted]}"), 0);
    assert_eq!(told("score: 4, next: 2026-05-03 00:00"), 2, "shown and exact");
    assert_eq!(told("score: 3, next: never"), 1);
    assert_eq!(told("score: 3, next: 2026-05-03 00:00, label: Hot"), 1);
    assert_eq!(told("score: 3, next: 2026-05-03 00:00, because: {b: 3}"), 1);
    assert_eq!(told("score: 3, next: 2026-05-03 00:00, verdicts: {a: [limited]}"), 1);
}
