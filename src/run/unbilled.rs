//! `recv age --unbilled`: goods signed for and not invoiced yet (未开票应收), as the match finds them.

use std::collections::BTreeMap;

use super::Failure;
use super::load::Session;
use super::matching::Grouping;
use crate::input::{InputError, Intake, Kind};
use crate::matching::Matching;
use crate::money::Money;
use crate::receivable::Group;
use crate::receivable::grouping::GroupBy;

/// The match of the books, and by what its order lines are grouped.
pub struct Unbilled {
    /// The match.
    pub matching: Matching,
    grouping: Grouping,
}

impl Unbilled {
    /// Reads what the match reads.
    pub fn gather(intake: &mut Intake<'_>, by: GroupBy) -> Result<Unbilled, InputError> {
        Ok(Unbilled {
            matching: Matching::gather(intake, Grouping::order_detail(by))?,
            grouping: Grouping::read(by, intake)?,
        })
    }

    /// What may be invoiced of all order lines (`to_invoice_amount` of match.csv), by group; none is nothing.
    pub fn sums(&self, session: &Session) -> Result<BTreeMap<Group, Money>, Failure> {
        type Batch = BTreeMap<(String, String), Money>;
        let mut sums = BTreeMap::new();
        self.matching.judge(
            &session.sources,
            &session.policy,
            false,
            |order, customer_id, into| self.grouping.label(order, customer_id, into),
            |batch: &mut Batch, row, _| {
                if !row.to_invoice_amount.is_zero() {
                    let group = (row.customer_id.to_string(), row.currency.clone());
                    *batch.entry(group).or_default() += row.to_invoice_amount;
                }
            },
            |batch| {
                for ((key, currency), amount) in batch {
                    let group = Group { key: key.into(), currency: currency.into() };
                    *sums.entry(group).or_default() += amount;
                }
                Ok::<(), Failure>(())
            },
        )?;
        Ok(sums)
    }

    /// How many rows of invoices bill no order line: what they bill counts as not invoiced.
    pub fn unplaced_invoice_rows(&self) -> usize {
        self.matching.orphans_of(Kind::Invoices)
    }
}
