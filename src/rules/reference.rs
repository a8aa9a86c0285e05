//! The reference pages of all YAML files as Markdown, from the same shapes and transforms that the checker uses.

use super::shape::{Shape, Table};
use super::{criteria_shape, examples, mapping_shape, rules_shape, workflow_shape};
use crate::domain::mapping::transforms::{ALL, ArgumentKind};

/// File name and text of each page about rules: `mapping.md`, `rules.md`, one for each kind of rule (`scores.md` …),
/// `criteria.md`, `examples.md`, `transforms.md`.
pub fn reference_pages() -> Vec<(String, String)> {
    let mut pages = vec![
        ("mapping.md".into(), page("Mapping files", "`<vendor>/*.yaml`", &mapping_shape::file())),
        ("examples.md".into(), page("Example files", "`tests/*.test.yaml`", &examples::file())),
        ("transforms.md".into(), transforms()),
        ("criteria.md".into(), criteria()),
        ("rules.md".into(), rules()),
        ("steps.md".into(), steps()),
    ];
    for kind in rules_shape::kinds() {
        let files = format!("The key `{}` of `rules/*.yaml`", kind.key.name);
        let shape = Shape::Map(Table::new("a rule file", vec![kind.key.clone()]));
        pages.push((kind.page.into(), page(kind.title, &files, &shape)));
    }
    pages
}

/// What a rule file can hold, with the pages of the kinds.
fn rules() -> String {
    let mut page = String::from(
        "# Rule files\n\n`rules/*.yaml`. A file holds one or more of these keys. Several files can hold the same key: their \
         rules are put together, and names must be unique over all of them.\n\n| key | meaning |\n| --- | --- |\n",
    );
    for kind in rules_shape::kinds() {
        page.push_str(&format!("| [`{}`]({}) | {} |\n", kind.key.name, kind.page, escape(&kind.key.meaning)));
    }
    page
}

/// The language of criteria, once for all the places where it is spoken.
fn criteria() -> String {
    let mut page = format!("# Criteria\n\n{}", criteria_shape::INTRODUCTION);
    for (title, example) in criteria_shape::EXAMPLES {
        page.push_str(&format!("\n## Example: {title}\n\n```yaml\n{example}```\n"));
    }
    for kind in criteria_shape::kinds() {
        section(&mut page, &format!("`{}`", kind.tag), &format!(".{}", kind.tag), Some(kind.tag), &kind.table);
    }
    page
}

/// The steps of workflows, which can hold one another.
fn steps() -> String {
    let mut page = String::from(
        "# Steps\n\nWhat a workflow does with a contact, in order. Each step is told by one of its keys; a key in bold must \
         be there. Whole days are calendar days: the same local time so many days later.\n",
    );
    for kind in workflow_shape::kinds() {
        section(&mut page, &format!("`{}`", kind.tag), &format!(".{}", kind.tag), Some(kind.tag), &kind.table);
    }
    page
}

/// A page about one kind of file.
pub(crate) fn page(title: &str, files: &str, shape: &Shape) -> String {
    let mut page = format!("# {title}\n\n{files}. A key in bold must be there.\n");
    sections(&mut page, "", shape);
    page
}

/// One section per map, named by the way to it.
fn sections(page: &mut String, way: &str, shape: &Shape) {
    match shape {
        Shape::Map(table) => section(page, &title(way), way, None, table),
        Shape::Kinds(kinds) => kinds.iter().for_each(|kind| {
            let title = format!("{} with `{}`", title(way), kind.tag);
            section(page, &title, way, Some(kind.tag), &kind.table);
        }),
        Shape::List(item) => sections(page, &format!("{way}[]"), item),
        Shape::Dictionary { value, .. } => sections(page, &format!("{way}.<name>"), value),
        Shape::Either { list, map, .. } => {
            // A list of what may also stand alone needs no second section.
            match (map, list) {
                (Some(map), _) => sections(page, way, map),
                (None, Some(list)) => sections(page, way, list),
                (None, None) => {}
            }
        }
        _ => {}
    }
}

fn title(way: &str) -> String {
    if way.is_empty() { "The file".to_owned() } else { format!("`{}`", way.trim_start_matches('.')) }
}

