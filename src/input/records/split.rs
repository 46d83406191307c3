//! Splitting of a record that needs care: quotation marks, blanks around fields, lines that may break off.

use super::RecordFault;
use crate::input::stops::StopsFrom;

/// Where a field lies in its record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

impl Span {
    #[inline]
    pub(super) const fn new(start: usize, end: usize) -> Span {
        Span { start: start as u32, end: end as u32 }
    }

    /// The same without the blanks around the field.
    pub(super) fn trimmed(self, bytes: &[u8]) -> Span {
        let (start, end) = (self.start as usize, self.end as usize);
        let start = end - bytes[start..end].trim_ascii_start().len();
        Span::new(start, start + bytes[start..end].trim_ascii_end().len())
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
    pub(super) delimiter: u8,
    pub(super) at_end: bool,
}

impl Splitter<'_> {
    /// Splits the first record into fields, without the marks around quoted ones; the numbers of those with doubled
    /// marks inside are noted.
    pub(super) fn split(
        &self,
        stops: &mut StopsFrom<'_>,
        spans: &mut Vec<Span>,
        doubled: &mut Vec<usize>,
    ) -> Split {
        let bytes = self.bytes;
        spans.clear();
        doubled.clear();
        let mut field = 0;
        loop {
            spans.extend(stops.pass_delimiters().iter().map(|&place| {
                let at = place as usize - self.base;
                Span::new(std::mem::replace(&mut field, at + 1), at)
            }));
            let Some(at) = self.pass_other(stops) else {
                if !self.at_end {
                    return Split::Short { in_quotes: false };
                }
                spans.push(Span::new(field, bytes.len()));
                return self.whole_or_blank(spans, bytes.len(), true);
            };
            if bytes[at] != b'"' {
                spans.push(Span::new(field, at));
                return self.end_of_line(at, spans, stops.had_blanks_beside());
            }
            // ="00123" is how some programs keep a spreadsheet from taking a text for a number.
            if !matches!(bytes[field..at].trim_ascii(), b"" | b"=") {
                return Split::Broken(RecordFault::QuoteStray);
            }
            let Some((close, has_doubled)) = self.closing_mark(stops) else {
                let fault = Split::Broken(RecordFault::QuoteOpen);
                return if self.at_end { fault } else { Split::Short { in_quotes: true } };
            };
            if has_doubled {
                doubled.push(spans.len());
            }
            // A line end inside the marks is a blank, and a stop as well.
            spans.push(Span::new(at + 1, close).trimmed(bytes));
            match bytes.get(close + 1) {
                Some(&after) if after == self.delimiter => {
                    field = close + 2;
                    stops.pass_delimiter();
                }
                Some(b'\n' | b'\r') | None => {
                    return self.end_of_line(close + 1, spans, stops.had_blanks_beside());
                }
                Some(_) => return Split::Broken(RecordFault::QuoteStray),
            }
        }
    }

    /// Where the next stop stands that is no delimiter; it is passed over with all before it.
    fn pass_other(&self, stops: &mut StopsFrom<'_>) -> Option<usize> {
        stops.pass_other().map(|stop| stop - self.base)
    }

    fn end_of_line(&self, at: usize, spans: &mut [Span], blanks_beside: bool) -> Split {
        line_end(self.bytes, at, self.at_end).map_or(Split::Short { in_quotes: false }, |length| {
            self.whole_or_blank(spans, length, blanks_beside)
        })
    }

    /// A record of this length. Its fields lose the blanks around them, where any stand beside a delimiter, or may stand
    /// at the beginning of the bytes.
    fn whole_or_blank(&self, spans: &mut [Span], length: usize, blanks_beside: bool) -> Split {
        if blanks_beside || self.bytes.first().is_some_and(|&first| first <= b' ') {
            for span in &mut *spans {
                *span = span.trimmed(self.bytes);
            }
        }
        let blank = spans.iter().all(|span| span.start == span.end);
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
