//! What the documents of every order line come to: one small accumulator per order line, to which each document adds
//! itself while the files are read.

use chrono::NaiveDate;

use crate::documents::invoices::Invoices;
use crate::documents::receipt::ReceiptRow;
use crate::documents::shipment::ShipmentRow;
use crate::ids::{Id, Ids, Invoice, Shipment};
use crate::input::FastMap;
use crate::money::{Money, Quantity, Sums};

/// No entry.
const NONE: u32 = u32::MAX;
/// A day later than any document's.
const NEVER: NaiveDate = NaiveDate::MAX;

/// Lists of entries, one list per order line, newest first: each entry is what one document says of the line.
#[derive(Debug)]
struct Chains<K> {
    heads: Vec<u32>,
    next: Vec<u32>,
    documents: Vec<Id<K>>,
    /// Of long lists the entries behind the first [`FEW`], by line and document.
    behind: FastMap<(usize, Id<K>), usize>,
}

/// Entries of a list that are looked through one by one.
const FEW: usize = 16;

impl<K> Default for Chains<K> {
    fn default() -> Chains<K> {
        Chains::new(0)
    }
}

impl<K> Chains<K> {
    fn new(lines: usize) -> Chains<K> {
        Chains {
            heads: vec![NONE; lines],
            next: Vec::new(),
            documents: Vec::new(),
            behind: FastMap::default(),
        }
    }

    /// The line's entries.
    fn of(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        let entry = |at: u32| (at != NONE).then_some(at as usize);
        std::iter::successors(entry(self.heads[line]), move |&at| entry(self.next[at]))
    }

    /// The line's entry of a document. `is_it` tells the document from others, `document` says which one it is where the
    /// list is long.
    fn find(
        &self,
        line: usize,
        is_it: impl Fn(Id<K>) -> bool,
        document: impl FnOnce() -> Option<Id<K>>,
    ) -> Option<usize> {
        let mut entries = self.of(line);
        let near = entries.by_ref().take(FEW).find(|&at| is_it(self.documents[at]));
        near.or_else(|| {
            entries.next()?;
            self.behind.get(&(line, document()?)).copied()
        })
    }

    /// Gives the line a further entry, which it does not have yet; its number is the count of entries before.
    fn add(&mut self, line: usize, document: Id<K>) -> usize {
        let number = self.next.len();
        self.next.push(self.heads[line]);
        self.documents.push(document);
        self.heads[line] = number as u32;
        let pushed_back = self.of(line).nth(FEW);
        if let Some(pushed_back) = pushed_back {
            self.behind.insert((line, self.documents[pushed_back]), pushed_back);
        }
        number
    }
}

/// A sum over all rows, and over the positive ones alone (without returns).
#[derive(Clone, Copy, Debug, Default)]
pub struct TwoSums {
    /// Over all rows.
    pub all: Quantity,
    /// Over the positive rows.
    pub positive: Quantity,
}

/// The goods of one order line in one shipment.
#[derive(Clone, Copy, Debug)]
pub struct Batch {
    /// The shipment.
    pub shipment: Id<Shipment>,
    /// The first day on which goods left; `None` where all rows are returns.
    pub first_day: Option<NaiveDate>,
    /// Shipped.
    pub shipped: TwoSums,
    /// Signed for.
    pub signed: TwoSums,
}

impl Batch {
    /// Whether less was signed for than shipped, both by all rows and by the positive rows alone.
    pub fn is_short(&self) -> bool {
        self.signed.all < self.shipped.all && self.signed.positive < self.shipped.positive
    }
}

/// What one invoice bills of one order line.
#[derive(Clone, Copy, Debug)]
pub struct Billed {
    /// The invoice.
    pub invoice: Id<Invoice>,
    /// The quantity, as it counts; `None` where no row states one.
    pub quantity: Option<Quantity>,
    /// The amount with tax, as it counts.
    pub gross: Money,
}

/// Shipments and receipts of every order line.
#[derive(Debug)]
pub struct Deliveries {
    /// The shipments.
    pub shipments: Ids<Shipment>,
    /// The first day of each whole shipment.
    first_days: Vec<NaiveDate>,
    shipped: Sums<Quantity>,
    accepted: Sums<Quantity>,
    /// What arrived damaged and what was rejected, where a line has any.
    spoiled: FastMap<usize, [Quantity; 2]>,
    /// What rows that are no event (returns) add to shipped, where a line has any.
    returned: FastMap<usize, Quantity>,
    /// The same for what was signed for.
    unsigned: FastMap<usize, Quantity>,
    /// Signed for by receipts that name none of the line's shipments.
    signed_at_large: FastMap<usize, TwoSums>,
    batches: Chains<Shipment>,
    batch_days: Vec<NaiveDate>,
    batch_shipped: Sums<Quantity>,
    batch_signed: Sums<Quantity>,
    /// What returns add to a batch's shipped and signed, where it has any.
    batch_returned: FastMap<usize, Quantity>,
    batch_unsigned: FastMap<usize, Quantity>,
}

