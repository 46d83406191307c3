//! Splitting of a record that needs care: quotation marks, blanks around fields, lines that may break off.

use super::RecordFault;
use crate::input::stops::{Stops, StopsFrom};

/// Fields of a record that stand side by side, with nothing but delimiters between them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Where the first of them begins in the record …
    pub(super) start: u32,
    /// … and the last one ends.
    pub(super) end: u32,
    /// The stop behind the first of them.
    pub(super) first_stop: u32,
    /// How many there are, each but the last with a stop behind it.
    pub(super) fields: u32,
    /// Whether it is one in which quotation marks are doubled.
    pub(super) has_doubled: bool,
}

impl Piece {
    const fn new((start, end): (usize, usize), first_stop: u32, fields: usize) -> Piece {
        let (start, end, fields) = (start as u32, end as u32, fields as u32);
        Piece { start, end, first_stop, fields, has_doubled: false }
    }

    /// A field alone.
    const fn of_one(start: usize, end: usize) -> Piece {
        Piece::new((start, end), 0, 1)
    }

    /// The same without the blanks around the field.
    fn trimmed(self, bytes: &[u8]) -> Piece {
        let (start, end) = (self.start as usize, self.end as usize);
        let start = end - bytes[start..end].trim_ascii_start().len();
        let end = start + bytes[start..end].trim_ascii_end().len();
        Piece { start: start as u32, end: end as u32, ..self }
    }

    /// Whether nothing stands in any of the fields.
    const fn is_blank(&self) -> bool {
        self.end - self.start == self.fields - 1
    }

    /// The stops between its fields.
    pub(super) fn stops_between<'s>(&self, stops: &'s Stops) -> &'s [u32] {
        &stops.fences(self.first_stop, self.fields - 1)[1..]
    }
}

/// Makes each field a piece of its own, as `make` says; the record begins at `base`, as stops are counted.
pub(super) fn separate(
    pieces: &mut Vec<Piece>,
    (stops, base): (&Stops, usize),
    make: impl Fn(Piece) -> Piece,
) {
    for piece in std::mem::take(pieces) {
        let mut start = piece.start as usize;
        pieces.extend(piece.stops_between(stops).iter().map(|&stop| {
            let end = stop as usize - base;
            make(Piece::of_one(std::mem::replace(&mut start, end + 1), end))
        }));
        let last = Piece { start: start as u32, fields: 1, ..piece };
        pieces.push(make(last));
    }
}

/// What splitting a record's bytes came to.
pub(super) enum Split {
    /// A record with its line end.
    Whole(usize),
    /// A line without any text.
    Blank(usize),
    /// The buffer ends inside the record.
    Short {
        in_quotes: bool,
    },
    Broken(RecordFault),
}

/// The bytes from the next record on, or so many of them as a record may have.
pub(super) struct Splitter<'a> {
    pub(super) bytes: &'a [u8],
    /// Where the bytes begin in the buffer, by which stops are counted.
    pub(super) base: usize,
    pub(super) stops: &'a Stops,
    pub(super) delimiter: u8,
    pub(super) at_end: bool,
}

