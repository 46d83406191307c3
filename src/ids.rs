//! Identifiers of the books as small numbers: each text is kept once and known by its number from then on.
//!
//! A number belongs to one kind of identifier: an order's can't be used as an invoice's.

mod blocks;
mod forms;
mod names;
mod numbered;
mod table;

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Deref;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::book_text::BookText;
use crate::eights::are_equal;
use crate::memory::{are_far_apart, bring_near, list_of_many};
use blocks::Blocks;
use forms::{Forms, MadeText, Slot, Sought};
pub use names::Names;
use table::Table;

/// The number of an identifier of kind `K`.
pub struct Id<K>(u32, PhantomData<K>);

impl<K> Id<K> {
    /// The identifier of this number.
    #[inline]
    pub const fn from_index(index: usize) -> Id<K> {
        Id(index as u32, PhantomData)
    }

    const fn from_number(number: u32) -> Id<K> {
        Id(number, PhantomData)
    }

    /// The number, for tables with a row per identifier.
    #[inline]
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

impl<K> Clone for Id<K> {
    fn clone(&self) -> Id<K> {
        *self
    }
}

impl<K> Copy for Id<K> {}

impl<K> PartialEq for Id<K> {
    #[inline]
    fn eq(&self, other: &Id<K>) -> bool {
        self.0 == other.0
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    #[inline]
    fn partial_cmp(&self, other: &Id<K>) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    #[inline]
    fn cmp(&self, other: &Id<K>) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl<K> Hash for Id<K> {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<K> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident;)*) => {
        $($(#[$doc])* #[derive(Debug)] pub enum $name {})*
    };
}

kinds! {
    /// Orders, by order_no.
    Order;
    /// Shipments, by shipment_no.
    Shipment;
    /// Receipts, by receipt_no.
    Receipt;
    /// Invoices, by code and number.
    Invoice;
    /// Payments, by payment_no.
    Payment;
    /// Customers, by customer_id.
    CustomerKey;
    /// Goods names, normalised.
    GoodsName;
    /// Any other text that repeats: a sku, a line number that is no number, a region.
    Label;
}

/// What was found out of a text before it is interned, if anything: it is good for this text and these [`Ids`] alone.
#[derive(Clone, Copy, Debug)]
pub struct Approached(Slot);

impl Approached {
    /// Nothing.
    pub const NOTHING: Approached = Approached(Slot::NONE);
}

/// All identifiers of one kind, of which there are millions: order, shipment and invoice numbers.
pub struct Ids<K> {
    slots: Vec<Slot>,
    forms: Forms,
    /// The texts that have no form.
    formless: Names<K>,
    /// Where those before `indexed` are found. Behind them stand the newest, of one form, with slots in rising order and
    /// greater than all before of that form: most files are sorted, and such a text is new without anybody looking for it.
    /// They are entered in the table all at once, as soon as texts come that are not new by their order alone.
    table: Table,
    indexed: usize,
    /// Where the first of the newest are found, once many are sought while none of them is in the table.
    blocks: Blocks,
    /// The greatest slot of each form, but for those of the newest.
    greatest: Vec<Option<Slot>>,
    /// What was interned last, and its text: rows of one document stand together in most files.
    interned: Option<Id<K>>,
    interned_text: BookText,
    /// The identifier that was asked for last: rows of one document stand together in most files.
    last: AtomicU32,
    /// How many texts were sought in the table, to be interned, since somebody approached many of them.
    sought: u32,
}

impl<K> Default for Ids<K> {
    fn default() -> Ids<K> {
        Ids {
            slots: Vec::new(),
            forms: Forms::default(),
            formless: Names::default(),
            table: Table::default(),
            indexed: 0,
            blocks: Blocks::default(),
            greatest: Vec::new(),
            interned: None,
            interned_text: BookText::default(),
            last: AtomicU32::new(0),
            sought: 0,
        }
    }
}

impl<K> Ids<K> {
    /// None yet, of which there will be many in a large book.
    pub fn of_many() -> Ids<K> {
        Ids { slots: list_of_many(), ..Ids::default() }
    }

    /// The text's identifier, a new one where it was not known.
    pub fn intern(&mut self, text: &[u8]) -> Id<K> {
        self.intern_new(text).0
    }

    /// The text's identifier, and whether it is new.
    #[inline(always)]
    pub fn intern_new(&mut self, text: &[u8]) -> (Id<K>, bool) {
        match self.interned {
            Some(id) if are_equal(self.interned_text.bytes(), text) => (id, false),
            _ => self.intern_another(text),
        }
    }

    /// The same of a text that was looked at before.
    #[inline(always)]
    pub fn intern_approached(&mut self, text: &[u8], Approached(slot): Approached) -> (Id<K>, bool) {
        if slot == Slot::NONE {
            return self.intern_new(text);
        }
        match self.if_last(slot) {
            Some(last) => (last, false),
            None => self.intern_another_slot(slot),
        }
    }

    /// The identifier of a slot with a form, and whether it is new.
    #[inline(never)]
    fn intern_another_slot(&mut self, slot: Slot) -> (Id<K>, bool) {
        if self.newest().last().is_some_and(|&last| last < slot && last.is_like(slot)) {
            return (self.push(slot), true);
        }
        if self.is_beyond_all(slot) { (self.push_newest(slot), true) } else { self.intern_slot(slot) }
    }

    /// The same of a text that is not the one that was interned last.
    #[inline(never)]
    fn intern_another(&mut self, text: &[u8]) -> (Id<K>, bool) {
        let (id, is_new) = match self.forms.slot(text) {
            Some(slot) => self.intern_another_slot(slot),
            None => self.intern_formless(text),
        };
        self.interned_text.set(text);
        self.interned = Some(id);
        (id, is_new)
    }

    /// The same of a text that has no form.
    #[inline(never)]
    fn intern_formless(&mut self, text: &[u8]) -> (Id<K>, bool) {
        let slot = Slot::formless(self.formless.intern(text).index());
        self.intern_slot(slot)
    }

    /// The identifier of a slot that may be known.
    fn intern_slot(&mut self, slot: Slot) -> (Id<K>, bool) {
        self.sought += 1;
        if self.indexed < self.slots.len() {
            self.enter_newest();
        }
        let Ids { slots, table, .. } = self;
        let is_it = |number: u32| slots[number as usize] == slot;
        let hash_of = |number: u32| slots[number as usize].hash();
        if let Some(known) = table.find_or_add(slot.hash(), is_it, hash_of) {
            return (self.note(Id::from_number(known)), false);
        }
        self.indexed += 1;
        (self.push(slot), true)
    }

    /// Whether the slot is greater than all of its form, and notes it as the greatest where it is.
    fn is_beyond_all(&mut self, slot: Slot) -> bool {
        self.note_newest();
        let is_beyond = self.greatest.get(slot.form()).is_none_or(|&greatest| greatest < Some(slot));
        if is_beyond {
            self.note_greatest(slot);
        }
        is_beyond
    }

    /// Notes the last of the newest as the greatest of its form.
    #[inline]
    fn note_newest(&mut self) {
        if let Some(&last) = self.newest().last() {
            self.note_greatest(last);
        }
    }

    fn note_greatest(&mut self, slot: Slot) {
        if self.greatest.len() <= slot.form() {
            self.greatest.resize(slot.form() + 1, None);
        }
        self.greatest[slot.form()] = Some(slot);
    }

    /// Those that are not in the table.
    #[inline]
    fn newest(&self) -> &[Slot] {
        &self.slots[self.indexed..]
    }

    /// Adds a slot that is greater than all of its form.
    fn push_newest(&mut self, slot: Slot) -> Id<K> {
        if self.newest().first().is_some_and(|first| !first.is_like(slot)) {
            self.enter_newest();
        }
        self.push(slot)
    }

    #[inline]
    fn push(&mut self, slot: Slot) -> Id<K> {
        let number = self.slots.len();
        self.slots.push(slot);
        self.note(Id::from_index(number))
    }

    /// Prepares for many being sought: whoever has added many, and now seeks many, calls for it before.
    pub fn index(&mut self) {
        match Blocks::of(self.newest()) {
            Some(blocks) => self.blocks = blocks,
            None => self.enter_newest(),
        }
    }

    /// Enters in the table what is not there yet.
    fn enter_newest(&mut self) {
        let count = self.newest().len();
        if count > 0 {
            self.note_newest();
            self.table.add(count, |number| self.slots[number as usize].hash());
            (self.indexed, self.blocks) = (self.slots.len(), Blocks::default());
        }
    }

    /// Prepares for so many, or about as many.
    pub fn expect(&mut self, count: usize) {
        self.slots.reserve(count);
        self.table.expect(count);
    }

    /// Notes the identifier as the last that was asked for.
    #[inline]
    fn note(&self, id: Id<K>) -> Id<K> {
        self.last.store(id.0, Ordering::Relaxed);
        id
    }

    /// The text's slot, where it may be known.
    #[inline(always)]
    fn slot(&self, text: &[u8]) -> Option<Slot> {
        self.forms.slot_of_last(text).or_else(|| self.slot_with_care(text))
    }

    /// The same where it may be of another form than the last one that was given a slot.
    #[inline(never)]
    fn slot_with_care(&self, text: &[u8]) -> Option<Slot> {
        match self.forms.seek(text) {
            Sought::Slot(slot) => Some(slot),
            Sought::NewForm => None,
            Sought::Formless => self.formless.look_up(text).map(|id| Slot::formless(id.index())),
        }
    }

    /// The text's identifier, where it is known.
    pub fn find(&self, text: &[u8]) -> Option<Id<K>> {
        self.last_or_found(self.slot(text)?)
    }

    /// The identifier that was asked for last, where it has this slot.
    #[inline]
    fn if_last(&self, slot: Slot) -> Option<Id<K>> {
        let last = self.last.load(Ordering::Relaxed);
        (self.slots.get(last as usize) == Some(&slot)).then_some(Id(last, PhantomData))
    }

    /// The identifier of this slot: the one that was asked for last, or another one.
    #[inline]
    fn last_or_found(&self, slot: Slot) -> Option<Id<K>> {
        self.if_last(slot).or_else(|| self.find_slot(slot).map(|id| self.note(id)))
    }

    /// Brings near what is kept of these.
    pub fn approach(&self, ids: impl Iterator<Item = Id<K>>) {
        bring_near(ids.map(|id| u64::from(self.slots[id.index()].hash())));
    }

    /// Brings near what is known of these texts, which are interned next, and notes beside each what is found out of it; the
    /// identifiers that some of them probably are. Where all but a few of the last ones came in their order, these are
    /// likely to do so, too, and nothing of them is sought.
    pub fn approach_texts<'t>(
        &mut self,
        texts: impl Iterator<Item = (&'t [u8], &'t mut Approached)>,
    ) -> Vec<Id<K>> {
        const FEW: u32 = 64;
        if std::mem::take(&mut self.sought) < FEW || !self.table.is_large() {
            return Vec::new();
        }
        let mut slots = Vec::with_capacity(texts.size_hint().1.unwrap_or_default());
        let (mut before, mut slot): (&[u8], Slot) = (&[], Slot::NONE);
        for (text, approached) in texts {
            if slots.is_empty() || !are_equal(before, text) {
                slot = self.forms.slot(text).unwrap_or(Slot::NONE);
                slots.push(slot);
            }
            *approached = Approached(slot);
            before = text;
        }
        let likely = self.likely(&slots);
        self.approach(likely.iter().copied());
        likely
    }

    /// The identifiers that some of these slots probably are; where each slot is sought is near from then on.
    fn likely(&self, slots: &[Slot]) -> Vec<Id<K>> {
        // Most are new, so that nothing keeps the processor from reading many entries at a time.
        let number = |slot: &Slot| self.table.first_number(slot.hash());
        slots.iter().filter_map(number).map(Id::from_number).collect()
    }

    /// Tells whether an identifier has this text, of several that may.
    #[inline]
    pub fn with_text<'a>(&'a self, text: &[u8]) -> impl Fn(Id<K>) -> bool + 'a {
        let slot = self.slot(text);
        move |id| slot == Some(self.slots[id.index()])
    }

