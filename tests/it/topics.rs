//! `cargo ownership explain`: whatever the tool names, it explains.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use cargo_ownership::concept::CONCEPTS;
use cargo_ownership::diagnostic::Diagnostic;
use cargo_ownership::explanation::Text;
use cargo_ownership::report::Reporter;
use cargo_ownership::rules::RULES;
use cargo_ownership::source::Sources;
use cargo_ownership::syntax::Files;
use cargo_ownership::topics;

/// The codes of ownership, borrows and lifetimes, those of the past among them.
const CODES: &[&str] = &[
    "E0038", "E0040", "E0053", "E0072", "E0106", "E0107", "E0120", "E0133", "E0161", "E0184", "E0195",
    "E0204", "E0206", "E0207", "E0225", "E0226", "E0227", "E0228", "E0261", "E0262", "E0276", "E0277",
    "E0308", "E0309", "E0310", "E0311", "E0366", "E0367", "E0369", "E0373", "E0381", "E0382", "E0384",
    "E0391", "E0392", "E0401", "E0403", "E0476", "E0478", "E0491", "E0492", "E0493", "E0495", "E0496",
    "E0499", "E0500", "E0501", "E0502", "E0503", "E0505", "E0506", "E0507", "E0508", "E0509", "E0510",
    "E0515", "E0521", "E0524", "E0525", "E0581", "E0582", "E0594", "E0596", "E0597", "E0599", "E0600",
    "E0614", "E0621", "E0623", "E0626", "E0637", "E0657", "E0700", "E0712", "E0713", "E0716", "E0726",
    "E0733", "E0740", "E0746", "E0747", "E0782", "E0792", "E0794",
];

/// The lints about them, rustc's and clippy's.
const LINTS: &[&str] = &[
    "arc_with_non_send_sync",
    "await_holding_lock",
    "await_holding_refcell_ref",
    "borrow_interior_mutable_const",
    "borrowed_box",
    "box_collection",
    "clone_on_copy",
    "cloned_ref_to_slice_refs",
    "const_item_mutation",
    "dangling_pointers_from_locals",
    "dangling_pointers_from_temporaries",
    "declare_interior_mutable_const",
    "dropping_copy_types",
    "dropping_references",
    "elided_lifetimes_in_paths",
    "explicit_outlives_requirements",
    "forgetting_copy_types",
    "forgetting_references",
    "if_let_rescope",
    "implicit_clone",
    "invalid_reference_casting",
    "let_underscore_drop",
    "let_underscore_lock",
    "mismatched_lifetime_syntaxes",
    "mut_from_ref",
    "mutex_atomic",
    "needless_borrow",
    "needless_lifetimes",
    "needless_pass_by_value",
    "noop_method_call",
    "ptr_arg",
    "rc_buffer",
    "rc_mutex",
    "redundant_allocation",
    "redundant_clone",
    "redundant_lifetimes",
    "rust_2021_incompatible_closure_captures",
    "significant_drop_in_scrutinee",
    "single_use_lifetimes",
    "static_mut_refs",
    "tail_expr_drop_order",
    "undropped_manually_drops",
    "unnecessary_to_owned",
    "unused_lifetimes",
    "unused_mut",
    "vec_box",
];

#[test]
fn the_whole_family_leads_to_rules() {
    for name in CODES.iter().chain(LINTS) {
        let page = topics::page(name).unwrap_or_else(|| panic!("`explain {name}` knows nothing"));
        assert!(
            page.contains("\nrule `") && !page.contains("{{"),
            "`explain {name}` leads to no rule: {page}"
        );
    }
}

/// Codes in the recordings that are about other mistakes.
const OTHERS: &[&str] = &[
    "E0283",
    "E0404",
    "E0425",
    "E0554",
    "E0658",
    "clippy::boxed_local",
    "clippy::manual_map",
    "clippy::readonly_write_lock",
    "clippy::redundant_closure",
    "clippy::unnecessary_mut_passed",
    "unused_assignments",
    "unused_variables",
];

/// A code that no rule claims is one that somebody has looked at and found to be no part of the family.
#[test]
fn every_recorded_code_is_claimed_or_about_another_mistake() {
    let claimed = |code: &str| RULES.iter().any(|rule| rule.codes.contains(&code));
    let mut unclaimed = BTreeMap::new();
    for path in recordings() {
        let text = std::fs::read_to_string(&path).expect("it was listed");
        for raw in text.lines().filter_map(|line| serde_json::from_str(line).ok()) {
            let code = Diagnostic::new(&raw).code;
            if let Some(code) = code.filter(|code| !claimed(code) && !OTHERS.contains(&code.as_str())) {
                unclaimed.entry(code).or_insert_with(|| path.clone());
            }
        }
    }
    assert!(unclaimed.is_empty(), "claimed by no rule: {unclaimed:#?}");
}

