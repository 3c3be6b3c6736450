//! Gives a type a lifetime, and everything in the crate that names the type as well.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use crate::fix::Edit;
use crate::fixes::declare_lifetime::{declaration, fresh, lifetimes_of};
use crate::fixes::tie_result::{Signature, inputs};
use crate::rule::Case;
use crate::syntax::{Adt, ExprKind, File, Function, Impl, ScopeKind, TypeKind, TypeRef};

/// Methods that put their arguments into their receiver.
const STORE: &[&str] = &["push", "push_back", "push_front", "insert", "extend", "replace", "append", "entry"];

/// How many types that hold each other are followed.
const DEPTH: usize = 8;

/// The edits for a lifetime on a type that had none: its declaration, the fields that hold the type
/// itself, other types that hold it, impls and signatures. What is in the fields besides is the
/// caller's to name.
pub fn declare_on_type(case: &Case, file: &Rc<File>, adt: &Adt, lifetime: &str) -> Vec<Edit> {
    let mut work = Work { case, edits: Vec::new(), done: BTreeSet::new() };
    work.declare(file, adt, lifetime, 0);
    work.edits
}

/// The edits that give a type its lifetime in the header of an impl: `'_`, or a name where a method
/// stores what it is lent, or an associated type speaks of it.
pub fn name_in_impl(case: &Case, file: &Rc<File>, block: &Impl, adt: &Adt) -> Vec<Edit> {
    let mut work = Work { case, edits: Vec::new(), done: BTreeSet::new() };
    work.in_impl(file, block, adt);
    work.edits
}

struct Work<'c> {
    case: &'c Case<'c>,
    edits: Vec<Edit>,
    done: BTreeSet<String>,
}

