//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod assign_while_borrowed;
pub mod borrowed_data_escapes;
pub mod changeable_constant;
pub mod changed_through_shared_reference;
pub mod clone_not_available;
pub mod clone_under_another_name;
pub mod clone_without_need;
pub mod closure_outlives_borrow;
pub mod container_asked_for;
pub mod guard_held_in_match;
pub mod guard_held_over_await;
pub mod lifetime_without_need;
pub mod missing_lifetime;
pub mod move_out_of_borrow;
pub mod move_while_borrowed;
pub mod mutable_reference_from_shared;
pub mod not_declared_mutable;
pub mod operator_on_reference;
pub mod pointer_around_pointer;
pub mod reference_mismatch;
pub mod reference_outlives_promise;
pub mod reference_without_need;
pub mod return_reference_to_local;
pub mod shared_and_mutable_borrow;
pub mod temporary_dropped_while_borrowed;
pub mod trait_behind_reference;
pub mod two_mutable_borrows;
pub mod unfit_sharing;
pub mod unknown_lifetime;
pub mod use_after_move;
pub mod used_before_value;
pub mod value_dropped_while_borrowed;
pub mod value_taken_without_need;

/// All rules, by name.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &assign_while_borrowed::RULE,
    &borrowed_data_escapes::RULE,
    &changeable_constant::RULE,
    &changed_through_shared_reference::RULE,
    &clone_not_available::RULE,
    &clone_under_another_name::RULE,
    &clone_without_need::RULE,
    &closure_outlives_borrow::RULE,
    &container_asked_for::RULE,
    &guard_held_in_match::RULE,
    &guard_held_over_await::RULE,
    &lifetime_without_need::RULE,
    &missing_lifetime::RULE,
    &move_out_of_borrow::RULE,
    &move_while_borrowed::RULE,
    &mutable_reference_from_shared::RULE,
    &not_declared_mutable::RULE,
    &operator_on_reference::RULE,
    &pointer_around_pointer::RULE,
    &reference_mismatch::RULE,
    &reference_outlives_promise::RULE,
    &reference_without_need::RULE,
    &return_reference_to_local::RULE,
    &shared_and_mutable_borrow::RULE,
    &temporary_dropped_while_borrowed::RULE,
    &trait_behind_reference::RULE,
    &two_mutable_borrows::RULE,
    &unfit_sharing::RULE,
    &unknown_lifetime::RULE,
    &use_after_move::RULE,
    &used_before_value::RULE,
    &value_dropped_while_borrowed::RULE,
    &value_taken_without_need::RULE,
];
