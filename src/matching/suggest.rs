//! Which order line an invoice's line probably bills that names no order, or one that is not in the books.
//!
//! A line of a blue invoice is given a suggestion when exactly one order line fits it:
//!
//! - the same customer, and the same currency;
//! - the same goods: by their number where both state one, else by their name, normalised;
//! - not cancelled, and not dated after the invoice;
//! - what may still be invoiced of it agrees with the line's gross amount within the amount tolerance: the billable
//!   amount less what is invoiced, or while nothing is signed for, the whole ordered amount less what is invoiced.
//!
//! Where two invoice lines would take the same order line, neither gets it. A suggestion is never a match by itself:
//! a person says so, by a line of `links.csv` or with `--accept-suggestions` ([`Matching::accept`]).
//!
//! Nothing is done where no such line asks. Of order lines only those are read again whose customer and goods are
//! asked for, and only what was asked is kept.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use chrono::NaiveDate;

use super::Matching;
use super::checks::money_within;
use super::tallies::Billed;
use crate::documents::currency_code;
use crate::documents::goods::SeenNames;
use crate::documents::invoice::{InvoiceKind, InvoiceLineReader};
use crate::documents::links::number_rows;
use crate::documents::order::{Ordered, OrderedReader};
use crate::documents::order_lines::{Goods as OrderedGoods, OrphanReason};
use crate::ids::{CustomerKey, GoodsName, Id, Label};
use crate::input::lookup::{Lookup, SCATTERED};
use crate::input::{InputError, Intake, Kind, Place, Sources};
use crate::money::Money;
use crate::policy::{Policy, Tolerance};

/// The order line that an invoice's line probably bills.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    /// The amount with tax of the invoice's line.
    pub gross: Money,
    /// The order.
    pub order_no: String,
    /// The line, as its file writes it; where it has none, the goods that stand for it.
    pub line_no: String,
    line: u32,
}

impl fmt::Display for Suggestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.order_no, self.line_no)
    }
}

/// The suggestions of a run, by the place of the invoice's line.
#[derive(Clone, Debug, Default)]
pub struct Suggestions {
    by_place: BTreeMap<Place, Suggestion>,
}

impl Suggestions {
    /// The suggestion for the invoice's line at this place.
    pub fn at(&self, place: Place) -> Option<&Suggestion> {
        self.by_place.get(&place)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.by_place.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.by_place.is_empty()
    }

    /// The money of their invoice lines.
    pub fn money(&self) -> Money {
        self.by_place.values().map(|suggestion| suggestion.gross).sum()
    }
}

/// A suggestion as a row of `links.csv`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AcceptedLink {
    /// The invoice's number.
    pub invoice_no: String,
    /// The invoice's code; may be empty.
    pub invoice_code: String,
    /// The number of the row within its invoice.
    pub row: u32,
    /// The order.
    pub order_no: String,
    /// The order line.
    pub line_no: String,
}

/// An invoice's line that asks for an order line.
struct Ask {
    place: Place,
    gross: Money,
    date: NaiveDate,
    currency: Id<Label>,
    suggestion: Option<Suggestion>,
    /// Whether several order lines fit.
    is_unclear: bool,
}

/// What is asked for: a customer's goods.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Goods {
    Sku(Id<Label>),
    /// By name, by a line that states no goods' number.
    Name(Id<GoodsName>),
    /// By name, by a line that states a goods' number: fits order lines without one.
    NameBesideSku(Id<GoodsName>),
}

/// All that is asked, and by which goods.
#[derive(Default)]
struct Asks {
    all: Vec<Ask>,
    /// Asks per customer and goods, by amount.
    by_goods: HashMap<(Id<CustomerKey>, Goods), Vec<u32>>,
}

impl Asks {
    fn add(&mut self, ask: Ask, customer: Id<CustomerKey>, goods: impl Iterator<Item = Goods>) {
        let number = self.all.len() as u32;
        self.all.push(ask);
        for goods in goods {
            self.by_goods.entry((customer, goods)).or_default().push(number);
        }
    }

