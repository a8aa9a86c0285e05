//! Plays stories of workflows, the whole way: rules through the program's reader, activities through the packed timeline,
//! scores before workflows, everybody looked at when a fact arrives or something is due, and figures from the states.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::calendar::Calendar;
use intentd::domain::criteria::{CompanyFacts, Facts, GroupFact, ScoreFact, WorkflowFact};
use intentd::domain::model::{ActivityFact, ContactFacts, Dictionary};
use intentd::domain::score::{CompiledScore, evaluate};
use intentd::domain::workflow::{
    CompiledWorkflow, Counting, Figures, GoalChange, Moment, State, Wish, advance, counting, figures, goal_change,
};
use intentd::rules::RuleSet;
use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

use super::play::{arrivals, through_the_store};
use super::telling::{self, differs, instant, instant_told, next_found, next_told, unlike};
use super::workflow_story::{self as told, Contact, Expectation, Person, Stand, Story, Topic};

/// The faults of all stories of a topic.
pub(crate) fn topic(topic: &Topic) -> Vec<String> {
    let stories = topic.stories.iter().map(|story| (story.story.as_str(), story.zone.as_deref(), story));
    telling::each(&topic.topic, &topic.zone, stories, |story, zone| play(topic, story, zone))
}

/// The rules in force, and what is remembered of each workflow beside its contacts.
struct InForce {
    rules: RuleSet,
    first_pass_over: BTreeSet<String>,
    cleared: BTreeMap<String, Timestamp>,
}

impl InForce {
    fn change(&mut self, rules: RuleSet, now: Timestamp) {
        for before in &self.rules.workflows {
            let after = rules.workflows.iter().find(|after| after.name == before.name);
            if after.is_some_and(|after| goal_change(before, after) == GoalChange::Cleared) {
                self.cleared.insert(before.name.clone(), now);
            }
        }
        self.rules = rules;
    }
}

/// Where somebody stands in a workflow.
#[derive(Clone, Debug, PartialEq)]
struct Held {
    state: State,
    counting: Counting,
}

/// Somebody in the midst of a story.
#[derive(Clone)]
struct Someone {
    contact: Contact,
    dictionary: Dictionary,
    /// With the instants at which they become known.
    arrivals: Vec<(Timestamp, ActivityFact)>,
    held: BTreeMap<String, Held>,
    due: Option<Timestamp>,
}

/// A wish with its workflow.
type Wanted = (String, Wish);

impl Someone {
    fn new(person: &Person, zone: &TimeZone) -> Result<Someone, String> {
        let (dictionary, arrivals) = arrivals(&person.activities, zone)?;
        Ok(Someone { contact: person.contact.clone(), dictionary, arrivals, held: BTreeMap::new(), due: None })
    }

    /// The next instant after `now` at which this contact has to be looked at.
    fn next(&self, now: Timestamp) -> Option<Timestamp> {
        let arrives = self.arrivals.iter().map(|(known, _)| *known).find(|known| *known > now);
        arrives.into_iter().chain(self.due).min()
    }

    /// Looks at this contact with what is known at `known`: again and again, as long as one workflow's news concern another.
    fn look(
        &mut self,
        in_force: &InForce,
        now: Timestamp,
        known: Timestamp,
        zone: &TimeZone,
    ) -> Result<Vec<Wanted>, String> {
        let arrived: Vec<ActivityFact> =
            self.arrivals.iter().filter(|(at, _)| *at <= known).map(|(_, fact)| *fact).collect();
        let activities = through_the_store(&arrived)?;
        let mut wanted = Vec::new();
        loop {
            let before = self.held.clone();
            wanted.extend(self.pass(in_force, &activities, now, zone)?);
            if self.held == before {
                return Ok(wanted);
            }
        }
    }

