//! The bounds of the local layer: what an operator's own file may cost.

/// Bounds of the local layer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Limits {
    /// Bytes of all its sources together.
    pub max_bytes: u64,
    /// Entries and tombstones.
    pub max_entries: usize,
    /// Characters of a term or an alias.
    pub max_term_chars: usize,
    /// Characters of any other text.
    pub max_text_chars: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 1 << 20, max_entries: 10_000, max_term_chars: 200, max_text_chars: 2_000 }
    }
}

impl Limits {
    /// What bounds the texts.
    pub const fn texts(&self) -> TextLimits {
        TextLimits { max_term_chars: self.max_term_chars, max_text_chars: self.max_text_chars }
    }
}

/// Bounds on the texts of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextLimits {
    /// Characters of a term or alias.
    pub max_term_chars: usize,
    /// Characters of any other text.
    pub max_text_chars: usize,
}
