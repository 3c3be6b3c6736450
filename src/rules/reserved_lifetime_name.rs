//! A lifetime is declared under a name that Rust keeps for itself.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::fixes::lifetime_list::{renamed, without_declaration};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, Scope, ScopeKind};

/// E0262, E0637 where a name is declared, keywords, and what rustc says of their uses.
pub static RULE: Rule = Rule {
    name: "reserved-lifetime-name",
    codes: &["E0262", "E0637", "E0261"],
    messages: &["lifetimes cannot use keyword names"],
    concepts: &["lifetimes", "static"],
    text: include_str!("../../explanations/reserved_lifetime_name.md"),
    refines: &["unknown-lifetime"],
    recognise,
};

/// Keywords that not even `'r#` makes a name.
const NEVER_A_NAME: &[&str] = &["'self", "'Self", "'super", "'crate"];

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    let lifetime = primary.span.seen().filter(|name| name.starts_with('\''))?;
    let keyword = match diagnostic.code.as_deref() {
        None => true,
        // A use of a keyword is called `'r#ref` there.
        Some("E0261") if diagnostic.message.contains("`'r#") || NEVER_A_NAME.contains(&lifetime.as_str()) => {
            true
        }
        Some("E0261") => return None,
        Some(_) => false,
    };
    let file = case.editable(&primary.span);
    let scopes = file.as_ref().map(|file| file.lifetime_scopes(primary.span.range())).unwrap_or_default();
    let declares = |scope: &&Scope| scope.lifetimes.iter().any(|(_, name)| *name == lifetime);
    let scope = scopes.iter().find(declares);
    // An E0637 without a declaration is about a bound; rustc has a help for declarations alone.
    let declared = scope.is_some() || diagnostic.note("use another lifetime specifier").is_some();
    if lifetime == "'_" && !declared {
        return None;
    }

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("lifetime", &lifetime).number("line", primary.span.line_start);
    finding.facts.code("word", lifetime.trim_start_matches('\''));
    finding.facts.code_if("owner", scope.or(scopes.first()).and_then(|scope| scope.name.clone()));
    finding.variant = match lifetime.as_str() {
        "'static" => Some("static"),
        "'_" => Some("underscore"),
        _ => Some("keyword"),
    };
    finding.mark("reserved", primary).primary = true;
    if let Some(file) = file {
        let whole = scope.or(scopes.last()).map_or(primary.span.range(), |scope| scope.range.clone());
        // All uses of one name are one mistake.
        finding.cause = Some(file.source.span(whole.clone()));
        let new = fresh(&file, primary.span.range());
        finding.fix(other_name(&file, scope, &scopes, &lifetime, &new, &whole));
        // `'static` and `'_` mean something without a declaration.
        let kept = scope.filter(|_| !keyword);
        finding.fix(kept.map(|scope| undeclared(&file, scope, &lifetime)));
    }
    finding.fix([Fix::idea("choose-another-name")]);
    Some(finding)
}

/// Another name wherever this one stands, declared where it is not yet.
fn other_name(
    file: &Rc<File>,
    scope: Option<&Scope>,
    scopes: &[Scope],
    lifetime: &str,
    new: &str,
    whole: &Range<usize>,
) -> Option<Fix> {
    let declared = scope.and_then(|scope| scope.lifetimes.iter().find(|(_, name)| name == lifetime));
    let mut edits = renamed(file, whole, lifetime, declared.map(|(range, _)| range), new);
    if scope.is_none() {
        let home = scopes.iter().find(|scope| scope.kind == ScopeKind::Function).or(scopes.last())?;
        edits.push(declaration(file, home, new));
    }
    Some(Fix::new("choose-name", Cost::local(Deed::Annotate), edits).with("new", new))
}

/// The name with the meaning that it has anyway.
fn undeclared(file: &Rc<File>, scope: &Scope, lifetime: &str) -> Fix {
    let binder = scope.kind == ScopeKind::Callable;
    let edits: Vec<Edit> = without_declaration(file, scope, lifetime, binder);
    let (id, deed) = match lifetime {
        "'static" => ("mean-static", Deed::Demand),
        _ => ("leave-declaration-out", Deed::Annotate),
    };
    Fix::new(id, Cost::signature(deed), edits)
}
