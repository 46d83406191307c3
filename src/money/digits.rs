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
    let fours = (value / 10_000) | (value % 10_000) << 32;
    let hundreds = (fours * 10_486) >> 20 & 0x7f_0000_007f;
    let pairs = hundreds | (fours - hundreds * 100) << 16;
    let tens = (pairs * 103) >> 10 & 0x000f_000f_000f_000f;
    tens | (pairs - tens * 10) << 8
}

/// Appends the first `count` of eight bytes.
#[inline]
fn append(out: &mut Vec<u8>, bytes: u64, count: usize) {
    // What is seldom needed stands elsewhere: here nothing has to be kept over a call.
    if out.capacity() - out.len() < bytes.to_le_bytes().len() {
        return append_to_full(out, bytes, count);
    }
    let end = out.len() + count;
    out.extend_from_slice(&bytes.to_le_bytes());
    out.truncate(end);
}

#[cold]
fn append_to_full(out: &mut Vec<u8>, bytes: u64, count: usize) {
    out.reserve(bytes.to_le_bytes().len());
    append(out, bytes, count);
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

/// Appends so many hundredths, with a minus where `negative`, and with both decimals.
pub(crate) fn push_hundredths(out: &mut Vec<u8>, negative: bool, units: u64) {
    match units {
        _ if negative => push_negative(out, units, push_hundredths),
        0..SHORT => push_short::<2>(out, units, true),
        _ => push_long_hundredths(out, units),
    }
}

/// Appends so many millionths, with a minus where `negative`, and without zeros behind the point's last decimal.
pub(crate) fn push_millionths(out: &mut Vec<u8>, negative: bool, units: u64) {
    // Quantities seldom have more than three decimals.
    let thousandths = units / 1000;
    match thousandths {
        _ if negative => push_negative(out, units, push_millionths),
        0..SHORT if thousandths * 1000 == units => push_short::<3>(out, thousandths, false),
        _ => push_long_millionths(out, units),
    }
}

#[cold]
fn push_negative(out: &mut Vec<u8>, units: u64, push: fn(&mut Vec<u8>, bool, u64)) {
    out.push(b'-');
    push(out, false, units);
}

#[inline(never)]
fn push_long_hundredths(out: &mut Vec<u8>, units: u64) {
    push_whole(out, units / 100);
    push_point(out, eight_digits(units % 100 * 1_000_000), 2);
}

#[inline(never)]
fn push_long_millionths(out: &mut Vec<u8>, units: u64) {
    push_whole(out, units / 1_000_000);
    let decimals = eight_digits(units % 1_000_000 * 100);
    if decimals > 0 {
        push_point(out, decimals, FEW - decimals.leading_zeros() / 8);
    }
}

/// Numbers below have at most seven digits, which with a point between them are eight bytes.
const SHORT: u64 = MANY / 10;

/// Appends `units × 10^-PLACES`, of less than [`SHORT`] units: with all decimals, or without the zeros at their end.
#[inline]
fn push_short<const PLACES: u32>(out: &mut Vec<u8>, units: u64, all_decimals: bool) {
    let wholes = FEW - 1 - PLACES;
    let digits = eight_digits(units);
    // The first of eight digits is nought: the others before the point take a step, which makes room for it.
    let decimals = u64::MAX << (8 * (FEW - PLACES));
    let digits = digits & decimals | (digits & !decimals) >> 8;
    let text = digits | ZEROS ^ u64::from(b'0' ^ b'.') << (8 * wholes);
    let before = (digits.trailing_zeros() / 8).min(wholes - 1);
    let behind = match digits.leading_zeros() / 8 {
        _ if all_decimals => 0,
        zeros if zeros < PLACES => zeros,
        _ => PLACES + 1,
    };
    append(out, text >> (8 * before), (FEW - before - behind) as usize);
}

/// Appends a point and the first `places` of eight digits, at most seven.
#[inline]
fn push_point(out: &mut Vec<u8>, digits: u64, places: u32) {
    append(out, (digits | ZEROS) << 8 | u64::from(b'.'), 1 + places as usize);
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
            for units in [units, units % 1_000_000_000, units % 10_000_000 * 1000, units % 10_000 * 1_000_000] {
                let money = Money::from_cents(i128::from(units));
                prop_assert_eq!(written(|out| money.write_to(out)), money.to_string());
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
