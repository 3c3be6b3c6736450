//! One file per deed that several rules need: each turns syntax around spans into candidate fixes.
//!
//! Architecture Invariant: a fix is offered, never judged here; only the compiler judges.

pub mod borrow_argument;
pub mod borrow_before_call;
pub mod borrow_in_pattern;
pub mod borrow_value;
pub mod clone_value;
pub mod delay_move;
pub mod held_place;
pub mod clashing_borrows;
pub mod copy_out;
pub mod end_borrow_earlier;
pub mod hoist_read;
pub mod inline_call;
pub mod alias_lifetime;
pub mod declare_lifetime;
pub mod field_lifetime;
pub mod keep_value;
pub mod leave_in_place;
pub mod lend_parameter;
pub mod lender;
pub mod look_up_twice;
pub mod looks;
pub mod pass_to_closure;
pub mod open_result;
pub mod own_result;
pub mod read_first;
pub mod reference_uses;
pub mod return_reference;
pub mod rustc_suggestion;
pub mod take_value;
pub mod relax_lifetime;
pub mod rustc_suggestion;
pub mod snapshot_loop;
mod statements;
pub mod through_reference;
pub mod two_items;
pub mod tie_callable;
pub mod tie_result;
pub mod type_lifetime;
pub mod undeclared_lifetime;
pub mod use_before_move;
