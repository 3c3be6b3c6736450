//! A lifetime has a name that nothing around it declares.

use std::rc::Rc;

use crate::diagnostic::Label;
use crate::fix::Fix;
use crate::fixes::undeclared_lifetime::{Known, Undeclared, take_back};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, ScopeKind};

/// E0261, E0401 for a lifetime of the function around, and E0107 where a type is given a lifetime
/// that it does not declare.
pub static RULE: Rule = Rule {
    name: "unknown-lifetime",
    codes: &["E0261", "E0401", "E0107"],
    messages: &[],
    concepts: &["lifetimes", "elision"],
    text: include_str!("../../explanations/unknown_lifetime.md"),
    refines: &["lifetime-count-mismatch"],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    if diagnostic.code.as_deref() == Some("E0107") {
        return too_many(case);
    }
    // rustc points at its use.
    let used = diagnostic.primary()?;
    let outer = diagnostic.code.as_deref() == Some("E0401");
    // The headline names the lifetime, or tells only that it is an outer one.
    let lifetime = match outer {
        true => used.span.seen().filter(|name| name.starts_with('\''))?,
        false => diagnostic.quoted().first().map(|name| (*name).to_owned())?,
    };

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(used.span.clone());
    finding.facts.code("lifetime", &lifetime).number("line", used.span.line_start);
    // What a macro wrote is nobody's to edit here.
    let file =
        case.file(&used.span).filter(|file| !used.span.in_macro() && file.is_editable(used.span.range()));
    match file {
        Some(file) => look_around(case, &mut finding, &file, used, &lifetime),
        None => finding.mark("unknown", used).primary = true,
    }
    finding.fix([Fix::idea("choose-where-to-declare")]);
    Some(finding)
}

fn look_around(case: &Case, finding: &mut Finding, file: &Rc<File>, used: &Label, lifetime: &str) {
    let here = Undeclared::new(file, used.span.range(), lifetime);
    let known = here.known();
    finding.facts.code_if("function", here.function.as_ref().map(|function| function.name.clone()));
    finding.facts.code_if("owner", owner(&here));
    finding.variant = Some(variant(&here, finding, &known));
    // What a function declares, an item within it does not see.
    let around = case.diagnostic.labels.iter().find(|label| !label.primary);
    if let Some(around) = around.filter(|_| case.diagnostic.code.as_deref() == Some("E0401")) {
        finding.variant = Some("outer function");
        finding.facts.code_if("outer", file.function_at(around.span.range()).map(|it| it.name));
        let inner = here.function.as_ref().map(|it| it.name.clone()).or_else(|| owner(&here));
        finding.facts.code_if("inner", inner);
        finding.mark("outer", around).primary = false;
    }

    for (span, name) in known.iter().filter_map(|(range, name)| Some((range.clone()?, name))) {
        finding.mark_span("declared", file.source.span(span)).facts.code("known", name);
    }
    let homes = here.homes();
    if let (Some(home), true) = (homes.first(), known.is_empty()) {
        // All uses of a name that one place could declare are one mistake.
        finding.cause = Some(file.source.span(home.insert..home.insert));
        let word = file.token_before(home.insert).filter(|_| home.kind != ScopeKind::Callable);
        if let Some(word) = word {
            finding.mark_span("place to declare", file.source.span(word));
        }
    }
    finding.mark("unknown", used).primary = true;

    // rustc would declare it on any function that uses it, also where no call could choose it.
    finding.rustc_suggests =
        homes.iter().any(|home| !matches!(home.kind, ScopeKind::Impl | ScopeKind::Trait));

    let declared: Vec<Fix> = homes.iter().filter_map(|home| here.declared(case, home)).collect();
    match finding.variant {
        Some("misspelled") => finding.fix(here.renamed(&known)).fix(declared),
        Some("function body" | "callable type") => finding.fix(here.left_out()).fix(declared),
        _ => finding.fix(declared).fix(here.left_out()).fix(here.renamed(&known)).fix(here.made_static()),
    };
}

