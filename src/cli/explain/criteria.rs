//! A criterion's tree for people and for programs: what was asked, what was found.

use serde_json::Value as Json;

use crate::cli::output::line;
use crate::domain::criteria::Explained;

/// Prints a tree, `depth` levels in.
pub(super) fn print(tree: &Explained, depth: usize) {
    lines(tree, depth).iter().for_each(|text| line(text));
}

fn lines(tree: &Explained, depth: usize) -> Vec<String> {
    let indent = "  ".repeat(depth);
    let word = if tree.holds { "yes" } else { "no " };
    let found = tree.found.as_ref().map_or_else(String::new, |found| format!(": {found}"));
    let mut all = vec![format!("{indent}{word}  {}{found}", tree.text)];
    all.extend(tree.children.iter().flat_map(|child| lines(child, depth + 1)));
    all
}

/// The same for programs.
pub(super) fn json(tree: &Explained) -> Json {
    serde_json::to_value(tree).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_stands_further_in() {
        let leaf = |holds, found: &str| Explained {
            text: "the field `country` is `SE`".into(),
            holds,
            found: Some(found.into()),
            children: Vec::new(),
        };
        let tree = Explained {
            text: "all of these".into(),
            holds: false,
            found: None,
            children: vec![leaf(true, "it is `SE`"), leaf(false, "it is `DK`")],
        };
        assert_eq!(
            lines(&tree, 1),
            [
                "  no   all of these",
                "    yes  the field `country` is `SE`: it is `SE`",
                "    no   the field `country` is `SE`: it is `DK`",
            ]
        );
    }
}
