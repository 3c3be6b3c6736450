//! The place that would lose its value: what holds it, its type, its name. Rules and fixes go by it.

use std::ops::Range;

use crate::diagnostic::{Label, Role, Span, fits, quoted};
use crate::rule::Case;
use crate::syntax::{ExprKind, File};

/// What holds the value, as the headline says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// Something behind `&`.
    SharedReference,
    /// Something behind `&mut`.
    MutableReference,
    /// An `Rc` or `Arc`.
    Counted(String),
    /// A collection, by index.
    Index,
    /// Another type with `Deref`, such as a guard.
    Pointer(String),
    /// A `static`.
    Static,
    /// A closure of this kind that has captured it.
    Closure(String),
}

type Reading = fn(&[&str]) -> Holder;

/// Headlines of rustc 1.80 to 1.95; the first that fits counts.
const HEADLINES: &[(&str, Reading)] = &[
    ("cannot move out of *a captured variable in an * closure", |names| Holder::Closure(last(names))),
    ("cannot move out of static item *", |_| Holder::Static),
    ("cannot move out of an `*`", |names| Holder::Counted(last(names))),
    ("cannot move out of index of *", |_| Holder::Index),
    ("cannot move out of type *, a non-copy *", |_| Holder::Index),
    ("cannot move out of dereference of *", |names| Holder::Pointer(last(names))),
    ("cannot move out of * a mutable reference", |_| Holder::MutableReference),
    ("cannot move out of a mutable reference", |_| Holder::MutableReference),
    ("cannot move out of * a shared reference", |_| Holder::SharedReference),
    ("cannot move out of a shared reference", |_| Holder::SharedReference),
];

fn last(names: &[&str]) -> String {
    names.last().map(|name| (*name).to_owned()).unwrap_or_default()
}

/// What holds the value; nothing for raw pointers and what is not known.
pub fn holder(case: &Case) -> Option<Holder> {
    let message = &case.diagnostic.message;
    let (_, reading) = HEADLINES.iter().find(|(pattern, _)| fits(pattern, message))?;
    Some(reading(&case.diagnostic.quoted()))
}

impl Holder {
    /// Whether the place may be changed in place.
    pub fn is_mutable(&self) -> bool {
        match self {
            Holder::MutableReference => true,
            Holder::Pointer(ty) => ["MutexGuard", "RwLockWriteGuard", "RefMut"].contains(&base_name(ty)),
            _ => false,
        }
    }

    /// Whether it is the guard of a lock or of a `RefCell`.
    pub fn is_guard(&self) -> bool {
        matches!(self, Holder::Pointer(ty) if base_name(ty).ends_with("Guard") || ["Ref", "RefMut"].contains(&base_name(ty)))
    }
}

/// `MutexGuard` for `std::sync::MutexGuard<'_, T>`.
pub fn base_name(ty: &str) -> &str {
    let path = ty.split('<').next().unwrap_or(ty);
    path.rsplit("::").next().unwrap_or(path)
}

/// The type that rustc names at the place, or at the part that a pattern takes.
pub fn type_of_value(case: &Case) -> Option<String> {
    let label = case.diagnostic.label(Role::NotCopy)?;
    let ty = quoted(&label.text).into_iter().rev().nth(1)?;
    // rustc writes the whole path where a module names another type the same.
    Some(ty.replace("std::option::Option<", "Option<").replace("std::result::Result<", "Result<"))
}

/// The place as the reader wrote it, or else as the headline names it; of a pattern, what it takes
/// apart.
pub fn place_name(case: &Case, file: Option<&File>, holder: &Holder) -> Option<String> {
    let written = file.and_then(|file| written_place(case, file));
    let names = case.diagnostic.quoted();
    let named = match holder {
        Holder::Closure(_) => names.len() > 1,
        Holder::Static => true,
        Holder::SharedReference | Holder::MutableReference => !names.is_empty(),
        Holder::Counted(_) | Holder::Index | Holder::Pointer(_) => false,
    };
    let named = names.first().filter(|_| named).map(|name| (*name).to_owned());
    written
        .or(named)
        .or_else(|| seen_text(&case.diagnostic.primary()?.span).filter(|_| *holder == Holder::Index))
        .or_else(|| seen_place(case))
}

