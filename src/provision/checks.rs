//! The provision's own proof: what must be true of its figures whatever the books say.

use std::collections::BTreeMap;
use std::fmt;

use crate::lang::Lang;
use crate::money::Money;
use crate::receivable::Group;

use super::journal::{Kind, Side, VoucherLine};
use super::{Provision, ProvisionRow};

/// What can be wrong with a provision. All but the first are faults of recv itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProvisionFault {
    /// The policy names no rate for a bucket.
    NoRate {
        /// The bucket's name.
        bucket: String,
    },
    /// A customer's row is not the sum of its tranches.
    RowIsNotItsItems {
        /// Whose row.
        group: Group,
        /// The tranches' sum.
        items: Money,
        /// The row's figure.
        row: Money,
    },
    /// A total is not the sum of its rows.
    TotalIsNotItsRows {
        /// The currency.
        currency: String,
        /// The rows' sum.
        rows: Money,
        /// The total.
        total: Money,
    },
    /// The closing allowance is not `opening − written off + recovered + charge`, or not what is required.
    MovementDoesNotClose {
        /// Whose allowance.
        group: Group,
        /// What the movement leads to.
        expected: Money,
        /// The closing allowance.
        closing: Money,
    },
    /// The journal adds to the allowance something else than is charged.
    JournalIsNotTheCharge {
        /// The currency.
        currency: String,
        /// What the journal adds.
        booked: Money,
        /// What is charged.
        charge: Money,
    },
    /// The journal's debits are not its credits.
    JournalDoesNotBalance {
        /// The currency.
        currency: String,
        /// All debits.
        debits: Money,
        /// All credits.
        credits: Money,
    },
}

impl ProvisionFault {
    /// What is wrong, with both figures, in a language.
    pub fn say(&self, lang: Lang) -> String {
        match lang {
            Lang::En => self.say_en(),
            Lang::Zh => self.say_zh(),
        }
    }

    fn say_en(&self) -> String {
        match self {
            ProvisionFault::NoRate { bucket } => {
                format!("no rate for the bucket '{bucket}' in [provision.rates]")
            }
            ProvisionFault::RowIsNotItsItems { group, items, row } => {
                format!("{}: its items come to {items}, its row says {row}", name(group))
            }
            ProvisionFault::TotalIsNotItsRows { currency, rows, total } => {
                format!("{currency}: the rows come to {rows}, the total says {total}")
            }
            ProvisionFault::MovementDoesNotClose { group, expected, closing } => {
                format!(
                    "{}: the movement leads to {expected}, the allowance closes at {closing}",
                    name(group)
                )
            }
            ProvisionFault::JournalIsNotTheCharge { currency, booked, charge } => {
                format!("{currency}: the journal adds {booked} to the allowance, the charge is {charge}")
            }
            ProvisionFault::JournalDoesNotBalance { currency, debits, credits } => {
                format!("{currency}: the journal debits {debits} and credits {credits}")
            }
        }
    }

    fn say_zh(&self) -> String {
        match self {
            ProvisionFault::NoRate { bucket } => format!("[provision.rates] 未规定“{bucket}”的计提比例"),
            ProvisionFault::RowIsNotItsItems { group, items, row } => {
                format!("{}：明细合计{items}，汇总行为{row}", name(group))
            }
            ProvisionFault::TotalIsNotItsRows { currency, rows, total } => {
                format!("{currency}：各行合计{rows}，总计为{total}")
            }
            ProvisionFault::MovementDoesNotClose { group, expected, closing } => {
                format!("{}：变动推算期末为{expected}，坏账准备期末为{closing}", name(group))
            }
            ProvisionFault::JournalIsNotTheCharge { currency, booked, charge } => {
                format!("{currency}：凭证计入坏账准备{booked}，本期计提为{charge}")
            }
            ProvisionFault::JournalDoesNotBalance { currency, debits, credits } => {
                format!("{currency}：凭证借方{debits}，贷方{credits}，不平衡")
            }
        }
    }
}

fn name(group: &Group) -> String {
    format!("{} {}", group.key, group.currency)
}

impl fmt::Display for ProvisionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for ProvisionFault {}

