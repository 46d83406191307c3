//! What the documents of every order line come to: one small accumulator per order line, to which each document adds
//! itself while the files are read.

use chrono::{Datelike, NaiveDate};

use crate::documents::invoice::InvoiceKind;
use crate::documents::invoices::Invoices;
use crate::documents::receipt::ReceiptRow;
use crate::documents::shipment::ShipmentRow;
use crate::ids::{Approached, Id, Ids, Invoice, Shipment};
use crate::input::FastMap;
use crate::memory::{are_far_apart, bring_near};
use crate::money::{Money, Quantity, Sums};

/// No entry.
const NONE: u32 = u32::MAX;
/// A day later than any document's.
const NEVER: NaiveDate = NaiveDate::MAX;

/// Lists of entries, one list per order line: each entry is what one document says of the line. The first entry of a line
/// has the line's own number: it is found without being sought, and whoever goes through the lines in their order goes
/// through memory from one end to the other. Further ones stand behind those of all lines, and are listed newest first.
#[derive(Debug)]
struct Chains<K> {
    entries: Vec<Entry<K>>,
    /// Of long lists the entries behind the first [`FEW`], by line and document.
    behind: FastMap<(usize, Id<K>), usize>,
}

#[derive(Debug)]
struct Entry<K> {
    /// The next entry of the line, or [`NONE`].
    next: u32,
    /// [`NONE`] where the line has no entry.
    document: Id<K>,
}

impl<K> Entry<K> {
    /// That of a line that has none.
    const fn none() -> Entry<K> {
        Entry { next: NONE, document: Id::from_index(NONE as usize) }
    }

    #[inline]
    const fn is_none(&self) -> bool {
        self.document.index() == NONE as usize
    }

    /// The next entry of the line.
    #[inline]
    fn next(&self) -> Option<usize> {
        (self.next != NONE).then_some(self.next as usize)
    }
}

