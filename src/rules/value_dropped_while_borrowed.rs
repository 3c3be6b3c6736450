//! A value is dropped while something still refers to it.

use std::ops::Range;

use crate::diagnostic::{Label, Role};
use crate::fix::Fix;
use crate::fixes::keep_owner_longer::ways_out;
use crate::rule::{Case, Event, Finding, Reference, Rule, Timeline};
use crate::syntax::{Binding, BindingKind, CallKind, Destination, File};

/// E0597.
pub static RULE: Rule = Rule {
    name: "value-dropped-while-borrowed",
    codes: &["E0597"],
    messages: &[],
    concepts: &["valid-references", "drop"],
    text: include_str!("../../explanations/value_dropped_while_borrowed.md"),
    refines: &[],
    recognise,
};

/// What the syntax says about the parties.
#[derive(Default)]
struct Parties {
    owner: Option<Binding>,
    /// The variable that keeps the reference.
    holder: Option<Binding>,
}

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // The headline names what is dropped.
    let owner = diagnostic.quoted().first().map(|owner| (*owner).to_owned())?;
    // rustc points at the borrow ...
    let borrow = diagnostic.primary()?;
    // ... and at the place where the owner ends.
    let dropped = diagnostic.label(Role::Dropped)?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(borrow.span.clone());
    finding.facts.code("owner", &owner);
    finding.facts.number("borrow_line", borrow.span.line_start).number("drop_line", dropped.span.line_end);
    let parties = parties(case, &owner, borrow);
    finding.facts.code_if("holder", parties.holder.as_ref().map(|holder| holder.name.clone()));
    finding.variant = variant(case, &mut finding, borrow, &parties);
    mark(case, &mut finding, borrow, dropped, &parties);
    finding.timeline = timeline(case, &finding, borrow, dropped, &parties);
    finding.fix(ways_out(case, &borrow.span, parties.owner.as_ref(), parties.holder.as_ref()));
    let demanded = diagnostic.label(Role::Requires).is_some();
    finding.fix([Fix::idea(if demanded { "own-the-data" } else { "keep-owner-longer" })]);
    Some(finding)
}

/// The label of what needs the reference, in the order of what explains most.
fn need<'d>(case: &Case<'d>) -> Option<&'d Label> {
    case.diagnostic.any_label(&[Role::Requires, Role::LaterUseAtDrop, Role::LaterUse])
}

fn parties(case: &Case, owner: &str, borrow: &Label) -> Parties {
    let Some(file) = case.file(&borrow.span) else { return Parties::default() };
    let at = borrow.span.byte_start;
    let root: String = owner.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let at_drop = case.diagnostic.label(Role::LaterUseAtDrop).filter(|_| !is_tail(case));
    let later = case.diagnostic.label(Role::LaterUse).filter(|later| later.span.file == borrow.span.file);
    let name = match (at_drop, later) {
        (Some(label), _) => label.quoted().first().map(|name| (*name).to_owned()),
        (None, Some(later)) => used_variable(&file, later.span.range()),
        _ => None,
    };
    let into = file.destination(borrow.span.range());
    let into_let = match into {
        Some(Destination::Let(of)) => of.name,
        _ => None,
    };
    let holder = name.or(into_let).and_then(|name| file.binding(&name, at));
    let owner = file.binding(&root, at);
    let same = holder.as_ref().map(|it| &it.name_range) == owner.as_ref().map(|it| &it.name_range);
    Parties { owner, holder: holder.filter(|_| !same) }
}

/// The variable that is used again: `v` in `v`, `&v`, `v.len()`, `for x in v`.
fn used_variable(file: &File, range: Range<usize>) -> Option<String> {
    let first = || file.exprs_in(range.clone()).into_iter().find_map(|expr| file.place_root(expr.range));
    file.place_root(range.clone()).or_else(first).or_else(|| Some(file.text(range.clone()).trim().to_owned()))
}

fn is_tail(case: &Case) -> bool {
    case.diagnostic.label(Role::TemporaryHoldsBorrow).is_some()
}

/// Which of the text's variants tells this case, with the facts that it needs.
fn variant(case: &Case, finding: &mut Finding, borrow: &Label, parties: &Parties) -> Option<&'static str> {
    let need = need(case)?;
    let file = case.file(&need.span);
    finding.facts.number("use_line", need.span.line_start).number("demand_line", need.span.line_start);
    match need.role {
        Role::Requires => demanded(case, finding, need, file.as_deref()),
        Role::LaterUseAtDrop if is_tail(case) => {
            let temporary = case.diagnostic.label(Role::TemporaryHoldsBorrow)?;
            finding.facts.code_if("temporary", case.text(&temporary.span));
            finding.facts.code_if("temporary_type", need.quoted().last().copied());
            Some("tail temporary")
        }
        Role::LaterUseAtDrop => {
            let kind = if need.quoted().len() > 1 { need.quoted().last().copied() } else { None };
            finding.facts.code_if("holder_type", kind);
            Some("drop order")
        }
        _ => {
            let (owner, holder) = (parties.owner.as_ref()?, parties.holder.as_ref()?);
            kept(finding, case.file(&borrow.span)?.as_ref(), borrow.span.range(), owner, holder)
        }
    }
}

