//! Records taken out of their reader many at a time.

use std::io::{self, Read};

use super::{Record, RecordFault, Records, Step, plain_record};

/// Records that stand together, taken out of their reader, so that another thread can look at them.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    fences: Vec<u32>,
    steps: Vec<Taken>,
}

/// A record or a fault in a batch.
#[derive(Debug)]
struct Taken {
    offset: u64,
    /// Which of the batch's fences is the record's first.
    first: u32,
    /// How many fields it has.
    width: u32,
    fault: Option<RecordFault>,
    has_commas: bool,
}

/// Bytes of records that make a batch: so many that sharing them out costs little, and so few that they, and what is
/// made of them, stay near the processor.
const BATCH: usize = 64 * 1024;

impl Batch {
    /// Whether there are no records.
    pub const fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// How many records there are, broken ones among them.
    pub const fn count(&self) -> usize {
        self.steps.len()
    }

    /// The records in their order; of one that is broken where it begins, and what is wrong with it.
    pub fn records(&self) -> impl Iterator<Item = Result<Record<'_>, (u64, RecordFault)>> {
        self.steps.iter().map(move |&Taken { offset, first, width, fault, has_commas }| {
            if let Some(fault) = fault {
                return Err((offset, fault));
            }
            let fences = &self.fences[first as usize..=(first + width) as usize];
            Ok(Record { bytes: &self.bytes, fences, has_commas, offset })
        })
    }

    /// Whether as many bytes as these beside those taken make less than a batch.
    const fn has_room_beside(&self, bytes: usize) -> bool {
        self.bytes.len() + bytes < BATCH && self.steps.len() < BATCH / 16
    }

    fn add(&mut self, record: &Record<'_>) {
        let (shift, first) = (self.bytes.len() as u32, self.fences.len() as u32);
        self.bytes.extend_from_slice(record.bytes);
        self.fences.extend(record.fences.iter().map(|fence| fence.wrapping_add(shift)));
        let Record { has_commas, offset, .. } = *record;
        self.steps.push(Taken { offset, first, width: record.width() as u32, fault: None, has_commas });
    }

    fn add_fault(&mut self, offset: u64, fault: RecordFault) {
        self.steps.push(Taken { offset, first: 0, width: 0, fault: Some(fault), has_commas: false });
    }
}

impl<R: Read> Records<R> {
    /// Takes out the next records; whether there may be more behind them.
    pub fn take_batch(&mut self, batch: &mut Batch) -> io::Result<bool> {
        batch.bytes.clear();
        batch.fences.clear();
        batch.steps.clear();
        while batch.has_room_beside(0) {
            self.take_plain(batch);
            if !batch.has_room_beside(0) {
                break;
            }
            match self.advance_with_care()? {
                Step::Record(record) => batch.add(&record),
                Step::Fault(offset, fault) => batch.add_fault(offset, fault),
                Step::End => return Ok(false),
            }
        }
        Ok(true)
    }

    /// Takes out records that need no care, up to the first that does: those without quotation marks and without blanks
    /// around their fields, in UTF-8. They are split in one go and copied all together.
    fn take_plain(&mut self, batch: &mut Batch) {
        if !self.may_be_plain() {
            return;
        }
        let bytes = &self.buffer[..self.end];
        let has_commas = self.delimiter == b',';
        let from = self.start;
        let mut stops = self.stops.from(from, self.near);
        let first_stop = stops.near();
        let first_fence = batch.fences.len() as u32;
        let (mut record, mut near) = (from, first_stop);
        while batch.has_room_beside(record - from) {
            let Some((width, next)) = plain_record(bytes, record, &mut stops) else { break };
            let (offset, first) = (self.base + record as u64, first_fence + near.behind(first_stop));
            batch.steps.push(Taken { offset, first, width: width as u32, fault: None, has_commas });
            self.line_ends.note(&bytes[record..next]);
            (record, near) = (next, stops.near());
        }
        // Modulo 2³²: where a place in the buffer comes to stand in the batch.
        let shift = (batch.bytes.len() as u32).wrapping_sub(from as u32);
        batch.fences.push(shift.wrapping_add(from as u32).wrapping_sub(1));
        batch.fences.extend(self.stops.between(first_stop, near).iter().map(|stop| stop.wrapping_add(shift)));
        batch.bytes.extend_from_slice(&bytes[from..record]);
        (self.near, self.start) = (near, record);
    }
}
