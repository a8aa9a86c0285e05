//! Properties that flow between two sources, looked at for a batch of contacts: both sides as they are known, what was
//! remembered, and from that what both shall hold. What is written follows by the ordinary diff, in the transaction in which
//! the flow's state is stored (I5, I7).

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::Timestamp;
use intentd_sdk::record::{ConnectionName, ExternalId, ObjectKind, StreamName};
use jiff::tz::TimeZone;

use super::EngineError;
use super::recompute::Target;
use crate::domain::identity::BoundIdentity;
use crate::domain::mapping::FlowPort;
use crate::domain::model::{ContactId, FieldName, Value};
use crate::domain::plan::{FlowRecord, Taken, look_at_records};
use crate::store::{FlowStates, IssueRow, RecordRow, Store, TakenValues};

/// Both sides of a flow were edited, and a person has to decide.
const ASKED: &str = "flow::conflict";

/// A record at its vendor.
type Place = (ConnectionName, ExternalId);

/// What flows want of a batch of contacts.
#[derive(Default)]
pub(super) struct Flowing {
    /// States that changed, to be stored with what they cause.
    pub(super) states: FlowStates,
    /// What a flow decided a contact's field to be, for rules to see.
    pub(super) fields: BTreeMap<ContactId, Vec<(FieldName, Option<Value>)>>,
    /// By record and property: what it shall hold, and what it holds.
    pub(super) wanted: BTreeMap<Place, BTreeMap<String, Wanted>>,
    /// Flows in which a person has to decide from now on.
    pub(super) asked: Vec<(ConnectionName, IssueRow)>,
}

/// One property of one record.
pub(super) struct Wanted {
    /// `None`: whatever it holds.
    pub(super) value: Option<String>,
    pub(super) held: String,
}

/// What is remembered of a batch of contacts.
struct Known {
    states: FlowStates,
    /// What records last took from us.
    taken: BTreeMap<ConnectionName, TakenValues>,
}

impl Known {
    fn taken_of(&self, place: &Shared<'_>) -> Option<&Taken> {
        self.taken.get(&place.record.connection)?.get(&place.record.external_id)?.get(&place.port.property)
    }
}

/// A shared property of one record, with its text.
struct Shared<'a> {
    record: &'a RecordRow,
    name: String,
    port: &'a FlowPort,
    held: String,
}

impl Shared<'_> {
    fn told<'a>(&'a self, taken: Option<&'a Taken>) -> FlowRecord<'a> {
        let at = self.record.modified_at.unwrap_or_default();
        FlowRecord { name: &self.name, value: &self.held, at, taken }
    }
}

