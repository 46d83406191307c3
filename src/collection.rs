//! The collection worklist: who must do what about which customer, and by when.
//!
//! Each customer stands on two scales of the policy, the tier (what is to be done) and the alert (how serious it
//! is); [`scales`] finds both. [`dunning`] says of which tranche how much is asked for, [`reason`] in words why a row is
//! there. Until there is a contact log, what is to be done next is the first action of the tier.

pub mod dunning;
pub mod reason;
pub mod scales;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::{AsOf, plus_days};
use crate::lang::Lang;
use crate::money::Money;
use crate::policy::{Action, CollectPolicy, Tier};
use crate::receivable::invoice_no::InvoiceNo;
use crate::receivable::{Customer, Group, OpenItem};
use crate::report::{Cell, Column, Heading, headings, vocabulary, with_currency};

pub use dunning::Dunning;
pub use reason::{Reason, RecoveryPlan};
pub use scales::{Label, Standing};

/// One row of the worklist: a customer (or a value of `--by`) in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorklistRow {
    /// Whose row it is.
    pub group: Group,
    /// The customer (with `--by`, the one that decides the row).
    pub customer: Arc<Customer>,
    /// The department that must act.
    pub owner: Option<String>,
    /// The tier and alert reached.
    pub standing: Standing,
    /// All that is overdue.
    pub overdue: Money,
    /// What of it is dunned: overdue, extensions counted, neither disputed nor too small.
    pub dunned: Money,
    /// Days overdue of the oldest open tranche; 0 where nothing is overdue.
    pub max_overdue_days: i64,
    /// The invoice of the oldest overdue tranche.
    pub oldest_invoice: Option<InvoiceNo>,
    /// What is to be done next.
    pub next_action: Option<Label>,
    /// How: phone, email, letter, visit, court …
    pub channel: Option<String>,
    /// The last day to do it.
    pub due_by: Option<NaiveDate>,
    /// What the contact log says of the customer.
    pub contact: Contact,
    /// What is disputed of the debt.
    pub disputed: Option<Money>,
    /// Why the row is there.
    pub reason: Reason,
}

/// What the contact log says of a customer; nothing as long as there is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Contact {
    /// The day of the last contact.
    pub last: Option<NaiveDate>,
    /// How many contacts there were.
    pub count: u64,
    /// How many of them in writing.
    pub written: u64,
    /// The day for which the customer has promised to pay.
    pub promise_date: Option<NaiveDate>,
}

/// The worklist, most urgent first: a row for every group with something overdue, and a reminder for those of the
/// others whose next payment falls due soon.
pub fn worklist(items: &[OpenItem], policy: &CollectPolicy, as_of: AsOf) -> Vec<WorklistRow> {
    let mut sorted: Vec<&OpenItem> = items.iter().collect();
    sorted.sort_by(|a, b| a.group.cmp(&b.group));
    let groups = sorted.chunk_by(|a, b| a.group == b.group);
    let mut rows: Vec<WorklistRow> = groups.filter_map(|items| row_of(items, policy, as_of)).collect();
    rows.sort_by(|a, b| urgency(a).cmp(&urgency(b)));
    rows
}

/// The order of the worklist: the furthest tier first, then the most days that anything dunned is overdue, then the
/// largest sum that is dunned, then what else is overdue, then by customer and currency.
fn urgency(row: &WorklistRow) -> impl Ord + '_ {
    let dunned = (Reverse(row.reason.dunned_days()), Reverse(row.dunned));
    let overdue = (Reverse(row.max_overdue_days), Reverse(row.overdue));
    (Reverse(row.standing.tier_rank()), dunned, overdue, &row.group)
}

/// The row of one group: collection where a tranche that counts is overdue, else a reminder where one falls due
/// soon, else a row without action where what is overdue is too small, disputed or extended, so that the worklist's
/// overdue is the age report's.
fn row_of(items: &[&OpenItem], policy: &CollectPolicy, as_of: AsOf) -> Option<WorklistRow> {
    let overdue: Vec<&OpenItem> = items.iter().copied().filter(|item| item.is_overdue()).collect();
    let late = Late::of(&overdue, policy);
    let row = collection_row(&overdue, &late, policy, as_of)
        .or_else(|| reminder_row(items, &late, policy))
        .or_else(|| idle_row(&overdue, &late, policy))?;
    let disputed: Money = items.iter().map(|item| item.disputed).sum();
    Some(WorklistRow { disputed: Some(disputed).filter(|disputed| !disputed.is_zero()), ..row })
}

/// What is overdue of a group.
struct Late<'a> {
    sum: Money,
    dunned: Money,
    oldest: Option<&'a OpenItem>,
}

