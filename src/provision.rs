//! The bad-debt provision: what each open tranche needs, what that makes of each customer's allowance, and what
//! follows from it.
//!
//! [`rate`] finds the rate of a tranche; here tranches become rows per customer, and with the allowance of the
//! books ([`opening`]) the movement of the period. [`coverage`] and [`sensitivity`] put the total into proportion, [`journal`]
//! books it, and [`checks`] proves that everything adds up. Amounts of two currencies are never added.

pub mod checks;
mod columns;
pub mod coverage;
pub mod journal;
pub mod opening;
pub mod rate;
pub mod sensitivity;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use crate::aging::Buckets;
use crate::ids::{Id, Invoice};
use crate::money::{Money, Rate};
use crate::policy::{ProvisionPolicy, Standard};
use crate::receivable::{Customer, Group, OpenItem, grouping};

pub use checks::ProvisionFault;
pub use columns::{item_columns, journal_columns, row_columns, sensitivity_columns, writeoff_columns};
pub use coverage::Coverage;
pub use opening::Opening;
pub use rate::RateBasis;
pub use sensitivity::Sensitivity;

/// The whole provision at a day.
#[derive(Clone, Debug)]
pub struct Provision<'a> {
    /// Which standard the figures are for; without an allowance account there is nothing to book.
    pub standard: Standard,
    /// The number of the last bucket, which is proposed for write-off.
    pub last_bucket: usize,
    /// What each open tranche needs, by customer, invoice and tranche.
    pub items: Vec<ProvisionItem<'a>>,
    /// Per customer and currency, in this order.
    pub rows: Vec<ProvisionRow>,
    /// Per currency.
    pub totals: Vec<ProvisionRow>,
    /// Per currency.
    pub coverage: Vec<Coverage>,
    /// What the total would be at other rates where the written policy gives none.
    pub sensitivity: Vec<Sensitivity>,
}

/// What one open tranche needs.
#[derive(Clone, Debug)]
pub struct ProvisionItem<'a> {
    /// The tranche.
    pub item: &'a OpenItem,
    /// The number of its bucket.
    pub bucket: usize,
    /// The bucket's name.
    pub bucket_name: Arc<str>,
    /// The bucket's own rate.
    pub base_rate: Rate,
    /// Where the rate comes from.
    pub basis: RateBasis,
    /// The rate.
    pub rate: Rate,
    /// What is to be provided: the balance by the rate, rounded; of a part of a tranche, its part of that.
    pub provision: Money,
}

/// A row of `provision.csv`: what a customer owes per bucket, and the movement of its allowance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvisionRow {
    /// Whose row it is; with an empty key, the total of a currency.
    pub group: Group,
    /// The customer (with `--by`, one of them); `None` in a total.
    pub customer: Option<Arc<Customer>>,
    /// What is open in each bucket of the provision.
    pub balances: Vec<Money>,
    /// What is overdue, by its own due date: what was extended too, whichever bucket it is in.
    pub overdue: Money,
    /// Where its rates come from; `None` where its customers differ.
    pub basis: Option<RateBasis>,
    /// The allowance.
    pub movement: Movement,
}

/// How an allowance gets from the opening to what is required.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Movement {
    /// What the open tranches need.
    pub required: Money,
    /// The allowance at the start.
    pub opening: Money,
    /// What was written off against it.
    pub written_off: Money,
    /// What was recovered of debts written off before.
    pub recovered: Money,
    /// What is charged to the period; negative is a reversal.
    pub charge: Money,
    /// The allowance at the end: what is required.
    pub closing: Money,
}

impl Movement {
    /// The charge that brings the allowance to what is required: `required − (opening − written off + recovered)`.
    /// Opening 5, written off 3, recovered 2, required 6: the charge is 2.
    ///
    /// ```
    /// use recv::money::Money;
    /// use recv::provision::Movement;
    /// let [required, opening, written_off, recovered] = [600, 500, 300, 200].map(Money::from_cents);
    /// assert_eq!(Movement::of(required, opening, written_off, recovered).charge.to_string(), "2.00");
    /// ```
    pub fn of(required: Money, opening: Money, written_off: Money, recovered: Money) -> Movement {
        let charge = required - (opening - written_off + recovered);
        Movement { required, opening, written_off, recovered, charge, closing: required }
    }
}

