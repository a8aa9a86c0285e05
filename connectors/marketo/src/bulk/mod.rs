//! Bulk extraction (Marketo: "Bulk Extract"): Marketo prepares a file for a stretch of time, which is read in pieces and
//! compared with its checksum. Many records for few calls: the way for a first load and for long stretches. A stream plans
//! its windows with [`plan`] and hands them to [`read`]; the cursor is the whole state of an export, so a process that
//! dies at any step goes on there (I1, I11), and every window ends with Marketo's own number of records (I14).

mod csv;
mod digest;
mod exports;
mod job;
mod numbers;
mod read;
mod rows;
mod step;
mod windows;

pub(crate) use exports::supports_updated_at;
pub(crate) use numbers::without_empty_decimals;
pub(crate) use read::{Pace, read};
pub(crate) use windows::{Export, Filter, is_bulk, plan};
