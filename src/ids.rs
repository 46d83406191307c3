//! Identifiers of the books as small numbers: each text is kept once and known by its number from then on.
//!
//! A number belongs to one kind of identifier: an order's can't be used as an invoice's.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::input::hash_bytes;
use crate::short_text::{SHORT, ShortText, Slot};

/// The number of an identifier of kind `K`.
pub struct Id<K>(u32, PhantomData<K>);

impl<K> Id<K> {
    /// The identifier of this number.
    pub const fn from_index(index: usize) -> Id<K> {
        Id(index as u32, PhantomData)
    }

    /// The number, for tables with a row per identifier.
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
    fn eq(&self, other: &Id<K>) -> bool {
        self.0 == other.0
    }
}

impl<K> Eq for Id<K> {}

impl<K> PartialOrd for Id<K> {
    fn partial_cmp(&self, other: &Id<K>) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> Ord for Id<K> {
    fn cmp(&self, other: &Id<K>) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}

impl<K> Hash for Id<K> {
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
    /// Invoices, by code and number.
    Invoice;
    /// Customers, by customer_id.
    CustomerKey;
    /// Goods names, normalised.
    GoodsName;
    /// Any other text that repeats: a sku, a line number that is no number, a region.
    Label;
}

/// All identifiers of one kind.
pub struct Ids<K> {
    slots: Vec<Slot>,
    /// The texts that are too long for a slot, one after the other.
    long: Vec<u8>,
    /// Where those before `indexed` are found. Behind them stand the newest, short texts in rising order and greater than
    /// all short ones before: most files are sorted, and such a text is new without anybody looking for it. They are
    /// entered in the table many at a time, so that the reads of memory overlap.
    table: Table,
    indexed: usize,
    /// The greatest short text.
    greatest: Option<ShortText>,
    /// The identifier that was asked for last: rows of one document stand together in most files.
    last: AtomicU32,
    kind: PhantomData<K>,
}

/// Texts that are not in the table yet.
const MOST_UNINDEXED: usize = 64;

/// The length that marks a long text: its slot holds where it begins and ends among the long ones. So a short text is
/// compared with a slot without looking anywhere else.
const LONG: u8 = u8::MAX;

/// The slot of a text that lies there among the long ones.
fn long_slot(range: Range<usize>) -> Slot {
    let mut slot = [0; SHORT + 1];
    slot[..8].copy_from_slice(&(range.start as u64).to_le_bytes());
    slot[8..16].copy_from_slice(&(range.end as u64).to_le_bytes());
    slot[SHORT] = LONG;
    slot
}

/// The numbers of identifiers by the hash of their texts: the entry of a text is sought from its hash on, one after the
/// other. What stands together is read from memory at once, and hashes are kept, so that neither a text is looked at in
/// vain nor any when the table grows.
#[derive(Default)]
struct Table {
    /// A power of two of them, at most four fifths of them in use.
    entries: Vec<Entry>,
    used: usize,
}

#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    /// [`FREE`] where nothing is.
    number: u32,
}

const FREE: u32 = u32::MAX;

impl Table {
    const SMALLEST: usize = 16;

    /// The first entry with this hash that is the one sought.
    #[inline]
    fn find(&self, hash: u32, is_it: impl Fn(u32) -> bool) -> Option<u32> {
        let mask = self.entries.len().wrapping_sub(1);
        let mut at = hash as usize & mask;
        loop {
            let entry = self.entries.get(at)?;
            if entry.number == FREE {
                return None;
            }
            if entry.hash == hash && is_it(entry.number) {
                return Some(entry.number);
            }
            at = (at + 1) & mask;
        }
    }

    /// Adds an entry, which must not be there.
    fn add(&mut self, entry: Entry) {
        if 5 * (self.used + 1) > 4 * self.entries.len() {
            let size = (2 * self.entries.len()).max(Table::SMALLEST);
            let before = std::mem::replace(&mut self.entries, vec![Entry { hash: 0, number: FREE }; size]);
            before.into_iter().filter(|entry| entry.number != FREE).for_each(|entry| self.put(entry));
        }
        self.used += 1;
        self.put(entry);
    }

    fn put(&mut self, entry: Entry) {
        let mask = self.entries.len() - 1;
        let mut at = entry.hash as usize & mask;
        while self.entries[at].number != FREE {
            at = (at + 1) & mask;
        }
        self.entries[at] = entry;
    }
}

