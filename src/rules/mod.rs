//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod move_out_of_borrow;
pub mod assign_while_borrowed;
pub mod shared_and_mutable_borrow;
pub mod two_mutable_borrows;
pub mod missing_lifetime;
pub mod unknown_lifetime;
pub mod changed_through_shared_reference;
pub mod not_declared_mutable;
pub mod use_after_move;
pub mod used_before_value;

/// All rules, by name.
pub static RULES: &[&Rule] = &[
    &move_out_of_borrow::RULE,
    &assign_while_borrowed::RULE,
    &shared_and_mutable_borrow::RULE,
    &two_mutable_borrows::RULE,
    &missing_lifetime::RULE,
    &unknown_lifetime::RULE,
    &changed_through_shared_reference::RULE,
    &not_declared_mutable::RULE,
    &use_after_move::RULE,
    &used_before_value::RULE,
];
