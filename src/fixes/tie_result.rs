//! Says in a signature what its result points into: names a lifetime through parameters and result.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh, lifetimes_of};
use crate::fixes::own_result::{makes_owned, return_owned};
use crate::rule::Case;
use crate::syntax::{Elided, ElidedKind, File, Function, Scope, ScopeKind, TypeKind};

/// A parameter that has lifetimes.
#[derive(Clone, Debug)]
pub struct Input {
    /// Its name, or its pattern.
    pub name: String,
    /// The whole parameter.
    pub range: Range<usize>,
    /// The lifetimes that it leaves out, the outermost first.
    pub elided: Vec<Elided>,
    /// The lifetimes that it names.
    pub named: Vec<String>,
}

/// A signature whose result has lifetimes that are not said.
#[derive(Clone, Debug)]
pub struct Signature<'f> {
    /// The file.
    pub file: &'f Rc<File>,
    /// The function.
    pub function: &'f Function,
    /// Its parameters with lifetimes.
    pub inputs: Vec<Input>,
    /// The lifetimes of the result that have to be said.
    pub result: Vec<Elided>,
}

impl Input {
    /// The parameter at a range of a function, with its lifetimes.
    fn new(
        file: &File,
        range: Range<usize>,
        name: String,
        ty: Option<Range<usize>>,
        declared: &dyn Fn(&str) -> usize,
    ) -> Input {
        let within = ty.unwrap_or(range.clone());
        let elided = file.elided_lifetimes(within.clone(), declared);
        let named = file.lifetimes_in(within.clone()).into_iter().map(|(_, name)| name);
        let named: Vec<String> = named.filter(|name| name != "'_" && name != "'static").collect();
        Input { name, range, elided, named }
    }
}

/// The parameters of a function that have a lifetime, `self` first. `declared` says how many
/// lifetimes the type of a name has.
pub fn inputs(file: &File, function: &Function, declared: &dyn Fn(&str) -> usize) -> Vec<Input> {
    let input = |range, name, ty| Input::new(file, range, name, ty, declared);
    let receiver =
        function.self_param.iter().map(|it| input(it.range.clone(), "self".to_owned(), it.ty.clone()));
    let params = function.params.iter().map(|param| {
        let name = param.name.clone().unwrap_or_else(|| file.text(param.pattern.clone()).to_owned());
        input(param.range.clone(), name, param.ty.clone())
    });
    receiver.chain(params).filter(|input| !input.elided.is_empty() || !input.named.is_empty()).collect()
}