impl<'a> Late<'a> {
    fn of(overdue: &[&'a OpenItem], policy: &CollectPolicy) -> Late<'a> {
        Late {
            sum: overdue.iter().map(|item| item.balance).sum(),
            dunned: overdue.iter().filter_map(|item| Dunning::of(item, policy).due()).sum(),
            oldest: longest_overdue(overdue.iter().copied()),
        }
    }

    /// The oldest tranche, where it is older than the one that decides and was passed over, and why.
    fn passed_over(&self, deciding: &OpenItem, policy: &CollectPolicy) -> Option<reason::Tranche> {
        let older = self.oldest.filter(|oldest| oldest.overdue_days > deciding.overdue_days)?;
        Some(reason::Tranche::of(older, policy)).filter(|older| older.dunning.due().is_none())
    }

    /// A row of this group that says so far only what is overdue.
    fn row(&self, item: &OpenItem, standing: Standing, reason: Reason) -> WorklistRow {
        WorklistRow {
            group: item.group.clone(),
            customer: Arc::clone(&item.customer),
            owner: None,
            standing,
            overdue: self.sum,
            dunned: self.dunned,
            max_overdue_days: self.oldest.map_or(0, |oldest| oldest.overdue_days),
            oldest_invoice: self.oldest.map(|oldest| oldest.invoice_no.clone()),
            next_action: None,
            channel: None,
            due_by: None,
            contact: Contact::default(),
            disputed: None,
            reason,
        }
    }
}

/// The tranche due longest ago, extensions counted; of several, the first by invoice and tranche.
fn oldest_of<'a>(items: impl Iterator<Item = &'a OpenItem>) -> Option<&'a OpenItem> {
    items.min_by(|a, b| by_age(a).cmp(&by_age(b)))
}

fn by_age(item: &OpenItem) -> (Reverse<i64>, &str, u32) {
    oldest_first(item, item.dunning_days())
}

/// The tranche that is overdue longest by its own due date, as the age report has it.
fn longest_overdue<'a>(items: impl Iterator<Item = &'a OpenItem>) -> Option<&'a OpenItem> {
    items.min_by(|a, b| oldest_first(a, a.overdue_days).cmp(&oldest_first(b, b.overdue_days)))
}

fn oldest_first(item: &OpenItem, days: i64) -> (Reverse<i64>, &str, u32) {
    (Reverse(days), &item.invoice_no, item.tranche)
}

/// The row of a group with an overdue tranche that counts. The tier and the alert of each customer come from its
/// oldest such tranche; a group of several customers has the furthest that any of them has reached.
fn collection_row(
    overdue: &[&OpenItem],
    late: &Late<'_>,
    policy: &CollectPolicy,
    as_of: AsOf,
) -> Option<WorklistRow> {
    let is_dunned = |item: &&OpenItem| Dunning::of(item, policy).due().is_some();
    let reached = oldest_by_customer(overdue.iter().copied().filter(is_dunned));
    let reached = reached.into_iter().map(|item| (scales::standing_of(item, policy), item));
    let reached: Vec<(scales::Reached<'_>, &OpenItem)> = reached.collect();
    let standing = reached.iter().map(|(standing, _)| *standing).reduce(scales::Reached::further)?;
    let (_, deciding) = reached.iter().min_by_key(|(own, item)| (Reverse(own.ranks()), by_age(item)))?;

    let plan =
        reached.iter().filter_map(|(_, item)| recovery_plan(item, policy, as_of)).min_by_key(|plan| plan.by);
    let action = standing.tier.and_then(|reached| reached.entry.actions.first());
    let reason = Reason::Overdue {
        tranche: reason::Tranche::of(deciding, policy),
        days: deciding.dunning_days(),
        passed_over: late.passed_over(deciding, policy),
        plan,
    };
    Some(WorklistRow {
        owner: standing.tier.map(|reached| owner_of(reached.entry, action)),
        next_action: action.map(Label::of_action),
        channel: action.map(|action| action.channel.clone()),
        due_by: deadline(action, plan, as_of),
        ..late.row(deciding, standing.named(), reason)
    })
}

/// Of each customer the oldest tranche.
fn oldest_by_customer<'a>(items: impl Iterator<Item = &'a OpenItem>) -> Vec<&'a OpenItem> {
    let mut oldest: BTreeMap<&str, &OpenItem> = BTreeMap::new();
    for item in items {
        let known = oldest.entry(&item.customer.id).or_insert(item);
        if by_age(item) < by_age(known) {
            *known = item;
        }
    }
    oldest.into_values().collect()
}

/// Who must act: the action's own owner, else the tier's.
fn owner_of(tier: &Tier, action: Option<&Action>) -> String {
    action.and_then(|action| action.owner.as_ref()).unwrap_or(&tier.owner).clone()
}

