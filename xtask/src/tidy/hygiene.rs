//! What no file of the tree may hold: paths and addresses of the machine it was written on, unfinished marks, placeholder
//! modules, names that say nothing, vendors' own documents. And what every source file must: a first line that says what it is.

use super::Finding;
use super::lexer::{Located, Token, tokens};
use super::tree::{File, Tree};

/// Names that say where a thing was put, not what it is.
const EMPTY_NAMES: &[&str] =
    &["util", "utils", "common", "helper", "helpers", "manager", "handler", "handlers", "misc", "stuff"];

/// Where people and build machines keep their trees.
const MACHINE_FOLDERS: &[&str] = &["home", "root", "work", "Users"];

/// The only place that dependencies come from.
const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

const LONG: usize = 400;

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in &tree.files {
        findings.extend(empty_name(file));
        findings.extend(first_line(file));
        findings.extend(lines(file));
        findings.extend(unfinished(file));
        findings.extend(registry(file));
        findings.extend(vendor_document(file));
    }
    findings
}

/// Source files that are long for this tree; a reason to look, not a fault.
pub(super) fn long_files(tree: &Tree) -> Vec<String> {
    let count = |file: &File| file.text.lines().count();
    let long = tree.files.iter().filter(|file| file.path.ends_with(".rs") && count(file) > LONG);
    long.map(|file| format!("{} has {} lines; is it one thing?", file.path, count(file))).collect()
}

fn empty_name(file: &File) -> Option<Finding> {
    if !file.path.ends_with(".rs") {
        return None;
    }
    let name = file.path.trim_end_matches(".rs").split('/').find(|name| EMPTY_NAMES.contains(name))?;
    Some(Finding::new(&file.path, 0, format!("`{name}` says nothing; name the file after what it does")))
}

fn first_line(file: &File) -> Option<Finding> {
    if !file.path.ends_with(".rs") {
        return None;
    }
    let first = file.text.lines().next().unwrap_or("");
    if !first.starts_with("//! ") {
        return Some(Finding::new(&file.path, 1, "open the file with `//!` and a sentence that says what it is"));
    }
    let is_placeholder = first.to_lowercase().contains("in preparation");
    is_placeholder.then(|| Finding::new(&file.path, 1, "is a placeholder; write the module or remove it"))
}

fn lines(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        if let Some(path) = machine_path(line) {
            let message = format!("`{path}` is a path of one machine; make it relative or a parameter");
            findings.push(Finding::new(&file.path, number, message));
        }
    }
    findings
}

/// In Rust only comments are looked at, because a vendor's value may be spelt like a mark.
fn unfinished(file: &File) -> Vec<Finding> {
    // Spelt in pieces, so that this file passes its own check.
    let marks = [["TO", "DO"].concat(), ["FIX", "ME"].concat(), ["X", "XX"].concat()];
    let texts: Vec<(usize, String)> = if file.path.ends_with(".rs") {
        let comment = |located: Located| match located.token {
            Token::Comment(text) => Some((located.line, text)),
            _ => None,
        };
        tokens(&file.text).into_iter().filter_map(comment).collect()
    } else {
        (1..).zip(file.text.lines().map(str::to_owned)).collect()
    };
    let mut findings = Vec::new();
    for (number, text) in &texts {
        for mark in marks.iter().filter(|mark| holds_word(text, mark)) {
            let message = format!("`{mark}`: finish it, or write an issue and remove the mark");
            findings.push(Finding::new(&file.path, *number, message));
        }
    }
    findings
}

/// A path such as `/home/…` that begins in this line: a folder of [`MACHINE_FOLDERS`] at the start of a path, and a name below it.
fn machine_path(line: &str) -> Option<&str> {
    MACHINE_FOLDERS.iter().find_map(|folder| {
        let start = format!("/{folder}/");
        line.match_indices(&start).find_map(|(at, _)| {
            let is_start =
                line[..at].chars().next_back().is_none_or(|c| !c.is_alphanumeric() && !"._-~*/}>".contains(c));
            let below = &line[at + start.len()..];
            let end = below.find(|c: char| !c.is_alphanumeric() && !"._-/".contains(c)).unwrap_or(below.len());
            (is_start && end > 0).then(|| &line[at..at + start.len() + end])
        })
    })
}