impl<'f> Signature<'f> {
    /// A signature in whose result rustc misses lifetimes: it points at the parameters that have one.
    pub fn open(case: &Case, file: &'f Rc<File>, function: &'f Function, result: &[Elided]) -> Signature<'f> {
        let labels = case
            .diagnostic
            .labels
            .iter()
            .filter(|label| !label.primary && label.span.file == file.source.name);
        let spans: Vec<Range<usize>> = labels.map(|label| label.span.range()).collect();
        let pointed_at = |range: &Range<usize>| {
            spans.iter().any(|span| range.start <= span.start && span.end <= range.end)
        };
        let mut found = inputs(file, function, &|name| lifetimes_of(case, file, name));
        found.retain(|input| pointed_at(&input.range));
        // A lifetime that a name hides so well that nothing here knows it.
        for param in function.params.iter().filter(|param| pointed_at(&param.range)) {
            if !found.iter().any(|input| input.range == param.range) {
                let name = param.name.clone().unwrap_or_default();
                found.push(Input { name, range: param.range.clone(), elided: Vec::new(), named: Vec::new() });
            }
        }
        found.sort_by_key(|input| input.range.start);
        Signature { file, function, inputs: found, result: result.to_vec() }
    }
    /// Whether the result misses a lifetime within `impl Trait` or `dyn Trait`.
    pub fn is_inside_bound(&self) -> bool {
        let whole = self.function.return_type.clone().unwrap_or_default();
        self.file.type_refs(whole).into_iter().any(|ty| {
            let bound = matches!(ty.kind, TypeKind::Dyn { .. } | TypeKind::ImplTrait { .. });
            let holds = |it: &Elided| ty.range.start <= it.range.start && it.range.end <= ty.range.end;
            bound && self.result.iter().any(holds)
        })
    }

    /// The inputs that what the function returns can come from; none where that is not known.
    pub fn returned(&self) -> Vec<&Input> {
        let exprs = self.file.returned_exprs(self.function).into_iter();
        let origins: Vec<_> = exprs.flat_map(|expr| self.file.origins(self.function, expr)).collect();
        self.inputs.iter().filter(|input| origins.contains(&input.range)).collect()
    }

    /// Ties the result to these inputs by one lifetime: one that they name already, else a new one.
    pub fn tied_to(&self, inputs: &[&Input]) -> Option<Vec<Edit>> {
        let named: Vec<&String> = inputs.iter().filter_map(|input| input.named.first()).collect();
        let mut edits = Vec::new();
        let lifetime = match named.first() {
            // Two names cannot be one.
            Some(first) if named.iter().any(|name| name != first) => return None,
            Some(first) => (*first).clone(),
            None => {
                let lifetime = fresh(self.file, self.function.name_range.clone());
                edits.push(declaration(self.file, &self.scope()?, &lifetime));
                lifetime
            }
        };
        let replace = |it: &Elided| Edit::replace(&self.file.source, it.range.clone(), it.named(&lifetime));
        for input in inputs.iter().filter(|input| input.named.is_empty()) {
            // The outermost: what is inside is valid for at least as long.
            edits.push(replace(input.elided.first()?));
        }
        edits.extend(self.result.iter().map(replace));
        edits.iter().all(|edit| self.file.is_editable(edit.byte_start..edit.byte_end)).then_some(edits)
    }

    /// Ties the result to what is behind an input: the lifetime within a reference, as in
    /// `&Parser<'a>`, so that the reference itself may end sooner.
    pub fn tied_to_content(&self, input: &Input) -> Option<Vec<Edit>> {
        let outer = input.elided.first().filter(|it| it.kind == ElidedKind::Reference)?;
        let lifetime = fresh(self.file, self.function.name_range.clone());
        let inner = input.elided.get(1).filter(|it| it.range != outer.range)?;
        let mut edits = vec![declaration(self.file, &self.scope()?, &lifetime)];
        let all = std::iter::once(inner).chain(&self.result);
        edits.extend(all.map(|it| Edit::replace(&self.file.source, it.range.clone(), it.named(&lifetime))));
        Some(edits)
    }

    /// The ways to say what the result points into, the likeliest first.
    pub fn ties(&self) -> Vec<Fix> {
        let returned = self.returned();
        let all: Vec<&Input> = self.inputs.iter().collect();
        let mut fixes = Vec::new();
        if let [only] = all.as_slice()
            && only.elided.len() > 1
        {
            fixes.extend(self.fix("tie-result-to-content", only, self.tied_to_content(only)));
        }
        // A trait and its impls say the same, whatever one body returns.
        let fixed = self.function.in_trait || self.function.in_trait_impl;
        if fixed {
            let one = |input: &&Input| self.fix("tie-result", input, self.tied_to(&[input]));
            fixes.extend(all.iter().filter_map(one).map(|fix| fix.doubtful_if(all.len() > 1)));
            return fixes.into_iter().chain(self.fix_all(&all)).collect();
        }
        match returned.as_slice() {
            // Nothing is known: there is no body, or it returns what no parameter lends.
            [] => {
                let one = |input: &&Input| self.fix("tie-result", input, self.tied_to(&[input]));
                fixes.extend(all.iter().filter_map(one).map(|fix| fix.doubtful_if(all.len() > 1)));
            }
            some => {
                // A lifetime that the reader has named for one parameter alone is meant for the result.
                let named: Vec<&&Input> = all.iter().filter(|input| !input.named.is_empty()).collect();
                let named = matches!(named.as_slice(), [_]).then(|| named[0].range.clone());
                let sole = matches!(some, [_]).then(|| some[0].range.clone());
                for input in &all {
                    let meant = named.as_ref() == Some(&input.range);
                    if meant || sole.as_ref() == Some(&input.range) {
                        let fix = self.fix("tie-result", input, self.tied_to(&[input]));
                        fixes.extend(fix.map(|fix| fix.doubtful_if(named.is_some() && !meant)));
                    }
                }
                if sole.is_none() {
                    fixes.extend(self.fix_all(some).map(|fix| fix.doubtful_if(named.is_some())));
                }
            }
        }
        if all.len() > 1 && returned.len() != all.len() {
            let meant = fixes.iter().any(|fix| !fix.doubtful);
            fixes.extend(self.fix_all(&all).map(|fix| fix.doubtful_if(meant)));
        }
        // What is made here points into no parameter.
        let values = self.file.returned_exprs(self.function);
        let owns = |value: &Range<usize>| makes_owned(self.file, value.clone());
        let owned = !values.is_empty() && values.iter().all(owns);
        if owned {
            fixes = fixes.into_iter().map(|fix| fix.doubtful_if(true)).collect();
        }
        if values.iter().any(owns) {
            let reference = self.result.first().filter(|only| only.kind == ElidedKind::Reference);
            let fix = reference.and_then(|only| return_owned(self.file, self.function, only.range.start));
            fixes.extend(fix.map(|fix| fix.doubtful_if(!owned)));
        }
        fixes
    }

    fn fix(&self, id: &'static str, input: &Input, edits: Option<Vec<Edit>>) -> Option<Fix> {
        Some(Fix::new(id, Cost::signature(Deed::Annotate), edits?).with("parameter", &input.name))
    }

    fn fix_all(&self, inputs: &[&Input]) -> Option<Fix> {
        let names: Vec<&str> = inputs.iter().map(|input| input.name.as_str()).collect();
        let edits = self.tied_to(inputs)?;
        let fix = Fix::new("tie-result-to-all", Cost::signature(Deed::Annotate), edits);
        Some(fix.with("parameters", names.join(", ")))
    }

    fn scope(&self) -> Option<Scope> {
        let scopes = self.file.lifetime_scopes(self.function.name_range.clone());
        scopes.into_iter().find(|scope| scope.kind == ScopeKind::Function)
    }
}
