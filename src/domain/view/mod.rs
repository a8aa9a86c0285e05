//! Saved views: named filters over companies, whose members come and go at known instants. Whether a company is in a view is
//! a pure function of its facts and the instant (I3); when it entered follows from that and from what was known before.

mod compiled;
mod membership;

use serde::{Deserialize, Serialize};

use crate::domain::criteria::Criterion;

pub use compiled::CompiledViews;
pub use membership::{Change, Followed, Standing, Step, follow};

/// One saved view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedView {
    /// Stable name, `hot_accounts`: lower-case letters, digits, underscore.
    pub name: String,
    /// For people; also what auto-add writes as record source detail.
    pub title: String,
    /// Over companies. May ask for other views, but not in a circle.
    pub criterion: Criterion,
}
