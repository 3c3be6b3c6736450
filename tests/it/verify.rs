//! Ways out are tried with the user's own cargo and compiler, and nothing of the user's changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::Sandbox;

/// Gives away `s` and uses it again: mended by a reference or by a copy.
pub const MOVED: &str = "pub fn f(s: String) -> String { let t = s; let _ = t.len(); s }\n";

/// The ids of the fixes of the first finding, with the verdicts.
pub fn verdicts(
    sandbox: &Sandbox,
    args: &[&str],
    change: impl FnOnce(&mut Command) -> &mut Command,
) -> Vec<(String, String)> {
    let args: Vec<&str> =
        ["--report", "json", "--verify-budget", "120"].iter().chain(args).copied().collect();
    let said = sandbox.ours_with(&args, change);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).expect(&said.stderr);
    let fixes = report["findings"][0]["fixes"].as_array().expect("there is a finding").clone();
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    fixes.iter().map(|fix| (text(&fix["id"]), text(&fix["verdict"]["status"]))).collect()
}

pub fn same(command: &mut Command) -> &mut Command {
    command
}

pub fn assert_compiles(verdicts: &[(String, String)]) {
    assert!(verdicts.iter().any(|(_, status)| status == "compiles"), "{verdicts:?}");
}

fn assert_no_claim(verdicts: &[(String, String)]) {
    assert!(!verdicts.iter().any(|(_, status)| status == "compiles"), "{verdicts:?}");
}

pub fn member(name: &str, rest: &str) -> String {
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2021\"\n{rest}")
}

type Snapshot = BTreeMap<PathBuf, (std::time::SystemTime, Vec<u8>)>;

/// Every file below a folder with its time and content, except our own.
fn snapshot(folder: &Path) -> Snapshot {
    let mut files = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("it is there").flatten() {
            let path = entry.path();
            let kind = entry.file_type().expect("it has one");
            if kind.is_dir() && entry.file_name() != "ownership" {
                folders.push(path);
            } else if kind.is_file() {
                let modified = entry.metadata().and_then(|data| data.modified()).expect("it has a time");
                files.insert(path.clone(), (modified, std::fs::read(&path).expect("it can be read")));
            }
        }
    }
    files
}

#[test]
fn a_plain_library_is_confirmed() {
    let sandbox = Sandbox::package(&[("src/lib.rs", MOVED)]);
    let found = verdicts(&sandbox, &[], same);
    assert_eq!(found[0], ("borrow-value".to_owned(), "compiles".to_owned()), "{found:?}");
    assert!(found.iter().all(|(_, status)| status != "fails"), "{found:?}");
}

#[test]
fn whoever_does_not_want_it_pays_nothing() {
    let sandbox = Sandbox::package(&[("src/lib.rs", MOVED)]);
    assert_no_claim(&verdicts(&sandbox, &["--verify", "never"], same));
    assert!(!sandbox.path().join("target/ours/ownership").exists());
    sandbox.ours("ours", &["--report", "short"]);
    assert!(!sandbox.path().join("target/ours/ownership").exists());
    sandbox.write("src/lib.rs", "");
    sandbox.ours("ours", &["--report", "json"]);
    assert!(!sandbox.path().join("target/ours/ownership").exists());
}

