//! Payment terms: the forms that contracts use, read once into rules that say when each part of an invoice is due.
//!
//! | form | is the same as |
//! |---|---|
//! | `sign+30`, `50% ship.eom+15,50% invoice` | an event, its month's end where `.eom` stands, then days |
//! | `invoice+3m`, `invoice.eom+1m` | as many months on: the same day, or that month's last; after `.eom` its end |
//! | `net 30`, `30`, 60天, 3个月, 票到30天 | `invoice+30`, `invoice+60`, `invoice+3m` |
//! | `eom 30`, `net 30 eom` | `invoice.eom+30` |
//! | 月结30天 | `invoice.eom+30`, or another of the three readings ([`MonthlyBasis`]) |
//! | 次月结30天 | the first of the next month and 30 days: `invoice.eom+31` |
//! | 货到30天, 验收后30天, `30 days after delivery` | `sign+30` |
//! | 发货后30天, `30 days after shipment` | `ship+30` |
//! | 月底后30天, `1 month after invoice month end` | `invoice.eom+30`, `invoice.eom+1m` |
//! | `cod`, 货到付款, 验收付款, 现结, 现销, 现款现货 | `sign` |
//! | 票到付款, 见票付款 | `invoice` |
//! | `prepaid`, 预付, 款到发货, 先款后货 | `order` |
//! | 预付30%,货到60%,质保10%365天 | `30% order,60% sign,10% retention sign+365` |
//! | 预付20%余款月结30天, `20% order, rest net 30` | the last part is what the others leave |
//!
//! Upper and lower case are the same, blanks between words and numbers are free, and full-width digits, signs and
//! commas (also 、 ; /) count as their plain forms.

mod grammar;

use std::fmt;

use chrono::NaiveDate;

use crate::calendar::{month_end, plus_days, plus_months};
use crate::lang::{Lang, Word};
use crate::money::exact::Exact;
use crate::money::{Money, Rate};

/// What can be read as terms, for the messages.
pub const FORMS_EN: &str = "net 30, eom 30, 60 days, 3 months, cod, prepaid, 30 days after delivery, an event (order, ship, \
                            sign, invoice) with .eom, +3m or +days as sign+30, or shares of 100% as '30% order,60% \
                            sign+30,10% retention sign+365' (rest: what the others leave); in Chinese \
                            月结30天, 票到30天, 货到30天, 预付30%,货到60%,质保10%365天 and the like";

/// What can be read as terms, for the messages in Chinese.
pub const FORMS_ZH: &str = "月结30天、次月结30天、票到30天、货到30天、验收后30天、60天、3个月、款到发货、预付、货到付款、现结、\
                            net 30、eom 30、sign+30、invoice+3m，或合计100%的分期，如“预付30%,货到60%,质保10%365天”、\
                            “预付20%余款月结30天”、“30% order,60% sign+30,10% retention sign+365”";

/// What 月结N天 means: the three readings in use (`receivable.monthly_basis`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MonthlyBasis {
    /// The end of the invoice's month, then N days: 15 May, 月结30天, is 30 June.
    #[default]
    EomPlusDays,
    /// The invoice's date and N days: 14 June.
    InvoicePlusDays,
    /// The month's end N/30 months later: 30 June, also of an invoice of 1 May; days beyond whole months follow it.
    EomMonths,
}

impl MonthlyBasis {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            MonthlyBasis::EomPlusDays => {
                Word { code: "eom_plus_days", en: "month end + N days", zh: "月末加N天" }
            }
            MonthlyBasis::InvoicePlusDays => {
                Word { code: "invoice_plus_days", en: "invoice date + N days", zh: "开票日加N天" }
            }
            MonthlyBasis::EomMonths => {
                Word { code: "eom_months", en: "month end N/30 months later", zh: "N/30个月后的月末" }
            }
        }
    }
}

/// Whether these terms, as written, are monthly (月结30天, and not 次月结30天), so that [`MonthlyBasis`] decides.
pub fn is_monthly(text: &str) -> bool {
    text.match_indices("月结").any(|(at, _)| !text[..at].ends_with('次'))
}

