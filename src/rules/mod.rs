//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod move_out_of_borrow;
pub mod move_while_borrowed;
pub mod use_after_move;

/// All rules, by name.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &move_out_of_borrow::RULE,
    &move_while_borrowed::RULE,
    &use_after_move::RULE,
];
