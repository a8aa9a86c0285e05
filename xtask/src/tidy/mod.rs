//! Checks of the tree that the compiler cannot make. Each check is one file and gives findings: where, what is wrong, what
//! to do. The same run is a test, so `cargo test` alone keeps the tree in order.

mod documents;
mod hygiene;
mod imports;
mod lexer;
mod migrations;
mod paths;
mod promises;
mod tree;

use std::fmt;
use std::path::Path;

use anyhow::bail;
use tree::Tree;

/// Something to mend.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Finding {
    /// Relative to the top of the tree.
    path: String,
    /// From 1; 0 when it concerns the whole file.
    line: usize,
    /// What is wrong, and what to do.
    message: String,
}

impl Finding {
    fn new(path: &str, line: usize, message: impl Into<String>) -> Finding {
        Finding { path: path.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.message),
            line => write!(f, "{}:{line}: {}", self.path, self.message),
        }
    }
}

/// Everything that is wrong with the tree, in the order of paths and lines.
fn findings(tree: &Tree) -> Vec<Finding> {
    let checks: [fn(&Tree) -> Vec<Finding>; 5] =
        [imports::check, promises::check, migrations::check, hygiene::check, documents::check];
    let mut findings: Vec<Finding> = checks.iter().flat_map(|check| check(tree)).collect();
    findings.sort();
    findings.dedup();
    findings
}

/// Prints what is wrong and what is only worth knowing; fails when something is wrong.
pub(crate) fn run(root: &Path) -> anyhow::Result<()> {
    let tree = Tree::read(root)?;
    for remark in hygiene::long_files(&tree).into_iter().chain(promises::waiting(&tree)) {
        println!("note: {remark}");
    }
    let findings = findings(&tree);
    for finding in &findings {
        println!("{finding}");
    }
    match findings.len() {
        0 => {
            println!("tidy: {} files, nothing to mend", tree.files.len());
            Ok(())
        }
        1 => bail!("tidy: 1 thing to mend"),
        count => bail!("tidy: {count} things to mend"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tree_is_tidy() {
        let tree = Tree::read(&crate::root()).unwrap();
        let findings: Vec<String> = findings(&tree).iter().map(Finding::to_string).collect();
        assert!(findings.is_empty(), "mend these (see `cargo xtask tidy`):\n{}", findings.join("\n"));
    }
}
