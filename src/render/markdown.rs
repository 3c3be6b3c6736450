//! A page in GitHub's Markdown: a table of the findings, then each with its picture and its ways out.
//!
//! Text of a message or a source stays text: in prose all that Markdown acts on is escaped, and code
//! stands in fences longer than any that it holds. Source: the specification of GitHub Flavored
//! Markdown.

use super::place::Place;
use super::prose::{harmless, one_line};
use super::words::{counted, word};
use super::{Detail, Style, human, patch, picture, timeline, ways};
use crate::diagnostic::{Level, Span};
use crate::explanation::Way;
use crate::fix::Fix;
use crate::report::{Report, Told};

/// GitHub cuts a summary off at 1,024 KiB. Bytes.
const MOST: usize = 1_000 * 1_024;
/// The table may take this much of it.
const TABLE: usize = MOST / 4;

/// The page. What no longer fits is counted at its end.
pub fn markdown(report: &Report, place: &Place) -> String {
    let mut out = format!("# {}\n\n", inline(&title(report)));
    if !report.findings.is_empty() {
        table(&mut out, report, place);
    }
    if report.other_errors > 0 {
        let others = counted(report.other_errors, "summary-others-one", "summary-others-many");
        out.push_str(&format!("\n{}.\n", inline(&others)));
    }
    for (n, told) in report.findings.iter().enumerate() {
        let section = section(told, place);
        if out.len() + section.len() > MOST {
            let left = report.findings.len() - n;
            out.push_str(&format!("\n*{}*\n", inline(&counted(left, "page-cut-one", "page-cut-many"))));
            break;
        }
        out.push_str(&section);
    }
    out
}

pub(super) fn title(report: &Report) -> String {
    let found = match report.findings.len() {
        0 => word("nothing-found").to_owned(),
        n => counted(n, "summary-explained-one", "summary-explained-many"),
    };
    format!("cargo ownership: {found}")
}

fn table(out: &mut String, report: &Report, place: &Place) {
    let heads = ["column-place", "column-code", "column-mistake", "column-way-out"].map(word);
    out.push_str(&format!("| {} |\n|---|---|---|---|\n", heads.join(" | ")));
    for (n, told) in report.findings.iter().enumerate() {
        let way = ways::in_order(told).next().map_or(String::new(), |(fix, text)| way_line(fix, text));
        let code = told.code.as_deref().unwrap_or(told.finding.rule.name);
        let cells = [
            told.primary.as_ref().map_or(String::new(), |span| code_span(&at(span, place))),
            format!("{} {}", level(told.level), code_span(code)),
            inline(&told.explanation.title),
            way,
        ];
        // A bar ends a cell, also in code.
        let cells = cells.map(|cell| unescaped_bars(&cell));
        let row = format!("| {} |\n", cells.join(" | "));
        if out.len() + row.len() > TABLE {
            let left = report.findings.len() - n;
            out.push_str(&format!("\n{}\n", inline(&word("and-more").replace("{n}", &left.to_string()))));
            break;
        }
        out.push_str(&row);
    }
}

fn unescaped_bars(cell: &str) -> String {
    cell.replace("\\|", "|").replace('|', "\\|")
}

pub(super) fn level(level: Level) -> &'static str {
    match level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Note => "note",
    }
}

fn at(span: &Span, place: &Place) -> String {
    format!("{}:{}:{}", place.path(&span.file), span.line_start, span.column_start)
}

fn section(told: &Told, place: &Place) -> String {
    let style = Style { detail: Detail::Full, ..Style::default() };
    let words = &told.explanation;
    let code = told.code.as_ref().map_or(String::new(), |code| format!("[{code}]"));
    let mut out = format!("\n## {}{}: {}\n", level(told.level), inline(&code), inline(&told.message));
    let mut drawn = picture::draw(told, &style).drawn;
    if let Some(overlap) = told.finding.timeline.as_ref().and_then(|it| timeline::draw(it, &style)) {
        drawn.push('\n');
        drawn.push_str(&overlap);
    }
    match &told.primary {
        Some(span) if drawn.is_empty() => out.push_str(&format!("\n{}\n", code_span(&at(span, place)))),
        _ if drawn.is_empty() => {}
        _ => out.push_str(&fenced("text", &drawn)),
    }
    paragraph(&mut out, &format!("{} {}", words.claim.trim(), words.because.trim()));
    for (term, gloss) in &words.glosses {
        paragraph(&mut out, &format!("{term}: {gloss}"));
    }
    for (key, text) in [(human::stakes_key(told), &words.stakes), ("rule", &words.rule)] {
        if !text.trim().is_empty() {
            out.push_str(&format!("\n**{}** {}\n", word(key), inline(text.trim())));
        }
    }
    for (n, (fix, text)) in ways::in_order(told).enumerate() {
        way_out(&mut out, told, n + 1, fix, text);
    }
    if !told.same_cause.is_empty() {
        out.push_str(&format!("\n{}\n\n", inline(&human::same_cause_head(told))));
        for same in &told.same_cause {
            let at = same.primary.as_ref().map_or(String::new(), |span| code_span(&at(span, place)) + ": ");
            out.push_str(&format!("- {at}{}\n", inline(&same.message)));
        }
    }
    out
}

