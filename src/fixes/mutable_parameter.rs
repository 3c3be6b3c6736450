//! Lets a function take `&mut T` instead of `&T`: in its trait and all impls of that too, and at its
//! calls.

use std::ops::Range;
use std::rc::Rc;

use super::borrow_value::reference_named;
use super::mutable_access::{Step, Walk, kind};
use super::mutable_self::{Declared, declared, is_given, trait_asks_for_mut, trait_of};
use crate::fix::Edit;
use crate::syntax::{Call, CallKind, ExprKind, File, Files, Function, TypeKind};

/// Methods of the standard library's traits with a parameter that is a `&mut` reference: its index.
const MUTABLE: &[(&str, &str, usize)] = &[
    ("Binary", "fmt", 0),
    ("BufRead", "read_line", 0),
    ("BufRead", "read_until", 1),
    ("Debug", "fmt", 0),
    ("Display", "fmt", 0),
    ("Future", "poll", 0),
    ("Hash", "hash", 0),
    ("LowerExp", "fmt", 0),
    ("LowerHex", "fmt", 0),
    ("Octal", "fmt", 0),
    ("Pointer", "fmt", 0),
    ("Read", "read", 0),
    ("Read", "read_exact", 0),
    ("Read", "read_to_end", 0),
    ("Read", "read_to_string", 0),
    ("Stream", "poll_next", 0),
    ("UpperExp", "fmt", 0),
    ("UpperHex", "fmt", 0),
];

/// What the trait of a method says about a parameter or about `self`.
#[derive(Clone, Debug)]
pub struct TraitSays {
    /// The trait.
    pub trait_name: String,
    /// Whether it asks for `&mut`; if not, it gives `&`, and that cannot be changed.
    pub mutable: bool,
}

/// What a trait says about the parameter or `self` of a step, as far as that is known.
pub fn trait_says(files: &Files, step: &Step) -> Option<TraitSays> {
    let function = step.file.function_at(step.range.clone())?;
    let index = function.params.iter().position(|param| param.name_range.as_ref() == Some(&step.range));
    let asks = match index {
        Some(index) => trait_asks_for_mut_parameter(files, &step.file, &function, index),
        None => trait_asks_for_mut(files, &step.file, &function),
    };
    if let Some(trait_name) = asks {
        return Some(TraitSays { trait_name, mutable: true });
    }
    let given =
        trait_of(&step.file, &function).filter(|name| index.is_none() && is_given(name, &function.name))?;
    Some(TraitSays { trait_name: given, mutable: false })
}

/// The trait that declares a parameter as `&mut`, where its impl has only `&`.
pub fn trait_asks_for_mut_parameter(
    files: &Files,
    file: &Rc<File>,
    function: &Function,
    index: usize,
) -> Option<String> {
    let name = trait_of(file, function).filter(|_| function.in_trait_impl)?;
    if MUTABLE.contains(&(name.as_str(), function.name.as_str(), index)) {
        return Some(name);
    }
    let files = files.crate_files_with(&file.source.name, &name);
    let asks = files.iter().any(|file| {
        let found = file.functions_named(&function.name).into_iter();
        let mut declared = found.filter(|it| it.in_trait && trait_of(file, it).as_ref() == Some(&name));
        declared.any(|it| {
            let ty = it.params.get(index).and_then(|param| param.ty.clone());
            matches!(ty.and_then(|ty| kind(file, ty)), Some(TypeKind::Reference { mutable: true, .. }))
        })
    });
    asks.then_some(name)
}

