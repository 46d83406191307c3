//! Records that are taken many at a time, with the bytes in which they stand.

use std::slice;

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
    taken: Vec<Taken>,
    /// How many records that is, broken ones among them.
    count: usize,
}

/// Records, or a fault, in a batch.
#[derive(Debug)]
pub(super) enum Taken {
    /// Records that stand in the window.
    Plain(Run),
    /// A record that was written anew: its offset in the file, which of the fences is its first, and how many fields it has.
    Rewritten { offset: u64, first: u32, width: u32 },
    /// Where a broken record begins, and what is wrong with it.
    Fault(u64, RecordFault),
}

/// Records of one form that stand one behind the other.
#[derive(Debug)]
pub(super) struct Run {
    /// Which of the stops is the first.
    pub(super) first: u32,
    pub(super) records: u32,
    /// How many fields each has.
    pub(super) width: u32,
    /// How many stops each has: one behind each field, and one more where the line ends in two bytes.
    pub(super) stops: u32,
    pub(super) has_commas: bool,
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
        self.count == 0
    }

    /// How many records there are, broken ones among them.
    pub const fn count(&self) -> usize {
        self.count
    }

    /// The records in their order; of one that is broken where it begins, and what is wrong with it.
    pub fn records(&self) -> impl Iterator<Item = Result<Record<'_>, (u64, RecordFault)>> {
        let none =
            Record { bytes: self.window.valid(), fences: &[], has_commas: false, offset: self.window.base };
        Each { batch: self, taken: self.taken.iter(), run: none, fences: 1, stops: 0 }
    }

    /// The record of this number; `None` where it is broken.
    pub fn record(&self, number: usize) -> Option<Record<'_>> {
        self.records().nth(number)?.ok()
    }

    /// Adds what was taken next.
    pub(super) fn push(&mut self, taken: Taken) {
        self.count += match &taken {
            Taken::Plain(run) => run.records as usize,
            Taken::Rewritten { .. } | Taken::Fault(..) => 1,
        };
        self.taken.push(taken);
    }

    /// Forgets the records.
    pub(super) fn clear(&mut self) {
        self.rewritten.bytes.clear();
        self.rewritten.fences.clear();
        self.taken.clear();
        self.count = 0;
    }
}

/// Goes through the records of a batch.
struct Each<'b> {
    batch: &'b Batch,
    taken: slice::Iter<'b, Taken>,
    /// The records that come next as one: their bytes, all their fences, and the offset of the bytes.
    run: Record<'b>,
    /// How many fences and how many stops each of its records has; behind the last one there is one fence, which is fewer.
    fences: usize,
    stops: usize,
}

impl<'b> Iterator for Each<'b> {
    type Item = Result<Record<'b>, (u64, RecordFault)>;

    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(fences) = self.run.fences.get(..self.fences) {
                self.run.fences = self.run.fences.get(self.stops..).unwrap_or_default();
                let before = fences.first().map_or(0, |before| u64::from(before.wrapping_add(1)));
                return Some(Ok(Record { fences, offset: self.run.offset.wrapping_add(before), ..self.run }));
            }
            if let Err(no_record) = self.go_on() {
                return no_record.map(Err);
            }
        }
    }
}

impl Each<'_> {
    /// Goes on to what was taken next, unless that is a fault, or nothing.
    #[inline(never)]
    fn go_on(&mut self) -> Result<(), Option<(u64, RecordFault)>> {
        let Batch { window, rewritten: Rewritten { bytes, fences }, .. } = self.batch;
        match *self.taken.next().ok_or(None)? {
            Taken::Plain(Run { first, records, width, stops, has_commas }) => {
                let fences = window.stops.fences(first, records * stops);
                self.run = Record { bytes: window.valid(), fences, has_commas, offset: window.base };
                (self.fences, self.stops) = (width as usize + 1, stops as usize);
            }
            Taken::Rewritten { offset, first, width } => {
                let fences = &fences[first as usize..=(first + width) as usize];
                // The record's own offset once that of its first byte among those of others is added.
                let offset = offset.wrapping_sub(u64::from(fences[0].wrapping_add(1)));
                self.run = Record { bytes, fences, has_commas: true, offset };
                (self.fences, self.stops) = (width as usize + 1, width as usize);
            }
            Taken::Fault(offset, fault) => return Err(Some((offset, fault))),
        }
        Ok(())
    }
}
