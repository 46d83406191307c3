//! `invoices.csv`: a VAT invoice line (增值税发票).

use std::borrow::Cow;
use std::ops::Deref;

use chrono::NaiveDate;
use regex_lite::Regex;

use super::Since;
use super::approval::leave_out_unless_approved;
use super::goods;
use super::order_lines::DocumentLine;
use super::remark::{self, Named};
use crate::diagnostic::Problem;
use crate::input::columns::InvoiceColumn::{self, *};
use crate::input::intake::Document;
use crate::input::parties::Party;
use crate::input::{Cells, Kind, Layout, Place};
use crate::money::{self, CellMoney, Money, Rate};
use crate::policy::Policy;

/// Blue (蓝字) or red (红字).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceKind {
    /// An invoice proper.
    Blue,
    /// One that takes back another, wholly or in part.
    Red,
}

/// Where an invoice's row names its goods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GoodsNamed {
    /// In the row.
    Here,
    /// In a list of their own (详见销货清单).
    Elsewhere,
    /// Nowhere.
    Nowhere,
}

/// Where an invoice's row names the invoice that it takes back.
#[derive(Clone, Copy, Debug)]
pub enum NamedOriginal<'r> {
    /// In columns of their own: its code, empty for a fully digital invoice, and its number.
    InColumns(&'r [u8], &'r [u8]),
    /// Perhaps in this remark; nowhere where it is empty.
    InRemark(&'r str),
}

impl NamedOriginal<'_> {
    const NOWHERE: NamedOriginal<'static> = NamedOriginal::InRemark("");

    /// Whether the row names none.
    #[inline(always)]
    pub const fn is_nowhere(&self) -> bool {
        matches!(self, NamedOriginal::InRemark(remark) if remark.is_empty())
    }
}

/// What the rows of one invoice have in common, which files repeat row by row.
#[derive(Clone, Copy, Debug)]
pub struct InvoiceHeader<'r> {
    /// Where the first row is, this one perhaps, of those that follow one another with this header.
    pub at: Place,
    /// The invoice's code (发票代码); empty for a fully digital invoice.
    pub code: &'r [u8],
    /// The invoice's number; a fully digital invoice's 20 digits, wherever they stand.
    pub number: &'r [u8],
    /// Code and number that a fully digital invoice has beside its 20 digits, where it is printed on paper (数电纸质发票).
    pub paper: Option<(&'r [u8], &'r [u8])>,
    /// The day of issue.
    pub date: NaiveDate,
    /// Blue or red, where the row says so.
    pub kind: Option<InvoiceKind>,
    status: Status,
    /// Whether and since when it is void.
    pub void: Since,
    /// Who is billed.
    pub customer_id: Party<'r>,
    /// The invoice's own due date.
    pub due_date: Option<NaiveDate>,
    /// The currency, as written.
    pub currency: &'r str,
}

/// What an invoice's row states of the invoice, and its amount: all that whoever asks for receivables wants to know.
#[derive(Clone, Copy, Debug)]
pub struct InvoiceRow<'r> {
    /// What it has in common with the invoice's other rows.
    pub header: InvoiceHeader<'r>,
    /// Whether, and how far, it is marked as reversed (已红冲).
    pub reversal: Reversal,
    /// What it weighs on the debtor, where the row says so.
    pub burden: Burden,
    /// The order; may be empty.
    pub order_no: &'r [u8],
    /// The amount with tax.
    gross: CellMoney,
    /// The file of the row.
    pub file: u32,
    /// Whether the row is a whole invoice, by the columns of its file: no goods, no quantity, no line.
    pub is_whole: bool,
    /// The total of the whole invoice, where a line repeats it.
    pub invoice_total: Option<CellMoney>,
    /// Where the row names the invoice that a red one takes back.
    pub named_original: NamedOriginal<'r>,
}

impl<'r> Deref for InvoiceRow<'r> {
    type Target = InvoiceHeader<'r>;

    fn deref(&self) -> &InvoiceHeader<'r> {
        &self.header
    }
}

impl InvoiceHeader<'_> {
    /// Whether it is marked as irregular (失控, 异常).
    #[inline]
    pub const fn is_marked_irregular(&self) -> bool {
        matches!(self.status, Status::Irregular)
    }
}

