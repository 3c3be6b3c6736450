//! Tests of the whole: the layout of the code, the texts.

mod explanations;
mod layout;
mod prose;
