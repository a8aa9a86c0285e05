//! Accounts: companies with their people. A contact belongs to every company that it is associated with; its *primary* company
//! is the one that the vendor calls so, else the one that has been known longest.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::model::{CompanyId, ContactId, Fields, Value};

use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;
use super::{Store, Tx};

/// A company with its facts, without visits and people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadedCompany {
    pub id: CompanyId,
    pub fields: Fields,
    /// Its registrable domain.
    pub domain: Option<String>,
    /// Names of the segments that its records are in.
    pub segments: BTreeSet<String>,
    /// It has a record at some vendor; otherwise it is known by its visits alone.
    pub in_crm: bool,
}

impl LoadedCompany {
    /// Its name as people know it; else its domain.
    pub fn name(&self) -> String {
        match self.fields.get("name") {
            Some(Value::Text(name)) if !name.trim().is_empty() => name.trim().to_owned(),
            _ => self.domain.clone().unwrap_or_else(|| format!("company {}", self.id)),
        }
    }
}

/// An association between a contact and a company, as far as accounts care.
struct Employment {
    contact: ContactId,
    company: CompanyId,
    primary: bool,
}

impl Store {
    /// These companies; those that do not exist are left out.
    pub async fn load_companies(&self, companies: &[CompanyId]) -> Result<BTreeMap<CompanyId, LoadedCompany>> {
        let mut session = self.read().await?;
        let rows: Vec<[Arg; 1]> = companies.iter().map(|company| args![company.0]).collect();
        let mut loaded: BTreeMap<CompanyId, LoadedCompany> = session
            .fetch_rows(
                "SELECT id, fields, domain_key FROM company WHERE workspace_id = $1 AND id IN ({rows})",
                rows.clone(),
                args![session.workspace()],
                |row| {
                    let id = CompanyId(row.int(0)?);
                    let company = LoadedCompany {
                        id,
                        fields: row.json(1)?,
                        domain: row.text_or_null(2)?,
                        segments: BTreeSet::new(),
                        in_crm: false,
                    };
                    Ok((id, company))
                },
            )
            .await?
            .into_iter()
            .collect();
        let present = session
            .fetch_rows(
                "SELECT local_id FROM remote_object
                 WHERE workspace_id = $1 AND kind = 'company' AND state = 'present' AND local_id IN ({rows})",
                rows.clone(),
                args![session.workspace()],
                |row| Ok(CompanyId(row.int(0)?)),
            )
            .await?;
        for id in present {
            if let Some(company) = loaded.get_mut(&id) {
                company.in_crm = true;
            }
        }
        let segments = session
            .fetch_rows(
                "SELECT r.local_id, s.name FROM remote_object r
                 JOIN membership m ON m.workspace_id = r.workspace_id AND m.connection = r.connection
                     AND m.kind = r.kind AND m.member_id = r.external_id
                 JOIN segment s ON s.workspace_id = m.workspace_id AND s.connection = m.connection
                     AND s.segment_id = m.segment_id
                 WHERE r.workspace_id = $1 AND r.kind = 'company' AND r.state = 'present' AND r.local_id IN ({rows})",
                rows,
                args![session.workspace()],
                |row| Ok((CompanyId(row.int(0)?), row.text(1)?)),
            )
            .await?;
        for (id, segment) in segments {
            if let Some(company) = loaded.get_mut(&id) {
                company.segments.insert(segment);
            }
        }
        Ok(loaded)
    }

    /// The people of these companies.
    pub async fn load_people(&self, companies: &[CompanyId]) -> Result<BTreeMap<CompanyId, BTreeSet<ContactId>>> {
        let mut session = self.read().await?;
        let mut people: BTreeMap<CompanyId, BTreeSet<ContactId>> = BTreeMap::new();
        let rows: Vec<[Arg; 1]> = companies.iter().map(|company| args![company.0]).collect();
        for sql in [
            "SELECT r.local_id, c.local_id, a.is_primary FROM remote_object c
             JOIN association a ON a.workspace_id = c.workspace_id AND a.connection = c.connection
                 AND a.to_kind = 'company' AND a.to_id = c.external_id AND a.from_kind = 'contact'
             JOIN remote_object r ON r.workspace_id = a.workspace_id AND r.connection = a.connection
                 AND r.kind = 'contact' AND r.external_id = a.from_id AND r.state = 'present'
             WHERE c.workspace_id = $1 AND c.kind = 'company' AND c.state = 'present' AND c.local_id IN ({rows})",
            "SELECT r.local_id, c.local_id, a.is_primary FROM remote_object c
             JOIN association a ON a.workspace_id = c.workspace_id AND a.connection = c.connection
                 AND a.from_kind = 'company' AND a.from_id = c.external_id AND a.to_kind = 'contact'
             JOIN remote_object r ON r.workspace_id = a.workspace_id AND r.connection = a.connection
                 AND r.kind = 'contact' AND r.external_id = a.to_id AND r.state = 'present'
             WHERE c.workspace_id = $1 AND c.kind = 'company' AND c.state = 'present' AND c.local_id IN ({rows})",
        ] {
            for found in employments(&mut session, sql, rows.clone()).await? {
                people.entry(found.company).or_default().insert(found.contact);
            }
        }
        Ok(people)
    }