/// An invoice line as its row states it: what the invoice bills there, besides.
#[derive(Clone, Copy, Debug)]
pub struct InvoiceLine<'r> {
    invoice: InvoiceRow<'r>,
    /// The order line; may be empty.
    pub line_no: &'r [u8],
    /// The goods' number; may be empty.
    pub sku: &'r [u8],
    /// The goods' name, as written; may be empty.
    pub goods_name: &'r [u8],
    /// Where the goods are named.
    pub goods_named: GoodsNamed,
    /// How much is billed, where the row says so.
    pub quantity: Option<money::Quantity>,
    /// The amount without tax.
    net: Option<CellMoney>,
    /// The tax rate.
    pub tax_rate: Option<Rate>,
    /// The tax.
    tax: Option<CellMoney>,
}

impl<'r> Deref for InvoiceLine<'r> {
    type Target = InvoiceRow<'r>;

    fn deref(&self) -> &InvoiceRow<'r> {
        &self.invoice
    }
}

impl<'r> InvoiceRow<'r> {
    /// The invoice that a red one takes back.
    #[inline]
    pub fn original(&self) -> Option<Named<'r>> {
        match self.named_original {
            NamedOriginal::InColumns(code, number) => {
                Some(Named { code: Cow::Borrowed(code), number: Cow::Borrowed(number) })
            }
            NamedOriginal::InRemark(remark) => remark::original(remark),
        }
    }

    /// The amount with tax.
    #[inline]
    pub fn gross(&self) -> Money {
        self.gross.into()
    }
}

impl<'r> InvoiceLine<'r> {
    /// The amount without tax.
    #[inline]
    pub fn net(&self) -> Option<Money> {
        self.net.map(Money::from)
    }

    /// The tax.
    #[inline]
    pub fn tax(&self) -> Option<Money> {
        self.tax.map(Money::from)
    }

    /// The goods that the row names, where it names them itself.
    #[inline]
    pub fn goods(&self) -> Option<&'r [u8]> {
        (self.goods_named == GoodsNamed::Here).then_some(self.goods_name)
    }

    /// The order line that the row means by itself, without a link.
    #[inline]
    pub fn document_line(&self) -> DocumentLine<'r> {
        let goods_name = self.goods();
        DocumentLine { order_no: self.order_no, line_no: self.line_no, sku: self.sku, goods_name }
    }
}

/// How invoices' rows are read for what they say of the invoice.
#[derive(Clone, Debug)]
pub struct InvoiceReader {
    amounts: Amounts,
    is_whole: bool,
    order_in_remark: Option<Regex>,
}

/// The columns that hold a row's amounts.
#[derive(Clone, Copy, Debug)]
struct Amounts {
    net: InvoiceColumn,
    tax: InvoiceColumn,
    /// Whether the file states the invoice's totals beside the line's amounts: then 价税合计 is the invoice's.
    totals_beside: bool,
}

impl Amounts {
    fn of_file(layout: &Layout<InvoiceColumn>) -> Amounts {
        let own_or_total = |own, total| if layout.has(own) || !layout.has(total) { own } else { total };
        Amounts {
            net: own_or_total(NetAmount, TotalNet),
            tax: own_or_total(TaxAmount, TotalTax),
            totals_beside: [NetAmount, TaxAmount, TotalNet, TotalTax]
                .into_iter()
                .all(|column| layout.has(column)),
        }
    }
}

/// What decides between debts that are due, where money names none of them (民法典第五百六十条).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Burden {
    /// How far the debt is secured, as a share of it.
    pub secured: Option<Rate>,
    /// The interest that it bears, a year.
    pub interest_rate: Option<Rate>,
}

/// How far a blue invoice is marked as reversed. Of several rows the furthest counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reversal {
    /// Not marked.
    #[default]
    None,
    /// Marked (已红冲), without saying how far.
    Unsaid,
    /// In part (已红冲-部分).
    Part,
    /// In full (已红冲-全额).
    Full,
}

#[derive(Clone, Copy, Debug)]
enum Status {
    Normal,
    Void,
    Reversed(Reversal),
    Irregular,
}

