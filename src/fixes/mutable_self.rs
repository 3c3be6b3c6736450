//! Lets a method take `&mut self`: in its trait and all impls of that too, and at its calls.

use std::ops::Range;
use std::rc::Rc;

use super::change::first_part;
use super::mutable_access::Walk;
use super::mutable_methods::is_common;
use crate::fix::Edit;
use crate::syntax::{BindingKind, Call, CallKind, ExprKind, File, Files, Function};

/// Methods of other crates' traits that take `&self`, by trait: there the signature is given.
const GIVEN: &[(&str, &str)] = &[
    ("AsRef", "as_ref"),
    ("Binary", "fmt"),
    ("Borrow", "borrow"),
    ("BuildHasher", "build_hasher"),
    ("Clone", "clone"),
    ("Debug", "fmt"),
    ("Deref", "deref"),
    ("Deserialize", "deserialize"),
    ("Display", "fmt"),
    ("Error", "source"),
    ("Fn", "call"),
    ("From", "from"),
    ("Hash", "hash"),
    ("Hasher", "finish"),
    ("Index", "index"),
    ("LowerHex", "fmt"),
    ("Ord", "cmp"),
    ("PartialEq", "eq"),
    ("PartialEq", "ne"),
    ("PartialOrd", "partial_cmp"),
    ("Serialize", "serialize"),
    ("ToOwned", "to_owned"),
    ("ToString", "to_string"),
    ("UpperHex", "fmt"),
];

/// Where a method is declared.
pub(super) enum Declared {
    /// In an impl of its own: these alone.
    Here,
    /// In a trait of the crate: the trait's declaration and all impls.
    Everywhere(Vec<(Rc<File>, Function)>),
    /// In a trait of another crate.
    Elsewhere,
}

/// The declaration and all definitions of the trait method that a function is, if it is one.
pub(super) fn declared(walk: &Walk, file: &Rc<File>, function: &Function) -> Declared {
    let trait_name = trait_of(file, function);
    let Some(trait_name) = trait_name else { return Declared::Here };
    let files = walk.files.crate_files_with(&file.source.name, &function.name);
    let mut all = Vec::new();
    let mut known = false;
    for file in files {
        for found in file.functions_named(&function.name) {
            if trait_of(&file, &found).as_deref() == Some(trait_name.as_str()) {
                known |= found.in_trait;
                all.push((file.clone(), found));
            }
        }
    }
    if known { Declared::Everywhere(all) } else { Declared::Elsewhere }
}

/// The trait whose method a function is.
pub fn trait_of(file: &File, function: &Function) -> Option<String> {
    if function.in_trait {
        return Some(file.trait_at(function.name_range.clone())?.name);
    }
    if function.in_trait_impl { file.impl_at(function.name_range.clone())?.trait_name } else { None }
}

/// Methods of the standard library's traits that take `&mut self`.
const MUTABLE: &[(&str, &str)] = &[
    ("AddAssign", "add_assign"),
    ("AsMut", "as_mut"),
    ("BitAndAssign", "bitand_assign"),
    ("BitOrAssign", "bitor_assign"),
    ("BorrowMut", "borrow_mut"),
    ("BufRead", "consume"),
    ("BufRead", "fill_buf"),
    ("BufRead", "read_line"),
    ("DerefMut", "deref_mut"),
    ("DivAssign", "div_assign"),
    ("DoubleEndedIterator", "next_back"),
    ("Drop", "drop"),
    ("Extend", "extend"),
    ("Hasher", "write"),
    ("Hasher", "write_u64"),
    ("Hasher", "write_u8"),
    ("IndexMut", "index_mut"),
    ("Iterator", "next"),
    ("Iterator", "nth"),
    ("MulAssign", "mul_assign"),
    ("Read", "read"),
    ("Read", "read_exact"),
    ("Seek", "seek"),
    ("SubAssign", "sub_assign"),
    ("Write", "flush"),
    ("Write", "write"),
    ("Write", "write_all"),
    ("Write", "write_char"),
    ("Write", "write_str"),
];

