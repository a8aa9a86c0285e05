//! Stories about the Marketo connector, told against the fake Marketo: nobody is lost, nobody is read without need, every
//! window ends with a certificate that holds (I14), and what Marketo refuses is told to the caller as what it is.
#![cfg(feature = "fake")]

mod activities;
mod contacts;
mod drive;
mod refusals;
mod related;
mod segments;
mod tokens;