/// How many entries the lists of so many order lines are likely to have: some lines have two.
const fn likely_entries(lines: usize) -> usize {
    lines + lines / 2
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
        let mut entries = Vec::with_capacity(likely_entries(lines));
        entries.resize_with(lines, Entry::none);
        Chains { entries, behind: FastMap::default() }
    }

    /// The line's entries.
    #[inline]
    fn of(&self, line: usize) -> impl Iterator<Item = usize> + '_ {
        let first = (!self.entries[line].is_none()).then_some(line);
        std::iter::successors(first, |&at| self.entries[at].next())
    }

    /// Brings the entries of these lines near, of each the first two, and tells which they are; none where they are near each
    /// other.
    fn approach(&self, lines: impl Iterator<Item = usize> + Clone) -> Vec<usize> {
        let second = lines.clone().filter_map(|line| self.entries[line].next());
        if !are_far_apart(lines.clone()) && !are_far_apart(second.clone()) {
            return Vec::new();
        }
        let mut entries: Vec<usize> = second.collect();
        bring_near(entries.iter().map(|&at| self.document(at).index() as u64));
        entries.extend(lines);
        entries
    }

    /// Brings the first entries of these lines near, and tells whether there are so many lines that not all of them are so.
    fn approach_first(&self, lines: impl Iterator<Item = usize>) -> bool {
        const MANY: usize = 1 << 18;
        let are_many = self.entries.len() > MANY;
        if are_many {
            bring_near(lines.map(|line| self.document(line).index() as u64));
        }
        are_many
    }

    /// The document of an entry.
    #[inline]
    fn document(&self, entry: usize) -> Id<K> {
        self.entries[entry].document
    }

    /// The line's entry of a document. `is_it` tells the document from others, `document` says which one it is where the
    /// list is long.
    #[inline]
    fn find(
        &self,
        line: usize,
        is_it: impl Fn(Id<K>) -> bool,
        document: impl FnOnce() -> Option<Id<K>>,
    ) -> Option<usize> {
        let mut at = line;
        if self.entries[line].is_none() {
            return None;
        }
        for _ in 0..FEW {
            let entry = &self.entries[at];
            if is_it(entry.document) {
                return Some(at);
            }
            at = entry.next()?;
        }
        self.behind.get(&(line, document()?)).copied()
    }

    /// Gives the line a further entry, which it does not have yet. Its number is that of the line, or the count of entries
    /// before.
    #[inline]
    fn add(&mut self, line: usize, document: Id<K>) -> usize {
        let number = self.entries.len();
        let first = &mut self.entries[line];
        if first.is_none() {
            first.document = document;
            return line;
        }
        let next = std::mem::replace(&mut first.next, number as u32);
        self.entries.push(Entry { next, document });
        let pushed_back = if next == NONE { None } else { self.of(line).nth(FEW) };
        if let Some(pushed_back) = pushed_back {
            self.behind.insert((line, self.document(pushed_back)), pushed_back);
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

impl TwoSums {
    /// Without returns both are the same.
    const fn alike(all: Quantity) -> TwoSums {
        TwoSums { all, positive: all }
    }

    fn and(self, other: TwoSums) -> TwoSums {
        TwoSums { all: self.all + other.all, positive: self.positive + other.positive }
    }
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

/// What shipments and receipts of one order line come to, returns deducted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Delivered {
    /// Shipped.
    pub shipped: TwoSums,
    /// Signed for: accepted, damaged and rejected together.
    pub signed: TwoSums,
    /// Arrived damaged.
    pub damaged: Quantity,
    /// Rejected on arrival.
    pub rejected: Quantity,
}

/// What one invoice bills of one order line.
#[derive(Clone, Copy, Debug)]
pub struct Billed {
    /// The invoice.
    pub invoice: Id<Invoice>,
    /// Whether it is blue or red.
    pub kind: InvoiceKind,
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
    /// The day of each whole shipment, [`NEVER`] where all rows are returns: that of its first row that is none. Nearly
    /// all rows of a shipment have one day.
    days: Vec<NaiveDate>,
    /// The first days of shipments and of batches that are another one.
    other_days: OtherDays,
    /// Lines of which anything arrived damaged or was rejected, and where that is added up: the rejected goods right
    /// after the damaged ones.
    spoiled: FastMap<u32, u32>,
    spoiled_sums: Sums<Quantity>,
    /// Signed for by receipts that name none of the line's shipments.
    signed_at_large: FastMap<u32, Box<TwoSums>>,
    batches: Chains<Shipment>,
    /// Shipped and signed for of each batch, one after the other: [`shipped`], [`signed`].
    batch_sums: Sums<Quantity>,
    /// What rows that are no event (returns) add to one of these sums, where there are any.
    returned: FastMap<u32, Box<Quantity>>,
    /// The lines of which one of the maps above holds anything: few do, and the others need not be sought in all of them.
    exceptional: Bits,
}

/// A set of numbers, a bit for each.
#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn add(&mut self, number: usize) {
        let at = number / 64;
        if self.0.len() <= at {
            self.0.resize(at + 1, 0);
        }
        self.0[at] |= 1 << (number % 64);
    }

    fn remove(&mut self, number: usize) {
        if let Some(bits) = self.0.get_mut(number / 64) {
            *bits &= !(1 << (number % 64));
        }
    }

    fn has(&self, number: usize) -> bool {
        self.0.get(number / 64).is_some_and(|bits| bits >> (number % 64) & 1 != 0)
    }
}

/// First days of shipments, and of batches, that are not the day of the shipment.
#[derive(Debug, Default)]
struct OtherDays {
    of_shipments: FastMap<Id<Shipment>, NaiveDate>,
    of_batches: FastMap<u32, NaiveDate>,
}

/// Where the batch's shipped goods are added up.
const fn shipped(batch: usize) -> usize {
    2 * batch
}

