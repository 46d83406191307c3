//! Delimited text, record by record, lending out the fields: strict about quotes, bounded in memory, and knowing the
//! byte at which each record begins.
//!
//! A broken record is reported with its place, and reading goes on at the next line, so that one run finds every
//! fault of a file.

mod batch;
mod split;

use std::io::{self, Read, Seek, SeekFrom};

pub use batch::Batch;
use split::{Span, Split, Splitter, undouble};

use super::encoding::{Encoding, EncodingCheck, decode_gb18030};
use super::stops::{Near, Stops, StopsFrom, has_control};

/// The longest record: beyond it a quotation mark was left open, or the file is no table.
pub const MAX_RECORD: usize = 1 << 20;
/// Bytes read at a time.
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
pub struct Record<'a> {
    bytes: &'a [u8],
    /// A place before the first field, then that behind each of them: between two fields there is one byte.
    fences: &'a [u32],
    /// Whether that byte is a comma.
    has_commas: bool,
    /// The offset in the file of the record's first byte.
    pub offset: u64,
}

/// The place before the first byte of all: places are counted modulo 2³².
pub(super) const BEFORE_ALL: u32 = u32::MAX;

impl<'a> Record<'a> {
    /// How many fields the record has.
    pub const fn width(&self) -> usize {
        self.fences.len() - 1
    }

    /// All fields, without the blanks around them.
    pub fn fields(&self) -> impl Iterator<Item = &'a [u8]> + '_ {
        (0..self.width()).map(|number| self.field(number))
    }

    /// A field without the blanks around it; empty where there is none of this number.
    #[inline]
    pub fn field(&self, number: usize) -> &'a [u8] {
        match self.fences_around(number) {
            Some((before, behind)) => &self.bytes[before.wrapping_add(1) as usize..behind as usize],
            None => &[],
        }
    }

    /// All bytes up to the field's end, among which those of the fields before it, and the length of the field.
    #[inline]
    pub fn up_to(&self, number: usize) -> (&'a [u8], usize) {
        match self.fences_around(number) {
            Some((before, behind)) => {
                (&self.bytes[..behind as usize], behind.wrapping_sub(before.wrapping_add(1)) as usize)
            }
            None => (&[], 0),
        }
    }

    /// The places before and behind a field; `None` where there is none of this number.
    #[inline(always)]
    fn fences_around(&self, number: usize) -> Option<(u32, u32)> {
        let &behind = self.fences.get(number.wrapping_add(1))?;
        let &before = self.fences.get(number)?;
        Some((before, behind))
    }

    /// The same as text; empty where it is none.
    #[inline]
    pub fn text(&self, number: usize) -> &'a str {
        std::str::from_utf8(self.field(number)).unwrap_or_default()
    }

    /// The bytes from one field to another, with commas between fields; `None` where something else stands there.
    pub(super) fn fields_with_commas(&self, first: usize, last: usize) -> Option<&'a [u8]> {
        let (before, behind) = (*self.fences.get(first)?, *self.fences.get(last + 1)?);
        self.has_commas.then(|| &self.bytes[before.wrapping_add(1) as usize..behind as usize])
    }
}

/// How many lines of a file end in LF, in CRLF, in CR; what ends inside quotation marks is no line of the table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LineEnds([u64; 3]);

