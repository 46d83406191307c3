//! `disputes.csv`: an amount of an invoice that the customer disputes (争议).

use chrono::NaiveDate;

use crate::diagnostic::Problem;
use crate::input::columns::DisputeColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, Kind, Layout};
use crate::money::Money;
use crate::policy::Policy;

/// A dispute as its row states it. Texts may be empty.
#[derive(Clone, Copy, Debug)]
pub struct DisputeRow<'r> {
    /// The invoice.
    pub invoice_no: &'r [u8],
    /// Whose invoice; needed only where two customers have one of this number.
    pub customer_id: &'r [u8],
    /// What of it is disputed, tax included; above zero.
    pub amount: Money,
    /// The day from which it is disputed.
    pub opened: NaiveDate,
    /// The day from which it is so no more.
    pub closed: Option<NaiveDate>,
    /// Why.
    pub reason: &'r str,
    /// Who must settle it.
    pub owner: &'r str,
}

/// How disputes are read.
#[derive(Clone, Copy, Debug)]
pub struct DisputeReader;

impl Document for DisputeReader {
    type Column = DisputeColumn;
    type Row<'r> = DisputeRow<'r>;
    const KIND: Kind = Kind::Disputes;
    const MAY_REPEAT: bool = true;
    const DATE: Option<DisputeColumn> = Some(Opened);
    const SUMMED_MONEY: &'static [DisputeColumn] = &[Amount];

    fn of_file(_: &Layout<DisputeColumn>, _: &Policy) -> DisputeReader {
        DisputeReader
    }

    fn parse<'r>(&self, cells: &mut Cells<'r, '_, DisputeColumn>) -> Option<DisputeRow<'r>> {
        let invoice_no = cells.needed_id(InvoiceNo);
        let customer_id = cells.optional_party(Some(CustomerId), Some(CustomerName), Some(TaxId)).id();
        let amount = cells.needed_amount(Amount).map(Money::from);
        cells.money = amount.unwrap_or_default();
        if amount.is_some_and(|amount| !amount.is_positive()) {
            cells.fault(Amount, Problem::NotPositive(cells.text(Amount).to_owned()));
        }
        let opened = cells.needed_date(Opened);
        let closed = cells.date(Closed);
        if let (Some(opened), Some(closed)) = (opened, closed)
            && closed < opened
        {
            cells.fault(Closed, Problem::BeforeOpened(closed, opened));
        }
        Some(DisputeRow {
            invoice_no,
            customer_id,
            amount: amount?,
            opened: opened?,
            closed,
            reason: cells.text(Reason),
            owner: cells.text(Owner),
        })
    }
}
