//! Tables `association`, `owner`, `property_definition`: how records hang together at the vendor, and its definitions.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{
    AssociatedObject, AssociationSet, ConnectionName, ExternalId, ObjectKind, OwnerRecord, PropertyDefinition,
    PropertyType,
};

use super::arg::{Arg, args};
use super::error::Result;
use super::{Store, Tx};

/// One object towards one kind: what an association set is complete for.
type Side = (ObjectKind, ExternalId, ObjectKind);

const PROPERTY_TYPES: [PropertyType; 7] = [
    PropertyType::Text,
    PropertyType::Number,
    PropertyType::Bool,
    PropertyType::Date,
    PropertyType::Datetime,
    PropertyType::Enumeration,
    PropertyType::Other,
];

impl Tx {
    /// Replaces the associations of each set's object towards the set's kind; the objects for which something changed.
    /// Of several sets for the same side the last one counts.
    pub async fn replace_associations(
        &mut self,
        connection: &ConnectionName,
        sets: &[AssociationSet],
    ) -> Result<Vec<(ObjectKind, ExternalId)>> {
        let session = &mut self.session;
        let wanted: BTreeMap<Side, BTreeMap<&ExternalId, &AssociatedObject>> = sets
            .iter()
            .map(|set| {
                let side = (set.from_kind, set.from_id.clone(), set.to_kind);
                (side, set.to.iter().map(|object| (&object.id, object)).collect())
            })
            .collect();
        let sides: Vec<[Arg; 3]> = wanted.keys().map(|(from_kind, from, to)| args![*from_kind, from, *to]).collect();
        let stored = session
            .fetch_rows_once(
                "WITH v(from_kind, from_id, to_kind) AS ({rows})
                 SELECT a.from_kind, a.from_id, a.to_kind, a.to_id, a.is_primary, a.labels FROM v
                 JOIN association a ON a.workspace_id = $1 AND a.connection = $2 AND a.from_kind = v.from_kind
                     AND a.from_id = v.from_id AND a.to_kind = v.to_kind",
                sides,
                args![session.workspace(), connection],
                |row| {
                    let side: Side = (row.kind(0)?, row.external_id(1)?, row.kind(2)?);
                    let object =
                        AssociatedObject { id: row.external_id(3)?, primary: row.flag(4)?, labels: row.json(5)? };
                    Ok((side, object))
                },
            )
            .await?;
        let mut known: BTreeMap<Side, BTreeMap<ExternalId, AssociatedObject>> = BTreeMap::new();
        for (side, object) in stored {
            known.entry(side).or_default().insert(object.id.clone(), object);
        }
        let nothing = BTreeMap::new();
        let changed: Vec<&Side> = wanted
            .iter()
            .filter(|(side, objects)| {
                let known = known.get(side).unwrap_or(&nothing);
                known.len() != objects.len() || objects.iter().any(|(id, object)| known.get(*id) != Some(*object))
            })
            .map(|(side, _)| side)
            .collect();
        let mut emptied: BTreeMap<(ObjectKind, ObjectKind), Vec<[Arg; 1]>> = BTreeMap::new();
        for (from_kind, from, to_kind) in changed.iter().copied() {
            emptied.entry((*from_kind, *to_kind)).or_default().push(args![from]);
        }
        for ((from_kind, to_kind), ids) in emptied {
            session
                .execute_rows(
                    "DELETE FROM association WHERE workspace_id = $1 AND connection = $2 AND from_kind = $3
                         AND from_id IN ({rows}) AND to_kind = $4",
                    ids,
                    args![session.workspace(), connection, from_kind, to_kind],
                )
                .await?;
        }
        let workspace = session.workspace();
        let rows = changed
            .iter()
            .flat_map(|side| {
                let (from_kind, from, to_kind) = side;
                wanted[*side].values().map(move |object| {
                    let labels = Arg::json(&object.labels);
                    args![workspace, connection, *from_kind, from, *to_kind, &object.id, object.primary, labels]
                })
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO association (workspace_id, connection, from_kind, from_id, to_kind, to_id, is_primary,
                     labels) {rows}",
                rows,
                [],
            )
            .await?;
        let objects: BTreeSet<(ObjectKind, ExternalId)> =
            changed.into_iter().map(|(kind, id, _)| (*kind, id.clone())).collect();
        Ok(objects.into_iter().collect())
    }

    /// Stores CRM users.
    pub async fn upsert_owners(&mut self, connection: &ConnectionName, owners: &[OwnerRecord]) -> Result<()> {
        let session = &mut self.session;
        let latest: BTreeMap<&ExternalId, &OwnerRecord> = owners.iter().map(|owner| (&owner.id, owner)).collect();
        let rows = latest
            .into_values()
            .map(|owner| {
                args![session.workspace(), connection, &owner.id, owner.email.as_deref(), &owner.name, owner.archived]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO owner (workspace_id, connection, external_id, email, name, archived) {rows}
                 ON CONFLICT (workspace_id, connection, external_id) DO UPDATE SET email = excluded.email,
                     name = excluded.name, archived = excluded.archived",
                rows,
                [],
            )
            .await?;
        Ok(())
    }

    /// Replaces the vendor's definitions of one kind of object.
    pub async fn replace_property_definitions(
        &mut self,
        connection: &ConnectionName,
        kind: ObjectKind,
        definitions: &[PropertyDefinition],
    ) -> Result<()> {
        let session = &mut self.session;
        session
            .execute(
                "DELETE FROM property_definition WHERE workspace_id = $1 AND connection = $2 AND kind = $3",
                args![session.workspace(), connection, kind],
            )
            .await?;
        let latest: BTreeMap<&str, &PropertyDefinition> =
            definitions.iter().map(|definition| (definition.name.as_str(), definition)).collect();
        let rows = latest
            .into_values()
            .map(|definition| {
                args![
                    session.workspace(),
                    connection,
                    kind,
                    &definition.name,
                    &definition.label,
                    definition.value_type.as_str(),
                    Arg::json(&definition.options),
                    definition.read_only,
                    definition.calculated,
                ]
            })
            .collect();
        session
            .execute_rows(
                "INSERT INTO property_definition (workspace_id, connection, kind, name, label, value_type, options,
                     read_only, calculated) {rows}",
                rows,
                [],
            )
            .await?;
        Ok(())
    }
}

impl Store {
    /// The vendor's definitions of all kinds, by kind and name.
    pub async fn list_property_definitions(&self, connection: &ConnectionName) -> Result<Vec<PropertyDefinition>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT kind, name, label, value_type, options, read_only, calculated FROM property_definition
                 WHERE workspace_id = $1 AND connection = $2 ORDER BY kind, name",
                args![session.workspace(), connection],
                |row| {
                    Ok(PropertyDefinition {
                        kind: row.kind(0)?,
                        name: row.text(1)?,
                        label: row.text(2)?,
                        value_type: row
                            .word(3, |word| PROPERTY_TYPES.into_iter().find(|known| known.as_str() == word))?,
                        options: row.json(4)?,
                        read_only: row.flag(5)?,
                        calculated: row.flag(6)?,
                    })
                },
            )
            .await
    }

    /// CRM users of a connection, by id.
    pub async fn list_owners(&self, connection: &ConnectionName) -> Result<Vec<OwnerRecord>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT external_id, email, name, archived FROM owner
                 WHERE workspace_id = $1 AND connection = $2 ORDER BY external_id",
                args![session.workspace(), connection],
                |row| {
                    Ok(OwnerRecord {
                        id: row.external_id(0)?,
                        email: row.text_or_null(1)?,
                        name: row.text(2)?,
                        archived: row.flag(3)?,
                    })
                },
            )
            .await
    }

    /// What an object is associated with, by kind and id.
    pub async fn list_associations(
        &self,
        connection: &ConnectionName,
        from_kind: ObjectKind,
        from: &ExternalId,
    ) -> Result<Vec<(ObjectKind, AssociatedObject)>> {
        let mut session = self.read().await?;
        session
            .fetch(
                "SELECT to_kind, to_id, is_primary, labels FROM association
                 WHERE workspace_id = $1 AND connection = $2 AND from_kind = $3 AND from_id = $4
                 ORDER BY to_kind, to_id",
                args![session.workspace(), connection, from_kind, from],
                |row| {
                    let object =
                        AssociatedObject { id: row.external_id(1)?, primary: row.flag(2)?, labels: row.json(3)? };
                    Ok((row.kind(0)?, object))
                },
            )
            .await
    }
}
