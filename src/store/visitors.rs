//! Table `visitor` and the visits of visitors: who is behind them, and which company a visit belongs to. A visitor whom nobody
//! can name is linked to an organisation at most; no address gets here (I12).

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::{Actor, ConnectionName, StreamName};

use crate::domain::model::{ActivityObject, CompanyId, Country};
use crate::domain::visit::{Organisation, PAGE_VIEW, Page};

use super::activities::{self, NewActivity};
use super::arg::{Arg, args};
use super::error::Result;
use super::{Tx, company_visits};

/// A visit as it shall be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewVisit {
    /// Unique within connection and stream: what arrives twice counts once.
    pub remote_id: String,
    pub actor: Actor,
    pub at: Timestamp,
    pub page: Page,
    pub country: Country,
    /// Behind the address, when it is known. Not used for contacts.
    pub organisation: Option<Organisation>,
}

/// What became of some visits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordedVisits {
    /// Not stored before.
    pub inserted: u64,
    /// Stored before.
    pub known: u64,
    /// Of persons who were erased: not stored.
    pub refused: u64,
}

/// A visitor whom nobody can name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenVisitor {
    pub actor: Actor,
    pub organisation: Option<Organisation>,
    pub country: Country,
    pub first_seen: Timestamp,
    pub last_seen: Timestamp,
}

impl Tx {
    /// Stores visits, links visitors whom nobody knows to their organisations, and marks whoever must be computed again:
    /// contacts and companies. A visit with a remote id that is stored already changes nothing (I2).
    pub async fn record_visits(
        &mut self,
        connection: &ConnectionName,
        stream: &StreamName,
        visits: &[NewVisit],
        now: Timestamp,
    ) -> Result<RecordedVisits> {
        let types = self.intern_types(&[PAGE_VIEW.to_owned()]).await?;
        let pages: Vec<ActivityObject> = visits.iter().map(|visit| object_of(&visit.page)).collect();
        let objects = self.intern_objects(&pages).await?;
        let rows: Vec<NewActivity> = visits
            .iter()
            .zip(objects)
            .map(|(visit, object)| NewActivity {
                remote_id: visit.remote_id.clone(),
                actor: visit.actor.clone(),
                at: visit.at,
                activity_type: types[PAGE_VIEW],
                object,
                country: visit.country,
            })
            .collect();
        let appended = self.append_activities(connection, stream, &rows).await?;
        let mut seen: BTreeMap<Actor, SeenVisitor> = BTreeMap::new();
        for visit in visits {
            let actor = activities::normal(&visit.actor);
            if !appended.waiting.contains(&actor) {
                continue;
            }
            let visitor = seen.entry(actor.clone()).or_insert_with(|| SeenVisitor {
                actor,
                organisation: None,
                country: Country::default(),
                first_seen: visit.at,
                last_seen: visit.at,
            });
            visitor.first_seen = visitor.first_seen.min(visit.at);
            visitor.last_seen = visitor.last_seen.max(visit.at);
            visitor.organisation = visit.organisation.clone().or_else(|| visitor.organisation.take());
            if visit.country != Country::default() {
                visitor.country = visit.country;
            }
        }
        let touched: Vec<_> = appended.touched.iter().copied().collect();
        self.mark_dirty(&touched).await?;
        let mut companies = self.upsert_visitors(connection, &seen.into_values().collect::<Vec<_>>(), now).await?;
        companies.extend(company_visits::companies_of_contacts(&mut self.session, &touched).await?);
        self.mark_companies_dirty(&companies.into_iter().collect::<Vec<_>>()).await?;
        Ok(RecordedVisits {
            inserted: appended.inserted,
            known: appended.present - appended.inserted,
            refused: appended.refused,
        })
    }

