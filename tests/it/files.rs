//! Single files, checked with rustc.

use crate::sandbox::Sandbox;

#[test]
fn a_file_is_a_program_or_a_library() {
    let sandbox = Sandbox::new(&[
        ("a-program.rs", "fn main() {}\n"),
        ("2nd library.rs", "pub fn f() {}\n"),
        ("std.rs", "pub fn f() -> Vec<u8> { std::vec::Vec::new() }\n"),
        ("-hyphen.rs", "fn main() {}\n"),
        ("edition.rs", "fn main() { let r#gen = 1; let _ = r#gen; let gen = 1; let _ = gen; }\n"),
    ]);
    let said = sandbox.ours("ours", &["a-program.rs", "2nd library.rs", "std.rs", "./-hyphen.rs"]);
    assert_eq!((said.stderr.as_str(), said.stdout.as_str(), said.code), ("", "", Some(0)));
    assert_eq!(sandbox.ours("ours", &["edition.rs", "--edition", "2021"]).code, Some(0));
    assert_eq!(sandbox.ours("ours", &["edition.rs"]).code, Some(1), "2024 is the default");
    let left = sandbox.files().into_keys().filter(|file| file.extension().is_none_or(|end| end != "rs"));
    assert_eq!(left.count(), 0, "nothing is left behind");
}

#[test]
fn what_rustc_says_is_passed_on() {
    let sandbox = Sandbox::new(&[
        ("a.rs", "fn main() { let x: u8 = \"\"; }\n"),
        ("b.rs", "fn main() { let x = 1; }\n"),
    ]);
    let said = sandbox.ours("ours", &["a.rs", "b.rs"]);
    assert!(said.stderr.contains("error[E0308]: mismatched types"), "{}", said.stderr);
    assert!(said.stderr.contains("warning: unused variable: `x`"), "{}", said.stderr);
    assert_eq!(said.code, Some(1));
    let said = sandbox.ours("ours", &["b.rs", "--color=always"]);
    assert!(said.stderr.contains("\u{1b}["), "{}", said.stderr);
    let said = sandbox.ours("ours", &["b.rs", "--edition=1999"]);
    assert!(said.stderr.contains("--edition"), "{}", said.stderr);
    assert_eq!(said.code, Some(1));
}