    /// The identifiers of many texts, each with how many texts, one after the other, are the same. Each step is taken for
    /// all of them before the next: so the reads of memory that the texts need, each far from the others, overlap.
    pub fn find_runs<'t>(&self, texts: impl Iterator<Item = &'t [u8]>) -> impl Iterator<Item = Run<K>> {
        let mut runs: Vec<(Slot, u32)> = Vec::with_capacity(texts.size_hint().0);
        let mut before: &[u8] = &[];
        for text in texts {
            match runs.last_mut() {
                Some((_, times)) if are_equal(before, text) => *times += 1,
                _ => runs.push((self.slot(text).unwrap_or(Slot::NONE), 1)),
            }
            before = text;
        }
        let mut likely = Vec::new();
        if self.table.is_large() {
            let slots = runs.iter().map(|&(slot, _)| slot);
            bring_near(slots.clone().map(|slot| self.table.first_entry(slot.hash())));
            likely = slots.map(|slot| self.table.find(slot.hash(), |_| true).map(Id::from_number)).collect();
            let known = || likely.iter().copied().flatten();
            if are_far_apart(known().map(Id::index)) {
                self.approach(known());
            }
        }
        let likely = likely.into_iter().chain(std::iter::repeat(None));
        runs.into_iter().zip(likely).map(move |((slot, times), likely)| {
            let is_it = |id: &Id<K>| self.slots[id.index()] == slot;
            Run { id: likely.filter(is_it).or_else(|| self.find_slot(slot)), times: times as usize }
        })
    }

    /// The identifiers of many texts, each by itself.
    pub fn find_all<'t>(&self, texts: impl Iterator<Item = &'t [u8]>) -> Vec<Option<Id<K>>> {
        let mut all = Vec::with_capacity(texts.size_hint().0);
        for Run { id, times } in self.find_runs(texts) {
            all.extend(std::iter::repeat_n(id, times));
        }
        all
    }

    #[inline]
    fn find_slot(&self, slot: Slot) -> Option<Id<K>> {
        let newest = self.newest();
        if newest.first().is_some_and(|&first| slot >= first && slot.is_like(first)) {
            let found = match &newest[self.blocks.slots()..] {
                rest @ [first, ..] if slot >= *first => {
                    rest.binary_search(&slot).ok().map(|at| self.blocks.slots() + at)
                }
                _ => self.blocks.find(slot),
            };
            return found.map(|at| Id::from_index(self.indexed + at));
        }
        let is_it = |number: u32| self.slots[number as usize] == slot;
        self.table.find(slot.hash(), is_it).map(|number| Id(number, PhantomData))
    }

    /// The identifier's text.
    #[inline]
    pub fn text(&self, id: Id<K>) -> IdText<'_> {
        self.text_of(self.slots[id.index()])
    }

    #[inline]
    fn text_of(&self, slot: Slot) -> IdText<'_> {
        IdText(match slot.as_formless() {
            Some(at) => Text::Kept(self.formless.bytes(Id::from_index(at))),
            None => Text::Made(self.forms.text(slot)),
        })
    }

    /// How the texts of two identifiers sort, as bytes.
    pub fn order(&self, one: Id<K>, other: Id<K>) -> std::cmp::Ordering {
        self.order_keys(self.sort_key(one), self.sort_key(other))
    }

    /// What an identifier is sorted by: whoever compares one with many reads it once.
    #[inline]
    pub fn sort_key(&self, id: Id<K>) -> SortKey {
        SortKey(self.slots[id.index()])
    }

    /// How the texts of two identifiers with these keys sort, as bytes.
    #[inline]
    pub fn order_keys(&self, one: SortKey, other: SortKey) -> std::cmp::Ordering {
        let by_text = || self.text_of(one.0).as_bytes().cmp(self.text_of(other.0).as_bytes());
        one.order_alike(other).unwrap_or_else(by_text)
    }

    /// The text of the identifier with this key.
    pub fn text_of_key(&self, key: SortKey) -> IdText<'_> {
        self.text_of(key.0)
    }

    /// Whether the identifiers are numbered in the order of their texts.
    pub fn are_sorted(&self) -> bool {
        self.all().is_sorted_by(|&one, &other| self.order(one, other).is_le())
    }

    /// Numbers the identifiers anew in the order of their texts; the new number of each. Until [`Ids::index`] none is found
    /// by its text.
    pub fn sort(&mut self) -> Vec<Id<K>> {
        self.note_newest();
        let mut sorted: Vec<(Slot, u32)> = self.slots.iter().copied().zip(0..).collect();
        sorted.sort_unstable_by(|&(one, _), &(other, _)| {
            let by_text = || self.text_of(one).as_bytes().cmp(self.text_of(other).as_bytes());
            if one.is_like(other) { one.cmp(&other) } else { by_text() }
        });
        let mut numbers = vec![Id::from_index(0); sorted.len()];
        for (number, (slot, before)) in sorted.into_iter().enumerate() {
            self.slots[number] = slot;
            numbers[before as usize] = Id::from_index(number);
        }
        (self.table, self.indexed, self.interned) = (Table::default(), 0, None);
        self.blocks = Blocks::default();
        numbers
    }

    /// Gives back the memory by which texts are found: from here on none is known by its text, and none may be added.
    pub fn forget_how_to_find(&mut self) {
        (self.table, self.blocks) = (Table::default(), Blocks::default());
        self.slots.shrink_to_fit();
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.slots.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    /// All identifiers, in the order in which they came.
    pub fn all(&self) -> impl Iterator<Item = Id<K>> + Clone + use<K> {
        (0..self.len()).map(Id::from_index)
    }
}

