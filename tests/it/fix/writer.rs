//! The one that writes: exact bytes, all or nothing, and nothing outside.

use std::fs;
use std::path::Path;

use cargo_ownership::apply::{Change, Writer, clear_leftovers};
use cargo_ownership::plan::Refusal;

use crate::sandbox::Sandbox;

fn change(path: impl AsRef<Path>, before: &str, after: &str) -> Change {
    Change { path: path.as_ref().to_owned(), before: before.into(), after: after.into() }
}

fn writer(root: &Path) -> Writer {
    Writer::new(&[root.to_owned()]).expect("the root is there")
}

/// The changes are refused, and no file anywhere in the sandbox is another than before.
fn assert_refused(sandbox: &Sandbox, root: &Path, changes: &[Change], why: &str) {
    let before = sandbox.files();
    let refused = writer(root).write(changes).expect_err("it must not be written");
    assert!(format!("{:?}", refused.why).starts_with(why), "{why}: {refused:?}");
    assert!(sandbox.files() == before, "{why}: a file changed");
}

#[test]
fn bytes_and_modes_are_exact() {
    let old = "\u{feff}fn main() {}\r\n// last line without end";
    let new = "\u{feff}fn main() { }\r\n// last line without end";
    let sandbox = Sandbox::new(&[("src/a.rs", old), ("src/b.rs", "b\n")]);
    let (a, b) = (sandbox.path().join("src/a.rs"), sandbox.path().join("src/b.rs"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&a, fs::Permissions::from_mode(0o754)).expect("a mode can be set");
    }
    let mut writer = writer(sandbox.path());
    writer.write(&[change(&a, old, new), change(&b, "b\n", "b\n")]).expect("it can be written");
    assert_eq!(fs::read(&a).expect("it is there"), new.as_bytes());
    assert_eq!(writer.written().count(), 1, "a change that changes nothing is none");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&a).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o7777, 0o754);
    }
    assert_eq!(sandbox.files().len(), 2, "nothing else is left");
    assert!(writer.put_back().is_empty());
    assert_eq!(fs::read(&a).expect("it is there"), old.as_bytes());
}

#[test]
fn what_changed_meanwhile_stops_all_that_belongs_to_it() {
    let sandbox = Sandbox::new(&[("a.rs", "a"), ("b.rs", "b"), ("c.rs", "c")]);
    let at = |name: &str| sandbox.path().join(name);
    let changes = [change(at("a.rs"), "a", "A"), change(at("b.rs"), "not b", "B")];
    assert_refused(&sandbox, sandbox.path(), &changes, "Changed");
    let gone = [change(at("a.rs"), "a", "A"), change(at("d.rs"), "", "D")];
    assert_refused(&sandbox, sandbox.path(), &gone, "Failed");

    let mut writer = writer(sandbox.path());
    writer.write(&[change(at("a.rs"), "a", "A"), change(at("c.rs"), "c", "C")]).expect("both are as read");
    writer.write(&changes).expect_err("it has changed");
    // Whoever edits while we check must not lose it.
    sandbox.write("c.rs", "edited");
    let refused = writer.put_back();
    assert_eq!(refused.len(), 1);
    assert_eq!(refused[0].why, Refusal::Changed);
    let texts = ["a.rs", "b.rs", "c.rs"].map(|name| fs::read_to_string(at(name)).expect("it is there"));
    assert_eq!(texts, ["a", "b", "edited"]);
}

#[test]
fn nothing_outside_the_root_is_written() {
    let sandbox = Sandbox::new(&[("in/src/a.rs", "a"), ("out/b.rs", "b"), ("inner/c.rs", "c")]);
    let root = sandbox.path().join("in");
    assert_refused(&sandbox, &root, &[change(sandbox.path().join("out/b.rs"), "b", "B")], "Outside");
    assert_refused(&sandbox, &root, &[change(root.join("src/../../out/b.rs"), "b", "B")], "Outside");
    // A name that begins like the root's is another.
    assert_refused(&sandbox, &root, &[change(sandbox.path().join("inner/c.rs"), "c", "C")], "Outside");
    assert_refused(&sandbox, &root, &[change(root.join("src"), "", "C")], "NotAFile");
    let twice = [change(root.join("src/a.rs"), "a", "A"), change(root.join("src/../src/a.rs"), "a", "B")];
    assert_refused(&sandbox, &root, &twice, "Twice");
    let same = [change(root.join("src/a.rs"), "a", "A"), change(root.join("src/../src/a.rs"), "a", "A")];
    writer(&root).write(&same).expect("one file under two names");
}

