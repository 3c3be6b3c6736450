//! Shows long texts page by page on a terminal, as git does.
//!
//! Architecture Invariant: the only module that starts a pager, and only where standard output is a
//! terminal.

use std::io::{self, IsTerminal, Write};
use std::process::{Command, Stdio};

/// Writes a text to standard output, on a terminal through `$PAGER` (`less` where it is not set;
/// nothing is paged where it is empty or `cat`).
pub fn show(text: &str) -> io::Result<()> {
    let pager = std::env::var("PAGER").unwrap_or_else(|_| "less".to_owned());
    let mut words = pager.split_whitespace();
    let program = words.next().filter(|program| *program != "cat" && io::stdout().is_terminal());
    let Some(program) = program else { return io::stdout().write_all(text.as_bytes()) };
    let mut command = Command::new(program);
    command.args(words).stdin(Stdio::piped());
    if std::env::var_os("LESS").is_none() {
        // Quit where one screen is enough, pass colours on, leave the text on the screen.
        command.env("LESS", "FRX");
    }
    let Ok(mut child) = command.spawn() else { return io::stdout().write_all(text.as_bytes()) };
    if let Some(mut input) = child.stdin.take() {
        // A reader who has seen enough closes the pager before the end.
        let _ = input.write_all(text.as_bytes());
    }
    child.wait().map(drop)
}
