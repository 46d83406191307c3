//! Which encoding a file has, found strictly while it is read: UTF-8 (with or without a mark) or GB18030. Files in
//! any other encoding are turned into UTF-8 before they are read ([`to_utf8`]).
//!
//! Nothing is guessed from statistics. As long as a file holds only ASCII both readings agree; the first block with
//! other bytes decides, and from then on every block must be valid in that encoding. A file that is good Chinese in
//! one reading and odd letters in the other, all through, is refused until somebody says what it is
//! ([`EncodingCheck::is_ambiguous`]).

use std::io::{self, Read, Write};

use encoding_rs::{BIG5, DecoderResult, GB18030, UTF_16BE, UTF_16LE};

/// What the user says of the encoding of the files: `input.encoding`, `--encoding`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Charset {
    /// To be found out.
    #[default]
    Auto,
    /// UTF-8.
    Utf8,
    /// GB18030, of which GBK and GB 2312 are parts.
    Gb18030,
    /// UTF-16, the lower byte first (what Excel calls Unicode text).
    Utf16Le,
    /// UTF-16, the higher byte first.
    Utf16Be,
    /// Big5, of traditional Chinese systems.
    Big5,
}

impl Charset {
    /// The words for them.
    pub const WORDS: [(&'static str, Charset); 7] = [
        ("auto", Charset::Auto),
        ("utf-8", Charset::Utf8),
        ("gb18030", Charset::Gb18030),
        ("gbk", Charset::Gb18030),
        ("utf-16le", Charset::Utf16Le),
        ("utf-16be", Charset::Utf16Be),
        ("big5", Charset::Big5),
    ];

    /// What the first bytes of a file say: the marks of UTF-16.
    pub fn of_mark(first_bytes: &[u8]) -> Option<Charset> {
        match first_bytes {
            [0xff, 0xfe, ..] => Some(Charset::Utf16Le),
            [0xfe, 0xff, ..] => Some(Charset::Utf16Be),
            _ => None,
        }
    }

    /// For an encoding that must be turned into UTF-8 before the file is read: its name and decoder.
    pub const fn foreign(self) -> Option<(&'static str, &'static encoding_rs::Encoding)> {
        match self {
            Charset::Auto | Charset::Utf8 | Charset::Gb18030 => None,
            Charset::Utf16Le => Some(("UTF-16LE", UTF_16LE)),
            Charset::Utf16Be => Some(("UTF-16BE", UTF_16BE)),
            Charset::Big5 => Some(("Big5", BIG5)),
        }
    }

    /// The encoding that the file is known to have, where somebody has said so.
    pub const fn stated(self) -> Option<Encoding> {
        match self {
            Charset::Utf8 => Some(Encoding::Utf8),
            Charset::Gb18030 => Some(Encoding::Gb18030),
            _ => None,
        }
    }
}

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
    /// How many bytes of a character the last block broke off.
    pending: usize,
    /// Whether the encoding was found here, and every letter so far is one that GB18030 reads as Chinese.
    open: bool,
}

impl EncodingCheck {
    /// At the start of a file, after its mark if it has one.
    pub const fn new(marked: bool) -> EncodingCheck {
        let encoding = if marked { Encoding::Utf8Mark } else { Encoding::Ascii };
        EncodingCheck { encoding, pending: 0, open: !marked }
    }

    /// In the middle of a file whose encoding is known.
    pub const fn known(encoding: Encoding) -> EncodingCheck {
        EncodingCheck { encoding, pending: 0, open: false }
    }

    /// What has been found so far.
    pub const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Whether the file, read to its end, is UTF-8 only by chance, perhaps: all its letters beyond ASCII are pairs of
    /// bytes that are common Chinese characters in GB18030 (陆 and 路 are, for example) and rare signs in UTF-8.
    pub fn is_ambiguous(&self) -> bool {
        self.open && self.encoding == Encoding::Utf8
    }

    /// How many bytes at the end of the last block begin a character: the next check is to see them again.
    pub const fn pending(&self) -> usize {
        self.pending
    }

    /// Goes on at another place, where a character begins.
    pub const fn forget_pending(&mut self) {
        self.pending = 0;
    }

