//! What is owed, since when, and what has been paid: from the invoices, terms and payments of the books to open
//! tranches and unapplied credit.
//!
//! [`books`] reads what this needs; [`due`] finds the date of a term's event; [`settle`] applies payments and red
//! invoices; [`finding`] is what a person should know about the books themselves. [`Ledger::open`] puts them
//! together and checks that nothing was lost.

pub mod books;
pub mod collected;
pub mod designation;
pub mod dispute;
pub mod due;
pub mod extension;
pub mod finding;
pub mod grouping;
pub mod invoice_no;
pub mod settle;
pub mod settlement;

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::iter;
use std::mem;
use std::ops::AddAssign;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::AsOf;
use crate::ids::{CustomerKey, Id, Invoice, SortKey};
use crate::lang::Lang;
use crate::money::{Money, Rate};
use crate::parallel;
use crate::policy::Policy;
use crate::terms::TrancheKind;
use books::Books;
use due::Due;
use finding::{BookFinding, Detail, FindingCode};
use grouping::{GroupBy, Parts};
use invoice_no::InvoiceNo;
use settle::{Account, Accounts, Scope};

/// What the reports need to know of a customer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Customer {
    /// The customer's id, as in the documents.
    pub id: String,
    /// Whether customers.csv has a row of it.
    pub is_on_file: bool,
    /// The name, where customers.csv gives one.
    pub name: Option<String>,
    /// The industry, which decides the provision's uplift.
    pub industry: Option<String>,
    /// The credit grade, which may tighten collection.
    pub credit_grade: Option<String>,
    /// The salesperson.
    pub salesperson: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// A provision rate of the customer's own, in place of the bucket's rate and the uplift.
    pub specific_rate: Option<Rate>,
    /// How far its debts are secured, as a share of them.
    pub secured: Option<Rate>,
    /// The interest that its debts bear, a year.
    pub interest_rate: Option<Rate>,
}

/// Whose row of a report something belongs to: a customer, or the value of the field that `--by` names, each in one
/// currency.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Group {
    /// The customer's id, or the field's value.
    pub key: Arc<str>,
    /// The currency: amounts of two currencies are never added.
    pub currency: Arc<str>,
}

impl Group {
    /// Whether it is the other one: most that are, share their texts.
    #[inline]
    pub fn is(&self, other: &Group) -> bool {
        let is_same = |one: &Arc<str>, other: &Arc<str>| Arc::ptr_eq(one, other) || one == other;
        is_same(&self.key, &other.key) && is_same(&self.currency, &other.currency)
    }
}

/// One open tranche of a receivable (with `--by`, the part of it that belongs to one group).
#[derive(Clone, Debug)]
pub struct OpenItem {
    /// The row of the report it belongs to.
    pub group: Group,
    /// Who owes it.
    pub customer: Arc<Customer>,
    /// The invoice.
    pub invoice: Id<Invoice>,
    /// The invoice's number, which another invoice may have too.
    pub invoice_no: InvoiceNo,
    /// The tranche of the invoice's terms, from 1.
    pub tranche: u32,
    /// What it is of the price: retention money is not due before its release.
    pub kind: TrancheKind,
    /// The invoice's date.
    pub invoice_date: NaiveDate,
    /// The terms as written, or `due date given`.
    pub terms: Arc<str>,
    /// The day it is due.
    pub due_date: NaiveDate,
    /// The tranche's amount, tax included.
    pub amount: Money,
    /// What has been settled of it.
    pub settled: Money,
    /// What is open: `amount − settled`, above zero.
    pub balance: Money,
    /// Days from the due date to the as-of date; negative before it.
    pub overdue_days: i64,
    /// The bucket of `overdue_days`.
    pub bucket: usize,
    /// What of the balance is disputed; from nothing to all of it.
    pub disputed: Money,
    /// The whole tranche, where `--by` splits it and this item is a part of it. Few are, and millions may be open.
    pub part_of: Option<Box<Whole>>,
    /// The later day until which the customer may pay, where one was granted. It moves dunning, not the age.
    pub extended_to: Option<NaiveDate>,
    /// The bucket that the provision goes by: that of `overdue_days`, or of the days since `extended_to` where
    /// `receivable.extension_moves_provision`.
    pub provision_bucket: usize,
}

