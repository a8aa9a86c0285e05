//! The files of the tree as values, so that checks are functions of texts. What git would track is read; without git,
//! everything below the top except build output.

use std::path::Path;
use std::process::Command;

use anyhow::Context as _;

/// One text file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// Relative to the top, with `/`.
    pub(super) path: String,
    pub(super) text: String,
}

impl File {
    /// The file's name without its folder.
    pub(super) fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// Rust of the product: the daemon and its connectors, without their integration tests.
    pub(super) fn is_product_source(&self) -> bool {
        let in_crate = |rest: &str| rest.split_once('/').is_some_and(|(_, inner)| inner.starts_with("src/"));
        self.path.ends_with(".rs")
            && (self.path.starts_with("src/") || self.path.strip_prefix("connectors/").is_some_and(in_crate))
    }

    /// Rust that is nothing but tests.
    pub(super) fn is_test_source(&self) -> bool {
        let stem = self.name().trim_end_matches(".rs");
        self.path.ends_with(".rs")
            && (self.path.starts_with("tests/")
                || self.path.contains("/tests/")
                || stem == "tests"
                || stem.ends_with("_tests"))
    }
}

/// All text files, sorted by path.
#[derive(Clone, Debug, Default)]
pub(super) struct Tree {
    pub(super) files: Vec<File>,
}

impl Tree {
    /// Reads the tree below `root`.
    pub(super) fn read(root: &Path) -> anyhow::Result<Tree> {
        let mut paths = match tracked(root) {
            Some(paths) => paths,
            None => {
                let mut paths = Vec::new();
                walk(root, "", &mut paths)?;
                paths
            }
        };
        paths.sort();
        paths.dedup();
        let mut files = Vec::new();
        for path in paths {
            // A file that git knows and that is deleted here will not be there in the next commit.
            let Ok(bytes) = std::fs::read(root.join(&path)) else { continue };
            if let Ok(text) = String::from_utf8(bytes) {
                files.push(File { path, text });
            }
        }
        Ok(Tree { files })
    }

    /// The file at this path.
    pub(super) fn get(&self, path: &str) -> Option<&File> {
        self.files.iter().find(|file| file.path == path)
    }

    /// A tree for tests.
    #[cfg(test)]
    pub(super) fn of(files: &[(&str, &str)]) -> Tree {
        let file = |(path, text): &(&str, &str)| File { path: (*path).to_owned(), text: (*text).to_owned() };
        Tree { files: files.iter().map(file).collect() }
    }
}

/// What git tracks or would track with `git add`; `None` when git or its folder is not there.
fn tracked(root: &Path) -> Option<Vec<String>> {
    let listing = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(root)
        .output()
        .ok()?;
    if !listing.status.success() {
        return None;
    }
    let text = String::from_utf8(listing.stdout).ok()?;
    Some(text.split('\0').filter(|path| !path.is_empty()).map(str::to_owned).collect())
}

fn walk(root: &Path, folder: &str, paths: &mut Vec<String>) -> anyhow::Result<()> {
    let here = root.join(folder);
    for entry in std::fs::read_dir(&here).with_context(|| format!("cannot read {}", here.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if entry.file_type()?.is_dir() {
            if name != ".git" && name != "target" {
                walk(root, &path, paths)?;
            }
        } else {
            paths.push(path);
        }
    }
    Ok(())
}
