//! Settlement: which payments and red invoices pay which tranches, per customer and currency.
//!
//! First what names an invoice, then what names an order or a contract, then refunds, then, if the policy says so, what
//! names none: the oldest due first, or by statute. Nothing vanishes: what nothing absorbs stays with its credit. Where only
//! what is open is asked for, pairs of which nothing is left need not be there (`in_full`).

mod in_full;
mod statute;
mod tranches;

pub use statute::Precedence;
pub use tranches::Tranches;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;

use in_full::InFull;

use super::books::{Books, Credit, CreditKind, CreditNo, HeldBack};
use super::designation::Designation;
use super::due::Due;
use super::{Customer, MoneyProof};
use crate::documents::invoice::InvoiceKind;
use crate::documents::invoices::{Billed, Invoices};
use crate::ids::{CustomerKey, Id, Invoice};
use crate::input::FastMap;
use crate::lang::{Lang, Word};
use crate::money::Money;
use crate::parallel;
use crate::policy::Unapplied;
use crate::terms::{Terms, TrancheKind};

/// A part of a receivable with a due date of its own.
#[derive(Clone, Debug)]
pub struct Tranche {
    /// From 1, in the order of the terms.
    pub number: u32,
    /// What it is of the price.
    pub kind: TrancheKind,
    /// The day it is due; never before the invoice's date.
    pub due_date: NaiveDate,
    /// Whether it should have been paid before the goods: due before the invoice's date, and not by terms that count
    /// from the shipment or the signature.
    pub prepaid: bool,
    /// The amount, tax included.
    pub amount: Money,
    /// What payments have settled of it.
    pub paid: Money,
    /// What red invoices have settled of it.
    pub credited: Money,
}

impl Tranche {
    /// What has been settled of it.
    #[inline]
    pub fn settled(&self) -> Money {
        self.paid + self.credited
    }

    /// What is open.
    #[inline]
    pub fn balance(&self) -> Money {
        self.amount - self.settled()
    }

    /// Whether anything is open.
    #[inline]
    pub fn is_open(&self) -> bool {
        self.settled() != self.amount
    }

    /// Settles of it so much by a credit of this kind.
    #[inline]
    fn settle(&mut self, kind: CreditKind, amount: Money) {
        match kind {
            CreditKind::Payment | CreditKind::Discount => self.paid += amount,
            CreditKind::RedInvoice => self.credited += amount,
        }
    }
}

/// A blue invoice as a receivable.
#[derive(Clone, Debug)]
pub struct Claim<'b> {
    /// The invoice.
    pub invoice: Id<Invoice>,
    /// Its date.
    pub date: NaiveDate,
    /// Its terms; `None` where it has a due date of its own.
    pub terms: Option<&'b Terms>,
    /// Its tranches, in the order of the terms.
    pub tranches: Tranches,
}

impl Claim<'_> {
    /// What is open of all its tranches.
    pub fn balance(&self) -> Money {
        self.tranches.iter().map(Tranche::balance).sum()
    }

    /// Tranches by due date, then number.
    #[inline]
    pub(super) fn oldest_due_first(&self) -> impl Iterator<Item = usize> + use<> {
        // Nearly all have but one.
        let one = (self.tranches.len() == 1).then_some(0);
        let several = if one.is_some() { 0 } else { self.tranches.len() };
        let mut order: Vec<usize> = (0..several).collect();
        order.sort_by_key(|&at| (self.tranches[at].due_date, self.tranches[at].number));
        one.into_iter().chain(order)
    }
}

/// By which rule a credit went where it went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rule {
    /// It names the invoice.
    NamedInvoice,
    /// It names an order of the invoice.
    NamedOrder,
    /// It names a contract of the invoice's order.
    NamedContract,
    /// It names nothing: the oldest due tranche.
    OldestDue,
    /// It names nothing: the order of 民法典第五百六十条, and the step of it that decided.
    Statutory(Precedence),
    /// A refund: taken back from what payments settled at the invoice that it names.
    Refund,
}

