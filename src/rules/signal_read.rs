//! From the key `intent_signals` to the signals of intent.

use super::check::Checker;
use super::group_read::report;
use super::mapping_read::attribute_tests;
use super::scalar;
use super::yaml::Node;
use crate::domain::buying_group::{Keyword, PageRule, Product, SignalModel, Solution};
use crate::domain::criteria::AttributeTest;

/// Reads the signals.
pub(super) fn signals(checker: &mut Checker, node: &Node) -> SignalModel {
    let number =
        |value: Option<i64>, default: u32| value.and_then(|value| u32::try_from(value).ok()).unwrap_or(default);
    let nodes = node.items_of("solutions");
    let solutions = nodes.iter().map(|node| Solution {
        name: node.text_of("name").unwrap_or_default().to_owned(),
        products: node.items_of("products").iter().map(|node| product(checker, node)).collect(),
    });
    let model = SignalModel {
        solutions: solutions.collect(),
        half_life_days: number(node.text_of("half_life").and_then(scalar::days), 2),
        half_point: number(node.text_of("half_point").and_then(scalar::whole), 120),
    };
    report(checker, model.flaws(), node, nodes);
    model
}

fn product(checker: &mut Checker, node: &Node) -> Product {
    let keywords = node.items_of("keywords").iter().map(|node| {
        let pages = pages(node);
        if pages.is_empty() && node.get("path").is_none() && node.get("title").is_none() {
            let help = "add `path: {contains: …}` or `title: {contains: …}`".to_owned();
            checker.report_help(&node.span, "missing_key", "no page tells of this keyword".to_owned(), Some(help));
        }
        Keyword { name: node.text_of("keyword").unwrap_or_default().to_owned(), pages }
    });
    Product { keywords: keywords.collect(), name: node.text_of("name").unwrap_or_default().to_owned() }
}

/// One rule for the path and one for the title.
fn pages(node: &Node) -> Vec<PageRule> {
    let tests: Vec<AttributeTest> = attribute_tests(node);
    let of = |key: &str, attribute: &str| -> Vec<AttributeTest> {
        let named = tests.iter().filter(|test| test.attribute == key);
        named.map(|test| AttributeTest { attribute: attribute.to_owned(), ..test.clone() }).collect()
    };
    let (path, title) = (of("path", "path"), of("title", "asset"));
    let path = (!path.is_empty()).then_some(PageRule::Path(path));
    path.into_iter().chain((!title.is_empty()).then_some(PageRule::Title(title))).collect()
}
