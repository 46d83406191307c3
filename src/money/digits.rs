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

/// Decimal text that is put together from its end; it ends in the middle of its room, so that as many bytes as the
/// longest text has can be copied from wherever it starts.
struct Digits {
    text: [u8; 2 * ROOM],
    start: usize,
}

/// Appends what `write` puts together.
#[inline]
fn append(out: &mut Vec<u8>, write: impl FnOnce(&mut Digits)) {
    let mut digits = Digits { text: [0; 2 * ROOM], start: ROOM };
    write(&mut digits);
    let Some(text) = digits.text[digits.start % ROOM..].first_chunk::<ROOM>() else { return };
    let end = out.len() + ROOM - digits.start;
    out.extend_from_slice(text);
    out.truncate(end);
}

impl Digits {
    /// Puts a byte before the text. Every place is in the room; said like this, no check of it is left.
    #[inline]
    fn put(&mut self, byte: u8) {
        self.start -= 1;
        self.text[self.start % ROOM] = byte;
    }

    #[inline]
    fn put_pair(&mut self, pair: u64) {
        let [tens, units] = PAIRS[(pair % 100) as usize];
        self.put(units);
        self.put(tens);
    }

    /// Puts the digits of a whole number before the text.
    #[inline]
    fn put_whole(&mut self, mut value: u64) {
        while value >= 100 {
            self.put_pair(value);
            value /= 100;
        }
        if value >= 10 {
            self.put_pair(value);
        } else {
            self.put(b'0' + value as u8);
        }
    }

    /// Puts so many digits before the text, with zeros in front.
    #[inline]
    fn put_padded(&mut self, mut value: u64, width: usize) {
        for _ in 0..width / 2 {
            self.put_pair(value);
            value /= 100;
        }
        if width % 2 == 1 {
            self.put(b'0' + (value % 10) as u8);
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
    let (whole, mut fraction) = (units / 10u64.pow(PLACES), units % 10u64.pow(PLACES));
    if whole < 10 && fraction == 0 && !all_decimals && !negative {
        return out.push(b'0' + whole as u8);
    }
    append(out, |digits| {
        if fraction > 0 || all_decimals {
            let mut places = PLACES as usize;
            if !all_decimals {
                if places == 6 && fraction.is_multiple_of(1000) {
                    (fraction, places) = (fraction / 1000, 3);
                }
                while fraction.is_multiple_of(10) {
                    (fraction, places) = (fraction / 10, places - 1);
                }
            }
            digits.put_padded(fraction, places);
            digits.put(b'.');
        }
        digits.put_whole(whole);
        if negative {
            digits.put(b'-');
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
