//! Who may name whom. The tables below are the code map of docs/ARCHITECTURE.md as data: which of our modules may name
//! which, which file alone may name a crate, and what the functional core may know at all. Test code is free, except that
//! the core's tests are the core's.

use super::lexer::{Located, Token, tokens};
use super::tree::{File, Tree};
use super::{Finding, paths};
use paths::{Named, Origin};

/// Each module of the daemon and the modules it may name besides itself. `cli` and the crate's root may name all.
const MODULES: &[(&str, &[&str])] = &[
    ("domain", &[]),
    ("telemetry", &[]),
    ("systemd", &[]),
    ("rules", &["domain"]),
    ("store", &["domain"]),
    ("registry", &["domain", "store"]),
    ("config", &["domain", "rules", "store", "registry", "telemetry"]),
    // It takes what strangers send: it can reach the store and nothing that talks to vendors or people.
    ("collector", &["domain", "store", "config", "telemetry"]),
    // It sends facts to a stranger: whoever asks it hands the facts down, and it cannot reach vendors.
    ("summaries", &["domain", "store", "config"]),
    ("engine", &["domain", "rules", "store", "registry", "config", "telemetry", "systemd"]),
    ("console", &["domain", "rules", "store", "registry", "config", "telemetry", "engine", "summaries"]),
];

/// A crate, the places that may name it (`*` stands for one folder or part of a name), and what others do instead.
const CRATES: &[(&str, &[&str], &str)] = &[
    ("sqlx", &["src/store/*"], "the store alone speaks SQL; add a method to it"),
    ("libsqlite3_sys", &["src/store/*"], "the store alone knows SQLite; add a method to it"),
    (
        "intentd_hubspot",
        &["src/registry.rs", "src/cli/demo*", "src/cli/fake*"],
        "ask the registry for a connector; nothing else knows which vendors there are",
    ),
    (
        "intentd_marketo",
        &["src/registry.rs", "src/cli/demo*", "src/cli/fake*"],
        "ask the registry for a connector; nothing else knows which vendors there are",
    ),
    (
        "reqwest",
        &["connectors/sdk/src/http.rs"],
        "make calls through intentd_sdk::http, so that they need a permit (I9)",
    ),
    ("rustls", &["connectors/sdk/src/http.rs"], "make calls through intentd_sdk::http"),
    ("oauth2", &["connectors/sdk/src/auth.rs", "connectors/sdk/src/http.rs"], "use intentd_sdk::auth"),
    ("backoff", &["connectors/sdk/src/retry.rs"], "use intentd_sdk::retry (docs/decisions/0003)"),
    ("governor", &["src/engine/*", "src/collector/*"], "the engine's limiter alone issues permits"),
    ("psl", &["src/domain/identity/domain.rs"], "ask `registrable_domain`"),
    ("maxminddb", &["src/collector/networks.rs"], "the collector alone looks addresses up (I12)"),
    ("flate2", &["src/collector/log_file.rs"], "the collector alone unpacks"),
    ("serde_saphyr", &["src/rules/yaml.rs"], "read YAML through crate::rules::yaml, which keeps positions"),
    ("sd_notify", &["src/systemd.rs"], "use crate::systemd::Notifier"),
    ("tracing_subscriber", &["src/telemetry/*"], "use crate::telemetry::logging"),
    ("clap", &["src/cli/*", "src/main.rs"], "the command line alone knows arguments; take a parameter"),
    (
        "axum",
        &["connectors/*/src/fake/*", "src/console/*", "src/collector/*"],
        "only fakes, the collector and the console serve HTTP",
    ),
];

/// The crates that the functional core may name: values and calendar arithmetic, nothing that waits, talks or writes.
const CORE_CRATES: &[&str] =
    &["intentd_sdk", "jiff", "psl", "regex", "serde", "serde_json", "sha2", "thiserror", "url"];

/// What the core may name of the connector kit: its words, and delay arithmetic.
const CORE_SDK: &[&str] = &["record", "change", "cursor", "permit", "retry", "time", "Timestamp"];

/// From the kit's `source` the core takes values only.
const CORE_SOURCE: &[&str] = &["Selection", "Mode", "StreamKind", "Count", "CountBasis"];

/// The one file that asks the machine for the time.
const CLOCK: &str = "connectors/sdk/src/clock.rs";

