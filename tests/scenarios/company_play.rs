//! Plays stories of companies, the whole way: rules through the program's reader, activities through the packed timeline,
//! markets before views, and entering and leaving from one instant to the next.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::calendar::Calendar;
use intentd::domain::criteria::{CompanyFacts, CompiledCriteria, Explained, Facts, Verdict};
use intentd::domain::market::{CompiledMarkets, InMarkets};
use intentd::domain::model::ActivityFact;
use intentd::domain::view::{Change, CompiledViews, Standing, follow};
use intentd::rules::{self, RuleSet};
use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

use super::company_story::{Company, Expectation, Story, Topic};
use super::play::{arrivals, through_the_store};
use super::telling::{self, instant, next_found, next_told};

/// The faults of all stories of a topic.
pub(crate) fn topic(topic: &Topic) -> Vec<String> {
    let rules = match &topic.rules {
        None => rules::load(None, &["hubspot"]).map_err(|problems| problems.to_string()),
        Some(text) => telling::rules(text),
    };
    let rules = match rules {
        Ok(rules) => rules,
        Err(problems) => return vec![format!("{}: {problems}", topic.topic)],
    };
    let stories = topic.stories.iter().map(|story| (story.story.as_str(), story.zone.as_deref(), story));
    telling::each(&topic.topic, &topic.zone, stories, |story, zone| play(&rules, story, zone))
}

/// A company as it is known at some time.
struct Known {
    company: Company,
    visits: Vec<Timestamp>,
    activities: Vec<ActivityFact>,
}

struct Player {
    markets: CompiledMarkets,
    views: CompiledViews,
    calendar: Calendar,
}

/// Where a company is at an instant.
struct Where {
    markets: InMarkets,
    views: BTreeMap<String, Verdict>,
}

