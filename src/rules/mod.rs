//! YAML text in, checked domain values out, or everything that is wrong with it, at once and with places.
//!
//! A file goes: text → tree with positions ([`yaml`], the only module that names the YAML library) → checked against its
//! shape ([`shape`], [`check`]) → read into domain values → cross-checked with the other files. The shapes are also what
//! `intentd schema` prints. Nothing here reads the environment or a vendor; files are read in [`load`] only.

mod activity_read;
mod case_read;
pub(crate) mod check;
mod criteria_read;
mod criteria_scope;
mod criteria_shape;
#[cfg(test)]
mod criteria_tests;
mod cross;
mod defaults;
mod engagement_read;
mod engagement_shape;
mod examples;
mod group_read;
mod group_shape;
#[cfg(test)]
mod group_tests;
mod identity_check;
mod identity_read;
mod identity_shape;
mod intent_read;
mod intent_shape;
mod json_schema;
mod mapping_read;
mod mapping_shape;
mod market_read;
mod market_shape;
mod problem;
#[cfg(test)]
mod reading_tests;
mod reference;
mod references;
mod rules_shape;
pub(crate) mod scalar;
mod score_read;
mod score_shape;
mod set;
pub(crate) mod shape;
mod signal_read;
pub(crate) mod source;
mod stage_read;
pub(crate) mod suggest;
mod template_read;
mod values;
mod vendor_check;
mod view_read;
mod view_shape;
mod workflow_read;
mod workflow_shape;
pub(crate) mod yaml;

pub use defaults::shipped;
pub use examples::{run_examples, run_folder_examples, shipped_examples};
pub use identity_check::check_connections;
pub use intent_read::RecommendationRules;
pub(crate) use json_schema::document;
pub use json_schema::schemas;
pub use problem::{Problem, Problems, Severity};
pub(crate) use reference::page;
pub use reference::reference_pages;
pub(crate) use set::read_text;
pub use set::{RuleSet, from_sources, load, scores_from_text};
pub use vendor_check::{check_schema, check_segments};