const STATUS: &[(&str, Status)] = &[
    ("normal", Status::Normal),
    ("void", Status::Void),
    ("reversed", Status::Reversed(Reversal::Unsaid)),
    ("voided", Status::Void),
    ("正常", Status::Normal),
    ("有效", Status::Normal),
    ("有效发票", Status::Normal),
    ("已开具", Status::Normal),
    ("作废", Status::Void),
    ("已作废", Status::Void),
    ("作废发票", Status::Void),
    ("空白作废", Status::Void),
    ("已红冲", Status::Reversed(Reversal::Unsaid)),
    ("已红冲-全额", Status::Reversed(Reversal::Full)),
    ("已红冲-部分", Status::Reversed(Reversal::Part)),
    ("全额红冲", Status::Reversed(Reversal::Full)),
    ("部分红冲", Status::Reversed(Reversal::Part)),
    ("红冲", Status::Reversed(Reversal::Unsaid)),
    ("红冲-全额", Status::Reversed(Reversal::Full)),
    ("红冲-部分", Status::Reversed(Reversal::Part)),
    ("已全额红冲", Status::Reversed(Reversal::Full)),
    ("已部分红冲", Status::Reversed(Reversal::Part)),
    ("已冲红", Status::Reversed(Reversal::Unsaid)),
    ("全额冲红", Status::Reversed(Reversal::Full)),
    ("部分冲红", Status::Reversed(Reversal::Part)),
    ("已全额冲红", Status::Reversed(Reversal::Full)),
    ("已部分冲红", Status::Reversed(Reversal::Part)),
    ("失控", Status::Irregular),
    ("失控发票", Status::Irregular),
    ("异常", Status::Irregular),
    ("异常发票", Status::Irregular),
    ("异常凭证", Status::Irregular),
    ("疑点发票", Status::Irregular),
];

const KIND: &[(&str, InvoiceKind)] = &[
    ("blue", InvoiceKind::Blue),
    ("red", InvoiceKind::Red),
    ("蓝", InvoiceKind::Blue),
    ("红", InvoiceKind::Red),
    ("蓝字", InvoiceKind::Blue),
    ("红字", InvoiceKind::Red),
    ("蓝票", InvoiceKind::Blue),
    ("红票", InvoiceKind::Red),
    ("蓝字发票", InvoiceKind::Blue),
    ("红字发票", InvoiceKind::Red),
    ("正数", InvoiceKind::Blue),
    ("负数", InvoiceKind::Red),
    ("正数发票", InvoiceKind::Blue),
    ("负数发票", InvoiceKind::Red),
];

/// Answers to 是否正数发票.
const POSITIVE: &[(&str, InvoiceKind)] = &[
    ("yes", InvoiceKind::Blue),
    ("no", InvoiceKind::Red),
    ("是", InvoiceKind::Blue),
    ("否", InvoiceKind::Red),
    ("Y", InvoiceKind::Blue),
    ("N", InvoiceKind::Red),
    ("1", InvoiceKind::Blue),
    ("0", InvoiceKind::Red),
    ("true", InvoiceKind::Blue),
    ("false", InvoiceKind::Red),
];

/// Answers to 是否红字.
const NEGATIVE: &[(&str, InvoiceKind)] = &[
    ("yes", InvoiceKind::Red),
    ("no", InvoiceKind::Blue),
    ("是", InvoiceKind::Red),
    ("否", InvoiceKind::Blue),
    ("Y", InvoiceKind::Red),
    ("N", InvoiceKind::Blue),
    ("1", InvoiceKind::Red),
    ("0", InvoiceKind::Blue),
    ("true", InvoiceKind::Red),
    ("false", InvoiceKind::Blue),
];

