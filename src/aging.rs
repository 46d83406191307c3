//! How late each receivable is: buckets, and the age report.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::calendar::AsOf;
use crate::lang::Word;
use crate::money::{Money, Rate};
use crate::policy::{AgingBasis, AgingPolicy};
use crate::receivable::grouping::GroupBy;
use crate::receivable::{BrokenIdentity, Customer, Group, Ledger, OpenItem};
use crate::report::{Cell, Column, Columns, Heading, headings, with_currency};
use crate::terms;

/// The overdue buckets: `not_due`, then ranges of days that leave no gap, the last one open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buckets {
    limits: Vec<i64>,
}

impl Buckets {
    /// Buckets that end at these days overdue, rising, the first at 1 or more; a further bucket is open-ended.
    pub fn new(limits: Vec<i64>) -> Option<Buckets> {
        let rising = limits.windows(2).all(|pair| pair[0] < pair[1]);
        (rising && limits.first().is_some_and(|&first| first >= 1)).then_some(Buckets { limits })
    }

    /// How many buckets there are, `not_due` among them.
    pub const fn count(&self) -> usize {
        self.limits.len() + 2
    }

    /// The number of the last, open-ended bucket.
    pub const fn last(&self) -> usize {
        self.limits.len() + 1
    }

    /// The number of the bucket (0 = `not_due`) for days overdue: 30 days are still in `1-30`, 31 in the next.
    ///
    /// ```
    /// use recv::aging::Buckets;
    /// let buckets = Buckets::new(vec![30, 90, 180]).unwrap();
    /// let name = |days| buckets.name(buckets.bucket_of(days));
    /// assert_eq!([name(0), name(30), name(31), name(181)], ["not_due", "1-30", "31-90", "181+"]);
    /// ```
    pub fn bucket_of(&self, overdue_days: i64) -> usize {
        if overdue_days <= 0 { 0 } else { 1 + self.limits.partition_point(|&limit| limit < overdue_days) }
    }

    /// The bucket's name: `not_due`, `1-30`, …, `181+`.
    pub fn name(&self, bucket: usize) -> String {
        if bucket == 0 {
            return "not_due".to_owned();
        }
        let from =
            bucket.checked_sub(2).and_then(|before| self.limits.get(before)).map_or(1, |limit| limit + 1);
        self.limits.get(bucket - 1).map_or_else(|| format!("{from}+"), |to| format!("{from}-{to}"))
    }

    /// The names of all buckets.
    pub fn names(&self) -> Vec<String> {
        (0..self.count()).map(|bucket| self.name(bucket)).collect()
    }
}

/// A row of `aging.csv`: what a customer, or a value of `--by`, owes in one currency.
#[derive(Clone, Debug)]
pub struct AgingRow {
    /// Whose.
    pub group: Group,
    /// The customer's name, where the row is a customer's and customers.csv gives one.
    pub name: Option<String>,
    /// All that is open.
    pub balance: Money,
    /// What is open per bucket.
    pub buckets: Vec<Money>,
    /// What is overdue, by the due date.
    pub overdue: Money,
    /// The most days that anything is overdue; 0 where nothing is.
    pub max_overdue_days: i64,
    /// Money that has settled nothing, less what was refunded beyond it.
    pub unapplied_credit: Money,
    /// What was refunded to customers beyond their credit: of one it hides no credit of another.
    pub over_refunded: Money,
    /// Goods signed for and not invoiced yet (未开票应收), apart from the balance; nothing where it was not asked for.
    pub unbilled: Money,
    /// Of the balance, retention money (质保金) before its release: not overdue.
    pub retention: Money,
    /// Of the balance, what is disputed.
    pub disputed: Money,
    /// Of what is overdue, what the customer may still pay, because it was extended.
    pub extended: Money,
}

impl AgingRow {
    fn new(group: Group, name: Option<String>, buckets: usize) -> AgingRow {
        AgingRow {
            group,
            name,
            balance: Money::ZERO,
            buckets: vec![Money::ZERO; buckets],
            overdue: Money::ZERO,
            max_overdue_days: 0,
            unapplied_credit: Money::ZERO,
            over_refunded: Money::ZERO,
            unbilled: Money::ZERO,
            retention: Money::ZERO,
            disputed: Money::ZERO,
            extended: Money::ZERO,
        }
    }