/// The place as rustc shows it, where there is no source: `*words`, `theme.name`.
fn seen_place(case: &Case) -> Option<String> {
    let span = &case.diagnostic.primary()?.span;
    let unseen = case.file(span).is_none() && !span.in_macro();
    let text = seen_text(span).filter(|_| unseen && case.diagnostic.label(Role::DataMoved).is_none())?;
    (text.starts_with('*') || text.split('.').all(crate::conflict::is_name)).then_some(text)
}

fn written_place(case: &Case, file: &File) -> Option<String> {
    let range = case.diagnostic.primary()?.span.range();
    let whole = file.expr_exactly(range.clone())?;
    let is_value = file.is_place(range.clone())
        || matches!(whole.kind, ExprKind::Deref | ExprKind::MethodCall | ExprKind::Index | ExprKind::Field)
        || case.diagnostic.label(Role::DataMoved).is_some();
    // Parentheses around a place are not part of its name.
    let text = file.text(range);
    let bare = text
        .strip_prefix('(')
        .and_then(|text| text.strip_suffix(')'))
        .filter(|text| !text.contains(['(', ')']));
    is_value.then(|| bare.unwrap_or(text).to_owned())
}

/// The code of a span on one line as rustc saw it, for where there is no source.
pub fn seen_text(span: &Span) -> Option<String> {
    let line = span.first_line.as_ref().filter(|_| span.line_start == span.line_end)?;
    let length = span.column_end.checked_sub(span.column_start)?;
    let text: String = line.chars().skip(span.column_start.checked_sub(1)?).take(length).collect();
    (!text.trim().is_empty()).then_some(text)
}

/// Whether the pattern around a part has a `&` before that part, such as `&(` for the `a` in `&(a, b)`.
pub fn behind_reference_pattern(case: &Case, file: Option<&File>, part: &Span) -> bool {
    if case.file(part).is_none() {
        // rustc shows the line: what stands directly before the part belongs to its pattern.
        let before = part.column_start.saturating_sub(1);
        let line = part.first_line.iter().flat_map(|line| line.chars()).take(before).collect::<String>();
        return line.trim_end_matches(['(', '[', ' ']).ends_with('&');
    }
    let before = file.and_then(|file| {
        let found = file.match_of(part.range())?;
        let around =
            |pattern: &Range<usize>| pattern.start <= part.byte_start && part.byte_end <= pattern.end;
        let pattern = found.patterns.into_iter().find(around)?;
        Some(file.text(pattern.start..part.byte_start))
    });
    before.is_some_and(|text| text.contains('&'))
}

/// The name of what is called with a range, or a part of it that holds the range, as an argument.
pub fn callee_of(file: &File, argument: Range<usize>) -> Option<String> {
    let around = file.expr_at(argument)?;
    file.call_with_argument(around.range).map(|(call, _)| call.name)
}

/// What takes the value, where rustc labels it.
pub fn deed<'c>(case: &Case<'c>) -> Option<&'c Label> {
    case.diagnostic.any_label(&[
        Role::MovedByForLoop,
        Role::MovedByMethod,
        Role::MovedByOperator,
        Role::MovedByCall,
    ])
}

/// The method that takes `self`, from the code or from rustc's note.
pub fn method_taking_self(case: &Case) -> Option<String> {
    let label = deed(case).filter(|label| label.role == Role::MovedByMethod)?;
    let called =
        case.file(&label.span).and_then(|file| file.call_at(label.span.range()).map(|call| call.name));
    let note = case.diagnostic.note("* takes ownership of the receiver `self`*");
    called.or_else(|| Some(quoted(&note?.text).first()?.rsplit("::").next()?.to_owned()))
}

/// Whether a place is `*owner.field` with a field that is declared as a `Box` in this file.
pub fn is_in_box(file: &File, place: &str) -> bool {
    let Some((_, field)) = place.strip_prefix('*').and_then(|boxed| boxed.rsplit_once('.')) else {
        return false;
    };
    let fields = file.adts().into_iter().flat_map(|adt| adt.fields);
    let mut named = fields.filter(|other| other.name.as_deref() == Some(field));
    named.any(|field| file.text(field.ty).starts_with("Box<"))
}
