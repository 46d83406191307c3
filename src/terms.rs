//! Payment terms: the forms that contracts use, read once into rules that say when each part of an invoice is due.
//!
//! | form | is the same as |
//! |---|---|
//! | `sign+30`, `50% ship.eom+15,50% invoice` | an event, its month's end where `.eom` stands, then days |
//! | `net 30`, `30`, 票到30天 | `invoice+30` |
//! | `eom 30`, 月结30天 | `invoice.eom+30` |
//! | 货到30天 | `sign+30` |
//! | `cod`, 货到付款, 现结, 现销, 现款现货 | `sign` |
//! | `prepaid`, 款到发货 | `order` |
//! | 预付30%,货到60%,质保10%365天 | `30% order,60% sign,10% sign+365` |
//!
//! Upper and lower case are the same, blanks between words and numbers are free, and full-width digits, signs and
//! commas (also 、) count as their plain forms.

use std::fmt;

use chrono::NaiveDate;
use unicode_normalization::UnicodeNormalization;

use crate::calendar::{month_end, plus_days};
use crate::lang::Lang;
use crate::money::exact::Exact;
use crate::money::{Money, Rate};

/// What can be read as terms, for the messages.
pub const FORMS_EN: &str = "net 30, eom 30, cod, prepaid, an event (order, ship, sign, invoice) with .eom or +days \
                            as sign+30, or shares of 100% as '30% order,60% sign+30,10% sign+365'";

/// What can be read as terms, for the messages in Chinese.
pub const FORMS_ZH: &str = "月结30天、票到30天、货到30天、款到发货、货到付款、net 30、eom 30，或合计100%的分期，\
                            如“预付30%,货到60%,质保10%365天”、“30% order,60% sign+30,10% sign+365”";

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

    fn named(name: &str) -> Option<Event> {
        Event::ALL.into_iter().find(|event| event.name() == name)
    }
}

/// One tranche of the terms: a share of the invoice, due so many days after an event or its month's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// The tranche's share of the invoice, above nothing.
    pub share: Rate,
    /// What the days count from.
    pub event: Event,
    /// Whether they count from the end of the event's month.
    pub end_of_month: bool,
    /// How many days there are.
    pub days: i64,
}

impl Rule {
    /// The day the tranche is due: the event's date, moved to its month's end where the rule says so, and then the
    /// days. 月结30天 for an invoice of 15 May: 31 May, and 30 days on, 30 June.
    ///
    /// ```
    /// use recv::terms::Terms;
    /// let terms = Terms::parse("月结30天").unwrap();
    /// let invoiced = "2026-05-15".parse().unwrap();
    /// assert_eq!(terms.rules()[0].due_date(invoiced).to_string(), "2026-06-30");
    /// ```
    pub fn due_date(&self, event_date: NaiveDate) -> NaiveDate {
        let start = if self.end_of_month { month_end(event_date) } else { event_date };
        plus_days(start, self.days)
    }
}

impl fmt::Display for Rule {
    /// The rule in the plain form: `60% sign.eom+30`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.share.percent(), self.event.name())?;
        if self.end_of_month {
            f.write_str(".eom")?;
        }
        if self.days > 0 { write!(f, "+{}", self.days) } else { Ok(()) }
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
    /// Reads terms in any of the forms above. A single part without a percentage is the whole; several parts each
    /// need one, and together they must be 100% exactly.
    ///
    /// ```
    /// use recv::terms::Terms;
    /// let plain = |text: &str| Terms::parse(text).map(|terms| terms.plain());
    /// assert_eq!(plain("预付30%，货到60%，质保10%365天").unwrap(), "30% order,60% sign,10% sign+365");
    /// assert_eq!(plain("30% order,60% sign").unwrap_err().to_string(), "the percentages add up to 90%, not to 100%");
    /// ```
    pub fn parse(text: &str) -> Result<Terms, TermsFault> {
        let folded: String = text.trim().nfkc().collect();
        if folded.is_empty() {
            return Err(TermsFault::Blank);
        }
        let parts: Vec<&str> = folded.split([',', '、']).map(str::trim).collect();
        let alone = parts.len() == 1;
        let rules = parts.into_iter().map(|part| rule_of(part, alone)).collect::<Result<Vec<_>, _>>()?;
        check_whole(&rules)?;
        Ok(Terms { text: text.trim().to_owned(), rules })
    }

    /// The terms as they were written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The rules, one per tranche, in the order written.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The terms in the plain form, whatever they were written in: `30% order,60% sign,10% sign+365`.
    pub fn plain(&self) -> String {
        self.rules.iter().map(Rule::to_string).collect::<Vec<_>>().join(",")
    }

    /// Whether any tranche counts from this event.
    pub fn uses(&self, event: Event) -> bool {
        self.rules.iter().any(|rule| rule.event == event)
    }

