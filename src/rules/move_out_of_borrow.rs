//! A value would move out of a place that is only borrowed.

use crate::diagnostic::{Label, Role};
use crate::fixes::held_place::{
    Holder, base_name, behind_reference_pattern, callee_of, deed, holder, is_in_box, method_taking_self,
    place_name, seen_text, type_of_value,
};
use crate::fixes::leave_in_place::{Site, cause_in_declaration, ideas, may_change, ways_out};
use crate::fixes::lender::{Lender, lender};
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{ExprKind, File, StatementKind};

/// E0507, and E0508 for slices and arrays.
pub static RULE: Rule = Rule {
    name: "move-out-of-borrow",
    codes: &["E0507", "E0508"],
    messages: &[],
    concepts: &["borrowing", "move", "ownership", "copy-and-clone", "box", "rc"],
    text: include_str!("../../explanations/move_out_of_borrow.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // The headline says what holds the value; raw pointers and what we do not know are left alone.
    let holder = holder(case)?;
    // rustc points at the place that would lose its value.
    let moved = diagnostic.primary()?;
    // The code around a span that came out of a macro is not the reader's.
    let file = case.file(&moved.span).filter(|_| !moved.span.in_macro());
    let file = file.as_deref();
    let mut finding = Finding::new(&RULE);
    finding.cause = Some(moved.span.clone());
    finding.facts.number("line", moved.span.line_start);
    finding.facts.code_if("type", type_of_value(case));
    finding.facts.code_if("place", place_name(case, file, &holder));
    if let Some(file) = file {
        add_lender(file, moved, &mut finding);
    }
    finding.variant = variant(case, file, &holder, &mut finding);
    add_marks(case, file, &mut finding);

    if let Some(file) = file {
        let ty = finding.facts.text("type").map(str::to_owned);
        let (mutable, closure) = (may_change(file, moved, &holder), matches!(holder, Holder::Closure(_)));
        let site = Site { place: moved.span.range(), ty, mutable, closure };
        finding.fix(ways_out(case, file, &site));
        finding.cause = cause_in_declaration(case, &finding.fixes).or(finding.cause);
    }
    let ideas = ideas(&finding);
    finding.fix(ideas);
    Some(finding)
}

/// Who lends the value, and to whom it belongs.
fn add_lender(file: &File, moved: &Label, finding: &mut Finding) {
    let range = moved.span.range();
    if file.expr_exactly(range.clone()).is_some_and(|expr| expr.kind == ExprKind::Index) {
        finding.facts.code_if("owner", file.text(range.clone()).split_once('[').map(|(owner, _)| owner));
    } else {
        finding.facts.code_if("owner", file.place_root(range.clone()));
    }
    let Some(lender) = lender(file, range) else { return };
    finding.facts.code("lender", lender.code(file));
    match &lender {
        Lender::SelfParam { function, .. } => finding.facts.code("function", function),
        Lender::LoopItem { collection, .. } => {
            finding.facts.code("collection", file.text(collection.clone()))
        }
        Lender::Written { .. } => &mut finding.facts,
    };
    finding.mark_span("lent", file.source.span(lender.range()));
}

/// The most telling variant: first what holds the value, then how it would be taken, then where it is.
fn variant(case: &Case, file: Option<&File>, holder: &Holder, finding: &mut Finding) -> Option<&'static str> {
    let diagnostic = case.diagnostic;
    if let Some(name) = method_taking_self(case) {
        finding.facts.code("method", &name).method("does", &name);
    }
    match holder {
        Holder::Closure(kind) => {
            finding.facts.code("closure_kind", kind);
            let closure = diagnostic.label(Role::CapturedByClosure).map(|label| label.span.range());
            finding.facts.code_if("callee", closure.and_then(|closure| callee_of(file?, closure)));
            let inner = diagnostic.label(Role::UseInClosure).is_some();
            return Some(if inner { "captured by an inner closure" } else { "captured" });
        }
        Holder::Static => return Some("static"),
        Holder::Counted(pointer) => {
            finding.facts.code("pointer", pointer);
            return Some("shared owner");
        }
        Holder::Pointer(ty) => {
            finding.facts.code("pointer", base_name(ty));
            return Some(if holder.is_guard() { "guard" } else { "smart pointer" });
        }
        Holder::Index | Holder::SharedReference | Holder::MutableReference => {}
    }
    if let Some(part) = diagnostic.label(Role::DataMoved) {
        finding.facts.code_if("part", seen_text(&part.span));
        let behind = behind_reference_pattern(case, file, &part.span);
        return Some(if behind { "reference pattern" } else { "pattern" });
    }
    let ty = finding.facts.text("type").unwrap_or_default();
    let wrapper = ["Option", "Result"].into_iter().find(|name| base_name(ty) == *name && ty.contains('<'));
    finding.facts.code_if("wrapper", wrapper);
    match deed(case).map(|label| &label.role) {
        Some(Role::MovedByForLoop) => Some("for loop"),
        Some(Role::MovedByMethod) if wrapper.is_some() => Some("option method"),
        Some(Role::MovedByMethod) => Some("method"),
        Some(Role::MovedByOperator) => Some("operator"),
        Some(Role::MovedByCall) => Some("call"),
        _ if *holder == Holder::Index => Some("index"),
        _ => by_place(file?, diagnostic.primary()?, holder, finding),
    }
}

