//! Golden stories: `tests/scenarios/*.yaml` hold what contacts did, an admin's score and what must come out, down to every
//! contribution (I3, I4). A new story needs no code. Each expectation goes the whole way: activities arrive in their
//! order, are folded into a packed timeline, read back, evaluated and explained. `companies/*.yaml` tell of companies in the
//! same way, by real rule files.

#[path = "scenarios/company_play.rs"]
mod company_play;
#[path = "scenarios/company_story.rs"]
mod company_story;
#[path = "scenarios/groups.rs"]
mod groups;
#[path = "scenarios/incremental.rs"]
mod incremental;
#[path = "scenarios/play.rs"]
mod play;
#[path = "scenarios/score_yaml.rs"]
mod score_yaml;
#[path = "scenarios/story.rs"]
mod story;

use std::path::Path;

/// The stories of a folder below `tests/scenarios`, with their file names.
fn stories(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios").join(folder);
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no stories in {}", folder.display());
    let read = |path: std::path::PathBuf| {
        (path.file_name().unwrap().to_string_lossy().into_owned(), std::fs::read_to_string(&path).unwrap())
    };
    files.into_iter().map(read).collect()
}

#[test]
fn every_story_comes_out_as_told() {
    let mut faults = Vec::new();
    for (name, text) in stories(".") {
        match serde_saphyr::from_str::<story::Topic>(&text) {
            Ok(topic) => faults.extend(play::topic(&topic).into_iter().map(|fault| format!("{name}: {fault}"))),
            Err(error) => faults.push(format!("{name}: {error}")),
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

/// Stories of companies: markets, views and the criteria in them, read by the program's own reader of rules.
#[test]
fn every_story_of_a_company_comes_out_as_told() {
    let mut faults = Vec::new();
    for (name, text) in stories("companies") {
        match serde_saphyr::from_str::<company_story::Topic>(&text) {
            Ok(topic) => faults.extend(company_play::topic(&topic).into_iter().map(|fault| format!("{name}: {fault}"))),
            Err(error) => faults.push(format!("{name}: {error}")),
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
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
