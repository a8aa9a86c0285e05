//! The documents hold together: the README is short, links lead somewhere, every decision that is cited exists, and every
//! connector has its page.

use std::collections::BTreeSet;

use super::Finding;
use super::tree::{File, Tree};

const README: &str = "README.md";
const README_LINES: usize = 120;
const DECISIONS: &str = "docs/decisions/";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = readme(tree);
    findings.extend(connectors(tree));
    for file in &tree.files {
        if file.path.ends_with(".md") {
            findings.extend(links(tree, file));
        }
        findings.extend(decisions(tree, file));
    }
    findings
}

fn readme(tree: &Tree) -> Vec<Finding> {
    let Some(readme) = tree.get(README) else {
        return vec![Finding::new(README, 0, "is missing; say what this is and the two commands that show it")];
    };
    let count = readme.text.lines().count();
    if count <= README_LINES {
        return Vec::new();
    }
    let message = format!("has {count} lines, more than {README_LINES}; move what is not needed first into docs/");
    vec![Finding::new(README, README_LINES + 1, message)]
}

fn connectors(tree: &Tree) -> Vec<Finding> {
    let name = |file: &File| Some(file.path.strip_prefix("connectors/")?.strip_suffix("/Cargo.toml")?.to_owned());
    let names: BTreeSet<String> = tree.files.iter().filter_map(name).filter(|name| name != "sdk").collect();
    let page = |name: String| format!("docs/connectors/{name}.md");
    let missing = names.into_iter().map(page).filter(|page| tree.get(page).is_none());
    missing.map(|page| Finding::new(&page, 0, "is missing; say what the connector needs, reads and writes")).collect()
}

/// Links to files of the tree; addresses on the web and places within a page are not looked at.
fn links(tree: &Tree, file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    for (number, line) in (1..).zip(file.text.lines()) {
        for (at, _) in line.match_indices("](") {
            let target = line[at + 2..].split([')', '#', ' ']).next().unwrap_or("");
            if target.is_empty() || target.contains(':') {
                continue;
            }
            let path = join(folder, target);
            let leads_somewhere =
                tree.files.iter().any(|file| file.path == path || file.path.starts_with(&format!("{path}/")));
            if !leads_somewhere {
                findings.push(Finding::new(&file.path, number, format!("the link to `{target}` leads nowhere")));
            }
        }
    }
    findings
}

fn join(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Mentions such as `docs/decisions/0003`, wherever they stand.
fn decisions(tree: &Tree, file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (number, line) in (1..).zip(file.text.lines()) {
        for (at, _) in line.match_indices(DECISIONS) {
            let digits: String = line[at + DECISIONS.len()..].chars().take_while(char::is_ascii_digit).collect();
            let start = format!("{DECISIONS}{digits}");
            if digits.len() == 4 && !tree.files.iter().any(|file| file.path.starts_with(&start)) {
                findings.push(Finding::new(&file.path, number, format!("there is no decision {digits}; write it")));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<String> {
        let mut all = vec![(README, "# it\n")];
        all.extend_from_slice(files);
        check(&Tree::of(&all)).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn links_lead_to_files_and_folders_of_the_tree() {
        let page = "[a](B.md#c) [d](../README.md) [e](https://example.com) [f](#g) [h](../docs) [i](gone.md)";
        assert_eq!(
            found(&[("docs/A.md", page), ("docs/B.md", "")]),
            ["docs/A.md:1: the link to `gone.md` leads nowhere"]
        );
    }

    #[test]
    fn a_decision_that_is_cited_exists() {
        let cites = ["docs/deci", "sions/0007"].concat();
        assert_eq!(found(&[("src/a.rs", &cites)]), ["src/a.rs:1: there is no decision 0007; write it"]);
        assert_eq!(found(&[("src/a.rs", &cites), (&format!("{cites}-why.md"), "")]), [""; 0]);
    }

    #[test]
    fn a_long_readme_and_a_connector_without_a_page_are_found() {
        let long = "line\n".repeat(121);
        assert_eq!(check(&Tree::of(&[(README, &long)])).len(), 1);
        assert_eq!(found(&[("connectors/marketo/Cargo.toml", ""), ("connectors/sdk/Cargo.toml", "")]).len(), 1);
    }
}
