//! Promises in a signature how long a type parameter is valid, or ties to it what keeps its values.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::fixes::dyn_lifetime::open_dyns;
use crate::fixes::rustc_suggestion::rustc_suggestions;
use crate::fixes::type_lifetime::declare_on_type;
use crate::rule::Case;
use crate::syntax::{File, Function, ScopeKind, holds};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

/// A type parameter that has to be valid for longer than is promised.
#[derive(Debug)]
pub struct Bound<'c> {
    case: &'c Case<'c>,
    file: &'c Rc<File>,
    at: Range<usize>,
    name: &'c str,
    /// rustc knows where the bound is written.
    told: Option<Fix>,
}

impl<'c> Bound<'c> {
    /// The parameter `name` that the code at a range needs for longer.
    pub fn new(case: &'c Case, file: &'c Rc<File>, at: Range<usize>, name: &'c str) -> Bound<'c> {
        let told = rustc_suggestions(case).into_iter().next();
        let told = told.filter(|fix| {
            let here = |edit: &Edit| {
                edit.file == file.source.name && file.is_editable(edit.byte_start..edit.byte_end)
            };
            fix.edits.iter().all(here)
        });
        Bound { case, file, at, name, told }
    }

    /// The bound itself: `T: 'a`, `T: 'static`.
    pub fn promise(&self) -> Option<Fix> {
        let edits = self.told.as_ref()?.edits.clone();
        let demands = edits.iter().any(|edit| edit.replacement.contains("'static"));
        // What only a method needs, callers of other methods need not promise.
        Some(match demands {
            true => Fix::new("ask-type-for-static", Cost::signature(Deed::Demand), edits),
            false => Fix::new("promise-type", COST, edits),
        })
    }

    /// The ways to let what keeps the value be valid for as long as the type, instead of for ever.
    pub fn ties(&self) -> Vec<Fix> {
        let Some(told) = self.static_bound() else { return Vec::new() };
        let mut fixes = Vec::new();
        match self.file.function_at(self.at.clone()) {
            Some(function) => {
                fixes.extend(self.result_of_self(&function));
                fixes.extend(self.result(&function, &told));
                fixes.extend(self.field_of_self(&function, &told));
            }
            None => fixes.extend(self.declaration(&told)),
        }
        fixes
    }

    /// rustc's one edit that asks for `'static`.
    fn static_bound(&self) -> Option<Edit> {
        let edits = self.told.as_ref().map(|fix| fix.edits.as_slice())?;
        let [only] = edits else { return None };
        only.replacement.contains("'static").then(|| only.clone())
    }

    /// `+ '_` on the `dyn` type of the result of a method whose `self` holds values of the type.
    fn result_of_self(&self, function: &Function) -> Option<Fix> {
        let lends = function.self_param.as_ref().is_some_and(|receiver| receiver.reference);
        let own = function.type_params.iter().any(|param| param == self.name);
        let open = open_dyns(self.file, function.return_type.clone().filter(|_| !function.in_trait_impl)?);
        let edits = open.iter().map(|at| Edit::insert(&self.file.source, *at, " + '_"));
        (lends && !own && !open.is_empty()).then(|| Fix::new("let-result-borrow-self", COST, edits.collect()))
    }

    /// `<'a, T: Shape + 'a>` and `dyn Shape + 'a` in the result.
    fn result(&self, function: &Function, told: &Edit) -> Option<Fix> {
        let open = open_dyns(self.file, function.return_type.clone().filter(|_| !function.in_trait_impl)?);
        if open.is_empty() {
            return None;
        }
        let lifetime = fresh(self.file, function.name_range.clone());
        let scopes = self.file.lifetime_scopes(function.name_range.clone());
        let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Function)?;
        let mut edits = vec![declaration(self.file, scope, &lifetime)];
        edits.extend(open.iter().map(|at| Edit::insert(&self.file.source, *at, format!(" + {lifetime}"))));
        if holds(&function.range, &(told.byte_start..told.byte_end)) {
            edits.push(with_lifetime(told, &lifetime));
        } else {
            // The impl declares the type, and knows nothing of a method's lifetime.
            let at = function.return_type.as_ref().filter(|_| function.where_clause.is_none())?.end;
            edits.push(Edit::insert(&self.file.source, at, format!(" where {}: {lifetime}", self.name)));
            // Both stand at the end of the result.
            edits = merged(edits);
        }
        Some(Fix::new("tie-result-to-type", COST, edits))
    }

    /// `+ 'a` on the `dyn` types in the fields of the type that a method belongs to.
    fn field_of_self(&self, function: &Function, told: &Edit) -> Option<Fix> {
        let block = self.file.impl_at(function.range.clone()).filter(|_| function.self_param.is_some())?;
        let adt = self.file.adt_named(&block.self_name.clone()?).filter(|adt| adt.lifetimes.is_empty())?;
        let lifetime = fresh(self.file, adt.range.clone());
        let taken = self.file.lifetimes_in(block.range.clone());
        let open = adt.fields.iter().flat_map(|field| open_dyns(self.file, field.ty.clone()));
        let mut edits: Vec<Edit> =
            open.map(|at| Edit::insert(&self.file.source, at, format!(" + {lifetime}"))).collect();
        if edits.is_empty() || function.in_trait_impl || taken.iter().any(|(_, name)| *name == lifetime) {
            return None;
        }
        let scopes = self.file.lifetime_scopes(block.impl_token.clone());
        let scope = scopes.iter().find(|scope| scope.kind == ScopeKind::Impl)?;
        // In this impl the method speaks of the lifetime, so it needs a name.
        let in_block = |edit: &Edit| {
            edit.file == self.file.source.name && holds(&block.range, &(edit.byte_start..edit.byte_end))
        };
        for mut edit in declare_on_type(self.case, self.file, &adt, &lifetime) {
            if in_block(&edit) {
                edit.replacement = edit.replacement.replace("'_", &lifetime).replace("'static", &lifetime);
            }
            edits.push(edit);
        }
        edits.push(declaration(self.file, scope, &lifetime));
        edits.push(with_lifetime(told, &lifetime));
        let owner = adt.name.clone();
        Some(Fix::new("let-field-borrow", COST, edits).with("owner", owner))
    }

    /// A lifetime of its own for a type that says `'static` in a field.
    fn declaration(&self, told: &Edit) -> Option<Fix> {
        let adt = self.file.adt_at(self.at.clone())?;
        let named = self.file.lifetimes_in(self.at.clone()).into_iter().filter(|(_, name)| name == "'static");
        let lifetime = fresh(self.file, adt.range.clone());
        let mut edits: Vec<Edit> =
            named.map(|(range, _)| Edit::replace(&self.file.source, range, &*lifetime)).collect();
        if edits.is_empty() || !adt.lifetimes.is_empty() || told.file != self.file.source.name {
            return None;
        }
        edits.extend(declare_on_type(self.case, self.file, &adt, &lifetime));
        Some(Fix::new("lifetime-for-static", COST, edits))
    }
}

fn with_lifetime(told: &Edit, lifetime: &str) -> Edit {
    Edit { replacement: told.replacement.replace("'static", lifetime), ..told.clone() }
}

/// Insertions at one place as one, in the order in which they were made.
fn merged(edits: Vec<Edit>) -> Vec<Edit> {
    let mut all: Vec<Edit> = Vec::new();
    for edit in edits {
        let same = all.iter_mut().find(|it| {
            it.file == edit.file && it.byte_start == edit.byte_start && it.byte_end == it.byte_start
        });
        match same {
            Some(found) => found.replacement.push_str(&edit.replacement),
            None => all.push(edit),
        }
    }
    all
}