pub(super) fn check(tree: &Tree) -> Vec<Finding> {
    let crates = known_crates(tree);
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.is_product_source()) {
        let tokens = tokens(&file.text);
        let named = paths::named(file, &tokens);
        for path in named.iter().filter(|path| !path.in_test && !file.is_test_source()) {
            findings.extend(module_rule(file, path));
            findings.extend(crate_rule(file, path));
            findings.extend(clock_rule(file, path));
        }
        if is_core(file) {
            findings.extend(named.iter().filter_map(|path| core_rule(file, path, &crates)));
            findings.extend(waiting_words(file, &tokens));
        }
    }
    findings
}

fn is_core(file: &File) -> bool {
    file.path.starts_with("src/domain/")
}

fn module_rule(file: &File, path: &Named) -> Option<Finding> {
    let here = file.path.strip_prefix("src/")?.split(['/', '.']).next()?;
    let (_, allowed) = MODULES.iter().find(|(module, _)| *module == here)?;
    let there = (path.origin == Origin::Ours).then(|| path.segments.first())??;
    let is_module = there == "cli" || MODULES.iter().any(|(module, _)| module == there);
    if !is_module || there == here || allowed.contains(&there.as_str()) {
        return None;
    }
    let may = if allowed.is_empty() { "none of our modules".to_owned() } else { allowed.join(", ") };
    let message = format!("`{here}` may not name `{there}` (it may name {may}); hand the value down as a parameter");
    Some(Finding::new(&file.path, path.line, message))
}

fn crate_rule(file: &File, path: &Named) -> Option<Finding> {
    let (name, places, instead) =
        CRATES.iter().find(|(name, ..)| path.origin == Origin::Foreign && path.segments[0] == *name)?;
    if places.iter().any(|place| matches(place, &file.path)) {
        return None;
    }
    let message = format!("only {} may name `{name}`: {instead}", places.join(", "));
    Some(Finding::new(&file.path, path.line, message))
}

fn clock_rule(file: &File, path: &Named) -> Option<Finding> {
    let segments: Vec<&str> = path.segments.iter().map(String::as_str).collect();
    let ambient = matches!(
        segments.as_slice(),
        [.., "Instant" | "SystemTime" | "Timestamp" | "Zoned", "now"]
            | ["std" | "tokio", "time", "Instant" | "SystemTime", ..]
            | ["tokio", "time", "sleep" | "sleep_until" | "interval", ..]
    );
    if !ambient || file.path == CLOCK || path.origin == Origin::Ours {
        return None;
    }
    let message = format!("`{}` asks the machine for the time; take a Timestamp or a Clock", segments.join("::"));
    Some(Finding::new(&file.path, path.line, message))
}

fn core_rule(file: &File, path: &Named, crates: &[String]) -> Option<Finding> {
    let root = path.segments.first()?;
    if path.origin == Origin::Ours || !crates.contains(root) {
        return None;
    }
    if path.in_test || file.is_test_source() {
        let shell = ["tokio", "sqlx", "reqwest", "futures_util"].contains(&root.as_str());
        return shell.then(|| Finding::new(&file.path, path.line, format!("a test of the core needs no `{root}`")));
    }
    if !CORE_CRATES.contains(&root.as_str()) {
        let message = format!("the core may name {}, not `{root}`; do this in the shell", CORE_CRATES.join(", "));
        return Some(Finding::new(&file.path, path.line, message));
    }
    if root == "intentd_sdk" {
        let part = path.segments.get(1).map_or("", String::as_str);
        let value = path.segments.get(2).map_or("", String::as_str);
        let may = CORE_SDK.contains(&part) || (part == "source" && CORE_SOURCE.contains(&value));
        if !may {
            let message = format!("`intentd_sdk::{part}` waits or talks; the core may name {}", CORE_SDK.join(", "));
            return Some(Finding::new(&file.path, path.line, message));
        }
    }
    None
}

fn waiting_words(file: &File, tokens: &[Located]) -> Vec<Finding> {
    let waits = |located: &&Located| matches!(&located.token, Token::Word(word) if word == "async" || word == "await");
    tokens
        .iter()
        .filter(waits)
        .map(|located| Finding::new(&file.path, located.line, "the core does not wait"))
        .collect()
}

