//! `payments.csv`: money or a bill received (收款单), or a bank's statement of account.
//!
//! Which payment a row is says its number. Two kinds of real files need more than that:
//!
//! - An ERP's export by detail line repeats the number on every line. Where a column numbers the lines, rows of one
//!   number, date and customer that stand below each other are lines of one payment: `SK1`, then `SK1/2`, each with its
//!   own amount, method and maturity. Lines apart from each other are no lines: the same export twice looks like that.
//!   (A 序号 may as well count the rows of the whole file, copies among them, so that beside it lines must differ in
//!   what they state, too.)
//! - A bank's statement often has no numbers. Its rows are then known by what they state (date, amount and a mark of the
//!   rest), so that a row that comes twice is still found, as it is where the statements of two months overlap.

use std::cell::RefCell;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::Since;
use super::approval::leave_out_unless_approved;
use crate::calendar::AsOf;
use crate::diagnostic::Problem;
use crate::input::columns::PaymentColumn::{self, *};
use crate::input::intake::Document;
use crate::input::parties::Party;
use crate::input::{Cells, Kind, Layout, Reason};
use crate::money::{CellMoney, Money, Number};
use crate::policy::{self, BillPolicy, BillSettles, Policy};

/// A payment as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct PaymentRow<'r> {
    /// The payment, or its line: `SK1/2`; of a bank statement without numbers what the row states in short.
    pub payment_no: &'r [u8],
    /// The day on which the money or the bill came in.
    pub date: NaiveDate,
    /// Who paid.
    pub customer_id: Party<'r>,
    /// The invoice that is paid; may be empty.
    pub invoice_no: &'r [u8],
    /// The order that is paid; may be empty.
    pub order_no: &'r [u8],
    /// The contract that is paid; may be empty.
    pub contract_no: &'r [u8],
    /// The amount; negative for a refund or a reversed receipt.
    amount: CellMoney,
    /// A discount that was taken with it, which settles as money does.
    discount: Option<CellMoney>,
    /// How it came in.
    pub method: policy::Method,
    /// The day on which a bill falls due, where it is stated.
    pub maturity: Option<NaiveDate>,
    /// For a bill that settles only when it falls due: that day.
    pub settles_on: Option<NaiveDate>,
    /// Whether and since when it is dishonoured.
    pub dishonoured: Since,
    /// The currency, as written.
    pub currency: &'r str,
}

impl PaymentRow<'_> {
    /// The amount; negative for a refund or a reversed receipt.
    #[inline]
    pub fn amount(&self) -> Money {
        self.amount.into()
    }

    /// The discount that was taken with it, if any.
    #[inline]
    pub fn discount(&self) -> Money {
        self.discount.map_or(Money::ZERO, Money::from)
    }

    /// Whether it is a bill that settles only when it falls due, and is not due at the end of the as-of date.
    pub fn is_pending(&self, as_of: AsOf) -> bool {
        self.settles_on.is_some_and(|day| !as_of.includes(day))
    }
}

/// How payments are read.
#[derive(Clone, Debug)]
pub struct PaymentReader {
    own_words: BTreeMap<String, policy::Method>,
    bills: BillPolicy,
    /// Whether rows may have no number: the file has no such column, or one of vouchers, which not every movement has.
    may_be_unnumbered: bool,
    /// Whether line numbers may be those of the whole file's rows.
    lines_are_serial: bool,
    /// Whether the file has a column of line numbers.
    has_lines: bool,
    /// The payment whose lines are being read, where the file has a column of line numbers.
    lines: RefCell<PaymentLines>,
}

/// The lines so far of the payment that was read last.
#[derive(Clone, Debug, Default)]
struct PaymentLines {
    payment_no: Vec<u8>,
    customer_id: Vec<u8>,
    date: Option<NaiveDate>,
    /// What tells the lines apart: their numbers, or what they state.
    told_by: Vec<Vec<u8>>,
}

const STATUS: &[(&str, bool)] = &[
    ("normal", false),
    ("dishonoured", true),
    ("dishonored", true),
    ("拒付", true),
    ("已拒付", true),
    ("退票", true),
    ("已退票", true),
    ("正常", false),
    ("已审核", false),
    ("已到账", false),
    ("已收款", false),
];

impl Document for PaymentReader {
    type Column = PaymentColumn;
    type Row<'r> = PaymentRow<'r>;
    const KIND: Kind = Kind::Payments;
    const DATE: Option<PaymentColumn> = Some(PaymentDate);
    const MAKES_TEXTS: bool = true;
    const SUMMED_MONEY: &'static [PaymentColumn] = &[Amount];

    fn of_file(layout: &Layout<PaymentColumn>, policy: &Policy) -> PaymentReader {
        let is_voucher = layout.heading(PaymentNo).starts_with("凭证号");
        PaymentReader {
            own_words: policy.input.methods.clone(),
            bills: policy.receivable.bills.clone(),
            may_be_unnumbered: layout.has(Counterparty) && (is_voucher || !layout.has(PaymentNo)),
            lines_are_serial: layout.heading(PaymentLine) == "序号",
            has_lines: layout.has(PaymentLine),
            lines: RefCell::default(),
        }
    }