    /// Checks the next block, with the bytes before it that are [pending](Self::pending), where `is_utf8` says whether all
    /// these are known to be UTF-8, but for a character that may be broken off at their end; `Err` holds the place among them of
    /// the first byte that fits no encoding.
    pub fn check(&mut self, bytes: &[u8], is_utf8: bool, last: bool) -> Result<(), usize> {
        self.pending = 0;
        if self.encoding != Encoding::Utf8 && bytes.is_ascii() {
            return Ok(());
        }
        let utf8_end = |bytes: &[u8]| {
            if is_utf8 { Ok(bytes.len() - begun_utf8(bytes)) } else { utf8_end(bytes) }
        };
        let end = match self.encoding {
            Encoding::Utf8 | Encoding::Utf8Mark => utf8_end(bytes)?,
            Encoding::Gb18030 => gb18030_end(bytes)?,
            Encoding::Ascii => {
                let as_utf8 = utf8_end(bytes).map(|end| (Encoding::Utf8, end));
                let (encoding, end) = as_utf8.or_else(|at_utf8| {
                    gb18030_end(bytes).map(|end| (Encoding::Gb18030, end)).map_err(|at_gb| at_utf8.max(at_gb))
                })?;
                self.encoding = encoding;
                end
            }
        };
        if last && end < bytes.len() {
            return Err(end);
        }
        if self.open && self.encoding != Encoding::Ascii {
            self.open = self.encoding == Encoding::Utf8 && only_common_pairs(&bytes[..end]);
        }
        self.pending = bytes.len() - end;
        Ok(())
    }
}

/// Whether every byte pair beyond ASCII is also a character of GB 2312, and none of them is plainly a letter of a
/// European word, an accented letter alone among ASCII letters (`Müller`), or the sign of an amount (`¥12.30`, which
/// could be 楼12.30).
fn only_common_pairs(bytes: &[u8]) -> bool {
    let is_letter = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphabetic);
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at].is_ascii() {
            at += 1;
            continue;
        }
        let (first, second) = (bytes[at], bytes.get(at + 1).copied().unwrap_or_default());
        let is_common = (0xb0..0xe0).contains(&first) && second >= 0xa1;
        let is_european =
            (0xc3..=0xc5).contains(&first) && (is_letter(at.checked_sub(1)) || is_letter(Some(at + 2)));
        if !is_common || is_european || (bytes[at..].starts_with("¥".as_bytes()) && begins_amount(bytes, at))
        {
            return false;
        }
        at += 2;
    }
    true
}

/// Whether the sign at this place stands first in its cell, with a digit behind it.
fn begins_amount(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let is_first = before.is_none_or(|byte| b",;\t\n\"(- ".contains(byte));
    is_first && bytes.get(at + 2).is_some_and(u8::is_ascii_digit)
}

/// Turns a file in another encoding into UTF-8, strictly: `Some` is the offset of the first byte that fits the
/// encoding no more. A mark at its start is left out.
pub fn to_utf8(
    mut input: impl Read,
    encoding: &'static encoding_rs::Encoding,
    out: &mut impl Write,
) -> io::Result<Option<u64>> {
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let mut block = vec![0u8; 64 * 1024];
    let mut text = vec![0u8; 64 * 1024];
    let mut offset = 0u64;
    loop {
        let read = input.read(&mut block)?;
        let mut rest = &block[..read];
        loop {
            let (result, taken, written) =
                decoder.decode_to_utf8_without_replacement(rest, &mut text, read == 0);
            out.write_all(&text[..written])?;
            rest = &rest[taken..];
            offset += taken as u64;
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, after) => {
                    return Ok(Some(offset.saturating_sub(u64::from(length) + u64::from(after))));
                }
            }
        }
        if read == 0 {
            return Ok(None);
        }
    }
}

