//! Delimited text, record by record, lending out the fields: strict about quotes, bounded in memory, and knowing the
//! byte at which each record begins.
//!
//! A broken record is reported with its place, and reading goes on at the next line, so that one run finds every
//! fault of a file.

mod batch;
mod feed;
mod split;
mod window;

use std::io::{self, Read, Seek};

pub use batch::Batch;
use batch::{MOST_RECORDS, Rewritten, Run, Taken};
use feed::Feed;
use split::{Piece, Split, Splitter, push_with_single_marks, separate};
use window::Window;

use super::encoding::{Encoding, decode_gb18030};
use super::stops::{Near, StopsFrom, has_control};

/// The longest record: beyond it a quotation mark was left open, or the file is no table.
pub const MAX_RECORD: usize = 1 << 20;
/// Bytes of a record that are looked at before it is found too long: the longest, and those by which its end is told.
const LOOKED_AT: usize = MAX_RECORD + 2;
/// Bytes that tell the encoding of a file together: the more there are, the surer that is.
pub const BLOCK: usize = 256 * 1024;

/// What is wrong with a record as text, before its cells are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecordFault {
    /// A quotation mark opens a field and is never closed.
    QuoteOpen,
    /// A quotation mark inside a field, or text after a closing one.
    QuoteStray,
    /// Longer than [`MAX_RECORD`].
    TooLong,
    /// A control character (a NUL, say).
    Control,
    /// A byte that fits no encoding; holds its offset in the file. Nothing after it can be read.
    Encoding(u64),
}

/// The fields of one record, borrowed from the reader.
#[derive(Clone, Copy, Debug)]
pub struct Fields<'a> {
    bytes: &'a [u8],
    /// A place before the first field, then that behind each of them: between two fields there is one byte.
    fences: &'a [u32],
}

/// One record: its fields, and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Record<'a> {
    fields: Fields<'a>,
    /// Whether the byte between two fields is a comma.
    has_commas: bool,
    /// The offset in the file of the record's first byte.
    pub offset: u64,
}

/// The place before the first byte of all: places are counted modulo 2³².
pub(super) const BEFORE_ALL: u32 = u32::MAX;

impl<'a> Fields<'a> {
    /// No fields.
    pub const NONE: Fields<'a> = Fields { bytes: &[], fences: &[BEFORE_ALL] };

    /// A field without the blanks around it; empty where there is none of this number.
    #[inline]
    pub fn field(&self, number: usize) -> &'a [u8] {
        match self.start_and_length(number) {
            Some((start, length)) => &self.bytes[start..start + length],
            None => &[],
        }
    }

    /// All bytes up to the field's end, among which those of the fields before it, and the length of the field.
    #[inline]
    pub fn up_to(&self, number: usize) -> (&'a [u8], usize) {
        match self.start_and_length(number) {
            Some((start, length)) => (&self.bytes[..start + length], length),
            None => (&[], 0),
        }
    }

    /// Where a field begins, and how long it is; `None` where there is none of this number. (Of a start and an end, whoever
    /// reads the field would have to look which of them is greater.)
    #[inline(always)]
    fn start_and_length(&self, number: usize) -> Option<(usize, usize)> {
        let &behind = self.fences.get(number.wrapping_add(1))?;
        let &before = self.fences.get(number)?;
        let start = before.wrapping_add(1);
        Some((start as usize, behind.wrapping_sub(start) as usize))
    }
}

impl<'a> Record<'a> {
    /// A record of no fields.
    pub const NONE: Record<'a> = Record { fields: Fields::NONE, has_commas: false, offset: 0 };

    /// Goes on to another record of the same run, which differs in its place alone.
    #[inline(always)]
    pub const fn go_on_to(&mut self, other: Record<'a>) {
        (self.fields.fences, self.offset) = (other.fields.fences, other.offset);
    }

