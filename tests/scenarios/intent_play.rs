//! Plays stories of intent: rules through the program's reader, visits in the order of time, and a company computed and
//! explained at each instant.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::account::{AccountFacts, CompiledAccounts, compute};
use intentd::domain::calendar::Calendar;
use intentd::domain::intent::{Held, IntentEvaluation, IntentExplanation, RuleExplanation, Visit, explain};
use intentd::rules::RuleSet;
use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

use super::intent_story::{Expectation, Story, Topic};
use super::telling::{self, differs, instant, instant_told, next_found, next_told, unlike};
use super::visits::Web;

/// The faults of all stories of a topic.
pub(crate) fn topic(topic: &Topic) -> Vec<String> {
    let rules = match telling::rules(&topic.rules) {
        Ok(rules) => rules,
        Err(problems) => return vec![format!("{}: {problems}", topic.topic)],
    };
    let stories = topic.stories.iter().map(|story| (story.story.as_str(), story.zone.as_deref(), story));
    telling::each(&topic.topic, &topic.zone, stories, |story, zone| play(&rules, story, zone))
}

/// The company, as far as visits tell.
struct Company<'a> {
    rules: CompiledAccounts,
    domain: Option<&'a str>,
    calendar: Calendar,
}

impl Company<'_> {
    fn intent(&self, visits: &[Visit], held: Held, now: Timestamp) -> IntentEvaluation {
        let facts = AccountFacts {
            fields: &BTreeMap::new(),
            domain: self.domain,
            segments: &BTreeSet::new(),
            in_crm: true,
            visits,
            activities: &[],
            groups: &[],
            held,
            standings: &BTreeMap::new(),
        };
        compute(&self.rules, &facts, now, &self.calendar).intent
    }
}

fn play(rules: &RuleSet, story: &Story, zone: &TimeZone) -> Result<Vec<String>, String> {
    let mut web = Web::default();
    let visits = web.visits(&story.visits, zone)?;
    let company = Company {
        rules: CompiledAccounts::new(&rules.markets, &rules.intent, &rules.views, &web.dictionary),
        domain: story.domain.as_deref(),
        calendar: Calendar::around(zone, visits.first().map_or(Timestamp::EPOCH, |(_, visit)| visit.at)),
    };
    let mut held = Held::default();
    let mut faults = Vec::new();
    for expectation in &story.expect {
        let now = instant(&expectation.at, zone)?;
        if let Some(from) = &expectation.kept_from {
            held.complete_from = Some(instant(from, zone)?);
        }
        let kept = |visit: &Visit| held.complete_from.is_none_or(|from| visit.at >= from);
        let known: BTreeSet<Visit> =
            visits.iter().filter(|(at, visit)| *at <= now && kept(visit)).map(|(_, visit)| *visit).collect();
        let known: Vec<Visit> = known.into_iter().collect();
        let found = company.intent(&known, held, now);
        let explained = explain(&company.rules.intent, &known, now, &company.calendar);
        let mut told = compare(expectation, zone, &found, &explained)?;
        // Until the next change time alone changes nothing.
        if let Some(next) = found.next_due {
            let before = company.intent(&known, held, next.plus_ms(-1000).max(now));
            unlike(&mut told, "just before the next change", &found, &before);
        }
        faults.extend(told.into_iter().map(|fault| format!("at {}: {fault}", expectation.at)));
        held.since = found.since;
    }
    Ok(faults)
}

fn compare(
    expectation: &Expectation,
    zone: &TimeZone,
    found: &IntentEvaluation,
    explained: &IntentExplanation,
) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    let mut instants = |what: &str, told: Option<&String>, found: Option<Timestamp>| {
        unlike(&mut faults, what, &instant_told(told, zone)?, &found.map(|at| at.to_string()));
        Ok::<(), String>(())
    };
    instants("since", expectation.since.as_ref(), found.since)?;
    instants("stopped", expectation.stopped.as_ref(), found.stopped_at)?;
    instants("the first visit", expectation.first.as_ref(), found.first_visit_at)?;
    instants("the last visit", expectation.last.as_ref(), found.last_visit_at)?;
    let mut told = BTreeMap::new();
    for (name, since) in &expectation.met {
        told.insert(name, instant(since, zone)?);
    }
    let met: BTreeMap<&String, Timestamp> = found.met.iter().map(|met| (&met.name, met.since)).collect();
    unlike(&mut faults, "what is met", &told, &met);
    unlike(&mut faults, "visits", &expectation.visits, &found.visits);
    unlike(&mut faults, "visitors", &expectation.visitors, &found.visitors);
    if let Some(next) = &expectation.next {
        differs(&mut faults, "next", &next_told(next, zone)?, &next_found(found.next_due));
    }
    for (name, told) in &expectation.because {
        let criterion = explained.criteria.iter().find(|criterion| criterion.name == *name);
        let criterion = criterion.ok_or_else(|| format!("there is no criterion {name}"))?;
        let include = criterion.include.iter().map(|rule| line("include", rule));
        let found: Vec<String> = include.chain(criterion.exclude.iter().map(|rule| line("exclude", rule))).collect();
        unlike(&mut faults, name, told, &found);
    }
    // I4: the explanation is of this very answer. Who is left out everywhere has none.
    if found.next_due.is_some() || found.shows() {
        let explained = explained.criteria.iter().filter(|criterion| criterion.met);
        let explained: BTreeSet<&String> = explained.map(|criterion| &criterion.name).collect();
        unlike(&mut faults, "what is explained", &met.into_keys().collect(), &explained);
    }
    Ok(faults)
}

fn line(side: &str, rule: &RuleExplanation) -> String {
    let met = if rule.met { "met" } else { "not met" };
    format!("{side}: {} visits by {} visitors, {met}", rule.visits, rule.visitors)
}
