//! Disputes (争议): what of an invoice the customer disputes. The receivable keeps ageing, is provided for as before,
//! and is not dunned (domain rule P-43).

use std::collections::HashMap;
use std::iter;

use super::finding::BookFinding;
use super::settle::Claim;
use crate::documents::customers::Customers;
use crate::documents::dispute::DisputeReader;
use crate::documents::invoices::{Invoices, Unnamed};
use crate::ids::{Id, Invoice};
use crate::input::{InputError, Intake, Kind, Place, Reason, Verdict};
use crate::money::Money;

/// A dispute that is open at the as-of date.
#[derive(Clone, Debug)]
pub struct Dispute {
    /// What of the invoice is disputed, tax included; above zero.
    pub amount: Money,
    /// The day from which it is.
    pub opened: chrono::NaiveDate,
    /// Why; may be empty.
    pub reason: String,
    /// Who must settle it; may be empty.
    pub owner: String,
    /// Where its row is.
    pub place: Place,
}

/// The open disputes, by invoice.
#[derive(Debug, Default)]
pub struct Disputes {
    by_invoice: HashMap<Id<Invoice>, Vec<Dispute>>,
}

impl Disputes {
    /// Reads `disputes.csv`. Disputes opened after the as-of date, or closed by then, are left out; one of an invoice
    /// that is not in the books is a finding.
    pub fn read(
        intake: &mut Intake<'_>,
        invoices: &Invoices,
        customers: &Customers,
        findings: &mut Vec<BookFinding>,
    ) -> Result<Disputes, InputError> {
        let as_of = intake.as_of;
        let mut disputes = Disputes::default();
        intake.read::<DisputeReader>(|row, place| {
            if !as_of.includes(row.opened) {
                return Verdict::LeftOut(Reason::AfterAsOf);
            }
            if row.closed.is_some_and(|closed| as_of.includes(closed)) {
                return Verdict::LeftOut(Reason::Closed);
            }
            match invoice_named(row.invoice_no, row.customer_id, invoices, customers) {
                Ok(invoice) => disputes.by_invoice.entry(invoice).or_default().push(Dispute {
                    amount: row.amount,
                    opened: row.opened,
                    reason: row.reason.to_owned(),
                    owner: row.owner.to_owned(),
                    place,
                }),
                Err(why) => {
                    let (customer, amount) = (String::from_utf8_lossy(row.customer_id), Some(row.amount));
                    let (kind, number) = (Kind::Disputes, row.invoice_no);
                    findings.push(BookFinding::unnamed(kind, &customer, number, amount, why));
                }
            }
            Verdict::Used
        })?;
        Ok(disputes)
    }

    /// The open disputes of an invoice, in the order of the files.
    #[inline]
    pub fn of(&self, invoice: Id<Invoice>) -> &[Dispute] {
        self.by_invoice.get(&invoice).map_or(&[], Vec::as_slice)
    }

    /// The invoices that are disputed.
    pub fn invoices(&self) -> impl Iterator<Item = Id<Invoice>> + '_ {
        self.by_invoice.keys().copied()
    }

    /// What is disputed of a claim, be it open or not.
    fn total(&self, claim: &Claim<'_>) -> Money {
        self.of(claim.invoice).iter().map(|dispute| dispute.amount).sum()
    }

    /// How much more of a claim is disputed than is open of it; `None` where that is not so.
    #[inline]
    pub fn excess(&self, claim: &Claim<'_>) -> Option<Money> {
        if self.by_invoice.is_empty() { None } else { self.excess_where_any(claim) }
    }

    #[inline(never)]
    fn excess_where_any(&self, claim: &Claim<'_>) -> Option<Money> {
        let disputed = Some(self.total(claim)).filter(|disputed| !disputed.is_zero());
        disputed.map(|disputed| disputed - claim.balance()).filter(|excess| excess.is_positive())
    }

    /// What is disputed of each open tranche of a claim, in its order: what is in dispute counts against the oldest due
    /// tranche first, as money would, and never for more than is open.
    pub fn of_tranches(&self, claim: &Claim<'_>) -> impl Iterator<Item = Money> + use<> {
        let mut left = self.total(claim);
        let mut disputed = Vec::new();
        if !left.is_zero() {
            disputed.resize(claim.tranches.len(), Money::ZERO);
            for at in claim.oldest_due_first() {
                disputed[at] = left.min(claim.tranches[at].balance());
                left -= disputed[at];
            }
        }
        disputed.into_iter().chain(iter::repeat(Money::ZERO)).take(claim.tranches.len())
    }
}

/// The invoice that a row of disputes or extensions names, or why it names none.
pub(super) fn invoice_named(
    number: &[u8],
    customer_id: &[u8],
    invoices: &Invoices,
    customers: &Customers,
) -> Result<Id<Invoice>, Unnamed> {
    let customer = match customer_id {
        [] => None,
        _ => Some(customers.find(customer_id).ok_or(Unnamed::NoSuchCustomer)?),
    };
    let named = invoices.blue_named(number, customer);
    named.ok_or_else(|| invoices.why_unnamed(number, customer, None, customers))
}