    fn pass(
        &mut self,
        in_force: &InForce,
        activities: &[ActivityFact],
        now: Timestamp,
        zone: &TimeZone,
    ) -> Result<Vec<Wanted>, String> {
        let calendar = Calendar::around(zone, now);
        let Contact { fields, segments, company, groups } = &self.contact;
        let company = company.clone().unwrap_or_default();
        let visits = company.visits.iter().map(|at| instant(at, zone)).collect::<Result<Vec<_>, _>>()?;
        let nowhere = BTreeSet::new();
        let company = CompanyFacts {
            fields: &company.fields,
            markets: &nowhere,
            views: &nowhere,
            intent: &company.intent,
            visits: &visits,
            in_crm: company.in_crm,
        };
        let groups = groups.iter().map(|group| GroupFact {
            interest: group.interest.clone(),
            roles: BTreeSet::from([group.role.clone()]),
            missing_roles: BTreeSet::new(),
            stage: group.stage.clone(),
            completeness: group.completeness,
            engagement: group.engagement,
        });
        let groups: Vec<GroupFact> = groups.collect();
        let mut due = Vec::new();
        let mut scores = BTreeMap::new();
        for model in &in_force.rules.scores {
            let score = CompiledScore::new(model, &self.dictionary);
            let found = evaluate(&score, &ContactFacts { fields, segments, activities }, now, zone);
            due.extend(found.next_due);
            scores.insert(model.name.clone(), ScoreFact { shown: found.shown, label: found.label });
        }
        let mut wanted = Vec::new();
        for model in &in_force.rules.workflows {
            let workflow = CompiledWorkflow::new(model, &self.dictionary);
            let standings = self.held.iter().map(|(name, held)| (name.clone(), standing(held))).collect();
            let facts = Facts {
                contact: fields,
                company: Some(&company),
                segments,
                activities,
                scores: &scores,
                engagement: None,
                workflows: &standings,
                groups: &groups,
                enrolled_at: None,
            };
            let first_pass = !in_force.first_pass_over.contains(&model.name);
            let moment = Moment { now, calendar: &calendar, first_pass };
            let found = advance(&workflow, self.held.get(&model.name).map(|held| &held.state), &facts, &moment);
            due.extend(found.next_due);
            wanted.extend(found.wishes.into_iter().map(|wish| (model.name.clone(), wish)));
            if let Some(state) = found.state {
                let cleared = in_force.cleared.get(&model.name).copied();
                let counting = counting(&workflow, Some(&state), activities, cleared);
                self.held.insert(model.name.clone(), Held { state, counting });
            }
        }
        self.due = due.into_iter().min();
        Ok(wanted)
    }
}

fn standing(held: &Held) -> WorkflowFact {
    WorkflowFact {
        enrolled: matches!(&held.state, State::Enrolled(enrollment) if enrollment.is_active()),
        goal_achieved: held.counting == Counting::Counts,
    }
}

fn play(topic: &Topic, story: &Story, zone: &TimeZone) -> Result<Vec<String>, String> {
    let rules = telling::rules(story.rules.as_ref().unwrap_or(&topic.rules))?;
    let mut faults = Vec::new();
    let doubtful: Vec<String> = rules.warnings.iter().map(|problem| problem.code.clone()).collect();
    let expected = story.doubtful.as_ref().unwrap_or(&topic.doubtful);
    unlike(&mut faults, "what is doubtful", expected, &doubtful);
    let mut in_force = InForce { rules, first_pass_over: BTreeSet::new(), cleared: BTreeMap::new() };
    let mut people: BTreeMap<&str, Someone> = BTreeMap::new();
    for (name, person) in &story.people {
        people.insert(name, Someone::new(person, zone)?);
    }
    let mut last = Timestamp::EPOCH;
    for (number, expectation) in story.expect.iter().enumerate() {
        let at = instant(&expectation.at, zone)?;
        if number > 0 && at <= last {
            return Err(format!("at {}: stories are told in the order of time", expectation.at));
        }
        let mut wants: Vec<(Timestamp, &str, Wanted)> = Vec::new();
        loop {
            let looks = number > 0 && !expectation.away;
            let due = |someone: &Someone| someone.next(last).filter(|next| looks && *next < at);
            let Some(next) = people.values().filter_map(due).min() else { break };
            for (name, someone) in people.iter_mut().filter(|(_, someone)| due(someone) == Some(next)) {
                let wanted = someone.look(&in_force, next, next, zone)?;
                wants.extend(wanted.into_iter().map(|wanted| (next, *name, wanted)));
            }
            last = next;
        }
        if let Some(rules) = &expectation.rules {
            in_force.change(telling::rules(rules)?, at);
        }
        for (name, contact) in &expectation.known {
            let someone = people.get_mut(name.as_str()).ok_or_else(|| format!("nobody is called {name}"))?;
            someone.contact = contact.clone();
        }
        for (name, someone) in &mut people {
            let wanted = someone.look(&in_force, at, at, zone)?;
            wants.extend(wanted.into_iter().map(|wanted| (at, *name, wanted)));
        }
        in_force.first_pass_over.extend(in_force.rules.workflows.iter().map(|workflow| workflow.name.clone()));
        last = at;
        let found = compare(expectation, zone, &in_force, &people, &wants, at)?;
        faults.extend(found.into_iter().map(|fault| format!("at {}: {fault}", expectation.at)));
    }
    Ok(faults)
}

