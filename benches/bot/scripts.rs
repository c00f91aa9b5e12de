//! Scripts of a wanted size, put together from the harmless corpus with a seed: each part in a function of its own.

use std::fmt::Write as _;
use std::path::Path;

/// A small generator of numbers (SplitMix64).
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}

/// The harmless corpus.
pub(crate) fn corpus() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scripts/harmless");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| std::fs::read_to_string(path).unwrap()).collect()
}

/// A script of about `bytes` bytes.
pub(crate) fn script(corpus: &[String], numbers: &mut Numbers, bytes: usize) -> String {
    let mut text = String::from("// Put together from parts.\n");
    let mut calls = String::new();
    let mut part = 0;
    while text.len() < bytes {
        let source = corpus[numbers.below(corpus.len())]
            .replace("module.exports.handleUpdate =", "const handlerOfPart =")
            .replace("module.exports.handleUpdate=", "const handlerOfPart=");
        let _ = write!(text, "function part{part}() {{\n{source}return handlerOfPart;\n}}\n\n");
        let _ = writeln!(calls, "  await part{part}()(ctx);");
        part += 1;
    }
    let _ = write!(text, "module.exports.handleUpdate = async (ctx) => {{\n{calls}}};\n");
    text
}
