//! A test: a whole day's statements go by selective indexes, so that the cost of a cycle depends on its changes and not on
//! the size of the account. It asks SQLite's planner about every statement that the day has run.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::change::ChangeResult;
use intentd_sdk::record::{Actor, AssociatedObject, AssociationSet, ExternalId, MembershipRecord, ObjectKind};

use super::statement::Sql;
use super::*;
use crate::domain::model::{ActivityObjectId, ActivityTypeId, CompanyId, ContactId, Country, Number};
use crate::domain::visit::{Organisation, Page};

thread_local! {
    static SEEN: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Remembers a statement that is about to run.
pub(super) fn note(sql: &Sql) {
    SEEN.with_borrow_mut(|seen| _ = seen.insert(sql.text().to_owned()));
}

/// Tables that grow with the account or with the history.
const LARGE: [&str; 24] = [
    "remote_object",
    "contact",
    "company",
    "deal",
    "secondary_key",
    "association",
    "membership",
    "activity_object",
    "activity_tail",
    "timeline_segment",
    "due",
    "score_value",
    "outbox",
    "attempt",
    "pushed_value",
    "stale_link",
    "merged",
    "record_fields",
    "identity_event",
    "flow_state",
    "fight",
    "timeline_origin",
    "visitor",
    "prospect",
];

/// Columns that are the same in a large part of all rows, so that a search by them alone is no better than a scan. The
/// state of an outbox row is not one of them: those that are open are few.
const COARSE: [&str; 8] =
    ["workspace_id", "connection", "kind", "from_kind", "to_kind", "source_id", "actor_kind", "ANY"];

/// Statements that are meant to go through much: what waits to be resolved, what waits to be sent.
const MEANT: [&str; 3] = ["SELECT DISTINCT t.actor", "SELECT t.actor, MIN(", "SELECT 1 FROM record_fields"];

/// The names that the statements give to large tables.
const ALIASES: [&str; 10] = ["r", "m", "t", "c", "k", "a", "w", "v", "f", "d"];

fn is_coarse(step: &str) -> bool {
    let mut words = step.split_whitespace();
    let reads = words.next().is_some_and(|word| word == "SCAN" || word == "SEARCH");
    let large = reads && words.next().is_some_and(|table| LARGE.contains(&table) || ALIASES.contains(&table));
    let columns = step.rsplit_once('(').map_or("", |(_, columns)| columns);
    let fine = columns
        .split(" AND ")
        .map(|test| test.split(['=', '<', '>', ')', '(']).next().unwrap_or_default().trim())
        .any(|column| !column.is_empty() && !COARSE.contains(&column));
    large && !(step.starts_with("SEARCH") && fine)
}

async fn a_day(store: &Store) -> Result<()> {
    let now = Timestamp::from_secs(1_795_251_600);
    let connection = intentd_sdk::record::ConnectionName::from("hubspot");
    let stream = intentd_sdk::record::StreamName::from("events");
    let kind = ObjectKind::Contact;
    let ids = [ExternalId::from("501"), ExternalId::from("502")];
    let contacts = [ContactId(1), ContactId(2)];
    let activity = |id: &str, actor: Actor| NewActivity {
        remote_id: id.to_owned(),
        actor,
        at: now,
        activity_type: ActivityTypeId(1),
        object: ActivityObjectId(0),
        country: Country(0),
    };
    for round in 0..2 {
        let mut tx = store.begin().await?;
        tx.find_remote(&connection, kind, &ids).await?;
        tx.find_local_by_key(kind, &["a@e.org".to_owned()]).await?;
        let rows: Vec<LocalRow> = (1..3)
            .map(|id| LocalRow {
                id,
                key: Some(format!("{id}@e.org")),
                secondary_keys: vec![format!("old{id}@e.org")],
                fields: BTreeMap::new(),
            })
            .collect();
        tx.upsert_objects(kind, &rows, now).await?;
        tx.find_local(kind, &[1, 2]).await?;
        let remote: Vec<RemoteUpsert> = (1_i64..)
            .zip(&ids)
            .map(|(local_id, id)| RemoteUpsert {
                external_id: id.clone(),
                local_id,
                modified_at: None,
                content_hash: 0,
                owned: BTreeMap::new(),
                window_id: None,
            })
            .collect();
        tx.upsert_remote(&connection, kind, &remote, now).await?;
        tx.mark_present(&connection, kind, &ids, round).await?;
        tx.note_modified(&connection, &[(kind, ids[0].clone(), now)]).await?;
        tx.find_bound(&connection, kind, &[1, 2]).await?;
        tx.mark_links_stale(&connection, kind, &ids).await?;
        tx.clear_stale_links(&connection, kind, &ids).await?;
        let set = AssociationSet {
            from_kind: kind,
            from_id: ids[0].clone(),
            to_kind: ObjectKind::Company,
            to: vec![AssociatedObject { id: "c".into(), primary: round == 0, labels: Vec::new() }],
        };
        tx.replace_associations(&connection, &[set]).await?;
        let member = MembershipRecord { segment_id: "s".into(), kind, member_id: "501".into(), joined_at: None };
        tx.upsert_memberships(&connection, round, &[member]).await?;
        tx.intern_objects(&[BTreeMap::from([("path".to_owned(), "/".to_owned())])]).await?;
        let page = [
            activity("1", Actor::Contact(ids[0].clone())),
            activity(&format!("n{round}"), Actor::Email("2@e.org".to_owned())),
            activity("3", Actor::Contact("503".into())),
        ];
        tx.append_activities(&connection, &stream, &page).await?;
        tx.resolve_pending_activities(&connection).await?;
        let visits = visits(round, now);
        tx.record_visits(&connection, &stream, &visits, now).await?;
        tx.mark_visitors_seen(&connection, &visits.iter().map(|visit| visit.actor.clone()).collect(), now).await?;
        tx.set_remote_state(&connection, kind, &[(ids[1].clone(), RemoteState::Present)], now).await?;
        tx.mark_dirty(&contacts).await?;
        tx.commit().await?;
        identities(store, kind, &ids).await?;

        let marks = store.claim_dirty(10).await?;
        store.list_due(now, 10).await?;
        store.load_facts(&contacts).await?;
        store.load_values(&contacts).await?;
        store.load_targets(&connection, kind, &contacts).await?;
        let mut tx = store.begin().await?;
        let value = ValueRow {
            exact: Number::ZERO,
            shown: Number::ZERO,
            label: None,
            as_of: now,
            rules_version: 1,
            changed_at: now,
        };
        tx.upsert_values(&[(ContactId(1), "score".to_owned(), value)]).await?;
        tx.set_due(&[(ContactId(1), Some(now)), (ContactId(2), None)]).await?;
        tx.clear_dirty(&marks).await?;
        let wish = |score: &str| Desired {
            connection: connection.clone(),
            kind,
            external_id: ids[0].clone(),
            local_id: 1,
            set: BTreeMap::from([("score".to_owned(), score.to_owned())]),
            previous: BTreeMap::new(),
            run_id: 1,
        };
        tx.upsert_outbox(&[wish("1")], now).await?;
        tx.upsert_outbox(&[wish("2")], now).await?;
        let rows = tx.claim_outbox(&connection, 10, now, "me", now).await?;
        tx.upsert_outbox(&[wish("3")], now).await?;
        let settlements: Vec<Settlement> = rows
            .iter()
            .map(|row| Settlement {
                id: row.id,
                fence: row.fence,
                result: ChangeResult::Delivered { survivor: None, modified_at: None },
                next: NextState::Delivered,
            })
            .collect();
        tx.settle_outbox(&settlements, now).await?;
        tx.upsert_outbox(&[Desired { set: BTreeMap::new(), ..wish("") }], now).await?;
        tx.find_taken(&connection, kind, &ids).await?;
        tx.commit().await?;
        store.list_unknown(&connection, now, 10).await?;
        store.list_activities(ContactId(1), 10).await?;
        store.find_contact("1@e.org").await?;
        store.fold_timelines(0).await?;
        store.load_company_visits(&[CompanyId(1), CompanyId(2)], now.plus_ms(-1000)).await?;
        let companies = store.claim_dirty_companies(10).await?;
        let mut tx = store.begin().await?;
        tx.clear_dirty_companies(&companies).await?;
        tx.commit().await?;
        store.forget_visits(now.plus_ms(1000), 10).await?;
    }
    Ok(())
}

fn visits(round: i64, now: Timestamp) -> Vec<NewVisit> {
    let visit = |actor: Actor, domain: Option<&str>| NewVisit {
        remote_id: format!("{round} {actor:?}"),
        actor,
        at: now,
        page: Page { host: "e.org".to_owned(), path: "/".to_owned() },
        country: Country(0),
        organisation: Some(Organisation { name: "E".to_owned(), domain: domain.map(str::to_owned) }),
    };
    vec![visit(Actor::Visitor("v".to_owned()), Some("e.org")), visit(Actor::Email("1@e.org".to_owned()), None)]
        .into_iter()
        .chain([visit(Actor::Email("x@e.org".to_owned()), None)])
        .collect()
}

/// What a day asks about who is who, and about what two sources share.
async fn identities(store: &Store, kind: ObjectKind, ids: &[ExternalId; 2]) -> Result<()> {
    let now = Timestamp::from_secs(1_795_251_600);
    let connection = intentd_sdk::record::ConnectionName::from("hubspot");
    let record = |id: &ExternalId| (connection.clone(), id.clone());
    let mut tx = store.begin().await?;
    tx.has_joined_records(kind).await?;
    tx.find_holders(kind, &["1@e.org".to_owned()]).await?;
    tx.make_room(kind, &[1, 2]).await?;
    tx.put_record_fields(kind, &[(record(&ids[0]), &BTreeMap::new())]).await?;
    tx.find_records(kind, &[1, 2]).await?;
    tx.find_decisions(kind, &[record(&ids[0])]).await?;
    let event = IdentityEvent {
        run_id: 1,
        local_id: 1,
        other_id: Some(2),
        change: IdentityChange::Parted,
        record: record(&ids[0]),
        key: None,
        at: now,
    };
    tx.insert_identity_events(kind, &[event]).await?;
    tx.move_records(kind, &[record(&ids[0])], 1, 2).await?;
    tx.move_records(kind, &[record(&ids[0])], 2, 1).await?;
    tx.put_flow_states(&FlowStates::from([((ContactId(1), "f".to_owned()), Default::default())])).await?;
    tx.set_contact_fields(&[(ContactId(1), &BTreeMap::new())]).await?;
    tx.find_fights(&connection, kind, ids).await?;
    tx.put_fights(&connection, kind, &BTreeMap::from([((ids[0].clone(), "p".to_owned()), Default::default())])).await?;
    tx.commit().await?;
    store.load_records(kind, &[1, 2]).await?;
    store.load_flow_states(&[ContactId(1)]).await?;
    store.load_frozen(&connection, kind, ids).await?;
    store.load_on_the_way(&connection, kind, ids).await?;
    store.list_identity_events(kind, 1).await?;
    store.list_asked(10).await?;
    store.list_frozen(10).await?;
    store.find_companies_by_domain(&["e.org".to_owned()]).await?;
    Ok(())
}

#[tokio::test]
async fn no_statement_of_a_day_goes_through_a_large_table() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&format!("sqlite:{}", folder.path().join("day.db").display())).await.unwrap();
    store.migrate().await.unwrap();
    SEEN.take();
    a_day(&store).await.unwrap();
    let seen = SEEN.take();
    assert!(seen.len() > 60, "{} statements", seen.len());
    // On the writer and on a reader: both must know the planner's figures.
    let mut sessions = [store.db.write().await.unwrap(), store.read().await.unwrap()];
    for text in seen.iter().filter(|text| !MEANT.iter().any(|meant| text.contains(meant))) {
        for session in &mut sessions {
            let explain = Sql::of_test(format!("EXPLAIN QUERY PLAN {text}"));
            let steps = session.fetch(explain, [], |row| row.text(3)).await.unwrap();
            // The rows of a statement are called `v` too, and are as few as they are.
            let rows = |step: &String| text.contains("WITH v(") && step == "SCAN v";
            let coarse: Vec<&String> = steps.iter().filter(|step| is_coarse(step) && !rows(step)).collect();
            let counts_all = text.contains("COUNT(*)") || text.contains("SUM(events)");
            assert!(coarse.is_empty() || counts_all, "{coarse:?} in {}", text.chars().take(600).collect::<String>());
        }
    }
}

#[test]
fn a_coarse_step_is_seen() {
    assert!(is_coarse("SCAN contact"));
    assert!(is_coarse("SEARCH outbox USING PRIMARY KEY (workspace_id=?)"));
    assert!(is_coarse(
        "SEARCH association USING COVERING INDEX association_by_target (workspace_id=? AND connection=?)"
    ));
    assert!(!is_coarse("SEARCH contact USING PRIMARY KEY (workspace_id=? AND id=?)"));
    assert!(!is_coarse("SEARCH due USING COVERING INDEX due_by_time (workspace_id=? AND due_at<?)"));
    assert!(!is_coarse("SCAN 2 CONSTANT ROWS"));
}