impl Rule {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            Rule::NamedInvoice => Word { code: "named_invoice", en: "names the invoice", zh: "指定发票" },
            Rule::NamedOrder => Word { code: "named_order", en: "names the order", zh: "指定订单" },
            Rule::NamedContract => {
                Word { code: "named_contract", en: "names the contract", zh: "指定合同" }
            }
            Rule::OldestDue => Word { code: "oldest_due", en: "oldest due first", zh: "先到期先核销" },
            Rule::Statutory(_) => Word { code: "statutory", en: "statutory order", zh: "法定抵充顺序" },
            Rule::Refund => Word { code: "refund", en: "refund", zh: "退款" },
        }
    }

    /// The word for it and, of the statutory order, the step that decided.
    pub fn reason(self, lang: Lang) -> String {
        let word = self.word().say(lang);
        match self {
            Rule::Statutory(step) => {
                format!("{word}{}{}", lang.pick(", ", "，"), step.word().say(lang))
            }
            _ => word.to_owned(),
        }
    }
}

/// Money of one credit at one tranche. An account's applications are in the order in which they were made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Application {
    /// Which of the account's credits.
    pub credit: usize,
    /// Which of its claims.
    pub claim: usize,
    /// Which of the claim's tranches, from 0.
    pub tranche: usize,
    /// What it settles there; negative where a refund takes it back.
    pub amount: Money,
    /// Why there.
    pub rule: Rule,
}

/// All that one customer owes and has paid in one currency.
#[derive(Clone, Debug)]
pub struct Account<'b> {
    /// The customer.
    pub customer: Arc<Customer>,
    /// The currency.
    pub currency: Arc<str>,
    /// Its receivables, in the order of their invoices' first rows.
    pub claims: Vec<Claim<'b>>,
    /// Payments and red invoices, by date, number and amount once they are settled.
    pub credits: Vec<Credit>,
    /// What went where; empty unless [`Account::settle`] was asked to keep it.
    pub applications: Vec<Application>,
    /// Per credit that names nothing, the claim, or its tranche, of which exactly its amount was open, where only one is
    /// so: kept with the applications.
    pub suggestions: BTreeMap<usize, (usize, Option<usize>)>,
    /// What has settled nothing, of each credit; negative of a refund that found nothing to take back.
    pub unapplied: Vec<Money>,
    /// Bills that are not due yet, and dishonoured payments.
    pub held_back: Vec<&'b HeldBack>,
}

