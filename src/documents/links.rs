//! Which order line an invoice's row bills, where `links.csv` says so: that wins over what the row itself names, in
//! the match and in the ledger alike.
//!
//! A row is meant by its number within its invoice, from 1 in the order of the files, whether or not it counts (void
//! rows do); rows that can't be used, or that the policy drops as duplicates, are not numbered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::goods::SeenNames;
use super::invoice::{InvoiceLine, InvoiceReader};
use super::invoices::Invoices;
use super::link::{LinkReader, LinkRow};
use super::order_lines::OrderLines;
use crate::diagnostic::Problem;
use crate::ids::{Id, Order};
use crate::input::{InputError, Intake, LateRefusal, Place, Verdict};

/// All links, by invoice.
#[derive(Debug, Default)]
pub struct Links {
    invoices: HashMap<Vec<u8>, LinkedInvoice>,
    names: SeenNames,
}

/// An invoice that is linked, and how many of its rows have come.
#[derive(Debug, Default)]
struct LinkedInvoice {
    /// The number, for messages.
    number: String,
    rows: u32,
    /// The link of all its rows.
    whole: Option<Link>,
    /// Links of single rows.
    single: BTreeMap<u32, Link>,
}

#[derive(Clone, Copy, Debug)]
struct Link {
    place: Place,
    target: Target,
    /// Whether a row's goods did not say which line of the order is meant.
    unclear: bool,
}

/// What a link leads to.
#[derive(Clone, Copy, Debug)]
enum Target {
    /// This order line.
    Line(usize),
    /// The line of this order that has the goods of the invoice's row.
    ByGoods(Id<Order>),
}

impl LinkedInvoice {
    /// The place of the link that holds for the row already; for all rows where `row` is `None`.
    fn taken(&self, row: Option<u32>) -> Option<Place> {
        let single = match row {
            Some(row) => self.single.get(&row),
            None => self.single.values().next(),
        };
        self.whole.as_ref().or(single).map(|link| link.place)
    }

    /// Links that led nowhere.
    fn strays(&self, orders: &OrderLines) -> Vec<LateRefusal> {
        let number = || self.number.clone();
        let fault = |row: u32, link: &Link| {
            if self.rows == 0 {
                return Some(("invoice_no", Problem::LinkNoInvoice(number())));
            }
            if row > self.rows {
                return Some(("line", Problem::LinkNoRow(number(), row, self.rows)));
            }
            match link.target {
                Target::ByGoods(order) if link.unclear => {
                    Some(("line_no", Problem::LinkUnclear(orders.orders.text(order).to_string())))
                }
                Target::Line(_) | Target::ByGoods(_) => None,
            }
        };
        let whole = self.whole.iter().map(|link| (1, link));
        whole
            .chain(self.single.iter().map(|(&row, link)| (row, link)))
            .filter_map(|(row, link)| {
                let (column, problem) = fault(row, link)?;
                Some(LateRefusal { place: link.place, column, problem, left_out: None })
            })
            .collect()
    }
}

impl Links {
    /// Reads the links. Orders are known by now, invoices are not read yet.
    pub fn read(
        intake: &mut Intake<'_>,
        orders: &OrderLines,
        invoices: &Invoices,
    ) -> Result<Links, InputError> {
        let mut links = Links::default();
        intake.read::<LinkReader>(|row, place| {
            let target = match links.target(row, orders) {
                Ok(target) => target,
                Err(problem) => return Verdict::Refused("order_no", problem, None),
            };
            let key = invoices.key(row.code, row.number);
            let linked = links.invoices.entry(key.into_owned()).or_default();
            if let Some(earlier) = linked.taken(row.row) {
                return Verdict::Refused("invoice_no", twice(row), Some(earlier));
            }
            linked.number = String::from_utf8_lossy(row.number).into_owned();
            let link = Link { place, target, unclear: false };
            match row.row {
                Some(number) => {
                    linked.single.insert(number, link);
                }
                None => linked.whole = Some(link),
            }
            Verdict::Used
        })?;
        Ok(links)
    }

    fn target(&mut self, row: &LinkRow<'_>, orders: &OrderLines) -> Result<Target, Problem> {
        if row.line_no.is_empty() {
            let order = orders.orders.find(row.order_no);
            let target =
                order.map(|order| orders.only_line(order).map_or(Target::ByGoods(order), Target::Line));
            return target.ok_or_else(|| no_order_line(row));
        }
        orders
            .line_named(row.order_no, row.line_no, &mut self.names)
            .map(Target::Line)
            .ok_or_else(|| no_order_line(row))
    }

    /// The order line that the row is linked to. Every row of every invoice must be asked for, in the files' order.
    #[inline]
    pub fn line_of(
        &mut self,
        row: &InvoiceLine<'_>,
        orders: &OrderLines,
        invoices: &Invoices,
    ) -> Option<usize> {
        if self.invoices.is_empty() { None } else { self.linked_line(row, orders, invoices) }
    }

    fn linked_line(
        &mut self,
        row: &InvoiceLine<'_>,
        orders: &OrderLines,
        invoices: &Invoices,
    ) -> Option<usize> {
        if invoices.counts_elsewhere(row) {
            return None;
        }
        let linked = self.invoices.get_mut(&*invoices.key(row.code, row.number))?;
        linked.rows += 1;
        let link = match linked.single.get_mut(&linked.rows) {
            Some(link) => link,
            None => linked.whole.as_mut()?,
        };
        let line = match link.target {
            Target::Line(line) => Some(line),
            Target::ByGoods(order) => {
                let name = orders.goods.find(row.goods_name, &mut self.names);
                orders.line_by_goods(order, row.sku, name)
            }
        };
        link.unclear |= line.is_none();
        line
    }

    /// Refuses links of what did not come, now that all invoices have been read.
    pub fn refuse_strays(self, orders: &OrderLines, intake: &mut Intake<'_>) -> Result<(), InputError> {
        let invoices = self.invoices.into_values();
        let strays: Vec<LateRefusal> = invoices.flat_map(|invoice| invoice.strays(orders)).collect();
        if strays.is_empty() { Ok(()) } else { intake.refuse_later::<LinkReader>(strays) }
    }
}

/// Numbers the rows at these places within their invoices, as a link names them; all of them must be rows of the
/// invoices with these keys. The files are read again, by an intake that nobody asks for its account.
pub fn number_rows(
    mut intake: Intake<'_>,
    invoices: &Invoices,
    keys: impl IntoIterator<Item = Vec<u8>>,
    places: &BTreeSet<Place>,
) -> Result<BTreeMap<Place, u32>, InputError> {
    let mut rows: HashMap<Vec<u8>, u32> = keys.into_iter().map(|key| (key, 0)).collect();
    let mut numbers = BTreeMap::new();
    intake.read::<InvoiceReader>(|row, place| {
        let counted = rows.get_mut(&*invoices.key(row.code, row.number));
        if let Some(rows) = counted.filter(|_| !invoices.counts_elsewhere(row)) {
            *rows += 1;
            if places.contains(&place) {
                numbers.insert(place, *rows);
            }
        }
        Verdict::Used
    })?;
    Ok(numbers)
}

fn no_order_line(row: &LinkRow<'_>) -> Problem {
    let named = [row.order_no, row.line_no].map(String::from_utf8_lossy);
    Problem::LinkNoOrderLine(named.join("/").trim_end_matches('/').to_owned())
}

fn twice(row: &LinkRow<'_>) -> Problem {
    let number = String::from_utf8_lossy(row.number);
    let named = row.row.map_or_else(|| number.to_string(), |row| format!("{number}/{row}"));
    Problem::LinkTwice(named, String::new())
}