fn holds_word(line: &str, word: &str) -> bool {
    let stands_alone = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric() && c != '_');
    line.match_indices(word).any(|(at, _)| {
        stands_alone(line[..at].chars().next_back()) && stands_alone(line[at + word.len()..].chars().next())
    })
}

fn registry(file: &File) -> Vec<Finding> {
    let message = match file.path.as_str() {
        "Cargo.lock" => "dependencies come from crates.io only; run `cargo update` without a mirror configured",
        ".cargo/config.toml" => "mirrors belong into the developer's own cargo configuration",
        _ => return Vec::new(),
    };
    let is_foreign = |line: &str| match file.path.as_str() {
        "Cargo.lock" => line.strip_prefix("source = ").is_some_and(|source| source.trim_matches('"') != REGISTRY),
        _ => ["[source", "[registr", "replace-with"].iter().any(|start| line.trim_start().starts_with(start)),
    };
    let found = (1..).zip(file.text.lines()).filter(|(_, line)| is_foreign(line));
    found.map(|(number, _)| Finding::new(&file.path, number, message)).collect()
}

fn vendor_document(file: &File) -> Option<Finding> {
    let is_data = [".json", ".yaml", ".yml"].iter().any(|end| file.path.ends_with(end));
    let keys = ["openapi", "swagger"].map(|key| (format!("\"{key}\":"), format!("{key}:")));
    let opens = |line: &str| {
        let line = line.trim_start_matches(['{', ' ', '\t']);
        keys.iter().any(|(json, yaml)| line.starts_with(json) || line.starts_with(yaml))
    };
    if !is_data || !file.text.lines().take(5).any(opens) {
        return None;
    }
    Some(Finding::new(&file.path, 0, "is a vendor's API document; read it, but do not ship it"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> Vec<String> {
        check(&Tree::of(&[(path, text)])).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn paths_of_a_machine_are_found_and_web_paths_are_not() {
        let home = ["/ho", "me/ada/src"].concat();
        for line in [home.clone(), format!("path = \"{home}\""), format!("see file://localhost {home}.")] {
            assert_eq!(found("a.md", &line).len(), 1, "{line}");
        }
        for line in ["https://example.com/home/x", "cd ../work/x", "path: /home", "GET /home/", "~/work/x"] {
            assert_eq!(found("a.md", line), [""; 0], "{line}");
        }
    }

    #[test]
    fn unfinished_marks_are_found_as_words() {
        let mark = ["TO", "DO"].concat();
        assert_eq!(
            found("a.md", &format!("a\n{mark}: b"))[0],
            format!("a.md:2: `{mark}`: finish it, or write an issue and remove the mark")
        );
        assert_eq!(found("a.md", &format!("MAS{mark}S")), [""; 0]);
        assert_eq!(found("a.rs", &format!("//! A.\n// {mark}\nlet status = \"{mark}\";")).len(), 1);
    }

    #[test]
    fn every_source_file_says_what_it_is_under_a_name_that_does() {
        assert_eq!(found("src/a.rs", "//! What a is.\n"), [""; 0]);
        assert_eq!(found("src/a.rs", "use b;\n").len(), 1);
        assert_eq!(found("src/a.rs", "//! In preparation.\n").len(), 1);
        assert_eq!(found("src/helpers/a.rs", "//! What a is.\n").len(), 1);
    }

    #[test]
    fn a_mirror_and_a_vendors_document_are_found() {
        assert_eq!(found("Cargo.lock", "source = \"registry+https://mirror.example/index\"\n").len(), 1);
        assert_eq!(found("Cargo.lock", &format!("source = \"{REGISTRY}\"\n")), [""; 0]);
        assert_eq!(found(".cargo/config.toml", "[source.crates-io]\nreplace-with = \"m\"\n").len(), 2);
        assert_eq!(found("specs/contacts.json", "{\n  \"openapi\": \"3.0.1\"\n}").len(), 1);
        assert_eq!(found("a.yaml", "name: swagger\n"), [""; 0]);
    }
}