#[test]
fn dependencies_and_generated_files_are_not_written() {
    let sandbox = Sandbox::new(&[
        ("vendor/dep/.cargo-checksum.json", "{}"),
        ("vendor/dep/src/lib.rs", "a"),
        ("cache/dep-1.0.0/.cargo-ok", ""),
        ("cache/dep-1.0.0/src/lib.rs", "a"),
        ("made/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55"),
        ("made/debug/build/a/out/made.rs", "a"),
        ("read_only.rs", "a"),
    ]);
    let at = |name: &str| change(sandbox.path().join(name), "a", "A");
    assert_refused(&sandbox, sandbox.path(), &[at("vendor/dep/src/lib.rs")], "Dependency");
    assert_refused(&sandbox, sandbox.path(), &[at("cache/dep-1.0.0/src/lib.rs")], "Dependency");
    // A copy that somebody works on as a package of its own is theirs.
    let root = sandbox.path().join("cache/dep-1.0.0");
    writer(&root).write(&[at("cache/dep-1.0.0/src/lib.rs")]).expect("it is the root itself");
    assert_refused(&sandbox, sandbox.path(), &[at("made/debug/build/a/out/made.rs")], "Generated");
    let path = sandbox.path().join("read_only.rs");
    let mut permissions = fs::metadata(&path).expect("it is there").permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&path, permissions).expect("a mode can be set");
    assert_refused(&sandbox, sandbox.path(), &[at("read_only.rs")], "ReadOnly");
}

#[cfg(unix)]
#[test]
fn links_that_lead_out_are_not_followed() {
    use std::os::unix::fs::symlink;
    let sandbox = Sandbox::new(&[("in/src/a.rs", "a"), ("out/b.rs", "b"), ("out/a.rs", "a")]);
    let root = sandbox.path().join("in");
    let at = |name: &str| root.join(name);
    symlink(sandbox.path().join("out/b.rs"), at("src/file.rs")).expect("a link can be made");
    symlink("../../out", at("src/folder")).expect("a link can be made");
    symlink("a.rs", at("src/inside.rs")).expect("a link can be made");
    assert_refused(&sandbox, &root, &[change(at("src/file.rs"), "b", "B")], "LinkedOutside");
    assert_refused(&sandbox, &root, &[change(at("src/folder/b.rs"), "b", "B")], "LinkedOutside");
    let both = [change(at("src/a.rs"), "a", "A"), change(at("src/folder/b.rs"), "b", "B")];
    assert_refused(&sandbox, &root, &both, "LinkedOutside");

    // A link to a file inside stays a link, and the file that it means is written.
    let mut inside = writer(&root);
    inside.write(&[change(at("src/inside.rs"), "a", "A")]).expect("it lies inside");
    assert_eq!(fs::read_link(at("src/inside.rs")).expect("it is a link"), Path::new("a.rs"));
    assert_eq!(fs::read_to_string(at("src/a.rs")).expect("it is there"), "A");

    // The same workspace under another name.
    let other = sandbox.path().join("other");
    symlink(&root, &other).expect("a link can be made");
    writer(&other).write(&[change(at("src/a.rs"), "A", "a")]).expect("it lies inside");
    writer(&root).write(&[change(other.join("src/a.rs"), "a", "A")]).expect("it lies inside");

    // Whoever shares the bytes of a file outside keeps them.
    fs::hard_link(sandbox.path().join("out/a.rs"), at("src/shared.rs")).expect("a link can be made");
    writer(&root).write(&[change(at("src/shared.rs"), "a", "A")]).expect("it lies inside");
    assert_eq!(fs::read_to_string(sandbox.path().join("out/a.rs")).expect("it is there"), "a");
}

#[test]
fn leftovers_of_killed_runs_go_and_those_of_living_runs_stay() {
    let dead = ".cargo-ownership-dead.tmp";
    let alive = "src/.cargo-ownership-alive.tmp";
    let sandbox = Sandbox::new(&[(dead, "x"), (alive, "x"), ("src/a.rs", "a"), ("src/other.tmp", "x")]);
    let deep = sandbox.write(format!("src/deep/{dead}"), "x");
    let file = fs::File::open(sandbox.path().join(alive)).expect("it is there");
    file.lock().expect("it can be locked");
    clear_leftovers(&[sandbox.path().to_owned()]);
    assert!(!sandbox.path().join(dead).exists() && !deep.exists());
    assert!(sandbox.path().join(alive).exists());
    assert!(sandbox.path().join("src/other.tmp").exists() && sandbox.path().join("src/a.rs").exists());
    drop(file);
    clear_leftovers(&[sandbox.path().to_owned()]);
    assert!(!sandbox.path().join(alive).exists());
}