    /// Its fields, for whoever asks for some of them later.
    #[inline(always)]
    pub const fn all(&self) -> Fields<'a> {
        self.fields
    }

    /// How many fields the record has.
    pub const fn width(&self) -> usize {
        self.fields.fences.len() - 1
    }

    /// All fields, without the blanks around them.
    pub fn fields(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        (0..self.width()).map(|number| self.field(number))
    }

    /// A field without the blanks around it; empty where there is none of this number.
    #[inline]
    pub fn field(&self, number: usize) -> &'a [u8] {
        self.fields.field(number)
    }

    /// All bytes up to the field's end, among which those of the fields before it, and the length of the field.
    #[inline]
    pub fn up_to(&self, number: usize) -> (&'a [u8], usize) {
        self.fields.up_to(number)
    }

    /// The bytes from one field to another, with what stands between fields; `None` where there are not so many.
    #[inline(always)]
    pub(super) fn side_by_side(&self, (first, last): (usize, usize)) -> Option<&'a [u8]> {
        let Fields { bytes, fences } = self.fields;
        let (before, behind) = (*fences.get(first)?, *fences.get(last + 1)?);
        Some(&bytes[before.wrapping_add(1) as usize..behind as usize])
    }

    /// A field as text; empty where it is none.
    #[inline]
    pub fn text(&self, number: usize) -> &'a str {
        std::str::from_utf8(self.field(number)).unwrap_or_default()
    }
}

/// How a line ends.
#[derive(Clone, Copy, Debug)]
enum LineEnd {
    Lf,
    CrLf,
    Cr,
}

impl LineEnd {
    /// The end of this line; `None` where it just stops.
    const fn of(line: &[u8]) -> Option<LineEnd> {
        match line {
            [.., b'\r', b'\n'] => Some(LineEnd::CrLf),
            [.., b'\n'] => Some(LineEnd::Lf),
            [.., b'\r'] => Some(LineEnd::Cr),
            _ => None,
        }
    }

    /// Its bytes.
    #[inline]
    const fn bytes(self) -> &'static [u8] {
        match self {
            LineEnd::Lf => b"\n",
            LineEnd::CrLf => b"\r\n",
            LineEnd::Cr => b"\r",
        }
    }
}

/// How many lines of a file end in LF, in CRLF, in CR; what ends inside quotation marks is no line of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineEnds([u64; 3]);

impl LineEnds {
    const NAMES: [&'static str; 3] = ["LF", "CRLF", "CR"];

    /// Notes that so many lines end so.
    const fn note(&mut self, line_end: LineEnd, lines: u64) {
        self.0[line_end as usize] += lines;
    }

    /// Notes the end of a line, where it has one.
    fn note_of(&mut self, line: &[u8]) {
        if let Some(line_end) = LineEnd::of(line) {
            self.note(line_end, 1);
        }
    }

    /// Each kind that there is, and of how many lines.
    pub fn counts(self) -> impl Iterator<Item = (&'static str, u64)> {
        LineEnds::NAMES.into_iter().zip(self.0).filter(|(_, lines)| *lines > 0)
    }

    /// Their name; empty where there is none, `mixed` where there are several.
    pub fn name(self) -> &'static str {
        if self.is_mixed() { "mixed" } else { self.counts().next().map_or("", |(name, _)| name) }
    }

    /// Whether there are several: two files in one, perhaps, or one that was cut and joined by hand.
    pub fn is_mixed(self) -> bool {
        self.counts().count() > 1
    }
}

/// A place between records, and what had been counted up to there.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    offset: u64,
    blank_lines: u64,
    line_ends: LineEnds,
}

/// What comes next in a file.
#[derive(Debug)]
pub enum Step<'a> {
    /// A record.
    Record(Record<'a>),
    /// A broken record, which begins at this offset.
    Fault(u64, RecordFault),
    /// The end.
    End,
}

/// A reader of records.
#[derive(Debug)]
pub struct Records<R> {
    feed: Feed<R>,
    /// The bytes that are held, and the records last taken.
    held: Batch,
    /// Whether a byte that fits no encoding has been told since the last jump.
    bad_byte_told: bool,
    control_seen: bool,
    delimiter: u8,
    /// The broken record whose first line is being passed over.
    broken: Option<(u64, RecordFault)>,
    /// Those of the record that was split.
    pieces: Vec<Piece>,
    decoded: String,
    line_ends: LineEnds,
    blank_lines: u64,
}

/// What the bytes that are held come to next.
enum Next {
    /// A record or a fault, which was taken.
    Taken,
    /// More must be read.
    Short,
    /// The end.
    End,
}

impl<R: Read> Records<R> {
    /// A reader at the start of a file. Finds the mark, and the delimiter (comma, tab or semicolon) from the first
    /// lines.
    pub fn new(input: R) -> io::Result<Records<R>> {
        Records::open(input, BLOCK, None)
    }

