//! One file per format; renderers see only a [`crate::report::Report`].
