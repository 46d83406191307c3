//! The four-document match: every order line against its shipments, signed receipts and invoices.
//!
//! Two passes. [`Matching::gather`] reads the documents once; each adds itself to the accumulator of its order line
//! ([`tallies`]), and what a single row contradicts is noted with its place. [`Matching::judge`] then goes through
//! the order lines in the order of the report, finds what each orders (kept in figures, or read again), and applies the
//! rules ([`checks`]).

pub mod checks;
pub mod finding;
mod follow;
mod judge;
mod notes;
pub mod report;
pub mod suggest;
pub mod tallies;

use std::collections::BTreeMap;
use std::ops::Deref;

use chrono::NaiveDate;

use crate::calendar::AsOf;
use crate::documents::customers::Customers;
use crate::documents::goods::SeenNames;
use crate::documents::invoice::{GoodsNamed, InvoiceLine, InvoiceLineReader};
use crate::documents::invoices::Invoices;
use crate::documents::links::Links;
use crate::documents::order_lines::{
    Ahead, DocumentLine, Goods, OfLine, OrderDetail, OrderLines, OrphanReason, Placement,
};
use crate::documents::receipt::{ReceiptReader, ReceiptRow};
use crate::documents::shipment::{ShipmentReader, ShipmentRow};
use crate::ids::{Id, Invoice};
use crate::input::intake::Sink;
use crate::input::{InputError, Intake, Kind, Place, Reason, Verdict};
use crate::money::Money;
use crate::parallel;
use crate::policy::MatchPolicy;
use crate::receivable::finding::{self as finding_of_books, BookFinding, FindingCode};
use checks::money_within;
use finding::Check;
use notes::Notes;
use tallies::{Billed as BilledByInvoice, Billing, Deliveries};

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
    notes: Notes,
    /// Which order lines have remarks or notes at all: [`REMARKED`], [`NOTED`].
    marks: Vec<u8>,
    orphans: Vec<Orphan>,
    /// The money of invoices' rows whose goods are named in a list elsewhere.
    listed: BTreeMap<Id<Invoice>, Money>,
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
    /// Reads orders, then shipments and receipts on one thread and invoices on another: they add to different
    /// accumulators. Order lines are sorted as the report has them before that. Rows of an order line that is dated after
    /// the as-of date are left out with it. `detail` says what is kept of order lines, their goods at least.
    pub fn gather(intake: &mut Intake<'_>, detail: OrderDetail) -> Result<Matching, InputError> {
        let mut lines = OrderLines::read(intake, &intake.policy.matching, detail, |_, _, _| Ok(()))?;
        let count = lines.len();
        let (deliveries, ()) = parallel::both(|| Deliveries::new(count), || lines.sort());
        let customers = std::mem::take(&mut lines.customers);
        let mut beside = intake.beside();
        let (billed, delivered) = parallel::both(
            || Billed::gather(&lines, customers, &mut beside),
            || Delivered::gather(&lines, deliveries, intake),
        );
        let (delivered, billed) = (delivered?, billed?);
        intake.absorb(beside);
        lines.customers = billed.customers;
        let mut notes = delivered.notes;
        notes.sort();
        let mut marks = vec![0; lines.len()];
        notes.lines().for_each(|line| marks[line] |= NOTED);
        let mut matching = Matching {
            lines,
            invoices: billed.invoices,
            deliveries: delivered.deliveries,
            billing: billed.billing,
            remarks: delivered.aside.remarks,
            notes,
            marks,
            orphans: [delivered.aside.orphans, billed.aside.orphans].concat(),
            listed: billed.listed,
            as_of: intake.as_of,
        };
        matching.add_remarks(billed.aside.remarks);
        matching.follow_originals(intake.sources, intake.policy)?;
        Ok(matching)
    }

    /// Notes further contradictions, and keeps all of them by order line.
    fn add_remarks(&mut self, further: Vec<Remark>) {
        self.remarks.extend(further);
        self.remarks.sort_unstable();
        self.remarks.dedup();
        for remark in &self.remarks {
            self.marks[remark.line as usize] |= REMARKED;
        }
    }

    /// What each invoice bills of an order line, in no particular order.
    pub fn billed(&self, line: usize) -> impl Iterator<Item = BilledByInvoice> + '_ {
        self.billing.of(line, &self.invoices)
    }

    /// The order lines that an invoice bills, in the order of their rows.
    pub fn lines_billed_by(&self, invoice: Id<Invoice>) -> Vec<usize> {
        let is_billed = |&line: &usize| self.billing.invoices_of(line).any(|id| id == invoice);
        self.lines.in_row_order((0..self.lines.len()).filter(is_billed))
    }

    /// How many rows of a kind of file have no order line.
    pub fn orphans_of(&self, kind: Kind) -> usize {
        self.orphans.iter().filter(|orphan| orphan.kind == kind).count()
    }

    /// What a person should know about the invoices themselves.
    pub fn invoice_findings(&self) -> Vec<BookFinding> {
        let mut findings = finding_of_books::of_invoices(&self.invoices, &self.lines.customers);
        findings.extend(self.listed.iter().map(|(&invoice, &gross)| {
            let customer = self.lines.customers.text(self.invoices.head(invoice).customer);
            let amount = self.invoices.standing(invoice).money(gross);
            let currency = self.invoices.labels.text(self.invoices.head(invoice).currency);
            BookFinding::new(FindingCode::GoodsListed, customer, &self.invoices.number(invoice), amount)
                .in_currency(currency)
        }));
        findings
    }
}

