//! The reference pages in docs/reference are written by the program itself, so that they cannot differ from it.
//! This verb asks it to; with `--check` it fails when the pages in the tree are not what the program writes.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context as _, bail};

use crate::cargo;

const PAGES: &str = "docs/reference";

/// Writes the pages.
pub(crate) fn write(root: &Path) -> anyhow::Result<()> {
    let status = cargo()
        .args(["run", "--quiet", "--package", "intentd", "--", "reference", "--out", PAGES])
        .current_dir(root)
        .status()
        .context("cannot start cargo")?;
    if !status.success() {
        bail!("`intentd reference --out {PAGES}` failed");
    }
    println!("{PAGES} is written");
    Ok(())
}

/// Writes the pages and fails when that changed any; they are then already right, and need a commit.
pub(crate) fn check(root: &Path) -> anyhow::Result<()> {
    let before = read(&root.join(PAGES))?;
    write(root)?;
    let after = read(&root.join(PAGES))?;
    let changed: Vec<&str> = after
        .keys()
        .chain(before.keys().filter(|name| !after.contains_key(*name)))
        .filter(|name| before.get(*name) != after.get(*name))
        .map(String::as_str)
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    bail!("{PAGES} was out of date and is now written anew; commit: {}", changed.join(", "));
}

fn read(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
    let mut pages = BTreeMap::new();
    if !folder.exists() {
        return Ok(pages);
    }
    for entry in std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            pages.insert(entry.file_name().to_string_lossy().into_owned(), std::fs::read(entry.path())?);
        }
    }
    Ok(pages)
}
