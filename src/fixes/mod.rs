//! One file per deed that several rules need: each turns syntax around spans into candidate fixes.
//!
//! Architecture Invariant: a fix is offered, never judged here; only the compiler judges.

pub mod rustc_suggestion;
