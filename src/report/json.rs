//! Reports as JSON, for programs: one object with a key per report, each an array with one row object a line.
//! Decimals are strings, so that no reader turns them into binary floats; an absent value is null.

use std::io::{self, Read, Write};

use super::{Cell, Column, plain};
use crate::rows::Rows;

/// One report on its way into JSON: an array of row objects, written row by row.
pub struct JsonSheet<W: Write> {
    out: W,
    names: JsonNames,
    /// The row being written; kept, so that a row allocates nothing.
    row: Rows,
    is_empty: bool,
}

/// What stands before each value of a row, as `"customer_id": `.
#[derive(Clone, Debug)]
pub struct JsonNames(Vec<Vec<u8>>);

impl JsonNames {
    /// The names of these columns.
    pub fn of<R>(columns: &[Column<R>]) -> io::Result<JsonNames> {
        columns.iter().map(|column| name(&column.heading.key)).collect::<io::Result<_>>().map(JsonNames)
    }

    /// Appends a row's object after a comma, which [`JsonSheet::append`] drops before the first.
    pub fn push_row<R>(&self, rows: &mut Rows, columns: &[Column<R>], row: &R) -> io::Result<()> {
        rows.write_all(b",\n    {")?;
        for (at, (column, name)) in columns.iter().zip(&self.0).enumerate() {
            if at > 0 {
                rows.write_all(b", ")?;
            }
            rows.write_all(name)?;
            push_value(rows, &column.cell(row))?;
        }
        rows.write_all(b"}")
    }
}

impl<W: Write> JsonSheet<W> {
    /// Begins the array.
    pub fn new<R>(mut out: W, columns: &[Column<R>]) -> io::Result<JsonSheet<W>> {
        out.write_all(b"[")?;
        Ok(JsonSheet { out, names: JsonNames::of(columns)?, row: Rows::default(), is_empty: true })
    }

    /// Adds a row. The columns are those that [`JsonSheet::new`] was given.
    pub fn write<R>(&mut self, columns: &[Column<R>], row: &R) -> io::Result<()> {
        let mut rows = std::mem::take(&mut self.row);
        rows.clear();
        self.names.push_row(&mut rows, columns, row)?;
        self.append(rows.bytes())?;
        self.row = rows;
        Ok(())
    }

    /// Adds rows that [`JsonNames::push_row`] has put together.
    pub fn append(&mut self, rows: &[u8]) -> io::Result<()> {
        let comma = usize::from(self.is_empty && !rows.is_empty());
        self.is_empty &= rows.is_empty();
        self.out.write_all(&rows[comma..])
    }

    /// Ends the array, and hands back what it was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(if self.is_empty { b"]" } else { b"\n  ]" })?;
        Ok(self.out)
    }
}

/// The object around the reports of a command: a key for each.
pub struct JsonBook<W: Write> {
    out: W,
    reports: u64,
}

impl<W: Write> JsonBook<W> {
    /// Begins the object.
    pub fn new(mut out: W) -> io::Result<JsonBook<W>> {
        out.write_all(b"{")?;
        Ok(JsonBook { out, reports: 0 })
    }

    /// Begins the next report, which its own `finish` ends.
    pub fn sheet<R>(&mut self, report: &str, columns: &[Column<R>]) -> io::Result<JsonSheet<&mut W>> {
        self.begin(report)?;
        JsonSheet::new(&mut self.out, columns)
    }

    /// Adds a report that a [`JsonSheet`] of its own has written elsewhere, while others were being written too.
    pub fn append(&mut self, report: &str, mut sheet: impl Read) -> io::Result<()> {
        self.begin(report)?;
        io::copy(&mut sheet, &mut self.out).map(drop)
    }

    /// Ends the object, and hands back what it was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.write_all(if self.reports == 0 { b"}\n" } else { b"\n}\n" })?;
        Ok(self.out)
    }

    fn begin(&mut self, report: &str) -> io::Result<()> {
        self.out.write_all(if self.reports == 0 { b"\n  " } else { b",\n  " })?;
        self.reports += 1;
        self.out.write_all(&name(report)?)
    }
}

fn name(key: &str) -> io::Result<Vec<u8>> {
    let mut name = Vec::new();
    push_string(&mut name, key)?;
    name.extend_from_slice(b": ");
    Ok(name)
}

