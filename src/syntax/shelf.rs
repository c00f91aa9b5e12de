//! Texts that had to be made from a source (an escaped string, a folded key), kept as long as the source is: what is
//! decoded borrows from them. Each task has a shelf of its own.

use std::sync::OnceLock;

/// Texts, one linked to the next, so that none moves when another comes.
#[derive(Debug, Default)]
pub struct Shelf(Link);

type Link = OnceLock<Box<Kept>>;

#[derive(Debug)]
struct Kept {
    text: Box<str>,
    next: Link,
}

impl Shelf {
    /// Where texts are put: behind those that are there.
    pub fn end(&self) -> ShelfEnd<'_> {
        ShelfEnd(&self.0)
    }
}

impl Drop for Shelf {
    /// One by one: links that drop each other would need as much stack as there are texts.
    fn drop(&mut self) {
        let mut next = self.0.take();
        while let Some(mut kept) = next {
            next = kept.next.take();
        }
    }
}

/// The end of a shelf.
#[derive(Debug, Clone, Copy)]
pub struct ShelfEnd<'s>(&'s Link);

impl<'s> ShelfEnd<'s> {
    /// Keeps a text.
    pub fn put(&mut self, text: Box<str>) -> &'s str {
        let mut kept = Box::new(Kept { text, next: OnceLock::new() });
        // What stands here already, from an earlier reading, is passed by.
        while let Err(back) = self.0.set(kept) {
            kept = back;
            if let Some(there) = self.0.get() {
                self.0 = &there.next;
            }
        }
        let Some(there) = self.0.get() else { return "" };
        self.0 = &there.next;
        &there.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stay_where_they_are_and_later_readings_go_behind_them() {
        let shelf = Shelf::default();
        let mut end = shelf.end();
        let first = end.put("first".into());
        let many: Vec<_> = (0..200_000).map(|i| end.put(i.to_string().into())).collect();
        assert_eq!((first, many[0], many[199_999]), ("first", "0", "199999"));
        let mut again = shelf.end();
        assert_eq!(again.put("again".into()), "again");
        assert_eq!(end.put("last".into()), "last");
        assert_eq!(first, "first");
    }
}
