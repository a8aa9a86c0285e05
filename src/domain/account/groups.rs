//! The buying groups of one company at one instant: which there should be, who belongs to them, how complete, engaged and far
//! they are. A pure function of the company's people, the rules and what was decided and stored before (I3).

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;

use crate::domain::buying_group::{
    AssignmentFact, Audience, AudienceMember, BuyingGroupRules, Candidate, Completeness, CreationJob, ExistingGroup,
    GroupId, GroupIntent, Member, Membership, OrphanCause, RoleTemplate, SignalIndex, StageCause, StageHistory,
    StageModel, StageRequest, completeness, fact_of_group, group_intent, members_of, plan_groups, replay,
};
use crate::domain::calendar::Calendar;
use crate::domain::criteria::{CompanyFacts, CompiledCriteria, Criterion, Facts, ScoreFact};
use crate::domain::engagement::{Counter, EngagementModel, GroupSeats, PersonCounts, Scale, Seat};
use crate::domain::model::{ActivityFact, CompanyId, ContactId, Dictionary, Fields, Number, Rounding};

/// The rules about buying groups, compiled. Make one per rules version and extend it as the dictionary grows.
#[derive(Clone, Debug)]
pub struct CompiledGroups {
    rules: BuyingGroupRules,
    engagement: EngagementModel,
    counter: Counter,
    signals: Option<SignalIndex>,
    criteria: CompiledCriteria,
    /// Position of a criterion among the compiled ones, by template and role, or by stage model and stage.
    roles: BTreeMap<(String, usize), usize>,
    stages: BTreeMap<(String, String), usize>,
}

/// One of the company's people.
#[derive(Clone, Copy, Debug)]
pub struct Person<'a> {
    pub contact: ContactId,
    pub fields: &'a Fields,
    pub segments: &'a BTreeSet<String>,
    /// Sorted, without duplicates.
    pub activities: &'a [ActivityFact],
    pub scores: &'a BTreeMap<String, ScoreFact>,
}

/// A group as it is stored, with everything that was decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredGroup {
    pub id: GroupId,
    pub interest: String,
    pub name: String,
    pub members: Vec<Member>,
    pub assignments: Vec<AssignmentFact>,
    pub requests: Vec<StageRequest>,
}

/// The company, as far as its groups depend on it.
#[derive(Clone, Copy, Debug)]
pub struct GroupAccount<'a> {
    pub id: CompanyId,
    /// As it is shown.
    pub name: &'a str,
    pub facts: &'a CompanyFacts<'a>,
    /// Names of the segments of companies that it is in.
    pub segments: &'a BTreeSet<String>,
}

/// A group's values.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupValues {
    /// `None`: it is new.
    pub id: Option<GroupId>,
    pub interest: String,
    pub name: String,
    pub membership: Membership,
    pub completeness: Completeness,
    /// Exact.
    pub engagement: Number,
    /// Rounded half up to a whole number.
    pub engagement_shown: Number,
    pub intent: GroupIntent,
    pub history: StageHistory,
    /// Stages whose conditions hold now, in the order in which it goes through them: requests to be kept.
    pub moves: Vec<String>,
    /// Nothing asks for it any more; it stays until somebody deletes it.
    pub orphaned: Option<OrphanCause>,
}

/// A person's engagement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PersonEngagement {
    pub counts: PersonCounts,
    pub exact: Number,
    /// Rounded half up to a whole number.
    pub shown: Number,
}

/// What is computed of a company's groups.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccountGroups {
    /// By interest.
    pub groups: Vec<GroupValues>,
    pub engagement: BTreeMap<ContactId, PersonEngagement>,
    /// The earliest later instant at which anything of this can change without a new fact.
    pub next_due: Option<Timestamp>,
}

impl CompiledGroups {
    /// Compiles the rules against the names that activities use today.
    pub fn new(rules: &BuyingGroupRules, engagement: &EngagementModel, dictionary: &Dictionary) -> CompiledGroups {
        let mut criteria: Vec<&Criterion> = Vec::new();
        let (mut roles, mut stages) = (BTreeMap::new(), BTreeMap::new());
        for template in &rules.templates {
            for (at, role) in template.roles.iter().enumerate() {
                if let Some(criterion) = &role.assign_when {
                    roles.insert((template.name.clone(), at), criteria.len());
                    criteria.push(criterion);
                }
            }
        }
        for model in &rules.stage_models {
            for stage in &model.stages {
                if let Some(criterion) = &stage.enter_when {
                    stages.insert((model.name.clone(), stage.name.clone()), criteria.len());
                    criteria.push(criterion);
                }
            }
        }
        CompiledGroups {
            criteria: CompiledCriteria::new(criteria, dictionary),
            roles,
            stages,
            counter: Counter::new(engagement, dictionary),
            signals: rules.signals.as_ref().map(|signals| SignalIndex::new(signals.clone(), dictionary)),
            rules: rules.clone(),
            engagement: engagement.clone(),
        }
    }

