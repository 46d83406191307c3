//! Settlement: which payments and red invoices pay which tranches, per customer and currency.
//!
//! First what names an invoice, then what names an order or a contract, then refunds, then, if the policy says so, what
//! names none: the oldest due first, or by statute. Nothing vanishes: what nothing absorbs stays with its credit.

mod statute;
mod tranches;

pub use statute::Precedence;
pub use tranches::Tranches;

use std::cmp::Ordering;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use chrono::NaiveDate;

use super::books::{Books, Credit, CreditKind, CreditNo, HeldBack};
use super::designation::Designation;
use super::due::Due;
use super::{Customer, MoneyProof};
use crate::documents::invoice::InvoiceKind;
use crate::documents::invoices::Invoices;
use crate::ids::{CustomerKey, Id, Invoice};
use crate::lang::{Lang, Word};
use crate::money::Money;
use crate::parallel;
use crate::policy::Unapplied;
use crate::terms::TrancheKind;

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
    /// What is open.
    pub fn balance(&self) -> Money {
        self.amount - self.paid - self.credited
    }
}

/// A blue invoice as a receivable.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The invoice.
    pub invoice: Id<Invoice>,
    /// Its date.
    pub date: NaiveDate,
    /// The terms as written, or `due date given`.
    pub terms: Arc<str>,
    /// Its tranches, in the order of the terms.
    pub tranches: Tranches,
    /// What payments and red invoices that name it had left over.
    left_over: Money,
}

