//! The ways to bring an expected and a found type together, the likely place first.

use std::ops::Range;
use std::rc::Rc;

use super::adjust_reference::{
    around, behind_reference, borrow_where_bound, direct_parts, lend, read_through, remove_reference,
    unwrap_in_pattern, variable,
};
use super::convert_value::{append, clone, collect, collect_within, to_owned, unwrap_constructor, wrap};
use super::mismatch_inside::{as_deref, compare_inside, lend_within};
use super::mismatch_pattern::pattern_ways;
use super::mutable_access::mutable_reference;
use super::mutable_ways::access_fixes;
use super::retype::{
    annotation, called_function, field_to_pointer, is_made_here, makes_a_value, parameter_to_reference,
    result_to_owned, result_to_reference, returning_function, same_pointer,
};
use crate::diagnostic::Span;
use crate::fix::{Cost, Deed, Edit, Fix};
use crate::fixes::clone_value::is_cloneable;
use crate::fixes::derive_trait::{adt, is_copied};
use crate::mismatch::types::Type;
use crate::mismatch::{Difference, Mismatch, other_view};
use crate::rule::Case;
use crate::syntax::{Destination, ExprKind, File};

/// More ways than this nobody reads.
const MOST: usize = 8;

/// An expression that is of one type where another is needed.
pub struct Site<'a> {
    /// The message and the code.
    pub case: &'a Case<'a>,
    /// The file of the expression.
    pub file: Rc<File>,
    /// The expression.
    pub expr: Range<usize>,
    /// The two types.
    pub mismatch: &'a Mismatch,
}

/// The candidates for a mismatch.
pub fn ways(case: &Case, span: &Span, mismatch: &Mismatch) -> Vec<Fix> {
    let Some(file) = readable(case, span) else { return Vec::new() };
    let expr = span.range();
    let site = Site { case, file, expr, mismatch };
    let mut fixes = match pattern_ways(&site) {
        Some(fixes) => fixes,
        None => site.ways(span),
    };
    fixes.truncate(MOST);
    fixes
}

/// The file of a span that is the reader's code: none that a macro of the crate made. A call such as
/// `format!(..)` is the reader's as a whole.
pub fn readable(case: &Case, span: &Span) -> Option<Rc<File>> {
    let file = case.file(span)?;
    let whole = file.expr_exactly(span.range()).is_some_and(|it| it.kind == ExprKind::MacroCall);
    (!span.in_macro() || whole).then_some(file)
}

/// Where the likely mend stands, if that is not where rustc points: messages with one such place have
/// one cause.
pub fn distant_cause(case: &Case, span: &Span, fixes: &[Fix]) -> Option<Span> {
    let best = fixes.iter().filter(|fix| !fix.doubtful).min_by_key(|fix| fix.rank())?;
    let edit = best.edits.first()?;
    let inside =
        edit.file == span.file && edit.byte_start >= span.byte_start && edit.byte_end <= span.byte_end;
    let source = case.files.sources.get(&edit.file)?;
    (!inside).then(|| source.span(edit.byte_start..edit.byte_end))
}

/// Whether the function that makes a value drops it at its end: what a call or a macro gives, and a
/// variable of its own.
pub fn dies_here(file: &File, expr: Range<usize>) -> bool {
    let own = variable(file, expr.clone()).is_some_and(|binding| binding.let_.is_some());
    own || is_made_here(file, expr.clone(), 0) || is_call(file, expr)
}

fn is_call(file: &File, expr: Range<usize>) -> bool {
    let kind = file.expr_exactly(expr).map(|it| it.kind);
    matches!(kind, Some(ExprKind::Call | ExprKind::MethodCall | ExprKind::MacroCall))
}

