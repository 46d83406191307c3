//! A cell as files carry it, the same in CSV and JSON: money with two decimals, quantities and prices without
//! trailing zeros, rates as fractions, ISO dates, codes for words.

use chrono::{Datelike, NaiveDate};

use super::Cell;
use crate::money::digits::{push_padded, push_whole};

/// Appends the text of a cell; nothing where the value is absent.
#[allow(clippy::inline_always)] // as `csv::push_cell`
#[inline(always)]
pub(super) fn push(out: &mut Vec<u8>, cell: &Cell<'_>) {
    match cell {
        Cell::Text(text) | Cell::Name(text) => out.extend_from_slice(text.as_bytes()),
        Cell::Raw(text) | Cell::RawName(text) => out.extend_from_slice(text.bytes()),
        Cell::Codes(codes) => out.extend_from_slice(codes.as_bytes()),
        Cell::Word(word) => out.extend_from_slice(word.code.as_bytes()),
        Cell::Money(money) => money.write_to(out),
        Cell::Quantity(quantity) => quantity.write_to(out),
        Cell::Price(price) => price.write_to(out),
        Cell::Rate(rate) => rate.write_to(out),
        Cell::Count(count) => push_whole(out, *count),
        Cell::Days(days) => push_days(out, *days),
        Cell::Date(date) => push_date(out, *date),
        Cell::Flag(flag) => out.extend_from_slice(if *flag { b"yes" } else { b"no" }),
        Cell::Empty => {}
    }
}

fn push_days(out: &mut Vec<u8>, days: i64) {
    if days < 0 {
        out.push(b'-');
    }
    push_whole(out, days.unsigned_abs());
}

/// `YYYY-MM-DD`; a year beyond four digits as chrono writes it.
fn push_date(out: &mut Vec<u8>, date: NaiveDate) {
    let Some(year) = u64::try_from(date.year()).ok().filter(|&year| year <= 9999) else {
        return out.extend_from_slice(date.to_string().as_bytes());
    };
    push_padded(out, year, 4);
    out.push(b'-');
    push_padded(out, date.month().into(), 2);
    out.push(b'-');
    push_padded(out, date.day().into(), 2);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_iso_whatever_the_year() {
        for (year, month, day) in [(2026, 1, 5), (812, 12, 31), (12_026, 2, 3), (-4, 5, 6)] {
            let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            let mut out = Vec::new();
            push(&mut out, &Cell::Date(date));
            assert_eq!(String::from_utf8(out).unwrap(), date.to_string());
        }
    }
}