/// What documents of one side leave beside their sums.
#[derive(Default)]
struct Aside {
    remarks: Vec<Remark>,
    orphans: Vec<Orphan>,
}

impl Aside {
    /// The order line of a document's line; what has none becomes an orphan. `Err` says why it is left out.
    #[inline]
    fn settle(&mut self, placement: Placement, kind: Kind, place: Place) -> Result<Option<OfLine>, Reason> {
        match placement {
            Placement::Line(of_line) => Ok(Some(of_line)),
            Placement::LeftOut(reason) => Err(reason),
            Placement::Orphan(reason) => {
                self.orphans.push(Orphan { kind, place, reason });
                Ok(None)
            }
        }
    }

    #[inline]
    fn remark_if(&mut self, differs: bool, line: usize, check: Check, kind: Kind, place: Place) {
        if differs {
            self.remark(line, check, kind, place, false);
        }
    }

    fn remark(&mut self, line: usize, check: Check, kind: Kind, place: Place, within: bool) {
        self.remarks.push(Remark { line: line as u32, check, kind, within, place });
    }
}

/// Shipments and receipts, gathered.
struct Delivered {
    deliveries: Deliveries,
    notes: Notes,
    aside: Aside,
}

impl Delivered {
    /// Adds to `deliveries`, where nothing is delivered yet.
    fn gather(
        lines: &OrderLines,
        deliveries: Deliveries,
        intake: &mut Intake<'_>,
    ) -> Result<Delivered, InputError> {
        let mut delivered = Delivered { deliveries, notes: Notes::default(), aside: Aside::default() };
        // Some orders are shipped in parts.
        delivered.deliveries.expect(lines.orders.len() * 3 / 2);
        let mut names = SeenNames::default();
        let as_of = intake.as_of;
        let ahead = |rows: &[ShipmentRow<'_>]| lines.look_ahead(rows.iter().map(ShipmentRow::document_line));
        let delivering = Delivering { delivered: &mut delivered, lines, names: &mut names, as_of };
        intake.read_into::<ShipmentReader, Ahead>(ahead, delivering)?;
        let ahead = |rows: &[ReceiptRow<'_>]| lines.look_ahead(rows.iter().map(ReceiptRow::document_line));
        let delivering = Delivering { delivered: &mut delivered, lines, names: &mut names, as_of };
        intake.read_into::<ReceiptReader, Ahead>(ahead, delivering)?;
        Ok(delivered)
    }
}

/// Adds shipments, or receipts, to their order lines.
struct Delivering<'a> {
    delivered: &'a mut Delivered,
    lines: &'a OrderLines,
    names: &'a mut SeenNames,
    as_of: AsOf,
}

impl Delivering<'_> {
    /// The order line of a document's line of this day, where it has one. `Err` says why it is left out.
    #[inline(always)]
    fn place(
        &mut self,
        date: NaiveDate,
        document: &DocumentLine<'_>,
        ahead: Ahead,
        (kind, place): (Kind, Place),
    ) -> Result<Option<OfLine>, Reason> {
        if !self.as_of.includes(date) {
            return Err(Reason::AfterAsOf);
        }
        let placement = self.lines.place_ahead(document, ahead, self.names);
        self.delivered.aside.settle(placement, kind, place)
    }

