//! Which rules an activity concerns, looked up by the numbers of its type and object. All filters are tried once per
//! dictionary entry when the score is compiled, so that an activity costs one lookup however many rules there are.

use std::collections::BTreeMap;

use super::activity::ActivityFilter;
use crate::domain::model::{ActivityFact, ActivityObject, ActivityObjectId, Dictionary};

/// Numbers of dictionary entries up to this are kept in a plain array.
const DENSE: usize = 1 << 22;

/// A value per activity object; numbers that are not in it have the blank value.
#[derive(Clone, Debug, Default)]
struct ByObject {
    blank: u32,
    dense: Vec<u32>,
    sparse: BTreeMap<u32, u32>,
}

impl ByObject {
    fn get(&self, object: ActivityObjectId) -> u32 {
        match self.dense.get(object.0 as usize) {
            Some(value) => *value,
            None => self.sparse.get(&object.0).copied().unwrap_or(self.blank),
        }
    }

    fn put(&mut self, object: ActivityObjectId, value: u32) {
        let at = object.0 as usize;
        if at >= DENSE {
            self.sparse.insert(object.0, value);
            return;
        }
        if self.dense.len() <= at {
            self.dense.resize(at + 1, self.blank);
        }
        self.dense[at] = value;
    }
}

/// The slots of one activity type.
#[derive(Clone, Debug)]
struct ByType {
    /// Positions in [`Matcher::filters`] that name this type.
    filters: Vec<usize>,
    /// Whether no filter looks at the object, so that the blank value serves all.
    uniform: bool,
    sets: ByObject,
}

/// Values of one attribute as numbers: equal values have equal numbers, 0 is a missing attribute.
#[derive(Clone, Debug)]
struct Keys {
    attribute: String,
    numbers: BTreeMap<String, u32>,
    keys: ByObject,
}

/// All filters of a score against a dictionary.
#[derive(Clone, Debug)]
pub struct Matcher<S> {
    filters: Vec<(S, ActivityFilter)>,
    types: Vec<Option<ByType>>,
    keys: Vec<Keys>,
    /// Distinct sets of slots; the first is empty.
    sets: Vec<Box<[S]>>,
    numbers: BTreeMap<Box<[S]>, u32>,
    next_object: u32,
}

impl<S: Copy + Ord> Matcher<S> {
    pub fn new(filters: Vec<(S, ActivityFilter)>, attributes: &[String]) -> Matcher<S> {
        let keys = attributes
            .iter()
            .map(|attribute| Keys { attribute: attribute.clone(), numbers: BTreeMap::new(), keys: ByObject::default() })
            .collect();
        let mut matcher =
            Matcher { filters, keys, types: Vec::new(), sets: Vec::new(), numbers: BTreeMap::new(), next_object: 0 };
        matcher.number_of(Vec::new());
        matcher
    }

    /// Takes in what the dictionary has beyond the last call. Numbers are never reused and new ones are higher.
    pub fn extend(&mut self, dictionary: &Dictionary) {
        let first_new = ActivityObjectId(self.next_object);
        let mut known: Vec<usize> = Vec::new();
        for (id, name) in &dictionary.types {
            let at = usize::from(id.0);
            if self.types.len() <= at {
                self.types.resize(at + 1, None);
            }
            if self.types[at].is_some() {
                known.push(at);
                continue;
            }
            let filters: Vec<usize> =
                (0..self.filters.len()).filter(|at| self.filters[*at].1.activity_type == *name).collect();
            if filters.is_empty() {
                continue;
            }
            let uniform = filters.iter().all(|at| self.filters[*at].1.tests.is_empty());
            let blank = self.set_of(&filters, &ActivityObject::new());
            let mut by_type = ByType { filters, uniform, sets: ByObject { blank, ..ByObject::default() } };
            self.add_objects(&mut by_type, dictionary, ActivityObjectId(0));
            self.types[at] = Some(by_type);
        }
        for at in known {
            if let Some(mut by_type) = self.types[at].take() {
                self.add_objects(&mut by_type, dictionary, first_new);
                self.types[at] = Some(by_type);
            }
        }
        for Keys { attribute, numbers, keys } in &mut self.keys {
            for (id, object) in dictionary.objects.range(first_new..) {
                if let Some(value) = object.get(attribute) {
                    let next = u32::try_from(numbers.len() + 1).unwrap_or(u32::MAX);
                    keys.put(*id, *numbers.entry(value.clone()).or_insert(next));
                }
            }
        }
        if let Some((last, _)) = dictionary.objects.last_key_value() {
            self.next_object = self.next_object.max(last.0.saturating_add(1));
        }
    }

    /// The rules that this activity concerns.
    pub fn slots(&self, fact: &ActivityFact) -> &[S] {
        match self.types.get(usize::from(fact.activity_type.0)) {
            Some(Some(by_type)) => {
                let set = if by_type.uniform { by_type.sets.blank } else { by_type.sets.get(fact.object) };
                &self.sets[set as usize]
            }
            Some(None) | None => &[],
        }
    }

