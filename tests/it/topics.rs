//! What `explain` knows by name.

use std::process::Command;

use cargo_ownership::topics::{page, past_codes};

/// A code of the past is one by the compiler's own word, and leads to what its mistake is today.
#[test]
fn codes_of_the_past_lead_to_the_rules_of_today() {
    for (code, _) in past_codes() {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let output = Command::new(rustc).args(["--explain", code]).output().expect("rustc runs");
        let theirs = String::from_utf8_lossy(&output.stdout);
        assert!(theirs.contains("no longer emitted by the compiler"), "{code} is still emitted");
        let ours = page(code).unwrap_or_else(|| panic!("{code} leads to no rule"));
        assert!(ours.starts_with(&format!("# {code} is a code of the past\n")), "{ours}");
        assert!(!ours.contains("{{") && ours.contains("\nrule `"), "{ours}");
    }
}

/// A lint is asked for as rustc writes it.
#[test]
fn lints_are_topics() {
    assert_eq!(page("late_bound_lifetime_arguments"), page("lifetime-given-to-call"));
}
