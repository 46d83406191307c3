//! What takes the rows of invoices and of payments into the books.

use std::ops::Deref;
use std::sync::Arc;

use super::{Books, Credit, CreditKind, CreditNo, HeldBack, unknown_invoice};
use crate::calendar::AsOf;
use crate::diagnostic::Problem;
use crate::documents::customers::Customers;
use crate::documents::invoice::{InvoiceLine, InvoiceLineReader, InvoiceReader, InvoiceRow};
use crate::documents::invoices::Invoices;
use crate::documents::links::Links;
use crate::documents::order_lines::{Ahead, OrderAhead, OrderLines};
use crate::documents::payment::{PaymentReader, PaymentRow};
use crate::ids::{Approached, Id, Invoice, Payment};
use crate::input::intake::Sink;
use crate::input::places::Places;
use crate::input::{Kind, Place, Reason, Verdict};
use crate::receivable::collected::BillState;
use crate::receivable::designation::Designation;
use crate::receivable::finding::{BookFinding, FindingCode};
use crate::receivable::grouping::GroupBy;

/// What takes the invoices, once all orders are read: these do not change meanwhile, but for the customers, whom invoices
/// name too.
pub(super) struct TakingInvoices<'b> {
    pub(super) books: &'b mut Books,
    pub(super) customers: &'b mut Customers,
    pub(super) orders: &'b OrderLines,
    pub(super) as_of: AsOf,
}

impl Sink<InvoiceReader, OrderAhead> for TakingInvoices<'_> {
    fn approach(&mut self, rows: &[InvoiceRow<'_>], known: &mut [OrderAhead]) {
        self.books.invoices.approach(rows.iter().zip(known.iter_mut().map(|ahead| &mut ahead.number)));
    }

    fn take(&mut self, row: &InvoiceRow<'_>, ahead: OrderAhead, _: Place) -> Verdict {
        let &mut TakingInvoices { ref mut books, ref mut customers, orders, as_of } = self;
        let invoice = match books.invoices.take(row, ahead.number, customers, as_of) {
            Ok(invoice) => invoice,
            Err(verdict) => return verdict,
        };
        books.note_order(invoice, (row.order_no, ahead.order), &orders.orders);
        Verdict::Used
    }
}

/// The same where it is asked what invoices bill, or links say so.
pub(super) struct TakingInvoiceLines<'b> {
    pub(super) invoices: TakingInvoices<'b>,
    pub(super) links: &'b mut Links,
    pub(super) by: GroupBy,
    /// Whether order lines are asked for.
    pub(super) by_line: bool,
}

impl Sink<InvoiceLineReader, Ahead> for TakingInvoiceLines<'_> {
    fn approach(&mut self, rows: &[InvoiceLine<'_>], known: &mut [Ahead]) {
        let rows = rows.iter().map(Deref::deref);
        self.invoices.books.invoices.approach(rows.zip(known.iter_mut().map(|ahead| &mut ahead.number)));
    }

    fn take(&mut self, row: &InvoiceLine<'_>, ahead: Ahead, _: Place) -> Verdict {
        let TakingInvoiceLines { invoices, links, by, by_line } = self;
        let &mut TakingInvoices { ref mut books, ref mut customers, orders, as_of } = invoices;
        let linked = links.line_of(row, orders, &books.invoices);
        let invoice = match books.invoices.take(row, ahead.number, customers, as_of) {
            Ok(invoice) => invoice,
            Err(verdict) => return verdict,
        };
        books.invoices.take_billed(invoice, row);
        match linked {
            None => books.note_order(invoice, (row.order_no, ahead.order), &orders.orders),
            Some(line) => books.note_linked_order(invoice, orders.order_of(line), &orders.orders),
        }
        if *by_line {
            let by_itself = || orders.place_ahead(&row.document_line(), ahead, &mut books.names);
            let placement = linked.map_or_else(by_itself, |line| orders.place_on(line));
            books.note_line(invoice, row, placement, *by);
        }
        Verdict::Used
    }
}

/// What takes the payments, once all invoices are read.
pub(super) struct TakingPayments<'b> {
    pub(super) books: &'b mut Books,
    pub(super) invoices: &'b Invoices,
    /// Where each payment is.
    pub(super) places: Places,
    pub(super) as_of: AsOf,
    pub(super) own_currency: &'b str,
    pub(super) confirm_days: i64,
}

/// What is known of a payment before it is taken.
#[derive(Clone, Copy)]
pub(super) struct KnownPayment {
    /// The invoice with exactly the identity that it names.
    invoice: Option<Id<Invoice>>,
    /// What was found out of its own number.
    number: Approached,
}

impl From<Option<Id<Invoice>>> for KnownPayment {
    fn from(invoice: Option<Id<Invoice>>) -> KnownPayment {
        KnownPayment { invoice, number: Approached::NOTHING }
    }
}

