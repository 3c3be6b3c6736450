//! Says in the type of a function or closure into which argument its result points.

use std::rc::Rc;

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::declare_lifetime::{declaration, fresh};
use crate::syntax::{Callable, Elided, File, ScopeKind};

/// One fix for each argument that has a lifetime to share, then one for all of them; `'static` where
/// none has.
pub fn tie_callable(file: &Rc<File>, callable: &Callable, result: &[Elided]) -> Vec<Fix> {
    let scopes = file.lifetime_scopes(callable.range.clone());
    let Some(scope) = scopes.iter().find(|scope| scope.kind == ScopeKind::Callable) else {
        return Vec::new();
    };
    let lifetime = fresh(file, callable.range.clone());
    let replace = |it: &Elided| Edit::replace(&file.source, it.range.clone(), it.named(&lifetime));
    let outermost = |ty| file.elided_lifetimes(ty, &|name| file.lifetimes_of_type(name)).into_iter().next();
    let args: Vec<(usize, Elided)> = callable
        .args
        .iter()
        .enumerate()
        .filter_map(|(n, ty)| Some((n + 1, outermost(ty.clone())?)))
        .collect();
    let tied = |chosen: &[&Elided]| {
        let mut edits = vec![declaration(file, scope, &lifetime)];
        edits.extend(chosen.iter().copied().chain(result).map(replace));
        edits
    };
    let cost = Cost::signature(Deed::Annotate);
    if args.is_empty() {
        let edits =
            result.iter().map(|it| Edit::replace(&file.source, it.range.clone(), it.named("'static")));
        return vec![Fix::new("return-static", Cost::signature(Deed::Demand), edits.collect())];
    }
    let mut fixes: Vec<Fix> = Vec::new();
    for (position, argument) in &args {
        let mut fix = Fix::new("tie-result-to-argument", cost, tied(&[argument]));
        fix.facts.number("position", *position);
        // Which argument is meant, the closures that are used here decide.
        fixes.push(fix.doubtful_if(args.len() > 1));
    }
    if args.len() > 1 {
        let all: Vec<&Elided> = args.iter().map(|(_, argument)| argument).collect();
        fixes.push(Fix::new("tie-result-to-arguments", cost, tied(&all)));
    }
    fixes
}
