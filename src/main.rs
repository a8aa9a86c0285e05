//! Parses the arguments, calls the command line, turns its outcome into an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    intentd::cli::main()
}
