//! Where something stands in a source: file, lines and columns from 1, pointer, and the line itself for the picture.

use std::cell::Cell;
use std::fmt;
use std::sync::Arc;

/// The longest piece of a source line that a diagnostic carries, in bytes.
const MAX_LINE: usize = 400;

/// A place in a file. Lines and columns count from 1, columns in characters; 0 means that there is none.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file as people know it: relative to the workspace where it can be.
    pub file: Arc<str>,
    /// First line.
    pub line: u32,
    /// First column.
    pub column: u32,
    /// Last line.
    pub end_line: u32,
    /// The column after the last character.
    pub end_column: u32,
    /// RFC 6901 pointer into the document; empty for none.
    pub pointer: String,
    /// The text of the first line, where it is known.
    pub text: Option<Arc<str>>,
}

impl Place {
    /// A whole file.
    pub fn file(file: Arc<str>) -> Self {
        Self { file, line: 0, column: 0, end_line: 0, end_column: 0, pointer: String::new(), text: None }
    }

    /// A line of a file whose text is not at hand.
    pub fn line(file: Arc<str>, line: u32) -> Self {
        Self { line, column: 1, end_line: line, end_column: 1, ..Self::file(file) }
    }

    /// The line, if it is more than a file.
    pub fn at_line(&self) -> Option<u32> {
        (self.line > 0).then_some(self.line)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        Ok(())
    }
}

/// Turns byte offsets of one text into lines and columns. Built only when something has to be said.
pub struct LineMap<'a> {
    text: &'a str,
    starts: Vec<usize>,
    /// The last offset that was asked for, and its column: on a long line the next one is counted from there.
    last: Cell<(usize, u32)>,
}

impl<'a> LineMap<'a> {
    /// Finds the lines of `text`: they end with LF, CR LF or CR.
    pub fn new(text: &'a str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                starts.push(at + 1);
            }
        }
        Self { text, starts, last: Cell::new((0, 1)) }
    }

    /// Line and column, from 1, of a byte offset (moved back to a character's first byte).
    pub fn position(&self, offset: usize) -> (u32, u32) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|&start| start <= offset);
        let start = self.starts[line - 1];
        let (from, column) = match self.last.get() {
            (last, column) if (start..=offset).contains(&last) => (last, column),
            _ => (start, 1),
        };
        let column = column + self.text[from..offset].chars().count() as u32;
        self.last.set((offset, column));
        (line as u32, column)
    }

    /// The byte offset of a line and a column, both from 1.
    pub fn offset(&self, line: usize, column: usize) -> usize {
        let Some(&start) = self.starts.get(line.saturating_sub(1)) else { return self.text.len() };
        let rest = &self.text[start..];
        start + rest.char_indices().nth(column.saturating_sub(1)).map_or(rest.len(), |(at, _)| at)
    }

    /// The place of a range of bytes.
    pub fn place(&self, file: Arc<str>, range: std::ops::Range<usize>, pointer: String) -> Place {
        let (line, column) = self.position(range.start);
        let (end_line, end_column) = self.position(range.end.max(range.start));
        let text = Some(self.line_text(line));
        Place { file, line, column, end_line, end_column, pointer, text }
    }

    fn line_text(&self, line: u32) -> Arc<str> {
        let start = self.starts[line as usize - 1];
        let end = self.starts.get(line as usize).copied().unwrap_or(self.text.len());
        let mut end = end.min(start + MAX_LINE);
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        Arc::from(self.text[start..end].trim_end_matches(['\n', '\r']))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_lines_end_in_three_ways() {
        let map = LineMap::new("aé\r\nb\rc\nd");
        assert_eq!(map.position(0), (1, 1));
        assert_eq!(map.position(3), (1, 3));
        assert_eq!(map.position(2), (1, 2), "inside a character counts as its start");
        assert_eq!(map.position(5), (2, 1));
        assert_eq!(map.position(7), (3, 1));
        assert_eq!(map.position(99), (4, 2));
        let long = "é\tx ".repeat(100) + "\nab";
        let map = LineMap::new(&long);
        for offset in (0..long.len()).chain((0..long.len()).rev()).chain((0..long.len()).step_by(7)) {
            assert_eq!(map.position(offset), LineMap::new(&long).position(offset), "wherever it was before");
        }
        let map = LineMap::new("aé\r\nb\rc\nd");
        assert_eq!((map.offset(2, 1), map.offset(1, 3), map.offset(9, 9)), (5, 3, 10));
        let place = map.place("f".into(), 1..3, "/x".into());
        assert_eq!((place.line, place.column, place.end_column), (1, 2, 3));
        assert_eq!(place.text.as_deref(), Some("aé"));
        assert_eq!(place.to_string(), "f:1:2");
    }
}
