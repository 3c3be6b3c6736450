//! Gives a method the lifetimes that its trait declares, or the trait those of the method.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::share_lifetime::slots;
use crate::rule::Case;
use crate::syntax::{File, Function, Impl};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

/// A method in an impl, and its declaration where the trait is the crate's.
#[derive(Debug)]
pub struct Pair {
    file: Rc<File>,
    /// The method in the impl.
    pub function: Function,
    block: Impl,
    /// The file of the trait, and the method in it.
    pub declared: Option<(Rc<File>, Function)>,
}

impl Pair {
    /// Finds the trait's declaration.
    pub fn new(case: &Case, file: Rc<File>, function: Function, block: Impl) -> Pair {
        let of_trait = block.trait_name.clone().unwrap_or_default();
        let files = case.files.crate_files_with(&file.source.name, &format!("trait {of_trait}"));
        let mut all = files.into_iter().flat_map(|file| {
            let named = file.functions_named(&function.name).into_iter().filter(|it| {
                it.in_trait && file.trait_at(it.range.clone()).is_some_and(|found| found.name == of_trait)
            });
            named.map(|it| (file.clone(), it)).collect::<Vec<_>>()
        });
        let declared = all.next();
        Pair { file, function, block, declared }
    }

    /// The trait's lifetimes in the method, the method's in the trait, or none at all.
    pub fn ways(&self) -> Vec<Fix> {
        let mut fixes = Vec::new();
        if let Some((theirs, declared)) = &self.declared {
            let renamed = self.renamed(theirs, declared);
            let ours = (self.file.as_ref(), &self.function);
            let there = (theirs.as_ref(), declared);
            let copy = copied(there, ours, &renamed);
            let copy = copy.map(|edits| Fix::new("copy-the-traits-lifetimes", COST, edits));
            fixes.extend(copy.map(|fix| fix.doubtful_if(self.returns_as_written())));
            let back: Vec<_> = renamed.into_iter().map(|(from, to)| (to, from)).collect();
            let editable = theirs.is_editable(declared.name_range.clone());
            let edits = copied(ours, there, &back).filter(|_| editable && self.could_stand_in_trait(&back));
            fixes.extend(edits.map(|edits| Fix::new("let-the-trait-say-so", COST, edits)));
        }
        let bare = self.without_names().map(|fix| fix.doubtful_if(self.declared.is_some()));
        let known = bare.as_ref().is_some_and(|bare| fixes.iter().any(|fix| fix.edits == bare.edits));
        fixes.extend(bare.filter(|_| !known));
        fixes
    }

    /// Whether the trait knows every lifetime that the method names: not those of the impl alone.
    fn could_stand_in_trait(&self, renamed: &[(String, String)]) -> bool {
        let named = self.file.lifetimes_in(self.function.range.start..self.function.params_range.end);
        named
            .iter()
            .map(|(_, name)| name)
            .all(|name| !self.block.lifetimes.contains(name) || renamed.iter().any(|(from, _)| from == name))
    }

    /// Whether the body returns what a parameter lends, just as its own signature says.
    fn returns_as_written(&self) -> bool {
        let names = |range: Range<usize>| {
            self.file.lifetimes_in(range).into_iter().map(|(_, name)| name).collect::<Vec<_>>()
        };
        let result = names(self.function.return_type.clone().unwrap_or_default());
        let values = self.file.returned_exprs(&self.function).into_iter();
        let origins: Vec<_> = values.flat_map(|value| self.file.origins(&self.function, value)).collect();
        let mut params = self.function.params.iter().filter(|param| origins.contains(&param.range));
        params.any(|param| names(param.range.clone()).iter().any(|name| result.contains(name)))
    }

    /// `impl<'a> Access<&'a f64>` for `impl<'a> Access<&f64>`, and the same in the method's result: it then
    /// points into the data of the type and not into `self`.
    pub fn named_in_header(&self) -> Vec<Fix> {
        let header = slots(&self.file, self.block.trait_range.clone().unwrap_or_default());
        let result = slots(&self.file, self.function.return_type.clone().unwrap_or_default());
        if header.is_empty() || result.is_empty() {
            return Vec::new();
        }
        let lifetimes = self.block.lifetimes.iter();
        lifetimes
            .map(|lifetime| {
                let all = header.iter().chain(&result);
                let edits =
                    all.map(|it| Edit::replace(&self.file.source, it.range.clone(), it.named(lifetime)));
                Fix::new("name-in-header", COST, edits.collect()).with("lifetime", lifetime)
            })
            .collect()
    }

