//! What a model is told of a group, and which of its answers are shown.

use jiff::tz::TimeZone;

use super::views::{day, did, person, with_facts};
use super::*;

fn writer(personal_data: bool) -> Writer {
    Writer { model: "small".to_owned(), language: "English".to_owned(), max_tokens: 400, personal_data }
}

fn members() -> Vec<MemberFacts> {
    let mut ann = person(1, DECISION_MAKER, "12.4");
    ann.name = "Ann Berg".to_owned();
    ann.title = Some("VP Sales".to_owned());
    ann.email = Some("ann@acme.example".to_owned());
    ann.phone = Some("+46 8 123 45".to_owned());
    ann.activities = vec![
        did("19", "Visit Webpage", false),
        did("08", "Visit Webpage", false),
        did("09", "Click Email", false),
        RecentActivity { at: day("01").plus_ms(-20 * 86_400_000), ..did("01", "Fill Out Form", false) },
        RecentActivity { at: day("01").plus_ms(-80 * 86_400_000), ..did("01", "Fill Out Form", false) },
        RecentActivity { at: day("20").plus_ms(86_400_000), ..did("20", "Not yet", true) },
    ];
    let mut bo = person(2, DECISION_MAKER, "3");
    bo.name = "Bo Alm".to_owned();
    let mut cia = person(3, "Champion", "80.5");
    cia.name = "Cia $1 Dahl".to_owned();
    vec![ann, bo, cia]
}

fn request(members: &[MemberFacts], writer: &Writer) -> SummaryRequest {
    let zone = TimeZone::get("Europe/Stockholm").unwrap();
    with_facts(members, Some("Engaged"), |facts| SummaryRequest::of_group(facts, writer, day("20"), &zone))
}

fn judged(text: &str) -> Result<String, Unusable> {
    let answer = Answer { text: text.to_owned(), finish: Some("stop".to_owned()) };
    request(&members(), &writer(false)).judge(&answer)
}

#[test]
fn i12_a_model_is_told_facts_and_aliases_and_of_people_nothing_else() {
    let told = request(&members(), &writer(false));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("what_a_model_is_told", format!("{}\n\n{}", told.instructions, told.facts));
    });
    for hidden in ["Ann", "Berg", "Bo ", "Alm", "Cia", "Dahl", "VP", "@", "+46", "/prices", "Acme"] {
        assert!(!told.facts.contains(hidden), "{hidden}: {}", told.facts);
    }
    let named = request(&members(), &writer(true));
    for told in ["Ann Berg", "VP Sales", "Acme"] {
        assert!(named.facts.contains(told), "{told}: {}", named.facts);
    }
    for hidden in ["@", "+46", "/prices", "\"a\""] {
        assert!(!named.facts.contains(hidden), "never at all: {hidden}: {}", named.facts);
    }
}

#[test]
fn the_same_facts_make_the_same_fingerprint_in_any_order_and_anything_else_another() {
    let first = request(&members(), &writer(false)).fingerprint("https://a.example/v1");
    let mut other = members();
    other.reverse();
    other[2].activities.reverse();
    assert_eq!(request(&other, &writer(false)).fingerprint("https://a.example/v1"), first);
    assert_ne!(request(&other, &writer(false)).fingerprint("https://b.example/v1"), first);
    other[2].activities.push(did("10", "Click Email", false));
    assert_ne!(request(&other, &writer(false)).fingerprint("https://a.example/v1"), first);
    for writer in [
        writer(true),
        Writer { model: "large".to_owned(), ..writer(false) },
        Writer { language: "Swedish".to_owned(), ..writer(false) },
        Writer { max_tokens: 500, ..writer(false) },
    ] {
        assert_ne!(request(&members(), &writer).fingerprint("https://a.example/v1"), first, "{writer:?}");
    }
}

#[test]
fn names_come_back_in_the_places_of_their_aliases() {
    assert_eq!(
        judged("The account has 3 members; champion 1 leads with 81, and Decision Maker 1, Decision Maker 2 follow.")
            .as_deref(),
        Ok("Acme has 3 members; Cia $1 Dahl leads with 81, and Ann Berg, Bo Alm follow.")
    );
}

#[test]
fn an_answer_with_a_number_of_its_own_is_not_shown() {
    assert!(judged("It is 76 engaged since 2026-03-05.").is_ok());
    assert_eq!(judged("It will buy for 250000."), Err(Unusable::MadeUp("250000".to_owned())));
    assert_eq!(judged("It has seventy people."), Err(Unusable::MadeUp("seventy".to_owned())));
    assert_eq!(judged("Decision Maker 17 decides."), Err(Unusable::MadeUp("17".to_owned())), "there is no such alias");
}

#[test]
fn an_answer_becomes_one_plain_paragraph_of_whole_sentences() {
    let text = "<think>\nMaybe 99?\n</think>\n## Summary\n\n- **The account** is `engaged`.\n* It\u{1b} has\t3 members.\n```\n";
    assert_eq!(judged(text).as_deref(), Ok("Summary Acme is engaged. It has 3 members."));
    let long = judged(&"Nobody is missing here. ".repeat(100)).unwrap();
    assert!(long.chars().count() <= 1_200 && long.ends_with("here."), "{long}");
    for (text, finish, why) in [
        ("Half of a sen", Some("length"), Unusable::CutOff),
        ("", Some("content_filter"), Unusable::Withheld),
        (" \n\"\"\n", Some("stop"), Unusable::Empty),
        ("", None, Unusable::Empty),
    ] {
        let answer = Answer { text: text.to_owned(), finish: finish.map(str::to_owned) };
        assert_eq!(request(&members(), &writer(false)).judge(&answer), Err(why), "{text:?}");
    }
}

#[test]
fn a_group_without_anybody_can_be_told_too() {
    let told = request(&[], &writer(false));
    assert!(told.facts.contains("\"most_engaged_members\": []") && told.facts.contains("\"trend\": \"unchanged\""));
}
