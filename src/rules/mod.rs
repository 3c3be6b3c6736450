//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod borrowed_data_escapes;
pub mod closure_outlives_borrow;
pub mod return_reference_to_local;
pub mod temporary_dropped_while_borrowed;
pub mod use_after_move;
pub mod value_dropped_while_borrowed;

/// All rules, by name.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &borrowed_data_escapes::RULE,
    &closure_outlives_borrow::RULE,
    &return_reference_to_local::RULE,
    &temporary_dropped_while_borrowed::RULE,
    &use_after_move::RULE,
    &value_dropped_while_borrowed::RULE,
];
