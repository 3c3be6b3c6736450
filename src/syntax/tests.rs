//! Small programs with `$marked$` code, a question about it, and the answer.

mod names;
mod robust;

use std::ops::Range;
use std::path::PathBuf;
use std::rc::Rc;

use super::*;

fn file(text: &str) -> File {
    File::new(Rc::new(Source::new("src/main.rs", PathBuf::from("src/main.rs"), text.to_owned())))
}

/// The file without its marks, and the code between the first two.
fn marked(text: &str) -> (File, Range<usize>) {
    let start = text.find('$').expect("a mark");
    let end = text[start + 1..].find('$').expect("a second mark") + start;
    (file(&text.replace('$', "")), start..end)
}

/// Asks about the marked code; the answer's ranges can be shown as code by the second argument.
fn ask<A>(text: &str, question: impl Fn(&File, Range<usize>) -> A) -> A {
    let (file, range) = marked(text);
    question(&file, range)
}

/// The code of a range that may be missing.
fn code(file: &File, range: Option<Range<usize>>) -> String {
    range.map_or_else(|| "-".to_owned(), |range| file.text(range).to_owned())
}

fn codes(file: &File, ranges: impl IntoIterator<Item = Range<usize>>) -> Vec<String> {
    ranges.into_iter().map(|range| file.text(range).to_owned()).collect()
}

#[test]
fn expressions_are_found_by_kind() {
    use ExprKind::*;
    let table: &[(&str, Option<(&str, ExprKind)>)] = &[
        ("fn f() { g($s$); }", Some(("s", Path))),
        ("fn f() { v.$into_iter()$; }", Some(("v.into_iter()", MethodCall))),
        ("fn f() { v.$iter$().map(g); }", Some(("v.iter()", MethodCall))),
        ("fn f() { let c = $move |x|$ x + 1; }", Some(("move |x| x + 1", Closure))),
        ("fn f() { let c = |$x$| x + 1; }", Some(("|x| x + 1", Closure))),
        ("fn f() { let $x$ = 1; }", None),
        ("fn f(x: $T$) {}", None),
        ("fn f() { $a.b[0].c = 1$; }", Some(("a.b[0].c = 1", Assign))),
        ("fn f() { $a += 1;$ }", Some(("a += 1", CompoundAssign))),
        ("fn f() { g($&mut x$) }", Some(("&mut x", Ref { mutable: true }))),
        ("fn f() { $*x$ = 1 }", Some(("*x", Deref))),
        ("fn f() $\\{ 1 \\}$", Some(("{ 1 }", Block))),
        ("fn f() { let a = $async move { x }$; }", Some(("async move { x }", AsyncBlock))),
        ("fn f() { println!(\"{}\", $s$); }", Some(("s", Path))),
        ("fn f() { println!(\"{}\", $vec![s, t]$); }", Some(("vec![s, t]", MacroCall))),
        ("fn f() { assert_eq!(vec![1], g($x$)); }", Some(("x", Path))),
        ("fn f() { println!(\"{$name$:?}\"); }", Some(("name", Capture))),
        ("fn f() { println!(\"$name$\"); }", Some(("\"name\"", Literal))),
        ("fn f() { for x in $v$ {} }", Some(("v", Path))),
        ("fn f() { $for x in v$ {} }", Some(("for x in v {}", For))),
        ("fn f() { match a { $Some(x)$ => 1, _ => 2 } }", None),
        ("fn f() { S { $name$ } }", Some(("name", Path))),
        ("fn f() { json!({ \"a\": $x$ }) }", Some(("json!({ \"a\": x })", MacroCall))),
        ("fn f() { g($-1$) }", Some(("-1", Prefix))),
        ("fn f() { if let Some(x) = $self.next()$? {} }", Some(("self.next()", MethodCall))),
    ];
    for (program, wanted) in table {
        let found = ask(&program.replace("\\{", "{").replace("\\}", "}"), |file, range| {
            file.expr_at(range).map(|expr| (file.text(expr.range).to_owned(), expr.kind))
        });
        let wanted = wanted.map(|(text, kind)| (text.to_owned(), kind));
        assert_eq!(found, wanted, "{program}");
    }
}

