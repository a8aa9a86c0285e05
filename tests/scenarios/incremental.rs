//! Computing only whoever is dirty or due gives, at every instant, what computing everything gives (I3): markets, intent, views,
//! buying groups with members, scores and stages, workflows. Random facts, late and repeated ones among them, and clocks that
//! step over midnights and both changes of daylight saving.

use std::collections::{BTreeMap, BTreeSet};

use intentd::domain::account::{
    AccountFacts, CompiledAccounts, CompiledGroups, GroupAccount, Person, StoredGroup, compute, compute_groups,
};
use intentd::domain::buying_group::{GroupId, StageCause, StageRequest, fact_of_group};
use intentd::domain::calendar::Calendar;
use intentd::domain::criteria::{CompanyFacts, Facts, GroupFact, ScoreFact, WorkflowFact};
use intentd::domain::engagement::Scale;
use intentd::domain::intent::{Held, Visit, Visitor};
use intentd::domain::model::{
    ActivityFact, ActivityObjectId, ActivityTypeId, CompanyId, ContactFacts, ContactId, Country, Dictionary, Fields,
    Number, Value,
};
use intentd::domain::score::{CompiledScore, evaluate_in};
use intentd::domain::view::Standing;
use intentd::domain::workflow::{CompiledWorkflow, Moment, State, advance};
use intentd::rules::{self, RuleSet};
use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;

const PEOPLE: usize = 4;
const TYPES: [&str; 5] = ["page_view", "email_open", "email_click", "email_delivered", "form_submission"];
const PATHS: [&str; 5] = ["/", "/pricing", "/product/a", "/careers", "/demo"];
const TITLES: [&str; 4] = ["CEO", "Head of IT", "Developer", "Student"];

fn rule_set() -> RuleSet {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/mappings/demo");
    let read = |name: &str| std::fs::read_to_string(format!("{demo}/{name}")).unwrap();
    let mut sources = rules::shipped(&["hubspot"]);
    sources.insert("rules/buying_groups.yaml".into(), read("buying_groups.yaml"));
    sources.insert("rules/workflows.yaml".into(), read("workflows.yaml"));
    rules::from_sources(sources).unwrap_or_else(|problems| panic!("{problems}"))
}

/// A small generator: the same seed gives the same story.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % limit
    }
}

/// What is true of one company and its people.
struct World {
    fields: Fields,
    people: Vec<(Fields, Vec<ActivityFact>)>,
}

/// A group with its members (with role and since when), completeness, engagement and stage.
#[derive(Clone, Debug, PartialEq)]
struct GroupNow {
    interest: String,
    members: Vec<(ContactId, String, Timestamp)>,
    completeness: Number,
    engagement: Number,
    stage: Option<String>,
}

/// What was computed of it, and when it is to be computed again.
#[derive(Clone, Debug, Default, PartialEq)]
struct Computed {
    markets: BTreeSet<String>,
    met: Vec<(String, Timestamp)>,
    standings: BTreeMap<String, Option<Timestamp>>,
    scores: Vec<(Number, Option<String>)>,
    groups: Vec<GroupNow>,
    states: Vec<BTreeMap<String, State>>,
}

#[derive(Clone, Default)]
struct Kept {
    computed: Computed,
    standings: BTreeMap<String, Standing>,
    stored: Vec<StoredGroup>,
    group_facts: Vec<GroupFact>,
    due: Option<Timestamp>,
}

struct Engine {
    rules: RuleSet,
    accounts: CompiledAccounts,
    groups: CompiledGroups,
    scores: Vec<CompiledScore>,
    workflows: Vec<CompiledWorkflow>,
    zone: TimeZone,
}

impl Engine {
    fn new() -> Engine {
        let rules = rule_set();
        let mut dictionary = Dictionary::default();
        for (number, name) in TYPES.iter().enumerate() {
            dictionary.types.insert(ActivityTypeId(number as u16 + 1), (*name).to_owned());
        }
        for (number, path) in PATHS.iter().enumerate() {
            let object = [("host", "example.com"), ("path", path), ("asset", "Demo reminder")];
            let object = object.map(|(name, value)| (name.to_owned(), value.to_owned()));
            dictionary.objects.insert(ActivityObjectId(number as u32 + 1), object.into());
        }
        Engine {
            accounts: CompiledAccounts::new(&rules.markets, &rules.intent, &rules.views, &dictionary),
            groups: CompiledGroups::new(&rules.buying_groups, rules.engagement.as_ref().unwrap(), &dictionary),
            scores: rules.scores.iter().map(|model| CompiledScore::new(model, &dictionary)).collect(),
            workflows: rules.workflows.iter().map(|model| CompiledWorkflow::new(model, &dictionary)).collect(),
            zone: TimeZone::get("Europe/Stockholm").unwrap(),
            rules,
        }
    }

