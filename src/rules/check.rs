//! Reads a tree against a shape and writes down everything that does not fit, to the end of the file. What fits can then be
//! read without asking again.

use std::ops::Range;
use std::sync::Arc;

use super::problem::Problem;
use super::scalar;
use super::shape::{Area, Key, Kind, Shape, Table, Words};
use super::source::Source;
use super::suggest;
use super::yaml::{Content, Entry, Node};

const SECRET_HELP: &str = "keep it outside: `{file: /etc/intentd/token}`, `{env: NAME}` or `{credential: name}`";

/// What is wrong so far in one file, and what of it must not be shown.
pub(crate) struct Checker {
    pub(crate) source: Arc<Source>,
    area: Area,
    problems: Vec<Problem>,
    hidden: Vec<Range<usize>>,
}

impl Checker {
    pub(crate) fn new(source: &Arc<Source>, area: Area) -> Checker {
        Checker { source: source.clone(), area, problems: Vec::new(), hidden: Vec::new() }
    }

    /// Adds a problem of this file; `code` without its area.
    pub(crate) fn report(&mut self, span: &Range<usize>, code: &str, message: impl Into<String>) -> &mut Problem {
        let code = format!("{}::{code}", self.area.as_str());
        self.problems.push(Problem::at(&self.source, span.clone(), code, message));
        self.problems.last_mut().expect("one was just added")
    }

    /// Adds a problem with a line of help.
    pub(crate) fn report_help(&mut self, span: &Range<usize>, code: &str, message: String, help: Option<String>) {
        self.report(span, code, message).help = help;
    }

    /// Whether anything is wrong so far.
    pub(crate) fn count(&self) -> usize {
        self.problems.len()
    }

    /// Keeps a span out of every excerpt of this file.
    pub(crate) fn hide(&mut self, span: &Range<usize>) {
        self.hidden.push(span.clone());
    }

    /// Everything that is wrong; hidden spans are masked in all excerpts.
    pub(crate) fn finish(self) -> Vec<Problem> {
        let mut problems = self.problems;
        if !self.hidden.is_empty() {
            let source = self.source.hiding(&self.hidden);
            for problem in &mut problems {
                problem.shown_from(&source);
            }
        }
        problems
    }

    /// Checks a value.
    pub(crate) fn check(&mut self, node: &Node, shape: &Shape) {
        match (shape, &node.content) {
            (Shape::Either { single, list, map }, content) => {
                let chosen = match content {
                    Content::Scalar { .. } => single,
                    Content::List(_) => list,
                    Content::Map(_) => map,
                    Content::Empty => &None,
                };
                match chosen {
                    Some(shape) => self.check(node, shape),
                    None => self.wrong_type(node, shape),
                }
            }
            (Shape::Named(named), content) => {
                let inner = (named.shape)();
                if takes(inner, content) { self.check(node, inner) } else { self.wrong_type(node, shape) }
            }
            (Shape::Secret, _) => self.secret(node),
            (Shape::List(item), Content::List(items)) => items.iter().for_each(|node| self.check(node, item)),
            (Shape::Map(table), Content::Map(entries)) => self.table(node, entries, table, &[]),
            (Shape::Kinds(kinds), Content::Map(entries)) => self.kinds(node, entries, kinds),
            (Shape::Dictionary { what, names, value }, Content::Map(entries)) => {
                for entry in entries {
                    if *names && !scalar::is_name(&entry.key) {
                        let message = format!("`{}` is not {what}", entry.key);
                        self.report_help(&entry.key_span, "name", message, Some(scalar::name_help(&entry.key)));
                    }
                    self.check(&entry.node, value);
                }
            }
            (Shape::Words(words), Content::Scalar { text, .. }) => self.words(node, text, words),
            (shape, Content::Scalar { text, quoted }) if shape.is_single() => {
                if let Err(refusal) = scalar::check(shape, text, *quoted) {
                    let shown = self.source.excerpt(&node.span).to_owned();
                    let message = refusal.message.replace("{}", &format!("`{shown}`"));
                    self.report_help(&node.span, refusal.code, message, refusal.help);
                }
            }
            _ => self.wrong_type(node, shape),
        }
    }

