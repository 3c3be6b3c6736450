//! Tests of the whole: the command line, what is passed on, the layout of the code, the texts, the
//! renderers.

mod explanations;
mod layout;
mod prose;
mod render;
