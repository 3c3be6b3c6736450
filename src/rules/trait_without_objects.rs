//! A trait is used as `dyn` that has something which no `dyn` can offer.

use crate::diagnostic::{Label, Note, fits, quoted};
use crate::fix::Fix;
use crate::fixes::dyn_trait::{box_method_result, drop_sized, impl_instead, require_sized};
use crate::rule::{Case, Finding, Rule};

/// E0038.
pub static RULE: Rule = Rule {
    name: "trait-without-objects",
    codes: &["E0038"],
    messages: &[],
    concepts: &["trait-objects"],
    text: include_str!("../../explanations/trait_without_objects.md"),
    refines: &[],
    recognise,
};

/// rustc's reasons, with the variant that tells each.
const REASONS: &[(&str, &str)] = &[
    ("*because it requires `Self: Sized`", "sized"),
    ("*because associated function `*` has no `self` parameter", "no receiver"),
    ("*because method `*` has generic type parameters", "generic method"),
    ("*because it contains associated const `*`", "constant"),
    ("*because method `*` references the `Self` type in *", "self type"),
    ("*because method `*` is `async`", "async method"),
    ("*because method `*` references an `impl Trait` type in its return type", "opaque result"),
];

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    let name = *diagnostic.quoted().first()?;
    // What a trait named here and declared elsewhere lacks is told in words alone.
    let note = diagnostic.notes.iter().find(|note| note.text.starts_with("for a trait to be dyn compatible"));
    let reasons = note.map(reasons).unwrap_or_default();
    let elsewhere = || {
        let note = diagnostic.note("the trait is not dyn compatible because *")?;
        REASONS.iter().find(|(pattern, _)| fits(pattern, &note.text)).map(|(_, variant)| *variant)
    };
    let declared =
        note.and_then(|note| note.labels.iter().find(|label| label.text.contains("this trait is not")));

    let mut finding = Finding::new(&RULE);
    // One trait is one mistake, wherever it is named.
    finding.cause = Some(declared.unwrap_or(primary).span.clone());
    finding.facts.code("trait", name.rsplit("::").next().unwrap_or(name));
    finding.facts.number("line", primary.span.line_start);
    finding.variant = reasons.first().map(|(_, variant)| *variant).or_else(elsewhere);
    if let Some((label, _)) = reasons.first() {
        // The first name is that of the method or constant.
        finding.facts.code_if("member", quoted(&label.text).first().copied());
        finding.facts.code_if("bound", case.code(&label.span));
    }
    if let Some(declared) = declared {
        finding.mark("trait", declared).primary = false;
    }
    for (label, _) in &reasons {
        finding.mark("reason", label).primary = false;
    }
    finding.mark("object", primary).primary = true;

    let here: Vec<&Label> =
        reasons.iter().map(|(label, _)| *label).filter(|it| !it.span.in_macro()).collect();
    match finding.variant {
        Some("no receiver" | "generic method" | "self type") => {
            finding.fix(require_sized(case, &here));
        }
        Some("sized") => {
            finding.fix(drop_sized(case, &here));
        }
        Some("opaque result") => {
            finding.fix(box_method_result(case, &here)).fix(require_sized(case, &here));
        }
        _ => {}
    }
    finding.fix(impl_instead(case));
    // rustc would give a constructor a `&self`, which makes another method of it.
    finding.rustc_suggests = false;
    finding.fix([Fix::idea(match finding.variant {
        Some("constant") => "make-it-a-method",
        Some("async method") => "return-boxed-future",
        Some("generic method") => "take-dyn-in-method",
        _ => "use-an-enum",
    })]);
    Some(finding)
}

fn reasons(note: &Note) -> Vec<(&Label, &'static str)> {
    let known = |label: &Label| {
        REASONS.iter().find(|(pattern, _)| fits(pattern, &label.text)).map(|(_, variant)| *variant)
    };
    note.labels.iter().filter_map(|label| Some((label, known(label)?))).collect()
}