impl Deliveries {
    /// Nothing shipped or signed for yet, for so many order lines.
    pub fn new(lines: usize) -> Deliveries {
        Deliveries {
            shipments: Ids::default(),
            first_days: Vec::new(),
            shipped: Sums::zeros(lines),
            accepted: Sums::zeros(lines),
            spoiled: FastMap::default(),
            returned: FastMap::default(),
            unsigned: FastMap::default(),
            signed_at_large: FastMap::default(),
            batches: Chains::new(lines),
            batch_days: Vec::new(),
            batch_shipped: Sums::zeros(0),
            batch_signed: Sums::zeros(0),
            batch_returned: FastMap::default(),
            batch_unsigned: FastMap::default(),
        }
    }

    /// Notes a shipment's row; its first day is that of the whole shipment, whatever its lines.
    pub fn know_shipment(&mut self, row: &ShipmentRow<'_>) -> Id<Shipment> {
        let (shipment, is_new) = self.shipments.intern_new(row.shipment_no);
        if is_new {
            self.first_days.push(NEVER);
        }
        if row.quantity.is_positive() {
            let first = &mut self.first_days[shipment.index()];
            *first = row.date.min(*first);
        }
        shipment
    }

    /// Adds a shipped row to its order line.
    pub fn ship(&mut self, line: usize, shipment: Id<Shipment>, row: &ShipmentRow<'_>) {
        self.shipped.add(line, row.quantity);
        let positive = row.quantity.is_positive();
        if !positive {
            *self.returned.entry(line).or_default() += row.quantity;
        }
        let known = self.batches.find(line, |known| known == shipment, || Some(shipment));
        let batch = known.unwrap_or_else(|| {
            self.batch_days.push(NEVER);
            self.batch_shipped.push(Quantity::ZERO);
            self.batch_signed.push(Quantity::ZERO);
            self.batches.add(line, shipment)
        });
        self.batch_shipped.add(batch, row.quantity);
        if positive {
            self.batch_days[batch] = row.date.min(self.batch_days[batch]);
        } else {
            *self.batch_returned.entry(batch).or_default() += row.quantity;
        }
    }

    /// Adds a signed-for row to its order line. The first day of the whole shipment that it names is returned, where
    /// it is known.
    pub fn sign(&mut self, line: usize, row: &ReceiptRow<'_>) -> Option<NaiveDate> {
        self.accepted.add(line, row.accepted);
        if row.has_damage() {
            let [damaged, rejected] = self.spoiled.entry(line).or_default();
            *damaged += row.damaged;
            *rejected += row.rejected;
        }
        let positive = row.is_positive();
        if !positive {
            *self.unsigned.entry(line).or_default() += row.signed();
        }
        if let Some(batch) = self.batch_named(line, row.shipment_no) {
            self.batch_signed.add(batch, row.signed());
            if !positive {
                *self.batch_unsigned.entry(batch).or_default() += row.signed();
            }
            self.first_day(self.batches.documents[batch])
        } else {
            let at_large = self.signed_at_large.entry(line).or_default();
            at_large.all += row.signed();
            if positive {
                at_large.positive += row.signed();
            }
            self.first_day_of(row.shipment_no)
        }
    }

    /// The line's goods in the shipment of this number: found by comparing, since most lines have few shipments.
    fn batch_named(&self, line: usize, shipment_no: &[u8]) -> Option<usize> {
        let is_named = self.shipments.with_text(shipment_no);
        let named = || self.batches.find(line, is_named, || self.shipments.find(shipment_no));
        if shipment_no.is_empty() { None } else { named() }
    }

    /// The first day of the whole shipment that a receipt names, where it is known.
    pub fn first_day_of(&self, shipment_no: &[u8]) -> Option<NaiveDate> {
        self.shipments.find(shipment_no).and_then(|shipment| self.first_day(shipment))
    }

    fn first_day(&self, shipment: Id<Shipment>) -> Option<NaiveDate> {
        Some(self.first_days[shipment.index()]).filter(|&day| day != NEVER)
    }

    /// Shipped, returns deducted.
    pub fn shipped(&self, line: usize) -> Quantity {
        self.shipped.get(line)
    }

    /// Shipped, by the positive rows alone.
    pub fn shipped_positive(&self, line: usize) -> Quantity {
        self.shipped(line) - self.returned.get(&line).copied().unwrap_or_default()
    }

    /// Accepted, damaged and rejected.
    pub fn signed_parts(&self, line: usize) -> [Quantity; 3] {
        let [damaged, rejected] = self.spoiled.get(&line).copied().unwrap_or_default();
        [self.accepted.get(line), damaged, rejected]
    }

