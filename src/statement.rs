//! The customer statement (对账单): what was owed at the start of a period, each document of it, and what is owed at its end,
//! per customer and currency.
//!
//! A statement compares two states of the same account, at the end of the day before the period and at its end: a document
//! that only the second holds is a line of the period (a bill on the day on which it begins to count), one that only the first
//! holds has been voided or dishonoured within it and is taken back. So opening, lines and closing always add up, and both
//! ends are what `recv age` says of those days.

pub mod html;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::lang::Word;
use crate::money::Money;
use crate::receivable::books::{Books, CreditKind};
use crate::receivable::settle::Account;
use crate::receivable::{BrokenIdentity, Customer};
use crate::report::{Cell, Column, headings};

/// What a line of a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LineKind {
    /// What was owed before.
    Opening,
    /// An invoice.
    Invoice,
    /// A red invoice.
    RedInvoice,
    /// A payment.
    Payment,
    /// A refund, or a receipt that was reversed.
    Refund,
    /// A discount.
    Discount,
    /// A document that no longer counts: void, or dishonoured.
    TakenBack,
    /// What is owed after.
    Closing,
}

impl LineKind {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            LineKind::Opening => Word { code: "opening", en: "opening", zh: "期初余额" },
            LineKind::Invoice => Word { code: "invoice", en: "invoice", zh: "发票" },
            LineKind::RedInvoice => Word { code: "red_invoice", en: "red invoice", zh: "红票" },
            LineKind::Payment => Word { code: "payment", en: "payment", zh: "收款" },
            LineKind::Refund => Word { code: "refund", en: "refund", zh: "退款" },
            LineKind::Discount => Word { code: "discount", en: "discount", zh: "折扣" },
            LineKind::TakenBack => Word { code: "taken_back", en: "taken back", zh: "作废或拒付转回" },
            LineKind::Closing => Word { code: "closing", en: "closing", zh: "期末余额" },
        }
    }
}

/// A document of an account: what it adds to what is owed, negative where it settles.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Entry {
    date: NaiveDate,
    kind: LineKind,
    document: String,
    amount: Money,
}

/// A state of an account.
#[derive(Clone, Debug, Default)]
pub struct State {
    entries: Vec<Entry>,
    /// What is owed less unapplied credit.
    balance: Money,
    /// What is open per bucket, and of that what is overdue.
    buckets: Vec<Money>,
    overdue: Money,
    /// Money that has settled nothing.
    unapplied: Money,
    /// Bills that are not due yet.
    pending: Money,
    /// Documents that were voided or dishonoured, and on which day, where that is known.
    ended: BTreeMap<String, NaiveDate>,
}

impl State {
    /// The state of a settled account; `bucket_of` gives the bucket of a due date, and whether it is overdue.
    pub fn of(
        account: &Account<'_>,
        books: &Books,
        buckets: usize,
        bucket_of: impl Fn(NaiveDate) -> (usize, bool),
    ) -> State {
        let mut state = State { buckets: vec![Money::ZERO; buckets], ..State::default() };
        for claim in &account.claims {
            let amount = claim.tranches.iter().map(|tranche| tranche.amount).sum();
            let document = books.invoices.number(claim.invoice).to_string();
            state.entries.push(Entry { date: claim.date, kind: LineKind::Invoice, document, amount });
            for tranche in &claim.tranches {
                let (bucket, is_overdue) = bucket_of(tranche.due_date);
                state.buckets[bucket] += tranche.balance();
                if is_overdue {
                    state.overdue += tranche.balance();
                }
            }
        }
        for credit in &account.credits {
            let kind = match credit.kind {
                CreditKind::RedInvoice => LineKind::RedInvoice,
                CreditKind::Discount => LineKind::Discount,
                CreditKind::Payment if credit.amount.is_negative() => LineKind::Refund,
                CreditKind::Payment => LineKind::Payment,
            };
            let document = books.number_of(credit.number).to_string();
            state.entries.push(Entry { date: credit.counts_from, kind, document, amount: -credit.amount });
        }
        state.entries.sort();
        let voided = books.invoices.voided_of(&account.customer.id);
        let voided = voided.map(|(number, day)| (number.to_owned(), day));
        let dishonoured = account
            .held_back
            .iter()
            .filter_map(|held| Some((books.payments.text(held.number).to_string(), held.dishonoured_on?)));
        state.ended = voided.chain(dishonoured).collect();
        state.unapplied = account.pool();
        let open: Money = account.claims.iter().map(crate::receivable::settle::Claim::balance).sum();
        state.balance = open - state.unapplied;
        state.pending =
            account.held_back.iter().filter(|held| !held.dishonoured).map(|held| held.amount).sum();
        state
    }
}

/// A line of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What it is.
    pub kind: LineKind,
    /// Its day; `None` where a document was taken back on a day that nobody wrote down.
    pub date: Option<NaiveDate>,
    /// The document; empty at the opening and the closing.
    pub document: String,
    /// What it adds to what is owed; `None` at the opening and the closing.
    pub amount: Option<Money>,
    /// What is owed after it.
    pub balance: Money,
}

