//! The peers: the same pairs, each in its own file, opened and asked as its makers advise for reading.

use std::path::Path;
use std::time::Instant;

use heed::types::Bytes;
use heed::{EnvFlags, EnvOpenOptions, PutFlags};
use memmap2::Mmap;
use redb::{ReadableDatabase, TableDefinition};
use rkyv::collections::swiss_table::ArchivedHashMap;
use rkyv::rancor;
use rkyv::vec::ArchivedVec;

use crate::make::Pairs;
use crate::{Any, cdb};

const TERMS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("terms");
const OIDS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("oids");

#[derive(rkyv::Archive, rkyv::Serialize)]
struct Archive {
    terms: std::collections::HashMap<Vec<u8>, Vec<u8>>,
    oids: std::collections::HashMap<Vec<u8>, Vec<u8>>,
}

/// Writes every peer's file.
pub(crate) fn make(dir: &Path, terms: &Pairs, oids: &Pairs) -> Any<()> {
    let seconds = lmdb(&dir.join("lmdb"), terms, oids)?;
    std::fs::write(dir.join("lmdb-write"), seconds.to_string())?;
    let all = |pairs: &'static str| dir.join(pairs);
    cdb::write(&all("terms.cdb"), terms.iter().map(|(k, v)| (&k[..], &v[..])))?;
    cdb::write(&all("oids.cdb"), oids.iter().map(|(k, v)| (&k[..], &v[..])))?;
    sqlite(&all("sqlite"), terms, oids)?;
    let db = redb::Database::create(all("redb"))?;
    let write = db.begin_write()?;
    for (table, pairs) in [(TERMS, terms), (OIDS, oids)] {
        let mut table = write.open_table(table)?;
        for (key, value) in pairs {
            table.insert(&key[..], &value[..])?;
        }
    }
    write.commit()?;
    drop(db);
    let map = |pairs: &Pairs| pairs.iter().cloned().collect();
    let archive = Archive { terms: map(terms), oids: map(oids) };
    std::fs::write(all("rkyv"), rkyv::to_bytes::<rancor::Error>(&archive)?)?;
    // What the writing of LMDB is timed with, in a process of its own.
    let mut flat = Vec::new();
    for pairs in [terms, oids] {
        flat.extend_from_slice(&(pairs.len() as u64).to_le_bytes());
        for (key, value) in pairs {
            for bytes in [key, value] {
                flat.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
                flat.extend_from_slice(bytes);
            }
        }
    }
    Ok(std::fs::write(all("pairs"), flat)?)
}

/// The pairs that [`make`] kept.
pub(crate) fn pairs(dir: &Path) -> Any<[Pairs; 2]> {
    let file = std::fs::read(dir.join("pairs"))?;
    let mut at = 0;
    let mut take = |count: usize| {
        at += count;
        &file[at - count..at]
    };
    let mut all = [Pairs::new(), Pairs::new()];
    for pairs in &mut all {
        let count = u64::from_le_bytes(take(8).try_into()?);
        for _ in 0..count {
            let mut bytes = || -> Any<Vec<u8>> {
                let length = u32::from_le_bytes(take(4).try_into()?);
                Ok(take(length as usize).to_vec())
            };
            pairs.push((bytes()?, bytes()?));
        }
    }
    Ok(all)
}

/// LMDB's bulk load: keys in order, in append mode, one transaction, no waiting for the disk. Returns seconds.
pub(crate) fn lmdb(path: &Path, terms: &Pairs, oids: &Pairs) -> Any<f64> {
    let start = Instant::now();
    let mut options = EnvOpenOptions::new();
    options.map_size(8 << 30).max_dbs(2);
    // SAFETY: the file is new and this process alone has it.
    let env =
        unsafe { options.flags(EnvFlags::NO_SUB_DIR | EnvFlags::NO_SYNC | EnvFlags::NO_LOCK).open(path)? };
    let mut write = env.write_txn()?;
    for (name, pairs) in [("terms", terms), ("oids", oids)] {
        let table = env.create_database::<Bytes, Bytes>(&mut write, Some(name))?;
        for (key, value) in pairs {
            table.put_with_flags(&mut write, PutFlags::APPEND, key, value)?;
        }
    }
    write.commit()?;
    Ok(start.elapsed().as_secs_f64())
}