/// The recovery plan that a dunned tranche asks for, once it has reached the alert that `collect.recovery_plan_from`
/// names, or a graver one: within `collect.recovery_plan_hours` of the day on which it did, made up to whole days. With
/// red from 90 days and 48 hours, a tranche 91 days overdue on 31 March asks for the plan by 1 April.
fn recovery_plan(item: &OpenItem, policy: &CollectPolicy, as_of: AsOf) -> Option<RecoveryPlan> {
    let since = scales::days_at_alert(item, &policy.recovery_plan_from, policy)?;
    let hours = policy.recovery_plan_hours;
    let by = plus_days(as_of.0, days_of_hours(hours) - since);
    Some(RecoveryPlan { hours, by, is_past: by < as_of.0 })
}

/// The last day for the next step: the action's days from the as-of date, or that of the recovery plan, where it is
/// earlier and not past. A letter within 7 days, at red since 31 March, as of that day: the plan within 48 hours goes
/// first, 2 April; as of 3 April, the letter by 10 April, and the reason says that the plan is late.
fn deadline(action: Option<&Action>, plan: Option<RecoveryPlan>, as_of: AsOf) -> Option<NaiveDate> {
    let of_action = action.map(|action| plus_days(as_of.0, action.days));
    let of_plan = plan.filter(|plan| !plan.is_past).map(|plan| plan.by);
    of_action.into_iter().chain(of_plan).min()
}

/// Hours as whole days, made up: 48 hours are 2 days, 49 hours 3.
fn days_of_hours(hours: i64) -> i64 {
    hours.max(0).saturating_add(23) / 24
}

/// The next step before anything is overdue.
pub const PRE_DUE_REMINDER: (&str, &str) = ("pre_due_reminder", "到期前提醒");

/// The reminder of a group with nothing to chase yet: its next tranche falls due within the largest of
/// `collect.remind_before_days`. By whom and how is what the mildest tier begins with, by the due date.
///
/// With 7, 3 and 1, a tranche due in 5 days has reached the 7-day reminder, one due in 3 days or 2 the 3-day one.
fn reminder_row(items: &[&OpenItem], late: &Late<'_>, policy: &CollectPolicy) -> Option<WorklistRow> {
    let to_come = items.iter().copied().filter(|item| Dunning::of(item, policy).is_to_come());
    let next = oldest_of(to_come)?;
    let in_days = -next.dunning_days();
    let reminder = policy.remind_before_days.iter().copied().filter(|&days| in_days <= days).min()?;
    let passed_over = late.passed_over(next, policy);
    let reason =
        Reason::FallsDue { tranche: reason::Tranche::of(next, policy), passed_over, in_days, reminder };
    let first_tier = policy.scales.tiers.first();
    let like = first_tier.and_then(|tier| tier.actions.first());
    Some(WorklistRow {
        owner: first_tier.map(|tier| owner_of(tier, like)),
        next_action: Some(Label::new(PRE_DUE_REMINDER.0, PRE_DUE_REMINDER.1)),
        channel: like.map(|action| action.channel.clone()),
        due_by: Some(next.extended_to.unwrap_or(next.due_date)),
        ..late.row(next, Standing::green(), reason)
    })
}

/// The row of a group of whose overdue tranches none is dunned: no tier, nothing to do. Where all are too small, their
/// sum is the reason; else the oldest that is disputed or extended.
fn idle_row(overdue: &[&OpenItem], late: &Late<'_>, policy: &CollectPolicy) -> Option<WorklistRow> {
    let oldest = late.oldest?;
    let is_held = |item: &&OpenItem| !matches!(Dunning::of(item, policy), Dunning::BelowMinimum);
    if let Some(held) = longest_overdue(overdue.iter().copied().filter(is_held)) {
        let reason = Reason::Held { tranche: reason::Tranche::of(held, policy), days: held.overdue_days };
        return Some(late.row(held, Standing::green(), reason));
    }
    let reason = Reason::Small {
        overdue: late.sum,
        disputed: overdue.iter().map(|item| item.disputed).sum(),
        minimum: policy.minimum,
        currency: Arc::clone(&oldest.group.currency),
    };
    Some(late.row(oldest, Standing::green(), reason))
}

