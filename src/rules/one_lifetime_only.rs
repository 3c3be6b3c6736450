//! A closure, function or impl works for one lifetime, where one that works for any is asked for.

use std::rc::Rc;

use crate::diagnostic::{Label, Role, fits, quoted};
use crate::fix::Fix;
use crate::fixes::any_lifetime::{Callback, bound_for_one, impl_for_any};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::File;

/// The error without a code, and E0308 where the two types differ in lifetimes alone.
pub static RULE: Rule = Rule {
    name: "one-lifetime-only",
    codes: &["E0308"],
    messages: &["implementation of `*` is not general enough"],
    concepts: &["lifetimes", "closures", "elision"],
    text: include_str!("../../explanations/one_lifetime_only.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the place that asks for any lifetime.
    let used = diagnostic.primary()?;
    let wanted = match diagnostic.code {
        // A trait has to hold for any lifetime ...
        None => diagnostic.quoted().first().map(|name| (*name).to_owned())?,
        // ... or a type has to.
        Some(_) => {
            diagnostic.label(Role::MoreGeneral)?;
            expected(case)?
        }
    };

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(used.span.clone());
    finding.facts.code("wanted", &wanted).number("line", used.span.line_start);
    let file =
        case.file(&used.span).filter(|file| !used.span.in_macro() && file.is_editable(used.span.range()));
    let Some(file) = file else {
        finding.mark("used", used).primary = true;
        finding.fix([Fix::idea("write-it-for-any")]);
        return Some(finding);
    };
    finding.facts.code_if("callee", file.call_around(used.span.range()).map(|call| call.name));
    let fixes = match Callback::find(case, &file, used) {
        Some(callback) => of_callback(&mut finding, &callback),
        None => of_impl(case, &mut finding, &file, used, &wanted),
    };
    finding.mark("used", used).primary = true;
    let in_task = finding.variant == Some("closure in a task");
    let idea = if in_task { "use-a-loop-in-the-task" } else { "write-it-for-any" };
    finding.fix(fixes).fix([Fix::idea(idea)]);
    Some(finding)
}

/// The type that is asked for: ``expected fn pointer `for<'a> fn(&'a _)` ``.
fn expected(case: &Case) -> Option<String> {
    let note = case.diagnostic.note("expected *")?;
    quoted(&note.text).first().map(|ty| (*ty).to_owned())
}

/// The closure or function that is passed.
fn of_callback(finding: &mut Finding, callback: &Callback) -> Vec<Fix> {
    let source = &callback.file().source;
    match callback {
        Callback::Closure { closure, name, .. } => {
            let shown = callback.file().text(closure.bars.clone()).to_owned();
            finding.facts.code("closure", name.clone().unwrap_or(shown));
            finding.mark_span("closure", source.span(closure.bars.clone()));
            let says_static = callback.static_lifetimes().next().is_some();
            let open = closure.params.iter().any(|param| param.ty.is_none());
            finding.variant = match () {
                () if says_static => Some("closure for static"),
                () if open && callback.is_async_limit() => Some("closure in a task"),
                () if open && name.is_some() => Some("closure made before"),
                () if open => Some("closure"),
                () => None,
            };
        }
        Callback::Function { function, .. } => {
            finding.facts.code("function", &function.name);
            finding.mark_span("function", source.span(function.name_range.clone()));
            let says_static = callback.static_lifetimes().next().is_some();
            finding.variant = Some(if says_static { "function for static" } else { "function" });
        }
    }
    callback.ways()
}

/// The impl that holds for one lifetime.
fn of_impl(case: &Case, finding: &mut Finding, file: &Rc<File>, used: &Label, wanted: &str) -> Vec<Fix> {
    let callable = ["Fn", "FnMut", "FnOnce"].contains(&wanted);
    if callable || case.diagnostic.code.is_some() {
        return Vec::new();
    }
    finding.variant = Some("impl");
    // ``...but `Foo<'1>` is actually implemented for the type `&'1 str` ``, or ``..but it actually implements..``.
    let types = case
        .diagnostic
        .notes
        .iter()
        .find(|note| fits("*would have to be implemented for the type *", &note.text));
    let first = case.diagnostic.notes.iter().find(|note| fits("* must implement *", &note.text));
    let of_first = first.and_then(|note| quoted(&note.text).first().map(|ty| (*ty).to_owned()));
    let of_types = types.and_then(|note| quoted(&note.text).get(1).map(|ty| (*ty).to_owned()));
    finding.facts.code_if("type", of_first.or(of_types));
    let mut fixes = impl_for_any(case, file, wanted);
    let other = !fixes.is_empty();
    fixes.extend(bound_for_one(case, file, used, wanted).map(|fix| fix.doubtful_if(other)));
    fixes
}