#[test]
fn what_cargo_has_made_stays_as_cargo_has_left_it() {
    let script = "fn main() { println!(\"cargo::rerun-if-changed=build.rs\"); }\n";
    let sandbox =
        Sandbox::package(&[("src/lib.rs", MOVED), ("build.rs", script), ("src/main.rs", "fn main() {}\n")]);
    let target = sandbox.path().join("target/ours");
    // The same run without verification comes first: what differs then is only ours.
    sandbox.ours("ours", &["--report", "json", "--verify", "never", "--lib"]);
    let before = snapshot(&target);
    // cargo itself writes when it compiles the failed unit again, so its part is cut out: the
    // time stamps may differ only where a plain check makes them differ.
    sandbox.cargo_check("ours", &["--lib"]);
    let plain = snapshot(&target);
    assert_compiles(&verdicts(&sandbox, &["--lib"], same));
    let ours = snapshot(&target);
    let differs = |a: &Snapshot, b: &Snapshot| {
        let changed: Vec<PathBuf> = b.keys().filter(|file| a.get(*file) != b.get(*file)).cloned().collect();
        changed.into_iter().filter(|file| !file.to_string_lossy().contains("incremental")).collect::<Vec<_>>()
    };
    assert_eq!(differs(&before, &plain), differs(&plain, &ours));
    let left = std::fs::read_dir(target.join("ownership")).expect("it was made").flatten();
    let left: Vec<_> = left.map(|entry| entry.file_name()).filter(|name| name != ".lock").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn what_was_fresh_stays_fresh() {
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"low\", \"up\"]\nresolver = \"2\"\n"),
        ("low/Cargo.toml", &member("low", "")),
        ("low/src/lib.rs", "pub fn g() {}\n"),
        ("up/Cargo.toml", &member("up", "[dependencies]\nlow = { path = \"../low\" }\n")),
        ("up/src/lib.rs", MOVED),
    ]);
    assert_compiles(&verdicts(&sandbox, &["--workspace"], same));
    let said = sandbox.cargo_check("ours", &["-v", "--workspace"]);
    assert!(said.stderr.contains("Fresh low"), "{}", said.stderr);
}

#[test]
fn a_program_that_uses_the_library_is_asked_too() {
    let main = "fn main() { a::f(String::new()); }\n";
    let sandbox = Sandbox::package(&[("src/lib.rs", MOVED), ("src/main.rs", main)]);
    assert_compiles(&verdicts(&sandbox, &[], same));
    // It has an error of its own that cargo has not come to.
    sandbox.write("src/main.rs", "fn main() { a::f(1); }\n");
    let found = verdicts(&sandbox, &[], same);
    assert_no_claim(&found);
    assert!(found.iter().any(|(_, status)| status == "uncovers"), "{found:?}");
}

/// The compiler suggests `&str` for the parameter, which is fine in the library alone.
#[test]
fn a_fix_that_breaks_another_member_makes_no_claim() {
    let library = "pub fn first<'a>(a: &'a str, b: &str) -> &'a str { if a.len() > 1 { a } else { b } }\n";
    let user =
        "pub fn up(x: &'static str) -> &'static str { let own = String::new(); low::first(x, &own) }\n";
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"low\", \"up\"]\nresolver = \"2\"\n"),
        ("low/Cargo.toml", &member("low", "")),
        ("low/src/lib.rs", library),
        ("up/Cargo.toml", &member("up", "[dependencies]\nlow = { path = \"../low\" }\n")),
        ("up/src/lib.rs", user),
    ]);
    let report = sandbox.ours("ours", &["--report", "json", "--workspace", "--verify-budget", "60"]);
    assert!(!report.stdout.contains("\"compiles\""), "{}", report.stdout);
    // The fix was tried: what the library gains, the member loses.
    assert!(report.stdout.contains("\"E0621\""), "{}", report.stdout);
    assert!(
        !report.stdout.contains("\"budget\"") && !report.stdout.contains("\"no-shadow\""),
        "{}",
        report.stdout
    );
    sandbox.write("up/src/lib.rs", "pub fn up(x: &str) -> &str { low::first(x, x) }\n");
    let report = sandbox.ours("ours", &["--report", "json", "--workspace", "--verify-budget", "60"]);
    assert!(report.stdout.contains("\"compiles\""), "{}", report.stdout);
}

#[test]
fn a_library_and_its_tests_are_both_asked() {
    let library =
        format!("{MOVED}#[cfg(test)] mod tests {{ #[test] fn t() {{ super::f(String::new()); }} }}\n");
    let sandbox = Sandbox::package(&[
        ("src/lib.rs", &library),
        ("tests/t.rs", "#[test] fn t() { a::f(String::new()); }\n"),
    ]);
    assert_compiles(&verdicts(&sandbox, &["--all-targets"], same));
    sandbox.write("tests/t.rs", "#[test] fn t() { a::f(1); }\n");
    assert_no_claim(&verdicts(&sandbox, &["--all-targets"], same));
}