/// A tranche that `--by` may split, as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Whole {
    /// What is open of it.
    pub balance: Money,
    /// What of that is disputed.
    pub disputed: Money,
}

impl OpenItem {
    /// Whether it is overdue by its own due date, be it extended or not.
    pub const fn is_overdue(&self) -> bool {
        self.overdue_days > 0
    }

    /// Whether it is retention money (质保金) before the day of its release.
    pub fn is_retained(&self) -> bool {
        self.kind == TrancheKind::Retention && self.overdue_days < 0
    }

    /// Days from the day until which the customer may pay, extensions counted, to the as-of date.
    pub fn dunning_days(&self) -> i64 {
        let granted = self.extended_to.map_or(0, |day| (day - self.due_date).num_days());
        self.overdue_days - granted
    }

    /// Whether it is overdue by its own due date, and the customer may still pay it, because it was extended.
    pub fn is_within_extension(&self) -> bool {
        self.is_overdue() && self.dunning_days() <= 0
    }

    /// What may be dunned: the balance without what is disputed.
    pub fn undisputed(&self) -> Money {
        self.balance - self.disputed
    }

    /// The same of the whole tranche that it is, or is a part of.
    pub fn undisputed_in_whole(&self) -> Money {
        self.part_of.as_ref().map_or(self.undisputed(), |whole| whole.balance - whole.disputed)
    }
}

/// Money of a customer that has settled nothing yet.
#[derive(Clone, Debug)]
pub struct UnappliedCredit {
    /// The row of the report it belongs to.
    pub group: Group,
    /// The customer who paid.
    pub customer: Arc<Customer>,
    /// The credit; negative where refunds exceed it.
    pub amount: Money,
}

/// Where the money of one currency is: every payment and red invoice is applied, unapplied, pending or dishonoured.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MoneyProof {
    /// All blue invoices.
    pub invoiced: Money,
    /// Payments, refunds deducted, and red invoices.
    pub received: Money,
    /// What settled invoices.
    pub applied: Money,
    /// What settled nothing yet.
    pub unapplied: Money,
    /// Bills that are not due yet.
    pub pending: Money,
    /// Dishonoured bills.
    pub dishonoured: Money,
    /// What is open of all invoices.
    pub balance: Money,
    /// What of the balance is disputed.
    pub disputed: Money,
}

/// An identity that must hold in every run and does not: recv itself is at fault, and the run stops.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BrokenIdentity {
    /// The identity in words, English and Chinese.
    pub identity: (&'static str, &'static str),
    /// Where it fails: a currency, a customer.
    pub subject: String,
    /// Both sides.
    pub sides: (Money, Money),
}

impl BrokenIdentity {
    /// `Ok` where both sides are equal.
    pub fn unless_equal(
        identity: (&'static str, &'static str),
        subject: &str,
        left: Money,
        right: Money,
    ) -> Result<(), BrokenIdentity> {
        if left == right {
            return Ok(());
        }
        Err(BrokenIdentity { identity, subject: subject.to_owned(), sides: (left, right) })
    }

    /// What to print.
    pub fn text(&self, lang: Lang) -> String {
        let (left, right) = self.sides;
        let subject = &self.subject;
        lang.pick(
            format!("[IDENTITY] {} ({subject}): {left} against {right}; this is a fault of recv, please report it", self.identity.0),
            format!("[IDENTITY] {}({subject}): {left} 与 {right} 不等;这是 recv 的错误,请报告", self.identity.1),
        )
    }
}

impl AddAssign for MoneyProof {
    fn add_assign(&mut self, other: MoneyProof) {
        let MoneyProof { invoiced, received, applied, unapplied, pending, dishonoured, balance, disputed } =
            other;
        self.invoiced += invoiced;
        self.received += received;
        self.applied += applied;
        self.unapplied += unapplied;
        self.pending += pending;
        self.dishonoured += dishonoured;
        self.balance += balance;
        self.disputed += disputed;
    }
}

