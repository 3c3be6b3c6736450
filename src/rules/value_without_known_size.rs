//! A value of unknown size is kept, taken or returned by itself, and not through a pointer.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Label, fits, quoted};
use crate::fix::Fix;
use crate::fixes::dyn_trait::require_sized;
use crate::fixes::known_size::{
    borrow_init, borrow_parameter, box_items, declaration, own_field, own_result, relax_sized, return_object,
    take_impl,
};
use crate::fixes::send_bound::as_written;
use crate::mismatch::types::short;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, TypeKind, holds};

/// E0277 about `Sized`, E0746, and E0308 where they are its consequence.
pub static RULE: Rule = Rule {
    name: "value-without-known-size",
    codes: &["E0277", "E0308", "E0746"],
    messages: &[],
    concepts: &["trait-objects", "borrowing"],
    text: include_str!("../../explanations/value_without_known_size.md"),
    refines: &["reference-mismatch"],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    let here = primary.span.range();
    let ty = match diagnostic.code.as_deref() {
        // A `dyn` in the result has a code of its own.
        Some("E0746") => case.text(&primary.span).or_else(|| primary.span.seen())?,
        // A value of known size is given where the declaration has one of unknown size.
        Some("E0308") => expected(case)?,
        _ => as_written(&held_type(case)?),
    };
    let Some(file) = case.file(&primary.span) else { return unseen(case, primary, &ty) };
    // What goes wrong where the value is used began where it was declared.
    let used = file.type_at(here.clone()).is_none() && file.expr_at(here.clone()).is_some();
    let declared = declaration(&file, &short(&ty)).filter(|_| used);
    if declared.is_none() && diagnostic.code.as_deref() == Some("E0308") {
        return None;
    }
    let at = declared.clone().unwrap_or(here.clone());

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(file.source.span(at.clone()));
    finding.facts.code("type", short(&ty)).number("line", file.source.line_of(at.start));
    finding.facts.code("code", file.text(here));
    if declared.is_some() {
        finding.mark_span("value", file.source.span(at.clone()));
        finding.mark("used", primary).primary = true;
    } else {
        finding.mark("value", primary).primary = true;
    }
    let place = written_place(&file, &at).or_else(|| place(case, &file, &ty).filter(|_| declared.is_none()));
    finding.variant = place;
    let bound = diagnostic.note("required by * implicit `Sized` bound in `*`");
    let outer = file.type_at(at.clone()).map(|outer| outer.kind);
    finding.facts.code_if(
        "demander",
        match outer {
            Some(TypeKind::Path { name, .. }) if place == Some("type argument") => Some(name),
            Some(TypeKind::Slice) if place == Some("type argument") => Some(file.text(at.clone()).to_owned()),
            _ => bound.and_then(|note| quoted(&note.text).pop()).map(str::to_owned),
        },
    );
    if !primary.span.in_macro() && file.is_editable(at.clone()) {
        finding.fix(ways_out(case, &file, &at, &ty, place));
    }
    // rustc has the same in words of its own, and not where the values are made.
    finding.rustc_suggests = finding.fixes.is_empty() && declared.is_none();
    finding.fix([Fix::idea("use-a-pointer")]);
    Some(finding)
}

/// What can be told without the code.
fn unseen(case: &Case, primary: &Label, ty: &str) -> Option<Finding> {
    let code = case.diagnostic.code.as_deref();
    (code != Some("E0308")).then_some(())?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.variant = (code == Some("E0746")).then_some("trait object returned");
    finding.facts.code("type", short(ty)).number("line", primary.span.line_start);
    finding.mark("value", primary).primary = true;
    finding.fix([Fix::idea("use-a-pointer")]);
    Some(finding)
}

