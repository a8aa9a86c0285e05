//! Table `deal` with the companies and contacts that deals belong to: what accounts are worth, and what scores are measured
//! against.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::model::{CompanyId, ContactId, DealId, Fields};

use super::Store;
use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;

/// A deal with everybody it is associated with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedDeal {
    pub id: DealId,
    pub fields: Fields,
    pub companies: BTreeSet<CompanyId>,
    pub contacts: BTreeSet<ContactId>,
}

impl Store {
    /// Deals after this one, in the order of their ids. One that has left every vendor belongs to nobody.
    pub async fn list_deals(&self, after: DealId, limit: u32) -> Result<Vec<LoadedDeal>> {
        let mut session = self.read().await?;
        let deals = session
            .fetch(
                "SELECT id, fields FROM deal WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3",
                args![session.workspace(), after.0, limit],
                |row| Ok((row.int(0)?, row.json(1)?)),
            )
            .await?;
        with_links(&mut session, deals).await
    }

    /// The deals of a company.
    pub async fn load_deals_of_company(&self, company: CompanyId) -> Result<Vec<LoadedDeal>> {
        let mut session = self.read().await?;
        let mut ids = BTreeSet::new();
        for sql in [
            "SELECT d.local_id FROM remote_object c
             JOIN association a ON a.workspace_id = c.workspace_id AND a.connection = c.connection
                 AND a.from_kind = 'company' AND a.from_id = c.external_id AND a.to_kind = 'deal'
             JOIN remote_object d ON d.workspace_id = a.workspace_id AND d.connection = a.connection
                 AND d.kind = 'deal' AND d.external_id = a.to_id AND d.state = 'present'
             WHERE c.workspace_id = $1 AND c.kind = 'company' AND c.local_id = $2 AND c.state = 'present'",
            "SELECT d.local_id FROM remote_object c
             JOIN association a ON a.workspace_id = c.workspace_id AND a.connection = c.connection
                 AND a.to_kind = 'company' AND a.to_id = c.external_id AND a.from_kind = 'deal'
             JOIN remote_object d ON d.workspace_id = a.workspace_id AND d.connection = a.connection
                 AND d.kind = 'deal' AND d.external_id = a.from_id AND d.state = 'present'
             WHERE c.workspace_id = $1 AND c.kind = 'company' AND c.local_id = $2 AND c.state = 'present'",
        ] {
            ids.extend(session.fetch(sql, args![session.workspace(), company.0], |row| row.int(0)).await?);
        }
        let deals = session
            .fetch_rows(
                "SELECT id, fields FROM deal WHERE workspace_id = $1 AND id IN ({rows})",
                ids.into_iter().map(|id| args![id]).collect(),
                args![session.workspace()],
                |row| Ok((row.int(0)?, row.json(1)?)),
            )
            .await?;
        with_links(&mut session, deals).await
    }
}

async fn with_links(session: &mut Session, deals: Vec<(i64, Fields)>) -> Result<Vec<LoadedDeal>> {
    let ids: Vec<i64> = deals.iter().map(|(id, _)| *id).collect();
    let mut companies = linked(session, "company", &ids).await?;
    let mut contacts = linked(session, "contact", &ids).await?;
    let mut loaded: Vec<LoadedDeal> = deals
        .into_iter()
        .map(|(id, fields)| LoadedDeal {
            id: DealId(id),
            fields,
            companies: companies.remove(&id).into_iter().flatten().map(CompanyId).collect(),
            contacts: contacts.remove(&id).into_iter().flatten().map(ContactId).collect(),
        })
        .collect();
    loaded.sort_by_key(|deal| deal.id);
    loaded.dedup_by_key(|deal| deal.id);
    Ok(loaded)
}

/// Local records of a kind that these deals are associated with, whichever side the vendor tells it from.
async fn linked(session: &mut Session, kind: &'static str, deals: &[i64]) -> Result<BTreeMap<i64, BTreeSet<i64>>> {
    let mut found: BTreeMap<i64, BTreeSet<i64>> = BTreeMap::new();
    for sql in [
        "SELECT d.local_id, r.local_id FROM remote_object d
         JOIN association a ON a.workspace_id = d.workspace_id AND a.connection = d.connection
             AND a.from_kind = 'deal' AND a.from_id = d.external_id AND a.to_kind = $2
         JOIN remote_object r ON r.workspace_id = a.workspace_id AND r.connection = a.connection
             AND r.kind = $2 AND r.external_id = a.to_id AND r.state = 'present'
         WHERE d.workspace_id = $1 AND d.kind = 'deal' AND d.state = 'present' AND d.local_id IN ({rows})",
        "SELECT d.local_id, r.local_id FROM remote_object d
         JOIN association a ON a.workspace_id = d.workspace_id AND a.connection = d.connection
             AND a.to_kind = 'deal' AND a.to_id = d.external_id AND a.from_kind = $2
         JOIN remote_object r ON r.workspace_id = a.workspace_id AND r.connection = a.connection
             AND r.kind = $2 AND r.external_id = a.from_id AND r.state = 'present'
         WHERE d.workspace_id = $1 AND d.kind = 'deal' AND d.state = 'present' AND d.local_id IN ({rows})",
    ] {
        let rows: Vec<[Arg; 1]> = deals.iter().map(|id| args![*id]).collect();
        let links = session
            .fetch_rows(sql, rows, args![session.workspace(), kind], |row| Ok((row.int(0)?, row.int(1)?)))
            .await?;
        for (deal, other) in links {
            found.entry(deal).or_default().insert(other);
        }
    }
    Ok(found)
}
