//! Two lifetimes of one signature of which the body needs more than is promised: whose they are.

use std::ops::Range;
use std::rc::Rc;

use crate::diagnostic::{Diagnostic, Label, Role, quoted};
use crate::rule::Case;
use crate::syntax::{Closure, File, Function, Impl};

/// What has a lifetime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Owner {
    /// `self`.
    Receiver,
    /// The parameter of this index.
    Parameter(usize),
    /// The parameter of the closure of this index.
    ClosureParameter(usize),
    /// Several parameters that share a name.
    Parameters(Vec<usize>),
    /// The data in the type that the impl is for, or the trait.
    Data,
    /// Everything: `'static`.
    Static,
    /// Not known.
    Unknown,
}

/// One of the two lifetimes.
#[derive(Clone, Debug)]
pub struct Side {
    /// `'a`, or a name of rustc's such as `'1`.
    pub name: String,
    /// What has it.
    pub owner: Owner,
}

impl Side {
    /// The name, where the reader wrote it.
    pub fn written(&self) -> Option<&str> {
        let own = self.name.trim_start_matches('\'').starts_with(|c: char| c.is_ascii_digit());
        (!own && !self.name.is_empty()).then_some(self.name.as_str())
    }
}

/// What the data is needed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It is returned.
    Return,
    /// It is given to a call.
    Argument,
    /// It is assigned.
    Assignment,
    /// It becomes a `dyn` type.
    Coercion,
    /// A written type asks for it.
    Annotation,
}

/// A body that needs `have` to be valid for as long as `want`.
#[derive(Clone, Debug)]
pub struct Promise {
    /// The file.
    pub file: Rc<File>,
    /// The function.
    pub function: Function,
    /// The impl around it.
    pub block: Option<Impl>,
    /// The closure whose signature it is.
    pub closure: Option<Closure>,
    /// The lifetime that the data has.
    pub have: Side,
    /// The lifetime that is asked for.
    pub want: Side,
    /// What it is needed for.
    pub need: Need,
    /// Where.
    pub at: Range<usize>,
}

impl Promise {
    /// Reads rustc's labels and the code around them.
    pub fn new(case: &Case) -> Option<Promise> {
        let primary = case.diagnostic.primary()?;
        let file = case.file(&primary.span)?;
        let at = primary.span.range();
        let function = file.function_at(at.clone())?;
        let (have, want) = names(case.diagnostic, primary)?;
        let block = file.impl_at(function.range.clone());
        let label = |name: &str| case.diagnostic.labels.iter().find(|label| names_lifetime(label, name));
        let in_closure = |label: Option<&Label>| {
            let closure = file.closure_at(label?.span.range())?;
            let own = [Some(closure.bars.clone()), closure.return_type.clone()].into_iter().flatten();
            let within =
                own.into_iter().any(|own| holds(&own, &label.map(|it| it.span.range()).unwrap_or_default()));
            within.then_some(closure)
        };
        let closure = have.as_deref().and_then(|have| in_closure(label(have)));
        let mut promise = Promise {
            need: need(&file, &function, primary),
            have: Side { name: have.clone().unwrap_or_default(), owner: Owner::Unknown },
            want: Side { name: want.clone(), owner: Owner::Unknown },
            file,
            function,
            block,
            closure,
            at,
        };
        promise.want.owner = promise.owner(&want, label(&want));
        promise.have.owner = match &have {
            Some(have) => promise.owner(have, label(have)),
            // E0621 names the parameter in its headline.
            None => promise.named_parameter(case.diagnostic).unwrap_or(Owner::Unknown),
        };
        Some(promise)
    }

    /// What has the lifetime of a name, by where rustc points or where the name is written.
    fn owner(&self, name: &str, label: Option<&Label>) -> Owner {
        if name == "'static" {
            return Owner::Static;
        }
        let own_file =
            label.filter(|label| label.span.file == self.file.source.name).map(|label| label.span.range());
        let receiver = self.function.self_param.as_ref();
        if let (Some(closure), Some(at)) = (&self.closure, &own_file)
            && let Some(index) = closure.params.iter().position(|param| holds(&param.range, at))
        {
            return Owner::ClosureParameter(index);
        }
        if let Some(at) = &own_file {
            if receiver.is_some_and(|receiver| holds(&receiver.range, at)) {
                return Owner::Receiver;
            }
            if let Some(index) = self.function.params.iter().position(|param| holds(&param.range, at)) {
                return Owner::Parameter(index);
            }
        }
        let written = |range: &Range<usize>| {
            self.file.lifetimes_in(range.clone()).iter().any(|(_, found)| found == name)
        };
        if self.function.lifetimes.iter().any(|declared| declared == name) {
            let params = self.function.params.iter().enumerate().filter(|(_, param)| written(&param.range));
            let params: Vec<usize> = params.map(|(index, _)| index).collect();
            let of_receiver = receiver.is_some_and(|receiver| written(&receiver.range));
            return match params.as_slice() {
                [] if of_receiver => Owner::Receiver,
                [index] if !of_receiver => Owner::Parameter(*index),
                [] => Owner::Unknown,
                _ => Owner::Parameters(params),
            };
        }
        let of_trait = || self.file.trait_at(self.function.range.clone());
        let of_block = self.block.as_ref().map(|block| block.lifetimes.clone());
        let declared = of_block.or_else(|| of_trait().map(|it| it.lifetimes)).unwrap_or_default();
        if declared.iter().any(|declared| declared == name) { Owner::Data } else { Owner::Unknown }
    }

