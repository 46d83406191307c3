//! What takes the rows of invoices and of payments into the books.

use std::sync::Arc;

use super::{Books, Credit, CreditKind, CreditNo, HeldBack, unknown_invoice};
use crate::calendar::AsOf;
use crate::diagnostic::Problem;
use crate::documents::customers::Customers;
use crate::documents::invoice::{InvoiceReader, InvoiceRow};
use crate::documents::invoices::Invoices;
use crate::documents::links::Links;
use crate::documents::order_lines::{Ahead, OrderLines};
use crate::documents::payment::{PaymentReader, PaymentRow};
use crate::ids::{Approached, Id, IdText, Invoice};
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
    pub(super) links: &'b mut Links,
    pub(super) as_of: AsOf,
    pub(super) by: GroupBy,
    /// Whether order lines are asked for.
    pub(super) by_line: bool,
}

impl<A: Into<Ahead> + AsMut<Approached>> Sink<InvoiceReader, A> for TakingInvoices<'_> {
    fn approach(&mut self, rows: &[InvoiceRow<'_>], known: &mut [A]) {
        self.books.invoices.approach(rows.iter().zip(known.iter_mut().map(AsMut::as_mut)));
    }

    fn take(&mut self, row: &InvoiceRow<'_>, ahead: A, _: Place) -> Verdict {
        let ahead = ahead.into();
        let &mut TakingInvoices {
            ref mut books,
            ref mut customers,
            orders,
            ref mut links,
            as_of,
            by,
            by_line,
        } = self;
        let linked = links.line_of(row, orders, &books.invoices);
        let invoice = match books.invoices.take(row, ahead.number, customers, as_of) {
            Ok(invoice) => invoice,
            Err(verdict) => return verdict,
        };
        let linked_order = linked.map(|line| orders.order_of(line));
        let linked_no = linked_order.map(|order| orders.orders.text(order));
        let order_no = linked_no.as_ref().map_or(row.order_no, IdText::as_bytes);
        books.bundles.note_invoice(order_no, invoice);
        books.note_order(invoice, (order_no, linked_order.or(ahead.order)), &orders.orders);
        if by_line {
            let document = row.document_line();
            let by_itself = || orders.place_ahead(&document, ahead, &mut books.names);
            let placement = linked.map_or_else(by_itself, |line| orders.place_on(line));
            books.note_line(invoice, row, placement, by);
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
        let &mut TakingPayments {
            ref mut books,
            invoices,
            ref mut places,
            as_of,
            own_currency,
            confirm_days,
        } = self;
        let (payment, is_new) = books.payments.intern_approached(row.payment_no, known.number);
        if !is_new {
            let text = String::from_utf8_lossy(row.payment_no).into_owned();
            let earlier = places.get(payment.index());
            return Verdict::Refused("payment_no", Problem::PaymentTwice(text, String::new()), Some(earlier));
        }
        places.push(place);
        if !as_of.includes(row.date) {
            return Verdict::LeftOut(Reason::AfterAsOf);
        }
        let customer = books.orders.customers.number(row.customer_id);
        let currency_no = books.currencies.named(row.currency, own_currency);
        let currency = books.currencies.code(currency_no);
        let (date, number, amount) = (row.date, row.payment_no, row.amount());
        if let Some(collected) = &mut books.collected {
            collected.note(row, currency, as_of, confirm_days);
        }
        let invoice = invoices.named_ahead(row.invoice_no, known.invoice, customer, currency);
        let bundle = books.bundles.named(row.order_no, row.contract_no);
        let names = invoice.map_or(bundle.unwrap_or_default(), Designation::Invoice);
        let held_back = |dishonoured| {
            let (number, currency) = (payment, Arc::clone(currency));
            let dishonoured_on = row.dishonoured.day().filter(|_| dishonoured);
            HeldBack { customer, currency, date, number, names, amount, dishonoured, dishonoured_on }
        };
        if row.dishonoured.holds(as_of) {
            books.held_back.push(held_back(true));
            return Verdict::Used;
        }
        if invoice.is_none() && !row.invoice_no.is_empty() {
            let named = (row.invoice_no, customer, &**currency);
            let customers = &books.orders.customers;
            let finding = unknown_invoice(Kind::Payments, named, number, amount, invoices, customers);
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
        let find = |code| {
            let customer = books.orders.customers.text(customer);
            let finding = BookFinding::new(code, customer, &String::from_utf8_lossy(number), amount);
            finding.in_currency(currency)
        };
        if invoice.is_none() && bundle.is_none_or(is_anothers) {
            books.findings.push(find(FindingCode::UnknownOrder));
        }
        if row.is_pending(as_of) {
            books.held_back.push(held_back(false));
            return Verdict::Used;
        }
        let is_to_confirm = || BillState::of(row, as_of, confirm_days) == BillState::ToConfirm;
        if row.settles_on.is_some() && is_to_confirm() {
            books.findings.push(find(FindingCode::BillMatured));
        }
        let parts = [(CreditKind::Payment, amount), (CreditKind::Discount, row.discount())];
        for (kind, amount) in
            parts.into_iter().filter(|(kind, amount)| *kind == CreditKind::Payment || !amount.is_zero())
        {
            books.credits.push(&Credit {
                kind,
                customer,
                currency: currency_no,
                date,
                counts_from: row.settles_on.unwrap_or(date).max(date),
                number: CreditNo::Payment(payment),
                names,
                amount,
            });
        }
        Verdict::Used
    }
}
