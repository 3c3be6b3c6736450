//! An operator gets a reference where it works on values, or a `*` gets a value.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::Fix;
use crate::fixes::mismatch_ways::length;
use crate::fixes::operands::{arithmetic_ways, comparison_ways, dereference_ways, operands};
use crate::fixes::reach_trait::{has_length_in, has_operator};
use crate::mismatch::is_integer;
use crate::mismatch::types::{Type, short};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::File;

/// E0277, E0369 and E0368 for operators on references and boxes, E0600 and E0614 for `*`, `-`, `!`.
pub static RULE: Rule = Rule {
    name: "operator-on-reference",
    codes: &["E0277", "E0368", "E0369", "E0600", "E0614"],
    messages: &[],
    concepts: &["borrowing", "copy-and-clone"],
    text: include_str!("../../explanations/operator_on_reference.md"),
    refines: &[],
    recognise,
};

/// How the headline of an operator begins.
const HEADLINES: &[(&str, &str)] = &[
    ("can't compare ", "=="),
    ("cannot add ", "+"),
    ("cannot subtract ", "-"),
    ("cannot multiply ", "*"),
    ("cannot divide ", "/"),
    ("cannot calculate and assign the remainder ", "%="),
    ("cannot calculate the remainder ", "%"),
    ("binary operation ", ""),
    ("binary assignment operation ", ""),
    ("cannot apply unary operator ", ""),
];

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    if diagnostic.code.as_deref() == Some("E0614") {
        return dereferenced(case);
    }
    // The headline names the operator and the types.
    let (_, sign) = HEADLINES.iter().find(|(start, _)| diagnostic.message.starts_with(start))?;
    let quoted = diagnostic.quoted();
    let types: Vec<&str> = match *sign {
        "" => quoted.get(1..)?.to_vec(),
        _ => quoted.clone(),
    };
    let read: Vec<Type> = types.iter().map(|ty| Type::parse(ty)).collect();
    let file = case.file(&primary.span).filter(|_| !primary.span.in_macro());
    let written = case.code(&primary.span).filter(|_| !primary.span.in_macro());
    let operator = match *sign {
        "" => (*quoted.first()?).to_owned(),
        sign => written.unwrap_or_else(|| sign.to_owned()),
    };
    let text = diagnostic.note("string concatenation requires an owned `String` on the left").is_some();
    let compares = diagnostic.message.starts_with("can't compare ");
    // Nothing but references or boxes stands between the operands and the operator.
    let between = match read.as_slice() {
        [a, b] => {
            let one = a.depth() != b.depth() && a.peeled().fits(b.peeled());
            one || behind_both(case, a, b, &operator) || boxed(a) || boxed(b)
        }
        [one] => {
            one.depth() > 0 && !matches!(one.peeled(), Type::Slice(_)) && dereferenced_helps(case, &operator)
        }
        _ => false,
    };
    let counted = read.iter().position(|ty| ty.depth() > 0 && has_length_in(case, ty));
    let counted = counted.filter(|_| read.len() == 2 && read.iter().any(is_integer));
    if !between && !text && counted.is_none() {
        return None;
    }

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start).code("operator", operator.clone());
    let first = if diagnostic.message.starts_with("cannot add ") && read.len() == 2 { 1 } else { 0 };
    let (left, right) = (types.get(first), types.get(1 - first));
    finding.facts.code_if("left", left.map(|ty| short(ty))).code_if("right", right.map(|ty| short(ty)));
    for label in diagnostic.labels.iter().filter(|label| !label.primary && !label.text.is_empty()) {
        let ty = label.text.trim_start_matches("cannot use `+=` on type ").trim_matches('`').to_owned();
        finding.mark("operand", label).facts.code("type", short(&ty));
    }
    finding.mark("operator", primary).primary = true;
    finding.variant = if text {
        Some("two texts")
    } else if counted.is_some() {
        Some("number")
    } else if compares {
        Some("comparison")
    } else if read.len() == 2 && behind_both(case, &read[0], &read[1], &operator) {
        Some("both sides")
    } else if operator.ends_with('=') && operator.len() > 1 && types.len() == 1 && operator != "==" {
        Some("change")
    } else {
        None
    };
    let sides = file.as_ref().and_then(|file| operands(file, primary.span.range()));
    if let (Some(file), Some(sides)) = (&file, sides) {
        match counted.and_then(|n| sides.get(if first == 1 { 1 - n } else { n }).cloned()) {
            Some(side) => finding.fix([length(file, side)?]),
            None => finding.fix(ways(case, file, &sides, &read, (compares || operator == "==", first))),
        };
    }
    // A reference for a number is a mistake of this kind only where the code has made the reference.
    if counted.is_some() && finding.fixes.is_empty() {
        return None;
    }
    finding.fix([Fix::idea("compare-like-with-like")]);
    Some(finding)
}

