//! A variable is declared with `mut` and never changed.

use crate::fix::{Cost, Deed, Fix};
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{Binding, BindingKind, ExprKind, File, UseKind};

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

/// Methods of the standard library that change what they are called on.
const CHANGES: &[&str] = &[
    "append",
    "as_mut",
    "borrow_mut",
    "clear",
    "dedup",
    "drain",
    "entry",
    "extend",
    "fill",
    "get_mut",
    "insert",
    "iter_mut",
    "last_mut",
    "next",
    "pop",
    "pop_back",
    "pop_front",
    "push",
    "push_back",
    "push_front",
    "push_str",
    "remove",
    "replace",
    "resize",
    "retain",
    "reverse",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "swap",
    "swap_remove",
    "take",
    "truncate",
    "write",
    "write_all",
];

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
        // Where a change is tried and refused, `mut` is not the mistake.
        if !lent && is_tried(file, &binding) {
            return None;
        }
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

/// Whether the code wants to change the variable: then it is another error that makes rustc say that
/// nothing does.
fn is_tried(file: &File, binding: &Binding) -> bool {
    let init = binding.let_.as_ref().and_then(|of| of.init.clone());
    // A closure that is called once is no `FnMut` only as long as another error is there.
    let closure = init.and_then(|init| file.expr_exactly(init)).is_some_and(|e| e.kind == ExprKind::Closure);
    closure
        || file.uses_of(binding).iter().any(|used| match &used.kind {
            UseKind::Write | UseKind::BorrowMut | UseKind::Unread => true,
            UseKind::MethodReceiver(_) => {
                let chain = file.method_chain(used.range.clone());
                chain.iter().any(|call| CHANGES.contains(&call.name.as_str()) || call.name.ends_with("_mut"))
            }
            _ => false,
        })
}