    /// Computes everything, layer by layer, from what is true now and what was kept.
    fn compute(&self, world: &World, before: &Kept, now: Timestamp) -> Kept {
        let calendar = Calendar::around(&self.zone, now);
        let (none, mut due) = (BTreeSet::new(), Vec::new());
        let mut score_facts = Vec::new();
        let mut scores = Vec::new();
        for (fields, activities) in &world.people {
            let facts = ContactFacts { fields, segments: &none, activities };
            let mut of_person = BTreeMap::new();
            for score in &self.scores {
                let found = evaluate_in(score, &facts, now, &calendar);
                due.push(found.next_due);
                scores.push((found.exact, found.label.clone()));
                of_person.insert(score.model().name.clone(), ScoreFact { shown: found.shown, label: found.label });
            }
            score_facts.push(of_person);
        }
        let mut visits: Vec<Visit> = Vec::new();
        for (number, (_, activities)) in world.people.iter().enumerate() {
            visits.extend(activities.iter().filter(|fact| fact.activity_type.0 == 1).map(|fact| Visit {
                at: fact.at,
                visitor: Visitor::Contact(ContactId(number as i64)),
                page: fact.object,
                country: fact.country,
            }));
        }
        visits.sort_unstable();
        visits.dedup();
        let facts = AccountFacts {
            fields: &world.fields,
            domain: None,
            segments: &none,
            in_crm: true,
            visits: &visits,
            activities: &[],
            groups: &before.group_facts,
            held: Held::default(),
            standings: &before.standings,
        };
        let values = compute(&self.accounts, &facts, now, &calendar);
        due.push(values.next_due);
        let views: BTreeSet<String> =
            values.standings.iter().filter(|(_, at)| at.entered_at.is_some()).map(|(name, _)| name.clone()).collect();
        let met: BTreeSet<String> = values.intent.met.iter().map(|met| met.name.clone()).collect();
        let instants: Vec<Timestamp> = visits.iter().map(|visit| visit.at).collect();
        let company = CompanyFacts {
            fields: &world.fields,
            markets: &values.markets,
            views: &views,
            intent: &met,
            visits: &instants,
            in_crm: true,
        };
        let people: Vec<Person<'_>> = world
            .people
            .iter()
            .enumerate()
            .map(|(number, (fields, activities))| Person {
                contact: ContactId(number as i64),
                fields,
                segments: &none,
                activities,
                scores: &score_facts[number],
            })
            .collect();
        let account = GroupAccount { id: CompanyId(1), name: "Acme", facts: &company, segments: &none };
        let found = compute_groups(&self.groups, &account, &people, &before.stored, &Scale::Counts, now, &calendar);
        due.push(found.next_due);
        let mut stored = Vec::new();
        let (mut groups, mut group_facts) = (Vec::new(), Vec::new());
        for (place, group) in found.groups.into_iter().enumerate() {
            let old = before.stored.iter().find(|old| Some(old.id) == group.id);
            let mut requests = old.map(|old| old.requests.clone()).unwrap_or_default();
            for to in &group.moves {
                let id = requests.len() as i64 + 1;
                requests.push(StageRequest { id, at: now, to: to.clone(), cause: StageCause::Condition });
            }
            let stage = group.history.current.clone();
            group_facts.push(fact_of_group(
                &group.interest,
                &group.completeness,
                group.engagement_shown,
                stage.as_deref(),
            ));
            let members: Vec<_> = group
                .membership
                .members
                .iter()
                .map(|member| (member.contact, member.role.clone(), member.since))
                .collect();
            groups.push(GroupNow {
                interest: group.interest.clone(),
                members,
                completeness: group.completeness.exact,
                engagement: group.engagement,
                stage,
            });
            stored.push(StoredGroup {
                id: group.id.unwrap_or(GroupId(place as i64 + 1)),
                interest: group.interest,
                name: group.name,
                members: group.membership.members,
                assignments: Vec::new(),
                requests,
            });
        }
        let mut states = Vec::new();
        for (number, (fields, activities)) in world.people.iter().enumerate() {
            let mut held: BTreeMap<String, State> = before.computed.states.get(number).cloned().unwrap_or_default();
            let workflows: BTreeMap<String, WorkflowFact> = BTreeMap::new();
            for workflow in self.workflows.iter().take(1) {
                let facts = Facts {
                    contact: fields,
                    company: Some(&company),
                    segments: &none,
                    activities,
                    scores: &score_facts[number],
                    engagement: found.engagement.get(&ContactId(number as i64)).map(|engagement| engagement.shown),
                    workflows: &workflows,
                    groups: &[],
                    enrolled_at: None,
                };
                let moment = Moment { now, calendar: &calendar, first_pass: false };
                let name = &workflow.model().name;
                let next = advance(workflow, held.get(name), &facts, &moment);
                due.push(next.next_due);
                held.extend(next.state.map(|state| (name.clone(), state)));
            }
            states.push(held);
        }
        let computed = Computed {
            markets: values.markets.clone(),
            met: values.intent.met.iter().map(|met| (met.name.clone(), met.since)).collect(),
            standings: values.standings.iter().map(|(name, at)| (name.clone(), at.entered_at)).collect(),
            scores,
            groups,
            states,
        };
        Kept { computed, standings: values.standings, stored, group_facts, due: due.into_iter().flatten().min() }
    }
}

