//! The second pass of the match: what every order line orders, what its documents come to, and the rules applied.

use std::sync::Arc;

use super::checks::{self, Figures};
use super::finding::{
    Check, Finding, Findings, INVOICED, INVOICED_AMOUNT, Measure, SHIPPED, SIGNED, Wording,
};
use super::report::{DifferenceRow, MatchRow, MatchSummary, Next, OrphanRow, Status};
use super::suggest::Suggestions;
use super::{Matching, Remark, notes};
use crate::book_text::BookText;
use crate::documents::currency_code;
use crate::documents::goods::normalise;
use crate::documents::invoice::{InvoiceKind, InvoiceLineReader};
use crate::documents::order::{Ordered, OrderedReader};
use crate::documents::order_lines::LineTexts;
use crate::documents::receipt::ReceiptReader;
use crate::documents::shipment::ShipmentReader;
use crate::eights::are_equal;
use crate::input::lookup::{IN_ORDER, Lookup, SCATTERED};
use crate::input::{InputError, Kind, Sources};
use crate::matching::tallies::{Billed, Delivered};
use crate::money::{Money, Price, Quantity, Rate};
use crate::parallel;
use crate::policy::{MatchPolicy, Policy};
use crate::sorted::with_key;

/// Order lines that are judged in one go: so many that threads seldom wait for one another, and so few that what is written
/// of them stays near the processor.
const BATCH: usize = 1024;

/// The files that judging an order line reads again.
struct Reread<'a> {
    orders: Lookup<'a, OrderedReader>,
    receipts: Lookup<'a, ReceiptReader>,
    shipments: Lookup<'a, ShipmentReader>,
    invoices: Lookup<'a, InvoiceLineReader>,
}

impl<'a> Reread<'a> {
    /// `block` is how order lines are sought; the other documents are sought here and there.
    fn new(sources: &'a Sources, policy: &'a Policy, block: usize) -> Reread<'a> {
        Reread {
            orders: Lookup::new(sources, policy, block),
            receipts: Lookup::new(sources, policy, SCATTERED),
            shipments: Lookup::new(sources, policy, SCATTERED),
            invoices: Lookup::new(sources, policy, SCATTERED),
        }
    }
}

/// What a thread judges with.
struct Desk<'a> {
    reread: Reread<'a>,
    /// Of this thread alone, so that none waits for another to count who shares it.
    wording: Arc<Wording>,
    /// The line that is judged, what was billed of it, and what was found; kept, so that a line allocates next to nothing.
    row: MatchRow,
    billed: Vec<Billed>,
    texts: LineTexts,
    findings: Vec<Finding>,
    differences: Vec<DifferenceRow>,
    /// The currency as the line writes it.
    currency: String,
}

impl<'a> Desk<'a> {
    fn new(sources: &'a Sources, policy: &'a Policy, block: usize) -> Desk<'a> {
        let currency = String::new();
        let row = MatchRow {
            currency: currency_code(&currency, &policy.input.currency).into_owned(),
            ..MatchRow::default()
        };
        Desk {
            reread: Reread::new(sources, policy, block),
            wording: Arc::new(Wording::new(&policy.matching)),
            row,
            billed: Vec::new(),
            texts: LineTexts::default(),
            findings: Vec::new(),
            differences: Vec::new(),
            currency,
        }
    }

    /// The line's row, and its findings as rows.
    fn written(&mut self) -> (&MatchRow, &[DifferenceRow]) {
        let Desk { row, findings, differences, wording, .. } = self;
        let (count, line_money) = (findings.len(), row.money());
        for (at, finding) in findings.drain(..).enumerate() {
            if let Some(difference) = differences.get_mut(at) {
                difference.order_no.set(row.order_no.bytes());
                difference.line_no.set(row.line_no.bytes());
                difference.customer_id.set(row.customer_id.bytes());
                (difference.finding, difference.line_money) = (finding, line_money);
            } else {
                differences.push(DifferenceRow {
                    order_no: row.order_no.clone(),
                    line_no: row.line_no.clone(),
                    customer_id: row.customer_id.clone(),
                    finding,
                    wording: Arc::clone(wording),
                    line_money,
                });
            }
        }
        (row, &differences[..count])
    }
}

