//! Which texts are numbers, and what they say: the forms that exports use, none that only a computer would write.
//!
//! Read are plain decimals, thousands separators in groups of three, full-width digits, currency signs, brackets
//! or a minus (before or after) for a negative, and texts that a spreadsheet protects (`'12`, `="12"`). Refused
//! are exponents, underscores, misplaced separators and more digits than can be kept exactly.

use std::borrow::Cow;

use super::exact::round_div;
use unicode_normalization::UnicodeNormalization;

/// Powers of ten up to 10³⁶, by exponent.
pub(super) const POWERS: [i128; 37] = {
    let mut powers = [1i128; 37];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// Powers of ten that fit 64 bits, by exponent.
pub(super) const NARROW_POWERS: [i64; 19] = {
    let mut powers = [1; 19];
    let mut at = 1;
    while at < powers.len() {
        powers[at] = powers[at - 1] * 10;
        at += 1;
    }
    powers
};

/// The longest number kept: 28 digits.
const MAX_DIGITS: usize = 28;

/// A number as a cell states it: `mantissa × 10^-places`, exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    mantissa: i128,
    places: u32,
}

/// Why a text is not a number that recv can use.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NumberFault {
    /// No text at all, or one of the signs that exports print for nothing (`-`, `—`, `/`).
    Blank,
    /// Not written as a number.
    NotANumber,
    /// An exponent: a spreadsheet has cut the number.
    Exponent,
    /// More digits than can be kept exactly.
    TooLong,
    /// More decimals than this kind of figure has (the number says how many it may have).
    TooManyDecimals(u32),
    /// 10¹⁵ or more.
    TooLarge,
}

impl Number {
    /// Nothing.
    pub const ZERO: Number = Number { mantissa: 0, places: 0 };

    /// Reads a cell's text.
    ///
    /// ```
    /// use recv::money::{Money, Number};
    /// let money = |text: &str| Money::from_number(Number::parse(text.as_bytes()).unwrap()).unwrap().to_string();
    /// assert_eq!(money("1,234.50"), "1234.50");
    /// assert_eq!(money("（12.30）"), "-12.30");
    /// assert_eq!(money("￥１２.３０元"), "12.30");
    /// assert!(Number::parse(b"1e9").is_err() && Number::parse(b"1_000").is_err());
    /// ```
    #[inline]
    pub fn parse(text: &[u8]) -> Result<Number, NumberFault> {
        match Plain::parse(text) {
            Some(Plain { mantissa, decimals }) => Ok(Number { mantissa: mantissa.into(), places: decimals }),
            None => Number::dressed(text),
        }
    }

    /// Every other form that exports use.
    #[inline(never)]
    fn dressed(text: &[u8]) -> Result<Number, NumberFault> {
        let text = std::str::from_utf8(text).map_err(|_| NumberFault::NotANumber)?;
        let folded: String = text.nfkc().collect();
        let bare = undress(&folded);
        if matches!(bare, "" | "-" | "--" | "—" | "――" | "/" | "–") {
            return Err(NumberFault::Blank);
        }
        let (negative, bare) = take_sign(bare)?;
        let bare = strip_currency(bare);
        let digits = ungroup(bare)?;
        let magnitude = Number::digits(&digits)?;
        Ok(if negative { Number { mantissa: -magnitude.mantissa, ..magnitude } } else { magnitude })
    }

