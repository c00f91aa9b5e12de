//! What several records share: strings that are likely to come again, and origins.

use foldhash::HashMap;

use crate::cache::layout::UNIT;

use super::TooLarge;

/// Shared strings and origins, each written once.
#[derive(Default)]
pub struct Shared<'t> {
    strings: Vec<u8>,
    known: HashMap<&'t str, u32>,
    origins: Vec<u8>,
    known_origins: HashMap<[u32; 3], u32>,
    too_large: bool,
}

impl<'t> Shared<'t> {
    /// Writes a string, unless it is there; returns where it stands.
    pub fn note(&mut self, text: &'t str) -> u32 {
        if let Some(known) = self.known.get(text) {
            return *known;
        }
        let position = self.append(text);
        self.known.insert(text, position);
        position
    }

    fn append(&mut self, text: &str) -> u32 {
        let position = u32::try_from(self.strings.len() / UNIT);
        let length = u32::try_from(text.len());
        self.too_large |= position.is_err() || length.is_err();
        self.strings.extend_from_slice(&length.unwrap_or(0).to_le_bytes());
        self.strings.extend_from_slice(text.as_bytes());
        self.strings.resize(self.strings.len().next_multiple_of(UNIT), 0);
        position.unwrap_or(0)
    }

    /// Where a string stands, if it was noted.
    pub fn position(&self, text: &str) -> Option<u32> {
        self.known.get(text).copied()
    }

    /// The number of an origin: noted strings for source and version, and 0 global, 1 domain, 2 local.
    pub fn origin(&mut self, source: u32, version: u32, layer: u8) -> u32 {
        let origin = [source, version, u32::from(layer)];
        let next = self.known_origins.len() as u32;
        let number = *self.known_origins.entry(origin).or_insert(next);
        if number == next {
            self.origins.extend(origin.into_iter().flat_map(u32::to_le_bytes));
        }
        number
    }

    /// Writes a string that does not live as long as the others; the caller asks once for each.
    pub fn once(&mut self, text: &str) -> u32 {
        self.append(text)
    }

    /// The strings and the origins.
    pub(super) fn pieces(&self) -> Result<[&[u8]; 2], TooLarge> {
        if self.too_large { Err(TooLarge) } else { Ok([&self.strings, &self.origins]) }
    }
}
