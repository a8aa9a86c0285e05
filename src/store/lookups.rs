//! What lists and pages for people read besides: names, the newest visit of every page, the calibration of an instant. Some of
//! it goes through everything; nothing here is on the way of a cycle.

use std::collections::BTreeMap;

use intentd_sdk::Timestamp;

use crate::domain::engagement::Calibration;
use crate::domain::model::{ActivityObjectId, CompanyId, ContactId, Fields, Value};
use crate::domain::timeline::Segment;
use crate::domain::timeline::segment::SLOTS;
use crate::domain::visit::PAGE_VIEW;

use super::Store;
use super::arg::args;
use super::error::Result;

/// Companies that are looked at together.
const COMPANIES: i64 = 2_000;
/// Segments that are unpacked together.
const SEGMENTS: i64 = 32;

impl Store {
    /// The fields of these contacts; those that do not exist are left out.
    pub async fn load_contact_fields(&self, contacts: &[ContactId]) -> Result<BTreeMap<ContactId, Fields>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch_rows(
                "SELECT id, fields FROM contact WHERE workspace_id = $1 AND id IN ({rows})",
                contacts.iter().map(|contact| args![*contact]).collect(),
                args![session.workspace()],
                |row| Ok((ContactId(row.int(0)?), row.json(1)?)),
            )
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Companies whose field `name` is this, whatever the letter case. Goes through all companies.
    pub async fn find_companies_by_name(&self, name: &str) -> Result<Vec<CompanyId>> {
        let wanted = name.trim().to_lowercase();
        let mut session = self.read().await?;
        let mut found = Vec::new();
        let mut after = 0;
        loop {
            let companies: Vec<(i64, Fields)> = session
                .fetch(
                    "SELECT id, fields FROM company WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3",
                    args![session.workspace(), after, COMPANIES],
                    |row| Ok((row.int(0)?, row.json(1)?)),
                )
                .await?;
            let Some((last, _)) = companies.last() else { return Ok(found) };
            after = *last;
            let named = companies.iter().filter(|(_, fields)| match fields.get("name") {
                Some(Value::Text(name)) => name.trim().to_lowercase() == wanted,
                _ => false,
            });
            found.extend(named.map(|(id, _)| CompanyId(*id)));
        }
    }

    /// The instant of the newest visit of each page, by whomever. Goes through all activities.
    pub async fn newest_visits(&self) -> Result<BTreeMap<ActivityObjectId, Timestamp>> {
        let mut session = self.read().await?;
        let page_view: Option<i64> = session
            .fetch_optional(
                "SELECT type_id FROM activity_type WHERE workspace_id = $1 AND name = $2",
                args![session.workspace(), PAGE_VIEW],
                |row| row.int(0),
            )
            .await?;
        let Some(page_view) = page_view else { return Ok(BTreeMap::new()) };
        let tail = session
            .fetch(
                "SELECT object_id, MAX(occurred_at) FROM activity_tail WHERE workspace_id = $1 AND type_id = $2
                 GROUP BY object_id",
                args![session.workspace(), page_view],
                |row| Ok((ActivityObjectId(row.small(0)?), row.instant(1)?)),
            )
            .await?;
        let mut newest: BTreeMap<ActivityObjectId, Timestamp> = tail.into_iter().collect();
        let mut after = -1;
        let mut facts = Vec::new();
        loop {
            let segments: Vec<(i64, Vec<u8>)> = session
                .fetch(
                    "SELECT segment_id, packed FROM timeline_segment WHERE workspace_id = $1 AND segment_id > $2
                     ORDER BY segment_id LIMIT $3",
                    args![session.workspace(), after, SEGMENTS],
                    |row| Ok((row.int(0)?, row.bytes(1)?)),
                )
                .await?;
            let Some((last, _)) = segments.last() else { return Ok(newest) };
            after = *last;
            for (_, packed) in &segments {
                let segment = Segment::parse(packed)?;
                facts.clear();
                for slot in 0..SLOTS {
                    segment.timeline(slot)?.decode_into(&mut facts)?;
                }
                for fact in facts.iter().filter(|fact| i64::from(fact.activity_type.0) == page_view) {
                    let at = newest.entry(fact.object).or_insert(fact.at);
                    *at = fact.at.max(*at);
                }
            }
        }
    }

    /// The calibration that was in force at an instant; when there was none yet, the first one after it.
    pub async fn find_calibration_at(&self, at: Timestamp) -> Result<Option<Calibration>> {
        let mut session = self.read().await?;
        let found = session
            .fetch_optional(
                "SELECT maxima FROM calibration WHERE workspace_id = $1 AND taken_at <= $2
                 ORDER BY taken_at DESC LIMIT 1",
                args![session.workspace(), at],
                |row| row.json(0),
            )
            .await?;
        if found.is_some() {
            return Ok(found);
        }
        session
            .fetch_optional(
                "SELECT maxima FROM calibration WHERE workspace_id = $1 ORDER BY taken_at LIMIT 1",
                args![session.workspace()],
                |row| row.json(0),
            )
            .await
    }
}
