//! Why a customer stands on the worklist, in words.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::lang::Lang;
use crate::money::Money;
use crate::receivable::OpenItem;

/// The tranche that a reason is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tranche {
    /// Its invoice.
    pub invoice_no: Arc<str>,
    /// What is open of it.
    pub balance: Money,
    /// In this currency.
    pub currency: Arc<str>,
    /// What of it is disputed.
    pub disputed: Money,
    /// The later day until which the customer may pay, where one was granted.
    pub extended_to: Option<NaiveDate>,
}

/// Why a tranche is not dunned although it is overdue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassedOver {
    /// What may be dunned of it is below `collect.minimum`.
    Small,
    /// It is disputed in full.
    Disputed,
    /// The customer may pay it until this day.
    Extended(NaiveDate),
}

impl PassedOver {
    /// Why an overdue tranche that is not dunned is not.
    pub(super) fn of(item: &OpenItem) -> PassedOver {
        match item.extended_to {
            _ if !item.undisputed().is_positive() => PassedOver::Disputed,
            Some(day) if item.is_within_extension() => PassedOver::Extended(day),
            _ => PassedOver::Small,
        }
    }
}

impl Tranche {
    pub(super) fn of(item: &OpenItem) -> Tranche {
        let (invoice_no, currency) = (Arc::clone(&item.invoice_no), Arc::clone(&item.group.currency));
        let extended_to = item.extended_to;
        Tranche { invoice_no, balance: item.balance, currency, disputed: item.disputed, extended_to }
    }

    /// What is open, and what of it is disputed where that is not all.
    fn amount(&self, lang: Lang) -> String {
        let amount = format!("{} {}", self.balance.grouped(), self.currency);
        if self.disputed.is_zero() || self.disputed == self.balance {
            return amount;
        }
        let disputed = self.disputed.grouped();
        lang.pick(format!("{amount} ({disputed} disputed)"), format!("{amount}（其中争议 {disputed}）"))
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
        passed_over: Option<(Tranche, PassedOver)>,
        /// Where the alert asks for a recovery plan: within so many hours.
        plan_hours: Option<i64>,
    },
    /// Nothing is overdue, but a tranche falls due soon.
    FallsDue {
        /// The tranche.
        tranche: Tranche,
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
        /// Why it is not dunned.
        passed_over: PassedOver,
    },
    /// All that is overdue is too small to be chased.
    Small {
        /// What it comes to.
        overdue: Money,
        /// What a single tranche would have to be.
        minimum: Money,
        /// In this currency.
        currency: Arc<str>,
    },
}

impl Reason {
    /// The reason as a sentence, `INV-7 45 days overdue, 12,000.00 CNY`.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            Reason::Overdue { tranche, days, passed_over, plan_hours } => {
                let older = passed_over.as_ref().map(|(older, why)| say_passed_over(older, *why, lang));
                let plan = plan_hours.map(|hours| say_plan(hours, lang));
                let parts = [Some(say_late(tranche, *days, tranche.extended_to, lang)), older, plan];
                parts.into_iter().flatten().collect::<Vec<_>>().join(lang.pick("; ", "；"))
            }
            Reason::FallsDue { tranche, in_days, reminder } => {
                format!("{}{}", say_falls_due(tranche, *in_days, lang), say_reminder(*reminder, lang))
            }
            Reason::Held { tranche, days, passed_over } => {
                let overdue = say_late(tranche, *days, None, lang);
                let why = say_why(*passed_over, lang);
                lang.pick(
                    format!("{overdue}: {why}, so it is not dunned"),
                    format!("{overdue}：{why}，暂不催收"),
                )
            }
            Reason::Small { overdue, minimum, currency } => say_small(*overdue, *minimum, currency, lang),
        }
    }
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

fn say_passed_over(older: &Tranche, why: PassedOver, lang: Lang) -> String {
    let (invoice, amount, why) = (&older.invoice_no, older.amount(lang), say_why(why, lang));
    match lang {
        Lang::En => format!("{invoice} is older but {why}, {amount}"),
        Lang::Zh => format!("{invoice}更早但{why}，{amount}"),
    }
}

fn say_why(why: PassedOver, lang: Lang) -> String {
    match why {
        PassedOver::Small => lang.pick("too small to chase", "低于催收起点").to_owned(),
        PassedOver::Disputed => lang.pick("disputed in full", "全额争议").to_owned(),
        PassedOver::Extended(day) => lang.pick(format!("extended to {day}"), format!("已展期至 {day}")),
    }
}

fn say_plan(hours: i64, lang: Lang) -> String {
    match lang {
        Lang::En => format!("recovery plan within {hours} hours"),
        Lang::Zh => format!("须在{hours}小时内制定回款方案"),
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

fn say_small(overdue: Money, minimum: Money, currency: &str, lang: Lang) -> String {
    let (overdue, minimum) = (overdue.grouped(), minimum.grouped());
    match lang {
        Lang::En => {
            format!("{overdue} {currency} overdue, no tranche of it reaches the minimum of {minimum}")
        }
        Lang::Zh => format!("逾期{overdue} {currency}，没有一笔达到催收起点{minimum}"),
    }
}

fn day_count(days: i64) -> String {
    if days == 1 { "1 day".to_owned() } else { format!("{days} days") }
}
