//! A fake Marketo: a stateful HTTP program that behaves, and above all refuses, as Marketo's documentation and its users'
//! reports say Marketo does. It serves the demo, `intentd fake marketo`, tests and benches. It keeps no secret and proves
//! nothing about the real service that the reference behind it got wrong.
//!
//! Routes are plain functions over the account, called one at a time under a lock; only the edge here is asynchronous.

mod account;
mod activities;
mod activity_types;
mod call;
mod campaigns;
mod chance;
mod config;
mod csv;
mod edge;
mod errors;
mod exports;
mod faults;
mod fields;
mod flow;
mod identity;
mod instants;
mod leads;
mod limits;
mod lists;
mod object_shapes;
mod objects;
mod programs;
mod routes;
mod seed;
mod state;
mod token;

pub use account::{Account, Partition, Writer};
pub use activities::{Activities, Activity};
pub use activity_types::{ActivityTypes, CustomAttribute, CustomType};
pub use call::Stats;
pub use campaigns::{Campaign, CampaignType, Campaigns, Qualification, Step};
pub use config::{FakeConfig, Limits, Oddities, Scale, SharedPerson};
pub use edge::FakeMarketo;
pub use faults::{Fault, FaultKind};
pub use fields::{Field, Fields, Home};
pub use leads::{Lead, Leads};
pub use lists::{Lists, StaticList};
pub use objects::{Object, ObjectKind, Objects};
pub use programs::{Channel, Email, Member, Program, Programs, Status};
