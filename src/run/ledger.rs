//! The ledger that age, collect and provision begin with: the books read and settled.

use std::collections::BTreeMap;

use super::Failure;
use super::findings::file_findings;
use super::load::Session;
use super::unbilled::Unbilled;
use crate::cli::{Inputs, Selection, Voice};
use crate::exchange::Rates;
use crate::input::Kind;
use crate::input::intake::Taken;
use crate::lang::Lang;
use crate::money::Money;
use crate::receivable::books::Books;
use crate::receivable::collected::{Collected, Recovery};
use crate::receivable::finding::BookFinding;
use crate::receivable::settlement::{self, Settlement};
use crate::receivable::{Group, Ledger};

/// The files that a ledger is made from. Shipments, receipts and holidays are read only where any due date depends on
/// them.
pub const LEDGER_FILES: [Kind; 10] = [
    Kind::Orders,
    Kind::Shipments,
    Kind::Receipts,
    Kind::Invoices,
    Kind::Payments,
    Kind::Customers,
    Kind::Links,
    Kind::Holidays,
    Kind::Disputes,
    Kind::Extensions,
];

/// A ledger, and what came of reading the books for it.
pub struct Opened {
    /// The session.
    pub session: Session,
    /// The ledger.
    pub ledger: Ledger,
    /// The account of rows.
    pub taken: Taken,
    /// What a person should know about the books.
    pub findings: Vec<BookFinding>,
    /// Allowance movements, where they were asked for.
    pub openings: Vec<crate::provision::Opening>,
    /// What every payment and red invoice settled, where that was asked for.
    pub settlements: Vec<Settlement>,
    /// Goods signed for and not invoiced yet, where that was asked for.
    pub unbilled: Option<UnbilledSums>,
    /// The rates of other currencies, where there are any.
    pub rates: Option<Rates>,
    /// What came in and how, where that was asked for.
    pub recovered: Option<Recovered>,
}

/// What came in, and how much of what was invoiced that is.
pub struct Recovered {
    /// The bills, and the sums by way of paying.
    pub collected: Collected,
    /// Per currency.
    pub recovery: Vec<Recovery>,
}

/// What may be invoiced, by the groups of the report.
pub struct UnbilledSums {
    /// The amounts, tax included; none is nothing.
    pub amounts: BTreeMap<Group, Money>,
    /// How many rows of invoices bill no order line, so that what they bill counts as not invoiced.
    pub unplaced_invoice_rows: usize,
}

/// What a command wants beside the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Allowance movements.
    Allowance,
    /// What every payment and red invoice settled.
    Settlements,
    /// Goods signed for and not invoiced yet.
    Unbilled,
    /// Bills, and what came in by which way of paying.
    Bills,
}

/// Reads the books and settles them: what age, collect and provision begin with.
pub fn open_ledger(
    inputs: &Inputs,
    selection: &Selection,
    voice: &Voice,
    beside: &[Beside],
    lang: Lang,
) -> Result<Opened, Failure> {
    let wants = |what: Beside| beside.contains(&what);
    let mut kinds = LEDGER_FILES.to_vec();
    kinds.push(Kind::Rates);
    if wants(Beside::Allowance) {
        kinds.push(Kind::Allowance);
    }
    let mut session = Session::open(inputs, &kinds, Some(Kind::Invoices), lang)?;
    let mut for_match = session.intake();
    let unbilled =
        wants(Beside::Unbilled).then(|| Unbilled::gather(&mut for_match, selection.by)).transpose()?;
    let mut intake = session.intake();
    let mut books = Books::read_for_ledger(&mut intake, selection.by, wants(Beside::Bills))?;
    let rates = Rates::read(&mut intake)?;
    let allowance =
        if wants(Beside::Allowance) { super::provision::read_allowance(&mut intake)? } else { Vec::new() };
    let taken = match unbilled {
        Some(_) => session.accept_taken(session.joined(intake, for_match)?, voice)?,
        None => session.accept(intake, voice)?,
    };
    session.tell_weekends_alone(voice);
    if unbilled.is_none() {
        let unread = books.unread();
        session.sources.missing.retain(|kind| !unread.contains(kind));
    }
    let mut settlements = Vec::new();
    let (policy, as_of, keep) = (&session.policy, session.as_of, wants(Beside::Settlements));
    let ledger = Ledger::open_account_by_account(&books, policy, as_of, selection.by, keep, |account| {
        if keep {
            settlements.extend(settlement::of_account(account, &books.invoices));
        }
    })?;
    let mut findings = ledger.findings.clone();
    findings.extend(file_findings(&session.sources, &taken));
    findings.sort();
    let openings = super::provision::openings(allowance, &ledger, selection.by);
    let unbilled = unbilled
        .map(|unbilled| {
            let unplaced_invoice_rows = unbilled.unplaced_invoice_rows();
            let amounts = unbilled.sums(&session)?;
            Ok::<_, Failure>(UnbilledSums { amounts, unplaced_invoice_rows })
        })
        .transpose()?;
    let recovered = books.collected.take().map(|collected| {
        let recovery = collected.recovery(&books.invoiced());
        Recovered { collected, recovery }
    });
    Ok(Opened { session, ledger, taken, findings, openings, settlements, unbilled, rates, recovered })
}
