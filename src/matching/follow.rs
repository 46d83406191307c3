//! Red invoices that name no order, as the tax bureau exports them: what such a one takes back is what its blue invoice
//! billed, so its rows go where the blue one's went.
//!
//! A row of a red invoice that names no order and whose blue invoice is in the books ([`Invoices::original_of`]) bills,
//! with the other sign, the order line that the blue one bills: the only one, else the only one of the row's goods, by
//! their number where both state one, else by their normalised name. What finds no line stays an orphan.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::mem;

use super::{Aside, Billed, Matching};
use crate::documents::customers::Customers;
use crate::documents::goods::SeenNames;
use crate::documents::invoice::{InvoiceKind, InvoiceLine, InvoiceLineReader};
#[cfg(doc)]
use crate::documents::invoices::Invoices;
use crate::documents::order_lines::OrphanReason;
use crate::ids::{GoodsName, Id, Invoice, Label};
use crate::input::lookup::{Lookup, SCATTERED};
use crate::input::{InputError, Kind, Place, Sources};
use crate::policy::Policy;

/// A row of a red invoice that looks for its order line.
struct Follower {
    place: Place,
    blue: Id<Invoice>,
    sku: Option<Id<Label>>,
    name: Option<Id<GoodsName>>,
}

impl Matching {
    /// Counts the rows of red invoices that name no order where their blue invoices are counted.
    pub(super) fn follow_originals(&mut self, sources: &Sources, policy: &Policy) -> Result<(), InputError> {
        let followers = self.followers(sources, policy)?;
        let billed = self.billed_by(&followers.iter().map(|follower| follower.blue).collect());
        let found: BTreeMap<Place, u32> = followers
            .iter()
            .filter_map(|follower| {
                let lines = billed.get(&follower.blue)?;
                Some((follower.place, self.line_of(follower, lines)?))
            })
            .collect();
        self.bill_orphans(&found, sources, policy)
    }

    fn followers(&self, sources: &Sources, policy: &Policy) -> Result<Vec<Follower>, InputError> {
        let mut names = SeenNames::default();
        let mut rows: Lookup<'_, InvoiceLineReader> = Lookup::new(sources, policy, SCATTERED);
        let mut followers = Vec::new();
        let orphans = self.orphans.iter();
        for orphan in
            orphans.filter(|orphan| orphan.kind == Kind::Invoices && orphan.reason == OrphanReason::NoOrder)
        {
            followers.extend(rows.row(orphan.place, |row| self.follower(row, orphan.place, &mut names))?);
        }
        Ok(followers)
    }

    fn follower(&self, row: &InvoiceLine<'_>, place: Place, names: &mut SeenNames) -> Option<Follower> {
        let invoice = self.invoices.of_row(row)?;
        let is_red = self.invoices.standing(invoice).kind == InvoiceKind::Red;
        let blue = self.invoices.original_of(invoice).filter(|_| is_red)?;
        let sku = self.lines.sku(row.sku);
        let name = row.goods().and_then(|name| self.lines.goods.find(name, names));
        Some(Follower { place, blue, sku, name })
    }

    /// The order lines that these invoices bill.
    fn billed_by(&self, wanted: &HashSet<Id<Invoice>>) -> HashMap<Id<Invoice>, Vec<u32>> {
        let mut billed: HashMap<Id<Invoice>, Vec<u32>> = HashMap::new();
        if wanted.is_empty() {
            return billed;
        }
        for line in 0..self.lines.len() {
            for invoice in self.billing.invoices_of(line).filter(|invoice| wanted.contains(invoice)) {
                billed.entry(invoice).or_default().push(line as u32);
            }
        }
        billed
    }

    /// The only one of the order lines that the row can mean.
    fn line_of(&self, follower: &Follower, lines: &[u32]) -> Option<u32> {
        if let &[line] = lines {
            return Some(line);
        }
        let is_of_goods = |&line: &u32| {
            self.lines.goods_of(line as usize).is_some_and(|goods| match (goods.sku, follower.sku) {
                (Some(ordered), Some(billed)) => ordered == billed,
                _ => follower.name == Some(goods.name),
            })
        };
        let mut fitting = lines.iter().copied().filter(is_of_goods);
        let only = fitting.next()?;
        fitting.next().is_none().then_some(only)
    }

    /// Counts invoices' rows without an order line at these order lines.
    pub(super) fn bill_orphans(
        &mut self,
        lines: &BTreeMap<Place, u32>,
        sources: &Sources,
        policy: &Policy,
    ) -> Result<(), InputError> {
        if lines.is_empty() {
            return Ok(());
        }
        let mut billed = Billed {
            invoices: mem::take(&mut self.invoices),
            billing: mem::take(&mut self.billing),
            customers: Customers::default(),
            listed: BTreeMap::new(),
            names: SeenNames::default(),
            aside: Aside::default(),
            policy: &policy.matching,
        };
        let mut rows: Lookup<'_, InvoiceLineReader> = Lookup::new(sources, policy, SCATTERED);
        let read = lines.iter().try_for_each(|(&place, &line)| {
            rows.row(place, |row| {
                if let Some(invoice) = billed.invoices.of_row(row) {
                    let of_line = self.lines.of_line(line as usize);
                    billed.bill(&self.lines, of_line, (row, place), invoice);
                }
            })
        });
        self.invoices = billed.invoices;
        self.billing = billed.billing;
        self.orphans.retain(|orphan| !lines.contains_key(&orphan.place));
        self.add_remarks(billed.aside.remarks);
        read
    }
}
