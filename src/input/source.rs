//! Input files: where they are, how they are opened, and how a place in one is found again.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use tempfile::TempPath;

use super::continuation;
use super::encoding::{Charset, Encoding, to_utf8};
use super::intake::InputError;
use super::parties::Parties;
use super::records::Records;
use super::spreadsheet::{Format, MOST_FILE_MIB, is_markup, read_sheets};
use crate::diagnostic::{Excess, Problem, SpreadsheetFault};
use crate::lang::{Lang, Word};
use crate::output;
use crate::policy::Headings;

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Order lines.
    Orders,
    /// Shipped lines.
    Shipments,
    /// Signed-for lines.
    Receipts,
    /// VAT invoice lines.
    Invoices,
    /// Money and bills received.
    Payments,
    /// Customers.
    Customers,
    /// Allowance movements.
    Allowance,
    /// Invoice lines and the order lines that they bill.
    Links,
    /// Holidays, and weekends that are worked.
    Holidays,
    /// Disputed amounts.
    Disputes,
    /// Later due dates that were granted.
    Extensions,
    /// Exchange rates.
    Rates,
}

impl Kind {
    /// All kinds, in the order in which they are read.
    pub const ALL: [Kind; 12] = [
        Kind::Orders,
        Kind::Shipments,
        Kind::Receipts,
        Kind::Invoices,
        Kind::Payments,
        Kind::Customers,
        Kind::Allowance,
        Kind::Links,
        Kind::Holidays,
        Kind::Disputes,
        Kind::Extensions,
        Kind::Rates,
    ];

    /// The kind's name: its file is `NAME.csv`, its option `--NAME`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Orders => "orders",
            Kind::Shipments => "shipments",
            Kind::Receipts => "receipts",
            Kind::Invoices => "invoices",
            Kind::Payments => "payments",
            Kind::Customers => "customers",
            Kind::Allowance => "allowance",
            Kind::Links => "links",
            Kind::Holidays => "holidays",
            Kind::Disputes => "disputes",
            Kind::Extensions => "extensions",
            Kind::Rates => "rates",
        }
    }

    /// The word for its files.
    pub const fn word(self) -> Word {
        let zh = match self {
            Kind::Orders => "订单",
            Kind::Shipments => "出库单",
            Kind::Receipts => "签收单",
            Kind::Invoices => "发票",
            Kind::Payments => "收款单",
            Kind::Customers => "客户",
            Kind::Allowance => "坏账准备变动",
            Kind::Links => "发票与订单的对应",
            Kind::Holidays => "节假日",
            Kind::Disputes => "争议",
            Kind::Extensions => "展期",
            Kind::Rates => "汇率",
        };
        Word { code: self.name(), en: self.name(), zh }
    }

    /// How people call the files.
    pub fn say(self, lang: Lang) -> &'static str {
        self.word().say(lang)
    }

    /// Whether readers of a report should know that there is no such file. Without links, documents mean what they
    /// name themselves, and most books know no disputes, extensions or foreign money: nothing is missing.
    pub const fn is_missed(self) -> bool {
        !matches!(self, Kind::Links | Kind::Disputes | Kind::Extensions | Kind::Rates)
    }
}

/// A row's place: a file, and the offset in it of the row's first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place(u64);

impl Place {
    const OFFSET_BITS: u32 = 48;

    /// The place of the byte at `offset` of file number `file`.
    pub const fn new(file: usize, offset: u64) -> Place {
        Place((file as u64) << Place::OFFSET_BITS | offset)
    }

    /// The place as a number, for tables of many places.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The place of this number.
    pub const fn of_number(number: u64) -> Place {
        Place(number)
    }

    /// The number of the file among the [`Sources`].
    pub const fn file(self) -> usize {
        (self.0 >> Place::OFFSET_BITS) as usize
    }

    /// The offset in the file.
    pub const fn offset(self) -> u64 {
        self.0 & ((1 << Place::OFFSET_BITS) - 1)
    }
}