impl<K> Default for Ids<K> {
    fn default() -> Ids<K> {
        Ids {
            slots: Vec::new(),
            long: Vec::new(),
            table: Table::default(),
            indexed: 0,
            greatest: None,
            last: AtomicU32::new(0),
            kind: PhantomData,
        }
    }
}

impl<K> Ids<K> {
    /// The text's identifier, a new one where it was not known.
    pub fn intern(&mut self, text: &[u8]) -> Id<K> {
        self.intern_new(text).0
    }

    /// The text's identifier, and whether it is new.
    pub fn intern_new(&mut self, text: &[u8]) -> (Id<K>, bool) {
        let Some(short) = ShortText::of(text) else { return self.intern_long(text) };
        if let Some(last) = self.last_if(|slot| short.is_in(slot)) {
            return (last, false);
        }
        if self.greatest.is_none_or(|greatest| greatest.is_before(short)) {
            self.greatest = Some(short);
            if self.slots.len() - self.indexed == MOST_UNINDEXED {
                self.index();
            }
            return (self.push(short.slot()), true);
        }
        if let Some(known) = self.find_short(short) {
            return (self.note(known), false);
        }
        let new = self.push(short.slot());
        self.index();
        (new, true)
    }

    fn intern_long(&mut self, text: &[u8]) -> (Id<K>, bool) {
        let is_it = |slot: &Slot| self.is_long(slot, text);
        if let Some(known) = self.last_if(is_it).or_else(|| self.find_long(text)) {
            return (self.note(known), false);
        }
        let start = self.long.len();
        self.long.extend_from_slice(text);
        let new = self.push(long_slot(start..self.long.len()));
        self.index();
        (new, true)
    }

    fn push(&mut self, slot: Slot) -> Id<K> {
        let number = self.slots.len();
        self.slots.push(slot);
        self.note(Id::from_index(number))
    }

    /// Enters in the table what is not there yet.
    fn index(&mut self) {
        for number in self.indexed..self.slots.len() {
            let slot = &self.slots[number];
            let hash = if slot[SHORT] == LONG {
                hash_bytes(self.bytes_in(slot)) as u32
            } else {
                ShortText::in_slot(slot).hash()
            };
            self.table.add(Entry { hash, number: number as u32 });
        }
        self.indexed = self.slots.len();
    }

    /// Notes the identifier as the last that was asked for.
    #[inline]
    fn note(&self, id: Id<K>) -> Id<K> {
        self.last.store(id.0, Ordering::Relaxed);
        id
    }

    /// The text's identifier, where it is known.
    pub fn find(&self, text: &[u8]) -> Option<Id<K>> {
        let found = match ShortText::of(text) {
            Some(short) => self.last_if(|slot| short.is_in(slot)).or_else(|| self.find_short(short)),
            None => self.last_if(|slot| self.is_long(slot, text)).or_else(|| self.find_long(text)),
        };
        found.map(|id| self.note(id))
    }

    /// Whether the text is known. Threads may ask this as often as they like: unlike [`Ids::find`] it notes nothing that
    /// they share.
    pub fn contains(&self, text: &[u8]) -> bool {
        let found = ShortText::of(text).map_or_else(|| self.find_long(text), |short| self.find_short(short));
        found.is_some()
    }

    /// Tells whether an identifier has this text, of several that may.
    #[inline]
    pub fn with_text<'a>(&'a self, text: &'a [u8]) -> impl Fn(Id<K>) -> bool + 'a {
        let short = ShortText::of(text);
        move |id| match short {
            Some(short) => short.is_in(&self.slots[id.index()]),
            None => self.bytes(id) == text,
        }
    }

