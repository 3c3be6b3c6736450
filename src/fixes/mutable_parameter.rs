//! Lets a function take `&mut T` instead of `&T`: in its trait and all impls of that too, and at its
//! calls.

use std::rc::Rc;

use super::mutable_access::{Walk, kind};
use super::mutable_self::{Declared, declared};
use crate::fix::Edit;
use crate::syntax::{Call, CallKind, File, Function, TypeKind};

impl Walk<'_> {
    /// The parameter of this index must be a mutable reference.
    pub(super) fn parameter(&mut self, file: &Rc<File>, function: &Function, index: usize) -> Option<()> {
        let all = match declared(self, file, function) {
            Declared::Here => vec![(file.clone(), function.clone())],
            Declared::Everywhere(all) => all,
            Declared::Elsewhere => return None,
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
        if !news {
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
                if self.means(file, function, &other, &call) {
                    self.reference(&other, call.args.get(at)?.clone())?;
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

/// Which argument of a call becomes the parameter of this index.
fn position(function: &Function, call: &Call, index: usize) -> Option<usize> {
    let receiver = usize::from(function.self_param.is_some());
    match call.kind {
        CallKind::Method if receiver == 1 && call.args.len() == function.params.len() => Some(index),
        CallKind::Function if call.args.len() == function.params.len() + receiver => Some(index + receiver),
        _ => None,
    }
}