impl Matching {
    /// Judges every order line, by order number, then line, in batches on all processors. `label` writes what stands
    /// in the place of customer_id. `enter` adds a line's row, and its findings where `detailed`, to its batch, and
    /// `take` gets the batches in order.
    pub fn judge<B: Default + Send, E: From<InputError>>(
        &self,
        sources: &Sources,
        policy: &Policy,
        detailed: bool,
        label: impl Fn(&Ordered<'_>, &[u8], &mut BookText) + Sync,
        enter: impl Fn(&mut B, &MatchRow, &[DifferenceRow]) + Sync,
        mut take: impl FnMut(B) -> Result<(), E>,
    ) -> Result<MatchSummary, E> {
        let starts: Vec<usize> = (0..self.lines.len()).step_by(BATCH).collect();
        let in_one_go = self.lines.are_in_row_order() && self.lines.are_read_again();
        let block = if in_one_go { IN_ORDER } else { SCATTERED };
        let mut summary = MatchSummary::default();
        summary.orphans = self.orphans.len() as u64;
        parallel::in_order(
            &starts,
            || Desk::new(sources, policy, block),
            |desk, &start| -> Result<(B, MatchSummary), InputError> {
                let mut batch = (B::default(), MatchSummary::default());
                let behind = self.lines.len().min(start + BATCH);
                if in_one_go && behind < self.lines.len() {
                    let place = |line| self.lines.place_of(line);
                    desk.reread.orders.expect(place(start), place(behind))?;
                }
                let counting: Vec<usize> = (start..behind).filter(|&line| self.lines.counts(line)).collect();
                let lines = || counting.iter().copied();
                self.lines.approach_goods(lines());
                self.deliveries.approach(lines());
                self.billing.approach(lines());
                // Few lines are billed by several invoices.
                let invoices = lines().filter_map(|line| self.billing.invoices_of(line).next());
                self.invoices.approach_totals(invoices);
                for line in lines() {
                    self.judge_again(line, policy, detailed, &label, desk)?;
                    batch.1.add(&desk.row);
                    let (row, found) = desk.written();
                    enter(&mut batch.0, row, found);
                }
                Ok(batch)
            },
            |judged| {
                let (batch, part) = judged?;
                summary.add_all(&part);
                take(batch)
            },
        )?;
        Ok(summary)
    }

    /// Judges one order line: its row and its findings.
    pub fn judge_one(
        &self,
        line: usize,
        sources: &Sources,
        policy: &Policy,
    ) -> Result<(MatchRow, Vec<DifferenceRow>), InputError> {
        let mut desk = Desk::new(sources, policy, SCATTERED);
        let label = |_: &Ordered<'_>, customer_id: &[u8], into: &mut BookText| into.set(customer_id);
        self.judge_again(line, policy, true, &label, &mut desk)?;
        desk.written();
        Ok((desk.row, desk.differences))
    }

    /// Judges an order line by what it orders: its row, and what was found where `detailed`.
    fn judge_again(
        &self,
        line: usize,
        policy: &Policy,
        detailed: bool,
        label: &impl Fn(&Ordered<'_>, &[u8], &mut BookText),
        desk: &mut Desk<'_>,
    ) -> Result<(), InputError> {
        let Desk { reread, row, billed, findings, currency, texts, .. } = desk;
        findings.clear();
        billed.clear();
        billed.extend(self.billed(line));
        let mut judge = |order: &Ordered<'_>| {
            let details = detailed.then_some(&mut *findings);
            self.judge_line((line, order, billed), &policy.matching, row, details);
            if !are_equal(currency.as_bytes(), order.currency.as_bytes()) {
                order.currency.clone_into(currency);
                row.currency = currency_code(currency, &policy.input.currency).into_owned();
            }
            let customer_id = self.lines.customers.bytes(self.lines.customer_of(line));
            label(order, customer_id, &mut row.customer_id);
        };
        if self.lines.ordered(line, texts, &mut judge).is_none() {
            reread.orders.row(self.lines.place_of(line), judge)?;
        }
        row.note.clear();
        if self.marks[line] & super::NOTED != 0 {
            self.write_note(line, &mut row.note, reread)?;
        }
        if detailed {
            for remark in self.remarks_of(line) {
                self.describe_remark(line, *remark, policy, reread, findings)?;
            }
        }
        if findings.len() > 1 {
            findings.sort();
            findings.dedup();
        }
        Ok(())
    }

    /// The row of one order line. Findings on its sums go to `details`; those on single rows are added later.
    fn judge_line(
        &self,
        (line, order, billed): (usize, &Ordered<'_>, &[Billed]),
        policy: &MatchPolicy,
        row: &mut MatchRow,
        details: Option<&mut Vec<Finding>>,
    ) {
        row.order_no.set(order.order_no);
        row.line_no.set(order.line_name());
        row.sku.set(order.sku);
        row.goods_name.set(order.goods_name);
        row.figures = self.figures(line, order, billed, policy);
        let figures = &row.figures;
        let mut found = Findings::default();
        let mut sink = FindingSink { found: &mut found, details };
        let agree = figures.quantities_agree();
        // In the order of the checks, in which findings are listed.
        if !agree {
            check_quantities(figures, policy, &mut sink);
        }
        self.check_prices(order, billed, policy, &mut sink);
        check_amounts(figures, policy, &mut sink);
        check_order_amount(order, policy, &mut sink);
        if !agree {
            self.check_signatures(line, figures, policy, &mut sink);
        }
        let cancelled = self.lines.is_cancelled(line);
        if cancelled {
            check_cancelled(figures, &mut sink);
        }
        for remark in self.remarks_of(line) {
            found.note(remark.check, remark.within);
        }
        (row.to_invoice, row.to_invoice_amount) = figures.to_invoice();
        let is_complete = agree || checks::is_complete(figures, policy);
        row.status = status(is_complete, found, cancelled);
        row.next = (row.status == Status::Open).then(|| next(figures, policy));
        row.found = found;
        found.joined(&mut row.findings);
    }

    /// What the documents of an order line come to.
    pub(super) fn figures(
        &self,
        line: usize,
        order: &Ordered<'_>,
        billed: &[Billed],
        policy: &MatchPolicy,
    ) -> Figures {
        let Delivered { shipped, signed, damaged, rejected } = self.deliveries.of(line);
        let accepted = signed.all - damaged - rejected;
        let billable = checks::billable(accepted, damaged, rejected, policy);
        let mut figures = Figures {
            ordered: order.quantity,
            shipped: shipped.all,
            shipped_positive: shipped.positive,
            accepted,
            damaged,
            rejected,
            signed_positive: signed.positive,
            billable,
            billable_amount: billable.times_rounded(order.billing_price()),
            ..Figures::default()
        };
        let (mut any_blue, mut any_blue_quantity) = (false, false);
        for billed in billed {
            figures.invoiced_amount += billed.gross;
            figures.invoiced += billed.quantity.unwrap_or_default();
            if billed.kind == InvoiceKind::Blue {
                any_blue = true;
                any_blue_quantity |= billed.quantity.is_some();
            }
        }
        if any_blue && !any_blue_quantity {
            figures.invoiced = invoiced_by_amount(&figures, policy);
        }
        figures
    }

    /// PRICE, for each blue invoice of the line.
    #[inline]
    fn check_prices(
        &self,
        order: &Ordered<'_>,
        billed: &[Billed],
        policy: &MatchPolicy,
        sink: &mut FindingSink<'_>,
    ) {
        for &billed in billed {
            let Billed { invoice, kind: InvoiceKind::Blue, quantity: Some(quantity), gross } = billed else {
                continue;
            };
            let Some(within) = checks::price_differs(gross, quantity, order.billing_price(), policy) else {
                continue;
            };
            sink.add(Check::Price, within, || {
                let actual = Price::quotient_shown(gross, quantity).unwrap_or_default();
                Finding {
                    check: Check::Price,
                    document: str::to_owned(&self.invoices.number(invoice)),
                    expected: Measure::Price(order.billing_price()),
                    actual: Measure::Price(actual),
                    difference: Measure::Price(actual - order.billing_price()),
                    within,
                }
            });
        }
    }

    /// LATE_SIGNATURE, for each shipment of the line: shipped more than `match.sign_within_days` ago and still not
    /// signed for in full.
    fn check_signatures(
        &self,
        line: usize,
        figures: &Figures,
        policy: &MatchPolicy,
        sink: &mut FindingSink<'_>,
    ) {
        if !figures.signature_differs() {
            return;
        }
        for batch in self.deliveries.batches(line) {
            let Some(first_day) = batch.first_day else { continue };
            if self.as_of.days_since(first_day) <= policy.sign_within_days || !batch.is_short() {
                continue;
            }
            sink.add(Check::LateSignature, false, || Finding {
                check: Check::LateSignature,
                document: str::to_owned(&self.deliveries.shipments.text(batch.shipment)),
                expected: Measure::Quantity(batch.shipped.all),
                actual: Measure::Quantity(batch.signed.all),
                difference: Measure::Quantity(batch.signed.all - batch.shipped.all),
                within: false,
            });
        }
    }

    #[inline]
    fn remarks_of(&self, line: usize) -> &[Remark] {
        if self.marks[line] & super::REMARKED == 0 { &[] } else { self.known_remarks(line) }
    }

    fn known_remarks(&self, line: usize) -> &[Remark] {
        with_key(&self.remarks, line as u32, |remark| remark.line)
    }

    /// Reason and responsible person of each receipt with damaged or rejected goods, in the order of the receipts'
    /// numbers.
    fn write_note(&self, line: usize, note: &mut String, reread: &mut Reread<'_>) -> Result<(), InputError> {
        let mut texts: Vec<String> = self.notes.kept(line).collect();
        for place in self.notes.unkept(line) {
            texts.push(reread.receipts.row(place, notes::note_of)?);
        }
        texts.sort();
        texts.dedup();
        note.push_str(&texts.join("; "));
        Ok(())
    }

    /// Findings on a single row of the line's documents, read again.
    fn describe_remark(
        &self,
        line: usize,
        remark: Remark,
        policy: &Policy,
        reread: &mut Reread<'_>,
        findings: &mut Vec<Finding>,
    ) -> Result<(), InputError> {
        match remark.kind {
            Kind::Shipments => findings.push(self.describe_shipment(line, remark, reread)?),
            Kind::Receipts => findings.push(self.describe_receipt(line, remark, reread)?),
            _ => self.describe_invoice(line, remark, policy, reread, findings)?,
        }
        Ok(())
    }

    fn describe_shipment(
        &self,
        line: usize,
        remark: Remark,
        reread: &mut Reread<'_>,
    ) -> Result<Finding, InputError> {
        reread.shipments.row(remark.place, |row| {
            let document = text_of(row.shipment_no);
            if remark.check == Check::Name {
                return self.name_finding(line, document, row.goods_name);
            }
            let order_date = self.lines.date_of(line);
            text_finding(Check::Date, document, order_date.to_string(), row.date.to_string())
        })
    }

    fn describe_receipt(
        &self,
        line: usize,
        remark: Remark,
        reread: &mut Reread<'_>,
    ) -> Result<Finding, InputError> {
        reread.receipts.row(remark.place, |row| {
            let document = text_of(row.receipt_no);
            if remark.check == Check::Name {
                return self.name_finding(line, document, row.goods_name);
            }
            let shipped_on = self.deliveries.first_day_of(row.shipment_no).map(|day| day.to_string());
            text_finding(Check::Date, document, shipped_on.unwrap_or_default(), row.date.to_string())
        })
    }

    fn describe_invoice(
        &self,
        line: usize,
        remark: Remark,
        policy: &Policy,
        reread: &mut Reread<'_>,
        findings: &mut Vec<Finding>,
    ) -> Result<(), InputError> {
        reread.invoices.row(remark.place, |row| {
            let document = self.invoices.shown_number(row);
            match remark.check {
                Check::Name => findings.push(self.name_finding(line, document, row.goods_name)),
                Check::Customer => {
                    let ordered_by = self.lines.customers.text(self.lines.customer_of(line)).to_owned();
                    findings.push(text_finding(
                        Check::Customer,
                        document,
                        ordered_by,
                        text_of(&row.customer_id),
                    ));
                }
                Check::TaxRate => {
                    let ordered = self.lines.goods_of(line).and_then(|goods| goods.tax_rate);
                    let rate = |rate: Option<Rate>| rate.map_or(Measure::Nothing, Measure::Rate);
                    let difference = row.tax_rate.zip(ordered).map(|(billed, ordered)| billed.less(ordered));
                    findings.push(Finding {
                        check: Check::TaxRate,
                        document,
                        expected: rate(ordered),
                        actual: rate(row.tax_rate),
                        difference: rate(difference),
                        within: false,
                    });
                }
                _ => {
                    let tolerance = &policy.matching.tolerance.tax;
                    let halves = [
                        checks::tax_differs(row.net(), row.tax_rate, row.tax()),
                        checks::gross_differs(row.net(), row.tax(), row.gross()),
                    ];
                    for (expected, actual) in halves.into_iter().flatten() {
                        let within = checks::money_within(actual - expected, expected, tolerance);
                        findings.push(money_finding(Check::Tax, document.clone(), expected, actual, within));
                    }
                }
            }
        })
    }

    fn name_finding(&self, line: usize, document: String, written: &[u8]) -> Finding {
        let ordered = self.lines.goods_of(line).map(|goods| self.lines.goods.text(goods.name));
        let expected = ordered.unwrap_or_default().to_owned();
        text_finding(Check::Name, document, expected, normalise(&String::from_utf8_lossy(written)))
    }

    /// The documents' lines without an order line, by kind, document, order and line.
    pub fn orphans(
        &self,
        suggestions: &Suggestions,
        sources: &Sources,
        policy: &Policy,
    ) -> Result<Vec<OrphanRow>, InputError> {
        let mut reread = Reread::new(sources, policy, SCATTERED);
        let mut rows = Vec::with_capacity(self.orphans.len());
        for orphan in &self.orphans {
            let row =
                |document: &[u8], order_no: &[u8], line_no: &[u8], goods_name: &[u8], quantity, amount| {
                    OrphanRow {
                        kind: orphan.kind,
                        document: text_of(document),
                        order_no: text_of(order_no),
                        line_no: text_of(line_no),
                        goods_name: text_of(goods_name),
                        quantity,
                        amount,
                        reason: orphan.reason,
                        suggestion: suggestions.at(orphan.place).map(ToString::to_string),
                    }
                };
            rows.push(match orphan.kind {
                Kind::Shipments => reread.shipments.row(orphan.place, |found| {
                    row(
                        found.shipment_no,
                        found.order_no,
                        found.line_no,
                        found.goods_name,
                        Some(found.quantity),
                        None,
                    )
                })?,
                Kind::Receipts => reread.receipts.row(orphan.place, |found| {
                    row(
                        found.receipt_no,
                        found.order_no,
                        found.line_no,
                        found.goods_name,
                        Some(found.signed()),
                        None,
                    )
                })?,
                _ => reread.invoices.row(orphan.place, |found| {
                    row(
                        found.number,
                        found.order_no,
                        found.line_no,
                        found.goods_name,
                        found.quantity,
                        Some(found.gross()),
                    )
                })?,
            });
        }
        rows.sort_by(|a, b| {
            let key = |row: &OrphanRow| {
                let figures = (row.goods_name.clone(), row.quantity, row.amount);
                (row.kind, row.document.clone(), row.order_no.clone(), row.line_no.clone(), figures)
            };
            key(a).cmp(&key(b))
        });
        Ok(rows)
    }
}

/// Where findings go: always into the set, and in full where the details are wanted.
struct FindingSink<'a> {
    found: &'a mut Findings,
    details: Option<&'a mut Vec<Finding>>,
}

impl FindingSink<'_> {
    fn add(&mut self, check: Check, within: bool, finding: impl FnOnce() -> Finding) {
        self.found.note(check, within);
        if let Some(details) = &mut self.details {
            details.push(finding());
        }
    }
}

