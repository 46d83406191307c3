//! A look through a package (`.xlsx`) before it is read: that its parts unpack to what they say and to no more than is
//! good, and that it does not announce more texts than it can hold (memory would be reserved for them).

use std::io::{Cursor, Read};

use zip::ZipArchive;

use super::MOST_UNPACKED_MIB;
use super::grid::broken;
use crate::diagnostic::{Excess, Problem};

/// The most that a part other than a sheet may unpack to: styles, relations and the like are kept in memory.
const MOST_SMALL_PART: u64 = 64 << 20;
/// The most that the part of all texts may unpack to, for the same reason.
const MOST_TEXTS: u64 = 1 << 30;
/// The part of all texts.
const TEXTS: &str = "sharedstrings.xml";
/// The fewest bytes that a text takes in that part (`<si/>`).
const TEXT_BYTES: u64 = 5;

/// Unpacks everything once, and keeps nothing.
pub fn look_through(bytes: &[u8]) -> Result<(), Problem> {
    let mut package = ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut left = MOST_UNPACKED_MIB << 20;
    let mut block = vec![0u8; 64 * 1024];
    for number in 0..package.len() {
        let mut part = package.by_index(number).map_err(broken)?;
        let name = part.name().map_err(broken)?.to_lowercase();
        let most = match name.as_str() {
            name if name.ends_with(TEXTS) => MOST_TEXTS,
            name if name.contains("sheets/") => left,
            _ => MOST_SMALL_PART,
        };
        let mut announced = Announced::default();
        let mut size = 0;
        loop {
            let read = part.read(&mut block).map_err(broken)?;
            if read == 0 {
                break;
            }
            size += read as u64;
            if size > most.min(left) {
                return Err(Problem::SpreadsheetTooLarge(Excess::Unpacked));
            }
            if name.ends_with(TEXTS) {
                announced.read(&block[..read]);
            }
        }
        left -= size;
        if announced.most > size / TEXT_BYTES {
            return Err(broken("more texts announced than there are"));
        }
    }
    Ok(())
}

/// Finds the numbers of texts that a part announces (`uniqueCount="1187"`), in whatever blocks it comes.
#[derive(Default)]
struct Announced {
    /// Bytes of the attribute's name seen.
    matched: usize,
    /// The number being read.
    number: Option<u64>,
    /// The largest.
    most: u64,
}

impl Announced {
    const NAME: &[u8] = b"uniqueCount";

    fn read(&mut self, block: &[u8]) {
        // Every second byte of a text in UTF-16 is NUL here.
        for &byte in block.iter().filter(|&&byte| byte != 0) {
            match (self.number, byte) {
                (Some(number), b'0'..=b'9') => {
                    let grown = number.saturating_mul(10).saturating_add(u64::from(byte - b'0'));
                    self.number = Some(grown);
                    self.most = self.most.max(grown);
                }
                (Some(0), b'=' | b'"' | b'\'' | b'+' | b' ' | b'\t' | b'\r' | b'\n') => {}
                _ => {
                    self.number = None;
                    self.matched = if byte == Announced::NAME[self.matched] {
                        self.matched + 1
                    } else {
                        usize::from(byte == Announced::NAME[0])
                    };
                    if self.matched == Announced::NAME.len() {
                        self.matched = 0;
                        self.number = Some(0);
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_announced_number_is_found_across_blocks() {
        let mut announced = Announced::default();
        for block in ["<sst count=\"9\" uniqueC", "ount = '0", "12", "34' other=\"99999\"><si/>"] {
            announced.read(block.as_bytes());
        }
        assert_eq!(announced.most, 1234);
        let mut wide = Announced::default();
        let utf16: Vec<u8> = "uniqueCount=\"77\"".encode_utf16().flat_map(u16::to_le_bytes).collect();
        wide.read(&utf16);
        assert_eq!(wide.most, 77);
    }
}
