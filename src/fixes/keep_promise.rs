//! Ways to let a signature promise what its body needs, or the body need less.

use crate::fix::Fix;
use crate::fixes::closure_to_function::closure_to_function;
use crate::fixes::dyn_lifetime::{let_field_borrow, let_result_borrow, own_before_boxing};
use crate::fixes::own_result::return_owned_for_reference;
use crate::fixes::promise::Promise;
use crate::fixes::relax_static::{ask_for_static, drop_annotation_lifetime, relax_static};
use crate::fixes::share_lifetime::{promise_longer, share_lifetime, share_new_lifetime, tie_away_from_self};
use crate::fixes::tie_to_self::{name_data_lifetime, name_in_callee, tie_to_self};
use crate::rule::Case;

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
            fixes.extend(name_in_callee(case, promise));
            fixes.extend(tie_to_self(case, promise));
        }
        "other parameter than self" => fixes.extend(tie_away_from_self(case, promise)),
        "behind a mutable reference" => fixes.extend(name_data_lifetime(promise)),
        "annotation" => fixes.extend(drop_annotation_lifetime(promise)),
        "into another parameter" => fixes.extend(share_new_lifetime(case, promise)),
        _ => {}
    }
    fixes.extend(share_lifetime(case, promise));
    fixes.extend(promise_longer(promise));
    fixes
}
