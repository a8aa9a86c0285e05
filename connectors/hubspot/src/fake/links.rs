//! Associations between records: both directions are stored, each with its type ids (documentation: "Associations").

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::kind::Kind;

/// The type ids of one pair of object types: unlabelled forth and back, and primary forth and back.
struct Types {
    from: Kind,
    to: Kind,
    plain: (u32, u32),
    primary: Option<(u32, u32)>,
}

const fn types(from: Kind, to: Kind, forth: u32, back: u32) -> Types {
    Types { from, to, plain: (forth, back), primary: None }
}

const TYPES: &[Types] = &[
    Types { from: Kind::Contact, to: Kind::Company, plain: (279, 280), primary: Some((1, 2)) },
    Types { from: Kind::Company, to: Kind::Deal, plain: (342, 341), primary: Some((6, 5)) },
    types(Kind::Contact, Kind::Deal, 4, 3),
    types(Kind::Contact, Kind::Contact, 449, 449),
    types(Kind::Company, Kind::Company, 450, 450),
    types(Kind::Contact, Kind::Call, 193, 194),
    types(Kind::Contact, Kind::Email, 197, 198),
    types(Kind::Contact, Kind::Meeting, 199, 200),
    types(Kind::Contact, Kind::Note, 201, 202),
    types(Kind::Contact, Kind::Task, 203, 204),
    types(Kind::Contact, Kind::Communication, 82, 81),
    types(Kind::Company, Kind::Call, 181, 182),
    types(Kind::Company, Kind::Email, 185, 186),
    types(Kind::Company, Kind::Meeting, 187, 188),
    types(Kind::Company, Kind::Note, 189, 190),
    types(Kind::Company, Kind::Task, 191, 192),
    types(Kind::Company, Kind::Communication, 88, 87),
    types(Kind::Deal, Kind::Call, 205, 206),
    types(Kind::Deal, Kind::Email, 209, 210),
    types(Kind::Deal, Kind::Meeting, 211, 212),
    types(Kind::Deal, Kind::Note, 213, 214),
    types(Kind::Deal, Kind::Task, 215, 216),
    types(Kind::Deal, Kind::Communication, 86, 85),
];

/// The unlabelled type of a pair, seen from `from`; `None` when the two cannot be associated.
pub fn plain_type(from: Kind, to: Kind) -> Option<u32> {
    pair(from, to).map(|(plain, _)| plain.0)
}

/// The primary type of a pair, seen from `from`.
pub fn primary_type(from: Kind, to: Kind) -> Option<u32> {
    pair(from, to).and_then(|(_, primary)| primary).map(|primary| primary.0)
}

type Pair = ((u32, u32), Option<(u32, u32)>);

fn pair(from: Kind, to: Kind) -> Option<Pair> {
    TYPES.iter().find_map(|types| {
        if types.from == from && types.to == to {
            return Some((types.plain, types.primary));
        }
        if types.from == to && types.to == from {
            let turn = |(forth, back): (u32, u32)| (back, forth);
            return Some((turn(types.plain), types.primary.map(turn)));
        }
        None
    })
}

/// A label that the account's admin made.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Label {
    pub from: Kind,
    pub to: Kind,
    pub type_id: u32,
    pub label: String,
    /// The type id seen from the other side.
    pub inverse: u32,
}

type Ends = BTreeMap<u64, BTreeSet<u32>>;

/// One direction of one association, for the stored state.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Line(Kind, u64, Kind, u64, BTreeSet<u32>);

/// All associations.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Line>", into = "Vec<Line>")]
pub struct Links {
    ends: BTreeMap<(Kind, u64, Kind), Ends>,
}

impl From<Vec<Line>> for Links {
    fn from(lines: Vec<Line>) -> Links {
        let mut links = Links::default();
        for Line(from_kind, from, to_kind, to, types) in lines {
            links.ends.entry((from_kind, from, to_kind)).or_default().insert(to, types);
        }
        links
    }
}

impl From<Links> for Vec<Line> {
    fn from(links: Links) -> Vec<Line> {
        let lines = links.ends.into_iter().flat_map(|((from_kind, from, to_kind), ends)| {
            ends.into_iter().map(move |(to, types)| Line(from_kind, from, to_kind, to, types))
        });
        lines.collect()
    }
}

impl Links {
    /// The records of one type that a record is associated with, and how; by id.
    pub fn of(&self, from_kind: Kind, from: u64, to_kind: Kind) -> Option<&Ends> {
        self.ends.get(&(from_kind, from, to_kind)).filter(|ends| !ends.is_empty())
    }

