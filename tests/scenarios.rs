//! Golden stories: `tests/scenarios/*.yaml` hold what contacts did, an admin's score and what must come out, down to every
//! contribution (I3, I4). A new story needs no code. Each expectation goes the whole way: activities arrive in their
//! order, are folded into a packed timeline, read back, evaluated and explained.

#[path = "scenarios/groups.rs"]
mod groups;
#[path = "scenarios/play.rs"]
mod play;
#[path = "scenarios/score_yaml.rs"]
mod score_yaml;
#[path = "scenarios/story.rs"]
mod story;

use std::path::Path;

#[test]
fn every_story_comes_out_as_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yaml"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no stories");
    let mut faults = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&file).unwrap();
        match serde_saphyr::from_str::<story::Topic>(&text) {
            Ok(topic) => faults.extend(play::topic(&topic).into_iter().map(|fault| format!("{name}: {fault}"))),
            Err(error) => faults.push(format!("{name}: {error}")),
        }
    }
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
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
