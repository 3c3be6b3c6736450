//! Whether a name does its work also as a reference: where this is doubtful, no borrow is offered.

use std::ops::Range;

use crate::rule::Case;
use crate::syntax::{Binding, Call, CallKind, ExprKind, File, Function, StatementKind, Use, UseKind};

/// Macros that only look at their arguments.
const LOOKING_MACROS: &[&str] = &[
    "print",
    "println",
    "eprint",
    "eprintln",
    "format",
    "format_args",
    "write",
    "writeln",
    "panic",
    "assert",
    "todo",
    "unreachable",
    "debug",
    "info",
    "warn",
    "error",
    "trace",
    "log",
    "bail",
    "anyhow",
];

/// Functions of the standard library that take `impl AsRef<..>` or the like, so that a reference
/// does as well as the value.
const CONTENT_WITH_REFERENCE: &[&str] = &[
    "open",
    "create",
    "read",
    "read_to_string",
    "read_dir",
    "remove_file",
    "remove_dir",
    "remove_dir_all",
    "create_dir",
    "create_dir_all",
    "metadata",
    "canonicalize",
    "copy",
    "rename",
    "write",
    "arg",
    "args",
    "env",
    "current_dir",
    "join",
    "with_extension",
    "with_file_name",
    "set_var",
    "var",
    "push_str",
];

/// Methods that change what they are called on through `&mut self`.
const CHANGING: &[&str] = &[
    "push",
    "push_str",
    "push_back",
    "push_front",
    "insert",
    "remove",
    "clear",
    "pop",
    "extend",
    "append",
    "sort",
    "sort_by",
    "sort_by_key",
    "sort_unstable",
    "retain",
    "truncate",
    "drain",
    "entry",
    "get_mut",
    "iter_mut",
    "as_mut",
    "dedup",
    "reverse",
    "swap",
    "resize",
    "take",
    "replace",
    "get_or_insert_with",
    "fill",
    "next",
    "read_line",
    "write_all",
    "flush",
    "kill",
    "wait",
];

/// Methods that take `self` whatever the type, as their names say.
const CONSUMING: &[&str] = &[
    "unwrap",
    "expect",
    "unwrap_or",
    "unwrap_or_else",
    "unwrap_or_default",
    "join",
    "send",
    "finish",
    "build",
    "ok",
    "err",
    "ok_or",
    "ok_or_else",
    "map",
    "map_err",
    "and_then",
    "or",
    "or_else",
    "unwrap_err",
    "expect_err",
    "await",
    "into",
    "try_into",
    "collect",
    "flatten",
    "enumerate",
    "zip",
    "rev",
    "chain",
    "sum",
    "count",
    "last",
    "fold",
    "for_each",
];

/// Whether a method takes the value itself, as far as its name tells.
pub fn consumes(method: &str) -> bool {
    method.starts_with("into_") || CONSUMING.contains(&method)
}

/// Whether a use is a call of a method that takes the value itself, as far as its name tells.
pub fn takes_receiver(file: &File, used: &Use) -> bool {
    let UseKind::MethodReceiver(method) = &used.kind else { return false };
    // `join` of a thread takes nothing but the handle; that of a list takes what to put between.
    let of_thread = || file.method_call_on(used.place.clone()).is_some_and(|call| call.args.is_empty());
    consumes(method) || method == "join" && of_thread()
}

/// Whether a method changes the value, as far as its name tells.
pub fn changes(method: &str) -> bool {
    CHANGING.contains(&method)
}

/// Whether all uses of a name stay good when it becomes a reference.
pub fn suits_reference(case: &Case, file: &File, binding: &Binding) -> bool {
    !binding.mutable && file.uses_of(binding).iter().all(|used| use_suits(case, file, used))
}

/// Whether the value is changed through a name: such a name would have to be a `&mut` reference.
pub fn is_changed(file: &File, binding: &Binding) -> bool {
    file.uses_of(binding).iter().any(|used| match &used.kind {
        UseKind::Write | UseKind::BorrowMut => true,
        UseKind::MethodReceiver(method) => changes(method),
        _ => false,
    })
}

fn use_suits(case: &Case, file: &File, used: &Use) -> bool {
    match &used.kind {
        UseKind::Capture => true,
        UseKind::BorrowShared => true,
        UseKind::MacroArgument(name) => LOOKING_MACROS.contains(&name.as_str()),
        UseKind::MethodReceiver(method) => !takes_receiver(file, used) && !changes(method),
        // A field that is copied out is copied out of a reference as well.
        UseKind::Read | UseKind::CallArgument if used.place != used.range => is_copied(file, &used.place),
        UseKind::CallArgument => file
            .call_with_argument(used.range.clone())
            .is_some_and(|(call, index)| takes_reference(case, file, &call, index)),
        UseKind::Read | UseKind::Write | UseKind::BorrowMut | UseKind::Unread => false,
    }
}

/// Whether a place is a field whose declaration in this file says a type that is copied.
fn is_copied(file: &File, place: &Range<usize>) -> bool {
    let Some(path) = file.field_path(place.clone()) else { return false };
    let Some(name) = path.last() else { return false };
    let named = file.adts().into_iter().flat_map(|adt| adt.fields);
    let mut types = named.filter(|field| field.name.as_ref() == Some(name)).map(|field| field.ty).peekable();
    types.peek().is_some() && types.all(|ty| is_copy_type(file.text(ty)))
}

