//! Settlement: which payments and red invoices pay which tranches, per customer and currency.
//!
//! First what names an invoice, then refunds, then, if the policy says so, what names none settles the oldest due.
//! Nothing vanishes: what nothing absorbs stays in the account's pool.

use std::collections::HashMap;
use std::rc::Rc;

use chrono::NaiveDate;

use super::books::{Books, Credit, CreditKind};
use super::{Customer, MoneyProof, due};
use crate::ids::{Id, Invoice};
use crate::money::Money;
use crate::policy::{Policy, Unapplied};

/// A part of a receivable with a due date of its own.
#[derive(Clone, Debug)]
pub struct Tranche {
    /// From 1, in the order of the terms.
    pub number: u32,
    /// The day it is due; never before the invoice's date.
    pub due_date: NaiveDate,
    /// Whether the terms put it before the invoice's date.
    pub due_before_invoice: bool,
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
    /// Its number.
    pub invoice_no: Rc<str>,
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
pub struct Account {
    /// The customer.
    pub customer: Rc<Customer>,
    /// The currency.
    pub currency: Rc<str>,
    /// Its receivables.
    pub claims: Vec<Claim>,
    /// Money that has settled nothing; negative where refunds exceed it.
    pub pool: Money,
    credits: Vec<Credit>,
    /// The totals of its blue invoices, as the books have them.
    invoiced: Money,
    received: Money,
    pending: Money,
    dishonoured: Money,
}

impl Account {
    /// Settles the account.
    pub fn settle(&mut self, unapplied: Unapplied) {
        let by_invoice: HashMap<Id<Invoice>, usize> =
            self.claims.iter().enumerate().map(|(at, claim)| (claim.invoice, at)).collect();
        let claim_of = |credit: &Credit| credit.names.and_then(|invoice| by_invoice.get(&invoice).copied());
        let mut credits = std::mem::take(&mut self.credits);
        credits.sort_by(|a, b| (a.date, &a.number, a.amount).cmp(&(b.date, &b.number, b.amount)));
        let (given, refunds): (Vec<&Credit>, Vec<&Credit>) =
            credits.iter().partition(|credit| !credit.amount.is_negative());
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
            self.apply_pool();
        }
        self.credits = credits;
    }

    /// The pool settles open tranches by due date, then invoice date, invoice number, tranche.
    fn apply_pool(&mut self) {
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
            let key = |claim: usize, at: usize| {
                let owed = &self.claims[claim];
                (owed.tranches[at].due_date, owed.date, Rc::clone(&owed.invoice_no), owed.tranches[at].number)
            };
            key(a, at).cmp(&key(b, bt))
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

/// One account per customer and currency, with its claims and credits, not settled yet.
pub fn accounts(books: &Books, policy: &Policy) -> Vec<Account> {
    let mut accounts: Vec<Account> = Vec::new();
    let mut known: HashMap<(usize, Rc<str>), usize> = HashMap::new();
    let mut account_of = |customer: usize, currency: Rc<str>, accounts: &mut Vec<Account>| {
        *known.entry((customer, Rc::clone(&currency))).or_insert_with(|| {
            accounts.push(Account {
                customer: books.customer(customer),
                currency,
                claims: Vec::new(),
                pool: Money::ZERO,
                credits: Vec::new(),
                invoiced: Money::ZERO,
                received: Money::ZERO,
                pending: Money::ZERO,
                dishonoured: Money::ZERO,
            });
            accounts.len() - 1
        })
    };
    for (customer, currency, claim) in due::claims(books, policy) {
        let at = account_of(customer, currency, &mut accounts);
        accounts[at].invoiced += books.invoices.total(claim.invoice);
        accounts[at].claims.push(claim);
    }
    for credit in &books.credits {
        let at = account_of(credit.customer.index(), Rc::clone(&credit.currency), &mut accounts);
        accounts[at].received += credit.amount;
        accounts[at].credits.push(credit.clone());
    }
    for held in &books.held_back {
        let at = account_of(held.customer.index(), Rc::clone(&held.currency), &mut accounts);
        let account = &mut accounts[at];
        account.received += held.amount;
        if held.dishonoured {
            account.dishonoured += held.amount;
        } else {
            account.pending += held.amount;
        }
    }
    accounts
}

impl Claim {
    /// A receivable of which nothing is settled yet.
    pub fn new(
        invoice: Id<Invoice>,
        invoice_no: &str,
        date: NaiveDate,
        terms: Rc<str>,
        tranches: Vec<Tranche>,
    ) -> Claim {
        Claim { invoice, invoice_no: invoice_no.into(), date, terms, tranches, left_over: Money::ZERO }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An account with one invoice of 100.00 in two tranches, 40.00 paid on it and 5.00 on nothing.
    fn settled() -> Account {
        let (yuan, day) = (|yuan: i128| Money::from_cents(yuan * 100), NaiveDate::default());
        let tranche = |number, amount| Tranche {
            number,
            due_date: day,
            due_before_invoice: false,
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
        let mut account = Account {
            customer: Rc::new(Customer::default()),
            currency: "CNY".into(),
            claims: vec![Claim::new(invoice, "INV-1", day, "net 30".into(), tranches)],
            pool: Money::ZERO,
            credits: vec![payment(Some(invoice), yuan(40)), payment(None, yuan(5))],
            invoiced: yuan(100),
            received: yuan(45),
            pending: Money::ZERO,
            dishonoured: Money::ZERO,
        };
        account.settle(Unapplied::Keep);
        account
    }

    fn broken_identity(account: &Account) -> Option<&'static str> {
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
        assert_eq!(broken_identity(&settled()), None);
        let corrupted = |corrupt: fn(&mut Account, Money)| {
            let mut account = settled();
            corrupt(&mut account, cent);
            broken_identity(&account)
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
