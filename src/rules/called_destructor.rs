//! A destructor is called by hand.

use std::ops::Range;

use crate::diagnostic::fits;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::derive_trait::adt;
use crate::fixes::destructor::owned_at;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{BindingKind, Call, CallKind, File};

/// E0040.
pub static RULE: Rule = Rule {
    name: "called-destructor",
    codes: &["E0040"],
    messages: &[],
    concepts: &["drop", "ownership"],
    text: include_str!("../../explanations/called_destructor.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    fits("explicit use of destructor method", &diagnostic.message).then_some(())?;
    // rustc points at the method's name, or at the path `Conn::drop`.
    let named = diagnostic.primary()?;
    (!named.span.in_macro()).then_some(())?;
    let code = case.code(&named.span)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(named.span.clone());
    finding.facts.number("line", named.span.line_start).code("code", code);
    finding.mark("called", named).primary = true;
    // Ours is the same where the value is owned.
    finding.rustc_suggests = false;
    let Some(file) = case.file(&named.span) else {
        // It is not seen what would be cleaned up.
        finding.variant = Some("as a function");
        finding.fix([Fix::idea("method-for-the-end")]);
        return Some(finding);
    };
    let call = file.call_at(named.span.range());
    let value = call.as_ref().and_then(|call| dropped(&file, call));
    if let Some(value) = &value {
        finding.facts.code("place", file.text(value.clone()));
    }
    finding.variant = variant(case, &file, named.span.byte_start, value.as_ref());

    // `drop(x)` of a reference compiles and does nothing: only a value that is owned here is dropped.
    let owned = value.filter(|value| owned_at(case, &file, value.clone()));
    finding.fix(call.and_then(|call| drop_value(&file, &call, owned?)));
    finding.fix([Fix::idea(match finding.variant {
        Some("within a destructor") => "leave-it-to-rust",
        _ => "method-for-the-end",
    })]);
    Some(finding)
}

/// What would be dropped: the receiver, or what the argument lends.
fn dropped(file: &File, call: &Call) -> Option<Range<usize>> {
    let value = match call.kind {
        CallKind::Method => call.receiver.clone()?,
        _ => call.args.first().cloned()?,
    };
    let text = file.text(value.clone());
    let lent = text.strip_prefix("&mut ").map_or(text, str::trim_start);
    Some(value.end - lent.len()..value.end)
}

fn variant(case: &Case, file: &File, at: usize, value: Option<&Range<usize>>) -> Option<&'static str> {
    let Some(value) = value else { return Some("as a function") };
    let function = file.function_at(at..at);
    let owner = function.as_ref().and_then(|function| file.impl_at(function.range.clone()));
    let in_destructor = owner.is_some_and(|owner| owner.trait_name.as_deref() == Some("Drop"));
    let root = file.place_root_range(value.clone())?;
    let binding = file.binding(file.text(root.clone()), root.start)?;
    let part_of_self =
        binding.kind == BindingKind::SelfParam && root != *value && is_own_part(case, file, value);
    if in_destructor && part_of_self {
        return Some("within a destructor");
    }
    (!owned_at(case, file, value.clone())).then_some("borrowed")
}

/// Whether a place is a field of `self` that holds a value, and not a reference.
fn is_own_part(case: &Case, file: &File, value: &Range<usize>) -> bool {
    let path = file.field_path(value.clone()).unwrap_or_default();
    let [_, field] = path.as_slice() else { return false };
    let owner = file.impl_at(value.clone()).and_then(|of| of.self_name);
    let declared = owner.and_then(|owner| adt(case, &owner));
    declared.is_some_and(|(file, adt)| {
        let mut fields = adt.fields.iter().filter(|other| other.name.as_ref() == Some(field));
        fields.any(|field| {
            !file.text(field.ty.clone()).contains(['&', '*'])
                && !file.text(field.ty.clone()).contains("ManuallyDrop")
        })
    })
}

/// `x.drop()` and `Conn::drop(&mut x)` -> `drop(x)`.
fn drop_value(file: &File, call: &Call, value: Range<usize>) -> Option<Fix> {
    file.is_editable(call.range.clone()).then_some(())?;
    let place = file.text(value.clone());
    let edit = Edit::replace(&file.source, call.range.clone(), format!("drop({place})"));
    Some(Fix::new("drop-the-value", Cost::local(Deed::Annotate), vec![edit]).with("place", place))
}