    fn sort(&mut self) {
        let all = &self.all;
        for asks in self.by_goods.values_mut() {
            asks.sort_by_key(|&ask| all[ask as usize].gross);
        }
    }

    /// The lists of asks for what this customer ordered.
    fn lists(&self, customer: Id<CustomerKey>, ordered: &OrderedGoods) -> impl Iterator<Item = &Vec<u32>> {
        let by_number = ordered.sku.map_or(Goods::NameBesideSku(ordered.name), Goods::Sku);
        let goods = [by_number, Goods::Name(ordered.name)];
        goods.into_iter().filter_map(move |goods| self.by_goods.get(&(customer, goods)))
    }

    /// The asks whose amount agrees with what may still be invoiced.
    fn of_amount(
        &self,
        customer: Id<CustomerKey>,
        ordered: &OrderedGoods,
        open: Money,
        tolerance: &Tolerance<Money>,
    ) -> Vec<u32> {
        let agrees = |gross: Money| money_within(gross - open, open, tolerance);
        let of_list = |list: &Vec<u32>| {
            let gross = |ask: u32| self.all[ask as usize].gross;
            let from = list.partition_point(|&ask| gross(ask) < open && !agrees(gross(ask)));
            list[from..].iter().copied().take_while(|&ask| agrees(gross(ask))).collect::<Vec<_>>()
        };
        self.lists(customer, ordered).flat_map(of_list).collect()
    }

    /// Every ask that one order line fits, and that order line no other ask.
    fn settle(self) -> Suggestions {
        let single = self.all.into_iter().filter(|ask| !ask.is_unclear);
        let found: Vec<(Place, Suggestion)> =
            single.filter_map(|ask| ask.suggestion.map(|suggestion| (ask.place, suggestion))).collect();
        let mut takers: HashMap<u32, u32> = HashMap::new();
        for (_, suggestion) in &found {
            *takers.entry(suggestion.line).or_default() += 1;
        }
        let alone = found.into_iter().filter(|(_, suggestion)| takers.get(&suggestion.line) == Some(&1));
        Suggestions { by_place: alone.collect() }
    }
}

impl Matching {
    /// The suggestions for all invoices' lines that name no order, or an unknown one.
    pub fn suggest(&self, sources: &Sources, policy: &Policy) -> Result<Suggestions, InputError> {
        let mut asks = self.asks(sources, policy)?;
        if asks.by_goods.is_empty() {
            return Ok(Suggestions::default());
        }
        asks.sort();
        let mut orders: Lookup<'_, OrderedReader> = Lookup::new(sources, policy, SCATTERED);
        for number in 0..self.lines.len() {
            let may_be_billed = self.lines.counts(number) && !self.lines.is_cancelled(number);
            let customer = self.lines.customer_of(number);
            let is_asked_for = |goods| asks.lists(customer, goods).next().is_some();
            if may_be_billed && self.lines.goods_of(number).is_some_and(is_asked_for) {
                orders
                    .row(self.lines.place_of(number), |order| self.offer(number, order, policy, &mut asks))?;
            }
        }
        Ok(asks.settle())
    }

    fn asks(&self, sources: &Sources, policy: &Policy) -> Result<Asks, InputError> {
        let mut asks = Asks::default();
        let mut names = SeenNames::default();
        let mut invoices: Lookup<'_, InvoiceLineReader> = Lookup::new(sources, policy, SCATTERED);
        let is_asking = |reason| matches!(reason, OrphanReason::NoOrder | OrphanReason::UnknownOrder);
        let asking = |orphan: &&super::Orphan| orphan.kind == Kind::Invoices && is_asking(orphan.reason);
        for orphan in self.orphans.iter().filter(asking) {
            invoices.row(orphan.place, |row| {
                let Some(invoice) = self.invoices.of_row(row) else { return };
                let is_blue = self.invoices.standing(invoice).kind == InvoiceKind::Blue;
                if !is_blue || !row.gross().is_positive() {
                    return;
                }
                let head = self.invoices.head(invoice);
                let name = row.goods().and_then(|name| self.lines.goods.find(name, &mut names));
                let (by_number, by_name) = if row.sku.is_empty() {
                    (None, name.map(Goods::Name))
                } else {
                    (self.lines.sku(row.sku).map(Goods::Sku), name.map(Goods::NameBesideSku))
                };
                let ask = Ask {
                    place: orphan.place,
                    gross: row.gross(),
                    date: row.date,
                    currency: head.currency,
                    suggestion: None,
                    is_unclear: false,
                };
                asks.add(ask, head.customer, by_number.into_iter().chain(by_name));
            })?;
        }
        Ok(asks)
    }