impl Walk<'_> {
    /// The parameter of this index must be a mutable reference.
    pub(super) fn parameter(&mut self, file: &Rc<File>, function: &Function, index: usize) -> Option<()> {
        let all = match declared(self, file, function) {
            Declared::Here => vec![(file.clone(), function.clone())],
            Declared::Everywhere(all) => all,
            Declared::Elsewhere => {
                trait_asks_for_mut_parameter(self.files, file, function, index)?;
                vec![(file.clone(), function.clone())]
            }
        };
        let mut news = false;
        for (file, found) in &all {
            news |= self.functions.insert((file.source.name.clone(), found.range.start, index + 1));
            let ty = found.params.get(index)?.ty.clone()?;
            match kind(file, ty.clone())? {
                TypeKind::Reference { mutable: false, inner, .. } => {
                    self.insert(file, inner.start, "mut ")?
                }
                TypeKind::RawPointer => {
                    let word = file.keyword_in(ty, "const").filter(|word| file.is_editable(word.clone()));
                    self.edits.extend(word.map(|word| Edit::replace(&file.source, word, "mut")));
                }
                _ => {}
            }
        }
        // Where the trait has `&mut` already, the callers know it.
        if !news || trait_asks_for_mut_parameter(self.files, file, function, index).is_some() {
            return Some(());
        }
        let telling = std::mem::replace(&mut self.telling, false);
        let done = self.arguments(file, function, index);
        self.telling = telling;
        done
    }

    fn arguments(&mut self, file: &Rc<File>, function: &Function, index: usize) -> Option<()> {
        for other in self.files.crate_files_with(&file.source.name, &function.name) {
            for call in other.calls_named(&function.name) {
                let Some(at) = position(function, &call, index) else { continue };
                let argument = call.args.get(at)?.clone();
                if self.means(file, function, &other, &call) && !is_mutable_reference(&other, &argument) {
                    self.reference(&other, argument)?;
                }
            }
        }
        Some(())
    }

    /// Whether a call of this name means the function. Where several have the name, the path before
    /// it or the file decides.
    fn means(&self, file: &Rc<File>, function: &Function, at: &Rc<File>, call: &Call) -> bool {
        if call.kind == CallKind::Function && at.binding(&call.name, call.callee.start).is_some() {
            // A local closure of the same name.
            return false;
        }
        let path = at.text(call.callee.clone());
        let before = path.rsplit_once("::").map(|(before, _)| before.rsplit("::").next().unwrap_or(before));
        let of_type = before.is_some_and(|name| name.starts_with(char::is_uppercase));
        if call.kind == CallKind::Function && of_type != function.parent.is_some() {
            return false;
        }
        if let (Some(before), Some(block)) =
            (before.filter(|_| of_type), file.impl_at(function.name_range.clone()))
        {
            let own = || at.impl_at(call.callee.clone()).and_then(|block| block.self_name);
            let named = if before == "Self" {
                own()
            } else {
                Some(before.split('<').next().unwrap_or(before).to_owned())
            };
            return named == block.self_name;
        }
        let files = self.files.crate_files_with(&file.source.name, &format!("fn {}", function.name));
        let same = files.iter().flat_map(|file| file.functions_named(&function.name));
        let rivals = same.filter(|other| other.parent.is_some() == function.parent.is_some()).count();
        rivals <= 1 || Rc::ptr_eq(file, at) || function.in_trait || function.in_trait_impl
    }
}

/// Whether an argument is a variable that is declared as a mutable reference, so that it can be lent on.
pub(super) fn is_mutable_reference(file: &File, argument: &Range<usize>) -> bool {
    let is_name = file.expr_exactly(argument.clone()).is_some_and(|expr| expr.kind == ExprKind::Path);
    is_name && reference_named(file, file.text(argument.clone()), argument.start) == Some(true)
}

/// Which argument of a call becomes the parameter of this index.
fn position(function: &Function, call: &Call, index: usize) -> Option<usize> {
    let receiver = usize::from(function.self_param.is_some());
    match call.kind {
        CallKind::Method if receiver == 1 && call.args.len() == function.params.len() => Some(index),
        CallKind::Function if call.args.len() == function.params.len() + receiver => Some(index + receiver),
        _ => None,
    }
}
