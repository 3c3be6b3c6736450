//! `cargo ownership fix`: what is written, and above all what is not.

mod guard;
mod kill;
mod whole;
mod writer;
