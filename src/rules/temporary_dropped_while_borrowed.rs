//! A temporary value is dropped while something refers to it.

use std::ops::Range;

use crate::diagnostic::{Label, Role};
use crate::fix::Fix;
use crate::fixes::bind_temporary::{
    bind_temporary, declare_outward, is_guard, keep_in_variable, keep_owned, store_temporary,
};
use crate::fixes::give_value_itself::drop_static_annotation;
use crate::rule::{Case, Finding, Rule, Timeline};
use crate::syntax::{Binding, Destination, File, StatementKind};

/// E0716.
pub static RULE: Rule = Rule {
    name: "temporary-dropped-while-borrowed",
    codes: &["E0716"],
    messages: &[],
    concepts: &["valid-references", "drop", "mutex"],
    text: include_str!("../../explanations/temporary_dropped_while_borrowed.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the value that has no name.
    let temporary = diagnostic.primary()?;
    // It says where that value ends.
    let dropped = diagnostic.label(Role::TemporaryFreed)?;
    // Somebody needs the reference after that, or for longer than any temporary lasts.
    let need = diagnostic.any_label(&[Role::Requires, Role::LaterUse, Role::LaterUseAtDrop]);

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(temporary.span.clone());
    finding.facts.number("drop_line", dropped.span.line_end);
    finding.facts.code_if("temporary", case.text(&temporary.span).map(|text| one_line(&text)));
    let file = case.file(&temporary.span);
    let holder = file.as_deref().and_then(|file| holder(file, temporary, need));
    finding.facts.code_if("holder", holder.as_ref().map(|holder| holder.name.clone()));
    if let Some(need) = need {
        finding.facts.number("use_line", need.span.line_start);
        finding.variant = file.as_deref().and_then(|file| variant(case, &mut finding, file, temporary, need));
    }

    if finding.variant.is_none() && finding.facts.text("temporary").is_some() {
        finding.variant = Some("other");
    }

    finding.mark("temporary", temporary);
    if let Some(demanded) = diagnostic.label(Role::Requires) {
        finding.mark("demanded", demanded);
    }
    finding.mark("dropped", dropped);
    if let Some(used) = diagnostic.any_label(&[Role::LaterUse, Role::LaterUseAtDrop]) {
        finding.mark("used", used);
    }
    let used = need.filter(|need| need.role == Role::LaterUse);
    let parties = finding.facts.text("temporary").zip(finding.facts.text("holder"));
    finding.timeline = parties.zip(used).and_then(|((owner, reference), used)| {
        Timeline::of_early_drop(owner, reference, [&temporary.span, &dropped.span, &used.span])
    });
    if let Some(file) = file {
        finding.fix(ways_out(case, &file, temporary.span.range(), holder.as_ref()));
    }
    let demanded = diagnostic.label(Role::Requires).is_some();
    finding.fix([Fix::idea(if demanded { "own-static" } else { "name-the-value" })]);
    Some(finding)
}

/// Code on one line; a chain of methods without the white space before its dots.
fn one_line(code: &str) -> String {
    let lines = code.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.fold(String::new(), |text, line| match line.starts_with('.') || text.is_empty() {
        true => text + line,
        false => text + " " + line,
    })
}

/// The variable that keeps the reference: the one that is declared, assigned or used again.
fn holder(file: &File, temporary: &Label, need: Option<&Label>) -> Option<Binding> {
    let at = temporary.span.byte_start;
    let name = match file.destination(temporary.span.range()) {
        Some(Destination::Let(of)) => return file.bindings_in_pattern(of.pattern).into_iter().next(),
        Some(Destination::Assigned(place)) => file.place_root(place),
        Some(Destination::Argument(call, _)) => call.receiver.and_then(|receiver| file.place_root(receiver)),
        _ => None,
    };
    let named = name.and_then(|name| file.binding(&name, at));
    // The match or block around may be what a variable gets.
    named.or_else(|| {
        let used =
            need.filter(|need| need.role == Role::LaterUse && need.span.file == temporary.span.file)?;
        let range = used.span.range();
        file.binding(&file.first_variable(range.clone())?, range.start)
    })
}

fn variant(
    case: &Case,
    finding: &mut Finding,
    file: &File,
    temporary: &Label,
    need: &Label,
) -> Option<&'static str> {
    let range = temporary.span.range();
    if need.role == Role::Requires {
        let of_static = need.quoted().last() == Some(&"'static");
        let call = file.call_at(need.span.range()).map(|call| file.text(call.callee).to_owned());
        finding.facts.code_if("demander", call.or_else(|| case.text(&need.span)));
        return of_static.then_some("static");
    }
    if is_guard(file, range.clone()) {
        return Some("guard");
    }
    if in_head(file, range.clone()) {
        return Some("match head");
    }
    match file.destination(range)? {
        Destination::Let(_) => Some("let"),
        Destination::Assigned(_) => Some("assignment"),
        Destination::Argument(call, _) => {
            // Told only of a method of the variable that keeps the reference.
            let root = call.receiver.clone().and_then(|receiver| file.place_root(receiver));
            finding.facts.code("method", &call.name);
            if root.as_deref() == finding.facts.text("holder") {
                return Some("collection");
            }
            // A builder's argument ends in what the statement declares.
            let declared = file.statement_at(call.range).map(|statement| statement.kind);
            match declared {
                Some(StatementKind::Let(of)) if of.name.as_deref() == finding.facts.text("holder") => {
                    Some("let")
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// Whether an expression is what a `match` or `if let` looks at, or a part of that.
fn in_head(file: &File, range: Range<usize>) -> bool {
    let outer = file.parents(range.clone()).into_iter().map(|outer| outer.range);
    std::iter::once(range.clone())
        .chain(outer)
        .any(|part| part.start <= range.start && file.match_on(part).is_some_and(|of| of.scrutinee.is_some()))
}

fn ways_out(case: &Case, file: &File, temporary: Range<usize>, holder: Option<&Binding>) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = Vec::new();
    if let Some(demanded) = case.diagnostic.label(Role::Requires) {
        fixes.extend(drop_static_annotation(file, demanded.span.range()));
    }
    fixes.extend(bind_temporary(case, file, temporary.clone(), holder));
    fixes.extend(holder.and_then(|holder| declare_outward(file, temporary.clone(), holder)));
    fixes.extend(keep_owned(file, temporary.clone()));
    fixes.extend(store_temporary(file, temporary.clone()));
    fixes.extend(keep_in_variable(file, temporary));
    fixes
}
