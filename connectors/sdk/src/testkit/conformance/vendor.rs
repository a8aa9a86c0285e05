//! What the suite asks of a vendor's fake: an account with people and records, an oracle that knows what is true there, and
//! trouble on demand.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::change::{Effect, WantedProperty};
use crate::connector::Connector;
use crate::record::{ExternalId, ObjectKind, StreamName};
use crate::source::Selection;
use crate::testkit::TestClock;

/// What goes wrong with a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The service fails before it has done anything.
    Fails,
    /// The service does what was asked, and the connection breaks before its answer is complete.
    LosesAnswer,
    /// Too many calls within a short time.
    Hurried,
    /// The calls of the day are used up.
    DaySpent,
    /// The credentials are refused, for good.
    Denied,
}

/// Which calls meet trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Strikes {
    /// The n-th of all calls from now on, the first being 1.
    Nth(u64),
    /// The first call that changes something for a push or an effect.
    FirstWrite,
    /// All calls.
    All,
}

/// Something that a vendor can be asked to do to its records.
#[derive(Clone, Debug)]
pub struct Deed {
    pub effect: Effect,
    pub kind: ObjectKind,
    /// Whether the vendor always lets us see afterwards whether it took place.
    pub visible: bool,
}

/// A fake account and what the suite may do to it. It holds at least thirty contacts with several pages in at least one
/// stream, no limits are near, and the same account is made every time.
pub trait Vendor: Send + Sync {
    /// A new connector to the account, as after a restart, on [`Vendor::clock`].
    fn connect(&self) -> Arc<dyn Connector>;

    /// The clock of connector and fake; it jumps over waits until a story makes it stand.
    fn clock(&self) -> TestClock;

    /// What is asked of records; holds for each kind the property that [`Vendor::edit`] writes.
    fn selection(&self) -> Selection;

    /// Calls that reached the vendor so far.
    fn calls(&self) -> u64;

    /// Texts that must never show: tokens, secrets of the client.
    fn secrets(&self) -> Vec<String>;

    /// Kinds whose records people add, edit and delete; the kinds of object streams.
    fn kinds(&self) -> Vec<ObjectKind>;

    /// The records that are there.
    fn live(&self, kind: ObjectKind) -> BTreeSet<ExternalId>;

    /// What the vendor holds.
    fn value(&self, kind: ObjectKind, id: &ExternalId, property: &str) -> Option<String>;

    /// Writes of this record that the vendor took through its API.
    fn writes(&self, kind: ObjectKind, id: &ExternalId) -> u64;

    /// A person adds a record.
    fn add(&self, kind: ObjectKind) -> ExternalId;

    /// A person gives a selected property this value; tells which property it was.
    fn edit(&self, kind: ObjectKind, id: &ExternalId, value: &str) -> String;

    /// A person deletes a record.
    fn delete(&self, kind: ObjectKind, id: &ExternalId);

    /// A person merges one record into another; gives the id of what remains, or `None` where that cannot be done.
    fn merge(&self, kind: ObjectKind, survivor: &ExternalId, absorbed: &ExternalId) -> Option<ExternalId>;

    /// A contact does something; tells on which stream it shows, or `None` where there is no such stream.
    fn act(&self, contact: &ExternalId) -> Option<StreamName>;

    /// A property of contacts that does not exist yet and that takes the texts `one` and `two`; `None` where the vendor lets
    /// nobody make properties.
    fn wanted(&self) -> Option<WantedProperty>;

    /// A property of contacts that exists, may be written, and takes the texts `one` and `two`.
    fn writable(&self) -> String;

    /// A property of contacts and a value that the vendor refuses. The value is somebody's address, which the vendor repeats.
    fn poison(&self) -> (String, String);

    /// What can be done to records, ready to be done: lists and workflows are there, and nobody is on them.
    fn deeds(&self) -> Vec<Deed>;

    /// What the vendor refuses to do, although it does such things.
    fn impossible(&self) -> Vec<Deed>;

    /// How often an effect took hold of a record. For one that can be repeated harmlessly: 1 when it holds.
    fn took_hold(&self, deed: &Deed, id: &ExternalId) -> u64;

    /// Brings trouble.
    fn trouble(&self, trouble: Trouble, strikes: Strikes);

    /// Ends all trouble.
    fn peace(&self);
}
