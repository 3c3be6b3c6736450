//! A method of the crate's own that a call means, and what its definition says.

use std::ops::Range;
use std::rc::Rc;

use super::words;
use crate::rule::Case;
use crate::syntax::{Call, CallKind, ExprKind, File, Function, StatementKind, TypeKind};

/// Methods that so many types have that a name alone does not say whose it is.
const COMMON: &[&str] = &[
    "append",
    "as_mut",
    "as_ref",
    "as_slice",
    "as_str",
    "borrow",
    "borrow_mut",
    "bytes",
    "chars",
    "clear",
    "clone",
    "contains",
    "contains_key",
    "drain",
    "entry",
    "extend",
    "find",
    "first",
    "first_mut",
    "get",
    "get_mut",
    "insert",
    "into_iter",
    "is_empty",
    "iter",
    "iter_mut",
    "keys",
    "last",
    "last_mut",
    "len",
    "lines",
    "lock",
    "map",
    "new",
    "next",
    "peek",
    "pop",
    "push",
    "push_back",
    "push_str",
    "read",
    "remove",
    "retain",
    "sort",
    "split",
    "swap",
    "take",
    "trim",
    "truncate",
    "unwrap",
    "values",
    "values_mut",
    "write",
];

/// A call and the function that it calls.
pub struct Callee {
    /// The call.
    pub call: Call,
    /// The file of the definition.
    pub file: Rc<File>,
    /// The definition.
    pub function: Function,
}

impl Callee {
    /// The definition of a called method, where the code says which one it is.
    pub fn find(case: &Case, file: &Rc<File>, call: &Call) -> Option<Callee> {
        if call.kind != CallKind::Method {
            return None;
        }
        let receiver = call.receiver.clone()?;
        let owner = type_name(file, receiver);
        let mut found = Vec::new();
        for file in case.files.crate_files_with(&file.source.name, &format!("fn {}", call.name)) {
            for function in file.functions_named(&call.name) {
                let of = file.impl_at(function.name_range.clone()).and_then(|of| of.self_name);
                let fits = match (&owner, of) {
                    (Some(owner), Some(of)) => *owner == of,
                    (None, _) => !COMMON.contains(&call.name.as_str()),
                    // The default method of a trait.
                    (Some(_), None) => !COMMON.contains(&call.name.as_str()),
                };
                if fits && function.self_param.is_some() {
                    found.push((file.clone(), function));
                }
            }
        }
        // Two methods of one name leave open which is meant.
        if found.len() != 1 {
            return None;
        }
        let (file, function) = found.pop()?;
        Some(Callee { call: call.clone(), file, function })
    }

    /// The definition of a called function, where only one has its name, and it hands out something
    /// that may point into this argument.
    pub fn of_function(case: &Case, file: &Rc<File>, call: &Call, argument: usize) -> Option<Callee> {
        if call.kind != CallKind::Function {
            return None;
        }
        let path = file.text(call.callee.clone());
        let owner = path.rsplit_once("::").and_then(|(owner, _)| words(owner.split('<').next()?).last());
        let mut found = Vec::new();
        for file in case.files.crate_files_with(&file.source.name, &format!("fn {}", call.name)) {
            for function in file.functions_named(&call.name) {
                let of = file.impl_at(function.name_range.clone()).and_then(|of| of.self_name);
                let fits = match (owner, of) {
                    (Some(owner), Some(of)) => owner == of || owner == "Self",
                    (Some(owner), None) => !owner.starts_with(char::is_uppercase),
                    (None, of) => of.is_none(),
                };
                if fits && function.self_param.is_none() {
                    found.push((file.clone(), function));
                }
            }
        }
        if found.len() != 1 {
            return None;
        }
        let (file, function) = found.pop()?;
        let callee = Callee { call: call.clone(), file, function };
        callee.result_is_tied_to(argument).then_some(callee)
    }

    /// Whether the signature says that the result may point into an argument.
    fn result_is_tied_to(&self, argument: usize) -> bool {
        let types: Vec<Range<usize>> =
            self.function.params.iter().filter_map(|param| param.ty.clone()).collect();
        let (Some(ty), Some(result)) = (types.get(argument), self.function.return_type.clone()) else {
            return false;
        };
        let names = |range: Range<usize>| -> Vec<String> {
            self.file
                .lifetimes_in(range)
                .into_iter()
                .map(|(_, name)| name)
                .filter(|name| name != "'_")
                .collect()
        };
        let returned = names(result);
        if !returned.is_empty() {
            return names(ty.clone()).iter().any(|name| returned.contains(name));
        }
        // Without names, the only reference among the parameters counts.
        let references = |ty: &Range<usize>| {
            self.file.text(ty.clone()).contains('&') || self.file.text(ty.clone()).contains("'_")
        };
        self.returns_a_borrow() && references(ty) && types.iter().filter(|ty| references(ty)).count() == 1
    }

    /// `fn get(&mut self) -> &mut Slot`.
    pub fn signature(&self) -> String {
        let end = self.function.return_type.clone().map_or(self.function.params_range.end, |ty| ty.end);
        self.file.text(self.function.fn_token.start..end).to_owned()
    }