    /// The number of an attribute's value (the attribute by its position in `attributes`), 0 when it is missing.
    pub fn key(&self, attribute: usize, fact: &ActivityFact) -> u32 {
        self.keys[attribute].keys.get(fact.object)
    }

    fn add_objects(&mut self, by_type: &mut ByType, dictionary: &Dictionary, from: ActivityObjectId) {
        if by_type.uniform {
            return;
        }
        for (id, object) in dictionary.objects.range(from..) {
            let set = self.set_of(&by_type.filters, object);
            by_type.sets.put(*id, set);
        }
    }

    fn set_of(&mut self, filters: &[usize], object: &ActivityObject) -> u32 {
        let mut slots: Vec<S> =
            filters.iter().filter(|at| self.filters[**at].1.meets(object)).map(|at| self.filters[*at].0).collect();
        slots.sort_unstable();
        slots.dedup();
        self.number_of(slots)
    }

    fn number_of(&mut self, slots: Vec<S>) -> u32 {
        let slots = slots.into_boxed_slice();
        if let Some(number) = self.numbers.get(&slots) {
            return *number;
        }
        let number = u32::try_from(self.sets.len()).unwrap_or(u32::MAX);
        self.sets.push(slots.clone());
        self.numbers.insert(slots, number);
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::criteria::{AttributeTest, TextOperator};
    use crate::domain::model::{ActivityTypeId, Country};
    use intentd_sdk::Timestamp;

    fn object(attribute: &str, value: &str) -> ActivityObject {
        ActivityObject::from([(attribute.to_owned(), value.to_owned())])
    }

    fn fact(activity_type: u16, object: u32) -> ActivityFact {
        ActivityFact {
            at: Timestamp::EPOCH,
            activity_type: ActivityTypeId(activity_type),
            object: ActivityObjectId(object),
            country: Country(0),
            remote_hash: 0,
        }
    }

    fn filter(activity_type: &str, tests: &[(&str, TextOperator, &[&str])]) -> ActivityFilter {
        let tests = tests.iter().map(|(attribute, operator, values)| AttributeTest {
            attribute: (*attribute).to_owned(),
            operator: *operator,
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        });
        ActivityFilter { activity_type: activity_type.to_owned(), tests: tests.collect() }
    }

    fn rules_of(matcher: &Matcher<usize>, fact: &ActivityFact) -> Vec<usize> {
        matcher.slots(fact).to_vec()
    }

    #[test]
    fn filters_are_tried_on_attributes_and_growing_dictionaries() {
        use TextOperator::{Contains, DoesNotContain, DoesNotEqual, Equals, StartsWith};
        let filters = [
            filter("visit", &[]),
            filter("visit", &[("path", Equals, &["/price", "/demo"])]),
            filter("visit", &[("path", DoesNotEqual, &["/price"])]),
            filter("visit", &[("path", Contains, &["rice"])]),
            filter("visit", &[("path", DoesNotContain, &["rice", "emo"])]),
            filter("visit", &[("path", StartsWith, &["/pr"]), ("path", Contains, &["x"])]),
            filter("click", &[]),
        ];
        let slots = filters.into_iter().enumerate();
        let mut matcher = Matcher::new(slots.collect(), &["path".to_owned()]);
        let mut dictionary = Dictionary::default();
        dictionary.types.insert(ActivityTypeId(1), "visit".to_owned());
        dictionary.objects.insert(ActivityObjectId(1), object("path", "/price"));
        matcher.extend(&dictionary);
        assert_eq!(rules_of(&matcher, &fact(1, 1)), [0, 1, 3]);
        assert_eq!(rules_of(&matcher, &fact(1, 0)), [0, 2, 4], "no object: only the negative tests pass");
        assert_eq!(rules_of(&matcher, &fact(2, 1)), [0_usize; 0], "a type that nobody has named yet");

        dictionary.types.insert(ActivityTypeId(2), "click".to_owned());
        dictionary.objects.insert(ActivityObjectId(2), object("path", "/prix"));
        dictionary.objects.insert(ActivityObjectId(u32::MAX), object("path", "/price"));
        matcher.extend(&dictionary);
        assert_eq!(rules_of(&matcher, &fact(2, 1)), [6]);
        assert_eq!(rules_of(&matcher, &fact(1, 2)), [0, 2, 4, 5]);
        assert_eq!(rules_of(&matcher, &fact(1, u32::MAX)), [0, 1, 3]);
        assert_eq!(matcher.key(0, &fact(1, 1)), matcher.key(0, &fact(1, u32::MAX)));
        assert_ne!(matcher.key(0, &fact(1, 1)), matcher.key(0, &fact(1, 2)));
        assert_eq!(matcher.key(0, &fact(1, 0)), 0);
    }
}