impl Document for InvoiceReader {
    type Column = InvoiceColumn;
    type Row<'r> = InvoiceRow<'r>;
    const KIND: Kind = Kind::Invoices;
    const DATE: Option<InvoiceColumn> = Some(InvoiceDate);
    const MAY_REPEAT: bool = true;
    const HEADER: &'static [InvoiceColumn] = &[
        DigitalNo,
        InvoiceCode,
        InvoiceNo,
        InvoiceDate,
        InvoiceColumn::Kind,
        Positive,
        Negative,
        InvoiceColumn::Status,
        VoidDate,
        Approval,
        ApprovedFlag,
        CustomerId,
        CustomerName,
        TaxId,
        OrderNo,
        DueDate,
        Currency,
    ];
    const SUMMED_MONEY: &'static [InvoiceColumn] = &[NetAmount, TaxAmount, GrossAmount];
    const SUMMED_QUANTITIES: &'static [InvoiceColumn] = &[Quantity];

    fn of_file(layout: &Layout<InvoiceColumn>, policy: &Policy) -> InvoiceReader {
        InvoiceReader {
            amounts: Amounts::of_file(layout),
            is_whole: holds_whole_invoices(layout),
            order_in_remark: policy.matching.order_no_in_remark.clone(),
        }
    }

    fn repeats_totals(&self, column: InvoiceColumn) -> bool {
        column == GrossAmount && self.amounts.totals_beside
    }

    #[inline(always)]
    fn parse<'r>(&self, cells: &mut Cells<'r, '_, InvoiceColumn>) -> Option<InvoiceRow<'r>> {
        self.parse_behind(None, cells)
    }

    #[inline(always)]
    fn parse_behind<'r>(
        &self,
        before: Option<&InvoiceRow<'r>>,
        cells: &mut Cells<'r, '_, InvoiceColumn>,
    ) -> Option<InvoiceRow<'r>> {
        self.line(before, cells).map(|line| line.invoice)
    }
}

/// How invoices' rows are read for what they bill, besides.
#[derive(Clone, Debug)]
pub struct InvoiceLineReader(InvoiceReader);

impl Document for InvoiceLineReader {
    type Column = InvoiceColumn;
    type Row<'r> = InvoiceLine<'r>;
    const KIND: Kind = InvoiceReader::KIND;
    const DATE: Option<InvoiceColumn> = InvoiceReader::DATE;
    const MAY_REPEAT: bool = InvoiceReader::MAY_REPEAT;
    const HEADER: &'static [InvoiceColumn] = InvoiceReader::HEADER;
    const SUMMED_MONEY: &'static [InvoiceColumn] = InvoiceReader::SUMMED_MONEY;
    const SUMMED_QUANTITIES: &'static [InvoiceColumn] = InvoiceReader::SUMMED_QUANTITIES;

    fn of_file(layout: &Layout<InvoiceColumn>, policy: &Policy) -> InvoiceLineReader {
        InvoiceLineReader(InvoiceReader::of_file(layout, policy))
    }

    fn repeats_totals(&self, column: InvoiceColumn) -> bool {
        self.0.repeats_totals(column)
    }

    #[inline(always)]
    fn parse<'r>(&self, cells: &mut Cells<'r, '_, InvoiceColumn>) -> Option<InvoiceLine<'r>> {
        self.parse_behind(None, cells)
    }

    #[inline(always)]
    fn parse_behind<'r>(
        &self,
        before: Option<&InvoiceLine<'r>>,
        cells: &mut Cells<'r, '_, InvoiceColumn>,
    ) -> Option<InvoiceLine<'r>> {
        self.0.line(before.map(|before| &before.invoice), cells)
    }
}

