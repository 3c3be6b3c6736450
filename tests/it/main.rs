//! Tests of the whole: the program as its users see it, the texts, the renderers, the layout.

mod cargo_check;
mod cli;
mod clippy;
mod config;
mod error_index;
mod explanations;
mod files;
mod fix;
mod from;
mod hostile;
mod layout;
mod projects;
mod prose;
mod readme;
mod real_files;
mod recordings;
mod render;
mod reports;
mod runner;
mod sandbox;
mod storm;
mod topics;
mod verify;
mod watch;
