//! Tables `company_intent`, `company_place`, `view_event`, `field_change`, `dismissed_page`: what is computed of companies, and
//! what it is computed from besides their visits.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::ObjectKind;

use crate::domain::intent::{Conversion, IntentEvaluation};
use crate::domain::model::CompanyId;
use crate::domain::view::Standing;

use super::arg::{Arg, args};
use super::error::Result;
use super::{Store, Tx};

/// A company's intent as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntentRow {
    pub company: CompanyId,
    pub evaluation: IntentEvaluation,
    /// The instant it was computed for.
    pub as_of: Timestamp,
    pub rules_version: i64,
    /// When the evaluation last changed.
    pub changed_at: Timestamp,
}

/// What a company can be in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlaceKind {
    Market,
    View,
}

impl PlaceKind {
    const fn as_str(self) -> &'static str {
        match self {
            PlaceKind::Market => "market",
            PlaceKind::View => "view",
        }
    }
}

/// Where some companies stand with markets or views, by name.
pub type Places = BTreeMap<CompanyId, BTreeMap<String, Standing>>;

/// A change of a saved view.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ViewEvent {
    pub view: String,
    pub company: CompanyId,
    pub entered: bool,
    pub at: Timestamp,
}

/// A watched field got another value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldChange {
    pub kind: ObjectKind,
    pub local_id: i64,
    pub field: String,
    pub at: Timestamp,
    /// As it is written; `None`: cleared.
    pub value: Option<String>,
}

