//! One file per deed that several rules need: each turns syntax around spans into candidate fixes.
//!
//! Architecture Invariant: a fix is offered, never judged here; only the compiler judges.

pub mod bind_temporary;
pub mod give_value_itself;
pub mod keep_borrowed;
pub mod keep_owner_longer;
pub mod keep_value;
pub mod lend_parameter;
pub mod looks;
pub mod move_closure;
pub mod move_owner_outward;
pub mod own_before_closure;
pub mod owned;
pub mod read_first;
pub mod return_owned;
pub mod rustc_suggestion;
pub mod spawn_in_scope;
pub mod store_owned;
pub mod use_before_move;
