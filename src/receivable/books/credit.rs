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

/// All credits: there are millions of them, so that each is kept in 32 bytes, or in 12.
#[derive(Debug, Default)]
pub struct Credits {
    /// Those of which the invoice that they name says most.
    short: Vec<Short>,
    /// What they come to.
    short_sum: Money,
    /// All others, which are numbered behind them.
    all: Vec<Packed>,
    /// The amounts that are too large to be kept with the others.
    large: FastMap<u32, Money>,
    /// How each invoice is named.
    named: Vec<Named>,
}

/// How credits name an invoice.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Named {
    /// None does.
    #[default]
    Never,
    /// One does, and it is for all that the invoice bills.
    InFull,
    /// In another way.
    Otherwise,
}

/// A payment of all that the invoice bills which it names, in the currency that the first credit was in.
#[derive(Clone, Copy, Debug)]
struct Short {
    /// The day from which it settles, too.
    date: NaiveDate,
    payment: Id<Payment>,
    invoice: Id<Invoice>,
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

/// Who is billed by an invoice, and how much.
pub type Bill = (Id<CustomerKey>, Money);

impl Credits {
    /// Prepares for the credits of so many invoices.
    pub(super) fn expect(&mut self, invoices: usize) {
        self.all.reserve(invoices / 2);
        self.short.reserve(invoices / 2);
        self.named.resize(invoices, Named::Never);
    }

    /// Adds a credit; `bill` is what the invoice that it may name bills.
    #[inline]
    pub(super) fn push(&mut self, credit: &Credit, bill: impl FnOnce(Id<Invoice>) -> Bill) {
        if let Designation::Invoice(invoice) = credit.names
            && let Some(named) = self.named.get_mut(invoice.index())
        {
            let is_first = std::mem::replace(named, Named::Otherwise) == Named::Never;
            if is_first && bill(invoice) == (credit.customer, credit.amount) {
                *named = Named::InFull;
                if let Some(short) = Short::of(credit, invoice) {
                    self.short.push(short);
                    self.short_sum += credit.amount;
                    return;
                }
            }
        }
        let amount = credit.amount.shorten();
        if amount.is_none() {
            self.large.insert(self.all.len() as u32, credit.amount);
        }
        self.all.push(Packed::of(credit, amount.unwrap_or(LARGE)));
    }

    /// How many there are.
    pub const fn count(&self) -> u32 {
        (self.short.len() + self.all.len()) as u32
    }

    /// How credits name each invoice.
    pub fn named(&self) -> &[Named] {
        &self.named
    }

    /// The credit of this number; `bill` is what an invoice bills.
    #[inline]
    pub fn get(&self, number: u32, bill: impl FnOnce(Id<Invoice>) -> Bill) -> Credit {
        if let Some(short) = self.short.get(number as usize) {
            return short.credit(bill(short.invoice));
        }
        let number = number - self.short.len() as u32;
        let packed = self.all[number as usize];
        packed.credit(self.amount(number, &packed))
    }

    /// The amount of what is kept so.
    #[inline]
    fn amount(&self, number: u32, packed: &Packed) -> Money {
        let is_large = packed.amount == LARGE;
        let large = is_large.then(|| self.large.get(&number).copied()).flatten();
        large.unwrap_or_else(|| Money::lengthen(packed.amount))
    }

    /// Amounts with their currencies that come to all of them.
    pub fn amounts(&self) -> impl Iterator<Item = (CurrencyNo, Money)> + '_ {
        let short = (!self.short.is_empty()).then_some((CurrencyNo::FIRST, self.short_sum));
        let others = (0..).zip(&self.all);
        short.into_iter().chain(others.map(|(number, packed)| (packed.currency, self.amount(number, packed))))
    }