impl InvoiceReader {
    /// All that the row says. Every cell is checked, whether or not whoever asks keeps what it says.
    #[inline(always)]
    fn line<'r>(
        &self,
        before: Option<&InvoiceRow<'r>>,
        cells: &mut Cells<'r, '_, InvoiceColumn>,
    ) -> Option<InvoiceLine<'r>> {
        let tax_rate = cells.tax_rate(TaxRate);
        let net = cells.amount(self.amounts.net);
        let tax = tax_amount(cells, self.amounts.tax, tax_rate);
        let stated = cells.amount(GrossAmount);
        let totals_beside = self.amounts.totals_beside;
        let gross = gross_amount(cells, stated.filter(|_| !totals_beside), net, tax);
        cells.money = gross.map_or(Money::ZERO, Money::from);
        let header = match before {
            Some(before) => Some(before.header),
            None => header(cells),
        };
        let quantity = cells.quantity(Quantity);
        let goods_name = cells.bytes(GoodsName);
        let goods_named = match goods_name {
            [] => GoodsNamed::Nowhere,
            name if goods::are_listed_elsewhere(name) => GoodsNamed::Elsewhere,
            _ => GoodsNamed::Here,
        };
        let header = header?;
        cells.currency = header.currency;
        let reversal = match header.status {
            Status::Reversed(reversal) => reversal,
            _ if cells.layout().has(Remark) && cells.text(Remark).contains("已红冲") => Reversal::Unsaid,
            _ => Reversal::None,
        };
        let burden = burden(cells);
        // What a remark says is each row's own.
        let order_no = match before {
            Some(before) if self.order_in_remark.is_none() => before.order_no,
            _ => self.order_no(cells),
        };
        let (line_no, sku) = (cells.id(LineNo), cells.id(Sku));
        let gross = gross?;
        let invoice = InvoiceRow {
            header,
            reversal,
            burden,
            order_no,
            gross,
            file: cells.file() as u32,
            is_whole: self.is_whole,
            invoice_total: stated.filter(|_| totals_beside),
            named_original: named_original(cells, header.kind, gross),
        };
        Some(InvoiceLine {
            invoice,
            line_no,
            sku,
            goods_name,
            goods_named,
            // What stands beside 详见销货清单 is no quantity of any goods.
            quantity: quantity.filter(|_| goods_named != GoodsNamed::Elsewhere),
            net,
            tax_rate,
            tax,
        })
    }

    /// The order that the row names in its column, else in its remark where the policy says how.
    #[inline(always)]
    fn order_no<'r>(&self, cells: &mut Cells<'r, '_, InvoiceColumn>) -> &'r [u8] {
        match without_dashes(cells.id(OrderNo)) {
            [] => self.order_no_in_remark(cells),
            stated => stated,
        }
    }

    #[inline(never)]
    fn order_no_in_remark<'r>(&self, cells: &Cells<'r, '_, InvoiceColumn>) -> &'r [u8] {
        let order_no =
            self.order_in_remark.as_ref().and_then(|pattern| remark::order_no(pattern, cells.text(Remark)));
        order_no.unwrap_or_default().as_bytes()
    }
}

/// What the row has in common with the invoice's other rows; `None` where it holds no date.
#[inline(always)]
fn header<'r>(cells: &mut Cells<'r, '_, InvoiceColumn>) -> Option<InvoiceHeader<'r>> {
    cells.currency = cells.text(Currency);
    let Identity { code, number, paper } = identity(cells);
    let date = cells.needed_date(InvoiceDate);
    leave_out_unless_approved(cells, Approval, ApprovedFlag);
    let status = cells.word(InvoiceColumn::Status, STATUS).unwrap_or(Status::Normal);
    let void_date = cells.date(VoidDate);
    Some(InvoiceHeader {
        at: cells.place(),
        code,
        number,
        paper,
        kind: kind(cells),
        status,
        void: Since::of(matches!(status, Status::Void) || void_date.is_some(), void_date),
        customer_id: cells.customer(CustomerId, Some(CustomerName), Some(TaxId)),
        due_date: cells.date(DueDate),
        currency: cells.currency,
        date: date?,
    })
}

/// Whether each row of the file is a whole invoice: no column tells its lines apart.
pub fn holds_whole_invoices(layout: &Layout<InvoiceColumn>) -> bool {
    ![GoodsName, Sku, Quantity, LineNo, InvoiceLine].into_iter().any(|column| layout.has(column))
}

/// Blue or red, in whichever column says it.
#[inline(always)]
fn kind(cells: &mut Cells<'_, '_, InvoiceColumn>) -> Option<InvoiceKind> {
    let kind = cells.word(Kind, KIND);
    if kind.is_some() || !cells.layout().has_any([Positive, Negative]) {
        return kind;
    }
    cells.word(Positive, POSITIVE).or_else(|| cells.word(Negative, NEGATIVE))
}

/// What the invoice weighs on the debtor.
#[inline(always)]
fn burden(cells: &mut Cells<'_, '_, InvoiceColumn>) -> Burden {
    if !cells.layout().has_any([Secured, InterestRate]) {
        return Burden::default();
    }
    Burden { secured: super::secured_share(cells, Secured), interest_rate: cells.rate(InterestRate) }
}

