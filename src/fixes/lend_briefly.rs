//! Lets a method that is called on `self` borrow it for the call alone, or names in a trait's argument
//! what a method of the trait keeps.

use std::ops::Range;

use crate::conflict::Callee;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::promise::{Owner, Promise};
use crate::fixes::share_lifetime::slots;
use crate::rule::Case;

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

/// The method that is called at the place that rustc points at, where it asks for `&'a mut self` with
/// a lifetime of the type: that lends the value for good.
pub fn lender_for_good(case: &Case, promise: &Promise) -> Option<Callee> {
    let call = promise.file.call_at(promise.at.clone())?;
    let callee = Callee::find(case, &promise.file, &call)?;
    let receiver = callee.function.self_param.as_ref()?;
    let (_, name) = receiver.lifetime.clone().filter(|_| receiver.mutable)?;
    let block = callee.file.impl_at(receiver.range.clone())?;
    block.lifetimes.contains(&name).then_some(callee)
}

/// `&mut self` for `&'a mut self` in that method.
pub fn relax_callee_self(case: &Case, promise: &Promise) -> Option<Fix> {
    let callee = lender_for_good(case, promise)?;
    let receiver = callee.function.self_param.as_ref()?;
    let (lifetime, _) = receiver.lifetime.clone()?;
    let end = callee.file.token_after(lifetime.end)?.start;
    let fixed = callee.function.in_trait || callee.function.in_trait_impl;
    let editable = callee.file.is_editable(receiver.range.clone()) && !fixed;
    let edit = Edit::delete(&callee.file.source, lifetime.start..end);
    editable.then(|| {
        Fix::new("relax-self-lifetime", COST, vec![edit]).with("getter", callee.function.name.clone())
    })
}

/// `impl<'a> From<&'a str> for Name<'a>` for `impl<'a> From<&str> for Name<'a>`, and the same in the method;
/// what the trait names already, only there.
pub fn name_in_trait_argument(promise: &Promise) -> Option<Fix> {
    let want = promise.want.written()?;
    let Owner::Parameter(index) = promise.have.owner else { return None };
    let file = &promise.file;
    let of_trait = promise.block.as_ref()?.trait_range.clone().filter(|_| promise.function.in_trait_impl)?;
    let param = promise.function.params.get(index)?.ty.clone()?;
    let text = |range: Range<usize>| file.text(range).replace(char::is_whitespace, "");
    let arguments = || file.type_refs(of_trait.clone()).into_iter().filter(|ty| ty.range != of_trait);
    let named = arguments().find(|ty| {
        let (theirs, ours) = (file.text(ty.range.clone()), file.text(param.clone()));
        text(ty.range.clone()) != text(param.clone()) && nameless(theirs) == nameless(ours)
    });
    if let Some(named) = named.filter(|_| file.is_editable(param.clone())) {
        let edit = Edit::replace(&file.source, param, file.text(named.range));
        return Some(Fix::new("type-as-in-header", COST, vec![edit]));
    }
    // The trait is given this very type.
    let argument = arguments().find(|ty| text(ty.range.clone()) == text(param.clone()))?;
    let open = [slots(file, argument.range), slots(file, param)].concat();
    let edits = open.iter().map(|it| Edit::replace(&file.source, it.range.clone(), it.named(want)));
    let edits: Vec<Edit> = edits.collect();
    (!edits.is_empty()).then(|| Fix::new("name-in-trait-argument", COST, edits))
}

/// A written type without the names of its lifetimes, and without the lists that hold nothing else.
fn nameless(ty: &str) -> String {
    let mut text: String = String::new();
    let mut rest = ty;
    while let Some((before, after)) = rest.split_once('\'') {
        text.push_str(before);
        rest = after.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_');
    }
    text.push_str(rest);
    text.replace(char::is_whitespace, "").replace("<,", "<").replace("<>", "")
}

/// Whether a trait of another crate gives the method's signature, and nothing of it can be chosen.
pub fn is_fixed(case: &Case, promise: &Promise) -> bool {
    let of_trait = promise.block.as_ref().and_then(|block| block.trait_name.clone());
    let of_trait = of_trait.filter(|_| promise.function.in_trait_impl);
    let foreign = of_trait.is_some_and(|name| {
        let word = format!("trait {name}");
        case.files.crate_files_with(&promise.file.source.name, &word).is_empty()
    });
    foreign && name_in_trait_argument(promise).is_none()
}
