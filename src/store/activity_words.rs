//! Tables `activity_type`, `activity_object`, `activity_source`: the numbers that activities are stored with. A number is
//! never used for anything else.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{ConnectionName, StreamName};
use sha2::{Digest as _, Sha256};

use crate::domain::model::{ActivityObject, ActivityObjectId, ActivityTypeId, Dictionary};

use super::arg::{Arg, args};
use super::db::Session;
use super::error::{Result, StoreError};
use super::{Store, Tx};

impl Tx {
    /// The numbers of activity types; new names get one.
    ///
    /// # Errors
    /// [`StoreError::Inconsistent`] beyond 65,535 types.
    pub async fn intern_types(&mut self, names: &[String]) -> Result<BTreeMap<String, ActivityTypeId>> {
        let session = &mut self.session;
        let names: BTreeSet<&String> = names.iter().collect();
        let mut known: BTreeMap<String, ActivityTypeId> =
            find_types(session, names.iter().copied()).await?.into_iter().collect();
        let fresh: Vec<&String> = names.into_iter().filter(|name| !known.contains_key(*name)).collect();
        if fresh.is_empty() {
            return Ok(known);
        }
        let first = session.allocate("activity_type", fresh.len()).await?;
        let mut rows = Vec::with_capacity(fresh.len());
        for (number, name) in (first..).zip(&fresh) {
            u16::try_from(number).map_err(|_| StoreError::inconsistent("more than 65535 activity types"))?;
            rows.push(args![session.workspace(), number, *name]);
        }
        // Somebody else may have given one of them a number since the look above: that one holds.
        session
            .execute_rows(
                "INSERT INTO activity_type (workspace_id, type_id, name) {rows}
                 ON CONFLICT (workspace_id, name) DO NOTHING",
                rows,
                [],
            )
            .await?;
        known.extend(find_types(session, fresh.into_iter()).await?);
        Ok(known)
    }

    /// The numbers of activity objects, in the order given; new ones get one, an object without attributes is 0.
    pub async fn intern_objects(&mut self, objects: &[ActivityObject]) -> Result<Vec<ActivityObjectId>> {
        let session = &mut self.session;
        let texts: Vec<Option<String>> = objects
            .iter()
            .map(|object| (!object.is_empty()).then(|| serde_json::to_string(object)).transpose())
            .collect::<Result<_, _>>()?;
        let digests: Vec<Option<[u8; 16]>> = texts.iter().map(|text| text.as_deref().map(digest)).collect();
        let wanted: BTreeMap<[u8; 16], &str> =
            digests.iter().zip(&texts).filter_map(|(digest, text)| Some(((*digest)?, text.as_deref()?))).collect();
        let mut known = find_objects(session, wanted.keys()).await?;
        let fresh: Vec<([u8; 16], &str)> =
            wanted.into_iter().filter(|(digest, _)| !known.contains_key(digest)).collect();
        if !fresh.is_empty() {
            let first = session.allocate("activity_object", fresh.len()).await?;
            let mut rows: Vec<[Arg; 4]> = Vec::with_capacity(fresh.len());
            for (number, (digest, text)) in (first..).zip(&fresh) {
                u32::try_from(number).map_err(|_| StoreError::inconsistent("too many activity objects"))?;
                rows.push([session.workspace().into(), number.into(), digest.to_vec().into(), (*text).into()]);
            }
            // Somebody else may have given one of them a number since the look above: that one holds.
            session
                .execute_rows(
                    "INSERT INTO activity_object (workspace_id, object_id, digest, attributes) {rows}
                     ON CONFLICT (workspace_id, digest) DO NOTHING",
                    rows,
                    [],
                )
                .await?;
            known.extend(find_objects(session, fresh.iter().map(|(digest, _)| digest)).await?);
        }
        if let Some(missing) = digests.iter().flatten().find(|digest| !known.contains_key(*digest)) {
            return Err(StoreError::inconsistent(format!("an activity object is missing ({:02x})", missing[0])));
        }
        Ok(digests.into_iter().map(|digest| digest.map_or(ActivityObjectId(0), |digest| known[&digest])).collect())
    }
}

async fn find_types(
    session: &mut Session,
    names: impl Iterator<Item = &String>,
) -> Result<Vec<(String, ActivityTypeId)>> {
    session
        .fetch_rows(
            "SELECT name, type_id FROM activity_type WHERE workspace_id = $1 AND name IN ({rows})",
            names.map(|name| args![name]).collect(),
            args![session.workspace()],
            |row| Ok((row.text(0)?, ActivityTypeId(row.small(1)?))),
        )
        .await
}

async fn find_objects(
    session: &mut Session,
    digests: impl Iterator<Item = &[u8; 16]>,
) -> Result<BTreeMap<[u8; 16], ActivityObjectId>> {
    let found = session
        .fetch_rows(
            "SELECT digest, object_id FROM activity_object WHERE workspace_id = $1 AND digest IN ({rows})",
            digests.map(|digest| args![digest.to_vec()]).collect(),
            args![session.workspace()],
            |row| Ok((row.bytes(0)?, ActivityObjectId(row.small(1)?))),
        )
        .await?;
    let digest = |bytes: Vec<u8>| bytes.try_into().map_err(|_| StoreError::inconsistent("a digest is not 16 bytes"));
    found.into_iter().map(|(bytes, id)| Ok((digest(bytes)?, id))).collect()
}

async fn find_source(session: &mut Session, connection: &ConnectionName, stream: &StreamName) -> Result<Option<i64>> {
    session
        .fetch_optional(
            "SELECT source_id FROM activity_source WHERE workspace_id = $1 AND connection = $2 AND stream = $3",
            args![session.workspace(), connection, stream],
            |row| row.int(0),
        )
        .await
}

/// The number of a stream that delivers activities.
pub(super) async fn intern_source(
    session: &mut Session,
    connection: &ConnectionName,
    stream: &StreamName,
) -> Result<i64> {
    if let Some(source_id) = find_source(session, connection, stream).await? {
        return Ok(source_id);
    }
    let source_id = session.allocate("activity_source", 1).await?;
    session
        .execute(
            "INSERT INTO activity_source (workspace_id, source_id, connection, stream) VALUES ($1, $2, $3, $4)
             ON CONFLICT (workspace_id, connection, stream) DO NOTHING",
            args![session.workspace(), source_id, connection, stream],
        )
        .await?;
    find_source(session, connection, stream)
        .await?
        .ok_or_else(|| StoreError::inconsistent("an activity source is missing"))
}

impl Store {
    /// The names behind all numbers.
    pub async fn dictionary(&self) -> Result<Dictionary> {
        let mut session = self.read().await?;
        let types = session
            .fetch(
                "SELECT type_id, name FROM activity_type WHERE workspace_id = $1",
                args![session.workspace()],
                |row| Ok((ActivityTypeId(row.small(0)?), row.text(1)?)),
            )
            .await?;
        let objects = session
            .fetch(
                "SELECT object_id, attributes FROM activity_object WHERE workspace_id = $1",
                args![session.workspace()],
                |row| Ok((ActivityObjectId(row.small(0)?), row.json(1)?)),
            )
            .await?;
        Ok(Dictionary { types: types.into_iter().collect(), objects: objects.into_iter().collect() })
    }
}

/// The first 16 bytes of the SHA-256: two different objects do not meet in them.
fn digest(text: &str) -> [u8; 16] {
    let full = Sha256::digest(text.as_bytes());
    std::array::from_fn(|place| full[place])
}
