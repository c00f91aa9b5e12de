//! A token: kept out of everything that is printed.

/// A GitHub token.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// The token in a text, without white space around it. `None` if it cannot be one: it could not be sent.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_token = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_token.then(|| Self(text.to_owned()))
    }

    pub(super) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_trimmed_checked_and_never_shown() {
        let token = Token::new(" ghs_secret\n").unwrap();
        assert_eq!((token.reveal(), format!("{token:?}")), ("ghs_secret", "Token(…)".to_owned()));
        for wrong in ["", " \n", "a b", "a\nb", "ключ"] {
            assert_eq!(Token::new(wrong), None);
        }
    }
}
