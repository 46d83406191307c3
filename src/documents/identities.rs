//! What has to be known of all invoices before the first row counts: which numbers mean the same invoice, and which
//! invoices stand line by line.
//!
//! A fully digital invoice that is printed on paper (数电纸质发票) has 20 digits and also a code and a number; one
//! export shows both, another only the code and number. And the tax bureau's export has a sheet of lines and a sheet
//! of invoices. Were either learnt while rows are counted, the order of rows would change the figures.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;

use super::invoice::{Identity, InvoiceReader, InvoiceRow, Reversal, holds_whole_invoices, identity};
use crate::calendar::AsOf;
use crate::input::columns::InvoiceColumn::{self, DigitalNo, InvoiceCode, InvoiceNo};
use crate::input::intake::Document;
use crate::input::lookup::{Lookup, SCATTERED};
use crate::input::{Cells, InputError, Intake, Kind, Layout};
use crate::money::Money;
use crate::policy::Policy;

/// What stands between code and number in an invoice's identity.
pub const SEPARATOR: u8 = 0x1f;

/// Which numbers mean the same invoice, and which invoices stand line by line.
#[derive(Debug, Default)]
pub struct Identities {
    /// Code and number, to the 20 digits of the same invoice.
    digits: HashMap<Vec<u8>, Vec<u8>>,
    /// The 20 digits, to code and number.
    papers: HashMap<Vec<u8>, Vec<u8>>,
    /// Invoices that stand line by line, where other files hold whole invoices.
    by_line: HashSet<Vec<u8>>,
    /// Which of several files of whole invoices shows each of them in its furthest state; of equal ones the first.
    furthest: HashMap<Whole, Furthest>,
}

/// What rows of the same whole invoice have in common, whatever has become of it between two exports.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Whole {
    identity: Vec<u8>,
    date: NaiveDate,
    customer: Box<[u8]>,
    order_no: Box<[u8]>,
    gross: Money,
}

#[derive(Clone, Copy, Debug)]
struct Furthest {
    file: u32,
    state: State,
}

/// How far an invoice has come: reversed in part, in full, void.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// In force, perhaps reversed.
    Standing(Reversal),
    /// Void.
    Void,
}

impl Whole {
    fn of(row: &InvoiceRow<'_>, identity: Vec<u8>) -> Whole {
        let (customer, order_no) = (row.customer_id.id().into(), row.order_no.into());
        Whole { identity, date: row.date, customer, order_no, gross: row.gross() }
    }
}

impl State {
    fn of(row: &InvoiceRow<'_>, as_of: AsOf) -> State {
        if row.void.holds(as_of) { State::Void } else { State::Standing(row.reversal) }
    }
}

impl Identities {
    /// Looks ahead into the files whose columns can tell; most need no look.
    pub fn read(intake: &Intake<'_>) -> Result<Identities, InputError> {
        let mut identities = Identities::default();
        let mut layouts: Lookup<'_, IdentityReader> = Lookup::new(intake.sources, intake.policy, SCATTERED);
        let files: Vec<(usize, bool, bool)> = intake
            .sources
            .of(Kind::Invoices)
            .filter_map(|file| {
                let layout = layouts.layout(file)?;
                let has_pairs = [DigitalNo, InvoiceCode, InvoiceNo].into_iter().all(|at| layout.has(at));
                Some((file, has_pairs, holds_whole_invoices(layout)))
            })
            .collect();
        for &(file, _, _) in files.iter().filter(|(_, has_pairs, _)| *has_pairs) {
            intake.look_ahead::<IdentityReader>(file, |row, _| {
                if let Some((code, number)) = row.paper {
                    let paper = joined(code, number);
                    identities.papers.entry(row.number.to_vec()).or_insert_with(|| paper.clone());
                    identities.digits.entry(paper).or_insert_with(|| row.number.to_vec());
                }
            })?;
        }
        if files.iter().any(|&(_, _, whole)| whole) {
            for &(file, _, _) in files.iter().filter(|(_, _, whole)| !whole) {
                intake.look_ahead::<IdentityReader>(file, |row, _| {
                    let key = identities.key(row.code, row.number);
                    identities.by_line.insert(key);
                })?;
            }
        }
        let whole: Vec<usize> = files.iter().filter(|(.., whole)| *whole).map(|&(file, ..)| file).collect();
        for &file in whole.iter().filter(|_| whole.len() > 1) {
            intake.look_ahead::<InvoiceReader>(file, |row, _| {
                let here = Furthest { file: file as u32, state: State::of(row, intake.as_of) };
                let whole = Whole::of(row, identities.key(row.code, row.number));
                let furthest = identities.furthest.entry(whole).or_insert(here);
                if here.state > furthest.state {
                    *furthest = here;
                }
            })?;
        }
        Ok(identities)
    }

    /// Where the row is a whole invoice that counts from another file of whole invoices: how it stands there.
    #[inline]
    pub fn superseding(&self, row: &InvoiceRow<'_>) -> Option<State> {
        if !row.is_whole || self.furthest.is_empty() { None } else { self.superseding_whole(row) }
    }

    fn superseding_whole(&self, row: &InvoiceRow<'_>) -> Option<State> {
        let furthest = self.furthest.get(&Whole::of(row, self.key(row.code, row.number)))?;
        (furthest.file != row.file).then_some(furthest.state)
    }

    /// The one identity of an invoice: its 20 digits where they are known, else its code and number, else its number.
    pub fn key(&self, code: &[u8], number: &[u8]) -> Vec<u8> {
        if code.is_empty() {
            return number.to_vec();
        }
        let paper = joined(code, number);
        self.digits.get(&paper).cloned().unwrap_or(paper)
    }

    /// Whether the code and number of any fully digital invoice are known.
    pub fn know_papers(&self) -> bool {
        !self.papers.is_empty()
    }

    /// Code and number of the invoice with these 20 digits, in one.
    pub fn paper_of(&self, digits: &[u8]) -> Option<&[u8]> {
        self.papers.get(digits).map(Vec::as_slice)
    }

    /// The 20 digits of the invoice with this code and number, in one.
    pub fn digits_of(&self, paper: &[u8]) -> Option<&[u8]> {
        self.digits.get(paper).map(Vec::as_slice)
    }

    /// Whether the invoice with this key stands line by line in another file than those of whole invoices.
    pub fn stands_by_line(&self, key: &[u8]) -> bool {
        self.by_line.contains(key)
    }
}

/// Code and number in one.
pub fn joined(code: &[u8], number: &[u8]) -> Vec<u8> {
    [code, &[SEPARATOR], number].concat()
}

/// An invoice's row, as far as it says which invoice it is.
struct IdentityReader;

impl Document for IdentityReader {
    type Column = InvoiceColumn;
    type Row<'r> = Identity<'r>;
    const KIND: Kind = Kind::Invoices;

    fn of_file(_: &Layout<InvoiceColumn>, _: &Policy) -> IdentityReader {
        IdentityReader
    }

    fn parse<'r>(&self, cells: &mut Cells<'r, '_, InvoiceColumn>) -> Option<Identity<'r>> {
        Some(identity(cells))
    }
}
