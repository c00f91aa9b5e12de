//! Which content coding a client takes, as RFC 9110 (section 12.5.3) has it, and the two codings that are made here.

use std::io::Write as _;

use http::HeaderMap;
use http::header::ACCEPT_ENCODING;

/// A content coding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Coding {
    /// None.
    Identity,
    /// `gzip`.
    Gzip,
    /// `br`.
    Brotli,
}

impl Coding {
    /// The word in `Content-Encoding`; none for the identity.
    pub(super) const fn word(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Gzip => Some("gzip"),
            Self::Brotli => Some("br"),
        }
    }
}

/// Below this size, in bytes, nothing is gained.
const LEAST: usize = 256;
/// The best that is affordable once an object: 2 MB take about 0.3 seconds.
const BROTLI_QUALITY: u32 = 9;

/// Whether content of this type becomes smaller.
pub(super) fn is_compressible(content_type: &str, size: usize) -> bool {
    let binary = content_type.starts_with("application/octet-stream") || content_type.starts_with("image/");
    size >= LEAST && !binary
}

/// What to send to a client with these headers; `encodes` says whether there is anything but the identity. Of equal
/// weights br comes before gzip, and both before the identity. `None` if the client takes nothing that there is.
pub(super) fn negotiate(headers: &HeaderMap, encodes: bool) -> Option<Coding> {
    if !headers.contains_key(ACCEPT_ENCODING) {
        return Some(Coding::Identity);
    }
    let (mut identity, mut gzip, mut brotli, mut any) = (None, None, None, None);
    for value in headers.get_all(ACCEPT_ENCODING) {
        let Ok(text) = value.to_str() else { continue };
        for item in text.split(',') {
            let (word, parameters) = item.split_once(';').unwrap_or((item, ""));
            let word = word.trim();
            let slot = if word.eq_ignore_ascii_case("identity") {
                &mut identity
            } else if word.eq_ignore_ascii_case("gzip") || word.eq_ignore_ascii_case("x-gzip") {
                &mut gzip
            } else if word.eq_ignore_ascii_case("br") {
                &mut brotli
            } else if word == "*" {
                &mut any
            } else {
                continue;
            };
            *slot = Some(weight(parameters));
        }
    }
    let given = |own: Option<u16>, absent: u16| own.or(any).unwrap_or(absent);
    // The identity is acceptable unless it is refused, but nobody who asks for a coding prefers it unsaid.
    let plain = identity.unwrap_or(if any == Some(0) { 0 } else { 1 });
    let mut best = (Coding::Identity, plain);
    for (coding, weight) in [(Coding::Gzip, given(gzip, 0)), (Coding::Brotli, given(brotli, 0))] {
        if encodes && weight > 0 && weight >= best.1 {
            best = (coding, weight);
        }
    }
    (best.1 > 0).then_some(best.0)
}

/// A weight in thousandths. One that is malformed counts as none: the coding is not sent.
fn weight(parameters: &str) -> u16 {
    let Some((name, value)) = parameters.split_once('=') else {
        return if parameters.trim().is_empty() { 1000 } else { 0 };
    };
    if !name.trim().eq_ignore_ascii_case("q") {
        return 0;
    }
    let value = value.trim();
    let plain = value.len() <= 5 && value.bytes().all(|b| b.is_ascii_digit() || b == b'.');
    let number = value.parse::<f32>().ok().filter(|q| plain && (0.0..=1.0).contains(q));
    number.map_or(0, |q| (q * 1000.0).round() as u16)
}

/// The bytes in a coding, if that makes them smaller.
pub(super) fn encode(bytes: &[u8], coding: Coding) -> Option<Vec<u8>> {
    let encoded = match coding {
        Coding::Identity => return None,
        Coding::Gzip => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::new(8));
            encoder.write_all(bytes).ok()?;
            encoder.finish().ok()?
        }
        Coding::Brotli => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, BROTLI_QUALITY, 22);
            encoder.write_all(bytes).ok()?;
            encoder.into_inner()
        }
    };
    (encoded.len() < bytes.len()).then_some(encoded)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_get_what_they_take() {
        for (field, expected) in [
            ("br, gzip", Some(Coding::Brotli)),
            ("gzip, deflate", Some(Coding::Gzip)),
            ("GZIP", Some(Coding::Gzip)),
            ("gzip;q=1.0, br;q=0.5", Some(Coding::Gzip)),
            ("gzip;q=0.5, br;q=0.5", Some(Coding::Brotli)),
            ("br;q=0", Some(Coding::Identity)),
            ("deflate", Some(Coding::Identity)),
            ("", Some(Coding::Identity)),
            ("*", Some(Coding::Brotli)),
            ("*;q=0.1, br;q=0", Some(Coding::Gzip)),
            ("identity", Some(Coding::Identity)),
            ("identity, br;q=0.5", Some(Coding::Identity)),
            ("identity;q=0, gzip", Some(Coding::Gzip)),
            ("identity;q=0", None),
            ("*;q=0", None),
            ("*;q=0, identity", Some(Coding::Identity)),
            ("br;q=2", Some(Coding::Identity)),
            ("br;x=1", Some(Coding::Identity)),
            ("gzip; q=0.001", Some(Coding::Gzip)),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_ENCODING, field.parse().unwrap())]);
            assert_eq!(negotiate(&headers, true), expected, "{field:?}");
        }
        assert_eq!(negotiate(&HeaderMap::new(), true), Some(Coding::Identity));
        let only = HeaderMap::from_iter([(ACCEPT_ENCODING, "br, identity;q=0".parse().unwrap())]);
        assert_eq!(negotiate(&only, false), None);
    }

    #[test]
    fn what_is_encoded_can_be_read_back() {
        use std::io::Read as _;
        let text = "Forklift in a pedestrian zone. ".repeat(200);
        let gzip = encode(text.as_bytes(), Coding::Gzip).unwrap();
        let mut back = String::new();
        flate2::read::GzDecoder::new(&*gzip).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
        let brotli = encode(text.as_bytes(), Coding::Brotli).unwrap();
        back.clear();
        brotli::Decompressor::new(&*brotli, 4096).read_to_string(&mut back).unwrap();
        assert_eq!(back, text);
        assert_eq!(encode(b"x", Coding::Brotli), None);
        assert!(
            is_compressible("application/json", 300) && !is_compressible("application/octet-stream", 300)
        );
    }
}
