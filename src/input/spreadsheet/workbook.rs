//! The only place that knows the crate which reads workbooks (calamine).

use std::io::Cursor;
use std::panic::{self, AssertUnwindSafe};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Style, Xls, XlsError, Xlsx};

use super::grid::{Grid, broken};
use super::value::{as_shown, decimals_shown, text_of};
use super::{Chosen, Format, Sheet, compound, package};
use crate::diagnostic::{Problem, SpreadsheetFault};
use crate::input::columns::{
    AllowanceColumn, Columns, CustomerColumn, DisputeColumn, ExtensionColumn, HolidayColumn, InvoiceColumn,
    LinkColumn, OrderColumn, PaymentColumn, RateColumn, ReceiptColumn, ShipmentColumn,
};
use crate::input::layout::Layout;
use crate::input::opening::{OwnHeadings, open_table};
use crate::input::records::{FIRST_LINES, Records};
use crate::input::source::Kind;

/// Sheets of the tax bureau's export, over several of which a long list is spread (`信息汇总表1`, `信息汇总表2`).
const SPREAD_SHEETS: [&str; 2] = ["信息汇总表", "发票基础信息"];

/// The sheets of a workbook that are read for a kind of file.
///
/// calamine trusts what a workbook says of itself in places, and then panics: such a panic is caught here, without a
/// word on standard error, and becomes a message that the workbook is broken. (What would exhaust the memory, which
/// nobody can catch, has been refused before.)
pub fn read_sheets(
    bytes: Vec<u8>,
    format: Format,
    kind: Kind,
    wanted: Option<&str>,
    own: Option<&OwnHeadings>,
) -> Result<Chosen, Problem> {
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let read = panic::catch_unwind(AssertUnwindSafe(|| {
        let mut workbook = Workbook::open(bytes, format)?;
        workbook.choose(kind, wanted, own)
    }));
    panic::set_hook(hook);
    read.unwrap_or_else(|_| Err(broken("it contradicts itself")))
}

enum Workbook {
    Xlsx(Box<Xlsx<Cursor<Vec<u8>>>>),
    Xls(Box<Xls<Cursor<Vec<u8>>>>),
}

