//! A value that is made for one thread is used by another one.

use std::rc::Rc;

use crate::diagnostic::{Label, fits};
use crate::fix::Fix;
use crate::fixes::own_before_closure::{captured, later_code, spawned};
use crate::fixes::send_bound::{as_written, bound_parameter, send_object, send_trait};
use crate::fixes::spawn_in_scope::starts_thread;
use crate::fixes::thread_safe::share_between_threads;
use crate::mismatch::types::short;
use crate::rule::{Case, Finding, Rule};
use crate::syntax::{File, ItemKind};

/// E0277 about `Send` and `Sync`.
pub static RULE: Rule = Rule {
    name: "thread-bound-value",
    codes: &["E0277"],
    messages: &[],
    concepts: &["threads", "arc", "mutex"],
    text: include_str!("../../explanations/thread_bound_value.md"),
    refines: &[],
    recognise,
};

/// What the value is that may not go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Counted,
    Cell,
    Object,
    Parameter,
    Pointer,
    Guard,
    Receiver,
    Other,
}

fn recognise(case: &Case) -> Option<Finding> {
    let diagnostic = case.diagnostic;
    let primary = diagnostic.primary()?;
    // The headline names the one type that may not go.
    let sent = fits("`*` cannot be sent between threads safely", &diagnostic.message);
    let shared = fits("`*` cannot be shared between threads safely", &diagnostic.message);
    let ty = as_written(&short(diagnostic.quoted().first().filter(|_| sent || shared)?));
    let file = case.file(&primary.span);
    let kind = kind(file.as_deref(), primary, &ty);

    let mut finding = Finding::new(&RULE);
    finding.cause = Some(primary.span.clone());
    finding.facts.code("type", &ty).number("line", primary.span.line_start);
    let is_static =
        diagnostic.note("shared static variables must have a type that implements `Sync`").is_some();
    finding.variant = match kind {
        _ if is_static => Some("static"),
        Kind::Counted => Some("counted owner"),
        Kind::Cell => Some("cell"),
        Kind::Object => Some("trait object"),
        Kind::Parameter => Some("type parameter"),
        Kind::Pointer => Some("raw pointer"),
        Kind::Guard => Some("guard"),
        Kind::Receiver => Some("receiver"),
        Kind::Other => None,
    };
    let callee = diagnostic.labels.iter().find(|it| it.text == "required by a bound introduced by this call");
    finding.facts.code_if("callee", callee.and_then(|callee| case.text(&callee.span)));
    if let Some((file, item)) =
        file.as_ref().and_then(|file| Some((file, file.item_at(primary.span.range())?)))
        && is_static
    {
        finding.facts.code_if("static", item.name.filter(|_| item.kind == ItemKind::Static));
        finding.facts.code_if("type", item.ty.map(|ty| file.text(ty)));
    }
    holder(case, &mut finding, &ty);
    let name = file.as_ref().and_then(|file| carried(file, primary, &ty, finding.facts.text("holder")));
    finding.facts.code_if("variable", name);
    if let Some(callee) = callee.filter(|callee| callee.span != primary.span) {
        finding.mark("callee", callee).primary = false;
    }
    finding.mark("value", primary).primary = true;

    let bounds = if shared || ty_in_arc(case) { "Send + Sync" } else { "Send" };
    finding.facts.code("bounds", bounds);
    match kind {
        Kind::Counted | Kind::Cell => {
            finding.fix(share_between_threads(case, &ty));
            finding.fix([Fix::idea(if is_static { "use-a-lock" } else { "share-thread-safely" })]);
        }
        Kind::Object => {
            finding.fix(send_object(case, &ty, bounds)).fix(send_trait(case, &ty, bounds));
            finding.fix([Fix::idea("promise-send")]);
        }
        Kind::Parameter => {
            let marker = if shared { "Sync" } else { "Send" };
            let spawns =
                file.as_ref().and_then(|file| spawned(file, later_code(file, primary.span.range())?.range));
            let detached = file
                .as_ref()
                .zip(spawns)
                .is_some_and(|(file, call)| starts_thread(file, &call) && call.receiver.is_none());
            let kept = detached
                || callee
                    .and_then(|callee| case.text(&callee.span))
                    .is_some_and(|text| text == "thread::spawn");
            let needed: &[&str] = if kept { &[marker, "'static"] } else { &[marker] };
            finding.fix(bound_parameter(case, &ty, needed));
            // rustc adds `Send` alone, and asks for `'static` next.
            finding.rustc_suggests = finding.fixes.is_empty();
            finding.fix([Fix::idea("promise-send")]);
        }
        Kind::Guard => drop(finding.fix([Fix::idea("lock-in-the-thread")])),
        Kind::Receiver => drop(finding.fix([Fix::idea("share-the-receiver")])),
        Kind::Pointer | Kind::Other => drop(finding.fix([Fix::idea("make-it-in-the-thread")])),
    }
    Some(finding)
}