    /// The overdue share of the balance, rounded to 4 decimals; `None` at balance 0.
    pub fn overdue_share(&self) -> Option<Rate> {
        self.overdue.ratio_rounded(self.balance, 4)
    }

    /// Adds an open tranche, which is in this bucket.
    fn add_item(&mut self, item: &OpenItem, bucket: usize) {
        self.balance += item.balance;
        self.buckets[bucket] += item.balance;
        if item.is_overdue() {
            self.overdue += item.balance;
            self.max_overdue_days = self.max_overdue_days.max(item.overdue_days);
        }
        if item.is_retained() {
            self.retention += item.balance;
        }
        self.disputed += item.disputed;
        if item.is_within_extension() {
            self.extended += item.balance;
        }
    }

    /// The unapplied credit of the customers who have any: what is owed back to them, over-refunds of others apart.
    pub fn credit_in_hand(&self) -> Money {
        self.unapplied_credit + self.over_refunded
    }

    fn add(&mut self, other: &AgingRow) {
        self.balance += other.balance;
        for (sum, amount) in self.buckets.iter_mut().zip(&other.buckets) {
            *sum += *amount;
        }
        self.overdue += other.overdue;
        self.max_overdue_days = self.max_overdue_days.max(other.max_overdue_days);
        self.unapplied_credit += other.unapplied_credit;
        self.over_refunded += other.over_refunded;
        self.unbilled += other.unbilled;
        self.retention += other.retention;
        self.disputed += other.disputed;
        self.extended += other.extended;
    }
}

/// The age report.
#[derive(Clone, Debug)]
pub struct Aging {
    /// Biggest overdue first, then biggest balance, then customer and currency.
    pub rows: Vec<AgingRow>,
    /// The total of each currency.
    pub totals: Vec<AgingRow>,
    /// Whether anything open has terms of the kind 月结N天.
    pub has_monthly_terms: bool,
}

/// Ages open items one by one, so that nobody need hold all of them.
#[derive(Clone, Debug)]
pub struct Ager {
    policy: AgingPolicy,
    names: Vec<String>,
    as_of: AsOf,
    by: GroupBy,
}

/// What open items come to.
#[derive(Clone, Debug, Default)]
pub struct AgedSums {
    /// Those of one key stand together; until the report two of them may be the same group.
    groups: Vec<AgedGroup>,
    has_monthly_terms: bool,
}

/// What the open items of a group come to.
#[derive(Clone, Debug)]
struct AgedGroup {
    row: AgingRow,
    /// The balances of the items, added up by themselves: the row must agree with them.
    of_items: Money,
}

impl Ager {
    /// Ages by this policy.
    pub fn new(policy: &AgingPolicy, as_of: AsOf, by: GroupBy) -> Ager {
        let names = policy.buckets.names();
        Ager { policy: policy.clone(), names, as_of, by }
    }

    /// The bucket of an item, by `aging.basis`.
    pub fn bucket_of(&self, item: &OpenItem) -> usize {
        bucket_of(item, &self.policy, self.as_of)
    }

    /// Adds items; those of one group are best next to each other.
    pub fn add(&self, items: &[OpenItem], sums: &mut AgedSums) {
        for of_group in items.chunk_by(|one, other| one.group.is(&other.group)) {
            let first = &of_group[0];
            let sum = sums.of_group(&first.group, || self.group(first.group.clone(), &first.customer));
            for item in of_group {
                sum.row.add_item(item, self.bucket_of(item));
            }
            sum.of_items += of_group.iter().map(|item| item.balance).sum();
            // Most items of a customer share one text of terms.
            for alike in of_group.chunk_by(|one, other| Arc::ptr_eq(&one.terms, &other.terms)) {
                sums.has_monthly_terms |= terms::is_monthly(&alike[0].terms);
            }
        }
    }

    /// A group without items; only a customer's row has a name.
    fn group(&self, group: Group, customer: &Customer) -> AgedGroup {
        let name = if self.by == GroupBy::Customer { customer.name.clone() } else { None };
        let row = AgingRow::new(group, name, self.policy.buckets.count());
        AgedGroup { row, of_items: Money::ZERO }
    }

