//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod changed_through_shared_reference;
pub mod not_declared_mutable;
pub mod use_after_move;
pub mod used_before_value;

/// All rules, by name.
pub static RULES: &[&Rule] = &[
    &changed_through_shared_reference::RULE,
    &not_declared_mutable::RULE,
    &use_after_move::RULE,
    &used_before_value::RULE,
];
