//! What a YAML file may hold, as a value: which keys, which words, which ranges, and what each means. The checker reads a file
//! against it and `intentd schema` prints it as JSON Schema, so that the two cannot drift apart. A shape that can stand inside
//! itself is named, and is laid out only as far as a file goes.

/// The area in front of a problem's code: `mapping::unknown_key`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Area {
    Config,
    Mapping,
    Rules,
}

impl Area {
    /// The word in the code.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Area::Config => "config",
            Area::Mapping => "mapping",
            Area::Rules => "rules",
        }
    }
}

/// What a value may be.
#[derive(Clone, Debug)]
pub(crate) enum Shape {
    /// Any single value, kept as the text that was written.
    Text,
    /// Lower-case letters, digits and underscores, beginning with a letter; at most 64.
    Name,
    /// One of some words.
    Words(Words),
    Integer {
        min: i64,
        max: i64,
    },
    /// A decimal number with at most six places.
    Number,
    Bool,
    /// A number with a unit: `5m`. In milliseconds.
    Duration {
        min_ms: i64,
        max_ms: i64,
    },
    /// Whole days: `30d`.
    Days {
        min: i64,
        max: i64,
    },
    /// Where a secret is kept; the secret itself is refused.
    Secret,
    List(Box<Shape>),
    Map(Table),
    /// Free keys with values of one shape.
    Dictionary {
        /// What a key is: "a connection's name".
        what: &'static str,
        /// Whether a key must be a name.
        names: bool,
        value: Box<Shape>,
    },
    /// A map that is told by its first telling key.
    Kinds(Vec<Kind>),
    /// Told apart by whether a single value, a list or a map stands there.
    Either {
        single: Option<Box<Shape>>,
        list: Option<Box<Shape>>,
        map: Option<Box<Shape>>,
    },
    /// A shape with a page of its own, which can stand inside itself. Holds no secret.
    Named(Named),
}

/// A shape with a name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    /// "criterion": also its name in JSON Schema.
    pub(crate) name: &'static str,
    /// "a criterion".
    pub(crate) what: &'static str,
    /// The page of the reference that describes it, without `.md`.
    pub(crate) page: &'static str,
    /// Something that could be typed.
    pub(crate) example: &'static str,
    pub(crate) shape: fn() -> &'static Shape,
}

/// Words that may stand somewhere.
#[derive(Clone, Debug)]
pub(crate) struct Words {
    /// "a type", "a transform".
    pub(crate) what: &'static str,
    /// The code of the problem, without its area.
    pub(crate) code: &'static str,
    /// Word and meaning.
    pub(crate) words: Vec<(String, String)>,
    /// Words that stand here only with something after them, with what to write instead.
    pub(crate) with_argument: Vec<(String, String)>,
}

/// A map with known keys.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    /// "a field mapping".
    pub(crate) what: &'static str,
    pub(crate) keys: Vec<Key>,
    /// Exactly one of the keys must be there.
    pub(crate) exactly_one: bool,
    /// At least one of the keys must be there.
    pub(crate) at_least_one: bool,
    /// The code of an unknown key, without its area.
    pub(crate) unknown: &'static str,
}

/// One known key.
#[derive(Clone, Debug)]
pub(crate) struct Key {
    pub(crate) name: String,
    pub(crate) meaning: String,
    pub(crate) required: bool,
    pub(crate) shape: Shape,
}

/// One kind of map.
#[derive(Clone, Debug)]
pub(crate) struct Kind {
    /// The key that tells.
    pub(crate) tag: &'static str,
    pub(crate) table: Table,
}

impl Shape {
    /// Words with their meanings.
    pub(crate) fn words(what: &'static str, words: &[(&str, &str)]) -> Shape {
        Shape::Words(Words {
            what,
            code: "unknown_word",
            words: words.iter().map(|(word, meaning)| ((*word).to_owned(), (*meaning).to_owned())).collect(),
            with_argument: Vec::new(),
        })
    }

    pub(crate) fn list(item: Shape) -> Shape {
        Shape::List(Box::new(item))
    }

    /// One value, or a list of such values.
    pub(crate) fn one_or_more(item: Shape) -> Shape {
        let list = Shape::list(item.clone());
        match item {
            Shape::Map(_) | Shape::Kinds(_) => {
                Shape::Either { single: None, list: Some(Box::new(list)), map: Some(Box::new(item)) }
            }
            item => Shape::Either { single: Some(Box::new(item)), list: Some(Box::new(list)), map: None },
        }
    }

    /// A single value, a map, or a list of such.
    pub(crate) fn one_or_more_of(single: Shape, map: Shape) -> Shape {
        let item = Shape::single_or_map(single.clone(), map.clone());
        Shape::Either {
            single: Some(Box::new(single)),
            list: Some(Box::new(Shape::list(item))),
            map: Some(Box::new(map)),
        }
    }

    /// A single value or a map.
    pub(crate) fn single_or_map(single: Shape, map: Shape) -> Shape {
        Shape::Either { single: Some(Box::new(single)), list: None, map: Some(Box::new(map)) }
    }

    /// Whether a secret's place is asked for here or further in: then whatever stands here wrongly may be the secret.
    pub(crate) fn holds_secret(&self) -> bool {
        match self {
            Shape::Secret => true,
            Shape::List(item) => item.holds_secret(),
            Shape::Dictionary { value, .. } => value.holds_secret(),
            Shape::Map(table) => table.holds_secret(),
            Shape::Kinds(kinds) => kinds.iter().any(|kind| kind.table.holds_secret()),
            Shape::Either { single, list, map } => {
                [single, list, map].into_iter().flatten().any(|shape| shape.holds_secret())
            }
            Shape::Text
            | Shape::Name
            | Shape::Words(_)
            | Shape::Integer { .. }
            | Shape::Number
            | Shape::Bool
            | Shape::Duration { .. }
            | Shape::Days { .. }
            | Shape::Named(_) => false,
        }
    }

