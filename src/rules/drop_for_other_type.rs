//! `Drop` is implemented for what is no type of the crate's own.

use std::rc::Rc;

use crate::diagnostic::{Label, fits};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::derive_trait::{adt, implements};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, Impl, TypeKind};

/// E0120, and what rustc says beside it of the same `impl`.
pub static RULE: Rule = Rule {
    name: "drop-for-other-type",
    codes: &["E0120", "E0117", "E0119", "E0210"],
    messages: &[],
    concepts: &["drop", "ownership"],
    text: include_str!("../../explanations/drop_for_other_type.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    (!primary.span.in_macro()).then_some(())?;
    let local = fits("the `Drop` trait may only be implemented for local *", &diagnostic.message);
    let Some(file) = case.file(&primary.span) else {
        // Only this message names `Drop`, and points at the type.
        return local.then(|| without_file(case, primary)).flatten();
    };
    // The `impl` around the span is one of `Drop`.
    let of = file.impl_at(primary.span.range()).filter(|of| of.trait_name.as_deref() == Some("Drop"))?;
    // It is for a type that the crate does not own; a second `Drop` for its own type is another mistake.
    let about_type = local
        || diagnostic.code.as_deref() != Some("E0119")
        || diagnostic.note("conflicting implementation in crate *").is_some();
    about_type.then_some(())?;

    let span = file.source.span(of.self_type.clone());
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(span.clone());
    finding.facts.number("line", span.line_start).code("type", file.text(of.self_type.clone()));
    finding.variant = variant(case, &file, &of, &mut finding);
    finding.mark_span("target", span).primary = true;
    finding.fix(for_the_type_itself(case, &file, &of));
    finding.fix([idea(finding.variant)]);
    Some(finding)
}

/// What the type tells by itself.
fn without_file(case: &Case, target: &Label) -> Option<Finding> {
    let ty = case.code(&target.span)?;
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(target.span.clone());
    finding.variant = match ty.as_str() {
        ty if ty.starts_with('&') => Some("reference"),
        ty if ty.starts_with("dyn ") => Some("trait"),
        _ => None,
    };
    finding.facts.number("line", target.span.line_start).code("type", &ty);
    finding.mark("target", target).primary = true;
    finding.fix([idea(finding.variant)]);
    Some(finding)
}

fn idea(variant: Option<&str>) -> Fix {
    Fix::idea(if variant == Some("trait") { "drop-for-each-type" } else { "wrap-in-own-type" })
}

fn variant(case: &Case, file: &File, of: &Impl, finding: &mut Finding) -> Option<&'static str> {
    let ty = file.type_at(of.self_type.clone())?;
    let text = file.text(of.self_type.clone());
    match ty.kind {
        TypeKind::Reference { inner, .. } => {
            finding.facts.code("inner", file.text(inner));
            return Some("reference");
        }
        TypeKind::Dyn { .. } => return Some("trait"),
        _ => {}
    }
    let generics = of.generics.clone().map(|generics| file.text(generics)).unwrap_or_default();
    let mut params = generics.trim_matches(['<', '>']).split(',').filter_map(|param| param.split(':').next());
    if params.any(|param| param.trim() == text) {
        return Some("type parameter");
    }
    // In the edition of 2015 the name of a trait is a type.
    let keyword = format!("trait {text}");
    let declares = |file: &Rc<File>| {
        let mut pieces = file.source.text.split(&keyword).skip(1);
        pieces.any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    };
    let at = &case.diagnostic.primary()?.span.file;
    case.files.crate_files_with(at, &keyword).iter().any(declares).then_some("trait")
}

/// `impl Drop for &mut Cache` -> `impl Drop for Cache`, where that is the crate's and has no `Drop` yet.
fn for_the_type_itself(case: &Case, file: &File, of: &Impl) -> Option<Fix> {
    let text = file.text(of.self_type.clone());
    let name = text.strip_prefix('&')?.rsplit(' ').next()?.trim_start_matches('&');
    let (_, adt) = adt(case, name).filter(|(_, adt)| adt.generics.is_none())?;
    // This very `impl` is for a reference, so it is not counted as one for the type.
    let own = case.files.crate_files_with(&file.source.name, "Drop for").iter().any(|file| {
        file.impls().iter().any(|other| {
            other.trait_name.as_deref() == Some("Drop") && file.text(other.self_type.clone()) == name
        })
    });
    if own || implements(case, &adt, "Copy") || !file.is_editable(of.self_type.clone()) {
        return None;
    }
    let edit = Edit::delete(&file.source, of.self_type.start..of.self_type.end - name.len());
    Some(
        Fix::new("drop-for-the-type-itself", Cost::signature(Deed::Annotate), vec![edit]).with("inner", name),
    )
}
