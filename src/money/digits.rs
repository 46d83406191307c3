//! Decimal text written straight into a row, up to eight digits in one go. A report has millions of figures; formatting
//! each of them into a text of its own would take longer than computing it.

use crate::rows::Room;

/// The most digits that are put together in one go.
const FEW: u32 = 8;
/// The least number that has more of them.
const MANY: u64 = 10u64.pow(FEW);

/// Eight zeros, as text.
pub(crate) const ZEROS: u64 = u64::from_le_bytes(*b"00000000");

/// The digits of a number below 10⁸ as eight bytes, the first digit lowest: quotient and rest of all, of fours, of
/// pairs, each next to the other.
pub(crate) const fn eight_digits(value: u64) -> u64 {
    let fours = (value / 10_000) | (value % 10_000) << 32;
    let hundreds = (fours * 10_486) >> 20 & 0x7f_0000_007f;
    let pairs = hundreds | (fours - hundreds * 100) << 16;
    let tens = (pairs * 103) >> 10 & 0x000f_000f_000f_000f;
    tens | (pairs - tens * 10) << 8
}

/// At most eight bytes of text, the first of them lowest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Few {
    bytes: u64,
    count: usize,
}

impl Few {
    /// A whole number of at most eight digits, with as many zeros in front as make it `width` digits, at most eight.
    #[inline]
    fn of_whole(value: u64, width: u32) -> Few {
        let digits = eight_digits(value);
        let zeros = (digits.trailing_zeros() / 8).min(FEW - width);
        Few { bytes: (digits | ZEROS) >> (8 * zeros), count: (FEW - zeros) as usize }
    }

    /// So many hundredths with both decimals; `None` where there are many.
    #[inline(always)]
    pub(crate) fn of_hundredths(units: u64) -> Option<Few> {
        (units < SHORT).then(|| Few::of_short::<2>(units, true))
    }

    /// So many millionths without zeros behind the point's last decimal; `None` where there are many, or some that are no
    /// thousandths: quantities seldom have more than three decimals.
    #[inline(always)]
    pub(crate) fn of_millionths(units: u64) -> Option<Few> {
        let thousandths = units / 1000;
        (thousandths < SHORT && thousandths * 1000 == units).then(|| Few::of_short::<3>(thousandths, false))
    }

    /// Nothing, and no amount of money.
    pub(crate) const NO_QUANTITY: Few = Few { bytes: b'0' as u64, count: 1 };
    pub(crate) const NO_MONEY: Few = Few { bytes: u64::from_le_bytes(*b"0.00\0\0\0\0"), count: 4 };

    /// `units × 10^-PLACES`, of less than [`SHORT`] units: with all decimals, or without the zeros at their end.
    #[inline]
    fn of_short<const PLACES: u32>(units: u64, all_decimals: bool) -> Few {
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
        Few { bytes: text >> (8 * before), count: (FEW - before - behind) as usize }
    }

    /// A point and the first `places` of eight digits, at most seven.
    #[inline]
    fn of_decimals(digits: u64, places: u32) -> Few {
        Few { bytes: (digits | ZEROS) << 8 | u64::from(b'.'), count: 1 + places as usize }
    }