    /// The rules that were compiled.
    pub fn rules(&self) -> &BuyingGroupRules {
        &self.rules
    }

    /// The engagement model that was compiled.
    pub fn engagement(&self) -> &EngagementModel {
        &self.engagement
    }

    /// A person's engagement.
    pub fn person(
        &self,
        activities: &[ActivityFact],
        scale: &Scale,
        now: Timestamp,
        calendar: &Calendar,
    ) -> PersonEngagement {
        let counts = self.counter.count(activities, now, calendar);
        let exact = scale.person(&counts);
        PersonEngagement { shown: exact.round(Rounding::Whole), exact, counts }
    }

    /// Whether any interest makes or keeps groups.
    pub fn is_empty(&self) -> bool {
        self.rules.interests.is_empty()
    }
}

/// Computes a company's groups at `now`.
pub fn compute_groups(
    rules: &CompiledGroups,
    account: &GroupAccount<'_>,
    people: &[Person<'_>],
    stored: &[StoredGroup],
    scale: &Scale,
    now: Timestamp,
    calendar: &Calendar,
) -> AccountGroups {
    let mut computed = AccountGroups::default();
    let mut due: Vec<Option<Timestamp>> = Vec::new();
    for person in people {
        let engagement = rules.person(person.activities, scale, now, calendar);
        due.push(engagement.counts.next_due);
        computed.engagement.insert(person.contact, engagement);
    }
    for (id, interest, name, orphaned) in wanted(&rules.rules, account, stored) {
        let before = stored.iter().find(|group| Some(group.id) == id);
        let pass = GroupPass { rules, account, people, engagement: &computed.engagement, scale, now, calendar };
        let Some((mut values, group_due)) = pass.group(&interest, before) else { continue };
        (values.id, values.name, values.orphaned) = (id, name, orphaned);
        due.push(group_due);
        computed.groups.push(values);
    }
    computed.next_due = due.into_iter().flatten().min();
    computed
}

type Wanted = (Option<GroupId>, String, String, Option<OrphanCause>);

/// The groups that there should be and those that there are, by interest.
fn wanted(rules: &BuyingGroupRules, account: &GroupAccount<'_>, stored: &[StoredGroup]) -> Vec<Wanted> {
    let member = AudienceMember { account: account.id, name: account.name.to_owned() };
    let jobs: Vec<(CreationJob, Vec<AudienceMember>)> = rules
        .jobs
        .iter()
        .map(|job| (job.clone(), if in_audience(&job.audience, account) { vec![member.clone()] } else { Vec::new() }))
        .collect();
    let existing: Vec<ExistingGroup> = stored
        .iter()
        .map(|group| ExistingGroup {
            id: group.id,
            interest: group.interest.clone(),
            account: account.id,
            name: group.name.clone(),
        })
        .collect();
    let plan = plan_groups(&rules.interests, &jobs, &existing);
    let known = |id: GroupId| stored.iter().find(|group| group.id == id);
    let mut wanted: Vec<Wanted> = Vec::new();
    wanted.extend(plan.created.into_iter().map(|group| (None, group.interest, group.name, None)));
    for kept in plan.kept {
        let Some(group) = known(kept.id) else { continue };
        let name = kept.rename.unwrap_or_else(|| group.name.clone());
        wanted.push((Some(kept.id), group.interest.clone(), name, None));
    }
    for orphaned in plan.orphaned {
        let Some(group) = known(orphaned.id) else { continue };
        wanted.push((Some(orphaned.id), group.interest.clone(), group.name.clone(), Some(orphaned.cause)));
    }
    wanted.sort_by(|a, b| (&a.1, a.0).cmp(&(&b.1, b.0)));
    wanted
}

fn in_audience(audience: &Audience, account: &GroupAccount<'_>) -> bool {
    match audience {
        Audience::View(name) => account.facts.views.contains(name),
        Audience::Segment(name) => account.segments.contains(name),
        Audience::Market(name) => account.facts.markets.contains(name),
    }
}

struct GroupPass<'a> {
    rules: &'a CompiledGroups,
    account: &'a GroupAccount<'a>,
    people: &'a [Person<'a>],
    engagement: &'a BTreeMap<ContactId, PersonEngagement>,
    scale: &'a Scale,
    now: Timestamp,
    calendar: &'a Calendar,
}

