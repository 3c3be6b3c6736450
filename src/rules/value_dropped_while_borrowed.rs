//! A value is dropped while something still refers to it.

use std::ops::Range;

use crate::diagnostic::{Label, Role};
use crate::fix::Fix;
use crate::fixes::keep_owner_longer::{root_of, ways_out};
use crate::fixes::spawn_in_scope::{join_line, starts_thread};
use crate::rule::{Case, Finding, Rule, Timeline};
use crate::syntax::{Binding, BindingKind, Destination, File, holds};

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

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // The headline names what is dropped.
    let owner = diagnostic.quoted().first().map(|owner| (*owner).to_owned())?;
    // rustc points at the borrow ...
    let borrow = diagnostic.primary()?;
    // ... and at the place where the owner ends.
    let dropped = diagnostic.label(Role::Dropped)?;
    // Most often it says what still needs the reference, too.
    let need = diagnostic.any_label(&[Role::Requires, Role::LaterUseAtDrop, Role::LaterUse]);

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(borrow.span.clone());
    finding.facts.code("owner", &owner);
    finding.facts.number("borrow_line", borrow.span.line_start).number("drop_line", dropped.span.line_end);
    let file = case.file(&borrow.span);
    let file = file.as_deref();
    let bound = file.and_then(|file| file.binding(root_of(&owner), borrow.span.byte_start));
    let holder = file.and_then(|file| holder(case, file, borrow, need, bound.as_ref()));
    finding.facts.code_if("holder", holder.as_ref().map(|holder| holder.name.clone()));
    if let Some(need) = need {
        let line = need.span.line_start;
        finding.facts.number("use_line", line).number("demand_line", line);
        // In a loop, the use may stand above the end of the round before.
        finding.facts.number(if line > dropped.span.line_end { "later_line" } else { "round_line" }, line);
        finding.variant = match need.role {
            Role::Requires => demanded(case, &mut finding, need),
            Role::LaterUseAtDrop => at_drop(case, &mut finding, need),
            _ => kept(&mut finding, file, borrow.span.range(), bound.as_ref(), holder.as_ref()),
        };
    }

    mark(case, &mut finding, file, holder.as_ref(), [borrow, dropped]);
    let reference = finding.facts.text("holder").or(finding.facts.text("temporary"));
    let used = need.filter(|need| need.role != Role::Requires);
    finding.timeline = reference.zip(used).and_then(|(reference, used)| {
        Timeline::of_early_drop(&owner, reference, [&borrow.span, &dropped.span, &used.span])
    });
    finding.fix(ways_out(case, &borrow.span, bound.as_ref(), holder.as_ref()));
    let demanded = need.is_some_and(|need| need.role == Role::Requires);
    finding.fix([Fix::idea(if demanded { "own-the-data" } else { "keep-owner-longer" })]);
    Some(finding)
}

fn is_tail(case: &Case) -> bool {
    case.diagnostic.label(Role::TemporaryHoldsBorrow).is_some()
}

/// The variable that keeps the reference: the one that is used again, or that gets its value there.
fn holder(
    case: &Case,
    file: &File,
    borrow: &Label,
    need: Option<&Label>,
    owner: Option<&Binding>,
) -> Option<Binding> {
    let need = need.filter(|need| need.span.file == borrow.span.file && !is_tail(case))?;
    let name = match need.role {
        Role::LaterUseAtDrop => need.quoted().first().map(|name| (*name).to_owned())?,
        Role::LaterUse => file.first_variable(need.span.range()).or_else(|| case.text(&need.span))?,
        _ => match file.destination(borrow.span.range())? {
            Destination::Let(of) => of.name?,
            _ => return None,
        },
    };
    let found =
        file.binding(&name, borrow.span.byte_start).or_else(|| file.binding(&name, need.span.byte_start))?;
    owner.is_none_or(|owner| owner.name_range != found.name_range).then_some(found)
}

/// Something is dropped after the owner and may look at it then.
fn at_drop(case: &Case, finding: &mut Finding, need: &Label) -> Option<&'static str> {
    let names = need.quoted();
    if let Some(temporary) = case.diagnostic.label(Role::TemporaryHoldsBorrow) {
        finding.facts.code_if("temporary", case.text(&temporary.span));
        finding.facts.code_if("temporary_type", names.last().copied());
        return Some("tail temporary");
    }
    finding.facts.code_if("holder_type", names.last().copied().filter(|_| names.len() > 1));
    Some("drop order")
}