/// What an input file can do.
pub trait ReadSeek: Read + Seek + Send {}

impl<T: Read + Seek + Send> ReadSeek for T {}

/// One input file.
#[derive(Clone, Debug)]
pub struct Source {
    /// What its rows are.
    pub kind: Kind,
    /// How messages call it.
    pub label: String,
    /// Where its bytes are.
    origin: Origin,
    /// Where the user's own file is; `None` for standard input.
    path: Option<PathBuf>,
    /// The encoding, as stated, or as found when the file was first read.
    encoding: Arc<OnceLock<Encoding>>,
    /// The name of another encoding from which the file was turned into UTF-8.
    converted_from: Option<&'static str>,
    /// Why the file as a whole can't be read.
    fault: Option<Problem>,
    /// The sheet of a workbook that the user has named.
    sheet: Option<String>,
    /// Other sheets of the workbook that could have been meant.
    passed_over: Vec<String>,
}

#[derive(Clone, Debug)]
enum Origin {
    File(PathBuf),
    /// What a file was turned into.
    Scratch(Arc<TempPath>),
    /// Standard input, read once, the text of a workbook's sheet, or a test's text.
    Memory(Arc<[u8]>),
}

impl Source {
    fn new(kind: Kind, label: String, origin: Origin, path: Option<PathBuf>) -> Source {
        let encoding = Arc::default();
        let (converted_from, fault, sheet, passed_over) = (None, None, None, Vec::new());
        Source { kind, label, origin, path, encoding, converted_from, fault, sheet, passed_over }
    }

    /// What an error of the system becomes where it keeps this file from being read.
    pub fn unreadable(&self) -> impl Fn(io::Error) -> InputError + use<> {
        let file = self.label.clone();
        move |source| InputError::Unreadable { file: file.clone(), source }
    }

    /// A file on disk.
    pub fn file(kind: Kind, path: PathBuf, label: String) -> Source {
        Source::new(kind, label, Origin::File(path.clone()), Some(path))
    }

    /// Bytes in memory.
    pub fn memory(kind: Kind, label: &str, bytes: &[u8]) -> Source {
        Source::new(kind, label.to_owned(), Origin::Memory(bytes.into()), None)
    }

    /// The same, of a workbook the sheet of this name.
    #[must_use]
    pub fn with_sheet(self, sheet: String) -> Source {
        Source { sheet: Some(sheet), ..self }
    }

    /// The file as everything behind can read it: of a workbook its sheets as texts, else the file itself as a text.
    fn prepared(self, stated: Charset, columns: &Headings) -> io::Result<Vec<Source>> {
        let mut first = Vec::new();
        self.open_at(0)?.take(Format::MARK as u64).read_to_end(&mut first)?;
        let sources = match (Format::of(&first), self.sheet.clone()) {
            (Some(format), _) => self.sheets(format, columns)?,
            (None, Some(sheet)) => vec![self.with_fault(Problem::NoSheet(sheet, Vec::new()))],
            (None, None) => vec![self.in_charset(stated)?],
        };
        sources.into_iter().map(|source| source.filled(columns)).collect()
    }

    fn with_fault(self, fault: Problem) -> Source {
        Source { fault: Some(fault), ..self }
    }

