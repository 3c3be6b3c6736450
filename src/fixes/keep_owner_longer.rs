//! Ways to let an owner exist for as long as a reference to it, or to do without the reference.

use crate::diagnostic::{Role, Span};
use crate::fix::Fix;
use crate::fixes::give_value_itself::{drop_static_annotation, give_value_itself, refer_to_literal};
use crate::fixes::keep_borrowed::own_argument;
use crate::fixes::move_owner_outward::{bind_match_head, bind_tail, move_owner_outward};
use crate::fixes::own_before_closure::{later_code, own_captures};
use crate::fixes::return_owned::{own_items, use_the_source};
use crate::fixes::spawn_in_scope::spawn_in_scope;
use crate::fixes::store_owned::{loop_over_reference, store_copies, store_owned};
use crate::rule::Case;
use crate::syntax::{Binding, Destination};

/// The variable that `entry.text` or `*entry` belongs to.
pub fn root_of(owner: &str) -> &str {
    let owner = owner.trim_start_matches('*');
    owner.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or(owner)
}

/// All ways out for a borrow of an owner whose reference a holder keeps.
pub fn ways_out(case: &Case, borrow: &Span, owner: Option<&Binding>, holder: Option<&Binding>) -> Vec<Fix> {
    let mut fixes: Vec<Fix> = bind_tail(case).into_iter().collect();
    let Some(file) = case.file(borrow).filter(|file| file.is_editable(borrow.range())) else { return fixes };
    let range = borrow.range();
    if let Some((owner, holder)) = owner.zip(holder) {
        fixes.extend(move_owner_outward(&file, owner, holder));
    }
    if let Some(owner) = owner {
        fixes.extend(loop_over_reference(&file, owner));
        fixes.extend(bind_match_head(&file, owner));
        fixes.extend(use_the_source(&file, range.clone(), owner));
    }
    let demanded = case.diagnostic.label(Role::Requires).filter(|demanded| demanded.span.file == borrow.file);
    let Some(demanded) = demanded else {
        let stored = store_owned(&file, range, owner);
        if stored.is_empty() {
            fixes.extend(holder.and_then(|holder| store_copies(&file, holder)));
        }
        fixes.extend(stored);
        return fixes;
    };
    if let Some(owner) = owner {
        fixes.extend(give_value_itself(&file, range.clone(), owner));
        fixes.extend(refer_to_literal(&file, range.clone(), owner));
    }
    if demanded.text.starts_with("type annotation requires") {
        fixes.extend(drop_static_annotation(&file, demanded.span.range()));
    }
    if file.destination(demanded.span.range()) == Some(Destination::Returned) {
        fixes.extend(own_items(case, &demanded.span, Some(borrow)));
    }
    if let Some(call) = file.call_at(demanded.span.range()) {
        fixes.extend(spawn_in_scope(&file, &call, owner));
        fixes.extend(owner.and_then(|owner| own_argument(&file, &call, &owner.name)));
    }
    if let Some(later) = later_code(&file, demanded.span.range()) {
        fixes.extend(own_captures(&file, &later));
    }
    fixes
}
