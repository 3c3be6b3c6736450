//! One `dyn` names several traits.

use std::ops::Range;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, TypeKind, TypeRef, holds};

/// E0225.
pub static RULE: Rule = Rule {
    name: "several-traits-in-one-object",
    codes: &["E0225"],
    messages: &[],
    concepts: &["trait-objects"],
    text: include_str!("../../explanations/several_traits_in_one_object.md"),
    refines: &[],
    recognise,
};

/// Traits that may stand beside another one, because they have no methods.
const MARKERS: &[&str] = &["Send", "Sync", "Unpin", "UnwindSafe", "RefUnwindSafe"];

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    let first = diagnostic.labels.iter().find(|label| label.text == "first non-auto trait")?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("first", case.code(&first.span)?).code("second", case.code(&primary.span)?);
    finding.facts.number("line", primary.span.line_start);
    finding.mark("first", first);
    finding.mark("second", primary).primary = true;
    let file = case.file(&primary.span);
    let around = file.as_ref().and_then(|file| object(file, &primary.span.range()));
    if let (Some(file), Some((object, bounds))) = (&file, around) {
        let same = alike(file, &bounds);
        // The same list elsewhere in the file is the same mistake.
        finding.cause = same.first().map(|(_, bounds)| file.source.span(bounds.clone()));
        finding.fix(one_trait(file, &same));
        finding.fix(as_impl(file, &object, &bounds).filter(|_| same.len() == 1));
    }
    finding.fix([Fix::idea("ask-for-one-trait")]);
    Some(finding)
}

/// The `dyn` type around a bound, and the bytes of its bounds.
fn object(file: &File, bound: &Range<usize>) -> Option<(TypeRef, Range<usize>)> {
    let whole = file.type_refs(0..file.source.text.len());
    let around = whole.into_iter().filter(|ty| holds(&ty.range, bound) && file.is_editable(ty.range.clone()));
    around
        .filter_map(|ty| match ty.kind.clone() {
            TypeKind::Dyn { bounds, .. } => Some((ty, bounds)),
            _ => None,
        })
        .min_by_key(|(ty, _)| ty.range.len())
}

/// The bounds at the top of a list: what is in `<..>` and `(..)` belongs to one of them.
fn parts(bounds: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0i32, 0, Vec::new());
    for (at, c) in bounds.char_indices() {
        match c {
            '<' | '(' | '[' => depth += 1,
            '>' if bounds[..at].ends_with('-') => {}
            '>' | ')' | ']' => depth -= 1,
            '+' if depth == 0 => {
                found.push(bounds[from..at].trim());
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(bounds[from..].trim());
    found
}

/// The last name of a trait's path.
fn short(bound: &str) -> &str {
    let path = bound.split(['<', '(']).next().unwrap_or(bound).trim();
    path.rsplit("::").next().unwrap_or(path)
}

/// All `dyn` types of the file with these bounds.
fn alike(file: &File, bounds: &Range<usize>) -> Vec<(TypeRef, Range<usize>)> {
    let text = file.text(bounds.clone());
    let all = file.type_refs(0..file.source.text.len()).into_iter();
    let objects = all.filter_map(|ty| match ty.kind.clone() {
        TypeKind::Dyn { bounds, .. } => Some((ty, bounds)),
        _ => None,
    });
    objects.filter(|(ty, own)| file.text(own.clone()) == text && file.is_editable(ty.range.clone())).collect()
}

/// A new trait that asks for all of them, behind the item of the first one, and that trait in all of
/// these objects.
fn one_trait(file: &File, same: &[(TypeRef, Range<usize>)]) -> Option<Fix> {
    let (object, bounds) = same.first()?;
    let all = parts(file.text(bounds.clone()));
    let is_marker = |bound: &&str| bound.starts_with('\'') || MARKERS.contains(&short(bound));
    let (kept, joined): (Vec<&str>, Vec<&str>) = all.into_iter().partition(is_marker);
    let name: String = joined.iter().map(|bound| short(bound)).collect();
    if name.is_empty() || file.source.text.contains(&format!("trait {name}")) {
        return None;
    }
    let around = file.impl_at(object.range.clone()).map(|block| block.range);
    let outer = around.or_else(|| file.trait_at(object.range.clone()).map(|it| it.range));
    let of_item = || {
        let function = file.function_at(object.range.clone()).map(|function| function.range);
        function.or_else(|| file.item_at(object.range.clone()).map(|item| item.range))
    };
    let behind = outer.or_else(of_item)?.end;
    let end = file.source.line_end();
    let line = file.indent_at(file.source.line_range(file.source.line_of(behind)).start).to_owned();
    let asked = joined.join(" + ");
    let declared = format!("{end}{end}{line}trait {name}: {asked} {{}}");
    let code = format!("{declared}{end}{end}{line}impl<T: {asked}> {name} for T {{}}");
    let mut edits = vec![Edit::insert(&file.source, behind, code)];
    let new = std::iter::once(name.as_str()).chain(kept).collect::<Vec<_>>().join(" + ");
    edits.extend(same.iter().map(|(_, bounds)| Edit::replace(&file.source, bounds.clone(), new.clone())));
    Some(Fix::new("join-the-traits", Cost::signature(Deed::Restructure), edits).with("joined", name))
}

/// `impl A + B` for a parameter: one type at a time may be bound by any number of traits.
fn as_impl(file: &File, object: &TypeRef, bounds: &Range<usize>) -> Option<Fix> {
    let function = file.function_at(object.range.clone())?;
    let of_parameter =
        function.params.iter().any(|it| it.ty.as_ref().is_some_and(|ty| holds(ty, &object.range)));
    if !of_parameter || function.in_trait_impl {
        return None;
    }
    let edit = Edit::replace(&file.source, object.range.start..bounds.start, "impl ");
    Some(
        Fix::new("take-impl", Cost::signature(Deed::Annotate), vec![edit])
            .with("bounds", file.text(bounds.clone())),
    )
}
