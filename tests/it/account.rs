//! A fake account on loopback and a folder with a configuration that points at it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::{Arc, OnceLock};

use intentd_hubspot::fake::{FakeConfig, FakeHubSpot};
use intentd_sdk::clock::{Clock, SystemClock};
use serde_json::Value;

/// A fake account that is served until it is dropped, and a workspace for it.
pub(crate) struct Site {
    pub(crate) fake: FakeHubSpot,
    pub(crate) folder: tempfile::TempDir,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Site {
    /// A small seeded account with open guards.
    pub(crate) fn new() -> Site {
        Site::with(FakeConfig::for_tests(), OPEN_GUARDS)
    }

    /// An account of one's own choice; `guards` is put into the configuration as it is.
    pub(crate) fn with(config: FakeConfig, guards: &str) -> Site {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        // One story for all accounts of a test run: what is compared differs in nothing but the order of events.
        static NOW: OnceLock<intentd_sdk::Timestamp> = OnceLock::new();
        let config = FakeConfig { now: *NOW.get_or_init(|| clock.now()), ..config };
        Site::of(FakeHubSpot::seeded(config, clock), guards)
    }

    /// A workspace for an account that is there.
    pub(crate) fn of(fake: FakeHubSpot, guards: &str) -> Site {
        let token = fake.config().token.clone();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        runtime.spawn(fake.clone().serve(listener));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("token"), token).unwrap();
        let text = format!(
            "workspace: {{time_zone: Europe/Stockholm}}\ndatabase: {{url: sqlite:intentd.db}}\nconnections:\n  hubspot:\n    \
             vendor: hubspot\n    base_url: {url}\n    auth: {{token: {{file: token}}}}\n{guards}\n"
        );
        std::fs::write(folder.path().join("intentd.yaml"), text).unwrap();
        Site { fake, folder, runtime: Some(runtime) }
    }

    /// Lets this workspace make as many calls as it likes: for tests about something else than limits.
    pub(crate) fn hurry(&self) {
        let text = std::fs::read_to_string(self.config_file()).unwrap();
        let vendor = "vendor: hubspot\n";
        let text = text.replace(vendor, &format!("{vendor}    limits: {{search: 1000, burst: 10000}}\n"));
        std::fs::write(self.config_file(), text).unwrap();
    }

    /// Takes the search index for immediate, as the fake's is unless told otherwise: every change is read in the next cycle,
    /// and nothing is put off until the index has settled.
    pub(crate) fn trust_the_index(&self) {
        let text = std::fs::read_to_string(self.config_file()).unwrap();
        let vendor = "vendor: hubspot\n";
        let text = text.replace(vendor, &format!("{vendor}    options: {{search_lag_seconds: 0}}\n"));
        std::fs::write(self.config_file(), text).unwrap();
    }

    pub(crate) fn config_file(&self) -> PathBuf {
        self.folder.path().join("intentd.yaml")
    }

    /// A command of the real binary in this workspace.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        command(&self.config_file(), arguments)
    }

    /// Runs a command to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs a command that must end well, and reads the JSON value it prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--json"]).collect();
        let output = self.run(&arguments);
        assert!(
            output.status.success(),
            "{arguments:?} ended with {}:\n{}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// A command of the real binary.
pub(crate) fn command(config: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_intentd"));
    command.arg("--config").arg(config).args(arguments).env_remove("INTENTD_CONFIG").env("NO_COLOR", "1");
    command
}

pub(crate) const OPEN_GUARDS: &str =
    "guards: {first_apply_max_records: 1000000, max_share_percent: 100, max_cleared_values: 1000000}";

/// The number at a path such as `/changes/written`.
pub(crate) fn number(value: &Value, path: &str) -> u64 {
    value.pointer(path).and_then(Value::as_u64).unwrap_or_else(|| panic!("no number at {path} in {value}"))
}

/// Where two values differ first, in words; goldens of whole accounts are too long to be printed.
pub(crate) fn difference(path: &str, left: &Value, right: &Value) -> Option<String> {
    match (left, right) {
        (Value::Object(left), Value::Object(right)) => {
            let names: std::collections::BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            names.into_iter().find_map(|name| {
                let (left, right) = (left.get(name).unwrap_or(&Value::Null), right.get(name).unwrap_or(&Value::Null));
                difference(&format!("{path}/{name}"), left, right)
            })
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .enumerate()
            .find_map(|(index, (left, right))| difference(&format!("{path}/{index}"), left, right)),
        _ if left == right => None,
        _ => Some(format!("{path}: {left:.120} against {right:.120}")),
    }
}