#[test]
fn exactness_and_parents() {
    let exact = |program: &str| ask(program, |file, range| file.expr_exactly(range).is_some());
    assert!(exact("fn f() { g($a.b$) }"));
    assert!(!exact("fn f() { g(a.$b$) }"));
    assert!(!exact("fn f() { $g(a$.b) }"));
    let kinds = ask("fn f() { v.iter().for_each(|x| g(&$x$)); }", |file, range| {
        file.parents(range).iter().map(|expr| expr.kind).collect::<Vec<_>>()
    });
    use ExprKind::*;
    assert_eq!(kinds, [Ref { mutable: false }, Call, Closure, MethodCall, Block]);
    let kinds = ask("fn f() { g(format!(\"{$x$}\")); }", |file, range| {
        file.parents(range).iter().map(|expr| expr.kind).collect::<Vec<_>>()
    });
    assert_eq!(kinds, [MacroCall, Call, Block]);
}

#[test]
fn places() {
    let root = |program: &str| ask(program, |file, range| file.place_root(range));
    assert_eq!(root("fn f() { $self.a[b].c$; }").as_deref(), Some("self"));
    assert_eq!(root("fn f() { $(*x).y$; }").as_deref(), Some("x"));
    assert_eq!(root("fn f() { print!(\"{$x$}\"); }").as_deref(), Some("x"));
    assert_eq!(root("fn f() { $a.b().c$; }"), None);
    let path = |program: &str| ask(program, |file, range| file.field_path(range));
    assert_eq!(path("fn f() { $(*self.a).b.0$; }").unwrap(), ["self", "a", "b", "0"]);
    assert_eq!(path("fn f() { $self.a[0].b$; }"), None);
    assert!(ask("fn f() { g($a.b$); }", |file, range| file.is_place(range)));
    assert!(ask("fn f() { g($a$); }", |file, range| file.is_path_named(range, "a")));
    assert!(ask("fn f() { g($-1.5$); }", |file, range| file.is_const_expr_literal(range)));
    assert!(!ask("fn f() { g($-x$); }", |file, range| file.is_const_expr_literal(range)));
}

#[test]
fn calls_and_arguments() {
    type Answer = Option<(&'static str, CallKind, usize)>;
    let table: &[(&str, Answer)] = &[
        ("fn f() { take(a, $s$); }", Some(("take", CallKind::Function, 1))),
        ("fn f() { v.push($s$); }", Some(("push", CallKind::Method, 0))),
        ("fn f() { take(&mut ($s$)); }", Some(("take", CallKind::Function, 0))),
        ("fn f() { std::println!(\"{}\", $s$); }", Some(("println", CallKind::Macro, 1))),
        ("fn f() { println!(\"{x}\", x = $s$); }", Some(("println", CallKind::Macro, 1))),
        ("fn f() { vec![0; $n$]; }", Some(("vec", CallKind::Macro, 1))),
        ("fn f() { info!(target: \"net\", \"{}\", $s$); }", Some(("info", CallKind::Macro, 2))),
        ("fn f() { debug!(%a, ?$s$); }", Some(("debug", CallKind::Macro, 1))),
        ("fn f() { let a = dbg!(take(Some($s$))); }", Some(("Some", CallKind::Function, 0))),
        ("fn f() { $s$.len(); }", None),
        ("fn f() { $s$ + 1; }", None),
    ];
    for (program, wanted) in table {
        let found = ask(program, |file, range| file.call_with_argument(range));
        let found = found.as_ref().map(|(call, n)| (call.name.as_str(), call.kind, *n));
        assert_eq!(found, *wanted, "{program}");
    }
    for program in [
        "fn f() { v.$push(1)$; }",
        "fn f() { $v.push(1)$; }",
        "fn f() { v.$push$(1); }",
        "fn f() { $Vec::push$(v, 1); }",
        "fn f() { $push!$(v, 1); }",
        "fn f() { $push![v, 1]$; }",
    ] {
        assert_eq!(ask(program, |file, range| file.call_at(range)).expect(program).name, "push");
    }
    let on = ask("fn f() { ($a.b$).take(1); }", |file, range| file.method_call_on(range));
    assert_eq!(on.unwrap().name, "take");
    let chain =
        ask("fn f() { let x = $v$.iter().map(|x| x.g())?.collect::<T>() + w.h(); }", |file, range| {
            file.method_chain(range).into_iter().map(|call| call.name).collect::<Vec<_>>()
        });
    assert_eq!(chain, ["iter", "map", "collect"]);
    let program = file("fn f() { take(1); println!(\"{}\", take(vec![take(2)])); unread! { take(3) } }");
    assert_eq!(program.calls_named("take").len(), 3);
    let around = ask("fn f() { json!({ \"a\": $x$ }); }", |file, range| file.enclosing_macro_call(range));
    assert_eq!(around.unwrap().name, "json");
}

const METHOD: &str = "
struct S<'s>(&'s str);
/// Doc.
impl<'s> Named for &S<'s> {
    // A comment.
    #[inline]
    pub(crate) async fn name<'a, T: Clone>(&'a mut self, mut key: &T, (a, b): (u8, u8)) -> &'a str where T: Copy {
        $key$
    }
}
trait Named<'t> { fn g(self: Box<Self>); fn h(mut self) {} }
";

