//! What an installation is made of besides the daemon: migrations, schemas for editors, the reference.

use std::collections::BTreeMap;
use std::path::Path;

use crate::account::{Site, command};

#[test]
fn migrating_twice_does_nothing_the_second_time() {
    let site = Site::new();
    let first = site.json(&["migrate"]);
    assert!(!first["applied"].as_array().unwrap().is_empty());
    let second = site.json(&["migrate"]);
    assert_eq!(second["applied"], serde_json::json!([]));
    assert_eq!(site.fake.stats().calls, 0);
}

#[test]
fn looking_needs_no_secret() {
    let site = Site::new();
    site.json(&["sync"]);
    std::fs::remove_file(site.folder.path().join("token")).unwrap();
    let contact = site
        .fake
        .read(|account| account.table(intentd_hubspot::fake::Kind::Contact).live().keys().next().unwrap().to_string());
    site.json(&["status"]);
    site.json(&["explain", "contact", &contact]);
    site.json(&["activities", &contact]);
    assert_eq!(site.run(&["sync"]).status.code(), Some(2));
}

#[test]
fn every_schema_is_json_that_an_editor_can_use() {
    let site = Site::new();
    let all = site.json(&["schema"]);
    let folder = site.folder.path().join("schemas");
    assert_eq!(site.run(&["schema", "--out", folder.to_str().unwrap()]).status.code(), Some(0));
    let files = files(&folder);
    assert_eq!(files.len(), all.as_object().unwrap().len());
    for (name, schema) in all.as_object().unwrap() {
        let text = &files[&format!("{name}.schema.json")];
        let file: serde_json::Value = serde_json::from_slice(text).unwrap();
        assert_eq!(&file, schema, "{name}");
        assert!(file["$schema"].as_str().is_some_and(|dialect| dialect.starts_with("https://json-schema.org/")));
        assert_eq!(file["type"], "object", "{name}");
    }
    for name in ["intentd", "rules"] {
        assert!(all[name]["properties"].as_object().is_some_and(|keys| !keys.is_empty()), "{name}");
    }
}

#[test]
fn the_reference_is_the_same_each_time_and_the_pages_in_the_tree_are_it() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str| {
        let out = folder.path().join(name);
        let nowhere = folder.path().join("intentd.yaml");
        let output = command(&nowhere, &["reference", "--out", out.to_str().unwrap()]).output().unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
        files(&out)
    };
    let first = write("first");
    assert_eq!(first, write("second"));
    for name in ["cli.md", "settings.md", "mapping.md", "scores.md", "man/intentd.1", "completions/intentd.bash"] {
        assert!(first.contains_key(name), "no {name}");
    }
    let tree = files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/reference"));
    let stale: Vec<&String> = first.keys().filter(|name| tree.get(*name) != first.get(*name)).collect();
    assert!(stale.is_empty(), "run `cargo xtask docs` and commit: {stale:?}");
}

/// Every file below a folder, by its path in it.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_str().unwrap().to_owned();
                found.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    found
}
