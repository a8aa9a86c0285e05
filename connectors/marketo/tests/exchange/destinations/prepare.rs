//! Fields: made once, never touched, and reported with what the admin can do.

use intentd_marketo::fake::{FakeConfig, Fault, FaultKind};
use intentd_sdk::change::{Prepared, WantedProperty};
use intentd_sdk::record::{ObjectKind, PropertyType};

use super::write::{DELIVERED, change, push, stage, stage_of};
use crate::stage::Stage;

fn wanted(name: &str, value_type: PropertyType) -> WantedProperty {
    WantedProperty {
        kind: ObjectKind::Contact,
        name: name.into(),
        label: format!("Intent ({name})"),
        description: "Computed by intentd".into(),
        value_type,
        options: if value_type == PropertyType::Enumeration { vec!["high".into()] } else { Vec::new() },
        group: "intentd".into(),
    }
}

async fn prepare(stage: &Stage, wanted: &[WantedProperty]) -> Vec<Prepared> {
    stage.connector().destination().prepare(&stage.permits, wanted).await.unwrap()
}

fn reason(prepared: &Prepared) -> &str {
    match prepared {
        Prepared::Unusable { reason } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn wanted_fields_are_created_once_and_then_exist() {
    let (stage, ids) = stage(1).await;
    let types = [
        ("newScore", PropertyType::Number, "score", "73"),
        ("newLevel", PropertyType::Enumeration, "string", "high"),
        ("newText", PropertyType::Text, "string", "a"),
        ("newFlag", PropertyType::Bool, "boolean", "true"),
        ("newDay", PropertyType::Date, "date", "2026-11-21"),
        ("newAt", PropertyType::Datetime, "datetime", "2026-11-21T09:00:00.123Z"),
    ];
    let all: Vec<WantedProperty> = types.iter().map(|(name, kind, ..)| wanted(name, *kind)).collect();
    assert_eq!(prepare(&stage, &all).await, vec![Prepared::Created; 6]);
    assert_eq!(prepare(&stage, &all).await, vec![Prepared::Exists; 6]);
    for (name, _, data_type, _) in types {
        let made = stage.fake.read(|account| account.fields.get(name).unwrap().data_type.clone());
        assert_eq!(made, data_type, "{name}");
    }
    let set: Vec<(&str, &str)> = types.iter().map(|(name, _, _, value)| (*name, *value)).collect();
    assert_eq!(push(&stage, &[change(ids[0], &set)]).await[&ids[0]], DELIVERED);
}

#[tokio::test]
async fn a_field_that_was_made_a_moment_ago_can_be_written_at_once() {
    let (stage, ids) = stage(1).await;
    let connector = stage.connector();
    let batch = [change(ids[0], &[("newScore", "73")])];
    let before = connector.destination().push(&stage.permits, &batch).await.unwrap();
    assert!(super::write::is_rejected(&before[0].result));
    stage.fake.edit(|account| account.fields.add_custom("newScore", "New Score", "score"));
    let after = connector.destination().push(&stage.permits, &batch).await.unwrap();
    assert_eq!(after[0].result, DELIVERED, "the same process learns of it");
}

#[tokio::test]
async fn fields_that_cannot_be_written_say_why() {
    let (stage, _) = stage(0).await;
    let mut all = vec![
        wanted("createdAt", PropertyType::Datetime),
        wanted("email", PropertyType::Number),
        wanted("not-a-name", PropertyType::Text),
        wanted("strange", PropertyType::Other),
    ];
    all.push(WantedProperty { kind: ObjectKind::Company, ..wanted("intentScore", PropertyType::Number) });
    all.push(WantedProperty { kind: ObjectKind::Deal, ..wanted("intentScore", PropertyType::Number) });
    let words = ["read-only", "of type email", "letters, digits", "no type", "Field Management", "opportunities"];
    for (answer, words) in prepare(&stage, &all).await.iter().zip(words) {
        assert!(reason(answer).contains(words), "{answer:?}");
    }
    let company = WantedProperty { kind: ObjectKind::Company, ..wanted("industry", PropertyType::Text) };
    assert_eq!(prepare(&stage, &[company]).await, [Prepared::Exists]);
}

#[tokio::test]
async fn the_limit_of_fields_and_a_taken_name_are_said_clearly() {
    let (stage, _) = stage(0).await;
    let many: Vec<WantedProperty> = (0..100).map(|n| wanted(&format!("field{n}"), PropertyType::Number)).collect();
    assert_eq!(prepare(&stage, &many).await, vec![Prepared::Created; 100]);
    let answers = prepare(&stage, &[wanted("oneMore", PropertyType::Number)]).await;
    assert!(reason(&answers[0]).contains("100 fields"), "{answers:?}");
    let same_label = WantedProperty { label: "Intent field1".into(), ..wanted("other", PropertyType::Number) };
    let answers = prepare(&stage, &[same_label]).await;
    assert!(reason(&answers[0]).contains("1017") && reason(&answers[0]).contains("display name"), "{answers:?}");
}

#[tokio::test]
async fn a_lost_answer_to_a_creation_is_settled_by_looking() {
    let (stage, _) = stage(0).await;
    for kind in [FaultKind::ResetAfterApplied, FaultKind::HttpAfterApplied(502)] {
        let name = format!("{kind:?}").chars().filter(char::is_ascii_alphanumeric).collect::<String>();
        stage.fake.fail(Fault::next(kind).on("POST", "schema/fields.json"));
        assert_eq!(prepare(&stage, &[wanted(&name, PropertyType::Number)]).await, [Prepared::Exists], "{kind:?}");
    }
}

#[tokio::test]
async fn a_role_that_may_not_create_fields_is_named() {
    let permissions = Some(vec!["Read-Write Lead".to_owned()]);
    let (stage, _) = stage_of(FakeConfig { permissions, ..FakeConfig::for_tests() }, 0).await;
    let answers = prepare(&stage, &[wanted("newScore", PropertyType::Number)]).await;
    assert!(reason(&answers[0]).contains("Read-Write Schema Custom Field"), "{answers:?}");
}