/// One text or several, one after the other, that are the same.
#[derive(Debug)]
pub struct Run<K> {
    /// What they are, where that is known.
    pub id: Option<Id<K>>,
    /// How many there are.
    pub times: usize,
}

/// What an identifier is sorted by; see [`Ids::sort_key`].
#[derive(Clone, Copy, Debug)]
pub struct SortKey(Slot);

impl SortKey {
    /// How the texts of two sort that differ in nothing but the digits at their end.
    #[inline]
    pub fn order_alike(self, other: SortKey) -> Option<std::cmp::Ordering> {
        self.0.is_like(other.0).then(|| self.0.cmp(&other.0))
    }
}

/// The text of an identifier.
#[derive(Clone, Copy)]
pub struct IdText<'a>(Text<'a>);

#[derive(Clone, Copy)]
enum Text<'a> {
    Kept(&'a [u8]),
    Made(MadeText),
}

impl IdText<'_> {
    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        match &self.0 {
            Text::Kept(text) => text,
            Text::Made(text) => text.bytes(),
        }
    }

    /// The text behind so many of its bytes.
    #[must_use]
    pub fn behind(self, start: usize) -> Self {
        IdText(match self.0 {
            Text::Kept(text) => Text::Kept(text.get(start..).unwrap_or_default()),
            Text::Made(text) => Text::Made(text.behind(start)),
        })
    }
}

