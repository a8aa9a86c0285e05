//! Stories about reading HubSpot: nobody is lost, nobody is read twice without need, and every window ends with a
//! certificate that holds (I14).
#![cfg(feature = "fake")]

#[path = "streams/activities.rs"]
mod activities;
mod drive;
#[path = "streams/faults.rs"]
mod faults;
#[path = "streams/full.rs"]
mod full;
#[path = "streams/incremental.rs"]
mod incremental;
#[path = "streams/related.rs"]
mod related;
