//! Eight bytes of text as one number, so that they are looked at all together: short texts compared and stored, digits read.

/// At most eight bytes as a number: the first of them lowest, zeros behind the last.
#[inline]
pub fn few_bytes(text: &[u8]) -> u64 {
    let four = |chunk: &[u8; 4]| u64::from(u32::from_le_bytes(*chunk));
    match (text, text.first_chunk(), text.last_chunk()) {
        (_, Some(first), Some(last)) => four(first) | four(last) << (8 * (text.len() - 4)),
        (&[], ..) => 0,
        (&[a], ..) => u64::from(a),
        (&[a, b], ..) => u64::from(u16::from_le_bytes([a, b])),
        (&[a, b, c, ..], ..) => u64::from(u32::from_le_bytes([a, b, c, 0])),
    }
}

/// Stores a text of at most 32 bytes as its first and its last bytes, some of which may be the same, sooner than by a call;
/// whether it is that short.
#[inline]
pub fn store_short(room: &mut [u8; 32], text: &[u8]) -> bool {
    match text.len() {
        0..8 => store(room, 0, few_bytes(text).to_le_bytes()),
        8..=16 => store_ends::<8>(room, text),
        17..=32 => store_ends::<16>(room, text),
        _ => return false,
    }
    true
}

/// Stores a text of at least `N` bytes, and of twice as many at most.
#[inline]
fn store_ends<const N: usize>(room: &mut [u8; 32], text: &[u8]) {
    if let (Some(&first), Some(&last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) {
        store(room, 0, first);
        store(room, text.len() - N, last);
    }
}

#[inline]
fn store<const N: usize>(room: &mut [u8; 32], at: usize, bytes: [u8; N]) {
    if let Some(place) = room.get_mut(at..).and_then(|room| room.first_chunk_mut()) {
        *place = bytes;
    }
}

/// Whether both texts are the same: for short ones, which their first and last bytes cover, sooner found out here than by
/// a call. That holds most of all for two of no length, of which the bytes lie nowhere in memory: a processor that compares
/// many bytes at a time under a mask takes longer over those than over any others.
#[inline]
pub fn are_equal(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len()
        && match one.len() {
            0 => true,
            1..8 => few_bytes(one) == few_bytes(other),
            8..=16 => are_equal_at_ends::<8>(one, other),
            17..=32 => are_equal_at_ends::<16>(one, other),
            33..=128 => are_equal_by_sixteens(one, other),
            _ => one == other,
        }
}

/// The same of two texts of one length, of which all is looked at, sixteen bytes at a time.
#[inline]
fn are_equal_by_sixteens(one: &[u8], other: &[u8]) -> bool {
    let pairs = one.as_chunks::<16>().0.iter().zip(other.as_chunks().0);
    let differ = |one: &[u8; 16], other: &[u8; 16]| u128::from_le_bytes(*one) ^ u128::from_le_bytes(*other);
    pairs.fold(0, |all, (one, other)| all | differ(one, other)) == 0
        && one.last_chunk::<16>() == other.last_chunk()
}

/// Whether the first and the last so many bytes of both texts are the same.
#[inline]
fn are_equal_at_ends<const N: usize>(one: &[u8], other: &[u8]) -> bool {
    one.first_chunk::<N>() == other.first_chunk() && one.last_chunk::<N>() == other.last_chunk()
}

/// This byte eight times.
#[inline]
pub const fn all(byte: u8) -> u64 {
    u64::from_le_bytes([byte; 8])
}

/// Whether any of eight bytes is this one.
#[inline]
pub const fn has_byte(bytes: u64, byte: u8) -> bool {
    let others = bytes ^ all(byte);
    others.wrapping_sub(all(1)) & !others & all(0x80) != 0
}

/// The value of eight digits.
#[inline(always)]
pub const fn digits_value(text: u64) -> Option<u64> {
    value(text ^ all(b'0'))
}

/// The value of eight digits, each of which is what its byte says; found in three multiplications: of pairs, of fours, of
/// all.
#[inline(always)]
pub const fn value(digits: u64) -> Option<u64> {
    // Beyond nine, or with the upper bit set, each byte gets or has its upper bit.
    if (digits.wrapping_add(all(0x80 - 10)) | digits) & all(0x80) != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    Some(fours.wrapping_mul(10_000 << 32 | 1) >> 32)
}

/// The first eight bytes of a text and its last eight, each as a number, with zeros for those that it does not have: behind
/// the first, before the last.
#[inline(always)]
pub fn ends(text: &[u8]) -> (u64, u64) {
    if let (Some(&first), Some(&last)) = (text.first_chunk(), text.last_chunk()) {
        return (u64::from_le_bytes(first), u64::from_le_bytes(last));
    }
    let all = few_bytes(text);
    // Of no bytes, nothing is moved anywhere.
    (all, all << (8 * (8 - text.len()) % 64))
}

/// The value of the last `count` of eight bytes, one at least, where they are digits.
#[inline(always)]
const fn last_digits_value(bytes: u64, count: usize) -> Option<u64> {
    value(of_digits(bytes, count))
}

/// The decimal number that the last `length` bytes of the text are, in units of `10^-PLACES`. `None` where they are none, or
/// more than sixteen, or say more than such units do, or where too few bytes stand before them to look at eight in one go.
#[inline(always)]
pub fn decimal_at_end<const PLACES: u32>(text: &[u8], length: usize) -> Option<i64> {
    const { assert!(PLACES <= 10, "eight digits have room") };
    match length {
        0 => None,
        1..=8 => {
            let (value, decimals) = decimal(u64::from_le_bytes(*text.last_chunk()?), length)?;
            let unit = Units::<PLACES>::BY_DECIMALS[decimals as usize % 16];
            (unit != 0).then_some((value * unit).cast_signed())
        }
        _ => {
            let (value, decimals) = long_decimal_at_end(text, length)?;
            i64::try_from(value.checked_mul(10u64.pow(PLACES.checked_sub(decimals)?))?).ok()
        }
    }
}

/// Of a decimal number without its point, what one of it is in units of `10^-PLACES`.
struct Units<const PLACES: u32>;

impl<const PLACES: u32> Units<PLACES> {
    /// By the number of digits behind the point, [`NO_POINT`] where there is none; nothing where they are too many.
    const BY_DECIMALS: [u64; 16] = {
        let mut units = [0; 16];
        let mut decimals = 1;
        while decimals < NO_POINT && decimals <= PLACES {
            units[decimals as usize] = 10u64.pow(PLACES - decimals);
            decimals += 1;
        }
        units[NO_POINT as usize] = 10u64.pow(PLACES);
        units
    };
}

/// The hundredths that the last `length` bytes of the text state with two decimals, as most amounts are written; `None`
/// leaves them to [`decimal_at_end`].
#[inline(always)]
pub fn hundredths_at_end(text: &[u8], length: usize) -> Option<u64> {
    let last = text.last_chunk::<9>()?;
    match (last, length) {
        (&[.., b'.', _, _], 4..=9) => last_digits_value(without_third_last(last), length - 1),
        _ => None,
    }
}

/// Eight of nine bytes: all but the third last.
#[inline(always)]
fn without_third_last(bytes: &[u8; 9]) -> u64 {
    let [first, last] = [bytes.first_chunk(), bytes.last_chunk()];
    let [first, last] = [first.copied().unwrap_or_default(), last.copied().unwrap_or_default()];
    let before = u64::MAX >> 16;
    u64::from_le_bytes(first) & before | u64::from_le_bytes(last) & !before
}

/// The value of a decimal number of nine to sixteen bytes without its point, and how many digits stand behind that.
#[inline(never)]
fn long_decimal_at_end(text: &[u8], length: usize) -> Option<(u64, u32)> {
    let (before, last) = text.split_last_chunk()?;
    let upper = match length {
        9..=16 => last_digits_value(u64::from_le_bytes(*before.last_chunk()?), length - 8)?,
        _ => return None,
    };
    match decimal(u64::from_le_bytes(*last), 8)? {
        (value, NO_POINT) => Some((upper * 100_000_000 + value, 0)),
        (value, decimals) => Some((upper * 10_000_000 + value, decimals)),
    }
}

/// What the last `count` of eight bytes, one at least, say as digits, behind as many zeros as make them eight.
#[inline(always)]
const fn of_digits(bytes: u64, count: usize) -> u64 {
    (bytes ^ all(b'0')) & LAST_BYTES[count % 16]
}

/// All bits of the last so many of eight bytes.
const LAST_BYTES: [u64; 16] = {
    let mut masks = [u64::MAX; 16];
    let mut count = 0;
    while count < 8 {
        masks[count] = !(u64::MAX >> (8 * count));
        count += 1;
    }
    masks
};

/// The hundredths that a fraction of one states with two decimals: `0.13`.
#[inline(always)]
pub const fn hundredths_of_one(text: [u8; 4]) -> Option<u32> {
    let digits = u32::from_le_bytes(text) ^ u32::from_le_bytes(*b"0.00");
    // As in `value`, of the last two bytes; nothing is left of the first two.
    if (digits.wrapping_add(0x7676_0000) | digits) & 0x8080_ffff != 0 {
        return None;
    }
    Some((digits >> 16).wrapping_mul(10 << 8 | 1) >> 8 & 0xff)
}

/// What stands for the number of digits behind a point where there is none.
const NO_POINT: u32 = 8;

/// The value of the decimal number that the last `length` of eight bytes are, without its point, and how many digits stand
/// behind that, or [`NO_POINT`]; a digit stands on either side of it. Nothing here is done otherwise for a point that stands
/// elsewhere, or for one more digit: a processor that guesses which way a program goes could only guess wrong.
#[inline(always)]
fn decimal(bytes: u64, length: usize) -> Option<(u64, u32)> {
    let digits = of_digits(bytes, length);
    // A byte that is a point has its upper bit set; of the others, only one just behind a point can have it.
    let points = digits ^ all(b'.' ^ b'0');
    let points = points.wrapping_sub(all(1)) & !points & all(0x80);
    // The highest byte is the last. A point there stays where it is and is no digit, and so do all but the last of several.
    let bits_behind = points.leading_zeros();
    let behind = u64::MAX << (bits_behind.wrapping_neg() % 64);
    // What stands before the point moves onto it.
    let moved = digits << 8;
    let value = value(moved ^ (moved ^ digits) & behind)?;
    let decimals = bits_behind / 8;
    (decimals as usize + 1 != length).then_some((value, decimals))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_byte_is_found_among_eight(bytes in prop_oneof![any::<[u8; 8]>(), prop::array::uniform8(0x29u8..=0x2b)], byte in prop_oneof![any::<u8>(), Just(b'*')]) {
            prop_assert_eq!(has_byte(u64::from_le_bytes(bytes), byte), bytes.contains(&byte));
        }

        #[test]
        fn few_bytes_stand_in_their_order(text in prop::collection::vec(any::<u8>(), 0..=8)) {
            let mut bytes = [0; 8];
            bytes[..text.len()].copy_from_slice(&text);
            prop_assert_eq!(few_bytes(&text), u64::from_le_bytes(bytes));
        }

        #[test]
        fn short_texts_are_stored_whole(text in prop::collection::vec(any::<u8>(), 0..36)) {
            let mut room = [0; 32];
            prop_assert_eq!(store_short(&mut room, &text), text.len() <= 32);
            prop_assert!(text.len() > 32 || room[..text.len()] == text);
        }

        #[test]
        fn texts_are_equal_as_their_bytes(one in "[ab]{0,3}|[a]{0,140}", other in "[ab]{0,3}|[a]{0,140}", last in any::<u8>(), at in 0usize..140) {
            let [mut one, other] = [one, other].map(String::into_bytes);
            prop_assert_eq!(are_equal(&one, &other), one == other);
            let same = one.clone();
            one.push(last);
            prop_assert!(are_equal(&one, &one.clone()) && !are_equal(&one, &same));
            let mut another = one.clone();
            if let Some(byte) = another.get_mut(at) {
                *byte ^= 1;
                prop_assert!(!are_equal(&one, &another));
            }
        }

        #[test]
        fn bytes_that_are_no_digits_are_seen(text in prop_oneof![any::<[u8; 8]>(), "[0-9]{8}".prop_map(|text| text.into_bytes().try_into().unwrap())]) {
            let value = std::str::from_utf8(&text).ok().filter(|_| text.iter().all(u8::is_ascii_digit));
            prop_assert_eq!(digits_value(u64::from_le_bytes(text)), value.and_then(|text| text.parse().ok()));
        }

        #[test]
        fn hundredths_of_one_are_two_decimals(text in prop_oneof!["0[.][0-9]{2}", "[0-9./:-]{4}"], other in any::<[u8; 4]>()) {
            for text in [text.into_bytes().try_into().unwrap(), other] {
                let decimals = text.strip_prefix(b"0.").filter(|decimals| decimals.iter().all(u8::is_ascii_digit));
                let value = decimals.map(|decimals| std::str::from_utf8(decimals).unwrap().parse().unwrap());
                prop_assert_eq!(hundredths_of_one(text), value);
            }
        }

        #[test]
        fn a_text_begins_and_ends_as_it_does(text in prop::collection::vec(any::<u8>(), 0..20)) {
            let (mut first, mut last) = ([0; 8], [0; 8]);
            for (at, &byte) in text.iter().take(8).enumerate() {
                first[at] = byte;
            }
            for (at, &byte) in text.iter().rev().take(8).enumerate() {
                last[7 - at] = byte;
            }
            prop_assert_eq!(ends(&text), (u64::from_le_bytes(first), u64::from_le_bytes(last)));
        }

        #[test]
        fn decimals_are_what_digits_around_one_point_say(before in "[0-9.x]{0,9}", text in "[0-9]{0,17}|[0-9]{0,9}[.][0-9]{0,8}|[0-9.x\u{0}/:-]{0,8}") {
            let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
            let digits = [whole, fraction].concat();
            let is_number = !whole.is_empty() && (whole == text || !fraction.is_empty()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            let expected = |places: u32| {
                let more = places.checked_sub(fraction.len() as u32).filter(|_| is_number)?;
                digits.parse::<i64>().unwrap().checked_mul(10i64.pow(more))
            };
            let all = [&*before, &*text].concat();
            let found = [decimal_at_end::<2>(all.as_bytes(), text.len()), decimal_at_end::<6>(all.as_bytes(), text.len())];
            let expected = [2, 6].map(expected);
            let hundredths = hundredths_at_end(all.as_bytes(), text.len()).map(u64::cast_signed);
            prop_assert!(hundredths.is_none() || hundredths == expected[0]);
            // Sixteen bytes are enough to see all of them; of long ones a digit stands before the point among the last eight.
            let has_room = all.len() >= if text.len() > 8 { 16 } else { 8 };
            let is_seen = has_room && text.len() <= if fraction.len() < 7 { 16 } else { 8 };
            for (found, expected) in found.into_iter().zip(expected) {
                prop_assert!(found == expected || found.is_none() && !is_seen);
            }
        }
    }
}
