//! Decimal text written straight into a buffer. A report has millions of figures; formatting each of them into a
//! text of its own would take longer than computing it.

/// The numbers from 0 to 99, two digits each.
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut number = 0;
    while number < pairs.len() {
        pairs[number] = [b'0' + (number / 10) as u8, b'0' + (number % 10) as u8];
        number += 1;
    }
    pairs
};

/// Digits of the largest 64-bit number.
const MOST_DIGITS: usize = 20;

/// Room for the longest text: all digits, a sign, a point and the decimals, in a power of two.
const ROOM: usize = 32;

/// Decimal text that is put together where it belongs: at the end of a buffer, which is given [`ROOM`] first and cut to
/// length in the end.
struct Digits<'a> {
    text: &'a mut [u8; ROOM],
    /// How much of the room is used.
    end: usize,
}

/// Appends what `write` puts into the room.
#[inline]
fn append(out: &mut Vec<u8>, write: impl FnOnce(&mut Digits<'_>)) {
    let before = out.len();
    out.extend_from_slice(&[0; ROOM]);
    let Some(text) = out.last_chunk_mut() else { return };
    let mut digits = Digits { text, end: 0 };
    write(&mut digits);
    let end = before + digits.end;
    out.truncate(end);
}

impl Digits<'_> {
    /// A byte of the room. Every place is below [`ROOM`]; said like this, no check of it is left.
    #[inline]
    fn at(&mut self, place: usize) -> &mut u8 {
        &mut self.text[place % ROOM]
    }

    #[inline]
    fn put(&mut self, byte: u8) {
        *self.at(self.end) = byte;
        self.end += 1;
    }

    /// The digits of a whole number.
    #[inline]
    fn put_whole(&mut self, value: u64) {
        let digits = value.checked_ilog10().unwrap_or_default() as usize + 1;
        self.put_padded(value, digits);
    }

    /// So many digits, with zeros in front.
    #[inline]
    fn put_padded(&mut self, mut value: u64, width: usize) {
        let start = self.end;
        self.end += width;
        let mut place = self.end;
        while place > start + 1 {
            let pair = PAIRS[(value % 100) as usize];
            value /= 100;
            place -= 2;
            [*self.at(place), *self.at(place + 1)] = pair;
        }
        if place > start {
            *self.at(start) = b'0' + (value % 10) as u8;
        }
    }
}

/// Appends a whole number.
pub(crate) fn push_whole(out: &mut Vec<u8>, value: u64) {
    if value < 10 {
        return out.push(b'0' + value as u8);
    }
    append(out, |digits| digits.put_whole(value));
}

/// Appends a whole number of at most `width` digits, with zeros in front; never more than [`MOST_DIGITS`] of them.
#[inline]
pub(crate) fn push_padded(out: &mut Vec<u8>, value: u64, width: usize) {
    append(out, |digits| digits.put_padded(value, width.min(MOST_DIGITS)));
}

/// Appends `units × 10^-PLACES`, with a minus where `negative`: with all its decimals, or without the zeros at their
/// end. There are six places at most.
#[inline]
pub(crate) fn push_decimal<const PLACES: u32>(
    out: &mut Vec<u8>,
    negative: bool,
    units: u64,
    all_decimals: bool,
) {
    const { assert!(PLACES <= 6, "the longest text has room") };
    let (whole, fraction) = (units / 10u64.pow(PLACES), units % 10u64.pow(PLACES));
    if whole < 10 && fraction == 0 && !all_decimals && !negative {
        return out.push(b'0' + whole as u8);
    }
    append(out, |digits| {
        if negative {
            digits.put(b'-');
        }
        digits.put_whole(whole);
        if fraction > 0 || all_decimals {
            digits.put(b'.');
            digits.put_padded(fraction, PLACES as usize);
            while !all_decimals && *digits.at(digits.end - 1) == b'0' {
                digits.end -= 1;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::exact::Exact;
    use crate::money::{Money, Rate};
    use proptest::prelude::*;

    fn written(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn whole_numbers_are_written_to_their_ends() {
        for value in [0, 9, 10, 1_234_567, u64::MAX] {
            assert_eq!(written(|out| push_whole(out, value)), value.to_string());
        }
        assert_eq!(written(|out| push_padded(out, 7, 3)), "007");
    }

    #[test]
    fn amounts_beyond_64_bits_are_written_too() {
        let huge = Money::from_cents(-i128::from(u64::MAX) * 1000 - 5);
        assert_eq!(written(|out| huge.write_to(out)), huge.to_string());
    }

    proptest! {
        #[test]
        fn the_buffer_and_display_agree(units in any::<i64>(), wide in any::<i128>(), rate in 0i64..=20_000) {
            let money = Money::from_cents(i128::from(units));
            prop_assert_eq!(written(|out| money.write_to(out)), money.to_string());
            let narrow = Exact::from_narrow(units);
            prop_assert_eq!(written(|out| narrow.write_to(out)), narrow.to_string());
            let wide = Exact::from_scaled(wide / 1_000, Exact::WIDE_PLACES);
            prop_assert_eq!(written(|out| wide.write_to(out)), wide.to_string());
            let rate = Rate::parse_percent(&format!("{}.{:02}%", rate / 100, rate % 100)).unwrap();
            prop_assert_eq!(written(|out| rate.write_to(out)), rate.to_string());
        }
    }
}
