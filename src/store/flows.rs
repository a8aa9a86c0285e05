//! Tables `flow_state` and `fight`: what is remembered of properties that two sources share, and of values of ours that
//! somebody else keeps rewriting.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind};

use crate::domain::model::{ContactId, Fields};
use crate::domain::plan::{Fight, FlowState};

use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;
use super::{Store, Tx};

/// A property of one record.
pub type PropertyRef = (ExternalId, String);

/// What is known of the flows of some contacts, by contact and field.
pub type FlowStates = BTreeMap<(ContactId, String), FlowState>;

/// A property that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrozenRow {
    pub connection: ConnectionName,
    pub kind: ObjectKind,
    pub external_id: ExternalId,
    pub property: String,
    pub fight: Fight,
}

impl Tx {
    /// Stores what flows of contacts came to.
    pub async fn put_flow_states(&mut self, states: &FlowStates) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        session
            .execute_rows(
                "INSERT INTO flow_state (workspace_id, kind, local_id, field, state, asked_at) {rows}
                 ON CONFLICT (workspace_id, kind, local_id, field) DO UPDATE SET state = excluded.state,
                     asked_at = excluded.asked_at",
                states
                    .iter()
                    .map(|((contact, field), state)| {
                        args![workspace, ObjectKind::Contact, *contact, field, Arg::json(state), state.asked_at]
                    })
                    .collect(),
                [],
            )
            .await?;
        Ok(())
    }

    /// Stores the fields of contacts, nothing else of them.
    pub async fn set_contact_fields(&mut self, fields: &[(ContactId, &Fields)]) -> Result<()> {
        let session = &mut self.session;
        session
            .execute_rows(
                "WITH v(id, fields) AS ({rows})
                 UPDATE contact SET fields = v.fields FROM v WHERE contact.workspace_id = $1 AND contact.id = v.id",
                fields.iter().map(|(id, fields)| args![*id, Arg::json(*fields)]).collect(),
                args![session.workspace()],
            )
            .await?;
        Ok(())
    }

    /// How often our values in these properties were rewritten; properties without a fight are absent.
    pub async fn find_fights(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        ids: &[ExternalId],
    ) -> Result<BTreeMap<PropertyRef, Fight>> {
        find_fights(&mut self.session, connection, kind, ids).await
    }

    /// Stores fights.
    pub async fn put_fights(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        fights: &BTreeMap<PropertyRef, Fight>,
    ) -> Result<()> {
        let session = &mut self.session;
        let workspace = session.workspace();
        session
            .execute_rows(
                "INSERT INTO fight (workspace_id, connection, kind, external_id, property, rewrites, last_at, frozen_at)
                 {rows}
                 ON CONFLICT (workspace_id, connection, kind, external_id, property) DO UPDATE SET
                     rewrites = excluded.rewrites, last_at = excluded.last_at, frozen_at = excluded.frozen_at",
                fights
                    .iter()
                    .map(|((id, property), fight)| {
                        args![
                            workspace,
                            connection,
                            kind,
                            id,
                            property,
                            i64::from(fight.rewrites),
                            fight.last_at,
                            fight.frozen_at,
                        ]
                    })
                    .collect(),
                [],
            )
            .await?;
        Ok(())
    }

    /// A person looked at it: our values may be written to the property again.
    pub async fn end_fight(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        id: &ExternalId,
        property: &str,
    ) -> Result<u64> {
        let session = &mut self.session;
        session
            .execute(
                "DELETE FROM fight WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND external_id = $4
                     AND property = $5",
                args![session.workspace(), connection, kind, id, property],
            )
            .await
    }
}

