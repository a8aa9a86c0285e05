//! Criteria made ready for many subjects: activity filters resolved against the dictionary, one slot per distinct filter.
//! Holds nothing about any subject.

use super::activity::ActivityFilter;
use super::matcher::Matcher;
use super::tree::{Criterion, Test};
use crate::domain::model::Dictionary;

/// Some criteria that are asked of the same subjects, compiled together: they share one look at the dictionary. Make one
/// per rules version and [`extend`](CompiledCriteria::extend) it as the dictionary grows.
#[derive(Clone, Debug)]
pub struct CompiledCriteria {
    pub(super) roots: Vec<Node>,
    pub(super) matcher: Matcher<usize>,
}

/// As [`Criterion`], with the slot of each activity filter beside it.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "nodes are few, and most of them are leaves")]
pub(super) enum Node {
    All(Vec<Node>),
    Any(Vec<Node>),
    Not(Box<Node>),
    /// The slot is that of [`Test::Activities`]; other tests have none.
    Leaf(Test, Option<usize>),
}

impl CompiledCriteria {
    /// Compiles criteria against the names that activities use today. A criterion is asked by its position.
    pub fn new<'a>(criteria: impl IntoIterator<Item = &'a Criterion>, dictionary: &Dictionary) -> CompiledCriteria {
        let mut filters: Vec<ActivityFilter> = Vec::new();
        let roots = criteria.into_iter().map(|criterion| node(criterion, &mut filters)).collect();
        let mut matcher = Matcher::new(filters.into_iter().enumerate().collect(), &[]);
        matcher.extend(dictionary);
        CompiledCriteria { roots, matcher }
    }

    /// Takes in what the dictionary has got since. Only its new entries cost anything.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        self.matcher.extend(dictionary);
    }

    /// How many criteria there are.
    pub fn len(&self) -> usize {
        self.roots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.roots.is_empty()
    }
}

fn node(criterion: &Criterion, filters: &mut Vec<ActivityFilter>) -> Node {
    match criterion {
        Criterion::All(children) => Node::All(children.iter().map(|child| node(child, filters)).collect()),
        Criterion::Any(children) => Node::Any(children.iter().map(|child| node(child, filters)).collect()),
        Criterion::Not(child) => Node::Not(Box::new(node(child, filters))),
        Criterion::Test(test @ Test::Activities { filter, .. }) => {
            let known = filters.iter().position(|other| other == filter);
            let slot = known.unwrap_or_else(|| {
                filters.push(filter.clone());
                filters.len() - 1
            });
            Node::Leaf(test.clone(), Some(slot))
        }
        Criterion::Test(test) => Node::Leaf(test.clone(), None),
    }
}
