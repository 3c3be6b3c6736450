//! A reference stands where a value is needed, or the other way round; or another form of owning.

use crate::diagnostic::{Role, fits};
use crate::fix::Fix;
use crate::fixes::lent_by_method::lent_by_method;
use crate::fixes::mismatch_pattern::is_pattern;
use crate::fixes::mismatch_ways::{dies_here, distant_cause, readable, ways};
use crate::fixes::retype::returning_function;
use crate::mismatch::types::{Type, short};
use crate::mismatch::{Difference, Mismatch, pair};
use crate::rule::{Case, Finding, Rule};

/// E0308, where the two types differ in nothing but who owns what.
pub static RULE: Rule = Rule {
    name: "reference-mismatch",
    codes: &["E0308"],
    messages: &[],
    concepts: &["borrowing", "ownership", "copy-and-clone"],
    text: include_str!("../../explanations/reference_mismatch.md"),
    refines: &["value-not-converted"],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // A signature that differs from its trait's is another mistake.
    let compared = ["mismatched types", "*have incompatible types"];
    compared.iter().find(|message| fits(message, &diagnostic.message))?;
    // rustc points at what is of the other type.
    let found = diagnostic.primary()?;
    // Nothing but a reference, a pointer or an owned form stands between the two types.
    let Some(mismatch) = Mismatch::of(diagnostic) else { return by_method(case) };

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(found.span.clone());
    tell_types(case, &mut finding, &mismatch.expected, &mismatch.found);
    finding.variant = Some(variant(&mismatch.difference));
    let file = readable(case, &found.span);
    // What the function makes is dropped at its end: a `&` in front of it is no way out.
    if let (Difference::ReferenceWanted { .. }, Some(file)) = (&mismatch.difference, &file)
        && returning_function(file, found.span.range()).is_some()
        && dies_here(file, found.span.range())
    {
        finding.variant = Some("value made here");
        finding.rustc_suggests = false;
    }
    // Without the source, rustc's label on what is matched tells it.
    let matched = case.file(&found.span).is_none() && diagnostic.label(Role::MatchedType).is_some();
    if matched || file.is_some_and(|file| is_pattern(&file, found.span.range())) {
        let guarded = matches!(mismatch.difference, Difference::GuardMatched(_));
        finding.variant = Some(if guarded { "guard matched" } else { "pattern" });
    }
    if let Difference::PointerWanted(pointer)
    | Difference::ContentWanted(pointer)
    | Difference::GuardedWanted(pointer)
    | Difference::GuardMatched(pointer)
    | Difference::CellWanted(pointer) = mismatch.difference
    {
        finding.facts.code("pointer", pointer);
    }
    finding
        .facts
        .code_if("found_name", mismatch.found_type.name())
        .code_if("name", mismatch.expected_type.name());
    let fixes = ways(case, &found.span, &mismatch);
    if finding.variant == Some("owner for a view") && mismatch.found_type.name() == Some("Cow") {
        finding.variant = Some("cow for a view");
    }
    let counted_inside = mismatch.difference == Difference::PartsDiffer;
    if counted_inside && fixes.iter().any(|fix| fix.id == "same-pointer") {
        finding.variant = Some("pointers inside");
    }
    // A reference for a number is a mistake of this kind only where the code has made the reference.
    let counted = [Difference::LengthWanted, Difference::LengthCompared].contains(&mismatch.difference);
    // Only a pattern is compared with a guard.
    let unguarded = matches!(mismatch.difference, Difference::GuardMatched(_));
    if (counted || unguarded) && fixes.is_empty() {
        return None;
    }
    if let Some(fix) = fixes.iter().find(|fix| fix.id == "lend-with-method") {
        finding.facts.code_if("call", fix.facts.text("call").map(str::to_owned));
    }
    // `into` would make the pointer too, and says less.
    if matches!(mismatch.difference, Difference::PointerWanted(_) | Difference::CellWanted(_))
        && !fixes.is_empty()
    {
        finding.rustc_suggests = false;
    }
    finding.cause = distant_cause(case, &found.span, &fixes).or(finding.cause);
    finding.fix(fixes).fix([Fix::idea("say-which-is-meant")]);
    Some(finding)
}

/// An owner of the crate's that lends what is needed by a method.
fn by_method(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    let (expected, found) = pair(&primary.text)?;
    Type::parse(&expected).referent()?;
    let fix = lent_by_method(case, &primary.span, &expected, &found)?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.variant = Some("lending method");
    tell_types(case, &mut finding, &short(&expected), &short(&found));
    finding.facts.code_if("call", fix.facts.text("call").map(str::to_owned));
    finding.fix([fix, Fix::idea("say-which-is-meant")]);
    Some(finding)
}

/// The two types, who needs the one, and what is of the other.
fn tell_types(case: &Case, finding: &mut Finding, expected: &str, found: &str) {
    let diagnostic = case.diagnostic;
    let Some(primary) = diagnostic.primary() else { return };
    finding.facts.number("line", primary.span.line_start);
    finding.facts.code("expected", expected).code("found", found);
    finding.facts.code_if("code", case.code(&primary.span).filter(|code| !code.trim().is_empty()));
    for (role, name) in [
        (Role::ArgumentsTo, "callee"),
        (Role::ResultType, "result"),
        (Role::ExpectedHere, "declared"),
        (Role::MatchedType, "matched"),
        (Role::OtherBranch, "other branch"),
    ] {
        if let Some(label) = diagnostic.label(role.clone()).filter(|label| label.span != primary.span) {
            if role == Role::ArgumentsTo {
                finding.facts.code_if("callee", case.code(&label.span));
            }
            finding.mark(name, label);
        }
    }
    finding.mark("found", primary).primary = true;
}

fn variant(difference: &Difference) -> &'static str {
    match difference {
        Difference::ReferenceWanted { view: true, mutable: false } => "owner for a view",
        Difference::ReferenceWanted { mutable: true, .. } => "value for a mutable reference",
        Difference::ReferenceWanted { .. } => "value for a reference",
        Difference::ValueWanted { .. } => "reference for a value",
        Difference::OwnedWanted => "view for an owner",
        Difference::MutableWanted => "shared for a mutable reference",
        Difference::InnerReferenceWanted { .. } => "value inside",
        Difference::InnerViewWanted { .. } => "owner inside",
        Difference::GuardedWanted(_) => "guard for a value",
        Difference::GuardMatched(_) => "guard matched",
        Difference::CellWanted(_) => "value for a cell",
        Difference::OwnedOfCowWanted => "either owned or borrowed",
        Difference::OwnerBehindReferenceWanted => "view for a reference to an owner",
        Difference::OtherViewWanted | Difference::ViewOfReferenceWanted => "lending method",
        Difference::InnerValueWanted | Difference::InnerOwnedWanted => "reference inside",
        Difference::PointerWanted(_) => "value for a pointer",
        Difference::ContentWanted(_) => "pointer for a value",
        Difference::OtherPointer => "two pointers",
        Difference::CollectionWanted { .. } => "iterator",
        Difference::LengthWanted => "number",
        Difference::LengthCompared => "number on the other side",
        Difference::PartsDiffer => "parts",
    }
}