    /// The primary company of these contacts; contacts without one are left out.
    pub async fn load_primary_companies(&self, contacts: &[ContactId]) -> Result<BTreeMap<ContactId, CompanyId>> {
        let mut session = self.read().await?;
        primary_companies(&mut session, contacts).await
    }

    /// Every company, in the order of their ids.
    pub async fn list_companies(&self, after: CompanyId, limit: u32) -> Result<Vec<CompanyId>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT id FROM company WHERE workspace_id = $1 AND id > $2 ORDER BY id LIMIT $3",
                args![session.workspace(), after.0, limit],
                |row| Ok(CompanyId(row.int(0)?)),
            )
            .await
    }
}

impl Tx {
    /// The companies that these contacts belong to.
    pub async fn find_companies_of(&mut self, contacts: &[ContactId]) -> Result<BTreeSet<CompanyId>> {
        let found = all_employments(&mut self.session, contacts).await?;
        Ok(found.into_iter().map(|found| found.company).collect())
    }
}

async fn primary_companies(session: &mut Session, contacts: &[ContactId]) -> Result<BTreeMap<ContactId, CompanyId>> {
    let mut found = all_employments(session, contacts).await?;
    // The first one of each contact counts: primary before others, then the company that has been known longest.
    found.sort_by_key(|found| (found.contact, !found.primary, found.company));
    let mut primary = BTreeMap::new();
    for Employment { contact, company, .. } in found {
        primary.entry(contact).or_insert(company);
    }
    Ok(primary)
}

async fn all_employments(session: &mut Session, contacts: &[ContactId]) -> Result<Vec<Employment>> {
    let rows: Vec<[Arg; 1]> = contacts.iter().map(|contact| args![*contact]).collect();
    let mut found = Vec::new();
    for sql in [
        "SELECT r.local_id, c.local_id, a.is_primary FROM remote_object r
         JOIN association a ON a.workspace_id = r.workspace_id AND a.connection = r.connection
             AND a.from_kind = 'contact' AND a.from_id = r.external_id AND a.to_kind = 'company'
         JOIN remote_object c ON c.workspace_id = a.workspace_id AND c.connection = a.connection
             AND c.kind = 'company' AND c.external_id = a.to_id AND c.state = 'present'
         WHERE r.workspace_id = $1 AND r.kind = 'contact' AND r.state = 'present' AND r.local_id IN ({rows})",
        "SELECT r.local_id, c.local_id, a.is_primary FROM remote_object r
         JOIN association a ON a.workspace_id = r.workspace_id AND a.connection = r.connection
             AND a.to_kind = 'contact' AND a.to_id = r.external_id AND a.from_kind = 'company'
         JOIN remote_object c ON c.workspace_id = a.workspace_id AND c.connection = a.connection
             AND c.kind = 'company' AND c.external_id = a.from_id AND c.state = 'present'
         WHERE r.workspace_id = $1 AND r.kind = 'contact' AND r.state = 'present' AND r.local_id IN ({rows})",
    ] {
        found.extend(employments(session, sql, rows.clone()).await?);
    }
    Ok(found)
}

async fn employments(session: &mut Session, sql: &'static str, rows: Vec<[Arg; 1]>) -> Result<Vec<Employment>> {
    session
        .fetch_rows(sql, rows, args![session.workspace()], |row| {
            Ok(Employment { contact: ContactId(row.int(0)?), company: CompanyId(row.int(1)?), primary: row.flag(2)? })
        })
        .await
}
