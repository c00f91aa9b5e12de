//! Entries as handles into a file: the numbers are read when a handle is made, texts and lists when they are asked for.

use crate::oid::Oid;

use super::error::Error;
use super::layout::{self, ENTRY, Part, entry, flag};
use super::quick::Candidate;
use super::reader::Pack;
use super::values::{Body, Escalation, Example, Slot, Value};
use super::wire::{Cursor, number, record, u32_at};
use super::words::is_same;

/// An entry, or in a layer's cache a tombstone.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'p> {
    fixed: &'p [u8; ENTRY],
    oid: &'p [u8],
    /// Behind the OID: title, language, lists, body.
    rest: Cursor<'p>,
}

/// Where something was stated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin<'p> {
    /// 0 global, 1 domain, 2 local.
    pub layer: u8,
    /// The file.
    pub source: &'p str,
    /// The version of the definition.
    pub version: &'p str,
}

/// What stands before the body.
#[derive(Default)]
struct Front<'p> {
    title: Option<&'p str>,
    language: Option<&'p str>,
    refs: Option<Vec<Oid>>,
    tags: Option<Vec<&'p str>>,
}

/// What a record begins with: the fixed fields and the OID, and where that ends.
#[inline(always)]
fn front(bytes: &[u8], at: usize) -> Option<(&[u8; ENTRY], &[u8], usize)> {
    let fixed = bytes.get(at..)?.first_chunk()?;
    let (length, start) = number(bytes, at + ENTRY)?;
    let oid = bytes.get(start..)?.get(..usize::try_from(length).ok()?)?;
    Some((fixed, oid, start + oid.len()))
}

impl<'p> Entry<'p> {
    #[inline(always)]
    pub(super) fn at(pack: &'p Pack, position: u32) -> Result<Self, Error> {
        let (bytes, at) = record(pack, Part::Entries, position)?;
        let Some((fixed, oid, end)) = front(bytes, at) else {
            return Err(Self::no_entry(Cursor::new(pack, (Part::Entries, position), bytes, at)));
        };
        Ok(Self { fixed, oid, rest: Cursor::new(pack, (Part::Entries, position), bytes, end) })
    }

    /// The entry of a record that a look-up came to, if its key is this one; what is not usual is not judged here.
    #[inline(always)]
    pub(super) fn quick(pack: &'p Pack, found: &Candidate<'p>, key: &[u8]) -> Option<Self> {
        let (fixed, rest) = found.bytes.get(1..)?.split_first_chunk()?;
        let (&length, rest) = rest.split_first()?;
        let oid = rest.get(..usize::from(length)).filter(|_| length < 0x80)?;
        let end = 2 + ENTRY + oid.len();
        let rest = Cursor::new(pack, (Part::Entries, found.position), found.bytes, end);
        is_same(oid, key).then_some(Self { fixed, oid, rest })
    }

    /// Why there is none.
    #[cold]
    fn no_entry(mut record: Cursor<'p>) -> Error {
        let found = (|| {
            record.fixed::<ENTRY>()?;
            let length = record.long()?;
            record.take(length)
        })();
        found.err().unwrap_or_else(|| record.malformed("an entry is cut off"))
    }

    #[inline]
    fn has(&self, flag: u8) -> bool {
        self.fixed[entry::FLAGS] & flag != 0
    }

    /// Its position in OID order.
    pub fn index(&self) -> u32 {
        u32_at(self.fixed, entry::INDEX)
    }

