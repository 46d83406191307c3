//! Workbooks (`.xlsx`, `.xls`): a sheet becomes the text of a CSV in memory, so that everything behind reads it as it
//! reads any other file. Row n of the sheet is line n of the text.
//!
//! [`Format`] tells a workbook from a text by its first bytes, whatever the file is called. `workbook` alone knows the
//! crate that reads workbooks; what it is given has been looked through before (`package`, `compound`), because a
//! workbook says how much memory it needs, and may lie. `grid` lays out the text, `value` writes the cells.
//!
//! Without the cargo feature `spreadsheets` all this is one message.

#[cfg(feature = "spreadsheets")]
mod compound;
#[cfg(feature = "spreadsheets")]
mod grid;
#[cfg(feature = "spreadsheets")]
mod package;
#[cfg(feature = "spreadsheets")]
mod value;
#[cfg(feature = "spreadsheets")]
mod workbook;

use super::opening::OwnHeadings;
use super::source::Kind;
use crate::diagnostic::Problem;

/// The largest workbook that is opened.
pub const MOST_FILE_MIB: u64 = 200;
/// The most that the parts of a workbook may unpack to.
pub const MOST_UNPACKED_MIB: u64 = 4096;
/// The most cells (rows × columns) of a sheet.
pub const MOST_CELLS: u64 = 64 << 20;
/// The most text in a sheet.
pub const MOST_TEXT_MIB: u64 = 1024;

/// How a workbook is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// A package of XML parts.
    Xlsx,
    /// The binary form of Excel 97 to 2003.
    Xls,
}

impl Format {
    /// Bytes from which a format is known.
    pub const MARK: usize = 8;

    /// The format of a file that begins with these bytes; `None` where it is text.
    pub fn of(first: &[u8]) -> Option<Format> {
        if first.starts_with(b"PK\x03\x04") {
            Some(Format::Xlsx)
        } else if first.starts_with(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
            Some(Format::Xls)
        } else {
            None
        }
    }

    /// The name that people know.
    pub const fn name(self) -> &'static str {
        match self {
            Format::Xlsx => "xlsx",
            Format::Xls => "xls",
        }
    }
}

/// A sheet as the text of a CSV: UTF-8, comma, LF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// Its name in the workbook.
    pub name: String,
    /// The text.
    pub text: Vec<u8>,
}

/// The sheets that are read, and those that could be meant as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chosen {
    /// Those that are read: one, or the parts of a list that the tax bureau has spread over several.
    pub sheets: Vec<Sheet>,
    /// Other sheets with headings of the same kind.
    pub passed_over: Vec<String>,
}

/// The sheet of this name, else the first whose headings answer for the kind of file, else the first.
#[cfg(feature = "spreadsheets")]
pub fn read_sheets(
    bytes: Vec<u8>,
    format: Format,
    kind: Kind,
    wanted: Option<&str>,
    own: Option<&OwnHeadings>,
) -> Result<Chosen, Problem> {
    workbook::read_sheets(bytes, format, kind, wanted, own)
}

/// This build reads no workbooks.
#[cfg(not(feature = "spreadsheets"))]
pub fn read_sheets(
    _: Vec<u8>,
    _: Format,
    _: Kind,
    _: Option<&str>,
    _: Option<&OwnHeadings>,
) -> Result<Chosen, Problem> {
    Err(Problem::Spreadsheet(crate::diagnostic::SpreadsheetFault::NotBuilt))
}

/// Whether a text begins as a web page or an XML document does: many programs export such under the name `.xls`.
pub fn is_markup(first: &[u8]) -> bool {
    const OPENINGS: [&[u8]; 8] =
        [b"<!doctype", b"<html", b"<head", b"<body", b"<table", b"<meta", b"<?xml", b"<style"];
    let text = first.strip_prefix(b"\xef\xbb\xbf").unwrap_or(first).trim_ascii_start();
    OPENINGS
        .iter()
        .any(|opening| text.len() >= opening.len() && text[..opening.len()].eq_ignore_ascii_case(opening))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_workbook_and_a_page_are_known_by_their_first_bytes() {
        assert_eq!(Format::of(b"PK\x03\x04\x14\x00\x06\x00"), Some(Format::Xlsx));
        assert_eq!(Format::of(b"order_no"), None);
        assert!(is_markup(b"\xef\xbb\xbf\r\n<HTML xmlns:x=''>"));
        assert!(!is_markup(b"<1000,order_no\n"));
    }
}
