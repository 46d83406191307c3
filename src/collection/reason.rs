//! Why a customer stands on the worklist, in words.

use std::sync::Arc;

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
}

impl Tranche {
    pub(super) fn of(item: &OpenItem) -> Tranche {
        let (invoice_no, currency) = (Arc::clone(&item.invoice_no), Arc::clone(&item.group.currency));
        Tranche { invoice_no, balance: item.balance, currency }
    }

    fn amount(&self) -> String {
        format!("{} {}", self.balance.grouped(), self.currency)
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
        /// An older one that is passed over, because it is below `collect.minimum`.
        smaller: Option<Tranche>,
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
            Reason::Overdue { tranche, days, smaller, plan_hours } => {
                let smaller = smaller.as_ref().map(|smaller| say_smaller(smaller, lang));
                let plan = plan_hours.map(|hours| say_plan(hours, lang));
                let parts = [Some(say_overdue(tranche, *days, lang)), smaller, plan];
                parts.into_iter().flatten().collect::<Vec<_>>().join(lang.pick("; ", "；"))
            }
            Reason::FallsDue { tranche, in_days, reminder } => {
                format!("{}{}", say_falls_due(tranche, *in_days, lang), say_reminder(*reminder, lang))
            }
            Reason::Small { overdue, minimum, currency } => say_small(*overdue, *minimum, currency, lang),
        }
    }
}

fn say_overdue(tranche: &Tranche, days: i64, lang: Lang) -> String {
    let (invoice, amount) = (&tranche.invoice_no, tranche.amount());
    match lang {
        Lang::En => format!("{invoice} {} overdue, {amount}", day_count(days)),
        Lang::Zh => format!("{invoice}逾期{days}天，{amount}"),
    }
}

fn say_smaller(smaller: &Tranche, lang: Lang) -> String {
    let (invoice, amount) = (&smaller.invoice_no, smaller.amount());
    match lang {
        Lang::En => format!("{invoice} is older but too small to chase, {amount}"),
        Lang::Zh => format!("{invoice}更早但低于催收起点，{amount}"),
    }
}

fn say_plan(hours: i64, lang: Lang) -> String {
    match lang {
        Lang::En => format!("recovery plan within {hours} hours"),
        Lang::Zh => format!("须在{hours}小时内制定回款方案"),
    }
}

fn say_falls_due(tranche: &Tranche, in_days: i64, lang: Lang) -> String {
    let (invoice, amount) = (&tranche.invoice_no, tranche.amount());
    match (lang, in_days) {
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