    /// The age report of a ledger whose items come to these sums. `unbilled` is what is signed for and not invoiced yet, and
    /// stands beside the balance.
    pub fn report(
        &self,
        sums: AgedSums,
        ledger: &Ledger,
        unbilled: &BTreeMap<Group, Money>,
    ) -> Result<Aging, BrokenIdentity> {
        let AgedSums { groups, has_monthly_terms } = sums;
        let (mut groups, mut others) = (in_order(groups), AgedSums::default());
        for credit in &ledger.credits {
            let new = || self.group(credit.group.clone(), &credit.customer);
            let row = &mut sum_of((&mut groups, &mut others), &credit.group, new).row;
            row.unapplied_credit += credit.amount;
            if credit.amount.is_negative() {
                row.over_refunded -= credit.amount;
            }
        }
        let nobody = Customer::default();
        for (group, &amount) in unbilled {
            let customer = ledger.customers.get(&*group.key).map_or(&nobody, |customer| customer);
            let new = || self.group(group.clone(), customer);
            sum_of((&mut groups, &mut others), group, new).row.unbilled += amount;
        }
        let has_money = |row: &AgingRow| {
            let sums = [row.balance, row.credit_in_hand(), row.over_refunded, row.unbilled];
            sums.iter().any(|sum| !sum.is_zero())
        };
        groups.extend(others.groups);
        let groups = in_order(groups);
        groups_are_their_items(&groups)?;
        // In the order of the groups, which stays where sums are the same.
        let mut rows: Vec<AgingRow> = groups.into_iter().map(|sum| sum.row).filter(has_money).collect();
        rows.sort_by_cached_key(|row| Reverse((row.overdue, row.balance)));
        let totals = totals(&rows, self.policy.buckets.count());
        totals_are_the_ledger(&totals, ledger)?;
        unbilled_is_whole(unbilled, &totals)?;
        Ok(Aging { rows, totals, has_monthly_terms })
    }
}

impl AgedSums {
    /// The sums of a group: new ones where it is not among those of its key at the end.
    fn of_group(&mut self, group: &Group, new: impl FnOnce() -> AgedGroup) -> &mut AgedGroup {
        let of_key = self.groups.iter().rev().take_while(|sum| sum.row.group.key == group.key);
        let known = of_key.zip(1..).find(|(sum, _)| sum.row.group.is(group));
        let at = if let Some((_, from_end)) = known {
            self.groups.len() - from_end
        } else {
            self.groups.push(new());
            self.groups.len() - 1
        };
        &mut self.groups[at]
    }

    /// Adds what later items come to.
    pub fn add_all(&mut self, later: AgedSums) {
        self.groups.extend(later.groups);
        self.has_monthly_terms |= later.has_monthly_terms;
    }
}

/// The sums of a group: among those that stand in order, or else among the others.
fn sum_of<'s>(
    (in_order, others): (&'s mut [AgedGroup], &'s mut AgedSums),
    group: &Group,
    new: impl FnOnce() -> AgedGroup,
) -> &'s mut AgedGroup {
    match in_order.binary_search_by(|sum| sum.row.group.cmp(group)) {
        Ok(at) => &mut in_order[at],
        Err(_) => others.of_group(group, new),
    }
}

/// Each group once, in their order. Customers with open items stand in it already.
fn in_order(mut groups: Vec<AgedGroup>) -> Vec<AgedGroup> {
    groups.sort_by(|one, other| one.row.group.cmp(&other.row.group));
    groups.dedup_by(|later, sum| {
        let is_same = later.row.group.is(&sum.row.group);
        if is_same {
            sum.add(later);
        }
        is_same
    });
    groups
}

impl AgedGroup {
    fn add(&mut self, other: &AgedGroup) {
        self.row.add(&other.row);
        self.of_items += other.of_items;
    }
}

/// Ages a ledger that holds its items. `aging.basis` decides the buckets only: overdue, its share and the days always go by
/// the due date.
pub fn age(
    ledger: &Ledger,
    unbilled: &BTreeMap<Group, Money>,
    policy: &AgingPolicy,
    as_of: AsOf,
    by: GroupBy,
) -> Result<Aging, BrokenIdentity> {
    let (ager, mut sums) = (Ager::new(policy, as_of, by), AgedSums::default());
    ager.add(&ledger.items, &mut sums);
    ager.report(sums, ledger, unbilled)
}

