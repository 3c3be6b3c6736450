//! Makes a place changeable: follows it to what it is reached through (a variable, `self`, a
//! parameter, a reference, a lookup) and says `mut` wherever it is missing, calls included.
//!
//! What the steps are is known even where one of them cannot be written; then there are no edits.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use super::change::first_part;
use super::mutable_methods::{is_guard_method, mutable_method, passes_references_on};
use super::mutable_parameter::is_mutable_reference;
use crate::fix::Edit;
use crate::syntax::{Binding, BindingKind, ExprKind, File, Files, Function, TypeKind};

/// What a place is reached through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// A variable that holds the value itself.
    Variable,
    /// `&self`.
    SelfParam,
    /// A parameter `&T`.
    Parameter,
    /// A variable that holds a reference.
    Reference,
    /// `&place`.
    Borrow,
    /// The item of a `for` loop.
    LoopItem,
    /// The parameter of a closure.
    ClosureItem,
    /// A name in a pattern that takes a reference apart.
    Pattern,
    /// `ref name` in a pattern.
    RefPattern,
    /// A method that returns a shared reference: `get`, `iter`.
    Method,
    /// A method that returns a guard for reading: `borrow`, `read`.
    Guard,
    /// A field that holds a reference.
    Field,
    /// A static or constant.
    Item,
}

/// One step on the way from a place to what owns the value.
#[derive(Clone, Debug)]
pub struct Step {
    /// What it is.
    pub through: Through,
    /// The name of the variable, parameter or method; of a borrow, the place that is lent.
    pub name: String,
    /// Where that stands.
    pub range: Range<usize>,
    /// The file.
    pub file: Rc<File>,
    /// The function whose signature is concerned.
    pub function: Option<String>,
    /// The method that lends for changes instead.
    pub instead: Option<String>,
}

impl Step {
    /// The bullet of the texts that says what stands here.
    pub fn role(&self) -> Option<&'static str> {
        match self.through {
            Through::Method | Through::Guard => Some("lender"),
            Through::Borrow => Some("lent"),
            Through::SelfParam | Through::Parameter => Some("declared"),
            Through::LoopItem | Through::ClosureItem | Through::Pattern => Some("name"),
            Through::RefPattern | Through::Reference => Some("name"),
            Through::Field => Some("field"),
            Through::Variable | Through::Item => None,
        }
    }
}

/// The way from a place to its owner.
#[derive(Debug, Default)]
pub struct Access {
    /// The steps, the nearest to the place first.
    pub steps: Vec<Step>,
    /// What makes the place changeable; nothing where some step cannot be written as an edit.
    pub edits: Option<Vec<Edit>>,
    /// Whether a signature changes.
    pub signature: bool,
}

/// Follows a place. `shared` says that rustc has called the variable that it begins with a shared
/// reference.
pub fn mutable_access(files: &Files, file: &Rc<File>, place: Range<usize>, shared: bool) -> Access {
    let mut walk = Walk::new(files);
    let done = if shared { walk.shared_place(file, place) } else { walk.place(file, place) };
    walk.finish(done)
}

/// Follows an expression that has to become a mutable reference.
pub fn mutable_reference(files: &Files, file: &Rc<File>, reference: Range<usize>) -> Access {
    let mut walk = Walk::new(files);
    let done = walk.reference(file, reference);
    walk.finish(done)
}

/// At most so many functions change their signature in one fix.
const MOST_FUNCTIONS: usize = 12;

/// At most so many edits are in one fix: more than that is no longer a patch to read.
const MOST_EDITS: usize = 60;

pub(super) struct Walk<'a> {
    pub(super) files: &'a Files,
    pub(super) edits: BTreeSet<Edit>,
    pub(super) steps: Vec<Step>,
    pub(super) functions: BTreeSet<(String, usize, usize)>,
    variables: BTreeSet<(String, usize)>,
    /// Steps are told for the first place alone, not for those at the calls.
    pub(super) telling: bool,
}

