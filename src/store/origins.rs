//! Table `timeline_origin`: for contacts of several connections, which folded activities came from which connection. Packed
//! timelines do not say it, and contacts of one connection need not know. A fold names what it packs; a record that leaves
//! takes its history along.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::ConnectionName;

use crate::domain::model::{ActivityFact, ContactId};
use crate::domain::timeline as packed;

use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;
use super::{activities, timeline};

type Origins = BTreeMap<(i64, String), Vec<ActivityFact>>;

/// Names the origin of what is folded for contacts that still are of one connection, before another joins them.
pub(super) async fn name(session: &mut Session, contacts: &[i64]) -> Result<()> {
    let rows: Vec<[Arg; 1]> = contacts.iter().map(|id| args![*id]).collect();
    let connections = session
        .fetch_rows(
            "SELECT local_id, connection FROM remote_object
             WHERE workspace_id = $1 AND kind = 'contact' AND local_id IN ({rows})",
            rows.clone(),
            args![session.workspace()],
            |row| Ok((row.int(0)?, row.text(1)?)),
        )
        .await?;
    let named = session
        .fetch_rows(
            "SELECT contact_id FROM timeline_origin WHERE workspace_id = $1 AND contact_id IN ({rows})",
            rows,
            args![session.workspace()],
            |row| row.int(0),
        )
        .await?;
    let named: BTreeSet<i64> = named.into_iter().collect();
    let mut of_contact: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (contact, connection) in connections {
        of_contact.entry(contact).or_default().insert(connection);
    }
    of_contact.retain(|contact, connections| connections.len() == 1 && !named.contains(contact));
    let ids: Vec<ContactId> = of_contact.keys().copied().map(ContactId).collect();
    let mut origins = Origins::new();
    for (contact, fact) in timeline::load_base(session, &ids).await? {
        if let Some(connection) = of_contact[&contact.0].first() {
            origins.entry((contact.0, connection.clone())).or_default().push(fact);
        }
    }
    add(session, origins).await
}

/// Notes where the activities of a range of contacts come from that are about to be folded.
pub(super) async fn note_fold(session: &mut Session, first: i64, end: i64) -> Result<()> {
    let rows = session
        .fetch(
            "SELECT t.contact_id, s.connection, t.occurred_at, t.type_id, t.object_id, t.country, t.remote_hash
             FROM activity_tail t
             JOIN activity_source s ON s.workspace_id = t.workspace_id AND s.source_id = t.source_id
             WHERE t.workspace_id = $1 AND t.contact_id >= $2 AND t.contact_id < $3 AND EXISTS (
                 SELECT 1 FROM remote_object r
                 JOIN record_fields f ON f.workspace_id = r.workspace_id AND f.kind = r.kind
                     AND f.connection = r.connection AND f.external_id = r.external_id
                 WHERE r.workspace_id = t.workspace_id AND r.kind = 'contact' AND r.local_id = t.contact_id)",
            args![session.workspace(), first, end],
            |row| Ok(((row.int(0)?, row.text(1)?), activities::read_fact(row, 2)?)),
        )
        .await?;
    let mut origins = Origins::new();
    for (key, fact) in rows {
        origins.entry(key).or_default().push(fact);
    }
    add(session, origins).await
}

/// Whether any contact has several records, so that origins matter at all.
pub(super) async fn matter(session: &mut Session) -> Result<bool> {
    let found = session
        .fetch_optional(
            "SELECT 1 FROM record_fields WHERE workspace_id = $1 AND kind = 'contact' LIMIT 1",
            args![session.workspace()],
            |_| Ok(()),
        )
        .await?;
    Ok(found.is_some())
}

/// One contact was absorbed by another: its history keeps its origins.
pub(super) async fn merge(session: &mut Session, from: i64, into: i64) -> Result<()> {
    let moved = take(session, from, None).await?;
    add(session, moved.into_iter().map(|(connection, facts)| ((into, connection), facts)).collect()).await
}

/// What a connection told about a contact goes to another contact: the tail by its source, the base by its origin.
pub(super) async fn move_history(session: &mut Session, connection: &ConnectionName, from: i64, to: i64) -> Result<()> {
    session
        .execute(
            "UPDATE activity_tail SET contact_id = $4 WHERE workspace_id = $1 AND contact_id = $3 AND source_id IN
                 (SELECT source_id FROM activity_source WHERE workspace_id = $1 AND connection = $2)",
            args![session.workspace(), connection, from, to],
        )
        .await?;
    let Some(mine) = take(session, from, Some(connection)).await?.remove(connection.as_str()) else { return Ok(()) };
    let leaving: BTreeSet<(i64, u32)> = mine.iter().map(|fact| (fact.at.as_secs(), fact.remote_hash)).collect();
    let staying = timeline::take_base(session, from)
        .await?
        .into_iter()
        .filter(|fact| !leaving.contains(&(fact.at.as_secs(), fact.remote_hash)))
        .collect();
    timeline::add_base(session, from, staying).await?;
    timeline::add_base(session, to, mine.clone()).await?;
    add(session, Origins::from([((to, connection.to_string()), mine)])).await?;
    timeline::remove_folded(session, &BTreeSet::from([ContactId(to)])).await?;
    Ok(())
}

async fn add(session: &mut Session, origins: Origins) -> Result<()> {
    let workspace = session.workspace();
    let stored = session
        .fetch_rows(
            "SELECT contact_id, connection, packed FROM timeline_origin WHERE workspace_id = $1 AND contact_id IN ({rows})",
            origins.keys().map(|(contact, _)| args![*contact]).collect::<Vec<[Arg; 1]>>(),
            args![workspace],
            |row| Ok(((row.int(0)?, row.text(1)?), row.bytes(2)?)),
        )
        .await?;
    let stored: BTreeMap<(i64, String), Vec<u8>> = stored.into_iter().collect();
    let mut rows: Vec<[Arg; 4]> = Vec::with_capacity(origins.len());
    for (key, facts) in origins {
        let before = stored.get(&key).map_or(&[][..], Vec::as_slice);
        let folded = packed::fold(before, &facts)?;
        rows.push(args![workspace, key.0, key.1, folded.bytes]);
    }
    session
        .execute_rows(
            "INSERT INTO timeline_origin (workspace_id, contact_id, connection, packed) {rows}
             ON CONFLICT (workspace_id, contact_id, connection) DO UPDATE SET packed = excluded.packed",
            rows,
            [],
        )
        .await?;
    Ok(())
}

/// Takes the origins of a contact away, all or those of one connection.
async fn take(
    session: &mut Session,
    contact: i64,
    connection: Option<&ConnectionName>,
) -> Result<BTreeMap<String, Vec<ActivityFact>>> {
    let rows = session
        .fetch(
            "DELETE FROM timeline_origin WHERE workspace_id = $1 AND contact_id = $2
                 AND connection = COALESCE($3, connection) RETURNING connection, packed",
            args![session.workspace(), contact, connection.map(ConnectionName::as_str)],
            |row| Ok((row.text(0)?, row.bytes(1)?)),
        )
        .await?;
    let mut taken = BTreeMap::new();
    for (connection, bytes) in rows {
        let mut facts = Vec::new();
        packed::Timeline::parse(&bytes)?.decode_into(&mut facts)?;
        taken.insert(connection, facts);
    }
    Ok(taken)
}
