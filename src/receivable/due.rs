//! When a receivable is due: its terms, the day of each event, and the tranches that follow.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::books::{Books, MovingDay};
use super::settle::{Claim, Tranche, Tranches};
use crate::documents::invoice::InvoiceKind;
use crate::documents::invoices::InvoiceHead;
use crate::ids::{CustomerKey, Id, Invoice};
use crate::input::FastMap;
use crate::matching::tallies::Billed;
use crate::money::{Money, Quantity};
use crate::policy::Policy;
use crate::terms::{Event, Rule, Terms};

/// What stands in place of the terms where the invoice has a due date of its own.
pub const DUE_DATE_GIVEN: &str = "due date given";

/// Makes receivables of invoices.
#[derive(Clone, Debug)]
pub struct Due<'b> {
    books: &'b Books,
    policy: &'b Policy,
    billed: BilledSoFar<'b>,
}

impl<'b> Due<'b> {
    /// Nothing made yet.
    pub fn new(books: &'b Books, policy: &'b Policy) -> Due<'b> {
        Due { books, policy, billed: BilledSoFar::new(books) }
    }

    /// Adds the receivable that a blue invoice with this head and this total is.
    #[inline]
    pub fn add_claim(&mut self, invoice: (Id<Invoice>, &InvoiceHead, Money), claims: &mut Vec<Claim<'b>>) {
        let (id, head, _) = invoice;
        // It is made where it stays, since it is large.
        claims.push(Claim { invoice: id, date: head.date, terms: None, tranches: Tranches::default() });
        if let Some(claim) = claims.last_mut() {
            (_, claim.terms) = self.date_with(invoice, |dated| claim.tranches.push(dated.tranche));
        }
    }

    /// Dates the tranches of an invoice, in the order of its terms; returns where these come from, and their text.
    pub fn date(&mut self, invoice: Id<Invoice>, take: impl FnMut(Dated)) -> (TermsSource, &'b str) {
        let invoices = &self.books.invoices;
        let (source, terms) =
            self.date_with((invoice, &invoices.head(invoice), invoices.total(invoice)), take);
        (source, written(terms))
    }

    #[inline]
    fn date_with(
        &mut self,
        (invoice, head, total): (Id<Invoice>, &InvoiceHead, Money),
        mut take: impl FnMut(Dated),
    ) -> (TermsSource, Option<&'b Terms>) {
        let (books, policy) = (self.books, self.policy);
        if let Some(stated) = head.due_date {
            let (unrolled, tranche) = self.tranche(1, None, stated, head.date, total);
            take(Dated { rule: None, event_date: None, stated, unrolled, tranche });
            return (TermsSource::DueDateGiven, None);
        }
        let (source, terms) = terms_of(books, invoice, head.customer, policy);
        for ((&rule, amount), number) in terms.rules().iter().zip(terms.split_amount(total)).zip(1..) {
            let event_date = event_date(books, (invoice, head.date), rule.timing.event, &mut self.billed);
            let stated = rule.timing.date(event_date.unwrap_or(head.date));
            let (unrolled, tranche) = self.tranche(number, Some(rule), stated, head.date, amount);
            take(Dated { rule: Some(rule), event_date, stated, unrolled, tranche });
        }
        (source, Some(terms))
    }

    /// A tranche, and its due date before it moves to a working day. A due date before the invoice's own date counts as
    /// the invoice date: money is not overdue before it is receivable. There is no `rule` where the invoice has a due
    /// date of its own.
    fn tranche(
        &self,
        number: u32,
        rule: Option<Rule>,
        stated: NaiveDate,
        invoice_date: NaiveDate,
        amount: Money,
    ) -> (NaiveDate, Tranche) {
        let after_the_goods = rule.is_some_and(|rule| matches!(rule.timing.event, Event::Ship | Event::Sign));
        let unrolled = stated.max(invoice_date);
        let tranche = Tranche {
            number,
            kind: rule.map(|rule| rule.kind).unwrap_or_default(),
            due_date: self.books.work_days.as_ref().map_or(unrolled, |days| days.on_or_after(unrolled)),
            prepaid: stated < invoice_date && !after_the_goods,
            amount,
            paid: Money::ZERO,
            credited: Money::ZERO,
        };
        (unrolled, tranche)
    }
}