/// `OVER_SHIPPED`, `OVER_SIGNED` and `OVER_INVOICED`: what the line's quantities show.
fn check_quantities(figures: &Figures, policy: &MatchPolicy, sink: &mut FindingSink<'_>) {
    let tolerance = &policy.tolerance.quantity;
    let mut quantities = |check, expected: Quantity, actual: Quantity| {
        let within = checks::quantity_within(actual - expected, expected, tolerance);
        sink.add(check, within, || Finding {
            check,
            document: String::new(),
            expected: Measure::Quantity(expected),
            actual: Measure::Quantity(actual),
            difference: Measure::Quantity(actual - expected),
            within,
        });
    };
    if checks::over_shipped(figures) {
        quantities(Check::OverShipped, figures.may_be_shipped(), figures.shipped);
    }
    if checks::over_signed(figures) {
        quantities(Check::OverSigned, figures.shipped, figures.signed());
    }
    if checks::over_invoiced(figures) {
        quantities(Check::OverInvoiced, figures.billable, figures.invoiced);
    }
}

/// AMOUNT: what the line's amounts show.
#[inline]
fn check_amounts(figures: &Figures, policy: &MatchPolicy, sink: &mut FindingSink<'_>) {
    if checks::amount_differs(figures) {
        let (expected, actual) = (figures.billable_amount, figures.invoiced_amount);
        let within = checks::money_within(actual - expected, expected, &policy.tolerance.amount);
        sink.add(Check::Amount, within, || {
            money_finding(Check::Amount, String::new(), expected, actual, within)
        });
    }
}

