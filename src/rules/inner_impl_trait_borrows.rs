//! An `impl Trait` within another one borrows for a lifetime that is new in every call.

use crate::diagnostic::{Label, quoted};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::declaration;
use crate::fixes::lifetime_list::without_items;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Binder, File, GenericItem, ScopeKind};

/// E0657.
pub static RULE: Rule = Rule {
    name: "inner-impl-trait-borrows",
    codes: &["E0657"],
    messages: &[],
    concepts: &["lifetimes", "trait-objects"],
    text: include_str!("../../explanations/inner_impl_trait_borrows.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    // The note, or the place itself, has the lifetime.
    let note = diagnostic.note("lifetime declared here")?;
    let declared: &Label = note.labels.first()?;
    let lifetime = case.code(&declared.span).filter(|name| name.starts_with('\''))?;
    let kind = *quoted(&diagnostic.message).last()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(declared.span.clone());
    finding.facts.code("lifetime", &lifetime);
    finding.facts.code("inner", case.code(&primary.span).unwrap_or_else(|| kind.to_owned()));
    finding.mark("declared", declared).primary = false;
    finding.mark("inner", primary).primary = true;
    if let Some(file) = case.file(&declared.span) {
        let binder = file.binder_of(declared.span.range(), &lifetime)?;
        finding.facts.code("outer", file.text(binder.scope.clone()));
        let function = file.function_at(declared.span.range());
        finding.facts.code_if("function", function.map(|function| function.name));
        finding.fix(declared_on_function(&file, declared, &binder, &lifetime));
    }
    finding.fix([Fix::idea("name-the-inner-type")]);
    Some(finding)
}

/// Declares the lifetime on the function instead: chosen once, and not for each use.
fn declared_on_function(file: &File, declared: &Label, binder: &Binder, lifetime: &str) -> Option<Fix> {
    let scopes = file.lifetime_scopes(declared.span.range());
    let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Function)?;
    if !file.is_editable(binder.range.clone()) {
        return None;
    }
    let is_it = |item: &GenericItem| item.lifetime.as_ref().is_some_and(|(_, name)| name == lifetime);
    let end = file.token_after(binder.range.end).map_or(binder.range.end, |next| next.start);
    let mut edits = match binder.list.items.iter().all(is_it) {
        true => vec![Edit::delete(&file.source, binder.range.start..end)],
        false => without_items(file, &binder.list, &is_it),
    };
    edits.push(declaration(file, scope, lifetime));
    let fix = Fix::new("declare-on-function", Cost::signature(Deed::Annotate), edits);
    // One lifetime for all uses is too long where the value itself is lent.
    Some(fix.doubtful_if(true))
}
