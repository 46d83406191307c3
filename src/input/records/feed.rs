//! Where the bytes of a window come from: a file is read a portion at a time, and every byte of it is checked against the
//! file's encoding.

use std::io::{self, Read, Seek, SeekFrom};

use super::window::Window;
use crate::input::encoding::{Encoding, EncodingCheck};

/// Bytes read at a time at most where it is known, whose records make a batch: so many that sharing them out costs little,
/// and so few that they, and what is made of them, stay near the processor.
pub(super) const PORTION: usize = 128 * 1024;

/// A file that is read on.
#[derive(Debug)]
pub(super) struct Feed<R> {
    input: R,
    /// Bytes read at a time.
    pub(super) block: usize,
    check: EncodingCheck,
    /// Whether there are no further bytes.
    pub(super) at_end: bool,
    /// The first byte that fits no encoding; the bytes of the window end before it.
    pub(super) bad_byte: Option<u64>,
}

impl<R: Read> Feed<R> {
    /// The start of a file; `known` is its encoding where somebody has said or found it.
    pub(super) fn new(input: R, block: usize, known: Option<Encoding>) -> Feed<R> {
        let check = known.map_or_else(|| EncodingCheck::new(false), EncodingCheck::known);
        Feed { input, block, check, at_end: false, bad_byte: None }
    }

    /// Reads the first block into an empty window, which then begins behind the mark where there is one.
    pub(super) fn begin(&mut self, window: &mut Window) -> io::Result<()> {
        let from = self.read_on(window)?;
        if window.rest().starts_with(b"\xef\xbb\xbf") {
            self.check = EncodingCheck::new(true);
            window.start = 3;
        }
        self.examine(window, from + window.start, false);
        Ok(())
    }

    /// Reads on, keeping of the window what has not been used yet, and makes the index of its bytes; whether any is a control
    /// character.
    pub(super) fn fill(&mut self, window: &mut Window, delimiter: u8) -> io::Result<bool> {
        let from = self.read_on(window)?;
        let seen = window.index(delimiter);
        let all_fit = self.examine(window, from, seen.is_utf8);
        Ok(if all_fit { seen } else { window.index(delimiter) }.has_control)
    }

    /// How the file is found to be encoded.
    pub(super) const fn check(&self) -> &EncodingCheck {
        &self.check
    }

    /// Where in the window the first character stands that has not been seen as a whole.
    pub(super) const fn seen_whole(&self, window: &Window) -> usize {
        window.end - self.check.pending()
    }

    /// Reads a portion, or, where its first part is taken up by a record of some length, one more, at the start of a file a
    /// whole block; the place of the first byte that was read. While nothing but ASCII has been seen, other bytes have the
    /// rest of their block read as well.
    fn read_on(&mut self, window: &mut Window) -> io::Result<usize> {
        window.forget_before(self.seen_whole(window));
        let from = window.end;
        if self.at_end {
            return Ok(from);
        }
        let at_start = window.base == 0 && from == 0;
        let portion = if at_start { self.block } else { self.block.min(PORTION) };
        let most = if from < portion / 2 { portion } else { from + portion };
        self.at_end = window.read_up_to(most, &mut self.input)?;
        if let Some(block_end) = self.telling_block(window, from).filter(|_| !self.at_end) {
            self.at_end = window.read_up_to(block_end, &mut self.input)?;
        }
        Ok(from)
    }

    /// Where the block ends that tells the encoding: that of the first byte that is not ASCII, where no others have been seen
    /// before `from`.
    fn telling_block(&self, window: &Window, from: usize) -> Option<usize> {
        let (bytes, block) = (&window.valid()[from..], self.block as u64);
        if self.check.encoding() != Encoding::Ascii || bytes.is_ascii() {
            return None;
        }
        let first = bytes.iter().position(|byte| !byte.is_ascii())?;
        let place = window.base + (from + first) as u64;
        Some(((place / block + 1) * block - window.base) as usize)
    }

    /// Checks the bytes that came in at `from`, where `is_utf8` says whether they are known to be UTF-8; what follows a byte of
    /// no encoding is cut off. Whether there is none. The block that tells the encoding does so by itself.
    fn examine(&mut self, window: &mut Window, from: usize, is_utf8: bool) -> bool {
        let from = from - self.check.pending();
        let end = window.end;
        let told_by = self.telling_block(window, from).unwrap_or(end).min(end);
        self.check_between(window, from, told_by, is_utf8)
            && (told_by == end || self.check_between(window, told_by - self.check.pending(), end, is_utf8))
    }

    /// Checks the bytes between two places; whether all of them fit the encoding.
    fn check_between(&mut self, window: &mut Window, from: usize, behind: usize, is_utf8: bool) -> bool {
        let last = self.at_end && behind == window.end;
        match self.check.check(&window.valid()[from..behind], is_utf8, last) {
            Ok(()) => true,
            Err(at) => {
                self.bad_byte = Some(window.base + (from + at) as u64);
                window.end = window.start.max(from + at);
                self.at_end = true;
                false
            }
        }
    }
}

impl<R: Read + Seek> Feed<R> {
    /// Begins anew at this offset of the file, else as [`fill`](Self::fill) does.
    pub(super) fn jump(&mut self, window: &mut Window, offset: u64, delimiter: u8) -> io::Result<bool> {
        self.input.seek(SeekFrom::Start(offset))?;
        window.begin_at(offset);
        // A character may be broken off at the jump, so that the check starts anew; what the encoding is stays known.
        self.check.forget_pending();
        (self.at_end, self.bad_byte) = (false, None);
        self.fill(window, delimiter)
    }
}