    /// Stores visitors whom nobody can name, each at most once, and finds or makes the companies behind them. What is not
    /// known now leaves what was known before. Gives the companies, those that visitors moved away from included.
    pub async fn upsert_visitors(
        &mut self,
        connection: &ConnectionName,
        visitors: &[SeenVisitor],
        now: Timestamp,
    ) -> Result<BTreeSet<CompanyId>> {
        let organisations: BTreeSet<&Organisation> =
            visitors.iter().filter_map(|visitor| visitor.organisation.as_ref()).collect();
        let found = self.find_or_insert_prospects(&organisations, now).await?;
        let mut companies =
            self.companies_of_visitors(connection, visitors.iter().map(|visitor| &visitor.actor)).await?;
        companies.extend(found.values());
        let session = &mut self.session;
        let workspace = session.workspace();
        let rows = visitors
            .iter()
            .filter_map(|visitor| {
                let (kind, actor) = activities::words(&visitor.actor);
                let organisation = visitor.organisation.as_ref();
                Some(args![
                    workspace,
                    connection,
                    kind?,
                    actor?,
                    organisation.and_then(|organisation| found.get(organisation)).map(|id| id.0),
                    organisation.map(|organisation| organisation.name.as_str()),
                    organisation.and_then(|organisation| organisation.domain.as_deref()),
                    visitor.country.0,
                    visitor.first_seen,
                    visitor.last_seen,
                ])
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO visitor (workspace_id, connection, actor_kind, actor, company_id, organisation, domain, country,
                     first_seen, last_seen) {rows}
                 ON CONFLICT (workspace_id, connection, actor_kind, actor) DO UPDATE SET
                     company_id = COALESCE(excluded.company_id, visitor.company_id),
                     organisation = COALESCE(excluded.organisation, visitor.organisation),
                     domain = CASE WHEN excluded.organisation IS NULL THEN visitor.domain ELSE excluded.domain END,
                     country = CASE WHEN excluded.country = 0 THEN visitor.country ELSE excluded.country END,
                     first_seen = CASE WHEN excluded.first_seen < visitor.first_seen
                         THEN excluded.first_seen ELSE visitor.first_seen END,
                     last_seen = CASE WHEN excluded.last_seen > visitor.last_seen
                         THEN excluded.last_seen ELSE visitor.last_seen END",
                rows,
                [],
            )
            .await?;
        Ok(companies)
    }

    /// Visits of actors whom nobody knows have come through a vendor: their visitors stay as long as the visits, and their
    /// companies are to be computed again.
    pub async fn mark_visitors_seen(
        &mut self,
        connection: &ConnectionName,
        actors: &BTreeSet<Actor>,
        at: Timestamp,
    ) -> Result<()> {
        for (kind, rows) in by_kind(actors.iter()) {
            self.session
                .execute_rows(
                    "UPDATE visitor SET last_seen = $4 WHERE workspace_id = $1 AND connection = $2 AND actor_kind = $3
                         AND last_seen < $4 AND actor IN ({rows})",
                    rows,
                    args![self.session.workspace(), connection, kind, at],
                )
                .await?;
        }
        let companies = self.companies_of_visitors(connection, actors.iter()).await?;
        self.mark_companies_dirty(&companies.into_iter().collect::<Vec<_>>()).await
    }

    async fn companies_of_visitors(
        &mut self,
        connection: &ConnectionName,
        actors: impl Iterator<Item = &Actor>,
    ) -> Result<BTreeSet<CompanyId>> {
        let mut companies = BTreeSet::new();
        for (kind, rows) in by_kind(actors) {
            let session = &mut self.session;
            let found = session
                .fetch_rows(
                    "SELECT company_id FROM visitor WHERE workspace_id = $1 AND connection = $2 AND actor_kind = $3
                         AND company_id IS NOT NULL AND actor IN ({rows})",
                    rows,
                    args![session.workspace(), connection, kind],
                    |row| row.int(0).map(CompanyId),
                )
                .await?;
            companies.extend(found);
        }
        Ok(companies)
    }
}

/// What a page is among activity objects: the attributes that the mappings of vendors' visits fill, too.
fn object_of(page: &Page) -> ActivityObject {
    ActivityObject::from([("host".to_owned(), page.host.clone()), ("path".to_owned(), page.path.clone())])
}

/// Actors by the word of their kind.
fn by_kind<'a>(actors: impl Iterator<Item = &'a Actor>) -> BTreeMap<&'static str, Vec<[Arg; 1]>> {
    let mut kinds: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for actor in actors {
        if let (Some(kind), Some(actor)) = activities::words(actor) {
            kinds.entry(kind).or_default().insert(actor);
        }
    }
    kinds.into_iter().map(|(kind, actors)| (kind, actors.into_iter().map(|actor| args![actor]).collect())).collect()
}