impl Deref for IdText<'_> {
    type Target = str;

    fn deref(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }
}

impl fmt::Display for IdText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl fmt::Debug for IdText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, f)
    }
}

impl<K> fmt::Debug for Ids<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} identifiers", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_has_one_number() {
        let mut ids: Ids<Order> = Ids::default();
        let many: Vec<Id<Order>> = (0..1000).map(|n| ids.intern(format!("SO{n}").as_bytes())).collect();
        assert_eq!(ids.intern(b"SO7"), many[7]);
        assert_eq!(&*ids.text(many[999]), "SO999");
        assert_eq!(ids.find(b"SO1000"), None);
        assert_eq!(ids.len(), 1000);
    }

    proptest! {
        #[test]
        fn texts_are_known_in_whatever_order_they_come(numbers in prop::collection::vec((0u32..400, 0usize..40), 0..600), sorted in 0usize..600) {
            let mut texts: Vec<Vec<u8>> =
                numbers.iter().map(|(number, width)| format!("{number:0width$}").into_bytes()).collect();
            let end = sorted.min(texts.len());
            texts[..end].sort();
            let mut ids: Ids<Order> = Ids::default();
            let mut known: Vec<&[u8]> = Vec::new();
            for text in &texts {
                let before = known.iter().position(|known| known == text);
                prop_assert_eq!(ids.find(text).map(Id::index), before);
                if known.len() % 50 == 49 {
                    ids.index();
                    prop_assert_eq!(ids.find(text).map(Id::index), before);
                }
                // Some are looked at ahead.
                let slot = (text.len() % 3 == 0).then(|| ids.forms.slot(text)).flatten();
                let (id, is_new) = ids.intern_approached(text, slot.map_or(Approached::NOTHING, Approached));
                prop_assert_eq!((id.index(), is_new), (before.unwrap_or(known.len()), before.is_none()));
                if is_new {
                    known.push(text);
                }
                let kept = ids.text(id);
                prop_assert_eq!(kept.as_bytes(), &text[..]);
            }
            let found = ids.find_all(texts.iter().map(Vec::as_slice).chain([&b"x"[..]]));
            let expected = texts.iter().map(|text| known.iter().position(|known| known == text)).chain([None]);
            prop_assert!(found.iter().map(|id| id.map(Id::index)).eq(expected));
        }
    }

    proptest! {
        #[test]
        fn sorted_identifiers_are_numbered_as_their_texts_sort(texts in prop::collection::vec("[AB][0-9]{1,3}|[0-9]{0,19}|[a-z]{30,40}", 0..40), late in "[AB][0-9]{1,3}") {
            let mut ids: Ids<Order> = Ids::default();
            let before: Vec<Id<Order>> = texts.iter().map(|text| ids.intern(text.as_bytes())).collect();
            prop_assert_eq!(ids.are_sorted(), ids.all().map(|id| ids.text(id).to_string()).is_sorted());
            let numbers = ids.sort();
            prop_assert!(ids.are_sorted());
            ids.index();
            let sorted: Vec<String> = ids.all().map(|id| ids.text(id).to_string()).collect();
            prop_assert!(sorted.is_sorted() && sorted.len() == numbers.len());
            for (text, before) in texts.iter().zip(before) {
                prop_assert_eq!(ids.find(text.as_bytes()), Some(numbers[before.index()]));
                prop_assert_eq!(&*ids.text(numbers[before.index()]), text);
            }
            let known = texts.contains(&late);
            prop_assert_eq!(ids.intern_new(late.as_bytes()).1, !known);
        }
    }

    #[test]
    fn texts_of_any_length_are_kept_and_told_apart() {
        let mut ids: Ids<Label> = Ids::default();
        let texts: Vec<Vec<u8>> = (0..60)
            .map(|length| vec![b'x'; length])
            .chain([vec![0; 5], vec![0; 6], vec![0xff; 23]])
            .chain((1..40).map(|length: u8| (b'a'..b'a' + length).collect()))
            .collect();
        let numbers: Vec<Id<Label>> = texts.iter().map(|text| ids.intern(text)).collect();
        for (text, &number) in texts.iter().zip(&numbers).rev() {
            assert_eq!((ids.find(text), ids.text(number).as_bytes()), (Some(number), &text[..]));
            assert_eq!(ids.intern_new(text), (number, false));
        }
        let found = ids.find_all(texts.iter().map(Vec::as_slice).chain([&b"y"[..]]));
        assert_eq!(found, numbers.iter().map(|&number| Some(number)).chain([None]).collect::<Vec<_>>());
        assert_eq!(ids.len(), texts.len());
    }
}
