//! The rows of the match's reports, and their columns.

use std::sync::Arc;

use crate::book_text::BookText;
use crate::documents::order_lines::OrphanReason;
use crate::eights::are_equal;
use crate::input::Kind;
use crate::lang::{Lang, Word};
use crate::matching::checks::Figures;
use crate::matching::finding::{Check, Finding, Findings, Measure, Wording};
use crate::matching::suggest::AcceptedLink;
use crate::money::{Money, Quantity};
use crate::report::{Cell, Column, Columns, Heading, headings};

/// Where an order line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Status {
    /// Complete, and nothing differs.
    Matched,
    /// Complete, and what differs is within its tolerance.
    Tolerated,
    /// A difference beyond its tolerance: a person must look.
    Review,
    /// Not complete yet.
    #[default]
    Open,
    /// Cancelled, with nothing shipped, signed for or invoiced.
    Cancelled,
}

impl Status {
    /// All of them, in the order of the summary.
    pub const ALL: [Status; 5] =
        [Status::Matched, Status::Tolerated, Status::Review, Status::Open, Status::Cancelled];

    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            Status::Matched => Word { code: "matched", en: "matched", zh: "一致" },
            Status::Tolerated => Word { code: "tolerated", en: "tolerated", zh: "容差内" },
            Status::Review => Word { code: "review", en: "review", zh: "待复核" },
            Status::Open => Word { code: "open", en: "open", zh: "未完成" },
            Status::Cancelled => Word { code: "cancelled", en: "cancelled", zh: "已取消" },
        }
    }
}

/// What is missing first at an open order line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Goods are to be shipped.
    Ship,
    /// A signature is missing.
    Sign,
    /// The invoice is missing.
    Invoice,
}

impl Next {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            Next::Ship => Word { code: "ship", en: "ship", zh: "发货" },
            Next::Sign => Word { code: "sign", en: "sign", zh: "签收" },
            Next::Invoice => Word { code: "invoice", en: "invoice", zh: "开票" },
        }
    }
}

/// A row of `match.csv`: an order line.
#[derive(Clone, Debug, Default)]
pub struct MatchRow {
    /// The order.
    pub order_no: BookText,
    /// The line as its file writes it; where it has none, the goods that stand for it.
    pub line_no: BookText,
    /// Who ordered, or the value of the field that `--by` names.
    pub customer_id: BookText,
    /// The goods' number.
    pub sku: BookText,
    /// The goods' name, as the order writes it.
    pub goods_name: BookText,
    /// What the documents come to.
    pub figures: Figures,
    /// Billable and not invoiced.
    pub to_invoice: Quantity,
    /// Its amount with tax.
    pub to_invoice_amount: Money,
    /// Where the line stands.
    pub status: Status,
    /// What is missing first, where it is open.
    pub next: Option<Next>,
    /// What the checks found.
    pub found: Findings,
    /// The codes of the findings.
    pub findings: String,
    /// Reason and responsible person of damaged and rejected goods.
    pub note: String,
    /// The currency of the amounts.
    pub currency: String,
}

impl MatchRow {
    /// What is billable or invoiced of the line, whichever is more.
    pub fn money(&self) -> Money {
        self.figures.billable_amount.max(self.figures.invoiced_amount)
    }

    /// Whether the line may be invoiced now: something is billable and not invoiced, and nobody must look first.
    pub fn may_be_invoiced(&self) -> bool {
        self.to_invoice.is_positive() && !matches!(self.status, Status::Review | Status::Cancelled)
    }
}

/// The codes of the findings, as files have them; a table in Chinese says them in Chinese.
fn findings_in(row: &MatchRow, lang: Lang) -> Cell<'_> {
    match lang {
        Lang::En => Cell::Codes(&row.findings),
        Lang::Zh => {
            let words: Vec<&str> = row.found.checks().map(|check| check.word().zh).collect();
            Cell::Text(words.join("；").into())
        }
    }
}

