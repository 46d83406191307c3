//! Rows of text while they are written. Room is made for whole rows, and the cells of one are stored in it one after the
//! other: nobody looks after each cell where the row stands, or how long it may become.

use std::io;

use crate::eights::few_bytes;

/// Rows one after the other, and room behind them.
#[derive(Debug, Default)]
pub struct Rows {
    /// What is written, and zeros behind it.
    bytes: Vec<u8>,
    end: usize,
}

impl Rows {
    /// Room that nearly every row finds sufficient.
    const ROOM: usize = 512;
    /// Room that is made at a time: a little, so that it is still near the processor when it is written to.
    const MORE: usize = 1536;

    /// Nothing, with memory for so many bytes.
    pub fn with_capacity(capacity: usize) -> Rows {
        Rows { bytes: Vec::with_capacity(capacity), end: 0 }
    }

    /// What is written.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.end]
    }

    /// Begins anew, in the same room.
    pub const fn clear(&mut self) {
        self.end = 0;
    }

    /// Adds what `write` writes. Where there is too little room for all of it, it is written once more in twice as much.
    #[inline]
    pub fn add(&mut self, write: impl Fn(Room<'_>) -> Room<'_>) {
        let mut room = Rows::ROOM;
        loop {
            if self.bytes.len() - self.end < room {
                self.make_room(room);
            }
            let size = self.bytes.len();
            let left = write(Room(&mut self.bytes[self.end..])).size();
            if left > 0 {
                self.end = size - left;
                return;
            }
            room = 2 * (size - self.end);
        }
    }

    #[inline(never)]
    fn make_room(&mut self, room: usize) {
        self.bytes.resize(self.end + room.next_multiple_of(Rows::MORE), 0);
    }

    /// Puts a byte in the place of the last one.
    #[inline]
    pub fn replace_last(&mut self, byte: u8) {
        if let Some(last) = self.bytes[..self.end].last_mut() {
            *last = byte;
        }
    }
}

impl io::Write for Rows {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.add(|room| room.text(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Room for what comes next. Nothing is left of it once anything found too little.
#[must_use]
pub struct Room<'r>(&'r mut [u8]);

impl<'r> Room<'r> {
    /// Room where nothing is written yet.
    pub const fn new(room: &'r mut [u8]) -> Room<'r> {
        Room(room)
    }

    /// How much there is.
    #[inline]
    pub const fn size(&self) -> usize {
        self.0.len()
    }

    /// Writes the first `count` of these bytes, where there is room for all of them.
    #[inline(always)]
    pub fn first<const N: usize>(self, count: usize, bytes: [u8; N]) -> Room<'r> {
        let Room(room) = self;
        match room.first_chunk_mut() {
            Some(place) => {
                *place = bytes;
                Room(&mut room[count.min(N)..])
            }
            None => Room::default(),
        }
    }

    /// Writes the first `count` of these bytes, and a byte behind them.
    #[inline(always)]
    pub fn first_and(self, count: usize, bytes: [u8; 8], behind: u8) -> Room<'r> {
        let Room(room) = self;
        match room.first_chunk_mut::<16>() {
            Some(place) => {
                let count = count & 15;
                if let Some(first) = place.first_chunk_mut() {
                    *first = bytes;
                }
                place[count] = behind;
                Room(&mut room[count + 1..])
            }
            None => Room::default(),
        }
    }

    /// Writes a byte.
    #[inline(always)]
    pub fn byte(self, byte: u8) -> Room<'r> {
        self.first(1, [byte])
    }

    /// Writes a text of so many bytes, of which these are the first and the last, and a byte behind it. Of a text of less than
    /// `N` bytes the first are all.
    #[inline(always)]
    pub fn ends<const N: usize>(self, length: usize, [first, last]: [[u8; N]; 2], behind: u8) -> Room<'r> {
        let Room(room) = self;
        let Some(place) = room.get_mut(..=2 * N).filter(|_| length <= 2 * N) else { return Room::default() };
        if let Some(own) = place.first_chunk_mut() {
            *own = first;
        }
        if let Some(own) = length.checked_sub(N).and_then(|start| place.get_mut(start..length)) {
            own.copy_from_slice(&last);
        }
        place[length] = behind;
        Room(&mut room[length + 1..])
    }

    /// Writes a text.
    #[inline(always)]
    pub fn text(self, text: &[u8]) -> Room<'r> {
        if text.len() <= 8 { self.first(text.len(), few_bytes(text).to_le_bytes()) } else { self.long(text) }
    }

    #[inline(never)]
    fn long(self, text: &[u8]) -> Room<'r> {
        let Some((own, rest)) = self.0.split_at_mut_checked(text.len()) else { return Room::default() };
        own.copy_from_slice(text);
        Room(rest)
    }
}

/// None.
impl Default for Room<'_> {
    #[inline]
    fn default() -> Self {
        Room(&mut [])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn texts_stand_as_they_were_added(texts in prop::collection::vec(prop_oneof![9 => prop::collection::vec(any::<u8>(), 0..70), 1 => prop::collection::vec(any::<u8>(), 400..4000)], 0..40)) {
            let mut rows = Rows::default();
            for text in &texts {
                rows.add(|room| room.text(text).byte(b','));
            }
            let expected: Vec<u8> = texts.iter().flat_map(|text| [&text[..], b","].concat()).collect();
            prop_assert_eq!(rows.bytes(), expected);
            rows.replace_last(b'\n');
            prop_assert!(texts.is_empty() || rows.bytes().ends_with(b"\n"));
        }
    }

    proptest! {
        #[test]
        fn a_text_is_whole_by_its_ends(text in prop::collection::vec(any::<u8>(), 0..=32)) {
            let mut rows = Rows::default();
            if let (Some(first), Some(last)) = (text.first_chunk::<16>(), text.last_chunk::<16>()) {
                rows.add(|room| room.ends(text.len(), [*first, *last], b','));
            } else if let (Some(first), Some(last)) = (text.first_chunk::<8>(), text.last_chunk::<8>()) {
                rows.add(|room| room.ends(text.len(), [*first, *last], b','));
            } else {
                rows.add(|room| room.ends(text.len(), [few_bytes(&text).to_le_bytes(), [0; 8]], b','));
            }
            prop_assert_eq!(rows.bytes(), [&text[..], b","].concat());
        }
    }

    #[test]
    fn what_finds_too_little_room_leaves_none() {
        let mut room = [0; 9];
        assert_eq!(Room::new(&mut room).first(3, *b"abc-----").size(), 6);
        assert_eq!(Room::new(&mut room).first(3, *b"abc-----").first(1, *b"d-------").byte(b'e').size(), 0);
        assert_eq!(Room::new(&mut room).text(b"0123456789").size(), 0);
    }
}