    /// How many records of one type a record is associated with.
    pub fn count(&self, from_kind: Kind, from: u64, to_kind: Kind) -> usize {
        self.of(from_kind, from, to_kind).map_or(0, BTreeMap::len)
    }

    /// The record that carries the primary type, seen from `from`.
    pub fn primary(&self, from_kind: Kind, from: u64, to_kind: Kind) -> Option<u64> {
        let primary = primary_type(from_kind, to_kind)?;
        self.of(from_kind, from, to_kind)?.iter().find(|(_, types)| types.contains(&primary)).map(|(id, _)| *id)
    }

    /// Every direction of every association.
    pub fn all(&self) -> impl Iterator<Item = (Kind, u64, Kind, u64, &BTreeSet<u32>)> {
        self.ends.iter().flat_map(|((from_kind, from, to_kind), ends)| {
            ends.iter().map(move |(to, types)| (*from_kind, *from, *to_kind, *to, types))
        })
    }

    /// Associates two records without a label; the first company of a contact becomes its primary one.
    pub(crate) fn associate(&mut self, from: (Kind, u64), to: (Kind, u64)) -> bool {
        let Some((plain, primary)) = pair(from.0, to.0) else { return false };
        self.put(from, to, plain);
        if let Some(primary) = primary {
            // The owning side of a primary company is the contact or the deal.
            let (owner, other) = if to.0 == Kind::Company { (from, to) } else { (to, from) };
            if self.primary(owner.0, owner.1, other.0).is_none() {
                self.put(from, to, primary);
            }
        }
        true
    }

    /// Makes an associated company the primary one of a contact or deal, instead of any other.
    pub(crate) fn make_primary(&mut self, from: (Kind, u64), to: (Kind, u64)) {
        let Some((plain, Some(primary))) = pair(from.0, to.0) else { return };
        let (owner, other) = if to.0 == Kind::Company { (from, to) } else { (to, from) };
        let rivals: Vec<u64> =
            self.of(owner.0, owner.1, other.0).into_iter().flat_map(BTreeMap::keys).copied().collect();
        let (forth, back) = if to.0 == Kind::Company { primary } else { (primary.1, primary.0) };
        for rival in rivals {
            self.take(owner, (other.0, rival), forth);
            self.take((other.0, rival), owner, back);
        }
        self.put(from, to, plain);
        self.put(from, to, primary);
    }

    /// Adds one type in both directions.
    pub(crate) fn put(&mut self, from: (Kind, u64), to: (Kind, u64), (forth, back): (u32, u32)) {
        self.ends.entry((from.0, from.1, to.0)).or_default().entry(to.1).or_default().insert(forth);
        self.ends.entry((to.0, to.1, from.0)).or_default().entry(from.1).or_default().insert(back);
    }

    /// Removes one type in one direction.
    pub(crate) fn take(&mut self, from: (Kind, u64), to: (Kind, u64), type_id: u32) {
        if let Some(types) = self.ends.get_mut(&(from.0, from.1, to.0)).and_then(|ends| ends.get_mut(&to.1)) {
            types.remove(&type_id);
        }
    }

    /// Removes every association of two records.
    pub(crate) fn sever(&mut self, from: (Kind, u64), to: (Kind, u64)) {
        for (a, b) in [(from, to), (to, from)] {
            if let Some(ends) = self.ends.get_mut(&(a.0, a.1, b.0)) {
                ends.remove(&b.1);
                if ends.is_empty() {
                    self.ends.remove(&(a.0, a.1, b.0));
                }
            }
        }
    }

    /// Removes every association of a record and gives them back.
    pub(crate) fn sever_all(&mut self, record: (Kind, u64)) -> Vec<(Kind, u64, BTreeSet<u32>)> {
        let mut found = Vec::new();
        for kind in Kind::ALL {
            for (id, types) in self.ends.get(&(record.0, record.1, kind)).cloned().unwrap_or_default() {
                self.sever(record, (kind, id));
                found.push((kind, id, types));
            }
        }
        found
    }

    /// Gives the associations of an absorbed record to the survivor; the survivor keeps its own primary.
    pub(crate) fn move_all(&mut self, absorbed: (Kind, u64), survivor: (Kind, u64)) {
        for (kind, id, types) in self.sever_all(absorbed) {
            if (kind, id) == survivor {
                continue;
            }
            self.associate(survivor, (kind, id));
            let standard = [plain_type(survivor.0, kind), primary_type(survivor.0, kind)];
            for type_id in types.into_iter().filter(|type_id| !standard.contains(&Some(*type_id))) {
                self.ends.entry((survivor.0, survivor.1, kind)).or_default().entry(id).or_default().insert(type_id);
            }
        }
    }
}
