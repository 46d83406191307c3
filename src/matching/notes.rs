//! Notes on damaged and rejected goods: what receipts say of them, for the note of their order line.

use crate::documents::receipt::ReceiptRow;
use crate::ids::{Id, Ids, Label, Names, Receipt};
use crate::input::Place;
use crate::sorted::with_key;

/// Texts that are kept. Most books say the same few things over and over; where one does not, its rows are read again.
const MOST_TEXTS: usize = 1024;
/// Bytes of a text that is kept: what takes more is no reason that many receipts give.
const MOST_BYTES: usize = 256;

/// All notes, by order line once they are [sorted](Notes::sort).
#[derive(Debug, Default)]
pub(super) struct Notes {
    receipts: Ids<Receipt>,
    /// Reasons and responsible persons.
    texts: Names<Label>,
    /// Which receipt says what.
    kept: Vec<(u32, Id<Receipt>, Id<Label>)>,
    /// The receipts whose text is not kept.
    unkept: Vec<(u32, Place)>,
}

impl Notes {
    /// Notes what a receipt says of goods of this line, where it says anything.
    #[inline(never)]
    pub fn add(&mut self, line: usize, row: &ReceiptRow<'_>, place: Place) {
        let text = text_of(row);
        if text.is_empty() {
            return;
        }
        let known = self.texts.find(text.as_bytes());
        let is_room = self.texts.len() < MOST_TEXTS && text.len() <= MOST_BYTES;
        match known.or_else(|| is_room.then(|| self.texts.intern(text.as_bytes()))) {
            Some(text) => self.kept.push((line as u32, self.receipts.intern(row.receipt_no), text)),
            None => self.unkept.push((line as u32, place)),
        }
    }

    /// Has the notes of each line stand together.
    pub fn sort(&mut self) {
        self.kept.sort_unstable();
        self.unkept.sort_unstable();
    }

    /// The lines with notes, some of them several times.
    pub fn lines(&self) -> impl Iterator<Item = usize> + '_ {
        let kept = self.kept.iter().map(|&(line, ..)| line);
        kept.chain(self.unkept.iter().map(|&(line, _)| line)).map(|line| line as usize)
    }

    /// The notes of a line that are kept.
    pub fn kept(&self, line: usize) -> impl Iterator<Item = String> + '_ {
        let of_line = with_key(&self.kept, line as u32, |&(noted, ..)| noted);
        of_line.iter().map(|&(_, receipt, text)| written(&self.receipts.text(receipt), self.texts.text(text)))
    }

    /// The rows of a line's receipts whose notes are not kept.
    pub fn unkept(&self, line: usize) -> impl Iterator<Item = Place> + '_ {
        with_key(&self.unkept, line as u32, |&(noted, _)| noted).iter().map(|&(_, place)| place)
    }
}

/// What a receipt says of goods that were damaged or rejected.
pub(super) fn note_of(row: &ReceiptRow<'_>) -> String {
    written(&String::from_utf8_lossy(row.receipt_no), &text_of(row))
}

/// Reason and responsible person.
fn text_of(row: &ReceiptRow<'_>) -> String {
    let told = [row.reason, row.responsible].map(String::from_utf8_lossy);
    let told: Vec<_> = told.into_iter().filter(|text| !text.is_empty()).collect();
    told.join(", ")
}

fn written(receipt_no: &str, text: &str) -> String {
    [receipt_no, ": ", text].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Quantity;
    use chrono::NaiveDate;

    fn receipt<'r>(receipt_no: &'r [u8], reason: &'r str, responsible: &'r str) -> ReceiptRow<'r> {
        ReceiptRow {
            receipt_no,
            shipment_no: b"SH1",
            order_no: b"SO1",
            line_no: b"1",
            date: NaiveDate::from_ymd_opt(2026, 1, 5).unwrap(),
            sku: b"",
            goods_name: b"x",
            accepted: Quantity::ZERO,
            damaged: Quantity::parse("1").unwrap(),
            rejected: Quantity::ZERO,
            reason: reason.as_bytes(),
            responsible: responsible.as_bytes(),
        }
    }

    #[test]
    fn notes_are_what_their_rows_say() {
        let mut notes = Notes::default();
        let rows =
            [(7, "R2", "压坏", "物流"), (3, "R1", "wet", ""), (7, "other", "", "物流"), (5, "R3", "", "")];
        for (line, receipt_no, reason, responsible) in rows {
            notes.add(line, &receipt(receipt_no.as_bytes(), reason, responsible), Place::new(0, 0));
        }
        notes.sort();
        let kept = |line| notes.kept(line).collect::<Vec<_>>();
        assert_eq!((kept(3), kept(5)), (vec!["R1: wet".to_owned()], vec![]));
        assert_eq!(kept(7), ["R2: 压坏, 物流", "other: 物流"]);
        assert_eq!((notes.lines().collect::<Vec<_>>(), notes.unkept(7).count()), (vec![3, 7, 7], 0));
    }

    #[test]
    fn rows_are_read_again_where_each_says_something_else() {
        let mut notes = Notes::default();
        for number in 0..MOST_TEXTS + 2 {
            let reason = format!("reason {number}");
            notes.add(number, &receipt(b"R1", &reason, ""), Place::new(0, number as u64));
        }
        notes.add(0, &receipt(b"R2", "reason 0", ""), Place::new(0, 9999));
        let long = "x".repeat(MOST_BYTES + 1);
        notes.add(MOST_TEXTS + 9, &receipt(b"R3", &long, ""), Place::new(0, 5));
        notes.sort();
        assert_eq!(notes.unkept(MOST_TEXTS + 9).count(), 1);
        assert_eq!(notes.kept(0).collect::<Vec<_>>(), ["R1: reason 0", "R2: reason 0"]);
        let last = MOST_TEXTS + 1;
        assert_eq!(notes.kept(last).count(), 0);
        assert_eq!(notes.unkept(last).collect::<Vec<_>>(), [Place::new(0, last as u64)]);
        assert!(notes.lines().any(|line| line == last));
    }
}
