//! Turns a run into an exit code, nothing else.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(cargo_ownership::run(std::env::args_os()))
}