fn compare(
    expectation: &Expectation,
    zone: &TimeZone,
    in_force: &InForce,
    people: &BTreeMap<&str, Someone>,
    wants: &[(Timestamp, &str, Wanted)],
    at: Timestamp,
) -> Result<Vec<String>, String> {
    let mut faults = Vec::new();
    if let Some(name) = expectation.stand.keys().find(|name| !people.contains_key(name.as_str())) {
        return Err(format!("nobody is called {name}"));
    }
    for (name, someone) in people {
        let told = expectation.stand.get(*name);
        let workflows = told.into_iter().flat_map(BTreeMap::keys).chain(someone.held.keys());
        for workflow in workflows.collect::<BTreeSet<_>>() {
            let told = told.and_then(|told| told.get(workflow)).map(|stand| normal(stand, zone)).transpose()?;
            let found = someone.held.get(workflow).map(found);
            unlike(&mut faults, &format!("{name} in {workflow}"), &told, &found);
        }
    }
    let mut told_wants = Vec::new();
    for (number, want) in expectation.wants.iter().enumerate() {
        // An action that the story leaves out is the one that was found.
        let does = want.does.as_ref().or_else(|| wants.get(number).map(|(_, _, (_, wish))| &wish.action));
        told_wants.push(format!("{} {} {} {does:?}", instant(&want.at, zone)?, want.who, want.step));
    }
    let found_wants: Vec<String> = wants
        .iter()
        .map(|(at, name, (workflow, wish))| format!("{at} {name} {workflow}/{} {:?}", wish.step, Some(&wish.action)))
        .collect();
    unlike(&mut faults, "what is wanted", &told_wants, &found_wants);
    let next = people.values().filter_map(|someone| someone.due).min();
    if let Some(told) = &expectation.next {
        differs(&mut faults, "next", &next_told(told, zone)?, &next_found(next));
    }
    let calendar = Calendar::around(zone, at);
    for (name, told) in &expectation.figures {
        let model = in_force.rules.workflows.iter().find(|workflow| workflow.name == *name);
        let model = model.ok_or_else(|| format!("there is no workflow {name}"))?;
        let held = people.values().filter_map(|someone| someone.held.get(name));
        let found = figures(model, held.map(|held| (&held.state, held.counting)), &calendar);
        unlike(&mut faults, &format!("{name}'s figures"), told, &shown(&found, zone));
    }
    // Until the next change time alone changes nothing.
    if let Some(next) = next {
        for (name, someone) in people {
            let mut later = someone.clone();
            let wanted = later.look(in_force, next.plus_ms(-1000).max(at), at, zone)?;
            let what = format!("{name} just before the next change");
            unlike(&mut faults, &what, &(&someone.held, Vec::new()), &(&later.held, wanted));
        }
    }
    Ok(faults)
}

/// What was told, with instants as they are compared.
fn normal(stand: &Stand, zone: &TimeZone) -> Result<Stand, String> {
    let (on, goal) = (instant_told(stand.on.as_ref(), zone)?, instant_told(stand.goal.as_ref(), zone)?);
    Ok(Stand { at: stand.at.clone(), on, goal, ..*stand })
}

fn found(held: &Held) -> Stand {
    let counting = held.counting;
    match &held.state {
        State::Declined(declined) => Stand {
            at: None,
            ended: None,
            declined: Some(declined.reason),
            on: Some(declined.at.to_string()),
            goal: None,
            counting,
        },
        State::Enrolled(enrollment) => Stand {
            at: enrollment.step.clone().filter(|_| enrollment.is_active()),
            ended: enrollment.ended.map(|ended| ended.reason),
            declined: None,
            on: enrollment.ended.map(|ended| ended.at.to_string()),
            goal: enrollment.goal.map(|goal| goal.at.to_string()),
            counting,
        },
    }
}

fn shown(figures: &Figures, zone: &TimeZone) -> told::Figures {
    let day = |at: &Timestamp| zone.to_datetime(at.to_jiff()).date().to_string();
    told::Figures {
        started: figures.started,
        active: figures.active,
        completed: figures.completed,
        unenrolled_for_goal: figures.unenrolled_for_goal,
        suppressed: figures.suppressed,
        goal_met: figures.goal_met,
        rate: figures.rate.map_or("none".to_owned(), |rate| format!("{} of {}", rate.part, rate.whole)),
        trend: figures.trend.iter().map(|(at, count)| (day(at), *count)).collect(),
    }
}