fn sqlite(path: &Path, terms: &Pairs, oids: &Pairs) -> Any<()> {
    let mut db = rusqlite::Connection::open(path)?;
    db.pragma_update(None, "journal_mode", "off")?;
    let write = db.transaction()?;
    for (name, pairs) in [("terms", terms), ("oids", oids)] {
        write.execute(&format!("CREATE TABLE {name} (k BLOB PRIMARY KEY, v BLOB) WITHOUT ROWID"), [])?;
        let mut insert = write.prepare(&format!("INSERT INTO {name} VALUES (?, ?)"))?;
        for (key, value) in pairs {
            insert.execute((key, value))?;
        }
    }
    Ok(write.commit()?)
}

/// A question: of OIDs or of terms, and the key.
pub(crate) type Ask<'a> = dyn FnMut(bool, &[u8]) -> Option<(usize, u8)> + 'a;

/// What an answer comes to: its length and its last byte, so that the value is touched.
fn touch(value: &[u8]) -> (usize, u8) {
    (value.len(), value.last().copied().unwrap_or(0))
}

fn map(path: &Path) -> Any<Mmap> {
    let file = std::fs::File::open(path)?;
    // SAFETY: nobody writes the file while the benchmark runs.
    Ok(unsafe { Mmap::map(&file)? })
}

/// Opens a peer, and calls with what answers questions.
pub(crate) fn open<R>(name: &str, dir: &Path, then: impl FnOnce(&mut Ask<'_>) -> Any<R>) -> Any<R> {
    match name {
        "lmdb" => {
            let mut options = EnvOpenOptions::new();
            options.map_size(8 << 30).max_dbs(2);
            let flags = EnvFlags::NO_SUB_DIR | EnvFlags::READ_ONLY | EnvFlags::NO_LOCK;
            // SAFETY: nobody writes the file while the benchmark runs.
            let env = unsafe { options.flags(flags).open(dir.join(name))? };
            let read = env.read_txn()?;
            let table = |name| env.open_database::<Bytes, Bytes>(&read, Some(name));
            let (terms, oids) = (table("terms")?.ok_or("no terms")?, table("oids")?.ok_or("no OIDs")?);
            then(&mut |of_oids, key| {
                let table = if of_oids { &oids } else { &terms };
                table.get(&read, key).ok().flatten().map(touch)
            })
        }
        "cdb" => {
            let (terms, oids) = (map(&dir.join("terms.cdb"))?, map(&dir.join("oids.cdb"))?);
            then(&mut |of_oids, key| cdb::get(if of_oids { &oids } else { &terms }, key).map(touch))
        }
        "sqlite" => {
            let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY
                | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX
                | rusqlite::OpenFlags::SQLITE_OPEN_URI;
            let uri = format!("file:{}?immutable=1", dir.join(name).display());
            let db = rusqlite::Connection::open_with_flags(uri, flags)?;
            db.pragma_update(None, "mmap_size", 8_i64 << 30)?;
            let mut terms = db.prepare("SELECT v FROM terms WHERE k = ?")?;
            let mut oids = db.prepare("SELECT v FROM oids WHERE k = ?")?;
            then(&mut |of_oids, key| {
                let select = if of_oids { &mut oids } else { &mut terms };
                let mut rows = select.query([key]).ok()?;
                let row = rows.next().ok()??;
                row.get_ref(0).ok()?.as_blob().ok().map(touch)
            })
        }
        "redb" => {
            let db = redb::ReadOnlyDatabase::open(dir.join(name))?;
            let read = db.begin_read()?;
            let (terms, oids) = (read.open_table(TERMS)?, read.open_table(OIDS)?);
            then(&mut |of_oids, key| {
                let table = if of_oids { &oids } else { &terms };
                table.get(key).ok().flatten().map(|value| touch(value.value()))
            })
        }
        "rkyv" => {
            let file = map(&dir.join(name))?;
            // With its own validation: without it, a changed file is undefined behaviour.
            let archive = rkyv::access::<ArchivedArchive, rancor::Error>(&file)?;
            type Table = ArchivedHashMap<ArchivedVec<u8>, ArchivedVec<u8>>;
            let get = |table: &Table, key: &[u8]| table.get(key).map(|value| touch(value.as_slice()));
            then(&mut |of_oids, key| get(if of_oids { &archive.oids } else { &archive.terms }, key))
        }
        other => Err(format!("no peer `{other}`").into()),
    }
}
