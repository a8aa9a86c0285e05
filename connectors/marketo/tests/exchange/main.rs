//! Stories about the connector's exchange with Marketo, told against the fake Marketo: large amounts come in through bulk extract,
//! values and effects go out.
#![cfg(feature = "fake")]

mod bulk;
mod destinations;
mod stage;
