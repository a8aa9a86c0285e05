//! Buyer intent: whether a company's visits to the admin's pages say that it is about to buy. A pure function of the
//! company's visits, the model and the instant (I3), explained rule by rule (I4).
//!
//! [`IntentModel`] is what the admin wrote, [`CompiledIntent`] the same made ready for the pages that are known,
//! [`evaluate()`] the answer for one company, [`explain()`] the answer with every rule's figures. `recommend` finds pages that
//! converting companies read more than others.

mod compiled;
mod evaluate;
mod explain;
mod model;
mod path;
mod recommend;
mod sweep;
#[cfg(test)]
mod tests;

pub use compiled::CompiledIntent;
pub use evaluate::{Held, IntentEvaluation, MetCriterion, evaluate};
pub use explain::{CriterionExplanation, IntentExplanation, RuleExplanation, explain};
pub use model::{
    IntentModel, MAX_CRITERIA, MAX_DAYS, MAX_EXCLUDED_COMPANIES, PathTest, Visit, VisitRule, Visitor, VisitorCriterion,
};
pub use path::{normal_host, normal_path, under_domain};
pub use recommend::{Conversion, ConversionGoal, PageRow, Ratio, Recommendations, Tag, recommend};
