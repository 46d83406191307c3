//! The lines of an invoice gathered: its one date, customer and kind, its totals, and whether it is red.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::invoice::{InvoiceKind, InvoiceRow};
use crate::diagnostic::Problem;
use crate::ids::{CustomerKey, Id, Ids, Invoice, Label};
use crate::money::{Money, Quantity, Sums};

/// What stands between code and number in an invoice's identity.
const SEPARATOR: u8 = 0x1f;

/// What all rows of an invoice agree on.
#[derive(Clone, Copy, Debug)]
pub struct InvoiceHead {
    /// The day of issue.
    pub date: NaiveDate,
    /// Who is billed.
    pub customer: Id<CustomerKey>,
    /// The kind, where any row says so.
    pub stated: Option<InvoiceKind>,
    /// Whether a row marks it as reversed (已红冲).
    pub marked_reversed: bool,
    /// The invoice that it takes back, as written.
    pub original: Option<Id<Label>>,
    /// Its own due date.
    pub due_date: Option<NaiveDate>,
    /// The currency.
    pub currency: Id<Label>,
}

/// How an invoice's rows count, once all of them are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// Blue, or red.
    pub kind: InvoiceKind,
    /// Whether its money counts with the other sign: a red one whose export states positive amounts.
    pub negate_money: bool,
    /// Whether its quantities count with the other sign.
    pub negate_quantity: bool,
}

impl Standing {
    /// The amount as it counts.
    pub fn money(self, amount: Money) -> Money {
        if self.negate_money { -amount } else { amount }
    }

    /// The quantity as it counts.
    pub fn quantity(self, quantity: Quantity) -> Quantity {
        if self.negate_quantity { -quantity } else { quantity }
    }
}

/// All invoices that are not void and not dated after the as-of date.
#[derive(Debug, Default)]
pub struct Invoices {
    ids: Ids<Invoice>,
    heads: Vec<InvoiceHead>,
    gross: Sums<Money>,
    quantity: Sums<Quantity>,
    /// Originals as written, and currencies.
    pub labels: Ids<Label>,
    /// Invoices with a code, by their number alone and by code and number in one.
    coded: HashMap<Vec<u8>, Vec<Id<Invoice>>>,
}

impl Invoices {
    /// Takes a row; all rows of an invoice must agree. `Err` names the column that does not, and how.
    pub fn add(
        &mut self,
        row: &InvoiceRow<'_>,
        customer: Id<CustomerKey>,
        customers: &Ids<CustomerKey>,
        own_currency: &str,
    ) -> Result<Id<Invoice>, (&'static str, Problem)> {
        let (id, is_new) = if row.code.is_empty() {
            self.ids.intern_new(row.number)
        } else {
            self.ids.intern_new(&[row.code, &[SEPARATOR], row.number].concat())
        };
        let original = (!row.original.is_empty()).then(|| self.labels.intern(row.original));
        let currency = if row.currency == own_currency {
            self.labels.intern(own_currency.as_bytes())
        } else {
            self.labels.intern(super::currency_code(row.currency, own_currency).as_bytes())
        };
        let head = InvoiceHead {
            date: row.date,
            customer,
            stated: row.kind,
            marked_reversed: row.marked_reversed,
            original,
            due_date: row.due_date,
            currency,
        };
        if is_new {
            self.heads.push(head);
            self.gross.push(Money::ZERO);
            self.quantity.push(Quantity::ZERO);
            if !row.code.is_empty() {
                for name in [row.number.to_vec(), [row.code, row.number].concat()] {
                    self.coded.entry(name).or_default().push(id);
                }
            }
        } else {
            self.agree(id, &head, customers)?;
        }
        self.gross.add(id.index(), row.gross);
        if let Some(quantity) = row.quantity {
            self.quantity.add(id.index(), quantity);
        }
        Ok(id)
    }

