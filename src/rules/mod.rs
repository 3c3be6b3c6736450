//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod assign_while_borrowed;
pub mod borrowed_data_escapes;
pub mod callback_argument_mismatch;
pub mod changed_through_shared_reference;
pub mod clone_not_available;
pub mod closure_outlives_borrow;
pub mod missing_lifetime;
pub mod move_out_of_borrow;
pub mod move_while_borrowed;
pub mod not_declared_mutable;
pub mod operator_on_reference;
pub mod reference_mismatch;
pub mod reference_outlives_promise;
pub mod return_reference_to_local;
pub mod shared_and_mutable_borrow;
pub mod signature_differs_from_trait;
pub mod temporary_dropped_while_borrowed;
pub mod trait_behind_reference;
pub mod two_mutable_borrows;
pub mod unknown_lifetime;
pub mod use_after_move;
pub mod used_before_value;
pub mod value_dropped_while_borrowed;
pub mod value_not_converted;

/// All rules, by name.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &assign_while_borrowed::RULE,
    &borrowed_data_escapes::RULE,
    &callback_argument_mismatch::RULE,
    &changed_through_shared_reference::RULE,
    &clone_not_available::RULE,
    &closure_outlives_borrow::RULE,
    &missing_lifetime::RULE,
    &move_out_of_borrow::RULE,
    &move_while_borrowed::RULE,
    &not_declared_mutable::RULE,
    &operator_on_reference::RULE,
    &reference_mismatch::RULE,
    &reference_outlives_promise::RULE,
    &return_reference_to_local::RULE,
    &shared_and_mutable_borrow::RULE,
    &signature_differs_from_trait::RULE,
    &temporary_dropped_while_borrowed::RULE,
    &trait_behind_reference::RULE,
    &two_mutable_borrows::RULE,
    &unknown_lifetime::RULE,
    &use_after_move::RULE,
    &used_before_value::RULE,
    &value_dropped_while_borrowed::RULE,
    &value_not_converted::RULE,
];