impl Claim {
    /// A receivable of which nothing is settled yet.
    pub fn new(invoice: Id<Invoice>, date: NaiveDate, terms: Arc<str>, tranches: Tranches) -> Claim {
        Claim { invoice, date, terms, tranches, left_over: Money::ZERO }
    }

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
    /// Its receivables; none before [`Account::claim`].
    pub claims: Vec<Claim>,
    /// Payments and red invoices, by date, number and amount once they are settled.
    pub credits: Vec<&'b Credit>,
    /// What went where; empty unless [`Account::settle`] was asked to keep it.
    pub applications: Vec<Application>,
    /// Per credit that names nothing, the claim, or its tranche, of which exactly its amount was open, where only one is
    /// so: kept with the applications.
    pub suggestions: BTreeMap<usize, (usize, Option<usize>)>,
    /// What has settled nothing, of each credit; negative of a refund that found nothing to take back.
    pub unapplied: Vec<Money>,
    /// Bills that are not due yet, and dishonoured payments.
    pub held_back: Vec<&'b HeldBack>,
    /// Its blue invoices, and which of the books' credits are its: those that are not claimed yet.
    invoices: Vec<Id<Invoice>>,
    credit_numbers: Vec<u32>,
    /// The totals of its blue invoices, as the books have them.
    invoiced: Money,
    /// The amounts of its credits and of what is held back, as the books have them.
    received: Money,
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
            invoices: Vec::new(),
            credit_numbers: Vec::new(),
            invoiced: Money::ZERO,
            received: Money::ZERO,
        }
    }

    /// Money that has settled nothing; negative where refunds exceed it.
    pub fn pool(&self) -> Money {
        self.unapplied.iter().copied().sum()
    }

    /// How many blue invoices it has that are no receivables yet.
    pub const fn invoice_count(&self) -> usize {
        self.invoices.len()
    }

    /// Makes the account's invoices receivables, and looks up its credits. One account is claimed and settled after the
    /// other, so that only one account's tranches are held at a time.
    pub fn claim(&mut self, due: &mut Due<'_>, books: &'b Books) {
        let invoices = std::mem::take(&mut self.invoices);
        let credits = std::mem::take(&mut self.credit_numbers);
        books.approach(&invoices, &credits);
        self.claims = invoices.into_iter().map(|invoice| due.claim(invoice)).collect();
        self.credits = credits.into_iter().map(|number| &books.credits[number as usize]).collect();
    }

    /// Settles the account: what names an invoice goes there, then what names an order or a contract, then refunds are
    /// taken back, then what is left goes as the policy says. `keep` keeps what went where.
    pub fn settle(&mut self, unapplied: Unapplied, books: &Books, keep: bool) {
        self.credits.sort_by(|a, b| a.date.cmp(&b.date).then_with(|| books.credit_order(a, b)));
        self.unapplied = self.credits.iter().map(|credit| credit.amount).collect();
        let mut by_invoice: Vec<(Id<Invoice>, usize)> =
            self.claims.iter().enumerate().map(|(at, claim)| (claim.invoice, at)).collect();
        by_invoice.sort_unstable();
        let claim_of = |invoice: Id<Invoice>| {
            let found = by_invoice.binary_search_by_key(&invoice, |&(own, _)| own);
            found.ok().map(|at| by_invoice[at].1)
        };
        let named = |credit: &Credit| match credit.names {
            Designation::Invoice(invoice) => claim_of(invoice),
            _ => None,
        };
        let bundled = |credit: &Credit| -> Vec<usize> {
            let invoices = books.bundles.invoices(credit.names).into_iter();
            invoices.filter_map(claim_of).collect()
        };
        let is_refund = |credit: &Credit| credit.amount.is_negative();
        // What payments that name an order or a contract of several invoices had left over.
        let mut left_over: Vec<(Designation, Money)> = Vec::new();
        for at in 0..self.credits.len() {
            let credit = self.credits[at];
            if let Some(claim) = named(credit).filter(|_| !is_refund(credit)) {
                self.apply_to_claim(at, claim, keep);
                self.claims[claim].left_over += self.unapplied[at];
            }
        }
        for at in 0..self.credits.len() {
            let credit = self.credits[at];
            let rule = match credit.names {
                Designation::Order(_) => Rule::NamedOrder,
                Designation::Contract(_) => Rule::NamedContract,
                Designation::Nothing | Designation::Invoice(_) => continue,
            };
            if is_refund(credit) {
                continue;
            }
            let claims = bundled(credit);
            for open in oldest_due(&self.claims, claims.iter().copied(), &books.invoices) {
                self.apply(at, open, rule, keep);
            }
            match claims[..] {
                [only] => self.claims[only].left_over += self.unapplied[at],
                _ => left_over.push((credit.names, self.unapplied[at])),
            }
        }
        for at in 0..self.credits.len() {
            let credit = self.credits[at];
            if is_refund(credit) {
                let claims = named(credit).map_or_else(|| bundled(credit), |claim| vec![claim]);
                self.refund(at, &claims, &mut left_over, &books.invoices, keep);
            }
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
        let settled = &mut self.claims[claim].tranches[tranche];
        let amount = most.min(self.unapplied[credit]).min(settled.balance());
        if !amount.is_positive() {
            return;
        }
        match self.credits[credit].kind {
            CreditKind::Payment | CreditKind::Discount => settled.paid += amount,
            CreditKind::RedInvoice => settled.credited += amount,
        }
        self.unapplied[credit] -= amount;
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
        left_over: &mut [(Designation, Money)],
        invoices: &Invoices,
        keep: bool,
    ) {
        let names = self.credits[credit].names;
        let mut rest = -self.unapplied[credit];
        for (_, left) in left_over.iter_mut().filter(|(named, _)| *named == names) {
            take_back(&mut rest, left);
        }
        for &claim in claims {
            take_back(&mut rest, &mut self.claims[claim].left_over);
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
        let of_credit = |(at, credit): (usize, &&Credit)| {
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
        let open = oldest_due(&self.claims, 0..self.claims.len(), invoices);
        let mut open = open.into_iter().peekable();
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

    /// Adds the account's money to its currency's proof.
    pub fn add_to(&self, proof: &mut MoneyProof) {
        proof.invoiced += self.invoiced;
        for claim in &self.claims {
            for tranche in &claim.tranches {
                proof.balance += tranche.balance();
                proof.applied += tranche.paid + tranche.credited;
            }
        }
        proof.received += self.received;
        proof.unapplied += self.pool();
        for held in &self.held_back {
            *(if held.dishonoured { &mut proof.dishonoured } else { &mut proof.pending }) += held.amount;
        }
    }
}

/// Takes of what is left over as much as there is still to be refunded.
fn take_back(rest: &mut Money, left: &mut Money) {
    let taken = (*rest).min(*left);
    *left -= taken;
    *rest -= taken;
}

/// The open tranches of these claims by due date, then invoice date, invoice number, tranche.
fn oldest_due(
    claims: &[Claim],
    among: impl Iterator<Item = usize>,
    invoices: &Invoices,
) -> Vec<(usize, usize)> {
    let open_of = |claim: usize| {
        let tranches = claims[claim].tranches.iter().enumerate();
        tranches.filter(|(_, tranche)| !tranche.balance().is_zero()).map(move |(at, _)| (claim, at))
    };
    // The days stand beside them: nearly always they decide.
    let dated = |open: (usize, usize)| (days_of(claims, open), open);
    let mut open: Vec<_> = among.flat_map(open_of).map(dated).collect();
    invoices.approach_numbers(open.iter().map(|&(_, (claim, _))| claims[claim].invoice));
    open.sort_by(|&(days, one), &(others, other)| {
        days.cmp(&others).then_with(|| lowest_first(claims, one, other, invoices))
    });
    open.into_iter().map(|(_, open)| open).collect()
}

/// Which of two tranches settles first where all else is equal: by due date, invoice date, invoice number, tranche.
fn oldest_first(
    claims: &[Claim],
    one: (usize, usize),
    other: (usize, usize),
    invoices: &Invoices,
) -> Ordering {
    let by_days = days_of(claims, one).cmp(&days_of(claims, other));
    by_days.then_with(|| lowest_first(claims, one, other, invoices))
}

/// The due date of a tranche, and the date of its invoice.
fn days_of(claims: &[Claim], (claim, tranche): (usize, usize)) -> (NaiveDate, NaiveDate) {
    (claims[claim].tranches[tranche].due_date, claims[claim].date)
}

/// Of two tranches of the same days that of the lower invoice number, then of the lower number.
fn lowest_first(
    claims: &[Claim],
    (a, at): (usize, usize),
    (b, bt): (usize, usize),
    invoices: &Invoices,
) -> Ordering {
    let (one, other) = (&claims[a], &claims[b]);
    let by_invoice = invoices.order(one.invoice, other.invoice);
    by_invoice.then_with(|| one.tranches[at].number.cmp(&other.tranches[bt].number))
}

/// One account per customer and currency, with its invoices and credits: nothing is claimed or settled yet. They come in
/// the order of the customers' numbers.
pub fn accounts(books: &Books) -> Vec<Account<'_>> {
    let (invoices, credits) = parallel::both(|| invoices_by_owner(books), || credits_by_owner(books));
    let mut accounts = Accounts::default();
    for (customer, currency, Gathered { things, sum }) in invoices.into_parts() {
        let account = accounts.of(books, customer, &currency);
        (account.invoices, account.invoiced) = (things, sum);
    }
    for (customer, currency, Gathered { things, sum }) in credits.into_parts() {
        let account = accounts.of(books, customer, &currency);
        (account.credit_numbers, account.received) = (things, sum);
    }
    for held in &books.held_back {
        let account = accounts.of(books, held.customer, &held.currency);
        account.received += held.amount;
        account.held_back.push(held);
    }
    accounts.by_customer()
}

/// The blue invoices of each account, and their totals.
fn invoices_by_owner(books: &Books) -> ByOwner<Id<Invoice>> {
    let (mut gathering, mut last) = (Gathering::default(), None);
    for invoice in books.invoices.all() {
        let (kind, total) = books.invoices.kind_and_total(invoice);
        if kind == InvoiceKind::Blue {
            let head = books.invoices.head(invoice);
            let code = || books.invoices.labels.text(head.currency);
            let currency = gathering.owners.currency_again(head.currency, &mut last, code);
            gathering.add((head.customer, currency), invoice, total);
        }
    }
    gathering.finish()
}

/// The numbers of each account's credits, and their amounts.
fn credits_by_owner(books: &Books) -> ByOwner<u32> {
    let (mut gathering, mut last) = (Gathering::default(), None);
    for (number, credit) in (0..).zip(&books.credits) {
        let code = || &**books.currency(credit.currency);
        let currency = gathering.owners.currency_again(credit.currency, &mut last, code);
        gathering.add((credit.customer, currency), number, credit.amount);
    }
    gathering.finish()
}

/// Accounts, found by customer and currency.
#[derive(Default)]
struct Accounts<'b> {
    owners: Owners,
    all: Vec<Account<'b>>,
}

impl<'b> Accounts<'b> {
    /// The account, a new one where there was none.
    fn of(&mut self, books: &Books, customer: Id<CustomerKey>, currency: &str) -> &mut Account<'b> {
        let currency = self.owners.currency(currency);
        let number = self.owners.number(customer, currency);
        if number == self.all.len() {
            let code = Arc::clone(&self.owners.currencies[currency as usize]);
            self.all.push(Account::new(books.customer(customer.index()), code));
        }
        &mut self.all[number]
    }

    /// All of them, in the order of the customers' numbers: that is the order of their ids in most books.
    fn by_customer(self) -> Vec<Account<'b>> {
        let mut all: Vec<Option<Account<'_>>> = self.all.into_iter().map(Some).collect();
        self.owners.by_customer().filter_map(|number| all[number as usize].take()).collect()
    }
}

