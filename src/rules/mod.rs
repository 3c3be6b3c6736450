//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod assign_while_borrowed;
pub mod borrowed_data_escapes;
pub mod changed_through_shared_reference;
pub mod clone_not_available;
pub mod closure_outlives_borrow;
pub mod impl_asks_more_than_trait;
pub mod impl_lifetime_not_in_header;
pub mod inner_impl_trait_borrows;
pub mod lifetime_count_mismatch;
pub mod lifetime_declared_twice;
pub mod lifetime_given_to_call;
pub mod lifetimes_after_types;
pub mod method_lifetimes_differ;
pub mod missing_lifetime;
pub mod move_out_of_borrow;
pub mod move_while_borrowed;
pub mod not_declared_mutable;
pub mod operator_on_reference;
pub mod reference_mismatch;
pub mod reference_outlives_promise;
pub mod reserved_lifetime_name;
pub mod result_lifetime_not_in_arguments;
pub mod return_reference_to_local;
pub mod shared_and_mutable_borrow;
pub mod temporary_dropped_while_borrowed;
pub mod trait_behind_reference;
pub mod trait_object_lifetime_unclear;
pub mod two_lifetimes_on_trait_object;
pub mod two_mutable_borrows;
pub mod unknown_lifetime;
pub mod unnamed_lifetime_in_bound;
pub mod unused_lifetime_parameter;
pub mod use_after_move;
pub mod used_before_value;
pub mod value_dropped_while_borrowed;

/// All rules, by name.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &assign_while_borrowed::RULE,
    &borrowed_data_escapes::RULE,
    &changed_through_shared_reference::RULE,
    &clone_not_available::RULE,
    &closure_outlives_borrow::RULE,
    &impl_asks_more_than_trait::RULE,
    &impl_lifetime_not_in_header::RULE,
    &inner_impl_trait_borrows::RULE,
    &lifetime_count_mismatch::RULE,
    &lifetime_declared_twice::RULE,
    &lifetime_given_to_call::RULE,
    &lifetimes_after_types::RULE,
    &method_lifetimes_differ::RULE,
    &missing_lifetime::RULE,
    &move_out_of_borrow::RULE,
    &move_while_borrowed::RULE,
    &not_declared_mutable::RULE,
    &operator_on_reference::RULE,
    &reference_mismatch::RULE,
    &reference_outlives_promise::RULE,
    &reserved_lifetime_name::RULE,
    &result_lifetime_not_in_arguments::RULE,
    &return_reference_to_local::RULE,
    &shared_and_mutable_borrow::RULE,
    &temporary_dropped_while_borrowed::RULE,
    &trait_behind_reference::RULE,
    &trait_object_lifetime_unclear::RULE,
    &two_lifetimes_on_trait_object::RULE,
    &two_mutable_borrows::RULE,
    &unknown_lifetime::RULE,
    &unnamed_lifetime_in_bound::RULE,
    &unused_lifetime_parameter::RULE,
    &use_after_move::RULE,
    &used_before_value::RULE,
    &value_dropped_while_borrowed::RULE,
];
