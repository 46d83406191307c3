//! Payments and red invoices as the ledger keeps them: what settles, and what does not (yet).

use std::sync::Arc;

use chrono::NaiveDate;

#[cfg(doc)]
use super::Books;
use crate::documents::currency_code;
use crate::eights::are_equal;
use crate::ids::{CustomerKey, Id, Invoice, Label, Names, Payment};
use crate::input::FastMap;
use crate::lang::Word;
use crate::memory::bring_near;
use crate::money::{Compact, Money};
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
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// Its document ([`Books::number_of`]): an invoice of a red invoice, and of all others a payment.
    pub number: CreditNo,
    /// What it says that it pays.
    pub names: Designation,
    /// How much it settles; negative for a refund.
    pub amount: Money,
}

/// All credits: there are millions of them, so that each is kept in 32 bytes.
#[derive(Debug, Default)]
pub struct Credits {
    all: Vec<Packed>,
    /// The amounts that are too large to be kept with the others.
    large: FastMap<u32, Money>,
}

/// A [`Credit`] as it is kept, in one piece of what the processor reads of memory at a time.
#[derive(Clone, Copy, Debug)]
#[repr(align(32))]
struct Packed {
    /// In cents, or [`LARGE`].
    amount: i64,
    customer: Id<CustomerKey>,
    date: NaiveDate,
    counts_from: NaiveDate,
    /// The payment, or of a red invoice the invoice.
    number: u32,
    /// The invoice, the order or the contract that it names.
    named: u32,
    currency: CurrencyNo,
    /// The kind, times four, and what is named.
    kinds: u8,
}

/// The amount of a credit that is among the large ones.
const LARGE: i64 = i64::MIN;

impl Credits {
    /// Makes room for so many.
    pub(super) fn reserve(&mut self, count: usize) {
        self.all.reserve(count);
    }

    /// Adds a credit.
    #[inline]
    pub(super) fn push(&mut self, credit: &Credit) {
        let amount = credit.amount.shorten();
        if amount.is_none() {
            self.large.insert(self.all.len() as u32, credit.amount);
        }
        self.all.push(Packed::of(credit, amount.unwrap_or(LARGE)));
    }

    /// The credit of this number.
    #[inline]
    pub fn get(&self, number: u32) -> Credit {
        let packed = self.all[number as usize];
        packed.credit(self.amount(number, &packed))
    }

    /// The amount of the credit of this number, which is kept so.
    #[inline]
    fn amount(&self, number: u32, packed: &Packed) -> Money {
        let is_large = packed.amount == LARGE;
        let large = is_large.then(|| self.large.get(&number).copied()).flatten();
        large.unwrap_or_else(|| Money::lengthen(packed.amount))
    }

    /// All of them, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = Credit> + '_ {
        (0..self.all.len() as u32).map(|number| self.get(number))
    }

    /// What each of them names, and its amount, in their order.
    pub fn names_and_amounts(&self) -> impl Iterator<Item = (Designation, Money)> + '_ {
        (0..).zip(&self.all).map(|(number, packed)| (packed.names(), self.amount(number, packed)))
    }

    /// The numbers of those that name what is asked for, in their order, and whose they are.
    pub fn owned(
        &self,
        is_asked: impl Fn(Designation) -> bool + Clone,
    ) -> impl Iterator<Item = (u32, Id<CustomerKey>)> + Clone {
        let asked = (0..).zip(&self.all).filter(move |(_, packed)| is_asked(packed.names()));
        asked.map(|(number, packed)| (number, packed.customer))
    }

    /// Brings near those of these numbers.
    pub fn approach(&self, numbers: &[u32]) {
        bring_near(numbers.iter().map(|&number| self.all[number as usize].customer.index() as u64));
    }
}

