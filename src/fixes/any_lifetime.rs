//! Lets a closure, a function or an impl work for any lifetime instead of one.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Label, quoted};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::rule::Case;
use crate::syntax::{Closure, ExprKind, File, Function, ScopeKind, Statement};

/// What is passed where something for any lifetime is asked for.
#[derive(Debug)]
pub enum Callback {
    /// A closure.
    Closure {
        /// The file.
        file: Rc<File>,
        /// The closure.
        closure: Closure,
        /// The variable that it is in.
        name: Option<String>,
        /// The statement that makes that variable, and the only place that uses it.
        only_use: Option<(Statement, Range<usize>)>,
        /// The types of its parameters, as rustc knows them.
        params: Vec<String>,
        /// Whether it returns a reference, as far as rustc knows.
        returns_reference: bool,
        /// Whether an async block lies between the closure and what asks for any lifetime.
        in_task: bool,
    },
    /// A function of the crate.
    Function {
        /// The file.
        file: Rc<File>,
        /// The function.
        function: Function,
        /// Where its name is passed, in the file that rustc points into.
        passed: (Rc<File>, Range<usize>),
    },
}

impl Callback {
    /// What is passed at a place that rustc points at.
    pub fn find(case: &Case, file: &Rc<File>, used: &Label) -> Option<Callback> {
        let range = used.span.range();
        let notes = case.diagnostic.notes.iter();
        let signature = notes.clone().find(|note| note.text.starts_with("closure with signature"));
        let signature = signature.and_then(|note| quoted(&note.text).first().copied());
        let params = signature.map(arguments).unwrap_or_default();
        let returns_reference = signature.is_some_and(|ty| ty.contains("-> &"));
        let fits = |closure: &Closure| params.is_empty() || closure.params.len() == params.len();
        let call = file.call_at(range.clone());
        let args = call.map(|call| call.args).unwrap_or_else(|| vec![range.clone()]);
        for argument in args {
            let Some(expr) = file.expr_exactly(argument.clone()) else { continue };
            match expr.kind {
                ExprKind::Closure => {
                    let closure = file.closure_at(argument).filter(fits)?;
                    let file = file.clone();
                    return Some(Callback::Closure {
                        file,
                        closure,
                        name: None,
                        only_use: None,
                        params,
                        returns_reference,
                        in_task: false,
                    });
                }
                ExprKind::Path => {
                    let name = file.text(argument.clone()).to_owned();
                    if let Some(found) = of_variable(file, &name, &argument, &params, returns_reference) {
                        return Some(found);
                    }
                    if let Some(function) = of_function(case, file, &name, &argument) {
                        return Some(function);
                    }
                }
                _ => {}
            }
        }
        // A task asks for it, and the closure is somewhere in it.
        let mut inside =
            file.closures_in(range.clone()).into_iter().filter(|it| signature.is_some() && fits(it));
        let open = inside.find(|it| it.params.iter().any(|param| param.ty.is_none()));
        let in_task = open.as_ref().is_some_and(|it| file.async_block_at(it.range.clone()).is_some());
        let file = file.clone();
        open.map(|closure| Callback::Closure {
            file,
            closure,
            name: None,
            only_use: None,
            params,
            returns_reference,
            in_task,
        })
    }

    /// The file that it is in.
    pub fn file(&self) -> &Rc<File> {
        match self {
            Callback::Closure { file, .. } | Callback::Function { file, .. } => file,
        }
    }

    /// Whether only Rust's look at a task needs the closure to work for any lifetime.
    pub fn is_async_limit(&self) -> bool {
        matches!(self, Callback::Closure { in_task: true, .. })
    }

    /// Where its signature says `'static`.
    pub fn static_lifetimes(&self) -> impl Iterator<Item = Range<usize>> {
        let (file, ranges) = match self {
            Callback::Closure { file, closure, .. } => {
                let result = closure.return_type.clone();
                (file, [Some(closure.bars.clone()), result])
            }
            Callback::Function { file, function, .. } => {
                (file, [Some(function.params_range.clone()), function.return_type.clone()])
            }
        };
        let all: Vec<_> = ranges.into_iter().flatten().flat_map(|range| file.lifetimes_in(range)).collect();
        all.into_iter().filter(|(_, name)| name == "'static").map(|(range, _)| range)
    }

    /// The ways to let it work for any lifetime.
    pub fn ways(&self) -> Vec<Fix> {
        let mut fixes: Vec<Fix> = self.without_static().into_iter().collect();
        if let Callback::Closure { file, closure, only_use, params, returns_reference, in_task, .. } = self {
            // A task asks of the closure what no type of a parameter says, and a result that is tied to
            // its argument is known only where the closure is passed.
            let typed = with_types(file, closure, params).filter(|_| !in_task);
            fixes.extend(typed.map(|fix| fix.doubtful_if(*returns_reference)));
            fixes.extend(only_use.as_ref().and_then(|(made, used)| in_place(file, closure, made, used)));
        }
        if let Callback::Function { function, passed: (file, at), .. } = self {
            fixes.extend(in_closure(file, function, at));
        }
        fixes
    }

