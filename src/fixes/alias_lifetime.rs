//! Gives a lifetime to the type behind a name, to an associated type, to the type in an impl's header.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::fixes::type_lifetime::name_in_impl;
use crate::rule::Case;
use crate::syntax::{Alias, Elided, File, Impl, ScopeKind};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

/// Declares a lifetime behind the name of a `type`.
pub fn declare_on_alias(file: &Rc<File>, alias: &Alias, open: &[Elided]) -> Option<Fix> {
    let scopes = file.lifetime_scopes(alias.name_range.clone());
    let lifetime = fresh(file, alias.range.clone());
    let mut edits = vec![declaration(file, scopes.first()?, &lifetime)];
    edits.extend(named(file, open, &lifetime));
    Some(Fix::new("declare-on-alias", COST, edits))
}

/// Whether an impl has a lifetime to give, with a name or without one.
pub fn has_lifetimes(file: &File, block: &Impl) -> bool {
    !block.lifetimes.is_empty() || !open_in_type(file, block).is_empty()
}

/// Gives an associated type a lifetime that the impl declares, or could.
pub fn of_impl(file: &Rc<File>, block: &Impl, open: &[Elided]) -> Vec<Fix> {
    let own = block.lifetimes.iter().map(|declared| {
        Fix::new("use-own-lifetime", COST, named(file, open, declared)).with("lifetime", declared)
    });
    let mut fixes: Vec<Fix> = own.collect();
    let in_type = open_in_type(file, block);
    let scopes = file.lifetime_scopes(block.impl_token.clone());
    if let (Some(home), false) = (scopes.iter().find(|scope| scope.range == block.range), in_type.is_empty())
    {
        let lifetime = fresh(file, block.impl_token.clone());
        let mut edits = vec![declaration(file, home, &lifetime)];
        edits.extend(named(file, &in_type, &lifetime));
        edits.extend(named(file, open, &lifetime));
        fixes.push(Fix::new("name-impl-lifetime", COST, edits));
    }
    fixes
}

/// Writes `'_` for the lifetime that the name of a type hides, or a name where methods need it.
pub fn in_header(case: &Case, file: &Rc<File>, block: Option<&Impl>, open: &[Elided]) -> Vec<Fix> {
    let adt = block.and_then(|block| file.adt_named(block.self_name.as_ref()?));
    let with_name = block.zip(adt).map(|(block, adt)| name_in_impl(case, file, block, &adt));
    let with_name = with_name.filter(|edits| edits.len() > 1);
    let leave_open =
        Fix::new("leave-lifetime-open", COST, named(file, open, "'_")).doubtful_if(with_name.is_some());
    let with_name = with_name.map(|edits| Fix::new("name-impl-lifetime", COST, edits));
    with_name.into_iter().chain([leave_open]).collect()
}

fn open_in_type(file: &File, block: &Impl) -> Vec<Elided> {
    file.elided_lifetimes(block.self_type.clone(), &|name| file.lifetimes_of_type(name))
}

fn named(file: &File, open: &[Elided], lifetime: &str) -> Vec<Edit> {
    open.iter().map(|it| Edit::replace(&file.source, it.range.clone(), it.named(lifetime))).collect()
}

/// The lifetime of a trait in a bound: one that is declared around it, a new one, or any with `for`.
/// Nothing where the range is no bound.
pub fn of_bound(file: &Rc<File>, range: &Range<usize>, open: &[Elided]) -> Option<Vec<Fix>> {
    let bound = file.bound_at(range.clone())?;
    let scopes = file.lifetime_scopes(range.clone());
    let mut fixes: Vec<Fix> = Vec::new();
    let of_trait = file.impl_at(range.clone()).and_then(|block| block.trait_range).unwrap_or_default();
    let mut around: Vec<_> = scopes.iter().flat_map(|scope| &scope.lifetimes).collect();
    // What the trait of the impl speaks of is likelier.
    around
        .sort_by_key(|(_, name)| !file.lifetimes_in(of_trait.clone()).iter().any(|(_, found)| found == name));
    for (_, declared) in around {
        fixes
            .push(Fix::new("use-own-lifetime", COST, named(file, open, declared)).with("lifetime", declared));
    }
    let lifetime = fresh(file, range.clone());
    if let Some(scope) = scopes.iter().find(|scope| scope.kind == ScopeKind::Function) {
        let mut edits = vec![declaration(file, scope, &lifetime)];
        edits.extend(named(file, open, &lifetime));
        let name = scope.name.clone().unwrap_or_default();
        fixes.push(Fix::new("declare-on-function", COST, edits).with("function", name));
    }
    let mut any = vec![Edit::insert(&file.source, bound.start, format!("for<{lifetime}> "))];
    any.extend(named(file, open, &lifetime));
    fixes.push(Fix::new("any-lifetime", COST, any));
    Some(fixes)
}