impl<'a> Walk<'a> {
    pub(super) fn new(files: &'a Files) -> Walk<'a> {
        Walk {
            files,
            edits: BTreeSet::new(),
            steps: Vec::new(),
            functions: BTreeSet::new(),
            variables: BTreeSet::new(),
            telling: true,
        }
    }

    pub(super) fn finish(self, done: Option<()>) -> Access {
        let signature = !self.functions.is_empty();
        let edits: Vec<Edit> = self.edits.into_iter().collect();
        let readable =
            !edits.is_empty() && edits.len() <= MOST_EDITS && self.functions.len() <= MOST_FUNCTIONS;
        Access { steps: self.steps, edits: done.filter(|()| readable).map(|()| edits), signature }
    }

    pub(super) fn insert(&mut self, file: &File, at: usize, text: &str) -> Option<()> {
        if !file.is_editable(at..at) || self.edits.len() > MOST_EDITS {
            return None;
        }
        self.edits.insert(Edit::insert(&file.source, at, text));
        Some(())
    }

    fn step(&mut self, through: Through, file: &Rc<File>, range: Range<usize>) -> Option<&mut Step> {
        if !self.telling {
            return None;
        }
        let name = file.text(range.clone()).to_owned();
        self.steps.push(Step { through, name, range, file: file.clone(), function: None, instead: None });
        self.steps.last_mut()
    }

    /// The place of an expression must be one that can be changed.
    pub(super) fn place(&mut self, file: &Rc<File>, range: Range<usize>) -> Option<()> {
        let expr = file.expr_exactly(range)?;
        match expr.kind {
            ExprKind::Path | ExprKind::Capture => self.variable(file, expr.range, false),
            ExprKind::Field | ExprKind::Index | ExprKind::Paren => {
                self.place(file, first_part(file, expr.range)?)
            }
            ExprKind::Deref => self.reference(file, first_part(file, expr.range)?),
            // What a method returns is a reference, or nobody could change anything behind it.
            ExprKind::MethodCall | ExprKind::Try => self.reference(file, expr.range),
            _ => None,
        }
    }

    /// The same for a place whose variable is known to be a shared reference.
    fn shared_place(&mut self, file: &Rc<File>, range: Range<usize>) -> Option<()> {
        match file.place_root_range(range.clone()) {
            Some(root) => self.variable(file, root, true),
            None => self.place(file, range),
        }
    }

    /// An expression must give a mutable reference instead of a shared one.
    pub(super) fn reference(&mut self, file: &Rc<File>, range: Range<usize>) -> Option<()> {
        let expr = file.expr_exactly(range)?;
        match expr.kind {
            ExprKind::Paren | ExprKind::Try => self.reference(file, first_part(file, expr.range)?),
            ExprKind::Path | ExprKind::Capture => self.variable(file, expr.range, true),
            ExprKind::Ref { mutable } => {
                let place = first_part(file, expr.range.clone())?;
                self.step(Through::Borrow, file, place.clone());
                // A `&mut` reference is lent on; one to it would need a name that may change.
                if !mutable && is_mutable_reference(file, &place) {
                    return self.insert(file, expr.range.start + 1, "mut *");
                }
                if !mutable {
                    self.insert(file, expr.range.start + 1, "mut ")?;
                }
                if self.is_temporary(file, place.clone()) { Some(()) } else { self.place(file, place) }
            }
            ExprKind::MethodCall => self.method(file, expr.range),
            _ => None,
        }
    }

    fn method(&mut self, file: &Rc<File>, range: Range<usize>) -> Option<()> {
        let call = file.call_at(range)?;
        let receiver = call.receiver.clone()?;
        let in_chain = self.hands_items_on(file, receiver.clone());
        if passes_references_on(&call.name, in_chain) {
            return self.reference(file, receiver);
        }
        if call.name.ends_with("_mut") {
            return Some(());
        }
        let own = || self.own_mutable_method(file, &call.name);
        let instead = mutable_method(&call.name).map(str::to_owned).or_else(own);
        let guard = is_guard_method(&call.name) && call.args.is_empty();
        let through = if guard { Through::Guard } else { Through::Method };
        if let Some(step) = self.step(through, file, call.name_range.clone()) {
            step.instead = instead.clone();
        }
        let instead = instead?;
        if !file.is_editable(call.name_range.clone()) {
            return None;
        }
        // The smallest edit: `_mut` behind `iter`.
        self.edits.insert(match instead.strip_prefix(call.name.as_str()) {
            Some(suffix) => Edit::insert(&file.source, call.name_range.end, suffix),
            None => Edit::replace(&file.source, call.name_range, instead),
        });
        // The content of a cell or lock is changed through a shared owner.
        if guard { Some(()) } else { self.place(file, receiver) }
    }

    /// Whether an expression is an iterator, whose `last` and `filter` hand its items on.
    fn hands_items_on(&self, file: &File, range: Range<usize>) -> bool {
        let start = range.start;
        let chain = file.method_chain(first_name(file, range.clone()).unwrap_or(start..start));
        chain
            .iter()
            .any(|call| call.range.end <= range.end && super::mutable_methods::begins_iterating(&call.name))
    }

    /// `items_mut` for a method `items` of the crate, where there is one.
    fn own_mutable_method(&self, file: &Rc<File>, name: &str) -> Option<String> {
        let instead = format!("{name}_mut");
        let files = self.files.crate_files_with(&file.source.name, &format!("fn {instead}"));
        let known = files.iter().flat_map(|file| file.functions_named(&instead));
        known.into_iter().any(|function| function.self_param.is_some()).then_some(instead)
    }

    /// A variable must be changeable, or (`shared`) hold a mutable reference instead of a shared one.
    fn variable(&mut self, file: &Rc<File>, name: Range<usize>, shared: bool) -> Option<()> {
        let binding = file.binding(file.text(name.clone()), name.start)?;
        if !self.variables.insert((file.source.name.clone(), binding.name_range.start)) {
            return Some(());
        }
        match binding.kind {
            BindingKind::SelfParam => self.self_value(file, &binding),
            BindingKind::Static | BindingKind::Const => {
                self.step(Through::Item, file, binding.name_range);
                None
            }
            _ if binding.by_ref && !is_ref_mut(file, &binding) => {
                self.step(Through::RefPattern, file, binding.name_range.clone());
                self.insert(file, binding.name_range.start, "mut ")?;
                self.place(file, file.match_of(binding.name_range)?.scrutinee?)
            }
            BindingKind::Param => self.parameter_value(file, &binding, shared),
            BindingKind::Let if binding.simple => self.let_value(file, &binding, shared),
            BindingKind::For => {
                self.step(Through::LoopItem, file, binding.name_range.clone());
                self.items(file, file.match_of(binding.name_range)?.scrutinee?)
            }
            BindingKind::ClosureParam => {
                self.step(Through::ClosureItem, file, binding.name_range.clone());
                let closure = file.closure_at(binding.name_range)?;
                let (call, _) = file.call_with_argument(closure.range)?;
                self.reference(file, call.receiver?)
            }
            _ => {
                let scrutinee = file.match_of(binding.name_range.clone())?.scrutinee?;
                if !shared && !self.is_shared(file, scrutinee.clone()) {
                    return self.declare_mut(file, &binding);
                }
                self.step(Through::Pattern, file, binding.name_range);
                match self.reference(file, scrutinee.clone()) {
                    // `match self.left { .. }` with `ref` patterns around this name.
                    None if self.edits.is_empty() => self.place(file, scrutinee),
                    done => done,
                }
            }
        }
    }

    /// What a `for` loop goes through must lend its items for changes.
    fn items(&mut self, file: &Rc<File>, header: Range<usize>) -> Option<()> {
        match file.expr_exactly(header)? {
            expr if expr.kind == ExprKind::Path && !self.is_shared(file, expr.range.clone()) => None,
            expr => self.reference(file, expr.range),
        }
    }

    fn let_value(&mut self, file: &Rc<File>, binding: &Binding, shared: bool) -> Option<()> {
        let statement = binding.let_.clone()?;
        if let Some(TypeKind::Reference { mutable, inner, .. }) =
            binding.ty.clone().and_then(|ty| kind(file, ty))
        {
            if mutable {
                return Some(());
            }
            self.step(Through::Reference, file, binding.name_range.clone());
            self.insert(file, inner.start, "mut ")?;
            return self.reference(file, statement.init?);
        }
        let Some(init) = statement.init else { return self.declare_mut(file, binding) };
        if shared || self.is_shared(file, init.clone()) {
            self.step(Through::Reference, file, binding.name_range.clone());
            return self.reference(file, init);
        }
        if self.is_guard(file, init.clone()) {
            self.declare_mut(file, binding)?;
            return self.reference(file, init);
        }
        let expr = file.expr_exactly(init.clone())?;
        let call = file.call_at(init.clone()).filter(|call| call.range == init);
        let lends = call.is_some_and(|call| call.name.ends_with("_mut") && call.name != "borrow_mut");
        if expr.kind == (ExprKind::Ref { mutable: true }) || lends {
            return Some(());
        }
        self.declare_mut(file, binding)
    }

    fn declare_mut(&mut self, file: &Rc<File>, binding: &Binding) -> Option<()> {
        self.step(Through::Variable, file, binding.name_range.clone());
        if binding.mutable {
            return Some(());
        }
        let (at, text) = file.mut_insert(binding)?;
        self.insert(file, at, &text)
    }

    fn parameter_value(&mut self, file: &Rc<File>, binding: &Binding, shared: bool) -> Option<()> {
        let function = file.function_at(binding.name_range.clone())?;
        let index = function.params.iter().position(|param| param.pattern == binding.pattern)?;
        let ty = function.params.get(index)?.ty.clone()?;
        match kind(file, ty) {
            Some(TypeKind::Reference { mutable: true, .. }) if !shared => Some(()),
            Some(TypeKind::Reference { mutable: true, .. }) => None,
            Some(TypeKind::Reference { .. } | TypeKind::RawPointer) => {
                if let Some(step) = self.step(Through::Parameter, file, binding.name_range.clone()) {
                    step.function = Some(function.name.clone());
                }
                self.parameter(file, &function, index)
            }
            _ if shared => None,
            _ => self.declare_mut(file, binding),
        }
    }

    fn self_value(&mut self, file: &Rc<File>, binding: &Binding) -> Option<()> {
        let function = file.function_at(binding.name_range.clone())?;
        let receiver = function.self_param.clone()?;
        let typed = receiver.ty.clone().and_then(|ty| kind(file, ty));
        match typed {
            Some(TypeKind::Reference { mutable: true, .. }) => return Some(()),
            Some(TypeKind::Reference { .. }) => {}
            _ if receiver.reference && receiver.mutable => return Some(()),
            _ if receiver.reference => {}
            _ => return self.declare_mut(file, binding),
        }
        if let Some(step) = self.step(Through::SelfParam, file, receiver.self_token.clone()) {
            step.function = Some(function.name.clone());
        }
        self.receiver(file, &function)
    }

    /// Whether an expression is known to give a shared reference, or what hands out such ones.
    pub(super) fn is_shared(&self, file: &Rc<File>, range: Range<usize>) -> bool {
        let Some(expr) = file.expr_exactly(range) else { return false };
        match expr.kind {
            ExprKind::Ref { mutable } => !mutable,
            ExprKind::Paren | ExprKind::Try => {
                first_part(file, expr.range).is_some_and(|inner| self.is_shared(file, inner))
            }
            ExprKind::Path => {
                let Some(binding) = file.binding(file.text(expr.range.clone()), expr.range.start) else {
                    return false;
                };
                let typed = binding.ty.clone().and_then(|ty| kind(file, ty));
                let by_self = || file.function_at(binding.name_range.clone()).and_then(|f| f.self_param);
                match (binding.kind, typed) {
                    (_, Some(TypeKind::Reference { mutable, .. })) => !mutable,
                    (BindingKind::SelfParam, _) => by_self().is_some_and(|it| it.reference && !it.mutable),
                    (BindingKind::Let, _) => {
                        let init = binding.let_.and_then(|statement| statement.init);
                        init.is_some_and(|init| self.is_shared(file, init))
                    }
                    _ => false,
                }
            }
            ExprKind::MethodCall => {
                let Some(call) = file.call_at(expr.range) else { return false };
                let Some(receiver) = call.receiver.clone() else { return false };
                if passes_references_on(&call.name, self.hands_items_on(file, receiver.clone())) {
                    return self.is_shared(file, receiver);
                }
                mutable_method(&call.name).is_some() && !is_guard_method(&call.name)
                    || self.returns_shared(file, &call.name)
            }
            _ => false,
        }
    }

    /// Whether an expression makes a new value, which anyone may change.
    fn is_temporary(&self, file: &Rc<File>, range: Range<usize>) -> bool {
        use ExprKind::{Array, Call, Literal, MacroCall, MethodCall, Struct, Tuple};
        match file.expr_exactly(range).map(|expr| (expr.kind, expr.range)) {
            Some((Array | Call | Literal | MacroCall | Struct | Tuple, _)) => true,
            Some((MethodCall, range)) => !self.is_shared(file, range),
            _ => false,
        }
    }

    /// Whether an expression gives a guard for reading.
    fn is_guard(&self, file: &Rc<File>, range: Range<usize>) -> bool {
        let Some(call) = file.call_at(range.clone()).filter(|call| call.range == range) else { return false };
        let within =
            |call: &crate::syntax::Call| call.receiver.clone().is_some_and(|it| self.is_guard(file, it));
        is_guard_method(&call.name) && call.args.is_empty()
            || passes_references_on(&call.name, false) && within(&call)
    }

    /// Whether all methods of this name in the crate return shared references.
    fn returns_shared(&self, file: &Rc<File>, name: &str) -> bool {
        let files = self.files.crate_files_with(&file.source.name, &format!("fn {name}"));
        let found: Vec<(Rc<File>, Function)> = files
            .iter()
            .flat_map(|file| {
                file.functions_named(name).into_iter().map(move |function| (file.clone(), function))
            })
            .filter(|(_, function)| function.self_param.is_some())
            .collect();
        !found.is_empty()
            && found.iter().all(|(file, function)| {
                let returned = function.return_type.clone().unwrap_or(0..0);
                let kinds = file.type_refs(returned).into_iter().map(|ty| ty.kind);
                let mut references = kinds.filter_map(|kind| match kind {
                    TypeKind::Reference { mutable, .. } => Some(mutable),
                    _ => None,
                });
                references.next() == Some(false)
            })
    }
}

/// Whether a name with `ref` has a `mut` after that.
fn is_ref_mut(file: &File, binding: &Binding) -> bool {
    file.token_before(binding.name_range.start).is_some_and(|word| file.text(word) == "mut")
}

/// What a written type is.
pub(super) fn kind(file: &File, ty: Range<usize>) -> Option<TypeKind> {
    file.type_at(ty).map(|ty| ty.kind)
}

/// The first name of a chain of calls and fields.
fn first_name(file: &File, range: Range<usize>) -> Option<Range<usize>> {
    let parts = file.exprs_in(range.clone()).into_iter().map(|expr| expr.range);
    parts.rev().find(|inner| inner.start == range.start)
}
