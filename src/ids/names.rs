//! Texts that repeat, each kept once and known by its number: goods' names, customers, words of all kinds.

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};

use super::Id;
use super::numbered::Numbered;
use super::table::Table;
use crate::eights::are_equal;
use crate::input::hash_bytes;

/// Texts of which nobody asks whether they are numbered through.
const FEW: usize = 32;

/// All texts of one kind.
pub struct Names<K> {
    /// The texts, one after the other.
    texts: Vec<u8>,
    /// Where each of them ends.
    ends: Vec<usize>,
    table: Table,
    /// Those of them that are numbered through.
    numbered: Numbered,
    /// The text that was asked for last: rows that say the same stand together in most files.
    last: AtomicU32,
    kind: std::marker::PhantomData<K>,
}

impl<K> Default for Names<K> {
    fn default() -> Names<K> {
        let (texts, ends, last) = (Vec::new(), Vec::new(), AtomicU32::new(0));
        let (table, numbered) = (Table::default(), Numbered::default());
        Names { texts, ends, table, numbered, last, kind: std::marker::PhantomData }
    }
}

impl<K> Names<K> {
    /// The text's number, a new one where it was not known.
    #[inline]
    pub fn intern(&mut self, text: &[u8]) -> Id<K> {
        self.intern_new(text).0
    }

    /// The text's number, and whether it is new.
    #[inline]
    pub fn intern_new(&mut self, text: &[u8]) -> (Id<K>, bool) {
        match self.find(text) {
            Some(known) => (known, false),
            None => (self.add(text), true),
        }
    }

    /// The number of a text that was not known.
    fn add(&mut self, text: &[u8]) -> Id<K> {
        let new = Id::from_index(self.ends.len());
        self.texts.extend_from_slice(text);
        self.ends.push(self.texts.len());
        let Names { texts, ends, table, numbered, .. } = self;
        table.add(1, |number| hash_bytes(part(texts, ends, number as usize)) as u32);
        if ends.len() >= FEW && ends.len().is_power_of_two() {
            *numbered = Numbered::of((0..ends.len()).map(|number| part(texts, ends, number)));
        } else {
            numbered.add(text, new.0);
        }
        self.note(new)
    }

    /// The text's number, where it is known.
    #[inline]
    pub fn find(&self, text: &[u8]) -> Option<Id<K>> {
        if let Some(found) = self.numbered(text) {
            return found;
        }
        let last = Id::from_number(self.last.load(Ordering::Relaxed));
        if last.index() < self.ends.len() && are_equal(self.bytes(last), text) {
            return Some(last);
        }
        self.look_up_in_table(text).map(|found| self.note(found))
    }

    /// The same. Threads may ask this as often as they like: unlike [`Names::find`] it notes nothing that they share.
    #[inline]
    pub fn look_up(&self, text: &[u8]) -> Option<Id<K>> {
        match self.numbered(text) {
            Some(found) => found,
            None => self.look_up_in_table(text),
        }
    }

    /// The text's number, or that it has none, where its digits tell: `None` leaves it to [`Names::look_up`].
    #[inline]
    pub fn numbered(&self, text: &[u8]) -> Option<Option<Id<K>>> {
        match self.numbered.find(text)? {
            Some(number) => Some(Some(Id::from_number(number))),
            None => Some(None),
        }
    }

    #[inline(never)]
    fn look_up_in_table(&self, text: &[u8]) -> Option<Id<K>> {
        let is_it = |number: u32| are_equal(part(&self.texts, &self.ends, number as usize), text);
        self.table.find(hash_bytes(text) as u32, is_it).map(Id::from_number)
    }

    #[inline]
    fn note(&self, id: Id<K>) -> Id<K> {
        self.last.store(id.0, Ordering::Relaxed);
        id
    }

    /// The text, as bytes.
    #[inline]
    pub fn bytes(&self, id: Id<K>) -> &[u8] {
        part(&self.texts, &self.ends, id.index())
    }

    /// The text.
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

    /// All of them, in the order in which they came.
    pub fn all(&self) -> impl Iterator<Item = Id<K>> + use<K> {
        (0..self.len()).map(Id::from_index)
    }
}

/// One of several texts that stand one after the other, each up to its end.
#[inline]
fn part<'a>(texts: &'a [u8], ends: &[usize], at: usize) -> &'a [u8] {
    let start = at.checked_sub(1).map_or(0, |before| ends[before]);
    &texts[start..ends[at]]
}

impl<K> fmt::Debug for Names<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} names", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Label;
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_has_one_number(texts in prop::collection::vec("[ab\u{0}订]{0,4}|[a-z]{30}|SKU[0-9]{2}", 0..200)) {
            let mut names: Names<Label> = Names::default();
            let mut known: Vec<&[u8]> = Vec::new();
            for text in texts.iter().map(String::as_bytes) {
                let before = known.iter().position(|known| *known == text);
                prop_assert_eq!((names.find(text).map(Id::index), names.look_up(text).map(Id::index)), (before, before));
                let (id, is_new) = names.intern_new(text);
                prop_assert_eq!((id.index(), is_new), (before.unwrap_or(known.len()), before.is_none()));
                if is_new {
                    known.push(text);
                }
                prop_assert_eq!((names.bytes(id), names.text(id).as_bytes()), (text, text));
            }
            prop_assert_eq!(names.len(), known.len());
        }
    }
}
