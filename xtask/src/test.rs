//! All tests in one command, on a machine that has nothing but cargo and a C compiler. The store's tests also run on a
//! PostgreSQL when one can be started here; when not, it says so and how to get one. Ends with a summary that says what
//! ran, so that a skipped half cannot pass for a whole.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::cargo;
use crate::postgres::{self, Server};

/// Where the store's tests look for a PostgreSQL.
const POSTGRES_URL: &str = "INTENTD_TEST_POSTGRES_URL";

/// Runs `cargo test --workspace --all-features` with more arguments.
pub(crate) fn run(root: &Path, more: &[&str]) -> anyhow::Result<()> {
    if Command::new("cc").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_err() {
        bail!(
            "a C compiler is needed for the bundled SQLite and was not found as `cc`; on Debian: apt install build-essential"
        );
    }
    let (server, postgres) = postgres()?;
    println!("xtask: cargo test --workspace --all-features {}", more.join(" "));
    let mut tests = cargo();
    tests.args(["test", "--workspace", "--all-features", "--no-fail-fast"]).args(more).current_dir(root);
    if let Some(server) = &server {
        tests.env(POSTGRES_URL, server.url());
    }
    let mut child = tests.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let mut tally = Tally::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.context("cannot read what cargo prints")?;
            tally.read(&line);
            println!("{line}");
        }
    }
    let status = child.wait().context("cannot wait for cargo")?;
    drop(server);

    println!("\nsummary");
    println!("  tests       {} passed, {} failed, {} ignored", tally.passed, tally.failed, tally.ignored);
    println!("  SQLite      bundled");
    println!("  PostgreSQL  {postgres}");
    if !status.success() {
        bail!("not all is well; the failures are above");
    }
    if tally.passed == 0 {
        bail!("no test ran");
    }
    Ok(())
}

/// A PostgreSQL for the tests, and how it is with it, in words.
fn postgres() -> anyhow::Result<(Option<Server>, String)> {
    if std::env::var_os(POSTGRES_URL).is_some() {
        return Ok((None, format!("the server that {POSTGRES_URL} names")));
    }
    let Some(programs) = postgres::find() else {
        let words = "SKIPPED: `initdb` was not found; on Debian: apt install postgresql".to_owned();
        println!("xtask: PostgreSQL {words}");
        return Ok((None, words));
    };
    let server = Server::start(&programs).context("cannot start a throw-away PostgreSQL")?;
    let words = format!("a throw-away server, {}", server.version());
    println!("xtask: PostgreSQL {words}");
    Ok((Some(server), words))
}

/// What the lines `test result: ok. 3 passed; 0 failed; 1 ignored; …` add up to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Tally {
    passed: u64,
    failed: u64,
    ignored: u64,
}

impl Tally {
    fn read(&mut self, line: &str) {
        let Some(counts) = line.strip_prefix("test result: ") else { return };
        for part in counts.split(['.', ';']) {
            let mut words = part.split_whitespace();
            let (Some(number), Some(what)) = (words.next().and_then(|word| word.parse::<u64>().ok()), words.next())
            else {
                continue;
            };
            match what {
                "passed" => self.passed += number,
                "failed" => self.failed += number,
                "ignored" => self.ignored += number,
                _ => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn result_lines_add_up() {
        let mut tally = Tally::default();
        for line in [
            "running 4 tests",
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 11 filtered out; finished in 0.00s",
            "test result: FAILED. 2 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.09s",
        ] {
            tally.read(line);
        }
        assert_eq!(tally, Tally { passed: 5, failed: 1, ignored: 1 });
    }
}
