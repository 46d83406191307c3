//! Texts of the books on their way into a report, as the bytes of their file.

use std::fmt;

use crate::eights::{are_equal, store_short};

/// A text of the books. A file is checked to be UTF-8 (or made so) as a whole when it is read, so that its texts are
/// checked again only where somebody wants one as such and not as bytes: reports have millions of them.
#[derive(Clone, Default)]
pub struct BookText {
    short: [u8; 32],
    length: usize,
    /// All of a text that is no short one.
    long: Vec<u8>,
}

impl BookText {
    /// Becomes this text, in the room of the one before.
    #[inline]
    pub fn set(&mut self, text: &[u8]) {
        self.length = text.len();
        if !store_short(&mut self.short, text) {
            self.set_long(text);
        }
    }

    fn set_long(&mut self, text: &[u8]) {
        self.long.clear();
        self.long.extend_from_slice(text);
    }

    /// Its bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        self.short.get(..self.length).unwrap_or(&self.long)
    }
}

impl PartialEq for BookText {
    fn eq(&self, other: &BookText) -> bool {
        are_equal(self.bytes(), other.bytes())
    }
}

impl Eq for BookText {}

impl fmt::Display for BookText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.bytes()))
    }
}

impl fmt::Debug for BookText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf8_lossy(self.bytes()), f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_the_last_that_it_became() {
        let mut text = BookText::default();
        for length in [0, 3, 40, 7, 8, 33, 32, 16, 17, 0] {
            let bytes: Vec<u8> = (0..length).collect();
            text.set(&bytes);
            assert_eq!((text.bytes(), text.clone() == text), (&bytes[..], true));
        }
    }
}