/// The tax; that of goods free of tax is printed as nothing or as stars.
#[inline(always)]
fn tax_amount(
    cells: &mut Cells<'_, '_, InvoiceColumn>,
    column: InvoiceColumn,
    rate: Option<Rate>,
) -> Option<CellMoney> {
    match cells.plain_amount(column) {
        None => careful_tax_amount(cells, column, rate),
        tax => tax,
    }
}

#[inline(never)]
fn careful_tax_amount(
    cells: &mut Cells<'_, '_, InvoiceColumn>,
    column: InvoiceColumn,
    rate: Option<Rate>,
) -> Option<CellMoney> {
    let text = cells.bytes(column);
    let is_starred = matches!(text, [b'*', ..]) && text.iter().all(|&byte| byte == b'*');
    let tax = if is_starred { None } else { cells.amount(column) };
    tax.or_else(|| rate.filter(|&rate| rate == Rate::ZERO).map(|_| CellMoney::ZERO))
}

/// The amount with tax: stated, else net and tax together.
#[inline(always)]
fn gross_amount(
    cells: &mut Cells<'_, '_, InvoiceColumn>,
    stated: Option<CellMoney>,
    net: Option<CellMoney>,
    tax: Option<CellMoney>,
) -> Option<CellMoney> {
    let gross = match (stated, net, tax) {
        (Some(stated), ..) => Some(stated),
        (None, Some(net), Some(tax)) => net.plus(tax),
        _ => None,
    };
    if gross.is_none() && cells.is_sound() {
        cells.fault(GrossAmount, Problem::NoAmount);
    }
    gross
}

/// The invoice that the row takes back: by its column, else by its remark where the row may be a red invoice's.
#[inline(always)]
fn named_original<'r>(
    cells: &mut Cells<'r, '_, InvoiceColumn>,
    kind: Option<InvoiceKind>,
    gross: CellMoney,
) -> NamedOriginal<'r> {
    let number = without_dashes(cells.id(OriginalNo));
    if !number.is_empty() {
        let code = if is_digital(number) { &[] } else { without_dashes(cells.id(OriginalCode)) };
        return NamedOriginal::InColumns(code, number);
    }
    let may_be_red = kind == Some(InvoiceKind::Red) || (kind.is_none() && gross.is_negative());
    if may_be_red { NamedOriginal::InRemark(cells.text(Remark)) } else { NamedOriginal::NOWHERE }
}

/// By what an invoice is known.
#[derive(Clone, Copy, Debug)]
pub struct Identity<'r> {
    /// The code; empty for a fully digital invoice.
    pub code: &'r [u8],
    /// The number, or the 20 digits.
    pub number: &'r [u8],
    /// Code and number beside the 20 digits.
    pub paper: Option<(&'r [u8], &'r [u8])>,
}

/// Code and number of the invoice. The 20 digits of a fully digital invoice (数电票) are its number wherever they
/// stand, and it has no code; one that is printed on paper has a code and a number as well.
#[inline(always)]
pub fn identity<'r>(cells: &mut Cells<'r, '_, InvoiceColumn>) -> Identity<'r> {
    if cells.layout().has_any([DigitalNo, InvoiceCode]) {
        return identity_of_several(cells);
    }
    match cells.needed_id(InvoiceNo) {
        [b'-', ..] => identity_of_several(cells),
        number => Identity { code: &[], number, paper: None },
    }
}

/// The same where the file has more than numbers, or dashes for them.
#[inline(always)]
fn identity_of_several<'r>(cells: &mut Cells<'r, '_, InvoiceColumn>) -> Identity<'r> {
    let digital = without_dashes(cells.id(DigitalNo));
    let number = without_dashes(cells.id(InvoiceNo));
    let code = without_dashes(cells.id(InvoiceCode));
    if let Some(digits) = [digital, number].into_iter().find(|text| is_digital(text)) {
        let is_paper = !code.is_empty() && !number.is_empty() && number != digits;
        return Identity { code: &[], number: digits, paper: is_paper.then_some((code, number)) };
    }
    let number = if number.is_empty() { digital } else { number };
    if number.is_empty() {
        cells.fault(InvoiceNo, Problem::Missing);
    }
    Identity { code, number, paper: None }
}

