//! Totals in the company's currency (本位币): amounts of other currencies at the rate of the as-of date.
//!
//! Ledgers are kept per currency, and amounts of two currencies are never added. Where `rates.csv` gives rates, the
//! totals of each currency are shown in the company's too, each with the rate and its day: the latest on or before the
//! as-of date. A currency without one is an error, never 1.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::AsOf;
use crate::diagnostic::Problem;
use crate::documents::currency_code;
use crate::documents::exchange_rate::ExchangeRateReader;
use crate::input::{InputError, Intake, Place, Reason, Verdict};
use crate::lang::{Lang, Word};
use crate::money::{ExchangeRate, Money};
use crate::report::{Cell, Column, headings};

/// What is added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Total {
    /// All that is open.
    Balance,
    /// What of it is overdue.
    Overdue,
    /// Money that has settled nothing, of the customers who have any.
    UnappliedCredit,
    /// What was refunded to customers beyond their credit.
    OverRefunded,
    /// The allowance that is required.
    Required,
    /// What is charged to the period.
    Charge,
}

impl Total {
    /// The word for it: the key of its column in the reports.
    pub const fn word(self) -> Word {
        match self {
            Total::Balance => Word { code: "balance", en: "balance", zh: "应收余额" },
            Total::Overdue => Word { code: "overdue", en: "overdue", zh: "逾期金额" },
            Total::UnappliedCredit => {
                Word { code: "unapplied_credit", en: "unapplied credit", zh: "未核销款" }
            }
            Total::OverRefunded => Word { code: "over_refunded", en: "over-refunded", zh: "超退金额" },
            Total::Required => Word { code: "required", en: "provision required", zh: "应计提" },
            Total::Charge => Word { code: "charge", en: "charge", zh: "本期计提" },
        }
    }
}

/// The rates known at the as-of date, and the company's currency.
#[derive(Debug)]
pub struct Rates {
    own: Arc<str>,
    latest: BTreeMap<String, DatedRate>,
}

/// Currencies in which something is owed, without a rate on or before the as-of date.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoRate {
    /// The currencies, each once.
    pub currencies: Vec<String>,
}

impl NoRate {
    /// What to print.
    pub fn text(&self, as_of: AsOf, lang: Lang) -> String {
        let currencies = self.currencies.join(lang.pick(", ", "、"));
        lang.pick(
            format!(
                "rates.csv: no rate of {currencies} on or before {as_of}; add one, or leave the file out"
            ),
            format!("rates.csv: 没有 {currencies} 在 {as_of} 或之前的汇率；请补上，或不提供此文件"),
        )
    }
}

impl Rates {
    /// Reads `rates.csv`; a file without a row, as `recv init` writes it, gives no rates. Rates dated after the as-of date
    /// are left out; two of one day that differ are an error, as is a rate of the company's own currency other than 1.
    pub fn read(intake: &mut Intake<'_>) -> Result<Option<Rates>, InputError> {
        let (as_of, own) = (intake.as_of, intake.policy.input.currency.clone());
        let mut any = false;
        let mut by_day: BTreeMap<String, BTreeMap<NaiveDate, (ExchangeRate, Place)>> = BTreeMap::new();
        intake.read::<ExchangeRateReader>(|row, place| {
            any = true;
            if !as_of.includes(row.date) {
                return Verdict::LeftOut(Reason::AfterAsOf);
            }
            let currency = currency_code(row.currency, &own).into_owned();
            if currency == own && row.rate != ExchangeRate::one() {
                return Verdict::Refused("rate", Problem::OwnRate(currency), None);
            }
            let rates = by_day.entry(currency.clone()).or_default();
            let &mut (known, earlier) = rates.entry(row.date).or_insert((row.rate, place));
            if known != row.rate {
                let problem = Problem::RateTwice(currency, row.date, String::new());
                return Verdict::Refused("rate", problem, Some(earlier));
            }
            Verdict::Used
        })?;
        let latest = |rates: BTreeMap<NaiveDate, (ExchangeRate, Place)>| {
            rates.last_key_value().map(|(&date, &(rate, _))| DatedRate { rate, date })
        };
        let latest = by_day.into_iter().filter_map(|(currency, rates)| Some((currency, latest(rates)?)));
        Ok(any.then(|| Rates { own: own.into(), latest: latest.collect() }))
    }

