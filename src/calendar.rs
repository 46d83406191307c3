//! Days: the as-of date, the forms in which exports write a date, days between dates, month ends.

pub mod workdays;

use std::fmt;
use std::str::FromStr;

use chrono::{Datelike, Days, Months, NaiveDate};
use unicode_normalization::UnicodeNormalization;

use crate::money::number::undress;

/// The day whose end a report shows: what is dated later is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AsOf(pub NaiveDate);

impl AsOf {
    /// Whether a document of this date belongs to the state shown.
    pub fn includes(self, date: NaiveDate) -> bool {
        date <= self.0
    }

    /// Days from `date` to the as-of date; negative where the date is still to come.
    pub fn days_since(self, date: NaiveDate) -> i64 {
        (self.0 - date).num_days()
    }
}

impl fmt::Display for AsOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for AsOf {
    type Err = DateFault;

    fn from_str(text: &str) -> Result<AsOf, DateFault> {
        parse_date(text.as_bytes(), None).map(AsOf)
    }
}

/// The order of day, month and year where a date's form leaves it open (`3/4/2026`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// Year, month, day: only years of four digits in front are read.
    YearMonthDay,
    /// Month, day, year.
    MonthDayYear,
    /// Day, month, year.
    DayMonthYear,
}

/// Why a text is not a date that recv can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFault {
    /// No text.
    Blank,
    /// Not written as a date.
    NotADate,
    /// A day that no calendar has (30 February).
    NoSuchDay,
    /// Day and month can be read either way, and the policy does not say which.
    Ambiguous,
    /// A month without a day.
    MonthOnly,
}

/// Reads a date: `2026-01-05`, `2026/1/5`, `2026.1.5`, `20260105`, `2026年1月5日`, each with or without a time, or a
/// spreadsheet's day number (46027). A form that begins with day or month, or whose year has two digits, needs `order`.
///
/// ```
/// use recv::calendar::{DateOrder, parse_date};
/// let read = |text: &str| parse_date(text.as_bytes(), None).unwrap().to_string();
/// assert_eq!(read("2026年1月5日"), "2026-01-05");
/// assert_eq!(read("2026/1/5 0:00"), "2026-01-05");
/// assert!(parse_date(b"1/5/2026", None).is_err());
/// assert_eq!(parse_date(b"1/5/2026", Some(DateOrder::MonthDayYear)).unwrap().to_string(), "2026-01-05");
/// ```
pub fn parse_date(text: &[u8], order: Option<DateOrder>) -> Result<NaiveDate, DateFault> {
    if let Some(date) = iso_date(text) {
        return Ok(date);
    }
    let text = std::str::from_utf8(text).map_err(|_| DateFault::NotADate)?;
    let folded: String = text.nfkc().collect();
    let bare = undress(&folded);
    if bare.is_empty() {
        return Err(DateFault::Blank);
    }
    other_date(date_part(bare), order)
}

/// `YYYY-MM-DD` exactly, the form of most files.
#[inline]
fn iso_date(text: &[u8]) -> Option<NaiveDate> {
    let &[y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = text else { return None };
    let digits = [y1, y2, y3, y4, m1, m2, d1, d2].map(|byte| u32::from(byte.wrapping_sub(b'0')));
    if digits.iter().any(|&digit| digit > 9) {
        return None;
    }
    let [y1, y2, y3, y4, m1, m2, d1, d2] = digits;
    let year = y1 * 1000 + y2 * 100 + y3 * 10 + y4;
    NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, m1 * 10 + m2, d1 * 10 + d2)
}

/// The date of a date and time.
fn date_part(text: &str) -> &str {
    let end = text.find(|c: char| c == 'T' || c.is_whitespace()).unwrap_or(text.len());
    let (date, time) = text.split_at(end);
    let is_time =
        |c: char| c.is_ascii_digit() || matches!(c, ':' | '.' | 'T' | 'Z' | '+' | '-') || c.is_whitespace();
    if time.chars().all(is_time) { date } else { text }
}

fn other_date(text: &str, order: Option<DateOrder>) -> Result<NaiveDate, DateFault> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return undivided_date(text);
    }
    let plain = text.replace(['年', '月'], "-");
    let plain = plain.strip_suffix('日').unwrap_or(&plain).trim_end_matches('-');
    let parts: Vec<&str> = plain.split(['-', '/', '.']).collect();
    let numbers: Vec<u32> =
        parts.iter().map(|part| small_number(part)).collect::<Option<_>>().ok_or(DateFault::NotADate)?;
    match (parts.as_slice(), numbers.as_slice()) {
        ([year, _, _], &[y, m, d]) if year.len() == 4 => date_of(y, m, d),
        ([_, _, year], &[a, b, y]) if year.len() == 4 => match order {
            Some(DateOrder::MonthDayYear) => date_of(y, a, b),
            Some(DateOrder::DayMonthYear) => date_of(y, b, a),
            Some(DateOrder::YearMonthDay) => Err(DateFault::NotADate),
            None => Err(DateFault::Ambiguous),
        },
        ([year, _], _) if year.len() == 4 => Err(DateFault::MonthOnly),
        ([_, _, _], &[a, b, c]) if parts.iter().all(|part| part.len() <= 2) => match order {
            // Two digits of a year are of this century, once the policy says where the year stands.
            Some(DateOrder::YearMonthDay) => date_of(2000 + a, b, c),
            Some(DateOrder::MonthDayYear) => date_of(2000 + c, a, b),
            Some(DateOrder::DayMonthYear) => date_of(2000 + c, b, a),
            None => Err(DateFault::Ambiguous),
        },
        _ => Err(DateFault::NotADate),
    }
}