/// The columns of `match.csv`; `by` is the heading in place of customer_id, `lang` the language of a table's findings,
/// English in files.
pub fn match_columns(by: Option<Heading>, lang: Lang) -> Columns<MatchRow> {
    Columns::in_one_go()
        .and(headings::ORDER_NO, |row: &MatchRow| Cell::RawName(row.order_no.bytes()))
        .and(headings::LINE_NO, |row| Cell::Raw(row.line_no.bytes()))
        .and(by.unwrap_or(headings::CUSTOMER_ID), |row| Cell::RawName(row.customer_id.bytes()))
        .and(headings::SKU, |row| Cell::RawName(row.sku.bytes()))
        .and(headings::GOODS_NAME, |row| Cell::Raw(row.goods_name.bytes()))
        .and(headings::ORDERED, |row| Cell::Quantity(row.figures.ordered))
        .and(headings::SHIPPED, |row| Cell::Quantity(row.figures.shipped))
        .and(headings::ACCEPTED, |row| Cell::Quantity(row.figures.accepted))
        .and(headings::DAMAGED, |row| Cell::Quantity(row.figures.damaged))
        .and(headings::REJECTED, |row| Cell::Quantity(row.figures.rejected))
        .and(headings::BILLABLE, |row| Cell::Quantity(row.figures.billable))
        .and(headings::INVOICED, |row| Cell::Quantity(row.figures.invoiced))
        .and(headings::BILLABLE_AMOUNT, |row| Cell::Money(row.figures.billable_amount))
        .and(headings::INVOICED_AMOUNT, |row| Cell::Money(row.figures.invoiced_amount))
        .and(headings::TO_INVOICE, |row| Cell::Quantity(row.to_invoice))
        .and(headings::TO_INVOICE_AMOUNT, |row| Cell::Money(row.to_invoice_amount))
        .and(headings::STATUS, |row| Cell::Word(row.status.word()))
        .and(headings::NEXT, |row| Cell::maybe(row.next, |next| Cell::Word(next.word())))
        .and(headings::FINDINGS, move |row| findings_in(row, lang))
        .and(headings::NOTE, |row| Cell::text(&row.note))
        .and_currency(|row| Cell::text(&row.currency))
        .columns()
}

/// A row of `differences.csv`: a finding.
#[derive(Clone, Debug, PartialEq)]
pub struct DifferenceRow {
    /// The order.
    pub order_no: BookText,
    /// The line.
    pub line_no: BookText,
    /// Who ordered.
    pub customer_id: BookText,
    /// What was found.
    pub finding: Finding,
    /// What all findings of a check say alike.
    pub wording: Arc<Wording>,
    /// What is billable or invoiced of the order line: lists that are cut keep the largest.
    pub line_money: Money,
}

fn measure(value: &Measure) -> Cell<'_> {
    match value {
        Measure::Quantity(quantity) => Cell::Quantity(*quantity),
        Measure::Money(money) => Cell::Money(*money),
        Measure::Price(price) => Cell::Price(*price),
        Measure::Rate(rate) => Cell::Rate(*rate),
        Measure::Text(text) => Cell::text(text),
        Measure::Nothing => Cell::Empty,
    }
}

/// The columns of `differences.csv`; `lang` is the language of a table's words, English in files.
pub fn difference_columns(by: Option<Heading>, lang: Lang) -> Columns<DifferenceRow> {
    Columns::in_one_go()
        .and(headings::ORDER_NO, |row: &DifferenceRow| Cell::RawName(row.order_no.bytes()))
        .and(headings::LINE_NO, |row| Cell::Raw(row.line_no.bytes()))
        .and(by.unwrap_or(headings::CUSTOMER_ID), |row| Cell::RawName(row.customer_id.bytes()))
        .and(headings::CODE, |row| Cell::Word(row.finding.check.word()))
        .and(headings::DOCUMENT, move |row| Cell::name(row.finding.document_in(lang)))
        .and(headings::EXPECTED, |row| measure(&row.finding.expected))
        .and(headings::ACTUAL, |row| measure(&row.finding.actual))
        .and(headings::DIFFERENCE, |row| measure(&row.finding.difference))
        .and(headings::TOLERANCE, move |row| Cell::Text(row.wording.tolerance_in(row.finding.check, lang)))
        .and(headings::WITHIN, |row| Cell::Flag(row.finding.within))
        .and(headings::OWNER, |row| row.wording.owner(row.finding.check).cell())
        .columns()
}

/// A row of `orphans.csv`: a document's line without an order line.
#[derive(Clone, Debug, PartialEq)]
pub struct OrphanRow {
    /// The kind of document.
    pub kind: Kind,
    /// Its number.
    pub document: String,
    /// The order that it names.
    pub order_no: String,
    /// The line that it names.
    pub line_no: String,
    /// The goods' name, as written.
    pub goods_name: String,
    /// The quantity.
    pub quantity: Option<Quantity>,
    /// The amount with tax, of an invoice.
    pub amount: Option<Money>,
    /// Why it has no order line.
    pub reason: OrphanReason,
    /// The order line that an invoice's line probably bills.
    pub suggestion: Option<String>,
}

/// The columns of `orphans.csv`.
pub fn orphan_columns() -> Vec<Column<OrphanRow>> {
    vec![
        Column::new(headings::KIND, |row| Cell::Word(row.kind.word())),
        Column::new(headings::DOCUMENT, |row| Cell::name(&row.document)),
        Column::new(headings::ORDER_NO, |row| Cell::name(&row.order_no)),
        Column::new(headings::LINE_NO, |row| Cell::text(&row.line_no)),
        Column::new(headings::GOODS_NAME, |row| Cell::text(&row.goods_name)),
        Column::new(headings::QUANTITY, |row| Cell::maybe(row.quantity, Cell::Quantity)),
        Column::new(headings::AMOUNT, |row| Cell::maybe(row.amount, Cell::Money)),
        Column::new(headings::REASON, |row| Cell::Word(row.reason.word())),
        Column::new(headings::SUGGESTION, |row| Cell::maybe(row.suggestion.as_deref(), Cell::text)),
    ]
}

