//! Identifiers of the books as small numbers: each text is kept once and known by its number from then on.
//!
//! A number belongs to one kind of identifier: an order's can't be used as an invoice's.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
use std::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use hashbrown::HashTable;

use crate::input::hash_bytes;

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
    table: HashTable<Entry>,
    /// The identifier that was asked for last: rows of one document stand together in most files.
    last: AtomicU32,
    kind: PhantomData<K>,
}

/// Bytes of a text that a slot holds itself: nearly every document number is shorter.
const SHORT: usize = 23;

/// Room for a text: the text itself, with zeros behind it and its length in the last byte, or where it is among the long
/// ones. A text is compared with a slot without looking anywhere else.
type Slot = [u8; SHORT + 1];

/// The length that marks a long text: its slot holds where it begins and ends.
const LONG: u8 = u8::MAX;

/// The slot of a text that fits it.
#[inline]
fn short_slot(text: &[u8]) -> Option<Slot> {
    if text.len() > SHORT {
        return None;
    }
    let mut slot = [0; SHORT + 1];
    slot[..text.len()].copy_from_slice(text);
    slot[SHORT] = text.len() as u8;
    Some(slot)
}

/// The slot of a text that lies there among the long ones.
fn long_slot(range: Range<usize>) -> Slot {
    let mut slot = [0; SHORT + 1];
    slot[..8].copy_from_slice(&(range.start as u64).to_le_bytes());
    slot[8..16].copy_from_slice(&(range.end as u64).to_le_bytes());
    slot[SHORT] = LONG;
    slot
}

/// An identifier in the table, with the hash of its text, so that neither a text is looked at in vain nor any when
/// the table grows.
#[derive(Clone, Copy)]
struct Entry {
    hash: u32,
    number: u32,
}

impl Entry {
    /// The hash as the table wants it: it looks at the lowest and the highest bits.
    const fn spread(hash: u32) -> u64 {
        (hash as u64) << 32 | hash as u64
    }
}

impl<K> Default for Ids<K> {
    fn default() -> Ids<K> {
        Ids {
            slots: Vec::new(),
            long: Vec::new(),
            table: HashTable::new(),
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
        let short = short_slot(text);
        if let Some(last) = self.same_as_last(text, short.as_ref()) {
            return (last, false);
        }
        let hash = hash_bytes(text) as u32;
        if let Some(known) = self.find_hashed(text, short.as_ref(), hash) {
            return (known, false);
        }
        let number = self.slots.len() as u32;
        let slot = short.unwrap_or_else(|| {
            let start = self.long.len();
            self.long.extend_from_slice(text);
            long_slot(start..self.long.len())
        });
        self.slots.push(slot);
        self.table
            .insert_unique(Entry::spread(hash), Entry { hash, number }, |entry| Entry::spread(entry.hash));
        self.last.store(number, Ordering::Relaxed);
        (Id(number, PhantomData), true)
    }

    /// The text's identifier, where it is known.
    pub fn find(&self, text: &[u8]) -> Option<Id<K>> {
        let short = short_slot(text);
        self.same_as_last(text, short.as_ref())
            .or_else(|| self.find_hashed(text, short.as_ref(), hash_bytes(text) as u32))
    }

    /// The same of many texts. Taken one after the other without anything between, the reads of memory that each needs
    /// overlap with those of the next.
    pub fn find_all<'t>(&self, texts: impl Iterator<Item = &'t [u8]>) -> Vec<Option<Id<K>>> {
        let hashed: Vec<(&[u8], u32)> = texts.map(|text| (text, hash_bytes(text) as u32)).collect();
        let find = |&(text, hash): &(&[u8], u32)| self.number_hashed(text, short_slot(text).as_ref(), hash);
        hashed.iter().map(find).map(|number| Some(Id(number?, PhantomData))).collect()
    }

    #[inline]
    fn number_hashed(&self, text: &[u8], short: Option<&Slot>, hash: u32) -> Option<u32> {
        let is_it = |entry: &Entry| entry.hash == hash && self.is_text_of(entry.number, text, short);
        Some(self.table.find(Entry::spread(hash), is_it)?.number)
    }

    #[inline]
    fn find_hashed(&self, text: &[u8], short: Option<&Slot>, hash: u32) -> Option<Id<K>> {
        let number = self.number_hashed(text, short, hash)?;
        self.last.store(number, Ordering::Relaxed);
        Some(Id(number, PhantomData))
    }

    #[inline]
    fn same_as_last(&self, text: &[u8], short: Option<&Slot>) -> Option<Id<K>> {
        let last = self.last.load(Ordering::Relaxed);
        let is_same = (last as usize) < self.slots.len() && self.is_text_of(last, text, short);
        is_same.then_some(Id(last, PhantomData))
    }

    /// Whether the identifier of this number has this text; `short` is the text's slot, where it fits one.
    #[inline]
    fn is_text_of(&self, number: u32, text: &[u8], short: Option<&Slot>) -> bool {
        match short {
            Some(slot) => self.slots[number as usize] == *slot,
            None => self.bytes(Id(number, PhantomData)) == text,
        }
    }

    /// The identifier's text, as bytes.
    pub fn bytes(&self, id: Id<K>) -> &[u8] {
        let slot = &self.slots[id.index()];
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

    #[test]
    fn a_text_has_one_number() {
        let mut ids: Ids<Order> = Ids::default();
        let many: Vec<Id<Order>> = (0..1000).map(|n| ids.intern(format!("SO{n}").as_bytes())).collect();
        assert_eq!(ids.intern(b"SO7"), many[7]);
        assert_eq!(ids.text(many[999]), "SO999");
        assert_eq!(ids.find(b"SO1000"), None);
        assert_eq!(ids.len(), 1000);
    }

    #[test]
    fn texts_of_any_length_are_kept_and_told_apart() {
        let mut ids: Ids<Label> = Ids::default();
        let texts: Vec<Vec<u8>> = (0..60)
            .map(|length| vec![b'x'; length])
            .chain([vec![0; 5], vec![0; 6], vec![0xff; 23]])
            .collect();
        let numbers: Vec<Id<Label>> = texts.iter().map(|text| ids.intern(text)).collect();
        for (text, &number) in texts.iter().zip(&numbers).rev() {
            assert_eq!((ids.find(text), ids.bytes(number)), (Some(number), &text[..]));
            assert_eq!(ids.intern_new(text), (number, false));
        }
        let found = ids.find_all(texts.iter().map(Vec::as_slice).chain([&b"y"[..]]));
        assert_eq!(found, numbers.iter().map(|&number| Some(number)).chain([None]).collect::<Vec<_>>());
        assert_eq!(ids.len(), texts.len());
    }
}
