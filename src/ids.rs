//! Identifiers of the books as small numbers: each text is kept once and known by its number from then on.
//!
//! A number belongs to one kind of identifier: an order's can't be used as an invoice's.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;
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

/// All identifiers of one kind. Texts lie one after the other in one block.
pub struct Ids<K> {
    texts: Vec<u8>,
    ends: Vec<u64>,
    table: HashTable<Entry>,
    /// The identifier that was asked for last: rows of one document stand together in most files.
    last: AtomicU32,
    kind: PhantomData<K>,
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
            texts: Vec::new(),
            ends: Vec::new(),
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
        if let Some(last) = self.same_as_last(text) {
            return (last, false);
        }
        let hash = hash_bytes(text) as u32;
        if let Some(known) = self.find_hashed(text, hash) {
            return (known, false);
        }
        let number = self.ends.len() as u32;
        self.texts.extend_from_slice(text);
        self.ends.push(self.texts.len() as u64);
        self.table
            .insert_unique(Entry::spread(hash), Entry { hash, number }, |entry| Entry::spread(entry.hash));
        self.last.store(number, Ordering::Relaxed);
        (Id(number, PhantomData), true)
    }

    /// The text's identifier, where it is known.
    pub fn find(&self, text: &[u8]) -> Option<Id<K>> {
        self.same_as_last(text).or_else(|| self.find_hashed(text, hash_bytes(text) as u32))
    }

    fn find_hashed(&self, text: &[u8], hash: u32) -> Option<Id<K>> {
        let is_it =
            |entry: &Entry| entry.hash == hash && text_of(&self.texts, &self.ends, entry.number) == text;
        let number = self.table.find(Entry::spread(hash), is_it)?.number;
        self.last.store(number, Ordering::Relaxed);
        Some(Id(number, PhantomData))
    }

    fn same_as_last(&self, text: &[u8]) -> Option<Id<K>> {
        let last = self.last.load(Ordering::Relaxed);
        let is_same = (last as usize) < self.ends.len() && text_of(&self.texts, &self.ends, last) == text;
        is_same.then_some(Id(last, PhantomData))
    }

    /// The identifier's text, as bytes.
    pub fn bytes(&self, id: Id<K>) -> &[u8] {
        text_of(&self.texts, &self.ends, id.0)
    }

    /// The identifier's text.
    pub fn text(&self, id: Id<K>) -> &str {
        std::str::from_utf8(self.bytes(id)).unwrap_or_default()
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All identifiers, in the order in which they came.
    pub fn all(&self) -> impl Iterator<Item = Id<K>> + use<K> {
        (0..self.len()).map(Id::from_index)
    }
}

fn text_of<'a>(texts: &'a [u8], ends: &[u64], at: u32) -> &'a [u8] {
    let at = at as usize;
    let start = if at == 0 { 0 } else { ends[at - 1] };
    &texts[start as usize..ends[at] as usize]
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
}
