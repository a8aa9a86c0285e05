//! Which local record an arriving record is: the same as before, one that another connection knows by one of its keys, or a
//! new one; and what its new keys mean for those it was joined with. Joins are never forgotten reasons: when the key that
//! joined two records is no longer shared, they part again. What an admin decided stands above every key.

use std::collections::{BTreeMap, BTreeSet};

use intentd_sdk::record::{ConnectionName, ExternalId};

/// A record at its vendor.
pub type RecordRef = (ConnectionName, ExternalId);

/// A record that looks for its identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    pub external_id: ExternalId,
    /// The primary key first.
    pub keys: Vec<String>,
}

/// A record of a known local record; merged and erased ones are not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bearer {
    pub record: RecordRef,
    pub present: bool,
    /// `None`: they were not loaded, and the store's index of keys is trusted.
    pub keys: Option<Vec<String>>,
}

/// What an admin decided about single records.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decisions {
    /// They join nobody, and nobody joins them.
    pub apart: BTreeSet<RecordRef>,
    /// They stay one, whatever their keys say.
    pub together: BTreeSet<(RecordRef, RecordRef)>,
}

impl Decisions {
    fn binds(&self, a: &RecordRef, b: &RecordRef) -> bool {
        self.together.contains(&(a.clone(), b.clone())) || self.together.contains(&(b.clone(), a.clone()))
    }

    fn joins(&self, a: &Bearer, b: &Bearer) -> bool {
        if self.binds(&a.record, &b.record) {
            return true;
        }
        let apart = self.apart.contains(&a.record) || self.apart.contains(&b.record);
        let shared = match (&a.keys, &b.keys) {
            (Some(a), Some(b)) => a.iter().any(|key| b.contains(key)),
            _ => true,
        };
        !apart && shared
    }
}

/// What the store knows about the incoming records of one page.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Local ids of records seen before on this connection.
    pub by_external_id: BTreeMap<ExternalId, i64>,
    /// Local ids that hold a key, the best first.
    pub by_key: BTreeMap<String, Vec<i64>>,
    /// The records of every local id above, as far as they matter.
    pub bearers: BTreeMap<i64, Vec<Bearer>>,
    pub decisions: Decisions,
}

/// A local record: one that is there, or the n-th new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Local {
    Old(i64),
    New(usize),
}

/// Two local records that turned out to be one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merge {
    pub from: i64,
    pub into: i64,
    /// The record that brought the key.
    pub record: RecordRef,
    pub key: String,
}

/// Records that leave a local record, because they share no key with the rest any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    pub records: Vec<RecordRef>,
    pub from: i64,
    pub to: Local,
}

/// The answer for one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resolution {
    /// In the order of the records.
    pub locals: Vec<Local>,
    /// Records that joined a local record of another connection, with the key they share.
    pub joined: BTreeMap<ExternalId, (i64, String)>,
    /// To be carried out first: who leaves makes room.
    pub partings: Vec<Parting>,
    /// To be carried out in this order, after the partings.
    pub merges: Vec<Merge>,
    /// How many local records are new.
    pub fresh: usize,
}

/// Resolves a page of incoming records of one connection.
///
/// One vendor's two records are two people, whatever their keys say at this moment: a record joins only local records for
/// which no present record of its own connection stands, and by a secondary key only those that its connection never knew.
pub fn resolve(connection: &ConnectionName, incoming: &[Incoming], known: &Known) -> Resolution {
    let bearers = known.bearers.clone();
    let mut page = Page { connection, known, bearers, parted: Vec::new(), answer: Resolution::default() };
    for record in incoming {
        if let Some(bearer) = page.bearer_of(&record.external_id) {
            bearer.keys = Some(record.keys.clone());
        }
    }
    // Who leaves makes room for others of the same page, so all leave before anybody joins.
    for record in incoming {
        page.part(record);
    }
    let parted = page.settle_parted(incoming);
    for record in incoming {
        let local = match parted.get(&record.external_id) {
            Some(local) => *local,
            None => page.place(record),
        };
        page.answer.locals.push(local);
    }
    page.finish()
}

/// Records that leave a local record together.
struct Leaving {
    from: i64,
    bearers: Vec<Bearer>,
    /// It is the arriving record alone that leaves, and it may join others.
    own: Option<ExternalId>,
}

struct Page<'a> {
    connection: &'a ConnectionName,
    known: &'a Known,
    bearers: BTreeMap<i64, Vec<Bearer>>,
    parted: Vec<Leaving>,
    answer: Resolution,
}