    fn wrong_type(&mut self, node: &Node, shape: &Shape) {
        if shape.holds_secret() && node.content != Content::Empty {
            return self.misplaced_secret(node);
        }
        let found = match &node.content {
            Content::Scalar { .. } => format!("`{}`", self.source.excerpt(&node.span)),
            _ => node.word().to_owned(),
        };
        let message = format!("{found} is written where {} is expected", shape.expected());
        let help = match (&node.content, shape) {
            (Content::Empty, _) => "write a value after the colon, or remove the key".to_owned(),
            (Content::Scalar { .. }, Shape::List(_)) => "put it into brackets: `[value]`".to_owned(),
            _ => format!("write, for example, `{}`", shape.example()),
        };
        self.report_help(&node.span, "wrong_type", message, Some(help));
    }

    /// Reads a map against its keys; `others` are kinds of map that might have been meant too.
    fn table(&mut self, node: &Node, entries: &[Entry], table: &Table, others: &[Kind]) {
        for entry in entries {
            match table.keys.iter().find(|key| key.name == entry.key) {
                Some(key) => self.check(&entry.node, &key.shape),
                None => {
                    if table.keys.iter().any(|key| key.shape.holds_secret()) {
                        self.hide_all(&entry.node);
                    }
                    self.unknown_key(entry, table, others);
                }
            }
        }
        let missing: Vec<&Key> = table.keys.iter().filter(|key| node.entry(&key.name).is_none()).collect();
        if table.exactly_one {
            let known = table.keys.len() - missing.len();
            if known > 1 || (known == 0 && entries.is_empty()) {
                let names: Vec<&str> = table.keys.iter().map(|key| key.name.as_str()).collect();
                let message = format!("{} holds exactly one key", table.what);
                self.report_help(&node.span, "one_key", message, Some(format!("write one of: {}", names.join(", "))));
            }
            return;
        }
        if table.at_least_one && entries.is_empty() {
            let names: Vec<String> = table.keys.iter().map(|key| format!("`{}`", key.name)).collect();
            let help = format!("write one of {}", names.join(", "));
            self.report_help(&node.span, "missing_key", format!("{} holds nothing", table.what), Some(help));
        }
        // A misspelt key is said once, not again as a missing one.
        let misspelt = |name: &str| {
            entries.iter().any(|entry| {
                table.keys.iter().all(|key| key.name != entry.key) && suggest::nearest(&entry.key, [name]).is_some()
            })
        };
        for key in missing.into_iter().filter(|key| key.required && !misspelt(&key.name)) {
            let message = format!("{} needs the key `{}`", table.what, key.name);
            let help = format!("add `{}: {}`", key.name, key.shape.example());
            self.report_help(&node.span, "missing_key", message, Some(help));
        }
    }

    fn unknown_key(&mut self, entry: &Entry, table: &Table, others: &[Kind]) {
        if others.iter().any(|kind| kind.tag == entry.key) {
            let message = format!("{} does not go together with `{}`", table.what, entry.key);
            let help = "write each into a group of its own: `- {…}` on a line of its own";
            self.report_help(&entry.key_span, "one_key", message, Some(help.into()));
            return;
        }
        let known = || table.keys.iter().map(|key| key.name.as_str());
        let help = suggest::help(&entry.key, known().collect::<Vec<_>>());
        let message = match table.unknown {
            "unknown_key" => format!("{} has no key `{}`", table.what, entry.key),
            _ => format!("there is no {} `{}`", table.what.trim_start_matches("a "), entry.key),
        };
        self.report_help(&entry.key_span, table.unknown, message, help);
    }

