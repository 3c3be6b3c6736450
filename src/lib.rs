//! Explains Rust's ownership, borrow and lifetime errors.

pub mod cargo;
pub mod cli;
pub mod concept;
pub mod diagnostic;
pub mod explanation;
pub mod facts;
pub mod fix;
pub mod fixes;
pub mod input;
pub mod render;
pub mod report;
pub mod rule;
pub mod rules;
pub mod source;
pub mod syntax;
