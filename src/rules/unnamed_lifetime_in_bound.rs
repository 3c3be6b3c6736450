//! A bound leaves a lifetime out, and no rule says which one is meant there.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::alias_lifetime::of_bound;
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Elided, ElidedKind, File, ScopeKind};

/// E0637, where no name is declared, and E0106 in the bounds of a trait.
pub static RULE: Rule = Rule {
    name: "unnamed-lifetime-in-bound",
    codes: &["E0637", "E0106"],
    messages: &[],
    concepts: &["elision", "lifetimes"],
    text: include_str!("../../explanations/unnamed_lifetime_in_bound.md"),
    refines: &["missing-lifetime"],
    recognise,
};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    let missing = case.diagnostic.code.as_deref() == Some("E0106");
    let file = case.editable(&primary.span).filter(|file| !missing || is_bound(file, &primary.span.range()));
    // Another missing lifetime is another mistake.
    if missing && file.is_none() {
        return None;
    }
    // So is a declaration of `'_`, which alone gets this help.
    if case.diagnostic.note("use another lifetime specifier").is_some() {
        return None;
    }

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start);
    finding.mark("unnamed", primary).primary = true;
    // Ours say the same, and for whom each is right.
    finding.rustc_suggests = false;
    if let Some(file) = file {
        look_around(&mut finding, &file, primary.span.range())?;
    }
    finding.fix([Fix::idea("decide-whose-lifetime")]);
    Some(finding)
}

/// Whether a missing lifetime stands in a bound, and not in the type of a function or closure.
fn is_bound(file: &File, range: &Range<usize>) -> bool {
    file.text(range.clone()) == "&"
        && file.bound_at(range.clone()).is_some()
        && file.callable_at(range.clone()).is_none()
}

fn look_around(finding: &mut Finding, file: &Rc<File>, range: Range<usize>) -> Option<()> {
    let scopes = file.lifetime_scopes(range.clone());
    // A declaration of `'_` is another mistake.
    if scopes.iter().any(|scope| scope.lifetimes.iter().any(|(declared, _)| *declared == range)) {
        return None;
    }
    let open = match file.text(range.clone()) {
        "&" => Elided { range: range.end..range.end, kind: ElidedKind::Reference, count: 1 },
        "'_" => Elided { range: range.clone(), kind: ElidedKind::Underscore, count: 1 },
        _ => return Some(()),
    };
    finding.facts.code_if("owner", scopes.iter().find_map(|scope| scope.name.clone()));
    let alone = file.written_bound(range.clone()).filter(|bound| bound.range == range);
    let around = file.bound_at(range.clone()).or_else(|| file.where_condition_at(range.clone()));
    finding.facts.code_if("bound", around.map(|range| file.text(range)));
    finding.variant = Some(match () {
        () if alone.is_some() => "bare",
        () if file.trait_at(range.clone()).is_some() && file.function_at(range.clone()).is_none() => "trait",
        () => "reference",
    });
    let fixes = match of_bound(file, &range, std::slice::from_ref(&open)) {
        Some(fixes) => ordered(file, &range, fixes),
        None => in_condition(file, &range, &open),
    };
    finding.fix(fixes);
    let removal = alone.map(|bound| vec![Edit::delete(&file.source, bound.removal)]);
    finding.fix(removal.map(|edits| Fix::new("leave-bound-out", COST, edits)));
    Some(())
}

/// The type of an associated type (`Item = &T`) is one type, and cannot hold for any lifetime. Else
/// the body decides which it needs, and mostly it is any.
fn ordered(file: &File, range: &Range<usize>, fixes: Vec<Fix>) -> Vec<Fix> {
    let bound = file.bound_at(range.clone()).unwrap_or(range.clone());
    let of_item = file.text(bound.start..range.start).contains('=');
    let kept = fixes.into_iter().filter(|fix| !(of_item && fix.id == "any-lifetime"));
    kept.map(|fix| {
        let rare = !of_item && fix.id == "declare-on-function";
        fix.doubtful_if(rare)
    })
    .collect()
}

/// The lifetime in the type that a condition is about, or a bound that is nothing but a lifetime.
fn in_condition(file: &Rc<File>, range: &Range<usize>, open: &Elided) -> Vec<Fix> {
    let write = |lifetime: &str| Edit::replace(&file.source, open.range.clone(), open.named(lifetime));
    let scopes = file.lifetime_scopes(range.clone());
    let mut fixes = Vec::new();
    for (declared, name) in scopes.iter().flat_map(|scope| &scope.lifetimes) {
        // `'a: 'a` says nothing.
        let own = file.written_bound(range.clone()).is_some_and(|_| {
            let colon = file.token_before(range.start);
            colon.and_then(|colon| file.token_before(colon.start)).is_some_and(|it| file.text(it) == name)
        });
        if !own && *declared != *range {
            fixes.push(Fix::new("use-own-lifetime", COST, vec![write(name)]).with("lifetime", name));
        }
    }
    let lifetime = fresh(file, range.clone());
    if let Some(scope) = scopes.iter().find(|scope| scope.kind == ScopeKind::Function) {
        let edits = vec![declaration(file, scope, &lifetime), write(&lifetime)];
        let name = scope.name.clone().unwrap_or_default();
        let fix = Fix::new("declare-on-function", COST, edits).with("function", name);
        // What the body borrows itself has no name that a caller could choose.
        fixes.push(fix.doubtful_if(open.kind == ElidedKind::Reference));
    }
    if open.kind == ElidedKind::Reference {
        let condition = file.where_condition_at(range.clone());
        fixes.extend(condition.map(|condition| {
            let any = Edit::insert(&file.source, condition.start, format!("for<{lifetime}> "));
            Fix::new("any-lifetime", COST, vec![any, write(&lifetime)])
        }));
    }
    fixes.push(Fix::new("promise-static", Cost::signature(Deed::Demand), vec![write("'static")]));
    fixes
}
