//! What the daemon says about itself while it works: how log lines look, and how people are named in them (I12).
//! The rules for log lines are in docs/LOGGING.md.

pub mod logging;
pub mod redact;