/// Who asks for a reference that is valid for longer, and how long.
fn demanded(case: &Case, finding: &mut Finding, need: &Label, file: Option<&File>) -> Option<&'static str> {
    let lifetime = need.quoted().last().map(|lifetime| (*lifetime).to_owned())?;
    finding.facts.code("lifetime", &lifetime);
    let of_static = lifetime == "'static";
    let call = file.and_then(|file| file.call_at(need.span.range()));
    if let Some((file, call)) = file.zip(call.as_ref()) {
        finding.facts.code("demander", file.text(call.callee.clone()));
    }
    if need.text.starts_with("argument requires") {
        let (file, call) = file.zip(call)?;
        let to_thread = call.name.starts_with("spawn") && file.text(call.callee.clone()).contains("thread");
        let by_builder = call.name == "spawn"
            && call.kind == CallKind::Method
            && case.diagnostic.message.contains("thread");
        return Some(match (of_static, to_thread || by_builder) {
            (true, true) => "thread",
            (true, false) => "static by function",
            (false, _) => "named lifetime",
        });
    }
    if need.text.starts_with("returning this value requires") && !of_static {
        return Some("named lifetime, returned");
    }
    if need.text.starts_with("type annotation requires") && of_static {
        finding.facts.code_if("annotation", case.text(&need.span));
        return Some("static by annotation");
    }
    let boxed = ["coercion requires", "cast requires"].iter().any(|start| need.text.starts_with(start));
    if boxed && of_static {
        finding.facts.code_if("boxed", file.map(|file| file.text(need.span.range()).to_owned()));
        return Some("static by type");
    }
    None
}

/// How a variable came to keep the reference.
fn kept(
    finding: &mut Finding,
    file: &File,
    borrow: Range<usize>,
    owner: &Binding,
    holder: &Binding,
) -> Option<&'static str> {
    let around = file.loops_around(owner.name_range.clone());
    let in_loop = around.iter().any(|around| !holds(&around.range, &holder.name_range));
    let collection = match file.destination(borrow.clone()) {
        Some(Destination::Argument(call, _)) => {
            let receiver = call.receiver.clone().and_then(|receiver| file.place_root(receiver));
            (receiver.as_deref() == Some(holder.name.as_str())).then_some(call)
        }
        _ => None,
    };
    match owner.kind {
        BindingKind::For if in_loop => {
            let header = file.match_of(owner.name_range.clone()).and_then(|of| of.scrutinee);
            finding.facts.code_if("iterated", header.map(|header| file.text(header).to_owned()));
            return Some("loop takes items");
        }
        BindingKind::MatchArm | BindingKind::IfLet if !in_loop => return Some("match arm"),
        _ => {}
    }
    if let Some(call) = collection {
        finding.facts.code("method", &call.name);
        return Some(if in_loop { "collection in a loop" } else { "collection" });
    }
    // Told only where the one block is within the other.
    let inner = holds(&holder.scope, &owner.scope) && holder.scope.end > owner.scope.end;
    inner.then_some(if in_loop { "loop round" } else { "inner block" })
}

fn mark(case: &Case, finding: &mut Finding, borrow: &Label, dropped: &Label, parties: &Parties) {
    let file = case.file(&borrow.span);
    let kept_by = ["drop order", "collection", "collection in a loop", "loop takes items"];
    if finding.variant.is_some_and(|variant| kept_by.contains(&variant))
        && let Some((file, holder)) = file.as_ref().zip(parties.holder.as_ref())
    {
        finding.mark_span("container", file.source.span(holder.name_range.clone()));
    }
    if let Some(named) = case.diagnostic.label(Role::NamedLifetime) {
        finding.mark("lifetime", named);
    }
    if let Some(owner) = case.diagnostic.label(Role::Declared) {
        finding.mark("owner", owner);
    }
    finding.mark("lent", borrow);
    if let Some(temporary) = case.diagnostic.label(Role::TemporaryHoldsBorrow) {
        finding.mark("temporary", temporary);
    }
    if let Some(demanded) = case.diagnostic.label(Role::Requires) {
        finding.mark("demanded", demanded);
    }
    finding.mark("dropped", dropped);
    if let Some(used) = case.diagnostic.any_label(&[Role::LaterUseAtDrop, Role::LaterUse]) {
        finding.mark("used", used);
    }
}

/// From the borrow over the drop to the use, where the lines come in that order.
fn timeline(
    case: &Case,
    finding: &Finding,
    borrow: &Label,
    dropped: &Label,
    parties: &Parties,
) -> Option<Timeline> {
    let used = case.diagnostic.any_label(&[Role::LaterUseAtDrop, Role::LaterUse])?;
    let name =
        parties.holder.as_ref().map(|holder| holder.name.as_str()).or(finding.facts.text("temporary"))?;
    let lines = [borrow.span.line_start, dropped.span.line_end, used.span.line_start];
    let one_file = [dropped, used].iter().all(|label| label.span.file == borrow.span.file);
    if !one_file || !lines.is_sorted() {
        return None;
    }
    let event = |line, kind, conflict| Event { line, kind, code: None, conflict };
    Some(Timeline {
        file: borrow.span.file.clone(),
        owner: finding.facts.text("owner")?.to_owned(),
        references: vec![Reference { name: name.to_owned(), from: lines[0], to: lines[2] }],
        events: vec![event(lines[0], "timeline-lent", false), event(lines[1], "timeline-dropped", true)],
    })
}

fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
