//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod use_after_move;

/// All rules, by name.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &use_after_move::RULE,
];
