//! A lifetime or a bound is written that says nothing.

use crate::diagnostic::{Label, quoted};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::File;

/// Four lints, all off by default.
pub static RULE: Rule = Rule {
    name: "needless-lifetime",
    codes: &[
        "unused_lifetimes",
        "single_use_lifetimes",
        "redundant_lifetimes",
        "explicit_outlives_requirements",
    ],
    messages: &[],
    concepts: &["elision", "lifetimes"],
    text: include_str!("../../explanations/needless_lifetime.md"),
    refines: &[],
    recognise,
};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the declaration, or at the bound.
    let written = diagnostic.primary()?;
    let code = diagnostic.code.as_deref()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(written.span.clone());
    // The headline names the lifetime; of a bound, the code does.
    let named = diagnostic.quoted().first().map(|name| (*name).to_owned());
    let text = case.code(&written.span).map(|text| text.trim_matches([':', '+', ' ', ',']).to_owned());
    finding.facts.code_if("lifetime", named.or(text)).number("line", written.span.line_start);
    let file = case.file(&written.span);
    let scope = file.as_ref().and_then(|file| file.lifetime_scopes(written.span.range()).into_iter().next());
    finding.facts.code_if("owner", scope.and_then(|scope| scope.name));
    finding.variant = match code {
        "unused_lifetimes" => Some("used nowhere"),
        "single_use_lifetimes" => Some("used once"),
        "redundant_lifetimes" => Some("same as another"),
        "explicit_outlives_requirements" => Some("bound"),
        _ => return None,
    };
    let same = diagnostic.note("you can use the * lifetime directly, in place of *");
    let same = same.and_then(|note| quoted(&note.text).first().map(|name| (*name).to_owned()));
    finding.facts.code_if("same", same.as_ref());
    finding.mark("declared", written).primary = true;
    for label in diagnostic.labels.iter().filter(|label| !label.primary) {
        finding.mark("only use", label);
    }
    let id = if code == "explicit_outlives_requirements" { "leave-bound-out" } else { "leave-lifetime-out" };
    let theirs = rustc_suggestions(case).into_iter().next();
    finding.fix(theirs.map(|fix| Fix::new(id, COST, fix.edits)));
    if let (Some(file), Some(same)) = (&file, &same) {
        finding.fix(replaced(file, written, same));
    }
    finding.rustc_suggests = false;
    finding.fix([Fix::idea("say-only-what-matters")]);
    Some(finding)
}

/// The other lifetime at each use, and no declaration.
fn replaced(file: &File, written: &Label, same: &str) -> Option<Fix> {
    let range = written.span.range();
    let scope = file.lifetime_scopes(range.clone()).into_iter().next()?;
    let (_, name) = scope.lifetimes.iter().find(|(found, _)| *found == range)?;
    let list = scope.generics.clone()?;
    // The declaration with its bound, up to the next comma or the end of the list.
    let rest = file.text(range.start..list.end);
    let length = rest.find([',', '>'])?;
    let comma = rest[length..].starts_with(',');
    let end = file.token_after(range.start + length + 1).filter(|_| comma);
    let alone = !comma && file.text(list.start..range.start).trim() == "<";
    let declaration = match end {
        Some(next) => range.start..next.start,
        None if alone => list.clone(),
        None => return None,
    };
    let uses = file.lifetimes_in(scope.range.clone()).into_iter();
    let uses: Vec<_> = uses
        .filter(|(at, found)| found == name && !(declaration.start <= at.start && at.end <= declaration.end))
        .collect();
    let mut edits: Vec<Edit> =
        uses.into_iter().map(|(at, _)| Edit::replace(&file.source, at, same)).collect();
    edits.push(Edit::delete(&file.source, declaration));
    Some(Fix::new("write-the-other", COST, edits))
}