impl GroupPass<'_> {
    /// A group's values and its due instant; nothing when its interest or template is not in the rules any more.
    fn group(&self, interest: &str, before: Option<&StoredGroup>) -> Option<(GroupValues, Option<Timestamp>)> {
        let template = self.rules.rules.template_of(interest)?;
        let follow = before.is_none() || self.rules.rules.interest(interest)?.update_existing_groups;
        let mut due: Vec<Option<Timestamp>> = Vec::new();
        let candidates = self.candidates(template, follow, &mut due);
        let none = (Vec::new(), Vec::new());
        let (facts, members) = before.map_or((&none.0, &none.1), |group| (&group.assignments, &group.members));
        let membership = members_of(template, &candidates, facts, members, follow, self.now);

        let seat = |member: &Member| template.position(&member.role);
        let filled = completeness(template, membership.members.iter().filter_map(seat));
        let seats = membership.members.iter().filter_map(|member| {
            let counts = &self.engagement.get(&member.contact)?.counts;
            Some(Seat { role: seat(member)?, contact: member.contact, counts })
        });
        let engagement = GroupSeats::new(template.weights(), seats).engagement(self.scale);
        due.push(engagement.next_due);
        let shown = engagement.exact.round(Rounding::Whole);
        let intent = self.intent(&membership);
        due.push(intent.next_due);

        let stages = self.rules.rules.stages_of(interest);
        let requests = before.map_or(&[] as &[StageRequest], |group| &group.requests);
        let mut history = stages.map(|model| replay(model, requests)).unwrap_or_default();
        let mut moves: Vec<String> = Vec::new();
        if let Some(model) = stages {
            let mut requests = requests.to_vec();
            // Through several stages at once, where their conditions hold; but never in a circle.
            loop {
                let fact = fact_of_group(interest, &filled, shown, history.current.as_deref());
                let to = self.next_stage(model, &history, &membership, fact, &mut due);
                let Some(to) = to.filter(|to| !moves.contains(to)) else { break };
                let id = requests.iter().map(|request| request.id).max().unwrap_or(0) + 1;
                requests.push(StageRequest { id, at: self.now, to: to.clone(), cause: StageCause::Condition });
                history = replay(model, &requests);
                moves.push(to);
            }
        }
        let values = GroupValues {
            id: None,
            interest: interest.to_owned(),
            name: String::new(),
            membership,
            completeness: filled,
            engagement: engagement.exact,
            engagement_shown: shown,
            intent,
            history,
            moves,
            orphaned: None,
        };
        Some((values, due.into_iter().flatten().min()))
    }

    fn candidates(&self, template: &RoleTemplate, follow: bool, due: &mut Vec<Option<Timestamp>>) -> Vec<Candidate> {
        let (no_workflows, no_groups) = (BTreeMap::new(), Vec::new());
        self.people
            .iter()
            .map(|person| {
                let facts = Facts {
                    contact: person.fields,
                    company: Some(self.account.facts),
                    segments: person.segments,
                    activities: person.activities,
                    scores: person.scores,
                    engagement: self.engagement.get(&person.contact).map(|engagement| engagement.shown),
                    workflows: &no_workflows,
                    groups: &no_groups,
                    enrolled_at: None,
                };
                let verdicts = (0..template.roles.len()).map(|role| {
                    let Some(at) = self.rules.roles.get(&(template.name.clone(), role)).filter(|_| follow) else {
                        return false;
                    };
                    let verdict = self.rules.criteria.evaluate(*at, &facts, self.now, self.calendar);
                    due.push(verdict.next_change);
                    verdict.holds
                });
                Candidate { contact: person.contact, verdicts: verdicts.collect() }
            })
            .collect()
    }

    fn intent(&self, membership: &Membership) -> GroupIntent {
        let Some(index) = &self.rules.signals else { return GroupIntent::default() };
        let members: Vec<(ContactId, &[ActivityFact])> = self
            .people
            .iter()
            .filter(|person| membership.members.iter().any(|member| member.contact == person.contact))
            .map(|person| (person.contact, person.activities))
            .collect();
        group_intent(index, &self.rules.engagement, &self.rules.counter, &members, self.now, self.calendar)
    }

    fn next_stage(
        &self,
        model: &StageModel,
        history: &StageHistory,
        membership: &Membership,
        fact: crate::domain::criteria::GroupFact,
        due: &mut Vec<Option<Timestamp>>,
    ) -> Option<String> {
        let mut activities: Vec<ActivityFact> = self
            .people
            .iter()
            .filter(|person| membership.members.iter().any(|member| member.contact == person.contact))
            .flat_map(|person| person.activities.iter().copied())
            .collect();
        activities.sort_unstable();
        let (fields, none, scores, workflows) = (Fields::new(), BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
        let groups = [fact];
        let facts = Facts {
            contact: &fields,
            company: Some(self.account.facts),
            segments: &none,
            activities: &activities,
            scores: &scores,
            engagement: None,
            workflows: &workflows,
            groups: &groups,
            enrolled_at: None,
        };
        let mut verdicts = BTreeMap::new();
        for stage in &model.stages {
            let Some(at) = self.rules.stages.get(&(model.name.clone(), stage.name.clone())) else { continue };
            let verdict = self.rules.criteria.evaluate(*at, &facts, self.now, self.calendar);
            due.push(verdict.next_change);
            verdicts.insert(stage.name.clone(), verdict.holds);
        }
        model.advance(history.current.as_deref(), &verdicts).map(|stage| stage.name.clone())
    }
}
