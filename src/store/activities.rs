//! Table `activity_tail`: new activities, each once (I2). An activity whose actor is not known yet is kept and waits; one
//! that is packed into the base already is a duplicate.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::{Actor, ConnectionName, ExternalId, StreamName};

use crate::domain::identity;
use crate::domain::model::{ActivityFact, ActivityObject, ActivityObjectId, ActivityTypeId, ContactId, Country};
use crate::domain::timeline::remote_hash;

use super::activity_words::intern_source;
use super::arg::{Arg, args};
use super::db::Session;
use super::error::Result;
use super::{Store, Tx, merge, timeline};

/// An activity as it shall be stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewActivity {
    /// Unique within connection and stream.
    pub remote_id: String,
    /// An e-mail address in any case.
    pub actor: Actor,
    pub at: Timestamp,
    pub activity_type: ActivityTypeId,
    pub object: ActivityObjectId,
    pub country: Country,
}

/// What became of a page of activities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Appended {
    /// Activities that were not stored before.
    pub inserted: u64,
    /// Different activities of this call that are stored now, new or known before.
    pub present: u64,
    /// Activities of persons that were erased: not stored.
    pub refused: u64,
    /// Contacts that have a new activity.
    pub touched: BTreeSet<ContactId>,
    /// Actors of new activities whom nobody knows.
    pub waiting: BTreeSet<Actor>,
}

/// Where an activity is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineSource {
    Tail,
    Base,
}

/// One activity for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActivityLine {
    /// Whole seconds.
    pub at: Timestamp,
    /// The name of the type.
    pub activity_type: String,
    pub object: ActivityObject,
    pub country: Country,
    pub source: LineSource,
}

/// Who an actor is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Person {
    Contact(i64),
    Erased,
}

impl Tx {
    /// Stores activities of one stream. One with a remote id that is stored already changes nothing (I2).
    pub async fn append_activities(
        &mut self,
        connection: &ConnectionName,
        stream: &StreamName,
        activities: &[NewActivity],
    ) -> Result<Appended> {
        let session = &mut self.session;
        let source_id = intern_source(session, connection, stream).await?;
        let mut seen = BTreeSet::new();
        let distinct: Vec<&NewActivity> =
            activities.iter().filter(|activity| seen.insert(activity.remote_id.as_str())).collect();
        let people = find_people(session, connection, &distinct).await?;
        let mut appended = Appended::default();
        let mut rows = Vec::with_capacity(distinct.len());
        let mut events = Vec::with_capacity(distinct.len());
        for activity in distinct {
            let person = people.get(&normal(&activity.actor)).copied();
            if person == Some(Person::Erased) {
                appended.refused += 1;
                continue;
            }
            let contact = match person {
                Some(Person::Contact(id)) => Some(id),
                _ => None,
            };
            let hash = remote_hash(&format!("{connection}/{stream}/{}", activity.remote_id));
            events.push(timeline::Event { contact, at: activity.at, hash });
            rows.push((activity, contact, hash));
        }
        appended.present = rows.len() as u64;
        let folded = timeline::find_folded(session, &events).await?;
        let workspace = session.workspace();
        let rows = rows
            .into_iter()
            .zip(folded)
            .filter(|(_, folded)| !folded)
            .map(|((activity, contact, hash), _)| {
                let (actor_kind, actor) = if contact.is_some() { (None, None) } else { words(&activity.actor) };
                args![
                    workspace,
                    source_id,
                    &activity.remote_id,
                    contact,
                    actor_kind,
                    actor.as_deref(),
                    activity.at,
                    activity.activity_type.0,
                    activity.object.0,
                    activity.country.0,
                    hash,
                ]
            })
            .collect();
        let inserted = session
            .fetch_rows_once(
                "INSERT INTO activity_tail (workspace_id, source_id, remote_id, contact_id, actor_kind, actor,
                     occurred_at, type_id, object_id, country, remote_hash) {rows}
                 ON CONFLICT (workspace_id, source_id, remote_id) DO NOTHING RETURNING contact_id, actor_kind, actor",
                rows,
                [],
                |row| Ok((row.int_or_null(0)?, row.text_or_null(1)?, row.text_or_null(2)?)),
            )
            .await?;
        appended.inserted = inserted.len() as u64;
        for (contact, kind, actor) in inserted {
            appended.touched.extend(contact.map(ContactId));
            appended.waiting.extend(kind.zip(actor).and_then(|(kind, actor)| actor_of(&kind, actor)));
        }
        Ok(appended)
    }

    /// Gives waiting activities to the contacts that have arrived since; the contacts that got some.
    pub async fn resolve_pending_activities(&mut self, connection: &ConnectionName) -> Result<BTreeSet<ContactId>> {
        let session = &mut self.session;
        let mut touched = BTreeSet::new();
        for (actor_kind, find) in [
            (
                "contact",
                "SELECT DISTINCT t.actor, r.local_id FROM activity_tail t
                 JOIN remote_object r ON r.workspace_id = t.workspace_id AND r.connection = $2 AND r.kind = 'contact'
                     AND r.external_id = t.actor AND r.state <> 'erased'
                 WHERE t.workspace_id = $1 AND t.contact_id IS NULL AND t.actor_kind = 'contact' AND t.source_id IN
                     (SELECT source_id FROM activity_source WHERE workspace_id = $1 AND connection = $2)",
            ),
            (
                "email",
                "SELECT t.actor, MIN(c.id) FROM activity_tail t
                 JOIN contact c ON c.workspace_id = t.workspace_id AND c.email_key = t.actor
                 WHERE t.workspace_id = $1 AND t.contact_id IS NULL AND t.actor_kind = 'email' AND t.source_id IN
                     (SELECT source_id FROM activity_source WHERE workspace_id = $1 AND connection = $2)
                 GROUP BY t.actor",
            ),
            (
                "email",
                "SELECT t.actor, MIN(k.local_id) FROM activity_tail t
                 JOIN secondary_key k ON k.workspace_id = t.workspace_id AND k.kind = 'contact' AND k.match_key = t.actor
                 WHERE t.workspace_id = $1 AND t.contact_id IS NULL AND t.actor_kind = 'email' AND t.source_id IN
                     (SELECT source_id FROM activity_source WHERE workspace_id = $1 AND connection = $2)
                 GROUP BY t.actor",
            ),
        ] {
            let found = session
                .fetch(find, args![session.workspace(), connection], |row| Ok((row.text(0)?, row.int(1)?)))
                .await?;
            touched.extend(found.iter().map(|(_, id)| ContactId(*id)));
            session
                .execute_rows(
                    "WITH v(actor, local_id) AS ({rows})
                     UPDATE activity_tail SET contact_id = v.local_id, actor_kind = NULL, actor = NULL FROM v
                     WHERE activity_tail.workspace_id = $1 AND activity_tail.contact_id IS NULL
                         AND activity_tail.actor_kind = $3 AND activity_tail.actor = v.actor
                         AND activity_tail.source_id IN
                             (SELECT source_id FROM activity_source WHERE workspace_id = $1 AND connection = $2)",
                    found.into_iter().map(|(actor, id)| args![actor, id]).collect(),
                    args![session.workspace(), connection, actor_kind],
                )
                .await?;
        }
        timeline::remove_folded(session, &touched).await?;
        Ok(touched)
    }
}