    /// Signed for by the positive rows alone.
    pub fn signed_positive(&self, line: usize) -> Quantity {
        let [accepted, damaged, rejected] = self.signed_parts(line);
        accepted + damaged + rejected - self.unsigned.get(&line).copied().unwrap_or_default()
    }

    /// The line's shipments, oldest first. What was signed for without naming one of them counts for the oldest first.
    pub fn batches(&self, line: usize) -> Vec<Batch> {
        let two_sums = |all: Quantity, negative: Option<&Quantity>| TwoSums {
            all,
            positive: all - negative.copied().unwrap_or_default(),
        };
        let mut batches: Vec<Batch> = self
            .batches
            .of(line)
            .map(|at| Batch {
                shipment: self.batches.documents[at],
                first_day: Some(self.batch_days[at]).filter(|&day| day != NEVER),
                shipped: two_sums(self.batch_shipped.get(at), self.batch_returned.get(&at)),
                signed: two_sums(self.batch_signed.get(at), self.batch_unsigned.get(&at)),
            })
            .collect();
        batches.sort_by(|a, b| {
            let key =
                |batch: &Batch| (batch.first_day.unwrap_or(NEVER), self.shipments.bytes(batch.shipment));
            key(a).cmp(&key(b))
        });
        let mut at_large = self.signed_at_large.get(&line).copied().unwrap_or_default();
        for batch in batches.iter_mut().filter(|batch| batch.first_day.is_some()) {
            fill(batch.shipped.all, &mut batch.signed.all, &mut at_large.all);
            fill(batch.shipped.positive, &mut batch.signed.positive, &mut at_large.positive);
        }
        batches
    }
}

/// Moves from `at_large` to `signed` what is missing there to `shipped`.
fn fill(shipped: Quantity, signed: &mut Quantity, at_large: &mut Quantity) {
    let taken = (*at_large).min(shipped - *signed);
    if taken.is_positive() {
        *signed += taken;
        *at_large = *at_large - taken;
    }
}

/// What invoices bill of every order line.
#[derive(Debug, Default)]
pub struct Billing {
    chains: Chains<Invoice>,
    /// Whether any row states a quantity.
    stated: Vec<bool>,
    quantity: Sums<Quantity>,
    gross: Sums<Money>,
}

impl Billing {
    /// Nothing billed yet, for so many order lines.
    pub fn new(lines: usize) -> Billing {
        Billing {
            chains: Chains::new(lines),
            stated: Vec::new(),
            quantity: Sums::zeros(0),
            gross: Sums::zeros(0),
        }
    }

    /// Adds an invoice's row to its order line. Signs are settled when all rows are known.
    pub fn bill(&mut self, line: usize, invoice: Id<Invoice>, quantity: Option<Quantity>, gross: Money) {
        let known = self.chains.find(line, |known| known == invoice, || Some(invoice));
        let at = known.unwrap_or_else(|| {
            self.stated.push(false);
            self.quantity.push(Quantity::ZERO);
            self.gross.push(Money::ZERO);
            self.chains.add(line, invoice)
        });
        self.gross.add(at, gross);
        if let Some(quantity) = quantity {
            self.stated[at] = true;
            self.quantity.add(at, quantity);
        }
    }

    /// Whether any invoice bills the line.
    pub fn is_billed(&self, line: usize) -> bool {
        self.chains.of(line).next().is_some()
    }

    /// The invoices that bill the line, in no particular order.
    pub fn invoices_of(&self, line: usize) -> impl Iterator<Item = Id<Invoice>> + '_ {
        self.chains.of(line).map(|at| self.chains.documents[at])
    }

    /// What each invoice bills of the line, in no particular order.
    pub fn of<'a>(&'a self, line: usize, invoices: &'a Invoices) -> impl Iterator<Item = Billed> + 'a {
        self.chains.of(line).map(move |at| {
            let invoice = self.chains.documents[at];
            let standing = invoices.standing(invoice);
            Billed {
                invoice,
                quantity: self.stated[at].then(|| standing.quantity(self.quantity.get(at))),
                gross: standing.money(self.gross.get(at)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_entries_of_long_lists_are_found_like_those_of_short_ones() {
        let mut chains: Chains<Invoice> = Chains::new(2);
        let document = |number: usize| Id::from_index(number);
        let find = |chains: &Chains<Invoice>, line, number| {
            chains.find(line, |known| known == document(number), || Some(document(number)))
        };
        for number in 0..3 * FEW {
            assert_eq!(find(&chains, 0, number), None);
            let entry = chains.add(0, document(number));
            chains.add(1, document(1000 + number));
            assert_eq!(find(&chains, 0, number), Some(entry));
        }
        for number in 0..3 * FEW {
            assert_eq!(find(&chains, 0, number), Some(2 * number));
            assert_eq!(find(&chains, 1, number), None);
            assert_eq!(find(&chains, 1, 1000 + number), Some(2 * number + 1));
        }
        assert_eq!(chains.of(0).count(), 3 * FEW);
    }
}