/// Whether the figures agree: tranches make up the rows, rows the totals, and every allowance moves from its opening
/// to its closing.
pub fn check(provision: &Provision<'_>) -> Result<(), ProvisionFault> {
    check_items(provision)?;
    check_totals(provision)?;
    provision.rows.iter().chain(&provision.totals).try_for_each(check_movement)
}

/// A row's balances and what it requires are the sums of its tranches.
fn check_items(provision: &Provision<'_>) -> Result<(), ProvisionFault> {
    let mut sums: BTreeMap<&Group, (Money, Money)> = BTreeMap::new();
    for run in provision.items.chunk_by(|a, b| a.item.group == b.item.group) {
        let Some(first) = run.first() else { continue };
        let (balance, required) = sums.entry(&first.item.group).or_default();
        *balance += run.iter().map(|item| item.item.balance).sum();
        *required += run.iter().map(|item| item.provision).sum();
    }
    for row in &provision.rows {
        let (balance, required) = sums.remove(&row.group).unwrap_or_default();
        row_is(row, balance, row.balance())?;
        row_is(row, required, row.movement.required)?;
    }
    match sums.into_iter().next() {
        None => Ok(()),
        Some((group, (items, _))) => {
            Err(ProvisionFault::RowIsNotItsItems { group: group.clone(), items, row: Money::ZERO })
        }
    }
}

fn row_is(row: &ProvisionRow, items: Money, figure: Money) -> Result<(), ProvisionFault> {
    if items == figure {
        return Ok(());
    }
    Err(ProvisionFault::RowIsNotItsItems { group: row.group.clone(), items, row: figure })
}

/// A currency's total is the sum of its rows, in balance and in closing allowance.
fn check_totals(provision: &Provision<'_>) -> Result<(), ProvisionFault> {
    for total in &provision.totals {
        let of_currency = || provision.rows.iter().filter(|row| row.group.currency == total.group.currency);
        total_is(total, of_currency().map(ProvisionRow::balance).sum(), total.balance())?;
        total_is(total, of_currency().map(|row| row.movement.closing).sum(), total.movement.closing)?;
    }
    Ok(())
}

fn total_is(total: &ProvisionRow, rows: Money, figure: Money) -> Result<(), ProvisionFault> {
    if rows == figure {
        return Ok(());
    }
    let currency = total.group.currency.to_string();
    Err(ProvisionFault::TotalIsNotItsRows { currency, rows, total: figure })
}

/// `closing = opening − written off + recovered + charge`, and closing is what is required.
fn check_movement(row: &ProvisionRow) -> Result<(), ProvisionFault> {
    let movement = row.movement;
    let expected = movement.opening - movement.written_off + movement.recovered + movement.charge;
    if expected == movement.closing && movement.closing == movement.required {
        return Ok(());
    }
    let (group, closing) = (row.group.clone(), movement.closing);
    Err(ProvisionFault::MovementDoesNotClose { group, expected, closing })
}

/// In each currency the journal adds to the allowance what is charged, be the accounts what they may.
pub fn check_booked(lines: &[VoucherLine], totals: &[ProvisionRow]) -> Result<(), ProvisionFault> {
    for total in totals {
        let is_credit =
            |line: &&VoucherLine| line.side == Side::Credit && line.currency == total.group.currency;
        let added = |line: &VoucherLine| match line.kind {
            Kind::Charge => line.amount,
            Kind::Reversal => -line.amount,
        };
        let (booked, charge) = (lines.iter().filter(is_credit).map(added).sum(), total.movement.charge);
        if booked != charge {
            let currency = total.group.currency.to_string();
            return Err(ProvisionFault::JournalIsNotTheCharge { currency, booked, charge });
        }
    }
    Ok(())
}

/// In each currency the journal's debits are its credits.
pub fn check_journal(lines: &[VoucherLine]) -> Result<(), ProvisionFault> {
    let mut sums: BTreeMap<&str, (Money, Money)> = BTreeMap::new();
    for line in lines {
        let (debits, credits) = sums.entry(&line.currency).or_default();
        match line.side {
            Side::Debit => *debits += line.amount,
            Side::Credit => *credits += line.amount,
        }
    }
    let unbalanced = sums.into_iter().find(|(_, (debits, credits))| debits != credits);
    unbalanced.map_or(Ok(()), |(currency, (debits, credits))| {
        Err(ProvisionFault::JournalDoesNotBalance { currency: currency.to_owned(), debits, credits })
    })
}
