//! `intentd check`: everything that is wrong with configuration, mappings and rules, at once. With `--online` also the
//! credentials, the scopes, and the names against the account's own schema. Changes nothing, here or there.

use std::collections::BTreeSet;

use intentd_sdk::connector::Connector;
use intentd_sdk::permit::Permits;
use intentd_sdk::record::{Item, PropertyDefinition, StreamName};
use intentd_sdk::source::{EmptyMirror, Mode, Next, ReadContext, Selection, StreamKind};
use intentd_sdk::{ConnectorError, Timestamp};

use super::{Failure, Global, Outcome, complain, context, output};

use crate::engine::cycle::{Connection, Engine};
use crate::rules::{Problem, Problems, RuleSet, check_schema, check_segments};

#[derive(clap::Args)]
pub(crate) struct CheckArgs {
    /// Also ask the vendors: credentials, scopes, and whether every property exists.
    #[arg(long)]
    online: bool,
}

pub(crate) async fn run(global: &Global, args: &CheckArgs) -> Outcome {
    let mut problems: Vec<Problem> = Vec::new();
    let config = match context::load_config(global) {
        Ok(config) => Some(config),
        Err(Failure::Problems(found)) => {
            problems.extend(found.iter().cloned());
            None
        }
        Err(failure) => return Err(failure),
    };
    let rules = match config.as_ref().map(context::rules_of) {
        Some(Ok(rules)) => Some(rules),
        Some(Err(found)) => {
            problems.extend(found.iter().cloned());
            None
        }
        None => None,
    };
    if !problems.is_empty() {
        return Err(Failure::Problems(Problems::new(problems)));
    }
    let (Some(config), Some(rules)) = (config, rules) else { return Ok(2) };
    let mut warnings: Vec<Problem> = config.warnings.iter().chain(rules.warnings.iter()).cloned().collect();
    let mut accounts = Vec::new();
    if args.online {
        let opened = context::look_and_ask(global).await?;
        for connection in &opened.engine.connections {
            let found = online(connection, &rules, opened.engine.clock.now()).await?;
            problems.extend(found.problems);
            accounts.push(found.account);
        }
        problems.extend(check_segments(&rules, segments(&opened.engine).await?.as_ref()));
    }
    if problems.iter().any(|problem| problem.severity == crate::rules::Severity::Error) {
        return Err(Failure::Problems(Problems::new(problems)));
    }
    warnings.extend(problems);
    let warnings = Problems::new(warnings);
    if !warnings.is_empty() {
        complain(&warnings.render(context::colour()));
    }
    if global.json {
        output::json(&serde_json::json!({
            "ok": true,
            "connections": config.connections.keys().collect::<Vec<_>>(),
            "scores": rules.scores.iter().map(|score| &score.name).collect::<Vec<_>>(),
            "warnings": warnings.to_json(),
            "online": accounts,
        }));
        return Ok(0);
    }
    let scores: Vec<&str> = rules.scores.iter().map(|score| score.name.as_str()).collect();
    output::line(&format!(
        "ok: {} connections, {} scores ({}), rules {}",
        config.connections.len(),
        scores.len(),
        scores.join(", "),
        &rules.fingerprint[..12.min(rules.fingerprint.len())]
    ));
    for account in &accounts {
        output::line(&format!("ok: {account}"));
    }
    if !args.online {
        output::line("Credentials, scopes and property names at the vendor: `intentd check --online`.");
    }
    Ok(0)
}

/// The segments that were read so far, by id and by name. None before the first pull, when nothing can be said.
async fn segments(engine: &Engine) -> Result<Option<BTreeSet<String>>, Failure> {
    let mut names = BTreeSet::new();
    for connection in &engine.connections {
        for (segment, _) in engine.store.list_segments(&connection.name).await? {
            names.extend([segment.name, segment.id.to_string()]);
        }
    }
    Ok(Some(names).filter(|names| !names.is_empty()))
}

struct Online {
    account: String,
    problems: Vec<Problem>,
}

async fn online(connection: &Connection, rules: &RuleSet, now: Timestamp) -> Result<Online, Failure> {
    let name = &connection.name;
    let account = connection
        .connector
        .describe(&connection.limiter)
        .await
        .map_err(|error| Failure::Failed(anyhow::anyhow!("{name}: {error}")))?;
    connection.limiter.adopt(&connection.connector.limits_of(&account));
    let mut lines = vec![format!("{name}: account {} ({}, {})", account.id, account.time_zone, account.description)];
    let mut definitions: Vec<PropertyDefinition> = Vec::new();
    let selection = Selection::default();
    for spec in connection.connector.source().streams() {
        let probe =
            Probe { connector: connection.connector.as_ref(), permits: &connection.limiter, selection: &selection };
        match spec.kind {
            StreamKind::Reference => match probe.read_all(&spec.name, now).await {
                Ok(items) => definitions.extend(items.into_iter().filter_map(|item| match item {
                    Item::Property(definition) => Some(definition),
                    _ => None,
                })),
                Err(error) => lines.push(format!("{}: {error}", spec.name)),
            },
            StreamKind::AssociationsOf { .. } => {}
            _ => {
                if let Err(error @ ConnectorError::Forbidden { .. }) = probe.plan(&spec.name, now).await {
                    lines.push(format!("{} would be off: {error}", spec.name));
                }
            }
        }
    }
    let problems = check_schema(rules, &connection.vendor, &definitions);
    Ok(Online { account: lines.join("\n    "), problems })
}

/// Reads without keeping anything.
struct Probe<'a> {
    connector: &'a dyn Connector,
    permits: &'a dyn Permits,
    selection: &'a Selection,
}

impl Probe<'_> {
    fn context(&self, now: Timestamp) -> ReadContext<'_> {
        ReadContext { permits: self.permits, selection: self.selection, mirror: &EmptyMirror, now }
    }

    async fn plan(&self, stream: &StreamName, now: Timestamp) -> Result<(), ConnectorError> {
        self.connector.source().plan(&self.context(now), stream, Mode::Backfill, None).await.map(|_| ())
    }

    async fn read_all(&self, stream: &StreamName, now: Timestamp) -> Result<Vec<Item>, ConnectorError> {
        let source = self.connector.source();
        let plan = source.plan(&self.context(now), stream, Mode::Backfill, None).await?;
        let mut items = Vec::new();
        for window in &plan.windows {
            let mut cursor = None;
            loop {
                let page = source.read(&self.context(now), stream, window, cursor.as_ref()).await?;
                items.extend(page.items);
                match page.next {
                    Next::More(next) | Next::Later { cursor: next, .. } | Next::Split { cursor: next, .. } => {
                        cursor = Some(next)
                    }
                    Next::Done(_) => break,
                }
            }
        }
        Ok(items)
    }
}