    /// The same, with so many bytes of a block, which tell the encoding together and are read together at first; `known` is the
    /// file's encoding where somebody has said or found it.
    pub fn open(input: R, block: usize, known: Option<Encoding>) -> io::Result<Records<R>> {
        let mut records = Records {
            feed: Feed::new(input, block, known),
            held: Batch::default(),
            bad_byte_told: false,
            control_seen: false,
            delimiter: b',',
            broken: None,
            pieces: Vec::new(),
            decoded: String::new(),
            line_ends: LineEnds::default(),
            blank_lines: 0,
        };
        records.feed.begin(&mut records.held.window)?;
        records.delimiter = find_delimiter(records.held.window.rest());
        records.index();
        Ok(records)
    }

    /// The encoding found so far.
    pub const fn encoding(&self) -> Encoding {
        self.feed.check().encoding()
    }

    /// Whether the file, read to its end, could as well be in another encoding.
    pub fn is_ambiguous(&self) -> bool {
        self.feed.check().is_ambiguous()
    }

    /// From now on reads so many bytes at a time, one at least, and not many more than make a batch.
    pub fn read_at_a_time(&mut self, bytes: usize) {
        self.feed.block = bytes.max(1);
    }

    /// The place before the next record.
    pub const fn mark(&self) -> Mark {
        let offset = self.held.window.offset();
        Mark { offset, blank_lines: self.blank_lines, line_ends: self.line_ends }
    }

    /// What stands between fields.
    pub const fn delimiter(&self) -> u8 {
        self.delimiter
    }

    /// Lines without any text that were passed over.
    pub const fn blank_lines(&self) -> u64 {
        self.blank_lines
    }

    /// The line ends of the records so far.
    pub const fn line_ends(&self) -> LineEnds {
        self.line_ends
    }

