//! All customers that documents name, by number.

use std::ops::Deref;

use crate::ids::{CustomerKey, Id, Names};
use crate::input::parties::{Parties, Party};

/// The customers: those that customers.csv or an alias names have the numbers by which they are recognised in documents
/// ([`Parties`]), so that nobody seeks their ids again; the others follow.
#[derive(Debug, Default)]
pub struct Customers {
    names: Names<CustomerKey>,
    /// Of those, which any document names.
    named: Vec<bool>,
}

impl Customers {
    /// Nobody is named yet.
    pub fn of(parties: &Parties) -> Customers {
        let mut names = Names::default();
        parties.ids().for_each(|id| {
            names.intern(id);
        });
        let named = vec![false; names.len()];
        Customers { names, named }
    }

    /// The number of a document's customer.
    #[inline]
    pub fn number(&mut self, party: Party<'_>) -> Id<CustomerKey> {
        match party.number() {
            Some(number) => self.note(number),
            None => self.intern(&party),
        }
    }

    /// The number of the customer with this id.
    pub fn intern(&mut self, id: &[u8]) -> Id<CustomerKey> {
        let number = self.names.intern(id);
        self.note(number)
    }

    #[inline]
    fn note(&mut self, number: Id<CustomerKey>) -> Id<CustomerKey> {
        // It is written but once: what is only read stays near to all processors that take rows by turns.
        if let Some(named) = self.named.get_mut(number.index()).filter(|named| !**named) {
            *named = true;
        }
        number
    }

    /// The customer with this id, where any document names it.
    pub fn find(&self, id: &[u8]) -> Option<Id<CustomerKey>> {
        self.names.find(id).filter(|&number| self.is_named(number))
    }

    /// Whether any document names the customer.
    pub fn is_named(&self, number: Id<CustomerKey>) -> bool {
        self.named.get(number.index()).copied().unwrap_or(true)
    }
}

impl Deref for Customers {
    type Target = Names<CustomerKey>;

    fn deref(&self) -> &Names<CustomerKey> {
        &self.names
    }
}
