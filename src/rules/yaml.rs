//! The one door for YAML, and the only module that names the YAML library: text in, a tree with positions out, or what is
//! wrong with it. Nothing here knows what a file means. Scalars stay text until a reader asks for a type, so that no word
//! changes its meaning (`no` is the text "no"). Anchors, aliases, tags and merge keys are refused: a file says what it says.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use serde_saphyr::granit_parser::{self, ErrorKind, Event, Parser, ScalarStyle, ScanError};

use super::problem::Problem;
use super::source::Source;

/// No file of ours comes near these.
const MAX_BYTES: usize = 1024 * 1024;
const MAX_NODES: usize = 100_000;
const MAX_DEPTH: usize = 32;

/// A value with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Node {
    pub(crate) content: Content,
    /// For maps and lists: the first key or the first item's beginning.
    pub(crate) span: Range<usize>,
}

/// What a value is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Content {
    /// Nothing after the colon, `~` or `null`.
    Empty,
    Scalar {
        text: String,
        quoted: bool,
    },
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) node: Node,
}

impl Node {
    /// The entry of a map's key.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The value of a map's key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node)
    }

    /// A scalar's text.
    pub(crate) fn text(&self) -> Option<&str> {
        match &self.content {
            Content::Scalar { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The text of a map's key.
    pub(crate) fn text_of(&self, key: &str) -> Option<&str> {
        self.get(key).and_then(Node::text)
    }

    /// A list's items; a single value is a list of itself.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.content {
            Content::List(items) => items,
            Content::Empty => &[],
            _ => std::slice::from_ref(self),
        }
    }

    /// The items of a map's key.
    pub(crate) fn items_of(&self, key: &str) -> &[Node] {
        self.get(key).map_or(&[], Node::items)
    }

    /// A map's entries.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.content {
            Content::Map(entries) => entries,
            _ => &[],
        }
    }

    /// What it is, for people.
    pub(crate) fn word(&self) -> &'static str {
        match &self.content {
            Content::Empty => "nothing",
            Content::Scalar { .. } => "a single value",
            Content::List(_) => "a list",
            Content::Map(_) => "a group of keys",
        }
    }
}

/// A map or list that is still open.
enum Open {
    List {
        items: Vec<Node>,
        span: Range<usize>,
    },
    Map {
        entries: Vec<Entry>,
        key: Option<(String, Range<usize>)>,
        seen: BTreeMap<String, Range<usize>>,
        span: Range<usize>,
    },
}

/// What came of a text: a tree when there is one, and what is wrong. A tree that comes with problems is good enough to look
/// for others in it, and not to be used.
pub(crate) struct Parsed {
    pub(crate) tree: Option<Node>,
    pub(crate) problems: Vec<Problem>,
}

impl Parsed {
    fn nothing(problem: Problem) -> Parsed {
        Parsed { tree: None, problems: vec![problem] }
    }
}

/// Reads one document.
pub(crate) fn parse(source: &Arc<Source>) -> Parsed {
    if source.text.len() > MAX_BYTES {
        let message = format!("the file is larger than {} KiB", MAX_BYTES / 1024);
        let problem = Problem::in_file(&source.file, "yaml::too_large", message);
        return Parsed::nothing(problem.help("split it into several files"));
    }
    if let Some(at) = source.text.find('\0') {
        let problem = Problem::at(source, at..at + 1, "yaml::not_text", "the file holds bytes that are no text");
        return Parsed::nothing(problem.help("save it as UTF-8 text"));
    }
    let options = granit_parser::options! {
        disallow_directives: true,
        emit_unresolved_aliases: true,
        flow_nesting_limit: MAX_DEPTH,
        block_nesting_limit: MAX_DEPTH,
    };
    let mut builder = Builder { source, stack: Vec::new(), root: None, nodes: 0, problems: Vec::new() };
    for next in Parser::new_from_str_with_options(&source.text, options) {
        let stopped = match next {
            Ok((event, span)) => builder.take(event, span.byte_range().unwrap_or(0..0)).is_err(),
            Err(error) => {
                builder.problems.push(syntax(source, &error));
                true
            }
        };
        if stopped {
            return Parsed { tree: None, problems: builder.problems };
        }
    }
    match builder.root {
        Some(root) if root.content != Content::Empty || !builder.problems.is_empty() => {
            Parsed { tree: Some(root), problems: builder.problems }
        }
        _ => {
            let problem = Problem::at(source, 0..0, "yaml::empty", "the file is empty");
            Parsed::nothing(problem.help("write something into it, or remove it"))
        }
    }
}

/// The file cannot be read any further.
struct Stop;

struct Builder<'a> {
    source: &'a Arc<Source>,
    stack: Vec<Open>,
    root: Option<Node>,
    nodes: usize,
    problems: Vec<Problem>,
}

