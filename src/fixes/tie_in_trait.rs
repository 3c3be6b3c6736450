//! Says what a result points into in a trait and in all its impls at once.

use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::lifetimes_of;
use crate::fixes::tie_result::{Input, Signature, inputs};
use crate::fixes::trait_side::same_signature;
use crate::rule::Case;
use crate::syntax::{File, Function};

/// The ways to tie the result of a signature. Where a trait of the crate shares it with its impls,
/// each is one fix for all of them.
pub fn ties(case: &Case, signature: &Signature) -> Vec<Fix> {
    let all = same_signature(case, signature.file, signature.function).unwrap_or_default();
    if all.len() < 2 {
        return signature.ties();
    }
    let places: Vec<usize> =
        signature.inputs.iter().filter_map(|input| place(signature.function, input)).collect();
    let mut fixes = Vec::new();
    for (input, at) in signature.inputs.iter().zip(&places) {
        let edits = tied(case, &all, &[*at]);
        let fix = edits.map(|edits| Fix::new("tie-result", Cost::signature(Deed::Annotate), edits));
        // Which one is meant, the bodies decide.
        fixes.extend(fix.map(|fix| fix.with("parameter", &input.name).doubtful_if(places.len() > 1)));
    }
    if places.len() > 1 {
        let names: Vec<&str> = signature.inputs.iter().map(|input| input.name.as_str()).collect();
        let edits = tied(case, &all, &places);
        let fix = edits.map(|edits| Fix::new("tie-result-to-all", Cost::signature(Deed::Annotate), edits));
        fixes.extend(fix.map(|fix| fix.with("parameters", names.join(", "))));
    }
    if fixes.is_empty() { signature.ties() } else { fixes }
}

/// Which parameter an input is; `self` is the first.
fn place(function: &Function, input: &Input) -> Option<usize> {
    if function.self_param.as_ref().is_some_and(|receiver| receiver.range == input.range) {
        return Some(0);
    }
    function.params.iter().position(|param| param.range == input.range).map(|at| at + 1)
}

/// The edits for all signatures that leave the lifetime of their result out.
fn tied(case: &Case, all: &[(Rc<File>, Function)], places: &[usize]) -> Option<Vec<Edit>> {
    let mut edits = Vec::new();
    for (file, function) in all {
        let declared = |name: &str| lifetimes_of(case, file, name);
        let result = file.elided_lifetimes(function.return_type.clone()?, &declared);
        let signature = Signature { file, function, inputs: inputs(file, function, &declared), result };
        let chosen: Vec<&Input> = signature
            .inputs
            .iter()
            .filter(|input| place(function, input).is_some_and(|at| places.contains(&at)))
            .collect();
        if !signature.result.is_empty() {
            edits.extend((chosen.len() == places.len()).then(|| signature.tied_to(&chosen))??);
        }
    }
    Some(edits)
}
