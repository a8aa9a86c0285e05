//! Table `visitor` and the visits of visitors: who is behind them, and which company a visit belongs to. A visitor whom nobody
//! can name is linked to an organisation at most; no address gets here (I12). An organisation that no company stands for yet
//! becomes a prospect: a company without a record at any vendor.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::{Actor, AssetKind, AssetRecord, ConnectionName, ExternalId, ObjectKind, StreamName};

use crate::domain::model::{ActivityObject, CompanyId, Country, Fields, Value};
use crate::domain::visit::{DayKey, Organisation, PAGE_VIEW, Page};

use super::activities::{self, NewActivity};
use super::arg::{Arg, args};
use super::error::{Result, StoreError};
use super::objects::LocalRow;
use super::{Store, Tx, company_visits};

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

/// What a retention pass deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ForgottenVisits {
    pub visits: u64,
    pub visitors: u64,
}

/// How far an access log has been read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogPlace {
    /// A hash of its first line.
    pub first_line: String,
    /// Bytes of its text.
    pub next_offset: u64,
    /// A hash of everything until there.
    pub content: String,
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

    /// Stores e-mails, workflows, programs and forms of a vendor; the number of different ones.
    pub async fn upsert_assets(&mut self, connection: &ConnectionName, assets: &[AssetRecord]) -> Result<u64> {
        let session = &mut self.session;
        let latest: BTreeMap<(AssetKind, &ExternalId), &AssetRecord> =
            assets.iter().map(|asset| ((asset.kind, &asset.id), asset)).collect();
        let count = latest.len() as u64;
        let rows = latest
            .into_values()
            .map(|asset| {
                args![session.workspace(), connection, asset.kind.as_str(), &asset.id, &asset.name, asset.usable]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO asset (workspace_id, connection, kind, asset_id, name, usable) {rows}
                 ON CONFLICT (workspace_id, connection, kind, asset_id) DO UPDATE SET name = excluded.name,
                     usable = excluded.usable",
                rows,
                [],
            )
            .await?;
        Ok(count)
    }

    /// The secret of this day (an ISO date), by which visitors without an id are told apart; `fresh` when the day has none
    /// yet. Secrets of earlier days are deleted (I12).
    pub async fn find_or_insert_day_key(&mut self, day: &str, fresh: &DayKey) -> Result<DayKey> {
        self.delete_day_keys(day).await?;
        let session = &mut self.session;
        session
            .execute(
                "INSERT INTO visit_key (workspace_id, day, secret) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                args![session.workspace(), day, fresh.expose().to_vec()],
            )
            .await?;
        let secret = session
            .fetch_one(
                "SELECT secret FROM visit_key WHERE workspace_id = $1 AND day = $2",
                args![session.workspace(), day],
                |row| row.bytes(0),
            )
            .await?;
        let secret = secret.try_into().map_err(|_| StoreError::inconsistent("the secret of a day is not 32 bytes"))?;
        Ok(DayKey::new(secret))
    }

    /// Deletes the secrets of the days before this one.
    pub async fn delete_day_keys(&mut self, before: &str) -> Result<u64> {
        let session = &mut self.session;
        session
            .execute("DELETE FROM visit_key WHERE workspace_id = $1 AND day < $2", args![session.workspace(), before])
            .await
    }

    /// Notes how far an access log has been read; gives its number, a new one when it has none. Commits with the visits that
    /// were read until there (I1).
    pub async fn upsert_log(&mut self, id: Option<i64>, site: &str, place: &LogPlace, now: Timestamp) -> Result<i64> {
        let session = &mut self.session;
        let id = match id {
            Some(id) => id,
            None => session.allocate("access_log", 1).await?,
        };
        session
            .execute(
                "INSERT INTO access_log (workspace_id, log_id, site, first_line, next_offset, content, read_at)
                 VALUES ($1, $2, $3, $4, $5, $6, $7)
                 ON CONFLICT (workspace_id, log_id) DO UPDATE SET next_offset = excluded.next_offset,
                     content = excluded.content, read_at = excluded.read_at",
                args![session.workspace(), id, site, &place.first_line, place.next_offset, &place.content, now],
            )
            .await?;
        Ok(id)
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

    /// The companies that stand for these organisations: by domain, else by the name of a prospect; new ones become prospects.
    async fn find_or_insert_prospects(
        &mut self,
        organisations: &BTreeSet<&Organisation>,
        now: Timestamp,
    ) -> Result<BTreeMap<Organisation, CompanyId>> {
        if organisations.is_empty() {
            return Ok(BTreeMap::new());
        }
        let domains: Vec<String> =
            organisations.iter().filter_map(|organisation| organisation.domain.clone()).collect();
        let by_domain = self.find_local_by_key(ObjectKind::Company, &domains).await?;
        let session = &mut self.session;
        let names = organisations.iter().filter(|organisation| organisation.domain.is_none());
        let by_name: BTreeMap<String, i64> = session
            .fetch_rows(
                "SELECT name_key, MIN(company_id) FROM prospect WHERE workspace_id = $1 AND name_key IN ({rows})
                 GROUP BY name_key",
                names.map(|organisation| args![name_key(organisation)]).collect(),
                args![session.workspace()],
                |row| Ok((row.text(0)?, row.int(1)?)),
            )
            .await?
            .into_iter()
            .collect();
        // Two spellings of one organisation are one prospect.
        let mut fresh: BTreeMap<String, Vec<&Organisation>> = BTreeMap::new();
        let mut found = BTreeMap::new();
        for organisation in organisations {
            let (known, key) = match &organisation.domain {
                Some(domain) => (by_domain.get(domain), format!("domain {domain}")),
                None => (by_name.get(&name_key(organisation)), name_key(organisation)),
            };
            match known {
                Some(id) => _ = found.insert((*organisation).clone(), CompanyId(*id)),
                None => fresh.entry(key).or_default().push(organisation),
            }
        }
        if fresh.is_empty() {
            return Ok(found);
        }
        let first = self.allocate_ids(ObjectKind::Company, fresh.len()).await?;
        let (mut locals, mut prospects) = (Vec::new(), Vec::new());
        for (id, same) in (first..).zip(fresh.into_values()) {
            let organisation = same[0];
            let mut fields = Fields::from([("name".to_owned(), Value::Text(organisation.name.clone()))]);
            if let Some(domain) = &organisation.domain {
                fields.insert("domain".to_owned(), Value::Text(domain.clone()));
            }
            locals.push(LocalRow { id, key: organisation.domain.clone(), secondary_keys: Vec::new(), fields });
            prospects.push(args![self.session.workspace(), id, name_key(organisation), now]);
            found.extend(same.into_iter().map(|organisation| (organisation.clone(), CompanyId(id))));
        }
        self.upsert_objects(ObjectKind::Company, &locals, now).await?;
        self.session
            .execute_rows("INSERT INTO prospect (workspace_id, company_id, name_key, first_seen) {rows}", prospects, [])
            .await?;
        Ok(found)
    }
}

impl Store {
    /// Deletes visits of nobody known, and visitors, from before this instant; in transactions of at most `batch` rows, so that
    /// others can write in between. Visits of contacts belong to the contact's history and stay.
    pub async fn forget_visits(&self, before: Timestamp, batch: u32) -> Result<ForgottenVisits> {
        let mut forgotten = ForgottenVisits::default();
        loop {
            let mut tx = self.begin().await?;
            let visits = tx.forget_visits_once(before, batch).await?;
            let visitors = tx.forget_visitors_once(before, batch).await?;
            tx.commit().await?;
            forgotten.visits += visits;
            forgotten.visitors += visitors;
            if visits < u64::from(batch) && visitors < u64::from(batch) {
                return Ok(forgotten);
            }
        }
    }

    /// Access logs of a site that began with this line, with their numbers.
    pub async fn list_logs(&self, site: &str, first_line: &str) -> Result<Vec<(i64, LogPlace)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT log_id, first_line, next_offset, content FROM access_log
                 WHERE workspace_id = $1 AND site = $2 AND first_line = $3 ORDER BY log_id",
                args![session.workspace(), site, first_line],
                |row| {
                    let place =
                        LogPlace { first_line: row.text(1)?, next_offset: row.count(2)?, content: row.text(3)? };
                    Ok((row.int(0)?, place))
                },
            )
            .await
    }

    /// What the vendor's assets are called, by kind and id.
    pub async fn list_assets(&self, connection: &ConnectionName) -> Result<Vec<AssetRecord>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT kind, asset_id, name, usable FROM asset WHERE workspace_id = $1 AND connection = $2
                 ORDER BY kind, asset_id",
                args![session.workspace(), connection],
                |row| {
                    Ok(AssetRecord {
                        kind: row.word(0, AssetKind::from_word)?,
                        id: row.external_id(1)?,
                        name: row.text(2)?,
                        usable: row.flag(3)?,
                    })
                },
            )
            .await
    }
}