/// The trait that declares a function with `&mut self`, where its impl has only `&self`.
pub fn trait_asks_for_mut(files: &Files, file: &Rc<File>, function: &Function) -> Option<String> {
    let name = trait_of(file, function).filter(|_| function.in_trait_impl)?;
    if MUTABLE.contains(&(name.as_str(), function.name.as_str())) {
        return Some(name);
    }
    let files = files.crate_files_with(&file.source.name, &name);
    let declared = files.iter().find_map(|file| {
        let mut found = file.functions_named(&function.name).into_iter();
        found.find(|it| it.in_trait && trait_of(file, it).as_ref() == Some(&name))
    });
    let asks = declared?.self_param.is_some_and(|it| it.reference && it.mutable);
    asks.then_some(name)
}

/// Whether a trait of another crate gives a method `&self`.
pub fn is_given(trait_name: &str, method: &str) -> bool {
    GIVEN.contains(&(trait_name, method))
}

/// `&mut self` for `self`, with the calls, and whether one of these is made through a reference, which
/// cannot give the value away. Nothing for a method that returns its value again.
pub fn lend_self(files: &Files, file: &Rc<File>, function: &Function) -> Option<(Vec<Edit>, bool)> {
    let receiver = function.self_param.clone().filter(|it| !it.reference && it.ty.is_none())?;
    let owner = owner(file, function)?;
    let returned = function.return_type.clone().map(|ty| file.text(ty)).unwrap_or_default();
    if function.in_trait
        || function.in_trait_impl
        || names(returned).any(|name| name == "Self" || name == owner)
    {
        return None;
    }
    let mut walk = Walk::new(files);
    walk.telling = false;
    walk.functions.insert((file.source.name.clone(), function.range.start, 0));
    walk.insert(file, receiver.range.start, "&mut ")?;
    let types = [owner];
    let done = walk.calls_of(file, function, &types);
    let through_reference = walk.is_called_through_reference(file, function, &types);
    Some((walk.finish(done).edits?, through_reference))
}