/// The bucket of an open tranche in the age report: of its days overdue, or with `aging.basis = "invoice_date"` of its age.
pub fn bucket_of(item: &OpenItem, policy: &AgingPolicy, as_of: AsOf) -> usize {
    match policy.basis {
        AgingBasis::DueDate => item.bucket,
        AgingBasis::InvoiceDate => policy.buckets.bucket_of(as_of.days_since(item.invoice_date)),
    }
}

/// The total row of each currency.
fn totals(rows: &[AgingRow], buckets: usize) -> Vec<AgingRow> {
    let mut totals: BTreeMap<Arc<str>, AgingRow> = BTreeMap::new();
    for row in rows {
        let currency = &row.group.currency;
        let new = || {
            let group = Group { key: "".into(), currency: Arc::clone(currency) };
            AgingRow::new(group, None, buckets)
        };
        totals.entry(Arc::clone(currency)).or_insert_with(new).add(row);
    }
    totals.into_values().collect()
}

/// Items sum to customers, and buckets to the balance.
fn groups_are_their_items(groups: &[AgedGroup]) -> Result<(), BrokenIdentity> {
    for AgedGroup { row, of_items } in groups {
        items_are(*of_items, &row.group.key, row.balance)?;
        buckets_are(row, &row.group.key)?;
    }
    Ok(())
}

/// Customers sum to the ledger's proof, and buckets to the balance.
fn totals_are_the_ledger(totals: &[AgingRow], ledger: &Ledger) -> Result<(), BrokenIdentity> {
    for total in totals {
        buckets_are(total, &total.group.currency)?;
    }
    for (currency, proof) in &ledger.proof {
        let total = totals.iter().find(|total| total.group.currency == *currency);
        let of = |take: fn(&AgingRow) -> Money| total.map_or(Money::ZERO, take);
        items_are(proof.balance, currency, of(|row| row.balance))?;
        BrokenIdentity::unless_equal(
            ("unapplied credit of customers = of the ledger", "客户未核销合计 = 总账未核销"),
            currency,
            proof.unapplied,
            of(|row| row.unapplied_credit),
        )?;
        BrokenIdentity::unless_equal(
            ("disputed of customers = of the ledger", "客户争议合计 = 总账争议"),
            currency,
            proof.disputed,
            of(|row| row.disputed),
        )?;
    }
    Ok(())
}

/// What is not invoiced yet, in each currency, is what the match found.
fn unbilled_is_whole(unbilled: &BTreeMap<Group, Money>, totals: &[AgingRow]) -> Result<(), BrokenIdentity> {
    let identity = ("unbilled of customers = of the match", "客户未开票合计 = 四单核验合计");
    let mut sums: BTreeMap<&str, Money> = BTreeMap::new();
    for (group, &amount) in unbilled {
        *sums.entry(&*group.currency).or_default() += amount;
    }
    for (currency, sum) in sums {
        let total = totals.iter().find(|total| &*total.group.currency == currency);
        let shown = total.map_or(Money::ZERO, |total| total.unbilled);
        BrokenIdentity::unless_equal(identity, currency, sum, shown)?;
    }
    Ok(())
}

fn items_are(items: Money, subject: &str, balance: Money) -> Result<(), BrokenIdentity> {
    let identity = ("items sum to customers", "明细合计 = 客户合计");
    BrokenIdentity::unless_equal(identity, subject, items, balance)
}

fn buckets_are(row: &AgingRow, subject: &str) -> Result<(), BrokenIdentity> {
    let identity = ("buckets sum to the balance", "各账龄段合计 = 余额");
    BrokenIdentity::unless_equal(identity, subject, row.buckets.iter().copied().sum(), row.balance)
}

