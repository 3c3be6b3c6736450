//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod any_lifetime_demanded;
pub mod assign_while_borrowed;
pub mod async_fn_calls_itself;
pub mod borrowed_data_escapes;
pub mod borrows_unlike_trait;
pub mod callback_argument_mismatch;
pub mod called_destructor;
pub mod cell_in_constant;
pub mod change_a_constant;
pub mod change_matched_value_in_guard;
pub mod change_through_cast;
pub mod changeable_constant;
pub mod changed_through_shared_reference;
pub mod clone_not_available;
pub mod clone_under_another_name;
pub mod clone_without_need;
pub mod cloned_reference_only;
pub mod closure_kind_mismatch;
pub mod closure_outlives_borrow;
pub mod const_before_type;
pub mod container_asked_for;
pub mod copy_not_possible;
pub mod destructor_in_constant;
pub mod drop_for_other_type;
pub mod drop_for_some_arguments;
pub mod drop_moves_with_edition;
pub mod drop_without_effect;
pub mod dropped_at_once;
pub mod generic_outlives_promise;
pub mod guard_held_in_match;
pub mod guard_held_over_await;
pub mod hidden_borrow_in_result;
pub mod hidden_lifetime;
pub mod hidden_type_used_differently;
pub mod hold_borrow_across_yield;
pub mod impl_asks_more_than_trait;
pub mod impl_lifetime_not_in_header;
pub mod inner_impl_trait_borrows;
pub mod keep_borrow_past_destructor;
pub mod keep_reference_to_thread_local;
pub mod lifetime_count_mismatch;
pub mod lifetime_declared_twice;
pub mod lifetime_given_to_call;
pub mod lifetime_spelled_out;
pub mod lifetimes_after_types;
pub mod lifetimes_not_ordered;
pub mod method_lifetimes_differ;
pub mod missing_lifetime;
pub mod move_out_of_borrow;
pub mod move_while_borrowed;
pub mod moved_out_of_drop_type;
pub mod mutable_never_changed;
pub mod mutable_reference_from_shared;
pub mod needless_lifetime;
pub mod not_declared_mutable;
pub mod one_lifetime_only;
pub mod operator_on_reference;
pub mod pointer_around_pointer;
pub mod pointer_outlives_value;
pub mod reference_mismatch;
pub mod reference_outlives_promise;
pub mod reference_without_need;
pub mod reserved_lifetime_name;
pub mod result_lifetime_not_in_arguments;
pub mod return_reference_to_local;
pub mod several_traits_in_one_object;
pub mod shared_and_mutable_borrow;
pub mod signature_unlike_trait;
pub mod struct_borrows_from_itself;
pub mod temporary_dropped_while_borrowed;
pub mod thread_bound_value;
pub mod trait_behind_reference;
pub mod trait_object_lifetime_unclear;
pub mod trait_used_as_type;
pub mod trait_without_objects;
pub mod two_lifetimes_on_trait_object;
pub mod two_mutable_borrows;
pub mod type_contains_itself;
pub mod unfit_sharing;
pub mod union_field_with_drop;
pub mod unknown_lifetime;
pub mod unnamed_lifetime_in_bound;
pub mod unsized_value_moved;
pub mod unused_lifetime_parameter;
pub mod use_after_move;
pub mod use_mutable_static;
pub mod used_before_value;
pub mod value_dropped_while_borrowed;
pub mod value_held_over_await;
pub mod value_not_converted;
pub mod value_taken_without_need;
pub mod value_without_known_size;

/// All rules, by name.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &any_lifetime_demanded::RULE,
    &assign_while_borrowed::RULE,
    &async_fn_calls_itself::RULE,
    &borrowed_data_escapes::RULE,
    &borrows_unlike_trait::RULE,
    &callback_argument_mismatch::RULE,
    &called_destructor::RULE,
    &cell_in_constant::RULE,
    &change_a_constant::RULE,
    &change_matched_value_in_guard::RULE,
    &change_through_cast::RULE,
    &changeable_constant::RULE,
    &changed_through_shared_reference::RULE,
    &clone_not_available::RULE,
    &clone_under_another_name::RULE,
    &clone_without_need::RULE,
    &cloned_reference_only::RULE,
    &closure_kind_mismatch::RULE,
    &closure_outlives_borrow::RULE,
    &const_before_type::RULE,
    &container_asked_for::RULE,
    &copy_not_possible::RULE,
    &destructor_in_constant::RULE,
    &drop_for_other_type::RULE,
    &drop_for_some_arguments::RULE,
    &drop_moves_with_edition::RULE,
    &drop_without_effect::RULE,
    &dropped_at_once::RULE,
    &generic_outlives_promise::RULE,
    &guard_held_in_match::RULE,
    &guard_held_over_await::RULE,
    &hidden_borrow_in_result::RULE,
    &hidden_lifetime::RULE,
    &hidden_type_used_differently::RULE,
    &hold_borrow_across_yield::RULE,
    &impl_asks_more_than_trait::RULE,
    &impl_lifetime_not_in_header::RULE,
    &inner_impl_trait_borrows::RULE,
    &keep_borrow_past_destructor::RULE,
    &keep_reference_to_thread_local::RULE,
    &lifetime_count_mismatch::RULE,
    &lifetime_declared_twice::RULE,
    &lifetime_given_to_call::RULE,
    &lifetime_spelled_out::RULE,
    &lifetimes_after_types::RULE,
    &lifetimes_not_ordered::RULE,
    &method_lifetimes_differ::RULE,
    &missing_lifetime::RULE,
    &move_out_of_borrow::RULE,
    &move_while_borrowed::RULE,
    &moved_out_of_drop_type::RULE,
    &mutable_never_changed::RULE,
    &mutable_reference_from_shared::RULE,
    &needless_lifetime::RULE,
    &not_declared_mutable::RULE,
    &one_lifetime_only::RULE,
    &operator_on_reference::RULE,
    &pointer_around_pointer::RULE,
    &pointer_outlives_value::RULE,
    &reference_mismatch::RULE,
    &reference_outlives_promise::RULE,
    &reference_without_need::RULE,
    &reserved_lifetime_name::RULE,
    &result_lifetime_not_in_arguments::RULE,
    &return_reference_to_local::RULE,
    &several_traits_in_one_object::RULE,
    &shared_and_mutable_borrow::RULE,
    &signature_unlike_trait::RULE,
    &struct_borrows_from_itself::RULE,
    &temporary_dropped_while_borrowed::RULE,
    &thread_bound_value::RULE,
    &trait_behind_reference::RULE,
    &trait_object_lifetime_unclear::RULE,
    &trait_used_as_type::RULE,
    &trait_without_objects::RULE,
    &two_lifetimes_on_trait_object::RULE,
    &two_mutable_borrows::RULE,
    &type_contains_itself::RULE,
    &unfit_sharing::RULE,
    &union_field_with_drop::RULE,
    &unknown_lifetime::RULE,
    &unnamed_lifetime_in_bound::RULE,
    &unsized_value_moved::RULE,
    &unused_lifetime_parameter::RULE,
    &use_after_move::RULE,
    &use_mutable_static::RULE,
    &used_before_value::RULE,
    &value_dropped_while_borrowed::RULE,
    &value_held_over_await::RULE,
    &value_not_converted::RULE,
    &value_taken_without_need::RULE,
    &value_without_known_size::RULE,
];
