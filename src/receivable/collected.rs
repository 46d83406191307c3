//! What came in, by how it came (结算方式), and the register of bills (票据登记簿): bills in hand, to be confirmed,
//! matured, dishonoured.
//!
//! Whether a bill settles when it is received or only at its maturity is the policy's matter (`[receivable.bills]`); here
//! every bill stands with its maturity, whichever way it counts. Recovery (回款) is shown with all bills that were not
//! dishonoured, and without those still in hand, which are no money yet.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::AsOf;
use crate::documents::payment::PaymentRow;
use crate::lang::Word;
use crate::money::{Money, Rate};
use crate::policy::Method;
use crate::report::{Cell, Column, headings};

/// Where a bill stands at the as-of date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BillState {
    /// Not due yet, or its maturity is not stated.
    InHand,
    /// Due for no longer than `receivable.bills.confirm_days`: was it paid?
    ToConfirm,
    /// Due for longer: taken for paid.
    Matured,
    /// It was not paid.
    Dishonoured,
}

impl BillState {
    pub(super) fn of(row: &PaymentRow<'_>, as_of: AsOf, confirm_days: i64) -> BillState {
        if row.dishonoured.holds(as_of) {
            return BillState::Dishonoured;
        }
        match row.maturity {
            Some(day) if as_of.includes(day) && as_of.days_since(day) <= confirm_days => BillState::ToConfirm,
            Some(day) if as_of.includes(day) => BillState::Matured,
            Some(_) | None => BillState::InHand,
        }
    }

    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            BillState::InHand => Word { code: "in_hand", en: "in hand", zh: "未到期" },
            BillState::ToConfirm => Word { code: "to_confirm", en: "to be confirmed", zh: "到期待确认" },
            BillState::Matured => Word { code: "matured", en: "matured", zh: "已到期" },
            BillState::Dishonoured => Word { code: "dishonoured", en: "dishonoured", zh: "拒付" },
        }
    }
}

/// A row of `bills.csv`: a bill or note that was received.
#[derive(Clone, Debug)]
pub struct Bill {
    /// Whose.
    pub customer_id: String,
    /// The number of the payment.
    pub document: String,
    /// What kind of bill.
    pub method: Method,
    /// The day on which it came in.
    pub date: NaiveDate,
    /// The day on which it falls due, where that is stated.
    pub maturity: Option<NaiveDate>,
    /// Days to its maturity; negative after it.
    pub days_to_maturity: Option<i64>,
    /// Its amount.
    pub amount: Money,
    /// Where it stands.
    pub state: BillState,
    /// Whether it counts as a payment at the as-of date, as `[receivable.bills]` says.
    pub settles: bool,
    /// The invoice that it names, as written; may be empty.
    pub invoice_no: String,
    /// The currency.
    pub currency: Arc<str>,
}

/// A row of `received-by-method.csv`: what came in by one way of paying, in one currency. Refunds are deducted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByMethod {
    /// The currency.
    pub currency: Arc<str>,
    /// How it came.
    pub method: Method,
    /// How many payments.
    pub payments: u64,
    /// All of them.
    pub amount: Money,
    /// Of bills, what is in each state; of other payments the dishonoured ones alone.
    pub states: BTreeMap<BillState, Money>,
}

impl ByMethod {
    fn in_state(&self, state: BillState) -> Money {
        self.states.get(&state).copied().unwrap_or_default()
    }
}

/// A row of `recovery.csv`: how much of what was invoiced came back, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The currency.
    pub currency: Arc<str>,
    /// All invoices, red ones deducted.
    pub invoiced: Money,
    /// Money, and bills past their maturity; set-off is neither, and what was dishonoured is not in it.
    pub without_bills: Money,
    /// Bills in hand.
    pub bills_in_hand: Money,
}

impl Recovery {
    /// Money and all bills that were not dishonoured.
    pub fn with_bills(&self) -> Money {
        self.without_bills + self.bills_in_hand
    }

    fn share(&self, amount: Money) -> Option<Rate> {
        amount.ratio_rounded(self.invoiced, 4)
    }
}

/// What came in up to the as-of date.
#[derive(Debug, Default)]
pub struct Collected {
    bills: Vec<Bill>,
    by_method: BTreeMap<(Arc<str>, Method), ByMethod>,
}

impl Collected {
    /// Notes a payment that is dated on or before the as-of date.
    pub(super) fn note(&mut self, row: &PaymentRow<'_>, currency: &Arc<str>, as_of: AsOf, confirm_days: i64) {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let state = BillState::of(row, as_of, confirm_days);
        let (method, amount) = (row.method, row.amount());
        let new = || ByMethod {
            currency: Arc::clone(currency),
            method,
            payments: 0,
            amount: Money::ZERO,
            states: BTreeMap::new(),
        };
        let sum = self.by_method.entry((Arc::clone(currency), method)).or_insert_with(new);
        sum.payments += 1;
        sum.amount += amount;
        if method.is_bill() || state == BillState::Dishonoured {
            *sum.states.entry(state).or_default() += amount;
        }
        if method.is_bill() {
            self.bills.push(Bill {
                customer_id: text(&row.customer_id),
                document: text(row.payment_no),
                method,
                date: row.date,
                maturity: row.maturity,
                days_to_maturity: row.maturity.map(|day| -as_of.days_since(day)),
                amount,
                state,
                settles: state != BillState::Dishonoured && !row.is_pending(as_of),
                invoice_no: text(row.invoice_no),
                currency: Arc::clone(currency),
            });
        }
    }