/// The columns that say whose row it is: customer_id and customer_name, or the field that `--by` names.
fn group_columns(by: GroupBy) -> Vec<Column<AgingRow>> {
    let key = |row: &'_ AgingRow| -> Cell<'_> { Cell::Text(row.group.key.to_string().into()) };
    match by.heading() {
        Some(heading) => vec![Column::new(heading, key)],
        None => vec![
            Column::new(headings::CUSTOMER_ID, |row| Cell::name(&row.group.key)),
            Column::new(headings::CUSTOMER_NAME, |row| Cell::maybe(row.name.as_deref(), Cell::text)),
        ],
    }
}

/// The heading over a bucket: by days overdue, or by age.
fn bucket_heading(name: &str, basis: AgingBasis) -> Heading {
    match basis {
        AgingBasis::DueDate => headings::bucket(name),
        AgingBasis::InvoiceDate => headings::age_bucket(name),
    }
}

/// The columns of `aging.csv`; `unbilled` adds what is not invoiced yet. A row of several customers tells apart what was
/// refunded beyond the credit of any of them.
pub fn columns(policy: &AgingPolicy, by: GroupBy, unbilled: bool) -> Vec<Column<AgingRow>> {
    let mut columns = with_currency(group_columns(by), |row| Cell::text(&row.group.currency));
    columns.push(Column::new(headings::BALANCE, |row| Cell::Money(row.balance)));
    for (number, name) in policy.buckets.names().iter().enumerate() {
        let cell = |row: &'_ AgingRow, number: usize| -> Cell<'_> { Cell::Money(row.buckets[number]) };
        columns.push(Column::nth(bucket_heading(name, policy.basis), number, cell));
    }
    columns.push(Column::new(headings::OVERDUE, |row| Cell::Money(row.overdue)));
    columns.push(Column::new(headings::OVERDUE_PCT, |row| Cell::maybe(row.overdue_share(), Cell::Rate)));
    columns.push(Column::new(headings::MAX_OVERDUE_DAYS, |row| Cell::Days(row.max_overdue_days)));
    columns.push(Column::new(headings::UNAPPLIED_CREDIT, |row| Cell::Money(row.unapplied_credit)));
    if unbilled {
        columns.push(Column::new(headings::UNBILLED, |row| Cell::Money(row.unbilled)));
    }
    columns.push(Column::new(headings::DISPUTED, |row| Cell::Money(row.disputed)));
    if by != GroupBy::Customer {
        columns.push(Column::new(headings::OVER_REFUNDED, |row| Cell::Money(row.over_refunded)));
    }
    columns
}

/// The columns of `aging-items.csv`, whose rows are open tranches; the ager names their buckets to the end of the run.
pub fn item_columns(ager: &'static Ager) -> Columns<OpenItem> {
    let bucket = match ager.policy.basis {
        AgingBasis::DueDate => headings::BUCKET,
        AgingBasis::InvoiceDate => headings::AGE_BUCKET,
    };
    Columns::in_one_go()
        .and(ager.by.heading().unwrap_or(headings::CUSTOMER_ID), |row: &OpenItem| Cell::name(&row.group.key))
        .and(headings::INVOICE_NO, |row| Cell::RawName(row.invoice_no.bytes()))
        .and(headings::TRANCHE, |row| Cell::Count(u64::from(row.tranche)))
        .and(headings::INVOICE_DATE, |row| Cell::Date(row.invoice_date))
        .and(headings::TERMS, |row| Cell::text(&row.terms))
        .and(headings::DUE_DATE, |row| Cell::Date(row.due_date))
        .and(headings::AMOUNT, |row| Cell::Money(row.amount))
        .and(headings::SETTLED, |row| Cell::Money(row.settled))
        .and(headings::BALANCE, |row| Cell::Money(row.balance))
        .and(headings::OVERDUE_DAYS, |row| Cell::Days(row.overdue_days))
        .and(bucket, |row| Cell::text(&ager.names[ager.bucket_of(row)]))
        .and(headings::KIND, |row| Cell::maybe(row.kind.word(), Cell::Word))
        .and(headings::DISPUTED, |row| Cell::Money(row.disputed))
        .and(headings::EXTENDED_TO, |row| Cell::maybe(row.extended_to, Cell::Date))
        .and_currency(|row| Cell::text(&row.group.currency))
        .columns()
}

