//! `payments.csv`: money or a bill received (收款单).

use chrono::NaiveDate;
use std::collections::BTreeMap;

use super::Since;
use super::approval::leave_out_unless_approved;
use crate::diagnostic::Problem;
use crate::input::columns::PaymentColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, Kind, Layout, Reason};
use crate::money::Money;
use crate::policy::{self, BillPolicy, BillSettles, Policy};

/// A payment as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct PaymentRow<'r> {
    /// The payment.
    pub payment_no: &'r [u8],
    /// The day on which the money or the bill came in.
    pub date: NaiveDate,
    /// Who paid.
    pub customer_id: &'r [u8],
    /// The invoice that is paid; may be empty.
    pub invoice_no: &'r [u8],
    /// The order that is paid; may be empty.
    pub order_no: &'r [u8],
    /// The contract that is paid; may be empty.
    pub contract_no: &'r [u8],
    /// The amount; negative for a refund or a reversed receipt.
    pub amount: Money,
    /// A discount that was taken with it, which settles as money does.
    pub discount: Money,
    /// For a bill that settles only when it falls due: that day.
    pub settles_on: Option<NaiveDate>,
    /// Whether and since when it is dishonoured.
    pub dishonoured: Since,
    /// The currency, as written.
    pub currency: &'r str,
}

/// How payments are read.
#[derive(Clone, Debug)]
pub struct PaymentReader {
    own_words: BTreeMap<String, policy::Method>,
    bills: BillPolicy,
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
    const SUMMED_MONEY: &'static [PaymentColumn] = &[Amount];

    fn of_file(_: &Layout<PaymentColumn>, policy: &Policy) -> PaymentReader {
        PaymentReader { own_words: policy.input.methods.clone(), bills: policy.receivable.bills.clone() }
    }

    fn parse<'r>(&self, cells: &mut Cells<'r, '_, PaymentColumn>) -> Option<PaymentRow<'r>> {
        if is_money_out(cells) {
            cells.money = cells.amount(AmountOut).or_else(|| cells.amount(Amount));
            cells.leave_out(Reason::MoneyOut);
            return None;
        }
        let amount = cells.needed_amount(Amount);
        cells.money = amount;
        leave_out_unless_approved(cells, Approval);
        let payment_no = cells.needed_id(PaymentNo);
        let date = cells.needed_date(PaymentDate);
        let customer_id = cells.customer(CustomerId, Some(CustomerName), Some(TaxId));
        let method = self.method(cells);
        let maturity = cells.date(MaturityDate);
        let dishonoured = cells.word(Status, STATUS).unwrap_or(false);
        let dishonoured_date = cells.date(DishonouredDate);
        let at_maturity = self.settles_at_maturity(method);
        if at_maturity && maturity.is_none() && cells.is_sound() {
            cells.fault(MaturityDate, Problem::NoMaturity(cells.text(Method).to_owned()));
        }
        Some(PaymentRow {
            payment_no,
            date: date?,
            customer_id,
            invoice_no: cells.id(InvoiceNo),
            order_no: cells.id(OrderNo),
            contract_no: cells.id(ContractNo),
            amount: amount?,
            discount: cells.amount(Discount).unwrap_or_default(),
            settles_on: maturity.filter(|_| at_maturity),
            dishonoured: Since::of(dishonoured || dishonoured_date.is_some(), dishonoured_date),
            currency: cells.text(Currency),
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

/// Whether the row of a bank statement is money that went out: by its direction, or because only the column of money
/// out holds an amount.
fn is_money_out(cells: &mut Cells<'_, '_, PaymentColumn>) -> bool {
    if let Some(out) = cells.word(Direction, DIRECTION) {
        return out;
    }
    let is_blank = |cells: &mut Cells<'_, '_, PaymentColumn>, column| {
        let bytes = cells.bytes(column);
        bytes.iter().all(|byte| b"0.-/ ".contains(byte))
    };
    cells.layout().has(AmountOut) && is_blank(cells, Amount) && !is_blank(cells, AmountOut)
}

impl PaymentReader {
    /// How the money came in; a bank transfer where nothing is said.
    fn method(&self, cells: &mut Cells<'_, '_, PaymentColumn>) -> policy::Method {
        let text = cells.text(Method);
        if let Some(&method) = self.own_words.get(text) {
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
