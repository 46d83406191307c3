//! `invoices.csv`: a VAT invoice line (增值税发票).

use chrono::NaiveDate;

use super::Since;
use crate::diagnostic::Problem;
use crate::input::columns::InvoiceColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, Kind, Layout};
use crate::money::{self, Money, Rate};
use crate::policy::Policy;

/// Blue (蓝字) or red (红字).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvoiceKind {
    /// An invoice proper.
    Blue,
    /// One that takes back another, wholly or in part.
    Red,
}

/// An invoice line as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct InvoiceRow<'r> {
    /// The invoice's code (发票代码); empty for a fully digital invoice.
    pub code: &'r [u8],
    /// The invoice's number; a fully digital invoice's 20 digits, wherever they stand.
    pub number: &'r [u8],
    /// The day of issue.
    pub date: NaiveDate,
    /// Blue or red, where the row says so.
    pub kind: Option<InvoiceKind>,
    /// Whether and since when it is void.
    pub void: Since,
    /// Whether it is marked as reversed (已红冲).
    pub marked_reversed: bool,
    /// Who is billed.
    pub customer_id: &'r [u8],
    /// The order; may be empty.
    pub order_no: &'r [u8],
    /// The order line; may be empty.
    pub line_no: &'r [u8],
    /// The goods' number; may be empty.
    pub sku: &'r [u8],
    /// The goods' name, as written; may be empty.
    pub goods_name: &'r [u8],
    /// How much is billed, where the row says so.
    pub quantity: Option<money::Quantity>,
    /// The amount without tax.
    pub net: Option<Money>,
    /// The tax rate.
    pub tax_rate: Option<Rate>,
    /// The tax.
    pub tax: Option<Money>,
    /// The amount with tax.
    pub gross: Money,
    /// The invoice that a red one takes back; may be empty.
    pub original: &'r [u8],
    /// The invoice's own due date.
    pub due_date: Option<NaiveDate>,
    /// The currency, as written.
    pub currency: &'r str,
}

/// How invoice lines are read.
#[derive(Clone, Copy, Debug)]
pub struct InvoiceReader;

#[derive(Clone, Copy)]
enum Status {
    Normal,
    Void,
    Reversed,
}

const STATUS: &[(&str, Status)] = &[
    ("normal", Status::Normal),
    ("void", Status::Void),
    ("reversed", Status::Reversed),
    ("voided", Status::Void),
    ("正常", Status::Normal),
    ("有效", Status::Normal),
    ("有效发票", Status::Normal),
    ("已开具", Status::Normal),
    ("作废", Status::Void),
    ("已作废", Status::Void),
    ("作废发票", Status::Void),
    ("空白作废", Status::Void),
    ("已红冲", Status::Reversed),
    ("已红冲-全额", Status::Reversed),
    ("已红冲-部分", Status::Reversed),
    ("全额红冲", Status::Reversed),
    ("部分红冲", Status::Reversed),
    ("红冲", Status::Reversed),
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
];

const POSITIVE: &[(&str, InvoiceKind)] = &[
    ("yes", InvoiceKind::Blue),
    ("no", InvoiceKind::Red),
    ("是", InvoiceKind::Blue),
    ("否", InvoiceKind::Red),
    ("Y", InvoiceKind::Blue),
    ("N", InvoiceKind::Red),
];

impl Document for InvoiceReader {
    type Column = InvoiceColumn;
    type Row<'r> = InvoiceRow<'r>;
    const KIND: Kind = Kind::Invoices;
    const MAY_REPEAT: bool = true;
    const SUMMED_MONEY: &'static [InvoiceColumn] = &[NetAmount, TaxAmount, GrossAmount];
    const SUMMED_QUANTITIES: &'static [InvoiceColumn] = &[Quantity];

    fn of_file(_: &Layout<InvoiceColumn>, _: &Policy) -> InvoiceReader {
        InvoiceReader
    }

    fn parse<'r>(&self, cells: &mut Cells<'r, '_, InvoiceColumn>) -> Option<InvoiceRow<'r>> {
        let net = cells.amount(NetAmount);
        let tax = cells.amount(TaxAmount);
        let gross = gross_amount(cells, net, tax);
        cells.money = gross;
        let (code, number) = identity(cells);
        let date = cells.needed_date(InvoiceDate);
        let status = cells.word(InvoiceColumn::Status, STATUS).unwrap_or(Status::Normal);
        let void_date = cells.date(VoidDate);
        let void = Since::of(matches!(status, Status::Void) || void_date.is_some(), void_date);
        let kind = cells.word(Kind, KIND);
        let kind = kind.or_else(|| cells.word(Positive, POSITIVE));
        let customer_id = cells.needed_id(CustomerId);
        let due_date = cells.date(DueDate);
        let tax_rate = cells.tax_rate(TaxRate);
        let quantity = cells.quantity(Quantity);
        Some(InvoiceRow {
            code,
            number,
            date: date?,
            kind,
            void,
            marked_reversed: matches!(status, Status::Reversed) || cells.text(Remark).contains("已红冲"),
            customer_id,
            order_no: without_dashes(cells.id(OrderNo)),
            line_no: cells.id(LineNo),
            sku: cells.id(Sku),
            goods_name: cells.bytes(GoodsName),
            quantity,
            net,
            tax_rate,
            tax,
            gross: gross?,
            original: without_dashes(cells.id(OriginalNo)),
            due_date,
            currency: cells.text(Currency),
        })
    }
}

/// The amount with tax: stated, else net and tax together.
fn gross_amount(
    cells: &mut Cells<'_, '_, InvoiceColumn>,
    net: Option<Money>,
    tax: Option<Money>,
) -> Option<Money> {
    let gross = cells.amount(GrossAmount).or_else(|| net.zip(tax).map(|(net, tax)| net + tax));
    if gross.is_none() && cells.is_sound() {
        cells.fault(GrossAmount, Problem::NoAmount);
    }
    gross
}

/// Code and number of the invoice. The 20 digits of a fully digital invoice (数电票) are its number wherever they
/// stand, and it has no code.
fn identity<'r>(cells: &mut Cells<'r, '_, InvoiceColumn>) -> (&'r [u8], &'r [u8]) {
    let digital = without_dashes(cells.id(DigitalNo));
    let number = without_dashes(cells.id(InvoiceNo));
    let code = without_dashes(cells.id(InvoiceCode));
    if let Some(digits) = [digital, number].into_iter().find(|text| is_digital(text)) {
        return (&[], digits);
    }
    let number = if number.is_empty() { digital } else { number };
    if number.is_empty() {
        cells.fault(InvoiceNo, Problem::Missing);
    }
    (code, number)
}

/// Whether this is the number of a fully digital invoice: 20 digits.
pub fn is_digital(number: &[u8]) -> bool {
    number.len() == 20 && number.iter().all(u8::is_ascii_digit)
}

/// Nothing, where an export prints dashes for nothing.
fn without_dashes(id: &[u8]) -> &[u8] {
    if id.iter().all(|&byte| byte == b'-') { &[] } else { id }
}
