//! Says that a `dyn` type may borrow, or takes the borrow out of it.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::fixes::promise::{Owner, Promise, holds};
use crate::fixes::share_lifetime::slots;
use crate::fixes::type_lifetime::declare_on_type;
use crate::rule::Case;
use crate::syntax::{ExprKind, File, ScopeKind, TypeKind};

/// Where `+ 'a` is written behind the bounds of each `dyn` type within a range that says nothing
/// about lifetimes and does not stand behind `&`, where it would mean something else.
pub fn open_dyns(file: &File, range: Range<usize>) -> Vec<usize> {
    let types = file.type_refs(range);
    let behind_reference = |inner: &Range<usize>| {
        types.iter().any(|ty| match &ty.kind {
            TypeKind::Reference { inner: found, .. } => found == inner,
            _ => false,
        })
    };
    let open = types.iter().filter_map(|ty| match &ty.kind {
        TypeKind::Dyn { bounds, lifetimes } if lifetimes.is_empty() && !behind_reference(&ty.range) => {
            Some(bounds.end)
        }
        _ => None,
    });
    open.collect()
}

/// `+ '_` or `+ 'a` on the `dyn` type of the result.
pub fn let_result_borrow(promise: &Promise) -> Option<Fix> {
    let (file, function) = (&promise.file, &promise.function);
    let result = function.return_type.clone().filter(|_| !function.in_trait_impl)?;
    let open = open_dyns(file, result);
    let lifetimes: usize =
        function.params.iter().filter_map(|param| param.ty.clone()).map(|ty| slots(file, ty).len()).sum();
    let receiver = function.self_param.as_ref().is_some_and(|receiver| receiver.reference);
    let elides = match promise.have.owner {
        Owner::Receiver => receiver,
        _ => !receiver && lifetimes == 1,
    };
    let mut edits = Vec::new();
    let lifetime = match (promise.have.written(), &promise.have.owner) {
        (Some(name), _) => name.to_owned(),
        (None, _) if elides => "'_".to_owned(),
        (None, Owner::Parameter(index)) => {
            let slot = slots(file, function.params.get(*index)?.ty.clone()?).into_iter().next()?;
            let scopes = file.lifetime_scopes(function.name_range.clone());
            let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Function)?;
            let name = fresh(file, function.name_range.clone());
            edits.push(declaration(file, scope, &name));
            edits.push(Edit::replace(&file.source, slot.range.clone(), slot.named(&name)));
            name
        }
        _ => return None,
    };
    edits.extend(open.iter().map(|at| Edit::insert(&file.source, *at, format!(" + {lifetime}"))));
    (!open.is_empty()).then(|| Fix::new("let-result-borrow", Cost::signature(Deed::Annotate), edits))
}

/// `+ 'a` on the `dyn` types in the fields of the type that a method belongs to, with a lifetime for
/// the type and all its uses.
pub fn let_field_borrow(case: &Case, promise: &Promise) -> Option<Fix> {
    let name = promise.block.as_ref()?.self_name.clone()?;
    let file: &Rc<File> = &promise.file;
    let adt = file.adt_named(&name).filter(|adt| adt.lifetimes.is_empty())?;
    let lifetime = fresh(file, adt.range.clone());
    let open = adt.fields.iter().flat_map(|field| open_dyns(file, field.ty.clone()));
    let mut edits: Vec<Edit> =
        open.map(|at| Edit::insert(&file.source, at, format!(" + {lifetime}"))).collect();
    if edits.is_empty() || !holds(&(0..file.source.text.len()), &adt.range) {
        return None;
    }
    edits.extend(declare_on_type(case, file, &adt, &lifetime));
    Some(Fix::new("let-field-borrow", Cost::signature(Deed::Annotate), edits))
}

/// `Box::new(name.to_owned())` for `Box::new(name)`, where the parameter is a `&str` or a slice.
pub fn own_before_boxing(promise: &Promise) -> Option<Fix> {
    let Owner::Parameter(index) = promise.have.owner else { return None };
    let (file, param) = (&promise.file, promise.function.params.get(index)?);
    let name = param.name.clone()?;
    let ty = file.text(param.ty.clone()?);
    if !(ty.starts_with("&") && (ty.ends_with("str") || ty.ends_with(']'))) {
        return None;
    }
    // In the whole statement, for rustc may point at what the box is assigned to.
    let calls = file.exprs_in(file.statement_at(promise.at.clone())?.range).into_iter();
    let calls = calls.filter(|expr| expr.kind == ExprKind::Call).filter_map(|expr| file.call_at(expr.range));
    let boxes = calls.filter(|call| file.text(call.callee.clone()).ends_with("::new"));
    let argument = boxes.filter_map(|call| call.args.first().cloned()).find(|argument| {
        let is_path = file.expr_exactly(argument.clone()).is_some_and(|expr| expr.kind == ExprKind::Path);
        is_path && file.is_path_named(argument.clone(), &name)
    })?;
    let edit = Edit::insert(&file.source, argument.end, ".to_owned()");
    Some(Fix::new("own-before-boxing", Cost::local(Deed::Clone), vec![edit]))
}

/// The `dyn` type of the result that says nothing about lifetimes, perhaps by another name.
pub fn dyn_of_result(promise: &Promise) -> Option<String> {
    let (file, result) = (&promise.file, promise.function.return_type.clone()?);
    let ends = open_dyns(file, result.clone());
    let types = file.type_refs(result.clone());
    let found = types
        .iter()
        .find(|ty| matches!(&ty.kind, TypeKind::Dyn { bounds, .. } if ends.contains(&bounds.end)));
    let is_named =
        types.iter().any(|ty| matches!(ty.kind, TypeKind::Dyn { .. } | TypeKind::ImplTrait { .. }));
    let says_static = file.lifetimes_in(result.clone()).iter().any(|(_, name)| name == "'static");
    let by_name = || (!is_named && !says_static).then_some(result);
    found.map(|ty| ty.range.clone()).or_else(by_name).map(|range| file.text(range).to_owned())
}
