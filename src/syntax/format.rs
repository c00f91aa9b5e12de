//! The one form of documents: white space, quotes and line breaks. What a document says stays as it is, and so do its
//! comments; that is checked after every change, and what does not pass is not changed.
//!
//! YAML: two spaces, double quotes where either kind would do, comments behind values in one column where lines with
//! such comments follow each other. Whether a collection in brackets stands on one line is the author's choice: one
//! that begins on a new line stays so. JSON: two spaces, on one line what fits.

use std::panic::catch_unwind;

use pretty_yaml::config::{FormatOptions, LanguageOptions, LayoutOptions};
use yaml_parser::SyntaxKind;

use super::{Format, Kind, Node, SyntaxError, Text, Tree};

/// The longest line of JSON that is not broken, in characters.
const WIDTH: usize = 120;
/// How often the formatter may run until nothing changes any more.
const MAX_ROUNDS: usize = 4;
/// How deep a YAML document may nest. The formatter's parser recurses, and loses count beyond 63 columns.
const MAX_NESTING: usize = 32;

/// Why a text is left alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is not one well-formed document.
    Syntax(Vec<SyntaxError>),
    /// It is, but the formatter cannot write it without changing what it says.
    Unable(&'static str),
}

/// A text in the one form; an empty one stays empty.
///
/// # Errors
/// It is malformed, or would not say the same afterwards.
pub fn format(text: &Text, format: Format) -> Result<String, Refusal> {
    let Some(tree) = text.parse(format).map_err(Refusal::Syntax)? else {
        return Ok(text.as_str().to_owned());
    };
    let formatted = match format {
        Format::Json => json(&tree),
        Format::Yaml => yaml(text.as_str(), tree.root())?,
    };
    let again = Text::new(formatted);
    match again.parse(format) {
        Ok(Some(other)) if same(tree.root(), other.root()) => {}
        _ => return Err(Refusal::Unable("it would not say the same afterwards")),
    }
    Ok(again.into_string())
}

/// Whether two trees are equal: the same kinds, the same texts, the same order.
fn same(a: Node<'_, '_>, b: Node<'_, '_>) -> bool {
    a.kind() == b.kind() && a.raw() == b.raw() && {
        let (mut a, mut b) = (a.items(), b.items());
        loop {
            match (a.next(), b.next()) {
                (None, None) => break true,
                (Some(a), Some(b)) if same(a, b) => {}
                _ => break false,
            }
        }
    }
}

fn yaml(text: &str, root: Node<'_, '_>) -> Result<String, Refusal> {
    if height(root) > MAX_NESTING {
        return Err(Refusal::Unable("it nests too deep"));
    }
    let comments = comments(text)?;
    let mut before = text.to_owned();
    for _ in 0..MAX_ROUNDS {
        let after = align_comments(&pretty(&before)?)?;
        if after == before {
            let kept = self::comments(&after)?.iter().map(|c| &c.text).eq(comments.iter().map(|c| &c.text));
            return if kept { Ok(after) } else { Err(Refusal::Unable("a comment would be lost or moved")) };
        }
        before = after;
    }
    Err(Refusal::Unable("its form does not settle"))
}

fn height(node: Node<'_, '_>) -> usize {
    node.items().map(|item| 1 + height(item)).max().unwrap_or(0)
}

/// The formatter's own view of a text. It may panic on what it does not expect, which is no reason for us to stop.
fn pretty(text: &str) -> Result<String, Refusal> {
    let language = LanguageOptions {
        brace_spacing: false,
        trailing_comma: false,
        // In a block scalar, a space at the end of a line is part of the text.
        trim_trailing_whitespaces: false,
        ..LanguageOptions::default()
    };
    // Lines are not broken for their length: an example that is a little too long would take five lines.
    let layout = LayoutOptions { print_width: usize::MAX / 2, ..LayoutOptions::default() };
    let options = FormatOptions { layout, language };
    let formatted = catch_unwind(|| pretty_yaml::format_text(text, &options));
    formatted.ok().and_then(Result::ok).ok_or(UNREAD)
}

const UNREAD: Refusal = Refusal::Unable("the formatter does not understand it");

/// A comment of a YAML text.
#[derive(Debug)]
struct Comment {
    /// The byte of its `#`.
    start: usize,
    /// From `#` to the last character that is no white space.
    text: String,
}

