//! Plays stories of stages: requests to move a group, what became of them, and where it stands.

use intentd::domain::buying_group::{Outcome, Stage, StageCause, StageModel, StageRequest, Status, replay};
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::{differs, instant};

/// A stage model and stories about it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Topic {
    zone: String,
    stages: Vec<StageText>,
    stories: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StageText {
    stage: String,
    #[serde(default)]
    entry: bool,
    outcome: Option<Outcome>,
    #[serde(default)]
    next: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    story: String,
    requests: Vec<Request>,
    /// Where the group stands in the end.
    stands: Option<String>,
    outcome: Option<Outcome>,
    /// All moves: "stage since day, cause".
    history: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Request {
    at: String,
    to: String,
    by: StageCause,
    /// The reason, when it must be refused.
    refused: Option<String>,
}

pub(super) fn play(topic: &Topic) -> Result<Vec<String>, String> {
    let zone = TimeZone::get(&topic.zone).map_err(|error| error.to_string())?;
    let stages = topic.stages.iter().map(|text| Stage {
        name: text.stage.clone(),
        description: String::new(),
        entry: text.entry,
        outcome: text.outcome,
        next: text.next.clone(),
        enter_when: None,
    });
    let model = StageModel { name: "Stages".to_owned(), status: Status::Draft, stages: stages.collect() };
    let model = model.publish().map_err(|refusal| refusal.to_string())?;
    let mut faults = Vec::new();
    for story in &topic.stories {
        let mut requests = Vec::new();
        for (id, request) in (0..).zip(&story.requests) {
            let at = instant(&request.at, &zone)?;
            requests.push(StageRequest { id, at, to: request.to.clone(), cause: request.by });
        }
        // Requests arrive in any order.
        requests.reverse();
        let found = replay(&model, &requests);
        let mut say = |what: &str, expected: String, found: String| {
            differs(&mut faults, &format!("{}: {what}", story.story), &expected, &found);
        };
        say("the stage", format!("{:?}", story.stands), format!("{:?}", found.current));
        say("the outcome", format!("{:?}", story.outcome), format!("{:?}", found.outcome));
        let lines: Vec<String> = found
            .changes
            .iter()
            .map(|change| {
                let day = zone.to_datetime(change.at.to_jiff()).date();
                let from = change.from.as_deref().unwrap_or("nowhere");
                format!("{day}: {from} to {} by {:?}", change.to, change.cause).replace(" by ", ", ").to_lowercase()
            })
            .collect();
        say("the history", format!("{:?}", story.history), format!("{lines:?}"));
        for (id, request) in (0..).zip(&story.requests) {
            let refused = found.refused.iter().find(|(known, _)| *known == id).map(|(_, refusal)| refusal.to_string());
            let what = format!("what became of the request to `{}` on {}", request.to, request.at);
            say(&what, format!("{:?}", request.refused), format!("{refused:?}"));
        }
    }
    Ok(faults)
}