impl MoneyProof {
    /// Checks the two identities of a currency's money.
    pub fn check(&self, currency: &str) -> Result<(), BrokenIdentity> {
        BrokenIdentity::unless_equal(
            ("invoices - settlements = balance", "发票 - 结算 = 余额"),
            currency,
            self.invoiced - self.applied,
            self.balance,
        )?;
        BrokenIdentity::unless_equal(
            (
                "payments + red invoices = applied + unapplied + pending + dishonoured",
                "收款 + 红票 = 已核销 + 未核销 + 未到期票据 + 拒付",
            ),
            currency,
            self.received,
            self.applied + self.unapplied + self.pending + self.dishonoured,
        )
    }
}

/// What is owed at the end of the as-of date.
#[derive(Clone, Debug)]
pub struct Ledger {
    /// Open tranches, by group, invoice, tranche; none where they were handed on as they came
    /// ([`Ledger::open_handing_on`]).
    pub items: Vec<OpenItem>,
    /// Unapplied credit, by group; none is nothing.
    pub credits: Vec<UnappliedCredit>,
    /// What a person should know about the books.
    pub findings: Vec<BookFinding>,
    /// The money of each currency.
    pub proof: BTreeMap<Arc<str>, MoneyProof>,
    /// All customers that any document names, by id.
    pub customers: BTreeMap<String, Arc<Customer>>,
    /// Whether customers.csv says who the customers are.
    pub knows_customers: bool,
    /// Whether any invoice or customer says how a debt is secured or what interest it bears.
    pub burdens_stated: bool,
}

impl Ledger {
    /// Settles the books and lists what is open. Fails where an identity does not hold.
    pub fn open(books: &Books, policy: &Policy, as_of: AsOf, by: GroupBy) -> Result<Ledger, BrokenIdentity> {
        Ledger::open_looking_on(books, policy, as_of, by, Scope::Open, |_| ()).map(|(ledger, _)| ledger)
    }

    /// The same, with what `look` makes of every account once it is settled, by customer and currency: of all that is asked
    /// for with `scope`.
    pub fn open_looking_on<'b, T: Send>(
        books: &'b Books,
        policy: &'b Policy,
        as_of: AsOf,
        by: GroupBy,
        scope: Scope,
        look: impl Fn(&Account<'b>) -> T + Sync,
    ) -> Result<(Ledger, Vec<T>), BrokenIdentity> {
        let mut all = Vec::new();
        let take = |items: Vec<OpenItem>| {
            all.extend(items);
            Ok(())
        };
        let (ledger, seen) =
            Ledger::open_handing_on((books, policy, as_of, by), (scope, look), mem::take, take)?;
        Ok((Ledger { items: all, ..ledger }, seen))
    }