    /// The identifiers of many texts. Each step is taken for all of them before the next: so the reads of memory that the
    /// texts need, each far from the others, overlap.
    pub fn find_all<'t>(&self, texts: impl Iterator<Item = &'t [u8]>) -> Vec<Option<Id<K>>> {
        let sought: Vec<(&[u8], Option<ShortText>)> = texts.map(|text| (text, ShortText::of(text))).collect();
        let is_again = |at: usize| at > 0 && sought[at].1.is_some() && sought[at].1 == sought[at - 1].1;
        let likely = |(at, (_, short)): (usize, &(&[u8], Option<ShortText>))| {
            let first = |short: &ShortText| self.table.find(short.hash(), |_| true);
            short.as_ref().filter(|_| !is_again(at)).and_then(first)
        };
        let likely: Vec<Option<u32>> = sought.iter().enumerate().map(likely).collect();
        let mut found: Vec<Option<Id<K>>> = Vec::with_capacity(sought.len());
        for (at, (&(text, short), likely)) in sought.iter().zip(likely).enumerate() {
            let known = match (short, likely) {
                (Some(_), _) if is_again(at) => found[at - 1],
                (Some(short), Some(likely)) if short.is_in(&self.slots[likely as usize]) => {
                    Some(Id(likely, PhantomData))
                }
                // No text has this hash.
                (Some(_), None) if self.indexed == self.slots.len() => None,
                _ => self.find(text),
            };
            found.push(known);
        }
        found
    }

    #[inline]
    fn find_short(&self, short: ShortText) -> Option<Id<K>> {
        let newest = &self.slots[self.indexed..];
        if newest.first().is_some_and(|first| !short.is_before(ShortText::in_slot(first))) {
            let found = newest.binary_search_by(|slot| ShortText::in_slot(slot).order(short));
            return found.ok().map(|at| Id::from_index(self.indexed + at));
        }
        let is_it = |number: u32| short.is_in(&self.slots[number as usize]);
        self.table.find(short.hash(), is_it).map(|number| Id(number, PhantomData))
    }

    fn find_long(&self, text: &[u8]) -> Option<Id<K>> {
        let is_it = |number: u32| self.is_long(&self.slots[number as usize], text);
        self.table.find(hash_bytes(text) as u32, is_it).map(|number| Id(number, PhantomData))
    }

    /// The identifier that was asked for last, if it is the one sought.
    #[inline]
    fn last_if(&self, is_it: impl Fn(&Slot) -> bool) -> Option<Id<K>> {
        let last = self.last.load(Ordering::Relaxed);
        self.slots.get(last as usize).is_some_and(is_it).then_some(Id(last, PhantomData))
    }

    /// Whether the slot is that of this long text.
    fn is_long(&self, slot: &Slot, text: &[u8]) -> bool {
        slot[SHORT] == LONG && self.bytes_in(slot) == text
    }

    /// The identifier's text, as bytes.
    pub fn bytes(&self, id: Id<K>) -> &[u8] {
        self.bytes_in(&self.slots[id.index()])
    }

    #[inline]
    fn bytes_in<'a>(&'a self, slot: &'a Slot) -> &'a [u8] {
        if slot[SHORT] != LONG {
            return &slot[..slot[SHORT] as usize];
        }
        let place = |from: usize| {
            let bytes = slot[from..].first_chunk().copied().unwrap_or_default();
            u64::from_le_bytes(bytes) as usize
        };
        &self.long[place(0)..place(8)]
    }

    /// The identifier's text.
    pub fn text(&self, id: Id<K>) -> &str {
        std::str::from_utf8(self.bytes(id)).unwrap_or_default()
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
    pub fn all(&self) -> impl Iterator<Item = Id<K>> + use<K> {
        (0..self.len()).map(Id::from_index)
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
        assert_eq!(ids.text(many[999]), "SO999");
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
                prop_assert_eq!(ids.contains(text), before.is_some());
                let (id, is_new) = ids.intern_new(text);
                prop_assert_eq!((id.index(), is_new), (before.unwrap_or(known.len()), before.is_none()));
                if is_new {
                    known.push(text);
                }
                prop_assert_eq!(ids.bytes(id), &text[..]);
            }
            let found = ids.find_all(texts.iter().map(Vec::as_slice).chain([&b"x"[..]]));
            let expected = texts.iter().map(|text| known.iter().position(|known| known == text)).chain([None]);
            prop_assert!(found.iter().map(|id| id.map(Id::index)).eq(expected));
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
            assert_eq!((ids.find(text), ids.bytes(number)), (Some(number), &text[..]));
            assert_eq!(ids.intern_new(text), (number, false));
        }
        for (text, &number) in texts.iter().zip(&numbers).filter(|(text, _)| text.len() <= SHORT) {
            let short = ShortText::of(text).unwrap();
            assert_eq!(short.slot(), ids.slots[number.index()]);
            assert_eq!((&short.slot()[..text.len()], short.slot()[SHORT] as usize), (&text[..], text.len()));
        }
        let found = ids.find_all(texts.iter().map(Vec::as_slice).chain([&b"y"[..]]));
        assert_eq!(found, numbers.iter().map(|&number| Some(number)).chain([None]).collect::<Vec<_>>());
        assert_eq!(ids.len(), texts.len());
    }
}
