//! Says in the type `impl Trait` of a result what the value behind it borrows.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::fixes::share_lifetime::slots;
use crate::fixes::tie_result::{Input, inputs};
use crate::rule::Case;
use crate::syntax::{Elided, File, Function, ScopeKind};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

/// A type `impl Trait` that says too little.
#[derive(Debug)]
pub struct Capture<'c> {
    /// The case.
    pub case: &'c Case<'c>,
    /// The file.
    pub file: &'c Rc<File>,
    /// The function.
    pub function: &'c Function,
    /// The type.
    pub opaque: Range<usize>,
}

impl Capture<'_> {
    /// `+ '_` or `+ 'a`, one lifetime for all that the value borrows, or a list with `use<..>`.
    pub fn ways(&self, place: &str, lifetime: Option<&str>) -> Vec<Fix> {
        let mut fixes = Vec::new();
        let lists = self.file.text(self.opaque.clone()).contains("use<");
        if !lists {
            let all = self.one_for_all();
            // What another parameter lends may be in the value as well.
            fixes.extend(self.bound(place, lifetime).map(|fix| fix.doubtful_if(all.is_some())));
            fixes.extend(all);
        }
        // rustc knows all that the list has to name.
        let theirs = rustc_suggestions(self.case)
            .into_iter()
            .find(|fix| lists || fix.edits.iter().any(|edit| edit.replacement.contains("use<")));
        let id = if lists { "add-to-the-list" } else { "list-what-is-held" };
        fixes.extend(theirs.map(|fix| Fix::new(id, COST, fix.edits)));
        fixes.extend(self.last_as_long());
        fixes
    }

    /// `'b: 'a` where the list names `'a` alone: what the value holds then lasts for as long as that.
    fn last_as_long(&self) -> Option<Fix> {
        let names = self.file.lifetimes_in(self.opaque.clone());
        let mut listed =
            names.iter().map(|(_, name)| name).filter(|name| self.function.lifetimes.contains(name));
        let listed = listed.next()?;
        let scopes = self.file.lifetime_scopes(self.function.name_range.clone());
        let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Function)?;
        let missing =
            scope.lifetimes.iter().filter(|(_, name)| !names.iter().any(|(_, found)| found == name));
        let open = missing.filter(|(range, _)| {
            self.file.token_after(range.end).is_some_and(|next| self.file.text(next) != ":")
        });
        let edits: Vec<Edit> = open
            .map(|(range, _)| Edit::insert(&self.file.source, range.end, format!(": {listed}")))
            .collect();
        (!edits.is_empty()).then(|| Fix::new("last-as-long", COST, edits).with("held", listed))
    }

    /// The lifetime of the one parameter that the value borrows from.
    fn bound(&self, place: &str, lifetime: Option<&str>) -> Option<Fix> {
        if place.is_empty() || self.function.in_trait_impl {
            return None;
        }
        let all = self.inputs();
        let input = all.iter().find(|input| input.name == place);
        let count: usize = all.iter().map(|input| input.elided.len() + input.named.len()).sum();
        let elides = place == "self" || (count == 1 && self.function.self_param.is_none());
        let mut edits = Vec::new();
        let lifetime = match (lifetime, input) {
            (Some(name), _) => name.to_owned(),
            (None, _) if elides => "'_".to_owned(),
            (None, Some(input)) => {
                let name = fresh(self.file, self.function.name_range.clone());
                let slot = input.elided.first()?;
                edits.push(self.declared(&name)?);
                edits.push(Edit::replace(&self.file.source, slot.range.clone(), slot.named(&name)));
                name
            }
            (None, None) => return None,
        };
        edits.push(self.plus(&lifetime));
        Some(Fix::new("name-the-borrow", COST, edits).with("held", lifetime))
    }

    /// One lifetime for every parameter that lends, and for all that the result leaves out.
    fn one_for_all(&self) -> Option<Fix> {
        let all = self.inputs();
        let open: Vec<&Elided> = all.iter().flat_map(|input| input.elided.first()).collect();
        let named = all.iter().any(|input| !input.named.is_empty());
        // With names in it, the signature has said what belongs together.
        if open.len() < 2 || named || self.function.in_trait_impl {
            return None;
        }
        let name = fresh(self.file, self.function.name_range.clone());
        let result = slots(self.file, self.function.return_type.clone()?);
        let mut edits = vec![self.declared(&name)?];
        edits.extend(
            open.into_iter()
                .chain(&result)
                .map(|it| Edit::replace(&self.file.source, it.range.clone(), it.named(&name))),
        );
        edits.push(self.plus(&name));
        let names: Vec<&str> = all.iter().map(|input| input.name.as_str()).collect();
        Some(Fix::new("one-lifetime-for-all", COST, edits).with("parameters", names.join(", ")))
    }

    fn inputs(&self) -> Vec<Input> {
        inputs(self.file, self.function, &|name| self.file.lifetimes_of_type(name))
    }

    fn declared(&self, lifetime: &str) -> Option<Edit> {
        let scopes = self.file.lifetime_scopes(self.function.name_range.clone());
        let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Function)?;
        Some(declaration(self.file, scope, lifetime))
    }

    fn plus(&self, lifetime: &str) -> Edit {
        Edit::insert(&self.file.source, self.opaque.end, format!(" + {lifetime}"))
    }
}
