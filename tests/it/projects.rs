//! Ways out are tried in projects of every kind: wrappers, editions, folders that cannot be written.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use cargo_ownership::rules::RULES;

use crate::sandbox::Sandbox;
use crate::verify::{MOVED, assert_compiles, member, same, verdicts};

/// A program that takes the compiler's place, writes down what it is asked, and passes it on.
#[cfg(unix)]
fn wrapper(sandbox: &Sandbox, name: &str) -> PathBuf {
    use std::os::unix::fs::PermissionsExt;
    let log = sandbox.path().join("target").join(name).with_extension("log");
    let script = format!("#!/bin/sh\necho \"$@\" >> {}\nexec \"$@\"\n", log.display());
    let path = sandbox.write(format!("target/{name}"), script);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    path
}

/// cargo may use it as it likes; our attempts are nothing that a cache could know.
#[cfg(unix)]
#[test]
fn a_cache_of_compilations_is_not_asked_about_attempts() {
    let sandbox = Sandbox::package(&[("src/lib.rs", MOVED)]);
    let cache = wrapper(&sandbox, "sccache");
    assert_compiles(&verdicts(&sandbox, &[], |command| command.env("RUSTC_WRAPPER", &cache)));
    let log = std::fs::read_to_string(cache.with_extension("log")).expect("cargo has asked it");
    let checks = |log: &str| log.lines().filter(|line| line.contains("--crate-name a ")).count();
    assert_eq!(checks(&log), 1, "{log}");
    assert!(!log.contains("target/ours/ownership"), "{log}");
}

/// As `cargo clippy` does it.
#[cfg(unix)]
#[test]
fn a_wrapper_of_the_workspace_judges_with_its_variables() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::package(&[("src/lib.rs", &format!("#[cfg(wrapped)]\n{MOVED}"))]);
    let script = "#!/bin/sh\nexec \"$@\" $LIKE_CLIPPY_ARGS --check-cfg 'cfg(wrapped)'\n";
    let path = sandbox.write("target/driver", script);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let cache = wrapper(&sandbox, "other");
    let found = verdicts(&sandbox, &[], |command| {
        command.env("RUSTC_WORKSPACE_WRAPPER", &path).env("RUSTC_WRAPPER", &cache);
        command.env("LIKE_CLIPPY_ARGS", "--cfg wrapped")
    });
    assert_compiles(&found);
}

#[test]
fn every_edition_is_known() {
    let sandbox = Sandbox::package(&[]);
    for (edition, old) in [
        ("2015", "pub fn m(async: ::std::rc::Rc<u8>) { drop(async) }\n"),
        ("2018", "pub fn m(gen: dyn_free::T) { drop(gen) }\npub mod dyn_free { pub struct T; }\n"),
        ("2021", "pub fn m(gen: [u8; 1]) -> Option<u8> { gen.into_iter().next() }\n"),
        ("2024", "pub fn m(r#gen: &[u8]) -> impl Iterator<Item = &u8> { r#gen.iter() }\n"),
    ] {
        sandbox.write("src/lib.rs", format!("{old}{MOVED}"));
        sandbox.write(
            "Cargo.toml",
            format!("[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"{edition}\"\n"),
        );
        assert_compiles(&verdicts(&sandbox, &[], same));
    }
}

/// Permissions do not bind whoever is root; a file system that is mounted for reading does. Where nobody
/// may mount, there is nothing to see.
#[cfg(target_os = "linux")]
#[test]
fn a_source_tree_that_is_mounted_for_reading_is_no_obstacle() {
    let sandbox = Sandbox::new(&[("w/Cargo.toml", &member("a", "[workspace]\n")), ("w/src/lib.rs", MOVED)]);
    let tree = sandbox.path().join("w");
    // cargo itself refuses to go on without a lock file.
    sandbox.command("cargo", "ours").arg("generate-lockfile").current_dir(&tree).output().expect("it runs");
    let tree = tree.display();
    let mounted =
        format!("mount --bind {tree} {tree} && mount -o remount,bind,ro {tree} && cd {tree} && exec \"$@\"");
    let unshared = |flags: &str, words: &[&str]| {
        let mut command = sandbox.command("unshare", "ours");
        command.args([flags, "sh", "-c", &mounted, "sh"]).args(words).stderr(Stdio::null());
        command
    };
    let can = |flags: &&&str| {
        unshared(flags, &["sh", "-c", "! touch new"]).status().is_ok_and(|status| status.success())
    };
    let Some(flags) = ["-m", "-rm"].iter().find(can) else { return };
    let ours = env!("CARGO_BIN_EXE_cargo-ownership");
    let words = [ours, "ownership", "--report", "json", "--verify-budget", "120"];
    let output = unshared(flags, &words).output().expect("it has started before");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("\"compiles\""), "{said}");
}

#[test]
fn whoever_keeps_the_shadow_is_told_where_it_is() {
    let sandbox = Sandbox::package(&[("src/lib.rs", MOVED)]);
    let said = sandbox.ours("mine", &["--report", "json", "--keep-shadow"]);
    let line = said.stderr.lines().find(|line| line.starts_with("The shadow copies stay in `"));
    let folder = line.and_then(|line| line.split('`').nth(1)).expect(&said.stderr);
    assert!(Path::new(folder).join("commands").is_dir(), "{folder}");
    let said = sandbox.ours("mine", &["--report", "json"]);
    assert!(!said.stderr.contains("shadow") && !Path::new(folder).exists(), "{}", said.stderr);
}

