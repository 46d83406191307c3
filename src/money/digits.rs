//! Decimal text written straight into a buffer. A report has millions of figures; formatting each of them into a
//! text of its own would take longer than computing it.

/// Appends a whole number.
pub(crate) fn push_whole(out: &mut Vec<u8>, value: u64) {
    if value < 10 {
        return out.push(b'0' + value as u8);
    }
    let digits = value.ilog10() as usize + 1;
    push_padded(out, value, digits);
}

/// Digits of the largest 64-bit number.
const MOST_DIGITS: usize = 20;

/// Appends a whole number of at most `width` digits, with zeros in front; never more than [`MOST_DIGITS`] of them.
#[inline]
pub(crate) fn push_padded(out: &mut Vec<u8>, mut value: u64, width: usize) {
    let mut digits = [b'0'; MOST_DIGITS];
    let used = &mut digits[MOST_DIGITS - width.min(MOST_DIGITS)..];
    for digit in used.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
    out.extend_from_slice(used);
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