/// Where the batch's signed-for goods are added up.
const fn signed(batch: usize) -> usize {
    2 * batch + 1
}

impl Deliveries {
    /// Nothing shipped or signed for yet, for so many order lines.
    pub fn new(lines: usize) -> Deliveries {
        Deliveries {
            shipments: Ids::default(),
            days: Vec::new(),
            other_days: OtherDays::default(),
            spoiled: FastMap::default(),
            spoiled_sums: Sums::default(),
            signed_at_large: FastMap::default(),
            batches: Chains::new(lines),
            batch_sums: Sums::of_zeros(2 * lines, 2 * likely_entries(lines)),
            returned: FastMap::default(),
            exceptional: Bits::default(),
        }
    }

    /// Prepares for so many shipments, or about as many.
    pub fn expect(&mut self, count: usize) {
        self.shipments.expect(count);
        self.days.reserve(count);
    }

    /// Notes a shipment's row; its first day is that of the whole shipment, whatever its lines.
    #[inline]
    pub fn know_shipment(&mut self, row: &ShipmentRow<'_>, number: Approached) -> Id<Shipment> {
        let (shipment, is_new) = self.shipments.intern_approached(row.shipment_no, number);
        if is_new {
            self.days.push(NEVER);
        }
        if row.quantity.is_positive() {
            let day = &mut self.days[shipment.index()];
            if *day == NEVER {
                *day = row.date;
            } else if row.date < *day {
                let first = self.other_days.of_shipments.entry(shipment).or_insert(row.date);
                *first = row.date.min(*first);
            }
        }
        shipment
    }

    /// Brings near what these lines' shipments and receipts come to; tells which batches of theirs that are far apart.
    pub fn approach(&self, lines: impl Iterator<Item = usize> + Clone) -> Vec<usize> {
        let batches = self.batches.approach(lines);
        self.batch_sums.approach(batches.iter().map(|&batch| shipped(batch)));
        batches
    }

    /// The same of lines that documents name: even where they stand near each other they may be far from the processor.
    pub fn approach_named(&self, lines: impl Iterator<Item = usize> + Clone) -> Vec<usize> {
        let batches = self.approach(lines.clone());
        if batches.is_empty() && self.batches.approach_first(lines.clone()) {
            self.batch_sums.approach(lines.map(shipped));
        }
        batches
    }

    /// Brings near what is known of these lines, and of their shipments.
    pub fn approach_shipped(&self, lines: impl Iterator<Item = usize> + Clone) {
        let mut batches = self.approach_named(lines);
        batches.retain(|&batch| !self.batches.entries[batch].is_none());
        let shipments = || batches.iter().map(|&batch| self.batches.document(batch));
        self.shipments.approach(shipments());
        self.approach_days(shipments());
    }

