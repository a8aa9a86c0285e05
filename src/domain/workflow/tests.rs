//! The rules of goals and flows, one by one, on a contact whose facts change as time goes on.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use jiff::tz::TimeZone;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;
use crate::domain::calendar::Calendar;
use crate::domain::criteria::{
    ActivityFilter, Between, Criterion, Facts, FieldOf, FieldTest, ScoreFact, Test, ValueTest, Window,
};
use crate::domain::intent::Ratio;
use crate::domain::model::{
    ActivityFact, ActivityObjectId, ActivityTypeId, Country, Dictionary, Fields, Number, Value,
};

const TYPES: [&str; 4] = ["email_delivered", "email_click", "form_submission", "email_open"];

fn instant(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn dictionary() -> Dictionary {
    let mut dictionary = Dictionary::default();
    for (number, name) in TYPES.iter().enumerate() {
        dictionary.types.insert(ActivityTypeId(number as u16 + 1), (*name).to_owned());
    }
    for (number, asset) in ["Offer", "Somebody else's"].iter().enumerate() {
        let object = [("asset".to_owned(), (*asset).to_owned())];
        dictionary.objects.insert(ActivityObjectId(number as u32 + 1), object.into());
    }
    dictionary
}

fn test(test: Test) -> Criterion {
    // Through serde, so that the shape of the tree is the reader's business.
    serde_json::from_value(serde_json::json!({ "test": test })).unwrap()
}

fn field(name: &str, value: &str) -> Criterion {
    let wanted = BTreeSet::from([Value::Text(value.into())]);
    test(Test::Field { of: FieldOf::Contact, field: name.into(), test: ValueTest::Is(FieldTest::IsAnyOf(wanted)) })
}

fn did(activity: &str) -> Criterion {
    let filter = ActivityFilter { activity_type: activity.into(), tests: Vec::new() };
    test(Test::Activities { filter, count: Between::SOME, window: Window::Ever })
}

fn score(range: Between) -> Criterion {
    test(Test::Score { score: "lead_score".into(), test: range })
}

/// A workflow that takes contacts of the stage `lead` until they submit a form.
fn model() -> WorkflowModel {
    WorkflowModel {
        name: "nurture".into(),
        title: "Nurture".into(),
        enroll: field("stage", "lead"),
        existing: Existing::Enroll,
        suppression: BTreeSet::from(["Customers".into()]),
        goal: Some(did("form_submission")),
        steps: vec![
            Step { id: "wait".into(), kind: StepKind::Delay(Wait::Days(3)) },
            Step { id: "mail".into(), kind: StepKind::Act(mail("Offer")) },
        ],
        remote: None,
        completes_after_days: None,
        emails: BTreeSet::from(["Offer".into()]),
    }
}

fn mail(email: &str) -> Action {
    Action::SendEmail { connection: "hubspot".into(), email: email.into() }
}

/// One contact in one workflow.
struct Contact {
    workflow: CompiledWorkflow,
    fields: Fields,
    segments: BTreeSet<String>,
    scores: BTreeMap<String, ScoreFact>,
    activities: Vec<ActivityFact>,
    state: Option<State>,
    wishes: Vec<(Timestamp, String)>,
    due: Option<Timestamp>,
}

impl Contact {
    fn new(model: &WorkflowModel) -> Contact {
        Contact {
            workflow: CompiledWorkflow::new(model, &dictionary()),
            fields: Fields::from([("stage".to_owned(), Value::Text("lead".into()))]),
            segments: BTreeSet::new(),
            scores: BTreeMap::new(),
            activities: Vec::new(),
            state: None,
            wishes: Vec::new(),
            due: None,
        }
    }

    fn did(&mut self, activity: &str, asset: u32, at: &str) {
        let number = TYPES.iter().position(|known| *known == activity).unwrap();
        self.activities.push(ActivityFact {
            at: instant(at),
            activity_type: ActivityTypeId(number as u16 + 1),
            object: ActivityObjectId(asset),
            country: Country(0),
            remote_hash: self.activities.len() as u32,
        });
        self.activities.sort();
    }

    fn look(&mut self, at: &str) -> &mut Contact {
        self.look_at(instant(at), false)
    }

    fn look_at(&mut self, now: Timestamp, first_pass: bool) -> &mut Contact {
        let calendar = Calendar::around(&TimeZone::get("Europe/Stockholm").unwrap(), now);
        let (workflows, groups) = (BTreeMap::new(), Vec::new());
        let facts = Facts {
            contact: &self.fields,
            company: None,
            segments: &self.segments,
            activities: &self.activities,
            scores: &self.scores,
            engagement: None,
            workflows: &workflows,
            groups: &groups,
            enrolled_at: None,
        };
        let moment = Moment { now, calendar: &calendar, first_pass };
        let advance = advance(&self.workflow, self.state.as_ref(), &facts, &moment);
        self.state = advance.state;
        self.due = advance.next_due;
        self.wishes.extend(advance.wishes.into_iter().map(|wish| (now, wish.step)));
        self
    }

    fn counts(&self) -> Counting {
        counting(&self.workflow, self.state.as_ref(), &self.activities, None)
    }

    fn ended(&self) -> Option<Reason> {
        match &self.state {
            Some(State::Enrolled(enrollment)) => enrollment.ended.map(|ended| ended.reason),
            Some(State::Declined(declined)) => Some(declined.reason),
            None => None,
        }
    }
}

#[test]
fn who_already_meets_the_goal_is_not_enrolled_and_never_counts() {
    let mut ann = Contact::new(&model());
    ann.did("form_submission", 0, "2026-05-01T08:00:00Z");
    ann.look("2026-05-01T09:00:00Z");
    assert_eq!(ann.ended(), Some(Reason::GoalAlreadyMet));
    ann.did("email_delivered", 1, "2026-05-02T08:00:00Z");
    ann.did("form_submission", 0, "2026-05-03T08:00:00Z");
    ann.look("2026-05-10T09:00:00Z");
    assert_eq!(ann.counts(), Counting::MetBefore);
    assert!(ann.wishes.is_empty());
}

#[test]
fn meeting_the_goal_unenrolls_before_the_next_action_and_counts_after_an_email() {
    let mut ann = Contact::new(&model());
    ann.look("2026-05-01T08:00:00Z");
    assert_eq!(ann.due, Some(instant("2026-05-04T08:00:00Z")));
    ann.did("email_delivered", 1, "2026-05-02T08:00:00Z");
    ann.did("form_submission", 0, "2026-05-03T08:00:00Z");
    // The daemon was away when the delay ended: the goal is checked first all the same.
    ann.look("2026-05-05T08:00:00Z");
    assert_eq!((ann.ended(), ann.counts()), (Some(Reason::Goal), Counting::Counts));
    assert!(ann.wishes.is_empty(), "the mail was not wanted any more");
}

#[test]
fn without_an_email_of_the_workflow_before_it_the_goal_does_not_count() {
    for (asset, delivered) in [(2, "2026-05-02T08:00:00Z"), (1, "2026-05-03T08:00:01Z"), (1, "2026-04-30T08:00:00Z")] {
        let mut ann = Contact::new(&model());
        ann.look("2026-05-01T08:00:00Z");
        ann.did("email_delivered", asset, delivered);
        ann.did("form_submission", 0, "2026-05-03T08:00:00Z");
        ann.look("2026-05-03T09:00:00Z");
        assert_eq!((ann.ended(), ann.counts()), (Some(Reason::Goal), Counting::NoEmailBefore), "{asset} {delivered}");
    }
}

#[test]
fn a_delivery_that_is_reported_late_counts_by_its_own_instant() {
    let mut ann = Contact::new(&model());
    ann.look("2026-05-01T08:00:00Z");
    ann.did("form_submission", 0, "2026-05-03T08:00:00Z");
    ann.look("2026-05-03T09:00:00Z");
    assert_eq!(ann.counts(), Counting::NoEmailBefore);
    ann.did("email_delivered", 1, "2026-05-02T08:00:00Z");
    assert_eq!(ann.counts(), Counting::Counts);
}

#[test]
fn i3_a_form_that_is_reported_late_meets_the_goal_at_its_own_instant_however_often_somebody_looked() {
    for looks in [vec![], vec!["2026-05-02T08:00:00Z", "2026-05-03T09:00:00Z"]] {
        let mut ann = Contact::new(&model());
        ann.look("2026-05-01T08:00:00Z");
        for at in looks {
            ann.look(at);
        }
        ann.did("form_submission", 0, "2026-05-03T08:00:00Z");
        ann.did("email_delivered", 1, "2026-05-03T08:30:00Z");
        ann.look("2026-05-03T12:00:00Z");
        assert_eq!(ann.counts(), Counting::NoEmailBefore, "the mail came after the form");
    }
}

#[test]
fn the_goal_can_be_met_any_time_after_completing() {
    let mut ann = Contact::new(&model());
    ann.look("2026-05-01T08:00:00Z").look("2026-05-04T08:00:00Z");
    assert_eq!(ann.ended(), Some(Reason::Completed));
    assert_eq!(ann.wishes, [(instant("2026-05-04T08:00:00Z"), "mail".to_owned())]);
    ann.did("email_delivered", 1, "2026-05-04T08:01:00Z");
    assert_eq!(ann.counts(), Counting::NotMet);
    ann.did("form_submission", 0, "2027-01-01T08:00:00Z");
    ann.look("2027-01-01T09:00:00Z");
    assert_eq!((ann.ended(), ann.counts()), (Some(Reason::Completed), Counting::Counts));
}

#[test]
fn who_stops_meeting_the_goal_stays_counted() {
    let goal = field("stage", "customer");
    let mut ann = Contact::new(&WorkflowModel { goal: Some(goal), ..model() });
    ann.look("2026-05-01T08:00:00Z");
    ann.did("email_delivered", 1, "2026-05-02T08:00:00Z");
    ann.fields.insert("stage".into(), Value::Text("customer".into()));
    ann.look("2026-05-03T08:00:00Z");
    assert_eq!(ann.counts(), Counting::Counts);
    ann.fields.insert("stage".into(), Value::Text("lead".into()));
    ann.look("2026-05-04T08:00:00Z");
    assert_eq!((ann.ended(), ann.counts()), (Some(Reason::Goal), Counting::Counts));
}

#[test]
fn a_suppression_segment_ends_it_and_counts_nothing() {
    let mut ann = Contact::new(&model());
    ann.look("2026-05-01T08:00:00Z");
    ann.did("email_delivered", 1, "2026-05-02T08:00:00Z");
    ann.segments.insert("Customers".into());
    ann.look("2026-05-04T08:00:00Z");
    assert_eq!(ann.ended(), Some(Reason::Suppressed));
    assert!(ann.wishes.is_empty());
    ann.did("form_submission", 0, "2026-05-05T08:00:00Z");
    ann.look("2026-05-05T09:00:00Z");
    assert_eq!(ann.counts(), Counting::LeftBefore);

    let mut bo = Contact::new(&model());
    bo.segments.insert("Customers".into());
    assert_eq!(bo.look("2026-05-01T08:00:00Z").state, None, "nobody is enrolled out of a suppression segment");
}

#[test]
fn clearing_the_goal_begins_anew_and_editing_it_does_not() {
    let mut ann = Contact::new(&model());
    ann.look("2026-05-01T08:00:00Z");
    ann.did("email_delivered", 1, "2026-05-02T08:00:00Z");
    ann.did("form_submission", 0, "2026-05-03T08:00:00Z");
    ann.look("2026-05-03T09:00:00Z");
    let counted =
        |cleared: Option<&str>| counting(&ann.workflow, ann.state.as_ref(), &ann.activities, cleared.map(instant));
    assert_eq!(counted(Some("2026-05-03T07:00:00Z")), Counting::Counts);
    assert_eq!(counted(Some("2026-05-04T07:00:00Z")), Counting::Cleared);
    let edited = WorkflowModel { goal: Some(did("email_click")), ..model() };
    let cleared = WorkflowModel { goal: None, ..model() };
    assert_eq!(goal_change(&model(), &edited), GoalChange::Kept);
    assert_eq!(goal_change(&model(), &cleared), GoalChange::Cleared);
    assert_eq!(goal_change(&cleared, &model()), GoalChange::Kept);
}

#[test]
fn existing_contacts_are_skipped_when_the_admin_says_so() {
    let model = WorkflowModel { existing: Existing::Skip, ..model() };
    let mut ann = Contact::new(&model);
    ann.look_at(instant("2026-05-01T08:00:00Z"), true);
    assert_eq!(ann.ended(), Some(Reason::Existing));
    let mut bo = Contact::new(&model);
    bo.fields.clear();
    bo.look_at(instant("2026-05-01T08:00:00Z"), true);
    bo.fields.insert("stage".into(), Value::Text("lead".into()));
    bo.look("2026-05-02T08:00:00Z");
    assert!(matches!(bo.state, Some(State::Enrolled(_))), "who comes to meet the criteria later is new");
}

/// Over 50: the mail that converts. Under 50: after 3 days the offer that interests. Exactly 50: the else branch.
fn paloma() -> WorkflowModel {
    let number = |value| Some(Number::whole(value));
    let act = |id: &str, email: &str| Step { id: id.into(), kind: StepKind::Act(mail(email)) };
    WorkflowModel {
        goal: None,
        steps: vec![Step {
            id: "by_score".into(),
            kind: StepKind::Condition {
                branches: vec![
                    Branch {
                        when: score(Between { above: number(50), ..Between::default() }),
                        steps: vec![act("convert", "Converting")],
                    },
                    Branch {
                        when: score(Between { below: number(50), ..Between::default() }),
                        steps: vec![
                            Step { id: "three_days".into(), kind: StepKind::Delay(Wait::Days(3)) },
                            act("interest", "Interesting"),
                        ],
                    },
                ],
                otherwise: vec![act("other", "Other")],
            },
        }],
        ..model()
    }
}

#[test]
fn the_score_decides_which_mail_is_wanted_and_when() {
    for (points, step, at) in [
        (51, "convert", "2026-10-24T08:00:00Z"),
        // Three calendar days across the end of daylight saving: the same local time.
        (49, "interest", "2026-10-27T09:00:00Z"),
        (50, "other", "2026-10-24T08:00:00Z"),
    ] {
        let mut ann = Contact::new(&paloma());
        ann.scores.insert("lead_score".into(), ScoreFact { shown: Number::whole(points), label: None });
        ann.look("2026-10-24T08:00:00Z");
        while let Some(due) = ann.due {
            ann.look_at(due, false);
        }
        assert_eq!(ann.wishes, [(instant(at), step.to_owned())], "{points} points");
        assert_eq!(ann.ended(), Some(Reason::Completed));
    }
}

#[test]
fn a_wait_takes_yes_when_the_event_comes_in_time_and_no_at_its_deadline() {
    let steps = vec![Step {
        id: "clicked".into(),
        kind: StepKind::WaitFor {
            event: ActivityFilter { activity_type: "email_click".into(), tests: Vec::new() },
            within: Wait::Days(2),
            yes: vec![Step { id: "thanks".into(), kind: StepKind::Act(mail("Thanks")) }],
            no: vec![Step { id: "reminder".into(), kind: StepKind::Act(mail("Reminder")) }],
        },
    }];
    let model = WorkflowModel { steps, ..model() };
    let mut ann = Contact::new(&model);
    ann.did("email_click", 0, "2026-04-30T08:00:00Z");
    ann.look("2026-05-01T08:00:00Z");
    assert!(ann.wishes.is_empty(), "a click before the wait is not waited for");
    assert_eq!(ann.due, Some(instant("2026-05-03T08:00:00Z")));
    ann.did("email_click", 0, "2026-05-03T07:59:59Z");
    ann.look("2026-05-03T12:00:00Z");
    assert_eq!(ann.wishes[0].1, "thanks", "it came in time, though it was looked at late");

    let mut bo = Contact::new(&model);
    bo.look("2026-05-01T08:00:00Z").did("email_click", 0, "2026-05-03T08:00:00Z");
    bo.look("2026-05-03T08:00:00Z");
    assert_eq!(bo.wishes[0].1, "reminder", "at the deadline it is too late");
}

#[test]
fn a_remote_workflow_is_entered_once_and_left_with_the_goal() {
    let remote = RemoteWorkflow { connection: "hubspot".into(), workflow: "77".into() };
    let model = WorkflowModel { steps: Vec::new(), remote: Some(remote), ..model() };
    let mut ann = Contact::new(&model);
    ann.look("2026-05-01T08:00:00Z").look("2026-05-02T08:00:00Z");
    assert_eq!(ann.ended(), None);
    ann.did("form_submission", 0, "2026-05-03T08:00:00Z");
    ann.look("2026-05-03T09:00:00Z").look("2026-05-04T09:00:00Z");
    let steps: Vec<&str> = ann.wishes.iter().map(|(_, step)| step.as_str()).collect();
    assert_eq!(steps, ["enroll", "unenroll"]);
}

#[test]
fn a_step_that_is_taken_out_of_the_rules_ends_the_enrollment() {
    let mut ann = Contact::new(&model());
    ann.look("2026-05-01T08:00:00Z");
    ann.workflow = CompiledWorkflow::new(&WorkflowModel { steps: Vec::new(), ..model() }, &dictionary());
    ann.look("2026-05-02T08:00:00Z");
    assert_eq!(ann.ended(), Some(Reason::StepRemoved));
}

#[test]
fn the_rate_is_of_all_who_started_and_there_is_none_without_emails() {
    let started = |goal: Option<&str>, reason: Option<Reason>| {
        State::Enrolled(Enrollment {
            enrolled_at: instant("2026-05-01T08:00:00Z"),
            step: None,
            entered_at: instant("2026-05-01T08:00:00Z"),
            ended: reason.map(|reason| Ended { at: instant("2026-05-02T08:00:00Z"), reason }),
            goal: goal.map(|at| GoalMet { at: instant(at) }),
        })
    };
    let contacts = [
        (started(Some("2026-05-02T08:00:00Z"), Some(Reason::Goal)), Counting::Counts),
        (started(Some("2026-05-02T21:59:59Z"), Some(Reason::Completed)), Counting::Counts),
        (started(Some("2026-05-02T22:00:00Z"), Some(Reason::Goal)), Counting::NoEmailBefore),
        (started(None, Some(Reason::Suppressed)), Counting::LeftBefore),
        (started(None, None), Counting::NotMet),
        (State::Declined(Declined { at: Timestamp::EPOCH, reason: Reason::GoalAlreadyMet }), Counting::MetBefore),
    ];
    let calendar = Calendar::around(&TimeZone::get("Europe/Stockholm").unwrap(), instant("2026-05-02T08:00:00Z"));
    let all = || contacts.iter().map(|(state, counting)| (state, *counting));
    let found = figures(&model(), all(), &calendar);
    assert_eq!((found.started, found.active, found.completed, found.suppressed), (5, 1, 1, 1));
    assert_eq!((found.goal_met, found.unenrolled_for_goal), (2, 2));
    assert_eq!(found.rate, Some(Ratio { part: 2, whole: 5 }));
    assert_eq!(found.trend, BTreeMap::from([(instant("2026-05-01T22:00:00Z"), 2)]));
    let without = WorkflowModel { emails: BTreeSet::new(), ..model() };
    assert_eq!(figures(&without, all(), &calendar).rate, None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, rng_seed: RngSeed::Fixed(9), failure_persistence: None, ..ProptestConfig::default() })]

    /// Looking at a contact more often than it is due changes nothing, and each step wants its action at most once.
    #[test]
    fn i3_only_facts_and_due_instants_move_a_contact(
        happenings in prop::collection::vec((0_i64..240, 0_usize..4, 0_u32..3), 0..12),
        extra in prop::collection::btree_set(0_i64..480, 0..40),
    ) {
        let start = instant("2026-03-20T08:00:00Z");
        let hour = |hours: i64| start.plus_ms(hours * 3_600_000);
        let run = |also: &BTreeSet<i64>| {
            let mut ann = Contact::new(&WorkflowModel { steps: [paloma().steps, model().steps].concat(), ..model() });
            let mut instants: BTreeSet<Timestamp> = happenings.iter().map(|(at, ..)| hour(*at)).collect();
            instants.extend(also.iter().map(|at| hour(*at)));
            instants.insert(start);
            let mut now = start;
            loop {
                for (number, (at, activity, asset)) in happenings.iter().enumerate() {
                    if hour(*at) == now {
                        ann.activities.push(ActivityFact {
                            at: now,
                            activity_type: ActivityTypeId(*activity as u16 + 1),
                            object: ActivityObjectId(*asset),
                            country: Country(0),
                            remote_hash: number as u32,
                        });
                    }
                }
                ann.activities.sort();
                ann.look_at(now, false);
                let next = instants.range(now.plus_ms(1)..).next().copied();
                match [next, ann.due].into_iter().flatten().min() {
                    Some(next) => now = next,
                    None => break,
                }
            }
            (ann.state, ann.wishes)
        };
        let (state, wishes) = run(&BTreeSet::new());
        prop_assert_eq!(&(state, wishes.clone()), &run(&extra));
        let steps: BTreeSet<&String> = wishes.iter().map(|(_, step)| step).collect();
        prop_assert_eq!(steps.len(), wishes.len());
    }
}