/// The columns of `accepted-links.csv`: those of `links.csv`, also with headings in Chinese.
pub fn link_columns() -> Vec<Column<AcceptedLink>> {
    vec![
        Column::new(headings::INVOICE_NO, |row| Cell::name(&row.invoice_no)),
        Column::new(headings::INVOICE_CODE, |row| Cell::text(&row.invoice_code)),
        Column::new(headings::INVOICE_LINE, |row| Cell::Count(u64::from(row.row))),
        Column::new(headings::ORDER_NO, |row| Cell::name(&row.order_no)),
        Column::new(headings::ORDER_LINE, |row| Cell::text(&row.line_no)),
    ]
}

/// Order lines and their money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusTotal {
    /// How many order lines.
    pub lines: u64,
    /// Their billable amounts.
    pub billable_amount: Money,
    /// Their invoiced amounts.
    pub invoiced_amount: Money,
    /// What may be invoiced of them now.
    pub to_invoice_amount: Money,
}

impl StatusTotal {
    fn add(&mut self, row: &MatchRow) {
        self.lines += 1;
        self.billable_amount += row.figures.billable_amount;
        self.invoiced_amount += row.figures.invoiced_amount;
        if row.may_be_invoiced() {
            self.to_invoice_amount += row.to_invoice_amount;
        }
    }

    fn add_all(&mut self, other: &StatusTotal) {
        self.lines += other.lines;
        self.billable_amount += other.billable_amount;
        self.invoiced_amount += other.invoiced_amount;
        self.to_invoice_amount += other.to_invoice_amount;
    }
}

/// Lines and money per status, in the order of [`Status::ALL`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StatusTotals([StatusTotal; 5]);

impl StatusTotals {
    /// The lines of a status.
    pub fn of(&self, status: Status) -> StatusTotal {
        self.0[status as usize]
    }

    /// The lines of all statuses.
    pub fn whole(&self) -> StatusTotal {
        let mut whole = StatusTotal::default();
        self.0.iter().for_each(|total| whole.add_all(total));
        whole
    }
}

/// The whole match in a few figures. Currencies are never added together.
#[derive(Clone, Debug, Default)]
pub struct MatchSummary {
    /// In the order of their codes.
    by_currency: Vec<(String, StatusTotals)>,
    /// The one that was added to last: most books have one.
    latest: usize,
    /// Documents' lines without an order line.
    pub orphans: u64,
    /// Order lines whose goods have not been signed for in time.
    pub late_signatures: u64,
}

impl MatchSummary {
    /// Adds an order line.
    pub fn add(&mut self, row: &MatchRow) {
        self.late_signatures += u64::from(row.found.has(Check::LateSignature));
        self.of_currency(&row.currency).0[row.status as usize].add(row);
    }

    /// Adds the lines of another summary.
    pub fn add_all(&mut self, other: &MatchSummary) {
        for (currency, totals) in &other.by_currency {
            let sums = &mut self.of_currency(currency).0;
            sums.iter_mut().zip(&totals.0).for_each(|(sum, part)| sum.add_all(part));
        }
        self.orphans += other.orphans;
        self.late_signatures += other.late_signatures;
    }

    #[inline]
    fn of_currency(&mut self, currency: &str) -> &mut StatusTotals {
        let is_it = |(latest, _): &(String, _)| are_equal(latest.as_bytes(), currency.as_bytes());
        if !self.by_currency.get(self.latest).is_some_and(is_it) {
            self.latest = self.place_of(currency);
        }
        &mut self.by_currency[self.latest].1
    }

    /// Where the currency's totals stand.
    fn place_of(&mut self, currency: &str) -> usize {
        let known = self.by_currency.binary_search_by(|(known, _)| known.as_str().cmp(currency));
        known.unwrap_or_else(|at| {
            self.by_currency.insert(at, (currency.to_owned(), StatusTotals::default()));
            at
        })
    }

    /// The totals of each currency, in the order of their codes.
    pub fn currencies(&self) -> impl ExactSizeIterator<Item = (&str, &StatusTotals)> {
        self.by_currency.iter().map(|(currency, totals)| (currency.as_str(), totals))
    }

    /// The order lines of a status, in all currencies.
    pub fn lines(&self, status: Status) -> u64 {
        self.by_currency.iter().map(|(_, totals)| totals.of(status).lines).sum()
    }

    /// Whether a person must look at something.
    pub fn needs_a_person(&self) -> bool {
        self.lines(Status::Review) > 0 || self.orphans > 0 || self.late_signatures > 0
    }
}