    fn reads_in_order(&self) -> bool {
        self.has_lines
    }

    #[inline(always)]
    fn parse<'r>(&self, cells: &mut Cells<'r, '_, PaymentColumn>) -> Option<PaymentRow<'r>> {
        if is_money_out(cells) {
            let amount = cells.amount(AmountOut).or_else(|| cells.amount(Amount));
            cells.money = amount.map_or(Money::ZERO, Money::from);
            cells.currency = cells.text(Currency);
            cells.leave_out(Reason::MoneyOut);
            return None;
        }
        if is_balance_alone(cells) {
            cells.leave_out(Reason::TotalRow);
            return None;
        }
        let amount = cells.needed_amount(Amount);
        cells.money = amount.map_or(Money::ZERO, Money::from);
        cells.currency = cells.text(Currency);
        leave_out_unless_approved(cells, Approval, ApprovedFlag);
        let number = cells.id(PaymentNo);
        let date = cells.needed_date(PaymentDate);
        let customer_id = customer(cells);
        let payment_no = match number {
            [] if self.may_be_unnumbered => fingerprint(cells, date, amount.map(Money::from)),
            [] => cells.needed_id(PaymentNo),
            _ if !self.has_lines => number,
            _ => self.line_of_payment(cells, number, date, customer_id.id()),
        };
        let method = self.method(cells);
        let maturity = cells.date(MaturityDate);
        let dishonoured = cells.word(Status, STATUS).unwrap_or(false);
        let dishonoured_date = cells.date(DishonouredDate);
        let at_maturity = self.settles_at_maturity(method);
        if maturity.is_none() && at_maturity && cells.is_sound() {
            cells.fault(MaturityDate, Problem::NoMaturity(cells.text(Method).to_owned()));
        }
        let refund = is_refund(cells);
        let refunded = |amount: CellMoney| if refund { amount.below_zero() } else { amount };
        Some(PaymentRow {
            payment_no,
            date: date?,
            customer_id,
            invoice_no: cells.id(InvoiceNo),
            order_no: cells.id(OrderNo),
            contract_no: cells.id(ContractNo),
            amount: refunded(amount?),
            discount: cells.amount(Discount).map(refunded),
            method,
            maturity,
            settles_on: maturity.filter(|_| at_maturity),
            dishonoured: Since::of(dishonoured || dishonoured_date.is_some(), dishonoured_date),
            currency: cells.currency,
        })
    }
}

/// Which way the money of a bank statement's row went.
const DIRECTION: &[(&str, bool)] = &[
    ("in", false),
    ("out", true),
    ("credit", false),
    ("debit", true),
    ("C", false),
    ("D", true),
    ("贷", false),
    ("借", true),
    ("贷方", false),
    ("借方", true),
    ("收", false),
    ("付", true),
    ("支", true),
    ("收入", false),
    ("支出", true),
    ("收款", false),
    ("付款", true),
    ("转入", false),
    ("转出", true),
    ("+", false),
    ("-", true),
];

/// Whether the row of a bank statement is money that went out: by its direction, else because only the column of
/// money out holds an amount, or the one column of both ways a negative one. Beside a column of money out, a negative
/// amount is a receipt that the bank took back.
#[inline(always)]
fn is_money_out(cells: &mut Cells<'_, '_, PaymentColumn>) -> bool {
    cells.layout().has_any([Direction, AmountOut, Counterparty]) && says_money_out(cells)
}

#[inline(never)]
fn says_money_out(cells: &mut Cells<'_, '_, PaymentColumn>) -> bool {
    if let Some(out) = cells.word(Direction, DIRECTION) {
        return out;
    }
    if cells.layout().has(AmountOut) {
        return is_blank(cells, Amount) && !is_blank(cells, AmountOut);
    }
    // Only banks call the payer 对方; a balance (余额) is in ERPs' lists what is not applied yet.
    let is_statement = [Direction, Counterparty].into_iter().any(|at| cells.layout().has(at));
    let amount = || Number::parse(cells.bytes(Amount)).and_then(Money::from_number);
    is_statement && amount().is_ok_and(Money::is_negative)
}

/// Whether the row of a bank statement states a balance and nothing that moved it: 期初余额, 承前页.
fn is_balance_alone(cells: &Cells<'_, '_, PaymentColumn>) -> bool {
    let nothing = || [Amount, AmountOut, Counterparty, Direction].into_iter().all(|at| is_blank(cells, at));
    cells.layout().has(Counterparty) && !cells.bytes(Balance).is_empty() && nothing()
}

/// Whether the cell holds no amount: 0.00 and dashes are none.
fn is_blank(cells: &Cells<'_, '_, PaymentColumn>, column: PaymentColumn) -> bool {
    cells.bytes(column).iter().all(|byte| b"0.-/ ".contains(byte))
}

