//! Lets a closure or async block own what it uses, by the word `move`.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::own_before_closure::Later;
use crate::fixes::store_owned::is_used_after;
use crate::syntax::{Binding, File};

/// Writes `move`. Where the owner is used again this fits only a value that is copied.
pub fn move_closure(file: &File, later: &Later, owner: Option<&Binding>) -> Option<Fix> {
    if later.moves || !file.is_editable(later.range.start..later.move_insert.0) {
        return None;
    }
    let again = owner.is_some_and(|owner| is_used_after(file, owner, later.range.end));
    let deed = if again { Deed::Clone } else { Deed::Annotate };
    let id = if later.move_insert.1.starts_with(' ') { "move-async-block" } else { "move-closure" };
    let edit = Edit::insert(&file.source, later.move_insert.0, later.move_insert.1);
    Some(Fix::new(id, Cost::local(deed), vec![edit]))
}
