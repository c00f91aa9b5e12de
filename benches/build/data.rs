//! The data of the benchmarks: packs like real ones in shape (lexicons of about eleven terms, some rules and templates,
//! a tenth of the entries of domain and local restate broader ones), from a seed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// SplitMix64 (Steele, Lea, Flood 2014).
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        (self.next() % n as u64) as usize
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}

/// Makes entries.
struct Maker {
    random: Random,
    words: Vec<String>,
}

impl Maker {
    fn new(seed: u64) -> Self {
        const ONSETS: [&str; 20] = [
            "b", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "w", "br", "st", "tr",
            "sch", "kl",
        ];
        const NUCLEI: [&str; 10] = ["a", "e", "i", "o", "u", "ei", "au", "ä", "ö", "ü"];
        let mut random = Random(seed);
        let mut words: Vec<String> = (0..30_000)
            .map(|_| {
                let mut word = String::new();
                for _ in 0..random.below(3) + 1 {
                    word.push_str(ONSETS[random.below(ONSETS.len())]);
                    word.push_str(NUCLEI[random.below(NUCLEI.len())]);
                }
                word.push_str(["", "n", "r", "ck", "ng"][random.below(5)]);
                word
            })
            .collect();
        words.sort();
        words.dedup();
        Self { random, words }
    }

    fn word(&mut self) -> &str {
        let at = self.random.below(self.words.len());
        &self.words[at]
    }

    fn sentence(&mut self, least: usize) -> String {
        let mut text = String::from("The ");
        while text.len() < least {
            text.push_str(self.word());
            text.push(' ');
        }
        text.push_str("stands");
        text
    }

    /// A lexicon. `number` makes its terms its own, `layer` its aliases, so that no two of one lexicon collide.
    fn lexicon(&mut self, oid: &str, number: usize, layer: char, terms: usize) -> serde_json::Value {
        let terms: Vec<_> = (0..terms)
            .map(|i| {
                // Every other term is the same wherever the lexicon is restated.
                let word = match i % 2 {
                    0 => self.words[(number * 31 + i) % self.words.len()].clone(),
                    _ => self.word().to_owned(),
                };
                let term = format!("{}{} {number}-{i}", word[..1].to_uppercase(), &word[1..]);
                let mut value = serde_json::json!({"term": term, "meaning": self.sentence(82)});
                if self.random.chance(50) {
                    value["register"] = ["formal", "neutral", "informal"][self.random.below(3)].into();
                }
                if self.random.chance(45) {
                    value["aliases"] = vec![format!("{} {layer}{number}-{i}", self.word())].into();
                }
                if self.random.chance(45) {
                    value["examples"] = vec![format!("{} {term} {}.", self.sentence(20), self.word())].into();
                }
                value
            })
            .collect();
        serde_json::json!({"oid": oid, "kind": "lexicon", "title": self.sentence(12), "terms": terms})
    }

    fn other(&mut self, oid: &str, number: usize) -> serde_json::Value {
        if number.is_multiple_of(2) {
            serde_json::json!({
                "oid": oid, "kind": "rule", "title": self.sentence(20), "event": format!("event_{number}"),
                "priority": "urgent", "say": self.sentence(50), "acknowledge": ["Copy."],
                "escalate": [{"after_s": 5, "to": "supervisor", "say": self.sentence(40)}],
            })
        } else {
            serde_json::json!({
                "oid": oid, "kind": "template", "title": self.sentence(12), "text": "Alert: {hazard} in {zone}.",
                "slots": {"hazard": {"type": "string"}, "zone": {"type": "enum", "values": ["dock", "aisle"]}},
                "examples": [{"slots": {"hazard": "spill", "zone": "dock"}, "text": "Alert: spill in dock."}],
            })
        }
    }
}

fn oid(prefix: &str, i: usize) -> String {
    // Under 0 and 1 a second arc is at most 39 (X.660).
    const LAST: usize = 39 * 5000;
    if i >= LAST {
        return format!("{prefix}.39.{}.{}", 101 + (i - LAST) / 50, 1 + i % 50);
    }
    format!("{prefix}.{}.{}.{}", 1 + i / 5000, 1 + i % 5000 / 50, 1 + i % 50)
}

fn project(dir: &Path, layers: &str) {
    fs::create_dir_all(dir.join("packs/domain")).unwrap();
    let limits = "limits: {local: {max_bytes: 1000000000, max_entries: 1000000}}";
    let text =
        format!("aegis: project/v1\npack:\n  name: bench\n  oid: \"1.0\"\n  {limits}\n  layers: {layers}\n");
    fs::write(dir.join("aegis.yaml"), text).unwrap();
}

