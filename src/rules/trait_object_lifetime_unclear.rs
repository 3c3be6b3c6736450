//! A trait object leaves its lifetime out where the code around it allows several.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::lifetime_list::promise_longer;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, ScopeKind, TypeKind, TypeRef};

/// E0227 and E0228.
pub static RULE: Rule = Rule {
    name: "trait-object-lifetime-unclear",
    codes: &["E0227", "E0228"],
    messages: &[],
    concepts: &["trait-objects", "lifetimes"],
    text: include_str!("../../explanations/trait_object_lifetime_unclear.md"),
    refines: &[],
    recognise,
};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

fn recognise(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    let file = case.editable(&primary.span);
    // rustc points at the `dyn` type.
    let ty = file.as_ref().and_then(|file| file.type_at(primary.span.range()));
    let ty = ty.filter(|ty| matches!(ty.kind, TypeKind::Dyn { .. }));

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code_if("type", primary.span.seen()).number("line", primary.span.line_start);
    let around = file.as_ref().zip(ty.as_ref());
    finding.facts.code_if("holder", around.and_then(|(file, ty)| holder(file, ty)));
    // The traits themselves ask for more than one.
    let by_traits = case.diagnostic.code.as_deref() == Some("E0227");
    finding.variant = match by_traits {
        true => Some("asked by traits"),
        false => finding.facts.text("holder").is_some().then_some("asked by a type"),
    };
    // rustc would write a comment where the name belongs.
    finding.rustc_suggests = false;
    finding.mark("unclear", primary).primary = true;
    finding.fix(around.map(|(file, ty)| ways(file, ty, by_traits)).unwrap_or_default());
    finding.fix([Fix::idea("say-what-it-borrows")]);
    Some(finding)
}

/// The type that has the `dyn` type among its arguments.
fn holder(file: &File, ty: &TypeRef) -> Option<String> {
    let list = file.generic_list_at(ty.range.clone()).filter(|list| !list.declares)?;
    let name = file.token_before(list.range.start)?;
    Some(file.text(name).to_owned()).filter(|name| name.starts_with(char::is_alphabetic))
}

fn ways(file: &File, ty: &TypeRef, by_traits: bool) -> Vec<Fix> {
    let with = |lifetime: &str| {
        let before = file.token_before(ty.range.start).map(|range| file.text(range).to_owned());
        // `&dyn A + 'a` could be read in two ways.
        let behind_reference =
            before.is_some_and(|word| word == "&" || word == "mut" || word.starts_with('\''));
        match behind_reference {
            false => vec![Edit::insert(&file.source, ty.range.end, format!(" + {lifetime}"))],
            true => vec![
                Edit::insert(&file.source, ty.range.start, "("),
                Edit::insert(&file.source, ty.range.end, format!(" + {lifetime})")),
            ],
        }
    };
    let scopes = file.lifetime_scopes(ty.range.clone());
    let mut fixes = Vec::new();
    let spoken: Vec<String> = file.lifetimes_in(ty.range.clone()).into_iter().map(|(_, name)| name).collect();
    for scope in &scopes {
        for (range, name) in &scope.lifetimes {
            let others = scope.lifetimes.iter().filter(|(_, other)| other != name && spoken.contains(other));
            let others: Vec<&String> = others.map(|(_, other)| other).filter(|_| by_traits).collect();
            let fix = Fix::new("name-its-lifetime", COST, with(name)).with("lifetime", name);
            fixes.push(fix.doubtful_if(!others.is_empty()));
            // It has to be valid for as long as each of them.
            if let [other] = others.as_slice() {
                let mut edits = with(name);
                edits.push(promise_longer(file, range, other));
                let fix = Fix::new("promise-longer", COST, edits);
                fixes.push(fix.with("lifetime", name).with("other", other.as_str()).doubtful_if(true));
            }
        }
    }
    if scopes.iter().any(|scope| scope.kind == ScopeKind::Function) {
        fixes.push(Fix::new("leave-lifetime-open", COST, with("'_")));
    }
    fixes.push(Fix::new("own-its-data", Cost::signature(Deed::Demand), with("'static")));
    fixes
}
