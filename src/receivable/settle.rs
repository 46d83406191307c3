//! Settlement: which payments and red invoices pay which tranches, per customer and currency.
//!
//! First what names an invoice, then refunds, then, if the policy says so, what names none settles the oldest due.
//! Nothing vanishes: what nothing absorbs stays in the account's pool.

use std::rc::Rc;

use chrono::NaiveDate;

use super::books::{Books, Credit, CreditKind};
use super::due::Due;
use super::{Customer, MoneyProof};
use crate::documents::invoice::InvoiceKind;
use crate::documents::invoices::Invoices;
use crate::ids::{CustomerKey, Id, Invoice};
use crate::input::FastMap;
use crate::money::Money;
use crate::policy::Unapplied;

/// A part of a receivable with a due date of its own.
#[derive(Clone, Debug)]
pub struct Tranche {
    /// From 1, in the order of the terms.
    pub number: u32,
    /// The day it is due; never before the invoice's date.
    pub due_date: NaiveDate,
    /// Whether it should have been paid before the goods: due before the invoice's date, and not by terms that count
    /// from the shipment or the signature.
    pub prepaid: bool,
    /// The amount, tax included.
    pub amount: Money,
    /// What payments have settled of it.
    pub paid: Money,
    /// What red invoices have settled of it.
    pub credited: Money,
}

impl Tranche {
    /// What is open.
    pub fn balance(&self) -> Money {
        self.amount - self.paid - self.credited
    }
}

/// A blue invoice as a receivable.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The invoice.
    pub invoice: Id<Invoice>,
    /// Its date.
    pub date: NaiveDate,
    /// The terms as written, or `due date given`.
    pub terms: Rc<str>,
    /// Its tranches, in the order of the terms.
    pub tranches: Vec<Tranche>,
    /// What payments and red invoices that name it had left over.
    left_over: Money,
}

impl Claim {
    /// Tranches by due date, then number.
    fn oldest_due_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.tranches.len()).collect();
        order.sort_by_key(|&at| (self.tranches[at].due_date, self.tranches[at].number));
        order
    }

    /// Applies a credit that names this invoice, oldest due tranche first; what is left over is kept.
    fn apply(&mut self, kind: CreditKind, amount: Money) {
        let mut rest = amount;
        for at in self.oldest_due_first() {
            let tranche = &mut self.tranches[at];
            let taken = rest.min(tranche.balance());
            match kind {
                CreditKind::Payment => tranche.paid += taken,
                CreditKind::RedInvoice => tranche.credited += taken,
            }
            rest -= taken;
        }
        self.left_over += rest;
    }

    /// Gives money back for a refund that names this invoice: first what was left over here, then what payments (not
    /// red invoices) settled here, newest due tranche first. Returns what it could not give.
    fn refund(&mut self, amount: Money) -> Money {
        let from_left_over = amount.min(self.left_over);
        self.left_over -= from_left_over;
        let mut rest = amount - from_left_over;
        for at in self.oldest_due_first().into_iter().rev() {
            let tranche = &mut self.tranches[at];
            let taken = rest.min(tranche.paid);
            tranche.paid -= taken;
            rest -= taken;
        }
        rest
    }
}

/// All that one customer owes and has paid in one currency.
#[derive(Clone, Debug)]
pub struct Account<'b> {
    /// The customer.
    pub customer: Rc<Customer>,
    /// The currency.
    pub currency: Rc<str>,
    /// Its receivables; none before [`Account::claim`].
    pub claims: Vec<Claim>,
    /// Money that has settled nothing; negative where refunds exceed it.
    pub pool: Money,
    /// Its blue invoices.
    invoices: Vec<Id<Invoice>>,
    credits: Vec<&'b Credit>,
    /// The totals of its blue invoices, as the books have them.
    invoiced: Money,
    received: Money,
    pending: Money,
    dishonoured: Money,
}