    /// Brings near what is known of these shipments, which are noted next.
    pub fn approach_shipments<'t>(
        &mut self,
        shipment_nos: impl Iterator<Item = (&'t [u8], &'t mut Approached)>,
    ) {
        let likely = self.shipments.approach_texts(shipment_nos);
        self.approach_days(likely.into_iter());
    }

    fn approach_days(&self, shipments: impl Iterator<Item = Id<Shipment>>) {
        let day = |shipment: Id<Shipment>| self.days[shipment.index()].num_days_from_ce();
        bring_near(shipments.map(|shipment| u64::from(day(shipment).cast_unsigned())));
    }

    /// Adds a shipped row to its order line.
    #[inline]
    pub fn ship(&mut self, line: usize, shipment: Id<Shipment>, row: &ShipmentRow<'_>) {
        let known = self.batches.find(line, |known| known == shipment, || Some(shipment));
        let positive = row.quantity.is_positive();
        let (batch, day_before, stated) = if let Some(batch) = known {
            let day = self.batch_day(batch);
            (batch, day, day)
        } else {
            let batch = self.batches.add(line, shipment);
            self.batch_sums.reach(signed(batch));
            // Nothing is said of a new batch but what the day of the shipment says.
            (batch, NEVER, self.days[shipment.index()])
        };
        self.batch_sums.add(shipped(batch), row.quantity);
        if !positive {
            self.note_return(line, shipped(batch), row.quantity);
        }
        let day = if positive { row.date.min(day_before) } else { day_before };
        // The day of a shipment that consists of returns so far may come later, and is not that of the batch.
        if day == NEVER || day != stated {
            self.other_days.of_batches.insert(batch as u32, day);
        }
    }

    /// Notes what a row that is no event adds to one of the sums of a batch.
    #[inline(never)]
    fn note_return(&mut self, line: usize, sum: usize, quantity: Quantity) {
        **self.returned.entry(sum as u32).or_default() += quantity;
        self.exceptional.add(line);
    }

    /// Adds a signed-for row to its order line. The first day of the whole shipment that it names is returned, where
    /// it is known.
    #[inline]
    pub fn sign(&mut self, line: usize, row: &ReceiptRow<'_>) -> Option<NaiveDate> {
        let (quantity, positive) = (row.signed(), row.is_positive());
        if row.has_damage() {
            self.spoil(line, row);
        }
        if let Some(batch) = self.batch_named(line, row.shipment_no) {
            self.batch_sums.add(signed(batch), quantity);
            if !positive {
                self.note_return(line, signed(batch), quantity);
            }
            self.first_day(self.batches.document(batch))
        } else {
            self.exceptional.add(line);
            let at_large = self.signed_at_large.entry(line as u32).or_default();
            at_large.all += quantity;
            if positive {
                at_large.positive += quantity;
            }
            self.first_day_of(row.shipment_no)
        }
    }

    /// Adds what arrived damaged or was rejected to its order line.
    #[inline(never)]
    fn spoil(&mut self, line: usize, row: &ReceiptRow<'_>) {
        self.exceptional.add(line);
        let next = 2 * self.spoiled.len() as u32;
        let damaged = *self.spoiled.entry(line as u32).or_insert(next) as usize;
        if damaged == next as usize {
            self.spoiled_sums.push_zero();
            self.spoiled_sums.push_zero();
        }
        self.spoiled_sums.add(damaged, row.damaged);
        self.spoiled_sums.add(damaged + 1, row.rejected);
    }

    /// The line's goods in the shipment of this number: found by comparing, since most lines have few shipments.
    #[inline]
    fn batch_named(&self, line: usize, shipment_no: &[u8]) -> Option<usize> {
        let is_named = self.shipments.with_text(shipment_no);
        let named = || self.batches.find(line, is_named, || self.shipments.find(shipment_no));
        if shipment_no.is_empty() { None } else { named() }
    }

    /// The first day of the whole shipment that a receipt names, where it is known.
    pub fn first_day_of(&self, shipment_no: &[u8]) -> Option<NaiveDate> {
        self.shipments.find(shipment_no).and_then(|shipment| self.first_day(shipment))
    }

    #[inline]
    fn first_day(&self, shipment: Id<Shipment>) -> Option<NaiveDate> {
        let other = self.other_days.of_shipments.get(&shipment).copied();
        Some(other.unwrap_or(self.days[shipment.index()])).filter(|&day| day != NEVER)
    }

    /// The first day on which goods of the batch left; [`NEVER`] where none did.
    #[inline]
    fn batch_day(&self, batch: usize) -> NaiveDate {
        let other = self.other_days.of_batches.get(&(batch as u32)).copied();
        other.unwrap_or_else(|| self.days[self.batches.document(batch).index()])
    }

    /// What all shipments and receipts of the line come to.
    #[inline]
    pub fn of(&self, line: usize) -> Delivered {
        if self.exceptional.has(line) {
            return self.with_exceptions(line);
        }
        let (mut all_shipped, mut all_signed) = (Quantity::ZERO, Quantity::ZERO);
        for batch in self.batches.of(line) {
            all_shipped += self.batch_sums.get(shipped(batch));
            all_signed += self.batch_sums.get(signed(batch));
        }
        let (shipped, signed) = (TwoSums::alike(all_shipped), TwoSums::alike(all_signed));
        Delivered { shipped, signed, ..Delivered::default() }
    }

    /// The same of a line of which any map of exceptions may hold something.
    fn with_exceptions(&self, line: usize) -> Delivered {
        let (mut all_shipped, mut all_signed) = (TwoSums::default(), self.at_large(line));
        for batch in self.batches.of(line) {
            all_shipped = all_shipped.and(self.two_sums(line, shipped(batch)));
            all_signed = all_signed.and(self.two_sums(line, signed(batch)));
        }
        let spoiled = self.exception(line, &self.spoiled, line as u32).map(|&damaged| damaged as usize);
        let [damaged, rejected] = spoiled.map_or([Quantity::ZERO; 2], |damaged| {
            [self.spoiled_sums.get(damaged), self.spoiled_sums.get(damaged + 1)]
        });
        Delivered { shipped: all_shipped, signed: all_signed, damaged, rejected }
    }

    /// What one of the maps of exceptions holds of the line; nothing is sought where the line has none.
    fn exception<'m, T>(&self, line: usize, map: &'m FastMap<u32, T>, key: u32) -> Option<&'m T> {
        if self.exceptional.has(line) { map.get(&key) } else { None }
    }

    /// One of the sums of a batch of the line, with and without returns.
    fn two_sums(&self, line: usize, sum: usize) -> TwoSums {
        let all = self.batch_sums.get(sum);
        let returned = self.exception(line, &self.returned, sum as u32);
        let returned = returned.map(|returned| **returned).unwrap_or_default();
        TwoSums { all, positive: all - returned }
    }

    fn at_large(&self, line: usize) -> TwoSums {
        self.exception(line, &self.signed_at_large, line as u32).map(|sums| **sums).unwrap_or_default()
    }

    /// The line's shipments, oldest first. What was signed for without naming one of them counts for the oldest first.
    pub fn batches(&self, line: usize) -> Vec<Batch> {
        let mut batches: Vec<Batch> = self
            .batches
            .of(line)
            .map(|at| Batch {
                shipment: self.batches.document(at),
                first_day: Some(self.batch_day(at)).filter(|&day| day != NEVER),
                shipped: self.two_sums(line, shipped(at)),
                signed: self.two_sums(line, signed(at)),
            })
            .collect();
        batches.sort_by(|a, b| {
            let day = |batch: &Batch| batch.first_day.unwrap_or(NEVER);
            day(a).cmp(&day(b)).then_with(|| self.shipments.order(a.shipment, b.shipment))
        });
        let mut at_large = self.at_large(line);
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
    /// The entries of which no row states a quantity.
    unstated: Bits,
    quantity: Sums<Quantity>,
    gross: Sums<Money>,
}