    /// The amounts of each currency, and what they are in the company's; then the totals. Nothing needs no rate.
    pub fn convert(
        &self,
        amounts: impl IntoIterator<Item = (Arc<str>, Total, Money)>,
    ) -> Result<Converted, NoRate> {
        let mut totals: Vec<ConvertedRow> = Vec::new();
        let mut lacking: BTreeSet<String> = BTreeSet::new();
        let mut rows = Vec::new();
        for (currency, what, amount) in amounts {
            let rate = match self.latest.get(&*currency) {
                _ if currency == self.own => None,
                Some(&rate) => Some(rate),
                None if amount.is_zero() => continue,
                None => {
                    lacking.insert(currency.to_string());
                    continue;
                }
            };
            let own_amount = rate.map_or(amount, |known| amount.converted(known.rate));
            match totals.iter_mut().find(|total| total.what == what) {
                Some(total) => total.own_amount += own_amount,
                None => totals.push(ConvertedRow {
                    currency: Arc::clone(&self.own),
                    what,
                    amount: None,
                    rate: None,
                    own_amount,
                }),
            }
            rows.push(ConvertedRow { currency, what, amount: Some(amount), rate, own_amount });
        }
        if !lacking.is_empty() {
            return Err(NoRate { currencies: lacking.into_iter().collect() });
        }
        Ok(Converted { rows, totals })
    }
}

/// A rate, and its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatedRate {
    /// What one unit of the currency is worth in the company's.
    pub rate: ExchangeRate,
    /// The day of the rate.
    pub date: NaiveDate,
}

/// Totals of several currencies in the company's.
#[derive(Clone, Debug)]
pub struct Converted {
    /// One per currency and total.
    pub rows: Vec<ConvertedRow>,
    /// Their sums in the company's currency: the sums of the rounded rows.
    pub totals: Vec<ConvertedRow>,
}

impl Converted {
    /// Whether anything had to be converted: where all is in the company's currency, the totals are shown already.
    pub fn is_foreign(&self) -> bool {
        self.rows.iter().any(|row| row.rate.is_some())
    }
}

/// A row of `company-currency.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConvertedRow {
    /// The currency.
    pub currency: Arc<str>,
    /// Which total.
    pub what: Total,
    /// The total in that currency; none in a sum of several.
    pub amount: Option<Money>,
    /// The rate; none for the company's own currency.
    pub rate: Option<DatedRate>,
    /// The total in the company's currency, rounded.
    pub own_amount: Money,
}

/// The columns of `company-currency.csv`; `lang` is the language of the table's words.
pub fn columns(lang: Lang) -> Vec<Column<ConvertedRow>> {
    vec![
        Column::spoken(headings::CURRENCY, lang, |row, lang| {
            Cell::text(if row.amount.is_some() { &row.currency } else { lang.pick("total", "合计") })
        }),
        Column::new(headings::TOTAL_OF, |row| Cell::Word(row.what.word())),
        Column::new(headings::AMOUNT, |row| Cell::maybe(row.amount, Cell::Money)),
        Column::new(headings::EXCHANGE_RATE, |row| {
            Cell::maybe(row.rate, |dated| Cell::Price(dated.rate.exact().into()))
        }),
        Column::new(headings::RATE_DATE, |row| Cell::maybe(row.rate, |rate| Cell::Date(rate.date))),
        Column::new(headings::COMPANY_AMOUNT, |row| Cell::Money(row.own_amount)),
    ]
}
