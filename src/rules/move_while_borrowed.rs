//! A value moves while a reference to it is still in use.

use crate::diagnostic::{Label, Role};
use crate::fixes::leave_in_place::cause_in_declaration;
use crate::fixes::lender::reference_name;
use crate::fixes::let_go_later::{ideas, ways_out};
use crate::fixes::new_owner::{closure_or_block, comes_again, is_returned, within_new_value};
use crate::rule::{Case, Event, Finding, Reference, Rule, Timeline};
use crate::syntax::{ExprKind, File, StatementKind};

/// E0505.
pub static RULE: Rule = Rule {
    name: "move-while-borrowed",
    codes: &["E0505"],
    messages: &[],
    concepts: &["borrowing", "move", "valid-references", "self-reference"],
    text: include_str!("../../explanations/move_while_borrowed.md"),
    refines: &[],
    recognise,
};

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // The headline names what moves.
    let owner = diagnostic.quoted().first().map(|owner| (*owner).to_owned())?;
    // rustc points at the move.
    let moved = diagnostic.primary()?;
    // Something has borrowed it before.
    let lent = diagnostic.label(Role::Borrowed)?;
    // And still uses it: at a line, when it is dropped, or by a demand for a lifetime.
    let later = diagnostic.any_label(&[Role::LaterUse, Role::LaterUseAtDrop, Role::Requires]);

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(lent.span.clone());
    finding.facts.code("owner", &owner).number("moved_line", moved.span.line_start);
    finding.facts.number("lent_line", lent.span.line_start);
    let file = case.file(&moved.span).filter(|_| !moved.span.in_macro());
    let file = file.as_deref();
    let reference = reference_name(case, lent, later);
    finding.facts.code_if("reference", reference.clone());
    if let Some(later) = later {
        add_later(&mut finding, later);
    }
    finding.variant = variant(file, moved, later, &mut finding);
    if finding.variant == Some("borrowed for good") {
        let call = case.file(&lent.span).and_then(|file| file.method_call_on(lent.span.range()));
        finding.facts.code_if("callee", call.map(|call| call.name));
    }

    finding.mark("lent", lent);
    if let Some(inside) = diagnostic.label(Role::BorrowInClosure) {
        finding.mark("lent inside", inside);
    }
    if let Some(demand) = later.filter(|later| later.role == Role::Requires && later.span != moved.span) {
        finding.mark("demanded", demand);
    }
    finding.mark("moved", moved);
    if let Some(inside) = diagnostic.label(Role::UseInClosure).filter(|inside| inside.span != moved.span) {
        finding.mark("moved inside", inside);
    }
    if let Some(later) = later.filter(|later| later.role != Role::Requires && later.span != moved.span) {
        finding.mark(if later.role == Role::LaterUseAtDrop { "dropped" } else { "used" }, later);
        finding.timeline =
            reference.and_then(|reference| timeline(&finding, &owner, reference, lent, moved, later));
    }
    if let Some(file) = file {
        finding.fix(ways_out(case, file, moved, lent, later));
        finding.cause = cause_in_declaration(case, &finding.fixes).or(finding.cause);
    }
    let ideas = ideas(&finding);
    finding.fix(ideas);
    Some(finding)
}

/// Lines and names of what comes after the move.
fn add_later(finding: &mut Finding, later: &Label) {
    let facts = &mut finding.facts;
    match later.role {
        Role::LaterUseAtDrop => facts.number("dropped_line", later.span.line_start),
        Role::Requires => {
            let names = later.quoted();
            let lifetime = names.iter().rev().find(|name| name.starts_with('\'')).copied();
            // `'1` is a name of rustc's for a lifetime that nobody wrote.
            let written = lifetime.filter(|name| !name[1..].starts_with(|c: char| c.is_ascii_digit()));
            facts.number("demanded_line", later.span.line_start).code_if("lifetime", written)
        }
        _ => facts.number("used_line", later.span.line_start),
    };
}