impl Billing {
    /// Nothing billed yet, for so many order lines.
    pub fn new(lines: usize) -> Billing {
        Billing {
            chains: Chains::new(lines),
            unstated: Bits::default(),
            quantity: Sums::of_zeros(lines, likely_entries(lines)),
            gross: Sums::of_zeros(lines, likely_entries(lines)),
        }
    }

    /// Brings near what is billed of these lines; tells which bills of theirs that are far apart.
    pub fn approach(&self, lines: impl Iterator<Item = usize> + Clone) -> Vec<usize> {
        let entries = self.chains.approach(lines);
        self.gross.approach(entries.iter().copied());
        self.quantity.approach(entries.iter().copied());
        entries
    }

    /// The same of lines that invoices name.
    pub fn approach_named(&self, lines: impl Iterator<Item = usize> + Clone) {
        if self.approach(lines.clone()).is_empty() && self.chains.approach_first(lines.clone()) {
            self.gross.approach(lines.clone());
            self.quantity.approach(lines);
        }
    }

    /// Adds an invoice's row to its order line. Signs are settled when all rows are known.
    #[inline(always)]
    pub fn bill(&mut self, line: usize, invoice: Id<Invoice>, quantity: Option<Quantity>, gross: Money) {
        let known = self.chains.find(line, |known| known == invoice, || Some(invoice));
        let at = known.unwrap_or_else(|| self.chains.add(line, invoice));
        if known.is_none() {
            self.gross.reach(at);
            self.quantity.reach(at);
        }
        self.gross.add(at, gross);
        match quantity {
            Some(quantity) => {
                self.quantity.add(at, quantity);
                self.unstated.remove(at);
            }
            None if known.is_none() => self.unstated.add(at),
            None => {}
        }
    }