    /// `&str` for `&'static str`.
    fn without_static(&self) -> Option<Fix> {
        let file = self.file();
        let edits: Option<Vec<Edit>> = self
            .static_lifetimes()
            .map(|range| {
                let behind_amp = file.text(0..range.start).ends_with('&');
                let next = file.token_after(range.end)?.start;
                Some(match behind_amp {
                    true => Edit::delete(&file.source, range.start..next),
                    false => Edit::replace(&file.source, range, "'_"),
                })
            })
            .collect();
        let edits = edits.filter(|edits| !edits.is_empty())?;
        let scope = match self {
            Callback::Closure { .. } => Cost::local(Deed::Annotate),
            Callback::Function { .. } => Cost::signature(Deed::Annotate),
        };
        Some(Fix::new("take-any-reference", scope, edits))
    }
}

/// A closure in a variable.
fn of_variable(
    file: &Rc<File>,
    name: &str,
    at: &Range<usize>,
    params: &[String],
    returns_reference: bool,
) -> Option<Callback> {
    let binding = file.binding(name, at.start)?;
    let made = binding.let_.clone()?;
    let init = made.init.clone()?;
    let closure = file.closure_at(init.clone()).filter(|closure| closure.range == init)?;
    let uses = file.uses_of(&binding);
    let only_use = match uses.as_slice() {
        [_] => file.statement_at(made.range.clone()).map(|statement| (statement, at.clone())),
        _ => None,
    };
    let params = params.to_vec();
    let name = Some(name.to_owned());
    Some(Callback::Closure {
        file: file.clone(),
        closure,
        name,
        only_use,
        params,
        returns_reference,
        in_task: false,
    })
}

/// A function of the crate, by a name that only one has.
fn of_function(case: &Case, here: &Rc<File>, path: &str, at: &Range<usize>) -> Option<Callback> {
    let name = path.rsplit("::").next()?.trim();
    let files = case.files.crate_files_with(&here.source.name, &format!("fn {name}"));
    let mut all = files.into_iter().flat_map(|file| {
        let named = file.functions_named(name).into_iter();
        named.map(|function| (file.clone(), function)).collect::<Vec<_>>()
    });
    let (file, function) = all.next().filter(|_| all.next().is_none())?;
    (!function.in_trait && !function.in_trait_impl && file.is_editable(function.range.clone()))
        .then(|| Callback::Function { file, function, passed: (here.clone(), at.clone()) })
}

/// `|line: &str|` for `|line|`: with a `&` in it, the type is that of any reference.
fn with_types(file: &Rc<File>, closure: &Closure, params: &[String]) -> Option<Fix> {
    let mut edits = Vec::new();
    for (param, ty) in closure.params.iter().zip(params).filter(|(param, _)| param.ty.is_none()) {
        // A type that nobody can write, or that rustc has shortened.
        if !ty.starts_with('&') || ["{", "...", "impl "].iter().any(|odd| ty.contains(odd)) {
            continue;
        }
        edits.push(Edit::insert(&file.source, param.pattern.end, format!(": {ty}")));
    }
    (!edits.is_empty()).then(|| Fix::new("say-the-type", Cost::local(Deed::Annotate), edits))
}

/// `|text| Words::count(text)` for `Words::count`: each call then picks a lifetime of its own.
fn in_closure(file: &Rc<File>, function: &Function, at: &Range<usize>) -> Option<Fix> {
    let names: Option<Vec<&str>> = function.params.iter().map(|param| param.name.as_deref()).collect();
    let names = names.filter(|names| !names.is_empty() && function.self_param.is_none())?.join(", ");
    let call = format!("|{names}| {}({names})", file.text(at.clone()));
    let edit = Edit::replace(&file.source, at.clone(), call);
    Some(Fix::new("call-in-closure", Cost::local(Deed::Restructure), vec![edit]))
}

/// The closure itself where its variable stood: the place that calls it then says what it has to be.
fn in_place(file: &Rc<File>, closure: &Closure, made: &Statement, used: &Range<usize>) -> Option<Fix> {
    let code = file.text(closure.range.clone());
    // With its line, and all lines between stay.
    let next = file.token_after(made.range.end)?.start;
    if !file.is_editable(made.range.clone()) || next > used.start {
        return None;
    }
    let edits = vec![
        Edit::delete(&file.source, made.range.start..next),
        Edit::replace(&file.source, used.clone(), code),
    ];
    Some(Fix::new("write-closure-in-place", Cost::local(Deed::Reorder), edits))
}

