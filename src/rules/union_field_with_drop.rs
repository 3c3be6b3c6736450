//! A union has a field that would perhaps have to be dropped.

use crate::diagnostic::fits;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::copy_promise::{copy_parts, field_seen};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Adt, ExprKind, Field, File};

/// E0740.
pub static RULE: Rule = Rule {
    name: "union-field-with-drop",
    codes: &["E0740"],
    messages: &[],
    concepts: &["drop", "copy-and-clone", "ownership"],
    text: include_str!("../../explanations/union_field_with_drop.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    fits(
        "field must implement `Copy` or be wrapped in `ManuallyDrop<...>` to be used in a union",
        &diagnostic.message,
    )
    .then_some(())?;
    // rustc points at the field.
    let place = diagnostic.primary()?;
    (!place.span.in_macro()).then_some(())?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(place.span.clone());
    finding.facts.number("line", place.span.line_start);
    let Some(file) = case.file(&place.span) else {
        let (field, ty) = field_seen(&place.span)?;
        finding.facts.code("field", field).code("type", ty);
        finding.mark("field", place).primary = true;
        finding.fix([Fix::idea("enum-instead")]);
        return Some(finding);
    };
    let union = file.adt_at(place.span.range())?;
    let range = place.span.range();
    let field =
        union.fields.iter().find(|field| field.range.start <= range.start && range.end <= field.range.end)?;
    let ty = file.text(field.ty.clone()).to_owned();
    finding.variant = Some("named union");
    finding.facts.code("union", &union.name).code("type", &ty);
    finding.facts.code_if("field", field.name.clone());
    finding.mark_span("union", file.source.span(union.keyword.start..union.name_range.end));
    finding.mark("field", place).primary = true;
    finding.fix(copy_parts(case, std::slice::from_ref(&ty)));
    // The same as rustc suggests, and where such a union is made.
    let held_back = held_back(case, &file, &union, field);
    finding.rustc_suggests = held_back.is_none();
    finding.fix(held_back);
    finding.fix([Fix::idea("enum-instead")]);
    Some(finding)
}

/// `text: String` -> `text: ManuallyDrop<String>`, and the same where such a union is made.
fn held_back(case: &Case, file: &File, union: &Adt, field: &Field) -> Option<Fix> {
    file.is_editable(field.ty.clone()).then_some(())?;
    let mut edits = vec![
        Edit::insert(&file.source, field.ty.start, "std::mem::ManuallyDrop<"),
        Edit::insert(&file.source, field.ty.end, ">"),
    ];
    let name = field.name.as_deref()?;
    for other in case.files.crate_files_with(&file.source.name, &union.name) {
        let made = other.exprs_in(0..other.source.text.len()).into_iter().filter(|expr| {
            let path = other.text(expr.range.clone()).split('{').next().unwrap_or_default().trim();
            expr.kind == ExprKind::Struct && path.rsplit("::").next() == Some(&union.name)
        });
        for (field, value) in made.flat_map(|expr| other.struct_values(expr.range)) {
            if field != name {
                continue;
            }
            other.is_editable(value.clone()).then_some(())?;
            let shorthand = crate::fixes::clone_value::is_shorthand(&other, &value);
            let before = if shorthand { format!("{name}: ") } else { String::new() };
            edits.push(Edit::insert(
                &other.source,
                value.start,
                format!("{before}std::mem::ManuallyDrop::new("),
            ));
            edits.push(Edit::insert(&other.source, value.end, ")"));
        }
    }
    Some(Fix::new("hold-back-the-drop", Cost::signature(Deed::Restructure), edits))
}