    /// The orders and contracts that they name.
    pub fn bundles(&self) -> impl Iterator<Item = Designation> + '_ {
        self.all.iter().map(Packed::names).filter(|names| names.is_bundle())
    }

    /// The numbers of those that are asked for by what they name, in their order, and whose they are.
    pub fn owned(
        &self,
        bill: impl Fn(Id<Invoice>) -> Bill + Clone,
        is_asked: impl Fn(Designation) -> bool + Clone,
    ) -> impl Iterator<Item = (u32, Id<CustomerKey>)> + Clone {
        let is_asked_too = is_asked.clone();
        let short = (0..).zip(&self.short).filter(move |(_, short)| is_asked(short.names()));
        let short = short.map(move |(number, short)| (number, bill(short.invoice).0));
        let others = (self.short.len() as u32..).zip(&self.all);
        let others = others.filter(move |(_, packed)| is_asked_too(packed.names()));
        short.chain(others.map(|(number, packed)| (number, packed.customer)))
    }

    /// Brings near those of these numbers.
    pub fn approach(&self, numbers: &[u32]) {
        let others = numbers.iter().filter_map(|&number| number.checked_sub(self.short.len() as u32));
        bring_near(others.map(|number| self.all[number as usize].customer.index() as u64));
    }
}

impl Short {
    /// A credit for all that this invoice bills, where it may be kept so.
    #[inline]
    fn of(credit: &Credit, invoice: Id<Invoice>) -> Option<Short> {
        let &Credit { kind, currency, date, counts_from, number, .. } = credit;
        match (kind, number) {
            (CreditKind::Payment, CreditNo::Payment(payment))
                if counts_from == date && currency == CurrencyNo::FIRST =>
            {
                Some(Short { date, payment, invoice })
            }
            _ => None,
        }
    }

    /// What it names.
    const fn names(&self) -> Designation {
        Designation::Invoice(self.invoice)
    }

    #[inline]
    const fn credit(&self, (customer, amount): Bill) -> Credit {
        let &Short { date, payment, .. } = self;
        Credit {
            kind: CreditKind::Payment,
            customer,
            currency: CurrencyNo::FIRST,
            date,
            counts_from: date,
            number: CreditNo::Payment(payment),
            names: self.names(),
            amount,
        }
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
    /// That of the first credit.
    const FIRST: CurrencyNo = CurrencyNo([0; 3]);

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

    /// What an invoice bills in these tests.
    fn bill(invoice: Id<Invoice>) -> Bill {
        (Id::from_index(invoice.index() % 3), Money::from_cents(invoice.index() as i128 % 2))
    }

    proptest! {
        #[test]
        fn credits_are_kept_as_they_are(all in prop::collection::vec(credit(), 0..30), invoices in 0usize..9) {
            let mut credits = Credits::default();
            credits.expect(invoices);
            for credit in &all {
                credits.push(credit, bill);
            }
            let kept: Vec<Credit> = (0..all.len() as u32).map(|number| credits.get(number, bill)).collect();
            // Those that are kept short stand before the others.
            let (short, others): (Vec<Credit>, _) = (kept[..credits.short.len()].to_vec(), &kept[credits.short.len()..]);
            prop_assert!(others.iter().all(|credit| all.contains(credit)));
            let mut rest = all.clone();
            for credit in &short {
                let at = rest.iter().position(|other| other == credit);
                prop_assert!(at.is_some());
                rest.remove(at.unwrap_or_default());
            }
            prop_assert_eq!(&rest[..], others);
            prop_assert_eq!((size_of::<Short>(), size_of::<Packed>()), (12, 32));
            let sum: Money = credits.amounts().map(|(_, amount)| amount).sum();
            prop_assert_eq!(sum, all.iter().map(|credit| credit.amount).sum());
            let owned: Vec<_> = credits.owned(bill, |_| true).collect();
            let owners = kept.iter().map(|credit| credit.customer);
            prop_assert_eq!(owned, (0..).zip(owners).collect::<Vec<_>>());
            for (number, &named) in credits.named().iter().enumerate() {
                let invoice = Id::from_index(number);
                let naming: Vec<Bill> = all.iter().filter(|credit| credit.names == Designation::Invoice(invoice)).map(|credit| (credit.customer, credit.amount)).collect();
                let expected = match naming[..] {
                    [] => Named::Never,
                    [only] if only == bill(invoice) => Named::InFull,
                    _ => Named::Otherwise,
                };
                prop_assert_eq!(named, expected);
            }
        }
    }
}