fn ways(
    case: &Case,
    file: &Rc<File>,
    sides: &[Range<usize>],
    types: &[Type],
    how: (bool, usize),
) -> Vec<Fix> {
    let (compares, first) = how;
    match (sides, types) {
        ([left, right], [_, _]) => {
            let (a, b) = (&types[first], &types[1 - first]);
            let operands = [(left.clone(), a), (right.clone(), b)];
            if compares {
                comparison_ways(case, file, operands)
            } else {
                arithmetic_ways(case, file, operands)
            }
        }
        ([left, ..], [one]) => dereference_ways(case, file, left.clone(), one),
        _ => Vec::new(),
    }
}

/// Whether both are references, and the operator is there for what is behind them.
fn behind_both(case: &Case, a: &Type, b: &Type, operator: &str) -> bool {
    let (left, right) = (a.peeled(), b.peeled());
    a.depth() > 0
        && b.depth() > 0
        && left.fits(right)
        && (left.is_number() && right.is_number() || has_operator(case, left, operator))
}

fn boxed(ty: &Type) -> bool {
    let owners = ["Box", "Rc", "Arc", "MutexGuard", "Ref", "RefMut", "RwLockReadGuard", "RwLockWriteGuard"];
    owners.iter().any(|owner| ty.argument_of(owner).is_some_and(Type::is_copied))
}

/// rustc knows that the operator is there for the value, or that the value is a number.
fn dereferenced_helps(case: &Case, operator: &str) -> bool {
    if let Some(ty) = case.diagnostic.quoted().get(1).map(|ty| Type::parse(ty)) {
        let inner = ty.peeled();
        if operator == "!" && inner.name() == Some("bool") || operator == "-" && inner.is_number() {
            return true;
        }
    }
    let suggestions = case.diagnostic.suggestions.iter().map(|suggestion| suggestion.text.as_str());
    let mut notes = suggestions.chain(case.diagnostic.notes.iter().map(|note| note.text.as_str()));
    notes.any(|text| text.starts_with(&format!("`{operator}` can be used on ")))
}

/// `*x` for a value `x`.
fn dereferenced(case: &Case) -> Option<Finding> {
    let primary = case.diagnostic.primary()?;
    let ty = (*case.diagnostic.quoted().first()?).to_owned();
    let mut finding = Finding::new(&RULE);
    finding.variant = Some("no reference");
    finding.cause = Some(primary.span.clone());
    finding.facts.number("line", primary.span.line_start).code("type", short(&ty));
    finding.facts.code("operator", "*").code("left", short(&ty));
    finding.mark("dereferenced", primary).primary = true;
    let file = case.file(&primary.span).filter(|_| !primary.span.in_macro());
    let written = case.code(&primary.span).filter(|_| !primary.span.in_macro());
    // Of `(**x)` it is `*x` that is the value.
    let place = written.as_deref().map(|written| {
        let bare = written.strip_prefix('(').and_then(|inner| inner.strip_suffix(')')).unwrap_or(written);
        bare.strip_prefix('*').unwrap_or(bare).trim()
    });
    finding.facts.code_if("place", place.map(str::to_owned));
    if let Some(file) = &file {
        let (fixes, cause) = crate::fixes::operands::no_reference_ways(file, primary.span.range());
        finding.cause = cause.map(|range| file.source.span(range)).or(finding.cause);
        finding.fix(fixes);
    }
    finding.fix([Fix::idea("compare-like-with-like")]);
    Some(finding)
}
