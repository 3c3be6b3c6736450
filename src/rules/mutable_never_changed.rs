//! A variable is declared with `mut` and never changed.

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::BindingKind;

/// The lint `unused_mut`.
pub static RULE: Rule = Rule {
    name: "mutable-never-changed",
    codes: &["unused_mut"],
    messages: &[],
    concepts: &["ownership", "borrowing"],
    text: include_str!("../../explanations/mutable_never_changed.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    // rustc points at `mut x`.
    let declared = case.diagnostic.primary()?;
    let written = case.text(&declared.span).or_else(|| declared.span.seen())?;
    let name = written.strip_prefix("mut ")?.trim();
    // A pattern has more words than the name.
    if !crate::conflict::is_name(name) {
        return None;
    }

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(declared.span.clone());
    // A method that needs `&mut self` may be about to say so.
    finding.moot_with_errors = true;
    finding.facts.code("name", name).number("line", declared.span.line_start);
    let file = case.file(&declared.span);
    let binding = file.as_ref().and_then(|file| file.binding(name, declared.span.byte_end - 1));
    if let Some((file, binding)) = file.as_ref().zip(binding) {
        let init = binding.let_.as_ref().and_then(|of| of.init.clone()).map(|init| file.text(init));
        let ty = binding.ty.clone().map(|ty| file.text(ty));
        let lent = ty.or(init).is_some_and(|code| code.starts_with("&mut "));
        finding.variant = match binding.kind {
            _ if lent => Some("reference"),
            BindingKind::Param | BindingKind::ClosureParam | BindingKind::SelfParam => Some("parameter"),
            _ => None,
        };
    }
    finding.mark("declared", declared).primary = true;
    let edits = rustc_suggestions(case).into_iter().next().map(|fix| fix.edits);
    finding.fix(edits.map(|edits| Fix::new("drop-mut", Cost::local(Deed::Annotate), edits)));
    finding.fix([Fix::idea("change-it-after-all")]);
    Some(finding)
}