impl Work<'_> {
    fn declare(&mut self, file: &Rc<File>, adt: &Adt, lifetime: &str, depth: usize) {
        if depth > DEPTH || !self.done.insert(adt.name.clone()) {
            return;
        }
        let scopes = file.lifetime_scopes(adt.name_range.clone());
        let Some(scope) = scopes.iter().find(|scope| scope.kind == ScopeKind::Type) else { return };
        self.edits.push(declaration(file, scope, lifetime));
        let files = self.case.files.crate_files_with(&file.source.name, &adt.name);
        // Where another module has a type of this name, only this file is sure to mean this one.
        let alone = files.iter().filter(|file| file.adt_named(&adt.name).is_some()).count() == 1;
        for other in files.iter().filter(|other| alone || other.source.name == file.source.name) {
            self.uses_in(other, adt, lifetime, depth);
        }
    }

    /// All places of a file that name the type without a lifetime.
    fn uses_in(&mut self, file: &Rc<File>, adt: &Adt, lifetime: &str, depth: usize) {
        let text = &file.source.text;
        // Another type of this name is another type.
        let own = file.adt_named(&adt.name).is_none_or(|found| found.range == adt.range);
        if !own || !text.contains(&adt.name) {
            return;
        }
        for used in bare_uses(file, 0..text.len(), &adt.name) {
            // Within a type: that type needs a lifetime too.
            if let Some(outer) = file.adt_at(used.range.clone()) {
                let its = if outer.name == adt.name {
                    Some(lifetime)
                } else {
                    outer.lifetimes.first().map(String::as_str)
                };
                self.edits.push(with_lifetime(file, &used, its.unwrap_or(lifetime)));
                if its.is_none() {
                    self.declare(file, &outer, lifetime, depth + 1);
                }
            }
        }
        for block in file.impls() {
            self.in_impl(file, &block, adt);
        }
        for function in file.functions_in(0..text.len()) {
            // In an impl of the type, the impl decides.
            let decides = file.impl_at(function.range.clone()).is_some_and(|it| decides(file, &it, adt));
            if !decides {
                self.in_result(file, &function, adt, None);
            }
        }
    }

    fn in_impl(&mut self, file: &Rc<File>, block: &Impl, adt: &Adt) {
        let header = block.impl_token.start..block.body.start;
        let bare = bare_uses(file, header, &adt.name);
        let is_own = block.self_name.as_ref() == Some(&adt.name);
        let associated = associated(file, block, adt);
        if bare.is_empty() && associated.is_empty() {
            return;
        }
        let functions = file.functions_in(block.body.clone());
        let stored: Vec<(Function, Vec<Range<usize>>)> = match is_own {
            true => {
                functions.iter().map(|function| (function.clone(), stored(file, function, adt))).collect()
            }
            false => Vec::new(),
        };
        let names_it = !associated.is_empty() || stored.iter().any(|(_, params)| !params.is_empty());
        let scope =
            file.lifetime_scopes(block.impl_token.clone()).into_iter().find(|it| it.kind == ScopeKind::Impl);
        let (Some(scope), true) = (scope, names_it) else {
            // No method speaks of the lifetime.
            self.edits.extend(bare.iter().map(|used| with_lifetime(file, used, "'_")));
            if is_own {
                functions.iter().for_each(|function| self.in_result(file, function, adt, None));
            }
            return;
        };
        let lifetime = block.lifetimes.first().cloned().unwrap_or_else(|| {
            let lifetime = fresh(file, block.impl_token.clone());
            self.edits.push(declaration(file, &scope, &lifetime));
            // A lifetime of an impl belongs to its type.
            let open = file.elided_lifetimes(block.self_type.clone(), &|name| file.lifetimes_of_type(name));
            self.edits.extend(
                open.iter().map(|it| Edit::replace(&file.source, it.range.clone(), it.named(&lifetime))),
            );
            lifetime
        });
        self.edits.extend(bare.iter().chain(&associated).map(|used| with_lifetime(file, used, &lifetime)));
        // What a method of a trait is lent, the trait is told in its header.
        if let Some(of_trait) =
            block.trait_range.clone().filter(|_| stored.iter().any(|(_, it)| !it.is_empty()))
        {
            let lent = file.elided_references(of_trait).into_iter();
            self.edits.extend(lent.map(|at| Edit::insert(&file.source, at, format!("{lifetime} "))));
        }
        for (function, params) in &stored {
            for param in params {
                self.edits.push(Edit::insert(&file.source, param.start, format!("{lifetime} ")));
            }
            let named = !params.is_empty() || !associated.is_empty();
            self.in_result(file, function, adt, named.then_some(lifetime.as_str()));
        }
        if !is_own {
            functions.iter().for_each(|function| self.in_result(file, function, adt, Some(&lifetime)));
        }
    }

    /// The type in the signature of a function: with the lifetime of the impl, or with what elision
    /// says, or with a name through the signature where elision says nothing any longer.
    fn in_result(&mut self, file: &Rc<File>, function: &Function, adt: &Adt, lifetime: Option<&str>) {
        let Some(result) = function.return_type.clone() else { return };
        let bare = bare_uses(file, result.clone(), &adt.name);
        let write =
            |lifetime: &str| bare.iter().map(|used| with_lifetime(file, used, lifetime)).collect::<Vec<_>>();
        if let Some(lifetime) = lifetime {
            self.edits.extend(write(lifetime));
            return;
        }
        if function.self_param.as_ref().is_some_and(|receiver| receiver.reference) {
            self.edits.extend(write("'_"));
            return;
        }
        let declared =
            |name: &str| if self.done.contains(name) { 1 } else { lifetimes_of(self.case, file, name) };
        let inputs = inputs(file, function, &declared);
        let result = file.elided_lifetimes(result, &declared);
        let count = inputs.iter().map(|input| input.elided.len() + input.named.len()).sum::<usize>();
        let edits = match count {
            _ if result.is_empty() => Vec::new(),
            0 => write("'static"),
            1 => write("'_"),
            _ => {
                let signature = Signature { file, function, inputs, result };
                let mut returned = signature.returned();
                if returned.is_empty() {
                    returned = signature.inputs.iter().collect();
                }
                signature.tied_to(&returned).unwrap_or_default()
            }
        };
        self.edits.extend(edits);
    }
}