    /// The same for somebody who needs the open tranches but once, so that all of them are never held: `word` gets them
    /// some accounts at a time, on all processors, to look at or to take away, and `take` what it makes of them, in the order
    /// of the report.
    ///
    /// Accounts are claimed and settled on all processors, and no tranche is kept longer than its account's turn.
    pub fn open_handing_on<'b, T: Send, O: Send, E: From<BrokenIdentity>>(
        (books, policy, as_of, by): (&'b Books, &'b Policy, AsOf, GroupBy),
        (scope, look): (Scope, impl Fn(&Account<'b>) -> T + Sync),
        word: impl Fn(&mut Vec<OpenItem>) -> O + Sync,
        mut take: impl FnMut(O) -> Result<(), E>,
    ) -> Result<(Ledger, Vec<T>), E> {
        let accounts = Accounts::new(books, scope);
        let customers = accounts.customers();
        let due = Due::new(books, policy);
        let (findings, proof) = (books.findings().to_vec(), accounts.stated().clone());
        let mut whole = Settled { findings, proof, ..Settled::default() };
        // Groups of another kind than customers come together only when all items are known.
        let in_turn = by == GroupBy::Customer;
        parallel::in_order(
            &batches(&customers, &accounts),
            || (due.clone(), Vec::new()),
            |(due, room), batch| {
                let mut part = Settled { items: mem::take(room), ..Settled::default() };
                // Most have one tranche, and most of those that are asked for are open.
                part.items.reserve(batch.iter().map(|&customer| accounts.invoice_count(customer)).sum());
                for mut account in batch.iter().flat_map(|&customer| accounts.of(customer, due)) {
                    account.settle(policy.receivable.unapplied, books, scope == Scope::Applications);
                    part.add(&account, books, policy, as_of, by);
                    part.seen.push(look(&account));
                }
                let words = in_turn.then(|| {
                    part.items.sort_unstable_by(in_report_order);
                    let words = word(&mut part.items);
                    // The items of the next accounts have the same place.
                    part.items.clear();
                    *room = mem::take(&mut part.items);
                    words
                });
                (part, words)
            },
            |(part, words)| {
                whole.append(part);
                words.map_or(Ok(()), &mut take)
            },
        )?;
        let Settled { mut items, credits, mut findings, proof, seen } = whole;
        if !in_turn {
            items.sort_unstable_by(in_report_order);
            take(word(&mut items))?;
        }
        for (currency, money) in &proof {
            money.check(currency).map_err(E::from)?;
        }
        findings.sort();
        let customers = books.customers_by_id();
        let of_customer = |customer: &Arc<Customer>| customer.secured.or(customer.interest_rate).is_some();
        let burdens_stated = books.invoices.states_burdens() || customers.values().any(of_customer);
        let knows_customers = books.knows_customers;
        let items = Vec::new();
        Ok((Ledger { items, credits, findings, proof, customers, knows_customers, burdens_stated }, seen))
    }
}

/// Customers whose accounts are settled in one go, and invoices in them: enough for the work to be worth handing out, and
/// few enough that what comes of them is small.
const BATCH: (usize, usize) = (64, 512);

/// The customers in batches.
fn batches<'a>(customers: &'a [Id<CustomerKey>], accounts: &Accounts<'_>) -> Vec<&'a [Id<CustomerKey>]> {
    let mut batches = Vec::new();
    let (mut start, mut invoices) = (0, 0);
    for (end, &customer) in (1..).zip(customers) {
        invoices += accounts.invoice_count(customer);
        if end - start >= BATCH.0 || invoices >= BATCH.1 {
            batches.push(&customers[start..end]);
            (start, invoices) = (end, 0);
        }
    }
    batches.push(&customers[start..]);
    batches
}

/// What comes of accounts that are settled.
struct Settled<T> {
    items: Vec<OpenItem>,
    credits: Vec<UnappliedCredit>,
    findings: Vec<BookFinding>,
    proof: BTreeMap<Arc<str>, MoneyProof>,
    seen: Vec<T>,
}

// Written out, because a derive would ask `T` to have a default too.
impl<T> Default for Settled<T> {
    fn default() -> Settled<T> {
        let (items, credits, findings) = (Vec::new(), Vec::new(), Vec::new());
        Settled { items, credits, findings, proof: BTreeMap::new(), seen: Vec::new() }
    }
}

impl<T> Settled<T> {
    /// Adds a settled account.
    fn add(&mut self, account: &Account<'_>, books: &Books, policy: &Policy, as_of: AsOf, by: GroupBy) {
        let disputed = open_items(account, books, policy, as_of, by, &mut self.items);
        let money = self.proof.entry(Arc::clone(&account.currency)).or_default();
        let pool = account.add_to(money);
        money.disputed += disputed;
        self.findings.extend(account_findings(account, pool, books, policy));
        if !pool.is_zero() {
            let group = grouping::group_of_customer(&account.customer, &account.currency, by);
            let customer = Arc::clone(&account.customer);
            self.credits.push(UnappliedCredit { group, customer, amount: pool });
        }
    }

    /// Adds what came of later accounts.
    fn append(&mut self, later: Settled<T>) {
        self.items.extend(later.items);
        self.credits.extend(later.credits);
        self.findings.extend(later.findings);
        self.seen.extend(later.seen);
        for (currency, money) in later.proof {
            *self.proof.entry(currency).or_default() += money;
        }
    }
}

/// By what open items are sorted: group, invoice, tranche; and, because two invoices may have one number, what else the
/// report shows of them, and whose they are.
///
/// Items that are equal in all of this are alike, so that it does not matter which comes first.
fn in_report_order(a: &OpenItem, b: &OpenItem) -> Ordering {
    fn rest(item: &OpenItem) -> impl Ord + use<'_> {
        let amounts =
            (item.due_date, item.amount, item.settled, &item.terms, item.disputed, item.extended_to);
        (item.tranche, item.invoice_date, &item.group.currency, amounts, &item.customer.id)
    }
    // Items of one account share its group.
    let same_group = Arc::ptr_eq(&a.group.key, &b.group.key);
    let by_group = if same_group { Ordering::Equal } else { a.group.key.cmp(&b.group.key) };
    by_group.then_with(|| a.invoice_no.cmp(&b.invoice_no)).then_with(|| rest(a).cmp(&rest(b)))
}

