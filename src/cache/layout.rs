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
/// Two to this power is the size of a chunk that is hashed.
pub const CHUNK_LOG2: u32 = 14;
/// The list of chunk hashes is hashed in chunks itself until it has at most this many.
pub const TOP: usize = 32;
/// Bytes of a SHA-256.
pub const HASH: usize = 32;

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
    /// 24 zero bytes from here to the root.
    pub const RESERVED: usize = 40;
    /// The root: SHA-256 over the header without this field, the section table, and the topmost list.
    pub const ROOT: usize = 64;
    /// 32 zero bytes from here to the section table.
    pub const RESERVED_TOO: usize = 96;
}

/// Names of sections: four ASCII letters.
pub mod section {
    /// Canonical JSON: name, OID, version, sources, documents.
    pub const META: [u8; 4] = *b"META";
    /// UTF-8 of all strings, one after the other.
    pub const STRINGS: [u8; 4] = *b"STRS";
    /// Sort keys of OIDs, one after the other.
    pub const OIDS: [u8; 4] = *b"OIDS";
    /// Origins: 20 bytes each.
    pub const ORIGINS: [u8; 4] = *b"ORIG";
    /// Entries by OID: 48 bytes each.
    pub const ENTRIES: [u8; 4] = *b"ENTR";
    /// Terms, those of a lexicon together, by key: 44 bytes each.
    pub const TERMS: [u8; 4] = *b"TERM";
    /// Words of lists and bodies.
    pub const WORDS: [u8; 4] = *b"BODY";
    /// Hash table from term keys to postings.
    pub const KEYS: [u8; 4] = *b"TKEY";
    /// Postings: the senses of each key.
    pub const POSTINGS: [u8; 4] = *b"POST";
    /// Hash table from first segments to the longest key.
    pub const FIRSTS: [u8; 4] = *b"FRST";

    /// All sections that a file of version 1 has, in their order.
    pub const ALL: [[u8; 4]; 10] =
        [META, STRINGS, OIDS, ORIGINS, ENTRIES, TERMS, WORDS, KEYS, POSTINGS, FIRSTS];

    /// Bytes of an item of a section.
    pub const fn item_size(name: [u8; 4]) -> u64 {
        match name {
            ORIGINS => super::ORIGIN as u64,
            ENTRIES => super::ENTRY as u64,
            TERMS => super::TERM as u64,
            WORDS | POSTINGS => 4,
            KEYS | FIRSTS => 8,
            _ => 1,
        }
    }
}

/// Bit 0 of a row's flags: a reader that does not know the section has to refuse the file.
pub const CRITICAL: u32 = 1;

/// Bytes of an origin.
pub const ORIGIN: usize = 20;
/// Bytes of an entry.
pub const ENTRY: usize = 48;
/// Bytes of a term.
pub const TERM: usize = 44;

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

/// The kind of a tombstone; definitions are 0 lexicon, 1 rule, 2 template, 3 policy, 4 alias.
pub const TOMBSTONE: u8 = 5;
/// An empty slot of a hash table.
pub const EMPTY: u32 = u32::MAX;

/// The hash of the tables: FNV-1a of 64 bits, finished with MurmurHash3's `fmix64`.
pub fn hash(bytes: &[u8]) -> u64 {
    finish(bytes.iter().fold(FNV_START, fnv))
}

/// The hashes of the beginnings of a text that end at `ends`, which ascend.
pub(super) fn hashes(bytes: &[u8], ends: &[usize]) -> Vec<u64> {
    let (mut state, mut done) = (FNV_START, 0);
    let hash = |&end: &usize| {
        state = bytes[done..end].iter().fold(state, fnv);
        done = end;
        finish(state)
    };
    ends.iter().map(hash).collect()
}

const FNV_START: u64 = 0xCBF2_9CE4_8422_2325;

fn fnv(hash: u64, byte: &u8) -> u64 {
    (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01B3)
}

fn finish(mut hash: u64) -> u64 {
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xFF51_AFD7_ED55_8CCD);
    hash ^= hash >> 33;
    hash = hash.wrapping_mul(0xC4CE_B9FE_1A85_EC53);
    hash ^ (hash >> 33)
}

/// The chunk table's levels for that many bytes: how many hashes each list has, from the chunks up.
pub fn levels(data: u64, chunk: u64) -> Vec<u64> {
    let mut levels = vec![data.div_ceil(chunk)];
    while let Some(&count) = levels.last()
        && count > TOP as u64
    {
        levels.push((count * HASH as u64).div_ceil(chunk));
    }
    levels
}