    /// Whether only single values fit.
    pub(crate) fn is_single(&self) -> bool {
        match self {
            Shape::Text
            | Shape::Name
            | Shape::Words(_)
            | Shape::Integer { .. }
            | Shape::Number
            | Shape::Bool
            | Shape::Duration { .. }
            | Shape::Days { .. } => true,
            Shape::Secret
            | Shape::List(_)
            | Shape::Map(_)
            | Shape::Dictionary { .. }
            | Shape::Kinds(_)
            | Shape::Either { .. }
            | Shape::Named(_) => false,
        }
    }

    /// Something that could be typed here.
    pub(crate) fn example(&self) -> String {
        match self {
            Shape::Text => "some text".into(),
            Shape::Name => "some_name".into(),
            Shape::Words(words) => words.words.first().map_or_else(String::new, |(word, _)| word.clone()),
            Shape::Integer { min, max } => 10.clamp(*min, *max).to_string(),
            Shape::Number => "2.5".into(),
            Shape::Bool => "true".into(),
            Shape::Duration { .. } => "5m".into(),
            Shape::Days { .. } => "30d".into(),
            Shape::Secret => "{file: /etc/intentd/token}".into(),
            Shape::Named(named) => named.example.into(),
            Shape::List(item) => format!("[{}]", item.example()),
            Shape::Map(table) => table.example(None),
            Shape::Dictionary { value, .. } => format!("{{name: {}}}", value.example()),
            Shape::Kinds(kinds) => kinds.first().map_or_else(String::new, |kind| kind.table.example(Some(kind.tag))),
            Shape::Either { single, list, map } => {
                [single, map, list].into_iter().flatten().next().map_or_else(String::new, |shape| shape.example())
            }
        }
    }

    /// What may stand here, for people: "a whole number from 1 to 100".
    pub(crate) fn expected(&self) -> String {
        match self {
            Shape::Text => "a text".into(),
            Shape::Name => "a name of lower-case letters, digits and underscores".into(),
            Shape::Words(words) => words.what.into(),
            Shape::Integer { min, max } => format!("a whole number from {min} to {max}"),
            Shape::Number => "a number".into(),
            Shape::Bool => "`true` or `false`".into(),
            Shape::Duration { .. } => "a time with its unit, such as `5m`".into(),
            Shape::Days { .. } => "a number of days, such as `30d`".into(),
            Shape::Secret => "the place of a secret, such as `{file: token.txt}`".into(),
            Shape::Named(named) => named.what.into(),
            Shape::List(_) => "a list".into(),
            Shape::Map(table) => {
                let keys: Vec<String> = table.keys.iter().map(|key| format!("`{}`", key.name)).collect();
                let word = if table.exactly_one { "one of the keys" } else { "the keys" };
                format!("{} with {word} {}", table.what, keys.join(", "))
            }
            Shape::Dictionary { what, .. } => format!("a group of keys, each {what}"),
            Shape::Kinds(kinds) => {
                let tags: Vec<String> = kinds.iter().map(|kind| format!("`{}`", kind.tag)).collect();
                format!("a group of keys with one of {}", tags.join(", "))
            }
            Shape::Either { single, list, map } => {
                let all = [single, list, map].into_iter().flatten().map(|shape| shape.expected());
                all.collect::<Vec<_>>().join(", or ")
            }
        }
    }
}

impl Table {
    pub(crate) fn new(what: &'static str, keys: Vec<Key>) -> Table {
        Table { what, keys, exactly_one: false, at_least_one: false, unknown: "unknown_key" }
    }

    fn holds_secret(&self) -> bool {
        self.keys.iter().any(|key| key.shape.holds_secret())
    }

    /// The required keys, or the first, with something in them.
    fn example(&self, tag: Option<&str>) -> String {
        let needed: Vec<&Key> =
            self.keys.iter().filter(|key| key.required || tag.is_some_and(|tag| tag == key.name)).collect();
        let shown = if needed.is_empty() { self.keys.iter().take(1).collect() } else { needed };
        let pairs: Vec<String> = shown.iter().map(|key| format!("{}: {}", key.name, key.shape.example())).collect();
        format!("{{{}}}", pairs.join(", "))
    }

    /// A map of exactly one of the keys.
    pub(crate) fn one_of(what: &'static str, keys: Vec<Key>) -> Table {
        Table { what, keys, exactly_one: true, at_least_one: false, unknown: "unknown_key" }
    }

    /// A map of at least one of the keys.
    pub(crate) fn some_of(what: &'static str, keys: Vec<Key>) -> Table {
        Table { what, keys, exactly_one: false, at_least_one: true, unknown: "unknown_key" }
    }
}

/// A key that may be left out.
pub(crate) fn optional(name: impl Into<String>, shape: Shape, meaning: impl Into<String>) -> Key {
    Key { name: name.into(), meaning: meaning.into(), required: false, shape }
}

/// A key that must be there.
pub(crate) fn required(name: impl Into<String>, shape: Shape, meaning: impl Into<String>) -> Key {
    Key { name: name.into(), meaning: meaning.into(), required: true, shape }
}