impl Splitter<'_> {
    /// Splits the first record into pieces, without the marks around quoted fields.
    pub(super) fn split(&self, stops: &mut StopsFrom<'_>, pieces: &mut Vec<Piece>) -> Split {
        let bytes = self.bytes;
        pieces.clear();
        let mut start = 0;
        loop {
            let first_stop = stops.near().first();
            let delimiters = stops.pass_delimiters();
            let Some(at) = self.pass_other(stops) else {
                if !self.at_end {
                    return Split::Short { in_quotes: false };
                }
                pieces.push(Piece::new((start, bytes.len()), first_stop, delimiters.len() + 1));
                return self.whole_or_blank(pieces, bytes.len(), true);
            };
            if bytes[at] != b'"' {
                pieces.push(Piece::new((start, at), first_stop, delimiters.len() + 1));
                return self.end_of_line(at, pieces, stops.had_blanks_beside());
            }
            let mut field = start;
            if let Some(&last) = delimiters.last() {
                let end = last as usize - self.base;
                pieces.push(Piece::new((start, end), first_stop, delimiters.len()));
                field = end + 1;
            }
            // ="00123" is how some programs keep a spreadsheet from taking a text for a number.
            if !matches!(bytes[field..at].trim_ascii(), b"" | b"=") {
                return Split::Broken(RecordFault::QuoteStray);
            }
            let Some((close, has_doubled)) = self.closing_mark(stops) else {
                let fault = Split::Broken(RecordFault::QuoteOpen);
                return if self.at_end { fault } else { Split::Short { in_quotes: true } };
            };
            // A line end inside the marks is a blank, and a stop as well.
            pieces.push(Piece { has_doubled, ..Piece::of_one(at + 1, close).trimmed(bytes) });
            match bytes.get(close + 1) {
                Some(&after) if after == self.delimiter => {
                    start = close + 2;
                    stops.pass_delimiter();
                }
                Some(b'\n' | b'\r') | None => {
                    return self.end_of_line(close + 1, pieces, stops.had_blanks_beside());
                }
                Some(_) => return Split::Broken(RecordFault::QuoteStray),
            }
        }
    }

    /// Where the next stop stands that is no delimiter; it is passed over with all before it.
    fn pass_other(&self, stops: &mut StopsFrom<'_>) -> Option<usize> {
        stops.pass_other().map(|stop| stop - self.base)
    }

    fn end_of_line(&self, at: usize, pieces: &mut Vec<Piece>, blanks_beside: bool) -> Split {
        line_end(self.bytes, at, self.at_end).map_or(Split::Short { in_quotes: false }, |length| {
            self.whole_or_blank(pieces, length, blanks_beside)
        })
    }

    /// A record of this length. Its fields lose the blanks around them, where any stand beside a delimiter, or may stand
    /// at the beginning of the bytes.
    fn whole_or_blank(&self, pieces: &mut Vec<Piece>, length: usize, blanks_beside: bool) -> Split {
        if blanks_beside || self.bytes.first().is_some_and(|&first| first <= b' ') {
            separate(pieces, (self.stops, self.base), |field| field.trimmed(self.bytes));
        }
        let blank = pieces.iter().all(Piece::is_blank);
        if blank && length > 0 { Split::Blank(length) } else { Split::Whole(length) }
    }

    /// The mark that closes the quoted field whose first mark was the last stop, and whether the field holds doubled
    /// marks; `None` where the bytes end before it is certain.
    fn closing_mark(&self, stops: &mut StopsFrom<'_>) -> Option<(usize, bool)> {
        let mut doubled = false;
        loop {
            let at = self.pass_other(stops)?;
            if self.bytes[at] != b'"' {
                continue;
            }
            match self.bytes.get(at + 1) {
                Some(b'"') => {
                    doubled = true;
                    stops.pass_other();
                }
                None if !self.at_end => return None,
                _ => return Some((at, doubled)),
            }
        }
    }
}

/// Where the line's end at `at` (LF, CRLF or CR) is over; `None` where the buffer breaks off inside it.
fn line_end(bytes: &[u8], at: usize, at_end: bool) -> Option<usize> {
    match (bytes.get(at), bytes.get(at + 1)) {
        (Some(b'\r'), Some(b'\n')) => Some(at + 2),
        (Some(b'\r'), None) if !at_end => None,
        (None, _) => {
            if at_end {
                Some(at)
            } else {
                None
            }
        }
        _ => Some(at + 1),
    }
}

/// Adds a text in which each mark is doubled, with single ones.
pub(super) fn push_with_single_marks(bytes: &mut Vec<u8>, text: &[u8]) {
    let mut rest = text;
    while let Some(mark) = rest.iter().position(|&byte| byte == b'"') {
        bytes.extend_from_slice(&rest[..=mark]);
        rest = rest.get(mark + 2..).unwrap_or_default();
    }
    bytes.extend_from_slice(rest);
}