/// Where the whole characters of the bytes end (a broken-off last one may follow), or where a wrong byte is.
fn utf8_end(bytes: &[u8]) -> Result<usize, usize> {
    // That all is well, as it nearly always is, shows sooner than where it is not.
    let (whole, begun) = bytes.split_at(bytes.len() - begun_utf8(bytes));
    let may_go_on = std::str::from_utf8(begun).map_or_else(|error| error.error_len().is_none(), |_| true);
    if may_go_on && simdutf8::basic::from_utf8(whole).is_ok() {
        return Ok(whole.len());
    }
    match simdutf8::compat::from_utf8(bytes) {
        Ok(_) => Ok(bytes.len()),
        Err(error) if error.error_len().is_none() => Ok(error.valid_up_to()),
        Err(error) => Err(error.valid_up_to()),
    }
}

/// How many bytes at the end begin a character of UTF-8 that would be longer.
fn begun_utf8(bytes: &[u8]) -> usize {
    let last = bytes.iter().rev().take(3).position(|&byte| byte >= 0xc0).map_or(0, |at| at + 1);
    let first = bytes[bytes.len() - last..].first();
    if first.is_some_and(|byte| byte.leading_ones() as usize > last) { last } else { 0 }
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
    use proptest::prelude::*;

    fn gbk(text: &str) -> Vec<u8> {
        GB18030.encode(text).0.into_owned()
    }

    fn check(bytes: &[u8], block: usize) -> Result<Encoding, usize> {
        let mut check = EncodingCheck::new(false);
        for from in (0..bytes.len()).step_by(block) {
            let (from, end) = (from - check.pending(), bytes.len().min(from + block));
            check.check(&bytes[from..end], false, end == bytes.len()).map_err(|at| from + at)?;
        }
        Ok(check.encoding())
    }

    proptest! {
        #[test]
        fn where_utf8_ends_is_what_the_standard_library_says(text in "[a\u{e9}订𠮷]{0,9}", cut in 0usize..4, bad in prop::option::of((0usize..20, any::<u8>()))) {
            let mut bytes = text.into_bytes();
            bytes.truncate(bytes.len().saturating_sub(cut));
            if let Some((at, byte)) = bad && at < bytes.len() {
                bytes[at] = byte;
            }
            let expected = match std::str::from_utf8(&bytes) {
                Ok(_) => Ok(bytes.len()),
                Err(error) if error.error_len().is_none() => Ok(error.valid_up_to()),
                Err(error) => Err(error.valid_up_to()),
            };
            prop_assert_eq!(utf8_end(&bytes), expected);
        }
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
    fn a_file_of_common_pairs_alone_is_ambiguous() {
        let ambiguous = |bytes: &[u8]| {
            let mut check = EncodingCheck::new(false);
            check.check(bytes, false, true).unwrap();
            check.is_ambiguous()
        };
        assert!(ambiguous(&gbk("customer_id\n陆路\n")));
        assert!(ambiguous("customer_id\né\n".as_bytes()));
        assert!(!ambiguous("customer_id\n陆路\n".as_bytes()));
        assert!(!ambiguous(&gbk("customer_id\n陆丰\n")));
        assert!(!ambiguous(b"customer_id\n"));
        assert!(!ambiguous("customer_id\nĀ\n".as_bytes()));
        assert!(!ambiguous("customer_id\nMüller GmbH\n".as_bytes()));
        assert!(!ambiguous("amount\n¥12.30\n".as_bytes()) && !ambiguous("amount\n1,-¥12\n".as_bytes()));
        assert!(ambiguous(&gbk("address\nA楼12\n")) && ambiguous(&gbk("address\n楼\n")));
    }

    #[test]
    fn other_encodings_become_utf8_or_name_the_byte_that_does_not_fit() {
        let convert = |bytes: &[u8], encoding| {
            let mut text = Vec::new();
            let bad = to_utf8(bytes, encoding, &mut text).unwrap();
            (String::from_utf8(text).unwrap(), bad)
        };
        let utf16: Vec<u8> = "\u{feff}客户𠀀,1\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(convert(&utf16, UTF_16LE), ("客户𠀀,1\n".to_owned(), None));
        assert_eq!(convert(&utf16[..utf16.len() - 1], UTF_16LE).1, Some(utf16.len() as u64 - 2));
        assert_eq!(convert(&BIG5.encode("客戶,發票\n").0, BIG5).0, "客戶,發票\n");
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