impl<'b> Account<'b> {
    fn new(customer: Arc<Customer>, currency: Arc<str>) -> Account<'b> {
        Account {
            customer,
            currency,
            claims: Vec::new(),
            credits: Vec::new(),
            applications: Vec::new(),
            suggestions: BTreeMap::new(),
            unapplied: Vec::new(),
            held_back: Vec::new(),
        }
    }

    /// Money that has settled nothing; negative where refunds exceed it.
    pub fn pool(&self) -> Money {
        self.unapplied.iter().copied().sum()
    }

    /// Settles the account: what names an invoice goes there, then what names an order or a contract, then refunds are
    /// taken back, then what is left goes as the policy says. `keep` keeps what went where.
    pub fn settle(&mut self, unapplied: Unapplied, books: &Books, keep: bool) {
        // By day they stand already in most books.
        self.credits.sort_by_key(|credit| credit.date);
        books.approach_numbers(&self.credits);
        for of_day in self.credits.chunk_by_mut(|one, other| one.date == other.date) {
            of_day.sort_by(|one, other| books.credit_order(one, other));
        }
        self.unapplied = self.credits.iter().map(|credit| credit.amount).collect();
        let invoices: Vec<Id<Invoice>> = self.claims.iter().map(|claim| claim.invoice).collect();
        let claim_of = |invoice: Id<Invoice>| invoices.binary_search(&invoice).ok();
        let named = |credit: Credit| match credit.names {
            Designation::Invoice(invoice) => claim_of(invoice),
            _ => None,
        };
        let bundled = |credit: Credit| -> Vec<usize> {
            let invoices = books.bundles.invoices(credit.names).into_iter();
            invoices.filter_map(claim_of).collect()
        };
        let mut left_over = LeftOver::default();
        let (mut bundles, mut refunds) = (Vec::new(), Vec::new());
        for at in 0..self.credits.len() {
            let Credit { names, amount, .. } = self.credits[at];
            match names {
                _ if amount.is_negative() => refunds.push(at),
                Designation::Invoice(invoice) => {
                    let Some(claim) = claim_of(invoice) else { continue };
                    self.apply_to_claim(at, claim, keep);
                    left_over.of_claim(claim, self.unapplied[at]);
                }
                Designation::Order(_) => bundles.push((at, Rule::NamedOrder)),
                Designation::Contract(_) => bundles.push((at, Rule::NamedContract)),
                Designation::Nothing => {}
            }
        }
        for (at, rule) in bundles {
            let claims = bundled(self.credits[at]);
            for open in oldest_due(&self.claims, claims.iter().copied(), &books.invoices) {
                self.apply(at, open, rule, keep);
            }
            match claims[..] {
                [only] => left_over.of_claim(only, self.unapplied[at]),
                _ => left_over.of_several.push((self.credits[at].names, self.unapplied[at])),
            }
        }
        for at in refunds {
            let credit = self.credits[at];
            let claims = named(credit).map_or_else(|| bundled(credit), |claim| vec![claim]);
            self.refund(at, &claims, &mut left_over, &books.invoices, keep);
        }
        if keep {
            self.suggestions = self.suggest();
        }
        match unapplied {
            Unapplied::Keep => {}
            Unapplied::OldestDue => self.apply_oldest_due(&books.invoices, keep),
            Unapplied::Statutory => self.apply_by_statute(&books.invoices, keep),
        }
    }

    /// Applies a credit that names the claim's invoice: tranches by due date, then number.
    fn apply_to_claim(&mut self, credit: usize, claim: usize, keep: bool) {
        if let [_] = *self.claims[claim].tranches {
            return self.apply(credit, (claim, 0), Rule::NamedInvoice, keep);
        }
        for tranche in self.claims[claim].oldest_due_first() {
            self.apply(credit, (claim, tranche), Rule::NamedInvoice, keep);
        }
    }

    /// Applies of a credit what it has left and what the tranche has open, whichever is less.
    fn apply(&mut self, credit: usize, open: (usize, usize), rule: Rule, keep: bool) {
        let most = self.unapplied[credit];
        self.apply_at_most(most, credit, open, rule, keep);
    }

    fn apply_at_most(
        &mut self,
        most: Money,
        credit: usize,
        (claim, tranche): (usize, usize),
        rule: Rule,
        keep: bool,
    ) {
        let (settled, left) = (&mut self.claims[claim].tranches[tranche], &mut self.unapplied[credit]);
        let amount = most.min(*left).min(settled.balance());
        if !amount.is_positive() {
            return;
        }
        settled.settle(self.credits[credit].kind, amount);
        *left -= amount;
        if keep {
            self.applications.push(Application { credit, claim, tranche, amount, rule });
        }
    }

    /// Gives money back for a refund that names these claims, be it by their invoice, their order or their contract: first
    /// what was left over of payments that name the same, then what payments (not red invoices) settled here, newest due
    /// tranche first. What it could not take back there stays with it.
    fn refund(
        &mut self,
        credit: usize,
        claims: &[usize],
        left_over: &mut LeftOver,
        invoices: &Invoices,
        keep: bool,
    ) {
        let names = self.credits[credit].names;
        let mut rest = -self.unapplied[credit];
        for (_, left) in left_over.of_several.iter_mut().filter(|(named, _)| *named == names) {
            take_back(&mut rest, left);
        }
        for claim in claims {
            if let Some(left) = left_over.by_claim.get_mut(claim) {
                take_back(&mut rest, left);
            }
        }
        let all =
            |&claim: &usize| (0..self.claims[claim].tranches.len()).map(move |tranche| (claim, tranche));
        let mut tranches: Vec<(usize, usize)> = claims.iter().flat_map(all).collect();
        tranches.sort_by(|&one, &other| oldest_first(&self.claims, other, one, invoices));
        for (claim, tranche) in tranches {
            let settled = &mut self.claims[claim].tranches[tranche];
            let amount = rest.min(settled.paid);
            if !amount.is_positive() {
                continue;
            }
            settled.paid -= amount;
            rest -= amount;
            self.unapplied[credit] += amount;
            if keep {
                let rule = Rule::Refund;
                self.applications.push(Application { credit, claim, tranche, amount: -amount, rule });
            }
        }
    }

    /// For each credit that names nothing the only claim, else the only tranche, of which exactly its amount is open.
    fn suggest(&self) -> BTreeMap<usize, (usize, Option<usize>)> {
        // A payment settles with the discount that was taken with it.
        fn of_payment(credit: &Credit) -> Option<CreditNo> {
            credit.kind.is_payment().then_some(credit.number)
        }
        let (mut claims, mut tranches) = (HashMap::new(), HashMap::new());
        for (at, claim) in self.claims.iter().enumerate() {
            claims.entry(claim.balance()).or_insert_with(Vec::new).push((at, None));
            for (tranche, open) in claim.tranches.iter().enumerate() {
                tranches.entry(open.balance()).or_insert_with(Vec::new).push((at, Some(tranche)));
            }
        }
        let mut together: HashMap<_, Money> = HashMap::new();
        for credit in &self.credits {
            if let Some(payment) = of_payment(credit) {
                *together.entry(payment).or_default() += credit.amount;
            }
        }
        let only = |found: Option<&Vec<_>>| found.and_then(|found| <[_; 1]>::try_from(&**found).ok());
        let of_credit = |(at, credit): (usize, &Credit)| {
            let asks = credit.names == Designation::Nothing && credit.amount.is_positive();
            let amount = of_payment(credit).map_or(credit.amount, |payment| together[&payment]);
            let found = only(claims.get(&amount)).or_else(|| only(tranches.get(&amount)));
            found.filter(|_| asks).map(|[found]| (at, found))
        };
        self.credits.iter().enumerate().filter_map(of_credit).collect()
    }

    /// What is left, oldest credit first and never more than refunds leave of it, settles open tranches by due date,
    /// then invoice date, invoice number, tranche.
    fn apply_oldest_due(&mut self, invoices: &Invoices, keep: bool) {
        let mut pool = self.pool();
        if !pool.is_positive() {
            return;
        }
        let mut open = oldest_due(&self.claims, 0..self.claims.len(), invoices).peekable();
        for credit in 0..self.credits.len() {
            while self.unapplied[credit].is_positive()
                && pool.is_positive()
                && let Some(&(claim, tranche)) = open.peek()
            {
                let before = self.unapplied[credit];
                self.apply_at_most(pool, credit, (claim, tranche), Rule::OldestDue, keep);
                pool -= before - self.unapplied[credit];
                if self.claims[claim].tranches[tranche].balance().is_zero() {
                    open.next();
                }
            }
        }
    }

    /// What is left, oldest credit first and never more than refunds leave of it, settles open tranches in the order of
    /// 民法典第五百六十条, seen from the day on which the credit counts; what stands equal shares by what is open.
    fn apply_by_statute(&mut self, invoices: &Invoices, keep: bool) {
        let mut pool = self.pool();
        for credit in 0..self.credits.len() {
            let mut left = pool.min(self.unapplied[credit]);
            if !left.is_positive() {
                continue;
            }
            let day = self.credits[credit].counts_from;
            for (equals, step) in statute::precedence(&self.claims, invoices, &self.customer, day) {
                let open: Vec<Money> =
                    equals.iter().map(|&(claim, at)| self.claims[claim].tranches[at].balance()).collect();
                let shares_less = equals.len() > 1 && left < open.iter().copied().sum();
                let rule = Rule::Statutory(if shares_less { Precedence::InProportion } else { step });
                for (&open, share) in equals.iter().zip(statute::shares(left, &open)) {
                    self.apply_at_most(share, credit, open, rule, keep);
                    pool -= share;
                    left -= share;
                }
            }
        }
    }

    /// Adds what became of the account's money to its currency's proof, and gives what has settled nothing.
    pub fn add_to(&self, proof: &mut MoneyProof) -> Money {
        let (mut balance, mut applied) = (Money::ZERO, Money::ZERO);
        for claim in &self.claims {
            for tranche in &claim.tranches {
                balance += tranche.balance();
                applied += tranche.settled();
            }
        }
        proof.balance += balance;
        proof.applied += applied;
        for held in &self.held_back {
            *(if held.dishonoured { &mut proof.dishonoured } else { &mut proof.pending }) += held.amount;
        }
        let pool = self.pool();
        proof.unapplied += pool;
        pool
    }
}

