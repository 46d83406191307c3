//! Extensions (展期): a later due date that was granted for an invoice. It moves dunning; the receivable keeps ageing by
//! its own due date, and so does the provision unless `receivable.extension_moves_provision` says otherwise (domain
//! rule P-44).

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;

use super::dispute::invoice_named;
use super::finding::BookFinding;
use crate::calendar::workdays::WorkDays;
use crate::diagnostic::Problem;
use crate::documents::customers::Customers;
use crate::documents::extension::ExtensionReader;
use crate::documents::invoices::Invoices;
use crate::ids::{Id, Invoice};
use crate::input::{InputError, Intake, Kind, Place, Reason, Verdict};

/// An extension that is granted at the as-of date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Extension {
    /// The day until which the customer may pay.
    pub new_due_date: NaiveDate,
    /// Who granted it.
    pub approved_by: String,
    /// When.
    pub approved_on: NaiveDate,
    /// Where its row is.
    pub place: Place,
}

/// The extensions granted so far, by invoice and the day of their approval.
#[derive(Debug, Default)]
pub struct Extensions {
    by_invoice: HashMap<Id<Invoice>, BTreeMap<NaiveDate, Extension>>,
}

impl Extensions {
    /// Reads `extensions.csv`. Of several for one invoice the one approved last holds; two of one day that differ are an
    /// error. What is approved after the as-of date is left out; an invoice that is not in the books is a finding.
    pub fn read(
        intake: &mut Intake<'_>,
        invoices: &Invoices,
        customers: &Customers,
        findings: &mut Vec<BookFinding>,
    ) -> Result<Extensions, InputError> {
        let as_of = intake.as_of;
        let mut extensions = Extensions::default();
        intake.read::<ExtensionReader>(|row, place| {
            if !as_of.includes(row.approved_on) {
                return Verdict::LeftOut(Reason::AfterAsOf);
            }
            let invoice = match invoice_named(row.invoice_no, row.customer_id, invoices, customers) {
                Ok(invoice) => invoice,
                Err(why) => {
                    let (customer, number) = (String::from_utf8_lossy(row.customer_id), row.invoice_no);
                    findings.push(BookFinding::unnamed(Kind::Extensions, &customer, number, None, why));
                    return Verdict::Used;
                }
            };
            let granted = extensions.by_invoice.entry(invoice).or_default();
            let known = granted.entry(row.approved_on).or_insert_with(|| Extension {
                new_due_date: row.new_due_date,
                approved_by: row.approved_by.to_owned(),
                approved_on: row.approved_on,
                place,
            });
            if known.new_due_date != row.new_due_date {
                let number = String::from_utf8_lossy(row.invoice_no).into_owned();
                let problem = Problem::ExtensionTwice(number, String::new());
                return Verdict::Refused("new_due_date", problem, Some(known.place));
            }
            Verdict::Used
        })?;
        Ok(extensions)
    }

    /// The extension of an invoice that holds: the one approved last.
    #[inline]
    pub fn of(&self, invoice: Id<Invoice>) -> Option<&Extension> {
        if self.by_invoice.is_empty() { None } else { self.last_of(invoice) }
    }

    #[inline(never)]
    fn last_of(&self, invoice: Id<Invoice>) -> Option<&Extension> {
        self.by_invoice.get(&invoice)?.values().next_back()
    }

    /// The day until which the customer may pay what is due on `due_date`: an extension never brings a day forward. Where
    /// due dates move to working days, so does this one.
    #[inline]
    pub fn extended(
        &self,
        invoice: Id<Invoice>,
        due_date: NaiveDate,
        work_days: Option<&WorkDays>,
    ) -> Option<NaiveDate> {
        let day = self.of(invoice)?.new_due_date;
        let day = work_days.map_or(day, |days| days.on_or_after(day));
        Some(day).filter(|&day| day > due_date)
    }
}