/// The same without views that a company may enter and is not in.
fn comparable(computed: &Computed) -> Computed {
    let mut computed = computed.clone();
    computed.standings.retain(|_, entered| entered.is_some());
    computed
}

/// Something happens to the world, or nothing but time. Says whether a fact changed.
fn happen(world: &mut World, chance: &mut Chance, now: Timestamp, number: u64) -> bool {
    let person = chance.below(PEOPLE as u64) as usize;
    match chance.below(10) {
        0..=5 => {
            let (_, activities) = &mut world.people[person];
            // Now, a while ago, or exactly at a midnight in Stockholm.
            let late = [0, 0, 0, 3_600, 86_400, 20 * 86_400][chance.below(6) as usize];
            let at = Timestamp::from_secs((now.as_secs() - late) / 60 * 60);
            let fact = ActivityFact {
                at,
                activity_type: ActivityTypeId(chance.below(TYPES.len() as u64) as u16 + 1),
                object: ActivityObjectId(chance.below(PATHS.len() as u64) as u32 + 1),
                country: Country::default(),
                remote_hash: number as u32,
            };
            // Delivered twice now and then.
            for _ in 0..=chance.below(2) {
                activities.push(fact);
            }
            activities.sort_unstable();
            activities.dedup();
            // History is not endless.
            let kept = activities.len().saturating_sub(40);
            activities.drain(..kept);
            true
        }
        6 => {
            let title = TITLES[chance.below(TITLES.len() as u64) as usize];
            world.people[person].0.insert("job_title".into(), Value::Text(title.into()));
            true
        }
        7 => {
            let country = ["SE", "NO", "DE"][chance.below(3) as usize];
            world.fields.insert("country".into(), Value::Text(country.into()));
            world.fields.insert("employees".into(), Value::Number(Number::whole(chance.below(100) as i64)));
            true
        }
        _ => false,
    }
}

#[test]
fn i3_computing_only_who_is_dirty_or_due_gives_what_computing_everything_gives() {
    run(6_000);
}

/// The same, long: minutes in a build without optimisation. `cargo test --release --test scenarios -- --ignored`.
#[test]
#[ignore = "a million steps take minutes"]
fn i3_a_million_steps() {
    run(1_000_000);
}

fn run(steps: u64) {
    let engine = Engine::new();
    assert!(!engine.rules.workflows.is_empty());
    let (mut computed_again, mut kept_as_it_was) = (0_u64, 0_u64);
    // Stories of some length, so that a long run is many worlds rather than one.
    for story in 0..steps.div_ceil(200) {
        let mut chance = Chance(story.wrapping_mul(7_919) + 1);
        let mut world = World { fields: Fields::new(), people: vec![(Fields::new(), Vec::new()); PEOPLE] };
        let (mut lazy, mut eager) = (Kept::default(), Kept::default());
        let start = ["2026-03-25T00:00:00Z", "2026-10-20T00:00:00Z"][(story % 2) as usize];
        let mut now = Timestamp::parse(start).unwrap();
        for step in 0..200.min(steps - story * 200) {
            let changed = happen(&mut world, &mut chance, now, step);
            if changed || step == 0 || lazy.due.is_some_and(|due| due <= now) {
                lazy = engine.compute(&world, &lazy, now);
                computed_again += 1;
            } else {
                kept_as_it_was += 1;
            }
            eager = engine.compute(&world, &eager, now);
            assert_eq!(comparable(&lazy.computed), comparable(&eager.computed), "story {story}, step {step}, at {now}");
            // Minutes, hours or days pass; sometimes up to the next due instant exactly.
            let pause = [60, 1_800, 7_200, 40_000, 90_000][chance.below(5) as usize];
            let next = now.plus_ms(pause * 1_000);
            now = lazy.due.filter(|due| *due > now && chance.below(3) == 0).map_or(next, |due| due.min(next));
        }
    }
    assert!(computed_again > 0 && kept_as_it_was > steps / 20, "{computed_again} computed, {kept_as_it_was} kept");
}