/// Whether the row is a refund by the name of its type (单据类型 销售退款单); some programs state it positive.
fn is_refund(cells: &Cells<'_, '_, PaymentColumn>) -> bool {
    cells.layout().has(Type) && cells.text(Type).contains("退款")
}

/// Whose debt is paid: the customer that the row names (往来单位), whoever paid for it (付款单位, 代付); only where it
/// names none, the payer.
#[inline(always)]
fn customer<'r>(cells: &mut Cells<'r, '_, PaymentColumn>) -> Party<'r> {
    let states = |column: &PaymentColumn| !cells.bytes(*column).is_empty();
    let payers = [PayerName, Counterparty, PayerTaxId];
    let names_customer = || [CustomerId, CustomerName, TaxId].iter().any(states);
    let payer = || if names_customer() { None } else { payers.into_iter().find(states) };
    match if cells.layout().has_any(payers) { payer() } else { None } {
        Some(payer) => cells.party(None, Some(payer), Some(PayerTaxId)),
        None => cells.customer(CustomerId, Some(CustomerName), Some(TaxId)),
    }
}

/// What stands for the number of a bank statement's row that has none: date, amount and a mark of all that tells
/// movements of an account apart (time, payer, balance, remark). Rows alike in these may be one movement
/// listed twice, or two; nothing in the file can tell, so they get one number, and the second is refused.
fn fingerprint<'r>(
    cells: &Cells<'r, '_, PaymentColumn>,
    date: Option<NaiveDate>,
    amount: Option<Money>,
) -> &'r [u8] {
    let (Some(date), Some(amount)) = (date, amount) else { return &[] };
    let fnv = |mark: u32, byte: u8| (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    let mark = stated(cells).into_iter().fold(0x811c_9dc5, fnv);
    cells.made_text(format!("{date} {amount} #{mark:08x}").into_bytes())
}

/// All that tells movements of an account apart. Of date and amounts what they say, not how they are written: an export
/// that went through a spreadsheet is the same export.
fn stated(cells: &Cells<'_, '_, PaymentColumn>) -> Vec<u8> {
    const TEXTS: [PaymentColumn; 10] = [
        CustomerId,
        CustomerName,
        PayerName,
        Counterparty,
        InvoiceNo,
        OrderNo,
        ContractNo,
        Method,
        MaturityDate,
        Summary,
    ];
    let money = |column| {
        let amount = Number::parse(cells.bytes(column)).and_then(Money::from_number);
        amount.map(|amount| amount.to_string()).unwrap_or_default()
    };
    let time = cells.text(PaymentDate).split_once([' ', 'T']).map_or("", |(_, time)| time);
    let time = time.trim_matches(['0', ':']);
    let (amount, balance) = (money(Amount), money(Balance));
    let mut all = vec![time.as_bytes(), amount.as_bytes(), balance.as_bytes()];
    all.extend(TEXTS.map(|column| cells.bytes(column)));
    all.join(&0x1f)
}

impl PaymentReader {
    /// The number of a payment's first line, or of a further one: `SK1/2`.
    #[inline(never)]
    fn line_of_payment<'r>(
        &self,
        cells: &mut Cells<'r, '_, PaymentColumn>,
        payment_no: &'r [u8],
        date: Option<NaiveDate>,
        customer_id: &[u8],
    ) -> &'r [u8] {
        let line = cells.id(PaymentLine);
        if line.is_empty() {
            return payment_no;
        }
        let told_by = if self.lines_are_serial { stated(cells) } else { line.to_vec() };
        let mut lines = self.lines.borrow_mut();
        let is_same =
            lines.payment_no == payment_no && lines.customer_id == customer_id && lines.date == date;
        if !is_same {
            *lines = PaymentLines {
                payment_no: payment_no.to_vec(),
                customer_id: customer_id.to_vec(),
                date,
                told_by: vec![told_by],
            };
            return payment_no;
        }
        if lines.told_by.contains(&told_by) {
            return payment_no;
        }
        lines.told_by.push(told_by);
        cells.made_text([payment_no, b"/", line].concat())
    }

    /// How the money came in; a bank transfer where nothing is said.
    #[inline(always)]
    fn method(&self, cells: &mut Cells<'_, '_, PaymentColumn>) -> policy::Method {
        if !self.own_words.is_empty()
            && let Some(&method) = self.own_words.get(cells.text(Method))
        {
            return method;
        }
        cells.word(Method, policy::Method::WORDS).unwrap_or(policy::Method::Wire)
    }

    /// Whether such a payment settles only when it falls due: `[receivable.bills]`.
    fn settles_at_maturity(&self, method: policy::Method) -> bool {
        let rule = match method {
            policy::Method::BankAcceptance => self.bills.bank_acceptance,
            policy::Method::CommercialAcceptance => self.bills.commercial_acceptance,
            policy::Method::SupplyChainNote => self.bills.supply_chain_note,
            policy::Method::Wire | policy::Method::Cash | policy::Method::Cheque | policy::Method::Offset => {
                BillSettles::OnReceipt
            }
        };
        rule == BillSettles::AtMaturity
    }
}
