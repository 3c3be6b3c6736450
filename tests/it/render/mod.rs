//! What people and programs see of a report.

mod hostile;
mod html;
mod pages;
mod programs;
mod samples;
mod screen;
mod timelines;

use snapbox::IntoData;

/// Compares with a snapshot as it is: no wildcards, no path is touched.
#[track_caller]
fn same(actual: String, expected: impl IntoData) {
    snapbox::assert_data_eq!(actual, expected.raw());
}