impl Player {
    fn with_facts<T>(
        &self,
        known: &Known,
        markets: &BTreeSet<String>,
        views: &BTreeSet<String>,
        ask: impl FnOnce(&Facts<'_>) -> T,
    ) -> T {
        let company = CompanyFacts {
            fields: &known.company.fields,
            markets,
            views,
            intent: &known.company.intent,
            visits: &known.visits,
            in_crm: known.company.in_crm,
        };
        ask(&Facts {
            contact: &BTreeMap::new(),
            company: Some(&company),
            segments: &known.company.segments,
            activities: &known.activities,
            scores: &BTreeMap::new(),
            engagement: None,
            workflows: &BTreeMap::new(),
            groups: &[],
            enrolled_at: None,
        })
    }

    fn look(&self, known: &Known, now: Timestamp) -> Where {
        let none = BTreeSet::new();
        let markets = self.with_facts(known, &none, &none, |facts| self.markets.evaluate(facts, now, &self.calendar));
        let views = self.with_facts(known, &markets.names, &none, |facts| {
            let found = self.views.evaluate(facts, now, &self.calendar);
            found.into_iter().map(|(name, verdict)| (name.to_owned(), verdict)).collect()
        });
        Where { markets, views }
    }

    /// The leaves of the explanation of a market or view, each with its answer.
    fn leaves(&self, known: &Known, found: &Where, name: &str, now: Timestamp) -> Option<(bool, Vec<String>)> {
        let market = self.markets.names().iter().position(|other| other == name);
        let view = self.views.names().position(|other| other == name);
        let (criteria, at): (&CompiledCriteria, usize) = match (market, view) {
            (Some(at), _) => (self.markets.criteria(), at),
            (None, Some(at)) => (self.views.criteria(), at),
            (None, None) => return None,
        };
        let members = found.views.iter().filter(|(_, verdict)| verdict.holds).map(|(name, _)| name.clone()).collect();
        let explained = self.with_facts(known, &found.markets.names, &members, |facts| {
            criteria.explain(at, facts, now, &self.calendar)
        });
        let mut leaves = Vec::new();
        collect(&explained, &mut leaves);
        Some((explained.holds, leaves))
    }
}

fn collect(explained: &Explained, leaves: &mut Vec<String>) {
    if let Some(found) = &explained.found {
        let word = if explained.holds { "yes" } else { "no" };
        leaves.push(format!("{word}: {}; {found}", explained.text));
    }
    explained.children.iter().for_each(|child| collect(child, leaves));
}

fn play(rules: &RuleSet, story: &Story, zone: &TimeZone) -> Result<Vec<String>, String> {
    let (dictionary, arrivals) = arrivals(&story.activities, zone)?;
    let first = story.expect.first().map_or(Ok(Timestamp::EPOCH), |first| instant(&first.at, zone))?;
    let player = Player {
        markets: CompiledMarkets::new(&rules.markets, &dictionary),
        views: CompiledViews::new(&rules.views, &dictionary),
        calendar: Calendar::around(zone, first),
    };
    let mut company = story.company.clone();
    let mut standings: BTreeMap<String, Standing> = BTreeMap::new();
    let mut faults = Vec::new();
    for expectation in &story.expect {
        let now = instant(&expectation.at, zone)?;
        company = expectation.company.clone().unwrap_or(company);
        let arrived: Vec<ActivityFact> = arrivals.iter().filter(|(at, _)| *at <= now).map(|(_, fact)| *fact).collect();
        let mut visits: Vec<Timestamp> =
            company.visits.iter().map(|at| instant(at, zone)).collect::<Result<_, String>>()?;
        visits.sort();
        let known = Known { company: company.clone(), visits, activities: through_the_store(&arrived)? };
        let found = player.look(&known, now);

        let mut steps: Vec<(Timestamp, String)> = Vec::new();
        for view in found.views.keys() {
            let before = standings.get(view).copied().unwrap_or_default();
            let followed = follow(before, now, |at| player.look(&known, at).views[view]);
            steps.extend(followed.steps.iter().map(|step| {
                let word = match step.change {
                    Change::Entered => "entered",
                    Change::Left => "left",
                };
                (step.at, format!("{view} {word} {}", step.at))
            }));
            standings.insert(view.clone(), followed.standing);
        }
        steps.sort();
        faults.extend(compare(expectation, zone, &player, &known, &found, now, &steps)?);
    }
    Ok(faults)
}

fn compare(
    expectation: &Expectation,
    zone: &TimeZone,
    player: &Player,
    known: &Known,
    found: &Where,
    now: Timestamp,
    steps: &[(Timestamp, String)],
) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    let mut differs = |what: &str, expected: String, found: String| {
        if expected != found {
            faults.push(format!("at {}: {what} is {found}, not {expected}", expectation.at));
        }
    };
    let views: BTreeSet<&String> =
        found.views.iter().filter(|(_, verdict)| verdict.holds).map(|(name, _)| name).collect();
    differs("markets", format!("{:?}", expectation.markets), format!("{:?}", found.markets.names));
    differs("views", format!("{:?}", expectation.views), format!("{views:?}"));
    let next = found
        .markets
        .next_change
        .into_iter()
        .chain(found.views.values().filter_map(|verdict| verdict.next_change))
        .min();
    if let Some(expected) = &expectation.next {
        differs("next", next_told(expected, zone)?, next_found(next));
    }
    let expected_steps = expectation.steps.iter().map(|step| {
        let mut words = step.splitn(3, ' ');
        let (view, word) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        instant(words.next().unwrap_or_default(), zone).map(|at| format!("{view} {word} {at}"))
    });
    let expected_steps = expected_steps.collect::<Result<Vec<String>, String>>()?;
    let found_steps: Vec<&String> = steps.iter().map(|(_, step)| step).collect();
    differs("steps", format!("{expected_steps:?}"), format!("{found_steps:?}"));
    for (name, leaves) in &expectation.because {
        let explained = player.leaves(known, found, name, now).map(|(_, leaves)| leaves);
        differs(name, format!("{:?}", Some(leaves)), format!("{explained:?}"));
    }
    // I4: every explanation is of this very answer.
    for name in found.views.keys().chain(player.markets.names()) {
        let member = found.markets.names.contains(name) || views.contains(name);
        let explained = player.leaves(known, found, name, now).map(|(holds, _)| holds);
        differs(&format!("explained {name}"), format!("{:?}", Some(member)), format!("{explained:?}"));
    }
    // Until the next change time alone changes nothing.
    if let Some(next) = next {
        let before = player.look(known, next.plus_ms(-1000).max(now));
        differs(
            "markets just before the next change",
            format!("{:?}", found.markets.names),
            format!("{:?}", before.markets.names),
        );
        let before: BTreeSet<&String> =
            before.views.iter().filter(|(_, verdict)| verdict.holds).map(|(name, _)| name).collect();
        differs("views just before the next change", format!("{views:?}"), format!("{before:?}"));
    }
    Ok(faults)
}