impl Builder<'_> {
    fn take(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), Stop> {
        match event {
            Event::DocumentStart(..) if self.root.is_some() => {
                self.refuse(span, "yaml::two_documents", "the file holds a second document", "remove the `---` line");
                return Err(Stop);
            }
            Event::Alias(_) | Event::UnresolvedAlias(_) => {
                self.refuse(span.clone(), "yaml::alias", "aliases (`*name`) are not read here", "write the value out");
                self.put(Node { content: Content::Empty, span })?;
            }
            Event::Scalar(text, style, anchor, tag) => {
                self.no_decoration(&span, anchor, tag.is_some());
                let quoted = style != ScalarStyle::Plain;
                let empty = !quoted && matches!(text.as_ref(), "" | "~" | "null" | "Null" | "NULL");
                let content = if empty { Content::Empty } else { Content::Scalar { text: text.into_owned(), quoted } };
                self.put(Node { content, span })?;
            }
            Event::SequenceStart(_, anchor, tag) => {
                self.no_decoration(&span, anchor, tag.is_some());
                self.stack.push(Open::List { items: Vec::new(), span });
            }
            Event::MappingStart(_, anchor, tag) => {
                self.no_decoration(&span, anchor, tag.is_some());
                self.stack.push(Open::Map { entries: Vec::new(), key: None, seen: BTreeMap::new(), span });
            }
            Event::SequenceEnd | Event::MappingEnd => match self.stack.pop() {
                Some(Open::List { items, span }) => self.put(Node { content: Content::List(items), span })?,
                Some(Open::Map { entries, span, .. }) => {
                    let span = entries.first().map_or(span, |entry| entry.key_span.clone());
                    self.put(Node { content: Content::Map(entries), span })?;
                }
                None => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn put(&mut self, node: Node) -> Result<(), Stop> {
        self.nodes += 1;
        if self.nodes > MAX_NODES {
            self.refuse(node.span, "yaml::too_large", "the file holds too many values", "split it into several files");
            return Err(Stop);
        }
        match self.stack.last_mut() {
            None => self.root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, key, seen, .. }) => match key.take() {
                None => {
                    let span = node.span.clone();
                    let Content::Scalar { text, .. } = node.content else {
                        self.refuse(span, "yaml::key", "a key must be a word", "write `name: value`");
                        return Err(Stop);
                    };
                    if text == "<<" {
                        let message = "merge keys (`<<`) are not read here";
                        self.problems
                            .push(Problem::at(self.source, span, "yaml::alias", message).help("write the keys out"));
                        return Err(Stop);
                    }
                    *key = Some((text, span));
                }
                Some((name, key_span)) => match seen.get(&name) {
                    Some(first) => {
                        let (line, _) = self.source.position(first.start);
                        let message = format!("the key `{name}` is here twice; the first is in line {line}");
                        let problem = Problem::at(self.source, key_span, "yaml::duplicate_key", message);
                        self.problems.push(problem.help("keep one of them"));
                    }
                    None => {
                        seen.insert(name.clone(), key_span.clone());
                        entries.push(Entry { key: name, key_span, node });
                    }
                },
            },
        }
        Ok(())
    }

    fn no_decoration(&mut self, span: &Range<usize>, anchor: usize, tag: bool) {
        if anchor != 0 {
            self.refuse(span.clone(), "yaml::alias", "anchors (`&name`) are not read here", "remove the `&name`");
        }
        if tag {
            self.refuse(span.clone(), "yaml::tag", "tags (`!name`) are not read here", "remove the `!name`");
        }
    }

    fn refuse(&mut self, span: Range<usize>, code: &str, message: &str, help: &str) {
        self.problems.push(Problem::at(self.source, span, code, message).help(help));
    }
}

/// The parser's complaint in calm words, with what to type where the cause is known.
fn syntax(source: &Arc<Source>, error: &ScanError) -> Problem {
    let at = error.marker().byte_offset().unwrap_or(0).min(source.text.len());
    let (code, message, help) = match error.kind() {
        ErrorKind::RecursionLimitExceeded => {
            ("yaml::too_deep", format!("more than {MAX_DEPTH} levels inside each other"), "use fewer levels")
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => ("yaml::tab", "a tab cannot indent".to_owned(), "use spaces"),
        ErrorKind::UnclosedQuotedScalar => {
            ("yaml::syntax", "the quote that begins here is never closed".to_owned(), "add the closing quote")
        }
        ErrorKind::DirectiveDisallowed => {
            ("yaml::syntax", "directives (`%…`) are not read here".to_owned(), "remove the line")
        }
        ErrorKind::UnclosedFlowCollection { open } => {
            ("yaml::syntax", format!("the `{open}` is never closed"), "add the closing bracket")
        }
        ErrorKind::MappingValueNotAllowed => (
            "yaml::syntax",
            "a colon cannot stand here".to_owned(),
            "check the indentation, and quote a text that holds `: `",
        ),
        ErrorKind::ExpectedBlockSequenceEntry | ErrorKind::ExpectedBlockMappingKey | ErrorKind::InvalidIndentation => (
            "yaml::syntax",
            "this line does not begin where the lines above it do".to_owned(),
            "give the entries of one group the same indentation",
        ),
        ErrorKind::InvalidQuotedScalarIndent => {
            ("yaml::syntax", "a quote above is still open here".to_owned(), "add the closing quote")
        }
        other => ("yaml::syntax", other.to_string(), "check the indentation and the quotes of this and the line above"),
    };
    Problem::at(source, at..at, code, message).help(help)
}
