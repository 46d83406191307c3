//! The typed values of a row's cells.

use chrono::NaiveDate;
use std::cell::{Cell, OnceCell};

use super::account::Reason;
use super::columns::{Columns, MOST_COLUMNS};
use super::dress::{is_placeholder, undressed, undressed_text};
use super::layout::{Layout, NOWHERE};
use super::parties::{Parties, Party, Stated};
use super::records::{Fields, Record};
use super::source::Place;
use crate::calendar::{DateOrder, parse_date};
use crate::diagnostic::Problem;
use crate::folding::folded;
use crate::ids::{CustomerKey, Id};
use crate::money::{CellMoney, ExchangeRate, Money, Number, NumberFault, Price, Quantity, Rate};
use crate::short_text::ShortText;

/// How the cells of one file are read, and what the last ones said: exports are sorted, so that most cells of a date, a
/// rate or a word say what the one above them says. Each thread has its own.
pub struct CellReader {
    dates: Option<DateOrder>,
    /// The last date of each column.
    last_dates: [Last<NaiveDate>; MOST_COLUMNS],
    /// The last words of each column by their numbers in its vocabulary, each where [`place_of_word`] says: a few words take
    /// turns.
    last_words: [[Last<usize>; LAST_WORDS]; MOST_COLUMNS],
    /// The last tax rate that was no plain fraction.
    last_tax_rate: Last<Rate>,
    /// The last code that was a customer's without its digits telling whose.
    last_code: Last<Id<CustomerKey>>,
}

impl CellReader {
    /// For dates that are written in this order, where they leave it open.
    pub fn new(dates: Option<DateOrder>) -> CellReader {
        CellReader {
            dates,
            last_dates: std::array::from_fn(|_| Last::new(NaiveDate::MIN)),
            last_words: std::array::from_fn(|_| std::array::from_fn(|_| Last::new(NO_WORD))),
            last_tax_rate: Last::new(Rate::ZERO),
            last_code: Last::new(Id::from_index(0)),
        }
    }
}

/// Words of a column that are remembered at most.
const LAST_WORDS: usize = 16;

/// The number of a word that is none of the vocabulary, or of none.
const NO_WORD: usize = usize::MAX;

/// Where a word is remembered among the last ones.
#[inline(always)]
fn place_of_word(word: &[u8]) -> usize {
    let first = word.first().copied().unwrap_or_default();
    (usize::from(first) + 3 * word.len()) % LAST_WORDS
}

/// A short text and what it says.
struct Last<T> {
    text: Cell<ShortText>,
    says: Cell<T>,
}

impl<T: Copy> Last<T> {
    /// No text yet, whatever it would say.
    const fn new(says: T) -> Last<T> {
        Last { text: Cell::new(ShortText::NONE), says: Cell::new(says) }
    }

    /// What the text says, where it is the last one again.
    #[inline(always)]
    fn says(&self, text: &[u8]) -> Option<T> {
        if self.text.get().is(text) { Some(self.says.get()) } else { None }
    }

    /// Remembers the text, where it is short.
    fn note(&self, text: &[u8], says: T) {
        if let Some(short) = ShortText::of(text) {
            self.text.set(short);
            self.says.set(says);
        }
    }
}

/// Cells of a row that nothing can be wrong with, and that few ask for: they are read when somebody does.
#[derive(Clone, Copy, Debug)]
pub struct Unread<'r, const N: usize> {
    fields: Fields<'r>,
    places: [u32; N],
}

impl<'r, const N: usize> Unread<'r, N> {
    /// Cells in which nothing stands.
    pub const NOTHING: Unread<'r, N> = Unread { fields: Fields::NONE, places: [NOWHERE; N] };

    /// The bytes of all of them, as [`Cells::bytes`] says them.
    pub fn read(&self) -> [&'r [u8]; N] {
        self.places.map(|place| undressed(self.fields.field(place as usize)))
    }
}