impl LineEnds {
    const NAMES: [&'static str; 3] = ["LF", "CRLF", "CR"];

    /// Notes the end of a line.
    fn note(&mut self, line: &[u8]) {
        match line {
            [.., b'\r', b'\n'] => self.0[1] += 1,
            [.., b'\n'] => self.0[0] += 1,
            [.., b'\r'] => self.0[2] += 1,
            _ => {}
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
    input: R,
    /// Bytes read at a time.
    block: usize,
    buffer: Vec<u8>,
    /// The next record begins here in the buffer …
    start: usize,
    /// … and bytes are valid up to here.
    end: usize,
    /// The offset in the file of the buffer's first byte.
    base: u64,
    at_end: bool,
    check: EncodingCheck,
    /// The delimiters, quotation marks and line ends of the buffer.
    stops: Stops,
    /// A stop close before the next record.
    near: Near,
    /// The first byte that fits no encoding; the buffer ends before it.
    bad_byte: Option<u64>,
    /// Whether it has been told since the last jump.
    bad_byte_told: bool,
    control_seen: bool,
    delimiter: u8,
    spans: Vec<Span>,
    /// Fields of the record that hold doubled quotation marks.
    doubled: Vec<usize>,
    decoded: String,
    /// The last record, where its fields do not stand in the buffer as they are meant, and the fences of its fields.
    rewritten: Vec<u8>,
    fences: Vec<u32>,
    line_ends: LineEnds,
    blank_lines: u64,
}

impl<R: Read> Records<R> {
    /// A reader at the start of a file. Finds the mark, and the delimiter (comma, tab or semicolon) from the first
    /// lines.
    pub fn new(input: R) -> io::Result<Records<R>> {
        Records::open(input, BLOCK, None)
    }

    /// The same, reading so many bytes at a time; `known` is the file's encoding where somebody has said or found it.
    pub fn open(input: R, block: usize, known: Option<Encoding>) -> io::Result<Records<R>> {
        let mut records = Records {
            input,
            block,
            buffer: Vec::new(),
            start: 0,
            end: 0,
            base: 0,
            at_end: false,
            check: EncodingCheck::new(false),
            stops: Stops::default(),
            near: Near::default(),
            bad_byte: None,
            bad_byte_told: false,
            control_seen: false,
            delimiter: b',',
            spans: Vec::new(),
            doubled: Vec::new(),
            decoded: String::new(),
            rewritten: Vec::new(),
            fences: Vec::new(),
            line_ends: LineEnds::default(),
            blank_lines: 0,
        };
        records.fill_raw()?;
        let marked = records.buffer[..records.end].starts_with(b"\xef\xbb\xbf");
        records.check = match known {
            Some(encoding) if !marked => EncodingCheck::known(encoding),
            _ => EncodingCheck::new(marked),
        };
        records.start = if marked { 3 } else { 0 };
        records.examine(records.start);
        records.delimiter = find_delimiter(&records.buffer[records.start..records.end]);
        records.index();
        Ok(records)
    }

    /// The encoding found so far.
    pub const fn encoding(&self) -> Encoding {
        self.check.encoding()
    }

    /// Whether the file, read to its end, could as well be in another encoding.
    pub fn is_ambiguous(&self) -> bool {
        self.check.is_ambiguous()
    }

    /// From now on reads so many bytes at a time.
    pub const fn read_at_a_time(&mut self, bytes: usize) {
        self.block = bytes;
    }

    /// The place before the next record.
    pub const fn mark(&self) -> Mark {
        let offset = self.base + self.start as u64;
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
        if let Some((from, first, width)) = self.pass_plain() {
            let Records { buffer, start, base, stops, delimiter, .. } = self;
            let bytes = &buffer[..*start];
            let (fences, has_commas) = (stops.fences(first, width), *delimiter == b',');
            return Ok(Step::Record(Record { bytes, fences, has_commas, offset: *base + from as u64 }));
        }
        self.advance_with_care()
    }

    /// Passes over the next record if it needs no care: where it begins, its first stop, and how many fields it has.
    fn pass_plain(&mut self) -> Option<(usize, Near, usize)> {
        if !self.may_be_plain() {
            return None;
        }
        let (from, mut stops) = (self.start, self.stops.from(self.start, self.near));
        let first = stops.near();
        let (width, next) = plain_record(&self.buffer[..self.end], from, &mut stops)?;
        if self.stops.fences(first, 0)[0].wrapping_add(1) as usize != from {
            return None;
        }
        self.line_ends.note(&self.buffer[from..next]);
        (self.near, self.start) = (stops.near(), next);
        Some((from, first, width))
    }

    /// The same of a record that may need care.
    fn advance_with_care(&mut self) -> io::Result<Step<'_>> {
        let length = loop {
            let reached = self.bad_byte.filter(|&bad| bad <= self.base + self.start as u64);
            if let Some(bad) = reached.filter(|_| !self.bad_byte_told) {
                self.bad_byte_told = true;
                self.stop();
                return Ok(Step::Fault(bad, RecordFault::Encoding(bad)));
            }
            if self.start == self.end && self.at_end {
                return Ok(Step::End);
            }
            let splitter = Splitter {
                bytes: &self.buffer[self.start..self.end],
                base: self.start,
                delimiter: self.delimiter,
                at_end: self.at_end,
            };
            let mut stops = self.stops.from(self.start, self.near);
            let split = splitter.split(&mut stops, &mut self.spans, &mut self.doubled);
            self.near = stops.near();
            match split {
                Split::Whole(length) if self.runs_into_bad_byte(length) => self.start = self.end,
                Split::Whole(length) if length > MAX_RECORD => return self.broken(RecordFault::TooLong),
                Split::Whole(length) => break length,
                Split::Blank(length) => {
                    self.blank_lines += 1;
                    self.line_ends.note(&self.buffer[self.start..self.start + length]);
                    self.start += length;
                }
                Split::Short { in_quotes } => {
                    if self.end - self.start > MAX_RECORD {
                        let fault = if in_quotes { RecordFault::QuoteOpen } else { RecordFault::TooLong };
                        return self.broken(fault);
                    }
                    if self.bad_byte.is_some() {
                        // The record runs into bytes of no encoding: nothing behind them can be trusted.
                        self.start = self.end;
                        continue;
                    }
                    self.fill()?;
                }
                Split::Broken(RecordFault::QuoteOpen) if self.bad_byte.is_some() => self.start = self.end,
                Split::Broken(fault) => return self.broken(fault),
            }
        };
        let (from, offset) = (self.start, self.base + self.start as u64);
        self.start += length;
        let raw = &self.buffer[from..from + length];
        self.line_ends.note(raw);
        if self.control_seen && has_control(raw) {
            return Ok(Step::Fault(offset, RecordFault::Control));
        }
        Ok(Step::Record(self.rewritten_record(from, offset)))
    }

    /// The record in UTF-8, with a comma between fields and nothing around them, and with single marks where the file
    /// doubles them. Delimiters, quotes and line ends are no part of a GB18030 character, so that the decoded fields are
    /// those of the bytes. The buffer stays as it is: the record may be asked for again.
    fn rewritten_record(&mut self, from: usize, offset: u64) -> Record<'_> {
        let is_gb18030 = self.encoding() == Encoding::Gb18030;
        let mut doubled = self.doubled.iter().copied().peekable();
        self.rewritten.clear();
        self.fences.clear();
        self.fences.push(BEFORE_ALL);
        for (number, span) in self.spans.iter().enumerate() {
            let bytes = &self.buffer[from + span.start as usize..from + span.end as usize];
            let start = self.rewritten.len();
            if is_gb18030 && !bytes.is_ascii() {
                decode_gb18030(bytes, &mut self.decoded);
                self.rewritten.extend_from_slice(self.decoded.as_bytes());
            } else {
                self.rewritten.extend_from_slice(bytes);
            }
            if doubled.next_if_eq(&number).is_some() {
                undouble(&mut self.rewritten, start);
            }
            self.fences.push(self.rewritten.len() as u32);
            self.rewritten.push(b',');
        }
        Record { bytes: &self.rewritten, fences: &self.fences, has_commas: true, offset }
    }

    /// Reports a broken record and goes on at the line after its first one.
    fn broken(&mut self, fault: RecordFault) -> io::Result<Step<'_>> {
        let offset = self.base + self.start as u64;
        loop {
            match self.buffer[self.start..self.end].iter().position(|&byte| byte == b'\n') {
                Some(at) => {
                    self.start += at + 1;
                    break;
                }
                None if self.at_end => {
                    self.start = self.end;
                    break;
                }
                None => {
                    self.start = self.end;
                    self.fill()?;
                }
            }
        }
        Ok(Step::Fault(offset, fault))
    }

