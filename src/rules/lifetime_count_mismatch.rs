//! A type, trait or function is given more or fewer lifetimes than it declares.

use crate::diagnostic::quoted;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::fixes::lifetime_list::without_items;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, GenericItem, GenericList, ScopeKind};

/// E0107 and E0109, where they count lifetimes: types are other mistakes.
pub static RULE: Rule = Rule {
    name: "lifetime-count-mismatch",
    codes: &["E0107", "E0109"],
    messages: &[],
    concepts: &["lifetimes", "elision"],
    text: include_str!("../../explanations/lifetime_count_mismatch.md"),
    refines: &[],
    recognise,
};

/// Nothing at run time.
const COST: Cost = Cost::local(Deed::Annotate);

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    let builtin = diagnostic.code.as_deref() == Some("E0109");
    // The headline counts lifetimes: "struct takes 1 lifetime argument but 2 lifetime arguments ..".
    let counts: Vec<usize> = diagnostic.message.split(' ').filter_map(|word| word.parse().ok()).collect();
    let (expected, given) = match counts.as_slice() {
        _ if builtin && diagnostic.message.starts_with("lifetime arguments are not allowed") => (0, 1),
        [expected, given] if diagnostic.message.contains("lifetime argument") => (*expected, *given),
        _ => return None,
    };
    // rustc points at the name that has the list, or at the list of a built-in type.
    let named = if builtin { diagnostic.labels.iter().find(|label| !label.primary)? } else { primary };
    let owner = named.span.seen()?;
    let file = case.editable(&named.span);
    let list = file.as_ref().and_then(|file| file.arguments_after(named.span.range()));

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(named.span.clone());
    // Our own say how many are left: rustc fills in any name that is around.
    finding.rustc_suggests = list.is_none();
    let note = diagnostic.note("* defined here, with *");
    let declared = note.and_then(|note| note.labels.iter().find(|label| label.primary));
    let names = note.map(|note| quoted(&note.text).join(", ")).unwrap_or_default();
    // A variant of an enum has the lifetimes of the enum.
    let declaring = declared.and_then(|label| label.span.seen()).unwrap_or_else(|| owner.clone());
    let is_call = diagnostic.message.starts_with("function") || diagnostic.message.starts_with("method");
    finding.facts.code("owner", declaring).code("names", names).number("line", primary.span.line_start);
    finding.facts.number("expected", expected).number("given", given);
    let written = list.iter().flat_map(|list| &list.items).filter_map(|item| item.lifetime.as_ref());
    let written: Vec<&str> = written.map(|(_, name)| name.as_str()).collect();
    finding.facts.code("written", written.join(", "));
    finding.variant = Some(match () {
        () if given < expected => "too few",
        () if is_call => "call",
        () if expected == 0 => "none declared",
        () => "too many",
    });
    if let Some(declared) = declared {
        finding.mark("declared", declared).primary = false;
    }
    finding.mark("given", named).primary = true;
    if let (Some(file), Some(list)) = (file, list) {
        match given.checked_sub(expected) {
            Some(extra) => finding.fix(dropped(&file, &list, extra)),
            None => finding.fix(added(&file, &list, expected - given)),
        };
    }
    finding.fix([Fix::idea("compare-with-declaration")]);
    Some(finding)
}

fn is_lifetime(item: &GenericItem) -> bool {
    item.lifetime.is_some()
}

/// Deletes as many lifetimes as are too many: the last ones, and the first ones where that differs.
fn dropped(file: &File, list: &GenericList, extra: usize) -> Vec<Fix> {
    let all: Vec<&GenericItem> = list.items.iter().filter(|item| is_lifetime(item)).collect();
    let Some(kept) = all.len().checked_sub(extra) else { return Vec::new() };
    let without = |gone: &[&GenericItem]| {
        let names: Vec<&str> = gone.iter().map(|item| file.text(item.range.clone())).collect();
        let edits = without_items(file, list, &|item| gone.contains(&item));
        Fix::new("drop-lifetime", COST, edits).with("extra", names.join(", "))
    };
    let last = without(&all[kept..]);
    let names = |items: &[&GenericItem]| -> Vec<String> {
        items.iter().map(|item| file.text(item.range.clone()).to_owned()).collect()
    };
    // Which one is meant, the rest of the program decides.
    let first = (kept > 0 && names(&all[..extra]) != names(&all[kept..])).then(|| without(&all[..extra]));
    std::iter::once(last).chain(first).collect()
}

/// Writes as many lifetimes as are missing: left open, one that is there already, a new one.
fn added(file: &File, list: &GenericList, missing: usize) -> Vec<Fix> {
    let at = list.items.iter().filter(|item| is_lifetime(item)).map(|item| item.range.end).max();
    let insert = |lifetime: &str| {
        let all = vec![lifetime; missing].join(", ");
        match at {
            Some(at) => Edit::insert(&file.source, at, format!(", {all}")),
            None => Edit::insert(&file.source, list.open, format!("{all}, ")),
        }
    };
    let scopes = file.lifetime_scopes(list.range.clone());
    let mut fixes = Vec::new();
    // In a type and in an alias, no lifetime may be left out.
    if !scopes.first().is_some_and(|it| matches!(it.kind, ScopeKind::Type | ScopeKind::Alias)) {
        fixes.push(Fix::new("leave-lifetime-open", COST, vec![insert("'_")]));
    }
    for (_, name) in scopes.iter().flat_map(|scope| &scope.lifetimes) {
        fixes.push(Fix::new("use-own-lifetime", COST, vec![insert(name)]).with("lifetime", name));
    }
    if let Some(scope) = scopes.iter().find(|scope| scope.kind == ScopeKind::Function) {
        let lifetime = fresh(file, list.range.clone());
        let edits = vec![declaration(file, scope, &lifetime), insert(&lifetime)];
        let fix = Fix::new("declare-on-function", Cost::signature(Deed::Annotate), edits);
        fixes.push(fix.with("function", scope.name.clone().unwrap_or_default()).with("lifetime", lifetime));
    }
    fixes
}
