//! `recv explain`: how a figure came about, as a tree of sentences. Each step names the rule (the policy's key, and where
//! its value comes from) and the rows of the files that it rests on.
//!
//! Nothing is computed here: the settled accounts, the dating of tranches, the judged order line, the provision and the
//! worklist are those of the reports. This module only says what they hold.

mod account;
mod invoice;
mod order_line;
mod payment;
mod rows;

use std::collections::BTreeMap;

use crate::calendar::AsOf;
use crate::collection::WorklistRow;
use crate::documents::goods::SeenNames;
use crate::documents::invoice::InvoiceReader;
use crate::documents::payment::PaymentReader;
use crate::ids::{CustomerKey, Id, Invoice, Order, Payment};
use crate::input::{InputError, Intake, Sources, Verdict};
use crate::lang::Lang;
use crate::matching::Matching;
use crate::money::Money;
use crate::policy::{Origins, Policy};
use crate::provision::Provision;
use crate::receivable::books::{Books, Credit, CreditNo};
use crate::receivable::due::Due;
use crate::receivable::finding::BookFinding;
use crate::receivable::settle::Account;
use crate::receivable::{Customer, Group, Ledger};

/// A step of an explanation: a sentence, what it rests on, and the steps that lead to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The sentence.
    pub says: String,
    /// The policy's key, its value and where it comes from, where a rule of the policy decides.
    pub rule: Option<String>,
    /// Rows that it rests on, as `FILE:LINE`.
    pub sources: Vec<String>,
    /// What leads to it.
    pub steps: Vec<Step>,
}

impl Step {
    fn new(says: impl Into<String>) -> Step {
        Step { says: says.into(), rule: None, sources: Vec::new(), steps: Vec::new() }
    }

    fn by(mut self, rule: String) -> Step {
        self.rule = Some(rule);
        self
    }

    fn at(mut self, sources: impl IntoIterator<Item = String>) -> Step {
        self.sources.extend(sources);
        self
    }

    fn with(mut self, steps: impl IntoIterator<Item = Step>) -> Step {
        self.steps.extend(steps);
        self
    }
}

/// What an explanation is asked of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// An invoice that counts.
    Invoice(Id<Invoice>),
    /// An invoice in the files that does not count: void, or dated after the as-of date; its number.
    IdleInvoice(String),
    /// A payment that stands in the files and does not count, by its number.
    IdlePayment(String),
    /// An order.
    Order(Id<Order>),
    /// An order line.
    OrderLine(usize),
    /// A customer.
    Customer(Id<CustomerKey>),
    /// A customer that only `allowance.csv` knows, by its id.
    Opening(String),
    /// A payment; its number.
    Payment(String),
}

/// All that explanations are drawn from.
pub struct Evidence<'a> {
    /// The files.
    pub sources: &'a Sources,
    /// The policy in force.
    pub policy: &'a Policy,
    /// Where each of its values comes from.
    pub origins: &'a Origins,
    /// The as-of date.
    pub as_of: AsOf,
    /// The language of the sentences.
    pub lang: Lang,
    /// What the ledger was made from.
    pub books: &'a Books,
    /// The match; `None` where there are no orders.
    pub matching: Option<&'a Matching>,
    /// The settled accounts of the customers that are asked about, with what went where.
    pub accounts: &'a [Account<'a>],
    /// The ledger.
    pub ledger: &'a Ledger,
    /// What a person should know about the books.
    pub findings: &'a [BookFinding],
    /// The provision of its open tranches.
    pub provision: &'a Provision<'a>,
    /// The worklist.
    pub worklist: &'a [WorklistRow],
    /// What is signed for and not invoiced yet, by customer; empty where no customer is asked about.
    pub unbilled: &'a BTreeMap<Group, Money>,
}

impl Evidence<'_> {
    /// The policy's key with its value and origin: `receivable.default_terms = "net 30" (built-in)`.
    fn rule(&self, key: &str) -> String {
        let row = self.origins.rows.iter().find(|row| row.key == key);
        row.map_or_else(
            || key.to_owned(),
            |row| format!("{key} = {} ({})", row.value, row.origin.text(self.lang)),
        )
    }

    /// The account of a customer in a currency, where it is one that is asked about.
    fn account(&self, customer: &str, currency: &str) -> Option<&Account<'_>> {
        let is_it =
            |account: &&Account<'_>| account.customer.id == customer && *account.currency == *currency;
        self.accounts.iter().find(is_it)
    }

    fn say(&self, en: impl Into<String>, zh: impl Into<String>) -> String {
        self.lang.pick(en.into(), zh.into())
    }
}

