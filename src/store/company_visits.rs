//! The visits of companies, from their contacts' timelines and from visitors whom nobody can name; and table `company_dirty`:
//! which companies are to be computed again because of them.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::domain::intent::{Visit, Visitor};
use crate::domain::model::{
    ActivityFact, ActivityObject, ActivityObjectId, ActivityTypeId, CompanyId, ContactId, Country,
};
use crate::domain::visit::{PAGE_VIEW, Page};

use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;
use super::{Store, Tx, activities, timeline};

/// Who visited, for counting different visitors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum VisitorId {
    Contact(ContactId),
    /// A hash of connection and actor.
    Anonymous(u64),
}

/// One visit of a company.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct CompanyVisit {
    pub company: CompanyId,
    /// Whole seconds.
    pub at: Timestamp,
    pub visitor: VisitorId,
    /// A key of [`CompanyVisits::pages`].
    pub page: ActivityObjectId,
    pub country: Country,
}

impl CompanyVisit {
    /// As the core knows it.
    pub fn visit(&self) -> Visit {
        let visitor = match self.visitor {
            VisitorId::Contact(contact) => Visitor::Contact(contact),
            VisitorId::Anonymous(number) => Visitor::Anonymous(number),
        };
        Visit { at: self.at, visitor, page: self.page, country: self.country }
    }
}

/// Visits of some companies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CompanyVisits {
    /// By company, then by time.
    pub visits: Vec<CompanyVisit>,
    /// The pages that occur. Visits without host and path have none.
    pub pages: BTreeMap<ActivityObjectId, Page>,
}

impl Store {
    /// The visits of these companies from `since` on: those of their contacts (as associated at a vendor) and those of
    /// visitors who are linked to them. A contact of two companies visits for both. All of one state of the database.
    pub async fn load_company_visits(&self, companies: &[CompanyId], since: Timestamp) -> Result<CompanyVisits> {
        let mut session = self.read().await?;
        let Some(page_view) = find_page_view(&mut session).await? else { return Ok(CompanyVisits::default()) };
        let mut visits = anonymous_visits(&mut session, companies, page_view, since).await?;
        let mut employers: BTreeMap<ContactId, BTreeSet<CompanyId>> = BTreeMap::new();
        for (contact, company) in contacts_of_companies(&mut session, companies).await? {
            employers.entry(contact).or_default().insert(company);
        }
        let contacts: Vec<ContactId> = employers.keys().copied().collect();
        let mut facts: BTreeMap<ContactId, Vec<ActivityFact>> = BTreeMap::new();
        let base = timeline::load_base(&mut session, &contacts).await?;
        let tail = activities::load_tail(&mut session, &contacts).await?;
        for (contact, fact) in base.into_iter().chain(tail) {
            if fact.activity_type == page_view && fact.at.as_secs() >= since.as_secs() {
                facts.entry(contact).or_default().push(fact);
            }
        }
        for (contact, mut facts) in facts {
            timeline::sort_distinct(&mut facts);
            for company in &employers[&contact] {
                visits.extend(facts.iter().map(|fact| CompanyVisit {
                    company: *company,
                    at: fact.at,
                    visitor: VisitorId::Contact(contact),
                    page: fact.object,
                    country: fact.country,
                }));
            }
        }
        visits.sort_unstable();
        let pages: BTreeSet<ActivityObjectId> = visits.iter().map(|visit| visit.page).collect();
        let pages = session
            .fetch_rows(
                "SELECT object_id, attributes FROM activity_object WHERE workspace_id = $1 AND object_id IN ({rows})",
                pages.into_iter().map(|page| args![page.0]).collect(),
                args![session.workspace()],
                |row| Ok((ActivityObjectId(row.small(0)?), row.json::<ActivityObject>(1)?)),
            )
            .await?
            .into_iter()
            .filter_map(|(id, mut object)| {
                Some((id, Page { host: object.remove("host")?, path: object.remove("path")? }))
            })
            .collect();
        Ok(CompanyVisits { visits, pages })
    }