    /// The sheets of a workbook that are read.
    fn sheets(self, format: Format, columns: &Headings) -> io::Result<Vec<Source>> {
        let mut bytes = Vec::new();
        self.open_at(0)?.take((MOST_FILE_MIB << 20) + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > MOST_FILE_MIB << 20 {
            return Ok(vec![self.with_fault(Problem::SpreadsheetTooLarge(Excess::File))]);
        }
        let own = columns.get(self.kind.name());
        let chosen = match read_sheets(bytes, format, self.kind, self.sheet.as_deref(), own) {
            Ok(chosen) => chosen,
            Err(fault) => return Ok(vec![self.with_fault(fault)]),
        };
        let mut passed_over = chosen.passed_over;
        let sources = chosen.sheets.into_iter().map(|sheet| Source {
            label: format!("{}#{}", self.label, sheet.name),
            origin: Origin::Memory(sheet.text.into()),
            encoding: Arc::new(OnceLock::from(Encoding::Utf8)),
            converted_from: Some(format.name()),
            passed_over: std::mem::take(&mut passed_over),
            ..self.clone()
        });
        Ok(sources.collect())
    }

    /// The file with its continuation rows filled. Lines and their numbers stay.
    fn filled(mut self, columns: &Headings) -> io::Result<Source> {
        if self.kind == Kind::Invoices && self.fault.is_none() {
            let own = columns.get(self.kind.name());
            if let Some(filled) = continuation::fill_down(&self, own, output::scratch)? {
                self.converted_from = Some(self.encoding_name());
                self.origin = Origin::Scratch(Arc::new(filled.into_temp_path()));
                self.encoding = Arc::new(OnceLock::from(Encoding::Utf8));
            }
        }
        Ok(self)
    }

    /// A text as UTF-8 or GB18030: one that is neither by its mark or by what the user states is turned into UTF-8.
    fn in_charset(mut self, stated: Charset) -> io::Result<Source> {
        let mut first = Vec::new();
        self.open_at(0)?.take(2).read_to_end(&mut first)?;
        let charset = Charset::of_mark(&first).unwrap_or(stated);
        if let Some((name, encoding)) = charset.foreign() {
            let mut scratch = output::scratch()?;
            let bad = to_utf8(self.open_at(0)?, encoding, &mut scratch)?;
            self.fault = bad.map(|offset| Problem::NotInEncoding(name, offset));
            self.origin = Origin::Scratch(Arc::new(scratch.into_temp_path()));
            self.converted_from = Some(name);
        }
        if let Some(encoding) = charset.stated() {
            let _ = self.encoding.set(encoding);
        }
        first.clear();
        self.open_at(0)?.take(64).read_to_end(&mut first)?;
        if is_markup(&first) {
            self.fault = Some(Problem::Spreadsheet(SpreadsheetFault::Markup));
        }
        Ok(self)
    }

    /// Other sheets of the workbook that could have been meant.
    pub fn passed_over(&self) -> &[String] {
        &self.passed_over
    }

    /// The path of the user's file, where it has one.
    pub const fn path(&self) -> Option<&PathBuf> {
        self.path.as_ref()
    }

    /// Why the file as a whole can't be read.
    pub const fn fault(&self) -> Option<&Problem> {
        self.fault.as_ref()
    }

    /// The name of the encoding, for people.
    pub fn encoding_name(&self) -> &'static str {
        let read_as = self.encoding.get().map_or(Encoding::Ascii.name(), |encoding| encoding.name());
        self.converted_from.unwrap_or(read_as)
    }

    /// The encoding that the user has stated for the file, or that was found in it.
    pub fn encoding(&self) -> Option<Encoding> {
        self.encoding.get().copied()
    }

    /// A reader of its records from the start, reading so many bytes at a time.
    pub fn records(&self, block: usize) -> io::Result<Records<Box<dyn ReadSeek>>> {
        Records::open(self.open_at(0)?, block, self.encoding())
    }

    /// Remembers what encoding the file was found to have when it was read to its end.
    pub fn remember(&self, encoding: Encoding) {
        let _ = self.encoding.set(encoding);
    }

    /// Opens it at this offset.
    pub fn open_at(&self, offset: u64) -> io::Result<Box<dyn ReadSeek>> {
        let path: &Path = match &self.origin {
            Origin::File(path) => path,
            Origin::Scratch(path) => path,
            Origin::Memory(bytes) => {
                let mut cursor = io::Cursor::new(Arc::clone(bytes));
                cursor.set_position(offset);
                return Ok(Box::new(cursor));
            }
        };
        let mut file = File::open(path)?;
        if offset > 0 {
            file.seek(SeekFrom::Start(offset))?;
        }
        Ok(Box::new(file))
    }

