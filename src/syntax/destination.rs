//! Where the value of an expression goes.

use std::ops::Range;

use super::{Call, CallKind, Closure, ExprKind, File, Let, StatementKind};

/// What takes a value, or takes what is made of it by methods, fields, `&`, `?` and constructors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// `let x = value;`
    Let(Let),
    /// `place = value`, with the place.
    Assigned(Range<usize>),
    /// `f(value)`, `a.f(value)`: which argument. Constructors such as `Some(value)` are looked through.
    Argument(Call, usize),
    /// `return value`, or the value at the end of the function.
    Returned,
    /// The same for a closure.
    ReturnedFrom(Closure),
}

impl File {
    /// Where the value of the expression at a range goes; nothing where it is looked at and done
    /// with: in a condition, the head of a loop or match, a statement of its own.
    pub fn destination(&self, range: Range<usize>) -> Option<Destination> {
        let mut here = self.expr_at(range)?.range;
        // Every round goes at least one node up.
        loop {
            if let Some(statement) = self.statement_at(here.clone()) {
                match statement.kind {
                    StatementKind::Let(of) if of.init.as_ref() == Some(&here) => {
                        return Some(Destination::Let(of));
                    }
                    StatementKind::Expr if statement.expr.as_ref() == Some(&here) => {
                        let jumps = self.text(here.clone()).starts_with("return");
                        return jumps.then_some(Destination::Returned);
                    }
                    _ => {}
                }
            }
            let outer = self.parents(here.clone()).into_iter().find(|outer| outer.range != here)?;
            match outer.kind {
                ExprKind::MethodCall => {
                    let call = self.call_at(outer.range.clone())?;
                    if call.receiver.as_ref() != Some(&here) {
                        return argument(call, &here);
                    }
                }
                ExprKind::Call => {
                    let call = self.call_at(outer.range.clone())?;
                    // `Some(x)`, `Text(x)` and `Box::new(x)` hold what they are given.
                    let holds = call.name.starts_with(char::is_uppercase) || call.name == "new";
                    if !holds || call.kind != CallKind::Function {
                        return argument(call, &here);
                    }
                }
                ExprKind::MacroCall => {
                    let call = self.call_at(outer.range.clone())?;
                    if call.name != "vec" {
                        return argument(call, &here);
                    }
                }
                ExprKind::Assign => {
                    let place = self.exprs_in(outer.range.clone()).into_iter().nth(1)?.range;
                    return (place != here).then_some(Destination::Assigned(place));
                }
                ExprKind::Return => return Some(self.returned(&outer.range)),
                ExprKind::Closure => {
                    let closure = self.closure_at(outer.range.clone())?;
                    return (closure.body == here).then_some(Destination::ReturnedFrom(closure));
                }
                ExprKind::Block | ExprKind::UnsafeBlock => {
                    let value = self.block_of(outer.range.clone())?.statements.into_iter().last()?;
                    if value.kind != StatementKind::Tail || value.range != here {
                        return None;
                    }
                    let body = self.function_at(here.clone()).and_then(|function| function.body);
                    if body.as_ref() == Some(&outer.range) {
                        return Some(Destination::Returned);
                    }
                }
                // A branch, and not the condition or what is matched.
                ExprKind::Match | ExprKind::If => {
                    let before = self.token_before(here.start).map(|word| self.text(word));
                    let block = self.block_of(here.clone()).is_some();
                    if !(before == Some("=>")
                        || before == Some("else")
                        || block && outer.kind == ExprKind::If)
                    {
                        return None;
                    }
                }
                ExprKind::Ref { .. } | ExprKind::Paren | ExprKind::Field | ExprKind::Index => {}
                ExprKind::Try | ExprKind::Await | ExprKind::Cast => {}
                ExprKind::Tuple | ExprKind::Array | ExprKind::Struct => {}
                _ => return None,
            }
            here = outer.range;
        }
    }

    /// The variable that a place belongs to, or else the first one that an expression names.
    pub fn first_variable(&self, range: Range<usize>) -> Option<String> {
        let within = || self.exprs_in(range.clone()).into_iter().find_map(|expr| self.place_root(expr.range));
        self.place_root(range.clone()).or_else(within)
    }

    fn returned(&self, at: &Range<usize>) -> Destination {
        let closure = self.closure_at(at.clone()).filter(|closure| closure.range != *at);
        closure.map_or(Destination::Returned, Destination::ReturnedFrom)
    }
}

fn argument(call: Call, here: &Range<usize>) -> Option<Destination> {
    let index = call.args.iter().position(|argument| argument == here)?;
    Some(Destination::Argument(call, index))
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::rc::Rc;

    use super::Destination;
    use crate::source::Source;
    use crate::syntax::File;

    /// The destination of the first `&x` in the body of a function.
    fn of(body: &str) -> String {
        let text = format!("fn f() -> T {{ {body} }}");
        let file = File::new(Rc::new(Source::new("a.rs", PathBuf::from("a.rs"), text.clone())));
        let at = text.find("&x").expect("the body has one");
        match file.destination(at..at + 2) {
            Some(Destination::Let(of)) => format!("let {}", of.name.unwrap_or_default()),
            Some(Destination::Assigned(place)) => format!("{} =", file.text(place)),
            Some(Destination::Argument(call, index)) => format!("{} {index}", call.name),
            Some(Destination::Returned) => "returned".to_owned(),
            Some(Destination::ReturnedFrom(closure)) => format!("from {}", file.text(closure.bars)),
            None => "nothing".to_owned(),
        }
    }

    #[test]
    fn a_value_is_followed_to_what_takes_it() {
        assert_eq!(of("let a = &x;"), "let a");
        assert_eq!(of("let a = Some(S { b: (&x).c(), d });"), "let a");
        assert_eq!(of("let a = if b { &x } else { c };"), "let a");
        assert_eq!(of("let a = match b { C => &x, _ => d };"), "let a");
        assert_eq!(of("a.b = vec![&x];"), "a.b =");
        assert_eq!(of("a.push(1, &x);"), "push 1");
        assert_eq!(of("f(&x)"), "f 0");
        assert_eq!(of("return Some(&x);"), "returned");
        assert_eq!(of("if a { b } else { &x }"), "returned");
        assert_eq!(of("a.map(|y| &x)"), "from |y|");
        assert_eq!(of("if let A = &x { b }"), "nothing");
        assert_eq!(of("let a = if &x == b { c } else { d };"), "nothing");
        assert_eq!(of("let a = match b { c if &x == c => d, _ => e };"), "nothing");
        assert_eq!(of("let a = if b { c } else if d { &x } else { e };"), "let a");
        assert_eq!(of("(&x).b();"), "nothing");
    }
}
