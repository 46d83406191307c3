//! Reports as CSV, row by row: for spreadsheets, and for the programs that read them.
//!
//! Rows are put together here and not by `csv::Writer`, which takes half as long again: figures never need quotes,
//! so only texts are looked through. The tests hold the result against that crate's.

use std::io::{self, Write};

use wide::u8x16;

use super::{Cell, Column, Columns, HeadingStyle, plain};
use crate::eights::ends;
use crate::money::digits::Few;
use crate::money::{Money, Number, Quantity};
use crate::rows::{Room, Rows};

/// The mark by which Excel knows that a CSV file is UTF-8.
const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// One report on its way into a CSV file. Lines end in LF; a text is quoted where it has to be.
pub struct CsvSheet<W: Write> {
    out: W,
    /// The row being written; kept, so that a row allocates nothing.
    row: Rows,
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
        let mut row = Rows::default();
        for column in columns {
            row.add(|room| push_text(room, style.text(&column.heading).as_bytes()));
        }
        row.replace_last(b'\n');
        out.write_all(row.bytes())?;
        Ok(CsvSheet { out, row })
    }

    /// Adds a row. The columns are those that [`CsvSheet::new`] was given.
    pub fn write<R>(&mut self, columns: &[Column<R>], row: &R) -> io::Result<()> {
        self.row.clear();
        push_columns(&mut self.row, columns, row);
        self.row.replace_last(b'\n');
        self.out.write_all(self.row.bytes())
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

/// Adds a row with its line end.
pub fn push_row<R>(rows: &mut Rows, columns: &Columns<R>, row: &R) {
    match columns.together() {
        Some(push) => rows.add(|room| push(room, row)),
        None => push_columns(rows, columns.list(), row),
    }
    // It stands in the place of the last comma.
    rows.replace_last(b'\n');
}

fn push_columns<R>(rows: &mut Rows, columns: &[Column<R>], row: &R) {
    rows.add(|room| columns.iter().fold(Line::new(room), |line, column| line.and(column.cell(row))).room);
}

/// A row while its cells are written.
#[must_use]
pub struct Line<'r> {
    room: Room<'r>,
    /// The last quantity and the last amount that are no naught, as they are written: those of a row are often the same.
    quantity: Figure,
    amount: Figure,
}

/// So many units of a figure, as they are written.
#[derive(Clone, Copy)]
struct Figure {
    units: i64,
    text: Few,
}

impl<'r> Line<'r> {
    /// Nothing written yet.
    #[inline(always)]
    pub const fn new(room: Room<'r>) -> Line<'r> {
        let quantity = Figure { units: 0, text: Few::NO_QUANTITY };
        Line { room, quantity, amount: Figure { units: 0, text: Few::NO_MONEY } }
    }

    /// The room behind it.
    #[inline(always)]
    pub fn behind(self) -> Room<'r> {
        self.room
    }

    /// Writes a cell and a comma. It is put where the cell's kind is known, so that the others fall away.
    #[inline(always)]
    pub fn and(mut self, cell: Cell<'_>) -> Line<'r> {
        let sum = match &cell {
            Cell::Quantity(quantity) => Sum::Quantity(*quantity),
            Cell::Money(amount) => Sum::Money(*amount),
            other => {
                self.room = push_other(self.room, other);
                return self;
            }
        };
        // A sum has nothing to drop: dropped at once, it is never stored anywhere.
        drop(cell);
        let room = self.room;
        self.room = match sum {
            Sum::Quantity(quantity) => match quantity.exact().narrow() {
                Some(0) => Few::NO_QUANTITY.push_and(room, b','),
                Some(units) if units == self.quantity.units => self.quantity.text.push_and(room, b','),
                units => match units.and_then(Figure::of_quantity) {
                    Some(figure) => {
                        self.quantity = figure;
                        figure.text.push_and(room, b',')
                    }
                    None => push_quantity(room, quantity),
                },
            },
            Sum::Money(amount) => match amount.narrow() {
                Some(0) => Few::NO_MONEY.push_and(room, b','),
                Some(units) if units == self.amount.units => self.amount.text.push_and(room, b','),
                units => match units.and_then(Figure::of_money) {
                    Some(figure) => {
                        self.amount = figure;
                        figure.text.push_and(room, b',')
                    }
                    None => push_money(room, amount),
                },
            },
        };
        self
    }
}

/// What a row has many of, some of them alike.
enum Sum {
    Quantity(Quantity),
    Money(Money),
}

impl Figure {
    /// The figure where it is short, and not below naught.
    #[inline(always)]
    fn of_quantity(units: i64) -> Option<Figure> {
        let text = Few::of_millionths(u64::try_from(units).ok()?)?;
        Some(Figure { units, text })
    }

