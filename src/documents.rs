//! The documents of the books: the typed rows of each kind of file, and what a document says wherever it is used.
//!
//! Each file of this folder tells what a row of one input file holds and how its cells are read; [`approval`] says which documents
//! count, [`goods`] says when
//! two goods names are the same, [`order_lines`] keeps the order lines and finds the one a document belongs to, and
//! [`invoices`] gathers the lines of an invoice and decides which invoices are red. [`links`] knows which order line an
//! invoice's row bills where a file says so.

pub mod allowance;
pub mod approval;
pub mod customer;
pub mod customers;
pub mod dispute;
pub mod exchange_rate;
pub mod extension;
pub mod goods;
pub mod holiday;
pub mod identities;
pub mod invoice;
pub mod invoices;
pub mod link;
pub mod links;
pub mod order;
pub mod order_lines;
pub mod payment;
pub mod receipt;
pub mod remark;
pub mod shipment;
pub mod stated_terms;

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::calendar::AsOf;
use crate::input::Cells;
use crate::input::columns::Columns;
use crate::money::Rate;

/// A change of a document's state: without its date it holds for every day, with it from that day on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Since {
    /// It did not happen.
    #[default]
    Never,
    /// It happened on a day that nobody wrote down.
    Always,
    /// It happened on this day.
    Day(NaiveDate),
}

impl Since {
    /// The change, where it `happened`, on its day if that is known.
    pub fn of(happened: bool, day: Option<NaiveDate>) -> Since {
        match (happened, day) {
            (false, _) => Since::Never,
            (true, None) => Since::Always,
            (true, Some(day)) => Since::Day(day),
        }
    }

    /// Its day, where it happened and that is known.
    pub const fn day(self) -> Option<NaiveDate> {
        match self {
            Since::Day(day) => Some(day),
            Since::Never | Since::Always => None,
        }
    }

    /// Whether the change had happened at the end of the as-of date.
    pub fn holds(self, as_of: AsOf) -> bool {
        match self {
            Since::Never => false,
            Since::Always => true,
            Since::Day(day) => as_of.includes(day),
        }
    }
}

/// How far a debt is secured, as a share of it: `是` is all of it, `否` nothing, else a percentage.
pub fn secured_share<C: Columns>(cells: &mut Cells<'_, '_, C>, column: C) -> Option<Rate> {
    match cells.text(column) {
        "" => None,
        "是" | "有" | "yes" | "Y" => Some(Rate::ONE),
        "否" | "无" | "no" | "N" => Some(Rate::ZERO),
        _ => cells.rate(column),
    }
}

/// The code of a currency as exports name it (`人民币`, `RMB`, `usd`); the company's own where nothing is said.
pub fn currency_code<'a>(text: &'a str, own: &'a str) -> Cow<'a, str> {
    const NAMES: [(&str, &str); 12] = [
        ("人民币", "CNY"),
        ("RMB", "CNY"),
        ("¥", "CNY"),
        ("美元", "USD"),
        ("欧元", "EUR"),
        ("港币", "HKD"),
        ("港元", "HKD"),
        ("日元", "JPY"),
        ("英镑", "GBP"),
        ("新加坡元", "SGD"),
        ("澳元", "AUD"),
        ("加元", "CAD"),
    ];
    let text = text.trim();
    if text.is_empty() || text == own {
        return Cow::Borrowed(own);
    }
    let upper = text.to_uppercase();
    let named = NAMES.iter().find(|(name, _)| *name == upper);
    named.map_or(Cow::Owned(upper), |&(_, code)| Cow::Borrowed(code))
}
