//! An impl declares a lifetime that neither its type nor its trait speaks of.

use std::rc::Rc;

use crate::diagnostic::Label;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::lifetime_list::{renamed, uses_of, without_declaration};
use crate::fixes::own_result::owned_form;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Alias, Elided, File, Impl, Scope, ScopeKind, TypeKind, holds};

/// E0207 for a lifetime; for a type it is another mistake.
pub static RULE: Rule = Rule {
    name: "impl-lifetime-not-in-header",
    codes: &["E0207"],
    messages: &[],
    concepts: &["struct-lifetimes", "lifetimes"],
    text: include_str!("../../explanations/impl_lifetime_not_in_header.md"),
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
    finding.mark("declared", primary).primary = true;
    if let Some(file) = case.editable(&primary.span) {
        look_around(&mut finding, &file, primary, &lifetime);
    }
    // One that borrows already has a lifetime to give.
    let owns = finding.facts.text("type").is_some_and(|ty| !ty.contains('\''));
    let iterator = finding.variant == Some("iterator") && owns;
    finding.fix([Fix::idea(if iterator { "iterate-over-a-borrow" } else { "decide-where-it-comes-from" })]);
    Some(finding)
}

fn look_around(finding: &mut Finding, file: &Rc<File>, primary: &Label, lifetime: &str) -> Option<()> {
    let block = file.impl_at(primary.span.range())?;
    let scopes = file.lifetime_scopes(primary.span.range());
    let scope = scopes.into_iter().find(|scope| scope.kind == ScopeKind::Impl)?;
    let of_trait = block.trait_name.clone();
    finding.facts.code("type", file.text(block.self_type.clone())).code_if("owner", block.self_name.clone());
    finding.facts.code_if("trait", of_trait.clone());
    // rustc minds it only where an associated type speaks of it.
    let used = uses_of(file, &block.range, lifetime, Some(&primary.span.range())).into_iter();
    let mut aliases = used.filter_map(|at| file.alias_at(at).filter(|alias| alias.associated));
    let alias = aliases.next();
    finding.facts.code_if("alias", alias.as_ref().map(|alias| alias.name.clone()));
    finding.variant = alias.as_ref().map(|_| match of_trait.as_deref() {
        Some("Iterator") => "iterator",
        _ => "associated type",
    });

    finding.mark_span("type", file.source.span(block.self_type.clone()));
    if let Some(alias) = &alias {
        finding.mark_span("alias", file.source.span(alias.range.clone()));
    }
    ways(finding, file, &block, &scope, lifetime, alias.as_ref());
    Some(())
}

fn ways(
    finding: &mut Finding,
    file: &Rc<File>,
    block: &Impl,
    scope: &Scope,
    lifetime: &str,
    alias: Option<&Alias>,
) {
    let named = |open: Elided| Edit::replace(&file.source, open.range.clone(), open.named(lifetime));
    let open = |range| file.elided_lifetimes(range, &|name| file.lifetimes_of_type(name));
    // The type or the trait has a place that is left open.
    let in_type = open(block.self_type.clone()).into_iter().next().map(named);
    finding.fix(in_type.map(|edit| Fix::new("give-it-to-the-type", COST, vec![edit])));
    let in_trait = block.trait_range.clone().and_then(|range| open(range).into_iter().next()).map(named);
    finding.fix(in_trait.map(|edit| Fix::new("give-it-to-the-trait", COST, vec![edit])));
    // The type or the trait has another lifetime, and that is meant.
    for other in block.lifetimes.iter().filter(|other| *other != lifetime) {
        let edits = instead(file, block, scope, lifetime, other);
        finding.fix([Fix::new("use-own-lifetime", COST, edits).with("other", other)]);
    }
    // `impl Trait for &'a Type`: each borrow of the type has its own.
    let of_trait = block.trait_name.as_ref().is_some_and(|name| name != "Iterator");
    if of_trait && !file.text(block.self_type.clone()).starts_with('&') {
        let edit = Edit::insert(&file.source, block.self_type.start, format!("&{lifetime} "));
        finding.fix([Fix::new("implement-for-reference", COST, vec![edit]).doubtful_if(true)]);
    }
    finding.fix(alias.and_then(|alias| owned_item(file, block, scope, lifetime, alias)));
    let forever = Cost::signature(Deed::Demand);
    let edits = instead(file, block, scope, lifetime, "'static");
    finding.fix([Fix::new("promise-static", forever, edits)]);
}

/// Another name wherever the lifetime is used, and no declaration of it.
fn instead(file: &File, block: &Impl, scope: &Scope, lifetime: &str, other: &str) -> Vec<Edit> {
    let mut edits = without_declaration(file, scope, lifetime, false);
    let header = scope.generics.clone().unwrap_or_default();
    let declared = declaration_of(scope, lifetime);
    let uses = renamed(file, &block.range, lifetime, declared, other).into_iter();
    edits.extend(uses.filter(|edit| edit.byte_end <= header.start || edit.byte_start >= header.end));
    edits
}

fn declaration_of<'s>(scope: &'s Scope, lifetime: &str) -> Option<&'s std::ops::Range<usize>> {
    scope.lifetimes.iter().find(|(_, name)| name == lifetime).map(|(range, _)| range)
}

/// `String` for `&'a str` in the associated type and wherever else the impl says it.
fn owned_item(file: &Rc<File>, block: &Impl, scope: &Scope, lifetime: &str, alias: &Alias) -> Option<Fix> {
    let ty = alias.ty.clone()?;
    let found = file.type_refs(ty).into_iter().find_map(|ty| match ty.kind {
        TypeKind::Reference { lifetime: Some(at), mutable: false, inner, .. }
            if file.text(at.clone()) == lifetime =>
        {
            Some(inner)
        }
        _ => None,
    })?;
    let inner = file.text(found);
    let owned = owned_form(inner);
    let places = file.type_refs(block.body.clone()).into_iter().filter_map(|ty| match &ty.kind {
        TypeKind::Reference { lifetime: Some(at), mutable: false, inner: other, .. }
            if file.text(at.clone()) == lifetime && file.text(other.clone()) == inner =>
        {
            Some(ty.range)
        }
        _ => None,
    });
    let places: Vec<std::ops::Range<usize>> = places.collect();
    // Something else of the lifetime would be left.
    let declared = declaration_of(scope, lifetime);
    let mut uses = uses_of(file, &block.range, lifetime, declared).into_iter();
    if uses.any(|at| Some(&at) != declared && !places.iter().any(|place| holds(place, &at))) {
        return None;
    }
    let mut edits = without_declaration(file, scope, lifetime, false);
    edits.extend(places.into_iter().map(|range| Edit::replace(&file.source, range, owned.as_str())));
    Some(Fix::new("own-items", Cost::signature(Deed::Clone), edits).with("owned", owned).doubtful_if(true))
}
