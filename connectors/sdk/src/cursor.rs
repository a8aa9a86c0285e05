//! Where a reader stands. The engine stores these values and hands them back; only the connector that made them knows
//! what is inside, so a second vendor needs no new column.

use serde::{Deserialize, Serialize};

/// A place inside one window, after the page that carried it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cursor(pub serde_json::Value);

/// What a stream remembers between runs, for example a watermark. Written when all windows of a plan are closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Checkpoint(pub serde_json::Value);

macro_rules! typed {
    ($name:ident) => {
        impl $name {
            /// Wraps a connector's own value.
            ///
            /// # Panics
            /// If the value cannot be written as JSON (a map with keys that are not text), which is a mistake in the connector.
            pub fn of<T: Serialize>(value: &T) -> Self {
                Self(serde_json::to_value(value).expect("cursor types serialise to JSON"))
            }

            /// Reads the connector's own value back; `None` when it was written by an incompatible version.
            pub fn read<T: for<'de> Deserialize<'de>>(&self) -> Option<T> {
                serde_json::from_value(self.0.clone()).ok()
            }
        }
    };
}
typed!(Cursor);
typed!(Checkpoint);