#[test]
fn what_a_build_script_has_written_is_found() {
    let script = "fn main() {\n    let out = std::env::var(\"OUT_DIR\").unwrap();\n    \
                  std::fs::write(out + \"/g.rs\", \"pub const G: u8 = 1;\").unwrap();\n    println!(\"cargo::rustc-cfg=made\");\n    println!(\"cargo::rustc-check-cfg=cfg(made)\");\n}\n";
    let library = format!(
        "include!(concat!(env!(\"OUT_DIR\"), \"/g.rs\"));\n#[cfg(made)]\n{MOVED}pub fn g() -> u8 {{ G }}\n"
    );
    let sandbox = Sandbox::package(&[("src/lib.rs", &library), ("build.rs", script)]);
    assert_compiles(&verdicts(&sandbox, &[], same));
}

#[test]
fn a_package_outside_of_the_workspace_is_found() {
    let sandbox = Sandbox::new(&[
        (
            "work/Cargo.toml",
            &member("work", "[dependencies]\noutside = { path = \"../outside\" }\n[workspace]\n"),
        ),
        ("work/src/lib.rs", "pub fn g() { outside::f(String::new()); }\n"),
        ("outside/Cargo.toml", &member("outside", "")),
        ("outside/src/lib.rs", MOVED),
    ]);
    assert_compiles(&verdicts(&sandbox, &["--manifest-path", "work/Cargo.toml"], same));
}

#[test]
fn files_beside_and_above_are_found() {
    let library = format!(
        "#[path = \"../other/m.rs\"] mod m;\nconst T: &str = include_str!(\"../../README\");\npub fn t() -> &'static str {{ T }}\n{MOVED}"
    );
    let sandbox = Sandbox::new(&[
        ("a/Cargo.toml", &member("a", "[workspace]\n")),
        ("a/src/lib.rs", &library),
        ("a/other/m.rs", "pub fn m() {}\n"),
        ("README", "text"),
    ]);
    assert_compiles(&verdicts(&sandbox, &["--manifest-path", "a/Cargo.toml"], same));
}

#[cfg(unix)]
#[test]
fn the_users_wrapper_stays_in_the_chain() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::package(&[("src/lib.rs", &format!("#[cfg(wrapped)]\n{MOVED}"))]);
    let log = sandbox.path().join("target/log");
    let wrapper = format!(
        "#!/bin/sh\necho \"$@\" >> {}\nexec \"$@\" --cfg wrapped --check-cfg 'cfg(wrapped)'\n",
        log.display()
    );
    let path = sandbox.write("target/wrapper.sh", wrapper);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    assert_compiles(&verdicts(&sandbox, &[], |command| command.env("RUSTC_WRAPPER", &path)));
    let wrapper = path.display();
    sandbox.write(".cargo/config.toml", format!("[build]\nrustc-wrapper = \"{wrapper}\"\n"));
    assert_compiles(&verdicts(&sandbox, &[], same));
    std::fs::remove_file(sandbox.path().join(".cargo/config.toml")).expect("it was written");
    assert_compiles(&verdicts(&sandbox, &[], |command| command.env("RUSTC_WORKSPACE_WRAPPER", &path)));
}

#[cfg(unix)]
#[test]
fn a_source_tree_that_cannot_be_written_is_no_obstacle() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::package(&[("src/lib.rs", MOVED)]);
    sandbox.cargo_check("ours", &["-q"]);
    let mode = |mode: u32| {
        for name in ["src", "src/lib.rs"] {
            let permissions = std::fs::Permissions::from_mode(mode);
            std::fs::set_permissions(sandbox.path().join(name), permissions).expect("it is ours");
        }
    };
    mode(0o555);
    let found = verdicts(&sandbox, &[], same);
    mode(0o755);
    assert_compiles(&found);
}

#[test]
fn a_single_file_needs_no_package() {
    let sandbox = Sandbox::new(&[("one.rs", &format!("mod two;\n{MOVED}")), ("two.rs", "pub fn g() {}\n")]);
    assert_compiles(&verdicts(&sandbox, &["one.rs"], same));
}

#[test]
fn without_time_nothing_is_claimed() {
    let sandbox = Sandbox::package(&[("src/lib.rs", MOVED)]);
    let said = sandbox.ours("ours", &["--report", "json", "--verify-budget", "0"]);
    assert!(!said.stdout.contains("\"compiles\""), "{}", said.stdout);
}

