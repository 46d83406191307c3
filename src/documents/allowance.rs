//! `allowance.csv`: an allowance movement of the period (坏账准备变动).

use crate::input::columns::AllowanceColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, Kind, Layout};
use crate::money::Money;
use crate::policy::Policy;

/// A customer's allowance as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct AllowanceRow<'r> {
    /// The customer.
    pub customer_id: &'r [u8],
    /// The allowance at the beginning of the period.
    pub opening: Money,
    /// Written off in the period: uses the allowance up.
    pub written_off: Money,
    /// Recovered of what had been written off: restores the allowance.
    pub recovered: Money,
    /// The currency, as written.
    pub currency: &'r str,
}

/// How allowance movements are read.
#[derive(Clone, Copy, Debug)]
pub struct AllowanceReader;

impl Document for AllowanceReader {
    type Column = AllowanceColumn;
    type Row<'r> = AllowanceRow<'r>;
    const KIND: Kind = Kind::Allowance;
    const MAY_REPEAT: bool = true;
    const SUMMED_MONEY: &'static [AllowanceColumn] = &[Opening, WrittenOff, Recovered];

    fn of_file(_: &Layout<AllowanceColumn>, _: &Policy) -> AllowanceReader {
        AllowanceReader
    }

    fn parse<'r>(&self, cells: &mut Cells<'r, '_, AllowanceColumn>) -> Option<AllowanceRow<'r>> {
        let opening = cells.needed_amount(Opening).map(Money::from);
        cells.money = opening.unwrap_or_default();
        cells.currency = cells.text(Currency);
        let written_off = cells.amount(WrittenOff).map_or(Money::ZERO, Money::from);
        let recovered = cells.amount(Recovered).map_or(Money::ZERO, Money::from);
        Some(AllowanceRow {
            customer_id: cells.customer(CustomerId, None, None).id(),
            opening: opening?,
            written_off,
            recovered,
            currency: cells.currency,
        })
    }
}
