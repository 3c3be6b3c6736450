//! A value is to be cloned, and its type cannot be.

use crate::diagnostic::{Role, Suggestion, fits, quoted};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::derive_trait::{adt, derive_clone, implements};
use crate::fixes::mismatch_ways::ways;
use crate::mismatch::types::{Type, short};
use crate::mismatch::{Difference, Mismatch};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::CallKind;

/// E0599 and E0277 where `Clone` is missing, and E0308 where only a reference was cloned.
pub static RULE: Rule = Rule {
    name: "clone-not-available",
    codes: &["E0277", "E0308", "E0599"],
    messages: &[],
    concepts: &["copy-and-clone", "ownership"],
    text: include_str!("../../explanations/clone_not_available.md"),
    refines: &["reference-mismatch", "trait-behind-reference", "value-not-converted"],
    recognise,
};

/// rustc's note on a clone that copied the reference alone.
const ONLY_REFERENCE: &str = "* does not implement `Clone`, so * was cloned instead";

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the clone, or at the field or type that should be cloned.
    let primary = diagnostic.primary()?;
    // The message or a note says that `Clone` is what is missing.
    let cloned = cloned_type(case)?;

    // rustc knows best which of the types inside lacks it.
    let lacking = lacking_type(case).unwrap_or_else(|| cloned.clone());
    let name = Type::parse(&lacking).peeled().name().map(str::to_owned);
    let of_crate = name.as_deref().and_then(|name| adt(case, name));
    let mut finding = Finding::new(&RULE);
    finding.facts.number("line", primary.span.line_start).code("type", short(&lacking));
    finding.facts.code("cloned", short(&cloned));
    let code = case.text(&primary.span).filter(|_| !primary.span.in_macro());
    finding.facts.code_if("code", code);
    finding.variant = variant(case, &mut finding, of_crate.is_some());

    if let Some((file, adt)) = &of_crate {
        let span = file.source.span(adt.name_range.clone());
        if span.byte_start != primary.span.byte_start {
            finding.mark_span("declared", span.clone());
        }
        // One missing derive is told once.
        finding.cause = Some(span);
    } else if let Some(label) = diagnostic.label(Role::CloneMissingOn) {
        finding.mark("declared", label);
    }
    finding.mark("cloned", primary).primary = true;

    finding.fix(name.and_then(|name| derive_clone(case, &name)));
    if finding.variant == Some("type parameter") {
        finding.fix(ask_for_clone(case, &short(&lacking)));
    }
    if diagnostic.code.as_deref() == Some("E0308") {
        finding.fix(lent_instead(case));
    }
    finding.fix([Fix::idea(if of_crate.is_some() { "lend-instead" } else { "share-instead" })]);
    Some(finding)
}

/// The ways to do with the reference that the call gives.
fn lent_instead(case: &Case) -> Vec<Fix> {
    let Some((primary, mismatch)) = case.diagnostic.primary().zip(Mismatch::of(case.diagnostic)) else {
        return Vec::new();
    };
    let keeps = |fix: &Fix| fix.cost.deed == Deed::Borrow || fix.id == "return-a-reference";
    ways(case, &primary.span, &mismatch).into_iter().filter(keeps).collect()
}

/// The type that is to be cloned, if this is about `Clone`.
fn cloned_type(case: &Case) -> Option<String> {
    let diagnostic = case.diagnostic;
    let in_message = diagnostic.quoted();
    match diagnostic.code.as_deref()? {
        "E0277" => {
            fits("the trait bound `*: Clone` is not satisfied", &diagnostic.message).then_some(())?;
            in_message.first()?.strip_suffix(": Clone").map(str::to_owned)
        }
        "E0308" => match diagnostic.note(ONLY_REFERENCE) {
            Some(note) => Some((*quoted(&note.text).first()?).to_owned()),
            None => copied_reference(case),
        },
        _ if fits("`Cloned<*>` is not an iterator", &diagnostic.message) => only_type_without_clone(case),
        _ => {
            let clones = ["no method named `clone* found for *", "the method `clone* exists for *"];
            clones.iter().find(|message| fits(message, &diagnostic.message))?;
            let method = in_message.first().filter(|name| ["clone", "clone_from"].contains(*name));
            method.and(in_message.get(1)).map(|ty| (*ty).to_owned())
        }
    }
}

