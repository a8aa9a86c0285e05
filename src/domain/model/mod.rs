//! The nouns of the core: ids, values, facts.

mod facts;
mod ids;
mod number;
mod value;

pub use facts::{ActivityFact, ActivityObject, ActivityObjectId, ActivityTypeId, ContactFacts, Country, Dictionary};
pub use ids::{CompanyId, ContactId, DealId};
pub use number::{Number, ParseNumberError, Rounding};
pub use value::{FieldName, Fields, Value};
