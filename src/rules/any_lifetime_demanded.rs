//! A bound holds for any lifetime, `'static` included, and a value cannot keep that.

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::rule::{Case, Finding, Rule};

/// Errors without a code, most of them limits of today's compiler.
pub static RULE: Rule = Rule {
    name: "any-lifetime-demanded",
    codes: &[],
    messages: &[
        "higher-ranked lifetime error",
        "higher-ranked subtype error",
        "lifetime bound not satisfied",
        "`*` does not live long enough",
    ],
    concepts: &["lifetimes", "static"],
    text: include_str!("../../explanations/any_lifetime_demanded.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the code that has to keep the bound.
    let used = diagnostic.primary()?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(used.span.clone());
    finding.facts.number("line", used.span.line_start);
    let file = case.file(&used.span);
    let code =
        file.as_ref().map(|file| file.text(used.span.range()).lines().next().unwrap_or_default().to_owned());
    finding.facts.code_if("code", code.or_else(|| used.span.seen()));
    // The headline names the type that is too short.
    let named = diagnostic.quoted().first().map(|name| (*name).to_owned());
    finding.facts.code_if("type", named.as_ref());
    finding.variant = named.as_ref().map(|_| "type parameter");
    let limit = diagnostic.note("due to a current limitation of the type system*");
    for label in limit.iter().flat_map(|note| &note.labels) {
        finding.mark("bound", label).primary = false;
    }
    finding.mark("used", used).primary = true;
    // rustc knows where the parameter is declared.
    let theirs = rustc_suggestions(case).into_iter().next().filter(|_| named.is_some());
    let demand = Cost::signature(Deed::Demand);
    finding.fix(theirs.map(|fix| Fix::new("ask-type-for-static", demand, fix.edits)));
    finding.rustc_suggests = finding.fixes.is_empty();
    finding.fix([Fix::idea("ask-for-less")]);
    Some(finding)
}