    /// Whether any invoice bills the line.
    pub fn is_billed(&self, line: usize) -> bool {
        self.chains.of(line).next().is_some()
    }

    /// The invoices that bill the line, in no particular order.
    pub fn invoices_of(&self, line: usize) -> impl Iterator<Item = Id<Invoice>> + '_ {
        self.chains.of(line).map(|at| self.chains.document(at))
    }

    /// What each invoice bills of the line, in no particular order.
    pub fn of<'a>(&'a self, line: usize, invoices: &'a Invoices) -> impl Iterator<Item = Billed> + 'a {
        self.chains.of(line).map(move |at| {
            let invoice = self.chains.document(at);
            let standing = invoices.standing(invoice);
            Billed {
                invoice,
                kind: standing.kind,
                quantity: (!self.unstated.has(at)).then(|| standing.quantity(self.quantity.get(at))),
                gross: standing.money(self.gross.get(at)),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

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
            assert_eq!((entry, find(&chains, 0, number)), (2 * number, Some(entry)));
        }
        for number in 0..3 * FEW {
            assert_eq!(find(&chains, 0, number), Some(2 * number));
            assert_eq!(find(&chains, 1, number), None);
            assert_eq!(find(&chains, 1, 1000 + number), Some(2 * number + 1));
        }
        assert_eq!(chains.of(0).count(), 3 * FEW);
    }

    proptest! {
        #[test]
        fn first_days_are_the_earliest_on_which_goods_left(moves in prop::collection::vec((0usize..3, 0u8..3, 1u32..5, -1i64..=1), 0..25)) {
            let mut deliveries = Deliveries::new(3);
            let numbers = ["SH1", "SH2", "x"];
            for &(line, shipment, day, quantity) in &moves {
                let row = ShipmentRow {
                    shipment_no: numbers[shipment as usize].as_bytes(),
                    order_no: b"SO1",
                    line_no: b"1",
                    date: NaiveDate::from_ymd_opt(2026, 1, day).unwrap(),
                    sku: b"",
                    goods_name: b"x",
                    quantity: Quantity::parse(&quantity.to_string()).unwrap(),
                };
                let shipment = deliveries.know_shipment(&row, Approached::NOTHING);
                deliveries.ship(line, shipment, &row);
            }
            let first = |of: &dyn Fn(usize, u8) -> bool| {
                let left = moves.iter().filter(|&&(line, shipment, _, quantity)| of(line, shipment) && quantity > 0);
                left.map(|&(_, _, day, _)| NaiveDate::from_ymd_opt(2026, 1, day).unwrap()).min()
            };
            for (shipment, number) in (0u8..).zip(numbers) {
                prop_assert_eq!(deliveries.first_day_of(number.as_bytes()), first(&|_, of| of == shipment));
            }
            for line in 0..3 {
                for batch in deliveries.batches(line) {
                    let number = deliveries.shipments.text(batch.shipment).to_string();
                    let shipment = numbers.iter().position(|known| *known == number).unwrap() as u8;
                    prop_assert_eq!(batch.first_day, first(&|of_line, of| (of_line, of) == (line, shipment)));
                }
            }
        }
    }
}