    /// The same.
    #[inline(always)]
    fn of_money(units: i64) -> Option<Figure> {
        let text = Few::of_hundredths(u64::try_from(units).ok()?)?;
        Some(Figure { units, text })
    }
}

#[inline(never)]
fn push_quantity(room: Room<'_>, quantity: Quantity) -> Room<'_> {
    quantity.write_to(room).byte(b',')
}

#[inline(never)]
fn push_money(room: Room<'_>, amount: Money) -> Room<'_> {
    amount.write_to(room).byte(b',')
}

/// Writes a cell that is no sum, and a comma.
#[inline(always)]
fn push_other<'r>(room: Room<'r>, cell: &Cell<'_>) -> Room<'r> {
    let text = match cell {
        Cell::Text(text) | Cell::Name(text) => text.as_bytes(),
        Cell::Raw(text) | Cell::RawName(text) => text,
        Cell::Codes(codes) => codes.as_bytes(),
        figure_or_word => return plain::push(room, figure_or_word).byte(b','),
    };
    if text.is_empty() { room.byte(b',') } else { push_text(room, text) }
}

/// Writes a text that reads as that text wherever it is opened, and a comma. Of one of common length all bytes are looked
/// at in one go, and stored as they were read.
#[inline(never)]
fn push_text<'r>(room: Room<'r>, text: &[u8]) -> Room<'r> {
    if may_run_as_formula(text) {
        return push_with_care(room, text);
    }
    match (text.first_chunk::<16>(), text.last_chunk::<16>()) {
        (Some(&first), Some(&last)) if text.len() <= 32 => {
            if (are_special(first) | are_special(last)).any() {
                return push_with_care(room, text);
            }
            room.ends(text.len(), [first, last], b',')
        }
        (None, _) => {
            let (first, last) = ends(text);
            if are_special(joined((first, last))).any() {
                return push_with_care(room, text);
            }
            room.ends(text.len(), [first.to_le_bytes(), last.to_le_bytes()], b',')
        }
        _ if holds_special(text) => push_with_care(room, text),
        _ => room.text(text).byte(b','),
    }
}

/// Whether any byte is special: sixteen are looked at in one go, some of them twice.
fn holds_special(text: &[u8]) -> bool {
    let specials = match text.last_chunk() {
        Some(&last) => {
            let parts = text.as_chunks().0.iter();
            parts.fold(are_special(last), |found, &part| found | are_special(part))
        }
        None => are_special(joined(ends(text))),
    };
    specials.any()
}

/// The bytes of a text of less than sixteen: its first eight and its last, some of them twice.
#[inline(always)]
fn joined((first, last): (u64, u64)) -> [u8; 16] {
    (u128::from(last) << u64::BITS | u128::from(first)).to_le_bytes()
}

/// Writes a text with quotation marks around it, or a mark that it is one, where it needs them; and a comma.
#[cold]
fn push_with_care<'r>(room: Room<'r>, text: &[u8]) -> Room<'r> {
    let quote: &[u8] = if holds_special(text) { b"\"" } else { b"" };
    let room = room.text(quote).text(if runs_as_formula(text) { b"'" } else { b"" });
    let parts = text.split(|&byte| byte == b'"').enumerate();
    let room =
        parts.fold(room, |room, (number, part)| room.text(if number > 0 { b"\"\"" } else { b"" }).text(part));
    room.text(quote).byte(b',')
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
    use crate::money::exact::Exact;
    use crate::money::{Price, Rate};
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
            let mut row = Rows::default();
            row.add(|room| push_text(room.text(before.as_bytes()), text.as_bytes()));
            let special = text.contains([',', '"', '\n', '\r']);
            let quoted = format!("\"{}\"", text.replace('"', "\"\""));
            let expected = if special { &quoted } else { &text };
            prop_assert_eq!(std::str::from_utf8(row.bytes()).unwrap(), format!("{before}{expected},"));
        }
    }

    proptest! {
        #[test]
        fn figures_of_a_row_are_written_as_each_by_itself(figures in prop::collection::vec((any::<bool>(), prop_oneof![-3i64..4, -1000i64..10_000_000, any::<i64>()], 0u32..7), 0..9)) {
            let figures: Vec<Cell<'_>> = figures.iter().flat_map(|&(is_money, units, places)| {
                let units = units / 10i64.pow(places) * 10i64.pow(places);
                let quantity = Quantity::from(Exact::from_narrow(units));
                let cell = if is_money { Cell::Money(Money::from_cents(units.into())) } else { Cell::Quantity(quantity) };
                [cell.clone(), cell]
            }).collect();
            let mut rows = Rows::default();
            rows.add(|room| figures.iter().fold(Line::new(room), |line, cell| line.and(cell.clone())).behind());
            let expected: String = figures.iter().map(|cell| match cell {
                Cell::Money(money) => format!("{money},"),
                Cell::Quantity(quantity) => format!("{quantity},"),
                _ => String::new(),
            }).collect();
            prop_assert_eq!(std::str::from_utf8(rows.bytes()).unwrap(), expected);
        }
    }

    #[test]
    fn columns_that_are_put_together_are_written_as_one_by_one() {
        type Row = (&'static str, Money);
        let columns = Columns::in_one_go()
            .and(headings::GOODS_NAME, |row: &Row| Cell::text(row.0))
            .and(headings::AMOUNT, |row| Cell::Money(row.1))
            .and_currency(|row| Cell::text(row.0))
            .columns();
        let one_by_one = Columns::from(vec![
            Column::new(headings::GOODS_NAME, |row: &Row| Cell::text(row.0)),
            Column::new(headings::AMOUNT, |row| Cell::Money(row.1)),
            Column::new(headings::CURRENCY, |row| Cell::text(row.0)),
        ]);
        let row = ("\"a\", b", Money::from_cents(-205));
        let [mut rows, mut expected] = [Rows::default(), Rows::default()];
        push_row(&mut rows, &columns, &row);
        push_row(&mut expected, &one_by_one, &row);
        assert_eq!(rows.bytes(), expected.bytes());
        assert_eq!(rows.bytes(), b"\"\"\"a\"\", b\",-2.05,\"\"\"a\"\", b\"\n");
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
