//! A type declares a lifetime that none of its fields uses.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::lifetime_list::{uses_of, without_declaration, without_items};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Adt, AdtKind, ExprKind, File, GenericItem, ScopeKind, TypeKind};

/// E0392 for a lifetime; for a type it is another mistake.
pub static RULE: Rule = Rule {
    name: "unused-lifetime-parameter",
    codes: &["E0392"],
    messages: &[],
    concepts: &["struct-lifetimes", "lifetimes"],
    text: include_str!("../../explanations/unused_lifetime_parameter.md"),
    refines: &[],
    recognise,
};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

fn recognise(case: &Case) -> Option<Finding> {
    // It is a lifetime that is declared here.
    let lifetime = case.diagnostic.quoted().first().filter(|name| name.starts_with('\''))?.to_string();
    let primary = case.diagnostic.primary()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("lifetime", &lifetime).number("line", primary.span.line_start);
    finding.mark("unused", primary).primary = true;
    if let Some(file) = case.editable(&primary.span) {
        look_around(case, &mut finding, &file, primary, &lifetime);
    }
    finding.fix([Fix::idea("decide-who-owns-the-data")]);
    Some(finding)
}

fn look_around(
    case: &Case,
    finding: &mut Finding,
    file: &Rc<File>,
    primary: &Label,
    lifetime: &str,
) -> Option<()> {
    let adt = file.adt_at(primary.span.range())?;
    finding.facts.code("owner", &adt.name);
    // What it points to with a raw pointer, Rust does not follow.
    let raw = adt.fields.iter().find(|field| {
        file.type_refs(field.ty.clone()).iter().any(|ty| matches!(ty.kind, TypeKind::RawPointer))
    });
    finding.facts.code_if("field", raw.and_then(|field| field.name.clone()));
    let uses = uses_of(file, &adt.range, lifetime, Some(&primary.span.range()));
    finding.variant = Some(match raw {
        Some(_) => "raw pointer",
        // It is used, but only by the type itself.
        None if uses.len() > 1 => "only within itself",
        None => "no field",
    });
    if let Some(raw) = raw {
        finding.mark_span("raw", file.source.span(raw.range.clone()));
    }
    // A raw pointer is a sign that something is borrowed.
    let away = without_it(case, file, &adt, lifetime);
    finding.fix(away.map(|fix| fix.doubtful_if(raw.is_some()))).fix(in_field(file, &adt, lifetime));
    let marker = with_marker(file, &adt, lifetime);
    finding.fix(marker.map(|fix| fix.doubtful_if(raw.is_none())));
    Some(())
}

/// Takes the lifetime out of the declaration, and out of all places that name the type.
fn without_it(case: &Case, file: &Rc<File>, adt: &Adt, lifetime: &str) -> Option<Fix> {
    let list = file.generic_list_at(adt.generics.clone()?)?;
    let at = adt.lifetimes.iter().position(|name| name == lifetime)?;
    let is_it = |item: &GenericItem| item.lifetime.as_ref().is_some_and(|(_, name)| name == lifetime);
    let mut edits = without_items(file, &list, &is_it);
    for other in case.files.crate_files_with(&file.source.name, &adt.name) {
        let mut gone: Vec<Range<usize>> = Vec::new();
        for ty in other.type_refs(0..other.source.text.len()) {
            let TypeKind::Path { name, generic_args: Some(arguments), lifetimes, .. } = ty.kind else {
                continue;
            };
            let Some(argument) = lifetimes.get(at).filter(|_| name == adt.name) else { continue };
            let list = other.generic_list_at(arguments)?;
            edits.extend(without_items(&other, &list, &|item| item.range == *argument));
            gone.push(argument.clone());
        }
        edits.extend(gone.iter().flat_map(|argument| declared_for_it(&other, argument, &gone)));
    }
    Some(Fix::new("take-lifetime-away", COST, edits))
}

/// Takes away the declaration on an impl or a function whose name was used for nothing else.
fn declared_for_it(file: &Rc<File>, argument: &Range<usize>, gone: &[Range<usize>]) -> Vec<Edit> {
    let name = file.text(argument.clone());
    for scope in file.lifetime_scopes(argument.clone()) {
        let Some((declared, _)) = scope.lifetimes.iter().find(|(_, found)| found == name) else { continue };
        let mut uses = uses_of(file, &scope.range, name, Some(declared)).into_iter();
        let of_type = scope.kind == ScopeKind::Type;
        return match !of_type && uses.all(|at| at == *declared || gone.contains(&at)) {
            true => without_declaration(file, &scope, name, false),
            false => Vec::new(),
        };
    }
    Vec::new()
}

/// Uses it in a field that promises more, `'static`.
fn in_field(file: &Rc<File>, adt: &Adt, lifetime: &str) -> Option<Fix> {
    let fields = adt.fields.iter().flat_map(|field| file.lifetimes_in(field.ty.clone()));
    let edits: Vec<Edit> = fields
        .filter(|(_, name)| name == "'static")
        .map(|(range, _)| Edit::replace(&file.source, range, lifetime))
        .collect();
    (!edits.is_empty()).then(|| Fix::new("use-it-in-the-field", COST, edits))
}

/// A field without size that says what the type borrows, and its value wherever one is made.
fn with_marker(file: &Rc<File>, adt: &Adt, lifetime: &str) -> Option<Fix> {
    // One struct with named fields, none of them called so.
    let last = adt.fields.last().filter(|last| adt.kind == AdtKind::Struct && last.name.is_some())?;
    if adt.fields.iter().any(|field| field.name.as_deref() == Some("marker")) {
        return None;
    }
    let separator = |before: usize| {
        let comma = file.comma_after(before).map(|at| at + 1);
        (comma.unwrap_or(before), if comma.is_some() { "" } else { "," })
    };
    let source = &file.source;
    let indent = format!("{}{}", source.line_end(), file.indent_at(last.range.start));
    let own_line = file.indent_at(last.range.start) != file.indent_at(adt.range.start);
    let space = if own_line { indent.as_str() } else { " " };
    let (at, comma) = separator(last.range.end);
    let field = format!("{comma}{space}marker: std::marker::PhantomData<&{lifetime} ()>");
    let end = if own_line { "," } else { "" };
    let mut edits = vec![Edit::insert(source, at, format!("{field}{end}"))];
    for made in file.exprs_in(0..source.text.len()) {
        let text = file.text(made.range.clone());
        let head = text.split(['{', '<', ':']).next().unwrap_or_default().trim();
        let of_self =
            || file.impl_at(made.range.clone()).is_some_and(|it| it.self_name.as_ref() == Some(&adt.name));
        if made.kind != ExprKind::Struct || !(head == adt.name || (head == "Self" && of_self())) {
            continue;
        }
        let end = made.range.end - 1;
        let before = file.token_before(end)?;
        // `..other` brings the marker with it.
        if !text.contains("..") {
            let comma = if matches!(file.text(before.clone()), "," | "{") { "" } else { "," };
            edits.push(Edit::insert(source, before.end, format!("{comma} marker: std::marker::PhantomData")));
        }
    }
    Some(Fix::new("mark-what-it-borrows", COST, edits))
}