    /// The bills: what matures first stands first, then by customer and number; without a maturity last.
    pub fn bills(&self) -> Vec<&Bill> {
        let mut bills: Vec<&Bill> = self.bills.iter().collect();
        bills.sort_by(|a, b| by_maturity(a).cmp(&by_maturity(b)));
        bills
    }

    /// What came in by each way of paying, by currency.
    pub fn by_method(&self) -> impl Iterator<Item = &ByMethod> {
        self.by_method.values()
    }

    /// The recovery of each currency in which anything was invoiced or paid.
    pub fn recovery(&self, invoiced: &BTreeMap<Arc<str>, Money>) -> Vec<Recovery> {
        let new = |currency: &Arc<str>, invoiced| Recovery {
            currency: Arc::clone(currency),
            invoiced,
            without_bills: Money::ZERO,
            bills_in_hand: Money::ZERO,
        };
        let mut rows: BTreeMap<&str, Recovery> =
            invoiced.iter().map(|(currency, &amount)| (&**currency, new(currency, amount))).collect();
        for sum in self.by_method.values().filter(|sum| sum.method != Method::Offset) {
            let row = rows.entry(&sum.currency).or_insert_with(|| new(&sum.currency, Money::ZERO));
            let in_hand = sum.in_state(BillState::InHand);
            row.bills_in_hand += in_hand;
            row.without_bills += sum.amount - in_hand - sum.in_state(BillState::Dishonoured);
        }
        rows.into_values().collect()
    }
}

fn by_maturity(bill: &Bill) -> (bool, Option<NaiveDate>, &str, &str) {
    (bill.maturity.is_none(), bill.maturity, &bill.customer_id, &bill.document)
}

/// The columns of `bills.csv`.
pub fn bill_columns() -> Vec<Column<Bill>> {
    vec![
        Column::new(headings::CUSTOMER_ID, |row| Cell::name(&row.customer_id)),
        Column::new(headings::DOCUMENT, |row| Cell::name(&row.document)),
        Column::new(headings::METHOD, |row| Cell::Word(row.method.word())),
        Column::new(headings::DATE, |row| Cell::Date(row.date)),
        Column::new(headings::MATURITY_DATE, |row| Cell::maybe(row.maturity, Cell::Date)),
        Column::new(headings::DAYS_TO_MATURITY, |row| Cell::maybe(row.days_to_maturity, Cell::Days)),
        Column::new(headings::AMOUNT, |row| Cell::Money(row.amount)),
        Column::new(headings::STATE, |row| Cell::Word(row.state.word())),
        Column::new(headings::SETTLES, |row| Cell::Flag(row.settles)),
        Column::new(headings::INVOICE_NO, |row| Cell::name(&row.invoice_no)),
        Column::new(headings::CURRENCY, |row| Cell::text(&row.currency)),
    ]
}

/// The columns of `received-by-method.csv`.
pub fn method_columns() -> Vec<Column<ByMethod>> {
    vec![
        Column::new(headings::CURRENCY, |row| Cell::text(&row.currency)),
        Column::new(headings::METHOD, |row| Cell::Word(row.method.word())),
        Column::new(headings::PAYMENTS, |row| Cell::Count(row.payments)),
        Column::new(headings::AMOUNT, |row| Cell::Money(row.amount)),
        Column::new(headings::IN_HAND, |row| Cell::Money(row.in_state(BillState::InHand))),
        Column::new(headings::TO_CONFIRM, |row| Cell::Money(row.in_state(BillState::ToConfirm))),
        Column::new(headings::MATURED, |row| Cell::Money(row.in_state(BillState::Matured))),
        Column::new(headings::DISHONOURED, |row| Cell::Money(row.in_state(BillState::Dishonoured))),
    ]
}

/// The columns of `recovery.csv`.
pub fn recovery_columns() -> Vec<Column<Recovery>> {
    vec![
        Column::new(headings::CURRENCY, |row| Cell::text(&row.currency)),
        Column::new(headings::INVOICES, |row| Cell::Money(row.invoiced)),
        Column::new(headings::WITHOUT_BILLS, |row| Cell::Money(row.without_bills)),
        Column::new(headings::WITHOUT_BILLS_PCT, |row| Cell::maybe(row.share(row.without_bills), Cell::Rate)),
        Column::new(headings::IN_HAND, |row| Cell::Money(row.bills_in_hand)),
        Column::new(headings::WITH_BILLS, |row| Cell::Money(row.with_bills())),
        Column::new(headings::WITH_BILLS_PCT, |row| Cell::maybe(row.share(row.with_bills()), Cell::Rate)),
    ]
}