/// The provision for these open tranches and this allowance; an error where the policy lacks a rate or where the
/// figures do not add up.
pub fn provide<'a>(
    items: &'a [OpenItem],
    openings: &[Opening],
    policy: &ProvisionPolicy,
    buckets: &Buckets,
) -> Result<Provision<'a>, ProvisionFault> {
    let items = provision_items(items, policy, buckets)?;
    let rows = rows(&items, openings, policy, buckets.count());
    let totals = totals(&rows, buckets.count());
    let coverage = totals.iter().map(|total| Coverage::of(total, &policy.coverage)).collect();
    let sensitivity = sensitivity::at_neighbouring_rates(&items, &totals, policy, buckets);
    let (standard, last_bucket) = (policy.standard, buckets.count() - 1);
    let provision = Provision { standard, last_bucket, items, rows, totals, coverage, sensitivity };
    checks::check(&provision)?;
    Ok(provision)
}

/// What each tranche needs, in the order of the report.
fn provision_items<'a>(
    items: &'a [OpenItem],
    policy: &ProvisionPolicy,
    buckets: &Buckets,
) -> Result<Vec<ProvisionItem<'a>>, ProvisionFault> {
    let names: Vec<Arc<str>> = (0..buckets.count()).map(|bucket| buckets.name(bucket).into()).collect();
    let mut bases: HashMap<&str, RateBasis> = HashMap::new();
    let provided = items.iter().map(|item| {
        let basis = *bases.entry(&item.customer.id).or_insert_with(|| rate::basis_of(&item.customer, policy));
        // By the due date, even where the age report's buckets go by the invoice date.
        let bucket = item.provision_bucket;
        let name = names.get(bucket).cloned().unwrap_or_default();
        let base_rate =
            policy.rates.get(bucket).copied().ok_or(ProvisionFault::NoRate { bucket: name.to_string() })?;
        let (rate, provision) = (rate::rate_for(base_rate, basis), Money::ZERO);
        Ok(ProvisionItem { item, bucket, bucket_name: name, base_rate, basis, rate, provision })
    });
    let mut provided = provided.collect::<Result<Vec<_>, ProvisionFault>>()?;
    let required = required_of(&provided.iter().map(|item| (item.item, item.rate)).collect::<Vec<_>>());
    for (item, required) in provided.iter_mut().zip(required) {
        item.provision = required;
    }
    provided.sort_by(|a, b| by_document(a.item).cmp(&by_document(b.item)));
    Ok(provided)
}

/// What each of these open tranches needs at its rate: its balance by the rate, rounded. Of a tranche that `--by` splits
/// that is computed once, and split as its balance is: the total is the same whatever the report is grouped by.
fn required_of(items: &[(&OpenItem, Rate)]) -> Vec<Money> {
    let mut required: Vec<Money> =
        items.iter().map(|(item, rate)| item.balance.times_rounded(*rate)).collect();
    let mut parts: BTreeMap<(Id<Invoice>, u32), Vec<usize>> = BTreeMap::new();
    for (at, (item, _)) in items.iter().enumerate().filter(|(_, (item, _))| item.part_of.is_some()) {
        parts.entry((item.invoice, item.tranche)).or_default().push(at);
    }
    for parts in parts.into_values() {
        let balances: Vec<Money> = parts.iter().map(|&at| items[at].0.balance).collect();
        let (whole, rate) = (balances.iter().copied().sum::<Money>(), items[parts[0]].1);
        let split = grouping::split_like(whole.times_rounded(rate), &balances);
        for (at, part) in parts.into_iter().zip(split) {
            required[at] = part;
        }
    }
    required
}

fn by_document(item: &OpenItem) -> (&str, &str, u32, &str) {
    (&item.group.key, &item.invoice_no, item.tranche, &item.group.currency)
}

