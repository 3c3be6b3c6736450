//! An `impl Trait` within another one borrows for a lifetime that is new in every call.

use std::rc::Rc;

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::declaration;
use crate::fixes::lifetime_list::without_items;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, GenericItem, ScopeKind};

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
    let lifetime = declared.span.seen().filter(|name| name.starts_with('\''))?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(declared.span.clone());
    finding.facts.code("lifetime", &lifetime).code("inner", primary.span.seen()?);
    finding.mark("declared", declared).primary = false;
    finding.mark("inner", primary).primary = true;
    if let Some(file) = case.editable(&declared.span) {
        look_around(&mut finding, &file, declared, &lifetime);
    }
    finding.fix([Fix::idea("name-the-inner-type")]);
    Some(finding)
}

fn look_around(finding: &mut Finding, file: &Rc<File>, declared: &Label, lifetime: &str) -> Option<()> {
    let function = file.function_at(declared.span.range())?;
    finding.facts.code("function", &function.name);
    let binder = file.binder_of(declared.span.range(), lifetime)?;
    let scopes = file.lifetime_scopes(declared.span.range());
    let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Function)?;
    let is_it = |item: &GenericItem| item.lifetime.as_ref().is_some_and(|(_, name)| name == lifetime);
    let end = file.token_after(binder.range.end).map_or(binder.range.end, |next| next.start);
    let mut edits = match binder.list.items.iter().all(is_it) {
        true => vec![Edit::delete(&file.source, binder.range.start..end)],
        false => without_items(file, &binder.list, &is_it),
    };
    edits.push(declaration(file, scope, lifetime));
    let fix = Fix::new("declare-on-function", Cost::signature(Deed::Annotate), edits);
    // One lifetime for all uses is too long where the value itself is lent.
    finding.fix([fix.doubtful_if(true)]);
    Some(())
}
