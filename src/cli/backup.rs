//! `intentd backup`: a consistent copy of the database, checked, while the daemon may be running.

use std::path::PathBuf;

use super::{Failure, Global, Outcome, context, output};

#[derive(clap::Args)]
pub(crate) struct BackupArgs {
    /// The file to write; it must not exist yet.
    file: PathBuf,
}

pub(crate) async fn run(global: &Global, args: &BackupArgs) -> Outcome {
    if args.file.exists() {
        return Err(Failure::Input(format!("{} exists already; name a new file", args.file.display())));
    }
    let config = context::load_config(global)?;
    let store = context::open_store(&config).await?;
    store.backup(&args.file).await?;
    let bytes = std::fs::metadata(&args.file)?.len();
    if global.json {
        output::json(&serde_json::json!({ "file": args.file, "bytes": bytes }));
    } else {
        output::line(&format!("{}: {} bytes, checked", args.file.display(), output::count(bytes)));
    }
    Ok(0)
}