/// The cells of one row, and what is wrong with them.
pub struct Cells<'r, 'c, C> {
    file: usize,
    record: Record<'r>,
    layout: &'c Layout<C>,
    reader: &'c CellReader,
    parties: &'r Parties,
    made: &'r OnceCell<Vec<u8>>,
    faults: &'c mut Vec<(String, Problem)>,
    /// The money that the row states, for the account of rows; set by the document as soon as it is read.
    pub money: Money,
    /// The currency of that money as the row names it; empty where it names none.
    pub currency: &'r str,
    /// Whether the row's document counts, as far as is known when its customer is looked up: whom a draft means by a
    /// name that several customers share is no matter yet.
    pub counts: bool,
    left_out: Option<Reason>,
}

impl<'r, 'c, C: Columns> Cells<'r, 'c, C> {
    /// The cells of a file's record; `made` is room for a text that the reader makes of them.
    pub fn new(
        (file, record): (usize, Record<'r>),
        layout: &'c Layout<C>,
        reader: &'c CellReader,
        parties: &'r Parties,
        made: &'r OnceCell<Vec<u8>>,
        faults: &'c mut Vec<(String, Problem)>,
    ) -> Cells<'r, 'c, C> {
        Cells {
            file,
            record,
            layout,
            reader,
            parties,
            made,
            faults,
            money: Money::ZERO,
            currency: "",
            counts: true,
            left_out: None,
        }
    }

    /// Goes on to another run of records of the same file, of which none is read yet.
    pub(super) const fn go_on_to_run(&mut self, as_one: Record<'r>) {
        self.record = as_one;
    }

    /// Goes on to another record of the run; nothing of the one before is left but what was wrong with it.
    #[inline(always)]
    pub(super) fn go_on_to(&mut self, record: Record<'r>, made: &'r OnceCell<Vec<u8>>) {
        self.record.go_on_to(record);
        self.made = made;
        (self.money, self.currency, self.counts, self.left_out) = (Money::ZERO, "", true, None);
    }

    /// The record.
    #[inline]
    pub(super) const fn record(&self) -> &Record<'r> {
        &self.record
    }

    /// What is wrong with the cells.
    #[inline]
    pub(super) const fn faults(&mut self) -> &mut Vec<(String, Problem)> {
        self.faults
    }

    /// Where the row is.
    #[inline]
    pub const fn place(&self) -> Place {
        Place::new(self.file, self.record.offset)
    }

    /// The number of the file that the row is in.
    pub const fn file(&self) -> usize {
        self.file
    }

    /// Leaves the row out, whatever else it holds.
    pub fn leave_out(&mut self, reason: Reason) {
        self.left_out = Some(reason);
        self.counts = false;
    }

    /// Why the row is left out, where its cells alone say so.
    pub const fn left_out(&self) -> Option<Reason> {
        self.left_out
    }