/// The two readings of the buckets, for the report's heading.
pub const fn basis_word(basis: AgingBasis) -> Word {
    match basis {
        AgingBasis::DueDate => Word { code: "due_date", en: "days overdue", zh: "逾期天数" },
        AgingBasis::InvoiceDate => {
            Word { code: "invoice_date", en: "age since the invoice", zh: "账龄(自开票日)" }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::receivable::{MoneyProof, UnappliedCredit};
    use crate::terms::TrancheKind;

    #[test]
    fn thirty_days_are_in_the_first_bucket_and_thirty_one_in_the_second() {
        let buckets = Buckets::new(vec![30, 90, 180]).unwrap();
        let names: Vec<String> =
            [-5, 0, 1, 30, 31, 90, 91, 180, 181].map(|days| buckets.name(buckets.bucket_of(days))).into();
        assert_eq!(
            names,
            ["not_due", "not_due", "1-30", "1-30", "31-90", "31-90", "91-180", "91-180", "181+"]
        );
        assert_eq!(Buckets::new(vec![]), None);
        assert_eq!(Buckets::new(vec![30, 30]), None);
    }

    #[test]
    fn one_bucket_limit_makes_three_buckets() {
        let buckets = Buckets::new(vec![60]).unwrap();
        assert_eq!(buckets.names(), ["not_due", "1-60", "61+"]);
    }

    /// What two customers owe, and a credit of one of them.
    fn two_customers() -> Ledger {
        let group = |key: &str| Group { key: key.into(), currency: "CNY".into() };
        let customer = Arc::new(Customer::default());
        let day = chrono::NaiveDate::default();
        let item = |key: &str, cents: i128, overdue_days| OpenItem {
            group: group(key),
            customer: Arc::clone(&customer),
            invoice: crate::ids::Id::from_index(0),
            invoice_no: "INV-1".into(),
            tranche: 1,
            kind: TrancheKind::Price,
            invoice_date: day,
            terms: "net 30".into(),
            due_date: day,
            amount: Money::from_cents(cents),
            settled: Money::ZERO,
            balance: Money::from_cents(cents),
            overdue_days,
            bucket: usize::from(overdue_days > 0),
            disputed: Money::ZERO,
            part_of: None,
            extended_to: None,
            provision_bucket: usize::from(overdue_days > 0),
        };
        let proof = MoneyProof {
            balance: Money::from_cents(600),
            unapplied: Money::from_cents(50),
            ..MoneyProof::default()
        };
        Ledger {
            items: vec![item("C1", 100, 5), item("C1", 200, -5), item("C2", 300, 5)],
            credits: vec![UnappliedCredit { group: group("C2"), customer, amount: Money::from_cents(50) }],
            findings: Vec::new(),
            proof: BTreeMap::from([("CNY".into(), proof)]),
            customers: BTreeMap::new(),
            knows_customers: false,
            burdens_stated: false,
        }
    }

    fn ager() -> Ager {
        let policy = AgingPolicy { buckets: Buckets::new(vec![30]).unwrap(), basis: AgingBasis::DueDate };
        Ager::new(&policy, AsOf(chrono::NaiveDate::default()), GroupBy::Customer)
    }

    fn aged(ledger: &Ledger) -> Result<Aging, BrokenIdentity> {
        let (mut sums, mut rest) = (AgedSums::default(), AgedSums::default());
        let (first, others) = ledger.items.split_at(1);
        ager().add(first, &mut sums);
        ager().add(others, &mut rest);
        sums.add_all(rest);
        ager().report(sums, ledger, &BTreeMap::new())
    }

    #[test]
    fn a_report_that_is_not_its_ledger_is_refused() {
        const ITEMS: &str = "items sum to customers";
        let broken = |corrupt: fn(&mut Ledger)| {
            let mut ledger = two_customers();
            corrupt(&mut ledger);
            aged(&ledger).unwrap_err().identity.0
        };
        assert!(aged(&two_customers()).is_ok());
        assert_eq!(broken(|ledger| ledger.items.truncate(2)), ITEMS);
        assert_eq!(broken(|ledger| ledger.items[0].balance += Money::from_cents(1)), ITEMS);
        assert_eq!(broken(|ledger| ledger.credits.clear()), "unapplied credit of customers = of the ledger");
    }

    #[test]
    fn a_group_has_one_row_however_its_items_and_credits_are_mixed() {
        let cents = Money::from_cents;
        let mut ledger = two_customers();
        let mut dollars = ledger.items[0].clone();
        dollars.group.currency = "USD".into();
        ledger.items.insert(1, dollars);
        ledger.proof.insert("USD".into(), MoneyProof { balance: cents(100), ..MoneyProof::default() });
        let refund_to_another = |credit: &UnappliedCredit| {
            let group = Group { key: "C0".into(), ..credit.group.clone() };
            UnappliedCredit { group, amount: cents(-10), ..credit.clone() }
        };
        let refunded = refund_to_another(&ledger.credits[0]);
        ledger.credits.extend([refunded.clone(), refunded]);
        ledger.proof.get_mut("CNY").unwrap().unapplied -= cents(20);
        let rows = aged(&ledger).unwrap().rows;
        let rows: Vec<(&str, &str, Money, Money)> = rows
            .iter()
            .map(|row| (&*row.group.key, &*row.group.currency, row.balance, row.unapplied_credit))
            .collect();
        let expected = [
            ("C2", "CNY", cents(300), cents(50)),
            ("C1", "CNY", cents(300), cents(0)),
            ("C1", "USD", cents(100), cents(0)),
            ("C0", "CNY", cents(0), cents(-20)),
        ];
        assert_eq!(rows, expected);
    }

    #[test]
    fn unbilled_goods_stand_beside_the_balance_and_nothing_of_them_is_lost() {
        let group = |key: &str| Group { key: key.into(), currency: "CNY".into() };
        let cents = Money::from_cents;
        let unbilled = BTreeMap::from([(group("C1"), cents(30)), (group("C9"), cents(12))]);
        let ledger = two_customers();
        let mut sums = AgedSums::default();
        ager().add(&ledger.items, &mut sums);
        let aging = ager().report(sums, &ledger, &unbilled).unwrap();
        let rows: Vec<(&str, Money, Money)> =
            aging.rows.iter().map(|row| (&*row.group.key, row.balance, row.unbilled)).collect();
        let expected =
            [("C2", cents(300), cents(0)), ("C1", cents(300), cents(30)), ("C9", cents(0), cents(12))];
        assert_eq!(rows, expected);
        let broken = unbilled_is_whole(&unbilled, &[]).unwrap_err();
        assert_eq!(broken.sides, (cents(42), cents(0)));
    }

    #[test]
    fn a_row_that_is_not_its_items_is_refused() {
        let ledger = two_customers();
        let mut sums = AgedSums::default();
        ager().add(&ledger.items, &mut sums);
        let broken = |corrupt: &dyn Fn(&mut AgedSums)| {
            let mut sums = sums.clone();
            corrupt(&mut sums);
            let broken = ager().report(sums, &ledger, &BTreeMap::new()).unwrap_err();
            (broken.identity.0, broken.subject)
        };
        let row_of = |sums: &mut AgedSums, key: &str, change: fn(&mut AgingRow)| {
            change(&mut sums.groups.iter_mut().find(|sum| &*sum.row.group.key == key).unwrap().row);
        };
        let items = |subject: &str| ("items sum to customers", subject.to_owned());
        let buckets = |subject: &str| ("buckets sum to the balance", subject.to_owned());
        // A cent from one customer to the other: the totals are as before.
        let swapped = |sums: &mut AgedSums| {
            row_of(sums, "C2", |row| row.balance += Money::from_cents(1));
            row_of(sums, "C1", |row| row.balance -= Money::from_cents(1));
        };
        assert_eq!(broken(&swapped), items("C1"));
        assert_eq!(broken(&|sums| drop(sums.groups.remove(0))), items("CNY"));
        let fewer = |sums: &mut AgedSums| {
            row_of(sums, "C1", |row| row.buckets[0] -= Money::from_cents(1));
        };
        assert_eq!(broken(&fewer), buckets("C1"));
        let mut totals = ager().report(sums.clone(), &ledger, &BTreeMap::new()).unwrap().totals;
        totals[0].buckets[1] += Money::from_cents(1);
        let broken = totals_are_the_ledger(&totals, &ledger).unwrap_err();
        assert_eq!((broken.identity.0, broken.subject), buckets("CNY"));
    }
}
