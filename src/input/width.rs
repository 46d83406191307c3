//! How many cells the rows of a file have, and what it means where one has others: an amount such as `56,500.00` without
//! quotation marks, which moves all cells behind it under other headings.

use std::io::{self, Read, Seek};

use super::columns::Columns;
use super::dress::undressed;
use super::layout::Layout;
use super::records::{FIRST_LINES, Record, Records, Step};
use crate::diagnostic::Problem;

/// How many cells the rows of a file have.
#[derive(Clone, Debug)]
pub struct Width {
    /// Of each cell of the heading, whether figures stand below it.
    figures: Vec<bool>,
    /// Empty cells that every row has at its end beyond those: some programs end each row in a delimiter.
    surplus: usize,
    /// Whether commas stand between cells, so that those of an amount may split it.
    has_commas: bool,
}

impl Width {
    /// Looks ahead at the rows behind the heading.
    pub fn of<C: Columns, R: Read + Seek>(records: &mut Records<R>, layout: &Layout<C>) -> io::Result<Width> {
        let here = records.mark();
        let (mut rows, mut surplus) = (0, 0);
        while rows < FIRST_LINES {
            let Step::Record(record) = records.advance()? else { break };
            let beyond = surplus_of(&record, layout.headings.len());
            if beyond == 0 || (rows > 0 && beyond != surplus) {
                rows = 0;
                break;
            }
            surplus = beyond;
            rows += 1;
        }
        records.go_back(here)?;
        let surplus = if rows > 1 { surplus } else { 0 };
        Ok(Width { figures: layout.figures(), surplus, has_commas: records.delimiter() == b',' })
    }

    /// What is wrong with a record of another number of cells, whatever they hold. One that has empty cells too many at
    /// its end fits, unless they may be there because an amount is split.
    #[inline]
    pub fn fault(&self, record: &Record<'_>) -> Option<Problem> {
        if record.width() == self.figures.len() { None } else { self.odd_fault(record) }
    }

    fn odd_fault(&self, record: &Record<'_>) -> Option<Problem> {
        let (expected, found) = (self.figures.len(), record.width());
        let surplus = surplus_of(record, expected);
        let amount = if found > expected { self.split_amount(record, surplus) } else { None };
        let fits = surplus > 0 && amount.is_none();
        (!fits).then_some(Problem::RowLength { expected, found, amount })
    }

    /// What may be wrong first where the cells are wrong: empty cells at the end that other rows do not have tell of a
    /// delimiter too many before them.
    pub fn doubt(&self, record: &Record<'_>) -> Option<Problem> {
        let (expected, found) = (self.figures.len(), record.width());
        let is_odd = found != expected && surplus_of(record, expected) != self.surplus;
        is_odd.then_some(Problem::RowLength { expected, found, amount: None })
    }

    /// What may be one amount, split into several cells by the commas between its thousands: `56` and `500.00`. It begins
    /// below the heading of a figure. Two figures beside each other are what they are where every row has as many cells.
    fn split_amount(&self, record: &Record<'_>, surplus: usize) -> Option<String> {
        let is_figure = |cell: usize| self.figures.get(cell).copied().unwrap_or_default();
        let text = |cell: usize| record.text(cell);
        if !self.has_commas {
            return None;
        }
        (0..record.width()).filter(|&cell| is_figure(cell) && begins_amount(text(cell))).find_map(|first| {
            let mut last = None;
            for cell in (first + 1..record.width()).take_while(|&cell| continues_amount(text(cell))) {
                last = Some(cell);
                // Decimals end it.
                if text(cell).contains('.') {
                    break;
                }
            }
            let last = last?;
            let is_usual = surplus > 0 && surplus == self.surplus && (first..=last).all(is_figure);
            (!is_usual).then(|| (first..=last).map(text).collect::<Vec<_>>().join(","))
        })
    }
}

/// The cells beyond this many, where there are any and all of them are empty; else 0.
fn surplus_of(record: &Record<'_>, heading: usize) -> usize {
    let all_empty = (heading..record.width()).all(|cell| undressed(record.field(cell)).is_empty());
    if all_empty { record.width().saturating_sub(heading) } else { 0 }
}

