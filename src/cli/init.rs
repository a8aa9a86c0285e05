//! `intentd init`: a commented configuration, the default mappings and rules, and nothing that is there already is touched.

use std::path::PathBuf;

use intentd_sdk::connector::ConnectorKind;

use super::{Failure, Global, Outcome, output};

#[derive(clap::Args)]
pub(crate) struct InitArgs {
    /// The folder to write into.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// The connection's address, when it is not the vendor's own.
    #[arg(long, value_name = "URL")]
    base_url: Option<url::Url>,
}

pub(crate) fn run(global: &Global, args: &InitArgs) -> Outcome {
    if let Some(url) = &args.base_url {
        intentd_sdk::http::check_base_url(url).map_err(|error| Failure::Input(format!("--base-url {url}: {error}")))?;
    }
    let mut files: Vec<(PathBuf, String)> = vec![(args.folder.join("intentd.yaml"), config_text(args))];
    let vendors: Vec<&str> = crate::registry::vendors().into_iter().map(ConnectorKind::vendor).collect();
    for (path, text) in crate::rules::shipped(&vendors) {
        files.push((args.folder.join("mappings").join(path), text));
    }
    let existing: Vec<String> =
        files.iter().filter(|(path, _)| path.exists()).map(|(path, _)| path.display().to_string()).collect();
    if !existing.is_empty() {
        return Err(Failure::Input(format!("not overwritten: {}; choose another folder", existing.join(", "))));
    }
    let mut written = Vec::new();
    for (path, text) in files {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&path, text)?;
        written.push(path.display().to_string());
    }
    if global.json {
        output::json(&serde_json::json!({ "written": written }));
        return Ok(0);
    }
    for path in &written {
        output::line(&format!("wrote {path}"));
    }
    output::line("");
    output::line("Next: put the HubSpot token where intentd.yaml says, then");
    output::line(&format!("  intentd check --online --config {}", args.folder.join("intentd.yaml").display()));
    Ok(0)
}

fn config_text(args: &InitArgs) -> String {
    let text = crate::config::template().replace("# mappings: ./mappings", "mappings: ./mappings");
    match &args.base_url {
        None => text,
        Some(url) => text.replace("# base_url: http://127.0.0.1:4010", &format!("base_url: {url}")),
    }
}
