//! Why a customer stands on the worklist, in words.

use std::sync::Arc;

use chrono::NaiveDate;

use super::dunning::Dunning;
use crate::lang::Lang;
use crate::money::Money;
use crate::policy::CollectPolicy;
use crate::receivable::OpenItem;
use crate::receivable::invoice_no::InvoiceNo;

/// The tranche that a reason is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tranche {
    /// Its invoice.
    pub invoice_no: InvoiceNo,
    /// What is open of it.
    pub balance: Money,
    /// In this currency.
    pub currency: Arc<str>,
    /// What of it is disputed.
    pub disputed: Money,
    /// The later day until which the customer may pay, where one was granted.
    pub extended_to: Option<NaiveDate>,
    /// Whether it is dunned.
    pub dunning: Dunning,
}

/// The recovery plan (专项清收方案) that an alert asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecoveryPlan {
    /// Within so many hours of the alert.
    pub hours: i64,
    /// By this day.
    pub by: NaiveDate,
    /// Whether that day is past.
    pub is_past: bool,
}

impl Tranche {
    pub(super) fn of(item: &OpenItem, policy: &CollectPolicy) -> Tranche {
        Tranche {
            invoice_no: item.invoice_no.clone(),
            balance: item.balance,
            currency: Arc::clone(&item.group.currency),
            disputed: item.disputed,
            extended_to: item.extended_to,
            dunning: Dunning::of(item, policy),
        }
    }

    /// What may be asked for; where that is not all, of how much, and that the rest is disputed. Of what is disputed in
    /// full, all.
    fn amount(&self, lang: Lang) -> String {
        let (balance, currency) = (self.balance.grouped(), &self.currency);
        if self.disputed.is_zero() || self.disputed == self.balance {
            return format!("{balance} {currency}");
        }
        let (asked, disputed) = ((self.balance - self.disputed).grouped(), self.disputed.grouped());
        lang.pick(
            format!("{asked} of {balance} {currency}, {disputed} disputed"),
            format!("{balance} {currency} 中的 {asked}，另有争议 {disputed}"),
        )
    }
}

/// Why a row is on the worklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// A tranche is overdue.
    Overdue {
        /// The tranche that decides the tier.
        tranche: Tranche,
        /// How long it is overdue.
        days: i64,
        /// An older one that is passed over.
        passed_over: Option<Tranche>,
        /// Where the alert asks for one.
        plan: Option<RecoveryPlan>,
    },
    /// Nothing is dunned yet, but a tranche falls due soon.
    FallsDue {
        /// The tranche.
        tranche: Tranche,
        /// One that is overdue and not dunned.
        passed_over: Option<Tranche>,
        /// In how many days; 0 is today.
        in_days: i64,
        /// The reminder it has reached, in days before the due date.
        reminder: i64,
    },
    /// What is overdue is not dunned.
    Held {
        /// The oldest tranche.
        tranche: Tranche,
        /// How long it is overdue.
        days: i64,
    },
    /// All that is overdue is too small to be chased.
    Small {
        /// What it comes to.
        overdue: Money,
        /// What of it is disputed.
        disputed: Money,
        /// What a single tranche would have to be.
        minimum: Money,
        /// In this currency.
        currency: Arc<str>,
    },
}

impl Reason {
    /// How long the tranche that decides the tier is overdue, extensions counted; `None` where none is dunned.
    pub(super) fn dunned_days(&self) -> Option<i64> {
        match self {
            Reason::Overdue { days, .. } => Some(*days),
            Reason::FallsDue { .. } | Reason::Held { .. } | Reason::Small { .. } => None,
        }
    }

    /// The reason as a sentence, `INV-7 45 days overdue, 12,000.00 CNY`.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Reason::Overdue { tranche, days, passed_over, plan } => {
                let older = passed_over.as_ref().map(|older| say_passed_over(older, lang));
                let plan = plan.map(|plan| say_plan(plan, lang));
                joined([Some(say_late(tranche, *days, tranche.extended_to, lang)), older, plan], lang)
            }
            Reason::FallsDue { tranche, passed_over, in_days, reminder } => {
                let due =
                    format!("{}{}", say_falls_due(tranche, *in_days, lang), say_reminder(*reminder, lang));
                let older = passed_over.as_ref().map(|older| say_passed_over(older, lang));
                joined([Some(due), older], lang)
            }
            Reason::Held { tranche, days } => {
                let overdue = say_late(tranche, *days, None, lang);
                let why = say_why(tranche.dunning, lang);
                lang.pick(
                    format!("{overdue}: {why}, so it is not dunned"),
                    format!("{overdue}：{why}，暂不催收"),
                )
            }
            Reason::Small { overdue, disputed, minimum, currency } => {
                say_small((*overdue, *disputed), *minimum, currency, lang)
            }
        }
    }
}

