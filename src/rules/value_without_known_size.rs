//! A value of unknown size is kept, taken or returned by itself, and not through a pointer.

use crate::diagnostic::fits;
use crate::fix::Fix;
use crate::fixes::dyn_trait::require_sized;
use crate::fixes::known_size::{
    borrow_init, borrow_parameter, box_items, declaration, own_field, own_result, relax_sized, return_object, take_impl,
};
use crate::mismatch::types::short;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, holds};

/// E0277 about `Sized`, and E0746.
pub static RULE: Rule = Rule {
    name: "value-without-known-size",
    codes: &["E0277", "E0746"],
    messages: &[],
    concepts: &["trait-objects", "borrowing"],
    text: include_str!("../../explanations/value_without_known_size.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    let at = primary.span.range();
    let file = case.file(&primary.span)?;
    let object = diagnostic.code.as_deref() == Some("E0746");
    let sized =
        fits("the size for values of type `*` cannot be known at compilation time", &diagnostic.message);
    if !object && !sized {
        return None;
    }
    let ty = if object { file.text(at.clone()).to_owned() } else { held_type(case)? };

    let mut finding = Finding::new(&RULE);
    // A use is not told again after the declaration that it comes from.
    let used = file.type_at(at.clone()).is_none() && file.expr_at(at.clone()).is_some();
    let declared = declaration(&file, &short(&ty)).filter(|_| used).map(|at| file.source.span(at));
    finding.cause = Some(declared.unwrap_or_else(|| primary.span.clone()));
    finding.facts.code("type", short(&ty)).number("line", primary.span.line_start);
    let code = file.text(at.clone());
    finding.facts.code("code", code);
    finding.mark("value", primary).primary = true;
    let variant = if object { Some("trait object returned") } else { place(case, &file, &ty) };
    finding.variant = variant;
    let editable = !primary.span.in_macro() && file.is_editable(at.clone());
    let bound = diagnostic.note("required by * implicit `Sized` bound in `*`");
    finding.facts.code_if("demander", bound.and_then(|note| crate::diagnostic::quoted(&note.text).pop()));
    match variant.filter(|_| editable) {
        Some("trait object returned") => {
            finding.fix(return_object(&file, at));
            // rustc has the same two, in words of its own.
            finding.rustc_suggests = finding.fixes.is_empty();
        }
        Some("parameter") => {
            finding.fix(take_impl(&file, at.clone())).fix(borrow_parameter(&file, at));
            finding.rustc_suggests = finding.fixes.is_empty();
        }
        Some("variable") => {
            finding.fix(borrow_init(&file, at));
            finding.rustc_suggests = finding.fixes.is_empty();
        }
        Some("result") => {
            finding.fix(own_result(&file, at));
        }
        Some("field") => {
            finding.fix(own_field(case, &file, at));
            finding.rustc_suggests = finding.fixes.is_empty();
        }
        Some("type argument") => {
            finding.fix(box_items(&file, at, &ty));
        }
        Some("call") => {
            finding.fix(relax_sized(case));
        }
        Some("receiver") => {
            finding.fix(require_sized(case, &[primary]));
            finding.rustc_suggests = finding.fixes.is_empty();
        }
        _ => {}
    }
    finding.fix([Fix::idea("use-a-pointer")]);
    Some(finding)
}

/// The type of unknown size: the one that the reader knows, such as `Path` for the bytes in it.
fn held_type(case: &Case) -> Option<String> {
    let quoted = case.diagnostic.quoted();
    let ty = quoted.first()?;
    let path = case.diagnostic.note("required because it appears within the type `*`");
    let path = path.and_then(|note| crate::diagnostic::quoted(&note.text).pop());
    let ty = path.unwrap_or(ty);
    // `(dyn Shape + 'static)`: the lifetime is rustc's.
    let bare = ty.strip_prefix('(').and_then(|ty| ty.strip_suffix(')')).unwrap_or(ty);
    Some(bare.strip_suffix(" + 'static").unwrap_or(bare).to_owned())
}

/// Where the value is, by rustc's notes or else by the code.
fn place(case: &Case, file: &File, ty: &str) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    let at = diagnostic.primary()?.span.range();
    let notes = [
        ("all local variables must have a statically known size", "variable"),
        ("the return type of a function must have a statically known size", "result"),
        ("only the last field of a struct may have a dynamically sized type", "field"),
        ("no field of an enum variant may have a dynamically sized type", "field"),
    ];
    if let Some((_, place)) = notes.iter().find(|(note, _)| diagnostic.note(note).is_some()) {
        return Some(place);
    }
    let function = file.function_at(at.clone());
    let receiver = function.as_ref().and_then(|it| it.self_param.as_ref());
    if ty == "Self" && receiver.is_some_and(|receiver| holds(&receiver.range, &at)) {
        return Some("receiver");
    }
    let closure = file.closure_at(at.clone()).map(|closure| closure.params).unwrap_or_default();
    let of_function = function.map(|function| function.params).unwrap_or_default();
    if of_function.iter().chain(&closure).any(|param| param.ty.as_ref() == Some(&at)) {
        return Some("parameter");
    }
    diagnostic.note("required by * implicit `Sized` bound in `*`")?;
    // A type that the reader wrote, or what is given to a function.
    if file.type_at(at.clone()).is_some_and(|written| written.range == at) {
        return Some("type argument");
    }
    file.call_with_argument(at).map(|_| "call")
}
