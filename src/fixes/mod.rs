//! One file per deed that several rules need: each turns syntax around spans into candidate fixes.
//!
//! Architecture Invariant: a fix is offered, never judged here; only the compiler judges.

pub mod alias_lifetime;
pub mod closure_to_function;
pub mod declare_lifetime;
pub mod dyn_lifetime;
pub mod field_lifetime;
pub mod keep_value;
pub mod lend_parameter;
pub mod looks;
pub mod open_lifetime;
pub mod open_result;
pub mod own_result;
pub mod promise;
pub mod read_first;
pub mod relax_static;
pub mod rustc_suggestion;
pub mod share_lifetime;
pub mod tie_callable;
pub mod tie_result;
pub mod tie_to_self;
pub mod type_lifetime;
pub mod undeclared_lifetime;
pub mod use_before_move;
