//! A function or closure takes a value where it is called with a reference, or the other way round.

use std::rc::Rc;

use crate::diagnostic::{fits, quoted};
use crate::fix::Fix;
use crate::fixes::call_back::{copy_items_first, retype_callback, wrap_callback};
use crate::mismatch::types::{Type, short, split};
use crate::mismatch::{Difference, Mismatch};
use crate::rule::{Case, Finding, Rule};

/// E0631, where the two signatures differ in nothing but who owns the arguments, and E0599 that follows
/// from it.
pub static RULE: Rule = Rule {
    name: "callback-argument-mismatch",
    codes: &["E0599", "E0631"],
    messages: &[],
    concepts: &["borrowing", "ownership"],
    text: include_str!("../../explanations/callback_argument_mismatch.md"),
    refines: &["trait-behind-reference"],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    if diagnostic.code.as_deref() == Some("E0599") {
        return method_after(case);
    }
    fits("type mismatch in * arguments", &diagnostic.message).then_some(())?;
    // rustc points at the function, or at the closure.
    let primary = diagnostic.primary()?;
    // A note has both signatures.
    let note = diagnostic.note("expected * signature `fn(*`*")?;
    let signatures = quoted(&note.text);
    let (expected, found) = (arguments(signatures.first()?)?, arguments(signatures.get(1)?)?);
    // They differ in one argument, by a reference, a pointer or an owned form.
    let differ = |a: &str, b: &str| {
        let (a, b) = (Type::parse(a), Type::parse(b));
        !a.fits(&b) || a.depth() != b.depth()
    };
    let mut apart = (0..expected.len()).filter(|n| differ(&expected[*n], &found[*n]));
    let nth = (expected.len() == found.len()).then(|| apart.next())??;
    if apart.next().is_some() {
        return None;
    }
    let (wanted, there) = written(case, nth, &expected[nth], &found[nth]);
    let (wanted, there) = (wanted.as_str(), there.as_str());
    let mismatch = Mismatch::between(wanted, there).or_else(|| Mismatch::between(there, wanted))?;
    if [Difference::LengthWanted, Difference::LengthCompared].contains(&mismatch.difference) {
        return None;
    }

    let mut finding = Finding::new(&RULE);
    let at = case.file(&primary.span).map(|file| file.source.span(primary.span.range()));
    finding.cause = Some(at.unwrap_or_else(|| primary.span.clone()));
    finding.facts.number("line", primary.span.line_start);
    finding.facts.code("given", short(wanted)).code("taken", short(there));
    finding.facts.code_if("callback", case.code(&primary.span).filter(|_| !primary.span.in_macro()));
    for label in diagnostic.labels.iter().filter(|label| !label.primary) {
        if label.text.starts_with("required by a bound introduced by this call") {
            finding.facts.code_if("callee", case.code(&label.span));
            finding.mark("callee", label);
        } else if fits("found signature defined here", &label.text) {
            finding.mark("signature", label);
        }
    }
    finding.mark("found", primary).primary = true;
    if let Some(file) = case.file(&primary.span).filter(|_| !primary.span.in_macro()) {
        let (wanted, there) = (Type::parse(wanted), Type::parse(there));
        let single = expected.len() == 1;
        finding.fix(retype_callback(case, &wanted, &there));
        if single {
            let file: &Rc<_> = &file;
            finding.fix(wrap_callback(case, file, primary.span.range(), &wanted, &there));
            finding.fix(copy_items_first(case, file, primary.span.range(), &wanted, &there));
        }
    }
    finding.fix([Fix::idea("decide-what-is-given")]);
    Some(finding)
}

/// The two types; what rustc leaves out because it is equal in both is taken from the signature.
fn written(case: &Case, nth: usize, wanted: &str, there: &str) -> (String, String) {
    let parameter = || {
        let label =
            case.diagnostic.labels.iter().find(|it| fits("found signature defined here", &it.text))?;
        let file = case.file(&label.span)?;
        let function = file.function_at(label.span.range())?;
        Some(file.text(function.params.get(nth)?.ty.clone()?).to_owned())
    };
    let (given, taken) = (Type::parse(wanted), Type::parse(there));
    match parameter().filter(|_| *given.peeled() == Type::Unknown && taken.depth() == 0) {
        Some(ty) => (format!("{}{ty}", "&".repeat(given.depth())), ty),
        None => (wanted.to_owned(), there.to_owned()),
    }
}

/// A method of an iterator that cannot be one, because its function takes its items in another form:
/// what rustc says after it has said so of the function.
fn method_after(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    fits("the method `*` exists for *, but its trait bounds were not satisfied", &diagnostic.message)
        .then_some(())?;
    let note = diagnostic.note("the following trait bounds were not satisfied:*")?;
    let bound = quoted(&note.text).into_iter().find(|bound| bound.contains(" as FnOnce<("))?;
    let (callable, rest) = bound.strip_prefix('<')?.split_once(" as FnOnce<(")?;
    let given = rest.split_once(",)>")?.0;
    let primary = diagnostic.primary().filter(|label| !label.span.in_macro())?;
    let file = case.file(&primary.span)?;
    let made = file.call_at(primary.span.range())?.receiver?;
    let callback = file.call_at(made.clone()).filter(|call| call.range == made)?.args.first()?.clone();
    let taken = arguments(callable).and_then(|types| types.into_iter().next());
    if let Some(taken) = &taken {
        Mismatch::between(given, taken).or_else(|| Mismatch::between(taken, given))?;
    }

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(file.source.span(callback.clone()));
    finding.facts.number("line", primary.span.line_start).code("given", short(given));
    finding.facts.code("callback", file.text(callback)).code_if("taken", taken.as_deref().map(short));
    finding.mark("found", primary).primary = true;
    finding.fix([Fix::idea("decide-what-is-given")]);
    Some(finding)
}

/// The types of the arguments of `fn(&A, B) -> _`.
fn arguments(signature: &str) -> Option<Vec<String>> {
    let bare = signature.find("fn(").map(|at| &signature[at + 3..])?;
    let end = bare.rfind(") ->").or_else(|| bare.rfind(')'))?;
    let parts = split(&bare[..end], ',').into_iter().map(|part| part.trim().to_owned());
    Some(parts.filter(|part| !part.is_empty()).collect())
}