    /// The next record, or what is wrong with it.
    pub fn advance(&mut self) -> io::Result<Step<'_>> {
        self.take(1)?;
        Ok(match self.held.records().next() {
            Some(Ok(record)) => Step::Record(record),
            Some(Err((offset, fault))) => Step::Fault(offset, fault),
            None => Step::End,
        })
    }

    /// Takes out the next records; whether there may be more behind them.
    pub fn take_batch(&mut self, batch: &mut Batch) -> io::Result<bool> {
        let more = self.take(MOST_RECORDS)?;
        batch.window.go_on_from(&self.held.window, self.feed.seen_whole(&self.held.window));
        std::mem::swap(&mut self.held, batch);
        self.index();
        Ok(more)
    }

    /// Takes the next records, so many at most, as far as the bytes held go, or those that must be read for the first of
    /// them; whether there may be more behind them.
    fn take(&mut self, most: usize) -> io::Result<bool> {
        self.held.clear();
        loop {
            self.take_plain(most);
            if self.held.count() == most {
                return Ok(true);
            }
            match self.take_with_care() {
                Next::Taken => {}
                Next::Short if self.held.is_empty() => self.fill()?,
                Next::Short => return Ok(true),
                Next::End => return Ok(false),
            }
        }
    }

    /// Takes records that need no care, up to the first that does: those without quotation marks and without blanks around
    /// their fields, in UTF-8. They stay where they stand.
    fn take_plain(&mut self, most: usize) {
        if !self.may_be_plain() {
            return;
        }
        let has_commas = self.delimiter == b',';
        while self.held.count() < most {
            let window = &self.held.window;
            let (bytes, start, first) = (window.valid(), window.start, window.next_stop.first());
            if window.stops.fences(first, 0)[0].wrapping_add(1) as usize != start {
                return;
            }
            let mut stops = window.stops.from(window.next_stop);
            let Some(PlainLine { width, line_end, length }) = PlainLine::first_of(bytes, start, &mut stops)
            else {
                return;
            };
            let mut behind = start + length;
            let further = most - self.held.count() - 1;
            let ends = line_end.bytes().len();
            let alike = stops.pass_lines(further, width as usize - 1, ends, |end| {
                let is_alike = PlainLine::is_one(bytes, behind, end, width, line_end);
                if is_alike {
                    behind = end + ends;
                }
                is_alike
            });
            let (records, ends) = (1 + alike as u32, ends as u32);
            self.line_ends.note(line_end, u64::from(records));
            (self.held.window.start, self.held.window.next_stop) = (behind, stops.near());
            self.held.push(Taken::Plain(Run { first, records, width, stops: width - 1 + ends, has_commas }));
        }
    }

    /// Takes the next record or fault, whatever care it needs.
    fn take_with_care(&mut self) -> Next {
        if let Some((offset, fault)) = self.broken {
            return self.pass_broken(offset, fault);
        }
        let (length, offset, next_stop) = loop {
            let Window { start, end, .. } = self.held.window;
            let offset = self.held.window.offset();
            let reached = self.feed.bad_byte.filter(|&bad| bad <= offset);
            if let Some(bad) = reached.filter(|_| !self.bad_byte_told) {
                self.bad_byte_told = true;
                self.stop();
                return self.taken(Taken::Fault(bad, RecordFault::Encoding(bad)));
            }
            if start == end && self.feed.at_end {
                return Next::End;
            }
            let (split, next_stop) = self.split();
            match split {
                Split::Whole(length) if self.runs_into_bad_byte(length) => self.skip(end - start, next_stop),
                Split::Whole(length) if length > MAX_RECORD => {
                    return self.pass_broken(offset, RecordFault::TooLong);
                }
                Split::Whole(length) => break (length, offset, next_stop),
                Split::Blank(length) => {
                    self.blank_lines += 1;
                    self.line_ends.note_of(&self.held.window.rest()[..length]);
                    self.skip(length, next_stop);
                }
                Split::Short { in_quotes } if end - start >= LOOKED_AT => {
                    let fault = if in_quotes { RecordFault::QuoteOpen } else { RecordFault::TooLong };
                    return self.pass_broken(offset, fault);
                }
                // The record runs into bytes of no encoding: nothing behind them can be trusted.
                Split::Short { .. } | Split::Broken(RecordFault::QuoteOpen)
                    if self.feed.bad_byte.is_some() =>
                {
                    self.skip(end - start, next_stop);
                }
                Split::Short { .. } => return Next::Short,
                Split::Broken(fault) => return self.pass_broken(offset, fault),
            }
        };
        let raw = &self.held.window.rest()[..length];
        self.line_ends.note_of(raw);
        let taken = if self.control_seen && has_control(raw) {
            Taken::Fault(offset, RecordFault::Control)
        } else {
            self.rewrite(offset)
        };
        self.skip(length, next_stop);
        self.taken(taken)
    }

    /// Splits the next record; what came of it, and a stop close behind.
    fn split(&mut self) -> (Split, Near) {
        let window = &self.held.window;
        // However many bytes there are behind a record that is too long, the same is said of it.
        let rest = window.rest();
        let bytes = rest.get(..LOOKED_AT).unwrap_or(rest);
        let at_end = self.feed.at_end && bytes.len() == rest.len();
        let (base, delimiter) = (window.start, self.delimiter);
        let splitter = Splitter { bytes, base, stops: &window.stops, delimiter, at_end };
        let stops = window.stops.from(window.next_stop);
        let mut stops =
            if bytes.len() < rest.len() { stops.before(window.start + bytes.len()) } else { stops };
        let split = splitter.split(&mut stops, &mut self.pieces);
        (split, stops.near())
    }

    /// The record that was split, in UTF-8, with a comma between fields and nothing around them, and with single marks
    /// where the file doubles them. Delimiters, quotes and line ends are no part of a GB18030 character, so that the decoded
    /// fields are those of the bytes. The window stays as it is: the record may be asked for again.
    fn rewrite(&mut self, offset: u64) -> Taken {
        let is_gb18030 = self.encoding() == Encoding::Gb18030;
        let may_stay = self.delimiter == b',' && !is_gb18030;
        let Batch { window, rewritten: Rewritten { bytes, fences }, .. } = &mut self.held;
        if !may_stay {
            separate(&mut self.pieces, (&window.stops, window.start), |field| field);
        }
        let (record, first, mut width) = (window.rest(), fences.len() as u32, 0);
        fences.push((bytes.len() as u32).wrapping_sub(1));
        for piece in &self.pieces {
            let from = bytes.len() as u32;
            let mut text = &record[piece.start as usize..piece.end as usize];
            if is_gb18030 && !text.is_ascii() {
                decode_gb18030(text, &mut self.decoded);
                text = self.decoded.as_bytes();
            }
            if piece.has_doubled {
                push_with_single_marks(bytes, text);
            } else {
                bytes.extend_from_slice(text);
            }
            // From where a stop stands to where the byte stands that was copied from there.
            let moved = from.wrapping_sub(window.start as u32 + piece.start);
            let between = piece.stops_between(&window.stops).iter();
            fences.extend(between.map(|&stop| stop.wrapping_add(moved)));
            fences.push(bytes.len() as u32);
            bytes.push(b',');
            width += piece.fields;
        }
        Taken::Rewritten { offset, first, width }
    }

    fn taken(&mut self, taken: Taken) -> Next {
        self.held.push(taken);
        Next::Taken
    }

    /// Reports a broken record, to go on at the line after its first one.
    fn pass_broken(&mut self, offset: u64, fault: RecordFault) -> Next {
        let rest = self.held.window.rest();
        let line_end = rest.iter().position(|&byte| byte == b'\n');
        self.skip(line_end.map_or(rest.len(), |at| at + 1), self.held.window.next_stop);
        if line_end.is_none() && !self.feed.at_end {
            self.broken = Some((offset, fault));
            return Next::Short;
        }
        self.broken = None;
        self.taken(Taken::Fault(offset, fault))
    }

    /// Whether the record of this length is only what stands before a byte of no encoding in its line.
    fn runs_into_bad_byte(&self, length: usize) -> bool {
        let rest = self.held.window.rest();
        self.feed.bad_byte.is_some() && length == rest.len() && !matches!(rest, [.., b'\n' | b'\r'])
    }

    /// Whether records may be split without care for their bytes.
    fn may_be_plain(&self) -> bool {
        self.feed.bad_byte.is_none()
            && self.broken.is_none()
            && !self.control_seen
            && self.encoding() != Encoding::Gb18030
    }

    /// Passes over so many bytes; `near` is a stop close before those behind them.
    fn skip(&mut self, bytes: usize, near: Near) {
        let window = &mut self.held.window;
        window.go_to(window.start + bytes, near);
    }

    const fn stop(&mut self) {
        self.feed.at_end = true;
        self.held.window.start = self.held.window.end;
    }

    /// Reads on, keeping what has not been used yet.
    fn fill(&mut self) -> io::Result<()> {
        self.control_seen |= self.feed.fill(&mut self.held.window, self.delimiter)?;
        Ok(())
    }

    fn index(&mut self) {
        self.control_seen |= self.held.window.index(self.delimiter).has_control;
    }
}