    /// Compares a further row with what is known of the invoice, and fills in what only it says.
    fn agree(
        &mut self,
        id: Id<Invoice>,
        row: &InvoiceHead,
        customers: &Ids<CustomerKey>,
    ) -> Result<(), (&'static str, Problem)> {
        let number = self.number(id).to_owned();
        let conflict = |column: &'static str, before: String, here: String| {
            Err((column, Problem::InvoiceConflict(number.clone(), before, here)))
        };
        let labels = &self.labels;
        let head = &mut self.heads[id.index()];
        if head.date != row.date {
            return conflict("invoice_date", head.date.to_string(), row.date.to_string());
        }
        if head.customer != row.customer {
            return conflict(
                "customer_id",
                customers.text(head.customer).to_owned(),
                customers.text(row.customer).to_owned(),
            );
        }
        if head.currency != row.currency {
            return conflict(
                "currency",
                labels.text(head.currency).to_owned(),
                labels.text(row.currency).to_owned(),
            );
        }
        match (head.stated, row.stated) {
            (Some(one), Some(other)) if one != other => {
                let word = |kind| if kind == InvoiceKind::Blue { "blue" } else { "red" }.to_owned();
                return conflict("kind", word(one), word(other));
            }
            (None, stated) => head.stated = stated,
            _ => {}
        }
        match (head.original, row.original) {
            (Some(one), Some(other)) if one != other => {
                return conflict(
                    "original_invoice_no",
                    labels.text(one).to_owned(),
                    labels.text(other).to_owned(),
                );
            }
            (None, original) => head.original = original,
            _ => {}
        }
        match (head.due_date, row.due_date) {
            (Some(one), Some(other)) if one != other => {
                return conflict("due_date", one.to_string(), other.to_string());
            }
            (None, due_date) => head.due_date = due_date,
            _ => {}
        }
        head.marked_reversed |= row.marked_reversed;
        Ok(())
    }

    /// How the invoice counts. It is red by its kind, or when its total is negative; the money of a red one whose
    /// total is positive is negated, and likewise its quantities.
    pub fn standing(&self, id: Id<Invoice>) -> Standing {
        let gross = self.gross.get(id.index());
        let red = self.heads[id.index()].stated == Some(InvoiceKind::Red) || gross.is_negative();
        Standing {
            kind: if red { InvoiceKind::Red } else { InvoiceKind::Blue },
            negate_money: red && gross.is_positive(),
            negate_quantity: red && self.quantity.get(id.index()).is_positive(),
        }
    }

    /// The invoice's total, as it counts: negative for a red one.
    pub fn total(&self, id: Id<Invoice>) -> Money {
        self.standing(id).money(self.gross.get(id.index()))
    }

    /// What its rows agree on.
    pub fn head(&self, id: Id<Invoice>) -> &InvoiceHead {
        &self.heads[id.index()]
    }

    /// The invoice that a red one names, as written. One called blue that is red by its total names none.
    pub fn named_original(&self, id: Id<Invoice>) -> Option<&str> {
        let head = self.head(id);
        if head.stated == Some(InvoiceKind::Blue) {
            None
        } else {
            head.original.map(|original| self.labels.text(original))
        }
    }

    /// The invoice that a payment or a red invoice of this customer and currency names: the only blue one of that
    /// number with money to settle.
    pub fn named(&self, number: &str, customer: Id<CustomerKey>, currency: &str) -> Option<Id<Invoice>> {
        if number.is_empty() {
            return None;
        }
        let mut candidates = self.with_number(number.as_bytes()).filter(|&invoice| {
            let head = self.head(invoice);
            let is_open_able =
                self.standing(invoice).kind == InvoiceKind::Blue && self.total(invoice).is_positive();
            is_open_able && head.customer == customer && self.labels.text(head.currency) == currency
        });
        let only = candidates.next()?;
        candidates.next().is_none().then_some(only)
    }

    /// The blue invoice that a red one takes back, where it is in the books.
    pub fn original_of(&self, red: Id<Invoice>) -> Option<Id<Invoice>> {
        let head = self.head(red);
        self.named(self.named_original(red)?, head.customer, self.labels.text(head.currency))
    }

    /// Blue invoices that are marked as reversed, and that no red one names.
    pub fn reversed_without_red(&self) -> impl Iterator<Item = Id<Invoice>> + '_ {
        let is_red = |&id: &Id<Invoice>| self.standing(id).kind == InvoiceKind::Red;
        let named: HashSet<Id<Invoice>> =
            self.all().filter(is_red).filter_map(|red| self.original_of(red)).collect();
        self.all().filter(move |&id| self.head(id).marked_reversed && !is_red(&id) && !named.contains(&id))
    }

    /// The invoice's number, without its code.
    pub fn number(&self, id: Id<Invoice>) -> &str {
        let text = self.ids.text(id);
        text.rsplit_once(SEPARATOR as char).map_or(text, |(_, number)| number)
    }

    /// Code and number, for telling apart invoices of one number.
    pub fn code_and_number(&self, id: Id<Invoice>) -> (&str, &str) {
        let text = self.ids.text(id);
        text.split_once(SEPARATOR as char).unwrap_or(("", text))
    }

    /// The invoices of this number, whatever their code.
    pub fn with_number(&self, number: &[u8]) -> impl Iterator<Item = Id<Invoice>> + '_ {
        let coded = self.coded.get(number).into_iter().flatten().copied();
        self.ids.find(number).into_iter().chain(coded)
    }

    /// All invoices, in the order of their first rows.
    pub fn all(&self) -> impl Iterator<Item = Id<Invoice>> + use<> {
        self.ids.all()
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.heads.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }
}
