//! Tables `segment` and `membership`. A window that read a segment to its end closes it: members that it did not list
//! have left.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{ConnectionName, ExternalId, MembershipRecord, ObjectKind, SegmentRecord};

use super::arg::{Arg, args};
use super::error::Result;
use super::{Store, Tx};

/// What a page of members did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UpsertedMemberships {
    /// Members of this page that are stored now.
    pub present: u64,
    /// Those that were not members before.
    pub joined: Vec<(ObjectKind, ExternalId)>,
}

impl Tx {
    /// Stores segments. Of several with the same id the last one counts.
    pub async fn upsert_segments(&mut self, connection: &ConnectionName, segments: &[SegmentRecord]) -> Result<()> {
        let session = &mut self.session;
        let latest: BTreeMap<&ExternalId, &SegmentRecord> =
            segments.iter().map(|segment| (&segment.id, segment)).collect();
        let rows = latest
            .into_values()
            .map(|segment| {
                args![
                    session.workspace(),
                    connection,
                    &segment.id,
                    &segment.name,
                    segment.kind,
                    segment.writable,
                    segment.size.map(|size| i64::try_from(size).unwrap_or(i64::MAX)),
                ]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO segment (workspace_id, connection, segment_id, name, kind, writable, size) {rows}
                 ON CONFLICT (workspace_id, connection, segment_id) DO UPDATE SET name = excluded.name,
                     kind = excluded.kind, writable = excluded.writable, size = excluded.size",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Stores members as seen in a window.
    pub async fn upsert_memberships(
        &mut self,
        connection: &ConnectionName,
        window_id: i64,
        members: &[MembershipRecord],
    ) -> Result<UpsertedMemberships> {
        type Key = (ExternalId, ObjectKind, ExternalId);
        let session = &mut self.session;
        let latest: BTreeMap<Key, &MembershipRecord> = members
            .iter()
            .map(|member| ((member.segment_id.clone(), member.kind, member.member_id.clone()), member))
            .collect();
        let keys = latest.keys().map(|(segment, kind, member)| args![segment, *kind, member]).collect();
        let known: BTreeSet<Key> = session
            .fetch_rows_once(
                "WITH v(segment_id, kind, member_id) AS ({rows})
                 SELECT m.segment_id, m.kind, m.member_id FROM v
                 JOIN membership m ON m.workspace_id = $1 AND m.connection = $2 AND m.segment_id = v.segment_id
                     AND m.kind = v.kind AND m.member_id = v.member_id",
                keys,
                args![session.workspace(), connection],
                |row| Ok((row.external_id(0)?, row.kind(1)?, row.external_id(2)?)),
            )
            .await?
            .into_iter()
            .collect();
        let rows: Vec<[Arg; 7]> = latest
            .values()
            .map(|member| {
                args![
                    session.workspace(),
                    connection,
                    &member.segment_id,
                    member.kind,
                    &member.member_id,
                    member.joined_at,
                    window_id,
                ]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO membership (workspace_id, connection, segment_id, kind, member_id, joined_at, window_id)
                 {rows}
                 ON CONFLICT (workspace_id, connection, segment_id, kind, member_id) DO UPDATE SET
                     joined_at = COALESCE(excluded.joined_at, membership.joined_at), window_id = excluded.window_id",
                rows,
                [],
            )
            .await?;
        let present = latest.len() as u64;
        let joined: BTreeSet<(ObjectKind, ExternalId)> =
            latest.into_keys().filter(|key| !known.contains(key)).map(|(_, kind, member)| (kind, member)).collect();
        Ok(UpsertedMemberships { present, joined: joined.into_iter().collect() })
    }

    /// Removes the members of a segment that this window did not list; who they were.
    pub async fn close_segment(
        &mut self,
        connection: &ConnectionName,
        segment_id: &ExternalId,
        window_id: i64,
    ) -> Result<Vec<(ObjectKind, ExternalId)>> {
        let session = &mut self.session;
        let mut left = session
            .fetch(
                "DELETE FROM membership
                 WHERE workspace_id = $1 AND connection = $2 AND segment_id = $3 AND window_id <> $4
                 RETURNING kind, member_id",
                args![session.workspace(), connection, segment_id, window_id],
                |row| Ok((row.kind(0)?, row.external_id(1)?)),
            )
            .await?;
        left.sort();
        Ok(left)
    }
}

impl Store {
    /// The segments of a connection with the number of members that are stored, by name.
    pub async fn list_segments(&self, connection: &ConnectionName) -> Result<Vec<(SegmentRecord, u64)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT s.segment_id, s.name, s.kind, s.writable, s.size, COUNT(m.member_id) FROM segment s
                 LEFT JOIN membership m ON m.workspace_id = s.workspace_id AND m.connection = s.connection
                     AND m.segment_id = s.segment_id
                 WHERE s.workspace_id = $1 AND s.connection = $2
                 GROUP BY s.segment_id, s.name, s.kind, s.writable, s.size ORDER BY s.name, s.segment_id",
                args![session.workspace(), connection],
                |row| {
                    let segment = SegmentRecord {
                        id: row.external_id(0)?,
                        name: row.text(1)?,
                        kind: row.kind(2)?,
                        writable: row.flag(3)?,
                        size: row.int_or_null(4)?.and_then(|size| u64::try_from(size).ok()),
                    };
                    Ok((segment, row.count(5)?))
                },
            )
            .await
    }
}
