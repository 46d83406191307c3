//! The four-document match: every order line against its shipments, signed receipts and invoices.
//!
//! Two passes. [`Matching::gather`] reads the documents once; each adds itself to the accumulator of its order line
//! ([`tallies`]), and what a single row contradicts is noted with its place. [`Matching::judge`] then goes through
//! the order lines in the order of the report, reads each again, and applies the rules ([`checks`]).

pub mod checks;
pub mod finding;
mod judge;
pub mod report;
pub mod tallies;

use crate::calendar::AsOf;
use crate::documents::invoice::InvoiceReader;
use crate::documents::invoices::Invoices;
use crate::documents::order_lines::{DocumentLine, OrderLines, OrphanReason, Placement};
use crate::documents::receipt::ReceiptReader;
use crate::documents::shipment::ShipmentReader;
use crate::input::{InputError, Intake, Kind, Place, Reason, Verdict};
use crate::policy::MatchPolicy;
use crate::receivable::finding::{BookFinding, FindingCode};
use checks::money_within;
use finding::Check;
use tallies::{Billing, Deliveries};

/// The documents of a book, gathered by order line.
#[derive(Debug)]
pub struct Matching {
    /// The order lines.
    pub lines: OrderLines,
    /// The invoices.
    pub invoices: Invoices,
    deliveries: Deliveries,
    billing: Billing,
    /// What single rows contradict, by order line.
    remarks: Vec<Remark>,
    /// Receipts with damaged or rejected goods, by order line.
    notes: Vec<(u32, Place)>,
    /// Which order lines have remarks or notes at all: [`REMARKED`], [`NOTED`].
    marks: Vec<u8>,
    orphans: Vec<Orphan>,
    as_of: AsOf,
}

const REMARKED: u8 = 1;
const NOTED: u8 = 2;

/// A contradiction between one row and its order line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Remark {
    line: u32,
    check: Check,
    kind: Kind,
    within: bool,
    place: Place,
}

/// A document's line without an order line.
#[derive(Clone, Copy, Debug)]
struct Orphan {
    kind: Kind,
    place: Place,
    reason: OrphanReason,
}

impl Matching {
    /// Reads orders, shipments, receipts and invoices. Rows of an order line that is dated after the as-of date are
    /// left out with it.
    pub fn gather(intake: &mut Intake<'_>) -> Result<Matching, InputError> {
        let policy = &intake.policy.matching;
        let lines = OrderLines::read(intake, policy, |_, _, _| Ok(()))?;
        let mut matching = Matching {
            deliveries: Deliveries::new(lines.len()),
            billing: Billing::new(lines.len()),
            lines,
            invoices: Invoices::default(),
            remarks: Vec::new(),
            notes: Vec::new(),
            marks: Vec::new(),
            orphans: Vec::new(),
            as_of: intake.as_of,
        };
        matching.gather_shipments(intake)?;
        matching.gather_receipts(intake)?;
        matching.gather_invoices(intake, policy)?;
        matching.remarks.sort_unstable();
        matching.remarks.dedup();
        matching.notes.sort_unstable();
        matching.marks = vec![0; matching.lines.len()];
        for remark in &matching.remarks {
            matching.marks[remark.line as usize] |= REMARKED;
        }
        for &(line, _) in &matching.notes {
            matching.marks[line as usize] |= NOTED;
        }
        Ok(matching)
    }

    fn gather_shipments(&mut self, intake: &mut Intake<'_>) -> Result<(), InputError> {
        let as_of = self.as_of;
        intake.read::<ShipmentReader>(|row, place| {
            if !as_of.includes(row.date) {
                return Verdict::LeftOut(Reason::AfterAsOf);
            }
            let name = self.lines.goods.intern(row.goods_name);
            let document =
                DocumentLine { order_no: row.order_no, line_no: row.line_no, sku: row.sku, name: Some(name) };
            let placement = self.lines.place(&document);
            if placement == Placement::LaterLine {
                return Verdict::LeftOut(Reason::OrderAfterAsOf);
            }
            let shipment = self.deliveries.know_shipment(row);
            if let Some(line) = self.settle(placement, Kind::Shipments, place) {
                self.deliveries.ship(line, shipment, row);
                let order = self.lines.line(line);
                let (other_name, too_early) =
                    (order.name != name, row.date < order.date && row.quantity.is_positive());
                self.remark_if(other_name, line, Check::Name, Kind::Shipments, place);
                self.remark_if(too_early, line, Check::Date, Kind::Shipments, place);
            }
            Verdict::Used
        })
    }