/// Whether the text can be an amount up to its first comma: one to three digits, perhaps with a sign before them.
fn begins_amount(text: &str) -> bool {
    let digits = text.trim_start_matches(['-', '+', '(', '¥', '￥', '$', '€']);
    matches!(digits.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.len() < 3 && rest.iter().all(u8::is_ascii_digit))
}

/// Whether the text can be an amount behind a comma: three digits, perhaps with decimals, and what may end it.
fn continues_amount(text: &str) -> bool {
    let number = text.trim_end_matches([')', '-', '元']);
    let (thousand, decimals) = number.split_once('.').unwrap_or((number, ""));
    thousand.len() == 3 && thousand.bytes().chain(decimals.bytes()).all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::columns::OrderColumn;
    use crate::input::opening::{Opening, open_table};
    use std::io::Cursor;

    /// What is wrong with the width of each row: nothing (`ok`), the amount that is named, or `?`.
    fn faults(text: &str) -> Vec<String> {
        let mut records = Records::new(Cursor::new(text.as_bytes())).unwrap();
        let Opening { layout, .. } = open_table::<OrderColumn, _>(&mut records, None).unwrap().unwrap();
        let width = Width::of(&mut records, &layout).unwrap();
        let mut faults = Vec::new();
        while let Step::Record(record) = records.advance().unwrap() {
            faults.push(match width.fault(&record) {
                None => "ok".to_owned(),
                Some(Problem::RowLength { amount, .. }) => amount.unwrap_or_else(|| "?".to_owned()),
                Some(other) => panic!("{other:?}"),
            });
        }
        faults
    }

    #[test]
    fn an_amount_split_by_its_comma_is_told_from_delimiters_at_the_end() {
        const HEADING: &str =
            "order_no,order_date,customer_id,line_no,goods_name,quantity,unit_price,region\n";
        for (rows, expected) in [
            (
                "O,D,C,1,x,1,2.00,\nO,D,C,1,x,1,56,500.00,\nO,D,C,1,x,1,1,234,567.80,\n",
                &["ok", "56,500.00", "1,234,567.80"][..],
            ),
            // Every row ends in a delimiter: 10 and 500.00 are two figures …
            ("O,D,C,1,x,10,500.00,,\nO,D,C,1,x,9,100.00,,\n", &["ok", "ok"]),
            // … but not where one row alone does, or one more than others.
            ("O,D,C,1,x,10,500.00,,\nO,D,C,1,x,9,1.00,\n", &["10,500.00", "ok"]),
            ("O,D,C,1,x,1,1.00,,\nO,D,C,1,x,1,000,5.00,,\n", &["ok", "1,000"]),
            // A figure and a text are no two figures, whatever other rows have.
            ("O,D,C,1,x,1,56,500.00,\nO,D,C,1,x,1,12,600.00,\n", &["56,500.00", "12,600.00"]),
            // One row with stray delimiters at its end, one broken off, one too long; line 1 of 100 pieces is no amount.
            (
                "O,D,C,1,x,5,5.00,,,\nO,D,C\nO,D,C,1,x,5,5.00,N,more\nO,D,C,1,100,5,2.00,,\n",
                &["ok", "?", "?", "ok"],
            ),
        ] {
            assert_eq!(faults(&format!("{HEADING}{rows}")), expected, "{rows}");
        }
        let semicolons = HEADING.replace(',', ";");
        assert_eq!(faults(&format!("{semicolons}O;D;C;1;x;1;10;500.00;\nO;D;C;1;x;1;2;\n")), ["ok", "ok"]);
    }

    #[test]
    fn amounts_are_known_by_their_groups() {
        for text in ["1", "56", "(123", "-9", "￥12"] {
            assert!(begins_amount(text), "{text}");
        }
        for text in ["", "0", "012", "1234", "1.5", "A1"] {
            assert!(!begins_amount(text), "{text}");
        }
        for text in ["500", "000.00", "500.5)", "123-", "999.99元"] {
            assert!(continues_amount(text), "{text}");
        }
        for text in ["", "50", "5000", "50a", "500.x", "-500"] {
            assert!(!continues_amount(text), "{text}");
        }
    }
}