    /// Marked companies with their generation, in the order of their ids.
    pub async fn claim_dirty_companies(&self, limit: u32) -> Result<Vec<(CompanyId, i64)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT company_id, generation FROM company_dirty WHERE workspace_id = $1 ORDER BY company_id LIMIT $2",
                args![session.workspace(), limit],
                |row| Ok((CompanyId(row.int(0)?), row.int(1)?)),
            )
            .await
    }
}

impl Tx {
    /// Notes that visits of these companies changed. Every mark has a generation of its own, as with contacts.
    pub async fn mark_companies_dirty(&mut self, companies: &[CompanyId]) -> Result<()> {
        if companies.is_empty() {
            return Ok(());
        }
        let session = &mut self.session;
        let generation = session.allocate("generation", 1).await?;
        let companies: BTreeSet<CompanyId> = companies.iter().copied().collect();
        let rows = companies.into_iter().map(|company| args![session.workspace(), company.0, generation]).collect();
        session
            .execute_rows(
                "INSERT INTO company_dirty (workspace_id, company_id, generation) {rows}
                 ON CONFLICT (workspace_id, company_id) DO UPDATE SET generation = excluded.generation",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Notes that visits of the companies of these contacts changed.
    pub async fn mark_companies_of_contacts_dirty(&mut self, contacts: &[ContactId]) -> Result<()> {
        let companies = companies_of_contacts(&mut self.session, contacts).await?;
        self.mark_companies_dirty(&companies.into_iter().collect::<Vec<_>>()).await
    }

    /// Clears marks, but only where nothing was marked since; how many were cleared.
    pub async fn clear_dirty_companies(&mut self, marks: &[(CompanyId, i64)]) -> Result<u64> {
        let session = &mut self.session;
        session
            .execute_rows(
                "WITH v(company_id, generation) AS ({rows})
                 DELETE FROM company_dirty WHERE workspace_id = $1 AND company_id IN (SELECT company_id FROM v)
                     AND (company_id, generation) IN (SELECT company_id, generation FROM v)",
                marks.iter().map(|(company, generation)| args![company.0, *generation]).collect(),
                args![session.workspace()],
            )
            .await
    }
}

/// The companies that these contacts are associated with, whichever side the vendor tells it from.
pub(super) async fn companies_of_contacts(
    session: &mut Session,
    contacts: &[ContactId],
) -> Result<BTreeSet<CompanyId>> {
    let mut companies = BTreeSet::new();
    for sql in [
        "SELECT c.local_id FROM remote_object r
         JOIN association a ON a.workspace_id = r.workspace_id AND a.connection = r.connection
             AND a.from_kind = 'contact' AND a.from_id = r.external_id AND a.to_kind = 'company'
         JOIN remote_object c ON c.workspace_id = a.workspace_id AND c.connection = a.connection
             AND c.kind = 'company' AND c.external_id = a.to_id AND c.state = 'present'
         WHERE r.workspace_id = $1 AND r.kind = 'contact' AND r.state = 'present' AND r.local_id IN ({rows})",
        "SELECT c.local_id FROM remote_object r
         JOIN association a ON a.workspace_id = r.workspace_id AND a.connection = r.connection
             AND a.to_kind = 'contact' AND a.to_id = r.external_id AND a.from_kind = 'company'
         JOIN remote_object c ON c.workspace_id = a.workspace_id AND c.connection = a.connection
             AND c.kind = 'company' AND c.external_id = a.from_id AND c.state = 'present'
         WHERE r.workspace_id = $1 AND r.kind = 'contact' AND r.state = 'present' AND r.local_id IN ({rows})",
    ] {
        let rows: Vec<[Arg; 1]> = contacts.iter().map(|contact| args![*contact]).collect();
        let found = session.fetch_rows(sql, rows, args![session.workspace()], |row| row.int(0).map(CompanyId)).await?;
        companies.extend(found);
    }
    Ok(companies)
}

async fn contacts_of_companies(
    session: &mut Session,
    companies: &[CompanyId],
) -> Result<BTreeSet<(ContactId, CompanyId)>> {
    let mut contacts = BTreeSet::new();
    for sql in [
        "SELECT r.local_id, c.local_id FROM remote_object c
         JOIN association a ON a.workspace_id = c.workspace_id AND a.connection = c.connection
             AND a.to_kind = 'company' AND a.to_id = c.external_id AND a.from_kind = 'contact'
         JOIN remote_object r ON r.workspace_id = a.workspace_id AND r.connection = a.connection
             AND r.kind = 'contact' AND r.external_id = a.from_id AND r.state = 'present'
         WHERE c.workspace_id = $1 AND c.kind = 'company' AND c.state = 'present' AND c.local_id IN ({rows})",
        "SELECT r.local_id, c.local_id FROM remote_object c
         JOIN association a ON a.workspace_id = c.workspace_id AND a.connection = c.connection
             AND a.from_kind = 'company' AND a.from_id = c.external_id AND a.to_kind = 'contact'
         JOIN remote_object r ON r.workspace_id = a.workspace_id AND r.connection = a.connection
             AND r.kind = 'contact' AND r.external_id = a.to_id AND r.state = 'present'
         WHERE c.workspace_id = $1 AND c.kind = 'company' AND c.state = 'present' AND c.local_id IN ({rows})",
    ] {
        let rows: Vec<[Arg; 1]> = companies.iter().map(|company| args![company.0]).collect();
        let found = session
            .fetch_rows(sql, rows, args![session.workspace()], |row| {
                Ok((ContactId(row.int(0)?), CompanyId(row.int(1)?)))
            })
            .await?;
        contacts.extend(found);
    }
    Ok(contacts)
}

async fn anonymous_visits(
    session: &mut Session,
    companies: &[CompanyId],
    page_view: ActivityTypeId,
    since: Timestamp,
) -> Result<Vec<CompanyVisit>> {
    let companies: BTreeSet<CompanyId> = companies.iter().copied().collect();
    session
        .fetch_rows_once(
            "SELECT w.company_id, t.occurred_at, w.connection, w.actor_kind, w.actor, t.object_id,
                 CASE WHEN t.country = 0 THEN w.country ELSE t.country END
             FROM visitor w
             JOIN activity_source s ON s.workspace_id = w.workspace_id AND s.connection = w.connection
             JOIN activity_tail t ON t.workspace_id = w.workspace_id AND t.source_id = s.source_id
                 AND t.actor_kind = w.actor_kind AND t.actor = w.actor AND t.contact_id IS NULL
             WHERE w.workspace_id = $1 AND w.company_id IN ({rows}) AND t.type_id = $2 AND t.occurred_at >= $3",
            companies.into_iter().map(|company| args![company.0]).collect(),
            args![session.workspace(), page_view.0, Timestamp::from_secs(since.as_secs())],
            |row| {
                let visitor = anonymous(&[&row.text(2)?, &row.text(3)?, &row.text(4)?]);
                Ok(CompanyVisit {
                    company: CompanyId(row.int(0)?),
                    at: Timestamp::from_secs(row.instant(1)?.as_secs()),
                    visitor,
                    page: ActivityObjectId(row.small(5)?),
                    country: Country(row.small(6)?),
                })
            },
        )
        .await
}

async fn find_page_view(session: &mut Session) -> Result<Option<ActivityTypeId>> {
    session
        .fetch_optional(
            "SELECT type_id FROM activity_type WHERE workspace_id = $1 AND name = $2",
            args![session.workspace(), PAGE_VIEW],
            |row| Ok(ActivityTypeId(row.small(0)?)),
        )
        .await
}

fn anonymous(parts: &[&String]) -> VisitorId {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part.as_bytes());
    }
    let hash = hash.finalize();
    VisitorId::Anonymous(u64::from_be_bytes(std::array::from_fn(|place| hash[place])))
}
