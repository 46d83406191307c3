//! Which encoding a file has, found strictly while it is read: UTF-8 (with or without a mark) or GB18030.
//!
//! Nothing is guessed from statistics. As long as a file holds only ASCII both readings agree; the first block with
//! other bytes decides, and from then on every block must be valid in that encoding.

use encoding_rs::{DecoderResult, GB18030};

/// What the bytes of a file mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// Only ASCII seen so far.
    Ascii,
    /// UTF-8, without a mark.
    Utf8,
    /// UTF-8 with a mark (BOM).
    Utf8Mark,
    /// GB18030, of which GBK and GB 2312 are parts.
    Gb18030,
}

impl Encoding {
    /// The name that people know.
    pub const fn name(self) -> &'static str {
        match self {
            Encoding::Ascii | Encoding::Utf8 => "UTF-8",
            Encoding::Utf8Mark => "UTF-8 with mark",
            Encoding::Gb18030 => "GB18030",
        }
    }
}

/// Follows a file block by block.
#[derive(Debug)]
pub struct EncodingCheck {
    encoding: Encoding,
    /// Bytes of a character that the last block broke off.
    carried: Vec<u8>,
}

impl EncodingCheck {
    /// At the start of a file, after its mark if it has one.
    pub fn new(marked: bool) -> EncodingCheck {
        let encoding = if marked { Encoding::Utf8Mark } else { Encoding::Ascii };
        EncodingCheck { encoding, carried: Vec::new() }
    }

    /// In the middle of a file whose encoding is known.
    pub fn known(encoding: Encoding) -> EncodingCheck {
        EncodingCheck { encoding, carried: Vec::new() }
    }

    /// What has been found so far.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Checks the next block; `Err` holds the place in the block (counted from its start) of the first byte that
    /// fits no encoding.
    pub fn check(&mut self, block: &[u8], last: bool) -> Result<(), usize> {
        if self.carried.is_empty() && block.is_ascii() {
            return Ok(());
        }
        let carried = std::mem::take(&mut self.carried);
        let joined;
        let bytes = if carried.is_empty() {
            block
        } else {
            joined = [&carried, block].concat();
            &joined
        };
        let verdict = match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Mark => utf8_end(bytes),
            Encoding::Gb18030 => gb18030_end(bytes),
            Encoding::Ascii => utf8_end(bytes)
                .map(|end| (Encoding::Utf8, end))
                .or_else(|at_utf8| {
                    gb18030_end(bytes).map(|end| (Encoding::Gb18030, end)).map_err(|at_gb| at_utf8.max(at_gb))
                })
                .map(|(encoding, end)| {
                    self.encoding = encoding;
                    end
                }),
        };
        let end = verdict.map_err(|at| at.saturating_sub(carried.len()))?;
        if last && end < bytes.len() {
            return Err(end.saturating_sub(carried.len()));
        }
        self.carried = bytes[end..].to_vec();
        Ok(())
    }
}

/// Where the whole characters of the bytes end (a broken-off last one may follow), or where a wrong byte is.
fn utf8_end(bytes: &[u8]) -> Result<usize, usize> {
    match simdutf8::compat::from_utf8(bytes) {
        Ok(_) => Ok(bytes.len()),
        Err(error) if error.error_len().is_none() => Ok(error.valid_up_to()),
        Err(error) => Err(error.valid_up_to()),
    }
}

fn gb18030_end(bytes: &[u8]) -> Result<usize, usize> {
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    let mut scratch = vec![0u8; 8 * 1024];
    let mut done = 0;
    loop {
        let (result, read, _) =
            decoder.decode_to_utf8_without_replacement(&bytes[done..], &mut scratch, false);
        done += read;
        match result {
            DecoderResult::InputEmpty => return Ok(done - broken_off(&bytes[..done])),
            DecoderResult::OutputFull => {}
            DecoderResult::Malformed(length, after) => {
                return Err(done.saturating_sub(usize::from(length) + usize::from(after)));
            }
        }
    }
}

/// How many bytes at the end of valid GB18030 begin a character without finishing it.
fn broken_off(bytes: &[u8]) -> usize {
    // Walk whole characters from the last byte that can only stand alone: an ASCII byte below the digits.
    let from = bytes.iter().rposition(|&byte| byte < 0x30).map_or(0, |at| at + 1);
    let mut rest = &bytes[from..];
    loop {
        let length = match rest {
            [] => return 0,
            [0..=0x7f | 0x80 | 0xff, ..] => 1,
            [_] => return 1,
            [_, 0x30..=0x39, ..] if rest.len() >= 4 => 4,
            [_, 0x30..=0x39, ..] => return rest.len(),
            _ => 2,
        };
        rest = &rest[length..];
    }
}

/// The text of bytes that [`EncodingCheck`] has found valid GB18030.
pub fn decode_gb18030(bytes: &[u8], into: &mut String) {
    into.clear();
    let mut decoder = GB18030.new_decoder_without_bom_handling();
    into.reserve(decoder.max_utf8_buffer_length(bytes.len()).unwrap_or(bytes.len() * 3));
    let _ = decoder.decode_to_string(bytes, into, true);
}

/// Bytes of either encoding as text, for showing; what fits neither is replaced.
pub fn to_text(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    fn check(bytes: &[u8], block: usize) -> Result<Encoding, usize> {
        let mut check = EncodingCheck::new(false);
        let blocks = bytes.len().div_ceil(block);
        for (number, part) in bytes.chunks(block).enumerate() {
            check.check(part, number + 1 == blocks).map_err(|at| number * block + at)?;
        }
        Ok(check.encoding())
    }

    #[test]
    fn encodings_are_told_apart_wherever_blocks_break() {
        let text = "order_no,客户\nSO1,深圳市陆丰贸易𠀀有限公司,1.50\n";
        for block in 1..40 {
            assert_eq!(check(text.as_bytes(), block), Ok(Encoding::Utf8), "block {block}");
        }
        for block in 12..60 {
            assert_eq!(check(&gbk(text), block), Ok(Encoding::Gb18030), "block {block}");
        }
        assert_eq!(check(b"order_no\n", 4), Ok(Encoding::Ascii));
    }

    #[test]
    fn a_byte_of_no_encoding_is_found() {
        let mut bytes = "客户,ok\n".as_bytes().to_vec();
        bytes.extend(b"\xff\xff");
        assert!(check(&bytes, 1000).is_err());
        assert_eq!(check(b"a\xff\n", 1000), Err(1));
        assert!(check("客".as_bytes().split_last().unwrap().1, 1000).is_err());
    }
}