#[test]
fn the_same_question_has_the_same_answer() {
    let two = format!("{MOVED}pub fn g(s: String) -> String {{ let t = s; let _ = t.len(); s }}\n");
    let sandbox = Sandbox::package(&[("src/lib.rs", &two)]);
    let ask = || sandbox.ours("ours", &["--report", "json", "--verify-budget", "60"]).stdout;
    let first = ask();
    assert!(first.contains("\"status\":\"resolves\",\"remaining\":1"), "{first}");
    assert_eq!(first, ask());
}

#[test]
fn a_macro_of_the_workspace_is_used_as_it_was_built() {
    let macros = "use proc_macro::TokenStream;\n#[proc_macro_derive(Nothing)]\npub fn nothing(_: TokenStream) -> TokenStream { low::low(); TokenStream::new() }\n";
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"low\", \"mac\", \"up\"]\nresolver = \"2\"\n"),
        ("low/Cargo.toml", &member("low", "")),
        ("low/src/lib.rs", "pub fn low() {}\n"),
        (
            "mac/Cargo.toml",
            &member("mac", "[lib]\nproc-macro = true\n[dependencies]\nlow = { path = \"../low\" }\n"),
        ),
        ("mac/src/lib.rs", macros),
        (
            "up/Cargo.toml",
            &member("up", "[dependencies]\nmac = { path = \"../mac\" }\nlow = { path = \"../low\" }\n"),
        ),
        (
            "up/src/lib.rs",
            &format!("#[derive(mac::Nothing)]\npub struct S;\npub fn l() {{ low::low(); }}\n{MOVED}"),
        ),
    ]);
    assert_compiles(&verdicts(&sandbox, &["--workspace"], same));
    assert_compiles(&verdicts(&sandbox, &["-p", "up"], same));
    // The macro's own crate has the mistake: nobody can say what its users would become.
    sandbox.write("mac/src/lib.rs", format!("{macros}{}", MOVED.replace("pub ", "")));
    let found = verdicts(&sandbox, &["-p", "up"], same);
    assert_no_claim(&found);
    assert!(found.iter().any(|(_, status)| status == "resolves"), "{found:?}");
}

#[test]
fn a_mistake_in_a_build_script_is_no_claim_about_the_rest() {
    let script = format!("fn main() {{ f(String::new()); }}\n{MOVED}");
    let sandbox = Sandbox::package(&[("src/lib.rs", "pub fn g() {}\n"), ("build.rs", &script)]);
    let found = verdicts(&sandbox, &[], same);
    assert_no_claim(&found);
    assert!(found.iter().any(|(_, status)| status == "resolves"), "{found:?}");
}

#[test]
fn other_targets_and_profiles_are_found() {
    let library = format!("#![no_std]\nextern crate alloc;\nuse alloc::string::String;\n{MOVED}");
    let sandbox = Sandbox::package(&[("src/lib.rs", &library)]);
    assert_compiles(&verdicts(&sandbox, &["--release"], same));
    let folder = sandbox.path().join("elsewhere");
    let folder = folder.to_str().expect("temporary folders are Unicode");
    assert_compiles(&verdicts(&sandbox, &["--target-dir", folder], same));
    assert_compiles(&verdicts(&sandbox, &["--config", &format!("build.build-dir={folder:?}")], same));
    assert!(!sandbox.path().join("elsewhere/debug/.fingerprint/a").exists());
}

#[test]
fn a_lint_that_is_denied_counts() {
    let library =
        format!("#![deny(unused_mut)]\n{MOVED}pub fn m(s: String) -> String {{ let mut t = s; s }}\n");
    let sandbox = Sandbox::package(&[("src/lib.rs", &library)]);
    assert_no_claim(&verdicts(&sandbox, &[], same));
}

