//! Identifiers as numbers of 64 bits. Nearly all identifiers of a book are letters, signs and digits in one pattern, and
//! differ from one another in the digits only: SO2023010300000221, XS-20260305-017. The pattern is the form of an
//! identifier; it is kept once.

use crate::eights;
use crate::input::FastMap;
use crate::money::digits::{ZEROS, eight_digits};

/// Digits that differ: so many that their value has room below the number of the form. Where there are more, the first
/// of them belong to the form.
const MOST_DIGITS: usize = 17;
/// The least number that has more than the eight digits which are read, or put, in one go.
const MANY: u64 = 100_000_000;
/// Bytes of the longest text that has a form.
const MOST_BYTES: usize = 32;
/// Bits of the digits' value: 10¹⁷ is less than 2⁵⁷.
const VALUE_BITS: u32 = 57;
/// The form of texts that have none of their own; as many forms are known at most.
const FORMLESS: usize = (1 << (u64::BITS - VALUE_BITS)) - 1;

/// An identifier in 64 bits: the number of its form, and the value of its digits; or, in the form of texts without one,
/// which of them it is. Of one form, slots sort as their texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Slot(u64);

impl Slot {
    #[inline]
    const fn new(form: usize, value: u64) -> Slot {
        Slot((form as u64) << VALUE_BITS | value)
    }

    /// That of no text.
    pub(super) const NONE: Slot = Slot(u64::MAX);

    /// The slot of the text without form that has this number.
    #[inline]
    pub(super) const fn formless(number: usize) -> Slot {
        Slot::new(FORMLESS, number as u64)
    }

    /// The number of its form.
    #[inline]
    pub(super) const fn form(self) -> usize {
        (self.0 >> VALUE_BITS) as usize
    }

    #[inline]
    const fn value(self) -> u64 {
        self.0 & ((1 << VALUE_BITS) - 1)
    }

    /// Which text it is of those without form, where it is one.
    #[inline]
    pub(super) fn as_formless(self) -> Option<usize> {
        (!self.has_form()).then_some(self.value() as usize)
    }

    /// Whether it is that of a text with a form.
    #[inline]
    pub(super) const fn has_form(self) -> bool {
        self.form() != FORMLESS
    }

    /// Whether both texts have one form.
    #[inline]
    pub(super) fn is_like(self, other: Slot) -> bool {
        self.form() == other.form() && self.has_form()
    }

    /// What it has in common with those of its block, of 64 that follow one another.
    #[inline]
    pub(super) const fn block(self) -> Slot {
        Slot(self.0 / 64)
    }

    /// Its bit among those of its block.
    #[inline]
    pub(super) const fn bit(self) -> u64 {
        1 << (self.0 % 64)
    }

    /// A hash of it: both halves of a multiplication folded into one.
    #[inline]
    pub(super) const fn hash(self) -> u32 {
        // Digits of π, as good as any.
        let product = (self.0 ^ 0x243f_6a88_85a3_08d3) as u128 * 0x9e37_79b9_7f4a_7c15;
        ((product >> 64) as u64 ^ product as u64) as u32
    }
}

/// What is the same in many identifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Form {
    /// The text with [`DIGIT`] in place of the digits that differ, and zeros behind it.
    pattern: [u8; MOST_BYTES],
    length: u8,
    digits: u8,
    /// Whether these digits stand together at the end.
    digits_end: bool,
    /// Where they do: all bits of those of the first sixteen bytes that stand before them.
    before: u128,
    /// All bits of those of the last sixteen bytes that are such digits; none where texts of the form are not
    /// [read in one go](Form::value).
    at_end: u128,
}

/// A digit that differs: no byte of any text.
const DIGIT: u8 = 0xff;

impl Form {
    /// The form of a text: the last digits are those that differ. `None` where there are none, or the text is too long.
    fn of(text: &[u8]) -> Option<Form> {
        if text.is_empty() {
            return None;
        }
        let mut pattern = [0; MOST_BYTES];
        pattern.get_mut(..text.len())?.copy_from_slice(text);
        let mut digits = 0;
        for byte in pattern.iter_mut().rev().filter(|byte| byte.is_ascii_digit()).take(MOST_DIGITS) {
            (*byte, digits) = (DIGIT, digits + 1);
        }
        let at_end = pattern[..text.len()].iter().rev().take_while(|&&byte| byte == DIGIT).count();
        let (length, digits_end) = (text.len() as u8, at_end == digits);
        let all_but = |bytes: usize| 8 * 16u32.saturating_sub(bytes as u32);
        let before = u128::MAX.unbounded_shr(all_but(text.len() - digits));
        let is_read_at_once = digits_end && text.len() >= 16 && text.len() - digits <= 16;
        let at_end = if is_read_at_once { u128::MAX.unbounded_shl(all_but(digits)) } else { 0 };
        (digits > 0).then_some(Form { pattern, length, digits: digits as u8, digits_end, before, at_end })
    }