/// Whether an impl decides about the lifetimes in its functions: that of the type itself, and one
/// with an associated type that speaks of it.
fn decides(file: &File, block: &Impl, adt: &Adt) -> bool {
    block.self_name.as_ref() == Some(&adt.name) || !associated(file, block, adt).is_empty()
}

/// The places in the associated types of an impl that name a type.
fn associated(file: &File, block: &Impl, adt: &Adt) -> Vec<TypeRef> {
    let in_alias = |used: &TypeRef| file.alias_at(used.range.clone()).is_some_and(|alias| alias.associated);
    bare_uses(file, block.body.clone(), &adt.name).into_iter().filter(in_alias).collect()
}

/// The places within a range that name a type and give it no lifetime.
fn bare_uses(file: &File, range: Range<usize>, name: &str) -> Vec<TypeRef> {
    let all = file.type_refs(range).into_iter();
    let bare = all.filter(|ty| match &ty.kind {
        TypeKind::Path { name: found, lifetimes, name_end, .. } => {
            // `T::Item` is a type that belongs to another.
            let before = file.text(ty.range.start..name_end - name.len());
            let of_type =
                before.rsplit("::").nth(1).is_some_and(|outer| outer.trim().starts_with(char::is_uppercase));
            found == name && lifetimes.is_empty() && !of_type
        }
        _ => false,
    });
    bare.filter(|ty| file.is_editable(ty.range.clone())).collect()
}

/// `Parser<'a>` for `Parser`, `Table<'a, T>` for `Table<T>`.
fn with_lifetime(file: &File, used: &TypeRef, lifetime: &str) -> Edit {
    match &used.kind {
        TypeKind::Path { generic_args: Some(arguments), .. } => {
            Edit::insert(&file.source, arguments.start + 1, format!("{lifetime}, "))
        }
        TypeKind::Path { name_end, .. } => Edit::insert(&file.source, *name_end, format!("<{lifetime}>")),
        _ => Edit::insert(&file.source, used.range.end, ""),
    }
}

/// Where a lifetime is written into the reference parameters of a method that go into a value of
/// the type: into `Self { .. }`, `Type { .. }`, or `self.field = ..`.
fn stored(file: &File, function: &Function, adt: &Adt) -> Vec<Range<usize>> {
    let Some(body) = function.body.clone() else { return Vec::new() };
    let mut origins = Vec::new();
    for expr in file.exprs_in(body) {
        let of_type = || {
            let text = file.text(expr.range.clone());
            let head = text.split(['(', '{', ':', '<']).next().unwrap_or_default().trim();
            head == "Self" || head == adt.name
        };
        match expr.kind {
            ExprKind::Struct | ExprKind::Call if of_type() => {
                origins.extend(file.origins(function, expr.range))
            }
            ExprKind::Assign if file.text(expr.range.clone()).starts_with("self.") => {
                let inner = file.exprs_in(expr.range.clone()).into_iter();
                let value =
                    inner.filter(|it| it.range != expr.range).find(|it| it.range.end == expr.range.end);
                origins.extend(value.into_iter().flat_map(|value| file.origins(function, value.range)));
            }
            ExprKind::MethodCall if file.text(expr.range.clone()).starts_with("self.") => {
                let call = file.call_at(expr.range).filter(|call| STORE.contains(&call.name.as_str()));
                let args = call.into_iter().flat_map(|call| call.args);
                origins.extend(args.flat_map(|argument| file.origins(function, argument)));
            }
            _ => {}
        }
    }
    let params = function.params.iter().filter(|param| origins.contains(&param.range));
    let mut places: Vec<Range<usize>> = params
        .filter_map(|param| param.ty.clone())
        .flat_map(|ty| file.elided_references(ty.clone()).into_iter().filter(move |at| *at == ty.start + 1))
        .map(|at| at..at)
        .collect();
    places.dedup();
    places
}
