//! Membership: the laws of precedence over random facts, against a plain reading of the rule.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

const NOW: i64 = 1000;

fn roles() -> RoleTemplate {
    template(vec![role("Decision Maker", 100, true), role("Influencer", 80, true), role("Other", 20, false)])
}

fn fact() -> impl Strategy<Value = (i64, i64, bool, Option<usize>)> {
    // Instant, contact, by hand, role (3 is none of the template's) or removal.
    (0_i64..1200, 0_i64..4, any::<bool>(), prop::option::of(0_usize..4))
}

fn stored(facts: &[(i64, i64, bool, Option<usize>)]) -> Vec<AssignmentFact> {
    let names = ["Decision Maker", "Influencer", "Other", "Unheard of"];
    (0..)
        .zip(facts)
        .map(|(id, (seconds, contact, manual, role))| AssignmentFact {
            id,
            at: at(*seconds),
            contact: ContactId(*contact),
            source: if *manual { AssignmentSource::Manual } else { AssignmentSource::Journey },
            change: match role {
                Some(role) => AssignmentChange::Assign { role: names[*role].to_owned() },
                None => AssignmentChange::Remove,
            },
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, rng_seed: RngSeed::Fixed(32), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_highest_source_decides_and_order_does_not_matter(
        facts in prop::collection::vec(fact(), 0..14),
        people in prop::collection::vec((any::<bool>(), any::<bool>(), any::<bool>()), 0..4),
        turn in any::<prop::sample::Index>(),
    ) {
        let template = roles();
        let facts = stored(&facts);
        let people: Vec<Candidate> = (0..).zip(&people).map(|(contact, verdicts)| Candidate {
            contact: ContactId(contact),
            verdicts: vec![verdicts.0, verdicts.1, verdicts.2],
        }).collect();
        let found = members_of(&template, &people, &facts, &[], true, at(NOW));
        let mut turned = facts.clone();
        if !turned.is_empty() {
            let by = turn.index(turned.len());
            turned.rotate_left(by);
            turned.extend(facts.clone());
        }
        prop_assert_eq!(&members_of(&template, &people, &turned, &[], true, at(NOW)), &found);

        for person in &people {
            let last = |source: AssignmentSource| {
                let known = facts.iter().filter(|fact| {
                    fact.contact == person.contact && fact.source == source && fact.at <= at(NOW)
                        && !matches!(&fact.change, AssignmentChange::Assign { role } if role == "Unheard of")
                });
                known.max_by_key(|fact| (fact.at, fact.id)).map(|fact| fact.change.clone())
            };
            let by_condition = [0, 1].into_iter().find(|role| person.verdicts[*role]).map(|role| template.roles[role].name.clone());
            let expected = match (last(AssignmentSource::Manual), last(AssignmentSource::Journey)) {
                (Some(AssignmentChange::Assign { role }), _) => Some((role, Source::Manual)),
                (Some(AssignmentChange::Remove), _) | (None, Some(AssignmentChange::Remove)) => None,
                (None, Some(AssignmentChange::Assign { role })) => Some((role, Source::Journey)),
                (None, None) => by_condition.map(|role| (role, Source::Automatic)),
            };
            let member = found.members.iter().find(|member| member.contact == person.contact);
            prop_assert_eq!(member.map(|member| (member.role.clone(), member.source)), expected);
        }
        prop_assert!(found.members.iter().all(|member| people.iter().any(|person| person.contact == member.contact)));

        // Computing again from what was stored changes nothing, also later.
        let again = members_of(&template, &people, &facts.iter().filter(|fact| fact.at <= at(NOW)).cloned().collect::<Vec<_>>(), &found.members, true, at(NOW + 500));
        prop_assert_eq!(&again.members, &found.members);
        prop_assert!(again.changes.is_empty());
    }
}

#[test]
fn without_the_switch_automatic_members_stay_and_nobody_joins_by_condition() {
    let template = roles();
    let person = |contact: i64, holds: bool| Candidate { contact: ContactId(contact), verdicts: vec![holds; 3] };
    let first = members_of(&template, &[person(1, true), person(2, false)], &[], &[], true, at(10));
    assert_eq!(first.members.len(), 1);
    let turned = [person(1, false), person(2, true)];
    let fixed = members_of(&template, &turned, &[], &first.members, false, at(20));
    assert_eq!(fixed.members, first.members);
    let followed = members_of(&template, &turned, &[], &first.members, true, at(20));
    assert_eq!(followed.members[0].contact, ContactId(2));
    assert_eq!(followed.changes.len(), 2);
    let left = members_of(&template, &[person(2, true)], &[], &first.members, false, at(20));
    assert!(left.members.is_empty(), "who left the account is no member");
}
