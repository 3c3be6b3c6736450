//! The ways out for a function whose result has a lifetime that no parameter gives.

use std::ops::Range;
use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::lend_parameter::retyped;
use crate::fixes::own_result::{makes_owned, return_owned};
use crate::rule::Case;
use crate::syntax::{Elided, ElidedKind, ExprKind, File, Function};

/// Where the values come from that a function returns.
#[derive(Clone, Debug, Default)]
pub struct Returned {
    /// All of them but `None` and errors, by their bytes.
    pub values: Vec<Range<usize>>,
    /// Whether all of them are text in quotes.
    pub text: bool,
    /// Whether all of them are made here and own their data.
    pub made: bool,
    /// Whether one of them is put together here: `Options { width, ..defaults }`.
    pub structs: bool,
    /// The parameters that those of them come from that are not made here, by their bytes.
    pub origins: Vec<Range<usize>>,
}

impl Returned {
    /// The values that come from one of these parameters; all where none does.
    pub fn from(&self, file: &File, function: &Function, params: &[Range<usize>]) -> Vec<Range<usize>> {
        let comes = |value: &&Range<usize>| {
            file.origins(function, (*value).clone()).iter().any(|it| params.contains(it))
        };
        let found: Vec<_> = self.values.iter().filter(comes).cloned().collect();
        if found.is_empty() { self.values.clone() } else { found }
    }

    /// The parameter that they come from, `self` before others, with its name.
    pub fn taken(&self, function: &Function) -> Option<(Range<usize>, String)> {
        let receiver = function.self_param.as_ref().map(|it| (it.range.clone(), "self".to_owned()));
        let params = function.params.iter().filter_map(|it| Some((it.range.clone(), it.name.clone()?)));
        receiver.into_iter().chain(params).find(|(range, _)| self.origins.contains(range))
    }

    /// What a function returns.
    pub fn new(file: &File, function: &Function) -> Returned {
        let nothing = |value: &Range<usize>| {
            let text = file.text(value.clone());
            text == "None" || text.starts_with("Err(")
        };
        let values: Vec<_> =
            file.returned_exprs(function).into_iter().filter(|value| !nothing(value)).collect();
        let text = !values.is_empty() && values.iter().all(|value| file.is_text_literal(value.clone()));
        let made = !values.is_empty() && values.iter().all(|value| makes_owned(file, value.clone()));
        let lent = values.iter().filter(|value| !makes_owned(file, (*value).clone()));
        let origins = lent.flat_map(|value| file.origins(function, value.clone())).collect();
        let kind = |value: &Range<usize>| file.expr_exactly(value.clone()).map(|expr| expr.kind);
        let structs = values.iter().any(|value| kind(value) == Some(ExprKind::Struct));
        Returned { values, text, made, structs, origins }
    }
}

/// Borrow what was taken, promise `'static`, or return an owned value.
pub fn open_result(
    case: &Case,
    file: &Rc<File>,
    function: &Function,
    result: &[Elided],
    returned: &Returned,
) -> Vec<Fix> {
    let mut fixes = Vec::new();
    let fixed = function.in_trait || function.in_trait_impl;
    for (index, param) in function.params.iter().enumerate() {
        if returned.origins.contains(&param.range) && !fixed {
            let place = param.name.clone().unwrap_or_default();
            let headers = for_headers(file, function, &place);
            fixes.extend(retyped(case, file, function, index).into_iter().map(|mut fix| {
                fix.edits.extend(headers.clone());
                fix.edits.sort();
                fix.with("place", &place)
            }));
        }
    }
    let own = is_own_data(case, file, function, result, returned);
    fixes.extend(borrow_self(file, function, result, returned).map(|fix| fix.doubtful_if(!own)));
    fixes.extend(data_lifetimes(file, function, result).into_iter().map(|fix| fix.doubtful_if(own)));
    let reference = result.first().filter(|only| result.len() == 1 && only.kind == ElidedKind::Reference);
    let owned = reference.and_then(|only| return_owned(file, function, only.range.start));
    let owned = owned.map(|fix| fix.doubtful_if(!returned.origins.is_empty()));
    // What is made or taken here is not there forever.
    if returned.text || (owned.is_none() && returned.origins.is_empty()) {
        let edits =
            result.iter().map(|it| Edit::replace(&file.source, it.range.clone(), it.named("'static")));
        // Text in quotes is what is promised; of other data, that is asked.
        let deed = if returned.text { Deed::Annotate } else { Deed::Demand };
        fixes.push(
            Fix::new("return-static", Cost::signature(deed), edits.collect()).doubtful_if(!returned.text),
        );
    }
    fixes.extend(owned);
    fixes
}

