//! `intentd migrate`: brings the database to this version's form.

use super::{Global, Outcome, context, output};

pub(crate) async fn run(global: &Global) -> Outcome {
    let config = context::load_config(global)?;
    let store = context::open_store(&config).await?;
    let _lock = context::lock_store(&store).await?;
    let applied = context::migrate_safely(&store).await?;
    if global.json {
        output::json(&serde_json::json!({ "applied": applied }));
    } else if applied.is_empty() {
        output::line("The database is up to date.");
    } else {
        for name in applied {
            output::line(&format!("applied {name}"));
        }
    }
    Ok(0)
}
