//! Ways to let a signature promise what its body needs, or the body need less.

use crate::diagnostic::quoted;
use crate::fix::Fix;
use crate::fixes::closure_to_function::closure_to_function;
use crate::fixes::dyn_lifetime::{let_field_borrow, let_result_borrow, own_before_boxing};
use crate::fixes::lend_briefly::{name_in_trait_argument, relax_callee_self};
use crate::fixes::own_result::return_owned_for_reference;
use crate::fixes::promise::Promise;
use crate::fixes::relax_static::{ask_for_static, drop_annotation_lifetime, relax_static};
use crate::fixes::separate_lifetimes::separate_field_lifetimes;
use crate::fixes::share_lifetime::{promise_longer, share_lifetime, share_new_lifetime, tie_away_from_self};
use crate::fixes::take_slice::take_slice_before_split;
use crate::fixes::tie_to_self::{name_data_lifetime, name_in_callee, tie_to_self};
use crate::fixes::trait_side::Pair;
use crate::rule::Case;
use crate::syntax::{ExprKind, TypeKind};

/// All candidates for a body that needs more than its signature promises, by the variant of the text.
pub fn ways_to_keep(case: &Case, promise: &Promise, variant: &str) -> Vec<Fix> {
    let mut fixes = Vec::new();
    match variant {
        "closure" | "closure parameters" => fixes.extend(closure_to_function(promise)),
        "dyn result" => {
            fixes.extend(let_result_borrow(promise));
            fixes.extend(own_before_boxing(promise));
            fixes.extend(ask_for_static(promise));
        }
        "static result" => {
            fixes.extend(relax_static(promise));
            fixes.extend(ask_for_static(promise));
            fixes.extend(return_owned_for_reference(&promise.file, &promise.function));
        }
        "dyn stored" => {
            fixes.extend(let_field_borrow(case, promise));
            fixes.extend(own_before_boxing(promise));
            fixes.extend(ask_for_static(promise));
        }
        "lent from self" | "lent from a mutable self" | "iterator" => {
            fixes.extend(take_slice_before_split(promise));
            fixes.extend(name_in_callee(case, promise));
            fixes.extend(tie_to_self(case, promise));
        }
        "other parameter than self" => fixes.extend(tie_away_from_self(case, promise)),
        "behind a mutable reference" => fixes.extend(name_data_lifetime(promise)),
        "lent for good" => fixes.extend(relax_callee_self(case, promise)),
        "shorter parameter" => fixes.extend(name_in_trait_argument(promise)),
        "annotation" => fixes.extend(drop_annotation_lifetime(promise)),
        "into another parameter" => fixes.extend(share_new_lifetime(case, promise)),
        _ => {}
    }
    // Where a type holds `&'a mut T<'a>`, the two lifetimes had better be two.
    for name in types_in(case, promise) {
        fixes.extend(separate_field_lifetimes(case, &promise.file, &name));
    }
    let pair = Pair::new(case, &promise.file, promise.at.clone());
    fixes.extend(pair.and_then(|pair| pair.self_as_in_trait()));
    fixes.extend(share_lifetime(case, promise));
    // Where they are two, one that lasts as long as the other lends the value for good.
    let separate = fixes.iter().any(|fix| fix.id == "separate-field-lifetimes");
    fixes.extend(promise_longer(promise).into_iter().map(|fix| fix.doubtful_if(separate)));
    fixes
}

/// The types that a mistake between two lifetimes could come from: the one that rustc speaks of, that of
/// a literal at the place, and those that the signature names.
fn types_in(case: &Case, promise: &Promise) -> Vec<String> {
    let file = &promise.file;
    let mut names = Vec::new();
    for note in &case.diagnostic.notes {
        let of_type = note.text.starts_with("requirement occurs because of");
        let ty = quoted(&note.text).first().copied().filter(|_| of_type).unwrap_or_default();
        names.extend(ty.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned));
    }
    let literals = file.exprs_in(promise.at.clone()).into_iter().filter(|expr| expr.kind == ExprKind::Struct);
    names.extend(literals.map(|expr| {
        let head = file.text(expr.range).split(['{', ':', '<']).next().unwrap_or_default().trim();
        let own = promise.block.as_ref().and_then(|block| block.self_name.clone());
        own.filter(|_| head == "Self").unwrap_or_else(|| head.to_owned())
    }));
    let function = &promise.function;
    let signature = [Some(function.params_range.clone()), function.return_type.clone()];
    for ty in signature.into_iter().flatten().flat_map(|range| file.type_refs(range)) {
        if let TypeKind::Path { name, .. } = ty.kind {
            names.push(name);
        }
    }
    names.extend(promise.block.as_ref().and_then(|block| block.self_name.clone()));
    names.sort();
    names.dedup();
    names.retain(|name| name.starts_with(char::is_uppercase) && file.source.text.contains(name.as_str()));
    names
}