impl Tx {
    async fn forget_visits_once(&mut self, before: Timestamp, batch: u32) -> Result<u64> {
        let session = &mut self.session;
        let old = session
            .fetch(
                "SELECT t.source_id, t.remote_id FROM activity_tail t
                 WHERE t.workspace_id = $1 AND t.contact_id IS NULL AND t.occurred_at < $3 AND t.type_id =
                     (SELECT type_id FROM activity_type WHERE workspace_id = $1 AND name = $2)
                 ORDER BY t.occurred_at LIMIT $4",
                args![session.workspace(), PAGE_VIEW, before, batch],
                |row| Ok((row.int(0)?, args![row.text(1)?])),
            )
            .await?;
        let mut by_source: BTreeMap<i64, Vec<[Arg; 1]>> = BTreeMap::new();
        for (source, id) in old {
            by_source.entry(source).or_default().push(id);
        }
        let mut deleted = 0;
        for (source, ids) in by_source {
            deleted += session
                .execute_rows(
                    "DELETE FROM activity_tail WHERE workspace_id = $1 AND source_id = $2 AND remote_id IN ({rows})",
                    ids,
                    args![session.workspace(), source],
                )
                .await?;
        }
        Ok(deleted)
    }

    async fn forget_visitors_once(&mut self, before: Timestamp, batch: u32) -> Result<u64> {
        let session = &mut self.session;
        let old = session
            .fetch(
                "SELECT connection, actor_kind, actor FROM visitor WHERE workspace_id = $1 AND last_seen < $2
                 ORDER BY last_seen LIMIT $3",
                args![session.workspace(), before, batch],
                |row| Ok((row.text(0)?, row.text(1)?, args![row.text(2)?])),
            )
            .await?;
        let mut by_place: BTreeMap<(String, String), Vec<[Arg; 1]>> = BTreeMap::new();
        for (connection, kind, actor) in old {
            by_place.entry((connection, kind)).or_default().push(actor);
        }
        let mut deleted = 0;
        for ((connection, kind), actors) in by_place {
            deleted += session
                .execute_rows(
                    "DELETE FROM visitor WHERE workspace_id = $1 AND connection = $2 AND actor_kind = $3
                         AND actor IN ({rows})",
                    actors,
                    args![session.workspace(), connection, kind],
                )
                .await?;
        }
        Ok(deleted)
    }
}

/// What a page is among activity objects: the attributes that the mappings of vendors' visits fill, too.
fn object_of(page: &Page) -> ActivityObject {
    ActivityObject::from([("host".to_owned(), page.host.clone()), ("path".to_owned(), page.path.clone())])
}

/// Case and space do not tell organisations apart.
fn name_key(organisation: &Organisation) -> String {
    organisation.name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
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