    fn digits(text: &str) -> Result<Number, NumberFault> {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let all_digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        if !all_digits(whole) || !all_digits(fraction) {
            let exponent = text.split(['e', 'E']).count() == 2
                && text.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte));
            return Err(if exponent { NumberFault::Exponent } else { NumberFault::NotANumber });
        }
        if whole.is_empty() || (text.contains('.') && fraction.is_empty()) {
            return Err(NumberFault::NotANumber);
        }
        let fraction = fraction.trim_end_matches('0');
        let whole = whole.trim_start_matches('0');
        if whole.len() + fraction.len() > MAX_DIGITS {
            return Err(NumberFault::TooLong);
        }
        let mantissa = format!("0{whole}{fraction}").parse().map_err(|_| NumberFault::TooLong)?;
        Ok(Number { mantissa, places: fraction.len() as u32 })
    }

    /// In units of `10^-places` as a 64-bit integer, where that is exact and fits.
    #[inline]
    pub fn narrow(self, places: u32) -> Option<i64> {
        let mantissa = i64::try_from(self.mantissa).ok()?;
        if self.places > places {
            return i64::try_from(self.scaled_to(places)?).ok();
        }
        mantissa.checked_mul(*NARROW_POWERS.get((places - self.places) as usize)?)
    }

    /// In units of `10^-places`, where that is exact and fits.
    pub fn scaled_to(self, places: u32) -> Option<i128> {
        if self.places <= places {
            return self.mantissa.checked_mul(POWERS[(places - self.places) as usize]);
        }
        let power = POWERS[(self.places - places) as usize];
        (self.mantissa % power == 0).then(|| self.mantissa / power)
    }

    /// Rounded half away from zero to so many decimals.
    #[must_use]
    pub(super) fn rounded_to(self, places: u32) -> Number {
        if self.places <= places {
            return self;
        }
        let divisor = POWERS[(self.places - places) as usize];
        Number { mantissa: round_div(self.mantissa.into(), divisor), places }
    }

    /// The number divided by `10^places`, as a percentage is by 100.
    #[must_use]
    pub const fn shifted_down(self, places: u32) -> Number {
        Number { mantissa: self.mantissa, places: self.places + places }
    }

    /// The number times `10^places`, as an amount in 万元 is in yuan.
    #[inline]
    pub fn shifted_up(self, places: u32) -> Result<Number, NumberFault> {
        if places <= self.places {
            return Ok(Number { mantissa: self.mantissa, places: self.places - places });
        }
        let power = POWERS[(places - self.places) as usize];
        let mantissa = self.mantissa.checked_mul(power).ok_or(NumberFault::TooLarge)?;
        Ok(Number { mantissa, places: 0 })
    }

    /// Whether the number is exactly this integer.
    pub fn is_integer(self, value: i128) -> bool {
        self.scaled_to(0) == Some(value)
    }

    /// Whether the number is at least one.
    pub fn is_at_least_one(self) -> bool {
        self.mantissa >= POWERS[self.places as usize]
    }
}

/// A number in the common form: at most 18 ASCII digits with an optional minus and point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Plain {
    mantissa: i64,
    decimals: u32,
}

impl Plain {
    /// The number that the text is, where it has this form.
    #[inline]
    fn parse(text: &[u8]) -> Option<Plain> {
        let digits = text.strip_prefix(b"-").unwrap_or(text);
        if digits.is_empty() || digits.len() > 18 {
            return None;
        }
        let (whole, rest) = take_digits(digits, 0);
        let (mantissa, decimals) = match rest {
            [] => (whole, 0),
            [b'.', fraction @ ..] if rest.len() < digits.len() && !fraction.is_empty() => {
                let (mantissa, after) = take_digits(fraction, whole);
                if !after.is_empty() {
                    return None;
                }
                (mantissa, fraction.len() as u32)
            }
            _ => return None,
        };
        Some(Plain { mantissa: if digits.len() < text.len() { -mantissa } else { mantissa }, decimals })
    }
}

/// The value of the digits at the beginning, behind those of `value`, and what follows them. All together must be at most
/// 18.
#[inline]
fn take_digits(mut text: &[u8], mut value: i64) -> (i64, &[u8]) {
    while let [byte @ b'0'..=b'9', rest @ ..] = text {
        value = value * 10 + i64::from(byte - b'0');
        text = rest;
    }
    (value, text)
}

/// A cell's text without what a spreadsheet puts around it to keep it text: blanks, `'12`, `="12"`.
pub fn undress(text: &str) -> &str {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let text = text.strip_prefix('\'').unwrap_or(text);
    text.strip_prefix("=\"").and_then(|inner| inner.strip_suffix('"')).unwrap_or(text).trim()
}