impl Walk<'_> {
    fn is_called_through_reference(&self, file: &Rc<File>, function: &Function, types: &[String]) -> bool {
        let files = self.files.crate_files_with(&file.source.name, &function.name);
        files.iter().any(|file| {
            let receivers = file.calls_named(&function.name).into_iter().filter_map(|call| call.receiver);
            let mut ours = receivers.filter(|it| self.is_of(file, it, types).unwrap_or(false));
            ours.any(|receiver| is_behind_reference(file, receiver))
        })
    }

    /// A method must take `&mut self` instead of `&self`.
    pub(super) fn receiver(&mut self, file: &Rc<File>, function: &Function) -> Option<()> {
        let all = match declared(self, file, function) {
            Declared::Here => vec![(file.clone(), function.clone())],
            Declared::Everywhere(all) => all,
            // The trait of another crate may ask for `&mut self`; its callers then know it.
            Declared::Elsewhere => {
                if is_given(&trait_of(file, function)?, &function.name) {
                    return None;
                }
                self.functions.insert((file.source.name.clone(), function.range.start, 0));
                return self.write_receiver(file, function);
            }
        };
        // Where the declaration has `&mut self` already, the callers know it.
        let asked = all
            .iter()
            .any(|(_, found)| found.in_trait && found.self_param.as_ref().is_some_and(|it| it.mutable));
        let types = all.iter().filter_map(|(file, found)| owner(file, found)).collect::<Vec<_>>();
        let mut news = false;
        for (file, found) in &all {
            news |= self.functions.insert((file.source.name.clone(), found.range.start, 0));
            if found.self_param.as_ref().is_some_and(|it| it.reference && !it.mutable) {
                self.write_receiver(file, found)?;
            }
        }
        if asked || !news {
            return Some(());
        }
        let telling = std::mem::replace(&mut self.telling, false);
        let done = self.calls_of(file, function, &types);
        self.telling = telling;
        done
    }

    fn write_receiver(&mut self, file: &Rc<File>, function: &Function) -> Option<()> {
        let receiver = function.self_param.clone()?;
        if receiver.lifetime.is_some() {
            // `&'a mut self` would lend the value for as long as it exists.
            return None;
        }
        let at = match receiver.ty.and_then(|ty| super::mutable_access::kind(file, ty)) {
            Some(crate::syntax::TypeKind::Reference { inner, .. }) => inner.start,
            _ => receiver.self_token.start,
        };
        self.insert(file, at, "mut ")
    }

    fn calls_of(&mut self, file: &Rc<File>, function: &Function, types: &[String]) -> Option<()> {
        let files = self.files.crate_files_with(&file.source.name, &function.name);
        let alone = !is_common(&function.name)
            && files.iter().all(|file| {
                let found = file.functions_named(&function.name);
                found.iter().filter_map(|found| owner(file, found)).all(|owner| types.contains(&owner))
            });
        for file in files {
            for call in file.calls_named(&function.name) {
                match call.kind {
                    CallKind::Method if call.args.len() == function.params.len() => {
                        let receiver = call.receiver.clone()?;
                        if self.is_of(&file, &receiver, types).unwrap_or(alone) {
                            self.place(&file, receiver)?;
                            self.closure_around(&file, &call);
                        }
                    }
                    // `Type::method(&value)`
                    CallKind::Function if call.args.len() == function.params.len() + 1 => {
                        let path = file.text(call.callee.clone());
                        if types.iter().any(|ty| path == format!("{ty}::{}", function.name)) {
                            self.reference(&file, call.args.first()?.clone())?;
                        }
                    }
                    _ => {}
                }
            }
        }
        Some(())
    }

    /// A closure in a variable that now changes something has to be declared with `mut`.
    fn closure_around(&mut self, file: &Rc<File>, call: &Call) {
        let closure = file.closure_at(call.range.clone());
        let Some(statement) = closure.and_then(|closure| {
            let statement = file.statement_at(closure.range.clone())?;
            match statement.kind {
                crate::syntax::StatementKind::Let(it) if it.init == Some(closure.range) => Some(it),
                _ => None,
            }
        }) else {
            return;
        };
        if let (false, Some(name)) = (statement.mutable, statement.name_range) {
            self.insert(file, name.start, "mut ");
        }
    }

    /// Whether a value has one of these types; nothing where that cannot be told.
    fn is_of(&self, file: &Rc<File>, value: &Range<usize>, types: &[String]) -> Option<bool> {
        let found = type_of(self, file, value.clone(), 0)?;
        let head = head(&found);
        let function = file.function_at(value.clone());
        if let Some(function) = function.filter(|it| it.type_params.iter().any(|param| param == head)) {
            // A type parameter is as good as the traits that it has to have.
            let bounds = [function.generics, function.where_clause];
            let text: String =
                bounds.into_iter().flatten().map(|range| file.text(range).to_owned()).collect();
            return Some(types.iter().any(|ty| names(&text).any(|name| name == ty)));
        }
        Some(
            types
                .iter()
                .any(|ty| ty == head || found.contains("impl ") && names(&found).any(|name| name == ty)),
        )
    }
}

/// Whether the variable that a place begins with is a reference by its declaration.
pub fn is_behind_reference(file: &File, place: Range<usize>) -> bool {
    let Some(root) = file.place_root_range(place) else { return false };
    let Some(binding) = file.binding(file.text(root.clone()), root.start) else { return false };
    let by_self = || file.function_at(binding.name_range.clone()).and_then(|function| function.self_param);
    match binding.kind {
        BindingKind::SelfParam => by_self().is_some_and(|it| it.reference),
        _ => binding.ty.is_some_and(|ty| file.text(ty).starts_with('&')),
    }
}

/// The type or trait that a method belongs to.
fn owner(file: &File, function: &Function) -> Option<String> {
    function.self_param.as_ref()?;
    match function.in_trait {
        true => Some(file.trait_at(function.name_range.clone())?.name),
        false => file.impl_at(function.name_range.clone())?.self_name,
    }
}

/// The names in a type's text.
fn names(ty: &str) -> impl Iterator<Item = &str> {
    ty.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|name| !name.is_empty())
}