    /// Whether the result may refer to something.
    pub fn returns_a_borrow(&self) -> bool {
        let Some(ty) = self.function.return_type.clone() else { return false };
        if !self.file.elided_references(ty.clone()).is_empty()
            || !self.file.lifetimes_in(ty.clone()).is_empty()
        {
            return true;
        }
        self.file.type_refs(ty).iter().any(|ty| {
            matches!(&ty.kind, TypeKind::Path { name, .. } if self.file.adt_named(name).is_some_and(|adt| !adt.lifetimes.is_empty()))
        })
    }

    /// The fields of `self` that the body names; nothing where it uses `self` as a whole (or calls a
    /// method on it), so that nobody can tell.
    pub fn fields_used(&self) -> Option<Vec<String>> {
        let body = self.function.body.clone()?;
        let uses = self.file.uses("self", body);
        let mut fields = Vec::new();
        for used in uses {
            let after =
                self.file.text(used.range.end..self.function.range.end).trim_start().strip_prefix('.')?;
            let name = words(after).next()?.to_owned();
            let end = after.trim_start().get(name.len()..).unwrap_or_default().trim_start();
            // `self.name(..)` is a method, which may use every field.
            if end.starts_with('(') || end.starts_with("::") {
                return None;
            }
            fields.push(name);
        }
        Some(fields)
    }

    /// Whether the body surely uses no part of `self.field` (or deeper), as far as the code shows.
    pub fn leaves_alone(&self, lent: &str, receiver: &str) -> bool {
        let field = lent
            .strip_prefix(receiver)
            .and_then(|rest| rest.strip_prefix('.'))
            .and_then(|rest| words(rest).next());
        let Some(field) = field else { return false };
        self.fields_used().is_some_and(|used| used.iter().all(|name| name != field))
    }

    /// The field that a getter hands out and nothing else: `name` for `fn name(&self) -> &str { &self.name }`.
    pub fn only_field(&self) -> Option<String> {
        let expr = self.only_expr()?;
        let text = self.file.text(expr.clone());
        let place = text.strip_prefix('&').unwrap_or(text).trim();
        let place = place.strip_prefix("mut ").unwrap_or(place).trim();
        let field = place.strip_prefix("self.")?;
        super::is_name(field).then(|| field.to_owned())
    }

    /// The one field that the body names, where it names no other and uses `self` in no other way.
    pub fn sole_field(&self) -> Option<String> {
        let mut fields = self.fields_used()?;
        fields.dedup();
        let [field] = fields.as_slice() else { return None };
        Some(field.clone())
    }

    /// The body, where it is one expression or one statement, without a `;`.
    pub fn only_expr(&self) -> Option<Range<usize>> {
        let block = self.file.block_of(self.function.body.clone()?)?;
        let [statement] = block.statements.as_slice() else { return None };
        match statement.kind {
            StatementKind::Expr | StatementKind::Tail => statement.expr.clone(),
            _ => None,
        }
    }
}

/// The name of a place's type, where it is written somewhere near.
pub(super) fn type_name(file: &File, place: Range<usize>) -> Option<String> {
    let path = file.field_path(place.clone())?;
    let (root, fields) = path.split_first()?;
    let mut name = if root == "self" {
        file.impl_at(place).and_then(|of| of.self_name)?
    } else {
        let binding = file.binding(root, place.start)?;
        let init = binding.let_.as_ref().and_then(|let_| let_.init.clone());
        let written = binding.ty.clone().and_then(|ty| named_type(file, ty));
        written.or_else(|| constructed(file, init?))?
    };
    for field in fields {
        let adt = file.adt_named(&name)?;
        let ty = adt.fields.iter().find(|known| known.name.as_ref() == Some(field))?.ty.clone();
        name = named_type(file, ty)?;
    }
    Some(name)
}

/// `Parser` for `&'a mut Parser<'a>`.
fn named_type(file: &File, ty: Range<usize>) -> Option<String> {
    match file.type_at(ty)?.kind {
        TypeKind::Reference { inner, .. } => named_type(file, inner),
        TypeKind::Path { name, .. } => Some(name),
        _ => None,
    }
}

/// `Parser` for `Parser { .. }` and `Parser::new(..)`.
fn constructed(file: &File, init: Range<usize>) -> Option<String> {
    let text = file.text(init.clone());
    match file.expr_exactly(init.clone())?.kind {
        ExprKind::Struct => words(text.split('{').next()?).last().map(str::to_owned),
        ExprKind::Call => {
            let call = file.call_at(init)?;
            let path = file.text(call.callee);
            let owner = path.rsplit_once("::")?.0;
            words(owner.split('<').next()?)
                .last()
                .filter(|name| name.starts_with(char::is_uppercase))
                .map(str::to_owned)
        }
        ExprKind::Ref { .. } => constructed(file, super::bare(file, init)),
        _ => None,
    }
}

/// Whether a place has a type of the file that can be cloned.
pub(crate) fn is_clone(file: &File, place: Range<usize>) -> bool {
    let Some(name) = type_name(file, place) else { return false };
    let derived = file.adt_named(&name).is_some_and(|adt| adt.derives.iter().any(|known| known == "Clone"));
    let written = file.impls().iter().any(|of| {
        of.trait_name.as_deref() == Some("Clone") && of.self_name.as_deref() == Some(name.as_str())
    });
    derived || written
}
