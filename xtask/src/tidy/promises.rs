//! The promises of docs/INVARIANTS.md are kept where the code says so, and proven by tests that name them: each promise is
//! cited in a comment of the product (`I5`), and named by a test (`i5_…` in its name, or `// I5` in a test file).
//! A promise whose subject does not exist yet says so in the document (`Waits for:`) and is only reported.

use std::collections::{BTreeMap, BTreeSet};

use super::Finding;
use super::lexer::{Located, Token, tokens};
use super::tree::{File, Tree};

const DOCUMENT: &str = "docs/INVARIANTS.md";

/// A promise as the document has it.
#[derive(Debug)]
struct Promise {
    line: usize,
    /// What must exist before it can be kept.
    waits_for: Option<String>,
}

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let Some(document) = tree.get(DOCUMENT) else {
        return vec![Finding::new(DOCUMENT, 0, "is missing; it defines the promises that the code cites")];
    };
    let promises = promises(document);
    let mut cited = BTreeSet::new();
    let mut tested = BTreeSet::new();
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with(".rs") && !file.path.starts_with("xtask/")) {
        let tokens = tokens(&file.text);
        for (number, line) in citations(&tokens) {
            if !promises.contains_key(&number) {
                let message =
                    format!("cites I{number}, which {DOCUMENT} does not define; add it there or correct the number");
                findings.push(Finding::new(&file.path, line, message));
            }
            if file.is_product_source() && !file.is_test_source() {
                cited.insert(number);
            }
            if file.is_test_source() {
                tested.insert(number);
            }
        }
        tested.extend(test_names(&tokens));
    }
    for (number, promise) in &promises {
        let (cited, tested) = (cited.contains(number), tested.contains(number));
        if promise.waits_for.is_some() {
            if cited && tested {
                let message = format!("I{number} is cited and tested by now; remove its line `Waits for:`");
                findings.push(Finding::new(DOCUMENT, promise.line, message));
            }
            continue;
        }
        if !cited {
            let message = format!("no code cites I{number}; write `I{number}` into the comment where it is kept");
            findings.push(Finding::new(DOCUMENT, promise.line, message));
        }
        if !tested {
            let message = format!("no test names I{number}; write one named `i{number}_…`");
            findings.push(Finding::new(DOCUMENT, promise.line, message));
        }
    }
    findings
}

/// Promises that cannot be kept yet, in words.
pub(super) fn waiting(tree: &Tree) -> Vec<String> {
    let promises = tree.get(DOCUMENT).map(promises).unwrap_or_default();
    let words = |(number, promise): (u32, Promise)| Some(format!("I{number} waits for {}", promise.waits_for?));
    promises.into_iter().filter_map(words).collect()
}

/// Headings such as `## I5: Everything leaves through the outbox`, and what follows each.
fn promises(document: &File) -> BTreeMap<u32, Promise> {
    let mut promises = BTreeMap::new();
    let mut current = None;
    for (line, text) in (1..).zip(document.text.lines()) {
        if let Some(heading) = text.strip_prefix("## ") {
            current = leading_number(heading, 'I');
            if let Some(number) = current {
                promises.insert(number, Promise { line, waits_for: None });
            }
        } else if let (Some(rest), Some(number)) = (text.strip_prefix("Waits for: "), current)
            && let Some(promise) = promises.get_mut(&number)
        {
            promise.waits_for = Some(rest.trim_end_matches('.').to_owned());
        }
    }
    promises
}

/// Promise numbers in comments.
fn citations(tokens: &[Located]) -> Vec<(u32, usize)> {
    let mut citations = Vec::new();
    for located in tokens {
        let Token::Comment(text) = &located.token else { continue };
        for word in text.split(|c: char| !c.is_alphanumeric() && c != '_') {
            // Longer numbers are other things, and texts such as `i5_…` are test names.
            if let Some(number) = leading_number(word, 'I').filter(|_| word.len() <= 3) {
                citations.push((number, located.line));
            }
        }
    }
    citations
}