fn comments(text: &str) -> Result<Vec<Comment>, Refusal> {
    let parsed = catch_unwind(|| {
        let tokens =
            yaml_parser::parse(text).ok()?.descendants_with_tokens().filter_map(|one| one.into_token());
        let comments = tokens.filter(|token| token.kind() == SyntaxKind::COMMENT);
        let comment = |token: yaml_parser::SyntaxToken| Comment {
            start: token.text_range().start().into(),
            text: token.text().trim_end().to_owned(),
        };
        Some(comments.map(comment).collect())
    });
    parsed.ok().flatten().ok_or(UNREAD)
}

/// Comments that stand behind something, on lines that follow each other, begin in one column.
fn align_comments(text: &str) -> Result<String, Refusal> {
    let comments = comments(text)?;
    let mut next = comments.iter().peekable();
    let mut out = String::with_capacity(text.len() + 64);
    let mut run: Vec<(&str, &str)> = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let mut split = None;
        while let Some(comment) = next.next_if(|comment| comment.start < at + line.len()) {
            split.get_or_insert(comment.start - at);
        }
        at += line.len();
        match split.map(|split| line.split_at(split)) {
            Some((code, comment)) if !code.trim_ascii().is_empty() => run.push((code.trim_end(), comment)),
            _ => {
                flush(&mut run, &mut out);
                out.push_str(line);
            }
        }
    }
    flush(&mut run, &mut out);
    Ok(out)
}

fn flush(run: &mut Vec<(&str, &str)>, out: &mut String) {
    let width = run.iter().map(|(code, _)| code.chars().count()).max().unwrap_or(0);
    for (code, comment) in run.drain(..) {
        out.push_str(code);
        out.extend(std::iter::repeat_n(' ', width - code.chars().count() + 2));
        out.push_str(comment);
    }
}

fn json(tree: &Tree<'_>) -> String {
    let mut out = String::with_capacity(tree.text().len() + 256);
    write_json(tree.root(), 0, 0, &mut out);
    out.push('\n');
    out
}

/// Writes a value that begins `column` characters into its line, and whose line is indented by `indent` levels.
fn write_json(node: Node<'_, '_>, indent: usize, column: usize, out: &mut String) {
    let (open, close) = match node.kind() {
        Kind::Seq => ('[', ']'),
        Kind::Map => ('{', '}'),
        _ => return out.push_str(literal(node)),
    };
    out.push(open);
    let mut items = node.items().peekable();
    // One more for the comma that may follow. The outermost collection is always broken.
    let is_broken = items.peek().is_some() && (indent == 0 || !fits(node, WIDTH.saturating_sub(column + 1)));
    let mut is_first = true;
    while let Some(item) = items.next() {
        if !is_first {
            out.push(',');
        }
        let mut column = 0;
        if is_broken {
            out.push('\n');
            out.extend(std::iter::repeat_n("  ", indent + 1));
            column = 2 * (indent + 1);
        } else if !is_first {
            out.push(' ');
        }
        is_first = false;
        let value = if node.kind() == Kind::Map { items.next() } else { None };
        match value {
            Some(value) => {
                let key = literal(item);
                out.push_str(key);
                out.push_str(": ");
                write_json(value, indent + 1, column + key.chars().count() + 2, out);
            }
            None => write_json(item, indent + 1, column, out),
        }
    }
    if is_broken {
        out.push('\n');
        out.extend(std::iter::repeat_n("  ", indent));
    }
    out.push(close);
}

/// A scalar as it is written.
fn literal<'a>(node: Node<'_, 'a>) -> &'a str {
    node.tree().text().get(node.extent()).unwrap_or_default()
}

fn fits(node: Node<'_, '_>, room: usize) -> bool {
    width(node, room).is_some()
}

/// How many characters a value takes on one line, `None` if more than `room`.
fn width(node: Node<'_, '_>, room: usize) -> Option<usize> {
    if !matches!(node.kind(), Kind::Seq | Kind::Map) {
        let text = literal(node);
        return Some(text.chars().take(room + 1).count()).filter(|&count| count <= room);
    }
    // The brackets, then `, ` or `: ` between the values.
    let mut total = 2;
    for (i, item) in node.items().enumerate() {
        total += if i > 0 { 2 } else { 0 };
        total += width(item, room.checked_sub(total)?)?;
    }
    (total <= room).then_some(total)
}