/// A row per customer and currency with something open or with an allowance.
fn rows(
    items: &[ProvisionItem<'_>],
    openings: &[Opening],
    policy: &ProvisionPolicy,
    buckets: usize,
) -> Vec<ProvisionRow> {
    let mut drafts: BTreeMap<Group, Draft> = BTreeMap::new();
    for run in items.chunk_by(|a, b| a.item.group == b.item.group) {
        let Some(first) = run.first() else { continue };
        let new = || Draft::new(Arc::clone(&first.item.customer), first.basis, buckets);
        let draft = drafts.entry(first.item.group.clone()).or_insert_with(new);
        for item in run {
            draft.add_item(item);
        }
    }
    for opening in openings {
        let basis = rate::basis_of(&opening.customer, policy);
        let new = || Draft::new(Arc::clone(&opening.customer), basis, buckets);
        drafts.entry(opening.group.clone()).or_insert_with(new).add_opening(opening, basis);
    }
    drafts.into_iter().map(|(group, draft)| draft.row(group)).collect()
}

/// A row while it is being added up.
struct Draft {
    customer: Arc<Customer>,
    basis: Option<RateBasis>,
    balances: Vec<Money>,
    overdue: Money,
    required: Money,
    opening: Money,
    written_off: Money,
    recovered: Money,
}

impl Draft {
    fn new(customer: Arc<Customer>, basis: RateBasis, buckets: usize) -> Draft {
        let nothing = Money::ZERO;
        Draft {
            customer,
            basis: Some(basis),
            balances: vec![nothing; buckets],
            overdue: nothing,
            required: nothing,
            opening: nothing,
            written_off: nothing,
            recovered: nothing,
        }
    }

    fn add_item(&mut self, item: &ProvisionItem<'_>) {
        self.basis = self.basis.filter(|basis| *basis == item.basis);
        if let Some(balance) = self.balances.get_mut(item.bucket) {
            *balance += item.item.balance;
        }
        if item.item.is_overdue() {
            self.overdue += item.item.balance;
        }
        self.required += item.provision;
    }

    fn add_opening(&mut self, opening: &Opening, basis: RateBasis) {
        self.basis = self.basis.filter(|own| *own == basis);
        self.opening += opening.opening;
        self.written_off += opening.written_off;
        self.recovered += opening.recovered;
    }

    fn row(self, group: Group) -> ProvisionRow {
        let movement = Movement::of(self.required, self.opening, self.written_off, self.recovered);
        let (customer, basis) = (Some(self.customer), self.basis);
        ProvisionRow { group, customer, balances: self.balances, overdue: self.overdue, basis, movement }
    }
}

/// The total of each currency: sums of the rows.
fn totals(rows: &[ProvisionRow], buckets: usize) -> Vec<ProvisionRow> {
    let mut totals: BTreeMap<&Arc<str>, ProvisionRow> = BTreeMap::new();
    for row in rows {
        let new = || ProvisionRow::total(&row.group.currency, buckets);
        totals.entry(&row.group.currency).or_insert_with(new).add(row);
    }
    totals.into_values().collect()
}

impl ProvisionRow {
    fn total(currency: &Arc<str>, buckets: usize) -> ProvisionRow {
        let group = Group { key: "".into(), currency: Arc::clone(currency) };
        let balances = vec![Money::ZERO; buckets];
        let (overdue, movement) = (Money::ZERO, Movement::default());
        ProvisionRow { group, customer: None, balances, overdue, basis: None, movement }
    }

    fn add(&mut self, row: &ProvisionRow) {
        for (sum, balance) in self.balances.iter_mut().zip(&row.balances) {
            *sum += *balance;
        }
        self.overdue += row.overdue;
        let (sum, part) = (&mut self.movement, row.movement);
        sum.required += part.required;
        sum.opening += part.opening;
        sum.written_off += part.written_off;
        sum.recovered += part.recovered;
        sum.charge += part.charge;
        sum.closing += part.closing;
    }

    /// What is open altogether.
    pub fn balance(&self) -> Money {
        self.balances.iter().copied().sum()
    }

    /// What lies in the last bucket, beyond which nothing is expected.
    pub fn impaired(&self) -> Money {
        self.balances.last().copied().unwrap_or_default()
    }
}

impl<'a> Provision<'a> {
    /// What is proposed for write-off: the open tranches in the last bucket, by customer and invoice. A proposal
    /// only: they stay receivable until somebody approves it.
    pub fn writeoffs(&self) -> Vec<ProvisionItem<'a>> {
        self.items.iter().filter(|item| item.bucket == self.last_bucket).cloned().collect()
    }
}

#[cfg(test)]
mod tests;