impl Store {
    /// A contact's activities, newest first.
    pub async fn list_activities(&self, contact: ContactId, limit: usize) -> Result<Vec<ActivityLine>> {
        let mut session = self.read().await?;
        let base = timeline::load_base(&mut session, &[contact]).await?;
        let tail = load_tail(&mut session, &[contact]).await?;
        let packed = base.into_iter().map(|(_, fact)| (fact, LineSource::Base));
        let mut facts: Vec<(ActivityFact, LineSource)> =
            packed.chain(tail.into_iter().map(|(_, fact)| (fact, LineSource::Tail))).collect();
        facts.sort_by(|(a, _), (b, _)| crate::domain::timeline::order(b, a));
        facts.truncate(limit);
        let types: BTreeMap<i64, String> = session
            .fetch_rows(
                "SELECT type_id, name FROM activity_type WHERE workspace_id = $1 AND type_id IN ({rows})",
                facts.iter().map(|(fact, _)| args![fact.activity_type.0]).collect(),
                args![session.workspace()],
                |row| Ok((row.int(0)?, row.text(1)?)),
            )
            .await?
            .into_iter()
            .collect();
        let objects: BTreeMap<i64, ActivityObject> = session
            .fetch_rows(
                "SELECT object_id, attributes FROM activity_object WHERE workspace_id = $1 AND object_id IN ({rows})",
                facts.iter().map(|(fact, _)| args![fact.object.0]).collect(),
                args![session.workspace()],
                |row| Ok((row.int(0)?, row.json(1)?)),
            )
            .await?
            .into_iter()
            .collect();
        Ok(facts
            .into_iter()
            .map(|(fact, source)| ActivityLine {
                at: fact.at,
                activity_type: types.get(&i64::from(fact.activity_type.0)).cloned().unwrap_or_default(),
                object: objects.get(&i64::from(fact.object.0)).cloned().unwrap_or_default(),
                country: fact.country,
                source,
            })
            .collect())
    }
}