    /// Whether the record of this length is only what stands before a byte of no encoding in its line.
    fn runs_into_bad_byte(&self, length: usize) -> bool {
        let end = self.start + length;
        self.bad_byte.is_some() && end == self.end && !matches!(self.buffer[end - 1], b'\n' | b'\r')
    }

    /// Whether records may be split without care for their bytes.
    fn may_be_plain(&self) -> bool {
        self.bad_byte.is_none() && !self.control_seen && self.encoding() != Encoding::Gb18030
    }

    fn stop(&mut self) {
        self.at_end = true;
        self.start = self.end;
    }

    /// Reads on, keeping what has not been used yet at the front of the buffer.
    fn fill(&mut self) -> io::Result<()> {
        let from = self.fill_raw()?;
        self.examine(from);
        self.index();
        Ok(())
    }

    fn index(&mut self) {
        self.near = Near::default();
        self.control_seen |= self.stops.index(&self.buffer[..self.end], self.delimiter);
    }

    fn fill_raw(&mut self) -> io::Result<usize> {
        self.buffer.copy_within(self.start..self.end, 0);
        self.base += self.start as u64;
        self.end -= self.start;
        self.start = 0;
        let from = self.end;
        let most = from + self.block;
        if self.buffer.len() < most {
            self.buffer.resize(most, 0);
        }
        while !self.at_end && self.end < most {
            match self.input.read(&mut self.buffer[self.end..most]) {
                Ok(0) => self.at_end = true,
                Ok(read) => self.end += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(from)
    }

    /// Checks the bytes that came in at `from`; what follows a byte of no encoding is cut off.
    fn examine(&mut self, from: usize) {
        let block = &self.buffer[from..self.end];
        if let Err(at) = self.check.check(block, self.at_end) {
            self.bad_byte = Some(self.base + (from + at) as u64);
            self.end = from + at;
            self.at_end = true;
        }
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
        let in_buffer = (self.base..self.base + self.end as u64).contains(&offset);
        if in_buffer {
            self.start = (offset - self.base) as usize;
            return Ok(());
        }
        self.input.seek(SeekFrom::Start(offset))?;
        // A character may be broken off at the jump, so that the check starts anew; what the encoding is stays known.
        self.check = EncodingCheck::known(self.check.encoding());
        (self.base, self.start, self.end, self.at_end) = (offset, 0, 0, false);
        self.bad_byte = None;
        self.fill()
    }
}

/// How many fields the record has that begins at `from`, and where the next one begins; `None` where the record needs
/// care: it holds quotation marks, or blanks around a field, or nothing, or it does not end here.
#[inline]
fn plain_record(bytes: &[u8], from: usize, stops: &mut StopsFrom<'_>) -> Option<(usize, usize)> {
    bytes.get(from).filter(|&&first| first > b' ')?;
    let fields = stops.plain_up_to_other()?;
    let end = *fields.last()? as usize;
    let next = match bytes[end..] {
        [b'\n', ..] => end + 1,
        [b'\r', b'\n', ..] => {
            stops.pass_other();
            end + 2
        }
        _ => return None,
    };
    let is_blank = end - from == fields.len() - 1;
    (!is_blank && next - from <= MAX_RECORD).then_some((fields.len(), next))
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
