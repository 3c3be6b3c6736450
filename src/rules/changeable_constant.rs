//! A constant has a type that changes through `&`.

use std::rc::Rc;

use crate::diagnostic::{Label, Span};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, Item, ItemKind};

/// Two lints of clippy, and the one that rustc has for a change.
pub static RULE: Rule = Rule {
    name: "changeable-constant",
    codes: &[
        "clippy::borrow_interior_mutable_const",
        "clippy::declare_interior_mutable_const",
        "const_item_interior_mutations",
    ],
    messages: &[],
    concepts: &["interior-mutability", "static"],
    text: include_str!("../../explanations/changeable_constant.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // clippy points at the constant's name where it is declared, or where it is lent; rustc at the call,
    // and at the name in it.
    let named = diagnostic.labels.iter().find(|label| label.text.contains("interior mutable `const` item"));
    let at = named.or_else(|| diagnostic.primary())?;
    (!at.span.in_macro()).then_some(())?;
    let used = diagnostic.code.as_deref() != Some("clippy::declare_interior_mutable_const");
    let code = case.code(&at.span)?;
    let name = code.trim_start_matches(['&', '*']).rsplit("::").next()?.trim().to_owned();
    let declared = constant(case, &at.span, &name);

    let mut finding = Finding::new(&RULE);
    finding.facts.code("name", &name).number("line", at.span.line_start);
    finding.variant = used.then_some("used");
    let Some((file, item)) = declared else {
        mark(&mut finding, at, used);
        finding.cause = Some(at.span.clone());
        finding.fix([Fix::idea("hold-it-once")]);
        return Some(finding);
    };
    finding.facts.code_if("type", item.ty.clone().map(|ty| file.text(ty).to_owned()));
    let place = file.source.span(item.name_range.clone()?);
    if used {
        finding.mark_span("declared", place.clone());
    }
    // One constant is one mistake, however often it is used.
    finding.cause = Some(place);
    mark(&mut finding, at, used);
    finding.fix(make_static(&file, &item)).fix([Fix::idea("hold-it-once")]);
    finding.rustc_suggests = false;
    Some(finding)
}

fn mark(finding: &mut Finding, at: &Label, used: bool) {
    finding.mark(if used { "used" } else { "declared" }, at).primary = true;
}

/// The constant of this name: the item at the place, or the only one of the file.
fn constant(case: &Case, at: &Span, name: &str) -> Option<(Rc<File>, Item)> {
    let file = case.file(at)?;
    let is_it = |item: &Item| item.kind == ItemKind::Const && item.name.as_deref() == Some(name);
    if let Some(item) = file.item_at(at.range()).filter(is_it) {
        return Some((file, item));
    }
    let declaration = format!("const {name}:");
    let mut places = file.source.text.match_indices(&declaration).map(|(start, _)| start);
    let start = places.next().filter(|_| places.next().is_none())?;
    let item = file.item_at(start..start + declaration.len()).filter(is_it)?;
    Some((file, item))
}

/// A constant outside of traits and impls can be a static, if its type may be shared.
fn make_static(file: &File, item: &Item) -> Option<Fix> {
    let apart = file.impl_at(item.range.clone()).is_none() && file.trait_at(item.range.clone()).is_none();
    let keyword = file.keyword_in(item.range.clone(), "const").filter(|_| apart)?;
    file.is_editable(item.range.clone()).then_some(())?;
    let shared = ["Atomic", "Mutex", "RwLock", "OnceLock", "LazyLock"];
    let ty = file.text(item.ty.clone()?);
    let fix = Fix::new(
        "declare-static",
        Cost::signature(Deed::Annotate).changed(),
        vec![Edit::replace(&file.source, keyword, "static")],
    );
    shared.iter().any(|name| ty.contains(name)).then_some(fix)
}
