//! `--watch`: a real process, a file that changes, and what it says of it.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::sync::mpsc::channel;
use std::time::Duration;

use crate::sandbox::Sandbox;

const BROKEN: &str = "pub fn f(v: Vec<u8>) {\n    let a = v;\n    drop(v);\n    drop(a);\n}\n";

#[test]
fn every_change_is_checked_and_compared() {
    let sandbox = Sandbox::package(&[("src/lib.rs", BROKEN)]);
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_cargo-ownership"), "ours");
    command.args(["ownership", "--watch", "--verify=never"]).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.spawn().expect("the program can be started");
    let out = child.stdout.take().expect("it was piped");
    let (sender, lines) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(out).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let until = |words: &str| -> String {
        let mut seen = String::new();
        loop {
            let line =
                lines.recv_timeout(Duration::from_secs(60)).unwrap_or_else(|_| panic!("{words}: {seen}"));
            seen += &line;
            seen += "\n";
            if line.contains(words) {
                return seen;
            }
        }
    };
    let waiting = "Waiting for a change";
    assert!(until(waiting).contains("error[E0382]"));
    sandbox.write("src/lib.rs", BROKEN.replace("    drop(v);\n", ""));
    let better = until(waiting);
    assert!(
        better.contains("Better: 1 mistake is gone\n  - src/lib.rs:3:10: A value is used after"),
        "{better}"
    );
    // A new file in a new folder counts too.
    sandbox.write("src/more/mod.rs", BROKEN);
    sandbox.write("src/lib.rs", "pub mod more;\n");
    let mut worse = until(waiting);
    if !worse.contains("Worse:") {
        worse = until(waiting);
    }
    assert!(
        worse.contains("Worse: 1 mistake is new\n  + src/more/mod.rs:3:10: A value is used after"),
        "{worse}"
    );
    child.kill().expect("it is still there");
    let _ = child.wait();
}