    /// The value of the text's digits, where the text has this form. (A text of another form never fits: a digit of the
    /// pattern is one that belongs to the form only where there are as many others as can be.)
    #[inline(always)]
    fn value(&self, text: &[u8]) -> Option<u64> {
        if text.len() != usize::from(self.length) {
            return None;
        }
        match (text.first_chunk(), text.last_chunk()) {
            (Some(first), Some(last)) if self.at_end != 0 => self.value_at_once(text, first, last),
            _ => self.value_by_parts(text),
        }
    }

    /// The value of a text whose first sixteen bytes hold all that stands before the digits, and whose last sixteen hold all
    /// of these, but for one that may stand before them.
    #[inline(always)]
    fn value_at_once(&self, text: &[u8], first: &[u8; 16], last: &[u8; 16]) -> Option<u64> {
        let pattern = self.pattern.first_chunk()?;
        if (u128::from_le_bytes(*first) ^ u128::from_le_bytes(*pattern)) & self.before != 0 {
            return None;
        }
        let digits =
            u128::from_le_bytes(*last) & self.at_end | u128::from_le_bytes([b'0'; 16]) & !self.at_end;
        let upper = eights::digits_value(digits as u64)?;
        let value = upper * MANY + eights::digits_value((digits >> 64) as u64)?;
        if usize::from(self.digits) < MOST_DIGITS {
            return Some(value);
        }
        let leading = text.get(text.len() - MOST_DIGITS)?.wrapping_sub(b'0');
        (leading <= 9).then_some(u64::from(leading) * MANY * MANY + value)
    }

    /// Puts digits into the pattern, where the last sixteen bytes hold all of them, but for one that may stand before these.
    #[inline]
    fn put_at_once(&self, before: &mut [u8], last: &mut [u8; 16], value: u64) {
        let digits = [value / MANY % MANY, value % MANY].map(|few| u128::from(eight_digits(few) | ZEROS));
        let digits = digits[0] | digits[1] << 64;
        *last = (u128::from_le_bytes(*last) & !self.at_end | digits & self.at_end).to_le_bytes();
        if usize::from(self.digits) == MOST_DIGITS
            && let Some(leading) = before.last_mut()
        {
            *leading = b'0' + (value / (MANY * MANY)) as u8;
        }
    }

    /// Puts digits into the pattern of any form.
    #[inline(never)]
    fn put(&self, text: &mut [u8], mut value: u64) {
        for byte in text.iter_mut().rev() {
            if *byte == DIGIT {
                *byte = b'0' + (value % 10) as u8;
                value /= 10;
            } else if self.digits_end {
                break;
            }
        }
    }

    /// The value of a text of any form.
    #[inline(never)]
    fn value_by_parts(&self, text: &[u8]) -> Option<u64> {
        if !self.digits_end {
            return self.value_among_signs(text);
        }
        let (before, digits) = text.split_at(text.len() - usize::from(self.digits));
        let is_pattern = match (text.first_chunk(), self.pattern.first_chunk()) {
            // Sixteen bytes are compared in one go; those behind the first do not count.
            (Some(&first), Some(&pattern)) if before.len() <= 16 => {
                (u128::from_le_bytes(first) ^ u128::from_le_bytes(pattern)) & self.before == 0
            }
            _ => before == &self.pattern[..before.len()],
        };
        if is_pattern { digits_value(digits) } else { None }
    }

    /// The same where digits stand between other signs.
    fn value_among_signs(&self, text: &[u8]) -> Option<u64> {
        text.iter().zip(&self.pattern).try_fold(0, |value, (&byte, &sign)| match sign {
            DIGIT if byte.is_ascii_digit() => Some(value * 10 + u64::from(byte - b'0')),
            _ => (byte == sign).then_some(value),
        })
    }
}

/// What is known of a text.
#[derive(Clone, Copy)]
pub(super) enum Sought {
    /// It has this slot.
    Slot(Slot),
    /// It has a form that no text had before.
    NewForm,
    /// It has none.
    Formless,
}

/// All forms of one kind of identifier.
#[derive(Default)]
pub(super) struct Forms {
    all: Vec<Form>,
    numbers: FastMap<Form, usize>,
    /// The form of the last text that was given a slot: most have one. Those who only seek leave it as it is, so that
    /// threads do not wait for one another.
    last: usize,
}

impl Forms {
    /// So many are tried before a text's own form is found out.
    const FEW: usize = 4;

    /// The text's slot, where its form is that of the last text that was given one.
    #[inline(always)]
    pub(super) fn slot_of_last(&self, text: &[u8]) -> Option<Slot> {
        let value = self.all.get(self.last)?.value(text)?;
        Some(Slot::new(self.last, value))
    }

    /// What is known of the text.
    pub(super) fn seek(&self, text: &[u8]) -> Sought {
        // Most books have few forms, and to look whether a text has one is less work than to find out its own.
        let slot = |(form, number): (&Form, usize)| Some(Slot::new(number, form.value(text)?));
        if let Some(slot) = self.all.iter().zip(0..Forms::FEW).find_map(slot) {
            return Sought::Slot(slot);
        }
        let Some(form) = Form::of(text) else { return Sought::Formless };
        match (self.numbers.get(&form), form.value(text)) {
            (Some(&number), Some(value)) => Sought::Slot(Slot::new(number, value)),
            _ if self.all.len() < FORMLESS => Sought::NewForm,
            _ => Sought::Formless,
        }
    }