    /// NAME and DATE of a document's line that was placed on this order line.
    #[inline(always)]
    fn check(&mut self, of_line: OfLine, goods_name: &[u8], too_early: bool, (kind, place): (Kind, Place)) {
        let other_name = !self.lines.is_named(of_line, goods_name, self.names);
        let aside = &mut self.delivered.aside;
        aside.remark_if(other_name, of_line.line(), Check::Name, kind, place);
        aside.remark_if(too_early, of_line.line(), Check::Date, kind, place);
    }
}

impl Sink<ShipmentReader, Ahead> for Delivering<'_> {
    fn approach(&mut self, rows: &[ShipmentRow<'_>], known: &mut [Ahead]) {
        let deliveries = &mut self.delivered.deliveries;
        deliveries.approach_named(known.iter().filter_map(Ahead::line));
        let shipment_nos = rows.iter().map(|row| row.shipment_no);
        deliveries.approach_shipments(shipment_nos.zip(known.iter_mut().map(|ahead| &mut ahead.number)));
    }

    fn take(&mut self, row: &ShipmentRow<'_>, ahead: Ahead, place: Place) -> Verdict {
        let here = (Kind::Shipments, place);
        let of_line = match self.place(row.date, &row.document_line(), ahead, here) {
            Ok(of_line) => of_line,
            Err(reason) => return Verdict::LeftOut(reason),
        };
        let deliveries = &mut self.delivered.deliveries;
        let shipment = deliveries.know_shipment(row, ahead.number);
        if let Some(of_line) = of_line {
            deliveries.ship(of_line.line(), shipment, row);
            let too_early = row.date < of_line.date() && row.quantity.is_positive();
            self.check(of_line, row.goods_name, too_early, here);
        }
        Verdict::Used
    }
}

impl Sink<ReceiptReader, Ahead> for Delivering<'_> {
    fn approach(&mut self, _: &[ReceiptRow<'_>], known: &mut [Ahead]) {
        self.delivered.deliveries.approach_shipped(known.iter().filter_map(Ahead::line));
    }

    fn take(&mut self, row: &ReceiptRow<'_>, ahead: Ahead, place: Place) -> Verdict {
        let here = (Kind::Receipts, place);
        let of_line = match self.place(row.date, &row.document_line(), ahead, here) {
            Ok(Some(of_line)) => of_line,
            Ok(None) => return Verdict::Used,
            Err(reason) => return Verdict::LeftOut(reason),
        };
        let Delivered { deliveries, notes, .. } = &mut *self.delivered;
        let shipped_on = deliveries.sign(of_line.line(), row);
        if row.has_damage() {
            notes.add(of_line.line(), row, place);
        }
        let too_early = shipped_on.is_some_and(|shipped_on| row.date < shipped_on) && row.is_positive();
        self.check(of_line, row.goods_name, too_early, here);
        Verdict::Used
    }
}

/// Adds invoices to their order lines.
struct Invoicing<'a, 'p> {
    billed: &'a mut Billed<'p>,
    lines: &'a OrderLines,
    links: &'a mut Links,
    as_of: AsOf,
}

