//! Text from elsewhere, made safe to show. What each reader needs, in one place; no reader escapes by itself.
//!
//! Sources, terms and file names may hold anything. A terminal must not obey them, a GitHub runner must not take
//! them for workflow commands, and a person has to see what is there.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a character acts instead of showing: controls, line and paragraph separators, what turns the direction
/// of writing, and what has no width and no business in a word.
pub const fn acts(c: char) -> bool {
    matches!(
        c,
        '\0'..='\x1F'
            | '\x7F'..='\u{9F}'
            | '\u{61C}'
            | '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{FFF9}'..='\u{FFFB}'
    )
}

/// Writes a character so that it shows: a control as its picture (`␛`), anything else that acts as `<U+202E>`.
pub fn push_shown(out: &mut String, c: char) {
    match c {
        '\0'..='\x1F' => out.extend(char::from_u32(0x2400 + c as u32)),
        '\x7F' => out.push('\u{2421}'),
        c if acts(c) => {
            // Writing to a string does not fail.
            let _ = write!(out, "<U+{:04X}>", c as u32);
        }
        c => out.push(c),
    }
}

/// Shows what acts, but keeps line breaks (as LF) and tabs.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(|c| acts(c) && c != '\n' && c != '\t') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '\r' if rest.peek() == Some(&'\n') => {}
            '\n' | '\t' => out.push(c),
            c => push_shown(&mut out, c),
        }
    }
    Cow::Owned(out)
}

/// Shows what acts, line breaks and tabs too: the result is one line.
pub fn one_line(text: &str) -> Cow<'_, str> {
    if !text.contains(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    text.chars().for_each(|c| push_shown(&mut out, c));
    Cow::Owned(out)
}

/// Takes from a text what a GitHub runner would obey: a line that begins with `::` (after white space), and `##[`
/// anywhere in a line. A backslash goes before the sign; nothing else changes.
pub fn disarm(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##[") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive(['\n', '\r']) {
        let rest = line.trim_start();
        if rest.starts_with("::") {
            out.push_str(&line[..line.len() - rest.len()]);
            out.push('\\');
            out.push_str(&rest.replace("##[", "##\\["));
        } else {
            out.push_str(&line.replace("##[", "##\\["));
        }
    }
    Cow::Owned(out)
}

/// Escapes, in a JSON text, what acts on a terminal and what a runner would obey. The value stays the same.
pub fn json(text: String) -> String {
    // C0 controls are escaped in strings already, and outside of strings JSON is ASCII without `#`.
    let outside = |c: char| acts(c) && c > '\x1F';
    if !text.contains(outside) && !text.contains("##[") {
        return text;
    }
    let mut out = String::with_capacity(text.len() + 64);
    for c in text.chars() {
        if outside(c) {
            let _ = write!(out, "\\u{:04x}", c as u32);
        } else if c == '[' && out.ends_with("##") {
            out.push_str("\\u005b");
        } else {
            out.push(c);
        }
    }
    out
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Values that nobody may read. They are taken out of whatever is written.
#[derive(Clone, Default)]
pub struct Secrets(Vec<String>);

/// A shorter value occurs by chance, and taking it out would say what it is.
const SHORTEST_SECRET: usize = 6;

impl Secrets {
    /// These values, each line of one for itself: that is how they get into a log.
    pub fn new<'v>(values: impl IntoIterator<Item = &'v str>) -> Self {
        let lines = values.into_iter().flat_map(str::lines).map(str::trim);
        let mut found: Vec<_> =
            lines.filter(|line| line.len() >= SHORTEST_SECRET).map(str::to_owned).collect();
        // The longest first: one may be part of another.
        found.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        found.dedup();
        Self(found)
    }

    /// The text without them.
    pub fn scrub<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut text = Cow::Borrowed(text);
        for secret in &self.0 {
            if text.contains(secret.as_str()) {
                text = Cow::Owned(text.replace(secret.as_str(), "***"));
            }
        }
        text
    }

    /// The workflow commands that make a runner mask them.
    pub fn masks(&self) -> String {
        let escaped = |secret: &String| secret.replace('%', "%25");
        self.0.iter().map(|secret| format!("::add-mask::{}\n", escaped(secret))).collect()
    }
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Secrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_acts_is_shown() {
        assert_eq!(visible("a\x1B[31m\u{202E}b\r\nc\td\re\0\u{9B}\x7F"), "a␛[31m<U+202E>b\nc\td␍e␀<U+009B>␡");
        assert_eq!(one_line("a\r\nb\tc\u{2028}"), "a␍␊b␉c<U+2028>");
        assert!(
            matches!(visible("plain äöü 漢字 👩‍🚒\n"), Cow::Borrowed(_)),
            "a joiner in an emoji is no attack"
        );
    }

    #[test]
    fn secrets_are_taken_out_and_never_shown() {
        let secrets = Secrets::new(["ghs_secret", "ghs_secret2", "short", " key one\nkey two\n"]);
        assert_eq!(secrets.scrub("a ghs_secret2, ghs_secret, short, key two"), "a ***, ***, short, ***");
        assert_eq!(
            secrets.masks(),
            "::add-mask::ghs_secret2\n::add-mask::ghs_secret\n::add-mask::key one\n::add-mask::key two\n"
        );
        assert_eq!(format!("{secrets:?}"), "Secrets(4)");
        assert!(matches!(Secrets::default().scrub("x"), Cow::Borrowed("x")));
    }

    #[test]
    fn a_runner_obeys_nothing() {
        let text = "::error::x\n  ::add-mask::y\r\u{A0}::z\nok :: ok\nx ##[group]y\n";
        assert_eq!(disarm(text), "\\::error::x\n  \\::add-mask::y\r\u{A0}\\::z\nok :: ok\nx ##\\[group]y\n");
    }

    proptest! {
        #[test]
        fn nothing_that_acts_remains(text in any::<String>()) {
            prop_assert!(!visible(&text).contains(|c| acts(c) && c != '\n' && c != '\t'));
            prop_assert!(!one_line(&text).contains(acts));
        }

        #[test]
        fn a_json_text_keeps_its_value(text in "(##\\[|[\u{7F}-\u{9F}\u{202A}-\u{202E}\\\\\"\\[]|.){0,12}") {
            let written = json(serde_json::to_string(&text).unwrap());
            prop_assert!(!written.contains(acts) && !written.contains("##["));
            prop_assert_eq!(serde_json::from_str::<String>(&written).unwrap(), text);
        }

        #[test]
        fn no_line_is_a_command(text in "([ \t\n\r:#\\[]|::|##\\[|error){0,20}") {
            let safe = disarm(&text);
            prop_assert!(!safe.contains("##["));
            prop_assert!(safe.split(['\n', '\r']).all(|line| !line.trim_start().starts_with("::")));
        }
    }
}