/// Promise numbers in the names of tests: `i11_a_killed_pull_goes_on` wherever it stands, because macros make tests of names,
/// and `crash_i11_…` for functions with a test attribute. The attribute counts: `to_i8` is no test.
fn test_names(tokens: &[Located]) -> BTreeSet<u32> {
    let mut numbers = BTreeSet::new();
    let mut is_test = false;
    let mut rest = tokens.iter().map(|located| &located.token).peekable();
    while let Some(token) = rest.next() {
        match token {
            Token::Mark('#') if rest.next_if_eq(&&Token::Mark('[')).is_some() => {
                is_test |= rest.by_ref().take_while(|token| **token != Token::Mark(']')).any(is_the_word_test);
            }
            Token::Word(keyword) if keyword == "fn" => {
                if let (true, Some(Token::Word(name))) = (is_test, rest.peek()) {
                    numbers.extend(name.split('_').filter_map(|part| leading_number(part, 'i')));
                }
                is_test = false;
            }
            Token::Word(name) => numbers.extend(name.split_once('_').and_then(|(first, _)| leading_number(first, 'i'))),
            Token::Mark(';' | '}') => is_test = false,
            _ => {}
        }
    }
    numbers
}

fn is_the_word_test(token: &Token) -> bool {
    matches!(token, Token::Word(word) if word == "test")
}

/// The number in `I5`, `I5:` or `I5 …`.
fn leading_number(text: &str, letter: char) -> Option<u32> {
    let rest = text.strip_prefix(letter)?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let ends_well = rest[end..].chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '_');
    if ends_well { rest[..end].parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    const THREE: &str = "# Promises\n\n## I1: a\n\n## I2: b\n\n## I3: c\n\nWaits for: credits.\n";

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![(DOCUMENT, THREE)];
        all.extend_from_slice(files);
        check(&Tree::of(&all)).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_promise_is_kept_when_code_cites_it_and_a_test_names_it() {
        let kept = [
            ("src/a.rs", "// I1: because.\nfn f() {}\n#[cfg(test)]\nmod tests { #[test]\n fn i1_holds() {} }"),
            ("src/b.rs", "//! Keeps I2."),
            ("tests/b.rs", "// I2\nfn to_i1() {}"),
            ("src/c.rs", "//! C.\nfn to_i2() {}"),
        ];
        assert_eq!(found(&kept), [""; 0]);
        assert_eq!(
            found(&kept[..1]),
            [
                "docs/INVARIANTS.md:5: no code cites I2; write `I2` into the comment where it is kept",
                "docs/INVARIANTS.md:5: no test names I2; write one named `i2_…`",
            ]
        );
    }

    #[test]
    fn a_name_from_which_a_macro_makes_tests_counts() {
        let files = [("src/a.rs", "// I1 I2\non_both_databases!(i1_holds, i2_holds);")];
        assert_eq!(found(&files), [""; 0]);
    }

    #[test]
    fn a_promise_nobody_made_is_found_where_it_is_cited() {
        let found = found(&[("src/a.rs", "// I1 I2\n#[test] fn i1_i2_x() {}\n\n/* I9, I640 not */")]);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].starts_with("src/a.rs:4: cites I9"), "{found:?}");
    }

    #[test]
    fn a_promise_that_waits_says_for_what_and_must_not_wait_for_ever() {
        let tree = Tree::of(&[(DOCUMENT, THREE)]);
        assert_eq!(waiting(&tree), ["I3 waits for credits"]);
        let kept = [("src/a.rs", "// I1 I2 I3\n#[tokio::test] async fn i1_i2_i3_x() {}")];
        assert_eq!(found(&kept), ["docs/INVARIANTS.md:7: I3 is cited and tested by now; remove its line `Waits for:`"]);
    }
}