fn section(page: &mut String, title: &str, way: &str, tag: Option<&str>, table: &Table) {
    // Transforms have a page of their own.
    if table.unknown == "unknown_transform" || table.keys.is_empty() {
        return;
    }
    page.push_str(&format!("\n## {title}\n\n"));
    if table.exactly_one {
        page.push_str("Exactly one of these keys.\n\n");
    }
    page.push_str("| key | value | meaning |\n| --- | --- | --- |\n");
    for key in &table.keys {
        let bold = if key.required || tag == Some(key.name.as_str()) { "**" } else { "" };
        page.push_str(&format!("| {bold}`{}`{bold} | {} | {} |\n", key.name, value(&key.shape), escape(&key.meaning)));
    }
    for key in &table.keys {
        // The map under a kind's own key has no way of its own.
        let further = match tag == Some(key.name.as_str()) && way == format!(".{}", key.name) {
            true => format!("{way}: {{…}}"),
            false => format!("{way}.{}", key.name),
        };
        sections(page, &further, &key.shape);
    }
}

fn value(shape: &Shape) -> String {
    match shape {
        Shape::Words(words) if words.code == "unknown_transform" => "[a transform](transforms.md)".into(),
        Shape::Words(words) => words.words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
        Shape::Map(_) | Shape::Kinds(_) => "keys, see below".into(),
        Shape::Named(named) => format!("[{}]({}.md)", named.what, named.page),
        Shape::Dictionary { what, .. } => format!("keys, each {what}"),
        Shape::List(item) => format!("list of: {}", value(item)),
        Shape::Either { single: Some(single), .. } if value(single).contains("transforms.md") => {
            format!("{}, or a list of such", value(single))
        }
        Shape::Either { single, list, map } => {
            let all = [single, map].into_iter().flatten().map(|shape| value(shape));
            let list = list.as_ref().map(|_| "a list of such".to_owned());
            all.chain(list).collect::<Vec<_>>().join(", or ")
        }
        other => other.expected(),
    }
}

fn transforms() -> String {
    let mut page = String::from(
        "# Transforms\n\nSteps between a vendor's text and ours. They run in the order in which they are written; each takes what \
         the one before gave.\n",
    );
    for doc in ALL {
        let written = match doc.argument {
            ArgumentKind::None => format!("`{}`", doc.name),
            ArgumentKind::Text => format!("`{{{}: text}}`", doc.name),
            ArgumentKind::OptionalText => format!("`{0}` or `{{{0}: text}}`", doc.name),
            ArgumentKind::Count => format!("`{{{}: 100}}`", doc.name),
            ArgumentKind::Words => format!("`{{{}: {{from: to}}}}`", doc.name),
        };
        page.push_str(&format!("\n## {}\n\n{written}. {}\n\n", doc.name, doc.meaning));
        page.push_str("| argument | in | out |\n| --- | --- | --- |\n");
        for example in doc.examples {
            let output = match example.output {
                Ok([]) => "no value".to_owned(),
                Ok(values) => values.iter().map(|value| code(value)).collect::<Vec<_>>().join(", "),
                Err(reason) => format!("refused: {reason}"),
            };
            page.push_str(&format!("| {} | {} | {output} |\n", code(example.argument), code(example.input)));
        }
    }
    page
}

fn code(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!("`{}`", escape(text)) }
}

fn escape(text: &str) -> String {
    text.replace('|', "\\|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pages_name_every_key_and_every_transform() {
        let pages = reference_pages();
        let page = |name: &str| pages.iter().find(|(known, _)| known == name).map(|(_, text)| text.as_str()).unwrap();
        for doc in ALL {
            assert!(page("transforms.md").contains(&format!("\n## {}\n", doc.name)));
        }
        for (name, keys) in [
            ("mapping.md", &["property", "transforms", "ownership", "conflict", "skip", "country", "from"][..]),
            ("scores.md", &["leave_below", "per_window", "half_life", "unless", "is_set", "maximum"][..]),
            ("rules.md", &["scores", "markets", "views"][..]),
            ("markets.md", &["name", "title", "active", "criteria"][..]),
            ("criteria.md", &["all", "any", "not", "in_next", "missing_role", "since", "completeness", "within"][..]),
        ] {
            for key in keys {
                assert!(page(name).contains(&format!("`{key}`")), "{key} in {name}");
            }
        }
    }
}
