//! Texts of the books on their way into a report, as the bytes of their file.

use std::fmt;

/// A text of the books. A file is checked to be UTF-8 (or made so) as a whole when it is read, so that its texts are
/// checked again only where somebody wants one as such and not as bytes: reports have millions of them.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct BookText(Vec<u8>);

impl BookText {
    /// Becomes this text, in the room of the one before.
    #[inline]
    pub fn set(&mut self, text: &[u8]) {
        self.0.clear();
        self.0.extend_from_slice(text);
    }

    /// Its bytes.
    #[inline]
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for BookText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(&self.0))
    }
}

impl fmt::Debug for BookText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&String::from_utf8_lossy(&self.0), f)
    }
}
