//! What is sold, to whom, by which roles and through which stages: all rules about buying groups as one value.

use serde::{Deserialize, Serialize};

use super::signals::SignalModel;
use super::stages::StageModel;
use super::template::RoleTemplate;

/// Everything that an admin says about buying groups.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyingGroupRules {
    pub custom_roles: Vec<CustomRole>,
    pub templates: Vec<RoleTemplate>,
    pub stage_models: Vec<StageModel>,
    pub interests: Vec<SolutionInterest>,
    pub jobs: Vec<CreationJob>,
    pub signals: Option<SignalModel>,
}

/// A role beside the default ones.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomRole {
    pub name: String,
    pub description: String,
}

/// What is sold (Journey Optimizer B2B, "Solution interests").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SolutionInterest {
    /// Unique.
    pub name: String,
    pub description: String,
    /// Name of a live template; fixed for good.
    pub template: String,
    /// Name of a live stage model.
    pub stage_model: Option<String>,
    /// Automatic members follow the template's conditions also after the group was made.
    pub update_existing_groups: bool,
}

/// Makes a group of an interest for every account of an audience, now and when accounts join it later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreationJob {
    pub interest: String,
    pub audience: Audience,
}

/// Accounts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Audience {
    /// A saved view of companies.
    View(String),
    /// A segment of companies at a vendor.
    Segment(String),
    Market(String),
}

impl std::fmt::Display for Audience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Audience::View(name) => write!(f, "view {name}"),
            Audience::Segment(name) => write!(f, "segment {name}"),
            Audience::Market(name) => write!(f, "market {name}"),
        }
    }
}

impl BuyingGroupRules {
    /// An interest by its name.
    pub fn interest(&self, name: &str) -> Option<&SolutionInterest> {
        self.interests.iter().find(|interest| interest.name == name)
    }

    /// A template by its name.
    pub fn template(&self, name: &str) -> Option<&RoleTemplate> {
        self.templates.iter().find(|template| template.name == name)
    }

    /// A stage model by its name.
    pub fn stage_model(&self, name: &str) -> Option<&StageModel> {
        self.stage_models.iter().find(|model| model.name == name)
    }

    /// The template of an interest.
    pub fn template_of(&self, interest: &str) -> Option<&RoleTemplate> {
        self.interest(interest).and_then(|interest| self.template(&interest.template))
    }

    /// The stage model of an interest.
    pub fn stages_of(&self, interest: &str) -> Option<&StageModel> {
        let model = self.interest(interest)?.stage_model.as_deref()?;
        self.stage_model(model)
    }
}
