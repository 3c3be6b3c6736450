//! Senders of a channel: where each round of a loop clones one, the first is dropped after the loop, or
//! the receiver waits for it.

use std::ops::Range;

use super::statements::{block_with, line_after};
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::syntax::{Binding, File, holds};

/// Functions that make a channel, whose first end sends.
const CHANNELS: &[&str] = &["channel", "sync_channel", "unbounded_channel", "unbounded", "bounded"];

/// Whether a type is that of a sender.
pub fn is_sender(ty: &str) -> bool {
    let path = ty.trim_start_matches(['&', ' ']).split('<').next().unwrap_or(ty);
    path.rsplit("::").next().is_some_and(|name| name.ends_with("Sender"))
}

/// Whether a variable can be seen to hold a sender.
pub fn holds_sender(file: &File, binding: &Binding) -> bool {
    if let Some(ty) = &binding.ty {
        return is_sender(file.text(ty.clone()));
    }
    let init = binding.let_.as_ref().and_then(|of| of.init.clone());
    let call = init.clone().and_then(|init| file.call_at(init)).filter(|call| Some(&call.range) == init.as_ref());
    let first = file.bindings_in_pattern(binding.pattern.clone()).into_iter().next();
    call.is_some_and(|call| CHANNELS.contains(&call.name.as_str()))
        && first.is_some_and(|first| first.name_range == binding.name_range)
}

/// The edits that clone a sender, told as what they are, with the one that drops the first sender.
pub fn another_sender(file: &File, taken: &Range<usize>, name: &str, mut edits: Vec<Edit>) -> Fix {
    let dropped = file.binding(name, taken.start).and_then(|binding| drop_after_loop(file, taken, &binding));
    let id = if dropped.is_some() { "sender-for-each-round" } else { "another-sender" };
    edits.extend(dropped);
    Fix::new(id, Cost::local(Deed::Share), edits).with("place", name)
}

/// `drop(sender);` after the loops that clone it, unless something there still needs it, or nothing
/// comes after them in which it would still be there.
pub fn drop_after_loop(file: &File, taken: &Range<usize>, binding: &Binding) -> Option<Edit> {
    let loops = file.loops_around(taken.clone()).into_iter();
    let outermost = loops.filter(|around| !holds(&around.range, &binding.name_range)).last()?.range;
    if file.uses_of(binding).iter().any(|used| used.range.start >= outermost.end) {
        return None;
    }
    let statement = file.statement_at(outermost.clone())?;
    let block = block_with(file, &statement)?;
    let is_last = block.statements.last().is_some_and(|last| last.range == statement.range);
    if is_last && binding.scope.end <= block.range.end {
        return None;
    }
    line_after(file, &statement.range, &format!("drop({});", binding.name))
}