#[test]
fn functions_and_impls() {
    let (file, range) = marked(METHOD);
    let f = file.function_at(range.clone()).unwrap();
    assert!(file.text(f.range.clone()).starts_with("pub(crate) async fn name"));
    assert_eq!(
        codes(&file, [f.name_range.clone(), f.fn_token.clone(), f.params_range.clone()])[..2],
        ["name", "fn"]
    );
    assert_eq!((f.lifetimes.join(" "), f.type_params.join(" ")), ("'a".to_owned(), "T".to_owned()));
    assert_eq!(code(&file, f.return_type.clone()), "&'a str");
    assert_eq!(code(&file, f.generics.clone()), "<'a, T: Clone>");
    assert_eq!(code(&file, f.where_clause.clone()), "where T: Copy");
    assert!(code(&file, f.body.clone()).starts_with('{') && code(&file, f.body.clone()).ends_with('}'));
    assert!(f.is_async && f.is_pub && !f.is_const && f.in_trait_impl && !f.in_trait);
    assert_eq!(f.arrow_insert, f.params_range.end);
    let own = f.self_param.clone().unwrap();
    assert!(own.reference && own.mutable);
    assert_eq!((own.lifetime.unwrap().1, code(&file, own.mut_token)), ("'a".to_owned(), "mut".to_owned()));
    assert_eq!(f.params[0].name.as_deref(), Some("key"));
    assert!(f.params[0].mutable);
    assert_eq!(code(&file, f.params[0].ty.clone()), "&T");
    assert_eq!((f.params[1].name.clone(), file.text(f.params[1].pattern.clone())), (None, "(a, b)"));
    let i = file.impl_at(range).unwrap();
    assert_eq!((i.self_name.as_deref(), i.trait_name.as_deref()), (Some("S"), Some("Named")));
    assert_eq!(file.text(i.range.clone()).split(' ').next(), Some("impl<'s>"));
    assert_eq!(f.parent, Some(i.range.clone()));
    let g = file.functions_named("g").remove(0);
    assert!(g.in_trait && g.body.is_none() && code(&file, g.self_param.unwrap().ty) == "Box<Self>");
    assert_eq!(file.trait_at(g.name_range.clone()).unwrap().name, "Named");
    assert_eq!(file.function_by_name_span(g.name_range).unwrap().name, "g");
    assert_eq!(file.lifetime_insert(&f, "'b"), (f.generics.clone().unwrap().start + 3, ", 'b".to_owned()));
    assert_eq!(file.fresh_lifetime(f.body.unwrap().start), "'b");
    assert_eq!(file.lifetime_insert(&i, "'b").1, ", 'b");
}

#[test]
fn types_and_their_insertions() {
    let text = "#[derive(Debug, std::clone::Clone)]\n#[repr(C)]\npub struct P<T> { pub a: &T, b: Vec<u8> }\n  enum E { A(u8), B { c: String } }\nfn f<>() {}\nfn g<T>() {}\nfn h() {}";
    let file = file(text);
    let p = file.adt_named("P").unwrap();
    assert_eq!(p.derives, ["Debug", "Clone"]);
    assert_eq!(
        p.fields.iter().map(|f| file.text(f.range.clone())).collect::<Vec<_>>(),
        ["pub a: &T", "b: Vec<u8>"]
    );
    assert_eq!(file.text(p.range.clone()).split(' ').next(), Some("pub"));
    assert_eq!(file.derive_insert(&p, "Copy").1, ", Copy");
    let e = file.adt_named("E").unwrap();
    assert_eq!((e.kind, e.fields.len(), e.fields[1].name.as_deref()), (AdtKind::Enum, 2, Some("c")));
    assert_eq!(file.derive_insert(&e, "Copy"), (e.range.start, "#[derive(Copy)]\n  ".to_owned()));
    assert_eq!(file.lifetime_insert(&e, "'a"), (e.name_range.end, "<'a>".to_owned()));
    assert_eq!(file.lifetime_insert(&p, "'a"), (p.name_range.end + 1, "'a, ".to_owned()));
    let insert = |name: &str| file.lifetime_insert(&file.functions_named(name)[0], "'a").1;
    assert_eq!([insert("f"), insert("g"), insert("h")], ["'a", "'a, ", "<'a>"]);
}

