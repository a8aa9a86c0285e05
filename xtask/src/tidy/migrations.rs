//! Every migration exists for both databases under the same name, numbered without gaps, so that one version means one schema.

use std::collections::BTreeSet;

use super::Finding;
use super::tree::Tree;

const SQLITE: &str = "migrations/sqlite";
const POSTGRES: &str = "migrations/postgres";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let (sqlite, postgres) = (names(tree, SQLITE), names(tree, POSTGRES));
    let mut findings = Vec::new();
    for (here, there, folder, twin) in [(&sqlite, &postgres, SQLITE, POSTGRES), (&postgres, &sqlite, POSTGRES, SQLITE)]
    {
        for name in here.difference(there) {
            let message = format!("has no twin; write {twin}/{name} with the same tables");
            findings.push(Finding::new(&format!("{folder}/{name}"), 0, message));
        }
        for (number, name) in (1..).zip(here.iter()) {
            let expected = format!("{number:04}_");
            if !name.starts_with(&expected) {
                let message = format!("breaks the numbering; the name of this one begins with `{expected}`");
                findings.push(Finding::new(&format!("{folder}/{name}"), 0, message));
                break;
            }
        }
    }
    findings
}

fn names(tree: &Tree, folder: &str) -> BTreeSet<String> {
    let name =
        |path: &str| path.strip_prefix(folder)?.strip_prefix('/')?.strip_suffix(".sql").map(|n| format!("{n}.sql"));
    tree.files.iter().filter_map(|file| name(&file.path)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_migration_without_a_twin_and_a_gap_are_found() {
        let tree = Tree::of(&[
            ("migrations/sqlite/0001_start.sql", ""),
            ("migrations/sqlite/0003_more.sql", ""),
            ("migrations/postgres/0001_start.sql", ""),
        ]);
        let found: Vec<String> = check(&tree).iter().map(Finding::to_string).collect();
        assert_eq!(
            found,
            [
                "migrations/sqlite/0003_more.sql: has no twin; write migrations/postgres/0003_more.sql with the same tables",
                "migrations/sqlite/0003_more.sql: breaks the numbering; the name of this one begins with `0002_`",
            ]
        );
    }
}
