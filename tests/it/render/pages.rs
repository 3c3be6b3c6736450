//! Markdown pages on a terminal.

use cargo_ownership::render::{Style, page};
use snapbox::file;

use super::same;

const PAGE: &str = "\
# Borrowing

A reference lets you use a value that another name owns.
The owner keeps it, and the reference must end *before* the owner does.
See [moves](moves.md) and `let r = &x;`.

## Which one?

- `&T` reads; there may be many of them at the same time, and nobody can change the value meanwhile
  so that what they see stays.
- `&mut T` **changes**.
  1. There is one of them.

1. First.
2. Second.

> Rust checks this before the program runs.

| reference | may | how many |
|---|---|---|
| `&T` | read | as many as you like, as long as nobody holds a `&mut T` to the same value |
| `&mut T` | read and change | one |

```rust,fails=E0502
let best = &scores[0];

scores.push(40); // * not [a](link)
```

```rust,fixed=copy-out
let best = scores[0];
```

```console
$ cargo ownership explain borrowing
```
";

#[test]
fn a_page() {
    same(page(PAGE, &Style::default()), file!["snapshots/page.txt"]);
    same(
        page(PAGE, &Style { ascii: true, width: 50, ..Style::default() }),
        file!["snapshots/page.narrow.txt"],
    );
    let painted = page(PAGE, &Style { color: true, ..Style::default() });
    same(painted.replace('\u{1b}', "␛"), file!["snapshots/page.color.txt"]);
}

#[test]
fn broken_markdown_is_text() {
    let text = "``` \n[a](b\n**\n| \n#no\n1.no\n- \n>\n`x";
    page(text, &Style::default());
    for end in 0..PAGE.len() {
        if let Some(part) = PAGE.get(end..) {
            page(part, &Style { color: true, width: 40, ..Style::default() });
        }
    }
    assert_eq!(page("", &Style::default()), "");
    assert_eq!(page("a * b [c] `d * e`", &Style::default()), "a * b [c] `d * e`\n");
}
