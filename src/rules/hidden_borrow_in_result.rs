//! A result of type `impl Trait` borrows from a parameter, and its type does not say so.

use crate::diagnostic::{Role, quoted};
use crate::fix::Fix;
use crate::fixes::capture_lifetime::Capture;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::holds;

/// E0700.
pub static RULE: Rule = Rule {
    name: "hidden-borrow-in-result",
    codes: &["E0700"],
    messages: &[],
    concepts: &["lifetimes", "elision"],
    text: include_str!("../../explanations/hidden_borrow_in_result.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the value.
    let used = diagnostic.primary()?;
    // It shows the type that says too little ...
    let opaque = diagnostic.label(Role::OpaqueType)?;
    // ... and, where it knows it, the lifetime that the value has.
    let hidden = diagnostic.label(Role::HiddenType);
    let file = case.file(&opaque.span);
    let ty =
        case.text(&opaque.span).or_else(|| quoted(&diagnostic.message).first().map(|ty| (*ty).to_owned()))?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(opaque.span.clone());
    finding.facts.code("opaque", &ty).number("line", used.span.line_start);
    let lists = ty.contains("use<");
    let function = file.as_ref().and_then(|file| file.function_at(opaque.span.range()));
    let mut place = None;
    if let (Some(file), Some(function)) = (&file, &function) {
        finding.facts.code("function", &function.name);
        let spot = hidden.filter(|it| it.span.file == opaque.span.file).map(|it| it.span.range());
        let named = spot.clone().map(|spot| file.text(spot).to_owned()).filter(|text| text.starts_with('\''));
        let has = |range: &std::ops::Range<usize>| match (&named, &spot) {
            (Some(name), _) => file.lifetimes_in(range.clone()).iter().any(|(_, found)| found == name),
            (None, Some(spot)) => holds(range, spot),
            (None, None) => false,
        };
        let receiver = function.self_param.as_ref().filter(|it| has(&it.range)).map(|_| "self".to_owned());
        let param = || function.params.iter().find(|it| has(&it.range)).and_then(|it| it.name.clone());
        // A lifetime of the impl belongs to what `self` holds.
        let of_impl =
            || named.as_ref().filter(|name| !function.lifetimes.contains(name)).map(|_| "self".to_owned());
        place = receiver.or_else(param).or_else(of_impl);
        finding.facts.code_if("place", place.as_ref()).code_if("lifetime", named);
    }
    finding.variant = match (&place, lists) {
        (Some(_), true) => Some("not in the list"),
        (Some(_), false) => Some("one borrow"),
        (None, _) if function.is_some() => Some("several borrows"),
        (None, _) if file.is_none() => None,
        (None, _) => return None,
    };
    if let Some(hidden) = hidden {
        finding.mark("have", hidden);
    }
    finding.mark("opaque", opaque);
    finding.mark("used", used).primary = true;
    let editable = file
        .zip(function)
        .filter(|(file, function)| !opaque.span.in_macro() && file.is_editable(function.name_range.clone()));
    if let Some((file, function)) = editable {
        let capture = Capture { case, file: &file, function: &function, opaque: opaque.span.range() };
        let place = place.as_deref().unwrap_or_default();
        finding.fix(capture.ways(place, finding.facts.text("lifetime")));
    }
    finding.rustc_suggests = finding.fixes.is_empty();
    finding.fix([Fix::idea("return-what-is-owned")]);
    Some(finding)
}
