//! Lets a closure or async block own what it uses, by the word `move`.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::own_before_closure::{Later, needed_again};
use crate::syntax::File;

/// Writes `move`. Where something that the closure uses is needed again, this fits only values that
/// are copied.
pub fn move_closure(file: &File, later: &Later) -> Option<Fix> {
    if later.moves || !file.is_editable(later.range.start..later.move_insert.0) {
        return None;
    }
    let again = !needed_again(file, later).is_empty();
    let id = if later.move_insert.1.starts_with(' ') { "move-async-block" } else { "move-closure" };
    let edit = Edit::insert(&file.source, later.move_insert.0, later.move_insert.1);
    Some(Fix::new(id, Cost::local(Deed::Annotate), vec![edit]).doubtful_if(again))
}
