//! The text of a CSV, laid out cell by cell as the cells of a sheet come.

use super::{MOST_CELLS, MOST_TEXT_MIB};
use crate::diagnostic::{Excess, Problem, SpreadsheetFault};

/// What the format of workbooks itself allows.
const MOST_ROWS: u32 = 1 << 20;
const MOST_COLUMNS: u32 = 1 << 14;

/// The rows laid out so far. Every row ends up as wide as the widest; one without any text is an empty line.
#[derive(Default)]
pub struct Grid {
    text: Vec<u8>,
    /// The rows that are complete.
    rows: Vec<Row>,
    /// Cells written in the row at hand.
    columns: u32,
    widest: u32,
    filled: usize,
}

/// Where a row's text ends, and how many cells it has.
struct Row {
    end: usize,
    columns: u32,
}

impl Grid {
    /// Puts a text into a cell (row and column from 0). Cells come row by row, from left to right.
    pub fn put(&mut self, row: u32, column: u32, text: &str) -> Result<(), Problem> {
        if text.trim().is_empty() {
            return Ok(());
        }
        if row >= MOST_ROWS || column >= MOST_COLUMNS {
            return Err(broken("a cell beyond the last row or column"));
        }
        let here = self.rows.len() as u32;
        if row < here || (row == here && column < self.columns) {
            return Err(broken("cells out of order"));
        }
        while (self.rows.len() as u32) < row {
            self.end_row();
        }
        if self.columns == 0 {
            self.filled += 1;
        }
        let commas = if self.columns == 0 { column } else { column + 1 - self.columns };
        self.text.resize(self.text.len() + commas as usize, b',');
        write_text(text, &mut self.text);
        self.columns = column + 1;
        self.widest = self.widest.max(self.columns);
        if (u64::from(row) + 1) * u64::from(self.widest) > MOST_CELLS {
            return Err(Problem::SpreadsheetTooLarge(Excess::Cells));
        }
        if self.text.len() as u64 > MOST_TEXT_MIB << 20 {
            return Err(Problem::SpreadsheetTooLarge(Excess::Text));
        }
        Ok(())
    }

    /// Rows with any text so far.
    pub const fn filled_rows(&self) -> usize {
        self.filled
    }

    fn end_row(&mut self) {
        self.rows.push(Row { end: self.text.len(), columns: self.columns });
        self.columns = 0;
    }

    /// The whole text.
    pub fn finish(mut self) -> Vec<u8> {
        if self.columns > 0 {
            self.end_row();
        }
        let lacking = |row: &Row| if row.columns == 0 { 0 } else { (self.widest - row.columns) as usize };
        let padding: usize = self.rows.iter().map(|row| lacking(row) + 1).sum();
        let mut text = Vec::with_capacity(self.text.len() + padding);
        let mut start = 0;
        for row in &self.rows {
            text.extend_from_slice(&self.text[start..row.end]);
            text.resize(text.len() + lacking(row), b',');
            text.push(b'\n');
            start = row.end;
        }
        text
    }
}

/// A workbook that breaks the rules of its format.
#[allow(clippy::needless_pass_by_value, reason = "errors are handed over as they come")]
pub fn broken(what: impl ToString) -> Problem {
    Problem::Spreadsheet(SpreadsheetFault::Broken(what.to_string()))
}

/// Writes a cell, in quotation marks where it holds what could be taken for a delimiter. A line break in a cell
/// becomes a blank: rows and lines must stay the same.
fn write_text(text: &str, out: &mut Vec<u8>) {
    if !text.contains([',', ';', '\t', '"', '\n', '\r']) {
        out.extend_from_slice(text.as_bytes());
        return;
    }
    out.push(b'"');
    for byte in text.replace("\r\n", " ").bytes() {
        match byte {
            b'\n' | b'\r' => out.push(b' '),
            b'"' => out.extend_from_slice(b"\"\""),
            _ => out.push(byte),
        }
    }
    out.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_keep_their_lines_and_become_equally_wide() {
        let mut grid = Grid::default();
        for (row, column, text) in
            [(1, 0, "标题"), (3, 0, "a"), (3, 2, "b,c"), (5, 1, "x\r\ny \"z\""), (5, 3, "  "), (6, 0, "01")]
        {
            grid.put(row, column, text).unwrap();
        }
        assert_eq!(grid.filled_rows(), 4);
        let text = String::from_utf8(grid.finish()).unwrap();
        assert_eq!(text, "\n标题,,\n\na,,\"b,c\"\n\n,\"x y \"\"z\"\"\",\n01,,\n");
    }

    #[test]
    fn a_sheet_that_lies_about_its_size_is_refused() {
        let mut grid = Grid::default();
        grid.put(0, MOST_COLUMNS - 1, "far right").unwrap();
        assert_eq!(grid.put(MOST_ROWS - 1, 0, "far down"), Err(Problem::SpreadsheetTooLarge(Excess::Cells)));
        assert!(matches!(Grid::default().put(MOST_ROWS, 0, "x"), Err(Problem::Spreadsheet(_))));
        let mut grid = Grid::default();
        grid.put(2, 2, "x").unwrap();
        assert!(matches!(grid.put(2, 1, "x"), Err(Problem::Spreadsheet(_))));
    }
}
