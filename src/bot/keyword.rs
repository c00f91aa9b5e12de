//! Whether an intent's keyword occurs in a text: as ECMAScript's `/iu` finds it (simple case folding, code point by code
//! point), standing by itself, except on sides where the keyword's own edge is of a script that writes no spaces.

use std::sync::LazyLock;

use icu_casemap::CaseMapper;
use regex::Regex;

/// What a word is made of. A keyword has none of it beside it.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled in a test too")]
static WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^[\p{L}\p{N}\p{M}_]$").unwrap());

/// Letters of scripts that are written without spaces. By script extensions, so that `ー` is Kana.
#[expect(clippy::unwrap_used, reason = "a constant pattern, compiled in a test too")]
static UNSPACED: LazyLock<Regex> = LazyLock::new(|| {
    let scripts = ["Han", "Hiragana", "Katakana", "Thai", "Lao", "Khmer", "Myanmar"];
    let scripts: String = scripts.iter().map(|name| format!(r"\p{{scx={name}}}")).collect();
    Regex::new(&format!(r"^[\p{{L}}\p{{N}}\p{{M}}&&[{scripts}]]$")).unwrap()
});

fn is(class: &Regex, c: char) -> bool {
    class.is_match(c.encode_utf8(&mut [0; 4]))
}

fn fold(c: char) -> char {
    CaseMapper::new().simple_fold(c)
}

/// A keyword, ready to be looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Keyword {
    folded: Vec<char>,
    /// Whether nothing of a word may stand before it.
    pub guarded_before: bool,
    /// Whether nothing of a word may stand behind it.
    pub guarded_behind: bool,
}

impl Keyword {
    /// Prepares a keyword.
    pub fn new(word: &str) -> Self {
        let is_guarded = |edge: Option<char>| edge.is_none_or(|c| !is(&UNSPACED, c));
        Self {
            folded: word.chars().map(fold).collect(),
            guarded_before: is_guarded(word.chars().next()),
            guarded_behind: is_guarded(word.chars().next_back()),
        }
    }

    /// Whether it occurs in a text.
    pub fn occurs_in(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        let folded: Vec<char> = chars.iter().copied().map(fold).collect();
        let length = self.folded.len();
        let is_word = |at: Option<usize>| at.and_then(|at| chars.get(at)).is_some_and(|c| is(&WORD, *c));
        (0..=folded.len().saturating_sub(length)).any(|at| {
            folded.get(at..at + length).is_some_and(|found| found == self.folded)
                && !(self.guarded_before && is_word(at.checked_sub(1)))
                && !(self.guarded_behind && is_word(Some(at + length)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn occurs(word: &str, text: &str) -> bool {
        Keyword::new(word).occurs_in(text)
    }

    #[test]
    fn keywords_stand_by_themselves() {
        for text in ["pizza", "a PIZZA!", "Pizza-Time", "¿pizza?", "pizzapizza pizza", "(pizza)"] {
            assert!(occurs("pizza", text), "{text}");
        }
        for text in ["pizzas", "apizza", "pizza1", "_pizza", "pizza\u{301}", "pizzapizza", "pizz", ""] {
            assert!(!occurs("pizza", text), "{text}");
        }
        assert!(occurs("order  now", "please ORDER  NOW"), "white space is as written");
        assert!(!occurs("order now", "order  now"));
        assert!(occurs("c++", "I like c++!") && !occurs("c++", "c++11"));
    }

    #[test]
    fn case_is_folded_as_iu_folds_it() {
        assert!(occurs("straße", "STRAẞE") && !occurs("straße", "STRASSE"));
        assert!(occurs("kelvin", "\u{212A}elvin"));
        assert!(occurs("σ", "ς") && occurs("пицца", "ПИЦЦА"));
        assert!(!occurs("i", "İ") && !occurs("ı", "I"), "no Turkish folding");
    }

    #[test]
    fn scripts_without_spaces_have_no_boundaries() {
        assert!(occurs("披萨", "我要披萨吗"));
        assert!(occurs("メニュー", "メニューください"));
        assert!(occurs("พิซซ่า", "ขอพิซซ่าหน่อย"));
        assert!(occurs("ピザ", "aピザb"), "the side counts, not what stands beside it");
        let mixed = Keyword::new("A席");
        assert!(mixed.guarded_before && !mixed.guarded_behind);
        assert!(!occurs("피자", "피자를"), "Hangul is written with spaces");
    }
}