/// PREPAID_UNPAID, REFUND_EXCEEDS_CREDIT, CUSTOMER_UNKNOWN, DISPUTE_EXCEEDS, EXTENSION_IDLE and, of invoices,
/// UNKNOWN_ORDER of one account, of whose money so much has settled nothing.
fn account_findings(account: &Account<'_>, pool: Money, books: &Books, policy: &Policy) -> Vec<BookFinding> {
    let finding = |code, document: &str, amount| {
        BookFinding::new(code, &account.customer.id, document, amount).in_currency(&account.currency)
    };
    let mut findings = Vec::new();
    if books.is_stranger(&account.customer) {
        let balance = account.claims.iter().map(settle::Claim::balance).sum();
        findings.push(finding(FindingCode::CustomerUnknown, "", balance));
    }
    for claim in &account.claims {
        let number = || books.invoices.number(claim.invoice);
        if let Some(excess) = books.disputes.excess(claim) {
            findings.push(finding(FindingCode::DisputeExceeds, &number(), excess));
        }
        if is_idly_extended(claim, books) {
            findings.push(finding(FindingCode::ExtensionIdle, &number(), claim.balance()));
        }
        if let Some(detail) = terms_without_order(claim, books, policy) {
            let unknown = finding(FindingCode::UnknownOrder, &number(), claim.balance());
            findings.push(BookFinding { detail: Some(detail), ..unknown });
        }
        let open: Money =
            claim.tranches.iter().filter(|tranche| tranche.prepaid).map(settle::Tranche::balance).sum();
        if open.is_positive() {
            findings.push(finding(FindingCode::PrepaidUnpaid, &number(), open));
        }
    }
    if pool.is_negative() {
        findings.push(finding(FindingCode::RefundExceedsCredit, "", -pool));
    }
    findings
}

/// That something open is due by other terms than those of its order, because that is not in the books. Without
/// orders.csv nothing is said: then no invoice has its order's terms.
fn terms_without_order(claim: &settle::Claim<'_>, books: &Books, policy: &Policy) -> Option<Detail> {
    let order = books.strange_order(claim.invoice).filter(|_| books.knows_orders)?;
    if claim.terms.is_none() || claim.balance().is_zero() {
        return None;
    }
    let (source, terms) = due::terms_of(books, claim.invoice, books.invoices.customer(claim.invoice), policy);
    let of_customer = source == due::TermsSource::Customer;
    Some(Detail::WithoutOrder { order: order.to_string(), terms: terms.text().to_owned(), of_customer })
}

/// Whether an extension grants no later day than everything open of the claim is due anyway.
fn is_idly_extended(claim: &settle::Claim<'_>, books: &Books) -> bool {
    let mut open = claim.tranches.iter().filter(|tranche| tranche.is_open());
    books.extensions.of(claim.invoice).is_some()
        && !claim.balance().is_zero()
        && open.all(|tranche| books.extended(claim.invoice, tranche.due_date).is_none())
}

