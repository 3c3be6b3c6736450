//! What readers really have on disk, and what nobody should have.

use super::*;

#[test]
fn ranges_are_those_of_the_file() {
    for program in [
        "\u{feff}fn f() { take($s$); }",
        "\u{feff}#!/usr/bin/env run\nfn f() { take($s$); }",
        "#!/usr/bin/env run\r\nfn f() {\r\n  take($s$);\r\n}\r\n",
        "// 🦀 é\nfn f() { let a = \"🦀\"; println!(\"🦀 {}\", take($s$)); }",
        "\u{feff}#![allow(unused)]\nfn f() { take($s$); }",
    ] {
        let (file, range) = marked(program);
        assert!(file.is_readable() && !file.has_errors(), "{program:?}");
        let (call, _) = file.call_with_argument(range.clone()).expect(program);
        assert_eq!(file.text(call.range), "take(s)");
        assert!(file.is_path_named(range, "s"));
    }
}

#[test]
fn old_editions_are_read() {
    assert!(!file("fn async(gen: u8) { let await = 1; }").has_errors());
    assert!(!file("fn f() { let gen = 1; g(gen); }").has_errors());
    assert!(!file("async fn f() { g().await }").has_errors());
}

#[test]
fn broken_code_is_read_as_far_as_it_goes() {
    let (file, range) = marked("fn f( {\n}\nfn g() { take($s$); }");
    assert!(file.has_errors());
    assert_eq!(file.call_with_argument(range).unwrap().0.name, "take");
    for text in [
        "",
        " ",
        "\u{feff}",
        "fn",
        "fn f( {",
        "println!(\"{",
        "fn f() { a. }",
        "'",
        "\"",
        "r#\"",
        "fn f() { vec![ }",
    ] {
        every_question(&super::file(text), 0..text.len());
        every_question(&super::file(text), 0..0);
    }
}

#[test]
fn odd_ranges_have_no_answer() {
    let file = file("fn f() { \"🦀\" }");
    let backwards = Range { start: 5, end: 3 };
    for range in [backwards, 11..12, 0..1000, 1000..1000, usize::MAX..usize::MAX] {
        assert_eq!(file.expr_at(range.clone()), None);
        assert!(!file.is_editable(range.clone()));
        every_question(&file, range);
    }
}

#[test]
fn deep_nesting_is_refused_and_survived() {
    let deep =
        |open: &str, close: &str, n: usize| format!("fn f() {{ {}1{} }}", open.repeat(n), close.repeat(n));
    assert!(!file(&deep("(", ")", 10_000)).is_readable());
    assert!(!file(&deep("!", "", 10_000)).is_readable());
    assert!(!file(&deep("", ".a()", 10_000)).is_readable());
    assert!(!file(&deep("", " + 1", 10_000)).is_readable());
    for (open, close) in
        [("(", ")"), ("{", "}"), ("g(", ")"), ("vec![", "]"), ("&", ""), ("", ".a()"), ("if a {} else ", "")]
    {
        let text = deep(open, close, 300);
        let file = file(&text);
        assert!(file.is_readable(), "{open}");
        every_question(&file, text.len() / 2..text.len() / 2 + 1);
    }
    for text in [deep("", ".a()", 1_900), deep("g(", ")", 490), deep("{", "}", 490)] {
        assert!(file(&text).is_readable());
    }
    for (open, close) in [("(", ")"), ("{", "}"), ("g(", ")"), ("vec![", "]"), ("match a { _ => ", "}")] {
        assert!(!file(&deep(open, close, 3_900)).is_readable(), "{open}");
    }
    assert!(file(&format!("fn f() {{ g({:?}) }}", "[".repeat(2_000))).is_readable());
    // Tokens in a macro lie flat, the expression in them does not.
    assert!(file(&format!("fn f() {{ g!(1{}) }}", ".a()".repeat(10_000))).is_readable());
}

#[test]
fn large_files_are_read() {
    let text = "fn f(x: u8) { let y = x; println!(\"{y}\", take(x)); }\n".repeat(20_000);
    let file = file(&text);
    assert!(file.is_readable() && !file.has_errors());
    let middle = text.len() / 2;
    every_question(&file, middle..middle + 10);
}

/// Asks everything about a range: nothing may panic.
pub(super) fn every_question(file: &File, range: Range<usize>) {
    let r = || range.clone();
    let at = range.start;
    for text in [file.expr_at(r()), file.expr_exactly(r())].into_iter().flatten() {
        file.text(text.range);
    }
    let _ = (file.parents(r()), file.exprs_in(r()), file.place_root(r()), file.place_root_range(r()));
    let _ = (file.place_text(r()), file.is_place(r()), file.field_path(r()), file.is_path_named(r(), "x"));
    let _ = (
        file.is_const_expr_literal(r()),
        file.contains_await(r()),
        file.contains_question(r()),
        file.contains_jump(r()),
    );
    let _ =
        (file.call_at(r()), file.call_around(r()), file.call_with_argument(r()), file.method_call_on(r()));
    let _ = (file.calls_named("x"), file.method_chain(r()), file.enclosing_macro_call(r()));
    let _ = (file.functions_named("f"), file.function_by_name_span(r()), file.impls(), file.trait_at(r()));
    let _ = (file.adt_named("S"), file.item_at(r()), file.async_block_at(r()), file.closures_in(r()));
    let _ = (file.loops_around(r()), file.statements_around(r()), file.block_at(r()), file.block_of(r()));
    let _ = (file.match_of(r()), file.match_on(r()), file.bindings_in_pattern(r()), file.uses("x", r()));
    let _ = (file.type_at(r()), file.type_refs(r()), file.lifetimes_in(r()), file.elided_references(r()));
    let _ = (
        file.is_editable(r()),
        file.in_macro_definition(r()),
        file.in_attribute(r()),
        file.in_unread_macro(r()),
    );
    let _ = (file.format_capture_at(r()), file.format_captures_in(r()), file.first_token_of(r()));
    let _ =
        (file.token_after(at), file.token_before(at), file.semicolon_after(at), file.comma_after(range.end));
    let _ = (
        file.keyword_in(r(), "mut"),
        file.captured(r()),
        file.statement_before(r(), ""),
        file.statement_after(r(), ""),
        file.statement_start(r()),
        file.fresh_lifetime(at),
        file.loop_at(r()),
    );
    if let Some(found) = file.impl_at(r()) {
        file.lifetime_insert(&found, "'x");
    }
    if let Some(found) = file.function_at(r()) {
        file.lifetime_insert(&found, "'x");
    }
    if let Some(adt) = file.adt_at(r()) {
        file.derive_insert(&adt, "Clone");
    }
    file.closure_at(r());
    if let Some(binding) = file.binding(file.text(r()), at) {
        file.uses_of(&binding);
        file.mut_insert(&binding);
    }
}
