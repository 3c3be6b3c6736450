//! A value would move whose size is not known when the program is compiled.

use std::rc::Rc;

use crate::diagnostic::fits;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::held_place::{base_name, seen_text};
use crate::fixes::lend_parameter::looks;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Call, CallKind, File, Function};

/// E0161.
pub static RULE: Rule = Rule {
    name: "unsized-value-moved",
    codes: &["E0161"],
    messages: &[],
    concepts: &["box", "move", "ownership"],
    text: include_str!("../../explanations/unsized_value_moved.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // The headline names the type.
    fits("cannot move a value of type `*`", &diagnostic.message).then_some(())?;
    let ty = *diagnostic.quoted().first()?;
    // rustc points at the value.
    let moved = diagnostic.primary()?;
    let file = case.file(&moved.span).filter(|_| !moved.span.in_macro());
    let call = file.as_deref().and_then(|file| taking_call(file, moved.span.range()));

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(moved.span.clone());
    finding.facts.number("line", moved.span.line_start).code("type", ty);
    finding.facts.code_if("place", seen_text(&moved.span));
    finding.facts.code_if("method", call.as_ref().map(|call| call.name.as_str()));
    finding.variant = ty.starts_with("dyn ").then_some("trait object");
    let methods = call.as_ref().map(|call| methods(case, &call.name, ty)).unwrap_or_default();
    if let Some((file, method)) = methods.first()
        && let Some(receiver) = &method.self_param
    {
        finding.mark_span("receiver", file.source.span(receiver.range.clone()));
    }
    finding.mark("moved", moved).primary = true;

    if let Some(file) = &file {
        let unsized_param = lets_be_unsized(file, moved.span.byte_start, ty);
        if unsized_param.is_some() {
            finding.variant = Some("type parameter");
        }
        finding.fix(unsized_param);
    }
    let only_looks = methods.iter().all(|(file, method)| {
        let body = method.body.clone();
        body.is_none_or(|body| looks(case, file, Some("self"), &body))
    });
    let borrowed = with_receiver(&methods, "&self", "borrow-self", Cost::signature(Deed::Borrow));
    finding.fix(borrowed.map(|fix| fix.doubtful_if(!only_looks)));
    finding.fix(with_receiver(
        &methods,
        "self: Box<Self>",
        "take-the-box",
        Cost::signature(Deed::Restructure),
    ));
    finding.fix([Fix::idea("enum-instead")]);
    Some(finding)
}

/// The method call whose receiver a range is.
fn taking_call(file: &File, range: std::ops::Range<usize>) -> Option<Call> {
    file.method_call_on(range).filter(|call| call.kind == CallKind::Method)
}

/// The methods of this name in the trait and in its impls, the trait's first. `ty` is `dyn Trait`, or a
/// type parameter: then the name alone has to tell, and only one trait may have it.
fn methods(case: &Case, name: &str, ty: &str) -> Vec<(Rc<File>, Function)> {
    let Some(at) = case.diagnostic.primary().map(|label| &label.span.file) else { return Vec::new() };
    let wanted = ty.strip_prefix("dyn ").map(base_name);
    let mut found = Vec::new();
    let mut traits = Vec::new();
    for file in case.files.crate_files_with(at, &format!("fn {name}")) {
        for method in file.functions_named(name) {
            let declared = file.trait_at(method.range.clone()).filter(|_| method.in_trait);
            let implemented = file.impl_at(method.range.clone()).filter(|_| method.in_trait_impl);
            let of = declared.map(|it| it.name).or_else(|| implemented.and_then(|it| it.trait_name));
            let Some(of) = of.filter(|of| wanted.is_none_or(|wanted| of == wanted)) else { continue };
            if !traits.contains(&of) {
                traits.push(of);
            }
            found.push((file.clone(), method));
        }
    }
    found.sort_by_key(|(_, method)| !method.in_trait);
    // A trait of another crate cannot be changed, nor one that is not the only one.
    let known = traits.len() == 1 && found.first().is_some_and(|(_, method)| method.in_trait);
    if known { found } else { Vec::new() }
}

/// Another form of `self`, in the trait and in all impls.
fn with_receiver(methods: &[(Rc<File>, Function)], form: &str, id: &'static str, cost: Cost) -> Option<Fix> {
    let mut edits = Vec::new();
    for (file, method) in methods {
        let receiver = method.self_param.as_ref().filter(|it| !it.reference && it.ty.is_none())?;
        file.is_editable(receiver.range.clone()).then_some(())?;
        let mutable = if receiver.mutable { "mut " } else { "" };
        let form = match form {
            "&self" => format!("&{mutable}self"),
            other => format!("{mutable}{other}"),
        };
        edits.push(Edit::replace(&file.source, receiver.range.clone(), form));
    }
    let (_, method) = methods.first()?;
    Some(Fix::new(id, cost, edits).with("callee", &method.name).with("function", &method.name))
}

/// Takes the `?Sized` away that lets a type parameter stand for types of unknown size.
fn lets_be_unsized(file: &File, at: usize, ty: &str) -> Option<Fix> {
    let function = file.function_at(at..at)?;
    let of_impl = file.impl_at(at..at).and_then(|of| of.generics);
    let generics = [function.generics, of_impl].into_iter().flatten().find(|generics| {
        file.text(generics.clone())
            .trim_matches(['<', '>'])
            .split(',')
            .any(|param| param.trim().starts_with(ty))
    })?;
    let text = file.text(generics.clone());
    let forms = [" + ?Sized", "?Sized + ", ": ?Sized"];
    let form = forms.into_iter().find(|form| text.matches(form).count() == 1)?;
    let start = generics.start + text.find(form)?;
    file.is_editable(start..start + form.len()).then_some(())?;
    let edit = Edit::delete(&file.source, start..start + form.len());
    Some(Fix::new("ask-for-a-known-size", Cost::signature(Deed::Annotate), vec![edit]))
}