/// The parts of a sentence that there are.
fn joined(parts: impl IntoIterator<Item = Option<String>>, lang: Lang) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(lang.pick("; ", "；"))
}

/// How late a tranche is, from the end of its extension where it has one.
fn say_late(tranche: &Tranche, days: i64, extended_to: Option<NaiveDate>, lang: Lang) -> String {
    let (invoice, amount) = (&tranche.invoice_no, tranche.amount(lang));
    match (lang, extended_to) {
        (Lang::En, None) => format!("{invoice} {} overdue, {amount}", day_count(days)),
        (Lang::En, Some(day)) => {
            format!("{invoice} {} past its extension to {day}, {amount}", day_count(days))
        }
        (Lang::Zh, None) => format!("{invoice}逾期{days}天，{amount}"),
        (Lang::Zh, Some(day)) => format!("{invoice}展期至 {day} 后又逾期{days}天，{amount}"),
    }
}

fn say_passed_over(older: &Tranche, lang: Lang) -> String {
    let (invoice, amount, why) = (&older.invoice_no, older.amount(lang), say_why(older.dunning, lang));
    match lang {
        Lang::En => format!("{invoice} is older but {why}, {amount}"),
        Lang::Zh => format!("{invoice}更早但{why}，{amount}"),
    }
}

/// Why a tranche is not dunned; of one that is, nothing.
fn say_why(dunning: Dunning, lang: Lang) -> String {
    match dunning {
        Dunning::BelowMinimum => lang.pick("too small to dun", "低于催收起点").to_owned(),
        Dunning::Disputed => lang.pick("disputed in full", "全额争议").to_owned(),
        Dunning::Extended(day) => lang.pick(format!("extended to {day}"), format!("已展期至 {day}")),
        Dunning::Due(_) | Dunning::NotDue => String::new(),
    }
}

fn say_plan(plan: RecoveryPlan, lang: Lang) -> String {
    let RecoveryPlan { hours, by, is_past } = plan;
    match (lang, is_past) {
        (Lang::En, false) => format!("recovery plan within {hours} hours, by {by}"),
        (Lang::En, true) => format!("recovery plan was due by {by}"),
        (Lang::Zh, false) => format!("须在{hours}小时内制定回款方案，不迟于 {by}"),
        (Lang::Zh, true) => format!("回款方案应于 {by} 前制定，已过期"),
    }
}

fn say_falls_due(tranche: &Tranche, in_days: i64, lang: Lang) -> String {
    let (invoice, amount) = (&tranche.invoice_no, tranche.amount(lang));
    match (lang, in_days) {
        (Lang::En, _) if tranche.extended_to.is_some() => {
            format!("{invoice}, extended, falls due in {}, {amount}", day_count(in_days))
        }
        (Lang::Zh, _) if tranche.extended_to.is_some() => {
            format!("{invoice}展期后将于{in_days}天后到期，{amount}")
        }
        (Lang::En, 0) => format!("{invoice} falls due today, {amount}"),
        (Lang::En, _) => format!("{invoice} falls due in {}, {amount}", day_count(in_days)),
        (Lang::Zh, 0) => format!("{invoice}今日到期，{amount}"),
        (Lang::Zh, _) => format!("{invoice}将于{in_days}天后到期，{amount}"),
    }
}

fn say_reminder(reminder: i64, lang: Lang) -> String {
    match lang {
        Lang::En => format!(" ({reminder}-day reminder)"),
        Lang::Zh => format!("（提前{reminder}天提醒）"),
    }
}

fn say_small((overdue, disputed): (Money, Money), minimum: Money, currency: &str, lang: Lang) -> String {
    let (overdue, minimum) = (overdue.grouped(), minimum.grouped());
    let without = if disputed.is_zero() {
        String::new()
    } else {
        let disputed = disputed.grouped();
        lang.pick(format!(", {disputed} of it disputed"), format!("（其中争议 {disputed}）"))
    };
    match lang {
        Lang::En => {
            format!(
                "{overdue} {currency} overdue{without}, no tranche of it reaches the minimum of {minimum}"
            )
        }
        Lang::Zh => format!("逾期{overdue} {currency}{without}，没有一笔达到催收起点{minimum}"),
    }
}

fn day_count(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