    /// Writes them.
    #[inline(always)]
    fn push(self, room: Room<'_>) -> Room<'_> {
        room.first(self.count, self.bytes.to_le_bytes())
    }

    /// Writes them, and a byte behind them.
    #[inline(always)]
    pub(crate) fn push_and(self, room: Room<'_>, behind: u8) -> Room<'_> {
        room.first_and(self.count, self.bytes.to_le_bytes(), behind)
    }
}

/// Writes a whole number.
#[inline]
pub(crate) fn push_whole(room: Room<'_>, value: u64) -> Room<'_> {
    push_padded(room, value, 1)
}

/// Writes a whole number with as many zeros in front as make it `width` digits; there are eight at most.
#[inline]
pub(crate) fn push_padded(room: Room<'_>, value: u64, width: u32) -> Room<'_> {
    if value < MANY { Few::of_whole(value, width.clamp(1, FEW)).push(room) } else { push_many(room, value) }
}

/// Writes a whole number of more than eight digits.
#[cold]
fn push_many(room: Room<'_>, value: u64) -> Room<'_> {
    Few::of_whole(value % MANY, FEW).push(push_whole(room, value / MANY))
}

/// Writes a date of the years 0 to 9999 as `YYYY-MM-DD`.
#[inline]
pub(crate) fn push_date(room: Room<'_>, [year, month, day]: [u32; 3]) -> Room<'_> {
    let digits = eight_digits(u64::from(year * 10_000 + month * 100 + day)) | ZEROS;
    let year_and_month = digits & 0xffff_ffff | (digits >> 32 & 0xffff) << 40;
    let hyphens = u64::from(b'-') << 32 | u64::from(b'-') << 56;
    let text = u128::from(year_and_month | hyphens) | u128::from(digits >> 48) << 64;
    room.first(10, text.to_le_bytes())
}

/// Writes so many hundredths, with a minus where `negative`, and with both decimals.
pub(crate) fn push_hundredths(room: Room<'_>, negative: bool, units: u64) -> Room<'_> {
    if negative {
        return push_hundredths(room.byte(b'-'), false, units);
    }
    match Few::of_hundredths(units) {
        Some(few) => few.push(room),
        None => {
            Few::of_decimals(eight_digits(units % 100 * 1_000_000), 2).push(push_whole(room, units / 100))
        }
    }
}

/// Writes so many millionths, with a minus where `negative`, and without zeros behind the point's last decimal.
pub(crate) fn push_millionths(room: Room<'_>, negative: bool, units: u64) -> Room<'_> {
    if negative {
        return push_millionths(room.byte(b'-'), false, units);
    }
    match Few::of_millionths(units) {
        Some(few) => few.push(room),
        None => push_long_millionths(room, units),
    }
}

fn push_long_millionths(room: Room<'_>, units: u64) -> Room<'_> {
    let room = push_whole(room, units / 1_000_000);
    let decimals = eight_digits(units % 1_000_000 * 100);
    if decimals == 0 {
        return room;
    }
    Few::of_decimals(decimals, FEW - decimals.leading_zeros() / 8).push(room)
}

/// Numbers below have at most seven digits, which with a point between them are eight bytes.
const SHORT: u64 = MANY / 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::exact::Exact;
    use crate::money::{Money, Rate};
    use crate::rows::Rows;
    use proptest::prelude::*;

    fn written(write: impl Fn(Room<'_>) -> Room<'_>) -> String {
        let mut rows = Rows::default();
        rows.add(write);
        String::from_utf8(rows.bytes().to_vec()).unwrap()
    }

    #[test]
    fn whole_numbers_are_written_to_their_ends() {
        for value in [0, 9, 10, 1_234_567, u64::MAX] {
            assert_eq!(written(|room| push_whole(room, value)), value.to_string());
        }
        assert_eq!(written(|room| push_padded(room, 7, 3)), "007");
        assert_eq!(written(|room| push_padded(room, 12_345, 3)), "12345");
    }

    #[test]
    fn amounts_beyond_64_bits_are_written_too() {
        let huge = Money::from_cents(-i128::from(u64::MAX) * 1000 - 5);
        assert_eq!(written(|room| huge.write_to(room)), huge.to_string());
    }

    proptest! {
        #[test]
        fn whole_numbers_are_written_as_display_writes_them(value in any::<u64>(), bits in 0u32..64, width in 1usize..9) {
            let value = value >> bits;
            prop_assert_eq!(written(|room| push_whole(room, value)), value.to_string());
            prop_assert_eq!(written(|room| push_padded(room, value, width as u32)), format!("{value:0width$}"));
        }

        #[test]
        fn the_buffer_and_display_agree(units in any::<i64>(), wide in any::<i128>(), rate in 0i64..=20_000) {
            for units in [units, units % 1_000_000_000, units % 10_000_000 * 1000, units % 10_000 * 1_000_000] {
                let money = Money::from_cents(i128::from(units));
                prop_assert_eq!(written(|room| money.write_to(room)), money.to_string());
                let narrow = Exact::from_narrow(units);
                prop_assert_eq!(written(|room| narrow.write_to(room)), narrow.to_string());
            }
            let wide = Exact::from_scaled(wide / 1_000, Exact::WIDE_PLACES);
            prop_assert_eq!(written(|room| wide.write_to(room)), wide.to_string());
            let rate = Rate::parse_percent(&format!("{}.{:02}%", rate / 100, rate % 100)).unwrap();
            prop_assert_eq!(written(|room| rate.write_to(room)), rate.to_string());
        }
    }
}
