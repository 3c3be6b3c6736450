//! What can be done about a lifetime that nothing declares: declare it, write another, leave it out.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::declaration;
use crate::fixes::type_lifetime::declare_on_type;
use crate::rule::Case;
use crate::syntax::{ElidedKind, File, Function, Scope, ScopeKind, TypeKind};

/// Nothing at run time.
const COST: Cost = Cost::signature(Deed::Annotate);

/// A name that is declared, and where; `'static` needs no declaration.
pub type Known = (Option<Range<usize>>, String);

/// A use of a lifetime that nothing declares.
#[derive(Debug)]
pub struct Undeclared<'f> {
    /// The file.
    pub file: &'f Rc<File>,
    /// The use.
    pub range: Range<usize>,
    /// The name.
    pub lifetime: &'f str,
    /// What could declare it, inner to outer.
    pub scopes: Vec<Scope>,
    /// The function around it.
    pub function: Option<Function>,
}

impl<'f> Undeclared<'f> {
    /// The use at this range.
    pub fn new(file: &'f Rc<File>, range: Range<usize>, lifetime: &'f str) -> Undeclared<'f> {
        let scopes = file.lifetime_scopes(range.clone());
        let function = scopes.iter().find(|scope| scope.kind == ScopeKind::Function);
        let function = function.and_then(|scope| file.function_at(scope.range.clone()));
        Undeclared { file, range, lifetime, scopes, function }
    }

    /// The names that are declared around the use, the likeliest first, and `'static` if it is near.
    pub fn known(&self) -> Vec<Known> {
        let declared = self.scopes.iter().flat_map(|scope| &scope.lifetimes);
        let mut known: Vec<_> = declared.map(|(range, name)| (Some(range.clone()), name.clone())).collect();
        known.sort_by_key(|(_, name)| !self.is_near(name));
        if self.is_near("'static") {
            known.insert(0, (None, "'static".to_owned()));
        }
        known
    }

    /// Whether a name is this one with a slip of the pen.
    pub fn is_near(&self, name: &str) -> bool {
        let (this, other) = (self.lifetime.to_lowercase(), name.to_lowercase());
        this == other || (this.len() > 4 && strsim::damerau_levenshtein(&this, &other) <= 2)
    }

    /// Whether it is used in the body of a function.
    pub fn in_body(&self) -> bool {
        let body = self.function.as_ref().and_then(|function| function.body.as_ref());
        body.is_some_and(|body| body.start <= self.range.start && self.range.end <= body.end)
    }

    /// The scopes that could well declare the name, the one that asks least first.
    pub fn homes(&self) -> Vec<&Scope> {
        let fits = |scope: &&Scope| match scope.kind {
            ScopeKind::Function => !self.only_in_result() && !self.in_body() && !self.is_shared(),
            // The trait decides whether an associated type has a lifetime of its own.
            ScopeKind::Alias => self.scopes.len() == 1,
            ScopeKind::Impl => self.fits_impl(scope),
            _ => true,
        };
        self.scopes.iter().filter(fits).collect()
    }

    /// Declares the name on one of these scopes.
    pub fn declared(&self, case: &Case, scope: &Scope) -> Option<Fix> {
        let mut edits = vec![declaration(self.file, scope, self.lifetime)];
        let id = match scope.kind {
            ScopeKind::Function => "declare-on-function",
            ScopeKind::Trait => "declare-on-trait",
            ScopeKind::Alias => "declare-on-alias",
            ScopeKind::Callable => "declare-on-callable",
            ScopeKind::Impl => {
                let block = self.file.impl_at(scope.range.clone())?;
                if self.uses_in(block.impl_token.end..block.body.start).is_empty() {
                    edits.extend(self.open_in(block.self_type));
                }
                "declare-on-impl"
            }
            ScopeKind::Type => {
                let adt = self.file.adt_at(self.range.clone())?;
                edits = declare_on_type(case, self.file, &adt, self.lifetime);
                "declare-on-type"
            }
        };
        Some(Fix::new(id, COST, edits))
    }

    /// Writes one of the declared names instead, wherever this one is used.
    pub fn renamed(&self, known: &[Known]) -> Vec<Fix> {
        let uses = self.uses_in(self.whole());
        let renamed =
            |name: &str| uses.iter().map(|it| Edit::replace(&self.file.source, it.clone(), name)).collect();
        let fix =
            |(_, name): &Known| Fix::new("use-declared-lifetime", COST, renamed(name)).with("known", name);
        known.iter().map(fix).collect()
    }

    /// Leaves the name out, where elision then says the same.
    pub fn left_out(&self) -> Option<Fix> {
        let innermost = self.scopes.first();
        let within = match innermost {
            // In a static, a constant and a body, Rust fills in what is left out.
            None => self.whole(),
            Some(_) if self.in_body() => self.function.as_ref()?.body.clone()?,
            Some(scope) if scope.kind == ScopeKind::Callable => scope.range.clone(),
            Some(scope) if scope.kind == ScopeKind::Function => self.plain_signature()?,
            Some(_) => return None,
        };
        let uses = self.uses_in(within);
        let edits = uses.iter().map(|range| {
            // With the white space behind it, if it stands behind a `&`.
            let after = self.file.text(range.end..self.file.source.text.len());
            let space = after.len() - after.trim_start_matches([' ', '\t']).len();
            let before = self.file.text(0..range.start).ends_with('&');
            match before {
                true => Edit::delete(&self.file.source, range.start..range.end + space),
                false => Edit::replace(&self.file.source, range.clone(), "'_"),
            }
        });
        Some(Fix::new("leave-lifetime-out", COST, edits.collect()))
    }

    /// The signature, if elision fills the name in: where one parameter alone has a lifetime, this
    /// one, or where the result alone has it, and can get that of `&self`.
    fn plain_signature(&self) -> Option<Range<usize>> {
        let function = self.function.as_ref()?;
        let receiver = function.self_param.as_ref().is_some_and(|receiver| receiver.reference);
        if receiver && self.only_in_result() {
            return function.return_type.clone();
        }
        let declared = |name: &str| self.file.lifetimes_of_type(name);
        let others = self.file.elided_lifetimes(function.params_range.clone(), &declared);
        let named = self.file.lifetimes_in(function.params_range.clone());
        let alone =
            others.is_empty() && named.len() == 1 && named.iter().all(|(_, name)| name == self.lifetime);
        let end = function.return_type.as_ref().map_or(function.params_range.end, |result| result.end);
        let free = self.uses_in(function.range.start..end).len() == self.uses_in(self.whole()).len();
        (alone && free).then_some(function.range.start..end)
    }

    /// `'static` in a static or a constant.
    pub fn made_static(&self) -> Option<Fix> {
        let edits =
            self.uses_in(self.whole()).into_iter().map(|it| Edit::replace(&self.file.source, it, "'static"));
        self.scopes.is_empty().then(|| Fix::new("make-static", COST, edits.collect()))
    }

    /// The item around it, with all that can see one declaration.
    fn whole(&self) -> Range<usize> {
        let item = || self.file.item_at(self.range.clone()).map(|item| item.range);
        self.scopes.last().map(|scope| scope.range.clone()).or_else(item).unwrap_or(self.range.clone())
    }

    /// Whether other methods of the impl use the name as well, and the impl could declare it.
    fn is_shared(&self) -> bool {
        let Some(function) = &self.function else { return false };
        let outer = self.scopes.iter().find(|scope| scope.kind == ScopeKind::Impl);
        outer.is_some_and(|outer| {
            self.uses_in(outer.range.clone()).len() > self.uses_in(function.range.clone()).len()
                && self.fits_impl(outer)
        })
    }

    /// Whether the name is in the result and in no parameter: no call could choose it.
    fn only_in_result(&self) -> bool {
        let Some(function) = &self.function else { return false };
        let has = |range: Range<usize>| !self.uses_in(range).is_empty();
        // Where nothing is lent to the function, its result may be valid for as long as a caller likes.
        let takes_nothing = function.params.is_empty() && function.self_param.is_none();
        !takes_nothing && function.return_type.clone().is_some_and(has) && !has(function.params_range.clone())
    }

    fn uses_in(&self, range: Range<usize>) -> Vec<Range<usize>> {
        let all = self.file.lifetimes_in(range).into_iter();
        all.filter(|(_, name)| name == self.lifetime).map(|(range, _)| range).collect()
    }

    /// Whether the header of an impl uses the name, or has a place for it.
    fn fits_impl(&self, scope: &Scope) -> bool {
        let Some(block) = self.file.impl_at(scope.range.clone()) else { return false };
        let header = block.impl_token.end..block.body.start;
        !self.uses_in(header).is_empty() || !self.open_in(block.self_type).is_empty()
    }

    /// The edits that give an open lifetime of the type behind `impl` this name.
    fn open_in(&self, self_type: Range<usize>) -> Vec<Edit> {
        let open = self.file.elided_lifetimes(self_type, &|name| self.file.lifetimes_of_type(name));
        let open = open.into_iter().filter(|elided| elided.kind != ElidedKind::Reference);
        open.map(|it| Edit::replace(&self.file.source, it.range.clone(), it.named(self.lifetime))).collect()
    }
}

/// Takes the lifetimes away from all places of a file that give them to a type which declares none.
pub fn take_back(file: &Rc<File>, owner: &str, whole: bool) -> Option<Fix> {
    let uses = file.type_refs(0..file.source.text.len()).into_iter().filter_map(|ty| match ty.kind {
        TypeKind::Path { name, generic_args: Some(arguments), lifetimes, .. }
            if name == owner && !lifetimes.is_empty() =>
        {
            Some((arguments, lifetimes))
        }
        _ => None,
    });
    let edits: Option<Vec<Edit>> = uses
        .map(|(arguments, lifetimes)| {
            let last = lifetimes.last()?.end;
            let next = file.token_after(last)?;
            let alone = file.text(next.clone()) == ">";
            let end = if alone { arguments.end } else { file.token_after(next.end)?.start };
            let start = if alone { arguments.start } else { arguments.start + 1 };
            Some(Edit::delete(&file.source, start..end))
        })
        .collect();
    let edits = edits.filter(|edits| whole && !edits.is_empty())?;
    Some(Fix::new("take-lifetime-back", COST, edits))
}