/// The library compiles in both forms, and its tests do not: the fix changes what a macro uses, too,
/// and that is built for the macro apart from what is checked.
#[test]
fn a_macro_that_uses_the_edited_crate_keeps_us_from_a_claim() {
    let low = "pub fn low(s: String) -> usize { s.len() }\n\
               #[cfg(test)] mod tests { #[test] fn t() { let s = String::new(); super::low(s); super::low(s); } }\n";
    let macros = "use proc_macro::TokenStream;\n#[proc_macro_derive(Nothing)]\npub fn nothing(_: TokenStream) -> TokenStream { low::low(String::new()); TokenStream::new() }\n";
    let sandbox = Sandbox::new(&[
        ("Cargo.toml", "[workspace]\nmembers = [\"low\", \"mac\", \"up\"]\nresolver = \"2\"\n"),
        ("low/Cargo.toml", &member("low", "")),
        ("low/src/lib.rs", low),
        (
            "mac/Cargo.toml",
            &member("mac", "[lib]\nproc-macro = true\n[dependencies]\nlow = { path = \"../low\" }\n"),
        ),
        ("mac/src/lib.rs", macros),
        ("up/Cargo.toml", &member("up", "[dependencies]\nmac = { path = \"../mac\" }\n")),
        ("up/src/lib.rs", "#[derive(mac::Nothing)]\npub struct S;\n"),
    ]);
    sandbox.cargo_check("ours", &["--workspace"]);
    let found = verdicts(&sandbox, &["--workspace", "--all-targets"], same);
    assert_no_claim(&found);
    assert!(found.iter().any(|(_, status)| status == "resolves"), "{found:?}");
}

/// A way out of one mistake that also mends another says so.
#[test]
fn what_else_a_way_out_mends_is_told() {
    let sandbox = Sandbox::package(&[(
        "src/lib.rs",
        "#[derive(Clone)]\npub struct Point { x: i32 }\npub fn kept(point: Point) -> Point { point }\n\
         pub fn first(a: Point) -> i32 {\n    let b = kept(a);\n    b.x + a.x\n}\n\
         pub fn second(c: Point) -> i32 {\n    let d = c;\n    d.x + c.x\n}\n\
         pub fn third(names: Vec<String>) -> usize {\n    let all = names;\n    all.len() + names.len()\n}\n",
    )]);
    let said = sandbox.ours("ours", &["--report", "json", "--verify-budget", "120"]);
    let report: serde_json::Value = serde_json::from_str(&said.stdout).expect(&said.stderr);
    let costs = |n: usize| -> Vec<String> {
        let fixes = report["findings"][n]["fixes"].as_array().expect("they can be mended").iter();
        fixes.map(|fix| fix["cost"].to_string()).filter(|cost| cost.contains("it also mends")).collect()
    };
    assert!(costs(0).iter().any(|cost| cost.contains("`src/lib.rs:10`")), "{}", said.stdout);
    assert!(costs(1).iter().any(|cost| cost.contains("`src/lib.rs:6`")), "{}", said.stdout);
    assert!(costs(2).is_empty(), "{}", said.stdout);
}

/// Ctrl-C while the compiler is asked: what is known is told, and the rest is not tried.
#[cfg(unix)]
#[test]
fn stopped_it_tells_what_is_known() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::package(&[("src/lib.rs", MOVED)]);
    let asked = sandbox.path().join("target/asked");
    // In our own folder the compiler never answers.
    let wrapper = format!(
        "#!/bin/sh\ncase \"$PWD\" in */ownership/*) touch {}; exec sleep 600;; esac\nexec \"$@\"\n",
        asked.display()
    );
    let path = sandbox.write("target/wrapper.sh", wrapper);
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("it is ours");
    let before = sandbox.files();
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_cargo-ownership"), "ours");
    command.args(["ownership", "--verify", "always", "--verify-budget", "500"]);
    command
        .env("RUSTC_WRAPPER", &path)
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null());
    let mut child = command.spawn().expect("it can be started");
    while !asked.exists() {
        assert!(child.try_wait().expect("it is ours").is_none(), "it ended before it was stopped");
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let stop = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(stop.expect("there is a kill").success());
    let output = child.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(101), "as cargo: {told}");
    assert!(told.contains("`s` is used") && told.contains("not tried"), "{told}");
    assert!(!told.contains("confirmed"), "{told}");
    assert!(before == sandbox.files());
    let left = std::fs::read_dir(sandbox.path().join("target/ours/ownership")).map_or(0, Iterator::count);
    assert!(left <= 1, "nothing but the lock is left");
}
