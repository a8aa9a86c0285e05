//! Who the leads are: all of them at first, then whoever changed, whoever was merged, and whoever left.

use std::collections::BTreeSet;

use intentd_marketo::fake::{FakeConfig, Limits, Oddities, Scale, Writer};
use intentd_sdk::record::{Departure, ExternalId, ObjectKind};
use intentd_sdk::source::{CountBasis, Mode};
use serde_json::json;

use crate::drive::{DAY, HOUR, Stage};

fn known(stage: &Stage) -> BTreeSet<u64> {
    stage.fake.read(|account| account.leads.all().values().filter(|lead| !lead.anonymous).map(|lead| lead.id).collect())
}

#[tokio::test]
async fn everybody_comes_once_with_the_selected_fields() {
    let stage = Stage::seeded(FakeConfig {
        oddities: Oddities::realistic(),
        scale: Scale::small().without_activities(),
        bulk_anonymous: true,
        ..FakeConfig::for_tests()
    })
    .await;
    let pull = stage.pull("contacts", Mode::Backfill, None).await;
    assert_eq!(pull.contacts(), known(&stage));
    // I14: Marketo itself counts the rows of an export.
    assert!(pull.windows.iter().any(|window| window.stated.basis == CountBasis::Stated));
    let id = *pull.contacts().first().unwrap();
    let email = stage.fake.read(|account| account.leads.get(id).unwrap().text("email").map(str::to_owned));
    let contact = pull.contact(id).unwrap();
    assert_eq!(contact.properties.get("email"), Some(&email));
    assert!(contact.created_at.is_some() && contact.modified_at.is_some());
    assert!(
        !contact.properties.contains_key("noSuchField"),
        "a field that the instance does not have is not asked for"
    );
}

#[tokio::test]
async fn changes_are_found_through_the_log_and_nobody_else_is_read() {
    let stage =
        Stage::seeded(FakeConfig { scale: Scale::small().without_activities(), ..FakeConfig::for_tests() }).await;
    let first = stage.pull("contacts", Mode::Backfill, None).await;
    // The first run after an export reads its last hour once more.
    let settled = stage.pull("contacts", Mode::Incremental, Some(&first.checkpoint)).await;
    stage.pass(2 * HOUR);
    let quiet = stage.pull("contacts", Mode::Incremental, Some(&settled.checkpoint)).await;
    let old: BTreeSet<u64> = quiet.contacts();
    assert!(old.len() < 20, "a quiet run reads next to nobody: {old:?}");

    stage.pass(2 * HOUR);
    let ids: Vec<u64> = known(&stage).difference(&old).copied().take(3).collect();
    let (custom, scored, new) = stage.edit(|account, now| {
        account.fields.add_custom("hobby", "Hobby", "string");
        assert!(account.set_lead(ids[0], &[("firstName", json!("Renamed"))], now));
        assert!(account.set_lead(ids[1], &[("leadScore", json!(77))], now));
        // A field that nobody selected.
        assert!(account.set_lead(ids[2], &[("hobby", json!("chess"))], now));
        (ids[0], ids[1], account.add_lead(&[("email", json!("new@nordlys.example"))], now))
    });
    let changed = stage.pull("contacts", Mode::Incremental, Some(&quiet.checkpoint)).await;
    let expected: BTreeSet<u64> = [custom, scored, new].into();
    assert_eq!(changed.contacts(), expected);
    assert_eq!(changed.contact(custom).unwrap().as_of, Some(stage.now()), "leads are told as they are");
    let value = |id, name: &str| changed.contact(id).unwrap().properties[name].clone();
    assert_eq!(value(custom, "firstName").as_deref(), Some("Renamed"));
    assert_eq!(value(scored, "leadScore").as_deref(), Some("77"));
}

