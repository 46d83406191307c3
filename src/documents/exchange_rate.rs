//! `rates.csv`: what one unit of a currency is worth in the company's, from a day on (汇率).

use chrono::NaiveDate;

use crate::input::columns::RateColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, Kind, Layout};
use crate::money::ExchangeRate;
use crate::policy::Policy;

/// A rate as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct ExchangeRateRow<'r> {
    /// The day of the rate.
    pub date: NaiveDate,
    /// The currency, as written.
    pub currency: &'r str,
    /// What one unit of it is worth in the company's currency.
    pub rate: ExchangeRate,
}

/// How rates are read.
#[derive(Clone, Copy, Debug)]
pub struct ExchangeRateReader;

impl Document for ExchangeRateReader {
    type Column = RateColumn;
    type Row<'r> = ExchangeRateRow<'r>;
    const KIND: Kind = Kind::Rates;
    const DATE: Option<RateColumn> = Some(Date);

    fn of_file(_: &Layout<RateColumn>, _: &Policy) -> ExchangeRateReader {
        ExchangeRateReader
    }

    fn parse<'r>(&self, cells: &mut Cells<'r, '_, RateColumn>) -> Option<ExchangeRateRow<'r>> {
        let date = cells.needed_date(Date);
        cells.needed_id(Currency);
        let rate = cells.needed_exchange_rate(Rate);
        Some(ExchangeRateRow { date: date?, currency: cells.text(Currency), rate: rate? })
    }
}