/// ORDER_AMOUNT: the order's own amount is not `round(quantity × unit_price)`.
#[inline]
fn check_order_amount(order: &Ordered<'_>, policy: &MatchPolicy, sink: &mut FindingSink<'_>) {
    let Some(actual) = order.amount.map(Money::from) else { return };
    let expected = order.computed_amount();
    if actual == expected {
        return;
    }
    let tolerance = &policy.tolerance.amount;
    let within = checks::money_within(actual - expected, expected, tolerance);
    sink.add(Check::OrderAmount, within, || {
        money_finding(Check::OrderAmount, String::new(), expected, actual, within)
    });
}

/// CANCELLED: the order line is cancelled, and something is shipped, signed for or invoiced all the same.
fn check_cancelled(figures: &Figures, sink: &mut FindingSink<'_>) {
    let mut report = |nothing: bool, what: &str, expected: Measure, actual: Measure| {
        if nothing {
            return;
        }
        sink.add(Check::Cancelled, false, || Finding {
            check: Check::Cancelled,
            document: what.to_owned(),
            expected,
            difference: actual.clone(),
            actual,
            within: false,
        });
    };
    let none = Measure::Quantity(Quantity::ZERO);
    let quantities = [(SHIPPED, figures.shipped), (SIGNED, figures.signed()), (INVOICED, figures.invoiced)];
    for (what, quantity) in quantities {
        report(quantity.is_zero(), what.code, none.clone(), Measure::Quantity(quantity));
    }
    let amount = figures.invoiced_amount;
    report(amount.is_zero(), INVOICED_AMOUNT.code, Measure::Money(Money::ZERO), Measure::Money(amount));
}