fn paragraph(out: &mut String, text: &str) {
    if !text.trim().is_empty() {
        out.push_str(&format!("\n{}\n", inline(text.trim())));
    }
}

/// A way out that opens: the first stands open.
fn way_out(out: &mut String, told: &Told, number: usize, fix: &Fix, text: Option<&Way>) {
    let open = if number == 1 { " open" } else { "" };
    let summary = html(&format!("{number}. {}", way_words(fix, text)));
    out.push_str(&format!("\n<details{open}><summary>{summary}</summary>\n"));
    match text.filter(|_| fix.is_idea()) {
        Some(idea) => {
            paragraph(out, &idea.when);
            if !idea.code.trim().is_empty() {
                out.push_str(&fenced("rust", &idea.code));
            }
        }
        None => out.push_str(&fenced("diff", &diff(told, fix))),
    }
    out.push_str("\n</details>\n");
}

/// The lines that change, under the name of their file.
fn diff(told: &Told, fix: &Fix) -> String {
    let mut out = String::new();
    let mut file = "";
    for line in patch::lines(&told.sources, fix) {
        if file != line.file {
            out.push_str(&format!("# {}\n", one_line(line.file)));
            file = line.file;
        }
        let sign = if line.added { '+' } else { '-' };
        out.push_str(&format!("{sign} {}\n", line.text));
    }
    out
}

fn way_words(fix: &Fix, text: Option<&Way>) -> String {
    format!("{} ({})", ways::title(fix, text), ways::known(fix, text, &Style::default()))
}

fn way_line(fix: &Fix, text: Option<&Way>) -> String {
    inline(&way_words(fix, text))
}

/// A block of code in a fence that it cannot end.
fn fenced(kind: &str, code: &str) -> String {
    let code = harmless(code);
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("\n{fence}{kind}\n{}\n{fence}\n", code.trim_matches('\n'))
}

/// Code within a line.
fn code_span(code: &str) -> String {
    let code = one_line(code);
    let longest = code.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest > 0 { format!("{fence} {code} {fence}") } else { format!("`{code}`") }
}

/// A sentence: what stands between backticks is code, and nothing else means anything to Markdown.
fn inline(text: &str) -> String {
    let text = one_line(text);
    let parts: Vec<&str> = text.split('`').collect();
    // With an odd number of backticks none of them can be trusted.
    if parts.len().is_multiple_of(2) {
        return escaped(&text);
    }
    let part = |(n, part): (usize, &&str)| match (n % 2, part.is_empty()) {
        (1, false) => code_span(part),
        (1, true) => "\\`\\`".to_owned(),
        _ => escaped(part),
    };
    parts.iter().enumerate().map(part).collect()
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            // Names of people and numbers of issues are found after Markdown is read.
            '@' | '#' => out.extend([c.to_string().as_str(), "<!-- -->"]),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '|' | '~' | '&' | '!' | '$' => {
                out.extend(['\\', c]);
            }
            _ => out.push(c),
        }
    }
    out
}

/// Where HTML stands, Markdown does not: the code in a summary is an element.
fn html(text: &str) -> String {
    let text = one_line(text).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let text = text.replace('@', "&#64;<!-- -->");
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return text.replace('`', "&#96;");
    }
    let part = |(n, part): (usize, &&str)| match n % 2 {
        1 => format!("<code>{part}</code>"),
        _ => (*part).to_owned(),
    };
    parts.iter().enumerate().map(part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        assert_eq!(inline("`a<b>` is <b>, @you *x*"), "`a<b>` is \\<b\\>, @<!-- -->you \\*x\\*");
        assert_eq!(inline("one ` alone"), "one \\` alone");
        assert_eq!(html("`<script>` & <b>"), "<code>&lt;script&gt;</code> &amp; &lt;b&gt;");
        assert_eq!(code_span("a`b"), "`` a`b ``");
        assert_eq!(fenced("text", "x\n```\n::error::"), "\n````text\nx\n```\n::error::\n````\n");
    }

    #[test]
    fn a_bar_does_not_end_a_cell() {
        assert_eq!(unescaped_bars("`a|b` \\|"), "`a\\|b` \\|");
    }
}