/// The sign of a number: a minus before or after it, or brackets around it; a plus is allowed before it.
fn take_sign(text: &str) -> Result<(bool, &str), NumberFault> {
    if let Some(inner) = text.strip_prefix('(') {
        let inner = inner.strip_suffix(')').ok_or(NumberFault::NotANumber)?;
        return Ok((true, inner.trim()));
    }
    let minus = |c: char| c == '-' || c == '\u{2212}';
    if let Some(rest) = text.strip_prefix(minus) {
        return Ok((true, rest.trim_start()));
    }
    if let Some(rest) = text.strip_suffix(minus) {
        return Ok((true, rest.trim_end()));
    }
    let unsigned = strip_currency(text);
    if let Some(rest) = unsigned.strip_prefix(minus) {
        return Ok((true, rest));
    }
    Ok((false, text.strip_prefix('+').unwrap_or(text)))
}

/// The number without a currency sign before or after it.
fn strip_currency(text: &str) -> &str {
    const BEFORE: [&str; 5] = ["¥", "RMB", "CNY", "USD", "$"];
    const AFTER: [&str; 4] = ["元", "RMB", "CNY", "USD"];
    let text = BEFORE.iter().find_map(|sign| text.strip_prefix(sign)).unwrap_or(text).trim_start();
    AFTER.iter().find_map(|sign| text.strip_suffix(sign)).unwrap_or(text).trim_end()
}

/// The number without its thousands separators, which must stand in groups of three.
fn ungroup(text: &str) -> Result<Cow<'_, str>, NumberFault> {
    if !text.contains(',') {
        return Ok(Cow::Borrowed(text));
    }
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(whole, rest)| (whole, Some(rest)));
    let mut groups = whole.split(',');
    let head = groups.next().unwrap_or_default();
    let well_grouped = (1..=3).contains(&head.len()) && groups.all(|group| group.len() == 3);
    if !well_grouped || fraction.is_some_and(|part| part.contains(',')) {
        return Err(NumberFault::NotANumber);
    }
    let mut plain = whole.replace(',', "");
    if let Some(fraction) = fraction {
        plain.push('.');
        plain.push_str(fraction);
    }
    Ok(Cow::Owned(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<(i128, u32), NumberFault> {
        Number::parse(text.as_bytes()).map(|number| (number.mantissa, number.places))
    }

    #[test]
    fn the_forms_of_real_exports_are_numbers() {
        let forms = [
            ("12", (12, 0)),
            ("-0.50", (-50, 2)),
            ("1,234,567.8", (12_345_678, 1)),
            (" 12.30 ", (123, 1)),
            ("\u{a0}12\u{3000}", (12, 0)),
            ("(12.30)", (-123, 1)),
            ("（1,234.00）", (-1234, 0)),
            ("1,234.00-", (-1234, 0)),
            ("１２３.４５", (12_345, 2)),
            ("¥12.30", (123, 1)),
            ("￥-12.30", (-123, 1)),
            ("12元", (12, 0)),
            ("+1,234.00", (1234, 0)),
            ("'12", (12, 0)),
            ("=\"12\"", (12, 0)),
        ];
        for (text, expected) in forms {
            assert_eq!(read(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_a_number_is_refused() {
        for text in
            ["1_000", "12,O00.00", "1,23", "12,34,567", "0x10", "1.2.3", ".", "5.", ".5", "1 2", "见附件"]
        {
            assert_eq!(read(text), Err(NumberFault::NotANumber), "{text}");
        }
        assert_eq!(read("1e9"), Err(NumberFault::Exponent));
        assert_eq!(read("2.6E+19"), Err(NumberFault::Exponent));
        assert_eq!(read("12345678901234567890123456789"), Err(NumberFault::TooLong));
        for text in ["", " ", "-", "—", "/"] {
            assert_eq!(read(text), Err(NumberFault::Blank), "{text:?}");
        }
    }
}
