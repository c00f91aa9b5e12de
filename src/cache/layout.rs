//! Where things stand in a `.1337` file. Everything is little-endian. See `docs/format-1337.md`.

/// The first eight bytes. They survive no text-mode transfer.
pub const MAGIC: [u8; 8] = *b"\x891337\r\n\x1a";
/// The format version that this writer writes and this reader knows.
pub const VERSION: u16 = 1;
/// The oldest reader that can open what this writer writes.
pub const OLDEST_READER: u16 = 1;
/// Bytes of the fixed header.
pub const HEADER: usize = 128;
/// Bytes of a row of the section table.
pub const ROW: usize = 32;
/// The most sections that a file may have.
pub const MAX_SECTIONS: usize = 64;
/// Two to this power is the size of a chunk that is hashed. A first look-up hashes one of each list and section on its
/// way, so it is small; each costs 32 bytes of the file.
pub const CHUNK_LOG2: u32 = 10;
/// The list of chunk hashes is hashed in chunks itself until it has at most this many.
pub const TOP: usize = 32;
/// Bytes of a SHA-256.
pub const HASH: usize = 32;
/// Sections begin at multiples of this.
pub const ALIGNMENT: usize = 64;
/// Positions count units of so many bytes, so that 32 bits reach 16 GiB.
pub const UNIT: usize = 4;
/// `TPOS` has the position of each term whose number is a multiple of this.
pub const STRIDE: u32 = 16;

/// Byte offsets in the header.
pub mod header {
    /// `u16`: format version.
    pub const VERSION: usize = 8;
    /// `u16`: the oldest reader that can open the file.
    pub const OLDEST_READER: usize = 10;
    /// `u32`: 0 runtime, 1 global, 2 domain, 3 local.
    pub const KIND: usize = 12;
    /// `u64`: bytes of the file.
    pub const LENGTH: usize = 16;
    /// `u32`: rows of the section table.
    pub const SECTIONS: usize = 24;
    /// `u32`: two to this power is the chunk size.
    pub const CHUNK: usize = 28;
    /// `u64`: where the chunks end and the lists of hashes begin.
    pub const DATA_END: usize = 32;
    /// `u64`: how many chunks the sections have together.
    pub const CHUNKS: usize = 40;
    /// 16 zero bytes from here to the root.
    pub const RESERVED: usize = 48;
    /// The root: SHA-256 over the header without this field, and the section table.
    pub const ROOT: usize = 64;
    /// The SHA-256 of the topmost list of hashes.
    pub const TOP: usize = 96;
}

/// Names of sections: four ASCII letters.
pub mod section {
    /// Canonical JSON: name, OID, version, sources, documents.
    pub const META: [u8; 4] = *b"META";
    /// Strings that several places share.
    pub const STRINGS: [u8; 4] = *b"STRS";
    /// Origins: 12 bytes each.
    pub const ORIGINS: [u8; 4] = *b"ORIG";
    /// Positions of the entries.
    pub const ENTRY_POSITIONS: [u8; 4] = *b"EPOS";
    /// Entries by OID: records.
    pub const ENTRIES: [u8; 4] = *b"ENTR";
    /// Hash table from OIDs to entries.
    pub const ENTRY_KEYS: [u8; 4] = *b"EKEY";
    /// Positions of every sixteenth term.
    pub const TERM_POSITIONS: [u8; 4] = *b"TPOS";
    /// Terms, those of a lexicon together, by key: records.
    pub const TERMS: [u8; 4] = *b"TERM";
    /// Hash table from term keys to terms and postings.
    pub const TERM_KEYS: [u8; 4] = *b"TKEY";
    /// Postings: the further senses of keys that have several.
    pub const POSTINGS: [u8; 4] = *b"POST";
    /// Which first segments keys have: a Bloom filter.
    pub const FIRSTS: [u8; 4] = *b"FRST";
    /// How keys of several words begin: a Bloom filter.
    pub const SECONDS: [u8; 4] = *b"SCND";
    /// How many segments the longest key of a first segment has, and whether it is a key itself.
    pub const LENGTHS: [u8; 4] = *b"FLEN";
}

/// A section that this version knows; the number is its place in [`Part::ALL`] and in the files that it writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Part {
    /// [`section::META`]
    Meta,
    /// [`section::STRINGS`]
    Strings,
    /// [`section::ORIGINS`]
    Origins,
    /// [`section::ENTRY_POSITIONS`]
    EntryPositions,
    /// [`section::ENTRIES`]
    Entries,
    /// [`section::ENTRY_KEYS`]
    EntryKeys,
    /// [`section::TERM_POSITIONS`]
    TermPositions,
    /// [`section::TERMS`]
    Terms,
    /// [`section::TERM_KEYS`]
    TermKeys,
    /// [`section::POSTINGS`]
    Postings,
    /// [`section::FIRSTS`]
    Firsts,
    /// [`section::LENGTHS`]
    Lengths,
    /// [`section::SECONDS`]
    Seconds,
}

/// How many sections a file of version 1 has.
pub const PARTS: usize = Part::ALL.len();

impl Part {
    /// All of them, in the order of the file.
    pub const ALL: [Self; 13] = [
        Self::Meta,
        Self::Strings,
        Self::Origins,
        Self::EntryPositions,
        Self::Entries,
        Self::EntryKeys,
        Self::TermPositions,
        Self::Terms,
        Self::TermKeys,
        Self::Postings,
        Self::Firsts,
        Self::Lengths,
        Self::Seconds,
    ];

