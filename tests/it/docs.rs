//! Every YAML block in the documents is a real one: whoever copies it gets no error.

use std::path::Path;

use intentd::config::{self, Environment};
use intentd::rules;

/// The fenced YAML blocks of a document.
fn blocks(text: &str) -> Vec<String> {
    let mut blocks = Vec::new();
    let mut open: Option<String> = None;
    for line in text.lines() {
        match (&mut open, line.trim_start()) {
            (None, "```yaml") => open = Some(String::new()),
            (Some(block), "```") => {
                blocks.push(std::mem::take(block));
                open = None;
            }
            (Some(block), _) => {
                block.push_str(line);
                block.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}

#[test]
fn every_yaml_block_can_be_read() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seen = 0;
    for file in ["README.md", "docs/OPERATIONS.md", "docs/connectors/hubspot.md"] {
        let text = std::fs::read_to_string(root.join(file)).unwrap();
        for block in blocks(&text) {
            seen += 1;
            let read = if block.starts_with("scores:") {
                rules::scores_from_text("readme.yaml", &block).map(|_| ())
            } else if block.starts_with("identity:") || block.starts_with("flows:") {
                rules::from_sources([("rules/document.yaml".to_owned(), block.clone())].into()).map(|_| ())
            } else if block.starts_with("workspace:") {
                let vendors: Vec<_> = intentd::registry::vendors()
                    .into_iter()
                    .map(|kind| config::VendorSettings { vendor: kind.vendor().into(), settings: kind.settings() })
                    .collect();
                config::parse(Path::new("intentd.yaml"), &block, &Environment::empty(), &vendors).map(|_| ())
            } else {
                continue;
            };
            if let Err(problems) = read {
                panic!("{file}:\n{block}\n{problems}");
            }
        }
    }
    assert!(seen > 0);
}