/// The activities of these contacts that are not folded yet.
pub(super) async fn load_tail(session: &mut Session, contacts: &[ContactId]) -> Result<Vec<(ContactId, ActivityFact)>> {
    session
        .fetch_rows(
            "SELECT contact_id, occurred_at, type_id, object_id, country, remote_hash FROM activity_tail
             WHERE workspace_id = $1 AND contact_id IN ({rows})",
            contacts.iter().map(|contact| args![*contact]).collect(),
            args![session.workspace()],
            |row| Ok((ContactId(row.int(0)?), read_fact(row, 1)?)),
        )
        .await
}

/// The five columns of a fact, from this one on.
pub(super) fn read_fact(row: &super::row::Row, first: usize) -> Result<ActivityFact> {
    Ok(ActivityFact {
        at: Timestamp::from_secs(row.instant(first)?.as_secs()),
        activity_type: ActivityTypeId(row.small(first + 1)?),
        object: ActivityObjectId(row.small(first + 2)?),
        country: Country(row.small(first + 3)?),
        remote_hash: row.small(first + 4)?,
    })
}

/// E-mail keys are case-folded; so is the address of an actor.
pub(super) fn normal(actor: &Actor) -> Actor {
    match actor {
        Actor::Email(address) => Actor::Email(address.trim().to_lowercase()),
        other => other.clone(),
    }
}

pub(super) fn words(actor: &Actor) -> (Option<&'static str>, Option<String>) {
    match normal(actor) {
        Actor::Contact(id) => (Some("contact"), Some(id.to_string())),
        Actor::Email(address) => (Some("email"), Some(address)),
        Actor::Visitor(visitor) => (Some("visitor"), Some(visitor)),
    }
}

/// The inverse of [`words`].
fn actor_of(kind: &str, actor: String) -> Option<Actor> {
    match kind {
        "contact" => Some(Actor::Contact(ExternalId::new(actor))),
        "email" => Some(Actor::Email(actor)),
        "visitor" => Some(Actor::Visitor(actor)),
        _ => None,
    }
}

/// Who the actors are, as far as known; by normal actor.
async fn find_people(
    session: &mut Session,
    connection: &ConnectionName,
    activities: &[&NewActivity],
) -> Result<BTreeMap<Actor, Person>> {
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    let mut addresses: BTreeSet<String> = BTreeSet::new();
    for activity in activities {
        match &activity.actor {
            Actor::Contact(id) => _ = ids.insert(id.as_str()),
            Actor::Email(_) => addresses.extend(words(&activity.actor).1),
            Actor::Visitor(_) => {}
        }
    }
    let mut people = BTreeMap::new();
    let by_id = session
        .fetch_rows(
            "SELECT external_id, local_id, state FROM remote_object
             WHERE workspace_id = $1 AND connection = $2 AND kind = 'contact' AND external_id IN ({rows})",
            ids.into_iter().map(|id| args![id]).collect(),
            args![session.workspace(), connection],
            |row| {
                let person = if row.text(2)? == "erased" { Person::Erased } else { Person::Contact(row.int(1)?) };
                Ok((Actor::Contact(row.external_id(0)?), person))
            },
        )
        .await?;
    people.extend(by_id);
    let addresses: Vec<[Arg; 1]> = addresses.iter().map(|address| args![address]).collect();
    // Primary addresses come second, so that they win.
    for find in [
        "SELECT match_key, MIN(local_id) FROM secondary_key
         WHERE workspace_id = $1 AND kind = 'contact' AND match_key IN ({rows}) GROUP BY match_key",
        "SELECT email_key, MIN(id) FROM contact
         WHERE workspace_id = $1 AND email_key IN ({rows}) GROUP BY email_key",
    ] {
        let found = session
            .fetch_rows(find, addresses.clone(), args![session.workspace()], |row| {
                Ok((Actor::Email(row.text(0)?), Person::Contact(row.int(1)?)))
            })
            .await?;
        people.extend(found);
    }
    // Whoever is nobody here may be somebody who was erased: their activities must not wait for them to come back.
    let hashes: BTreeMap<String, Actor> = activities
        .iter()
        .map(|activity| normal(&activity.actor))
        .filter(|actor| !people.contains_key(actor))
        .filter_map(|actor| Some((identity::tombstone_of_actor(connection, &actor)?, actor)))
        .collect();
    for hash in merge::find_tombstones(session, hashes.keys()).await? {
        people.insert(hashes[&hash].clone(), Person::Erased);
    }
    Ok(people)
}