#[test]
fn type_references() {
    let (file, range) =
        marked("fn f(x: $&mut Option<Box<dyn Fn(&str) -> &u8 + 'x>>$, y: R<'a, T>) -> &str {}");
    let kinds: Vec<String> =
        file.type_refs(range.clone()).iter().map(|t| file.text(t.range.clone()).to_owned()).collect();
    assert_eq!(kinds[1], "Option<Box<dyn Fn(&str) -> &u8 + 'x>>");
    assert!(
        matches!(&file.type_at(range.clone()).unwrap().kind, TypeKind::Reference { mutable: true, amp, .. } if *amp == range.start + 1)
    );
    assert_eq!(file.elided_references(range.clone()), [range.start + 1]);
    assert_eq!(file.lifetimes_in(range).iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["'x"]);
    let f = &file.functions_named("f")[0];
    let path = file.type_at(f.params[1].ty.clone().unwrap()).unwrap();
    assert!(
        matches!(path.kind, TypeKind::Path { name, lifetimes, .. } if name == "R" && lifetimes.len() == 1)
    );
    assert_eq!(file.elided_references(f.range.clone()).len(), 2);
    let own =
        ask("trait T { fn g($&self, a: &u8$) -> &u8; }", |file, range| file.elided_references(range).len());
    assert_eq!(own, 2);
}

#[test]
fn blocks_loops_and_closures() {
    let program = "fn f() {\n    let a = 1;\n    'out: for x in v {\n        // Why.\n        #[allow(unused)] let c = move |y: u8| -> u8 { while go() { $use_it(y);$ } 1 };\n        c(2)\n    }\n    a\n}";
    let (file, range) = marked(program);
    let inner = file.loop_at(range.clone()).unwrap();
    assert_eq!((inner.kind, code(&file, inner.header)), (LoopKind::While, "go()".to_owned()));
    assert_eq!(file.loops_around(range.clone()).len(), 1);
    let closure = file.closure_at(range.clone()).unwrap();
    assert_eq!(file.text(closure.bars.clone()), "|y: u8|");
    assert_eq!(
        (code(&file, closure.move_token.clone()), code(&file, closure.return_type)),
        ("move".to_owned(), "u8".to_owned())
    );
    for around in
        [closure.range.clone(), closure.bars.clone(), closure.move_token.unwrap().start..closure.bars.end]
    {
        let outer = file.loop_at(around).unwrap();
        assert_eq!(
            (outer.kind, outer.label.as_deref(), code(&file, outer.pattern)),
            (LoopKind::For, Some("'out"), "x".to_owned())
        );
    }
    let statements = file.statements_around(range.clone());
    assert_eq!(
        statements.iter().map(|s| file.text(s.range.clone()).split(' ').next().unwrap()).collect::<Vec<_>>(),
        ["use_it(y);", "while", "let", "'out:"]
    );
    let start = file.statement_start(closure.range.clone()).unwrap();
    assert!(file.source.text[start..].starts_with("#[allow(unused)] let c"));
    assert_eq!(file.statement_before(closure.range.clone(), "x();").unwrap().1, "x();\n        ");
    assert_eq!(file.statement_after(closure.range.clone(), "x();").unwrap().1, "\n        x();");
    assert_eq!(file.indent_at(statements[2].range.start), "        ");
    let body = file.block_of(file.functions_named("f")[0].body.clone().unwrap()).unwrap();
    assert_eq!(body.statements.len(), 3);
    assert!(matches!(body.statements[2].kind, StatementKind::Tail));
    assert!(
        matches!(&body.statements[0].kind, StatementKind::Let(Let { name: Some(name), .. }) if name == "a")
    );
    assert_eq!(file.closures_in(0..file.source.text.len()).len(), 1);
    let asynchronous = ask("fn f() { loop { spawn(async move { $x$ }); } }", |file, range| {
        (file.async_block_at(range.clone()).unwrap().move_token.is_some(), file.loop_at(range).is_some())
    });
    assert_eq!(asynchronous, (true, false));
    let waits = |program: &str| {
        ask(program, |file, range| {
            (
                file.contains_await(range.clone()),
                file.contains_question(range.clone()),
                file.contains_jump(range),
            )
        })
    };
    assert_eq!(waits("async fn f() { ${ g().await; h()? }$ }"), (true, true, true));
    assert_eq!(waits("async fn f() { ${ let c = async { g().await; h()? }; }$ }"), (false, false, false));
    assert_eq!(waits("async fn f() { $async { g().await }$ }"), (true, false, false));
}