/// Things that come in any order on their way to the accounts that they belong to.
struct Gathering<T> {
    owners: Owners,
    /// Each thing, and its owner's number.
    things: Vec<(T, u32)>,
    /// By owner, how many things it has, and what they come to.
    sums: Vec<(u32, Money)>,
}

impl<T> Default for Gathering<T> {
    fn default() -> Gathering<T> {
        Gathering { owners: Owners::default(), things: Vec::new(), sums: Vec::new() }
    }
}

impl<T> Gathering<T> {
    /// Adds a thing of a customer in one of the currencies.
    #[inline]
    fn add(&mut self, (customer, currency): (Id<CustomerKey>, u32), thing: T, amount: Money) {
        let owner = self.owners.number(customer, currency);
        if owner == self.sums.len() {
            self.sums.push((0, Money::ZERO));
        }
        let (count, sum) = &mut self.sums[owner];
        *count += 1;
        *sum += amount;
        self.things.push((thing, owner as u32));
    }

    /// The things of each owner. They were counted, so that none is given more room than it needs.
    fn finish(self) -> ByOwner<T> {
        let room = |(count, sum)| Gathered { things: Vec::with_capacity(count as usize), sum };
        let mut parts: Vec<Gathered<T>> = self.sums.into_iter().map(room).collect();
        for (thing, owner) in self.things {
            parts[owner as usize].things.push(thing);
        }
        ByOwner { owners: self.owners, parts }
    }
}

