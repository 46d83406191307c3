//! Payments and red invoices as the ledger keeps them: what settles, and what does not (yet).

use std::sync::Arc;

use chrono::NaiveDate;

#[cfg(doc)]
use super::Books;
use crate::documents::currency_code;
use crate::eights::are_equal;
use crate::ids::{CustomerKey, Id, Invoice, Label, Names, Payment};
use crate::lang::Word;
use crate::money::Money;
use crate::receivable::designation::Designation;

/// What settles a receivable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CreditKind {
    /// Money, or a bill that counts as money; negative for a refund.
    Payment,
    /// A discount that was taken with a payment.
    Discount,
    /// A red invoice.
    RedInvoice,
}

impl CreditKind {
    /// Whether it is a payment, or the discount of one.
    pub const fn is_payment(self) -> bool {
        matches!(self, CreditKind::Payment | CreditKind::Discount)
    }

    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            CreditKind::Payment => Word { code: "payment", en: "payment", zh: "收款" },
            CreditKind::Discount => Word { code: "discount", en: "discount", zh: "折扣" },
            CreditKind::RedInvoice => Word { code: "red_invoice", en: "red invoice", zh: "红票" },
        }
    }
}

/// The document that a credit is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CreditNo {
    /// A payment.
    Payment(Id<Payment>),
    /// A red invoice.
    Invoice(Id<Invoice>),
}

/// A payment or a red invoice that settles.
#[derive(Clone, Debug)]
pub struct Credit {
    /// Which of the two.
    pub kind: CreditKind,
    /// Whose.
    pub customer: Id<CustomerKey>,
    /// In which currency ([`Books::currency`]).
    pub currency: CurrencyNo,
    /// Its day.
    pub date: NaiveDate,
    /// The day from which it settles: its own, or the day on which a bill fell due.
    pub counts_from: NaiveDate,
    /// Its document ([`Books::number_of`]).
    pub number: CreditNo,
    /// What it says that it pays.
    pub names: Designation,
    /// How much it settles; negative for a refund.
    pub amount: Money,
}

/// The number of a currency of the books' credits, in as few bytes as keep a [`Credit`] in 48.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CurrencyNo([u8; 3]);

impl CurrencyNo {
    fn index(self) -> usize {
        let CurrencyNo([low, middle, high]) = self;
        u32::from_le_bytes([low, middle, high, 0]) as usize
    }
}

/// The currencies of credits, each once.
#[derive(Debug, Default)]
pub(super) struct Currencies {
    names: Names<Label>,
    codes: Vec<Arc<str>>,
    /// What the last payment named, and which currency that is: most name one, or none.
    last: Option<(String, CurrencyNo)>,
}

impl Currencies {
    /// The code of this number.
    pub(super) fn code(&self, number: CurrencyNo) -> &Arc<str> {
        &self.codes[number.index()]
    }

    /// The number of the currency that a payment names so; `own` is the company's.
    #[inline]
    pub(super) fn named(&mut self, written: &str, own: &str) -> CurrencyNo {
        match &self.last {
            Some((last, number)) if are_equal(last.as_bytes(), written.as_bytes()) => *number,
            _ => self.another_named(written, own),
        }
    }

    fn another_named(&mut self, written: &str, own: &str) -> CurrencyNo {
        let number = self.note(&currency_code(written, own));
        self.last = Some((written.to_owned(), number));
        number
    }

    /// The number of the currency with this code.
    pub(super) fn note(&mut self, code: &str) -> CurrencyNo {
        let (id, is_new) = self.names.intern_new(code.as_bytes());
        if is_new {
            self.codes.push(code.into());
        }
        let [low, middle, high, _] = (id.index() as u32).to_le_bytes();
        CurrencyNo([low, middle, high])
    }
}

/// A payment that settles nothing (yet).
#[derive(Clone, Debug)]
pub struct HeldBack {
    /// Whose.
    pub customer: Id<CustomerKey>,
    /// In which currency.
    pub currency: Arc<str>,
    /// Its day.
    pub date: NaiveDate,
    /// The payment.
    pub number: Id<Payment>,
    /// What it says that it pays.
    pub names: Designation,
    /// How much.
    pub amount: Money,
    /// Dishonoured, or else a bill that is not due yet.
    pub dishonoured: bool,
    /// The day on which it was dishonoured, where that is known.
    pub dishonoured_on: Option<NaiveDate>,
}
