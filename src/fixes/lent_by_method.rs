//! Calls the method of a type that lends what is needed.

use std::ops::Range;

use super::convert_value::{append, lending_method};
use super::mismatch_ways::readable;
use crate::diagnostic::Span;
use crate::fix::{Deed, Fix};
use crate::mismatch::types::Type;
use crate::rule::Case;
use crate::syntax::File;

/// A method of the crate that lends what is needed, for a type that is no known owner of it.
pub fn lent_by_method(case: &Case, span: &Span, expected: &str, found: &str) -> Option<Fix> {
    let file = readable(case, span)?;
    let (expected, found) = (Type::parse(expected), Type::parse(found));
    if let Some(call) = bound_method(&file, span.range(), &expected, &found) {
        return append("lend-with-method", Deed::Borrow, &file, span.range(), call);
    }
    lending_method(case, &file, span.range(), &expected, &found)
}

/// `.as_ref()` for a value of a type parameter that promises `AsRef` of what is needed.
fn bound_method(file: &File, expr: Range<usize>, expected: &Type, found: &Type) -> Option<&'static str> {
    let function = file.function_at(expr)?;
    let name = found.peeled().name()?;
    let of_impl = file.impl_at(function.name_range.clone()).and_then(|of| of.generics);
    let ranges = [function.generics, function.where_clause, of_impl];
    let bounds: String = ranges.into_iter().flatten().map(|range| file.text(range)).collect();
    let promised = bounds.split_once(&format!("{name}: AsRef<"))?.1;
    let view = Type::parse(promised.split('>').next()?);
    expected.referent()?.fits(&view).then_some(".as_ref()")
}