impl Page<'_> {
    fn bearer_of(&mut self, id: &ExternalId) -> Option<&mut Bearer> {
        let local = self.known.by_external_id.get(id)?;
        let bearers = self.bearers.get_mut(local)?;
        bearers.iter_mut().find(|bearer| bearer.record.0 == *self.connection && bearer.record.1 == *id)
    }

    fn fresh(&mut self) -> Local {
        self.answer.fresh += 1;
        Local::New(self.answer.fresh - 1)
    }

    /// Where a local id of the store leads after the merges so far.
    fn current(&self, mut id: i64) -> i64 {
        while let Some(merge) = self.answer.merges.iter().find(|merge| merge.from == id) {
            id = merge.into;
        }
        id
    }

    fn place(&mut self, record: &Incoming) -> Local {
        let own = (self.connection.clone(), record.external_id.clone());
        let Some(id) = self.known.by_external_id.get(&record.external_id) else { return self.place_new(own, record) };
        let id = self.current(*id);
        if let Some((holder, key)) = self.holder(&own, record, Some(id)) {
            let (from, into) = (id.max(holder), id.min(holder));
            let moved = self.bearers.remove(&from).unwrap_or_default();
            self.bearers.entry(into).or_default().extend(moved);
            self.answer.merges.push(Merge { from, into, record: own, key });
            return Local::Old(into);
        }
        Local::Old(id)
    }

    fn place_new(&mut self, own: RecordRef, record: &Incoming) -> Local {
        let Some((holder, key)) = self.holder(&own, record, None) else { return self.fresh() };
        self.answer.joined.insert(record.external_id.clone(), (holder, key));
        let bearer = Bearer { record: own, present: true, keys: Some(record.keys.clone()) };
        self.bearers.entry(holder).or_default().push(bearer);
        Local::Old(holder)
    }

    /// The local record that a record may join, and the key by which.
    fn holder(&self, own: &RecordRef, record: &Incoming, own_id: Option<i64>) -> Option<(i64, String)> {
        if self.known.decisions.apart.contains(own) {
            return None;
        }
        let nobody = Vec::new();
        let mine = own_id.map_or(&nobody, |id| self.bearers.get(&id).unwrap_or(&nobody));
        for (index, key) in record.keys.iter().enumerate() {
            for id in self.known.by_key.get(key).into_iter().flatten() {
                let id = self.current(*id);
                if own_id == Some(id) {
                    continue;
                }
                let bearers = self.bearers.get(&id).unwrap_or(&nobody);
                let free = bearers.iter().all(|bearer| {
                    let here = bearer.record.0 == *self.connection;
                    let strict = index > 0 || own_id.is_some();
                    let taken = here && (bearer.present || strict);
                    !taken && !mine.iter().any(|mine| mine.record.0 == bearer.record.0)
                });
                let held = bearers.is_empty()
                    || bearers.iter().any(|bearer| {
                        !self.known.decisions.apart.contains(&bearer.record)
                            && bearer.keys.as_ref().is_none_or(|keys| keys.contains(key))
                    });
                if free && held {
                    return Some((id, key.clone()));
                }
            }
        }
        None
    }

    /// Takes a local record apart when its records do not hang together any more.
    fn part(&mut self, record: &Incoming) {
        let Some(id) = self.known.by_external_id.get(&record.external_id) else { return };
        let Some(bearers) = self.bearers.get(id) else { return };
        let own = (self.connection.clone(), record.external_id.clone());
        let mut components = components(bearers, &self.known.decisions);
        if components.len() < 2 {
            return;
        }
        let is_own = |bearers: &Vec<Bearer>| bearers.iter().any(|one| one.record == own);
        // Those who did not change keep the local record, if they are still there; else the record itself does.
        let stays = components
            .iter()
            .position(|bearers| !is_own(bearers) && bearers.iter().any(|one| one.present))
            .or_else(|| components.iter().position(is_own));
        let Some(stays) = stays else { return };
        self.bearers.insert(*id, components.remove(stays));
        for bearers in components {
            let own = (is_own(&bearers) && bearers.len() == 1).then(|| record.external_id.clone());
            self.parted.push(Leaving { from: *id, bearers, own });
        }
    }

    /// Finds a place for everybody who left; where the arriving ones among them are.
    fn settle_parted(&mut self, incoming: &[Incoming]) -> BTreeMap<ExternalId, Local> {
        let mut places = BTreeMap::new();
        for Leaving { from, bearers, own } in std::mem::take(&mut self.parted) {
            let arriving = own.and_then(|id| incoming.iter().find(|record| record.external_id == id));
            let elsewhere = arriving.and_then(|record| {
                self.holder(&(self.connection.clone(), record.external_id.clone()), record, None)
                    .map(|(holder, key)| (record, holder, key))
            });
            let to = match elsewhere {
                Some((record, holder, key)) => {
                    self.answer.joined.insert(record.external_id.clone(), (holder, key));
                    self.bearers.entry(holder).or_default().extend(bearers.iter().cloned());
                    Local::Old(holder)
                }
                None => self.fresh(),
            };
            let here = bearers.iter().filter(|one| one.record.0 == *self.connection);
            places.extend(here.map(|one| (one.record.1.clone(), to)));
            let records = bearers.into_iter().map(|one| one.record).collect();
            self.answer.partings.push(Parting { records, from, to });
        }
        places
    }

    /// A later record of the page can have led to a merge of what an earlier one was given.
    fn finish(mut self) -> Resolution {
        let merged: BTreeMap<i64, i64> = self.answer.merges.iter().map(|merge| (merge.from, merge.into)).collect();
        let last = |mut id: i64| {
            while let Some(into) = merged.get(&id) {
                id = *into;
            }
            id
        };
        let place = |local: &mut Local| {
            if let Local::Old(id) = local {
                *id = last(*id);
            }
        };
        self.answer.locals.iter_mut().for_each(place);
        for (into, _) in self.answer.joined.values_mut() {
            *into = last(*into);
        }
        self.answer
    }
}

/// Groups of records that hang together, each sorted, the groups in the order of their first records.
pub fn components(bearers: &[Bearer], decisions: &Decisions) -> Vec<Vec<Bearer>> {
    let mut left: Vec<Bearer> = bearers.to_vec();
    left.sort_by(|a, b| a.record.cmp(&b.record));
    let mut groups = Vec::new();
    while !left.is_empty() {
        let mut group = vec![left.remove(0)];
        let mut next = 0;
        while next < group.len() {
            let (near, far): (Vec<Bearer>, Vec<Bearer>) =
                left.into_iter().partition(|other| decisions.joins(&group[next], other));
            left = far;
            group.extend(near);
            next += 1;
        }
        group.sort_by(|a, b| a.record.cmp(&b.record));
        groups.push(group);
    }
    groups
}