/// The statement of a customer in one currency.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Whose.
    pub customer: Arc<Customer>,
    /// In which currency.
    pub currency: Arc<str>,
    /// The first day of the period.
    pub from: NaiveDate,
    /// The last day of the period.
    pub to: NaiveDate,
    /// The opening, the documents in the order of their days, the closing.
    pub lines: Vec<Line>,
    /// What is owed at the end.
    pub closing: Money,
    /// What is open per bucket at the end.
    pub buckets: Vec<Money>,
    /// What is overdue at the end.
    pub overdue: Money,
    /// Money that has settled nothing at the end.
    pub unapplied: Money,
    /// Bills in hand that are not due yet at the end.
    pub pending: Money,
}

impl Statement {
    /// The statement from one state of an account to another. Fails where the lines do not lead from the one to the other.
    pub fn new(
        (customer, currency): (&Arc<Customer>, &Arc<str>),
        (from, to): (NaiveDate, NaiveDate),
        before: &State,
        after: &State,
    ) -> Result<Statement, BrokenIdentity> {
        let mut lines = vec![Line {
            kind: LineKind::Opening,
            date: Some(from),
            document: String::new(),
            amount: None,
            balance: before.balance,
        }];
        let new = only_in(&after.entries, &before.entries).into_iter();
        let new = new.map(|entry| (Some(entry.date), entry.kind, &entry.document, entry.amount));
        let ended = only_in(&before.entries, &after.entries).into_iter().map(|entry| {
            let day = after.ended.get(&entry.document).copied();
            (day, LineKind::TakenBack, &entry.document, -entry.amount)
        });
        let mut documents: Vec<_> = new.chain(ended).collect();
        // What was taken back on a day that nobody wrote down comes last.
        documents.sort_by_key(|&(date, kind, document, _)| (date.is_none(), date, kind, document));
        let mut balance = before.balance;
        for (date, kind, document, amount) in documents {
            balance += amount;
            lines.push(Line { kind, date, document: document.clone(), amount: Some(amount), balance });
        }
        BrokenIdentity::unless_equal(
            ("opening + documents of the period = closing", "期初 + 本期单据 = 期末"),
            &format!("{} {currency}", customer.id),
            balance,
            after.balance,
        )?;
        lines.push(Line {
            kind: LineKind::Closing,
            date: Some(to),
            document: String::new(),
            amount: None,
            balance: after.balance,
        });
        Ok(Statement {
            customer: Arc::clone(customer),
            currency: Arc::clone(currency),
            from,
            to,
            lines,
            closing: after.balance,
            buckets: after.buckets.clone(),
            overdue: after.overdue,
            unapplied: after.unapplied,
            pending: after.pending,
        })
    }

    /// Whether there is anything to state.
    pub fn is_empty(&self) -> bool {
        self.lines.iter().all(|line| line.balance.is_zero() && line.amount.is_none())
    }
}

/// The entries of one list that the other lacks, each as often as it is missing.
fn only_in<'a>(these: &'a [Entry], those: &[Entry]) -> Vec<&'a Entry> {
    let mut others: BTreeMap<&Entry, usize> = BTreeMap::new();
    for entry in those {
        *others.entry(entry).or_default() += 1;
    }
    these
        .iter()
        .filter(|entry| match others.get_mut(entry) {
            Some(left) if *left > 0 => {
                *left -= 1;
                false
            }
            _ => true,
        })
        .collect()
}

/// A line, and the statement that it is of: a row of `statement.csv`.
pub struct Row<'s> {
    statement: &'s Statement,
    line: &'s Line,
}

/// The rows of statements.
pub fn rows(statements: &[Statement]) -> Vec<Row<'_>> {
    let rows = statements
        .iter()
        .flat_map(|statement| statement.lines.iter().map(move |line| Row { statement, line }));
    rows.collect()
}

/// The columns of `statement.csv`.
pub fn columns<'s>() -> Vec<Column<Row<'s>>> {
    vec![
        Column::new(headings::CUSTOMER_ID, |row: &Row<'s>| Cell::name(&row.statement.customer.id)),
        Column::new(headings::CURRENCY, |row| Cell::text(&row.statement.currency)),
        Column::new(headings::DATE, |row| Cell::maybe(row.line.date, Cell::Date)),
        Column::new(headings::KIND, |row| Cell::Word(row.line.kind.word())),
        Column::new(headings::DOCUMENT, |row| Cell::name(&row.line.document)),
        Column::new(headings::DEBIT, |row| {
            Cell::maybe(row.line.amount.filter(|amount| !amount.is_negative()), Cell::Money)
        }),
        Column::new(headings::CREDIT, |row| {
            Cell::maybe(row.line.amount.filter(|amount| amount.is_negative()), |amount| Cell::Money(-amount))
        }),
        Column::new(headings::BALANCE, |row| Cell::Money(row.line.balance)),
    ]
}