/// Who asks for a reference that is valid for longer, and how long.
fn demanded(case: &Case, finding: &mut Finding, need: &Label) -> Option<&'static str> {
    let lifetime = need.quoted().last().map(|lifetime| (*lifetime).to_owned())?;
    finding.facts.code("lifetime", &lifetime);
    let of_static = lifetime == "'static";
    let starts = |words: &str| need.text.starts_with(words);
    let file = case.file(&need.span)?;
    let call = file.call_at(need.span.range());
    finding.facts.code_if("demander", call.as_ref().map(|call| file.text(call.callee.clone()).to_owned()));
    if starts("argument requires") {
        let call = call?;
        let to_thread = starts_thread(&file, &call);
        // What a method makes of the owner is returned, and must not borrow from this function.
        if of_static
            && call.receiver.is_some()
            && file.destination(call.range.clone()) == Some(Destination::Returned)
        {
            finding.facts.code_if("function", file.function_at(call.range).map(|function| function.name));
            return Some("returned");
        }
        if let Some(line) = join_line(&file, need.span.range()).filter(|_| to_thread) {
            finding.facts.number("join_line", line);
        }
        return Some(match (of_static, to_thread) {
            (true, true) => "thread",
            (true, false) => "static by function",
            (false, _) => "named lifetime",
        });
    }
    if starts("type annotation requires") {
        finding.facts.code("annotation", file.text(need.span.range()));
        return Some(if of_static { "static by annotation" } else { "named lifetime by annotation" });
    }
    ((starts("coercion requires") || starts("cast requires")) && of_static).then_some("static by type")
}

/// How a variable came to keep the reference.
fn kept(
    finding: &mut Finding,
    file: Option<&File>,
    borrow: Range<usize>,
    owner: Option<&Binding>,
    holder: Option<&Binding>,
) -> Option<&'static str> {
    let (file, owner, holder) = (file?, owner?, holder?);
    let around = file.loops_around(owner.name_range.clone());
    let in_loop = around.iter().any(|around| !holds(&around.range, &holder.name_range));
    match owner.kind {
        BindingKind::For if in_loop => {
            let header = file.match_of(owner.name_range.clone()).and_then(|of| of.scrutinee);
            finding.facts.code_if("iterated", header.map(|header| file.text(header).to_owned()));
            return Some("loop takes items");
        }
        BindingKind::MatchArm | BindingKind::IfLet if !in_loop => return Some("match arm"),
        _ => {}
    }
    if let Some(Destination::Argument(call, _)) = file.destination(borrow)
        && call.receiver.clone().and_then(|receiver| file.place_root(receiver)).as_ref() == Some(&holder.name)
    {
        finding.facts.code("method", &call.name);
        return Some(if in_loop { "collection in a loop" } else { "collection" });
    }
    // Told only where the one block is within the other.
    let inner = holds(&holder.scope, &owner.scope) && holder.scope.end > owner.scope.end;
    inner.then_some(if in_loop { "loop round" } else { "inner block" })
}

fn mark(
    case: &Case,
    finding: &mut Finding,
    file: Option<&File>,
    holder: Option<&Binding>,
    [borrow, dropped]: [&Label; 2],
) {
    let before = ["drop order", "collection", "collection in a loop", "loop takes items"];
    let named = finding.variant.is_some_and(|variant| before.contains(&variant));
    if let Some((file, holder)) = file.zip(holder).filter(|_| named) {
        finding.mark_span("container", file.source.span(holder.name_range.clone()));
    }
    let steps = [
        ("lifetime", case.diagnostic.label(Role::NamedLifetime)),
        ("owner", case.diagnostic.label(Role::Declared)),
        ("lent", Some(borrow)),
        ("temporary", case.diagnostic.label(Role::TemporaryHoldsBorrow)),
        ("demanded", case.diagnostic.label(Role::Requires)),
        ("dropped", Some(dropped)),
        ("used", case.diagnostic.any_label(&[Role::LaterUseAtDrop, Role::LaterUse])),
    ];
    for (role, label) in steps {
        if let Some(label) = label {
            finding.mark(role, label);
        }
    }
}