    #[inline]
    pub(super) fn oid_key(&self) -> &'p [u8] {
        self.oid
    }

    /// How many entries stand below it.
    pub fn below(&self) -> u32 {
        u32_at(self.fixed, entry::BELOW)
    }

    /// Its OID.
    ///
    /// # Errors
    /// Its bytes are not what was written; so for all that follow.
    pub fn oid(&self) -> Result<Oid, Error> {
        Oid::from_key(self.oid).ok_or_else(|| self.rest.malformed("it is no OID"))
    }

    /// 0 lexicon, 1 rule, 2 template, 3 policy, 4 alias, 5 tombstone.
    pub fn kind(&self) -> u8 {
        self.fixed[entry::KIND]
    }

    /// Whether a more specific layer may not state it again.
    pub fn is_final(&self) -> bool {
        self.has(flag::FINAL)
    }

    /// Whether the operator's preference forced it.
    pub fn is_preferred(&self) -> bool {
        self.has(flag::PREFERRED)
    }

    /// The layers that lost, one bit each, 1 for global.
    pub fn overrode(&self) -> u8 {
        self.fixed[entry::OVERRODE]
    }

    /// Reads what stands before the body, as far as it is wanted; the cursor then stands at the body.
    fn front(&self, wanted: u8) -> Result<(Front<'p>, Cursor<'p>), Error> {
        let (mut rest, mut front) = (self.rest, Front::default());
        let mut left = wanted & self.fixed[entry::FLAGS];
        for flag in [flag::TITLE, flag::LANGUAGE, flag::REFS, flag::TAGS] {
            if left == 0 {
                break;
            }
            if !self.has(flag) {
                continue;
            }
            match flag {
                flag::TITLE => front.title = Some(rest.string()?),
                flag::LANGUAGE => front.language = Some(rest.string()?),
                flag::REFS => front.refs = Some(rest.list(Cursor::oid)?),
                _ => front.tags = Some(rest.list(Cursor::string)?),
            }
            left &= !flag;
        }
        Ok((front, rest))
    }

    /// The bytes of its title, for who passes them on: whether they are UTF-8 is not looked at. Without one there are none.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    #[inline]
    pub fn title_bytes(&self) -> Result<&'p [u8], Error> {
        if self.has(flag::TITLE) { self.rest.string_bytes() } else { Ok(&[]) }
    }

    /// Its title.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn title(&self) -> Result<Option<&'p str>, Error> {
        // It stands first.
        if self.has(flag::TITLE) { Cursor::string(&mut { self.rest }).map(Some) } else { Ok(None) }
    }

    /// Its language, where it differs from the pack's (in a layer's cache: where it was stated).
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn language(&self) -> Result<Option<&'p str>, Error> {
        Ok(self.front(flag::LANGUAGE)?.0.language)
    }

    /// Where it was stated.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn origin(&self) -> Result<Origin<'p>, Error> {
        origin(self.rest.pack, u32_at(self.fixed, entry::ORIGIN))
    }

    /// The line in its source.
    pub fn line(&self) -> u32 {
        u32_at(self.fixed, entry::LINE)
    }

    /// The references, if they were stated.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn refs(&self) -> Result<Option<Vec<Oid>>, Error> {
        Ok(self.front(flag::REFS)?.0.refs)
    }

    /// The tags, if they were stated.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn tags(&self) -> Result<Option<Vec<&'p str>>, Error> {
        Ok(self.front(flag::TAGS)?.0.tags)
    }

    /// The positions of a lexicon's terms.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn terms(&self) -> Result<std::ops::Range<u32>, Error> {
        if self.kind() != 0 {
            return Ok(0..0);
        }
        let (_, mut rest) = self.front(u8::MAX)?;
        let (first, count) = (rest.number()?, rest.number()?);
        let end = first.checked_add(count).filter(|&end| end <= rest.pack.terms());
        end.map(|end| first..end).ok_or_else(|| rest.malformed("a lexicon has terms that are not there"))
    }

    /// Bytes of its record.
    pub(crate) fn size(&self) -> u64 {
        self.rest.bytes.len() as u64
    }

    /// What it is.
    ///
    /// # Errors
    /// See [`Entry::oid`].
    pub fn body(&self) -> Result<Body<'p>, Error> {
        let (_, mut body) = self.front(u8::MAX)?;
        let body = &mut body;
        Ok(match self.kind() {
            0 => Body::Lexicon(self.terms()?),
            1 => Body::Rule {
                event: body.string()?,
                priority: body.number()?,
                say: body.string()?,
                acknowledge: body.list(Cursor::string)?,
                escalate: body.list(|body| {
                    Ok(Escalation { after_s: body.long()?, to: body.string()?, say: body.string()? })
                })?,
            },
            2 => Body::Template {
                text: body.string()?,
                slots: body.list(|body| {
                    Ok(Slot {
                        name: body.string()?,
                        kind: body.number()?,
                        values: body.list(Cursor::string)?,
                    })
                })?,
                examples: body.list(|body| Ok(Example { text: body.string()?, slots: body.list(value)? }))?,
            },
            3 => Body::Policy { applies_to: body.list(Cursor::oid)?, registers: body.list(Cursor::number)? },
            4 => Body::Alias(body.oid()?),
            layout::TOMBSTONE => Body::Tombstone,
            _ => return Err(body.malformed("its kind is unknown")),
        })
    }
}

fn value<'p>(body: &mut Cursor<'p>) -> Result<(&'p str, Value<'p>), Error> {
    let name = body.string()?;
    let value = match body.number()? {
        0 => Value::Text(body.string()?),
        _ => Value::Integer(body.signed()?),
    };
    Ok((name, value))
}

pub(super) fn origin(pack: &Pack, number: u32) -> Result<Origin<'_>, Error> {
    let raw: &[u8; layout::ORIGIN] = pack.item(Part::Origins, u64::from(number))?;
    let layer = u32_at(raw, 8);
    if layer > 2 {
        return Err(pack.malformed(
            Part::Origins,
            u64::from(number) * layout::ORIGIN as u64,
            "its layer is unknown",
        ));
    }
    Ok(Origin {
        source: pack.shared(u32_at(raw, 0))?,
        version: pack.shared(u32_at(raw, 4))?,
        layer: layer as u8,
    })
}