/// Whether a written type is one of the language's own that are copied.
pub fn is_copy_type(ty: &str) -> bool {
    const NUMBERS: &[&str] = &[
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize", "f32", "f64",
        "bool", "char", "()",
    ];
    NUMBERS.contains(&ty) || ty.starts_with('&') && !ty.starts_with("&mut") && !ty.contains(" mut ")
}

/// Whether a call does as well with a reference as with the value: a function of the crate whose
/// parameter is generic, or one of the standard library that is known for it.
pub fn takes_reference(case: &Case, file: &File, call: &Call, index: usize) -> bool {
    if call.kind == CallKind::Macro {
        return LOOKING_MACROS.contains(&call.name.as_str());
    }
    let functions: Vec<_> = case
        .files
        .crate_files_with(&file.source.name, &format!("fn {}", call.name))
        .into_iter()
        .flat_map(|file| {
            file.functions_named(&call.name).into_iter().map(move |function| (file.clone(), function))
        })
        .filter(|(_, function)| (call.kind == CallKind::Method) == function.self_param.is_some())
        .collect();
    if functions.is_empty() {
        return CONTENT_WITH_REFERENCE.contains(&call.name.as_str()) && !(call.name == "write" && index > 1);
    }
    functions.iter().all(|(file, function)| {
        let Some(ty) = function.params.get(index).and_then(|param| param.ty.clone()) else { return false };
        let ty = file.text(ty);
        let bound = if function.type_params.iter().any(|name| name == ty) {
            bounds_of(file, function, ty)
        } else {
            ty.to_owned()
        };
        const LENIENT: &[&str] = &["AsRef<", "Display", "Debug", "ToString", "Into<String>", "Hash"];
        LENIENT.iter().any(|name| bound.contains(name)) && !bound.contains("'static")
    })
}

/// What the generics and the `where` of a function say of a type parameter.
fn bounds_of(file: &File, function: &Function, name: &str) -> String {
    let ranges = [&function.generics, &function.where_clause];
    let all =
        ranges.into_iter().flatten().map(|range| file.text(range.clone())).collect::<Vec<_>>().join(",");
    let of_name = |part: &&str| {
        part.trim_start_matches(['<', ' ', '\n', '\r'])
            .trim_start_matches("where")
            .trim_start()
            .starts_with(name)
    };
    all.split(',').filter(of_name).collect::<Vec<_>>().join(",")
}

/// Whether the value of an expression is only looked at, so that a reference in its place would do:
/// it is the receiver of a reading method, an argument of a formatting macro, a field is read of
/// it, or its new name suits.
pub fn value_suits_reference(case: &Case, file: &File, expr: Range<usize>) -> bool {
    if let Some(binding) = binding_of_init(file, &expr) {
        return suits_reference(case, file, &binding);
    }
    // The value of a whole statement is dropped at once.
    let statement = file.statement_at(expr.clone());
    if statement.is_some_and(|statement| {
        statement.kind == StatementKind::Expr && statement.expr == Some(expr.clone())
    }) {
        return true;
    }
    let Some(parent) = file.parents(expr.clone()).into_iter().next() else { return false };
    match parent.kind {
        ExprKind::Paren | ExprKind::Try => value_suits_reference(case, file, parent.range),
        ExprKind::MethodCall => match file.method_call_on(expr.clone()) {
            Some(call) => !consumes(&call.name) && !changes(&call.name),
            None => is_lenient_argument(case, file, expr),
        },
        ExprKind::Call | ExprKind::MacroCall => is_lenient_argument(case, file, expr),
        ExprKind::Field => is_copied(file, &parent.range),
        ExprKind::Ref { mutable: false } => true,
        _ => false,
    }
}

fn is_lenient_argument(case: &Case, file: &File, expr: Range<usize>) -> bool {
    file.call_with_argument(expr).is_some_and(|(call, index)| takes_reference(case, file, &call, index))
}

/// The name that `let name = expr;` declares, without a written type.
pub fn binding_of_init(file: &File, expr: &Range<usize>) -> Option<Binding> {
    let statement = file.statement_at(expr.clone())?;
    let StatementKind::Let(declared) = statement.kind else { return None };
    let init = declared.init.clone()?;
    let is_init = init == *expr || file.text(init).trim_matches(['(', ')']) == file.text(expr.clone());
    if !is_init || declared.ty.is_some() {
        return None;
    }
    file.binding(declared.name.as_deref()?, declared.name_range?.start)
}

/// Whether a function changes what a name stands for, or a part of it.
pub fn changes_value(case: &Case, file: &File, binding: &Binding) -> bool {
    file.uses_of(binding).iter().any(|it| match &it.kind {
        UseKind::Write | UseKind::BorrowMut => true,
        UseKind::MethodReceiver(method) if it.place == it.range => {
            let files = case.files.crate_files_with(&file.source.name, &format!("fn {method}"));
            let mut all = files.iter().flat_map(|file| file.functions_named(method));
            all.any(|function| function.self_param.is_some_and(|it| it.reference && it.mutable))
        }
        UseKind::MethodReceiver(method) => CHANGING.contains(&method.as_str()),
        _ => false,
    })
}
