//! Reports as CSV, row by row: for spreadsheets, and for the programs that read them.
//!
//! Rows are put together here and not by `csv::Writer`, which takes half as long again: figures never need quotes,
//! so only texts are looked through. The tests hold the result against that crate's.

use std::io::{self, Write};

use wide::u8x16;

use super::{Cell, Column, Columns, HeadingStyle, plain};
use crate::eights::{append, few_bytes};
use crate::money::Number;

/// The mark by which Excel knows that a CSV file is UTF-8.
const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One report on its way into a CSV file. Lines end in LF; a text is quoted where it has to be.
pub struct CsvSheet<W: Write> {
    out: W,
    /// The row being written; kept, so that a row allocates nothing.
    row: Vec<u8>,
}

impl<W: Write> CsvSheet<W> {
    /// Begins a file with its headings, after a UTF-8 mark if `bom`.
    pub fn new<R>(
        mut out: W,
        columns: &[Column<R>],
        style: HeadingStyle,
        bom: bool,
    ) -> io::Result<CsvSheet<W>> {
        if bom {
            out.write_all(UTF8_MARK)?;
        }
        let mut row = Vec::new();
        for column in columns {
            push_text(&mut row, style.text(&column.heading).as_bytes());
            row.push(b',');
        }
        end_row(&mut row);
        out.write_all(&row)?;
        Ok(CsvSheet { out, row })
    }

    /// Adds a row. The columns are those that [`CsvSheet::new`] was given.
    pub fn write<R>(&mut self, columns: &[Column<R>], row: &R) -> io::Result<()> {
        self.row.clear();
        for column in columns {
            push_cell(&mut self.row, &column.cell(row));
            self.row.push(b',');
        }
        end_row(&mut self.row);
        self.out.write_all(&self.row)
    }

    /// Adds rows that [`push_row`] has put together.
    pub fn append(&mut self, rows: &[u8]) -> io::Result<()> {
        self.out.write_all(rows)
    }

    /// Writes what is still in memory, and hands the file back.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }
}

/// Appends a row with its line end.
pub fn push_row<R>(rows: &mut Vec<u8>, columns: &Columns<R>, row: &R) {
    columns.push_csv(rows, row);
    end_row(rows);
}

/// A line end in place of the last comma.
fn end_row(rows: &mut Vec<u8>) {
    rows.pop();
    rows.push(b'\n');
}

/// Appends a cell. It is put where its kind is known, so that the others fall away.
#[allow(clippy::inline_always)]
#[inline(always)]
pub(super) fn push_cell(out: &mut Vec<u8>, cell: &Cell<'_>) {
    match cell {
        Cell::Text(text) | Cell::Name(text) => push_text(out, text.as_bytes()),
        Cell::Raw(text) | Cell::RawName(text) => push_text(out, text.bytes()),
        Cell::Codes(codes) => push_text(out, codes.as_bytes()),
        figure_or_word => plain::push(out, figure_or_word),
    }
}

/// Appends a text that reads as that text wherever it is opened.
#[inline]
fn push_text(row: &mut Vec<u8>, text: &[u8]) {
    if !text.is_empty() {
        push_some_text(row, text);
    }
}

fn push_some_text(row: &mut Vec<u8>, text: &[u8]) {
    if holds_special(text) || may_run_as_formula(text) {
        push_with_care(row, text);
    } else {
        append(row, text);
    }
}

/// Whether any byte is special: sixteen are looked at in one go, some of them twice.
#[inline]
fn holds_special(text: &[u8]) -> bool {
    let (first, last) = (text.first_chunk(), text.last_chunk());
    let specials = match (first, last, text.len()) {
        (Some(&first), Some(&last), 0..=32) => are_special(first) | are_special(last),
        (_, Some(&last), _) => {
            let parts = text.as_chunks().0.iter();
            parts.fold(are_special(last), |found, &part| found | are_special(part))
        }
        _ => are_special(below_sixteen(text)),
    };
    specials.any()
}

/// The bytes of a text that has less than sixteen, some of them twice, or with zeros behind them.
#[inline]
fn below_sixteen(text: &[u8]) -> [u8; 16] {
    let (low, high) = match (text.first_chunk(), text.last_chunk()) {
        (Some(&first), Some(&last)) => (u64::from_le_bytes(first), u64::from_le_bytes(last)),
        _ => (few_bytes(text), 0),
    };
    (u128::from(high) << u64::BITS | u128::from(low)).to_le_bytes()
}

