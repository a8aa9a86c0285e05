//! The page of a group: who is on it, in which order, and what the summaries say.

use jiff::tz::TimeZone;

use super::*;
use crate::domain::model::Number;

pub(super) fn day(text: &str) -> Timestamp {
    Timestamp::parse(&format!("2026-03-{text}T10:00:00Z")).unwrap()
}

pub(super) fn person(contact: i64, role: &str, engagement: &str) -> MemberFacts {
    let member =
        Member { contact: ContactId(contact), role: role.to_owned(), source: Source::Automatic, since: day("01") };
    MemberFacts {
        member,
        name: format!("P{contact}"),
        title: None,
        email: None,
        phone: None,
        engagement: Number::parse(engagement).unwrap(),
        activities: Vec::new(),
        other_groups: Vec::new(),
    }
}

pub(super) fn did(text: &str, title: &str, interesting: bool) -> RecentActivity {
    RecentActivity { at: day(text), title: title.to_owned(), about: Some("/prices".to_owned()), interesting }
}

fn page(members: &[MemberFacts], stage: Option<&str>) -> GroupDetails {
    with_facts(members, stage, |facts| details(facts, &TimeZone::get("Europe/Stockholm").unwrap()))
}

/// The facts of a group with these members.
pub(super) fn with_facts<R>(
    members: &[MemberFacts],
    stage: Option<&str>,
    look: impl FnOnce(&DetailFacts<'_>) -> R,
) -> R {
    let template = template(vec![
        role("Decision Maker", 100, true),
        Role { members_required: 9, ..role("Influencer", 80, true) },
        role("Champion", 40, false),
    ]);
    let positions = members.iter().filter_map(|member| template.position(&member.member.role));
    let completeness = completeness(&template, positions);
    let group = GroupRecord {
        id: GroupId(1),
        name: "Analytics for Acme".to_owned(),
        interest: "Analytics".to_owned(),
        stage: stage.map(str::to_owned),
        stage_since: stage.map(|_| day("05")),
        changed_at: day("09"),
    };
    let journey = |name: &str, on: &str| JourneyUse { name: name.to_owned(), last_used_at: day(on) };
    let account = AccountFacts {
        id: CompanyId(7),
        name: "Acme".to_owned(),
        people: 40,
        industry: Some("Software".to_owned()),
        open_opportunities: vec![
            Opportunity { name: "a".to_owned(), amount: Some(Number::whole(1000)) },
            Opportunity { name: "b".to_owned(), amount: None },
        ],
        journeys: vec![journey("one", "01"), journey("two", "04"), journey("three", "02"), journey("four", "03")],
    };
    let intent = [SignalLevel {
        kind: SignalKind::Solution,
        name: "Analytics".to_owned(),
        of: None,
        value: Number::parse("0.7").unwrap(),
        level: IntentLevel::High,
        strength: Number::whole(280),
        contributions: Vec::new(),
    }];
    look(&DetailFacts {
        group: &group,
        account: &account,
        template: &template,
        members,
        completeness: &completeness,
        engagement: Number::parse("75.89999").unwrap(),
        intent: &intent,
    })
}

fn contacts(cards: &[MemberCard]) -> Vec<i64> {
    cards.iter().map(|card| card.contact.0).collect()
}

#[test]
fn the_three_most_engaged_decision_makers_come_first_and_six_others_after_them() {
    let mut members: Vec<MemberFacts> = [(1, "5"), (2, "50"), (3, "70.5"), (4, "70.499999"), (5, "20")]
        .map(|(id, e)| person(id, DECISION_MAKER, e))
        .into();
    members.extend((10..17).map(|id| person(id, "Influencer", &format!("{}", id * 3))));
    let found = page(&members, Some("Engaged"));
    assert_eq!(contacts(&found.decision_makers), [3, 4, 2]);
    assert_eq!(contacts(&found.most_engaged), [16, 15, 14, 13, 12, 11], "the others, decision makers among them");
    let shown: Vec<String> = found.decision_makers.iter().map(|card| card.engagement.to_string()).collect();
    assert_eq!(shown, ["71", "70", "50"]);
    assert_eq!(found.members.len(), 12);
    assert_eq!(found.members[0].name, "P1", "the list is by role and name");
    assert_eq!(found.summary.engagement, Number::whole(76));
    let journeys: Vec<&str> = found.account.journeys.iter().map(|journey| journey.name.as_str()).collect();
    assert_eq!(journeys, ["two", "four", "three"]);
    assert_eq!(
        found.summary.text.text,
        "Analytics for Acme has 12 members in 2 of 3 roles. It is 59 % complete: Influencer has 7 of 9 people and Champion is \
         missing. Its engagement is 76; the most engaged is P3 (Decision Maker) with 71. It has been in the stage Engaged since \
         2026-03-05. Its intent is high for Analytics."
    );
    assert_eq!(found.summary.text.origin, "generated from facts");
    assert_eq!(
        found.account.text.text,
        "Acme (Software) has 40 people, of whom 12 are in this group. There are 2 open opportunities, worth 1000 for the 1 with \
         an amount. The last journey was two on 2026-03-04."
    );
}

#[test]
fn a_card_opens_to_the_latest_two_activities_the_last_moment_and_three_groups() {
    let mut member = person(1, "Champion", "12.4");
    member.title = Some("VP Sales".to_owned());
    member.email = Some("ann@example.com".to_owned());
    member.activities = vec![
        did("02", "Interesting Moment", true),
        did("08", "Visit Webpage", false),
        did("03", "Interesting Moment", true),
        did("06", "Click Email", false),
    ];
    let group = |id: i64, since: &str| OtherGroup {
        id: GroupId(id),
        name: format!("g{id}"),
        role: "Influencer".to_owned(),
        since: day(since),
    };
    member.other_groups = vec![group(1, "01"), group(2, "04"), group(3, "02"), group(4, "04")];
    let found = page(&[member], None);
    let card = &found.most_engaged[0];
    let titles: Vec<&str> = card.details.latest_activities.iter().map(|activity| activity.title.as_str()).collect();
    assert_eq!(titles, ["Visit Webpage", "Click Email"]);
    assert_eq!(card.details.last_interesting_moment.as_ref().map(|moment| moment.at), Some(day("03")));
    let groups: Vec<i64> = card.details.other_groups.iter().map(|group| group.id.0).collect();
    assert_eq!(groups, [2, 4, 3]);
    assert_eq!(card.details.email.as_deref(), Some("ann@example.com"));
    assert_eq!(
        card.details.summary.text,
        "P1, VP Sales, has been Champion since 2026-03-01, assigned by the role's conditions. The engagement is 12. The last \
         activity was Visit Webpage (/prices) on 2026-03-08. There is membership in 4 other groups besides."
    );
    assert_eq!(
        found.summary.text.text,
        "Analytics for Acme has 1 member in 1 of 3 roles. It is 33 % complete: Decision Maker is missing and Influencer is \
         missing. Its engagement is 76; the most engaged is P1 (Champion) with 12. It has not entered a stage yet. Its intent \
         is high for Analytics."
    );
}

#[test]
fn an_empty_group_has_a_page_too() {
    let found = page(&[], None);
    assert!(found.decision_makers.is_empty() && found.most_engaged.is_empty() && found.members.is_empty());
    assert!(
        found.summary.text.text.starts_with("Analytics for Acme has 0 members in 0 of 3 roles. It is 0 % complete:")
    );
}
