//! What is asked: a shuffled million of terms and of OIDs that are there, and as many that are not. Kept in a file of lines,
//! so that every peer is asked the same.

use std::path::Path;

use aegis_action::cache::Pack;
use aegis_action::oid::Oid;
use aegis_action::text::term_key;

use crate::Any;

/// How many of each kind are asked.
pub(crate) const COUNT: usize = 1_000_000;

/// Questions of one kind.
pub(crate) struct Questions {
    /// As people write them.
    pub(crate) written: Vec<String>,
    /// The keys: of terms folded, of OIDs as bytes in their order.
    pub(crate) keys: Vec<Vec<u8>>,
    pub(crate) oids: Vec<Oid>,
    /// Keys of terms as texts.
    pub(crate) folded: Vec<String>,
}

/// SplitMix64.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % n as u64) as usize
    }
}

/// Writes the files of questions for a pack.
pub(crate) fn write(dir: &Path, pack: &Pack) -> Any<()> {
    let mut random = Random(7);
    let mut terms = Vec::new();
    for term in pack.terms_in(0..pack.terms()) {
        terms.push(term?.term()?.to_owned());
    }
    let mut oids = Vec::new();
    for entry in pack.entries() {
        oids.push(entry?.oid()?.to_string());
    }
    let mut pick = |all: &[String], end: &str| -> String {
        let line = |_| all[random.below(all.len())].clone() + end + "\n";
        (0..COUNT).map(line).collect()
    };
    std::fs::write(dir.join("term-hits"), pick(&terms, ""))?;
    std::fs::write(dir.join("term-misses"), pick(&terms, "z"))?;
    std::fs::write(dir.join("oid-hits"), pick(&oids, ""))?;
    std::fs::write(dir.join("oid-misses"), pick(&oids, ".9999"))?;
    Ok(())
}

/// How many are asked where there are fewer terms than that, because each is asked often enough, and of peers with which
/// nothing is promised: what they were asked is nearer to the core then, which is in their favour.
const FEW: usize = 200_000;

/// How many of the written ones a peer is asked in a folder of data.
fn count(dir: &Path, peer: &str) -> usize {
    let terms = dir.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse::<usize>().ok());
    let is_small = terms.is_some_and(|terms| terms <= FEW);
    if is_small || matches!(peer, "sqlite" | "redb" | "rkyv") { FEW } else { COUNT }
}

/// Reads the questions of a kind, in the form that a peer is asked in.
pub(crate) fn read(dir: &Path, kind: &str, peer: &str) -> Any<Questions> {
    let written: Vec<String> =
        std::fs::read_to_string(dir.join(kind))?.lines().take(count(dir, peer)).map(str::to_owned).collect();
    let (mut keys, mut oids, mut folded) = (Vec::new(), Vec::new(), Vec::new());
    let is_ours = peer.starts_with("ours");
    if kind.starts_with("oid") {
        oids = written.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
        if !is_ours {
            keys = oids.iter().map(|oid: &Oid| oid.key().to_vec()).collect();
        }
    } else if peer == "ours-folded" {
        folded = written.iter().map(|text| term_key(text).into_owned()).collect();
    } else if !is_ours {
        keys = written.iter().map(|text| term_key(text).into_owned().into_bytes()).collect();
    }
    Ok(Questions { written, keys, oids, folded })
}
