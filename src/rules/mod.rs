//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod assign_while_borrowed;
pub mod async_fn_calls_itself;
pub mod borrowed_data_escapes;
pub mod changed_through_shared_reference;
pub mod clone_not_available;
pub mod closure_kind_mismatch;
pub mod closure_outlives_borrow;
pub mod missing_lifetime;
pub mod move_out_of_borrow;
pub mod move_while_borrowed;
pub mod not_declared_mutable;
pub mod operator_on_reference;
pub mod reference_mismatch;
pub mod reference_outlives_promise;
pub mod return_reference_to_local;
pub mod several_traits_in_one_object;
pub mod shared_and_mutable_borrow;
pub mod temporary_dropped_while_borrowed;
pub mod thread_bound_value;
pub mod trait_behind_reference;
pub mod trait_used_as_type;
pub mod trait_without_objects;
pub mod two_mutable_borrows;
pub mod type_contains_itself;
pub mod unknown_lifetime;
pub mod use_after_move;
pub mod used_before_value;
pub mod value_dropped_while_borrowed;
pub mod value_held_over_await;
pub mod value_without_known_size;

/// All rules, by name.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &assign_while_borrowed::RULE,
    &async_fn_calls_itself::RULE,
    &borrowed_data_escapes::RULE,
    &changed_through_shared_reference::RULE,
    &clone_not_available::RULE,
    &closure_kind_mismatch::RULE,
    &closure_outlives_borrow::RULE,
    &missing_lifetime::RULE,
    &move_out_of_borrow::RULE,
    &move_while_borrowed::RULE,
    &not_declared_mutable::RULE,
    &operator_on_reference::RULE,
    &reference_mismatch::RULE,
    &reference_outlives_promise::RULE,
    &return_reference_to_local::RULE,
    &several_traits_in_one_object::RULE,
    &shared_and_mutable_borrow::RULE,
    &temporary_dropped_while_borrowed::RULE,
    &thread_bound_value::RULE,
    &trait_behind_reference::RULE,
    &trait_used_as_type::RULE,
    &trait_without_objects::RULE,
    &two_mutable_borrows::RULE,
    &type_contains_itself::RULE,
    &unknown_lifetime::RULE,
    &use_after_move::RULE,
    &used_before_value::RULE,
    &value_dropped_while_borrowed::RULE,
    &value_held_over_await::RULE,
    &value_without_known_size::RULE,
];