fn small_number(text: &str) -> Option<u32> {
    (1..=4).contains(&text.len()).then(|| text.parse().ok()).flatten()
}

/// `YYYYMMDD`, or a spreadsheet's count of days since 1899-12-30.
fn undivided_date(text: &str) -> Result<NaiveDate, DateFault> {
    let number: u32 = text.parse().map_err(|_| DateFault::NotADate)?;
    match text.len() {
        8 => date_of(number / 10_000, number / 100 % 100, number % 100),
        6 if (190_001..=210_012).contains(&number) => Err(DateFault::MonthOnly),
        5 if (20_000..=80_000).contains(&number) => {
            let day_zero = NaiveDate::from_ymd_opt(1899, 12, 30).ok_or(DateFault::NotADate)?;
            day_zero.checked_add_days(Days::new(u64::from(number))).ok_or(DateFault::NotADate)
        }
        _ => Err(DateFault::NotADate),
    }
}

fn date_of(year: u32, month: u32, day: u32) -> Result<NaiveDate, DateFault> {
    let year = i32::try_from(year).map_err(|_| DateFault::NoSuchDay)?;
    NaiveDate::from_ymd_opt(year, month, day).ok_or(DateFault::NoSuchDay)
}

/// The last day of the date's month.
pub fn month_end(date: NaiveDate) -> NaiveDate {
    date.with_day(1)
        .and_then(|first| first.checked_add_months(Months::new(1)))
        .and_then(|next| next.pred_opt())
        .unwrap_or(date)
}

/// So many months later: the same day of the month, or its last day where it is shorter.
pub fn plus_months(date: NaiveDate, months: u32) -> NaiveDate {
    date.checked_add_months(Months::new(months)).unwrap_or(NaiveDate::MAX)
}

/// So many days later (earlier where negative), held at the calendar's ends.
pub fn plus_days(date: NaiveDate, days: i64) -> NaiveDate {
    let step = Days::new(days.unsigned_abs());
    let moved = if days < 0 { date.checked_sub_days(step) } else { date.checked_add_days(step) };
    moved.unwrap_or(if days < 0 { NaiveDate::MIN } else { NaiveDate::MAX })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, DateFault> {
        parse_date(text.as_bytes(), None).map(|date| date.to_string())
    }

    #[test]
    fn the_forms_of_real_exports_are_dates() {
        for text in [
            "2025-01-05",
            "2025/1/5",
            "2025.1.5",
            "20250105",
            "2025年1月5日",
            "2025年01月05日",
            "2025-01-05 21:38:43",
            "2025-01-05T00:00:00",
            "2025/1/5 0:00",
            " 2025-01-05 ",
            "２０２５-01-05",
            "45662",
            "'2025-01-05",
        ] {
            assert_eq!(read(text).as_deref(), Ok("2025-01-05"), "{text}");
        }
    }

    #[test]
    fn what_is_no_date_or_an_open_one_is_refused() {
        assert_eq!(read(""), Err(DateFault::Blank));
        assert_eq!(read("2025-02-30"), Err(DateFault::NoSuchDay));
        assert_eq!(read("2025-01"), Err(DateFault::MonthOnly));
        assert_eq!(read("3/4/2025"), Err(DateFault::Ambiguous));
        assert_eq!(read("25/1/5"), Err(DateFault::Ambiguous));
        for text in ["soon", "2025-01-05x", "12345678901", "19999", "2025-1-5-1", "见附件"] {
            assert!(read(text).is_err(), "{text}");
        }
    }

    #[test]
    fn a_stated_order_settles_short_years_and_months_first() {
        let read = |text: &str, order| parse_date(text.as_bytes(), Some(order)).map(|date| date.to_string());
        let expected = Ok("2025-01-05".to_owned());
        assert_eq!(read("25/1/5", DateOrder::YearMonthDay), expected);
        assert_eq!(read("1/5/25", DateOrder::MonthDayYear), expected);
        assert_eq!(read("5.1.2025", DateOrder::DayMonthYear), expected);
        assert_eq!(read("5/1/2025", DateOrder::YearMonthDay), Err(DateFault::NotADate));
        assert_eq!(read("125/1/5", DateOrder::YearMonthDay), Err(DateFault::NotADate));
    }

    #[test]
    fn month_ends_know_leap_years() {
        let day = |text| read(text).unwrap().parse::<NaiveDate>().unwrap();
        assert_eq!(month_end(day("2024-02-01")).to_string(), "2024-02-29");
        assert_eq!(month_end(day("2023-12-31")).to_string(), "2023-12-31");
        assert_eq!(plus_days(day("2022-01-31"), 30).to_string(), "2022-03-02");
        assert_eq!(plus_months(day("2024-01-31"), 1).to_string(), "2024-02-29");
        assert_eq!(plus_months(day("2023-12-15"), 14).to_string(), "2025-02-15");
        assert_eq!(plus_months(day("2023-12-15"), u32::MAX), NaiveDate::MAX);
    }
}
