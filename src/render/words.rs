//! The fixed words of the screen, from `explanations/words.md`.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The page that holds them.
const PAGE: &str = include_str!("../../explanations/words.md");

static WORDS: LazyLock<HashMap<&'static str, &'static str>> =
    LazyLock::new(|| PAGE.lines().filter_map(bullet).collect());

/// Reads `- key: text`.
fn bullet(line: &str) -> Option<(&str, &str)> {
    line.strip_prefix("- ")?.split_once(": ")
}

/// The text of a key. A key that the page does not know is its own text, without its group.
pub fn word(key: &'static str) -> &'static str {
    let bare = key.strip_prefix("timeline-").unwrap_or(key);
    WORDS.get(key).copied().unwrap_or(bare)
}

/// The text for a number of things: the first key for one of them, the second for any other number.
pub fn counted(n: usize, one: &'static str, many: &'static str) -> String {
    if n == 1 { word(one).to_owned() } else { word(many).replace("{n}", &n.to_string()) }
}

/// All keys of the page, in its order.
pub fn keys() -> impl Iterator<Item = &'static str> {
    PAGE.lines().filter_map(bullet).map(|(key, _)| key)
}
