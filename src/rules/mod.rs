//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod move_out_of_borrow;
pub mod use_after_move;

/// All rules, by name.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &move_out_of_borrow::RULE,
    &use_after_move::RULE,
];
