//! A `static mut` is used: a variable that any thread may change at any time.

use crate::diagnostic::fits;
use crate::fix::Fix;
use crate::fixes::atomic_static::{Statics, as_atomic};
use crate::fixes::locked_static::as_mutex;
use crate::rule::{Case, Finding, Rule};

/// E0133 for `static mut` alone, and the lint `static_mut_refs`.
pub static RULE: Rule = Rule {
    name: "use-mutable-static",
    codes: &["E0133", "static_mut_refs"],
    messages: &[],
    concepts: &["static", "threads", "mutex"],
    text: include_str!("../../explanations/use_mutable_static.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let used = case.diagnostic.primary()?;
    let message = &case.diagnostic.message;
    // Other unsafe deeds, such as the call of an `unsafe fn`, are not about ownership.
    let of_static = fits("use of mutable static is unsafe*", message);
    let shared = fits("creating a shared reference to mutable static*", message);
    let mutable = fits("creating a mutable reference to mutable static*", message);
    if !of_static && !shared && !mutable {
        return None;
    }
    let written = case.code(&used.span)?;
    let name = name_in(&written)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(used.span.clone());
    finding.rustc_suggests = false;
    finding.facts.code("static", &name).number("line", used.span.line_start);
    finding.variant = match (shared, mutable) {
        (true, _) => Some("shared reference"),
        (_, true) => Some("mutable reference"),
        _ => None,
    };
    let statics = Statics::of(case, &used.span, &name);
    if let Some(statics) = &statics {
        // All uses of one `static mut` are one mistake.
        let declared = statics.file.source.span(statics.item.name_range.clone()?);
        finding.cause = Some(declared.clone());
        finding.mark_span("declared", declared);
        finding.facts.code("type", statics.file.text(statics.ty.clone()));
        finding.facts.code("value", statics.file.text(statics.value.clone()));
    }
    finding.mark("used", used).primary = true;
    if let Some(statics) = &statics {
        finding.fix(as_atomic(case, statics)).fix(as_mutex(case, statics));
        if finding.facts.get("type").is_some() {
            finding.fix([Fix::idea("lock-it"), Fix::idea("make-it-when-first-used")]);
        }
    }
    finding.fix([Fix::idea("pass-it-on")]);
    Some(finding)
}

/// The static in `LIST`, `&mut LIST`, `LIST.len()`.
fn name_in(written: &str) -> Option<String> {
    let written = written.trim_start_matches('&').trim_start();
    let written = written.strip_prefix("mut ").unwrap_or(written);
    let path = written.split(['.', '[', '(']).next()?.trim();
    let name = path.rsplit("::").next()?;
    crate::conflict::is_name(name).then(|| name.to_owned())
}
