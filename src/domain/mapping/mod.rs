//! From a vendor's properties to our fields, from a vendor's activities to ours, and from our values back to the vendor's
//! properties. A mapping is a checked value that `rules` built; nothing here reads YAML, and nothing here waits.

mod activities;
mod apply;
mod compiled;
mod desired;
mod ports;
pub mod transforms;

pub use apply::{MappedActivity, MappedObject, ValueProblem};
pub use compiled::{
    ActivityMapping, ActivityOutcome, AttributeSource, ConflictRule, FieldMapping, FieldType, MappingSet, WriteMapping,
};
pub use desired::{Values, wire_text};
pub use ports::{FlowPort, WRITABLE, is_writable, property_type};