    /// The tranches of an amount: each its share, rounded to the cent, and the last one what remains. Where the
    /// roundings of a few cents would take more than there is, the later tranches get nothing rather than less.
    ///
    /// 100.00 by `33.33%, 33.33%, 33.34%` is 33.33, 33.33 and 33.34; 0.05 by the same is 0.02, 0.02 and 0.01.
    pub fn split_amount(&self, total: Money) -> Vec<Money> {
        let last = self.rules.len().saturating_sub(1);
        let mut left = total;
        let mut take = |(number, rule): (usize, &Rule)| {
            let share = total.times_rounded(rule.share);
            let amount = if number == last || share.abs() > left.abs() { left } else { share };
            left -= amount;
            amount
        };
        self.rules.iter().enumerate().map(&mut take).collect()
    }
}

/// The percentages of terms add up to 100%, exactly: three times 33.33% do not.
fn check_whole(rules: &[Rule]) -> Result<(), TermsFault> {
    let sum: i128 = rules.iter().map(|rule| i128::from(rule.share.units())).sum();
    let whole = i128::from(Rate::ONE.units());
    // A rate has ten decimals, so as a percentage it has eight.
    let percent = Exact::from_scaled(sum, 8);
    if sum == whole { Ok(()) } else { Err(TermsFault::SharesNotWhole { percent }) }
}

/// The rule that one part states; `alone` where it is the only part and so may go without a percentage.
fn rule_of(part: &str, alone: bool) -> Result<Rule, TermsFault> {
    let form = without_blanks(&part.to_lowercase());
    let Some((share, timing)) = instalment(&form).or_else(|| shared_timing(&form)) else {
        return Err(TermsFault::Unreadable { part: part.to_owned() });
    };
    let share = match share {
        Some(Rate::ZERO) => return Err(TermsFault::ShareNothing { part: part.to_owned() }),
        Some(share) => share,
        None if alone => Rate::ONE,
        None => return Err(TermsFault::ShareMissing { part: part.to_owned() }),
    };
    let Timing { event, end_of_month, days } = timing;
    Ok(Rule { share, event, end_of_month, days })
}

/// When a tranche is due, apart from how much it is.
struct Timing {
    event: Event,
    end_of_month: bool,
    days: i64,
}

impl Timing {
    const fn on(event: Event) -> Timing {
        Timing { event, end_of_month: false, days: 0 }
    }
}

/// The text without its blanks, save one where without it two numbers or two words would become one.
fn without_blanks(text: &str) -> String {
    let mut words = text.split_whitespace();
    let mut joined = words.next().unwrap_or_default().to_owned();
    for word in words {
        if would_run_together(joined.chars().last(), word.chars().next()) {
            joined.push(' ');
        }
        joined.push_str(word);
    }
    joined
}

fn would_run_together(before: Option<char>, after: Option<char>) -> bool {
    let (Some(before), Some(after)) = (before, after) else { return false };
    let both = |kind: fn(&char) -> bool| kind(&before) && kind(&after);
    both(char::is_ascii_digit) || both(char::is_ascii_alphabetic)
}

/// The Chinese instalments: 预付30% on the order, 货到60% on signing, 质保10%365天 so long after signing.
fn instalment(form: &str) -> Option<(Option<Rate>, Timing)> {
    if let Some(share) = form.strip_prefix("预付") {
        return Some((Some(percentage(share)?), Timing::on(Event::Order)));
    }
    if let Some(retention) = form.strip_prefix("质保") {
        let (share, days) = retention.split_at(retention.find('%')? + 1);
        let days = day_count(days.strip_suffix('天')?)?;
        return Some((Some(percentage(share)?), Timing { days, ..Timing::on(Event::Sign) }));
    }
    let share = percentage(form.strip_prefix("货到")?)?;
    Some((Some(share), Timing::on(Event::Sign)))
}

/// `[NN%]` and then when; a bare number of days has no percentage before it.
fn shared_timing(form: &str) -> Option<(Option<Rate>, Timing)> {
    let Some(end) = form.find('%') else {
        return bare_days(form).or_else(|| timing(form)).map(|timing| (None, timing));
    };
    let (share, rest) = form.split_at(end + 1);
    Some((Some(percentage(share)?), timing(rest)?))
}

/// A bare `30` is `invoice+30`.
fn bare_days(form: &str) -> Option<Timing> {
    Some(Timing { days: day_count(form)?, ..Timing::on(Event::Invoice) })
}

/// Every form of when, the short ones by what they stand for.
fn timing(form: &str) -> Option<Timing> {
    match form {
        "prepaid" | "款到发货" => return Some(Timing::on(Event::Order)),
        "cod" | "货到付款" | "现结" | "现销" | "现款现货" => {
            return Some(Timing::on(Event::Sign));
        }
        _ => {}
    }
    short_timing(form).or_else(|| event_timing(form))
}

