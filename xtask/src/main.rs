//! `cargo xtask <verb>`: what a developer does with the tree besides building it. Each verb is one module. Nothing here is
//! part of the product, and nothing here needs more than cargo and a C compiler.
#![expect(clippy::print_stdout, reason = "a command-line tool talks on standard output")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

mod docs;
mod postgres;
mod test;
mod tidy;

const USAGE: &str = "\
usage: cargo xtask <verb>

  test [-- <arguments of cargo test>]
                  run all tests, the store's on a throw-away PostgreSQL too when its programs are installed
  tidy            check what the compiler cannot: who names whom, promises, migrations, documents, file lengths
  docs [--check]  write docs/reference from the program; with --check, fail if that changes anything";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let result = match words.as_slice() {
        ["test"] => test::run(&root(), &[]),
        ["test", "--", rest @ ..] => test::run(&root(), rest),
        ["tidy"] => tidy::run(&root()),
        ["docs"] => docs::write(&root()),
        ["docs", "--check"] => docs::check(&root()),
        _ => {
            println!("{USAGE}");
            return ExitCode::from(if matches!(words.as_slice(), ["help" | "--help"]) { 0 } else { 2 });
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The top of the tree.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or(Path::new(".")).to_owned()
}

/// The cargo that runs us, so that a pinned toolchain stays pinned.
fn cargo() -> std::process::Command {
    std::process::Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}