impl Tx {
    /// Stores evaluations.
    pub async fn upsert_intent(&mut self, rows: &[IntentRow]) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let latest: BTreeMap<CompanyId, &IntentRow> = rows.iter().map(|row| (row.company, row)).collect();
        let rows: Vec<[Arg; 10]> = latest
            .into_values()
            .map(|row| {
                let evaluation = &row.evaluation;
                args![
                    workspace,
                    row.company.0,
                    evaluation.shows(),
                    evaluation.since,
                    evaluation.visits as i64,
                    evaluation.last_visit_at,
                    Arg::json(evaluation),
                    row.as_of,
                    row.rules_version,
                    row.changed_at,
                ]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO company_intent (workspace_id, company_id, shows, since, visits, last_visit_at, evaluation,
                     as_of, rules_version, changed_at) {rows}
                 ON CONFLICT (workspace_id, company_id) DO UPDATE SET shows = excluded.shows, since = excluded.since,
                     visits = excluded.visits, last_visit_at = excluded.last_visit_at,
                     evaluation = excluded.evaluation, as_of = excluded.as_of,
                     rules_version = excluded.rules_version, changed_at = excluded.changed_at",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Replaces the markets or views of these companies.
    pub async fn replace_places(&mut self, kind: PlaceKind, places: &Places) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        session
            .execute_rows(
                "DELETE FROM company_place WHERE workspace_id = $1 AND kind = $2 AND company_id IN ({rows})",
                places.keys().map(|company| args![company.0]).collect(),
                args![workspace, kind.as_str()],
            )
            .await?;
        let rows = places
            .iter()
            .flat_map(|(company, names)| {
                names.iter().map(move |(name, standing)| {
                    args![workspace, company.0, kind.as_str(), name, standing.entered_at, standing.due_at]
                })
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO company_place (workspace_id, company_id, kind, name, entered_at, due_at) {rows}",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Writes down who entered and left views.
    pub async fn insert_view_events(&mut self, events: &[ViewEvent]) -> Result<()> {
        if events.is_empty() {
            return Ok(());
        }
        let session = &mut self.session;
        let workspace = session.workspace();
        let first = session.allocate("view_event", events.len()).await?;
        let rows = events
            .iter()
            .zip(first..)
            .map(|(event, id)| {
                let what = if event.entered { "entered" } else { "left" };
                args![workspace, id, &event.view, event.company.0, what, event.at]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO view_event (workspace_id, event_id, view, company_id, what, happened_at) {rows}",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Writes down values that watched fields got. The same change twice is one.
    pub async fn insert_field_changes(&mut self, changes: &[FieldChange]) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        let rows = changes
            .iter()
            .map(|change| {
                args![workspace, change.kind, change.local_id, &change.field, change.at, change.value.as_deref()]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO field_change (workspace_id, kind, local_id, field, changed_at, value) {rows}
                 ON CONFLICT (workspace_id, kind, local_id, field, changed_at) DO UPDATE SET value = excluded.value",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Puts a recommended page away, or takes it back.
    pub async fn set_dismissed(&mut self, path: &str, dismissed: bool, now: Timestamp) -> Result<()> {
        let session = &mut self.session;
        if dismissed {
            session
                .execute(
                    "INSERT INTO dismissed_page (workspace_id, path, dismissed_at) VALUES ($1, $2, $3)
                     ON CONFLICT (workspace_id, path) DO NOTHING",
                    args![session.workspace(), path, now],
                )
                .await?;
        } else {
            session
                .execute(
                    "DELETE FROM dismissed_page WHERE workspace_id = $1 AND path = $2",
                    args![session.workspace(), path],
                )
                .await?;
        }
        Ok(())
    }
}

impl Store {
    /// The stored intent of these companies.
    pub async fn load_intent(&self, companies: &[CompanyId]) -> Result<BTreeMap<CompanyId, IntentRow>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch_rows(
                "SELECT company_id, evaluation, as_of, rules_version, changed_at FROM company_intent
                 WHERE workspace_id = $1 AND company_id IN ({rows})",
                companies.iter().map(|company| args![company.0]).collect(),
                args![session.workspace()],
                intent_row,
            )
            .await?;
        Ok(rows.into_iter().map(|row| (row.company, row)).collect())
    }

    /// Companies that show intent, those that began last first.
    pub async fn list_showing_intent(&self, limit: u32) -> Result<Vec<IntentRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT company_id, evaluation, as_of, rules_version, changed_at FROM company_intent
                 WHERE workspace_id = $1 AND shows = 1 ORDER BY since DESC, company_id LIMIT $2",
                args![session.workspace(), limit],
                intent_row,
            )
            .await
    }

    /// How many companies show intent.
    pub async fn count_showing_intent(&self) -> Result<u64> {
        let mut session = self.read().await?;
        session
            .fetch_one(
                "SELECT COUNT(*) FROM company_intent WHERE workspace_id = $1 AND shows = 1",
                args![session.workspace()],
                |row| row.count(0),
            )
            .await
    }

    /// The markets or views of these companies.
    pub async fn load_places(&self, kind: PlaceKind, companies: &[CompanyId]) -> Result<Places> {
        let mut session = self.read().await?;
        let rows = session
            .fetch_rows(
                "SELECT company_id, name, entered_at, due_at FROM company_place
                 WHERE workspace_id = $1 AND kind = $2 AND company_id IN ({rows})",
                companies.iter().map(|company| args![company.0]).collect(),
                args![session.workspace(), kind.as_str()],
                |row| {
                    let instant = |column| row.int_or_null(column).map(|at| at.map(Timestamp::from_ms));
                    let standing = Standing { entered_at: instant(2)?, due_at: instant(3)? };
                    Ok((CompanyId(row.int(0)?), row.text(1)?, standing))
                },
            )
            .await?;
        let mut places = Places::new();
        for (company, name, standing) in rows {
            places.entry(company).or_default().insert(name, standing);
        }
        Ok(places)
    }

    /// The companies in a market or view, those that entered last first.
    pub async fn list_in_place(&self, kind: PlaceKind, name: &str, limit: u32) -> Result<Vec<(CompanyId, Timestamp)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT company_id, entered_at FROM company_place WHERE workspace_id = $1 AND kind = $2 AND name = $3
                     AND entered_at IS NOT NULL ORDER BY entered_at DESC, company_id LIMIT $4",
                args![session.workspace(), kind.as_str(), name, limit],
                |row| Ok((CompanyId(row.int(0)?), row.instant(1)?)),
            )
            .await
    }

    /// How many companies are in each market or view.
    pub async fn count_places(&self, kind: PlaceKind) -> Result<BTreeMap<String, u64>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch(
                "SELECT name, COUNT(*) FROM company_place WHERE workspace_id = $1 AND kind = $2
                     AND entered_at IS NOT NULL GROUP BY name",
                args![session.workspace(), kind.as_str()],
                |row| Ok((row.text(0)?, row.count(1)?)),
            )
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// The last changes of a view, newest first.
    pub async fn list_view_events(&self, view: &str, limit: u32) -> Result<Vec<ViewEvent>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT view, company_id, what, happened_at FROM view_event WHERE workspace_id = $1 AND view = $2
                 ORDER BY event_id DESC LIMIT $3",
                args![session.workspace(), view, limit],
                |row| {
                    Ok(ViewEvent {
                        view: row.text(0)?,
                        company: CompanyId(row.int(1)?),
                        entered: row.text(2)? == "entered",
                        at: row.instant(3)?,
                    })
                },
            )
            .await
    }

    /// Companies whose field got one of these values between two instants, the second excluded.
    pub async fn list_conversions(
        &self,
        field: &str,
        values: &BTreeSet<String>,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Conversion>> {
        let mut session = self.read().await?;
        let changes = session
            .fetch(
                "SELECT local_id, changed_at, value FROM field_change
                 WHERE workspace_id = $1 AND kind = 'company' AND field = $2 AND changed_at >= $3 AND changed_at < $4
                 ORDER BY changed_at, local_id",
                args![session.workspace(), field, from, until],
                |row| Ok((CompanyId(row.int(0)?), row.instant(1)?, row.text_or_null(2)?)),
            )
            .await?;
        let reached = |value: &Option<String>| value.as_ref().is_some_and(|value| values.contains(value));
        Ok(changes
            .into_iter()
            .filter(|(_, _, value)| reached(value))
            .map(|(company, at, _)| Conversion { company, at })
            .collect())
    }

    /// Pages that were put away.
    pub async fn list_dismissed(&self) -> Result<BTreeSet<String>> {
        let mut session = self.read().await?;
        let paths = session
            .fetch("SELECT path FROM dismissed_page WHERE workspace_id = $1", args![session.workspace()], |row| {
                row.text(0)
            })
            .await?;
        Ok(paths.into_iter().collect())
    }
}

fn intent_row(row: &super::row::Row) -> Result<IntentRow> {
    Ok(IntentRow {
        company: CompanyId(row.int(0)?),
        evaluation: row.json(1)?,
        as_of: row.instant(2)?,
        rules_version: row.int(3)?,
        changed_at: row.instant(4)?,
    })
}