impl Sink<PaymentReader, KnownPayment> for TakingPayments<'_> {
    fn approach(&mut self, rows: &[PaymentRow<'_>], known: &mut [KnownPayment]) {
        let numbers = known.iter_mut().map(|known| &mut known.number);
        self.books.payments.approach_texts(rows.iter().map(|row| row.payment_no).zip(numbers));
    }

    fn take(&mut self, row: &PaymentRow<'_>, known: KnownPayment, place: Place) -> Verdict {
        let &mut TakingPayments { ref mut books, invoices, as_of, .. } = self;
        let (payment, is_new) = books.payments.intern_approached(row.payment_no, known.number);
        if !is_new {
            return self.refuse_twice(row, payment);
        }
        self.places.push(place);
        if !as_of.includes(row.date) {
            return Verdict::LeftOut(Reason::AfterAsOf);
        }
        let customer = books.orders.customers.number(row.customer_id);
        let currency_no = books.currencies.named(row.currency, self.own_currency);
        let currency = books.currencies.code(currency_no);
        if let Some(collected) = &mut books.collected {
            collected.note(row, currency, as_of, self.confirm_days);
        }
        let invoice = invoices.named_ahead(row.invoice_no, known.invoice, customer, currency);
        let bundle = books.bundles.named(row.order_no, row.contract_no);
        let credit = Credit {
            kind: CreditKind::Payment,
            customer,
            currency: currency_no,
            date: row.date,
            counts_from: row.settles_on.unwrap_or(row.date).max(row.date),
            number: CreditNo::Payment(payment),
            names: invoice.map_or(bundle.unwrap_or_default(), Designation::Invoice),
            amount: row.amount(),
        };
        if row.dishonoured.holds(as_of) {
            return self.hold_back(row, payment, &credit);
        }
        if invoice.is_none() {
            self.note_no_invoice(row, bundle, &credit);
        }
        if row.settles_on.is_some() {
            if row.is_pending(as_of) {
                return self.hold_back(row, payment, &credit);
            }
            self.note_matured(row, &credit);
        }
        let credits = &mut self.books.credits;
        credits.push(&credit, |invoice| invoices.bill(invoice));
        let discount = row.discount();
        if !discount.is_zero() {
            let taken = Credit { kind: CreditKind::Discount, amount: discount, ..credit };
            credits.push(&taken, |invoice| invoices.bill(invoice));
        }
        Verdict::Used
    }
}

impl TakingPayments<'_> {
    /// Refuses a payment that there is already.
    #[inline(never)]
    fn refuse_twice(&self, row: &PaymentRow<'_>, payment: Id<Payment>) -> Verdict {
        let text = String::from_utf8_lossy(row.payment_no).into_owned();
        let earlier = self.places.get(payment.index());
        Verdict::Refused("payment_no", Problem::PaymentTwice(text, String::new()), Some(earlier))
    }

    /// Keeps a payment that settles nothing (yet): it is dishonoured, or else a bill that is not due.
    #[inline(never)]
    fn hold_back(&mut self, row: &PaymentRow<'_>, number: Id<Payment>, credit: &Credit) -> Verdict {
        let &Credit { customer, date, names, amount, .. } = credit;
        let currency = Arc::clone(self.books.currencies.code(credit.currency));
        let dishonoured = row.dishonoured.holds(self.as_of);
        let dishonoured_on = row.dishonoured.day().filter(|_| dishonoured);
        self.books.held_back.push(HeldBack {
            customer,
            currency,
            date,
            number,
            names,
            amount,
            dishonoured,
            dishonoured_on,
        });
        Verdict::Used
    }

    /// Finds what a person should know of a payment that names no invoice which it could settle; `bundle` is what else it
    /// names.
    #[inline(never)]
    fn note_no_invoice(&mut self, row: &PaymentRow<'_>, bundle: Option<Designation>, credit: &Credit) {
        let TakingPayments { books, invoices, .. } = self;
        let &Credit { customer, amount, .. } = credit;
        let currency = books.currencies.code(credit.currency);
        if !row.invoice_no.is_empty() {
            let named = (row.invoice_no, customer, &**currency);
            let customers = &books.orders.customers;
            let finding = unknown_invoice(Kind::Payments, named, row.payment_no, amount, invoices, customers);
            books.findings.push(finding);
        }
        let is_anothers = |named: Designation| {
            let bundled = books.bundles.invoices(named);
            let is_own = |&id: &Id<Invoice>| {
                let head = invoices.head(id);
                head.customer == customer && invoices.labels.text(head.currency) == &**currency
            };
            !bundled.is_empty() && !bundled.iter().any(is_own)
        };
        if bundle.is_none_or(is_anothers) {
            self.find(FindingCode::UnknownOrder, row, credit);
        }
    }

    /// Finds a bill that settles and may still be dishonoured.
    #[inline(never)]
    fn note_matured(&mut self, row: &PaymentRow<'_>, credit: &Credit) {
        if BillState::of(row, self.as_of, self.confirm_days) == BillState::ToConfirm {
            self.find(FindingCode::BillMatured, row, credit);
        }
    }

    fn find(&mut self, code: FindingCode, row: &PaymentRow<'_>, credit: &Credit) {
        let Books { orders, currencies, findings, .. } = &mut *self.books;
        let customer = orders.customers.text(credit.customer);
        let number = String::from_utf8_lossy(row.payment_no);
        let finding = BookFinding::new(code, customer, &number, credit.amount);
        findings.push(finding.in_currency(currencies.code(credit.currency)));
    }
}