    /// The customer of the row, by its code, its name or its tax id, whichever the file has; it must have one.
    #[inline(always)]
    pub fn customer(&mut self, code: C, name: Option<C>, tax_id: Option<C>) -> Party<'r> {
        self.party(Some(code), name, tax_id)
    }

    /// The same of somebody who need not have a code: a payer, say.
    #[inline(always)]
    pub fn party(&mut self, code: Option<C>, name: Option<C>, tax_id: Option<C>) -> Party<'r> {
        let party = self.optional_party(code, name, tax_id);
        if party.is_empty() {
            self.no_party(code, name, tax_id);
        }
        party
    }

    /// Reports that the row names nobody.
    #[inline(never)]
    fn no_party(&mut self, code: Option<C>, name: Option<C>, tax_id: Option<C>) {
        let mut columns = [code, name, tax_id].into_iter().flatten();
        let first = columns.clone().next();
        let named = columns.find(|&column| self.layout.has(column)).or(first);
        if let Some(column) = named {
            self.fault(column, Problem::Missing);
        }
    }

    /// The same where the row need not name anybody: then it is empty.
    #[inline(always)]
    pub fn optional_party(&mut self, code: Option<C>, name: Option<C>, tax_id: Option<C>) -> Party<'r> {
        let code = if let Some(code) = code { self.id(code) } else { &[] };
        let tax_id = match tax_id {
            Some(tax_id) if self.layout.has(tax_id) => self.optional_id(tax_id),
            _ => &[],
        };
        let known = match self.parties.numbered(code) {
            Some(known) => known,
            None => self.reader.last_code.says(code),
        };
        match known {
            Some(number) if tax_id.is_empty() => Party::known(code, number),
            _ => {
                let (id, number) = self.look_up_party(code, name, tax_id);
                Party::of(id, number)
            }
        }
    }

    /// The id and the number of a party that its code alone does not tell. (They are no [`Party`] yet: one that may come from
    /// here would stand in memory, and be waited for.)
    #[inline(never)]
    fn look_up_party(
        &self,
        code: &'r [u8],
        name: Option<C>,
        tax_id: &'r [u8],
    ) -> (&'r [u8], Option<Id<CustomerKey>>) {
        if tax_id.is_empty()
            && let Some(number) = self.parties.number_of(code)
        {
            self.reader.last_code.note(code, number);
            return (code, Some(number));
        }
        let name = name.map_or(&[][..], |name| self.bytes(name));
        let party = self.parties.find(Stated { tax_id, code, name }, self.counts);
        (party.id(), party.number())
    }

    /// These cells, for whoever asks for them while the row lives.
    #[inline(always)]
    pub fn unread<const N: usize>(&self, columns: [C; N]) -> Unread<'r, N> {
        let mut places = [0; N];
        for (place, column) in places.iter_mut().zip(columns) {
            *place = self.layout.place(column) as u32;
        }
        Unread { fields: self.record.all(), places }
    }

    /// A text of the reader's own making, for as long as the row lives; there is one in a row, of documents that say that
    /// they make texts.
    pub fn made_text(&self, text: Vec<u8>) -> &'r [u8] {
        debug_assert!(self.made.get().is_none(), "a document with texts of its own says so");
        self.made.get_or_init(|| text)
    }

    /// The layout of the file.
    pub const fn layout(&self) -> &'c Layout<C> {
        self.layout
    }

    /// The cell as the file writes it; empty where the file has no such column.
    #[inline(always)]
    fn written(&self, column: C) -> &'r [u8] {
        self.record.field(self.layout.place(column))
    }

    /// The cell's bytes without what is only around them ([`undressed`]); empty where the file has no such column.
    #[inline(always)]
    pub fn bytes(&self, column: C) -> &'r [u8] {
        undressed(self.written(column))
    }

    /// The same of a cell that may be empty: a dash or another sign for 'nothing' is nothing.
    #[inline(always)]
    fn stated(&self, column: C) -> &'r [u8] {
        let bytes = self.bytes(column);
        if is_placeholder(bytes) { &[] } else { bytes }
    }

    /// The cell's text.
    #[inline(always)]
    pub fn text(&self, column: C) -> &'r str {
        if self.layout.has(column) { self.stated_text(column) } else { "" }
    }

    fn stated_text(&self, column: C) -> &'r str {
        undressed_text(self.record.text(self.layout.place(column)))
    }

    /// The cell's text, or nothing where it is empty.
    pub fn optional_text(&self, column: C) -> Option<&'r str> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }

    /// Reports a problem of the cell.
    pub fn fault(&mut self, column: C, problem: Problem) {
        self.faults.push((self.layout.heading_of(column.spec().name).to_owned(), problem));
    }

    /// Whether nothing is wrong with the row so far.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty()
    }

    /// An identifier, as text with its zeros; empty where the cell is.
    #[inline(always)]
    pub fn id(&mut self, column: C) -> &'r [u8] {
        match self.written(column) {
            plain @ ([] | [.., 0..0x80]) if is_plain_id(plain) => plain,
            _ => self.careful_id(column),
        }
    }

    /// An identifier that may have something around it, be protected by a `'`, or be cut to a number with an exponent:
    /// `1E+9` at least.
    #[inline(never)]
    fn careful_id(&mut self, column: C) -> &'r [u8] {
        let bytes = self.bytes(column);
        if let [b'\'', protected @ ..] = bytes {
            return protected.trim_ascii();
        }
        if matches!(bytes, [b'0'..=b'9', _, _, _, ..])
            && bytes.contains(&b'+')
            && Number::parse(bytes) == Err(NumberFault::Exponent)
        {
            self.fault(column, Problem::Cut(String::from_utf8_lossy(bytes).into_owned()));
        }
        bytes
    }

    /// An identifier that may be missing: a sign for 'nothing' is none.
    fn optional_id(&mut self, column: C) -> &'r [u8] {
        if self.stated(column).is_empty() { &[] } else { self.id(column) }
    }

    /// An identifier that must be there.
    #[inline(always)]
    pub fn needed_id(&mut self, column: C) -> &'r [u8] {
        match self.written(column) {
            plain @ [.., 0..0x80] if is_plain_id(plain) => plain,
            _ => self.careful_needed_id(column),
        }
    }

    #[inline(never)]
    fn careful_needed_id(&mut self, column: C) -> &'r [u8] {
        let id = self.careful_id(column);
        if id.is_empty() {
            self.fault(column, Problem::Missing);
        }
        id
    }

    /// A date, where the cell has one.
    #[inline(always)]
    pub fn date(&mut self, column: C) -> Option<NaiveDate> {
        let written = self.written(column);
        if written.is_empty() {
            return None;
        }
        match self.last_date(column).says(written) {
            None if !self.stated(column).is_empty() => self.new_date(column),
            date => date,
        }
    }

    /// A date that must be there; `None` when it is wrong, which is then reported.
    #[inline(always)]
    pub fn needed_date(&mut self, column: C) -> Option<NaiveDate> {
        match self.last_date(column).says(self.written(column)) {
            None => self.new_date(column),
            date => date,
        }
    }

    #[inline(always)]
    fn last_date(&self, column: C) -> &'c Last<NaiveDate> {
        &self.reader.last_dates[column.index() % MOST_COLUMNS]
    }

    /// A date that is not the one above; one that is wrong is reported.
    #[inline(never)]
    fn new_date(&mut self, column: C) -> Option<NaiveDate> {
        let written = self.written(column);
        match parse_date(undressed(written), self.reader.dates) {
            Ok(date) => {
                self.last_date(column).note(written, date);
                Some(date)
            }
            Err(fault) => {
                let text = String::from_utf8_lossy(self.bytes(column)).into_owned();
                self.fault(column, Problem::Date(text, fault));
                None
            }
        }
    }

    /// All bytes up to the cell's end, and its length; no length where the file has no such column.
    #[inline(always)]
    fn up_to_end(&self, column: C) -> (&'r [u8], usize) {
        self.record.up_to(self.layout.place(column))
    }

    /// A number in a form that is not that of most files, where the cell has one.
    #[inline(never)]
    fn careful_number<T>(&mut self, column: C, take: impl Fn(Number) -> Result<T, NumberFault>) -> Option<T> {
        let bytes = self.stated(column);
        if bytes.is_empty() {
            return None;
        }
        match Number::parse(bytes).and_then(take) {
            Ok(value) => Some(value),
            Err(NumberFault::Blank) => None,
            Err(fault) => {
                self.fault(column, Problem::Number(String::from_utf8_lossy(bytes).into_owned(), fault));
                None
            }
        }
    }

    /// The same of a cell that must hold a number.
    #[inline(never)]
    fn careful_needed_number<T>(
        &mut self,
        column: C,
        take: impl Fn(Number) -> Result<T, NumberFault>,
    ) -> Option<T> {
        let before = self.faults.len();
        let value = self.careful_number(column, take);
        if value.is_none() && self.faults.len() == before {
            self.fault(column, Problem::Missing);
        }
        value
    }

    /// An amount of money in the form of most files; `None` leaves the cell to [`Cells::amount`].
    #[inline(always)]
    pub fn plain_amount(&self, column: C) -> Option<CellMoney> {
        if self.layout.unit().is_some() {
            return None;
        }
        let (text, length) = self.up_to_end(column);
        CellMoney::at_end(text, length)
    }

    /// An amount of money, where the cell has one.
    #[inline(always)]
    pub fn amount(&mut self, column: C) -> Option<CellMoney> {
        match self.plain_amount(column) {
            None if !self.written(column).is_empty() => self.careful_amount(column),
            amount => amount,
        }
    }

    #[inline(never)]
    fn careful_amount(&mut self, column: C) -> Option<CellMoney> {
        let shift = self.layout.shift(column);
        self.careful_number(column, |number| CellMoney::from_number(number.shifted_up(shift)?))
    }

    /// An amount that must be there.
    #[inline(always)]
    pub fn needed_amount(&mut self, column: C) -> Option<CellMoney> {
        match self.plain_amount(column) {
            None => {
                let shift = self.layout.shift(column);
                self.careful_needed_number(column, |number| CellMoney::from_number(number.shifted_up(shift)?))
            }
            amount => amount,
        }
    }

    /// A quantity, where the cell has one.
    #[inline(always)]
    pub fn quantity(&mut self, column: C) -> Option<Quantity> {
        let (text, length) = self.up_to_end(column);
        if length == 0 {
            return None;
        }
        // Nearly nothing is damaged or sent back. (Length and digit are compared as one: of the quantities billed, those of one
        // digit come too often among others to be guessed, but none of them is 0.)
        let last = text.last().copied().unwrap_or_default();
        if (length ^ 1) | usize::from(last ^ b'0') == 0 {
            return Some(Quantity::ZERO);
        }
        match Quantity::at_end(text, length) {
            None => self.careful_number(column, Quantity::from_number),
            quantity => quantity,
        }
    }

    /// A quantity that must be there.
    #[inline(always)]
    pub fn needed_quantity(&mut self, column: C) -> Option<Quantity> {
        let (text, length) = self.up_to_end(column);
        match Quantity::at_end(text, length) {
            None => self.careful_needed_number(column, Quantity::from_number),
            quantity => quantity,
        }
    }

    /// A price that must be there.
    #[inline(always)]
    pub fn needed_price(&mut self, column: C) -> Option<Price> {
        let (text, length) = self.up_to_end(column);
        match if self.layout.unit().is_none() { Price::at_end(text, length) } else { None } {
            None => {
                let shift = self.layout.shift(column);
                self.careful_needed_number(column, |number| Price::from_number(number.shifted_up(shift)?))
            }
            price => price,
        }
    }

    /// An exchange rate that must be there, above zero.
    pub fn needed_exchange_rate(&mut self, column: C) -> Option<ExchangeRate> {
        let rate = self.careful_needed_number(column, ExchangeRate::from_number);
        if rate.is_some_and(|rate| !rate.is_positive()) {
            self.fault(column, Problem::NotPositive(self.text(column).to_owned()));
        }
        rate
    }

    /// A tax rate, where the cell has one: `13%`, `0.13`, and `13`; 免税 and 不征税 are 0. A bare `1` is 1%.
    #[inline(always)]
    pub fn tax_rate(&mut self, column: C) -> Option<Rate> {
        let (text, length) = self.up_to_end(column);
        match Rate::fraction_at_end(text, length) {
            None if length > 0 => self.careful_tax_rate(column),
            rate => rate,
        }
    }

    #[inline(never)]
    fn careful_tax_rate(&mut self, column: C) -> Option<Rate> {
        let bytes = self.stated(column);
        if bytes.is_empty() {
            return None;
        }
        if let Some(rate) = self.reader.last_tax_rate.says(bytes) {
            return Some(rate);
        }
        let share_of_one = |rate: Rate| rate.is_share() && (Rate::ZERO..=Rate::ONE).contains(&rate);
        let rate = rate_of(self.text(column), true)
            .and_then(|rate| if share_of_one(rate) { Ok(rate) } else { Err(RateFault::Range) });
        if let Ok(rate) = rate {
            self.reader.last_tax_rate.note(bytes, rate);
        }
        self.take_rate(column, rate)
    }

    /// A percentage of another kind, where the cell has one: `15%` and `0.15`; a bare `1` is refused.
    #[inline(always)]
    pub fn rate(&mut self, column: C) -> Option<Rate> {
        if self.written(column).is_empty() { None } else { self.careful_rate(column) }
    }

    #[inline(never)]
    fn careful_rate(&mut self, column: C) -> Option<Rate> {
        if self.stated(column).is_empty() {
            return None;
        }
        let in_range =
            |rate: Rate| if rate < Rate::ZERO || rate > Rate::ONE { Err(RateFault::Range) } else { Ok(rate) };
        self.take_rate(column, rate_of(self.text(column), false).and_then(in_range))
    }

    fn take_rate(&mut self, column: C, rate: Result<Rate, RateFault>) -> Option<Rate> {
        let fault = match rate {
            Ok(rate) => return Some(rate),
            Err(RateFault::Blank) => return None,
            Err(RateFault::BareOne) => Problem::BareOne,
            Err(RateFault::Range) => Problem::RateRange,
        };
        self.fault(column, fault(self.text(column).to_owned()));
        None
    }

    /// A word of a vocabulary, where the cell has one. Full-width forms, dashes of any kind and brackets count alike:
    /// `已红冲－全额` and `已红冲（全额）` are `已红冲-全额`.
    #[inline(always)]
    pub fn word<T: Copy>(&mut self, column: C, words: &[(&'static str, T)]) -> Option<T> {
        let written = self.written(column);
        if written.is_empty() {
            return None;
        }
        let number = match self.last_word(column, written).says(written) {
            Some(number) => number,
            None => self.new_word(column, words),
        };
        words.get(number).map(|&(_, value)| value)
    }

    #[inline(always)]
    fn last_word(&self, column: C, written: &[u8]) -> &'c Last<usize> {
        &self.reader.last_words[column.index() % MOST_COLUMNS][place_of_word(written)]
    }

    /// The number of a word that is not one of the last; one that is none of the vocabulary is reported.
    #[inline(never)]
    fn new_word<T>(&mut self, column: C, words: &[(&'static str, T)]) -> usize {
        let Some(number) = self.number_of_word(column, words) else {
            let allowed = words.iter().map(|&(word, _)| word).collect();
            self.fault(column, Problem::Word(self.text(column).to_owned(), allowed));
            return NO_WORD;
        };
        let written = self.written(column);
        self.last_word(column, written).note(written, number);
        number
    }

    /// Which of the words stands in the cell: [`NO_WORD`] where the cell says nothing, `None` where it is none of them.
    fn number_of_word<T>(&self, column: C, words: &[(&'static str, T)]) -> Option<usize> {
        let bytes = self.stated(column);
        if bytes.is_empty() {
            return Some(NO_WORD);
        }
        let number = |is_it: &dyn Fn(&str) -> bool| words.iter().position(|(word, _)| is_it(word));
        let as_written = number(&|word| word.as_bytes().eq_ignore_ascii_case(bytes));
        let folded = || {
            let folded = fold_word(self.text(column));
            number(&|word| fold_word(word) == folded)
        };
        as_written.or_else(folded)
    }
}

/// The longest identifier that stands as it is written, by its first byte, where it ends in ASCII: what begins with a letter
/// or a common Chinese character is no number, nor is what has three places a cut one; all others are looked at with care.
const PLAIN_IDS: [u8; 256] = {
    let mut longest = [0; 256];
    let mut first = 0u8;
    while first < u8::MAX {
        longest[first as usize] = match first {
            b'A'..=b'Z' | b'a'..=b'z' | 0xE4..=0xE9 => u8::MAX,
            b'0'..=b'9' => 3,
            _ => 0,
        };
        first += 1;
    }
    longest
};

/// Whether an identifier that is empty or ends in ASCII has nothing around it, and is not cut to a number.
#[inline(always)]
const fn is_plain_id(id: &[u8]) -> bool {
    match id {
        [] => true,
        [first, ..] => id.len() <= PLAIN_IDS[*first as usize] as usize,
    }
}

/// A word as it is compared where it is not written as the vocabulary writes it.
fn fold_word(text: &str) -> String {
    let folded = folded(text);
    let significant = folded.chars().filter(|c| !c.is_whitespace() && *c != ')');
    significant.map(|c| if matches!(c, '(' | '_' | '‐' | '–' | '—' | '―' | '−') { '-' } else { c }).collect()
}

#[derive(Clone, Copy)]
enum RateFault {
    Blank,
    BareOne,
    Range,
}

/// A rate as text. In a tax-rate column a bare number of 1 or more is a percentage.
fn rate_of(text: &str, tax: bool) -> Result<Rate, RateFault> {
    const EXEMPT: [&str; 5] = ["免税", "不征税", "零税率", "***", "exempt"];
    if tax && EXEMPT.contains(&text) {
        return Ok(Rate::ZERO);
    }
    let folded = text.replace('％', "%");
    if let Some(percent) = folded.strip_suffix('%') {
        let number = Number::parse(percent.trim_end().as_bytes()).map_err(|_| RateFault::Range)?;
        return Rate::from_percent(number).map_err(|_| RateFault::Range);
    }
    let number = Number::parse(folded.as_bytes())
        .map_err(|fault| if fault == NumberFault::Blank { RateFault::Blank } else { RateFault::Range })?;
    if tax && number.is_at_least_one() {
        return Rate::from_percent(number).map_err(|_| RateFault::Range);
    }
    if number.is_integer(1) {
        return Err(RateFault::BareOne);
    }
    Rate::from_fraction(number).map_err(|_| RateFault::Range)
}

#[cfg(test)]
mod tests {
    use crate::documents::payment::PaymentReader;
    use crate::input::{Intake, Kind, Source, Sources, Verdict};
    use crate::policy::{self, Policy};
    use proptest::prelude::*;

    /// Date, customer, method and amount of each sound one of these lines of a file of payments.
    fn read(lines: &[String], policy: &Policy) -> Vec<String> {
        let text = format!("payment_no,payment_date,customer_id,method,amount\n{}", lines.concat());
        let file = Source::memory(Kind::Payments, "payments.csv", text.as_bytes());
        let sources = Sources { files: vec![file], ..Sources::default() };
        let mut intake = Intake::new(&sources, policy, "2026-01-31".parse().unwrap());
        let mut said = Vec::new();
        let each = |row: &crate::documents::payment::PaymentRow<'_>, _| {
            said.push(format!("{} {:?} {:?} {}", row.date, row.customer_id.id(), row.method, row.amount()));
            Verdict::Used
        };
        intake.read::<PaymentReader>(each).unwrap();
        said
    }

    proptest! {
        #[test]
        fn what_a_cell_says_does_not_hang_on_those_above(rows in prop::collection::vec((
            "2026-01-0[12]|2026/1/[12]|2026-01-0[12] 00:00:0[01]|20260101|2026年1月1日|2026-01-32",
            "C[12]{1,2}|[ab]{0,9}",
            "电汇|银行转账|银行承兑汇票|商业承兑汇票|支票|现金|cash|wire|-||电",
            "[0-9]{1,2}([.][0-9]{1,3})?",
        ), 1..9)) {
            let (policy, _) = policy::load(None).unwrap();
            let line = |(number, (date, code, method, amount)): (usize, &(String, String, String, String))| {
                format!("P{number},{date},{code},{method},{amount}\n")
            };
            let lines: Vec<String> = rows.iter().enumerate().map(line).collect();
            let alone: Vec<String> = lines.iter().flat_map(|line| read(std::slice::from_ref(line), &policy)).collect();
            prop_assert_eq!(read(&lines, &policy), alone);
        }
    }
}
