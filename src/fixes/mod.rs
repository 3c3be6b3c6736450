//! One file per deed that several rules need: each turns syntax around spans into candidate fixes.
//!
//! Architecture Invariant: a fix is offered, never judged here; only the compiler judges.

pub mod clashing_borrows;
pub mod copy_out;
pub mod end_borrow_earlier;
pub mod hoist_read;
pub mod inline_call;
pub mod keep_value;
pub mod lend_parameter;
pub mod look_up_twice;
pub mod looks;
pub mod pass_to_closure;
pub mod read_first;
pub mod relax_lifetime;
pub mod retain;
pub mod rustc_suggestion;
pub mod snapshot_loop;
mod statements;
pub mod take_and_put_back;
pub mod through_reference;
pub mod two_items;
pub mod use_before_move;
pub mod walk_over_items;