    fn named_parameter(&self, diagnostic: &Diagnostic) -> Option<Owner> {
        let named = diagnostic.quoted();
        let named = named.first()?;
        if *named == "self" {
            return Some(Owner::Receiver);
        }
        let index = self.function.params.iter().position(|param| param.name.as_deref() == Some(*named))?;
        Some(Owner::Parameter(index))
    }

    /// The name of what has a lifetime, where it is one variable.
    pub fn name_of(&self, owner: &Owner) -> Option<String> {
        match owner {
            Owner::Receiver => Some("self".to_owned()),
            Owner::Parameter(index) => {
                let param = self.function.params.get(*index)?;
                // A pattern is called as it is written.
                let pattern = param.ty.as_ref().map(|ty| self.file.text(param.range.start..ty.start));
                let pattern = pattern.map(|text| text.trim_end().trim_end_matches(':').to_owned());
                param.name.clone().or(pattern)
            }
            Owner::ClosureParameter(index) => self.closure.as_ref()?.params.get(*index)?.name.clone(),
            Owner::Parameters(_) | Owner::Data | Owner::Static | Owner::Unknown => None,
        }
    }

    /// Where the lifetime that is asked for is declared.
    pub fn declared_want(&self) -> Option<Range<usize>> {
        let scopes = self.file.lifetime_scopes(self.function.name_range.clone());
        let mut declared = scopes.iter().flat_map(|scope| &scope.lifetimes);
        declared.find(|(_, name)| *name == self.want.name).map(|(range, _)| range.clone())
    }

    /// Whether the method borrows `self` for changes.
    pub fn is_mutable(&self) -> bool {
        let receiver = self.function.self_param.as_ref();
        receiver.is_some_and(|receiver| receiver.reference && receiver.mutable)
    }
}

/// The two lifetimes that the label names: what the data has, if it says so, and what is asked for.
fn names(diagnostic: &Diagnostic, primary: &Label) -> Option<(Option<String>, String)> {
    let named: Vec<String> =
        primary.quoted().iter().filter(|name| name.starts_with('\'')).map(|it| (*it).to_owned()).collect();
    match (&primary.role, named.as_slice()) {
        (Role::SuppliedLifetime, [.., want, have]) | (Role::Outlives, [.., have, want]) => {
            Some((Some(have.clone()), want.clone()))
        }
        (Role::LifetimeRequired, [want]) if diagnostic.code.as_deref() == Some("E0621") => {
            Some((None, want.clone()))
        }
        _ => None,
    }
}

/// Whether a label shows where a lifetime comes from.
fn names_lifetime(label: &Label, name: &str) -> bool {
    match label.role {
        Role::NamedLifetime | Role::UnnamedLifetime => label.quoted().first() == Some(&name),
        Role::HasType => quoted(&label.text).iter().any(|ty| ty.contains(name)) || label.text.contains(name),
        _ => false,
    }
}

/// What the data is needed for, by rustc's words or else by the code.
fn need(file: &File, function: &Function, primary: &Label) -> Need {
    let text = primary.text.as_str();
    let begins = |words: &str| text.starts_with(words);
    match primary.role {
        Role::SuppliedLifetime => return Need::Return,
        Role::Outlives if begins("returning") || begins("closure body") => return Need::Return,
        Role::Outlives if begins("argument") => return Need::Argument,
        Role::Outlives if begins("assignment") => return Need::Assignment,
        Role::Outlives if begins("coercion") || begins("cast") => return Need::Coercion,
        Role::Outlives if begins("type annotation") => return Need::Annotation,
        _ => {}
    }
    let at = primary.span.range();
    let returned = file.returned_exprs(function);
    if returned.iter().any(|value| holds(value, &at)) {
        return Need::Return;
    }
    if file.type_at(at.clone()).is_some() {
        return Need::Annotation;
    }
    if file.call_at(at).is_some() { Need::Argument } else { Need::Assignment }
}

/// Whether the first range holds the second.
pub fn holds(outer: &Range<usize>, inner: &Range<usize>) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