    /// Offers an order line to all asks that it fits.
    fn offer(&self, number: usize, order: &Ordered<'_>, policy: &Policy, asks: &mut Asks) {
        let (customer, date) = (self.lines.customer_of(number), self.lines.date_of(number));
        let Some(ordered) = self.lines.goods_of(number) else { return };
        let billed: Vec<Billed> = self.billed(number).collect();
        let figures = self.figures(number, order, &billed, &policy.matching);
        let may_be_invoiced = if figures.signed().is_zero() {
            order.quantity.times_rounded(order.billing_price())
        } else {
            figures.billable_amount
        };
        let open = may_be_invoiced - figures.invoiced_amount;
        if !open.is_positive() {
            return;
        }
        let currency = currency_code(order.currency, &policy.input.currency);
        for at in asks.of_amount(customer, ordered, open, &policy.matching.tolerance.amount) {
            let ask = &mut asks.all[at as usize];
            if date > ask.date || self.invoices.labels.text(ask.currency) != currency {
                continue;
            }
            ask.is_unclear = ask.suggestion.is_some();
            ask.suggestion = Some(Suggestion {
                gross: ask.gross,
                order_no: String::from_utf8_lossy(order.order_no).into_owned(),
                line_no: String::from_utf8_lossy(order.line_name()).into_owned(),
                line: number as u32,
            });
        }
    }

    /// Counts the lines as billing the order lines that are suggested for them, as if `links.csv` said so.
    pub fn accept(
        &mut self,
        suggestions: &Suggestions,
        sources: &Sources,
        policy: &Policy,
    ) -> Result<(), InputError> {
        let lines = suggestions.by_place.iter().map(|(&place, suggestion)| (place, suggestion.line));
        self.bill_orphans(&lines.collect(), sources, policy)?;
        self.follow_originals(sources, policy)
    }

    /// The suggestions as rows of `links.csv`, by invoice and row. The invoices are read again for the rows' numbers.
    pub fn as_links(
        &self,
        suggestions: &Suggestions,
        intake: Intake<'_>,
    ) -> Result<Vec<AcceptedLink>, InputError> {
        let mut rows: Lookup<'_, InvoiceLineReader> = Lookup::new(intake.sources, intake.policy, SCATTERED);
        let (mut keys, mut links) = (Vec::new(), Vec::new());
        for (&place, suggestion) in &suggestions.by_place {
            let link = rows.row(place, |row| {
                keys.push(self.invoices.key(row.code, row.number).into_owned());
                AcceptedLink {
                    invoice_no: String::from_utf8_lossy(row.number).into_owned(),
                    invoice_code: String::from_utf8_lossy(row.code).into_owned(),
                    row: 0,
                    order_no: suggestion.order_no.clone(),
                    line_no: suggestion.line_no.clone(),
                }
            });
            links.push((place, link?));
        }
        let places = suggestions.by_place.keys().copied().collect();
        let numbers = number_rows(intake, &self.invoices, keys, &places)?;
        let numbered = links.into_iter().map(|(place, link)| AcceptedLink {
            row: numbers.get(&place).copied().unwrap_or_default(),
            ..link
        });
        let mut links: Vec<AcceptedLink> = numbered.collect();
        links.sort();
        Ok(links)
    }
}
