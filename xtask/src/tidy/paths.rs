//! The paths that a source file names, made whole: `use a::{b, c::d}` becomes `a::b` and `a::c::d`, and `crate`, `self`
//! and `super` are resolved, so that a rule can look at the first words.

use super::lexer::{Located, Token};
use super::tree::File;

/// Where a path begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// At the top of the crate that the file belongs to.
    Ours,
    /// At a name from outside, or at a local name; only names of crates are of interest.
    Foreign,
}

/// A path that the file names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) origin: Origin,
    /// Never empty for [`Origin::Foreign`].
    pub(super) segments: Vec<String>,
    pub(super) line: usize,
    /// Below `#[cfg(test)]`.
    pub(super) in_test: bool,
}

/// All paths of a file, in order.
pub(super) fn named(file: &File, tokens: &[Located]) -> Vec<Named> {
    let code: Vec<&Located> = tokens.iter().filter(|located| !matches!(located.token, Token::Comment(_))).collect();
    let mut reader = Reader { code: &code, at: 0, scopes: Vec::new(), pending: Scope::default(), found: Vec::new() };
    reader.read(&module_of(&file.path));
    reader.found
}

/// The module that a file is, from the top of its crate.
fn module_of(path: &str) -> Vec<String> {
    let inner = path.split_once("src/").map_or(path, |(_, inner)| inner).trim_end_matches(".rs");
    let mut segments: Vec<String> = inner.split('/').map(str::to_owned).collect();
    if matches!(segments.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        segments.pop();
    }
    segments
}

/// What a pair of braces encloses.
#[derive(Clone, Default)]
struct Scope {
    /// The inline module, if it is one.
    module: Option<String>,
    is_test: bool,
}

struct Reader<'a> {
    code: &'a [&'a Located],
    at: usize,
    scopes: Vec<Scope>,
    /// What is known of the scope that the next brace opens.
    pending: Scope,
    found: Vec<Named>,
}

impl Reader<'_> {
    fn read(&mut self, file_module: &[String]) {
        while let Some(located) = self.code.get(self.at) {
            match &located.token {
                Token::Mark('{') => {
                    let scope = std::mem::take(&mut self.pending);
                    self.scopes.push(scope);
                    self.at += 1;
                }
                Token::Mark('}') => {
                    self.scopes.pop();
                    self.at += 1;
                }
                Token::Mark(';') => {
                    self.pending = Scope::default();
                    self.at += 1;
                }
                Token::Mark('#') if self.is_cfg_test() => {
                    self.pending.is_test = true;
                    self.at += 1;
                }
                Token::Word(word) if word == "mod" => {
                    if let (Some(name), Some(Token::Mark('{'))) = (self.word(1), self.token(2)) {
                        self.pending.module = Some(name.to_owned());
                    }
                    self.at += 1;
                }
                Token::Word(word) if word == "use" => {
                    self.at += 1;
                    for (segments, line) in self.use_tree(&[]) {
                        self.keep(file_module, segments, line);
                    }
                }
                Token::Word(_) if matches!(self.token(1), Some(Token::Separator)) => {
                    let line = located.line;
                    let segments = self.plain_path();
                    self.keep(file_module, segments, line);
                }
                _ => self.at += 1,
            }
        }
    }

    fn token(&self, ahead: usize) -> Option<&Token> {
        self.code.get(self.at + ahead).map(|located| &located.token)
    }

    fn word(&self, ahead: usize) -> Option<&str> {
        match self.token(ahead) {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    /// `#[cfg(test)]`, and what begins like it: `#[cfg(all(test, …))]`.
    fn is_cfg_test(&self) -> bool {
        self.word(2) == Some("cfg")
            && (4..8).map_while(|ahead| self.token(ahead)).any(|token| *token == Token::Word("test".into()))
    }

    /// `a::b::c`, beginning at its first word.
    fn plain_path(&mut self) -> Vec<String> {
        let mut segments = Vec::new();
        while let Some(word) = self.word(0) {
            segments.push(word.to_owned());
            self.at += 1;
            if !matches!(self.token(0), Some(Token::Separator)) {
                break;
            }
            self.at += 1;
        }
        segments
    }

    /// The leaves of a `use` tree, each with its line.
    fn use_tree(&mut self, prefix: &[String]) -> Vec<(Vec<String>, usize)> {
        let line = self.code.get(self.at).map_or(0, |located| located.line);
        let mut segments = prefix.to_vec();
        if matches!(self.token(0), Some(Token::Separator)) {
            self.at += 1;
        }
        segments.extend(self.plain_path());
        match self.token(0) {
            Some(Token::Mark('{')) => {
                self.at += 1;
                let mut leaves = Vec::new();
                loop {
                    match self.token(0) {
                        None => return leaves,
                        Some(Token::Mark('}')) => {
                            self.at += 1;
                            return leaves;
                        }
                        Some(Token::Mark(',')) => self.at += 1,
                        Some(_) => {
                            let before = self.at;
                            leaves.extend(self.use_tree(&segments));
                            // Whatever is not understood is passed over.
                            self.at = self.at.max(before + 1);
                        }
                    }
                }
            }
            Some(Token::Mark('*')) => self.at += 1,
            Some(Token::Word(word)) if word == "as" => self.at += 2,
            _ => {}
        }
        vec![(segments, line)]
    }

    fn keep(&mut self, file_module: &[String], segments: Vec<String>, line: usize) {
        let in_test = self.pending.is_test || self.scopes.iter().any(|scope| scope.is_test);
        let mut words = segments.iter().map(String::as_str).peekable();
        let mut here: Vec<String> = file_module.to_vec();
        here.extend(self.scopes.iter().filter_map(|scope| scope.module.clone()));
        let origin = match words.peek() {
            // The daemon's own name is how its binary and its tests spell `crate`.
            Some(&("crate" | "intentd")) => {
                words.next();
                here.clear();
                Origin::Ours
            }
            Some(&"self") => {
                words.next();
                Origin::Ours
            }
            Some(&"super") => {
                while words.next_if_eq(&"super").is_some() {
                    here.pop();
                }
                Origin::Ours
            }
            Some(_) => {
                here.clear();
                Origin::Foreign
            }
            None => return,
        };
        here.extend(words.map(str::to_owned));
        self.found.push(Named { origin, segments: here, line, in_test });
    }
}

#[cfg(test)]
mod tests {
    use super::super::lexer::tokens;
    use super::*;

    fn texts(path: &str, source: &str) -> Vec<String> {
        let file = File { path: path.to_owned(), text: source.to_owned() };
        let text = |named: Named| format!("{}{}", if named.in_test { "test " } else { "" }, named.segments.join("::"));
        named(&file, &tokens(source)).into_iter().map(text).collect()
    }

    #[test]
    fn trees_are_spread_out_and_relative_paths_resolved() {
        let source =
            "use std::{fmt, io::{self, Read as _}};\nuse super::*;\nuse crate::a::b;\nfn f(x: self::c::D) { e::f(); }";
        assert_eq!(
            texts("src/store/db.rs", source),
            ["std::fmt", "std::io::self", "std::io::Read", "store", "a::b", "store::db::c::D", "e::f"]
        );
    }

    #[test]
    fn what_stands_below_cfg_test_is_marked_and_only_that() {
        let source = "#[cfg(test)]\nuse a::b;\nuse c::d;\n#[cfg(test)]\nmod tests { use super::e; fn f() { g::h() } }\nuse i::j;";
        assert_eq!(texts("src/store/db.rs", source), ["test a::b", "c::d", "test store::db::e", "test g::h", "i::j"]);
    }
}