    /// What the lifetimes of the trait are called in the impl.
    fn renamed(&self, theirs: &File, declared: &Function) -> Vec<(String, String)> {
        let of_trait = theirs.trait_at(declared.range.clone()).map(|it| it.lifetimes).unwrap_or_default();
        let given = self.file.lifetimes_in(self.block.trait_range.clone().unwrap_or_default());
        of_trait.into_iter().zip(given.into_iter().map(|(_, name)| name)).collect()
    }

    /// The signature without the lifetimes that it declares itself, and without `'static`.
    fn without_names(&self) -> Option<Fix> {
        let (file, function) = (&self.file, &self.function);
        let mut edits = Vec::new();
        let spots = [Some(function.params_range.clone()), function.return_type.clone()];
        let of_block = &self.block.lifetimes;
        for (range, name) in spots.into_iter().flatten().flat_map(|range| file.lifetimes_in(range)) {
            if name == "'_" || of_block.contains(&name) {
                continue;
            }
            let behind_amp = file.text(0..range.start).ends_with('&');
            let next = file.token_after(range.end)?.start;
            edits.push(match behind_amp {
                true => Edit::delete(&file.source, range.start..next),
                false => Edit::replace(&file.source, range, "'_"),
            });
        }
        // With types among them, the list stays.
        match &function.generics {
            Some(list) if function.type_params.is_empty() && function.where_clause.is_none() => {
                edits.push(Edit::delete(&file.source, list.clone()));
            }
            Some(_) => return None,
            None => {}
        }
        (!edits.is_empty()).then(|| Fix::new("leave-the-names-out", COST, edits))
    }
}

/// The edits that give the types of the second signature the lifetimes of the first. Nothing where
/// they differ in more than lifetimes.
fn copied(
    (from_file, from): (&File, &Function),
    (to_file, to): (&File, &Function),
    renamed: &[(String, String)],
) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    let mut copy = |source: Range<usize>, target: Range<usize>| {
        let (text, old) = (with_names(from_file, source.clone(), renamed), to_file.text(target.clone()));
        let same = bare(from_file, source) == bare(to_file, target.clone());
        if same && text != old {
            edits.push(Edit::replace(&to_file.source, target, text));
        }
        same.then_some(())
    };
    if from.params.len() != to.params.len() || !from.type_params.is_empty() || !to.type_params.is_empty() {
        return None;
    }
    match (&from.self_param, &to.self_param) {
        (Some(source), Some(target)) => copy(source.range.clone(), target.range.clone())?,
        (None, None) => {}
        _ => return None,
    }
    for (source, target) in from.params.iter().zip(&to.params) {
        copy(source.ty.clone()?, target.ty.clone()?)?;
    }
    match (&from.return_type, &to.return_type) {
        (Some(source), Some(target)) => copy(source.clone(), target.clone())?,
        (None, None) => {}
        _ => return None,
    }
    let list = from.generics.clone().map(|list| from_file.text(list).to_owned()).unwrap_or_default();
    let old = to.generics.clone().unwrap_or(to.name_range.end..to.name_range.end);
    if list != to_file.text(old.clone()) {
        edits.push(Edit::replace(&to_file.source, old, list));
    }
    (!edits.is_empty()).then_some(edits)
}

/// A type with its lifetimes renamed.
fn with_names(file: &File, range: Range<usize>, renamed: &[(String, String)]) -> String {
    let mut text = file.text(range.clone()).to_owned();
    for (at, name) in file.lifetimes_in(range.clone()).into_iter().rev() {
        if let Some((_, new)) = renamed.iter().find(|(old, _)| *old == name) {
            text.replace_range(at.start - range.start..at.end - range.start, new);
        }
    }
    text
}

/// A type without white space and lifetimes.
fn bare(file: &File, range: Range<usize>) -> String {
    let mut text = file.text(range.clone()).to_owned();
    for (at, _) in file.lifetimes_in(range.clone()).into_iter().rev() {
        text.replace_range(at.start - range.start..at.end - range.start, "");
    }
    let text: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    text.replace("<,", "<").replace("<>", "")
}