/// What this program writes comes home through the log and is not read again; what somebody else wrote in its place is found
/// on the long way.
#[tokio::test]
async fn fields_that_are_only_written_are_looked_at_on_the_long_way() {
    let mut stage = Stage::of(FakeConfig::for_tests()).await;
    let names = ["email", "firstName", "intent", "leadScore", "ourScore"].map(str::to_owned);
    stage.selection.properties.insert(ObjectKind::Contact, names.to_vec());
    stage.selection.only_written.insert(ObjectKind::Contact, ["intent", "ourScore"].map(str::to_owned).into());
    let [scored, named, theirs] = stage.edit(|account, now| {
        account.fields.add_custom("intent", "Intent", "string");
        account.fields.add_custom("ourScore", "Our score", "score");
        ["a@b.example", "b@b.example", "c@b.example"]
            .map(|email| account.add_lead(&[("email", json!(email))], now.plus_ms(-9 * DAY)))
    });
    let first = stage.pull("contacts", Mode::Backfill, None).await;
    stage.pass(HOUR);
    stage.edit(|account, now| {
        account.set_lead(scored, &[("intent", json!("high")), ("ourScore", json!(40))], now);
        account.set_lead(theirs, &[("leadScore", json!(50))], now);
        account.set_lead(named, &[("intent", json!("low")), ("firstName", json!("Ann"))], now);
    });
    stage.pass(HOUR / 2);
    let short = stage.pull("contacts", Mode::Incremental, Some(&first.checkpoint)).await;
    assert_eq!(short.contacts(), [named, theirs].into());
    stage.pass(6 * HOUR);
    let far = stage.pull("contacts", Mode::Incremental, Some(&short.checkpoint)).await;
    assert_eq!(far.contacts(), [scored, named, theirs].into());
    assert_eq!(far.contact(scored).unwrap().properties["intent"].as_deref(), Some("high"));
}

#[tokio::test]
async fn a_custom_field_that_others_change_moves_the_contact_although_marketos_instant_stands_still() {
    let mut stage = Stage::of(FakeConfig::for_tests()).await;
    let names = vec!["email".to_owned(), "hobby".to_owned()];
    stage.selection.properties.insert(ObjectKind::Contact, names);
    let id = stage.edit(|account, now| {
        account.fields.add_custom("hobby", "Hobby", "string");
        account.add_lead(&[("email", json!("a@b.example"))], now.plus_ms(-9 * DAY))
    });
    let first = stage.pull("contacts", Mode::Backfill, None).await;
    stage.pass(HOUR);
    let changed_at = stage.now();
    stage.edit(|account, now| account.set_lead(id, &[("hobby", json!("chess"))], now));
    stage.pass(HOUR);
    let second = stage.pull("contacts", Mode::Incremental, Some(&first.checkpoint)).await;
    let (before, after) = (first.contact(id).unwrap(), second.contact(id).unwrap());
    assert_eq!(after.properties["hobby"].as_deref(), Some("chess"));
    assert!(after.modified_at > before.modified_at);
    assert_eq!(after.modified_at.map(|at| at.as_secs()), Some(changed_at.as_secs()));
}

#[tokio::test]
async fn a_change_that_is_written_late_is_still_found() {
    let oddities = Oddities { activity_lag_ms: 5 * HOUR, ..Oddities::none() };
    let stage = Stage::of(FakeConfig { oddities, ..FakeConfig::for_tests() }).await;
    let id = stage.edit(|account, now| account.add_lead(&[("email", json!("a@b.example"))], now.plus_ms(-30 * DAY)));
    let mut checkpoint = stage.pull("contacts", Mode::Backfill, None).await.checkpoint;
    stage.pass(HOUR);
    stage.edit(|account, now| account.set_lead(id, &[("firstName", json!("Late"))], now));
    let mut found = 0;
    for _ in 0..24 {
        stage.pass(HOUR);
        let pull = stage.pull("contacts", Mode::Incremental, Some(&checkpoint)).await;
        let new = pull.contact(id).map(|contact| contact.properties["firstName"].clone());
        found += usize::from(new == Some(Some("Late".to_owned())));
        checkpoint = pull.checkpoint;
    }
    assert!(found > 0);
}

