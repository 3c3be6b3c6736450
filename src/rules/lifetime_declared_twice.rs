//! One name is declared for two lifetimes that are in sight of each other.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::fresh;
use crate::fixes::lifetime_list::{renamed, without_declaration, without_items};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, GenericItem, ScopeKind};

/// E0496, and E0403 for a lifetime.
pub static RULE: Rule = Rule {
    name: "lifetime-declared-twice",
    codes: &["E0496", "E0403"],
    messages: &[],
    concepts: &["lifetimes"],
    text: include_str!("../../explanations/lifetime_declared_twice.md"),
    refines: &[],
    recognise,
};

/// Nothing at run time.
const COST: Cost = Cost::local(Deed::Annotate);

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // It is a lifetime that is declared twice, not a type.
    let lifetime = diagnostic.quoted().first().filter(|name| name.starts_with('\''))?.to_string();
    let second = diagnostic.primary()?;
    let first = diagnostic.labels.iter().find(|label| !label.primary)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(second.span.clone());
    finding.facts.code("lifetime", &lifetime).number("line", first.span.line_start);
    finding.mark("first", first).primary = false;
    finding.mark("second", second).primary = true;
    let file = case.editable(&second.span);
    if diagnostic.code.as_deref() == Some("E0403") {
        finding.variant = Some("in one list");
        finding.fix(file.and_then(|file| without_second(&file, second.span.range())));
    } else if let Some(file) = file {
        nested(&mut finding, &file, &second.span.range(), &lifetime);
    }
    finding.fix([Fix::idea("name-each")]);
    Some(finding)
}

/// The inner of two declarations: who declares it, and how it can be told from the outer one.
fn nested(finding: &mut Finding, file: &Rc<File>, second: &Range<usize>, lifetime: &str) -> Option<()> {
    let new = fresh(file, second.clone());
    let rename = |within: &Range<usize>| {
        let edits = renamed(file, within, lifetime, Some(second), &new);
        [Fix::new("rename-inner", COST, edits).with("new", new.as_str())]
    };
    if let Some(binder) = file.binder_of(second.clone(), lifetime) {
        finding.variant = Some("callable type");
        finding.facts.code("owner", file.text(binder.scope.clone()));
        finding.fix(rename(&binder.scope));
        return Some(());
    }
    let scopes = file.lifetime_scopes(second.clone());
    let scope = scopes.iter().find(|scope| scope.lifetimes.iter().any(|(range, _)| range == second))?;
    finding.facts.code_if("owner", scope.name.clone());
    finding.variant = Some(if scope.kind == ScopeKind::Function { "method" } else { "nested" });
    finding.fix(rename(&scope.range));
    let receiver = file.function_at(scope.range.clone()).and_then(|function| function.self_param);
    let of_self = receiver.is_some_and(|it| it.lifetime.is_some_and(|(_, name)| name == lifetime));
    // `&'a self` with the lifetime of the data would lend the value for good.
    if !of_self || scope.kind != ScopeKind::Function {
        let edits = without_declaration(file, scope, lifetime, false);
        finding.fix([Fix::new("use-outer", Cost::signature(Deed::Annotate), edits).doubtful_if(true)]);
    }
    Some(())
}

/// Deletes the second declaration; both of them meant the same from then on.
fn without_second(file: &Rc<File>, second: Range<usize>) -> Option<Fix> {
    let list = file.generic_list_at(second.clone())?;
    let is_it = |item: &GenericItem| item.lifetime.as_ref().is_some_and(|(range, _)| *range == second);
    let edits: Vec<Edit> = without_items(file, &list, &is_it);
    Some(Fix::new("declare-once", COST, edits))
}
