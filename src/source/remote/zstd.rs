//! What is compressed by Zstandard: frames one behind the other (RFC 8878), each against its checksum if it has one. The crate's own
//! way through several frames wants room for all that comes out, and compares no checksums.

use std::io::{self, Read};

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

/// Magic number and length of a frame that is skipped (RFC 8878, 3.1.2).
const SKIPPED_HEAD: usize = 8;

/// Reads what all frames hold together.
pub(super) struct Frames<'b> {
    /// What was not begun yet, while no frame is open.
    rest: &'b [u8],
    frame: Option<StreamingDecoder<&'b [u8], FrameDecoder>>,
}

impl<'b> Frames<'b> {
    pub(super) const fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes, frame: None }
    }

    /// Opens the next frame that holds something; false at the end.
    fn open(&mut self) -> io::Result<bool> {
        while !self.rest.is_empty() {
            match StreamingDecoder::new(self.rest) {
                Ok(frame) => {
                    self.frame = Some(frame);
                    return Ok(true);
                }
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame {
                    length,
                    ..
                })) => {
                    let skipped = SKIPPED_HEAD + length as usize;
                    self.rest = self.rest.get(skipped..).ok_or(io::ErrorKind::UnexpectedEof)?;
                }
                Err(error) => return Err(io::Error::other(error)),
            }
        }
        Ok(false)
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while !buffer.is_empty() && (self.frame.is_some() || self.open()?) {
            let Some(mut frame) = self.frame.take() else { break };
            let count = frame.read(buffer)?;
            if count > 0 {
                self.frame = Some(frame);
                return Ok(count);
            }
            let (rest, decoder) = frame.into_parts();
            let said = decoder.get_checksum_from_data();
            if said.is_some() && said != decoder.get_calculated_checksum() {
                return Err(io::Error::new(io::ErrorKind::InvalidData, "its checksum is wrong"));
            }
            self.rest = rest;
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ruzstd::encoding::{CompressionLevel, compress_to_vec};

    fn read(bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut all = Vec::new();
        Frames::new(bytes).read_to_end(&mut all).map(|_| all)
    }

    fn frame(text: &[u8]) -> Vec<u8> {
        compress_to_vec(text, CompressionLevel::Uncompressed)
    }

    #[test]
    fn all_frames_are_read_and_what_is_to_be_skipped_is_skipped() {
        let skipped = [0x5A, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3];
        let bytes = [&frame(b"one "), &skipped[..], &frame(b"two"), &skipped[..]].concat();
        assert_eq!(read(&bytes).unwrap(), b"one two");
        assert_eq!(read(b"").unwrap(), b"");
    }

    #[test]
    fn a_bit_that_changed_anywhere_is_noticed() {
        let text = b"mean what you say".repeat(9);
        let whole = frame(&text);
        for bit in 0..whole.len() * 8 {
            let mut other = whole.clone();
            other[bit / 8] ^= 1 << (bit % 8);
            let found = read(&other);
            assert!(found.is_err() || found.is_ok_and(|found| found == text), "bit {bit}");
        }
    }

    #[test]
    fn what_is_cut_off_or_followed_by_something_else_is_refused() {
        let whole = frame(b"mean what you say");
        for length in 1..whole.len() {
            assert!(read(&whole[..length]).is_err(), "{length}");
        }
        assert!(read(&[&whole[..], b"more"].concat()).is_err());
        assert!(read(&[&whole[..], &[0x5A, 0x2A, 0x4D, 0x18, 9, 0, 0, 0, 1]].concat()).is_err());
    }
}