/// How the due date of a tranche came about.
#[derive(Clone, Debug)]
pub struct Dated {
    /// The rule of the terms; `None` where the invoice has a due date of its own.
    pub rule: Option<Rule>,
    /// The day of the rule's event; `None` where the books do not know it and the invoice's date stands in.
    pub event_date: Option<NaiveDate>,
    /// The due date by the rule, before the invoice's date is looked at.
    pub stated: NaiveDate,
    /// The due date before it moves to a working day.
    pub unrolled: NaiveDate,
    /// The tranche.
    pub tranche: Tranche,
}

/// Where the terms of an invoice come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermsSource {
    /// The invoice has a due date of its own.
    DueDateGiven,
    /// Its order: the line that states them, where order lines are kept.
    Order(Option<usize>),
    /// The customer.
    Customer,
    /// `receivable.default_terms`.
    Default,
}

/// The terms of an invoice without a due date of its own: those of its order (the lowest order number that its lines
/// name, and of that order the lowest line that has terms), else of its customer, else `receivable.default_terms`.
pub(super) fn terms_of<'a>(
    books: &'a Books,
    invoice: Id<Invoice>,
    customer: Id<CustomerKey>,
    policy: &'a Policy,
) -> (TermsSource, &'a Terms) {
    let of_order = books.order_terms(invoice).map(|(line, terms)| (TermsSource::Order(line), terms));
    let of_customer = || books.customer_terms(customer);
    of_order
        .or_else(|| of_customer().map(|terms| (TermsSource::Customer, terms)))
        .unwrap_or((TermsSource::Default, &policy.receivable.default_terms))
}

/// Terms as written, or [`DUE_DATE_GIVEN`].
pub(super) fn written(terms: Option<&Terms>) -> &str {
    terms.map_or(DUE_DATE_GIVEN, Terms::text)
}

/// The day of an event for an invoice of this date; `None` where none of its order lines knows it.
#[inline]
fn event_date<'b>(
    books: &'b Books,
    (invoice, date): (Id<Invoice>, NaiveDate),
    event: Event,
    billed: &mut BilledSoFar<'b>,
) -> Option<NaiveDate> {
    match event {
        Event::Invoice => Some(date),
        Event::Order => books.lines_of(invoice).map(|line| books.orders.date_of(line)).min(),
        Event::Ship => covered_in_full(books, &books.shipped, invoice, billed),
        Event::Sign => covered_in_full(books, &books.signed, invoice, billed),
    }
}

/// The day on which the goods of all order lines of an invoice had moved; `None` where none of them did.
#[inline(never)]
fn covered_in_full<'b>(
    books: &'b Books,
    moved: &HashMap<usize, Vec<MovingDay>>,
    invoice: Id<Invoice>,
    billed: &mut BilledSoFar<'b>,
) -> Option<NaiveDate> {
    let day = |line| covered_on(books, moved.get(&line)?, line, billed.up_to(line, invoice));
    books.lines_of(invoice).filter_map(day).max()
}

/// The day on which the quantity moved, added up by date, first covers what has been billed of the line; or the last
/// such day where it never does. `None` where there is no such day.
fn covered_on(books: &Books, days: &[MovingDay], line: usize, billed: Billing) -> Option<NaiveDate> {
    let price = books.prices.get(&line).copied().unwrap_or_default();
    let covers = |moved: Quantity| {
        let spare = moved - billed.quantity;
        if billed.by_amount.is_zero() {
            !spare.is_negative()
        } else {
            spare.is_worth(price, billed.by_amount)
        }
    };
    let first = if price.is_negative() {
        days.iter().position(|day| covers(day.moved)).unwrap_or(days.len())
    } else {
        // What a quantity covers, a greater one covers too: the first to cover is the first of the greatest so far.
        days.partition_point(|day| !covers(day.most))
    };
    days.get(first).or(days.last()).map(|day| day.date)
}