/// The crates that the workspace depends on, as code spells them.
fn known_crates(tree: &Tree) -> Vec<String> {
    let manifest = tree.get("Cargo.toml").map_or("", |file| file.text.as_str());
    let section = manifest.split("\n[").find(|section| section.starts_with("workspace.dependencies]")).unwrap_or("");
    let name = |line: &str| Some(line.split_once('=')?.0.trim().replace('-', "_"));
    section.lines().skip(1).filter(|line| !line.starts_with('#')).filter_map(name).collect()
}

/// Whether a path matches a pattern, in which `*` stands for any text.
fn matches(pattern: &str, path: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == path,
        Some((start, rest)) => path
            .strip_prefix(start)
            .is_some_and(|tail| (0..=tail.len()).any(|at| tail.is_char_boundary(at) && matches(rest, &tail[at..]))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MANIFEST: &str =
        "[workspace]\n\n[workspace.dependencies]\nintentd-sdk = 1\nsqlx = 1\njiff = 1\ntokio = 1\n\n[package]\n";

    fn found(path: &str, source: &str) -> Vec<String> {
        let tree = Tree::of(&[("Cargo.toml", MANIFEST), (path, source)]);
        check(&tree).iter().map(Finding::to_string).collect()
    }

    #[test]
    fn a_module_that_names_one_above_it_is_found_however_it_spells_it() {
        for source in [
            "use crate::engine::Pull;",
            "use crate::{domain::Plan, engine::Pull};",
            "fn f() { crate::engine::pull(); }",
            "use super::engine;",
            "mod inner { use super::super::engine::Pull; }",
        ] {
            let found = found("src/store/mod.rs", source);
            assert_eq!(found.len(), 1, "{source}: {found:?}");
            assert!(found[0].starts_with("src/store/mod.rs:1: `store` may not name `engine`"), "{found:?}");
        }
        assert!(
            found("src/store/mod.rs", "use crate::domain::Plan;\nuse self::engine::X;\n// crate::engine").is_empty()
        );
        assert!(found("src/cli/run.rs", "use crate::engine::Pull;").is_empty());
    }

    #[test]
    fn crates_stay_behind_their_fences() {
        let found = found("src/engine/pull.rs", "use crate::store::Db;\nuse sqlx::Row;");
        assert_eq!(
            found,
            ["src/engine/pull.rs:2: only src/store/* may name `sqlx`: the store alone speaks SQL; add a method to it"]
        );
        assert!(self::found("src/store/contacts.rs", "use sqlx::Row;").is_empty());
        assert!(self::found("src/cli/demo.rs", "use intentd_hubspot::fake;").is_empty());
        assert_eq!(self::found("src/cli/sync.rs", "use intentd_hubspot::fake;").len(), 1);
        assert!(self::found("connectors/marketo/src/fake/mod.rs", "use axum::Router;").is_empty());
        assert_eq!(self::found("connectors/marketo/src/auth.rs", "use axum::Router;").len(), 1);
    }

    #[test]
    fn the_core_knows_words_and_calendars_only() {
        assert!(
            found("src/domain/plan.rs", "use intentd_sdk::{record::ObjectKind, source::Selection, Timestamp};")
                .is_empty()
        );
        assert_eq!(found("src/domain/plan.rs", "use intentd_sdk::{http::Transport};").len(), 1);
        assert_eq!(found("src/domain/plan.rs", "async fn f() {}").len(), 1);
        assert_eq!(found("src/domain/plan.rs", "fn f() { tokio::spawn(g()); }").len(), 1);
        assert_eq!(found("src/domain/plan.rs", "#[cfg(test)]\nmod tests { use tokio::test; }").len(), 1);
    }

    #[test]
    fn the_time_comes_from_one_file() {
        for source in
            ["use std::time::{Duration, Instant};", "fn f() { jiff::Timestamp::now(); }", "use tokio::time::sleep;"]
        {
            assert_eq!(found("src/engine/pull.rs", source).len(), 1, "{source}");
            assert!(found(CLOCK, source).is_empty(), "{source}");
        }
        assert!(found("src/engine/pull.rs", "#[cfg(test)]\nmod tests { use std::time::Instant; }").is_empty());
        assert!(found("src/engine/pull.rs", "use std::time::Duration;").is_empty());
    }
}