/// The type of the crate behind a reference that a call has copied: `to_owned` and the like give a `&T`
/// back where `T` cannot be cloned.
fn copied_reference(case: &Case) -> Option<String> {
    let primary = case.diagnostic.primary()?;
    let mismatch = Mismatch::of(case.diagnostic)?;
    matches!(mismatch.difference, Difference::ValueWanted { .. }).then_some(())?;
    let file = case.file(&primary.span).filter(|_| !primary.span.in_macro())?;
    let call = file.call_at(primary.span.range()).filter(|call| call.kind == CallKind::Method)?;
    ["clone", "to_owned"].contains(&call.name.as_str()).then_some(())?;
    let (_, adt) = adt(case, mismatch.expected_type.name()?)?;
    (!implements(case, &adt, "Clone")).then_some(adt.name)
}

/// The one type of the crate in the headline that does not implement `Clone`.
fn only_type_without_clone(case: &Case) -> Option<String> {
    let words = case.diagnostic.message.split(|c: char| !c.is_alphanumeric() && c != '_');
    let lacks = |word: &&str| adt(case, word).is_some_and(|(_, adt)| !implements(case, &adt, "Clone"));
    let mut lacking: Vec<&str> = words.filter(lacks).collect();
    lacking.dedup();
    let [name] = lacking[..] else { return None };
    Some(name.to_owned())
}

/// The type that rustc would annotate, or that a bound names.
fn lacking_type(case: &Case) -> Option<String> {
    let diagnostic = case.diagnostic;
    let annotate = "consider annotating `*` with `#[derive(Clone)]`";
    let suggestion = diagnostic.suggestions.iter().find(|it| fits(annotate, &it.text));
    let of_suggestion = suggestion.and_then(|it| quoted(&it.text).first().map(|ty| (*ty).to_owned()));
    of_suggestion.or_else(|| {
        let label = diagnostic.labels.iter().find(|label| fits("doesn't satisfy `*: Clone`", &label.text))?;
        Some(label.quoted().first()?.strip_suffix(": Clone")?.to_owned())
    })
}

/// rustc's edit that asks for `Clone` in the bounds of a type parameter.
fn bound_suggestion<'a>(case: &Case<'a>) -> Option<&'a Suggestion> {
    let bounds = ["*restrict* type parameter `*", "consider extending the `where` clause*"];
    case.diagnostic.suggestions.iter().find(|it| bounds.iter().any(|pattern| fits(pattern, &it.text)))
}

/// The same as a way of ours, which can say what it costs.
fn ask_for_clone(case: &Case, ty: &str) -> Option<Fix> {
    let mut edits = Vec::new();
    for (span, text) in &bound_suggestion(case)?.edits {
        let file = case.file(span).filter(|file| file.is_editable(span.range()))?;
        edits.push(Edit::replace(&file.source, span.range(), text.as_str()));
    }
    Some(Fix::new("ask-for-clone", Cost::signature(Deed::Annotate), edits).with("type", ty))
}

fn variant(case: &Case, finding: &mut Finding, of_crate: bool) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    if diagnostic.note("required by a bound in `Copy`").is_some() {
        return Some("copy without clone");
    }
    if bound_suggestion(case).is_some() && !of_crate {
        return Some("type parameter");
    }
    let file = case.file(&primary.span);
    let owner = file.and_then(|file| file.adt_at(primary.span.range()));
    if let Some(owner) = owner.filter(|owner| owner.derives.iter().any(|derived| derived == "Clone")) {
        finding.facts.code("owner", owner.name);
        return Some("field");
    }
    if diagnostic.code.as_deref() == Some("E0308") {
        return Some("only the reference");
    }
    (!of_crate).then_some("type of others")
}
