//! Bindings, uses, captures, patterns, and where edits may go.

use super::*;

fn binding(program: &str) -> Option<(File, Binding)> {
    let (file, range) = marked(program);
    let binding = file.binding(file.text(range.clone()), range.start)?;
    Some((file, binding))
}

#[test]
fn bindings_are_found_where_they_are_seen() {
    use BindingKind::*;
    // The declaration meant is the one before which `/*!*/` stands.
    let table: &[(&str, Option<BindingKind>)] = &[
        ("fn f() { let /*!*/x = 1; $x$; }", Some(Let)),
        ("fn f() { let x = 1; let /*!*/x = 2; $x$; let x = 3; }", Some(Let)),
        ("fn f() { let /*!*/x = 1; let x = $x$ + 1; }", Some(Let)),
        ("fn f() { let x = 1; let /*!*/$x$ = 2; }", Some(Let)),
        ("fn f() { let /*!*/x = 1; { let x = 2; } $x$; }", Some(Let)),
        ("fn f() { let (a, mut /*!*/x) = g() else { return }; $x$; }", Some(Let)),
        ("fn f(/*!*/x: u8) { g(|| $x$) }", Some(Param)),
        ("fn f(x: u8) { g(|(/*!*/x, y)| $x$) }", Some(ClosureParam)),
        ("impl S { fn f(&mut /*!*/self) { $self$.a } }", Some(SelfParam)),
        ("fn f(/*!*/x: u8) { for x in $x$ {} }", Some(Param)),
        ("fn f(x: u8) { for (_, /*!*/x) in v { $x$ } }", Some(For)),
        ("fn f(x: u8) { match x { S { /*!*/x, .. } if $x$ => x, _ => 1 } }", Some(MatchArm)),
        ("fn f(/*!*/x: u8) { match $x$ { x => x } }", Some(Param)),
        ("fn f(/*!*/x: u8) { match x { Some(y) => y, None => $x$ } }", Some(Param)),
        ("fn f() { if let Some(/*!*/x) = g() && $x$ {} }", Some(IfLet)),
        ("fn f(x: u8) { if let Some(/*!*/x) = x { $x$ } }", Some(IfLet)),
        ("fn f(/*!*/x: u8) { if let Some(x) = x { x } else { $x$ } }", Some(Param)),
        ("fn f(/*!*/x: u8) { if let Some(x) = $x$ {} }", Some(Param)),
        ("fn f() { while let Some(/*!*/x) = g() { $x$ } }", Some(WhileLet)),
        ("fn f() { match a { b if let Some(/*!*/x) = b => $x$, _ => 0 } }", Some(IfLet)),
        ("fn f() { let x = 1; fn g() { $x$ } }", None),
        ("static /*!*/X: u8 = 1; fn f() { $X$ }", Some(Static)),
        ("fn f() { { $X$ } const /*!*/X: u8 = 1; }", Some(Const)),
        ("fn f() { let /*!*/x = 1; println!(\"{}\", vec![$x$]); }", Some(Let)),
        ("fn f() { let /*!*/x = 1; println!(\"{$x$}\"); }", Some(Let)),
        ("fn f() { let /*!*/x = 1; json!({ \"a\": $x$ }); }", Some(Let)),
        ("fn f() { let x = 1; $y$; }", None),
        ("fn f() { match g() { A | $None$ => 1 } }", None),
    ];
    for (program, kind) in table {
        let found = binding(program);
        assert_eq!(found.as_ref().map(|(_, found)| found.kind), *kind, "{program}");
        if let Some((file, found)) = found {
            let before = &file.source.text[..found.name_range.start];
            assert!(before.ends_with("/*!*/"), "{program} found {:?}", found.name_range);
        }
    }
}

