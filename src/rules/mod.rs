//! One file per mistake. Written by `cargo bless` from the files of this folder, never by hand.

use crate::rule::Rule;

pub mod missing_lifetime;
pub mod reference_outlives_promise;
pub mod unknown_lifetime;
pub mod use_after_move;

/// All rules, by name.
#[rustfmt::skip]
pub static RULES: &[&Rule] = &[
    &missing_lifetime::RULE,
    &reference_outlives_promise::RULE,
    &unknown_lifetime::RULE,
    &use_after_move::RULE,
];