fn ways_out(case: &Case, file: &Rc<File>, at: &Range<usize>, ty: &str, place: Option<&str>) -> Vec<Fix> {
    let at = at.clone();
    match place {
        Some("trait object returned") => return_object(file, at),
        Some("parameter") => {
            take_impl(file, at.clone()).into_iter().chain(borrow_parameter(file, at)).collect()
        }
        Some("variable") => borrow_init(file, at).into_iter().collect(),
        Some("result") => own_result(file, at).into_iter().collect(),
        Some("field") => own_field(case, file, at).into_iter().collect(),
        Some("type argument") => box_items(case, file, at, ty),
        Some("call") => relax_sized(case).into_iter().collect(),
        Some("receiver") => {
            case.diagnostic.primary().and_then(|self_| require_sized(case, &[self_])).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

/// The type that a value of known size does not fit, where no value could.
fn expected(case: &Case) -> Option<String> {
    let label = case.diagnostic.primary().filter(|label| fits("expected `*`, found `*`", &label.text))?;
    let ty = *label.quoted().first()?;
    let unsized_ = ty == "str" || ty.starts_with("dyn ") || ty.starts_with('[') && !ty.contains(';');
    unsized_.then(|| ty.to_owned())
}

/// The type of unknown size: the one that the reader knows, such as `Path` for the bytes in it.
fn held_type(case: &Case) -> Option<String> {
    let pattern = "the size for values of type `*` cannot be known at compilation time";
    fits(pattern, &case.diagnostic.message).then_some(())?;
    let named = case.diagnostic.quoted();
    let ty = named.first()?;
    let path = case.diagnostic.note("required because it appears within the type `*`");
    let path = path.and_then(|note| quoted(&note.text).pop());
    let ty = path.unwrap_or(ty);
    // `(dyn Shape + 'static)`: the lifetime is rustc's.
    let bare = ty.strip_prefix('(').and_then(|ty| ty.strip_suffix(')')).unwrap_or(ty);
    Some(bare.strip_suffix(" + 'static").unwrap_or(bare).to_owned())
}

/// Where a type stands that the reader wrote.
fn written_place(file: &File, at: &Range<usize>) -> Option<&'static str> {
    let written = file.type_at(at.clone()).filter(|written| written.range == *at)?;
    // `str` and `Path` are paths too, but hold no type.
    let holds_types = match &written.kind {
        TypeKind::Path { .. } => file.text(at.clone()).contains('<'),
        kind => *kind == TypeKind::Slice && holds_unsized(file, at),
    };
    if holds_types {
        return Some("type argument");
    }
    let function = file.function_at(at.clone());
    if function.as_ref().is_some_and(|function| function.return_type.as_ref() == Some(at)) {
        let object = matches!(written.kind, TypeKind::Dyn { .. });
        return Some(if object { "trait object returned" } else { "result" });
    }
    let closure = file.closure_at(at.clone()).map(|closure| closure.params).unwrap_or_default();
    let of_function = function.map(|function| function.params).unwrap_or_default();
    if of_function.iter().chain(&closure).any(|param| param.ty.as_ref() == Some(at)) {
        return Some("parameter");
    }
    let kept = file.adt_at(at.clone()).is_some_and(|adt| adt.fields.iter().any(|field| field.ty == *at));
    kept.then_some("field")
}

/// Where the value is, by rustc's notes or else by the code.
fn place(case: &Case, file: &File, ty: &str) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    let at = diagnostic.primary()?.span.range();
    let notes = [
        ("all local variables must have a statically known size", "variable"),
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
    diagnostic.note("required by * implicit `Sized` bound in `*`")?;
    file.call_with_argument(at).map(|_| "call")
}

/// Whether the items of a slice are of unknown size themselves: `[str]`, `[dyn Trait]`.
fn holds_unsized(file: &File, slice: &Range<usize>) -> bool {
    let item = file.type_refs(slice.clone()).into_iter().nth(1);
    item.is_some_and(|item| matches!(item.kind, TypeKind::Dyn { .. }) || file.text(item.range) == "str")
}
