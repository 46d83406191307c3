//! Records that are taken many at a time, with the bytes in which they stand.

use super::window::Window;
use super::{Fields, Record, RecordFault};

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

    /// The records in their order, those of one form together; of one that is broken where it begins, and what is wrong with
    /// it.
    pub fn runs(&self) -> impl Iterator<Item = Result<Alike<'_>, (u64, RecordFault)>> {
        self.taken.iter().map(|taken| self.run(taken))
    }

    /// The same one by one.
    pub fn records(&self) -> impl Iterator<Item = Result<Record<'_>, (u64, RecordFault)>> {
        self.runs().flat_map(|run| {
            let (records, fault) =
                run.map_or_else(|fault| (None, Some(fault)), |records| (Some(records), None));
            records.into_iter().flatten().map(Ok).chain(fault.map(Err))
        })
    }

    /// The record of this number; `None` where it is broken.
    pub fn record(&self, number: usize) -> Option<Record<'_>> {
        self.records().nth(number)?.ok()
    }

    /// What was taken at a time.
    fn run(&self, taken: &Taken) -> Result<Alike<'_>, (u64, RecordFault)> {
        let Batch { window, rewritten: Rewritten { bytes, fences }, .. } = self;
        match *taken {
            Taken::Plain(Run { first, records, width, stops, has_commas }) => {
                let fences = window.stops.fences(first, records * stops);
                let fields = Fields { bytes: window.valid(), fences };
                let next = Record { fields, has_commas, offset: window.base };
                Ok(Alike { next, fences: width as usize + 1, stops: stops as usize })
            }
            Taken::Rewritten { offset, first, width } => {
                let fences = &fences[first as usize..=(first + width) as usize];
                // The record's own offset once that of its first byte among those of others is added.
                let offset = offset.wrapping_sub(u64::from(fences[0].wrapping_add(1)));
                let next = Record { fields: Fields { bytes, fences }, has_commas: true, offset };
                Ok(Alike { next, fences: width as usize + 1, stops: width as usize })
            }
            Taken::Fault(offset, fault) => Err((offset, fault)),
        }
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

/// Records of one form that stand one behind the other.
#[derive(Debug)]
pub struct Alike<'b> {
    /// Those that come next as one: their bytes, all their fences, and the offset of the bytes.
    next: Record<'b>,
    /// How many fences and how many stops each of them has; behind the last one there is one fence, which is fewer.
    fences: usize,
    stops: usize,
}

impl<'b> Alike<'b> {
    /// All of them as one record.
    pub const fn as_one(&self) -> Record<'b> {
        self.next
    }

    /// Of each of them the bytes from one field to another, with commas between fields; `None` where something else stands
    /// there.
    pub fn with_commas(&self, first: usize, last: usize) -> Option<impl Iterator<Item = &'b [u8]> + use<'b>> {
        let Record { fields: Fields { bytes, fences }, has_commas, .. } = self.next;
        let (stops, records) = (self.stops, (fences.len() - 1) / self.stops);
        let text = move |record: usize| {
            let (before, behind) = (fences[record * stops + first], fences[record * stops + last + 1]);
            &bytes[before.wrapping_add(1) as usize..behind as usize]
        };
        (has_commas && first <= last && last + 1 < self.fences).then(|| (0..records).map(text))
    }
}

impl<'b> Iterator for Alike<'b> {
    type Item = Record<'b>;

    #[inline(always)]
    fn next(&mut self) -> Option<Record<'b>> {
        let Fields { bytes, fences: all } = self.next.fields;
        let fences = all.get(..self.fences)?;
        let before = u64::from(fences.first()?.wrapping_add(1));
        self.next.fields.fences = &all[self.stops..];
        let offset = self.next.offset.wrapping_add(before);
        Some(Record { fields: Fields { bytes, fences }, offset, ..self.next })
    }
}
