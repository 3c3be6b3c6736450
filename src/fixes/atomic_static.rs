//! Makes a `static mut` of a number or flag an atomic one, with all its uses.

use std::ops::Range;
use std::rc::Rc;

use super::open_unsafe::opened;
use crate::conflict::words;
use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{BindingKind, ExprKind, File, Item, StatementKind, Use, UseKind};

/// Types that have an atomic twin on all common machines.
const ATOMICS: &[(&str, &str)] = &[
    ("bool", "AtomicBool"),
    ("i8", "AtomicI8"),
    ("i16", "AtomicI16"),
    ("i32", "AtomicI32"),
    ("i64", "AtomicI64"),
    ("isize", "AtomicIsize"),
    ("u8", "AtomicU8"),
    ("u16", "AtomicU16"),
    ("u32", "AtomicU32"),
    ("u64", "AtomicU64"),
    ("usize", "AtomicUsize"),
];

/// The atomic deed of each assignment.
const DEEDS: &[(&str, &str)] = &[
    ("=", "store"),
    ("+=", "fetch_add"),
    ("-=", "fetch_sub"),
    ("|=", "fetch_or"),
    ("&=", "fetch_and"),
    ("^=", "fetch_xor"),
];

/// Macros that only look at their arguments.
pub(super) const LOOKING: &[&str] = &[
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "eprint",
    "eprintln",
    "format",
    "panic",
    "print",
    "println",
    "write",
    "writeln",
];

/// A `static mut` with what its declaration says.
pub struct Statics {
    /// The file that declares it.
    pub file: Rc<File>,
    /// The declaration.
    pub item: Item,
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: Range<usize>,
    /// What it starts with.
    pub value: Range<usize>,
}

impl Statics {
    /// The one that a name means at a place, in this file or else in the one file of the crate that
    /// declares it.
    pub fn of(case: &Case, at: &Span, name: &str) -> Option<Statics> {
        let here = case.file(at)?;
        let known = here.binding(name, at.byte_start).filter(|found| found.kind == BindingKind::Static);
        if let Some(known) = known {
            return Statics::declared(here, name, known.name_range);
        }
        let files = case.files.crate_files_with(&here.source.name, &format!("static mut {name}"));
        let [file] = files.as_slice() else { return None };
        let declared = file.source.text.find(&format!("static mut {name}"))? + "static mut ".len();
        Statics::declared(file.clone(), name, declared..declared + name.len())
    }

    fn declared(file: Rc<File>, name: &str, name_range: Range<usize>) -> Option<Statics> {
        let item = file.item_at(name_range).filter(|item| item.mutable)?;
        let (ty, value) = (item.ty.clone()?, item.value.clone()?);
        Some(Statics { file, item, name: name.to_owned(), ty, value })
    }

    /// All uses in the crate; nothing where one of them cannot be seen for certain.
    pub(super) fn uses(&self, case: &Case) -> Option<Vec<Use>> {
        let file = &self.file;
        let others = case.files.crate_files_with(&file.source.name, &self.name);
        let elsewhere = others.iter().filter(|other| !Rc::ptr_eq(other, file));
        if elsewhere.into_iter().any(|other| words(&other.source.text).any(|word| word == self.name)) {
            return None;
        }
        let declared = file.binding(&self.name, self.item.name_range.clone()?.start)?;
        let uses = file.uses_of(&declared);
        let code = file.source.text.lines().filter(|line| !line.trim_start().starts_with("//"));
        let code =
            code.map(|line| line.split(" // ").next().unwrap_or(line).split(" //~").next().unwrap_or(line));
        let named: usize = code.map(|line| words(line).filter(|word| *word == self.name).count()).sum();
        let editable = |used: &Use| used.kind == UseKind::Capture || file.is_editable(used.range.clone());
        let seen = uses.iter().all(|used| used.kind != UseKind::Unread && editable(used));
        (seen && named == uses.len() + 1).then_some(uses)
    }

    /// The edits of the declaration: `static NAME: Type = Type::new(value);`.
    pub(super) fn redeclared(&self, ty: &str, maker: &str) -> Option<Vec<Edit>> {
        let source = &self.file.source;
        let word = self.file.keyword_in(self.item.range.clone(), "mut")?;
        let name = self.item.name_range.clone()?;
        Some(vec![
            Edit::delete(source, word.start..name.start),
            Edit::replace(source, self.ty.clone(), ty),
            Edit::insert(source, self.value.start, format!("{maker}::new(")),
            Edit::insert(source, self.value.end, ")"),
        ])
    }

    /// `use path;` above the first item of the file; nothing where a name is taken, or the static
    /// stands in a module of its own.
    pub(super) fn import(&self, names: &[&str], line: &str) -> Option<Edit> {
        let text = &self.file.source.text;
        let known = |name: &&str| words(text).any(|word| word == *name);
        if names.iter().any(known) || words(text).any(|word| word == "mod") {
            return None;
        }
        let mut at = 0;
        for code in text.split_inclusive('\n') {
            let start = code.trim_start_matches('\u{feff}').trim_start();
            let head = start.is_empty()
                || start.starts_with("#![")
                || start.starts_with("#!/")
                || start.starts_with("//") && !start.starts_with("///") && !start.starts_with("//~");
            if !head {
                break;
            }
            at += code.len();
        }
        let end = self.file.source.line_end();
        // Before other imports, or with a blank line before the first item.
        let gap = if text.get(at..)?.starts_with("use ") { "" } else { end };
        Some(Edit::insert(&self.file.source, at, format!("{line}{end}{gap}")))
    }
}