impl<'b> Account<'b> {
    fn new(customer: Rc<Customer>, currency: Rc<str>) -> Account<'b> {
        Account {
            customer,
            currency,
            claims: Vec::new(),
            pool: Money::ZERO,
            invoices: Vec::new(),
            credits: Vec::new(),
            invoiced: Money::ZERO,
            received: Money::ZERO,
            pending: Money::ZERO,
            dishonoured: Money::ZERO,
        }
    }

    /// Makes the account's invoices receivables. One account is claimed and settled after the other, so that only one
    /// account's tranches are held at a time.
    pub fn claim(&mut self, due: &mut Due<'_>) {
        let invoices = std::mem::take(&mut self.invoices);
        self.claims = invoices.into_iter().map(|invoice| due.claim(invoice)).collect();
    }

    /// Settles the account.
    pub fn settle(&mut self, unapplied: Unapplied, invoices: &Invoices) {
        let by_invoice: FastMap<Id<Invoice>, usize> =
            self.claims.iter().enumerate().map(|(at, claim)| (claim.invoice, at)).collect();
        let claim_of = |credit: &Credit| credit.names.and_then(|invoice| by_invoice.get(&invoice).copied());
        let mut credits = std::mem::take(&mut self.credits);
        credits.sort_by(|a, b| (a.date, &a.number, a.amount).cmp(&(b.date, &b.number, b.amount)));
        let (given, refunds): (Vec<&Credit>, Vec<&Credit>) =
            credits.into_iter().partition(|credit| !credit.amount.is_negative());
        for credit in given {
            match claim_of(credit) {
                Some(claim) => self.claims[claim].apply(credit.kind, credit.amount),
                None => self.pool += credit.amount,
            }
        }
        for refund in refunds {
            let amount = -refund.amount;
            self.pool -= match claim_of(refund) {
                Some(claim) => self.claims[claim].refund(amount),
                None => amount,
            };
        }
        for claim in &mut self.claims {
            self.pool += std::mem::take(&mut claim.left_over);
        }
        if unapplied == Unapplied::OldestDue {
            self.apply_pool(invoices);
        }
    }

    /// The pool settles open tranches by due date, then invoice date, invoice number, tranche.
    fn apply_pool(&mut self, invoices: &Invoices) {
        if !self.pool.is_positive() {
            return;
        }
        let mut open: Vec<(usize, usize)> = Vec::new();
        for (claim, owed) in self.claims.iter().enumerate() {
            open.extend(
                (0..owed.tranches.len())
                    .filter(|&at| !owed.tranches[at].balance().is_zero())
                    .map(|at| (claim, at)),
            );
        }
        open.sort_by(|&(a, at), &(b, bt)| {
            let (one, other) = (&self.claims[a], &self.claims[b]);
            let key = |owed: &Claim, at: usize| (owed.tranches[at].due_date, owed.date);
            let then = |owed: &Claim, at: usize| owed.tranches[at].number;
            key(one, at)
                .cmp(&key(other, bt))
                .then_with(|| invoices.number(one.invoice).cmp(invoices.number(other.invoice)))
                // Two invoices of one number differ in their codes: what settles first must not hang on their rows.
                .then_with(|| {
                    invoices.code_and_number(one.invoice).cmp(&invoices.code_and_number(other.invoice))
                })
                .then_with(|| then(one, at).cmp(&then(other, bt)))
        });
        for (claim, at) in open {
            let tranche = &mut self.claims[claim].tranches[at];
            let taken = self.pool.min(tranche.balance());
            tranche.paid += taken;
            self.pool -= taken;
        }
    }

    /// Adds the account's money to its currency's proof.
    pub fn add_to(&self, proof: &mut MoneyProof) {
        let tranches = || self.claims.iter().flat_map(|claim| &claim.tranches);
        proof.invoiced += self.invoiced;
        proof.balance += tranches().map(Tranche::balance).sum();
        proof.applied += tranches().map(|tranche| tranche.paid + tranche.credited).sum();
        proof.received += self.received;
        proof.unapplied += self.pool;
        proof.pending += self.pending;
        proof.dishonoured += self.dishonoured;
    }
}

/// One account per customer and currency, with its invoices and credits: nothing is claimed or settled yet.
pub fn accounts(books: &Books) -> Vec<Account<'_>> {
    let mut accounts = Accounts::default();
    for invoice in books.invoices.all() {
        if books.invoices.standing(invoice).kind == InvoiceKind::Red {
            continue;
        }
        let head = books.invoices.head(invoice);
        let account = accounts.of(books, head.customer, books.invoices.labels.text(head.currency));
        account.invoiced += books.invoices.total(invoice);
        account.invoices.push(invoice);
    }
    for credit in &books.credits {
        let account = accounts.of(books, credit.customer, &credit.currency);
        account.received += credit.amount;
        account.credits.push(credit);
    }
    for held in &books.held_back {
        let account = accounts.of(books, held.customer, &held.currency);
        account.received += held.amount;
        if held.dishonoured {
            account.dishonoured += held.amount;
        } else {
            account.pending += held.amount;
        }
    }
    accounts.all
}