/// The short forms with a number of days: what stands before it, what after it, and what that means.
const SHORT_FORMS: [(&str, &str, Event, bool); 5] = [
    ("net", "", Event::Invoice, false),
    ("eom", "", Event::Invoice, true),
    ("月结", "天", Event::Invoice, true),
    ("票到", "天", Event::Invoice, false),
    ("货到", "天", Event::Sign, false),
];

fn short_timing(form: &str) -> Option<Timing> {
    SHORT_FORMS.into_iter().find_map(|(before, after, event, end_of_month)| {
        let days = form.strip_prefix(before)?.strip_suffix(after)?;
        Some(Timing { event, end_of_month, days: day_count(days)? })
    })
}

/// `EVENT[.eom][+DAYS]`.
fn event_timing(form: &str) -> Option<Timing> {
    let (start, days) = match form.split_once('+') {
        Some((start, days)) => (start, day_count(days)?),
        None => (form, 0),
    };
    let (event, end_of_month) = start.strip_suffix(".eom").map_or((start, false), |event| (event, true));
    Some(Timing { event: Event::named(event)?, end_of_month, days })
}

/// A number of days: up to four digits.
fn day_count(text: &str) -> Option<i64> {
    let digits = (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if digits { text.parse().ok() } else { None }
}

/// A percentage written with digits and perhaps a point: `30%`, `33.33%`.
fn percentage(text: &str) -> Option<Rate> {
    let digits = text.strip_suffix('%')?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    if plain { Rate::parse_percent(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn plain(text: &str) -> String {
        Terms::parse(text).unwrap_or_else(|fault| panic!("{text}: {fault}")).plain()
    }

    fn fault(text: &str) -> String {
        Terms::parse(text).expect_err(text).to_string()
    }

    #[test]
    fn every_form_of_the_spec_is_read() {
        let forms = [
            ("net 30", "100% invoice+30"),
            ("30", "100% invoice+30"),
            ("0", "100% invoice"),
            ("eom 30", "100% invoice.eom+30"),
            ("cod", "100% sign"),
            ("prepaid", "100% order"),
            ("月结30天", "100% invoice.eom+30"),
            ("票到45天", "100% invoice+45"),
            ("货到30天", "100% sign+30"),
            ("款到发货", "100% order"),
            ("货到付款", "100% sign"),
            ("现结", "100% sign"),
            ("现销", "100% sign"),
            ("预付100%", "100% order"),
            ("sign", "100% sign"),
            ("ship.eom", "100% ship.eom"),
            ("100% invoice+7", "100% invoice+7"),
            ("预付30%,货到60%,质保10%365天", "30% order,60% sign,10% sign+365"),
            ("30% order,60% sign+30,10% sign+365", "30% order,60% sign+30,10% sign+365"),
            ("50% ship.eom+15,50% invoice", "50% ship.eom+15,50% invoice"),
            (
                "33.33% invoice,33.33% invoice+30,33.34% invoice.eom+60",
                "33.33% invoice,33.33% invoice+30,33.34% invoice.eom+60",
            ),
            ("30% prepaid,70% net 60", "30% order,70% invoice+60"),
            ("预付30%,70% 月结30天", "30% order,70% invoice.eom+30"),
        ];
        for (text, expected) in forms {
            assert_eq!(plain(text), expected, "{text}");
        }
    }

    #[test]
    fn width_case_and_blanks_do_not_matter() {
        for text in ["预付３０％，货到６０％、质保１０％３６５天", " 预付 30% , 货到 60%, 质保 10% 365 天 "]
        {
            assert_eq!(plain(text), "30% order,60% sign,10% sign+365", "{text}");
        }
        for text in ["NET30", "Net  30", " net\u{3000}30 ", "ｎｅｔ　３０"] {
            assert_eq!(plain(text), "100% invoice+30", "{text}");
        }
        assert_eq!(plain("50 % Ship . EOM + 15 , 50%invoice"), "50% ship.eom+15,50% invoice");
    }

    #[test]
    fn what_is_in_no_form_is_named() {
        for text in
            ["soon", "net", "net -30", "net 3 0", "30 60", "1.5", "月结30", "sign+", "sign.eom+x", "eom"]
        {
            assert_eq!(fault(text), format!("can't read '{text}'"));
        }
        for text in
            ["delivery+30", "si gn", "预付", "预付30", "质保10%", "10%365天", "net 10000", "100%", "100% 30"]
        {
            assert_eq!(fault(text), format!("can't read '{text}'"));
        }
        assert_eq!(fault("30% order, 70% later"), "can't read '70% later'");
        assert_eq!(fault("100% order,"), "can't read ''");
        assert_eq!(fault("-30% order,130% sign"), "can't read '-30% order'");
        assert_eq!(fault("  "), "no terms");
    }

    #[test]
    fn percentages_add_up_to_the_whole() {
        assert_eq!(fault("30% order,60% sign"), "the percentages add up to 90%, not to 100%");
        assert_eq!(
            fault("33.33% order,33.33% ship,33.33% sign"),
            "the percentages add up to 99.99%, not to 100%"
        );
        assert_eq!(fault("50% order"), "the percentages add up to 50%, not to 100%");
        assert_eq!(fault("900% order,900% sign"), "the percentages add up to 1800%, not to 100%");
        assert_eq!(fault("order,sign"), "'order' is one of several parts and has no percentage");
        assert_eq!(fault("0% order,100% sign"), "'0% order' is nothing: a part must be above 0%");
        assert_eq!(Terms::parse("五成").unwrap_err().say(Lang::Zh), "无法识别“五成”");
    }

    #[test]
    fn the_due_date_is_the_month_end_first_and_then_the_days() {
        let due = |terms: &str, event: &str| {
            Terms::parse(terms).unwrap().rules()[0].due_date(event.parse().unwrap()).to_string()
        };
        assert_eq!(due("net 30", "2022-01-31"), "2022-03-02");
        assert_eq!(due("net 30", "2022-01-01"), "2022-01-31");
        assert_eq!(due("eom 30", "2026-05-15"), "2026-06-30");
        assert_eq!(due("月结60天", "2024-01-31"), "2024-03-31");
        assert_eq!(due("ship.eom", "2024-02-01"), "2024-02-29");
        assert_eq!(due("cod", "2026-05-15"), "2026-05-15");
    }

    #[test]
    fn terms_know_which_events_they_need() {
        let terms = Terms::parse("30% order,70% sign+30").unwrap();
        assert!(terms.uses(Event::Order) && terms.uses(Event::Sign));
        assert!(!terms.uses(Event::Ship) && !terms.uses(Event::Invoice));
        assert_eq!(terms.text(), "30% order,70% sign+30");
    }

    #[test]
    fn the_last_tranche_takes_the_remainder() {
        let split = |terms: &str, cents: i128| -> Vec<i128> {
            let parts = Terms::parse(terms).unwrap().split_amount(Money::from_cents(cents));
            parts.into_iter().map(Money::cents).collect()
        };
        let thirds = "33.33% invoice,33.33% invoice+30,33.34% invoice.eom+60";
        assert_eq!(split(thirds, 10_000), [3_333, 3_333, 3_334]);
        assert_eq!(split(thirds, 5), [2, 2, 1]);
        assert_eq!(split("预付30%,货到60%,质保10%365天", 100_005), [30_002, 60_003, 10_000]);
        assert_eq!(split("net 30", 12_345), [12_345]);
    }

    #[test]
    fn no_tranche_falls_below_nothing() {
        let quarters = Terms::parse("25% order,25% ship,25% sign,25% invoice").unwrap();
        let cents: Vec<i128> =
            quarters.split_amount(Money::from_cents(2)).into_iter().map(Money::cents).collect();
        assert_eq!(cents, [1, 1, 0, 0]);
    }

    fn any_terms() -> impl Strategy<Value = Terms> {
        let rule = (1i64..100, 0usize..4, any::<bool>(), 0i64..400);
        prop::collection::vec(rule, 1..6).prop_map(|drafts| {
            let whole: i64 = drafts.iter().map(|draft| draft.0).sum();
            let last = drafts.len() - 1;
            let mut left = 10_000;
            let parts = drafts.into_iter().enumerate().map(|(number, (weight, event, eom, days))| {
                let share = if number == last { left } else { (weight * 10_000 / whole).max(1) };
                left -= share;
                let eom = if eom { ".eom" } else { "" };
                format!("{}.{:02}% {}{eom}+{days}", share / 100, share % 100, Event::ALL[event].name())
            });
            Terms::parse(&parts.collect::<Vec<_>>().join(",")).unwrap()
        })
    }

    proptest! {
        #[test]
        fn tranches_add_up_to_the_total(terms in any_terms(), cents in -1_000_000_000i128..1_000_000_000) {
            let tranches = terms.split_amount(Money::from_cents(cents));
            prop_assert_eq!(tranches.len(), terms.rules().len());
            prop_assert_eq!(tranches.iter().copied().sum::<Money>(), Money::from_cents(cents));
            prop_assert!(tranches.iter().all(|tranche| tranche.cents() * cents.signum() >= 0));
        }

        #[test]
        fn the_plain_form_reads_back_the_same(terms in any_terms()) {
            let again = Terms::parse(&terms.plain()).unwrap();
            prop_assert_eq!(again.rules(), terms.rules());
        }
    }
}