#[tokio::test]
async fn a_merge_names_whom_it_absorbed_and_a_deletion_who_left() {
    let stage = Stage::of(FakeConfig::for_tests()).await;
    let ids: Vec<u64> = stage.edit(|account, now| {
        (0..5)
            .map(|n| account.add_lead(&[("email", json!(format!("p{n}@b.example")))], now.plus_ms(-9 * DAY)))
            .collect()
    });
    let first = stage.pull("contacts", Mode::Backfill, None).await;
    assert_eq!(first.contacts().len(), 5);
    stage.pass(HOUR);
    stage.edit(|account, now| {
        assert!(account.merge_leads(ids[0], &[ids[1], ids[2]], now, &Writer::person()));
        assert!(account.delete_lead(ids[3], now));
    });
    stage.pass(HOUR);
    let second = stage.pull("contacts", Mode::Incremental, Some(&first.checkpoint)).await;
    let winner = second.contact(ids[0]).expect("the winner is read again");
    let absorbed = [ids[1], ids[2]].map(|id| ExternalId::new(id.to_string()));
    assert_eq!(winner.merged_ids, absorbed);
    assert_eq!(second.gone().get(&ids[3]), Some(&Departure::Vanished));
    assert!(!second.contacts().contains(&ids[3]) && !second.contacts().contains(&ids[1]));

    let there = stage.pull("contacts", Mode::Reconcile, Some(&second.checkpoint)).await;
    assert_eq!(there.contacts(), known(&stage));
    assert!(there.objects(ObjectKind::Contact).is_empty(), "who is there is listed without values");
    assert_eq!(there.checkpoint, second.checkpoint, "a reconcile leaves the place in the log alone");
}

#[tokio::test]
async fn after_a_long_pause_exports_make_up_for_it() {
    for (updated_at, mode) in [(true, Mode::Incremental), (false, Mode::Backfill)] {
        let stage = Stage::of(FakeConfig { bulk_updated_at: updated_at, ..FakeConfig::for_tests() }).await;
        let ids: Vec<u64> = stage.edit(|account, now| {
            let at = now.plus_ms(-60 * DAY);
            (0..3).map(|n| account.add_lead(&[("email", json!(format!("p{n}@b.example")))], at)).collect()
        });
        let first = stage.pull("contacts", Mode::Backfill, None).await;
        stage.pass(10 * DAY);
        stage.edit(|account, now| account.set_lead(ids[1], &[("firstName", json!("Back"))], now.plus_ms(-5 * DAY)));
        let began = stage.now();
        let second = stage.pull("contacts", Mode::Incremental, Some(&first.checkpoint)).await;
        assert_eq!(second.mode, mode, "updatedAt offered: {updated_at}");
        // The file tells everybody as they were when the job was made, and that was before it was waited for.
        let as_of = second.contact(ids[1]).unwrap().as_of.unwrap();
        assert!(began <= as_of && as_of < stage.now(), "{as_of}");
        assert_eq!(second.contact(ids[1]).unwrap().properties["firstName"].as_deref(), Some("Back"));
        assert_eq!(stage.calls("leadchanges"), 0, "ten days of log would take longer");
        assert_eq!(second.contacts().len(), if updated_at { 1 } else { 3 });
    }
}

#[tokio::test]
async fn three_hundred_ids_do_not_fit_the_address_and_are_asked_for_as_a_form() {
    let stage =
        Stage::of(FakeConfig { uri_limit: 1_500, limits: Limits::unlimited(), ..FakeConfig::for_tests() }).await;
    let first = stage.pull("contacts", Mode::Backfill, None).await;
    stage.edit(|account, now| {
        for n in 0..700 {
            account.add_lead(&[("email", json!(format!("p{n}@b.example")))], now);
        }
    });
    stage.pass(HOUR);
    let second = stage.pull("contacts", Mode::Incremental, Some(&first.checkpoint)).await;
    assert_eq!(second.contacts().len(), 700);
    assert!(stage.fake.stats().answered.get(&414).is_some_and(|refused| *refused > 0), "the address was refused");
}