fn kind(file: Option<&File>, primary: &Label, ty: &str) -> Kind {
    let head: String = ty.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let is_param = || {
        let function = file.and_then(|file| file.function_at(primary.span.range()));
        let own = function.is_some_and(|function| function.type_params.iter().any(|param| param == ty));
        let block = file.and_then(|file| file.impl_at(primary.span.range()).and_then(|it| it.generics));
        let declared = block.zip(file).is_some_and(|(generics, file)| {
            file.text(generics).split(['<', '>', ',', ':', ' ']).any(|word| word == ty)
        });
        own || declared || ty.starts_with("impl ")
    };
    match head.as_str() {
        "Rc" | "Weak" => Kind::Counted,
        "RefCell" | "Cell" | "OnceCell" | "LazyCell" => Kind::Cell,
        "MutexGuard" | "RwLockReadGuard" | "RwLockWriteGuard" => Kind::Guard,
        "Receiver" => Kind::Receiver,
        "NonNull" => Kind::Pointer,
        _ if ty.starts_with("*mut ") || ty.starts_with("*const ") => Kind::Pointer,
        _ if ty.starts_with("dyn ") || ty.starts_with("(dyn ") => Kind::Object,
        _ if is_param() => Kind::Parameter,
        _ => Kind::Other,
    }
}

/// The type of the crate in which the value is, and its field: rustc lists the types from the inside.
fn holder(case: &Case, finding: &mut Finding, ty: &str) {
    let within = case
        .diagnostic
        .notes
        .iter()
        .filter(|note| fits("required because it appears within the type `*`", &note.text));
    for label in within.flat_map(|note| &note.labels) {
        let Some(file) = case.file(&label.span) else { continue };
        let Some(adt) = file.adt_at(label.span.range()) else { continue };
        let head = ty.trim_start_matches('(').split('<').next().unwrap_or(ty);
        let bare = |text: &str| text.trim_end_matches(" + 'static)").to_owned();
        let field = adt.fields.iter().find(|field| file.text(field.ty.clone()).contains(&bare(head)));
        finding.facts.code("holder", &adt.name);
        if let Some(field) = field {
            finding.facts.code("field", file.text(field.range.clone()));
            finding.mark_span("field", file.source.span(field.range.clone()));
        }
        return;
    }
}

/// The variable that a closure takes along, where it is clear which.
fn carried(file: &Rc<File>, primary: &Label, ty: &str, holder: Option<&str>) -> Option<String> {
    let later = later_code(file, primary.span.range())?;
    let all = captured(file, &later);
    if let [one] = all.as_slice() {
        return Some(one.name.clone());
    }
    let head = ty.split('<').next().unwrap_or(ty);
    let fits = |binding: &&crate::syntax::Binding| {
        let init = binding.let_.as_ref().and_then(|of| of.init.clone());
        let known = binding.ty.clone().or(init).map(|range| file.text(range)).unwrap_or_default();
        known.starts_with(holder.unwrap_or(head))
    };
    let mut found = all.iter().filter(fits);
    let one = found.next()?;
    found.next().is_none().then(|| one.name.clone())
}

/// Whether the value is owned by an `Arc`, which needs more of it.
fn ty_in_arc(case: &Case) -> bool {
    case.diagnostic.note("required for `Arc<*` to implement `Send`").is_some()
}