#[test]
fn bindings_say_how_they_are_declared() {
    let (file, x) = binding("fn f() { let mut x: Vec<u8> = g(); $x$ }").unwrap();
    assert!(x.mutable && x.simple && !x.by_ref);
    assert_eq!((code(&file, x.ty), file.text(x.pattern)), ("Vec<u8>".to_owned(), "mut x"));
    assert_eq!((code(&file, x.let_.unwrap().init), file.text(x.scope)), ("g()".to_owned(), " x }"));
    let (file, x) = binding("fn f((ref x, y): (u8, u8)) { $x$ }").unwrap();
    assert!(x.by_ref && !x.simple && x.ty.is_none());
    assert_eq!((file.text(x.pattern.clone()), file.mut_insert(&x)), ("(ref x, y)", None));
    let names = ask("fn f() { let $S { a, b: Some(c), .. }$ = g(); }", |file, range| {
        file.bindings_in_pattern(range).into_iter().map(|binding| binding.name).collect::<Vec<_>>()
    });
    assert_eq!(names, ["a", "c"]);
    let insert = |program: &str| {
        binding(program).and_then(|(file, x)| {
            let (at, text) = file.mut_insert(&x)?;
            Some(file.source.text[..at].to_owned() + &text + &file.source.text[at..])
        })
    };
    assert_eq!(insert("fn f(x: u8) { $x$ }").as_deref(), Some("fn f(mut x: u8) { x }"));
    assert_eq!(
        insert("impl S { fn f(&self) { $self$ } }").as_deref(),
        Some("impl S { fn f(&mut self) { self } }")
    );
    assert_eq!(insert("impl S { fn f(&mut self) { $self$ } }"), None);
    assert_eq!(insert("fn f() { match a { A(x) | B(x) => $x$ } }"), None);
}

#[test]
fn uses_are_found_in_order() {
    let program = "fn f(x: S) $\\{ let c = || x.a.len(); x.b[i] = 1; g(&mut x.c, &x); println!(\"{x} {}\", x.d);\n    take(x); json!({ \"x\": x, y.x: x::y }); let x = x; x; S { x: 1 }; y.x; g!(x = 1); }$";
    let (file, body) = marked(&program.replace('\\', ""));
    let uses = file.uses("x", body.clone());
    use UseKind::*;
    let kinds: Vec<&UseKind> = uses.iter().map(|found| &found.kind).collect();
    let macro_ = MacroArgument("println".to_owned());
    let wanted = [
        &MethodReceiver("len".to_owned()),
        &Write,
        &BorrowMut,
        &BorrowShared,
        &Capture,
        &macro_,
        &CallArgument,
        &Unread,
        &Read,
    ];
    assert_eq!(kinds, wanted);
    let places = codes(&file, uses.iter().map(|found| found.place.clone()));
    assert_eq!(places, ["x.a", "x.b[i]", "x.c", "x", "x", "x.d", "x", "x", "x"]);
    assert_eq!(uses.iter().map(|found| found.in_closure).collect::<Vec<_>>()[..2], [true, false]);
    assert_eq!(code(&file, uses[0].closure.clone()), "|| x.a.len()");
    assert_eq!(file.uses_of(&file.binding("x", body.start + 1).unwrap()), uses);
    let (file, range) = marked("fn f() { let x = 1; $let x = x + 1; x$; x; }");
    assert_eq!(file.uses("x", range.clone()).len(), 1);
    assert_eq!(file.uses("x", range.start - 12..range.end).len(), 1);
    let inner = ask("fn f() { g(|$x$| move |y| x + y) }", |file, range| {
        let binding = file.binding("x", range.start).unwrap();
        file.uses_of(&binding).iter().map(|found| found.in_closure).collect::<Vec<_>>()
    });
    assert_eq!(inner, [true]);
    let captured = ask(
        "const K: u8 = 1; fn f(a: u8) { let b = 1; g($|x| { let c = x + a; print!(\"{b} {c}\", ); s.a(K, a) }$) }",
        |file, range| file.captured(range).into_iter().map(|binding| binding.name).collect::<Vec<_>>(),
    );
    assert_eq!(captured, ["a", "b"]);
}

