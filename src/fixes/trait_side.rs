//! Finds what a trait of the crate says of a method, and makes both sides say the same.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::rule::Case;
use crate::syntax::{File, Function, Impl};

/// A method of an impl, and its declaration in the trait.
#[derive(Clone, Debug)]
pub struct Pair {
    /// The file of the impl.
    pub file: Rc<File>,
    /// The impl.
    pub block: Impl,
    /// The method there.
    pub method: Function,
    /// The file of the trait.
    pub home: Rc<File>,
    /// The declaration there.
    pub declared: Function,
}

impl Pair {
    /// The method at a range and its declaration; nothing where the trait is another crate's.
    pub fn new(case: &Case, file: &Rc<File>, range: Range<usize>) -> Option<Pair> {
        let method = file.function_at(range.clone()).filter(|method| method.in_trait_impl)?;
        let block = file.impl_at(range)?;
        let name = block.trait_name.clone()?;
        let files = case.files.crate_files_with(&file.source.name, &name);
        let (home, declared) = files.into_iter().find_map(|home| {
            let all = home.functions_named(&method.name).into_iter();
            let of_trait = |it: &Function| {
                it.in_trait && home.trait_at(it.range.clone()).is_some_and(|found| found.name == name)
            };
            let declared = all.filter(of_trait).find(|it| it.params.len() == method.params.len())?;
            Some((home, declared))
        })?;
        Some(Pair { file: file.clone(), block, method, home, declared })
    }

    /// The signature of the impl as the trait has it.
    pub fn as_in_trait(&self) -> Option<Fix> {
        let edits = signature_edits((&self.file, &self.method), (&self.home, &self.declared))?;
        Some(Fix::new("write-as-in-trait", Cost::signature(Deed::Annotate), edits))
    }

    /// `&'a mut self`, where the trait says so and the lifetime is one that the impl gives to the trait.
    pub fn self_as_in_trait(&self) -> Option<Fix> {
        let (ours, theirs) = (self.method.self_param.as_ref()?, self.declared.self_param.as_ref()?);
        let (old, new) = (self.file.text(ours.range.clone()), self.home.text(theirs.range.clone()));
        let mut named = self.home.lifetimes_in(theirs.range.clone()).into_iter();
        let known = named.all(|(_, name)| self.block.lifetimes.contains(&name));
        let alike = ours.reference && theirs.reference && ours.mutable == theirs.mutable && old != new;
        if !known || !alike || !self.file.is_editable(ours.range.clone()) {
            return None;
        }
        let edit = Edit::replace(&self.file.source, ours.range.clone(), new);
        Some(Fix::new("self-as-in-trait", Cost::signature(Deed::Annotate), vec![edit]))
    }

    /// The signature of the trait as this impl has it, and that of all other impls. Nothing where it
    /// speaks of what only this impl declares.
    pub fn as_in_impl(&self, case: &Case) -> Option<Fix> {
        let end = self.method.return_type.as_ref().map_or(self.method.params_range.end, |it| it.end);
        let spoken = self.file.lifetimes_in(self.method.name_range.end..end);
        if spoken.iter().any(|(_, name)| self.block.lifetimes.contains(name)) {
            return None;
        }
        let mut edits = signature_edits((&self.home, &self.declared), (&self.file, &self.method))?;
        let name = self.block.trait_name.as_ref()?;
        for file in case.files.crate_files_with(&self.file.source.name, name) {
            for other in file.functions_named(&self.method.name) {
                let same = file.source.name == self.file.source.name && other.range == self.method.range;
                let of_trait =
                    file.impl_at(other.range.clone()).is_some_and(|it| it.trait_name.as_ref() == Some(name));
                if !same && of_trait && other.params.len() == self.method.params.len() {
                    edits.extend(signature_edits((&file, &other), (&self.file, &self.method))?);
                }
            }
        }
        Some(Fix::new("change-trait", Cost::signature(Deed::Annotate), edits).doubtful_if(true))
    }
}

/// A function, and with it all that have to have the same signature: the declaration in a trait and
/// the methods of its impls. Nothing where the trait is another crate's.
pub fn same_signature(
    case: &Case,
    file: &Rc<File>,
    function: &Function,
) -> Option<Vec<(Rc<File>, Function)>> {
    let range = function.range.clone();
    let of_trait = if function.in_trait_impl {
        file.impl_at(range)?.trait_name?
    } else if function.in_trait {
        file.trait_at(range)?.name
    } else {
        return Some(vec![(file.clone(), function.clone())]);
    };
    let mut all = Vec::new();
    let mut declared = false;
    for file in case.files.crate_files_with(&file.source.name, &of_trait) {
        for other in file.functions_named(&function.name) {
            let same_shape = other.params.len() == function.params.len();
            let in_trait = file.trait_at(other.range.clone()).is_some_and(|it| it.name == of_trait);
            let in_impl =
                file.impl_at(other.range.clone()).is_some_and(|it| it.trait_name.as_ref() == Some(&of_trait));
            if same_shape && (in_trait || in_impl) && file.is_editable(other.range.clone()) {
                declared |= in_trait;
                all.push((file.clone(), other));
            }
        }
    }
    declared.then_some(all)
}

/// The edits that give one signature the generics, types and conditions of another; names of
/// parameters stay. Nothing where they have not the same shape.
fn signature_edits(
    (file, target): (&Rc<File>, &Function),
    (model_file, model): (&Rc<File>, &Function),
) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut replace = |range: Range<usize>, text: String| {
        if file.text(range.clone()) != text {
            edits.push(Edit::replace(&file.source, range, text));
        }
    };
    let text = |range: &Option<Range<usize>>| {
        range.clone().map(|range| model_file.text(range).to_owned()).unwrap_or_default()
    };
    let generics = target.generics.clone().unwrap_or(target.name_range.end..target.name_range.end);
    replace(generics, text(&model.generics));
    match (&target.self_param, &model.self_param) {
        (Some(ours), Some(theirs)) => {
            // `mut self` is the body's own affair.
            let (ours_text, theirs_text) = (file.text(ours.range.clone()), text(&Some(theirs.range.clone())));
            if ours_text.trim_start_matches("mut ") != theirs_text {
                replace(ours.range.clone(), theirs_text);
            }
        }
        (None, None) => {}
        _ => return None,
    }
    for (ours, theirs) in target.params.iter().zip(&model.params) {
        replace(ours.ty.clone()?, text(&Some(theirs.ty.clone()?)));
    }
    match (&target.return_type, &model.return_type) {
        (Some(ours), Some(theirs)) => replace(ours.clone(), text(&Some(theirs.clone()))),
        (None, None) => {}
        _ => return None,
    }
    match (&target.where_clause, on_one_line(&text(&model.where_clause)).as_str()) {
        (Some(ours), "") => {
            let start = file.token_before(ours.start).map_or(ours.start, |before| before.end);
            replace(start..ours.end, String::new());
        }
        (Some(ours), theirs) if on_one_line(file.text(ours.clone())) != theirs => {
            replace(ours.clone(), theirs.to_owned());
        }
        (Some(_), _) | (None, "") => {}
        (None, theirs) => {
            let at = target.return_type.as_ref().map_or(target.params_range.end, |result| result.end);
            replace(at..at, format!(" {theirs}"));
        }
    }
    (!edits.is_empty()).then_some(edits)
}

/// A `where` clause as it is written behind a signature.
pub fn on_one_line(clause: &str) -> String {
    clause.split_whitespace().collect::<Vec<_>>().join(" ").trim_end_matches(',').to_owned()
}