/// Adds the open tranches of an account, each split by the values of the field that `--by` names, and gives what is
/// disputed of them.
fn open_items(
    account: &Account<'_>,
    books: &Books,
    policy: &Policy,
    as_of: AsOf,
    by: GroupBy,
    items: &mut Vec<OpenItem>,
) -> Money {
    let buckets = &policy.aging.buckets;
    // A text of its own: processors that count how often one is shared wait for one another.
    let currency = Arc::from(&*account.currency);
    let whole = grouping::group_of_customer(&account.customer, &currency, by);
    let mut all_disputed = Money::ZERO;
    let is_open = |claim: &&settle::Claim<'_>| claim.tranches.iter().any(settle::Tranche::is_open);
    let mut claims: Vec<&settle::Claim<'_>> = Vec::with_capacity(account.claims.len());
    claims.extend(account.claims.iter().filter(is_open));
    // Each is read far from the others, so that nothing else is done in between.
    let key = |claim: &settle::Claim<'_>| books.invoices.sort_key(claim.invoice);
    let mut claims: Vec<(SortKey, &settle::Claim<'_>)> =
        claims.into_iter().map(|claim| (key(claim), claim)).collect();
    // Items are large: brought into the order of the report here, they are moved little when they are sorted.
    claims.sort_by(|&(one, _), &(other, _)| books.invoices.order_keys(one, other));
    // Most invoices of a customer have one text of terms, which items share.
    let mut terms: Arc<str> = "".into();
    for (key, claim) in claims {
        let written = due::written(claim.terms);
        if *terms != *written {
            terms = written.into();
        }
        let disputed = books.disputes.of_tranches(claim);
        let open = claim.tranches.iter().zip(disputed).filter(|(tranche, _)| tranche.is_open());
        let parts = Parts::of(books, claim, &whole, by);
        let invoice_no = InvoiceNo::from(&books.invoices.number_of_key(key));
        for (tranche, disputed) in open {
            let overdue_days = as_of.days_since(tranche.due_date);
            let extended_to = books.extended(claim.invoice, tranche.due_date);
            let moved = extended_to.filter(|_| policy.receivable.extension_moves_provision);
            let bucket = buckets.bucket_of(overdue_days);
            let provision_bucket = moved.map_or(bucket, |day| buckets.bucket_of(as_of.days_since(day)));
            let mut push = |group: &Group, amount, settled, disputed, part_of| {
                // Room is made before it is: so it is made where it stays, since it is large.
                items.extend(iter::once_with(|| OpenItem {
                    group: group.clone(),
                    customer: Arc::clone(&account.customer),
                    invoice: claim.invoice,
                    invoice_no: invoice_no.clone(),
                    tranche: tranche.number,
                    kind: tranche.kind,
                    invoice_date: claim.date,
                    terms: Arc::clone(&terms),
                    due_date: tranche.due_date,
                    amount,
                    settled,
                    balance: amount - settled,
                    overdue_days,
                    bucket,
                    disputed,
                    part_of,
                    extended_to,
                    provision_bucket,
                }));
            };
            all_disputed += disputed;
            let all_settled = tranche.settled();
            if let [group] = parts.groups() {
                push(group, tranche.amount, all_settled, disputed, None);
                continue;
            }
            let amounts = parts.split(tranche.amount);
            let settled = parts.split_within(all_settled, &amounts);
            let balances: Vec<Money> =
                amounts.iter().zip(&settled).map(|(&amount, &settled)| amount - settled).collect();
            let disputes = parts.split_within(disputed, &balances);
            let is_split = balances.iter().filter(|balance| !balance.is_zero()).count() > 1;
            for (at, group) in parts.groups().iter().enumerate().filter(|&(at, _)| !balances[at].is_zero()) {
                let whole = || Box::new(Whole { balance: tranche.balance(), disputed });
                push(group, amounts[at], settled[at], disputes[at], is_split.then(whole));
            }
        }
    }
    all_disputed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_identity_stops_the_run() {
        let cents = Money::from_cents;
        let sound = MoneyProof {
            invoiced: cents(10_000),
            received: cents(7_000),
            applied: cents(6_000),
            unapplied: cents(1_000),
            balance: cents(4_000),
            ..MoneyProof::default()
        };
        assert_eq!(sound.check("CNY"), Ok(()));
        let corrupted = MoneyProof { applied: cents(6_001), ..sound };
        let broken = corrupted.check("CNY").unwrap_err();
        assert_eq!(broken.sides, (cents(3_999), cents(4_000)));
        assert!(
            broken
                .text(Lang::En)
                .starts_with("[IDENTITY] invoices - settlements = balance (CNY): 39.99 against 40.00")
        );
        let lost = MoneyProof { unapplied: cents(999), ..sound };
        assert!(lost.check("CNY").unwrap_err().text(Lang::Zh).contains("未核销"));
    }
}