    /// The slot of a text that may have a new form; `None` where it has none.
    #[inline(always)]
    pub(super) fn slot(&mut self, text: &[u8]) -> Option<Slot> {
        self.slot_of_last(text).or_else(|| self.slot_with_care(text))
    }

    /// The same where it may have another form than the last one.
    #[inline(never)]
    fn slot_with_care(&mut self, text: &[u8]) -> Option<Slot> {
        match self.seek(text) {
            Sought::Slot(slot) => {
                self.last = slot.form();
                Some(slot)
            }
            Sought::Formless => None,
            Sought::NewForm => self.slot_of_new_form(text),
        }
    }

    fn slot_of_new_form(&mut self, text: &[u8]) -> Option<Slot> {
        let form = Form::of(text)?;
        let number = self.all.len();
        self.numbers.insert(form, number);
        self.all.push(form);
        form.value(text).map(|value| Slot::new(number, value))
    }

    /// The text of a slot that has a form.
    #[inline]
    pub(super) fn text(&self, slot: Slot) -> MadeText {
        let Some(form) = self.all.get(slot.form()) else { return MadeText::default() };
        let mut made = MadeText { bytes: form.pattern, start: 0, length: form.length.into() };
        let text = made.bytes.get_mut(..made.length).unwrap_or_default();
        match text.split_last_chunk_mut() {
            Some((before, last)) if form.at_end != 0 => form.put_at_once(before, last, slot.value()),
            _ => form.put(text, slot.value()),
        }
        made
    }
}

/// A text that was put together again.
#[derive(Clone, Copy, Default)]
pub(super) struct MadeText {
    bytes: [u8; MOST_BYTES],
    start: usize,
    length: usize,
}

impl MadeText {
    #[inline]
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes[self.start..self.length]
    }

    /// The text behind so many of its bytes.
    pub(super) fn behind(self, start: usize) -> MadeText {
        MadeText { start: (self.start + start).min(self.length), ..self }
    }
}

/// The value of digits, of at most [`MOST_DIGITS`] of them; `None` where any byte is none.
#[inline]
fn digits_value(text: &[u8]) -> Option<u64> {
    let (few, eights) = text.as_rchunks();
    let mut value = 0;
    for &byte in few {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    let and_eight =
        |value: u64, &eight: &[u8; 8]| Some(value * MANY + eights::digits_value(u64::from_le_bytes(eight))?);
    match eights {
        [] => Some(value),
        [only] => and_eight(value, only),
        [upper, lower, ..] => and_eight(and_eight(value, upper)?, lower),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn digits_are_read_as_they_stand(text in "[0-9]{1,17}", other in "[0-9]{0,8}[^0-9][0-9]{0,7}") {
            prop_assert_eq!(digits_value(text.as_bytes()), text.parse().ok());
            prop_assert_eq!(digits_value(other.as_bytes()), None);
        }

        #[test]
        fn a_slot_holds_the_whole_text_and_sorts_as_it(texts in prop::collection::vec("(SO|S|订|25|)[0-9]{0,22}|[0-9]{0,3}x{0,18}[0-9]{1,3}|[0-9]{1,14}-[0-9]{1,8}(-[0-9]{1,2})?x?", 1..40)) {
            let mut forms = Forms::default();
            let slots: Vec<Option<Slot>> = texts.iter().map(|text| forms.slot(text.as_bytes())).collect();
            for (text, &slot) in texts.iter().zip(&slots) {
                prop_assert_eq!(slot.is_none(), Form::of(text.as_bytes()).is_none());
                let Some(slot) = slot else { continue };
                let made = forms.text(slot);
                prop_assert_eq!(made.bytes(), text.as_bytes());
                prop_assert!(matches!(forms.seek(text.as_bytes()), Sought::Slot(found) if found == slot));
                for (other, &another) in texts.iter().zip(&slots) {
                    prop_assert_eq!(Some(slot) == another, text == other);
                    if let Some(another) = another.filter(|another| slot.is_like(*another)) {
                        prop_assert_eq!(slot.cmp(&another), text.cmp(other));
                    }
                }
            }
        }
    }

    #[test]
    fn texts_beyond_the_forms_that_have_room_have_none() {
        let mut forms = Forms::default();
        let texts: Vec<String> =
            (1..200).map(|number| format!("{}-1", char::from_u32(0x4e00 + number).unwrap())).collect();
        let slots: Vec<bool> = texts.iter().map(|text| forms.slot(text.as_bytes()).is_some()).collect();
        assert!(slots[..FORMLESS].iter().all(|&has| has) && slots[FORMLESS..].iter().all(|&has| !has));
        assert!(texts[FORMLESS..].iter().all(|text| matches!(forms.seek(text.as_bytes()), Sought::Formless)));
        assert!(forms.slot(b"y-7").is_none() && forms.slot("\u{4e01}-7".as_bytes()).is_some());
    }
}
