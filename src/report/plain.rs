//! A cell as files carry it, the same in CSV and JSON: money with two decimals, quantities and prices without
//! trailing zeros, rates as fractions, ISO dates, codes for words.

use chrono::{Datelike, NaiveDate};

use super::Cell;
use crate::money::digits::{self, push_whole};
use crate::rows::Room;

/// Writes the text of a cell; nothing where the value is absent.
#[inline(always)] // as `csv::push_cell`
pub(super) fn push<'r>(room: Room<'r>, cell: &Cell<'_>) -> Room<'r> {
    match cell {
        Cell::Text(text) | Cell::Name(text) => room.text(text.as_bytes()),
        Cell::Raw(text) | Cell::RawName(text) => room.text(text),
        Cell::Codes(codes) => room.text(codes.as_bytes()),
        Cell::Word(word) => room.text(word.code.as_bytes()),
        Cell::Money(money) => money.write_to(room),
        Cell::Quantity(quantity) => quantity.write_to(room),
        Cell::Price(price) => price.write_to(room),
        Cell::Rate(rate) => rate.write_to(room),
        Cell::Count(count) => push_whole(room, *count),
        Cell::Days(days) => push_days(room, *days),
        Cell::Date(date) => push_date(room, *date),
        Cell::Flag(flag) => room.text(if *flag { b"yes" } else { b"no" }),
        Cell::Empty => room,
    }
}

fn push_days(room: Room<'_>, days: i64) -> Room<'_> {
    let room = if days < 0 { room.byte(b'-') } else { room };
    push_whole(room, days.unsigned_abs())
}

/// `YYYY-MM-DD`; a year beyond four digits as chrono writes it.
fn push_date(room: Room<'_>, date: NaiveDate) -> Room<'_> {
    match u32::try_from(date.year()) {
        Ok(year @ 0..=9999) => digits::push_date(room, [year, date.month(), date.day()]),
        _ => room.text(date.to_string().as_bytes()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Rows;

    #[test]
    fn dates_are_iso_whatever_the_year() {
        for (year, month, day) in [(2026, 1, 5), (812, 12, 31), (12_026, 2, 3), (-4, 5, 6)] {
            let date = NaiveDate::from_ymd_opt(year, month, day).unwrap();
            let mut rows = Rows::default();
            rows.add(|room| push(room, &Cell::Date(date)));
            assert_eq!(rows.bytes(), date.to_string().as_bytes());
        }
    }
}
