//! The type of a function or closure has a lifetime in its result that none of its arguments has.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::declaration;
use crate::fixes::lifetime_list::{renamed, without_items};
use crate::fixes::type_lifetime::declare_on_type;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Binder, File, GenericItem, ScopeKind, holds};

/// E0581 and E0582.
pub static RULE: Rule = Rule {
    name: "result-lifetime-not-in-arguments",
    codes: &["E0581", "E0582"],
    messages: &[],
    concepts: &["lifetimes", "closures"],
    text: include_str!("../../explanations/result_lifetime_not_in_arguments.md"),
    refines: &[],
    recognise,
};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

fn recognise(case: &Case) -> Option<Finding> {
    // The headline names the lifetime, after the associated type that is the result.
    let lifetime = case.diagnostic.quoted().into_iter().find(|name| name.starts_with('\''))?.to_owned();
    let primary = case.diagnostic.primary()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("lifetime", &lifetime).number("line", primary.span.line_start);
    finding.facts.code_if("result", primary.span.seen());
    if let Some(file) = case.editable(&primary.span) {
        look_around(case, &mut finding, &file, primary.span.range(), &lifetime);
    }
    finding.mark("result", primary).primary = true;
    finding.fix([Fix::idea("decide-what-it-points-into")]);
    Some(finding)
}

fn look_around(
    case: &Case,
    finding: &mut Finding,
    file: &Rc<File>,
    range: Range<usize>,
    lifetime: &str,
) -> Option<()> {
    let binder = file.binder_of(range.clone(), lifetime)?;
    let callable = file.callable_at(range.clone()).filter(|it| holds(&binder.scope, &it.range));
    let whole = callable.as_ref().map_or(binder.scope.clone(), |it| it.range.clone());
    finding.facts.code("callable", file.text(whole));
    finding.variant = Some(match &callable {
        None => "associated type",
        Some(it) if it.args.is_empty() => "no arguments",
        Some(_) => "callable type",
    });
    let declared = binder.list.items.iter().filter_map(|item| item.lifetime.clone());
    if let Some((at, _)) = declared.into_iter().find(|(_, name)| *name == lifetime) {
        finding.mark_span("declared", file.source.span(at));
    }
    for (n, argument) in callable.iter().flat_map(|it| &it.args).enumerate() {
        finding.fix(tied(file, argument, lifetime, n + 1));
    }
    finding.fix(declared_outside(case, file, &binder, lifetime));
    let edits = instead(file, &binder, lifetime, "'static");
    finding.fix([Fix::new("return-static", Cost::signature(Deed::Demand), edits)]);
    Some(())
}

/// Gives an argument that leaves its lifetime out this one.
fn tied(file: &Rc<File>, argument: &Range<usize>, lifetime: &str, position: usize) -> Option<Fix> {
    let open = file.elided_lifetimes(argument.clone(), &|name| file.lifetimes_of_type(name));
    let outermost = open.into_iter().next()?;
    let edit = Edit::replace(&file.source, outermost.range.clone(), outermost.named(lifetime));
    let mut fix = Fix::new("tie-result-to-argument", COST, vec![edit]);
    fix.facts.number("position", position);
    Some(fix)
}

/// Takes the name out of `for<..>`, and the `for` with it if nothing else is declared there.
fn unbound(file: &File, binder: &Binder, lifetime: &str) -> Vec<Edit> {
    let is_it = |item: &GenericItem| item.lifetime.as_ref().is_some_and(|(_, name)| name == lifetime);
    if !binder.list.items.iter().all(is_it) {
        return without_items(file, &binder.list, &is_it);
    }
    let end = file.token_after(binder.range.end).map_or(binder.range.end, |next| next.start);
    vec![Edit::delete(&file.source, binder.range.start..end)]
}

/// Another name in the place of the one that `for<..>` has declared.
fn instead(file: &File, binder: &Binder, lifetime: &str, other: &str) -> Vec<Edit> {
    let mut edits = unbound(file, binder, lifetime);
    let declared = binder.list.items.iter().filter_map(|item| item.lifetime.as_ref());
    let declared = declared.into_iter().find(|(_, name)| name == lifetime).map(|(range, _)| range);
    let uses = renamed(file, &binder.scope, lifetime, declared, other).into_iter();
    edits.extend(uses.filter(|edit| !holds(&binder.range, &(edit.byte_start..edit.byte_end))));
    edits
}

/// Declares the name on the function, the type or the alias instead: chosen once, and not in each call.
fn declared_outside(case: &Case, file: &Rc<File>, binder: &Binder, lifetime: &str) -> Option<Fix> {
    let scopes = file.lifetime_scopes(binder.range.clone());
    let mut outer = scopes.iter().filter(|scope| scope.kind != ScopeKind::Callable);
    let scope = outer.next()?;
    let in_body = file.function_at(binder.range.clone()).and_then(|it| it.body);
    if in_body.is_some_and(|body| holds(&body, &binder.range)) {
        return None;
    }
    let mut edits = unbound(file, binder, lifetime);
    match scope.kind {
        ScopeKind::Type => {
            let adt = file.adt_at(binder.range.clone())?;
            // A type that has lifetimes already is named with them everywhere.
            if !adt.lifetimes.is_empty() {
                return None;
            }
            edits.extend(declare_on_type(case, file, &adt, lifetime));
        }
        _ => edits.push(declaration(file, scope, lifetime)),
    }
    let fix = Fix::new("declare-outside", COST, edits);
    Some(fix.with("owner", scope.name.clone().unwrap_or_default()))
}
