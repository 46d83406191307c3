//! `extensions.csv`: a later due date that was granted for an invoice (展期).

use chrono::NaiveDate;

use crate::input::columns::ExtensionColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, Kind, Layout, Reason};
use crate::policy::Policy;

/// An extension as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct ExtensionRow<'r> {
    /// The invoice.
    pub invoice_no: &'r [u8],
    /// Whose invoice; needed only where two customers have one of this number.
    pub customer_id: &'r [u8],
    /// The day until which the customer may pay.
    pub new_due_date: NaiveDate,
    /// Who granted it.
    pub approved_by: &'r str,
    /// When.
    pub approved_on: NaiveDate,
}

/// How extensions are read.
#[derive(Clone, Copy, Debug)]
pub struct ExtensionReader;

impl Document for ExtensionReader {
    type Column = ExtensionColumn;
    type Row<'r> = ExtensionRow<'r>;
    const KIND: Kind = Kind::Extensions;
    const DATE: Option<ExtensionColumn> = Some(NewDueDate);

    fn of_file(_: &Layout<ExtensionColumn>, _: &Policy) -> ExtensionReader {
        ExtensionReader
    }

    /// A row without who granted it, or when, is an application that nobody has granted: it is left out.
    fn parse<'r>(&self, cells: &mut Cells<'r, '_, ExtensionColumn>) -> Option<ExtensionRow<'r>> {
        let invoice_no = cells.needed_id(InvoiceNo);
        let customer_id = cells.optional_party(Some(CustomerId), Some(CustomerName), Some(TaxId)).id();
        let new_due_date = cells.needed_date(NewDueDate);
        let approved_by = cells.text(ApprovedBy);
        let approved_on = cells.date(ApprovedOn);
        if cells.is_sound() && (approved_by.is_empty() || approved_on.is_none()) {
            cells.leave_out(Reason::NotApproved);
            return None;
        }
        Some(ExtensionRow {
            invoice_no,
            customer_id,
            new_due_date: new_due_date?,
            approved_by,
            approved_on: approved_on?,
        })
    }
}