impl Sink<InvoiceLineReader, Ahead> for Invoicing<'_, '_> {
    fn approach(&mut self, rows: &[InvoiceLine<'_>], known: &mut [Ahead]) {
        self.billed.billing.approach_named(known.iter().filter_map(Ahead::line));
        let rows = rows.iter().map(Deref::deref);
        self.billed.invoices.approach(rows.zip(known.iter_mut().map(|ahead| &mut ahead.number)));
    }

    fn take(&mut self, row: &InvoiceLine<'_>, ahead: Ahead, place: Place) -> Verdict {
        let Invoicing { billed, lines, links, as_of } = self;
        let linked = links.line_of(row, lines, &billed.invoices);
        let invoice = match billed.invoices.take(row, ahead.number, &mut billed.customers, *as_of) {
            Ok(invoice) => invoice,
            Err(verdict) => return verdict,
        };
        billed.invoices.take_billed(invoice, row);
        if row.goods_named == GoodsNamed::Elsewhere {
            *billed.listed.entry(invoice).or_default() += row.gross();
        }
        let document = row.document_line();
        // What is known of another line does not count.
        let ahead = linked.map_or(ahead, |_| Ahead::NOTHING);
        let by_itself = || lines.place_ahead(&document, ahead, &mut billed.names);
        let placement = linked.map_or_else(by_itself, |line| lines.place_on(line));
        match billed.aside.settle(placement, Kind::Invoices, place) {
            Ok(Some(of_line)) => billed.bill(lines, of_line, (row, place), invoice),
            Ok(None) => {}
            Err(reason) => return Verdict::LeftOut(reason),
        }
        Verdict::Used
    }
}

/// Invoices, gathered.
struct Billed<'p> {
    invoices: Invoices,
    billing: Billing,
    customers: Customers,
    listed: BTreeMap<Id<Invoice>, Money>,
    names: SeenNames,
    aside: Aside,
    policy: &'p MatchPolicy,
}

impl<'p> Billed<'p> {
    fn gather(
        lines: &OrderLines,
        customers: Customers,
        intake: &mut Intake<'p>,
    ) -> Result<Billed<'p>, InputError> {
        let mut billed = Billed {
            invoices: Invoices::new(intake)?,
            billing: Billing::new(lines.len()),
            customers,
            listed: BTreeMap::new(),
            names: SeenNames::default(),
            aside: Aside::default(),
            policy: &intake.policy.matching,
        };
        // Few orders are billed many times.
        billed.invoices.expect(lines.orders.len());
        let mut links = Links::read(intake, lines, &billed.invoices)?;
        let as_of = intake.as_of;
        let ahead = |rows: &[InvoiceLine<'_>]| lines.look_ahead(rows.iter().map(InvoiceLine::document_line));
        let invoicing = Invoicing { billed: &mut billed, lines, links: &mut links, as_of };
        intake.read_into::<InvoiceLineReader, Ahead>(ahead, invoicing)?;
        links.refuse_strays(lines, intake)?;
        Ok(billed)
    }

    /// Adds an invoice's row to its order line, and notes what it contradicts there.
    #[inline(always)]
    fn bill(
        &mut self,
        lines: &OrderLines,
        of_line: OfLine,
        (row, place): (&InvoiceLine<'_>, Place),
        invoice: Id<Invoice>,
    ) {
        let line = of_line.line();
        self.billing.bill(line, invoice, row.quantity, row.gross());
        let other_name = row.goods().is_some_and(|name| !lines.is_named(of_line, name, &mut self.names));
        self.aside.remark_if(other_name, line, Check::Name, Kind::Invoices, place);
        let other_customer = of_line.customer() != self.invoices.customer(invoice);
        self.aside.remark_if(other_customer, line, Check::Customer, Kind::Invoices, place);
        self.check_tax((line, lines.goods(of_line)), row, place);
    }

    /// TAX_RATE and TAX of an invoice's row.
    #[inline(always)]
    fn check_tax(&mut self, (line, goods): (usize, Option<&Goods>), row: &InvoiceLine<'_>, place: Place) {
        let disagrees = |rate| goods.is_some_and(|goods: &Goods| !goods.agrees_on_tax(rate));
        let other_rate = row.tax_rate.is_some_and(disagrees);
        self.aside.remark_if(other_rate, line, Check::TaxRate, Kind::Invoices, place);
        let tax = checks::tax_differs(row.net(), row.tax_rate, row.tax());
        let gross = checks::gross_differs(row.net(), row.tax(), row.gross());
        if tax.is_some() || gross.is_some() {
            let within = [tax, gross].into_iter().flatten().all(|(expected, actual)| {
                money_within(actual - expected, expected, &self.policy.tolerance.tax)
            });
            self.aside.remark(line, Check::Tax, Kind::Invoices, place, within);
        }
    }
}