    fn gather_receipts(&mut self, intake: &mut Intake<'_>) -> Result<(), InputError> {
        let as_of = self.as_of;
        intake.read::<ReceiptReader>(|row, place| {
            if !as_of.includes(row.date) {
                return Verdict::LeftOut(Reason::AfterAsOf);
            }
            let name = self.lines.goods.intern(row.goods_name);
            let document =
                DocumentLine { order_no: row.order_no, line_no: row.line_no, sku: row.sku, name: Some(name) };
            let placement = self.lines.place(&document);
            if placement == Placement::LaterLine {
                return Verdict::LeftOut(Reason::OrderAfterAsOf);
            }
            if let Some(line) = self.settle(placement, Kind::Receipts, place) {
                self.deliveries.sign(line, row);
                if row.has_damage() {
                    self.notes.push((line as u32, place));
                }
                let shipped_on = self.deliveries.first_day_of(row.shipment_no);
                let too_early =
                    row.is_positive() && shipped_on.is_some_and(|shipped_on| row.date < shipped_on);
                self.remark_if(self.lines.line(line).name != name, line, Check::Name, Kind::Receipts, place);
                self.remark_if(too_early, line, Check::Date, Kind::Receipts, place);
            }
            Verdict::Used
        })
    }

    fn gather_invoices(&mut self, intake: &mut Intake<'_>, policy: &MatchPolicy) -> Result<(), InputError> {
        let as_of = self.as_of;
        let own_currency = intake.policy.input.currency.clone();
        intake.read::<InvoiceReader>(|row, place| {
            if row.void.holds(as_of) {
                return Verdict::LeftOut(Reason::Void);
            }
            if !as_of.includes(row.date) {
                return Verdict::LeftOut(Reason::AfterAsOf);
            }
            let customer = self.lines.customers.intern(row.customer_id);
            let invoice = match self.invoices.add(row, customer, &own_currency) {
                Ok(invoice) => invoice,
                Err((column, problem)) => return Verdict::Refused(column, problem, None),
            };
            let name = (!row.goods_name.is_empty()).then(|| self.lines.goods.intern(row.goods_name));
            let document = DocumentLine { order_no: row.order_no, line_no: row.line_no, sku: row.sku, name };
            let placement = self.lines.place(&document);
            if placement == Placement::LaterLine {
                return Verdict::LeftOut(Reason::OrderAfterAsOf);
            }
            if let Some(line) = self.settle(placement, Kind::Invoices, place) {
                self.billing.bill(line, invoice, row.quantity, row.gross);
                let order = *self.lines.line(line);
                self.remark_if(
                    name.is_some_and(|name| name != order.name),
                    line,
                    Check::Name,
                    Kind::Invoices,
                    place,
                );
                let other_rate = row.tax_rate.is_some_and(|rate| !order.agrees_on_tax(rate));
                self.remark_if(other_rate, line, Check::TaxRate, Kind::Invoices, place);
                self.remark_if(order.customer != customer, line, Check::Customer, Kind::Invoices, place);
                let tax = checks::tax_differs(row.net, row.tax_rate, row.tax);
                let gross = checks::gross_differs(row.net, row.tax, row.gross);
                if tax.is_some() || gross.is_some() {
                    let within = [tax, gross].into_iter().flatten().all(|(expected, actual)| {
                        money_within(actual - expected, expected, &policy.tolerance.tax)
                    });
                    self.remark(line, Check::Tax, Kind::Invoices, place, within);
                }
            }
            Verdict::Used
        })
    }

    /// RED_MISSING: blue invoices marked as reversed that no red one names.
    pub fn reversed_without_red(&self) -> Vec<BookFinding> {
        self.invoices
            .reversed_without_red()
            .map(|invoice| {
                let customer = self.lines.customers.text(self.invoices.head(invoice).customer);
                let (number, total) = (self.invoices.number(invoice), self.invoices.total(invoice));
                BookFinding::new(FindingCode::RedMissing, customer, number, total)
            })
            .collect()
    }

    /// The order line of a document's line; what has none becomes an orphan.
    fn settle(&mut self, placement: Placement, kind: Kind, place: Place) -> Option<usize> {
        match placement {
            Placement::Line(line) => Some(line),
            Placement::LaterLine => None,
            Placement::Orphan(reason) => {
                self.orphans.push(Orphan { kind, place, reason });
                None
            }
        }
    }

    fn remark_if(&mut self, differs: bool, line: usize, check: Check, kind: Kind, place: Place) {
        if differs {
            self.remark(line, check, kind, place, false);
        }
    }

    fn remark(&mut self, line: usize, check: Check, kind: Kind, place: Place, within: bool) {
        self.remarks.push(Remark { line: line as u32, check, kind, within, place });
    }
}