    /// The bytes of the line at this offset, without its end, at most 64 KiB.
    pub fn raw_line(&self, offset: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.open_at(offset)?.take(64 * 1024).read_to_end(&mut bytes)?;
        let end = bytes.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(bytes.len());
        bytes.truncate(end);
        Ok(bytes)
    }

    /// The numbers (from 1) of the lines in which these offsets lie; the offsets must rise.
    pub fn line_numbers(&self, offsets: &[u64]) -> io::Result<Vec<u64>> {
        let mut input = self.open_at(0)?;
        let mut block = vec![0u8; 256 * 1024];
        let (mut base, mut line, mut after_return) = (0u64, 1u64, false);
        let mut found = Vec::with_capacity(offsets.len());
        while found.len() < offsets.len() {
            let read = input.read(&mut block)?;
            let mut at = 0;
            while let Some(&offset) =
                offsets.get(found.len()).filter(|&&offset| offset < base + read as u64 || read == 0)
            {
                let stop = ((offset - base) as usize).min(read);
                count_line_ends(&block[at.min(stop)..stop], &mut line, &mut after_return);
                at = stop;
                found.push(line);
            }
            count_line_ends(&block[at..read], &mut line, &mut after_return);
            base += read as u64;
        }
        Ok(found)
    }
}

/// Adds the line ends (LF, CRLF or CR) of the bytes to `line`.
fn count_line_ends(bytes: &[u8], line: &mut u64, after_return: &mut bool) {
    for &byte in bytes {
        match byte {
            b'\r' => *line += 1,
            b'\n' if !*after_return => *line += 1,
            _ => {}
        }
        *after_return = byte == b'\r';
    }
}

/// All input files of a run, and the kinds for which there is none.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The files, in the order of their kinds, then as given.
    pub files: Vec<Source>,
    /// Kinds without a file: 'no such documents'.
    pub missing: Vec<Kind>,
    /// Who the customers are that documents name.
    pub parties: Arc<Parties>,
}

impl Sources {
    /// The numbers of the files of a kind.
    pub fn of(&self, kind: Kind) -> impl Iterator<Item = usize> + '_ {
        (0..self.files.len()).filter(move |&file| self.files[file].kind == kind)
    }

    /// Whether there is a file of the kind.
    pub fn has(&self, kind: Kind) -> bool {
        self.of(kind).next().is_some()
    }

    /// All files as everything behind can read them; `columns` are the policy's own headings.
    pub fn prepared(mut self, stated: Charset, columns: &Headings) -> Result<Sources, InputError> {
        let mut prepared = Vec::with_capacity(self.files.len());
        for source in self.files {
            let label = source.label.clone();
            let unreadable = |source| InputError::Unreadable { file: label, source };
            prepared.extend(source.prepared(stated, columns).map_err(unreadable)?);
        }
        self.files = prepared;
        Ok(self)
    }

    /// The line number of each place; every file is read once at most.
    pub fn line_numbers(&self, places: &[Place]) -> io::Result<BTreeMap<Place, u64>> {
        let mut sorted = places.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        let mut lines = BTreeMap::new();
        for group in sorted.chunk_by(|a, b| a.file() == b.file()) {
            let offsets: Vec<u64> = group.iter().map(|place| place.offset()).collect();
            let numbers = self.files[group[0].file()].line_numbers(&offsets)?;
            lines.extend(group.iter().copied().zip(numbers));
        }
        Ok(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        let source = Source::memory(Kind::Orders, "orders.csv", b"a\r\nb\rc\nd\n\ne");
        let offsets = [0, 3, 5, 7, 10];
        assert_eq!(source.line_numbers(&offsets).unwrap(), [1, 2, 3, 4, 6]);
        assert_eq!(source.raw_line(3).unwrap(), b"b");
    }
}
