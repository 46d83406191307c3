//! The bytes of a file that its reader holds at a time.

use std::io::{self, Read};

use crate::input::stops::{Near, Seen, Stops};

/// Some bytes of a file, and where they are to be split.
#[derive(Debug, Default)]
pub(super) struct Window {
    /// Bytes, and room for more behind them.
    bytes: Vec<u8>,
    /// The next record begins here …
    pub(super) start: usize,
    /// … and bytes are valid up to here.
    pub(super) end: usize,
    /// The offset in the file of the first byte.
    pub(super) base: u64,
    /// The delimiters, quotation marks and line ends.
    pub(super) stops: Stops,
    /// The first stop of the next record.
    pub(super) next_stop: Near,
}

impl Window {
    /// The bytes up to the valid ones' end.
    pub(super) fn valid(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    /// The bytes from the next record on.
    pub(super) fn rest(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    /// The offset in the file of the next record.
    pub(super) const fn offset(&self) -> u64 {
        self.base + self.start as u64
    }

    /// Begins anew, with no bytes, at this offset of the file.
    pub(super) const fn begin_at(&mut self, offset: u64) {
        (self.base, self.start, self.end) = (offset, 0, 0);
    }

    /// Goes to the record that begins at this place; `near` is a stop that is likely to be close before.
    pub(super) fn go_to(&mut self, start: usize, near: Near) {
        (self.start, self.next_stop) = (start, self.stops.first_at(start, near));
    }

    /// Makes the index of the bytes; what shows of them.
    pub(super) fn index(&mut self, delimiter: u8) -> Seen {
        let seen = self.stops.index(&self.bytes[..self.end], delimiter);
        self.go_to(self.start, Near::default());
        seen
    }

    /// Forgets the bytes before the next record and before this place.
    pub(super) fn forget_before(&mut self, place: usize) {
        let from = self.start.min(place);
        self.bytes.copy_within(from..self.end, 0);
        self.base += from as u64;
        (self.start, self.end) = (self.start - from, self.end - from);
    }

    /// Takes over from another window the bytes that it would not forget.
    pub(super) fn go_on_from(&mut self, other: &Window, place: usize) {
        let from = other.start.min(place);
        let bytes = &other.bytes[from..other.end];
        self.have_room_for(bytes.len());
        self.bytes[..bytes.len()].copy_from_slice(bytes);
        self.base = other.base + from as u64;
        (self.start, self.end) = (other.start - from, bytes.len());
    }

    /// Reads on until there are `most` bytes; whether the input was at its end before.
    pub(super) fn read_up_to(&mut self, most: usize, input: &mut impl Read) -> io::Result<bool> {
        self.have_room_for(most);
        while self.end < most {
            match input.read(&mut self.bytes[self.end..most]) {
                Ok(0) => return Ok(true),
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(false)
    }

    fn have_room_for(&mut self, bytes: usize) {
        if self.bytes.len() < bytes {
            self.bytes.resize(bytes, 0);
        }
    }
}