    fn kinds(&mut self, node: &Node, entries: &[Entry], kinds: &[Kind]) {
        match kinds.iter().find(|kind| node.entry(kind.tag).is_some()) {
            Some(kind) => self.table(node, entries, &kind.table, kinds),
            None => {
                let tags: Vec<&str> = kinds.iter().map(|kind| kind.tag).collect();
                let misspelt = entries.iter().find_map(|entry| {
                    let known = kinds.iter().any(|kind| kind.table.keys.iter().any(|key| key.name == entry.key));
                    (!known).then(|| suggest::nearest(&entry.key, tags.clone()).map(|tag| (entry, tag)))?
                });
                let (span, message, help) = match misspelt {
                    Some((entry, tag)) => {
                        (&entry.key_span, format!("there is no key `{}`", entry.key), format!("did you mean `{tag}`?"))
                    }
                    None => (&node.span, format!("one of these keys is needed: {}", tags.join(", ")), {
                        format!("add `{}:`", tags.first().copied().unwrap_or_default())
                    }),
                };
                let code = if misspelt.is_some() { "unknown_key" } else { "missing_key" };
                self.report_help(span, code, message, Some(help));
            }
        }
    }

    fn words(&mut self, node: &Node, text: &str, words: &Words) {
        if words.words.iter().any(|(word, _)| word == text) {
            return;
        }
        let shown = self.source.excerpt(&node.span).to_owned();
        if let Some((_, instead)) = words.with_argument.iter().find(|(word, _)| word == text) {
            let message = format!("{} `{text}` needs a value", words.what.trim_start_matches("a "));
            self.report_help(&node.span, "missing_argument", message, Some(format!("write `{instead}`")));
            return;
        }
        let known: Vec<&str> = words.words.iter().chain(&words.with_argument).map(|(word, _)| word.as_str()).collect();
        let what = words.what.trim_start_matches("a ").trim_start_matches("an ");
        let message = format!("there is no {what} `{shown}`");
        self.report_help(&node.span, words.code, message, suggest::help(text, known));
    }

    /// The place of a secret. Whatever else stands here may be the secret itself: it is hidden and never repeated.
    fn secret(&mut self, node: &Node) {
        match &node.content {
            Content::Map(_) if secret_place(node).is_some() => {}
            Content::Map(entries) => {
                self.hide_all(node);
                let named = entries.iter().any(|entry| matches!(entry.key.as_str(), "env" | "credential"));
                let message = match named {
                    true => "this is not the name of a variable or credential",
                    false => "the place of a secret is one of the keys `file`, `env`, `credential`",
                };
                self.report_help(&node.span, "secret_reference", message.to_owned(), Some(SECRET_HELP.into()));
            }
            Content::Empty => self.wrong_type(node, &Shape::Secret),
            Content::Scalar { .. } | Content::List(_) => self.misplaced_secret(node),
        }
    }

    fn misplaced_secret(&mut self, node: &Node) {
        self.hide_all(node);
        let message = "a secret must not be written into this file".to_owned();
        self.report_help(&node.span, "secret_in_yaml", message, Some(SECRET_HELP.into()));
    }

    /// Keeps every value in a tree out of every excerpt.
    fn hide_all(&mut self, node: &Node) {
        match &node.content {
            Content::Map(entries) => entries.iter().for_each(|entry| self.hide_all(&entry.node)),
            Content::List(items) => items.iter().for_each(|item| self.hide_all(item)),
            Content::Scalar { .. } | Content::Empty => self.hide(&node.span),
        }
    }
}

/// Whether a shape has a place for such a value at all.
fn takes(shape: &Shape, content: &Content) -> bool {
    match (shape, content) {
        (_, Content::Empty) => false,
        (Shape::Either { single, .. }, Content::Scalar { .. }) => single.is_some(),
        (Shape::Either { list, .. }, Content::List(_)) => list.is_some(),
        (Shape::Either { map, .. }, Content::Map(_)) => map.is_some(),
        _ => true,
    }
}

/// The one entry of a well-formed place of a secret.
pub(crate) fn secret_place(node: &Node) -> Option<(&Entry, &str)> {
    let [entry] = node.entries() else { return None };
    let text = entry.node.text()?;
    let fits = match entry.key.as_str() {
        "file" => true,
        "env" => scalar::is_variable(text),
        "credential" => is_credential(text),
        _ => false,
    };
    fits.then_some((entry, text))
}

fn is_credential(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 64
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        && !text.starts_with('.')
}
