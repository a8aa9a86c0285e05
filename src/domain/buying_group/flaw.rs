//! What is wrong with a template, a stage model or a signal table, so that whoever reads a file can point at the place.

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flaw {
    /// Position of the role, stage or solution that is meant; `None`: the whole.
    pub item: Option<usize>,
    /// Stable: `no_success_stage`.
    pub code: &'static str,
    /// One sentence without a full stop.
    pub message: String,
    /// What to do.
    pub help: String,
}

impl Flaw {
    pub(super) fn whole(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Flaw {
        Flaw { item: None, code, message: message.into(), help: help.into() }
    }

    pub(super) fn item(item: usize, code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Flaw {
        Flaw { item: Some(item), code, message: message.into(), help: help.into() }
    }
}