/// What has been billed of an order line: in quantity, and in money by invoices that state no quantity.
#[derive(Clone, Copy, Debug, Default)]
struct Billing {
    quantity: Quantity,
    by_amount: Money,
}

/// What the blue invoices have billed of an order line up to and including one of them. An invoice that red ones reverse
/// in full is not counted. Of lines with many invoices the sums are kept, so that none is added up again and again.
#[derive(Clone, Debug)]
struct BilledSoFar<'b> {
    books: &'b Books,
    reversed: HashSet<Id<Invoice>>,
    kept: FastMap<usize, Vec<(Id<Invoice>, Billing)>>,
}

/// Order lines with more invoices than this have their sums kept.
const FEW_INVOICES: usize = 16;

impl<'b> BilledSoFar<'b> {
    fn new(books: &'b Books) -> BilledSoFar<'b> {
        BilledSoFar { books, reversed: reversed_in_full(books), kept: FastMap::default() }
    }

    fn up_to(&mut self, line: usize, last: Id<Invoice>) -> Billing {
        let invoices = &self.books.invoices;
        // The order of a line's invoices: by date, then number, then code.
        let order = |one: Id<Invoice>, other: Id<Invoice>| {
            let by_date = invoices.head(one).date.cmp(&invoices.head(other).date);
            by_date.then_with(|| invoices.order(one, other))
        };
        if !self.kept.contains_key(&line) {
            if self.books.billing.invoices_of(line).nth(FEW_INVOICES).is_none() {
                let before =
                    self.of_line(line).into_iter().filter(|&(invoice, _)| order(invoice, last).is_le());
                return before.fold(Billing::default(), |sum, (_, billed)| sum.plus(billed));
            }
            let mut sums = self.of_line(line);
            sums.sort_by(|&(one, _), &(other, _)| order(one, other));
            let mut sum = Billing::default();
            for (_, billed) in &mut sums {
                sum = sum.plus(*billed);
                *billed = sum;
            }
            self.kept.insert(line, sums);
        }
        let sums = &self.kept[&line];
        let counted = sums.partition_point(|&(invoice, _)| order(invoice, last).is_le());
        counted.checked_sub(1).map_or_else(Billing::default, |at| sums[at].1)
    }

    /// What each blue invoice bills of the line, in no particular order.
    fn of_line(&self, line: usize) -> Vec<(Id<Invoice>, Billing)> {
        let invoices = &self.books.invoices;
        let counts =
            |billed: &Billed| billed.kind == InvoiceKind::Blue && !self.reversed.contains(&billed.invoice);
        let billed = self.books.billing.of(line, invoices).filter(counts);
        billed
            .map(|Billed { invoice, quantity, gross, .. }| {
                let by_amount = if quantity.is_none() { gross } else { Money::ZERO };
                (invoice, Billing { quantity: quantity.unwrap_or_default(), by_amount })
            })
            .collect()
    }
}

impl Billing {
    fn plus(self, other: Billing) -> Billing {
        Billing { quantity: self.quantity + other.quantity, by_amount: self.by_amount + other.by_amount }
    }
}

/// Blue invoices that red ones of the same customer, naming them, take back in full, by money.
fn reversed_in_full(books: &Books) -> HashSet<Id<Invoice>> {
    let is_full = |&(&invoice, &credited): &(&Id<Invoice>, &Money)| credited >= books.invoices.total(invoice);
    books.credited_by_red.iter().filter(is_full).map(|(&invoice, _)| invoice).collect()
}
