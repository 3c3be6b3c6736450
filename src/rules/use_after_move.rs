//! A value is used after it was given away.

use crate::diagnostic::{Label, Role, quoted};
use crate::fix::Fix;
use crate::fixes::keep_value::ways_to_keep;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{BindingKind, CallKind, File, StatementKind};

/// E0382.
pub static RULE: Rule = Rule {
    name: "use-after-move",
    codes: &["E0382"],
    messages: &[],
    concepts: &["move", "ownership", "copy-and-clone", "stack-and-heap", "rc"],
    text: include_str!("../../explanations/use_after_move.md"),
    refines: &[],
    recognise,
};

/// The roles of the label that says how the value went, the most telling first.
const MOVES: &[Role] = &[
    Role::MovedByForLoop,
    Role::MovedByMethod,
    Role::MovedByOperator,
    Role::MovedByCall,
    Role::MovedIntoClosure,
    Role::PartlyMoved,
    Role::Moved,
];

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    // rustc points at the use.
    let used = diagnostic.primary()?;
    // Something took the value before, perhaps in the loop's round before, perhaps in the same macro
    // call: then rustc labels the use alone.
    let before = |label: &&Label| label.role != Role::Moved || label.in_loop || !label.primary;
    let moved = diagnostic.any_label(MOVES).filter(before);
    let moved = moved.or_else(|| diagnostic.label(Role::NotCopy).map(|_| used))?;

    // The headline names what is used, or it is what the pattern was matched with.
    let named = diagnostic.quoted().first().map(|place| (*place).to_owned());
    let place = named.or_else(|| matched_place(case, moved)).or_else(|| case.text(&used.span))?;

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(moved.span.clone());
    finding.facts.code("place", &place);
    finding.facts.number("used_line", used.span.line_start).number("moved_line", moved.span.line_start);
    finding.facts.code_if("type", diagnostic.moved_type());
    finding.variant = variant(case, &mut finding, moved);

    let created = diagnostic.label(Role::NotCopy);
    if let Some(created) = created.filter(|created| created.span != moved.span && created.span != used.span) {
        finding.mark("created", created);
    }
    if let Some(around) = diagnostic.label(Role::InsideLoop).filter(|_| moved.in_loop) {
        finding.mark("loop", around);
    }
    if moved.span != used.span {
        finding.mark("moved", moved);
    }
    if let Some(inside) = diagnostic.label(Role::UseInClosure).filter(|inside| inside.span != used.span) {
        finding.mark("in closure", inside);
    }
    finding.mark("used", used).primary = true;

    finding.fix(ways_to_keep(case, moved, used, &place)).fix([Fix::idea("decide-who-keeps-it")]);
    Some(finding)
}

/// What a pattern takes its parts from.
fn matched_place(case: &Case, moved: &Label) -> Option<String> {
    let file = case.file(&moved.span)?;
    let scrutinee = file.match_of(moved.span.range())?.scrutinee?;
    Some(file.text(scrutinee).to_owned())
}

/// Which of the text's variants tells this case, with the facts that it needs.
fn variant(case: &Case, finding: &mut Finding, moved: &Label) -> Option<&'static str> {
    let kind = finding.facts.text("type").unwrap_or_default().to_owned();
    let file = case.file(&moved.span);
    let file = file.as_deref();
    match moved.role {
        // One macro call names the value more than once.
        Role::UsedAfterMove => Some("macro"),
        // A closure or a function pointer that can run once.
        Role::MovedByCall => called_twice(case, finding),
        // What a pattern takes is a part, in whatever round.
        _ if is_pattern(file, moved) => part_of(case, finding, moved),
        // The value's next owner is another round's.
        _ if moved.in_loop => {
            finding.facts.code_if("callee", file.and_then(|file| callee(file, moved)));
            Some("next round")
        }
        // A mutable reference is lent on, not given away, when somebody says so.
        Role::Moved if kind.starts_with("&mut ") => Some("mutable reference"),
        Role::MovedByForLoop => Some("for loop"),
        Role::MovedByOperator => Some("operator"),
        _ if case.diagnostic.message.contains("partially moved") => part_of(case, finding, moved),
        Role::MovedByMethod => {
            let call = file.and_then(|file| file.call_at(moved.span.range()));
            let name = call.map(|call| call.name).or_else(|| method_of_note(case))?;
            finding.facts.code("method", &name).method("does", &name);
            Some("method")
        }
        Role::MovedIntoClosure => closure_variant(file?, moved),
        _ if case
            .diagnostic
            .label(Role::UseInClosure)
            .is_some_and(|label| label.text.contains("coroutine")) =>
        {
            closure_variant(file?, moved)
        }
        _ => new_owner(file?, finding, moved, &kind),
    }
}