/// `impl<'a> Handler<&'a str> for T` for `impl Handler<&'static str> for T`.
pub fn impl_for_any(case: &Case, file: &Rc<File>, of_trait: &str) -> Vec<Fix> {
    let of_trait = of_trait.rsplit("::").next().unwrap_or_default();
    let mut fixes = Vec::new();
    for file in case.files.crate_files_with(&file.source.name, of_trait) {
        for block in file.impls().into_iter().filter(|it| it.trait_name.as_deref() == Some(of_trait)) {
            let header = block.impl_token.start..block.body.start;
            let named = file.lifetimes_in(header.clone()).into_iter();
            let named: Vec<_> = named.filter(|(_, name)| name == "'static").collect();
            let scopes = file.lifetime_scopes(block.impl_token.clone());
            let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Impl);
            let (Some(scope), false) = (scope, named.is_empty() || !file.is_editable(header)) else {
                continue;
            };
            let lifetime = fresh(&file, block.impl_token.clone());
            let mut edits = vec![declaration(&file, scope, &lifetime)];
            edits.extend(
                named.iter().map(|(range, _)| Edit::replace(&file.source, range.clone(), &*lifetime)),
            );
            // The methods speak of it as well.
            for function in file.functions_in(block.body.clone()) {
                let params = file.lifetimes_in(function.params_range.clone()).into_iter();
                let params = params.filter(|(_, name)| name == "'static");
                edits.extend(params.map(|(range, _)| Edit::replace(&file.source, range, &*lifetime)));
            }
            fixes.push(Fix::new("impl-for-any", Cost::signature(Deed::Annotate), edits));
        }
    }
    fixes
}

/// `fn show<'a, T: Shown<'a>>` for `fn show<T: for<'a> Shown<'a>>`: the function that asks for any lifetime
/// asks for one of the caller's choice.
pub fn bound_for_one(case: &Case, file: &Rc<File>, used: &Label, of_trait: &str) -> Option<Fix> {
    let name = file.call_at(used.span.range())?.name;
    let files = case.files.crate_files_with(&file.source.name, &format!("fn {name}"));
    let mut all = files.into_iter().flat_map(|file| {
        let named = file.functions_named(&name).into_iter();
        named.map(|function| (file.clone(), function)).collect::<Vec<_>>()
    });
    let (file, function) = all.next().filter(|_| all.next().is_none())?;
    let spots = [function.generics.clone(), function.where_clause.clone()];
    let bound = spots.into_iter().flatten().find_map(|range| {
        let text = file.text(range.clone());
        let start = text.find("for<'")?;
        let close = start + text[start..].find('>')?;
        let lifetime = text[start + "for<".len()..close].to_owned();
        let rest = &text[close + 1..];
        let trait_at = close + 1 + (rest.len() - rest.trim_start().len());
        let of_this = text[trait_at..].starts_with(of_trait) && !lifetime.contains(',');
        of_this.then(|| (range.start + start..range.start + trait_at, lifetime))
    });
    let (binder, lifetime) = bound?;
    let scopes = file.lifetime_scopes(function.name_range.clone());
    let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Function)?;
    if !file.is_editable(binder.clone()) || function.lifetimes.contains(&lifetime) {
        return None;
    }
    let edits = vec![declaration(&file, scope, &lifetime), Edit::delete(&file.source, binder)];
    Some(Fix::new("ask-for-one-lifetime", Cost::signature(Deed::Annotate), edits).with("callee", name))
}

/// The types of the arguments in `fn(&'2 str, u8) -> &str`, without lifetimes of rustc's.
fn arguments(signature: &str) -> Vec<String> {
    let Some((_, rest)) = signature.split_once("fn(") else { return Vec::new() };
    let mut all = Vec::new();
    let mut depth = 0;
    let mut current = String::new();
    for c in rest.chars() {
        match c {
            '(' | '<' | '[' => depth += 1,
            ')' if depth == 0 => break,
            ')' | '>' | ']' => depth -= 1,
            _ => {}
        }
        if c == ',' && depth == 0 {
            all.push(std::mem::take(&mut current));
        } else {
            current.push(c);
        }
    }
    all.push(current);
    all.iter().map(|ty| without_numbers(ty.trim())).filter(|ty| !ty.is_empty()).collect()
}

/// `&str` for `&'2 str`.
fn without_numbers(ty: &str) -> String {
    let mut pieces = ty.split("&'");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        out.push('&');
        match piece.split_once(' ') {
            Some((name, rest)) if name.chars().all(|c| c.is_ascii_digit()) => out.push_str(rest),
            _ => {
                out.push('\'');
                out.push_str(piece);
            }
        }
    }
    out
}
