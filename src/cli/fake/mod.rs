//! `intentd fake`: a built-in fake vendor on its own, to try things against. It refuses what the vendor refuses.

mod hubspot;
mod marketo;

use std::future::Future;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::net::TcpListener;

use super::{Failure, Global, Outcome};

#[derive(clap::Args)]
pub(crate) struct FakeArgs {
    #[command(subcommand)]
    vendor: Vendor,
}

#[derive(clap::Subcommand)]
enum Vendor {
    /// A HubSpot account with invented people.
    Hubspot(hubspot::HubSpotArgs),
    /// A Marketo instance with invented people.
    Marketo(marketo::MarketoArgs),
}

/// What people did: `none`, or the default amount.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Amount {
    None,
    Default,
}

pub(crate) async fn run(global: &Global, args: FakeArgs) -> Outcome {
    match args.vendor {
        Vendor::Hubspot(args) => hubspot::run(global, args).await,
        Vendor::Marketo(args) => marketo::run(global, args).await,
    }
}

async fn listen(port: u16) -> Result<TcpListener, Failure> {
    TcpListener::bind(("127.0.0.1", port))
        .await
        .map_err(|error| Failure::Input(format!("cannot listen on port {port}: {error}; choose another with --port")))
}

/// Serves until Ctrl-C.
async fn until_interrupted(serving: impl Future<Output = std::io::Result<()>>) -> std::io::Result<()> {
    tokio::select! {
        result = serving => result,
        result = tokio::signal::ctrl_c() => result,
    }
}

/// The account that an earlier run left in a file, if there is one.
fn load<A: DeserializeOwned>(path: Option<&Path>) -> Result<Option<A>, Failure> {
    let Some(path) = path.filter(|path| path.exists()) else { return Ok(None) };
    let text = std::fs::read_to_string(path)?;
    serde_json::from_str(&text)
        .map(Some)
        .map_err(|error| Failure::Input(format!("{}: not the state of a fake account: {error}", path.display())))
}

/// Writes the account beside its place and moves it there, so that the file is always whole.
fn save(account: &impl Serialize, path: &Path) -> std::io::Result<()> {
    let text = serde_json::to_string(account).map_err(std::io::Error::other)?;
    let beside = path.with_extension("new");
    std::fs::write(&beside, text)?;
    std::fs::rename(beside, path)
}