/// Things by owner.
struct ByOwner<T> {
    owners: Owners,
    parts: Vec<Gathered<T>>,
}

/// The things of one owner, and what they come to.
struct Gathered<T> {
    things: Vec<T>,
    sum: Money,
}

impl<T> ByOwner<T> {
    /// Customer, currency, and what is theirs.
    fn into_parts(self) -> impl Iterator<Item = (Id<CustomerKey>, Arc<str>, Gathered<T>)> {
        let Owners { all, currencies, .. } = self.owners;
        let owners = all.into_iter().zip(self.parts);
        owners.map(move |(owner, part)| {
            (owner.customer, Arc::clone(&currencies[owner.currency as usize]), part)
        })
    }
}

/// Customers, each in one currency, by number.
#[derive(Default)]
struct Owners {
    all: Vec<Owner>,
    /// By customer, the last of them that it is.
    last: Vec<Option<u32>>,
    /// Their currencies, each once.
    currencies: Vec<Arc<str>>,
}

/// A customer in one currency.
#[derive(Clone, Copy)]
struct Owner {
    customer: Id<CustomerKey>,
    /// Which of the currencies.
    currency: u32,
    /// The same customer in another currency, where it came before: few have more than one.
    before: Option<u32>,
}

impl Owners {
    /// Which of the currencies it is, a new one where there was none.
    fn currency(&mut self, code: &str) -> u32 {
        let known = self.currencies.iter().position(|known| **known == *code);
        let number = known.unwrap_or_else(|| {
            self.currencies.push(code.into());
            self.currencies.len() - 1
        });
        number as u32
    }