/// What credits that name something had left over once that was settled: refunds that name the same come from it first.
#[derive(Default)]
struct LeftOver {
    /// Of those that name a claim's invoice, or an order or a contract of that invoice alone.
    by_claim: FastMap<usize, Money>,
    /// Of those that name an order or a contract of several invoices.
    of_several: Vec<(Designation, Money)>,
}

impl LeftOver {
    /// Nearly always it is nothing.
    #[inline]
    fn of_claim(&mut self, claim: usize, left: Money) {
        if !left.is_zero() {
            *self.by_claim.entry(claim).or_default() += left;
        }
    }
}

/// Takes of what is left over as much as there is still to be refunded.
fn take_back(rest: &mut Money, left: &mut Money) {
    let taken = (*rest).min(*left);
    *left -= taken;
    *rest -= taken;
}

/// By what tranches settle where all else is equal: by due date, invoice date, invoice number, tranche.
#[derive(Clone, Copy)]
struct Seniority {
    /// The due date, and the date of the invoice.
    days: (NaiveDate, NaiveDate),
    invoice: Id<Invoice>,
    number: u32,
}

impl Seniority {
    #[inline]
    fn of(claim: &Claim<'_>, tranche: &Tranche) -> Seniority {
        let Claim { invoice, date, .. } = *claim;
        Seniority { days: (tranche.due_date, date), invoice, number: tranche.number }
    }