/// `&self` for `self`, or `&mut self` where the result is a mutable reference. Traits have that form too
/// in all likelihood, for a result that borrows.
fn borrow_self(file: &Rc<File>, function: &Function, result: &[Elided], returned: &Returned) -> Option<Fix> {
    let receiver = function.self_param.as_ref().filter(|it| !it.reference && it.ty.is_none())?;
    let place = result.first()?.range.end;
    let mutable = file.token_after(place).is_some_and(|word| file.text(word) == "mut") || receiver.mutable;
    let lent = if mutable { "&mut self" } else { "&self" };
    let edit = Edit::replace(&file.source, receiver.range.clone(), lent);
    let id = if mutable { "mutable-self" } else { "borrow-self" };
    let fix = Fix::new(id, Cost::signature(Deed::Borrow), vec![edit])
        .with("callee", &function.name)
        .with("function", &function.name);
    let known = returned.origins.contains(&receiver.range) || function.body.is_none();
    Some(fix.doubtful_if(!known))
}

/// Whether what a method returns of `self` is what `self` owns, by the types of the fields that it
/// names; where they say nothing, whether the result itself is a reference.
pub fn is_own_data(
    case: &Case,
    file: &File,
    function: &Function,
    result: &[Elided],
    returned: &Returned,
) -> bool {
    if !has_lifetime(file, function) {
        return true;
    }
    let name = file.impl_at(function.range.clone()).and_then(|block| block.self_name).unwrap_or_default();
    let files = case.files.crate_files_with(&file.source.name, &name);
    let declared = files.iter().find_map(|file| Some((file, file.adt_named(&name)?)));
    let by_fields = declared.and_then(|(home, adt)| {
        let named = returned.values.iter().filter_map(|value| {
            let (_, rest) = file.text(value.clone()).split_once("self.")?;
            let field: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let ty = adt.fields.iter().find(|it| it.name.as_ref() == Some(&field))?.ty.clone();
            Some(!home.text(ty).starts_with('&'))
        });
        named.reduce(|a, b| a || b)
    });
    by_fields.unwrap_or_else(|| result.iter().all(|it| it.kind == ElidedKind::Reference))
}

/// Whether the type of `self` has a lifetime with a name, or is a reference itself.
pub fn has_lifetime(file: &File, function: &Function) -> bool {
    let block = file.impl_at(function.range.clone());
    block.is_some_and(|block| !block.lifetimes.is_empty() || file.text(block.self_type).starts_with('&'))
}

/// The result with a lifetime that the impl declares: elision does not look for it within `self`.
fn data_lifetimes(file: &Rc<File>, function: &Function, result: &[Elided]) -> Vec<Fix> {
    let block = file.impl_at(function.range.clone());
    let declared = block.map(|block| block.lifetimes).unwrap_or_default();
    let fix = |lifetime: &String| {
        let edits = result.iter().map(|it| Edit::replace(&file.source, it.range.clone(), it.named(lifetime)));
        Fix::new("use-own-lifetime", Cost::signature(Deed::Annotate), edits.collect())
            .with("lifetime", lifetime)
    };
    declared.iter().map(fix).collect()
}

/// Takes the `&` off in `for item in &name`: a name that is a reference is looped over as it is.
fn for_headers(file: &Rc<File>, function: &Function, name: &str) -> Vec<Edit> {
    let body = function.body.clone().unwrap_or_default();
    let loops = file.exprs_in(body).into_iter().filter(|expr| expr.kind == ExprKind::For);
    let headers = loops.filter_map(|expr| file.loop_at(expr.range)?.header);
    let lent = headers.filter(|header| file.text(header.clone()).strip_prefix('&') == Some(name));
    lent.map(|header| Edit::delete(&file.source, header.start..header.start + 1)).collect()
}