    /// The same of the currency that the books call `name`, where it mostly is the last one.
    #[inline]
    fn currency_again<'c, N: Copy + PartialEq>(
        &mut self,
        name: N,
        last: &mut Option<(N, u32)>,
        code: impl FnOnce() -> &'c str,
    ) -> u32 {
        match *last {
            Some((known, currency)) if known == name => currency,
            _ => last.insert((name, self.currency(code()))).1,
        }
    }

    /// The owner's number, a new one where there was none.
    #[inline]
    fn number(&mut self, customer: Id<CustomerKey>, currency: u32) -> usize {
        let last = self.last.get(customer.index()).copied().flatten();
        let known = self.of_customer(last).find(|&owner| self.all[owner as usize].currency == currency);
        known.map_or_else(|| self.add(Owner { customer, currency, before: last }), |known| known as usize)
    }

    fn add(&mut self, owner: Owner) -> usize {
        let (number, customer) = (self.all.len(), owner.customer.index());
        self.all.push(owner);
        if self.last.len() <= customer {
            self.last.resize(customer + 1, None);
        }
        self.last[customer] = Some(number as u32);
        number
    }

    /// This owner, and those before it that are the same customer.
    #[inline]
    fn of_customer(&self, last: Option<u32>) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(last, |&owner| self.all[owner as usize].before)
    }

    /// All of them, in the order of the customers' numbers.
    fn by_customer(&self) -> impl Iterator<Item = u32> + '_ {
        self.last.iter().flat_map(|&last| self.of_customer(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receivable::books::CurrencyNo;

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
            claims: vec![Claim::new(invoice, day, "net 30".into(), tranches)],
            credits: credits.iter().collect(),
            invoiced: yuan(100),
            received: yuan(45),
            ..Account::new(Arc::new(Customer::default()), "CNY".into())
        };
        account.settle(Unapplied::Keep, &books, false);
        then(account)
    }

    fn broken_identity(account: &Account<'_>) -> Option<&'static str> {
        let mut proof = MoneyProof::default();
        account.add_to(&mut proof);
        proof.check("CNY").err().map(|broken| broken.identity.0)
    }

    #[test]
    fn money_that_gets_lost_in_settling_breaks_the_proof() {
        const INVOICES: Option<&str> = Some("invoices - settlements = balance");
        const PAYMENTS: Option<&str> =
            Some("payments + red invoices = applied + unapplied + pending + dishonoured");
        let cent = Money::from_cents(1);
        assert_eq!(with_settled(|account| broken_identity(&account)), None);
        let corrupted = |corrupt: fn(&mut Account<'_>, Money)| {
            with_settled(|mut account| {
                corrupt(&mut account, cent);
                broken_identity(&account)
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
        assert_eq!(corrupted(|account, cent| account.received += cent), PAYMENTS);
    }
}