/// The columns of `worklist.csv`. `by` is the heading of the field that `--by` names, which takes the place of the
/// customer's two columns; `lang` is the language of the table's words (files take English).
pub fn columns(by: Option<Heading>, lang: Lang) -> Vec<Column<WorklistRow>> {
    let mut columns = first_columns(by);
    columns.extend([
        Column::spoken(headings::OWNER, lang, |row: &WorklistRow, lang| {
            maybe_text(row.owner.as_deref().map(|owner| vocabulary::say(owner, lang)))
        }),
        Column::spoken(headings::TIER, lang, |row, lang| {
            maybe_text(row.standing.tier().map(|tier| tier.say(lang)))
        }),
        Column::spoken(headings::ALERT, lang, |row, lang| Cell::text(row.standing.alert().say(lang))),
        Column::new(headings::OVERDUE, |row| Cell::Money(row.overdue)),
        Column::new(headings::MAX_OVERDUE_DAYS, |row| Cell::Days(row.max_overdue_days)),
        Column::new(headings::OLDEST_INVOICE, |row| maybe_text(row.oldest_invoice.as_deref())),
        Column::spoken(headings::NEXT_ACTION, lang, |row, lang| {
            maybe_text(row.next_action.as_ref().map(|action| action.say(lang)))
        }),
        Column::spoken(headings::CHANNEL, lang, |row, lang| {
            maybe_text(row.channel.as_deref().map(|channel| vocabulary::say(channel, lang)))
        }),
        Column::new(headings::DUE_BY, |row| Cell::maybe(row.due_by, Cell::Date)),
        Column::new(headings::LAST_CONTACT, |row| Cell::maybe(row.contact.last, Cell::Date)),
        Column::new(headings::CONTACTS, |row| Cell::Count(row.contact.count)),
        Column::new(headings::WRITTEN_CONTACTS, |row| Cell::Count(row.contact.written)),
        Column::new(headings::PROMISE_DATE, |row| Cell::maybe(row.contact.promise_date, Cell::Date)),
        Column::new(headings::DISPUTED, |row| Cell::maybe(row.disputed, Cell::Money)),
        Column::spoken(headings::REASON, lang, |row, lang| Cell::Text(row.reason.say(lang).into())),
    ]);
    let mut columns = with_currency(columns, |row| Cell::text(&row.group.currency));
    columns.push(Column::new(headings::DUNNED, |row| Cell::Money(row.dunned)));
    columns
}

fn first_columns(by: Option<Heading>) -> Vec<Column<WorklistRow>> {
    if let Some(field) = by {
        return vec![Column::new(field, |row| Cell::text(&row.group.key))];
    }
    vec![
        Column::new(headings::CUSTOMER_ID, |row| Cell::name(&row.group.key)),
        Column::new(headings::CUSTOMER_NAME, |row| maybe_text(row.customer.name.as_deref())),
    ]
}

fn maybe_text(text: Option<&str>) -> Cell<'_> {
    Cell::maybe(text, Cell::text)
}

/// What stands above the worklist: how many customers and how much is overdue, per tier and per alert.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Per tier, the furthest first; rows without a tier last.
    pub tiers: Vec<SummaryLine>,
    /// Per alert, the gravest first.
    pub alerts: Vec<SummaryLine>,
}

impl Summary {
    /// All that is overdue, per currency.
    pub fn overdue_by_currency(&self) -> BTreeMap<Arc<str>, Money> {
        let mut sums: BTreeMap<Arc<str>, Money> = BTreeMap::new();
        for line in &self.alerts {
            *sums.entry(Arc::clone(&line.currency)).or_default() += line.overdue;
        }
        sums
    }
}

/// One line of the summary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryLine {
    /// The tier or alert; `None` for rows without a tier.
    pub label: Option<Label>,
    /// The currency: amounts of two are never added.
    pub currency: Arc<str>,
    /// How many rows of the worklist.
    pub customers: u64,
    /// What is overdue.
    pub overdue: Money,
}

/// The summary of a worklist.
pub fn summary(rows: &[WorklistRow]) -> Summary {
    Summary {
        tiers: lines(rows, |row| (row.standing.tier_rank(), row.standing.tier().cloned())),
        alerts: lines(rows, |row| (row.standing.alert_rank(), Some(row.standing.alert().clone()))),
    }
}

fn lines(
    rows: &[WorklistRow],
    place: impl Fn(&WorklistRow) -> (Option<usize>, Option<Label>),
) -> Vec<SummaryLine> {
    let mut sums: BTreeMap<_, (u64, Money)> = BTreeMap::new();
    for row in rows {
        let (rank, label) = place(row);
        let (customers, overdue) = sums.entry((Reverse(rank), label, &row.group.currency)).or_default();
        *customers += 1;
        *overdue += row.overdue;
    }
    let line = |((_, label, currency), (customers, overdue)): ((_, Option<Label>, &Arc<str>), _)| {
        SummaryLine { label, currency: Arc::clone(currency), customers, overdue }
    };
    sums.into_iter().map(line).collect()
}

#[cfg(test)]
mod tests;
