//! Table `prospect`: companies that are not in any CRM, known from visits alone. An organisation that no company stands for yet
//! becomes one: a company without a record at any vendor.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::ObjectKind;

use crate::domain::model::{CompanyId, Fields, Value};
use crate::domain::visit::Organisation;

use super::Tx;
use super::arg::args;
use super::error::Result;
use super::objects::LocalRow;

impl Tx {
    /// The companies that stand for these organisations: by domain, else by the name of a prospect; new ones become prospects.
    pub(super) async fn find_or_insert_prospects(
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

/// Case and space do not tell organisations apart.
fn name_key(organisation: &Organisation) -> String {
    organisation.name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}