/// The method that a note names: `` `Job::finish` takes ownership of the receiver `self` ``.
fn method_of_note(case: &Case) -> Option<String> {
    let note = case.diagnostic.note("* takes ownership of the receiver `self`*")?;
    quoted(&note.text).first()?.rsplit("::").next().map(str::to_owned)
}

fn called_twice(case: &Case, finding: &mut Finding) -> Option<&'static str> {
    let Some(note) =
        case.diagnostic.note("closure cannot be * because it moves the variable * out of its environment")
    else {
        return Some("callable parameter");
    };
    finding.facts.code_if("captured", quoted(&note.text).first().copied());
    Some("closure called twice")
}

fn is_pattern(file: Option<&File>, moved: &Label) -> bool {
    file.is_some_and(|file| {
        file.match_of(moved.span.range()).is_some_and(|matched| matched.scrutinee.is_some())
    })
}

fn part_of(case: &Case, finding: &mut Finding, moved: &Label) -> Option<&'static str> {
    let file = case.file(&moved.span)?;
    let range = moved.span.range();
    let receiver = file
        .call_at(range.clone())
        .filter(|call| call.kind == CallKind::Method)
        .and_then(|call| call.receiver);
    let part = receiver.unwrap_or(range.clone());
    finding.facts.code("part", file.text(part));
    Some(match file.match_of(range) {
        Some(_) if moved.in_loop => "pattern in a loop",
        Some(_) => "pattern",
        None => "part of a value",
    })
}

/// Whether a closure or async block goes to a thread, says `move`, or takes the value by itself.
fn closure_variant(file: &File, moved: &Label) -> Option<&'static str> {
    let range = moved.span.range();
    let closure = file.closure_at(range.clone()).filter(|closure| closure.range.start <= range.start);
    let block = file.async_block_at(range.clone());
    let (whole, says_move) = match (closure, block) {
        (_, Some(block)) if block.range.start == range.start => (block.range, block.move_token.is_some()),
        (Some(closure), _) => (closure.range, closure.move_token.is_some()),
        _ => return Some("closure"),
    };
    let goes_to = file.call_with_argument(whole).map(|(call, _)| call.name);
    let to_thread = goes_to.is_some_and(|name| name == "spawn" || name.starts_with("spawn_"));
    Some(match (to_thread, says_move) {
        (true, _) => "thread",
        (false, true) => "move closure",
        (false, false) => "closure",
    })
}

/// The function or method that takes the value as an argument.
fn callee(file: &File, moved: &Label) -> Option<String> {
    let (call, _) = file.call_with_argument(moved.span.range())?;
    (call.kind != CallKind::Macro).then_some(call.name)
}

/// A value of a type parameter, an argument, or the new name in an assignment.
fn new_owner(file: &File, finding: &mut Finding, moved: &Label, kind: &str) -> Option<&'static str> {
    let range = moved.span.range();
    let function = file.function_at(range.clone());
    if function.is_some_and(|function| function.type_params.iter().any(|param| param == kind)) {
        return Some("generic");
    }
    if let Some(callee) = callee(file, moved) {
        finding.facts.code("callee", callee);
        return Some("argument");
    }
    let statement = file.statement_at(range.clone())?;
    let StatementKind::Let(binding) = statement.kind else { return None };
    let moves_whole = binding.init == Some(range);
    let new_owner = binding.name.filter(|_| moves_whole)?;
    let known = file.binding(&new_owner, statement.range.end);
    known.filter(|binding| binding.kind == BindingKind::Let)?;
    finding.facts.code("new_owner", new_owner);
    Some("assignment")
}