/// What a part of the price is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TrancheKind {
    /// The price of the goods.
    #[default]
    Price,
    /// Kept back until the goods have proved good (质保金): it has its own due date, the day of its release.
    Retention,
}

impl TrancheKind {
    /// The word for it; `None` for the price itself.
    pub const fn word(self) -> Option<Word> {
        match self {
            TrancheKind::Price => None,
            TrancheKind::Retention => Some(Word { code: "retention", en: "retention", zh: "质保金" }),
        }
    }
}

/// The day from which terms count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {
    /// The order's date.
    Order,
    /// The day the goods were shipped.
    Ship,
    /// The day the goods were signed for.
    Sign,
    /// The invoice's date.
    Invoice,
}

impl Event {
    /// Every event, in the order in which they happen.
    pub const ALL: [Event; 4] = [Event::Order, Event::Ship, Event::Sign, Event::Invoice];

    /// The event's name in terms.
    pub const fn name(self) -> &'static str {
        match self {
            Event::Order => "order",
            Event::Ship => "ship",
            Event::Sign => "sign",
            Event::Invoice => "invoice",
        }
    }

    /// The event, in sentences.
    pub const fn word(self) -> Word {
        let code = self.name();
        match self {
            Event::Order => Word { code, en: "order", zh: "订单" },
            Event::Ship => Word { code, en: "ship", zh: "发货" },
            Event::Sign => Word { code, en: "sign", zh: "签收" },
            Event::Invoice => Word { code, en: "invoice", zh: "开票" },
        }
    }

    fn named(name: &str) -> Option<Event> {
        Event::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// One tranche of the terms: a share of the invoice, due so long after an event or its month's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The tranche's share of the invoice, above nothing.
    pub share: Rate,
    /// What it is of the price.
    pub kind: TrancheKind,
    /// When it is due.
    pub timing: Timing,
}

/// So many months and days after an event, or after the end of its month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timing {
    /// What the time counts from.
    pub event: Event,
    /// Whether it counts from the end of the event's month.
    pub end_of_month: bool,
    /// How many months there are.
    pub months: u32,
    /// How many days there are after the months.
    pub days: i64,
}

impl Timing {
    /// The day of the event.
    pub const fn on(event: Event) -> Timing {
        Timing { event, end_of_month: false, months: 0, days: 0 }
    }

    /// The day it is: the event's date and the months, at that month's end where the rule says so, and then the days.
    /// A month later is the same day of the month, or the last one where the month is shorter (民法典第二百零二条).
    ///
    /// ```
    /// use recv::terms::{MonthlyBasis, Terms};
    /// let due = |terms, event: &str| {
    ///     let terms = Terms::parse(terms, MonthlyBasis::EomPlusDays).unwrap();
    ///     terms.rules()[0].timing.date(event.parse().unwrap()).to_string()
    /// };
    /// assert_eq!(due("月结30天", "2026-05-15"), "2026-06-30");
    /// assert_eq!(due("3个月", "2025-11-30"), "2026-02-28");
    /// assert_eq!(due("invoice.eom+1m", "2023-02-03"), "2023-03-31");
    /// ```
    pub fn date(&self, event_date: NaiveDate) -> NaiveDate {
        let later = plus_months(event_date, self.months);
        plus_days(if self.end_of_month { month_end(later) } else { later }, self.days)
    }
}

impl fmt::Display for Timing {
    /// The plain form: `sign.eom+1m+15`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.event.name())?;
        if self.end_of_month {
            f.write_str(".eom")?;
        }
        if self.months > 0 {
            write!(f, "+{}m", self.months)?;
        }
        if self.days > 0 { write!(f, "+{}", self.days) } else { Ok(()) }
    }
}

impl fmt::Display for Rule {
    /// The rule in the plain form: `60% sign.eom+30`, `10% retention sign+365`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.share.percent())?;
        if let Some(kind) = self.kind.word() {
            write!(f, "{} ", kind.code)?;
        }
        self.timing.fmt(f)
    }
}

/// Payment terms: at least one rule, and the shares add up to 100%.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    text: String,
    rules: Vec<Rule>,
}