#[test]
fn captures_in_format_strings() {
    let names = |program: &str| {
        let file = file(program);
        let found = file.format_captures_in(0..program.len());
        let exact = found.iter().all(|capture| file.text(capture.range.clone()) == capture.name);
        assert!(exact, "{program}");
        found.into_iter().map(|capture| capture.name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(names(r#"fn f() { println!("{a} {b:?} {{c}} {0:d$} {:>e$.f$} {}", 1, 2); }"#), "a b d e f");
    assert_eq!(names(r##"fn f() { print!(r#"\{a} "{b}""#); }"##), "a b");
    assert_eq!(names(r#"fn f() { print!("\u{61}\"\\{a}é{b}"); }"#), "a b");
    assert_eq!(names(r#"fn f() { print!("{a}{b}", a = 1); }"#), "b");
    assert_eq!(
        names(r#"fn f() { write!(w, "{a}", "{b}")?; assert!(x, "{c}"); assert_eq!("{d}", y, "{e}"); }"#),
        "a c e"
    );
    assert_eq!(names(r#"fn f() { info!(target: "{x}", "{a}"); bail!("{b}"); f("{c}"); }"#), "a b");
    assert_eq!(names(r#"fn f() { select! { _ = g() => println!("{a}") } }"#), "a");
    assert_eq!(names(r#"macro_rules! m { () => { println!("{a}") } } #[doc = "{b}"] fn f() { "{c}"; }"#), "");
    let found =
        ask("fn f() { println!(\"{$name$:?}\"); }", |file, range| file.format_capture_at(range)).unwrap();
    assert_eq!((found.name.as_str(), found.macro_call.name.as_str()), ("name", "println"));
}

#[test]
fn patterns_and_what_they_take_apart() {
    use MatchKind::*;
    let table: &[(&str, MatchKind, &str, usize)] = &[
        ("fn f() { match *a.b { Some($x$) => 1, None => 2 } }", Match, "*a.b", 2),
        ("fn f() { if let Some($x$) = a {} }", IfLet, "a", 1),
        ("fn f() { while let Some($x$) = a.pop() {} }", WhileLet, "a.pop()", 1),
        ("fn f() { let Some($x$) = a else { return }; }", LetElse, "a", 1),
        ("fn f() { let (x, $y$) = a; }", Let, "a", 1),
        ("fn f() { for S { $x$ } in a {} }", For, "a", 1),
        ("fn f($x$: u8) {}", Param, "-", 1),
    ];
    for (program, kind, scrutinee, patterns) in table {
        let (file, range) = marked(program);
        let found = file.match_of(range).expect(program);
        assert_eq!((found.kind, found.patterns.len()), (*kind, *patterns), "{program}");
        assert_eq!(code(&file, found.scrutinee.clone()), *scrutinee);
        if let (Some(scrutinee), false) = (found.scrutinee.clone(), *kind == Param) {
            assert_eq!(file.match_on(scrutinee), Some(found), "{program}");
        }
    }
    assert_eq!(ask("fn f() { let x = $a$; }", |file, range| file.match_on(range)), None);
    assert_eq!(ask("fn f() { match g($a$) { _ => 1 } }", |file, range| file.match_on(range)), None);
}

#[test]
fn where_edits_may_go() {
    let editable = |program: &str| {
        ask(program, |file, range| (file.is_editable(range.clone()), file.in_unread_macro(range)))
    };
    assert_eq!(editable("fn f() { g($s$) }"), (true, false));
    assert_eq!(editable("fn f() { println!(\"{}\", $s$) }"), (true, false));
    assert_eq!(editable("macro_rules! m { () => { g($s$) } }"), (false, false));
    assert_eq!(editable("#[derive($Clone$)] struct S;"), (false, false));
    assert_eq!(editable("fn f() { select! { _ = $s$ => {} } }"), (false, true));
    assert_eq!(editable("fn f() { matches!(a, Some($s$) if true) }"), (false, true));
    assert_eq!(editable("fn f() { matches!($a$, Some(s) if true) }"), (true, false));
    assert_eq!(editable("fn f() { stringify!($a$) }"), (false, true));
    assert!(ask("macro_rules! m { () => { g($s$) } }", |file, range| file.in_macro_definition(range)));
    let (file, range) = marked("fn f() { $let mut a = g(1) /* c */ ;$ h(a , b); }");
    assert_eq!(code(&file, file.keyword_in(range.clone(), "mut")), "mut");
    assert_eq!(code(&file, file.first_token_of(range.clone())), "let");
    assert_eq!(file.semicolon_after(file.source.text.find(" /*").unwrap()), Some(range.end - 1));
    assert_eq!(file.semicolon_after(range.start), None);
    assert_eq!(file.comma_after(file.source.text.find(" , b").unwrap()), file.source.text.find(", b"));
    assert_eq!(code(&file, file.token_before(range.start)), "{");
}

#[test]
fn items_and_files() {
    let item = ask("static mut X: Vec<u8> = $Vec::new()$;", |file, range| file.item_at(range)).unwrap();
    assert_eq!((item.kind, item.name.as_deref(), item.mutable), (ItemKind::Static, Some("X"), true));
    let sources = Sources::default();
    sources.insert("src/main.rs", "fn f() {}".to_owned());
    let files = Files::new(sources);
    let first = files.get("src/main.rs").unwrap();
    assert!(Rc::ptr_eq(&first, &files.get("src/main.rs").unwrap()));
    let mut span = first.source.span(3..4);
    assert!(files.of(&span).is_some());
    span.byte_end = 100;
    assert!(files.of(&span).is_none());
    files.sources.insert("src/main.rs", "fn g() {}".to_owned());
    assert_eq!(files.get("src/main.rs").unwrap().functions_named("g").len(), 1);
    assert!(Rc::ptr_eq(&files.crate_files_with("src/main.rs", "fn")[0], &files.get("src/main.rs").unwrap()));
}