/// Invoices that state no quantity bill what is billable where the amounts agree within tolerance, else nothing.
fn invoiced_by_amount(figures: &Figures, policy: &MatchPolicy) -> Quantity {
    let difference = figures.invoiced_amount - figures.billable_amount;
    let agrees = checks::money_within(difference, figures.billable_amount, &policy.tolerance.amount);
    if agrees { figures.billable } else { Quantity::ZERO }
}

/// The status of an order line.
fn status(is_complete: bool, found: Findings, cancelled: bool) -> Status {
    if cancelled && !found.has(Check::Cancelled) {
        return Status::Cancelled;
    }
    if found.needs_review() {
        return Status::Review;
    }
    match (is_complete, found.is_empty()) {
        (false, _) => Status::Open,
        (true, true) => Status::Matched,
        (true, false) => Status::Tolerated,
    }
}

/// What an open line misses first.
fn next(figures: &Figures, policy: &MatchPolicy) -> Next {
    if checks::ships_too_little(figures, policy) {
        Next::Ship
    } else if !checks::signature_settled(figures, policy) {
        Next::Sign
    } else {
        Next::Invoice
    }
}

fn money_finding(check: Check, document: String, expected: Money, actual: Money, within: bool) -> Finding {
    Finding {
        check,
        document,
        expected: Measure::Money(expected),
        actual: Measure::Money(actual),
        difference: Measure::Money(actual - expected),
        within,
    }
}

fn text_finding(check: Check, document: String, expected: String, actual: String) -> Finding {
    Finding {
        check,
        document,
        expected: Measure::Text(expected),
        actual: Measure::Text(actual),
        difference: Measure::Nothing,
        within: false,
    }
}

fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