fn money_in(amount: Money, currency: &str) -> String {
    format!("{} {currency}", amount.grouped())
}

/// What a text may name: invoices, orders, order lines (`ORDER/LINE`), customers, payments.
pub fn subjects(text: &str, books: &Books, matching: Option<&Matching>) -> Vec<Subject> {
    let bytes = text.as_bytes();
    let mut found: Vec<Subject> = books.invoices.called(bytes).map(Subject::Invoice).collect();
    let lines = matching.map_or(&books.orders, |matching| &matching.lines);
    if let Some(order) = lines.orders.find(bytes) {
        found.push(Subject::Order(order));
    }
    let mut seen = SeenNames::default();
    let splits = text.match_indices('/').map(|(at, _)| (&text[..at], &text[at + 1..]));
    let line = splits.filter_map(|(order, line)| {
        lines.line_named(order.as_bytes(), line.as_bytes(), &mut seen).map(Subject::OrderLine)
    });
    found.extend(line);
    if let Some(customer) = books.orders.customers.find(bytes) {
        found.push(Subject::Customer(customer));
    }
    let payment = books.payments.find(bytes);
    let is_it = |number: Id<Payment>| Some(number) == payment;
    let settles = |credit: Credit| matches!(credit.number, CreditNo::Payment(number) if is_it(number));
    if books.all_credits().any(settles) || books.held_back.iter().any(|held| is_it(held.number)) {
        found.push(Subject::Payment(text.to_owned()));
    }
    found
}

/// The customers whose accounts an explanation needs.
pub fn customers_of(subjects: &[Subject], books: &Books) -> Vec<Id<CustomerKey>> {
    let customers = subjects.iter().flat_map(|subject| match subject {
        Subject::Invoice(invoice) => vec![books.invoices.head(*invoice).customer],
        Subject::Customer(customer) => vec![*customer],
        Subject::Payment(number) => {
            let is_it = |document| *books.number_of(document) == **number;
            let credits = books.all_credits().filter(|credit| is_it(credit.number));
            let held = books.held_back.iter().filter(|held| is_it(CreditNo::Payment(held.number)));
            credits.map(|credit| credit.customer).chain(held.map(|held| held.customer)).collect()
        }
        Subject::IdleInvoice(_)
        | Subject::IdlePayment(_)
        | Subject::Order(_)
        | Subject::OrderLine(_)
        | Subject::Opening(_) => Vec::new(),
    });
    let mut customers: Vec<Id<CustomerKey>> = customers.collect();
    customers.sort_unstable_by_key(|customer| customer.index());
    customers.dedup();
    customers
}

/// The explanation of a subject.
pub fn explain(subject: &Subject, evidence: &Evidence<'_>) -> Result<Step, InputError> {
    let mut due = Due::new(evidence.books, evidence.policy);
    match subject {
        Subject::Invoice(id) => invoice::explain(*id, evidence, &mut due),
        Subject::IdleInvoice(number) => invoice::explain_idle(number, evidence),
        Subject::IdlePayment(number) => payment::explain_idle(number, evidence),
        Subject::Order(order) => order_line::explain_order(*order, evidence),
        Subject::OrderLine(line) => order_line::explain(*line, evidence),
        Subject::Customer(customer) => account::explain(evidence.books.customer(*customer), evidence),
        Subject::Opening(id) => {
            account::explain(&Customer { id: id.clone(), ..Customer::default() }, evidence)
        }
        Subject::Payment(number) => payment::explain(number, evidence),
    }
}

/// The invoice and the payment of this number that stand in the files, though they do not count.
pub fn idle_subjects(
    number: &str,
    sources: &Sources,
    policy: &Policy,
    as_of: AsOf,
) -> Result<Vec<Subject>, InputError> {
    let (mut is_invoice, mut is_payment) = (false, false);
    let mut intake = Intake::new(sources, policy, as_of);
    intake.read::<InvoiceReader>(|row, _| {
        is_invoice |= row.number == number.as_bytes();
        Verdict::Used
    })?;
    intake.read::<PaymentReader>(|row, _| {
        is_payment |= row.payment_no == number.as_bytes();
        Verdict::Used
    })?;
    let invoice = is_invoice.then(|| Subject::IdleInvoice(number.to_owned()));
    let payment = is_payment.then(|| Subject::IdlePayment(number.to_owned()));
    Ok(invoice.into_iter().chain(payment).collect())
}