/// Appends a text with quotation marks around it, or a mark that it is one, where it needs them.
#[cold]
fn push_with_care(row: &mut Vec<u8>, text: &[u8]) {
    let quote: &[u8] = if holds_special(text) { b"\"" } else { b"" };
    row.extend_from_slice(quote);
    row.extend_from_slice(if runs_as_formula(text) { b"'" } else { b"" });
    for (number, part) in text.split(|&byte| byte == b'"').enumerate() {
        row.extend_from_slice(if number > 0 { b"\"\"" } else { b"" });
        row.extend_from_slice(part);
    }
    row.extend_from_slice(quote);
}

/// A text with one of these is quoted.
const SPECIAL: [u8; 4] = [b',', b'"', b'\n', b'\r'];

/// Which of the bytes are special: nearly none are.
#[inline]
fn are_special(part: [u8; 16]) -> u8x16 {
    let part = u8x16::new(part);
    let [comma, quote, feed, carriage] = SPECIAL.map(|special| part.simd_eq(u8x16::splat(special)));
    comma | quote | feed | carriage
}

/// Whether the text begins as a formula does, or a number with a sign.
#[inline]
fn may_run_as_formula(text: &[u8]) -> bool {
    matches!(text, [b'=' | b'@' | b'\t' | b'+' | b'-', ..])
}