impl<R: Read + Seek> Records<R> {
    /// Goes back to a place that was passed: what was counted behind it will come again.
    pub fn go_back(&mut self, mark: Mark) -> io::Result<()> {
        (self.blank_lines, self.line_ends) = (mark.blank_lines, mark.line_ends);
        self.go_to(mark.offset)
    }

    /// Goes to the record that begins at this offset of the file, which was read as a whole before.
    pub fn go_to(&mut self, offset: u64) -> io::Result<()> {
        self.bad_byte_told = false;
        self.broken = None;
        let window = &mut self.held.window;
        let in_window = (window.base..window.base + window.end as u64).contains(&offset);
        if in_window {
            let start = (offset - window.base) as usize;
            if start != window.start {
                window.go_to(start, window.next_stop);
            }
            return Ok(());
        }
        self.control_seen |= self.feed.jump(window, offset, self.delimiter)?;
        Ok(())
    }
}

/// A line that is a record as it stands.
struct PlainLine {
    /// How many fields it has.
    width: u32,
    line_end: LineEnd,
    /// How long it is, with its end.
    length: usize,
}

impl PlainLine {
    /// The line that begins at `from`; `None` where it needs care: it holds quotation marks, or blanks around a field, or
    /// nothing, or it does not end here.
    fn first_of(bytes: &[u8], from: usize, stops: &mut StopsFrom<'_>) -> Option<PlainLine> {
        bytes.get(from).filter(|&&first| first > b' ')?;
        let (width, end) = stops.plain_up_to_other()?;
        let line_end = match bytes.get(end..)? {
            [b'\n', ..] => LineEnd::Lf,
            [b'\r', b'\n', ..] => {
                stops.pass_other();
                LineEnd::CrLf
            }
            _ => return None,
        };
        let length = end - from + line_end.bytes().len();
        PlainLine::is_one(bytes, from, end, width, line_end).then_some(PlainLine { width, line_end, length })
    }

    /// Whether so many fields, the first of which begins at `from` and the last of which ends at `end`, are a record of a
    /// line with this end: not blank, and not too long.
    #[inline(always)]
    fn is_one(bytes: &[u8], from: usize, end: usize, width: u32, line_end: LineEnd) -> bool {
        let has = |at: usize, byte: u8| bytes.get(at).is_some_and(|&found| found == byte);
        let ends_so = match line_end {
            LineEnd::Lf => has(end, b'\n'),
            LineEnd::CrLf => has(end, b'\r') && has(end + 1, b'\n'),
            LineEnd::Cr => false,
        };
        let length = end.wrapping_sub(from);
        ends_so && length != width as usize - 1 && length <= MAX_RECORD - line_end.bytes().len()
    }
}