impl Site<'_> {
    fn ways(&self, span: &Span) -> Vec<Fix> {
        let (file, expr) = (&self.file, self.expr.clone());
        let kind = file.expr_exactly(expr.clone()).map(|it| it.kind);
        // `f(x)` as the value of a block, an `if` or a `match`: the types are those of its ends.
        if kind.is_none() || matches!(kind, Some(ExprKind::Block | ExprKind::If | ExprKind::Match)) {
            return self.declared();
        }
        match &self.mismatch.difference {
            Difference::ReferenceWanted { mutable, .. } => self.reference(*mutable),
            Difference::ValueWanted { depth } => self.value(*depth),
            Difference::OwnedWanted => self.owned(),
            Difference::MutableWanted => self.mutable(),
            Difference::InnerReferenceWanted { mutable, view } => {
                lend_within(file, expr, *mutable, *view).into_iter().chain(self.declared()).collect()
            }
            Difference::InnerViewWanted { mutable } => as_deref(file, expr, *mutable).into_iter().collect(),
            Difference::GuardedWanted(_) => {
                let copied = is_copied(self.case, &self.mismatch.expected_type);
                let read = read_through(file, expr.clone(), 1).map(|fix| fix.doubtful_if(!copied));
                read.into_iter().chain(clone(file, expr).filter(|_| !copied)).collect()
            }
            // Only a pattern can be of such a type.
            Difference::GuardMatched(_) => Vec::new(),
            Difference::CellWanted(cell) => {
                let fix = wrap(file, expr, cell, false);
                fix.map(|fix| Fix { id: "wrap-in-cell", ..fix }).into_iter().collect()
            }
            Difference::OwnedOfCowWanted => {
                append("to-owned", Deed::Clone, file, expr, ".into_owned()").into_iter().collect()
            }
            Difference::OwnerBehindReferenceWanted => self.owner_behind_reference(),
            Difference::ViewOfReferenceWanted => self.view_of_reference().into_iter().collect(),
            Difference::OtherViewWanted => {
                let inner = self.mismatch.expected_type.referent();
                let call = inner.and_then(|inner| other_view(inner, self.mismatch.found_type.peeled()));
                self.other_view(call).into_iter().collect()
            }
            Difference::LengthCompared => self.length_compared().into_iter().collect(),
            Difference::InnerValueWanted => self.inner_value(),
            Difference::InnerOwnedWanted => {
                let call = match self.mismatch.expected_type.argument_of("Option").and_then(Type::name) {
                    Some("Vec") => ".map(<[_]>::to_vec)",
                    Some("String") => ".map(str::to_string)",
                    _ => ".map(ToOwned::to_owned)",
                };
                let fix = append("to-owned-inside", Deed::Clone, file, expr, call);
                fix.into_iter().chain(self.declared()).collect()
            }
            Difference::PointerWanted(pointer) => self.pointer(pointer),
            Difference::ContentWanted(pointer) => self.content(pointer),
            Difference::OtherPointer => {
                let (expected, found) = (&self.mismatch.expected_type, &self.mismatch.found_type);
                let names = expected.name().zip(found.name());
                names.map(|(a, b)| same_pointer(self.case, span, a, b)).unwrap_or_default()
            }
            Difference::CollectionWanted { inner } => {
                let ty = self.mismatch.expected_type.peeled();
                let ty = if *inner { ty.argument_of("Option").unwrap_or(ty) } else { ty };
                let into = match ty.name() {
                    Some("String") => "String",
                    Some(name @ ("HashMap" | "BTreeMap")) => &format!("{name}<_, _>"),
                    Some(name) => &format!("{name}<_>"),
                    None => "Vec<_>",
                };
                let fix = if *inner { collect_within(file, expr, into) } else { collect(file, expr, into) };
                fix.into_iter().collect()
            }
            Difference::LengthWanted => length(file, expr).into_iter().collect(),
            Difference::PartsDiffer => self.parts(),
        }
    }

    /// The operand on the other side, where the expression is compared with something.
    fn other_operand(&self) -> Option<Range<usize>> {
        let around_it = self.file.parents(self.expr.clone()).into_iter().next()?;
        let parts = direct_parts(&self.file, around_it.range);
        let compared = around_it.kind == ExprKind::Binary && parts.len() == 2;
        parts.into_iter().find(|part| compared && *part != self.expr)
    }

    /// Whether the signature promises `AsRef` of what is given.
    fn lends_as_ref(&self) -> bool {
        let (found, start) = (&self.mismatch.found, self.expr.start);
        let Some(function) = self.file.function_at(self.expr.clone()) else { return false };
        let signature = self.file.text(function.range.start..start);
        found.starts_with("impl AsRef<") || signature.contains(&format!("{found}: AsRef<"))
    }

    /// The length of what stands on the other side of a number.
    fn length_compared(&self) -> Option<Fix> {
        length(&self.file, self.other_operand()?)
    }

    /// `&name` -> `name.as_str()`, where Rust does not look through the reference by itself.
    fn view_of_reference(&self) -> Option<Fix> {
        let call = match self.mismatch.found_type.peeled().name() {
            Some("String") => ".as_str()",
            Some("Vec") => ".as_slice()",
            Some("PathBuf") => ".as_path()",
            _ => ".as_ref()",
        };
        self.other_view(Some(call))
    }

    /// `text` -> `text.as_bytes()`, `&text` -> `text.as_bytes()`.
    fn other_view(&self, call: Option<&str>) -> Option<Fix> {
        let (file, expr) = (&self.file, self.expr.clone());
        let place = behind_reference(file, expr.clone()).unwrap_or(expr.clone());
        let mut fix = append("lend-with-method", Deed::Borrow, file, place.clone(), call?)?;
        if self.mismatch.found_type.depth() == 0 && !file.is_place(place.clone()) {
            // What is made here lives to the end of the statement.
            return Some(fix);
        }
        if expr.start < place.start {
            fix.edits.insert(0, Edit::delete(&file.source, expr.start..place.start));
        }
        Some(fix)
    }

    /// `names.contains("a")`, `map.get(k).unwrap_or("none")`: a `&String` is needed.
    fn owner_behind_reference(&self) -> Vec<Fix> {
        let (file, expr) = (&self.file, self.expr.clone());
        let mut fixes: Vec<Fix> = compare_inside(file, expr.clone()).into_iter().collect();
        let copy = to_owned(file, expr.clone(), self.mismatch.expected_type.peeled());
        fixes.extend(copy.map(|mut fix| {
            fix.edits.insert(0, Edit::insert(&file.source, expr.start, "&"));
            fix.doubtful_if(!fixes.is_empty())
        }));
        fixes
    }

    fn reference(&self, mutable: bool) -> Vec<Fix> {
        let (case, file, expr) = (self.case, &self.file, self.expr.clone());
        let mut fixes = Vec::new();
        let (expected, found) = (&self.mismatch.expected_type, &self.mismatch.found_type);
        let depth = expected.depth() - found.depth().min(expected.depth());
        if let Some(other) = self.other_operand() {
            fixes.extend(read_through(file, other, depth));
            // Nobody compares with a reference for changes that is made on the spot.
            if depth > 1 || mutable {
                return fixes;
            }
        }
        // `total = 0` for a `total: &mut u32`.
        let assigned = file.parents(expr.clone()).into_iter().next().filter(|it| it.kind == ExprKind::Assign);
        if let Some(around_it) = assigned.filter(|_| mutable)
            && let Some(place) = file.exprs_in(around_it.range).into_iter().nth(1)
        {
            let code = file.text(place.range.clone()).to_owned();
            let edit = Edit::insert(&file.source, place.range.start, "*");
            fixes.push(
                Fix::new("assign-through", Cost::local(Deed::Annotate), vec![edit]).with("reference", code),
            );
        }
        let function = returning_function(file, expr.clone());
        let dies = dies_here(file, expr.clone());
        if let Some(function) = &function {
            fixes.extend(result_to_owned(file, function).map(|fix| fix.doubtful_if(!dies)));
        }
        if !mutable && self.lends_as_ref() {
            fixes.extend(append("lend-with-method", Deed::Borrow, file, expr.clone(), ".as_ref()"));
        }
        let first = self.option_first();
        let stands_in = first.is_some() && is_call(file, expr.clone());
        fixes.extend(first);
        // A name that a loop or a match takes out of a place that somebody else owns.
        let binding = variable(file, expr.clone());
        let scrutinee = binding.as_ref().and_then(|it| file.match_of(it.name_range.clone())?.scrutinee);
        // In a loop around it, the next round would have nothing to take.
        let again = |place: &Range<usize>| {
            let around = file.loops_around(place.clone());
            around.iter().any(|it| it.header.as_ref() != Some(place)) && file.is_place(place.clone())
        };
        let taken = scrutinee.is_some_and(|place| again(&place) || self.is_lent(place));
        let returned = function.is_some();
        let assigned = !fixes.is_empty() && mutable && !returned;
        // A reference to what the function itself makes is none to return.
        let lent = lend(case, file, expr.clone(), mutable).filter(|_| !(returned && dies || assigned));
        fixes.extend(lent.map(|fix| fix.doubtful_if(taken || stands_in)));
        if let Some(binding) = binding.filter(|_| !mutable) {
            fixes.extend(borrow_where_bound(file, &binding));
        }
        fixes.extend(annotation(case, &self.mismatch.found).map(|fix| fix.doubtful_if(true)));
        fixes
    }

    /// `map.get(k).unwrap_or(0)`: the `Option` holds a reference, and the other value does not.
    fn option_first(&self) -> Option<Fix> {
        let file = &self.file;
        let argument = match file.destination(self.expr.clone()) {
            Some(Destination::ReturnedFrom(closure)) => closure.range,
            _ => self.expr.clone(),
        };
        let (call, _) = file.call_with_argument(argument)?;
        if !["unwrap_or", "or", "map_or", "unwrap_or_else", "get_or_insert"].contains(&call.name.as_str()) {
            return None;
        }
        let copied = is_copied(self.case, &self.mismatch.found_type);
        let (name, deed) = if copied { (".copied()", Deed::Annotate) } else { (".cloned()", Deed::Clone) };
        append("copy-inside", deed, file, call.receiver?, name)
    }

    /// Whether a place belongs to somebody else: it is reached through a reference, as far as the code
    /// around says.
    fn is_lent(&self, place: Range<usize>) -> bool {
        let file = &self.file;
        let Some(root) = file.place_root_range(place.clone()) else { return false };
        if file.text(root.clone()) == "self" {
            let receiver = file.function_at(root).and_then(|function| function.self_param);
            return receiver.is_some_and(|receiver| receiver.reference);
        }
        let binding = file.binding(file.text(root.clone()), root.start);
        binding.and_then(|it| it.ty).is_some_and(|ty| file.text(ty).starts_with('&')) && file.is_place(place)
    }

    fn value(&self, depth: usize) -> Vec<Fix> {
        let (case, file, expr) = (self.case, &self.file, self.expr.clone());
        let wanted = &self.mismatch.expected_type;
        let copied = is_copied(case, wanted);
        // Nothing is read out of a reference that is not copied.
        let owner = wanted.is_owner() || wanted.name().is_some_and(|name| adt(case, name).is_some());
        let of_crate = !copied && owner;
        let inner = behind_reference(file, expr.clone());
        let mutable = self.mismatch.found.starts_with("&mut ");
        let mut fixes = Vec::new();
        let no_size = matches!(wanted, Type::Slice(_) | Type::Dyn) || wanted.name() == Some("str");
        fixes.extend(self.made_by_callee());
        let default = self.default_is_a_value(copied);
        let ends = default.is_some();
        fixes.extend(default);
        fixes.extend(parameter_to_reference(case, file, expr.clone(), mutable));
        if no_size {
            return fixes;
        }
        if let Some(inner) = &inner
            && depth == 1
        {
            // What a reference or an index lends cannot be taken out of it.
            let owned = file.expr_exactly(inner.clone()).is_some_and(|it| it.kind != ExprKind::Index)
                && file.place_root(inner.clone()).is_none_or(|root| root == file.text(inner.clone()));
            // What is used later cannot be given away.
            let later = variable(file, inner.clone())
                .is_some_and(|binding| file.uses_of(&binding).iter().any(|used| used.range.start > expr.end));
            let keeps = !copied && (!owned || later);
            let stuck = of_crate && self.is_lent(inner.clone());
            fixes.extend(
                remove_reference(file, expr.clone()).filter(|_| !stuck).map(|fix| fix.doubtful_if(keeps)),
            );
        } else {
            let read = read_through(file, expr.clone(), depth).filter(|_| !of_crate);
            fixes.extend(read.map(|fix| fix.doubtful_if(!copied || ends)));
            fixes.extend(
                variable(file, expr.clone())
                    .filter(|_| copied && depth == 1)
                    .and_then(|binding| unwrap_in_pattern(file, &binding)),
            );
        }
        if let Some(function) = returning_function(file, expr.clone()).filter(|_| inner.is_none() || !copied)
        {
            fixes.extend(result_to_reference(case, file, &function, &self.mismatch.found));
        }
        // A copy of what a `&mut` refers to is mostly one of what it was before the changes.
        let before = self.where_declared(copied);
        let changed = mutable && before.is_some() && self.is_handed_on();
        if !copied && is_cloneable(case, &self.mismatch.expected) {
            fixes.extend(clone(file, expr.clone()).map(|fix| fix.doubtful_if(changed)));
        }
        fixes.extend(before.map(|fix| fix.doubtful_if(!changed)));
        fixes.extend(annotation(case, &self.mismatch.found).map(|fix| fix.doubtful_if(true)));
        fixes
    }

    /// `map.get(k).unwrap_or(0)`: the `Option` holds a reference, and its stand-in is a value.
    fn default_is_a_value(&self, copied: bool) -> Option<Fix> {
        let file = &self.file;
        let call = file.call_at(self.expr.clone()).filter(|call| call.range == self.expr)?;
        let value =
            call.args.first().filter(|_| ["unwrap_or", "unwrap_or_else"].contains(&call.name.as_str()))?;
        let value = file.closure_at(value.clone()).map_or(value.clone(), |closure| closure.body);
        if behind_reference(file, value).is_some() {
            return None;
        }
        let (name, deed) = if copied { (".copied()", Deed::Annotate) } else { (".cloned()", Deed::Clone) };
        append("copy-inside", deed, file, call.receiver?, name)
    }

    /// The `&` of `let x = &y;`, where the name is used as a value.
    fn where_declared(&self, copied: bool) -> Option<Fix> {
        let (file, init) = (&self.file, self.init()?);
        match (behind_reference(file, init.clone()), self.is_handed_on()) {
            (None, false) => None,
            (Some(_), _) if copied => remove_reference(file, init),
            (None, true) if copied => read_through(file, init, 1),
            _ => clone(file, init),
        }
    }

    /// `let old = self;` hands the reference on that is used as a value later.
    fn is_handed_on(&self) -> bool {
        let expr = self.init().and_then(|init| self.file.expr_exactly(init));
        expr.is_some_and(|it| it.kind == ExprKind::Path)
    }

    /// What the name was declared with that is used as a value.
    fn init(&self) -> Option<Range<usize>> {
        variable(&self.file, self.expr.clone()).filter(|it| it.simple)?.let_?.init
    }

    /// The function that gives a reference makes a value, so that its signature is what does not fit.
    fn made_by_callee(&self) -> Option<Fix> {
        let (at, function) = called_function(self.case, &self.file, self.expr.clone())?;
        makes_a_value(&at, &function).then(|| result_to_owned(&at, &function)).flatten()
    }

    fn owned(&self) -> Vec<Fix> {
        let (case, file, expr) = (self.case, &self.file, self.expr.clone());
        let mut fixes: Vec<Fix> = self.made_by_callee().into_iter().collect();
        if let Some(function) = returning_function(file, expr.clone()) {
            let literal = file.is_text_literal(expr.clone());
            let fix = result_to_reference(case, file, &function, &self.mismatch.found);
            fixes.extend(fix.map(|fix| fix.doubtful_if(literal)));
        }
        fixes.extend(to_owned(file, expr, &self.mismatch.expected_type));
        // The `&` of `let x = &y;`, where the name is used as an owner.
        let lent = self.init().filter(|init| behind_reference(file, init.clone()).is_some());
        let copy = lent.and_then(|init| to_owned(file, init, &self.mismatch.expected_type));
        fixes.extend(copy.map(|fix| fix.doubtful_if(true)));
        fixes.extend(annotation(case, &self.mismatch.found).map(|fix| fix.doubtful_if(true)));
        fixes
    }

    fn mutable(&self) -> Vec<Fix> {
        access_fixes(mutable_reference(self.case.files, &self.file, self.expr.clone()), None)
    }

    fn pointer(&self, pointer: &str) -> Vec<Fix> {
        let (file, expr) = (&self.file, self.expr.clone());
        if let Some(other) = self.other_operand() {
            return read_through(file, other, 1).into_iter().collect();
        }
        let content = self.mismatch.expected_type.argument_of(pointer);
        let no_size = content.is_some_and(|it| it.name() == Some("str") || matches!(it, Type::Slice(_)));
        wrap(file, expr, pointer, no_size).into_iter().collect()
    }

    fn content(&self, pointer: &str) -> Vec<Fix> {
        let (case, file, expr) = (self.case, &self.file, self.expr.clone());
        let mut fixes = Vec::new();
        fixes.extend(unwrap_constructor(file, expr.clone()));
        fixes.extend(field_to_pointer(case, file, expr.clone(), pointer));
        if fixes.is_empty() && pointer == "Box" {
            fixes.extend(read_through(file, expr.clone(), 1));
        }
        if pointer != "Box" {
            let edits = around(file, expr.clone(), "(*", ").clone()");
            let fix = Fix::new("clone-behind", Cost::local(Deed::Clone), edits);
            fixes.extend(file.is_editable(expr.clone()).then(|| fix.with("code", file.text(expr))));
        }
        fixes
    }

    /// What the code says the type is, where that is no more than a name.
    pub(super) fn declared(&self) -> Vec<Fix> {
        let (file, expr) = (&self.file, self.expr.clone());
        let mut fixes: Vec<Fix> = Vec::new();
        let wants_reference =
            matches!(self.mismatch.difference, Difference::ReferenceWanted { mutable: false, .. });
        if let Some(function) = returning_function(file, expr.clone()).filter(|_| wants_reference) {
            fixes.extend(result_to_owned(file, &function));
        } else if wants_reference && file.destination(expr.clone()) == Some(Destination::Returned) {
            fixes.extend(file.function_at(expr).and_then(|function| result_to_owned(file, &function)));
        }
        fixes.extend(annotation(self.case, &self.mismatch.found).map(|fix| fix.doubtful_if(true)));
        fixes
    }
}

/// The length of what a reference refers to: where its name is declared, or here.
pub fn length(file: &File, expr: Range<usize>) -> Option<Fix> {
    let declared = variable(file, expr.clone()).filter(|it| it.simple).and_then(|it| it.let_?.init);
    let whole = declared.unwrap_or(expr);
    // Without a `&` in the code, nobody meant a reference.
    let place = behind_reference(file, whole.clone())?;
    let mut fix = append("take-length", Deed::Restructure, file, place.clone(), ".len()")?;
    fix.edits.insert(0, Edit::delete(&file.source, whole.start..place.start));
    Some(fix)
}
