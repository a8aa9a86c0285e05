//! `intentd schema`: the JSON Schemas of the YAML files, so that an editor completes and checks while one types.

use std::path::PathBuf;

use super::{Global, Outcome, output};

#[derive(clap::Args)]
pub(crate) struct SchemaArgs {
    /// Write one file per schema into this folder instead of printing them all.
    #[arg(long, value_name = "FOLDER")]
    out: Option<PathBuf>,
}

pub(crate) fn run(_global: &Global, args: &SchemaArgs) -> Outcome {
    let mut schemas = crate::rules::schemas();
    schemas.push(("intentd".to_owned(), crate::config::schema(&super::context::vendor_settings())));
    match &args.out {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            for (name, schema) in schemas {
                let path = folder.join(format!("{name}.schema.json"));
                let text = serde_json::to_string_pretty(&schema).unwrap_or_default();
                std::fs::write(&path, text + "\n")?;
                output::line(&path.display().to_string());
            }
        }
        None => {
            let all: serde_json::Map<String, serde_json::Value> =
                schemas.into_iter().map(|(name, schema)| (name.to_string(), schema)).collect();
            output::json(&all);
        }
    }
    Ok(0)
}
