//! What is special about `cargo clippy`.

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use anyhow::bail;

use super::{answer, path_from, program, rustc_program};

/// What `cargo clippy` puts behind each option that it hands to its compiler.
pub const SEPARATOR: &str = "__CLIPPY_HACKERY__";

/// Says plainly that clippy is missing: cargo only knows no such command.
pub fn must_be_there() -> anyhow::Result<()> {
    if answer(Command::new(program()).args(["clippy", "-V"])).is_ok() {
        return Ok(());
    }
    // A cargo that does not answer either is another matter.
    answer(Command::new(program()).arg("-V"))?;
    bail!("clippy is not installed; `rustup component add clippy` installs it")
}

/// Options with which `cargo check` does what `cargo clippy` would: it lets clippy's compiler check
/// the packages of the workspace.
pub fn as_check(lints: &[OsString]) -> Vec<OsString> {
    let mut words = vec![setting("build.rustc-workspace-wrapper", &driver())];
    if !lints.is_empty() {
        let joined: String = lints.iter().map(|lint| lint.to_string_lossy() + SEPARATOR).collect();
        words.push(setting("env.CLIPPY_ARGS", &joined));
    }
    words
}

/// A JSON string is a string of TOML too.
fn setting(key: &str, value: &str) -> OsString {
    format!("--config={key}={}", serde_json::Value::from(value)).into()
}

/// The compiler that stands beside the user's; where it does not, it is found by its name.
fn driver() -> String {
    let name = format!("clippy-driver{}", std::env::consts::EXE_SUFFIX);
    let sysroot = answer(Command::new(rustc_program()).args(["--print", "sysroot"]));
    let beside = sysroot.ok().map(|root| path_from(root.trim_ascii_end()).join("bin").join(&name));
    let beside = beside.filter(|path| Path::is_file(path)).and_then(|path| path.to_str().map(str::to_owned));
    beside.unwrap_or(name)
}