/// Waits for a command, but not longer than a time; whether it was killed.
fn killed_after(command: &mut Command, time: Duration) -> bool {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let end = Instant::now() + time;
    while Instant::now() < end {
        if child.try_wait().expect("it is ours").is_some() {
            return false;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
    child.kill().expect("it is ours");
    child.wait().expect("it ends");
    true
}

#[cfg(unix)]
#[test]
fn fifty_kills_change_nothing_and_the_next_run_works() {
    let sandbox = Sandbox::package(&[("src/lib.rs", MOVED)]);
    let ours = || {
        let mut command = sandbox.command(env!("CARGO_BIN_EXE_cargo-ownership"), "ours");
        command.args(["ownership", "--report", "json"]);
        command
    };
    let before = sandbox.files();
    // How long it takes here and now, with what cargo has to do only once already done.
    ours().output().expect("it runs");
    let start = Instant::now();
    ours().output().expect("it runs");
    let whole = start.elapsed();
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let mut killed = 0;
    for _ in 0..50 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let part = (dice >> 33) as f64 / f64::from(1_u32 << 31);
        killed += u32::from(killed_after(&mut ours(), whole.mul_f64(part)));
        assert_eq!(sandbox.files(), before);
    }
    assert!(killed > 10, "only {killed} runs were killed");
    let left = || -> Vec<_> {
        let left = std::fs::read_dir(sandbox.path().join("target/ours/ownership")).expect("it was made");
        left.flatten().map(|entry| entry.file_name()).filter(|name| name != ".lock").collect()
    };
    // A compiler that outlived its killed parent may still write; a run after its end clears that.
    for _ in 0..5 {
        assert_compiles(&verdicts(&sandbox, &[], same));
        if left().is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(500));
    }
    assert!(left().is_empty(), "{:?}", left());
}

/// A warning's fix is confirmed if the warning is gone; a program that compiles pays nothing unasked.
#[test]
fn fixes_of_warnings_are_judged_where_somebody_asks() {
    if !RULES.iter().any(|rule| rule.codes.contains(&"unused_mut")) {
        return;
    }
    let two = "pub fn f() -> u8 { let mut a = 1; a }\npub fn g() -> u8 { let mut b = 2; b }\n";
    let sandbox = Sandbox::package(&[("src/lib.rs", two)]);
    let first = |verdicts: Vec<(String, String)>| verdicts[0].1.clone();
    assert_eq!(first(verdicts(&sandbox, &[], same)), "not-tried");
    assert!(!sandbox.path().join("target/ours/ownership").exists());
    assert_eq!(first(verdicts(&sandbox, &["--verify", "always"], same)), "compiles");
    // Where the check has failed, somebody waits for the compiler anyway.
    sandbox.write("src/lib.rs", format!("{two}{MOVED}"));
    assert_eq!(first(verdicts(&sandbox, &[], same)), "resolves");
    sandbox.write("src/lib.rs", two);
    let fix = || sandbox.ours("ours", &["fix", "--allow-no-vcs"]);
    let said = fix();
    let mended = std::fs::read_to_string(sandbox.path().join("src/lib.rs")).expect("it is there");
    assert_eq!(mended, two.replace("mut ", ""), "{}", said.stdout);
    assert!(said.stdout.contains("2 mistakes fixed"), "{}", said.stdout);
    assert!(fix().stdout.contains("Nothing to fix"));
}

/// A method of the user's may give a guard under any name; only its type tells.
#[test]
fn a_guard_that_is_held_longer_is_told() {
    let library = "use std::sync::{Mutex, MutexGuard};\n\
        pub struct Shared { names: Mutex<Vec<String>> }\n\
        impl Shared {\n    \
            pub fn state(&self) -> MutexGuard<'_, Vec<String>> { self.names.lock().unwrap() }\n    \
            pub fn longest(&self) -> usize {\n        \
                let first = self.state().as_slice();\n        \
                first.len() + first.len()\n    \
            }\n\
        }\n";
    let sandbox = Sandbox::package(&[("src/lib.rs", library)]);
    let said = sandbox.ours("ours", &["--report", "json", "--verify-budget", "120"]);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).expect(&said.stderr);
    let fixes = report["findings"][0]["fixes"].as_array().expect("there is a finding").clone();
    let costs: Vec<&str> = fixes.iter().filter_map(|fix| fix["cost"].as_str()).collect();
    let held = "the `MutexGuard<'_, Vec<String>>` is held until the block ends";
    let longer = |cost: &&str| cost.contains(held) || cost.contains("copies");
    assert!(costs.iter().any(|cost| cost.contains(held)), "{costs:?}");
    assert!(costs.iter().filter(|cost| !cost.is_empty()).all(longer), "{costs:?}");
    // So it is not written unasked.
    let said = sandbox.ours("ours", &["fix", "--allow-no-vcs"]);
    assert!(said.stdout.contains("Nothing was fixed"), "{}", said.stdout);
}

/// What ends in a follow-up has the words of both deeds.
#[test]
fn a_fix_of_several_deeds_tells_them() {
    let library = "pub struct Node { name: String }\n\
        impl Node { pub fn name(&self) -> String { self.name.as_str() } }\n";
    let sandbox = Sandbox::package(&[("src/lib.rs", library)]);
    let said = sandbox.ours("ours", &["--report", "json", "--verify-budget", "120"]);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).expect(&said.stderr);
    let fixes = report["findings"][0]["fixes"].as_array().expect("there is a finding").clone();
    let several = fixes.iter().find(|fix| fix["edits"].as_array().is_some_and(|edits| edits.len() > 2));
    let several = several.expect("rustc's suggestion needs another return type");
    let title = several["title"].as_str().unwrap_or_default();
    assert!(title.contains(", then let `name` return"), "{title}");
    assert!(several["cost"].as_str().is_some_and(|cost| cost.starts_with("changes the signature")));
}