    /// Of two of the same days that of the lower invoice number comes first, then that of the lower number.
    fn lowest_first(&self, other: &Seniority, invoices: &Invoices) -> Ordering {
        let by_invoice = invoices.order(self.invoice, other.invoice);
        by_invoice.then(self.number.cmp(&other.number))
    }
}

/// The open tranches of these claims, oldest first. Those of the same days are sorted by number when the first of them is
/// reached: mostly there is not enough to settle all.
fn oldest_due<'i, I: Iterator<Item = usize>>(
    claims: &[Claim<'_>],
    among: I,
    invoices: &'i Invoices,
) -> impl Iterator<Item = (usize, usize)> + use<'i, I> {
    let mut open = Vec::with_capacity(among.size_hint().0);
    for at in among {
        let claim = &claims[at];
        for (tranche, part) in claim.tranches.iter().enumerate().filter(|(_, part)| part.is_open()) {
            open.push((Seniority::of(claim, part), (at as u32, tranche as u32)));
        }
    }
    open.sort_by_key(|&(Seniority { days, .. }, _)| days);
    let mut sorted = 0;
    (0..open.len()).map(move |at| {
        if at == sorted {
            let (Seniority { days, .. }, _) = open[at];
            sorted += open[at..].iter().take_while(|(other, _)| other.days == days).count();
            open[at..sorted].sort_by(|(one, _), (other, _)| one.lowest_first(other, invoices));
        }
        let (_, (claim, tranche)) = open[at];
        (claim as usize, tranche as usize)
    })
}

/// Which of two tranches settles first where all else is equal.
fn oldest_first(
    claims: &[Claim<'_>],
    one: (usize, usize),
    other: (usize, usize),
    invoices: &Invoices,
) -> Ordering {
    let of = |(claim, at): (usize, usize)| Seniority::of(&claims[claim], &claims[claim].tranches[at]);
    let (one, other) = (of(one), of(other));
    one.days.cmp(&other.days).then_with(|| one.lowest_first(&other, invoices))
}

/// What is asked of the accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// What is open: an invoice and the credit that settles it in full, where nothing else could, need not be there.
    Open,
    /// Every invoice and every credit.
    All,
    /// The same, and what went where ([`Account::applications`]).
    Applications,
}

