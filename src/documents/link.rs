//! `links.csv`: an invoice line, or all lines of an invoice, and the order line that it bills (发票与订单的对应).

use super::invoice::{is_digital, without_dashes};
use super::order_lines::digits_value;
use crate::diagnostic::Problem;
use crate::input::columns::LinkColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, Kind, Layout};
use crate::policy::Policy;

/// A link as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct LinkRow<'r> {
    /// The invoice's code; empty where it has none.
    pub code: &'r [u8],
    /// The invoice's number.
    pub number: &'r [u8],
    /// The number of the row within its invoice, from 1 in the file's order; `None` for all its rows.
    pub row: Option<u32>,
    /// The order.
    pub order_no: &'r [u8],
    /// The order line, as `match.csv` names it; empty where the goods say which.
    pub line_no: &'r [u8],
}

/// How links are read.
#[derive(Clone, Copy, Debug)]
pub struct LinkReader;

impl Document for LinkReader {
    type Column = LinkColumn;
    type Row<'r> = LinkRow<'r>;
    const KIND: Kind = Kind::Links;

    fn of_file(_: &Layout<LinkColumn>, _: &Policy) -> LinkReader {
        LinkReader
    }

    fn parse<'r>(&self, cells: &mut Cells<'r, '_, LinkColumn>) -> Option<LinkRow<'r>> {
        let number = without_dashes(cells.needed_id(InvoiceNo));
        let code = without_dashes(cells.id(InvoiceCode));
        let written = cells.bytes(Row);
        let row = digits_value(written).filter(|&row| row > 0);
        if row.is_none() && !written.is_empty() {
            cells.fault(Row, Problem::RowNumber(String::from_utf8_lossy(written).into_owned()));
        }
        Some(LinkRow {
            code: if is_digital(number) { &[] } else { code },
            number,
            row,
            order_no: cells.needed_id(OrderNo),
            line_no: cells.id(LineNo),
        })
    }
}
