//! Stories about the HubSpot connector, told against the fake HubSpot: nobody is lost, nobody is read or written twice
//! without need, every window ends with a certificate that holds (I14), and doubt is called doubt (I11).
#![cfg(feature = "fake")]

mod activities;
mod cursors;
mod destination;
mod drive;
mod faults;
mod full;
mod incremental;
mod oauth;
mod related;
mod segments;
mod strange;