/// Lines among which the headings stand: a few of titles may come before them.
pub const FIRST_LINES: usize = 15;

/// The delimiter of a file, from its first lines: of comma, tab and semicolon the one that most lines have alike many
/// of, outside quotes. (A title above the headings, or a remark in a row, may hold others.)
fn find_delimiter(bytes: &[u8]) -> u8 {
    const CHOICES: [u8; 3] = [b',', b'\t', b';'];
    let mut lines: Vec<[usize; 3]> = Vec::with_capacity(FIRST_LINES);
    let mut counts = [0usize; 3];
    let mut quoted = false;
    for &byte in bytes.iter().chain(b"\n") {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => {
                if counts != [0; 3] {
                    lines.push(std::mem::take(&mut counts));
                }
                if lines.len() == FIRST_LINES {
                    break;
                }
            }
            _ if quoted => {}
            _ => {
                if let Some(at) = CHOICES.iter().position(|&choice| choice == byte) {
                    counts[at] += 1;
                }
            }
        }
    }
    let alike =
        |choice: usize, count: usize| count * lines.iter().filter(|counts| counts[choice] == count).count();
    let weight =
        |choice: usize| lines.iter().map(|counts| alike(choice, counts[choice])).max().unwrap_or_default();
    let best = (0..CHOICES.len()).rev().max_by_key(|&choice| weight(choice)).unwrap_or(0);
    CHOICES[best]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// A reader that hands out few bytes at a time, so that every break is tried.
    fn all(text: &[u8]) -> (Vec<Vec<String>>, Vec<RecordFault>) {
        let mut records = Records::new(text).unwrap();
        let (mut rows, mut faults) = (Vec::new(), Vec::new());
        loop {
            match records.advance().unwrap() {
                Step::Record(record) => rows.push(
                    (0..record.width())
                        .map(|n| String::from_utf8(record.field(n).to_vec()).unwrap())
                        .collect(),
                ),
                Step::Fault(_, fault) => faults.push(fault),
                Step::End => return (rows, faults),
            }
        }
    }

    fn rows(text: &str) -> Vec<Vec<String>> {
        let (rows, faults) = all(text.as_bytes());
        assert_eq!(faults, []);
        rows
    }

    #[test]
    fn quotes_line_ends_and_delimiters_are_understood() {
        assert_eq!(
            rows("a,b\n1,\"x,\"\"y\"\"\"\r\n\n2,\"two\nlines\"\r3, z "),
            [["a", "b"], ["1", "x,\"y\""], ["2", "two\nlines"], ["3", "z"]]
        );
        assert_eq!(rows("a;b\n1;2,5\n"), [["a", "b"], ["1", "2,5"]]);
        assert_eq!(rows("a\tb\n1\t2\n"), [["a", "b"], ["1", "2"]]);
        assert_eq!(rows("a,b\n1,\n"), [["a", "b"], ["1", ""]]);
    }

    #[test]
    fn broken_quotes_are_faults_and_reading_goes_on() {
        let (rows, faults) = all(b"a,b\n1,\"x\"y\n2,a\"b\n3,ok\n4,\"open\n5,more\n");
        assert_eq!(rows, [["a", "b"], ["3", "ok"], ["5", "more"]]);
        assert_eq!(faults, [RecordFault::QuoteStray, RecordFault::QuoteStray, RecordFault::QuoteOpen]);
    }

    #[test]
    fn control_characters_and_endless_records_are_faults() {
        assert_eq!(all(b"a,b\n1,x\0y\n2,z\n").1, [RecordFault::Control]);
        let long = [b"a,b\n1,\"".as_slice(), &vec![b'x'; 3 * MAX_RECORD], b"\n2,z\n"].concat();
        let (rows, faults) = all(&long);
        assert_eq!(faults, [RecordFault::QuoteOpen]);
        assert_eq!(rows.last().unwrap(), &["2", "z"]);
    }

    #[test]
    fn a_record_that_is_too_long_is_told_in_one_way_however_much_is_read_at_a_time() {
        let x = |count: usize| vec![b'x'; count];
        let quoted = |length: usize| [b"1,\"".to_vec(), x(length - 5), b"\"\n".to_vec()].concat();
        let bare = |length: usize| [b"1,".to_vec(), x(length - 4), b"\r\n".to_vec()].concat();
        let unfinished = [b"1,\"\",".to_vec(), x(2 * MAX_RECORD)].concat();
        let [open, long] = [RecordFault::QuoteOpen, RecordFault::TooLong];
        for (text, fault) in [
            (quoted(MAX_RECORD), None),
            (quoted(MAX_RECORD + 1), Some(long)),
            (quoted(MAX_RECORD + 2), Some(long)),
            (quoted(MAX_RECORD + 9), Some(open)),
            (quoted(2 * MAX_RECORD), Some(open)),
            (bare(MAX_RECORD), None),
            (bare(MAX_RECORD + 1), Some(long)),
            (bare(3 * MAX_RECORD), Some(long)),
            (unfinished, Some(long)),
        ] {
            let text = [b"a,b\n".to_vec(), text, b"2,z\n".to_vec()].concat();
            for block in [50_000, BLOCK, 1 << 22] {
                let (contents, ..) = by_batches(&text, block);
                assert_eq!(contents[1].as_ref().err(), fault.map(|fault| (4, fault)).as_ref());
            }
        }
    }

    /// What a file comes to, record by record or batch by batch: fields and places, faults, blank lines, line ends.
    type Contents = (Vec<Result<(u64, Vec<Vec<u8>>), (u64, RecordFault)>>, u64, LineEnds);

    fn by_steps(text: &[u8], block: usize) -> Contents {
        let mut records = Records::open(text, block, None).unwrap();
        // Every record is split with care.
        records.control_seen = true;
        let mut contents = Vec::new();
        loop {
            contents.push(match records.advance().unwrap() {
                Step::Record(record) => Ok((record.offset, record.fields().map(<[u8]>::to_vec).collect())),
                Step::Fault(offset, fault) => Err((offset, fault)),
                Step::End => return (contents, records.blank_lines(), records.line_ends()),
            });
        }
    }

    fn by_batches(text: &[u8], block: usize) -> Contents {
        let mut records = Records::open(text, block, None).unwrap();
        let (mut contents, mut batch) = (Vec::new(), Batch::default());
        loop {
            let more = records.take_batch(&mut batch).unwrap();
            contents.extend(batch.records().map(|record| {
                let record = record?;
                Ok((record.offset, record.fields().map(<[u8]>::to_vec).collect()))
            }));
            if !more {
                return (contents, records.blank_lines(), records.line_ends());
            }
        }
    }

    proptest! {
        #[test]
        fn batches_hold_what_single_steps_find(text in "[ab,;\\t \"\r\n\u{3000}\u{0}订]{0,90}|([ab订]{0,20}[,;][ab ]{0,9}(\n|\r\n)){0,40}", block in 1usize..150) {
            prop_assert_eq!(by_batches(text.as_bytes(), block), by_steps(text.as_bytes(), block));
        }

        #[test]
        fn batches_of_any_bytes_hold_what_single_steps_find(text in prop::collection::vec(prop_oneof![any::<u8>(), Just(b','), Just(b'\n'), Just(b'a')], 0..200), block in 1usize..150) {
            prop_assert_eq!(by_batches(&text, block), by_steps(&text, block));
        }
    }

    #[test]
    fn short_records_come_in_batches_of_so_many() {
        let text = b"a,b\n".repeat(3 * MOST_RECORDS);
        assert_eq!(by_batches(&text, BLOCK), by_steps(&text, BLOCK));
        let mut records = Records::new(&text[..]).unwrap();
        let mut batch = Batch::default();
        while records.take_batch(&mut batch).unwrap() {
            assert!((1..=MOST_RECORDS).contains(&batch.count()));
        }
    }

    #[test]
    fn a_record_can_be_read_again() {
        let mut records = Records::new(io::Cursor::new("a,b\n1,\"x \"\"y\"\"\"\n2,z\n".as_bytes())).unwrap();
        let mut read = |offset| {
            records.go_to(offset).unwrap();
            let Step::Record(record) = records.advance().unwrap() else { panic!("a record") };
            String::from_utf8(record.field(1).to_vec()).unwrap()
        };
        assert_eq!([4, 16, 4].map(&mut read), ["x \"y\"", "z", "x \"y\""]);
    }

    #[test]
    fn gb18030_is_decoded_field_by_field() {
        let (bytes, _, _) = encoding_rs::GB18030.encode("客户,备注\n陆丰,\"说\"\"好\"\"\"\n");
        assert_eq!(all(&bytes).0, [["客户", "备注"], ["陆丰", "说\"好\""]]);
    }

    #[test]
    fn a_record_with_doubled_marks_can_be_read_again() {
        let text = b"a,b\n1,\"say \"\"hi\"\"\"\n";
        let mut records = Records::new(io::Cursor::new(text)).unwrap();
        records.advance().unwrap();
        for _ in 0..2 {
            records.go_to(4).unwrap();
            let Step::Record(record) = records.advance().unwrap() else { panic!("no record") };
            assert_eq!(record.field(1), b"say \"hi\"");
        }
    }

    #[test]
    fn a_byte_of_no_encoding_ends_the_file_with_its_place() {
        assert_eq!(all("客,b\n1,\u{fe}\n".as_bytes()).1, []);
        let (_, faults) = all(&["客,b\n1,".as_bytes(), b"\xff\n2,3\n"].concat());
        assert_eq!(faults, [RecordFault::Encoding(8)]);
    }

    #[test]
    fn a_byte_of_no_encoding_is_told_where_its_character_begins_wherever_blocks_end() {
        let before = "客,b\n1,2\n3,".as_bytes();
        let text = [before, b"\xe5\xaex\n4,5\n"].concat();
        for block in 1..=text.len() {
            let mut records = Records::open(&text[..], block, Some(Encoding::Utf8)).unwrap();
            let mut faults = Vec::new();
            loop {
                match records.advance().unwrap() {
                    Step::Record(_) => {}
                    Step::Fault(_, fault) => faults.push(fault),
                    Step::End => break,
                }
            }
            assert_eq!(faults, [RecordFault::Encoding(before.len() as u64)], "block {block}");
        }
    }

    /// The first portion alone could be GB18030, in which 客户 are three characters; in a row behind it 客 is none and a half.
    #[test]
    fn the_encoding_is_told_from_the_block_of_the_first_byte_that_is_not_ascii() {
        // Of records that do not end where blocks do: portions end here and there.
        let ascii = "1,abcdefghijk,2\n".repeat(BLOCK / 16 - 2);
        let utf8 = "客,户,x\n";
        let gb18030: &[u8] = b"\xbf\xcd,1,2\n";
        let filler = "1,2,3\n".repeat((BLOCK - ascii.len() - utf8.len()) / 6 + 2);
        let text = [ascii.as_bytes(), utf8.as_bytes(), filler.as_bytes(), gb18030].concat();
        let bad = (text.len() - gb18030.len()) as u64;
        assert!(ascii.len() + utf8.len() < BLOCK && bad > BLOCK as u64);
        let (_, faults) = all(&text);
        assert_eq!(faults, [RecordFault::Encoding(bad)]);
    }

    #[test]
    fn the_encoding_is_told_from_a_whole_block() {
        let rows = "1,客户\n".repeat(feed::PORTION / 8);
        let before = format!("a,b\n{rows}1,");
        let text = [b"a,b\n2,\xe5\xae1\n", before.as_bytes(), "客\n3,x\n".as_bytes()].concat();
        let mut records = Records::new(&text[..]).unwrap();
        while !matches!(records.advance().unwrap(), Step::Fault(_, RecordFault::Encoding(_)) | Step::End) {}
        assert!(records.feed.bad_byte.is_some() && records.encoding() != Encoding::Gb18030);
    }

    proptest! {
        #[test]
        fn what_the_csv_crate_writes_is_read_back(table in prop::collection::vec(prop::collection::vec("[a-z客户, \"\n]{0,9}", 3), 1..9)) {
            let mut writer = csv::Writer::from_writer(Vec::new());
            writer.write_record(["x1", "x2", "x3"]).unwrap();
            for row in &table {
                writer.write_record(row).unwrap();
            }
            let text = writer.into_inner().unwrap();
            let trimmed = |cell: &String| String::from_utf8(cell.as_bytes().trim_ascii().to_vec()).unwrap();
            let expected: Vec<Vec<String>> = table
                .iter()
                .map(|row| row.iter().map(trimmed).collect::<Vec<_>>())
                .filter(|row| row.iter().any(|cell| !cell.is_empty()))
                .collect();
            let (rows, faults) = all(&text);
            prop_assert!(faults.is_empty());
            prop_assert_eq!(&rows[1..], &expected[..]);
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            all_lossy(&bytes);
        }
    }

    fn all_lossy(bytes: &[u8]) {
        let mut records = Records::new(bytes).unwrap();
        while !matches!(records.advance().unwrap(), Step::End) {}
    }
}