/// Looks at the flows of these contacts.
pub(super) async fn look_at(
    store: &Store,
    targets: &[Target],
    contacts: &[ContactId],
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Flowing, EngineError> {
    let mut flowing = Flowing::default();
    let Some(identity) = targets.first().map(|target| &target.mapping.identity) else { return Ok(flowing) };
    let ports = ports(targets);
    if ports.is_empty() {
        return Ok(flowing);
    }
    let ids: Vec<i64> = contacts.iter().map(|contact| contact.0).collect();
    let records = store.load_records(ObjectKind::Contact, &ids).await?;
    let mut taken = BTreeMap::new();
    for target in targets {
        let of_target = |record: &&RecordRow| record.connection == target.connection;
        let ids: Vec<ExternalId> =
            records.values().flatten().filter(of_target).map(|record| record.external_id.clone()).collect();
        taken.insert(target.connection.clone(), store.load_taken(&target.connection, ObjectKind::Contact, &ids).await?);
    }
    let known = Known { states: store.load_flow_states(contacts).await?, taken };
    for (id, records) in &records {
        let contact = ContactId(*id);
        for (flow, ends) in &ports {
            look_at_one(&mut flowing, identity, (contact, records), *flow, ends, &known, (zone, now));
        }
    }
    Ok(flowing)
}

/// The flows that have both ends, each with its connections.
fn ports(targets: &[Target]) -> BTreeMap<usize, [(ConnectionName, FlowPort); 2]> {
    let mut ends: BTreeMap<usize, Vec<(ConnectionName, FlowPort)>> = BTreeMap::new();
    for target in targets {
        for port in target.mapping.ports_of(ObjectKind::Contact) {
            ends.entry(port.flow).or_default().push((target.connection.clone(), port.clone()));
        }
    }
    ends.into_iter()
        .filter_map(|(flow, mut ends)| {
            ends.sort_by_key(|(_, port)| port.side);
            let ends: [(ConnectionName, FlowPort); 2] = ends.try_into().ok()?;
            Some((flow, ends))
        })
        .collect()
}

fn look_at_one(
    flowing: &mut Flowing,
    identity: &BoundIdentity,
    (contact, records): (ContactId, &[RecordRow]),
    flow: usize,
    ends: &[(ConnectionName, FlowPort); 2],
    known: &Known,
    (zone, now): (&TimeZone, Timestamp),
) {
    let Some(rule) = identity.flows.get(flow) else { return };
    let places = ends.each_ref().map(|(connection, port)| {
        let here = records.iter().filter(|record| record.connection == *connection && record.present);
        here.filter_map(|record| {
            Some(Shared {
                record,
                name: format!("{}/{}", record.connection, record.external_id),
                port,
                held: held(record, port)?,
            })
        })
        .collect::<Vec<Shared<'_>>>()
    });
    let sides = places
        .each_ref()
        .map(|places| places.iter().map(|place| place.told(known.taken_of(place))).collect::<Vec<FlowRecord<'_>>>());
    let key = (contact, rule.field.clone());
    let before = known.states.get(&key).cloned().unwrap_or_default();
    let Some(after) = look_at_records(rule, &before, sides.each_ref().map(Vec::as_slice), now) else { return };
    // A flow that goes one way writes nothing where it comes from.
    let written = if rule.conflict.is_none() { &places[1..] } else { &places[..] };
    for place in written.iter().flatten() {
        let wanted = Wanted { value: after.wanted().map(str::to_owned), held: place.held.clone() };
        flowing.wanted.entry(place.record.record()).or_default().insert(place.port.property.clone(), wanted);
    }
    let first = &places[0][0];
    if let Some(text) = after.wanted() {
        let value = first.port.value(Some(text), zone);
        flowing.fields.entry(contact).or_default().push((rule.field.clone(), value));
    }
    if after.asked_at.is_some() && before.asked_at.is_none() {
        let issue = IssueRow {
            stream: StreamName::from("contacts"),
            external_id: Some(first.record.external_id.clone()),
            property: Some(first.port.property.clone()),
            code: ASKED.to_owned(),
            detail: format!("`{}` was edited at both ends; `intentd identity conflicts` lists it", rule.field),
        };
        flowing.asked.push((first.record.connection.clone(), issue));
    }
    if after != before {
        flowing.states.insert(key, after);
    }
}

/// What a record holds in a shared property: what was read last or what it took from us since.
fn held(record: &RecordRow, port: &FlowPort) -> Option<String> {
    match record.owned.get(&port.property) {
        Some(text) => Some(text.clone().unwrap_or_default()),
        // Read before the flow was declared.
        None => record.fields.as_ref().map(|fields| port.text(fields)),
    }
}

/// Takes what flows want into what shall be written to a record. `on_the_way` may have landed or not: whatever is wanted
/// instead is said, also that a property is what it was.
pub(super) fn add_wishes(
    set: &mut BTreeMap<String, String>,
    previous: &mut BTreeMap<String, Option<String>>,
    wishes: &BTreeMap<String, Wanted>,
    on_the_way: Option<&BTreeMap<String, String>>,
) {
    for (property, wanted) in wishes {
        let text = wanted.value.as_ref().unwrap_or(&wanted.held);
        let under_way = on_the_way.is_some_and(|set| set.contains_key(property));
        if under_way || !crate::domain::plan::same_value(text, Some(&wanted.held)) {
            set.insert(property.clone(), text.clone());
            previous.insert(property.clone(), Some(wanted.held.clone()).filter(|held| !held.is_empty()));
        }
    }
}

/// Takes out what is frozen; what is on its way there stays as it is.
pub(super) fn leave_frozen(
    set: &mut BTreeMap<String, String>,
    record: &ExternalId,
    frozen: &BTreeSet<(ExternalId, String)>,
    on_the_way: Option<&BTreeMap<String, String>>,
) {
    for (_, property) in frozen.range((record.clone(), String::new())..).take_while(|(id, _)| id == record) {
        set.remove(property);
        if let Some(value) = on_the_way.and_then(|set| set.get(property)) {
            set.insert(property.clone(), value.clone());
        }
    }
}