/// `static COUNT: AtomicU32`, with `fetch_add`, `load` and `store` where it is used.
pub fn as_atomic(case: &Case, statics: &Statics) -> Option<Fix> {
    let ty = statics.file.text(statics.ty.clone());
    let (_, atomic) = ATOMICS.iter().find(|(plain, _)| *plain == ty)?;
    let uses = statics.uses(case)?;
    let line = format!("use std::sync::atomic::{{{atomic}, Ordering}};");
    let import = statics.import(&[atomic, "Ordering"], &line);
    // Without an import, the whole path is written.
    let path = if import.is_some() { "" } else { "std::sync::atomic::" };
    let typed = format!("{path}{atomic}");
    let mut edits = statics.redeclared(&typed, &typed)?;
    edits.extend(import);
    let order = format!("{path}Ordering::SeqCst");
    let mut done: Vec<Range<usize>> = Vec::new();
    for used in &uses {
        if done.iter().any(|range| range.start <= used.range.start && used.range.end <= range.end) {
            continue;
        }
        let (mut made, whole) = atomic_use(&statics.file, used, &statics.name, &order)?;
        edits.append(&mut made);
        done.push(whole);
    }
    let places: Vec<_> = uses.iter().map(|used| used.range.clone()).collect();
    edits.extend(opened(&statics.file, &places));
    Some(Fix::new("atomic-static", Cost::signature(Deed::Restructure), edits).with("atomic", *atomic))
}

/// The edits of one use, and what they cover.
fn atomic_use(file: &File, used: &Use, name: &str, order: &str) -> Option<(Vec<Edit>, Range<usize>)> {
    if used.place != used.range {
        return None;
    }
    let load = format!("{name}.load({order})");
    match &used.kind {
        UseKind::Read | UseKind::CallArgument | UseKind::MethodReceiver(_) => {}
        UseKind::MacroArgument(called) if LOOKING.contains(&called.as_str()) => {}
        UseKind::Capture => return Some((vec![named_argument(file, used, &load)?], used.range.clone())),
        UseKind::Write => return atomic_write(file, used, name, order),
        _ => return None,
    }
    Some((vec![Edit::replace(&file.source, used.range.clone(), load)], used.range.clone()))
}

/// `println!("{NAME}", NAME = value)`: the string stays as it is.
pub(super) fn named_argument(file: &File, used: &Use, value: &str) -> Option<Edit> {
    let capture = file.format_capture_at(used.range.clone())?;
    let end = capture.macro_call.parens.end - 1;
    let before = file.text(capture.macro_call.parens.start..end).trim_end();
    let comma = if before.ends_with(',') { " " } else { ", " };
    Some(Edit::insert(&file.source, end, format!("{comma}{} = {value}", capture.name)))
}

/// `COUNT.fetch_add(1, Ordering::SeqCst)` for `COUNT += 1` and `COUNT = COUNT + 1`.
fn atomic_write(file: &File, used: &Use, name: &str, order: &str) -> Option<(Vec<Edit>, Range<usize>)> {
    let whole = file.parents(used.range.clone()).into_iter().find(|e| e.range != used.range)?;
    if !matches!(whole.kind, ExprKind::Assign | ExprKind::CompoundAssign) {
        return None;
    }
    let rest = file.text(used.range.end..whole.range.end);
    let gap = rest.len() - rest.trim_start().len();
    let operator: String = rest.trim_start().chars().take_while(|c| "=+-|&^*/%<>".contains(*c)).collect();
    let mut deed = DEEDS.iter().find(|(known, _)| *known == operator)?.1;
    let after = used.range.end + gap + operator.len();
    let value = file.text(after..whole.range.end);
    let mut start = after + (value.len() - value.trim_start().len());
    let again = words(file.text(start..whole.range.end)).filter(|word| *word == name).count();
    if again > 0 {
        // `= NAME + x` is one step; any other way to read it first would lose what others add.
        let first = start..start + name.len();
        let sum = file.parents(first.clone()).into_iter().find(|e| e.range != first)?;
        let inner = file.text(first.end..whole.range.end).trim_start();
        deed = match inner.as_bytes().first()? {
            b'+' => "fetch_add",
            b'-' => "fetch_sub",
            _ => return None,
        };
        let one_step = sum.kind == ExprKind::Binary && sum.range == (start..whole.range.end);
        if again != 1 || operator != "=" || file.text(first) != name || !one_step {
            return None;
        }
        start = whole.range.end - inner[1..].trim_start().len();
    }
    // What a deed returns is the old value; an assignment has none.
    let statement = file.statement_at(whole.range.clone()).filter(|s| s.expr.as_ref() == Some(&whole.range));
    let (before, end) = match statement.map(|s| s.kind) {
        Some(StatementKind::Tail) => ("", ";"),
        Some(_) => ("", ""),
        None => ("{ ", "; }"),
    };
    let head = format!("{before}{name}.{deed}(");
    let edits = vec![
        Edit::replace(&file.source, used.range.start..start, head),
        Edit::insert(&file.source, whole.range.end, format!(", {order}){end}")),
    ];
    let covered = used.range.start..start;
    Some((edits, covered))
}
