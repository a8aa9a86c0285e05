//! Which tests a criterion may hold where it stands: its subject must have the facts, and what is computed later cannot be
//! asked, so that no value depends on itself. The order is that of `domain::criteria::Facts`.

use crate::domain::criteria::Subject;

/// When a criterion is evaluated: it may ask for what was computed in its own layer or before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Layer {
    /// After scores.
    Market,
    /// After intent.
    View,
    /// After person engagement.
    Role,
    /// After the members, completeness and engagement of buying groups.
    Stage,
    Workflow,
}

/// Where a criterion stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    pub(crate) subject: Subject,
    pub(crate) layer: Layer,
    /// Whether there is an enrollment to count from.
    pub(crate) enrollment: bool,
}

/// One kind of test: who can be asked it, and from which layer on.
const TESTS: [(&str, &[Subject], Layer); 15] = {
    use Subject::{BuyingGroup, Company, Contact};
    [
        ("field", &[Contact, Company], Layer::Market),
        ("company_field", &[Contact, Company, BuyingGroup], Layer::Market),
        ("activity", &[Contact, Company, BuyingGroup], Layer::Market),
        ("visits", &[Contact, Company, BuyingGroup], Layer::Market),
        ("segment", &[Contact, Company], Layer::Market),
        ("score", &[Contact], Layer::Market),
        ("label", &[Contact], Layer::Market),
        ("engagement", &[Contact], Layer::Role),
        ("intent", &[Contact, Company, BuyingGroup], Layer::View),
        ("market", &[Contact, Company, BuyingGroup], Layer::Market),
        ("view", &[Contact, Company, BuyingGroup], Layer::View),
        ("in_crm", &[Contact, Company, BuyingGroup], Layer::Market),
        ("goal", &[Contact], Layer::Workflow),
        ("enrolled", &[Contact], Layer::Workflow),
        ("buying_group", &[Contact, Company, BuyingGroup], Layer::Stage),
    ]
};

/// Why a test cannot be asked.
pub(crate) struct Refused {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) help: String,
}

impl Scope {
    /// A criterion over companies or contacts at some layer, with no enrollment.
    pub(crate) const fn of(subject: Subject, layer: Layer) -> Scope {
        Scope { subject, layer, enrollment: false }
    }

    /// Why the test with this key cannot be asked here, if so.
    pub(crate) fn refuses(self, tag: &str) -> Option<Refused> {
        let (_, subjects, layer) = TESTS.iter().find(|(known, ..)| *known == tag)?;
        let (code, message) = if !subjects.contains(&self.subject) {
            ("wrong_subject", format!("`{tag}` cannot be asked of {}", self.who()))
        } else if *layer > self.layer {
            ("too_early", format!("`{tag}` cannot be asked here: it is computed later, {}", self.when()))
        } else {
            return None;
        };
        let known =
            TESTS.iter().filter(|(_, subjects, layer)| subjects.contains(&self.subject) && *layer <= self.layer);
        let known: Vec<String> = known.map(|(tag, ..)| format!("`{tag}`")).collect();
        Some(Refused { code, message, help: format!("what can be asked here: {}", known.join(", ")) })
    }

    fn who(self) -> &'static str {
        match self.subject {
            Subject::Contact => "a contact",
            Subject::Company => "a company",
            Subject::BuyingGroup => "a buying group",
        }
    }

    fn when(self) -> &'static str {
        match self.layer {
            Layer::Market => "after markets",
            Layer::View => "after views",
            Layer::Role => "after the roles of buying groups",
            Layer::Stage => "after the stages of buying groups",
            Layer::Workflow => "after workflows",
        }
    }
}