fn push_value(rows: &mut Rows, cell: &Cell<'_>) -> io::Result<()> {
    match cell {
        Cell::Text(text) | Cell::Name(text) => return push_text(rows, text),
        Cell::Raw(text) | Cell::RawName(text) => return push_text(rows, &String::from_utf8_lossy(text)),
        Cell::Codes(codes) => return push_text(rows, codes),
        Cell::Word(word) => return push_string(rows, word.code),
        Cell::Money(_) | Cell::Quantity(_) | Cell::Price(_) | Cell::Rate(_) | Cell::Date(_) => {
            rows.add(|room| plain::push(room.byte(b'"'), cell).byte(b'"'));
        }
        Cell::Count(_) | Cell::Days(_) => rows.add(|room| plain::push(room, cell)),
        Cell::Flag(flag) => rows.write_all(if *flag { b"true" } else { b"false" })?,
        Cell::Empty => rows.write_all(b"null")?,
    }
    Ok(())
}

/// A text; one that is empty is an absent value.
fn push_text(rows: &mut Rows, text: &str) -> io::Result<()> {
    if text.is_empty() {
        return rows.write_all(b"null");
    }
    push_string(rows, text)
}

/// A text as JSON writes it.
pub(super) fn string(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

fn push_string(out: impl Write, text: &str) -> io::Result<()> {
    Ok(serde_json::to_writer(out, text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{Money, Rate};
    use crate::report::headings;
    use chrono::NaiveDate;

    struct Row {
        customer: &'static str,
        balance: Money,
        rate: Option<Rate>,
    }

    fn columns() -> Vec<Column<Row>> {
        vec![
            Column::new(headings::CUSTOMER_ID, |row: &Row| Cell::text(row.customer)),
            Column::new(headings::BALANCE, |row| Cell::Money(row.balance)),
            Column::new(headings::RATE, |row| Cell::maybe(row.rate, Cell::Rate)),
            Column::new(headings::OVERDUE_DAYS, |_| Cell::Days(-2)),
            Column::new(headings::CONTACTS, |_| Cell::Count(3)),
            Column::new(headings::WITHIN, |_| Cell::Flag(true)),
            Column::new(headings::DATE, |_| Cell::Date(NaiveDate::from_ymd_opt(2026, 1, 31).unwrap())),
        ]
    }

    fn rows() -> [Row; 2] {
        let rate = Rate::parse_percent("15%").ok();
        [
            Row { customer: "C\"1\"\n", balance: Money::from_cents(1250), rate },
            Row { customer: "金", balance: Money::ZERO, rate: None },
        ]
    }

    const ITEMS: &str = r#"[
    {"customer_id": "C\"1\"\n", "balance": "12.50", "rate": "0.15", "overdue_days": -2, "contacts": 3, "within": true, "date": "2026-01-31"},
    {"customer_id": "金", "balance": "0.00", "rate": null, "overdue_days": -2, "contacts": 3, "within": true, "date": "2026-01-31"}
  ]"#;

    #[test]
    fn a_book_has_a_key_per_report_and_a_line_per_row() {
        let columns = columns();
        let mut book = JsonBook::new(Vec::new()).unwrap();
        let mut sheet = book.sheet("items", &columns).unwrap();
        for row in rows() {
            sheet.write(&columns, &row).unwrap();
        }
        sheet.finish().unwrap();
        book.sheet("findings", &columns).unwrap().finish().unwrap();
        let text = String::from_utf8(book.finish().unwrap()).unwrap();
        assert_eq!(text, format!("{{\n  \"items\": {ITEMS},\n  \"findings\": []\n}}\n"));
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed["items"][0]["customer_id"], "C\"1\"\n");
    }

    #[test]
    fn a_report_written_elsewhere_is_joined_as_if_written_here() {
        let columns = columns();
        let mut sheet = JsonSheet::new(Vec::new(), &columns).unwrap();
        for row in rows() {
            sheet.write(&columns, &row).unwrap();
        }
        let elsewhere = sheet.finish().unwrap();
        let mut book = JsonBook::new(Vec::new()).unwrap();
        book.append("items", elsewhere.as_slice()).unwrap();
        let text = String::from_utf8(book.finish().unwrap()).unwrap();
        assert_eq!(text, format!("{{\n  \"items\": {ITEMS}\n}}\n"));
    }

    #[test]
    fn a_book_without_reports_is_an_empty_object() {
        assert_eq!(JsonBook::new(Vec::new()).unwrap().finish().unwrap(), b"{}\n");
    }
}