    /// Its name in the section table.
    pub const fn name(self) -> [u8; 4] {
        match self {
            Self::Meta => section::META,
            Self::Strings => section::STRINGS,
            Self::Origins => section::ORIGINS,
            Self::EntryPositions => section::ENTRY_POSITIONS,
            Self::Entries => section::ENTRIES,
            Self::EntryKeys => section::ENTRY_KEYS,
            Self::TermPositions => section::TERM_POSITIONS,
            Self::Terms => section::TERMS,
            Self::TermKeys => section::TERM_KEYS,
            Self::Postings => section::POSTINGS,
            Self::Firsts => section::FIRSTS,
            Self::Lengths => section::LENGTHS,
            Self::Seconds => section::SECONDS,
        }
    }

    /// Bytes of an item; `None` where items are records of different lengths.
    pub const fn item_size(self) -> Option<u64> {
        match self {
            Self::Entries | Self::Terms => None,
            Self::Origins => Some(ORIGIN as u64),
            Self::EntryPositions | Self::TermPositions | Self::Postings => Some(4),
            Self::EntryKeys | Self::TermKeys => Some(BUCKET as u64),
            Self::Firsts | Self::Seconds => Some(8),
            Self::Lengths => Some(2),
            Self::Meta | Self::Strings => Some(1),
        }
    }
}

/// Bit 0 of a row's flags: a reader that does not know the section has to refuse the file.
pub const CRITICAL: u32 = 1;

/// Bytes of an origin.
pub const ORIGIN: usize = 12;

/// A bucket of a hash table: ten tags, ten values, which of their keys have postings, how many there are, and whether a
/// search goes on. It is a cache line of most machines.
pub const BUCKET: usize = 64;
/// Slots of a bucket.
pub const SLOTS: usize = 10;

/// Byte offsets in a bucket; its tags stand first.
pub mod bucket {
    /// `u32` each: the values.
    pub const VALUES: usize = 20;
    /// `u16`, a bit a slot: the key has further senses, in a posting.
    pub const LISTS: usize = 60;
    /// `u8`: how many slots are taken.
    pub const USED: usize = 62;
    /// `u8`: 1 if a key that belongs here, or passed by, stands further on.
    pub const GOES_ON: usize = 63;
}

/// An item of `FLEN`: 15 bits of a length, of which the greatest means that it may be more.
pub const MAX_LENGTH: u16 = 0x7FFF;
/// The highest bit of an item of `FLEN`: a first segment is a key itself.
pub const IS_KEY: u16 = 0x8000;

/// Bytes of an entry behind its record's length that are always there; then comes its OID.
pub const ENTRY: usize = 19;

/// Byte offsets in them.
pub mod entry {
    /// `u8`: what it is.
    pub const KIND: usize = 0;
    /// `u8`: see [`flag`](super::flag).
    pub const FLAGS: usize = 1;
    /// `u8`: the layers that lost.
    pub const OVERRODE: usize = 2;
    /// `u32`: its place among all entries.
    pub const INDEX: usize = 3;
    /// `u32`: how many entries stand below it.
    pub const BELOW: usize = 7;
    /// `u32`: the number of its origin.
    pub const ORIGIN: usize = 11;
    /// `u32`: the line of its first key.
    pub const LINE: usize = 15;
}

/// Flags of an entry.
pub mod flag {
    /// `final: true`.
    pub const FINAL: u8 = 1;
    /// `refs` were stated.
    pub const REFS: u8 = 2;
    /// `tags` were stated.
    pub const TAGS: u8 = 4;
    /// The operator's preference forced it.
    pub const PREFERRED: u8 = 8;
    /// It has a title.
    pub const TITLE: u8 = 16;
    /// It has a language of its own.
    pub const LANGUAGE: u8 = 32;
}

/// Flags of a term; bits 0 and 1 are the register, bits 2 and 3 the [`form`] of its key.
pub mod term_flag {
    /// Where the form of the key begins.
    pub const FORM_SHIFT: u8 = 2;
    /// It has aliases.
    pub const ALIASES: u8 = 16;
    /// It has examples.
    pub const EXAMPLES: u8 = 32;
}

/// How a key is written beside its text.
pub mod form {
    /// The text is its own key.
    pub const SAME: u8 = 0;
    /// The text, with A to Z in lower case.
    pub const LOWER: u8 = 1;
    /// It stands behind the text.
    pub const WRITTEN: u8 = 2;
    /// Not at all: fold the text. In layer caches only.
    pub const FOLD: u8 = 3;
}

/// The kind of a tombstone; definitions are 0 lexicon, 1 rule, 2 template, 3 policy, 4 alias.
pub const TOMBSTONE: u8 = 5;

/// The chunk table's levels for that many chunks: how many hashes each list has, from the chunks up.
pub fn levels(chunks: u64, chunk_log2: u32) -> Vec<u64> {
    let mut levels = vec![chunks];
    while let Some(&count) = levels.last()
        && count > TOP as u64
    {
        levels.push((count.saturating_mul(HASH as u64)).div_ceil(1 << chunk_log2));
    }
    levels
}

/// The range `0 .. n` to which 32 bits of a hash lead.
pub(super) fn reduce(bits: u64, n: u64) -> u64 {
    ((bits & 0xFFFF_FFFF) * (n & 0xFFFF_FFFF)) >> 32
}
