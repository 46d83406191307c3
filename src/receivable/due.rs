//! When a receivable is due: its terms, the day of each event, and the tranches that follow.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use chrono::NaiveDate;

use super::books::{Books, Movement};
use super::settle::{Claim, Tranche};
use crate::documents::invoice::InvoiceKind;
use crate::ids::{Id, Invoice};
use crate::input::FastMap;
use crate::matching::tallies::Billed;
use crate::money::{Money, Quantity};
use crate::policy::Policy;
use crate::terms::{Event, Terms};

/// What stands in place of the terms where the invoice has a due date of its own.
pub const DUE_DATE_GIVEN: &str = "due date given";

/// Makes receivables of invoices.
#[derive(Debug)]
pub struct Due<'b> {
    books: &'b Books,
    policy: &'b Policy,
    reversed: HashSet<Id<Invoice>>,
    /// Terms as written, each text once.
    texts: FastMap<String, Rc<str>>,
}

impl<'b> Due<'b> {
    /// Nothing made yet.
    pub fn new(books: &'b Books, policy: &'b Policy) -> Due<'b> {
        Due { books, policy, reversed: reversed_in_full(books), texts: FastMap::default() }
    }

    /// The receivable that a blue invoice is.
    pub fn claim(&mut self, invoice: Id<Invoice>) -> Claim {
        let invoices = &self.books.invoices;
        let head = invoices.head(invoice);
        let total = invoices.total(invoice);
        let (terms, tranches) = if let Some(due_date) = head.due_date {
            (DUE_DATE_GIVEN, vec![tranche(1, None, due_date, head.date, total)])
        } else {
            let terms = terms_of(self.books, invoice, self.policy);
            (terms.text(), tranches(self.books, invoice, terms, total, &self.reversed))
        };
        let terms = if let Some(known) = self.texts.get(terms) {
            Rc::clone(known)
        } else {
            Rc::clone(self.texts.entry(terms.to_owned()).or_insert(terms.into()))
        };
        Claim::new(invoice, head.date, terms, tranches)
    }
}

/// The terms of an invoice without a due date of its own: those of its order (the lowest order number that its lines
/// name, and of that order the lowest line that has terms), else of its customer, else `receivable.default_terms`.
fn terms_of<'a>(books: &'a Books, invoice: Id<Invoice>, policy: &'a Policy) -> &'a Terms {
    books
        .order_terms(invoice)
        .or_else(|| books.customer_terms(books.invoices.head(invoice).customer))
        .unwrap_or(&policy.receivable.default_terms)
}

/// The tranches that terms make of an invoice.
fn tranches(
    books: &Books,
    invoice: Id<Invoice>,
    terms: &Terms,
    total: Money,
    reversed: &HashSet<Id<Invoice>>,
) -> Vec<Tranche> {
    let date = books.invoices.head(invoice).date;
    let amounts = terms.split_amount(total);
    let rules = terms.rules().iter().zip(amounts).zip(1..);
    rules
        .map(|((rule, amount), number)| {
            let event_date = event_date(books, invoice, rule.event, reversed).unwrap_or(date);
            tranche(number, Some(rule.event), rule.due_date(event_date), date, amount)
        })
        .collect()
}

/// A tranche. A due date before the invoice's own date counts as the invoice date: money is not overdue before it is
/// receivable. `event` is what its terms count from; `None` where the invoice has a due date of its own.
fn tranche(
    number: u32,
    event: Option<Event>,
    due_date: NaiveDate,
    invoice_date: NaiveDate,
    amount: Money,
) -> Tranche {
    let after_the_goods = matches!(event, Some(Event::Ship | Event::Sign));
    Tranche {
        number,
        due_date: due_date.max(invoice_date),
        prepaid: due_date < invoice_date && !after_the_goods,
        amount,
        paid: Money::ZERO,
        credited: Money::ZERO,
    }
}

/// The day of an event for an invoice; `None` where none of its order lines knows it.
fn event_date(
    books: &Books,
    invoice: Id<Invoice>,
    event: Event,
    reversed: &HashSet<Id<Invoice>>,
) -> Option<NaiveDate> {
    let lines = books.lines_of(invoice);
    match event {
        Event::Invoice => Some(books.invoices.head(invoice).date),
        Event::Order => lines.map(|line| books.orders.line(line).date).min(),
        Event::Ship => {
            lines.filter_map(|line| covered_on(books, &books.shipped, line, invoice, reversed)).max()
        }
        Event::Sign => {
            lines.filter_map(|line| covered_on(books, &books.signed, line, invoice, reversed)).max()
        }
    }
}

/// The day on which the quantity moved, added up by date, first covers what the blue invoices have billed of the line
/// up to and including this one; or the last such day where it never does. Only days with a positive row count as
/// days, but returns count in the sum. `None` where there is no such day.
fn covered_on(
    books: &Books,
    movements: &HashMap<usize, Vec<Movement>>,
    line: usize,
    invoice: Id<Invoice>,
    reversed: &HashSet<Id<Invoice>>,
) -> Option<NaiveDate> {
    let billed = billed_up_to(books, line, invoice, reversed);
    let price = books.prices.get(&line).copied().unwrap_or_default();
    let mut moved = Quantity::ZERO;
    let mut last = None;
    for day in movements.get(&line)?.chunk_by(|a, b| a.date == b.date) {
        moved += day.iter().map(|movement| movement.quantity).sum();
        if !day.iter().any(|movement| movement.positive) {
            continue;
        }
        last = Some(day[0].date);
        let spare = moved - billed.quantity;
        let covers = if billed.by_amount.is_zero() {
            !spare.is_negative()
        } else {
            spare.is_worth(price, billed.by_amount)
        };
        if covers {
            break;
        }
    }
    last
}

/// What has been billed of an order line: in quantity, and in money by invoices that state no quantity.
#[derive(Clone, Copy, Debug, Default)]
struct BilledSoFar {
    quantity: Quantity,
    by_amount: Money,
}

/// What the blue invoices have billed of the line up to and including this one, by invoice date, then number. An
/// invoice that red ones reverse in full is not counted.
fn billed_up_to(
    books: &Books,
    line: usize,
    invoice: Id<Invoice>,
    reversed: &HashSet<Id<Invoice>>,
) -> BilledSoFar {
    let rank = |id: Id<Invoice>| {
        let (code, number) = books.invoices.code_and_number(id);
        (books.invoices.head(id).date, number, code)
    };
    let last = rank(invoice);
    let mut sum = BilledSoFar::default();
    for Billed { invoice, quantity, gross } in books.billing.of(line, &books.invoices) {
        let is_blue = books.invoices.standing(invoice).kind == InvoiceKind::Blue;
        if !is_blue || rank(invoice) > last || reversed.contains(&invoice) {
            continue;
        }
        match quantity {
            Some(quantity) => sum.quantity += quantity,
            None => sum.by_amount += gross,
        }
    }
    sum
}

/// Blue invoices that red ones of the same customer, naming them, take back in full, by money.
fn reversed_in_full(books: &Books) -> HashSet<Id<Invoice>> {
    let is_full = |&(&invoice, &credited): &(&Id<Invoice>, &Money)| credited >= books.invoices.total(invoice);
    books.credited_by_red.iter().filter(is_full).map(|(&invoice, _)| invoice).collect()
}
