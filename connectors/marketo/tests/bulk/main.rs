//! Stories about bulk extraction, told against the fake Marketo: nobody is lost or read twice wherever the reader dies, every
//! window ends with Marketo's own count (I1, I14), and whatever goes wrong at Marketo is made up for or said clearly.
#![cfg(feature = "fake")]

mod dirt;
mod drive;
mod extract;
mod limits;
mod stage;
mod trouble;
