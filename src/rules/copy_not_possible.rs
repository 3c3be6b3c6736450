//! A type promises to be `Copy`, and it cannot be.

use std::rc::Rc;

use crate::diagnostic::{Label, fits};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::copy_promise::{copy_parts, field_at, field_seen, take_back};
use crate::fixes::derive_trait::adt;
use crate::fixes::destructor::drop_impl;
use crate::fixes::held_place::{base_name, seen_text};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Adt, File};

/// E0204 for a field that is not `Copy`, E0184 for a destructor, E0206 for what is no type of its own.
pub static RULE: Rule = Rule {
    name: "copy-not-possible",
    codes: &["E0204", "E0184", "E0206"],
    messages: &[],
    concepts: &["copy-and-clone", "drop", "ownership"],
    text: include_str!("../../explanations/copy_not_possible.md"),
    refines: &[],
    recognise,
};

/// rustc's label on each field that stands in the way.
const NOT_COPY: &str = "this field does not implement `Copy`";

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    fits("the trait `Copy` cannot be implemented for this type*", &diagnostic.message).then_some(())?;
    // rustc points at the type's name: where it is declared with a derive, or in the `impl`.
    let promised = diagnostic.primary()?;
    let written = seen_text(&promised.span)?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(promised.span.clone());
    finding.facts.number("line", promised.span.line_start).code("type_name", &written);
    if diagnostic.code.as_deref() == Some("E0206") {
        finding.variant = Some("not a type of its own");
        finding.mark("promised", promised).primary = true;
        finding.fix([Fix::idea("type-around-it")]);
        return Some(finding);
    }
    let declared = declaration(case, promised, base_name(&written));
    let name = declared.as_ref().map_or(base_name(&written).to_owned(), |(_, adt)| adt.name.clone());
    finding.facts.code("type_name", &name);
    finding.mark("promised", promised).primary = true;
    if diagnostic.code.as_deref() == Some("E0184") {
        finding.variant = Some("destructor");
        if let Some((file, of)) = drop_impl(case, &name) {
            finding.mark_span("destructor", file.source.span(of.impl_token.start..of.self_type.end));
        }
        finding.fix(declared.and_then(|(file, adt)| take_back(case, &file, &adt)));
        finding.fix([Fix::idea("copy-the-data-alone")]);
        return Some(finding);
    }
    let parts: Vec<&Label> = diagnostic.labels.iter().filter(|label| label.text == NOT_COPY).collect();
    let fields: Vec<(String, String)> = parts
        .iter()
        .filter_map(|label| {
            if case.file(&label.span).is_none() {
                return field_seen(&label.span);
            }
            let (file, adt) = declared.as_ref()?;
            field_at(file, adt, label.span.range())
        })
        .collect();
    for label in parts {
        finding.mark("field", label).facts.code_if("part", seen_text(&label.span));
    }
    let (field, ty) = fields.first().cloned().unzip();
    finding.facts.code_if("field", field).code_if("type", ty);
    let types: Vec<String> = fields.into_iter().map(|(_, ty)| ty).collect();
    let parts = copy_parts(case, &types).filter(|_| !types.is_empty());
    finding.variant = variant(case, &finding, parts.is_some());
    finding.fix(parts).fix(restrict_parameter(case));
    finding.fix(declared.and_then(|(file, adt)| take_back(case, &file, &adt)));
    finding.fix([Fix::idea("hold-what-is-copied")]);
    Some(finding)
}

/// Where the type is declared.
fn declaration(case: &Case, promised: &Label, name: &str) -> Option<(Rc<File>, Adt)> {
    let file = case.file(&promised.span)?;
    let here = file.adt_at(promised.span.range()).filter(|adt| adt.name == name);
    here.map(|adt| (file, adt)).or_else(|| adt(case, name))
}

fn variant(case: &Case, finding: &Finding, parts_can_be: bool) -> Option<&'static str> {
    let ty = finding.facts.text("type")?;
    if restriction(case).is_some() {
        return Some("type parameter");
    }
    if ty.starts_with("&mut ") || ty.starts_with("&'") && ty.contains(" mut ") {
        return Some("mutable reference");
    }
    parts_can_be.then_some("part could be")
}

fn restriction<'a>(case: &Case<'a>) -> Option<&'a crate::diagnostic::Suggestion> {
    let patterns = ["consider restricting type parameter *", "consider further restricting type parameter *"];
    case.diagnostic.suggestions.iter().find(|it| patterns.iter().any(|pattern| fits(pattern, &it.text)))
}

/// `impl<T> Copy for Pair<T>` -> `impl<T: Copy> Copy for Pair<T>`.
fn restrict_parameter(case: &Case) -> Option<Fix> {
    let suggestion = restriction(case)?;
    let mut edits = Vec::new();
    for (span, text) in &suggestion.edits {
        let file = case.file(span).filter(|file| file.is_editable(span.range()))?;
        edits.push(Edit::replace(&file.source, span.range(), text.as_str()));
    }
    let parameter = *crate::diagnostic::quoted(&suggestion.text).first()?;
    Some(
        Fix::new("copy-if-parameter-is", Cost::signature(Deed::Annotate), edits).with("parameter", parameter),
    )
}