impl Store {
    /// What is remembered of the flows of these contacts.
    pub async fn load_flow_states(&self, contacts: &[ContactId]) -> Result<FlowStates> {
        let mut session = self.read().await?;
        let rows = session
            .fetch_rows(
                "SELECT local_id, field, state FROM flow_state
                 WHERE workspace_id = $1 AND kind = 'contact' AND local_id IN ({rows})",
                contacts.iter().map(|contact| args![*contact]).collect::<Vec<[Arg; 1]>>(),
                args![session.workspace()],
                |row| Ok(((ContactId(row.int(0)?), row.text(1)?), row.json(2)?)),
            )
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Properties of these records to which nothing is written until a person decides.
    pub async fn load_frozen(
        &self,
        connection: &ConnectionName,
        kind: ObjectKind,
        ids: &[ExternalId],
    ) -> Result<BTreeSet<PropertyRef>> {
        let fights = find_fights(&mut self.read().await?, connection, kind, ids).await?;
        Ok(fights.into_iter().filter(|(_, fight)| fight.frozen_at.is_some()).map(|(property, _)| property).collect())
    }

    /// What was sent to these records and may have landed or not, by property.
    pub async fn load_on_the_way(
        &self,
        connection: &ConnectionName,
        kind: ObjectKind,
        ids: &[ExternalId],
    ) -> Result<BTreeMap<ExternalId, BTreeMap<String, String>>> {
        let mut session = self.read().await?;
        let rows = session
            .fetch_rows(
                "WITH v(external_id) AS ({rows})
                 SELECT outbox.external_id, outbox.desired FROM v
                 JOIN outbox ON outbox.workspace_id = $1 AND outbox.connection = $2 AND outbox.kind = $3
                     AND outbox.external_id = v.external_id
                     AND outbox.state IN ('planned', 'held', 'sending', 'unknown', 'retry_wait')
                 WHERE outbox.state IN ('sending', 'unknown')",
                ids.iter().map(|id| args![id]).collect::<Vec<[Arg; 1]>>(),
                args![session.workspace(), connection, kind],
                |row| Ok((row.external_id(0)?, row.json(1)?)),
            )
            .await?;
        Ok(rows.into_iter().collect())
    }

    /// Flows in which a person has to decide, oldest first.
    pub async fn list_asked(&self, limit: u32) -> Result<Vec<(ContactId, String, FlowState)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT local_id, field, state FROM flow_state
                 WHERE workspace_id = $1 AND asked_at IS NOT NULL ORDER BY asked_at, local_id, field LIMIT $2",
                args![session.workspace(), limit],
                |row| Ok((ContactId(row.int(0)?), row.text(1)?, row.json(2)?)),
            )
            .await
    }

    /// Properties that are frozen, oldest first.
    pub async fn list_frozen(&self, limit: u32) -> Result<Vec<FrozenRow>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT connection, kind, external_id, property, rewrites, last_at, frozen_at FROM fight
                 WHERE workspace_id = $1 AND frozen_at IS NOT NULL ORDER BY frozen_at, external_id, property LIMIT $2",
                args![session.workspace(), limit],
                |row| {
                    Ok(FrozenRow {
                        connection: row.connection(0)?,
                        kind: row.kind(1)?,
                        external_id: row.external_id(2)?,
                        property: row.text(3)?,
                        fight: Fight {
                            rewrites: row.small(4)?,
                            last_at: row.instant(5)?,
                            frozen_at: row.instant_or_null(6)?,
                        },
                    })
                },
            )
            .await
    }

    /// How many values wait for a person: flows in conflict, frozen properties.
    pub async fn count_conflicts(&self) -> Result<(u64, u64)> {
        let mut session = self.read().await?;
        session
            .fetch_one(
                "SELECT (SELECT COUNT(*) FROM flow_state WHERE workspace_id = $1 AND asked_at IS NOT NULL),
                     (SELECT COUNT(*) FROM fight WHERE workspace_id = $1 AND frozen_at IS NOT NULL)",
                args![session.workspace()],
                |row| Ok((row.count(0)?, row.count(1)?)),
            )
            .await
    }
}

async fn find_fights(
    session: &mut Session,
    connection: &ConnectionName,
    kind: ObjectKind,
    ids: &[ExternalId],
) -> Result<BTreeMap<PropertyRef, Fight>> {
    let rows = session
        .fetch_rows(
            "SELECT external_id, property, rewrites, last_at, frozen_at FROM fight
             WHERE workspace_id = $1 AND connection = $2 AND kind = $3 AND external_id IN ({rows})",
            ids.iter().map(|id| args![id]).collect::<Vec<[Arg; 1]>>(),
            args![session.workspace(), connection, kind],
            |row| {
                let fight =
                    Fight { rewrites: row.small(2)?, last_at: row.instant(3)?, frozen_at: row.instant_or_null(4)? };
                Ok(((row.external_id(0)?, row.text(1)?), fight))
            },
        )
        .await?;
    Ok(rows.into_iter().collect())
}
