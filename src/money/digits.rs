//! Decimal text written straight into a buffer, up to eight digits in one go. A report has millions of figures;
//! formatting each of them into a text of its own would take longer than computing it.

/// The most digits that are put together in one go.
const FEW: u32 = 8;
/// The least number that has more of them.
const MANY: u64 = 10u64.pow(FEW);

/// Eight zeros, as text.
const ZEROS: u64 = u64::from_le_bytes(*b"00000000");

/// The digits of a number below 10⁸ as eight bytes, the first digit lowest: quotient and rest of all, of fours, of
/// pairs, each next to the other.
const fn eight_digits(value: u64) -> u64 {
    let fours = value / 10_000 | (value % 10_000) << 32;
    let hundreds = fours * 10_486 >> 20 & 0x7f_0000_007f;
    let pairs = hundreds | (fours - hundreds * 100) << 16;
    let tens = pairs * 103 >> 10 & 0x000f_000f_000f_000f;
    tens | (pairs - tens * 10) << 8
}

/// Appends the first `count` of eight bytes.
#[inline]
fn append(out: &mut Vec<u8>, bytes: u64, count: usize) {
    let end = out.len() + count;
    out.extend_from_slice(&bytes.to_le_bytes());
    out.truncate(end);
}

/// Appends a whole number of at most eight digits, with as many zeros in front as make it `width` digits, at most eight.
#[inline]
fn push_few(out: &mut Vec<u8>, value: u64, width: u32) {
    let digits = eight_digits(value);
    let zeros = (digits.trailing_zeros() / 8).min(FEW - width);
    append(out, (digits | ZEROS) >> (8 * zeros), (FEW - zeros) as usize);
}

/// Appends a whole number.
#[inline]
pub(crate) fn push_whole(out: &mut Vec<u8>, value: u64) {
    push_padded(out, value, 1);
}

/// Appends a whole number with as many zeros in front as make it `width` digits; there are eight at most.
#[inline]
pub(crate) fn push_padded(out: &mut Vec<u8>, value: u64, width: u32) {
    if value < MANY {
        push_few(out, value, width.clamp(1, FEW));
    } else {
        push_many(out, value);
    }
}

/// Appends a whole number of more than eight digits.
#[cold]
fn push_many(out: &mut Vec<u8>, value: u64) {
    push_padded(out, value / MANY, 1);
    push_few(out, value % MANY, FEW);
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
    const { assert!(PLACES < FEW, "the point and all decimals are eight bytes") };
    let (whole, fraction) = (units / 10u64.pow(PLACES), units % 10u64.pow(PLACES));
    if negative {
        out.push(b'-');
    }
    if whole < 10 {
        out.push(b'0' + whole as u8);
    } else {
        push_whole(out, whole);
    }
    if fraction > 0 || all_decimals {
        let decimals = eight_digits(fraction * 10u64.pow(FEW - PLACES));
        let places = if all_decimals { PLACES } else { FEW - decimals.leading_zeros() / 8 };
        append(out, (decimals | ZEROS) << 8 | u64::from(b'.'), 1 + places as usize);
    }
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
        assert_eq!(written(|out| push_padded(out, 12_345, 3)), "12345");
    }

    #[test]
    fn amounts_beyond_64_bits_are_written_too() {
        let huge = Money::from_cents(-i128::from(u64::MAX) * 1000 - 5);
        assert_eq!(written(|out| huge.write_to(out)), huge.to_string());
    }

    proptest! {
        #[test]
        fn whole_numbers_are_written_as_display_writes_them(value in any::<u64>(), bits in 0u32..64, width in 1usize..9) {
            let value = value >> bits;
            prop_assert_eq!(written(|out| push_whole(out, value)), value.to_string());
            prop_assert_eq!(written(|out| push_padded(out, value, width as u32)), format!("{value:0width$}"));
        }

        #[test]
        fn the_buffer_and_display_agree(units in any::<i64>(), wide in any::<i128>(), rate in 0i64..=20_000) {
            let money = Money::from_cents(i128::from(units));
            prop_assert_eq!(written(|out| money.write_to(out)), money.to_string());
            for units in [units, units % 1_000_000_000, units % 1_000_000 * 1000, units % 1000 * 1_000_000] {
                let narrow = Exact::from_narrow(units);
                prop_assert_eq!(written(|out| narrow.write_to(out)), narrow.to_string());
            }
            let wide = Exact::from_scaled(wide / 1_000, Exact::WIDE_PLACES);
            prop_assert_eq!(written(|out| wide.write_to(out)), wide.to_string());
            let rate = Rate::parse_percent(&format!("{}.{:02}%", rate / 100, rate % 100)).unwrap();
            prop_assert_eq!(written(|out| rate.write_to(out)), rate.to_string());
        }
    }
}
