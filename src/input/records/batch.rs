//! Records that are taken many at a time, with the bytes in which they stand.

use super::window::Window;
use super::{Record, RecordFault};

/// Records that stand together, and all that they are made of: their reader hands it over, so that another thread can
/// look at them.
#[derive(Debug, Default)]
pub struct Batch {
    /// The bytes of the file, behind the last record those of others.
    pub(super) window: Window,
    /// The records that do not stand there as they are meant.
    pub(super) rewritten: Rewritten,
    pub(super) taken: Vec<Taken>,
}

/// A record or a fault in a batch.
#[derive(Debug)]
pub(super) enum Taken {
    /// A record that stands in the window: which of the stops is its first, and how many fields it has.
    Plain { first: u32, width: u32, has_commas: bool },
    /// A record that was written anew: its offset in the file, which of the fences is its first, and how many fields it has.
    Rewritten { offset: u64, first: u32, width: u32 },
    /// Where a broken record begins, and what is wrong with it.
    Fault(u64, RecordFault),
}

impl Taken {
    /// The record, whose window has these valid bytes.
    #[inline]
    fn record<'b>(
        &self,
        window: &'b Window,
        bytes: &'b [u8],
        rewritten: &'b Rewritten,
    ) -> Result<Record<'b>, (u64, RecordFault)> {
        match *self {
            Taken::Plain { first, width, has_commas } => {
                let fences = window.stops.fences(first, width);
                let from = fences.first().map_or(0, |before| before.wrapping_add(1));
                Ok(Record { bytes, fences, has_commas, offset: window.base + u64::from(from) })
            }
            Taken::Rewritten { offset, first, width } => {
                let fences = &rewritten.fences[first as usize..=(first + width) as usize];
                Ok(Record { bytes: &rewritten.bytes, fences, has_commas: true, offset })
            }
            Taken::Fault(offset, fault) => Err((offset, fault)),
        }
    }
}

/// Records that were written anew, with a comma behind each field.
#[derive(Debug, Default)]
pub(super) struct Rewritten {
    pub(super) bytes: Vec<u8>,
    /// Of each record the place before its first field, then that behind each field.
    pub(super) fences: Vec<u32>,
}

/// Records that make a batch at most, however short they are.
pub(super) const MOST_RECORDS: usize = 4096;

impl Batch {
    /// Whether there are no records.
    pub const fn is_empty(&self) -> bool {
        self.taken.is_empty()
    }

    /// How many records there are, broken ones among them.
    pub const fn count(&self) -> usize {
        self.taken.len()
    }

    /// The records in their order; of one that is broken where it begins, and what is wrong with it.
    pub fn records(&self) -> impl Iterator<Item = Result<Record<'_>, (u64, RecordFault)>> {
        let Batch { window, rewritten, taken } = self;
        let bytes = window.valid();
        taken.iter().map(move |taken| taken.record(window, bytes, rewritten))
    }

    /// The record of this number; `None` where it is broken.
    pub fn record(&self, number: usize) -> Option<Record<'_>> {
        self.taken.get(number)?.record(&self.window, self.window.valid(), &self.rewritten).ok()
    }

    /// Forgets the records.
    pub(super) fn clear(&mut self) {
        self.rewritten.bytes.clear();
        self.rewritten.fences.clear();
        self.taken.clear();
    }
}