/// Whether this is the number of a fully digital invoice: 20 digits.
pub fn is_digital(number: &[u8]) -> bool {
    number.len() == 20 && number.iter().all(u8::is_ascii_digit)
}

/// Nothing, where an export prints dashes for nothing.
#[inline(always)]
pub fn without_dashes(id: &[u8]) -> &[u8] {
    if matches!(id, [b'-', ..]) && id.iter().all(|&byte| byte == b'-') { &[] } else { id }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Intake, Source, Sources, Verdict};
    use crate::policy;
    use proptest::prelude::*;

    /// What each sound one of these lines of a file says, but for where its header begins.
    fn read(heading: &str, lines: &[String], policy: &Policy) -> Vec<String> {
        let text = format!("{heading}\n{}", lines.concat());
        let file = Source::memory(Kind::Invoices, "invoices.csv", text.as_bytes());
        let sources = Sources { files: vec![file], ..Sources::default() };
        let intake = || Intake::new(&sources, policy, "2026-01-31".parse().unwrap());
        let (mut rows, mut said) = (Vec::new(), Vec::new());
        let without_place = |row: &InvoiceRow<'_>| {
            let at = Place::new(0, 0);
            format!("{:?}", InvoiceRow { header: InvoiceHeader { at, ..row.header }, ..*row })
        };
        let each_row = |row: &InvoiceRow<'_>, _| {
            rows.push(without_place(row));
            Verdict::Used
        };
        intake().read::<InvoiceReader>(each_row).unwrap();
        let each_line = |line: &InvoiceLine<'_>, _| {
            let what =
                (line.line_no, line.sku, line.goods(), line.quantity, line.net(), line.tax_rate, line.tax());
            said.push(format!("{} {what:?}", without_place(line)));
            Verdict::Used
        };
        intake().read::<InvoiceLineReader>(each_line).unwrap();
        assert!(said.iter().zip(&rows).all(|(line, row)| line.starts_with(row)) && said.len() == rows.len());
        said
    }

    proptest! {
        #[test]
        fn what_a_row_says_does_not_hang_on_whether_it_repeats_the_header_of_the_row_before(
            headers in prop::collection::vec(
                ("IV[12]|", "2026-01-0[12]", "blue|red||蓝字", "normal|已红冲|作废|void|x", "C[12]|", "SO[12]||-"),
                1..4,
            ),
            rows in prop::collection::vec(
                (0usize..3, "[12]?", "G1|\"G,1\"| G2 |", "[0-9]{0,2}", "[1-9][0-9]?[.]00|-1[.]00|x", "IV1||-", "SO3|已红冲||对应正数发票号码：12345678"),
                1..12,
            ),
            shuffled in any::<bool>(),
        ) {
            let (mut policy, _) = policy::load(None).unwrap();
            policy.matching.order_no_in_remark = Some(Regex::new("(SO[0-9])").unwrap());
            let heading = if shuffled {
                "line_no,invoice_no,invoice_date,goods_name,kind,status,customer_id,order_no,quantity,gross_amount,original_invoice_no,remark"
            } else {
                "invoice_no,invoice_date,kind,status,customer_id,order_no,line_no,goods_name,quantity,gross_amount,original_invoice_no,remark"
            };
            let line = |(header, line_no, goods, quantity, gross, original, remark): &(usize, String, String, String, String, String, String)| {
                let (number, date, kind, status, customer, order) = &headers[header % headers.len()];
                let further = format!("{quantity},{gross},{original},{remark}\n");
                if shuffled {
                    format!("{line_no},{number},{date},{goods},{kind},{status},{customer},{order},{further}")
                } else {
                    format!("{number},{date},{kind},{status},{customer},{order},{line_no},{goods},{further}")
                }
            };
            let lines: Vec<String> = rows.iter().map(line).collect();
            for in_remark in [true, false] {
                if !in_remark {
                    policy.matching.order_no_in_remark = None;
                }
                let alone: Vec<String> =
                    lines.iter().flat_map(|line| read(heading, std::slice::from_ref(line), &policy)).collect();
                prop_assert_eq!(read(heading, &lines, &policy), alone);
            }
        }
    }
}
