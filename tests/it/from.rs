//! Recorded messages: whatever a log holds, it is read to its end.

use std::process::Stdio;

use crate::sandbox::{Said, Sandbox};

const WRONG: &str = "fn main() { let x = 1; let y: u8 = \"\"; }\n";

fn read(sandbox: &Sandbox, log: &[u8]) -> Said {
    sandbox.write("a.log", log);
    sandbox.ours("ours", &["--from", "a.log"])
}

fn recorded(sandbox: &Sandbox) -> String {
    sandbox.cargo_check("cargos", &["--message-format=json", "-q"]).stdout
}

#[test]
fn a_log_of_cargo_is_told_as_cargo_tells_it() {
    let sandbox = Sandbox::package(&[("src/main.rs", "fn main() { let x = 1; if (true) {} }\n")]);
    let said = read(&sandbox, recorded(&sandbox).as_bytes());
    let cargos = sandbox.cargo_check("cargos", &["--bin", "a"]);
    let cargos = cargos.stderr.lines().filter(|line| !line.contains("Finished")).collect::<Vec<_>>();
    assert_eq!(said.stderr.lines().collect::<Vec<_>>(), cargos);
    assert_eq!(said.code, Some(0));
}

#[test]
fn an_error_in_a_log_is_an_error() {
    let sandbox = Sandbox::package(&[("src/main.rs", WRONG)]);
    let log = recorded(&sandbox);
    assert_eq!(read(&sandbox, log.as_bytes()).code, Some(101));
    let finished = "{\"reason\":\"build-finished\",\"success\":false}\n";
    assert_eq!(read(&sandbox, finished.as_bytes()).code, Some(101));
    assert_eq!(read(&sandbox, b"").code, Some(0));
    assert_eq!(sandbox.ours("ours", &["--from=a.log", "--exit-zero"]).code, Some(0));
}

#[test]
fn rustcs_bare_messages_are_read() {
    let sandbox = Sandbox::new(&[("a.rs", WRONG)]);
    let mut rustc = sandbox.command("rustc", "cargos");
    rustc.args(["--error-format=json", "--emit=metadata", "--out-dir", "target", "a.rs"]);
    let log = rustc.output().expect("rustc is installed").stderr;
    let said = read(&sandbox, &log);
    assert!(said.stderr.starts_with("error[E0308]: mismatched types\n --> a.rs:1:36\n"), "{}", said.stderr);
    assert_eq!(said.code, Some(101));
}

#[test]
fn odd_lines_do_not_stop_the_reading() {
    let sandbox = Sandbox::package(&[("src/main.rs", WRONG)]);
    let log = recorded(&sandbox);
    let plain = read(&sandbox, log.as_bytes()).stderr;

    let windows = format!("\u{feff}{}", log.replace('\n', "\r\n"));
    assert_eq!(read(&sandbox, windows.as_bytes()).stderr, plain);

    let power_shell: Vec<u8> =
        std::iter::once(0xfeff).chain(log.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    assert_eq!(read(&sandbox, &power_shell).stderr, plain);

    let mut odd = b"\xff\xff is no text\n{\"a\":1}\n{\"b\":2}\n[1,2]\n{ braces }\nnull\n".to_vec();
    odd.extend_from_slice(log.as_bytes());
    odd.extend_from_slice(&log.as_bytes()[..300]);
    let said = read(&sandbox, &odd);
    let passed_on = "\u{fffd}\u{fffd} is no text\n[1,2]\n{ braces }\nnull\n";
    let warning =
        "warning: 2 lines of `a.log` are no compiler messages; 1 line of `a.log` is cut off or damaged\n";
    assert_eq!(said.stderr, format!("{passed_on}{plain}{warning}"));
    assert_eq!(said.code, Some(101));

    let deep = format!("{{\"reason\":\"compiler-message\",\"message\":{}", "[".repeat(100_000));
    let said = read(&sandbox, deep.as_bytes());
    assert_eq!(said.stderr, "warning: 1 line of `a.log` is cut off or damaged\n");
    let long = format!("{{\"x\":\"{}\"}}\n", "y".repeat(5 << 20));
    assert_eq!(read(&sandbox, long.as_bytes()).stderr, "warning: 1 line of `a.log` is no compiler message\n");
}

#[test]
fn fields_may_be_missing() {
    let sandbox = Sandbox::new(&[]);
    let log = "{\"reason\":\"compiler-message\",\"package_id\":null,\"target\":null,\"message\":{\"message\":\"m\",\
               \"code\":null,\"level\":\"warning\",\"spans\":[],\"children\":[],\"rendered\":null}}\n\
               {\"reason\":\"compiler-artifact\"}\n{\"reason\":\"build-finished\"}\n{\"reason\":null}\n";
    let said = read(&sandbox, log.as_bytes());
    assert_eq!(said.stderr, "warning: m\n\nwarning: 1 line of `a.log` is no compiler message\n");
}

#[test]
fn standard_input_is_a_log_too() {
    let sandbox = Sandbox::package(&[("src/main.rs", WRONG)]);
    sandbox.write("a.log", recorded(&sandbox));
    let file = std::fs::File::open(sandbox.path().join("a.log")).expect("just written");
    let said = sandbox.ours_with(&["--from", "-"], |command| command.stdin(file));
    assert_eq!(said.code, Some(101));
    let said = sandbox.ours_with(&["--from", "-"], |command| command.stdin(Stdio::null()));
    assert_eq!((said.stderr.as_str(), said.code), ("", Some(0)));
}

#[test]
fn a_log_cannot_play_tricks_on_a_terminal() {
    let sandbox = Sandbox::new(&[]);
    let log = "{\"message\":\"m\",\"code\":null,\"level\":\"warning\",\"spans\":[],\"children\":[],\
               \"rendered\":\"\\u001b[1mbold\\u001b[0m \\u001b]0;title\\u0007 \\u202e\\n\"}\n";
    sandbox.write("a.log", log);
    let said = sandbox.ours("ours", &["--from=a.log", "--color=always"]);
    assert_eq!(said.stderr, "\u{1b}[1mbold\u{1b}[0m \\u{1b}]0;title\\u{7} \\u{202e}\n");
    let said = sandbox.ours("ours", &["--from=a.log"]);
    assert_eq!(said.stderr, "bold \\u{1b}]0;title\\u{7} \\u{202e}\n");
}