/// A source may have 512 MiB: a layer with more is written as several documents of less.
const DOCUMENT: usize = 400 << 20;

/// Writes a project of three JSON documents, or more if they are large; returns their bytes.
pub(crate) fn write_json(dir: &Path, seed: u64, entries: usize, terms: usize) -> u64 {
    project(dir, "{}");
    let mut layers_text = String::new();
    let mut maker = Maker::new(seed);
    // 91 of 100 entries are lexicons.
    let per_lexicon = (terms * 100 + entries * 91 / 2) / (entries * 91);
    let mut bytes = 0;
    let mut global_lexicons = Vec::new();
    let layers = [("global", "0", 40), ("domain", "1", 30), ("local", "2.1337", 30)];
    for (layer, (name, prefix, share)) in layers.into_iter().enumerate() {
        let letter = ['g', 'd', 'l'][layer];
        let head = format!(
            "{{\"aegis\":\"cache/v1\",\"oid\":\"{prefix}\",\"title\":\"{name}\",\"version\":\"1.0.0\",\"entries\":[\n"
        );
        let (mut text, mut files) = (head.clone(), Vec::new());
        let mut end = |text: &mut String| {
            text.push_str("\n]}\n");
            bytes += text.len() as u64;
            let number = if files.is_empty() { String::new() } else { format!("-{}", files.len() + 1) };
            let file = format!("packs/{name}{number}.json");
            fs::write(dir.join(&file), &*text).unwrap();
            files.push(file);
            text.clone_from(&head);
        };
        for i in 0..entries * share / 100 {
            let restated = (layer > 0 && i % 10 == 0)
                .then(|| global_lexicons[(i / 10 * 11 + layer) % global_lexicons.len()]);
            let value = match restated {
                Some(number) if layer == 1 || number % 2 == 0 => {
                    maker.lexicon(&oid("0", number), number, letter, per_lexicon)
                }
                _ if i % 100 < 91 => {
                    if layer == 0 {
                        global_lexicons.push(i);
                    }
                    maker.lexicon(&oid(prefix, i), i, letter, per_lexicon)
                }
                _ => maker.other(&oid(prefix, i), i),
            };
            let _ = write!(text, "{}{value}", if text.len() > head.len() { ",\n" } else { "" });
            if text.len() > DOCUMENT {
                end(&mut text);
            }
        }
        if text.len() > head.len() {
            end(&mut text);
        }
        let _ = write!(layers_text, "{}{name}: [{}]", if layer > 0 { ", " } else { "" }, files.join(", "));
    }
    project(dir, &format!("{{{layers_text}}}"));
    bytes
}

/// Writes a project of one YAML document of about that many bytes, in block style; returns its bytes.
pub(crate) fn write_yaml(dir: &Path, seed: u64, size: usize) -> u64 {
    project(dir, "{domain: [packs/domain]}");
    let mut maker = Maker::new(seed);
    let mut text = String::from("aegis: cache/v1\noid: \"1.0\"\ntitle: All\nversion: 1.0.0\nentries:\n");
    let mut i = 0;
    while text.len() < size {
        let value =
            if i % 100 < 91 { maker.lexicon(&oid("1", i), i, 'd', 11) } else { maker.other(&oid("1", i), i) };
        text.push_str("  -");
        block(&value, 2, true, &mut text);
        i += 1;
    }
    fs::write(dir.join("packs/domain/all.yaml"), &text).unwrap();
    text.len() as u64
}

/// Block-style YAML as people write it: plain where that is a text.
fn block(value: &serde_json::Value, depth: usize, after_dash: bool, out: &mut String) {
    match value {
        serde_json::Value::Object(map) => {
            for (i, (key, value)) in map.iter().enumerate() {
                out.push_str(&match (i, after_dash) {
                    (0, true) => " ".to_owned(),
                    (0, false) => format!("\n{}", "  ".repeat(depth)),
                    _ => "  ".repeat(depth),
                });
                out.push_str(key);
                out.push(':');
                block(value, depth + 1, false, out);
            }
        }
        serde_json::Value::Array(items) => {
            out.push('\n');
            for item in items {
                let _ = write!(out, "{}-", "  ".repeat(depth));
                block(item, depth + 1, true, out);
            }
        }
        serde_json::Value::String(text) => {
            let plain =
                text.starts_with(|c: char| c.is_ascii_alphabetic()) && !text.contains([':', '#', '{', '}']);
            let _ = writeln!(out, " {}", if plain { text.clone() } else { value.to_string() });
        }
        other => {
            let _ = writeln!(out, " {other}");
        }
    }
}
