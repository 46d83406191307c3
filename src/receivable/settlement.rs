//! `settlements.csv`: what every payment and red invoice settled, and by which rule. The rows of a document add up to
//! its amount: what it settled, what is unapplied, and what is held back.

use std::sync::Arc;

use chrono::NaiveDate;

use super::Customer;
use super::books::{Books, CreditKind};
use super::settle::{Account, Rule};
use crate::lang::Word;
use crate::money::Money;
use crate::report::{Cell, Column, headings};

/// What became of some money of a payment or a red invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// It settles a tranche, by this rule.
    Applied(Rule),
    /// It settles nothing yet; negative of a refund that reduces the customer's credit.
    Unapplied,
    /// A bill that is not due yet.
    Pending,
    /// A payment that was dishonoured.
    Dishonoured,
}

impl Outcome {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            Outcome::Applied(rule) => rule.word(),
            Outcome::Unapplied => Word { code: "unapplied", en: "unapplied", zh: "未核销" },
            Outcome::Pending => Word { code: "pending", en: "bill not due yet", zh: "票据未到期" },
            Outcome::Dishonoured => Word { code: "dishonoured", en: "dishonoured", zh: "拒付" },
        }
    }
}

/// A row of `settlements.csv`.
#[derive(Clone, Debug)]
pub struct Settlement {
    /// Whose.
    pub customer: Arc<Customer>,
    /// In which currency.
    pub currency: Arc<str>,
    /// The number of the payment or red invoice.
    pub document: String,
    /// Which of the two; or the discount of a payment.
    pub kind: CreditKind,
    /// Its date.
    pub date: NaiveDate,
    /// The invoice that is settled, where any is.
    pub invoice_no: Option<String>,
    /// Its tranche.
    pub tranche: Option<u32>,
    /// How much; negative where a refund takes it back.
    pub amount: Money,
    /// What became of it.
    pub outcome: Outcome,
    /// The invoice (and its tranche, where it is not the whole) of which exactly the document's amount was open, when it
    /// names nothing and only one is so: probably what was meant.
    pub suggestion: Option<String>,
}

/// The rows of a settled account, whose applications were kept: by document, then as they were applied.
pub fn of_account(account: &Account<'_>, books: &Books) -> Vec<Settlement> {
    let invoices = &books.invoices;
    let mut rows = Vec::new();
    let mut applications = account.applications.clone();
    applications.sort_by_key(|application| application.credit);
    let mut applications = applications.into_iter().peekable();
    for (at, credit) in account.credits.iter().enumerate() {
        let row = |outcome, amount| Settlement {
            customer: Arc::clone(&account.customer),
            currency: Arc::clone(&account.currency),
            document: books.number_of(credit.number).to_string(),
            kind: credit.kind,
            date: credit.date,
            invoice_no: None,
            tranche: None,
            amount,
            outcome,
            suggestion: account.suggestions.get(&at).map(|&(claim, tranche)| {
                let invoice = invoices.number(account.claims[claim].invoice);
                let number = tranche.map(|tranche| account.claims[claim].tranches[tranche].number);
                number.map_or_else(|| invoice.to_string(), |number| format!("{invoice}/{number}"))
            }),
        };
        while let Some(application) = applications.next_if(|application| application.credit == at) {
            let claim = &account.claims[application.claim];
            rows.push(Settlement {
                invoice_no: Some(invoices.number(claim.invoice).to_string()),
                tranche: Some(claim.tranches[application.tranche].number),
                ..row(Outcome::Applied(application.rule), application.amount)
            });
        }
        if !account.unapplied[at].is_zero() {
            rows.push(row(Outcome::Unapplied, account.unapplied[at]));
        }
    }
    let held_back = account.held_back.iter().map(|held| Settlement {
        customer: Arc::clone(&account.customer),
        currency: Arc::clone(&account.currency),
        document: books.payments.text(held.number).to_string(),
        kind: CreditKind::Payment,
        date: held.date,
        invoice_no: None,
        tranche: None,
        amount: held.amount,
        outcome: if held.dishonoured { Outcome::Dishonoured } else { Outcome::Pending },
        suggestion: None,
    });
    rows.extend(held_back);
    rows.sort_by(|a, b| (a.date, &a.document).cmp(&(b.date, &b.document)));
    rows
}

/// The columns of `settlements.csv`.
pub fn columns() -> Vec<Column<Settlement>> {
    vec![
        Column::new(headings::CUSTOMER_ID, |row| Cell::name(&row.customer.id)),
        Column::new(headings::DOCUMENT, |row| Cell::name(&row.document)),
        Column::new(headings::KIND, |row| Cell::Word(row.kind.word())),
        Column::new(headings::DATE, |row| Cell::Date(row.date)),
        Column::new(headings::INVOICE_NO, |row| Cell::maybe(row.invoice_no.as_deref(), Cell::name)),
        Column::new(headings::TRANCHE, |row| Cell::maybe(row.tranche, |tranche| Cell::Count(tranche.into()))),
        Column::new(headings::AMOUNT, |row| Cell::Money(row.amount)),
        Column::new(headings::RULE, |row| Cell::Word(row.outcome.word())),
        Column::new(headings::CURRENCY, |row| Cell::text(&row.currency)),
        Column::new(headings::SUGGESTION, |row| Cell::maybe(row.suggestion.as_deref(), Cell::name)),
    ]
}