impl Workbook {
    fn open(bytes: Vec<u8>, format: Format) -> Result<Workbook, Problem> {
        match format {
            Format::Xlsx => {
                package::look_through(&bytes)?;
                Ok(Workbook::Xlsx(Box::new(Xlsx::new(Cursor::new(bytes)).map_err(broken)?)))
            }
            Format::Xls => {
                compound::look_through(&bytes)?;
                let opened = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
                    XlsError::Password => Problem::Spreadsheet(SpreadsheetFault::Protected),
                    error => broken(error),
                })?;
                Ok(Workbook::Xls(Box::new(opened)))
            }
        }
    }

    /// The names of the sheets with cells; hidden ones only where no other is there.
    fn sheet_names(&self, with_hidden: bool) -> Vec<String> {
        let sheets = match self {
            Workbook::Xlsx(workbook) => workbook.sheets_metadata(),
            Workbook::Xls(workbook) => workbook.sheets_metadata(),
        };
        let tables = sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
        let shown = tables.filter(|sheet| with_hidden || sheet.visible == SheetVisible::Visible);
        shown.map(|sheet| sheet.name.clone()).collect()
    }

    fn choose(
        &mut self,
        kind: Kind,
        wanted: Option<&str>,
        own: Option<&OwnHeadings>,
    ) -> Result<Chosen, Problem> {
        let all = self.sheet_names(true);
        if let Some(wanted) = wanted {
            if !all.iter().any(|name| name == wanted) {
                return Err(Problem::NoSheet(wanted.to_owned(), all));
            }
            return Ok(Chosen { sheets: vec![self.sheet(wanted, kind, own)?], passed_over: Vec::new() });
        }
        let shown = self.sheet_names(false);
        let names = if shown.is_empty() { all } else { shown };
        let mut answering: Vec<(Answer, String)> = Vec::new();
        for name in &names {
            // The only sheet is taken, whatever is in it.
            let answer = if names.len() == 1 {
                Some(Answer::Plain)
            } else {
                self.look(name, kind, own)?.map(|look| look.answer)
            };
            answering.extend(answer.map(|answer| (answer, name.clone())));
        }
        let best = answering.iter().map(|(answer, _)| *answer).max();
        let mut alike =
            answering.into_iter().filter(|(answer, _)| Some(*answer) == best).map(|(_, name)| name);
        let Some(first) = alike.next().or_else(|| names.first().cloned()) else {
            return Err(broken("no sheet in it"));
        };
        let (parts, passed_over): (Vec<String>, Vec<String>) =
            alike.partition(|name| are_parts(&first, name));
        let sheets = std::iter::once(first).chain(parts).map(|name| self.sheet(&name, kind, own));
        Ok(Chosen { sheets: sheets.collect::<Result<_, _>>()?, passed_over })
    }

    fn sheet(&mut self, name: &str, kind: Kind, own: Option<&OwnHeadings>) -> Result<Sheet, Problem> {
        let money = self.look(name, kind, own)?.map(|look| look.money).unwrap_or_default();
        Ok(Sheet { name: name.to_owned(), text: self.text(name, usize::MAX, &money)? })
    }

    /// What the first rows of a sheet say for a kind of file; `None` where they lack its columns.
    fn look(&mut self, sheet: &str, kind: Kind, own: Option<&OwnHeadings>) -> Result<Option<Look>, Problem> {
        let text = self.text(sheet, FIRST_LINES, &[])?;
        Ok(match kind {
            Kind::Orders => layout::<OrderColumn>(&text, own).map(Look::plain),
            Kind::Shipments => layout::<ShipmentColumn>(&text, own).map(Look::plain),
            Kind::Receipts => layout::<ReceiptColumn>(&text, own).map(Look::plain),
            Kind::Invoices => layout::<InvoiceColumn>(&text, own).map(|layout| {
                let by_line = layout.has(InvoiceColumn::GoodsName);
                Look { answer: if by_line { Answer::ByLine } else { Answer::Plain }, ..Look::plain(layout) }
            }),
            Kind::Payments => layout::<PaymentColumn>(&text, own).map(Look::plain),
            Kind::Customers => layout::<CustomerColumn>(&text, own).map(Look::plain),
            Kind::Allowance => layout::<AllowanceColumn>(&text, own).map(Look::plain),
            Kind::Links => layout::<LinkColumn>(&text, own).map(Look::plain),
            Kind::Holidays => layout::<HolidayColumn>(&text, own).map(Look::plain),
            Kind::Disputes => layout::<DisputeColumn>(&text, own).map(Look::plain),
            Kind::Extensions => layout::<ExtensionColumn>(&text, own).map(Look::plain),
            Kind::Rates => layout::<RateColumn>(&text, own).map(Look::plain),
        })
    }

    /// The text of a sheet, up to so many rows that are not blank. The columns with these numbers hold money: where a
    /// cell's format shows two decimals, the money is what it shows. (Of a `.xls` nobody tells the formats.)
    fn text(&mut self, sheet: &str, most_rows: usize, money: &[usize]) -> Result<Vec<u8>, Problem> {
        let mut grid = Grid::default();
        match self {
            Workbook::Xlsx(workbook) => {
                let mut cells = workbook.worksheet_cells_reader(sheet).map_err(broken)?;
                let shows_cents = |style: &Style| {
                    let format = style.number_format.as_ref().map(|format| format.format_code.as_str());
                    format.and_then(decimals_shown) == Some(2)
                };
                let shows_cents: Vec<bool> = cells.styles().iter().map(shows_cents).collect();
                while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(broken)? {
                    let (row, column) = cell.get_position();
                    let text = text_of(cell.get_value());
                    let is_shown = matches!(cell.get_value(), DataRef::Float(_))
                        && shows_cents.get(style) == Some(&true)
                        && money.contains(&(column as usize));
                    if !matches!(cell.get_value(), DataRef::Empty) {
                        grid.put(row, column, &if is_shown { as_shown(text) } else { text })?;
                    }
                    if grid.filled_rows() > most_rows {
                        break;
                    }
                }
            }
            Workbook::Xls(workbook) => {
                let range = workbook.worksheet_range(sheet).map_err(broken)?;
                let (first_row, first_column) = range.start().unwrap_or_default();
                for (row, column, value) in range.used_cells() {
                    grid.put(first_row + row as u32, first_column + column as u32, &text_of(value))?;
                    if grid.filled_rows() > most_rows {
                        break;
                    }
                }
            }
        }
        Ok(grid.finish())
    }
}

/// How well a sheet answers for a kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Answer {
    /// It has the columns that are needed.
    Plain,
    /// It has a row per line of an invoice, which says more than a row per invoice.
    ByLine,
}

/// What the first rows of a sheet say.
struct Look {
    answer: Answer,
    /// The columns that hold money, by their numbers.
    money: Vec<usize>,
}

impl Look {
    #[allow(clippy::needless_pass_by_value, reason = "layouts are handed over as they come")]
    fn plain<C: Columns>(layout: Layout<C>) -> Look {
        Look { answer: Answer::Plain, money: layout.money() }
    }
}

/// The columns of a table that begins so; `None` where needed ones are missing.
fn layout<C: Columns>(text: &[u8], own: Option<&OwnHeadings>) -> Option<Layout<C>> {
    let mut records = Records::new(Cursor::new(text)).ok()?;
    Some(open_table::<C, _>(&mut records, own).ok()?.ok()?.layout)
}

/// Whether two sheets hold parts of one list, by their names.
fn are_parts(one: &str, other: &str) -> bool {
    let stem = |name: &str| name.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    stem(one) == stem(other) && SPREAD_SHEETS.contains(&stem(one).as_str())
}
