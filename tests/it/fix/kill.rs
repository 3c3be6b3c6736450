//! Killed at any moment, each file is whole: the old one or the new one.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use cargo_ownership::apply::{Change, Writer, clear_leftovers};

use crate::sandbox::Sandbox;

const FOLDER: &str = "CARGO_OWNERSHIP_TEST_KILLED";
const READY: &str = "begins to write";
const FILES: [&str; 3] = ["a.rs", "src/b.rs", "src/c.rs"];

fn old(name: &str) -> Vec<u8> {
    format!("\u{feff}// {name}\r\n").repeat(2_000).into_bytes()
}

fn new(name: &str) -> Vec<u8> {
    format!("// new {name}\n").repeat(3_000).into_bytes()
}

/// Not a test of its own: the program that is killed. It writes and puts back for ever.
#[test]
#[ignore = "started by the test below, to be killed"]
fn write_and_put_back_for_ever() {
    let Some(folder) = std::env::var_os(FOLDER) else { return };
    let folder = Path::new(&folder);
    let change = |name: &&str| Change { path: folder.join(name), before: old(name), after: new(name) };
    let changes: Vec<Change> = FILES.iter().map(change).collect();
    println!("{READY}");
    loop {
        let mut writer = Writer::new(&[folder.to_owned()]).expect("the folder is there");
        writer.write(&changes).expect("nobody else writes");
        assert!(writer.put_back().is_empty());
    }
}

#[test]
fn every_file_is_whole_after_fifty_kills() {
    let sandbox = Sandbox::new(&[]);
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let mut leftovers = 0;
    let mut written = 0;
    for _ in 0..50 {
        for name in FILES {
            sandbox.write(name, old(name));
        }
        let mut child = Command::new(std::env::current_exe().expect("we run"))
            .args(["--exact", "fix::kill::write_and_put_back_for_ever", "--ignored", "--nocapture"])
            .env(FOLDER, sandbox.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("we can be started");
        let mut said = BufReader::new(child.stdout.take().expect("it is piped")).lines();
        assert!(said.any(|line| line.is_ok_and(|line| line.ends_with(READY))), "it did not begin");
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        std::thread::sleep(Duration::from_micros((dice >> 33) % 20_000));
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        let mut found = 0;
        for (path, bytes) in sandbox.files() {
            let name = path.strip_prefix(sandbox.path()).expect("it is in the sandbox").to_string_lossy();
            if name.contains(".cargo-ownership-") {
                leftovers += 1;
                continue;
            }
            found += 1;
            written += usize::from(bytes == new(&name));
            assert!(bytes == old(&name) || bytes == new(&name), "{name} is neither old nor new");
        }
        assert_eq!(found, FILES.len());
        clear_leftovers(&[sandbox.path().to_owned()]);
        assert_eq!(sandbox.files().len(), FILES.len(), "a killed run left a file behind");
    }
    // Else it was always killed before it began, or it cleaned up although it was killed.
    assert!(leftovers > 0 && written > 0, "{leftovers} leftovers, {written} new files");
}