/// The accounts of all customers: one for each customer and currency. None is claimed or settled before it is asked for, so
/// that no more tranches are held at a time than those of one customer.
pub struct Accounts<'b> {
    books: &'b Books,
    invoices: ByCustomer<Billed>,
    credits: ByCustomer<u32>,
    held_back: ByCustomer<u32>,
    stated: BTreeMap<Arc<str>, MoneyProof>,
}

impl<'b> Accounts<'b> {
    /// Finds whose all invoices, credits and payments held back are that are asked for.
    pub fn new(books: &'b Books, scope: Scope) -> Accounts<'b> {
        let in_full = if scope == Scope::Open { InFull::of(books) } else { InFull::NONE };
        let customers = books.customer_count();
        let billed = books.invoices.all().filter(|&invoice| !in_full.has(invoice));
        let billed = billed.map(|id| (books.invoices.billed(id), books.invoices.customer(id)));
        let owned = books
            .credits
            .owned(|invoice| books.invoices.bill(invoice), |names| !in_full.is_settled_by(names));
        // Whose the invoices are takes about as long as all the rest.
        let (invoices, (credits, stated)) = parallel::both(
            || ByCustomer::new(customers, Billed::NONE, billed),
            || (ByCustomer::new(customers, 0, owned), stated(books, &in_full)),
        );
        let held_back = (0..).zip(&books.held_back).map(|(number, held)| (number, held.customer));
        let held_back = ByCustomer::new(customers, 0, held_back);
        Accounts { books, invoices, credits, held_back, stated }
    }

    /// What the books state in each currency: what was invoiced, what was received, and what of it was applied where no
    /// account is asked for it.
    pub const fn stated(&self) -> &BTreeMap<Arc<str>, MoneyProof> {
        &self.stated
    }

    /// The customers that have any account, by id.
    pub fn customers(&self) -> Vec<Id<CustomerKey>> {
        let all = (0..self.books.customer_count()).map(Id::from_index);
        let has_any = |&customer: &Id<CustomerKey>| {
            let credits = [self.credits.of(customer), self.held_back.of(customer)];
            !self.invoices.of(customer).is_empty() || credits.iter().any(|numbers| !numbers.is_empty())
        };
        let mut customers: Vec<Id<CustomerKey>> = all.filter(has_any).collect();
        let id = |customer: Id<CustomerKey>| &self.books.customer(customer).id;
        customers.sort_by(|&one, &other| id(one).cmp(id(other)));
        customers
    }

    /// How many invoices of a customer are asked for, red ones among them.
    pub fn invoice_count(&self, customer: Id<CustomerKey>) -> usize {
        self.invoices.of(customer).len()
    }

    /// The accounts of a customer, by currency: its invoices made receivables, and nothing settled.
    pub fn of(&self, customer: Id<CustomerKey>, due: &mut Due<'b>) -> Vec<Account<'b>> {
        let books = self.books;
        let mut accounts = Vec::with_capacity(1);
        // Most of what stands together is in one currency: that, and whose account it is.
        let mut last = None;
        for some in self.invoices.of(customer).chunks(AT_A_TIME) {
            books.approach_named_orders(some.iter().map(|billed| billed.id));
            for &billed in some {
                let Some((head, total)) = books.invoices.blue(billed, customer) else { continue };
                let code = || books.invoices.labels.text(head.currency);
                let at = known_or(&mut last, head.currency, || self.account(&mut accounts, customer, code()));
                due.add_claim((billed.id, &head, total), &mut accounts[at].claims);
            }
        }
        let mut last = None;
        for some in self.credits.of(customer).chunks(AT_A_TIME) {
            books.credits.approach(some);
            for &number in some {
                let credit = books.credit(number);
                let code = || books.currency(credit.currency);
                let at =
                    known_or(&mut last, credit.currency, || self.account(&mut accounts, customer, code()));
                accounts[at].credits.push(credit);
            }
        }
        for &number in self.held_back.of(customer) {
            let held = &books.held_back[number as usize];
            let at = self.account(&mut accounts, customer, &held.currency);
            accounts[at].held_back.push(held);
        }
        accounts.sort_by(|one, other| one.currency.cmp(&other.currency));
        accounts
    }

    /// Which of the accounts is the customer's in a currency: a new one where there was none.
    fn account(&self, accounts: &mut Vec<Account<'b>>, customer: Id<CustomerKey>, currency: &str) -> usize {
        let known = accounts.iter().position(|account| *account.currency == *currency);
        known.unwrap_or_else(|| {
            let mut account = Account::new(Arc::clone(self.books.customer(customer)), currency.into());
            account.claims.reserve_exact(self.invoices.of(customer).len());
            account.credits.reserve_exact(self.credits.of(customer).len());
            accounts.push(account);
            accounts.len() - 1
        })
    }
}

/// What the books state in each currency, and how much is settled in full by these.
fn stated(books: &Books, in_full: &InFull) -> BTreeMap<Arc<str>, MoneyProof> {
    let (mut invoiced, mut applied) = (ByCurrency::default(), ByCurrency::default());
    for invoice in books.invoices.all() {
        let (kind, total) = books.invoices.kind_and_total(invoice);
        if kind == InvoiceKind::Blue {
            let currency = books.invoices.head(invoice).currency;
            invoiced.add(currency, total);
            if in_full.has(invoice) {
                applied.add(currency, total);
            }
        }
    }
    let mut received = ByCurrency::default();
    books.credits.amounts().for_each(|(currency, amount)| received.add(currency, amount));
    let mut stated: BTreeMap<Arc<str>, MoneyProof> = BTreeMap::new();
    for (currency, sum) in invoiced.0 {
        stated.entry(books.invoices.labels.text(currency).into()).or_default().invoiced += sum;
    }
    for (currency, sum) in applied.0 {
        stated.entry(books.invoices.labels.text(currency).into()).or_default().applied += sum;
    }
    for (currency, sum) in received.0 {
        stated.entry(Arc::clone(books.currency(currency))).or_default().received += sum;
    }
    for held in &books.held_back {
        stated.entry(Arc::clone(&held.currency)).or_default().received += held.amount;
    }
    stated
}

/// What was found last where it was found for the same, or else what is found now.
fn known_or<K: PartialEq + Copy>(
    last: &mut Option<(K, usize)>,
    key: K,
    find: impl FnOnce() -> usize,
) -> usize {
    match *last {
        Some((known, found)) if known == key => found,
        _ => last.insert((key, find())).1,
    }
}

/// So many invoices are brought near at a time, and so many credits: what they need fits near the processor.
const AT_A_TIME: usize = 128;

/// What amounts come to in each currency, of which there are few.
struct ByCurrency<C>(Vec<(C, Money)>);

impl<C> Default for ByCurrency<C> {
    fn default() -> ByCurrency<C> {
        ByCurrency(Vec::new())
    }
}

impl<C: PartialEq> ByCurrency<C> {
    fn add(&mut self, currency: C, amount: Money) {
        match self.0.iter_mut().find(|(known, _)| *known == currency) {
            Some((_, sum)) => *sum += amount,
            None => self.0.push((currency, amount)),
        }
    }
}

/// Things by customer: those of one stand together, in their order.
struct ByCustomer<T> {
    things: Vec<T>,
    /// Per customer, where its things end and those of the next begin.
    ends: Vec<u32>,
}

impl<T: Copy> ByCustomer<T> {
    /// Sorts things by customer: `owned` says in turn whose they are. `none` stands in the place of those to come.
    fn new(
        customers: usize,
        none: T,
        owned: impl Iterator<Item = (T, Id<CustomerKey>)> + Clone,
    ) -> ByCustomer<T> {
        let mut counts = vec![0_u32; customers];
        owned.clone().for_each(|(_, customer)| counts[customer.index()] += 1);
        let mut all = 0;
        let begin_at = |count| {
            all += count;
            all - count
        };
        // Where the next thing of each customer goes.
        let mut next: Vec<u32> = counts.into_iter().map(begin_at).collect();
        let mut things = vec![none; all as usize];
        for (thing, customer) in owned {
            let at = &mut next[customer.index()];
            things[*at as usize] = thing;
            *at += 1;
        }
        ByCustomer { things, ends: next }
    }

    /// A customer's.
    fn of(&self, customer: Id<CustomerKey>) -> &[T] {
        let before = customer.index().checked_sub(1);
        let begin = before.map_or(0, |before| self.ends[before]);
        &self.things[begin as usize..self.ends[customer.index()] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receivable::books::CurrencyNo;

    #[test]
    fn things_stand_by_customer_in_their_order() {
        let things = ByCustomer::new(5, 9, (0..).zip([2, 0, 2, 2, 3, 0].map(Id::from_index)));
        let of_all: Vec<&[u32]> = (0..5).map(|customer| things.of(Id::from_index(customer))).collect();
        assert_eq!(of_all, [&[1, 5][..], &[], &[0, 2, 3], &[4], &[]]);
    }

    /// An account with one invoice of 100.00 in two tranches, 40.00 paid on it and 5.00 on nothing.
    fn with_settled<T>(then: impl FnOnce(Account<'_>) -> T) -> T {
        let (yuan, day) = (|yuan: i128| Money::from_cents(yuan * 100), NaiveDate::default());
        let tranche = |number, amount| Tranche {
            number,
            kind: TrancheKind::Price,
            due_date: day,
            prepaid: false,
            amount,
            paid: Money::ZERO,
            credited: Money::ZERO,
        };
        let invoice = Id::from_index(0);
        let mut books = Books::default();
        let mut payment = |names, amount| Credit {
            kind: CreditKind::Payment,
            customer: Id::from_index(0),
            currency: CurrencyNo::default(),
            date: day,
            counts_from: day,
            number: CreditNo::Payment(books.payments.intern(b"P1")),
            names,
            amount,
        };
        let tranches = [tranche(1, yuan(30)), tranche(2, yuan(70))].into_iter().collect();
        let credits =
            [payment(Designation::Invoice(invoice), yuan(40)), payment(Designation::Nothing, yuan(5))];
        let mut account = Account {
            claims: vec![Claim { invoice, date: day, terms: None, tranches }],
            credits: credits.to_vec(),
            ..Account::new(Arc::new(Customer::default()), "CNY".into())
        };
        account.settle(Unapplied::Keep, &books, false);
        then(account)
    }

    /// The identity that breaks where the books state 100.00 invoiced, and so much received.
    fn broken_identity(account: &Account<'_>, received: Money) -> Option<&'static str> {
        let invoiced = Money::from_cents(10_000);
        let mut proof = MoneyProof { invoiced, received, ..MoneyProof::default() };
        account.add_to(&mut proof);
        proof.check("CNY").err().map(|broken| broken.identity.0)
    }

    #[test]
    fn money_that_gets_lost_in_settling_breaks_the_proof() {
        const INVOICES: Option<&str> = Some("invoices - settlements = balance");
        const PAYMENTS: Option<&str> =
            Some("payments + red invoices = applied + unapplied + pending + dishonoured");
        let (cent, received) = (Money::from_cents(1), Money::from_cents(4_500));
        assert_eq!(with_settled(|account| broken_identity(&account, received)), None);
        let corrupted = |corrupt: fn(&mut Account<'_>, Money)| {
            with_settled(|mut account| {
                corrupt(&mut account, cent);
                broken_identity(&account, received)
            })
        };
        assert_eq!(corrupted(|account, cent| account.claims[0].tranches[1].amount -= cent), INVOICES);
        let lose_the_second = |account: &mut Account<'_>, _| {
            let tranches = &mut account.claims[0].tranches;
            *tranches = tranches[..1].iter().cloned().collect();
        };
        assert_eq!(corrupted(lose_the_second), INVOICES);
        assert_eq!(corrupted(|account, cent| account.claims[0].tranches[0].paid -= cent), PAYMENTS);
        assert_eq!(corrupted(|account, cent| account.claims[0].tranches[0].credited += cent), PAYMENTS);
        assert_eq!(corrupted(|account, cent| account.unapplied[1] += cent), PAYMENTS);
        assert_eq!(corrupted(|account, _| account.unapplied.clear()), PAYMENTS);
        assert_eq!(with_settled(|account| broken_identity(&account, received + cent)), PAYMENTS);
    }
}
