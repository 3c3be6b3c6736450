//! Takes a mutable slice out of `self` before it is split, so that its parts are valid for as long as it.

use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::promise::Promise;
use crate::syntax::{ExprKind, TypeKind};

/// Methods that split a slice into parts, and give nothing only where there is nothing to give.
const SPLIT: &[&str] = &["split_at_mut", "split_first_mut", "split_last_mut"];

/// `std::mem::take(&mut self.rest).split_at_mut(n)` for `self.rest.split_at_mut(n)`. Only where the field
/// is set again, as what is left of it, and the arguments do not ask the slice that is gone.
pub fn take_slice_before_split(promise: &Promise) -> Option<Fix> {
    let (file, function) = (&promise.file, &promise.function);
    let adt = file.adt_named(promise.block.as_ref()?.self_name.as_ref()?)?;
    let body = function.body.clone().filter(|_| promise.is_mutable())?;
    let exprs = file.exprs_in(body);
    let calls = exprs.iter().filter(|expr| expr.kind == ExprKind::MethodCall);
    let mut splits = calls.filter_map(|expr| file.call_at(expr.range.clone())).filter(|call| {
        SPLIT.contains(&call.name.as_str())
            && call.receiver.clone().is_some_and(|receiver| file.text(receiver).starts_with("self."))
    });
    let split = splits.next().filter(|_| splits.next().is_none())?;
    let receiver = split.receiver.clone()?;
    let place = file.text(receiver.clone());
    let path = file.field_path(receiver.clone())?;
    let [_, name] = path.as_slice() else { return None };
    // The field is a mutable slice that has a lifetime of its own.
    let field = adt.fields.iter().find(|field| field.name.as_ref() == Some(name))?;
    let slice = file.type_refs(field.ty.clone()).into_iter().next()?;
    let TypeKind::Reference { lifetime: Some(_), mutable: true, inner, .. } = slice.kind else { return None };
    let inner = file.text(inner);
    if !(inner.starts_with('[') && inner.ends_with(']') || inner == "str") {
        return None;
    }
    let asks_again = split.args.iter().any(|argument| file.text(argument.clone()).contains(place));
    let set_again = exprs.iter().find(|expr| {
        let text = file.text(expr.range.clone());
        expr.kind == ExprKind::Assign
            && expr.range.start > split.range.start
            && text.strip_prefix(place).is_some_and(|rest| rest.trim_start().starts_with('='))
    });
    let set_again = set_again.filter(|_| !asks_again)?;
    // What leaves between the two leaves the slice empty.
    let between = file.statement_at(split.range.clone())?.range.end..set_again.range.start;
    let jumps = between.start < between.end
        && (file.contains_jump(between.clone()) || file.contains_question(between));
    let edit = Edit::replace(&file.source, receiver, format!("std::mem::take(&mut {place})"));
    let place = place.to_owned();
    let cost = Cost::local(Deed::Restructure);
    let cost = if jumps { cost.changed() } else { cost };
    Some(Fix::new("take-slice-before-split", cost, vec![edit]).with("slice", place))
}
