//! Cells as a person sees them: numbers without the noise of binary floats, dates as dates.

use std::borrow::Cow;

use calamine::{DataType, ExcelDateTime};
use chrono::{NaiveDate, NaiveTime, TimeDelta};

use crate::money::{Money, Number};

/// Significant digits that a spreadsheet keeps of a number.
const DIGITS: i32 = 15;

/// The text of a cell: of a formula its last result, of an error the error.
pub fn text_of<V: DataType>(value: &V) -> Cow<'_, str> {
    if let Some(text) = value.get_string() {
        return Cow::Borrowed(text);
    }
    let text = if let Some(number) = value.get_float() {
        number_text(number)
    } else if let Some(number) = value.get_int() {
        // Whole numbers of a .xls have at most ten digits.
        number.to_string()
    } else if let Some(date) = value.get_datetime() {
        date_text(&date)
    } else if let Some(date) = value.get_datetime_iso() {
        date.replacen('T', " ", 1)
    } else if let Some(duration) = value.get_duration_iso() {
        duration.to_owned()
    } else if let Some(truth) = value.get_bool() {
        if truth { "TRUE".to_owned() } else { "FALSE".to_owned() }
    } else {
        value.get_error().map(ToString::to_string).unwrap_or_default()
    };
    Cow::Owned(text)
}

/// An amount of money as it is shown with two decimals, where the cell holds more: of a formula, mostly.
pub fn as_shown(amount: Cow<'_, str>) -> Cow<'_, str> {
    let hides_some = amount.split_once('.').is_some_and(|(_, fraction)| fraction.len() > 2);
    let shown = || Number::parse(amount.as_bytes()).and_then(Money::shown_rounded).ok();
    match hides_some.then(shown).flatten() {
        Some(money) => Cow::Owned(money.to_string()),
        None => amount,
    }
}

/// How many decimals a number format shows, of positive numbers and of negative ones alike; `None` where it shows
/// something else than the plain decimal (a percentage, thousands, a date), or nobody knows (`General`).
pub fn decimals_shown(format: &str) -> Option<usize> {
    let mut sections = vec![String::new()];
    let mut chars = format.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => _ = chars.find(|&end| end == '"'),
            // Colours, conditions, currencies.
            '[' => _ = chars.find(|&end| end == ']'),
            // A character as it stands, as room, as filling.
            '\\' | '_' | '*' => _ = chars.next(),
            ';' => sections.push(String::new()),
            c => sections.last_mut()?.push(c),
        }
    }
    let mut decimals = sections.iter().take(2).map(|section| decimals_of(section));
    let first = decimals.next()??;
    decimals.all(|other| other == Some(first)).then_some(first)
}

fn decimals_of(section: &str) -> Option<usize> {
    let is_digit = |c: char| matches!(c, '0' | '#' | '?');
    let plain = |c: char| is_digit(c) || " .,+-()$€£¥￥".contains(c);
    let (whole, fraction) = section.split_once('.').unwrap_or((section, ""));
    let is_plain = section.chars().all(plain) && whole.contains(is_digit) && !fraction.contains([',', '.']);
    // A comma behind the last digit would show thousands.
    let scales = whole.trim_end_matches(|c| !is_digit(c) && c != ',').ends_with(',');
    (is_plain && !scales).then(|| fraction.chars().filter(|&c| is_digit(c)).count())
}

/// The decimal that the binary float stands for: at most 15 significant digits and 15 decimals, without an exponent.
///
/// From 16 digits before the point on the float has lost some, so that it keeps its exponent (`2.6332E+19`): where an
/// identifier should stand, that is refused as one that a spreadsheet has cut.
fn number_text(number: f64) -> String {
    let scientific = format!("{number:.*e}", DIGITS as usize - 1);
    let Some((mantissa, exponent)) = scientific.split_once('e') else { return scientific };
    let Ok(exponent) = exponent.parse::<i32>() else { return scientific };
    if exponent >= DIGITS {
        return format!("{}E+{exponent}", without_zeros(mantissa));
    }
    let decimals = usize::try_from((DIGITS - 1 - exponent).min(DIGITS)).unwrap_or_default();
    let plain = format!("{number:.decimals$}");
    match without_zeros(&plain) {
        "-0" => "0".to_owned(),
        text => text.to_owned(),
    }
}

/// A decimal without the zeros at its end.
fn without_zeros(decimal: &str) -> &str {
    if decimal.contains('.') { decimal.trim_end_matches('0').trim_end_matches('.') } else { decimal }
}

