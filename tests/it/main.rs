//! Everything that can be tested without a compiler.

mod render;
