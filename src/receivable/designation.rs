//! What a payment says that it pays: an invoice, an order, or a contract.

use std::collections::HashMap;

use crate::documents::payment::PaymentReader;
use crate::ids::{Id, Ids, Invoice, Label};
use crate::input::columns::PaymentColumn;
use crate::input::lookup::{Lookup, SCATTERED};
use crate::input::{Intake, Kind};

/// What a credit says that it pays, where that is in the books.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Designation {
    /// Nothing, or what is not in the books.
    #[default]
    Nothing,
    /// An invoice.
    Invoice(Id<Invoice>),
    /// All invoices of an order.
    Order(Id<Label>),
    /// All invoices of a contract's orders.
    Contract(Id<Label>),
}

impl Designation {
    /// Whether it means all invoices of an order or of a contract.
    pub const fn is_bundle(self) -> bool {
        matches!(self, Designation::Order(_) | Designation::Contract(_))
    }
}

/// Which invoices belong to which order, and which orders to which contract. Nothing is kept unless the payments have a
/// column that names orders or contracts.
#[derive(Debug, Default)]
pub struct Bundles {
    wanted: bool,
    names: Ids<Label>,
    invoices: HashMap<Id<Label>, Vec<Id<Invoice>>>,
    orders: HashMap<Id<Label>, Vec<Id<Label>>>,
}

impl Bundles {
    /// None yet; whether any will be asked for is seen from the headings of the payments.
    pub fn new(intake: &Intake<'_>) -> Bundles {
        let mut files: Lookup<'_, PaymentReader> = Lookup::new(intake.sources, intake.policy, SCATTERED);
        let mut names_orders = |file| {
            let named = [PaymentColumn::OrderNo, PaymentColumn::ContractNo];
            files.layout(file).is_some_and(|layout| named.into_iter().any(|column| layout.has(column)))
        };
        let wanted = intake.sources.of(Kind::Payments).any(&mut names_orders);
        Bundles { wanted, ..Bundles::default() }
    }

    /// An order, and perhaps the contract that it is under.
    #[inline]
    pub fn note_order(&mut self, order_no: &[u8], contract_no: &[u8]) {
        if self.wanted && !order_no.is_empty() {
            self.add_order(order_no, contract_no);
        }
    }

    fn add_order(&mut self, order_no: &[u8], contract_no: &[u8]) {
        let order = self.names.intern(order_no);
        self.invoices.entry(order).or_default();
        if !contract_no.is_empty() {
            let contract = self.names.intern(contract_no);
            let orders = self.orders.entry(contract).or_default();
            if orders.last() != Some(&order) {
                orders.push(order);
            }
        }
    }

    /// An invoice, and the order that one of its rows names.
    #[inline]
    pub fn note_invoice(&mut self, order_no: &[u8], invoice: Id<Invoice>) {
        if self.wanted && !order_no.is_empty() {
            self.add_invoice(order_no, invoice);
        }
    }

    fn add_invoice(&mut self, order_no: &[u8], invoice: Id<Invoice>) {
        let invoices = self.invoices.entry(self.names.intern(order_no)).or_default();
        if invoices.last() != Some(&invoice) {
            invoices.push(invoice);
        }
    }

    /// What these numbers of a payment name; `None` where they are given and not in the books.
    #[inline]
    pub fn named(&self, order_no: &[u8], contract_no: &[u8]) -> Option<Designation> {
        let are_given = !order_no.is_empty() || !contract_no.is_empty();
        if are_given { self.known(order_no, contract_no) } else { Some(Designation::Nothing) }
    }

    fn known(&self, order_no: &[u8], contract_no: &[u8]) -> Option<Designation> {
        let known = |text: &[u8]| self.names.find(text).filter(|_| !text.is_empty());
        let order = known(order_no).filter(|order| self.invoices.contains_key(order));
        let contract = || known(contract_no).filter(|contract| self.orders.contains_key(contract));
        order.map(Designation::Order).or_else(|| contract().map(Designation::Contract))
    }

    /// The invoices that a credit means by naming an order or a contract, each once.
    pub fn invoices(&self, named: Designation) -> Vec<Id<Invoice>> {
        let of_order = |order: &Id<Label>| self.invoices.get(order).into_iter().flatten().copied();
        let mut invoices: Vec<Id<Invoice>> = match named {
            Designation::Order(order) => of_order(&order).collect(),
            Designation::Contract(contract) => {
                self.orders.get(&contract).into_iter().flatten().flat_map(of_order).collect()
            }
            Designation::Nothing | Designation::Invoice(_) => Vec::new(),
        };
        invoices.sort_unstable_by_key(|invoice| invoice.index());
        invoices.dedup();
        invoices
    }
}