/// Accounts, found by customer and currency.
#[derive(Default)]
struct Accounts<'b> {
    all: Vec<Account<'b>>,
    /// The accounts of each customer: few have more than one currency.
    by_customer: FastMap<Id<CustomerKey>, Vec<usize>>,
}

impl<'b> Accounts<'b> {
    /// The account, a new one where there was none.
    fn of(&mut self, books: &Books, customer: Id<CustomerKey>, currency: &str) -> &mut Account<'b> {
        let own = self.by_customer.entry(customer).or_default();
        let known = own.iter().copied().find(|&at| &*self.all[at].currency == currency);
        let at = known.unwrap_or_else(|| {
            self.all.push(Account::new(books.customer(customer.index()), currency.into()));
            own.push(self.all.len() - 1);
            self.all.len() - 1
        });
        &mut self.all[at]
    }
}

impl Claim {
    /// A receivable of which nothing is settled yet.
    pub fn new(invoice: Id<Invoice>, date: NaiveDate, terms: Rc<str>, tranches: Vec<Tranche>) -> Claim {
        Claim { invoice, date, terms, tranches, left_over: Money::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An account with one invoice of 100.00 in two tranches, 40.00 paid on it and 5.00 on nothing.
    fn with_settled<T>(then: impl FnOnce(Account<'_>) -> T) -> T {
        let (yuan, day) = (|yuan: i128| Money::from_cents(yuan * 100), NaiveDate::default());
        let tranche = |number, amount| Tranche {
            number,
            due_date: day,
            prepaid: false,
            amount,
            paid: Money::ZERO,
            credited: Money::ZERO,
        };
        let invoice = Id::from_index(0);
        let payment = |names, amount| Credit {
            kind: CreditKind::Payment,
            customer: Id::from_index(0),
            currency: "CNY".into(),
            date: day,
            number: Box::default(),
            names,
            amount,
        };
        let tranches = vec![tranche(1, yuan(30)), tranche(2, yuan(70))];
        let credits = [payment(Some(invoice), yuan(40)), payment(None, yuan(5))];
        let mut account = Account {
            claims: vec![Claim::new(invoice, day, "net 30".into(), tranches)],
            credits: credits.iter().collect(),
            invoiced: yuan(100),
            received: yuan(45),
            ..Account::new(Rc::new(Customer::default()), "CNY".into())
        };
        account.settle(Unapplied::Keep, &Invoices::default());
        then(account)
    }

    fn broken_identity(account: &Account<'_>) -> Option<&'static str> {
        let mut proof = MoneyProof::default();
        account.add_to(&mut proof);
        proof.check("CNY").err().map(|broken| broken.identity.0)
    }

    #[test]
    fn money_that_gets_lost_in_settling_breaks_the_proof() {
        const INVOICES: Option<&str> = Some("invoices - settlements = balance");
        const PAYMENTS: Option<&str> =
            Some("payments + red invoices = applied + unapplied + pending + dishonoured");
        let cent = Money::from_cents(1);
        assert_eq!(with_settled(|account| broken_identity(&account)), None);
        let corrupted = |corrupt: fn(&mut Account<'_>, Money)| {
            with_settled(|mut account| {
                corrupt(&mut account, cent);
                broken_identity(&account)
            })
        };
        assert_eq!(corrupted(|account, cent| account.claims[0].tranches[1].amount -= cent), INVOICES);
        assert_eq!(corrupted(|account, _| account.claims[0].tranches.truncate(1)), INVOICES);
        assert_eq!(corrupted(|account, cent| account.claims[0].tranches[0].paid -= cent), PAYMENTS);
        assert_eq!(corrupted(|account, cent| account.claims[0].tranches[0].credited += cent), PAYMENTS);
        assert_eq!(corrupted(|account, cent| account.pool += cent), PAYMENTS);
        assert_eq!(corrupted(|account, cent| account.pending += cent), PAYMENTS);
        assert_eq!(corrupted(|account, cent| account.dishonoured += cent), PAYMENTS);
        assert_eq!(corrupted(|account, cent| account.received += cent), PAYMENTS);
    }
}
