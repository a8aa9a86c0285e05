//! Stories of page recommendations: `tests/scenarios/recommendations/*.yaml`. A file holds rules (the goal, and the criteria that
//! rows are tagged with) and stories: companies with the pages that they viewed and the stages that they reached, and all rows
//! that must come out, in their order. A new story needs no code.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::calendar::Calendar;
use intentd::domain::intent::{Conversion, ConversionGoal, PageRow, Ratio, Tag, recommend};
use intentd::domain::model::{CompanyId, Number};
use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use serde::Deserialize;

use super::intent_story::Visit;
use super::telling::{self, instant, unlike};
use super::visits::Web;

/// One file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Topic {
    topic: String,
    zone: String,
    /// A rule file's text.
    rules: String,
    stories: Vec<Story>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Story {
    story: String,
    /// Instead of the topic's.
    zone: Option<String>,
    /// Paths that the admin does not want to see again.
    #[serde(default)]
    dismissed: BTreeSet<String>,
    companies: BTreeMap<String, Company>,
    expect: Expectation,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Company {
    #[serde(default)]
    reached: Vec<Reached>,
    #[serde(default)]
    viewed: Vec<Visit>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reached {
    stage: String,
    at: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expectation {
    converted: u64,
    /// The home page's conversions of its visitors: `1 of 4`; left out: nobody viewed it.
    home: Option<String>,
    /// All of them, the best first.
    rows: Vec<Row>,
}

/// A row of the table. A lift that is left out must not be.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    page: String,
    /// Conversions of visitors: `1 of 4`.
    rate: String,
    lift: Option<Number>,
    /// `included in prices`, `excluded in prices`.
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    dismissed: bool,
}

fn share(ratio: Ratio) -> String {
    format!("{} of {}", ratio.part, ratio.whole)
}

fn shown(row: &PageRow) -> Row {
    let tag = |tag: &Tag| match tag {
        Tag::Included { criterion } => format!("included in {criterion}"),
        Tag::Excluded { criterion } => format!("excluded in {criterion}"),
    };
    Row {
        page: row.path.clone(),
        rate: share(row.rate),
        lift: row.lift,
        tags: row.tags.iter().map(tag).collect(),
        dismissed: row.dismissed,
    }
}

fn topic(topic: &Topic) -> Vec<String> {
    let stories = topic.stories.iter().map(|story| (story.story.as_str(), story.zone.as_deref(), story));
    telling::each(&topic.topic, &topic.zone, stories, |story, zone| play(topic, story, zone))
}

fn play(topic: &Topic, story: &Story, zone: &TimeZone) -> Result<Vec<String>, String> {
    let rules = telling::rules(&topic.rules)?;
    let goal = &rules.recommendations.as_ref().ok_or("the rules recommend no pages")?.goal;
    let goal = ConversionGoal { dismissed: story.dismissed.clone(), ..goal.clone() };
    let (mut web, mut visits, mut conversions) = (Web::default(), BTreeMap::new(), Vec::new());
    for (id, company) in (1..).map(CompanyId).zip(story.companies.values()) {
        let mut viewed: Vec<_> = web.visits(&company.viewed, zone)?.into_iter().map(|(_, visit)| visit).collect();
        viewed.sort();
        visits.insert(id, viewed);
        for reached in company.reached.iter().filter(|reached| goal.stages.contains(&reached.stage)) {
            conversions.push(Conversion { company: id, at: instant(&reached.at, zone)? });
        }
    }
    let calendar = Calendar::around(zone, conversions.first().map_or(Timestamp::EPOCH, |conversion| conversion.at));
    let found = recommend(&goal, &conversions, &visits, &rules.intent, &web.dictionary, &calendar);
    let mut faults = Vec::new();
    let expected = &story.expect;
    unlike(&mut faults, "how many converted", &expected.converted, &found.converted);
    unlike(&mut faults, "home", &expected.home, &found.home.map(share));
    let rows: Vec<Row> = found.rows.iter().map(shown).collect();
    unlike(&mut faults, "the table", &expected.rows, &rows);
    Ok(faults)
}

#[test]
fn every_story_of_recommendations_comes_out_as_told() {
    let faults = telling::folder("recommendations", |text| telling::read(text, topic));
    assert!(faults.is_empty(), "\n{}", faults.join("\n"));
}

#[test]
fn a_story_of_recommendations_told_wrong_is_noticed() {
    let told = |home: &str, row: &str| {
        let text = format!(
            "topic: t\nzone: UTC\nrules: |\n  recommendations: {{stages: [customer], from: 2026-05-01, to: 2026-05-31}}\n\
             stories:\n  - story: s\n    companies:\n      Acme:\n        reached: [{{stage: customer, at: 2026-05-10 10:00}}]\n\
             \x20       viewed: [{{at: 2026-05-10 09:00, by: Ann, page: example.com/}}]\n    \
             expect: {{converted: 1, home: {home}, rows: [{{page: /, {row}}}]}}\n"
        );
        telling::read(&text, topic).len()
    };
    assert_eq!(told("1 of 1", "rate: 1 of 1, lift: 1"), 0);
    assert_eq!(told("0 of 1", "rate: 1 of 1, lift: 1"), 1);
    assert_eq!(told("1 of 1", "rate: 1 of 2, lift: 1"), 1);
    assert_eq!(told("1 of 1", "rate: 1 of 1"), 1);
}
