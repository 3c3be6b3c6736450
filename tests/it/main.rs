//! Tests of the whole: the program as its users see it.

mod cargo_check;
mod cli;
mod files;
mod from;
mod sandbox;
