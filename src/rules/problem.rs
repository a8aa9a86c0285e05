//! What is wrong with a file, said so that it can be put right: a stable code, the place, one sentence, and one line of help
//! that can be typed. All problems of all files are reported together. No problem repeats a secret (I12).

use std::collections::BTreeSet;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str};
use serde::Serialize;

use super::source::Source;

/// Whether the file can be used in spite of the problem.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    Error,
    Warning,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    pub severity: Severity,
    /// Stable: `mapping::unknown_transform`.
    pub code: String,
    pub file: String,
    /// From 1; 0 when no place in the file is meant.
    pub line: u32,
    /// In characters, from 1; 0 when no place in the file is meant.
    pub column: u32,
    /// Bytes in the file.
    pub span: Range<usize>,
    /// One sentence without a full stop.
    pub message: String,
    /// What to type.
    pub help: Option<String>,
    #[serde(skip)]
    source: Option<Arc<Source>>,
}

impl Problem {
    /// A problem with a place in a file.
    pub fn at(
        source: &Arc<Source>,
        span: Range<usize>,
        code: impl Into<String>,
        message: impl Into<String>,
    ) -> Problem {
        let (line, column) = source.position(span.start);
        Problem {
            severity: Severity::Error,
            code: code.into(),
            file: source.file.clone(),
            line,
            column,
            span,
            message: message.into(),
            help: None,
            source: Some(source.clone()),
        }
    }

    /// A problem with a file as a whole.
    pub fn in_file(file: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Problem {
        Problem {
            severity: Severity::Error,
            code: code.into(),
            file: file.into(),
            line: 0,
            column: 0,
            span: 0..0,
            message: message.into(),
            help: None,
            source: None,
        }
    }

    /// Adds the line of help.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Problem {
        self.help = Some(help.into());
        self
    }

    /// Makes it a warning.
    #[must_use]
    pub fn warning(mut self) -> Problem {
        self.severity = Severity::Warning;
        self
    }

    /// Shows the excerpt of another version of the same text, in which more is hidden.
    pub(crate) fn shown_from(&mut self, source: &Arc<Source>) {
        if self.source.is_some() {
            self.source = Some(source.clone());
        }
    }

    fn render(&self, renderer: &Renderer) -> String {
        let level = match self.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let title = level.primary_title(self.message.as_str()).id(self.code.as_str());
        let mut group: Group<'_> = match &self.source {
            Some(source) => title.element(
                Snippet::source(source.shown.as_str())
                    .path(self.file.as_str())
                    .annotation(AnnotationKind::Primary.span(self.underlined(source))),
            ),
            None => title.element(Origin::path(self.file.as_str())),
        };
        if let Some(help) = &self.help {
            group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
        }
        renderer.render(&[group])
    }

    /// At least one character, at most to the end of the line.
    fn underlined(&self, source: &Source) -> Range<usize> {
        let length = source.shown.len();
        let start = self.span.start.min(length);
        let line_end = source.shown[start..].find(['\n', '\r']).map_or(length, |at| start + at);
        let end = self.span.end.clamp(start, line_end.max(start));
        let end = if source.shown.is_char_boundary(end) { end } else { line_end };
        start..end
    }
}

/// Everything that is wrong, sorted by file and place.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Problems(Vec<Problem>);

impl Problems {
    /// Sorts, and drops what is said twice: also what a refused alias, of which nothing is known, is said not to be.
    pub fn new(mut problems: Vec<Problem>) -> Problems {
        let aliases: BTreeSet<(String, usize)> = problems
            .iter()
            .filter(|problem| problem.code == "yaml::alias")
            .map(|problem| (problem.file.clone(), problem.span.start))
            .collect();
        problems.retain(|problem| {
            problem.code.starts_with("yaml::") || !aliases.contains(&(problem.file.clone(), problem.span.start))
        });
        problems.sort_by(|a, b| {
            (&a.file, a.span.start, &a.code, &a.message).cmp(&(&b.file, b.span.start, &b.code, &b.message))
        });
        problems.dedup_by(|a, b| (&a.file, &a.span, &a.code, &a.message) == (&b.file, &b.span, &b.code, &b.message));
        Problems(problems)
    }

    /// One problem.
    pub fn one(problem: Problem) -> Problems {
        Problems(vec![problem])
    }

    /// In order.
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether any is more than a warning.
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|problem| problem.severity == Severity::Error)
    }

    /// For a terminal, with or without colour; ends with a count.
    pub fn render(&self, color: bool) -> String {
        let renderer = if color { Renderer::styled() } else { Renderer::plain() };
        let mut text = String::new();
        for problem in &self.0 {
            text.push_str(&problem.render(&renderer));
            text.push_str("\n\n");
        }
        let (errors, warnings): (Vec<&Problem>, Vec<&Problem>) =
            self.0.iter().partition(|problem| problem.severity == Severity::Error);
        let mut counts = Vec::new();
        for (count, word) in [(errors.len(), "problem"), (warnings.len(), "warning")] {
            match count {
                0 => {}
                1 => counts.push(format!("1 {word}")),
                count => counts.push(format!("{count} {word}s")),
            }
        }
        text.push_str(&counts.join(", "));
        text.push('\n');
        text
    }

    /// For programs: a list of objects with `code`, `file`, `line`, `column`, `span`, `message`, `help`.
    pub fn to_json(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("problems are plain text and numbers")
    }
}

impl IntoIterator for Problems {
    type Item = Problem;
    type IntoIter = std::vec::IntoIter<Problem>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.render(false).trim_end())
    }
}

impl std::error::Error for Problems {}