/// Whether a spreadsheet would take the text for a formula: it begins with `=`, `+`, `-`, `@` or a tab and is not
/// a number. Letters after a sign never make a number here, though `-USD5` is one to [`Number`]: to a spreadsheet
/// it is the cell USD5.
fn runs_as_formula(text: &[u8]) -> bool {
    match text {
        [b'=' | b'@' | b'\t', ..] => true,
        [b'+' | b'-', rest @ ..] => {
            let digits = rest.iter().all(|byte| byte.is_ascii_digit() || b".,".contains(byte));
            !(digits && Number::parse(text).is_ok())
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::{Lang, Word};
    use crate::money::{Money, Price, Quantity, Rate};
    use crate::report::headings;
    use chrono::NaiveDate;
    use proptest::prelude::*;

    /// A report of one column, a row per cell.
    fn sheet(style: HeadingStyle, bom: bool, cells: &[Cell<'static>]) -> String {
        let columns = [Column::new(headings::CUSTOMER_ID, |cell: &Cell<'static>| cell.clone())];
        let mut sheet = CsvSheet::new(Vec::new(), &columns, style, bom).unwrap();
        for cell in cells {
            sheet.write(&columns, cell).unwrap();
        }
        String::from_utf8(sheet.finish().unwrap()).unwrap()
    }

    fn lines(cells: &[Cell<'static>]) -> Vec<String> {
        sheet(HeadingStyle::Keys, false, cells).lines().skip(1).map(str::to_owned).collect()
    }

    #[test]
    fn every_kind_of_cell_has_its_form() {
        let cells = [
            Cell::text("Jin, \"Ltd\""),
            Cell::Word(Word { code: "review", en: "to review", zh: "待复核" }),
            Cell::Money(Money::from_cents(-123_450)),
            Cell::Quantity(Quantity::parse("12.500").unwrap()),
            Cell::Price(Price::parse("3565.48672566372").unwrap()),
            Cell::Rate(Rate::parse_percent("15%").unwrap()),
            Cell::Count(1_000),
            Cell::Days(-3),
            Cell::Date(NaiveDate::from_ymd_opt(2026, 1, 5).unwrap()),
            Cell::Flag(true),
            Cell::Flag(false),
        ];
        let expected = [
            "\"Jin, \"\"Ltd\"\"\"",
            "review",
            "-1234.50",
            "12.5",
            "3565.48672566372",
            "0.15",
            "1000",
            "-3",
            "2026-01-05",
            "yes",
            "no",
        ];
        assert_eq!(lines(&cells), expected);
    }

    proptest! {
        #[test]
        fn a_text_is_quoted_where_it_holds_something_special(before in "[,\"a]{0,20}", text in "[a-z订]{0,40}[,\"\n\r]{0,1}[a-z订]{0,40}") {
            let mut row = before.clone().into_bytes();
            push_text(&mut row, text.as_bytes());
            let special = text.contains([',', '"', '\n', '\r']);
            let quoted = format!("\"{}\"", text.replace('"', "\"\""));
            let expected = if special { &quoted } else { &text };
            prop_assert_eq!(String::from_utf8(row).unwrap(), format!("{before}{expected}"));
        }
    }

    #[test]
    fn columns_that_are_put_together_are_written_as_one_by_one() {
        type Row = (&'static str, Money);
        let columns = Columns::in_one_go()
            .and(headings::GOODS_NAME, |row: &Row| Cell::text(row.0))
            .and(headings::AMOUNT, |row| Cell::Money(row.1))
            .columns()
            .with_currency(|row| Cell::text(row.0));
        let one_by_one = Columns::from(vec![
            Column::new(headings::GOODS_NAME, |row: &Row| Cell::text(row.0)),
            Column::new(headings::AMOUNT, |row| Cell::Money(row.1)),
            Column::new(headings::CURRENCY, |row| Cell::text(row.0)),
        ]);
        let row = ("\"a\", b", Money::from_cents(-205));
        let [mut rows, mut expected] = [Vec::new(), Vec::new()];
        push_row(&mut rows, &columns, &row);
        push_row(&mut expected, &one_by_one, &row);
        assert_eq!(rows, expected);
        assert_eq!(rows, b"\"\"\"a\"\", b\",-2.05,\"\"\"a\"\", b\"\n");
        let headings = |columns: &Columns<Row>| {
            columns.list().iter().map(|column| column.heading.clone()).collect::<Vec<_>>()
        };
        assert_eq!(headings(&columns), headings(&one_by_one));
    }

    #[test]
    fn an_absent_value_is_empty() {
        let columns = [
            Column::new(headings::CUSTOMER_ID, |(): &()| Cell::Empty),
            Column::new(headings::BALANCE, |(): &()| Cell::Empty),
        ];
        let mut sheet = CsvSheet::new(Vec::new(), &columns, HeadingStyle::Keys, false).unwrap();
        sheet.write(&columns, &()).unwrap();
        assert_eq!(sheet.finish().unwrap(), b"customer_id,balance\n,\n");
    }

    #[test]
    fn a_text_that_would_run_as_a_formula_is_protected() {
        let cells = ["=1+1", "+cmd", "-1+1", "@SUM(A1)", "\tx", "=\"12\"", "-USD5", "-", "+1e5"];
        let expected = cells.map(|cell| format!("'{}", cell.replace('"', "\"\"")));
        let got = lines(&cells.map(Cell::text));
        for (got, expected) in got.iter().zip(expected) {
            assert_eq!(got.trim_matches('"'), expected.trim_matches('"'));
        }
    }

    #[test]
    fn numbers_and_plain_texts_are_left_alone() {
        let cells = ["-12.50", "+8613800138000", "-1,234.00", "A=B", "客户", "00012345"];
        assert_eq!(lines(&cells.map(Cell::text)).join(";").replace('"', ""), cells.join(";"));
    }

    #[test]
    fn headings_speak_only_when_asked() {
        assert_eq!(sheet(HeadingStyle::Keys, false, &[]), "customer_id\n");
        assert_eq!(sheet(HeadingStyle::Spoken(Lang::En), false, &[]), "customer_id\n");
        assert_eq!(sheet(HeadingStyle::Spoken(Lang::Zh), true, &[]), "\u{feff}客户编码\n");
    }

    #[test]
    fn texts_are_quoted_as_the_csv_crate_quotes_them() {
        let texts = ["a\nb", "c\rd", "say \"hi\"", " spaced ", "", "逗号,", "a;b", "'", "x\ty"];
        let columns = [
            Column::new(headings::NOTE, |text: &&str| Cell::text(text)),
            Column::new(headings::AMOUNT, |_| Cell::Empty),
        ];
        let mut sheet = CsvSheet::new(Vec::new(), &columns, HeadingStyle::Keys, false).unwrap();
        let mut reference = csv::Writer::from_writer(Vec::new());
        reference.write_record(["note", "amount"]).unwrap();
        for text in texts {
            sheet.write(&columns, &text).unwrap();
            reference.write_record([text, ""]).unwrap();
        }
        assert_eq!(sheet.finish().unwrap(), reference.into_inner().unwrap());
    }
}
