//! The ledger that age, collect and provision begin with: the books read and settled.

use std::collections::BTreeMap;
use std::mem;

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
use crate::provision::Opening;
use crate::provision::opening::Allowance;
use crate::receivable::books::Books;
use crate::receivable::collected::{Collected, Recovery};
use crate::receivable::finding::BookFinding;
use crate::receivable::grouping::GroupBy;
use crate::receivable::settle::{Account, Scope};
use crate::receivable::settlement::{self, Settlement};
use crate::receivable::{Group, Ledger, OpenItem};

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
    /// The books that the ledger was made from.
    pub books: Books,
    /// The ledger.
    pub ledger: Ledger,
    /// The account of rows.
    pub taken: Taken,
    /// What a person should know about the books.
    pub findings: Vec<BookFinding>,
    /// The rates of other currencies, where there are any.
    pub rates: Option<Rates>,
    /// The allowance in the books, where it was asked for.
    pub openings: Vec<Opening>,
    /// What every payment and red invoice settled, where that was asked for.
    pub settlements: Vec<Settlement>,
    /// Goods signed for and not invoiced yet, where that was asked for.
    pub unbilled: Option<UnbilledSums>,
    /// What came in and how, where that was asked for.
    pub recovered: Option<Recovered>,
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
    let mut items = Vec::new();
    let take = |some: Vec<OpenItem>| {
        items.extend(some);
        Ok(())
    };
    let opened = Unsettled::read(inputs, selection, voice, beside, lang)?.open_handing_on(mem::take, take)?;
    Ok(Opened { ledger: Ledger { items, ..opened.ledger }, ..opened })
}

/// The books, read and not settled yet.
pub struct Unsettled {
    /// The session.
    pub session: Session,
    read: Read,
    by: GroupBy,
    keeps_settlements: bool,
}

impl Unsettled {
    /// Reads the books, and what is wanted beside them.
    pub fn read(
        inputs: &Inputs,
        selection: &Selection,
        voice: &Voice,
        beside: &[Beside],
        lang: Lang,
    ) -> Result<Unsettled, Failure> {
        let by = selection.by;
        let mut session = Session::open(inputs, &kinds_to_find(beside), Some(Kind::Invoices), lang)?;
        let read = Read::all(&mut session, by, beside, voice)?;
        Ok(Unsettled { session, read, by, keeps_settlements: beside.contains(&Beside::Settlements) })
    }

    /// Settles the books, and hands the open tranches on as [`Ledger::open_handing_on`] does.
    pub fn open_handing_on<O: Send>(
        self,
        word: impl Fn(&mut Vec<OpenItem>) -> O + Sync,
        take: impl FnMut(O) -> Result<(), Failure>,
    ) -> Result<Opened, Failure> {
        let Unsettled { session, read, by, keeps_settlements } = self;
        let Read { mut books, rates, allowance, unbilled, taken } = read;
        let look = |account: &Account<'_>| {
            if keeps_settlements { settlement::of_account(account, &books) } else { Vec::new() }
        };
        let of = (&books, &session.policy, session.as_of, by);
        let scope = if keeps_settlements { Scope::Applications } else { Scope::Open };
        let (ledger, settlements) = Ledger::open_handing_on(of, (scope, look), word, take)?;
        let settlements = settlements.into_iter().flatten().collect();
        let mut findings = ledger.findings.clone();
        findings.extend(allowance.findings(&ledger));
        findings.extend(file_findings(&session.sources, &taken));
        findings.sort();
        let openings = allowance.openings(&ledger, by);
        let unbilled = unbilled.map(|unbilled| UnbilledSums::of(&unbilled, &session)).transpose()?;
        let recovered = Recovered::of(&mut books);
        Ok(Opened {
            session,
            books,
            ledger,
            taken,
            findings,
            rates,
            openings,
            settlements,
            unbilled,
            recovered,
        })
    }
}

fn kinds_to_find(beside: &[Beside]) -> Vec<Kind> {
    let allowance = beside.contains(&Beside::Allowance).then_some(Kind::Allowance);
    LEDGER_FILES.into_iter().chain([Kind::Rates]).chain(allowance).collect()
}

/// All that is read from the files.
struct Read {
    books: Books,
    rates: Option<Rates>,
    allowance: Allowance,
    unbilled: Option<Unbilled>,
    taken: Taken,
}

impl Read {
    /// Reads the files, for the match too where goods not invoiced yet are asked for, and accepts or refuses them.
    fn all(session: &mut Session, by: GroupBy, beside: &[Beside], voice: &Voice) -> Result<Read, Failure> {
        let wants = |what: Beside| beside.contains(&what);
        let mut for_match = session.intake();
        let unbilled = wants(Beside::Unbilled).then(|| Unbilled::gather(&mut for_match, by)).transpose()?;
        let mut intake = session.intake();
        let books = Books::read_for_ledger(&mut intake, by, wants(Beside::Bills))?;
        let rates = Rates::read(&mut intake)?;
        let allowance = wants(Beside::Allowance).then(|| Allowance::read(&mut intake)).transpose()?;
        let taken = match unbilled {
            Some(_) => session.accept_taken(session.joined(intake, for_match)?, voice)?,
            None => session.accept(intake, voice)?,
        };
        session.tell_weekends_alone(voice);
        if unbilled.is_none() {
            let unread = books.unread();
            session.sources.missing.retain(|kind| !unread.contains(kind));
        }
        Ok(Read { books, rates, allowance: allowance.unwrap_or_default(), unbilled, taken })
    }
}

/// What may be invoiced, by the groups of the report.
pub struct UnbilledSums {
    /// The amounts, tax included; none is nothing.
    pub amounts: BTreeMap<Group, Money>,
    /// How many rows of invoices bill no order line, so that what they bill counts as not invoiced.
    pub unplaced_invoice_rows: usize,
}

impl UnbilledSums {
    fn of(unbilled: &Unbilled, session: &Session) -> Result<UnbilledSums, Failure> {
        let unplaced_invoice_rows = unbilled.unplaced_invoice_rows();
        Ok(UnbilledSums { amounts: unbilled.sums(session)?, unplaced_invoice_rows })
    }
}

/// What came in, and how much of what was invoiced that is.
pub struct Recovered {
    /// The bills, and the sums by way of paying.
    pub collected: Collected,
    /// Per currency.
    pub recovery: Vec<Recovery>,
}

impl Recovered {
    /// What the books kept of it; `None` where they were not asked to.
    fn of(books: &mut Books) -> Option<Recovered> {
        let collected = books.collected.take()?;
        let recovery = collected.recovery(&books.invoiced());
        Some(Recovered { collected, recovery })
    }
}