/// A type of the crate that declares no lifetime is given one.
fn too_many(case: &Case) -> Option<Finding> {
    // It declares none at all.
    let note = case.diagnostic.note("* defined here, with 0 lifetime parameters")?;
    // rustc points at its name, where it is used and where it is declared.
    let (used, declared) = (case.diagnostic.primary()?, note.labels.first()?);
    let (file, home) = (case.file(&used.span)?, case.file(&declared.span)?);
    let owner = case.text(&declared.span)?;
    // A type, or a trait that uses a lifetime as if it had declared one.
    let is_type = ["struct", "enum", "union"].iter().any(|kind| note.text.starts_with(kind));
    if !is_type && !uses_undeclared(&home, declared.span.range()) {
        return None;
    }

    let mut finding = Finding::new(&RULE);
    // A field that uses a lifetime would have been told already.
    let end = declared.span.byte_end;
    finding.cause = Some(home.source.span(end..end));
    finding.variant = Some("given to a type");
    finding.facts.code("owner", &owner).number("line", used.span.line_start);
    finding.mark("place to declare", declared).primary = false;
    finding.mark("unknown", used).primary = true;
    finding
        .fix(take_back(&file, &owner, home.source.name == file.source.name))
        .fix([Fix::idea("decide-who-owns-the-data")]);
    Some(finding)
}

/// Whether the trait of this name speaks of a lifetime that it does not declare.
fn uses_undeclared(file: &File, name: std::ops::Range<usize>) -> bool {
    let Some(found) = file.trait_at(name.clone()).filter(|found| found.name_range == name) else {
        return false;
    };
    let special = |name: &str| name == "'_" || name == "'static";
    file.lifetimes_in(found.range).into_iter().any(|(at, used)| {
        let scopes = file.lifetime_scopes(at);
        let mut declared = scopes.iter().flat_map(|scope| &scope.lifetimes);
        !special(&used) && !declared.any(|(_, name)| *name == used)
    })
}

/// Which of the text's variants tells this case, with the facts that it needs.
fn variant(here: &Undeclared, finding: &mut Finding, known: &[Known]) -> &'static str {
    let names: Vec<&str> = known.iter().map(|(_, name)| name.as_str()).collect();
    let facts = &mut finding.facts;
    // A slip of the pen.
    if let Some(name) = names.first().filter(|name| here.is_near(name)) {
        facts.code("known", *name);
        return "misspelled";
    }
    // Other names are declared here.
    if !names.is_empty() {
        facts.code("known", names.join(", "));
        return "another name";
    }
    // Statics and constants declare none.
    let Some(scope) = here.scopes.first() else { return "static item" };
    let in_block = here.scopes.len() > 1;
    match scope.kind {
        ScopeKind::Callable => {
            facts.code("callable", here.file.text(scope.range.clone()));
            "callable type"
        }
        ScopeKind::Function if here.in_body() => "function body",
        ScopeKind::Function if in_block => "method",
        ScopeKind::Function => "function",
        ScopeKind::Impl => {
            facts.code_if("type", scope.name.clone());
            "impl header"
        }
        ScopeKind::Type => "type",
        ScopeKind::Trait => "trait",
        ScopeKind::Alias if in_block => "associated type",
        ScopeKind::Alias => "type alias",
    }
}

/// The type, trait, alias or static that the use belongs to.
fn owner(here: &Undeclared) -> Option<String> {
    let named = |kinds: &[ScopeKind]| {
        here.scopes.iter().find(|scope| kinds.contains(&scope.kind)).and_then(|scope| scope.name.clone())
    };
    let of_block = here.file.impl_at(here.range.clone()).and_then(|block| block.self_name);
    let item = || here.file.item_at(here.range.clone()).and_then(|item| item.name);
    let alias = named(&[ScopeKind::Alias]);
    alias.or(of_block).or_else(|| named(&[ScopeKind::Type, ScopeKind::Trait])).or_else(item)
}