/// Why a text is not terms that recv can use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TermsFault {
    /// No text.
    Blank,
    /// A part in none of the forms.
    Unreadable {
        /// The part as written.
        part: String,
    },
    /// One of several parts, without a percentage.
    ShareMissing {
        /// The part as written.
        part: String,
    },
    /// A part of 0%.
    ShareNothing {
        /// The part as written.
        part: String,
    },
    /// The percentages are not 100% together.
    SharesNotWhole {
        /// What they add up to, as a percentage.
        percent: Exact,
    },
}

impl TermsFault {
    /// What is wrong, in a language; [`FORMS_EN`] or [`FORMS_ZH`] says what would be right.
    pub fn say(&self, lang: Lang) -> String {
        match self {
            TermsFault::Blank => lang.pick("no terms", "没有付款条件").to_owned(),
            TermsFault::Unreadable { part } => match lang {
                Lang::En => format!("can't read '{part}'"),
                Lang::Zh => format!("无法识别“{part}”"),
            },
            TermsFault::ShareMissing { part } => match lang {
                Lang::En => format!("'{part}' is one of several parts and has no percentage"),
                Lang::Zh => format!("“{part}”是多个分期之一，却没有百分比"),
            },
            TermsFault::ShareNothing { part } => match lang {
                Lang::En => format!("'{part}' is nothing: a part must be above 0%"),
                Lang::Zh => format!("“{part}”为零，比例必须大于0%"),
            },
            TermsFault::SharesNotWhole { percent } => match lang {
                Lang::En => format!("the percentages add up to {percent}%, not to 100%"),
                Lang::Zh => format!("比例合计为{percent}%，应为100%"),
            },
        }
    }
}

impl fmt::Display for TermsFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for TermsFault {}

impl Terms {
    /// Reads terms in any of the forms above; `basis` is what 月结N天 means. A single part without a percentage is the
    /// whole; of several parts each needs one, save that one may be the rest, and together they must be 100% exactly.
    ///
    /// ```
    /// use recv::terms::{MonthlyBasis, Terms};
    /// let plain = |text: &str| Terms::parse(text, MonthlyBasis::default()).map(|terms| terms.plain());
    /// assert_eq!(
    ///     plain("预付30%，货到60%，质保10%365天").unwrap(),
    ///     "30% order,60% sign,10% retention sign+365"
    /// );
    /// assert_eq!(plain("预付20%余款月结30天").unwrap(), "20% order,80% invoice.eom+30");
    /// assert_eq!(plain("30% order,60% sign").unwrap_err().to_string(), "the percentages add up to 90%, not to 100%");
    /// ```
    pub fn parse(text: &str, basis: MonthlyBasis) -> Result<Terms, TermsFault> {
        Ok(Terms { text: text.trim().to_owned(), rules: grammar::rules_of(text, basis)? })
    }

    /// The terms as they were written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The rules, one per tranche, in the order written.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The terms in the plain form, whatever they were written in: `30% order,60% sign+30,10% retention sign+365`.
    pub fn plain(&self) -> String {
        self.rules.iter().map(Rule::to_string).collect::<Vec<_>>().join(",")
    }

    /// Whether any tranche counts from this event.
    pub fn uses(&self, event: Event) -> bool {
        self.rules.iter().any(|rule| rule.timing.event == event)
    }

    /// The tranches of an amount: each its share, rounded to the cent, and the last one what remains. Where the
    /// roundings of a few cents would take more than there is, the later tranches get nothing rather than less.
    ///
    /// 100.00 by `33.33%, 33.33%, 33.34%` is 33.33, 33.33 and 33.34; 0.05 by the same is 0.02, 0.02 and 0.01.
    pub fn split_amount(&self, total: Money) -> impl Iterator<Item = Money> + '_ {
        let last = self.rules.len().saturating_sub(1);
        let mut left = total;
        self.rules.iter().enumerate().map(move |(number, rule)| {
            let share = || Some(total.times_rounded(rule.share)).filter(|share| share.abs() <= left.abs());
            let amount = if number == last { left } else { share().unwrap_or(left) };
            left -= amount;
            amount
        })
    }
}

#[cfg(test)]
mod tests;