/// A variant for a value that moves without any call: by where it is.
fn by_place(file: &File, moved: &Label, holder: &Holder, finding: &mut Finding) -> Option<&'static str> {
    // `a + b` takes `a`; rustc does not always say so.
    let around = file.parents(moved.span.range()).into_iter().next();
    if around
        .is_some_and(|around| around.kind == ExprKind::Binary && around.range.start == moved.span.byte_start)
    {
        return Some("operator");
    }
    let facts = &finding.facts;
    let place = facts.text("place").unwrap_or_default();
    if facts.get("wrapper").is_some() && facts.text("wrapper") == Some("Option") && !place.starts_with('*') {
        return Some("option");
    }
    if is_in_box(file, place) {
        return Some("box");
    }
    if facts.get("collection").is_some() {
        return Some("loop item");
    }
    if let Some(pointer) = place.strip_prefix('*') {
        let pointer = pointer.to_owned();
        finding.facts.code("reference", pointer);
        return Some("dereference");
    }
    let of_self = facts.get("function").is_some() && facts.text("owner") == Some("self");
    match (of_self, holder) {
        (true, Holder::MutableReference) => Some("field behind &mut self"),
        (true, _) => Some("field behind &self"),
        _ if file.field_path(moved.span.range()).is_some_and(|path| path.len() > 1) => {
            Some("field of a reference")
        }
        _ => None,
    }
}

/// What to point at, in the order in which it happens; who lends the value is marked already.
fn add_marks(case: &Case, file: Option<&File>, finding: &mut Finding) {
    let diagnostic = case.diagnostic;
    let Some(moved) = diagnostic.primary() else { return };
    for (role, known) in [("captured", Role::CapturedVariable), ("closure", Role::CapturedByClosure)] {
        if let Some(label) = diagnostic.label(known).filter(|label| label.span != moved.span) {
            finding.mark(role, label);
        }
    }
    let role =
        if diagnostic.label(Role::DataMoved).is_some() { "matched" } else { taker(file, moved, finding) };
    finding.mark(role, moved).primary = true;
    for (role, known) in
        [("in closure", Role::UseInClosure), ("taken", Role::MovedByMethod), ("part", Role::DataMoved)]
    {
        for label in diagnostic.labels.iter().filter(|label| label.role == known && label.span != moved.span)
        {
            let part = seen_text(&label.span);
            let mark = finding.mark(role, label);
            mark.facts.code_if("part", part.filter(|_| role == "part"));
        }
    }
}

/// Who would get the value: the role of its mark, with the facts for it.
fn taker(file: Option<&File>, moved: &Label, finding: &mut Finding) -> &'static str {
    let (Some(file), range) = (file, moved.span.range()) else { return "moved" };
    if let Some((call, _)) =
        file.call_with_argument(range.clone()).filter(|(call, index)| call.args.get(*index) == Some(&range))
    {
        finding.facts.code("taker", call.name);
        return "given";
    }
    match file.statement_at(range.clone()).map(|statement| statement.kind) {
        Some(StatementKind::Let(declared)) if declared.init == Some(range) && declared.name.is_some() => {
            finding.facts.code_if("taker", declared.name);
            "bound"
        }
        _ => "moved",
    }
}