/// The name of a type whose methods one can call: `Parser` for `&mut Box<parse::Parser<'_>>`.
fn head(ty: &str) -> &str {
    let mut rest = ty.trim();
    loop {
        let inner = rest.trim_start_matches('&').trim_start();
        let inner = inner
            .strip_prefix("mut ")
            .or(inner.strip_prefix("dyn "))
            .or(inner.strip_prefix("impl "))
            .unwrap_or(inner);
        let inner = match inner.strip_prefix('\'').and_then(|lifetime| lifetime.split_once(' ')) {
            Some((_, after)) => after,
            None => inner,
        };
        let inner =
            ["Box<", "Rc<", "Arc<"].iter().find_map(|pointer| inner.strip_prefix(pointer)).unwrap_or(inner);
        if inner == rest {
            break;
        }
        rest = inner;
    }
    let path = rest.split(['<', '>', ' ', '+', ',']).next().unwrap_or(rest);
    path.rsplit("::").next().unwrap_or(path)
}

/// What is in an `Option`, a `Result`, a cell or a lock.
fn content(ty: &str) -> &str {
    let inner = ["Option<", "Result<", "RefCell<", "Mutex<", "RwLock<"]
        .iter()
        .find_map(|outer| ty.trim().strip_prefix(outer));
    inner.unwrap_or(ty)
}

/// The written type of a value, or the name of the type that makes it, where that is near.
fn type_of(walk: &Walk, file: &Rc<File>, value: Range<usize>, depth: usize) -> Option<String> {
    let expr = file.expr_exactly(value)?;
    if depth > 6 {
        return None;
    }
    match expr.kind {
        ExprKind::Paren | ExprKind::Ref { .. } | ExprKind::Deref | ExprKind::Try => {
            type_of(walk, file, first_part(file, expr.range)?, depth + 1)
        }
        ExprKind::Struct => {
            let path = file.text(expr.range.clone()).split('{').next()?.trim().to_owned();
            if path == "Self" { own_type(file, &expr.range) } else { Some(path) }
        }
        ExprKind::Call => {
            let call = file.call_at(expr.range.clone())?;
            let path = file.text(call.callee).rsplit_once("::").map(|(path, _)| path.to_owned())?;
            let last = path.rsplit("::").next()?.split('<').next()?.to_owned();
            match last.as_str() {
                "Self" => own_type(file, &expr.range),
                _ if last.starts_with(char::is_uppercase) => Some(path),
                _ => None,
            }
        }
        ExprKind::MethodCall => {
            let call = file.call_at(expr.range)?;
            let opens =
                matches!(call.name.as_str(), "unwrap" | "expect" | "borrow" | "borrow_mut" | "lock" | "read");
            let keeps = matches!(call.name.as_str(), "clone" | "as_ref" | "as_mut");
            let found = type_of(walk, file, call.receiver.filter(|_| opens || keeps)?, depth + 1)?;
            Some(if opens { content(&found).to_owned() } else { found })
        }
        ExprKind::Field => {
            let owner = type_of(walk, file, first_part(file, expr.range.clone())?, depth + 1)?;
            let field = file.text(expr.range).rsplit('.').next()?.trim().to_owned();
            let name = names(&owner).last().map(str::to_owned);
            let files = walk.files.crate_files_with(&file.source.name, &field);
            names(&owner).map(str::to_owned).chain(name).find_map(|owner| {
                files.iter().find_map(|file| {
                    let adt = file.adt_named(&owner)?;
                    let found = adt.fields.iter().find(|it| it.name.as_deref() == Some(field.as_str()))?;
                    Some(file.text(found.ty.clone()).to_owned())
                })
            })
        }
        ExprKind::Path => {
            let binding = file.binding(file.text(expr.range.clone()), expr.range.start)?;
            if let Some(ty) = binding.ty {
                let written = file.text(ty).to_owned();
                return Some(if written == "Self" { own_type(file, &binding.name_range)? } else { written });
            }
            if binding.name == "self" {
                return own_type(file, &binding.name_range);
            }
            type_of(walk, file, binding.let_?.init?, depth + 1)
        }
        _ => None,
    }
}

/// What `Self` means at a range.
fn own_type(file: &File, range: &Range<usize>) -> Option<String> {
    match file.impl_at(range.clone()) {
        Some(block) => block.self_name,
        None => Some(file.trait_at(range.clone())?.name),
    }
}
