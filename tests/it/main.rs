//! The program as its users meet it: the real binary against a fake HubSpot on loopback, and the promises that only the
//! whole can keep.

mod account;
mod cli;
mod crash;
mod cycle;
mod docs;
mod guard;
