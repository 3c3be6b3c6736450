//! One file per deed that several rules need: each turns syntax around spans into candidate fixes.
//!
//! Architecture Invariant: a fix is offered, never judged here; only the compiler judges.

pub mod add_mut;
pub mod change;
pub mod counted_owner;
pub mod first_value;
pub mod fn_to_fn_mut;
pub mod map_entry;
pub mod mutable_access;
pub mod mutable_field;
pub mod mutable_methods;
pub mod mutable_parameter;
pub mod mutable_self;
pub mod mutable_trait;
pub mod mutable_ways;
pub mod keep_value;
pub mod lend_parameter;
pub mod looks;
pub mod read_first;
pub mod rustc_suggestion;
pub mod use_before_move;
pub mod ways_to_value;
