//! Marketo Engage for intentd. Marketo's words and JSON stay inside this crate: outside it there are contacts, companies,
//! deals, activities and segments.

mod bulk;

#[cfg(feature = "fake")]
pub mod fake;