fn recordings() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let below = |folder: PathBuf| {
        let entries = std::fs::read_dir(folder).expect("it is a folder");
        entries.map(|entry| entry.expect("it can be read").path()).filter(|path| path.is_dir())
    };
    let cases = below(root).flat_map(below).map(|case| case.join("rustc.json"));
    let found: Vec<PathBuf> = cases.filter(|path| path.is_file()).collect();
    assert!(found.len() > 500, "only {} recordings", found.len());
    found
}

#[test]
fn every_code_rule_lint_and_message_is_explained() {
    for rule in RULES {
        let title = format!("# {}\n", Text::parse(rule.text).title);
        let mut names = vec![rule.name.to_owned(), rule.name.replace('-', "_"), rule.name.to_uppercase()];
        for code in rule.codes {
            names.push((*code).to_owned());
            names.push(code.to_lowercase());
            // A lint may be named without its tool, and as the command line names it.
            names.push(code.trim_start_matches("clippy::").replace('_', "-"));
        }
        names.extend(rule.messages.iter().map(|message| message.replace('*', "`x`")));
        for name in names {
            let page = topics::page(&name).unwrap_or_default();
            assert!(page.contains(&title), "`explain {name}` does not tell of {}", rule.name);
        }
    }
    assert_eq!(topics::page("382"), topics::page("E0382"));
}

#[test]
fn every_concept_is_explained_and_stands_in_the_path() {
    let (list, path) = (topics::list(), topics::page("learn").expect("there is a path"));
    let (mut in_list, mut in_path) = (0, 0);
    for concept in CONCEPTS.iter() {
        assert_eq!(topics::page(concept.name).as_deref(), Some(concept.page));
        // In the order in which to learn them.
        let row = format!("\n| {} |", concept.name);
        in_list += list[in_list..].find(&row).unwrap_or_else(|| panic!("{} is not in order", concept.name));
        let command = format!("`cargo ownership explain {}`", concept.name);
        in_path +=
            path[in_path..].find(&command).unwrap_or_else(|| panic!("{} is not in order", concept.name));
    }
    for rule in RULES {
        assert!(path.contains(&format!("- `{}`: ", rule.name)), "{} is the mistake of no concept", rule.name);
    }
    assert!(!path.contains("{{"), "{path}");
}

#[test]
fn a_lint_says_why_it_matters() {
    let page = topics::page("clone_on_copy").expect("it is known");
    assert!(page.contains("\n## If it stays so\n") && !page.contains("If Rust allowed it"), "{page}");
    assert!(topics::page("E0382").expect("it is known").contains("\n## If Rust allowed it\n"));
}

/// What a run over these fixtures has in common: the concept, and how many findings break it.
fn in_common(cases: &[&str]) -> Option<(&'static str, usize)> {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut reporter = Reporter::default();
    for case in cases {
        let folder = root.join(case);
        let recording = std::fs::read_to_string(folder.join("rustc.json")).expect("it is recorded");
        let files = Files::new(Sources::new(vec![folder]));
        for raw in recording.lines().filter_map(|line| serde_json::from_str(line).ok()) {
            reporter.add(&Diagnostic::new(&raw), &files, None, None);
        }
    }
    let found = reporter.finish(false, None).common_concept();
    found.map(|(concept, count)| (concept.name, count))
}

#[test]
fn a_run_names_the_idea_that_most_findings_break() {
    let (moved, moved_again) = ("use_after_move/closure", "use_after_move/closure_called_twice");
    let out_of_borrow = "move_out_of_borrow/field_of_a_reference";
    assert_eq!(in_common(&[moved]), None);
    assert_eq!(in_common(&[moved, moved_again]), Some(("move", 2)));
    assert_eq!(in_common(&[moved, "unknown_lifetime/windows_line_ends"]), None);
    assert_eq!(in_common(&[moved, out_of_borrow, "unknown_lifetime/windows_line_ends"]), Some(("move", 2)));
}

/// A code of the past is one by the compiler's own word, and leads to what its mistake is today.
#[test]
fn codes_of_the_past_lead_to_the_rules_of_today() {
    for (code, _) in topics::past_codes() {
        let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
        let output = Command::new(rustc).args(["--explain", code]).output().expect("rustc runs");
        let theirs = String::from_utf8_lossy(&output.stdout);
        assert!(theirs.contains("no longer emitted by the compiler"), "{code} is still emitted");
        let ours = topics::page(code).unwrap_or_else(|| panic!("{code} leads to no rule"));
        assert!(ours.starts_with(&format!("# {code} is a code of the past\n")), "{ours}");
        assert!(!ours.contains("{{") && ours.contains("\nrule `"), "{ours}");
    }
}

/// A lint is asked for as rustc writes it.
#[test]
fn lints_are_topics() {
    assert_eq!(topics::page("late_bound_lifetime_arguments"), topics::page("lifetime-given-to-call"));
}