/// A date, with its time where it has one, to the second; a time alone; a number of days for anything else.
fn date_text(date: &ExcelDateTime) -> String {
    let days = date.as_f64();
    if days < 0.0 || date.is_duration() {
        return number_text(days);
    }
    let (year, month, day, hour, minute, second, milli) = date.to_ymd_hms_milli();
    let clock = NaiveTime::from_hms_opt(hour.into(), minute.into(), second.into());
    let calendar = NaiveDate::from_ymd_opt(year.into(), month.into(), day.into());
    let (Some(clock), Some(calendar)) = (clock, calendar) else { return number_text(days) };
    let rounded = TimeDelta::seconds(i64::from(milli >= 500));
    let Some(moment) = calendar.and_time(clock).checked_add_signed(rounded) else { return number_text(days) };
    let form = match (days < 1.0, moment.time() == NaiveTime::MIN) {
        (true, _) => "%H:%M:%S",
        (false, true) => "%Y-%m-%d",
        (false, false) => "%Y-%m-%d %H:%M:%S",
    };
    moment.format(form).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType::{DateTime, TimeDelta};

    #[test]
    fn a_float_becomes_the_decimal_that_a_person_sees() {
        for (number, text) in [
            (0.300_000_000_000_000_04, "0.3"),
            (11409.56, "11409.56"),
            (3_565.486_725_663_717_4, "3565.48672566372"),
            (1_234_567.0, "1234567"),
            (-0.0, "0"),
            (-1130.0, "-1130"),
            (0.13, "0.13"),
            (0.000_000_1, "0.0000001"),
            (5.55e-17, "0"),
            (0.999_999_999_999_999_9, "1"),
            (100.0, "100"),
            (999_999_999_999_999.0, "999999999999999"),
            (1_000_000_000_000_000.0, "1E+15"),
            (26_332_000_000_012_345_678.0, "2.63320000000123E+19"),
        ] {
            assert_eq!(number_text(number), text);
        }
    }

    #[test]
    fn formats_say_how_many_decimals_a_person_sees() {
        for (format, decimals) in [
            ("0.00", Some(2)),
            ("#,##0.00", Some(2)),
            ("#,##0.00_);[Red](#,##0.00)", Some(2)),
            ("_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* \"-\"??_ ;_ @_ ", Some(2)),
            ("[$¥-804]#,##0.00;-[$¥-804]#,##0.00", Some(2)),
            ("0.00\"元\"", Some(2)),
            ("0", Some(0)),
            ("#,##0.000", Some(3)),
            ("0.00;0", None),
            ("0.00%", None),
            ("0.00E+00", None),
            ("0.00,", None),
            ("#,##0,", None),
            ("#,##0.00;;", None),
            ("General", None),
            ("G/通用格式", None),
            ("yyyy-mm-dd", None),
            ("mm:ss.0", None),
            ("# ?/?", None),
            ("@", None),
            ("", None),
            ("\"", None),
        ] {
            assert_eq!(decimals_shown(format), decimals, "{format}");
        }
    }

    #[test]
    fn hidden_decimals_of_an_amount_are_rounded_half_away_from_zero() {
        for (held, shown) in [
            ("1234.5678", "1234.57"),
            ("0.005", "0.01"),
            ("-0.005", "-0.01"),
            ("2.675", "2.68"),
            ("0.004999", "0.00"),
            ("100", "100"),
            ("100.5", "100.5"),
            ("2.63320000000123E+19", "2.63320000000123E+19"),
            ("2026.01.31", "2026.01.31"),
        ] {
            assert_eq!(as_shown(Cow::Borrowed(held)), shown);
        }
    }

    #[test]
    fn dates_are_dates_in_both_systems() {
        let text = |days, is_1904| date_text(&ExcelDateTime::new(days, DateTime, is_1904));
        assert_eq!(text(46053.0, false), "2026-01-31");
        assert_eq!(text(46053.0 - 1462.0, true), "2026-01-31");
        assert_eq!(text(46_053.481_504_629_6, false), "2026-01-31 11:33:22");
        assert_eq!(text(46_053.999_999_9, false), "2026-02-01");
        assert_eq!(text(0.5, false), "12:00:00");
        assert_eq!(text(-3.0, false), "-3");
        assert_eq!(text(60.0, false), "60", "29 February 1900, which never was");
        assert_eq!(date_text(&ExcelDateTime::new(1.5, TimeDelta, false)), "1.5");
    }
}
