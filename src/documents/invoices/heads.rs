//! What is kept of every invoice: a few words, since there are millions of them.

use chrono::NaiveDate;

use super::InvoiceHead;
use super::gross::Gross;
use crate::documents::invoice::{InvoiceKind, Reversal};
use crate::ids::{CustomerKey, Id, Invoice, Label};
use crate::memory::bring_near;
use crate::money::Money;

/// The heads of all invoices, and what their rows come to.
#[derive(Debug, Default)]
pub(super) struct Heads {
    kept: Vec<Kept>,
    /// What invoices have in common, each once: there are few kinds.
    manners: Vec<Manner>,
    /// The due dates of the invoices up to the last that has one of its own.
    due_dates: Vec<Option<NaiveDate>>,
    /// The amounts that are too large to be kept with the others.
    large: Vec<Money>,
}

/// What is kept of an invoice, in one piece of what the processor reads of memory at a time.
#[derive(Clone, Copy, Debug)]
#[repr(align(16))]
struct Kept {
    date: NaiveDate,
    customer: Id<CustomerKey>,
    /// Which of the manners.
    manner: u32,
    gross: Gross,
}

/// An invoice and what is kept of it, but for whose it is: for whoever sorts invoices by customer, and then reads them one
/// after the other.
#[derive(Clone, Copy, Debug)]
#[repr(align(16))]
pub struct Billed {
    /// The invoice.
    pub id: Id<Invoice>,
    date: NaiveDate,
    manner: u32,
    gross: Gross,
}

impl Billed {
    /// In the place of one that is to come.
    pub const NONE: Billed =
        Billed { id: Id::from_index(0), date: NaiveDate::MIN, manner: 0, gross: Gross::NONE };
}

/// What an invoice has in common with many others; see [`InvoiceHead`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    stated: Option<InvoiceKind>,
    pub(super) reversal: Reversal,
    pub(super) marked_irregular: bool,
    currency: Id<Label>,
}

impl Heads {
    /// How many there are.
    pub(super) const fn len(&self) -> usize {
        self.kept.len()
    }

    /// Prepares for so many, or about as many.
    pub(super) fn expect(&mut self, count: usize) {
        self.kept.reserve(count);
    }

    /// Adds the head of the next invoice, whose rows come to nothing yet.
    pub(super) fn push(&mut self, head: &InvoiceHead) {
        let next = Id::from_index(self.kept.len());
        let kept = self.kept(head, Gross::default());
        self.kept.push(kept);
        self.set_due_date(next, head.due_date);
    }

    /// Whether a row that says this adds nothing to what is known of the invoice, and does not contradict it.
    #[inline(always)]
    pub(super) fn are_known(&self, id: Id<Invoice>, said: InvoiceHead) -> bool {
        let InvoiceHead { date, customer, stated, reversal, marked_irregular, due_date, currency } = said;
        let kept = self.kept[id.index()];
        (kept.date, kept.customer) == (date, customer)
            && self.manners[kept.manner as usize] == Manner { stated, reversal, marked_irregular, currency }
            && (due_date.is_none() || self.due_date(id) == due_date)
    }

    /// An invoice with what is kept of it.
    #[inline]
    pub(super) fn billed(&self, id: Id<Invoice>) -> Billed {
        let Kept { date, manner, gross, .. } = self.kept[id.index()];
        Billed { id, date, manner, gross }
    }

    /// Of such an invoice the head, where it is this customer's, and what its rows come to.
    #[inline]
    pub(super) fn head_and_gross(&self, billed: Billed, customer: Id<CustomerKey>) -> (InvoiceHead, Money) {
        let Billed { id, date, manner, gross } = billed;
        (self.head(id, Kept { date, customer, manner, gross }), gross.of(&self.large))
    }

    /// The head of an invoice.
    #[inline]
    pub(super) fn get(&self, id: Id<Invoice>) -> InvoiceHead {
        self.head(id, self.kept[id.index()])
    }

    #[inline]
    fn head(&self, id: Id<Invoice>, kept: Kept) -> InvoiceHead {
        let Kept { date, customer, manner, .. } = kept;
        let Manner { stated, reversal, marked_irregular, currency } = self.manners[manner as usize];
        let due_date = self.due_date(id);
        InvoiceHead { date, customer, stated, reversal, marked_irregular, due_date, currency }
    }

    /// An invoice's own due date.
    #[inline]
    fn due_date(&self, id: Id<Invoice>) -> Option<NaiveDate> {
        self.due_dates.get(id.index()).copied().flatten()
    }

    /// Who is billed by an invoice.
    #[inline]
    pub(super) fn customer(&self, id: Id<Invoice>) -> Id<CustomerKey> {
        self.kept[id.index()].customer
    }

    /// The currency of an invoice.
    #[inline]
    pub(super) fn currency(&self, id: Id<Invoice>) -> Id<Label> {
        self.manners[self.kept[id.index()].manner as usize].currency
    }

    /// What the rows of an invoice come to.
    #[inline]
    pub(super) fn gross(&self, id: Id<Invoice>) -> Money {
        self.kept[id.index()].gross.of(&self.large)
    }

    /// Adds to what the rows of an invoice come to.
    #[inline(always)]
    pub(super) fn add(&mut self, id: Id<Invoice>, gross: Money) {
        self.kept[id.index()].gross.add(gross, &mut self.large);
    }

    /// Brings what is kept of these invoices near.
    pub(super) fn approach(&self, ids: impl Iterator<Item = Id<Invoice>>) {
        bring_near(ids.map(|id| self.kept[id.index()].manner.into()));
    }

    /// The kind of an invoice, where any row says so.
    #[inline]
    pub(super) fn stated(&self, id: Id<Invoice>) -> Option<InvoiceKind> {
        self.manners[self.kept[id.index()].manner as usize].stated
    }

    /// Whether any invoice may be so: none has a manner that none ever had.
    pub(super) fn may_any(&self, is_so: impl Fn(&Manner) -> bool) -> bool {
        self.manners.iter().any(is_so)
    }

    /// Puts another head in the place of the invoice's.
    pub(super) fn set(&mut self, id: Id<Invoice>, head: &InvoiceHead) {
        self.kept[id.index()] = self.kept(head, self.kept[id.index()].gross);
        self.set_due_date(id, head.due_date);
    }

    #[inline]
    fn kept(&mut self, head: &InvoiceHead, gross: Gross) -> Kept {
        let &InvoiceHead { date, customer, stated, reversal, marked_irregular, currency, .. } = head;
        let manner = Manner { stated, reversal, marked_irregular, currency };
        let known = self.manners.iter().position(|known| *known == manner);
        let manner = known.unwrap_or_else(|| {
            self.manners.push(manner);
            self.manners.len() - 1
        });
        Kept { date, customer, manner: manner as u32, gross }
    }

    fn set_due_date(&mut self, id: Id<Invoice>, due_date: Option<NaiveDate>) {
        if self.due_dates.len() <= id.index() && due_date.is_some() {
            self.due_dates.resize(id.index() + 1, None);
        }
        if let Some(kept) = self.due_dates.get_mut(id.index()) {
            *kept = due_date;
        }
    }
}