impl Packed {
    #[inline]
    fn of(credit: &Credit, amount: i64) -> Packed {
        let &Credit { kind, customer, currency, date, counts_from, number, names, .. } = credit;
        let kind = match kind {
            CreditKind::Payment => 0,
            CreditKind::Discount => 1,
            CreditKind::RedInvoice => 2,
        };
        let number = match number {
            CreditNo::Payment(payment) => payment.index(),
            CreditNo::Invoice(invoice) => invoice.index(),
        };
        let (what, named) = match names {
            Designation::Nothing => (0, 0),
            Designation::Invoice(invoice) => (1, invoice.index()),
            Designation::Order(order) => (2, order.index()),
            Designation::Contract(contract) => (3, contract.index()),
        };
        let (number, named, kinds) = (number as u32, named as u32, kind << 2 | what);
        Packed { amount, customer, date, counts_from, number, named, currency, kinds }
    }

    /// What it names.
    #[inline]
    fn names(&self) -> Designation {
        let named = self.named as usize;
        match self.kinds & 0b11 {
            0 => Designation::Nothing,
            1 => Designation::Invoice(Id::from_index(named)),
            2 => Designation::Order(Id::from_index(named)),
            _ => Designation::Contract(Id::from_index(named)),
        }
    }

    #[inline]
    fn credit(self, amount: Money) -> Credit {
        let names = self.names();
        let Packed { customer, date, counts_from, number, currency, kinds, .. } = self;
        let number = number as usize;
        let (kind, number) = match kinds >> 2 {
            0 => (CreditKind::Payment, CreditNo::Payment(Id::from_index(number))),
            1 => (CreditKind::Discount, CreditNo::Payment(Id::from_index(number))),
            _ => (CreditKind::RedInvoice, CreditNo::Invoice(Id::from_index(number))),
        };
        Credit { kind, customer, currency, date, counts_from, number, names, amount }
    }
}

/// The number of a currency of the books' credits, in as few bytes as keep one of these in 32.
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn designation() -> impl Strategy<Value = Designation> {
        prop_oneof![
            Just(Designation::Nothing),
            (0usize..9).prop_map(|at| Designation::Invoice(Id::from_index(at))),
            (0usize..9).prop_map(|at| Designation::Order(Id::from_index(at))),
            (0usize..9).prop_map(|at| Designation::Contract(Id::from_index(at))),
        ]
    }

    fn amount() -> impl Strategy<Value = Money> {
        let most = i128::from(i64::MAX);
        prop_oneof![-5i128..5, -most - 3..-most + 3, most - 3..most + 3].prop_map(Money::from_cents)
    }

    fn credit() -> impl Strategy<Value = Credit> {
        let numbers = (0u8..3, 0usize..9, 0usize..9, 0u32..1 << 24);
        (numbers, 0u64..999, 0u64..999, designation(), amount()).prop_map(
            |((kind, number, customer, currency), day, later, names, amount)| {
                let payment = CreditNo::Payment(Id::from_index(number));
                let (kind, number) = match kind {
                    0 => (CreditKind::Payment, payment),
                    1 => (CreditKind::Discount, payment),
                    _ => (CreditKind::RedInvoice, CreditNo::Invoice(Id::from_index(number))),
                };
                let [low, middle, high, _] = currency.to_le_bytes();
                let date = NaiveDate::default() + chrono::Days::new(day);
                Credit {
                    kind,
                    customer: Id::from_index(customer),
                    currency: CurrencyNo([low, middle, high]),
                    date,
                    counts_from: date + chrono::Days::new(later),
                    number,
                    names,
                    amount,
                }
            },
        )
    }

    proptest! {
        #[test]
        fn a_credit_is_kept_as_it_is(all in prop::collection::vec(credit(), 0..30)) {
            let mut credits = Credits::default();
            for credit in &all {
                credits.push(credit);
            }
            prop_assert_eq!(credits.iter().collect::<Vec<_>>(), all);
            prop_assert_eq!(size_of::<Packed>(), 32);
        }
    }
}