/// What takes the value, and how the borrow goes on.
fn variant(
    file: Option<&File>,
    moved: &Label,
    later: Option<&Label>,
    finding: &mut Finding,
) -> Option<&'static str> {
    let range = moved.span.range();
    match later {
        Some(later) if later.role == Role::LaterUseAtDrop || later.role == Role::Requires => {
            let returned = file.is_some_and(|file| is_returned(file, &range));
            return Some(match (later.role == Role::Requires, returned) {
                (true, _) if file.is_some_and(|file| within_new_value(file, &range, &later.span.range())) => {
                    "value with its own reference"
                }
                (true, true) => "return, still promised",
                (true, false) => "demanded",
                (false, true) => "return",
                (false, false) => "guard",
            });
        }
        // The move itself is the use: the borrow lasts as long as the value.
        Some(later) if later.span == moved.span => return Some("borrowed for good"),
        // The use stands before the move: a loop brings the program back to it.
        Some(later)
            if later.in_loop || file.is_some_and(|file| comes_again(file, &moved.span, &later.span)) =>
        {
            return Some("next round");
        }
        _ => {}
    }
    let file = file?;
    if let Some((call, index)) = file.call_with_argument(range.clone()) {
        // The closure that is spawned is the argument, and moves what it names.
        let own = call.args.get(index) == Some(&range);
        finding.facts.code("callee", &call.name);
        let within = |label: &Label| {
            call.range.start <= label.span.byte_start && label.span.byte_end <= call.range.end
        };
        return match call.name.as_str() {
            "drop" => Some("drop"),
            _ if own && later.is_some_and(within) => Some("same call"),
            _ if own => Some("argument"),
            _ => None,
        };
    }
    if let Some(taker) = closure_or_block(file, &range) {
        let callee = file.call_with_argument(taker).map(|(call, _)| call.name);
        let to_thread = callee.as_ref().is_some_and(|name| name == "spawn" || name.starts_with("spawn_"));
        return Some(if to_thread { "thread" } else { "move closure" });
    }
    if let Some(call) = file.method_call_on(range.clone()) {
        finding.facts.code("method", &call.name).method("does", &call.name);
        return Some("method");
    }
    if file.loop_at(range.clone()).is_some_and(|around| around.header == Some(range.clone())) {
        return Some("for loop");
    }
    let parent = file.parents(range.clone()).into_iter().next();
    let statement = file.statement_at(range.clone())?;
    match (parent.map(|parent| parent.kind), statement.kind) {
        (Some(ExprKind::Struct | ExprKind::Tuple | ExprKind::Array), _) => {
            let own = later.is_some_and(|later| within_new_value(file, &range, &later.span.range()));
            Some(if own { "value with its own reference" } else { "new value" })
        }
        (_, StatementKind::Let(declared)) if declared.init == Some(range) => {
            finding.facts.code_if("new_owner", declared.name);
            Some("assignment")
        }
        (Some(ExprKind::Assign), _) => {
            let whole = file.text(statement.expr?);
            finding.facts.code_if("new_owner", whole.split_once('=').map(|(left, _)| left.trim()));
            Some("assignment")
        }
        _ => None,
    }
}

/// Lent, moved, used last; only where the lines come in this order in one file.
fn timeline(
    finding: &Finding,
    owner: &str,
    reference: String,
    lent: &Label,
    moved: &Label,
    later: &Label,
) -> Option<Timeline> {
    let (from, at, to) = (lent.span.line_start, moved.span.line_start, later.span.line_start);
    let one_file = lent.span.file == moved.span.file && moved.span.file == later.span.file;
    // A use in another round is no later line.
    if !one_file || finding.variant == Some("next round") || from > at || at > to {
        return None;
    }
    let code = ["callee", "method"].into_iter().find_map(|name| finding.facts.text(name)).map(str::to_owned);
    let event = |line, kind, code, conflict| Event { line, kind, code, conflict };
    Some(Timeline {
        file: moved.span.file.clone(),
        owner: owner.to_owned(),
        references: vec![Reference { name: reference, from, to }],
        events: vec![event(from, "timeline-lent", None, false), event(at, "timeline-moved", code, true)],
    })
}
