//! What people and programs see of a report.

mod samples;

use cargo_ownership::render::{Style, human};
use samples::*;

#[test]
fn look() {
    for style in [
        Style::default(),
        Style { ascii: true, ..Style::default() },
        Style { color: true, ..Style::default() },
        Style { width: 60, ..Style::default() },
    ] {
        println!("{}", human::finding(&scores(), &style));
        println!("=====");
        println!("{}", human::finding(&names(), &style));
        println!("=====");
    }
}
