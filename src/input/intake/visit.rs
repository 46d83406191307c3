//! Visiting the rows of one file: they are read on all processors, and handed on one after the other in the order of the
//! file.

use std::cell::OnceCell;

use super::{Document, InputError};
use crate::calendar::parse_date;
use crate::diagnostic::Problem;
use crate::input::account::Reason;
use crate::input::alike::Compared;
use crate::input::columns::Columns;
use crate::input::dress::undressed;
use crate::input::opening::{Opening, Shape, Unopened, open_table};
use crate::input::records::{BLOCK, Batch, Record, RecordFault};
use crate::input::source::{Place, Sources};
use crate::input::table::{CellReader, Cells, Layout};
use crate::input::totals::{Footing, footing};
use crate::input::width::Width;
use crate::money::Money;
use crate::parallel::by_turns;
use crate::policy::{LargeUnits, Policy};

/// What came of reading a row's cells.
pub(super) enum Outcome {
    /// A typed row.
    Row,
    /// It does not count, which its own cells say.
    LeftOut(Reason),
    Broken(Vec<(String, Problem)>),
}

/// One row on its way to its sink.
pub(super) struct Visit<'r> {
    pub(super) place: Place,
    pub(super) money: Money,
    /// Its currency as the row names it; empty where it names none.
    pub(super) currency: &'r str,
    pub(super) outcome: Outcome,
    /// The hash of the cells of all columns that recv reads; 0 where nobody wants it.
    pub(super) hash: u64,
    /// Which of its batch's records it is.
    pub(super) number: usize,
}

/// What the rows of a batch have in common.
pub(super) struct Reading<'r, 'c, C> {
    pub(super) batch: &'r Batch,
    pub(super) rows: &'c RowReader<'c, C>,
}

/// What comes to whoever visits the rows of a file.
pub(super) enum Coming<'v, 'r, 'c, D: Document, A> {
    /// These rows are sound and come next, and this is known of them.
    Batch(&'v [D::Row<'r>], &'v [A]),
    /// A row; where it is sound, what it says and what is known of it.
    Row(&'v mut Visit<'r>, Option<&'v D::Row<'r>>, Option<A>, &'v Reading<'r, 'c, D::Column>),
}

/// What a file turned out to be.
#[derive(Default)]
pub(super) struct FileEnd {
    pub(super) blank_lines: u64,
    pub(super) faults: Vec<FileFault>,
    pub(super) shape: Option<Shape>,
    pub(super) columns: Vec<(&'static str, String)>,
    pub(super) unknown_headings: Vec<String>,
}

/// What keeps a file as a whole from being understood, and the offset at which that shows.
pub(super) struct FileFault {
    pub(super) offset: u64,
    pub(super) problem: Problem,
}

/// Reads one file: rows are read on all processors, and visited one after the other in the order of the file, each sound
/// one with what `ahead` knows of it.
pub(super) fn visit_file<D: Document, A: Send>(
    sources: &Sources,
    file: usize,
    policy: &Policy,
    hashed: bool,
    ahead: &(impl Fn(&[D::Row<'_>]) -> Vec<A> + Sync),
    visitor: &mut (impl FnMut(Coming<'_, '_, '_, D, A>) + Send),
) -> Result<FileEnd, InputError> {
    let source = &sources.files[file];
    let unreadable = |error| InputError::Unreadable { file: source.label.clone(), source: error };
    let useless = |offset: u64, problems: Vec<Problem>| {
        let faults = problems.into_iter().map(|problem| FileFault { offset, problem }).collect();
        Ok(FileEnd { faults, ..FileEnd::default() })
    };
    if let Some(problem) = source.fault() {
        return useless(0, vec![problem.clone()]);
    }
    let stated = source.encoding();
    let mut records = source.records(BLOCK).map_err(unreadable)?;
    let own = policy.input.columns.get(D::KIND.name());
    let Opening { layout, shape } = match open_table(&mut records, own).map_err(unreadable)? {
        Ok(opening) => opening,
        Err(Unopened { offset, problems }) => {
            source.remember(records.encoding());
            let problems = problems.into_iter().map(|problem| problem.in_encoding(stated)).collect();
            return useless(offset, problems);
        }
    };
    if let Some(unit) = layout.unit().filter(|_| policy.input.units == LargeUnits::Refuse) {
        return useless(0, vec![Problem::LargeUnit(unit.name())]);
    }
    let compared = hashed.then(|| Compared::columns(&layout));
    let width = &Width::of(&mut records, &layout).map_err(unreadable)?;
    let rows = &RowReader { sources, file, policy, layout: &layout, width, compared: compared.as_ref() };
    let alone = D::of_file(&layout, policy).reads_in_order();
    let draw = |batch: &mut Batch| records.take_batch(batch).map_err(unreadable);
    let tools = || Tools {
        document: D::of_file(&layout, policy),
        reader: CellReader::new(policy.input.dates),
        scratch: Vec::new(),
    };
    // Rows of blanks that are not the plain ones are as good as blank lines, and counted with them.
    let mut shared = (visitor, Vec::new(), 0);
    by_turns(alone, draw, tools, &mut shared, |tools, batch, turn| {
        let made: Vec<OnceCell<Vec<u8>>> =
            if D::MAKES_TEXTS { vec![OnceCell::new(); batch.count()] } else { Vec::new() };
        let unmade = OnceCell::new();
        let mut visits: Vec<Visit<'_>> = Vec::with_capacity(batch.count());
        let mut typed: Vec<D::Row<'_>> = Vec::with_capacity(batch.count());
        let mut unread = None;
        for (number, record) in batch.records().enumerate() {
            match record {
                Ok(record) => {
                    let made = made.get(number).unwrap_or(&unmade);
                    if let Some(visit) = rows.read(tools, (number, record), made, &mut typed) {
                        visits.push(visit);
                    }
                }
                Err((offset, fault @ RecordFault::Encoding(_))) => {
                    let problem = Problem::from(fault).in_encoding(stated);
                    unread = Some(FileFault { offset, problem });
                }
                Err((offset, fault)) => {
                    let outcome = Outcome::Broken(vec![(String::new(), Problem::from(fault))]);
                    let place = Place::new(file, offset);
                    visits.push(Visit { place, money: Money::ZERO, currency: "", outcome, hash: 0, number });
                }
            }
        }
        let known = ahead(&typed);
        let blank_rows = batch.count() - visits.len() - usize::from(unread.is_some());
        let reading = Reading { batch, rows };
        turn.take(|(visitor, file_faults, blank)| {
            visitor(Coming::Batch(&typed, &known));
            let (mut typed, mut known) = (typed.iter(), known.into_iter());
            for visit in &mut visits {
                let (row, known) = match visit.outcome {
                    Outcome::Row => (typed.next(), known.next()),
                    Outcome::LeftOut(_) | Outcome::Broken(_) => (None, None),
                };
                visitor(Coming::Row(visit, row, known, &reading));
            }
            file_faults.extend(unread);
            *blank += blank_rows as u64;
        });
    })?;
    let (_, mut file_faults, blank_rows) = shared;
    if records.is_ambiguous() {
        // What is not sure is not remembered: whoever reads the file again must find the same.
        file_faults.push(FileFault { offset: 0, problem: Problem::EncodingAmbiguous });
    } else {
        source.remember(records.encoding());
    }
    Ok(FileEnd {
        blank_lines: records.blank_lines() + blank_rows,
        faults: file_faults,
        shape: Some(Shape { line_ends: records.line_ends(), ..shape }),
        columns: layout.found_headings(),
        unknown_headings: layout.unknown_headings(),
    })
}

/// What each thread has of its own to read rows with.
struct Tools<D> {
    document: D,
    reader: CellReader,
    scratch: Vec<u8>,
}

/// How the rows of one file are read.
pub(super) struct RowReader<'c, C> {
    pub(super) sources: &'c Sources,
    pub(super) file: usize,
    pub(super) policy: &'c Policy,
    pub(super) layout: &'c Layout<C>,
    pub(super) width: &'c Width,
    /// How rows are compared, where somebody wants to know which are alike.
    pub(super) compared: Option<&'c Compared>,
}

impl<'c, C: Columns> RowReader<'c, C> {
    /// Reads a row, and adds it to the typed ones where it is sound; `None` where all its cells are blank.
    fn read<'r, D: Document<Column = C>>(
        &self,
        tools: &mut Tools<D>,
        (number, record): (usize, Record<'r>),
        made: &'r OnceCell<Vec<u8>>,
        typed: &mut Vec<D::Row<'r>>,
    ) -> Option<Visit<'r>>
    where
        'c: 'r,
    {
        let &RowReader { sources, file, policy, layout, width, compared } = self;
        let place = Place::new(file, record.offset);
        let mut faults = Vec::new();
        let before = typed.len();
        let (mut money, mut currency, mut left_out) = (Money::ZERO, "", None);
        if let Some(fault) = width.fault(&record) {
            faults.push((String::new(), fault));
        } else {
            let parties = &*sources.parties;
            let mut cells = Cells::new((file, record), layout, &tools.reader, parties, made, &mut faults);
            typed.extend(tools.document.parse(&mut cells));
            left_out = cells.left_out();
            (money, currency) = (cells.money.unwrap_or(Money::ZERO), cells.currency);
            if !faults.is_empty()
                && let Some(doubt) = width.doubt(&record)
            {
                faults.insert(0, (String::new(), doubt));
            }
        }
        let hash = compared.map_or(0, |compared| compared.hash(&record, &mut tools.scratch));
        let sound = faults.is_empty() && typed.len() > before;
        // A sound row with its date is no total row: most need no further look.
        if sound && left_out.is_none() && D::DATE.is_some() {
            return Some(Visit { place, money, currency, outcome: Outcome::Row, hash, number });
        }
        if !faults.is_empty() && record.fields().all(|field| undressed(field).is_empty()) {
            typed.truncate(before);
            return None;
        }
        let is_total = || footing_of::<D>(&record, layout, policy).is_some();
        let outcome = match left_out.or_else(|| is_total().then_some(Reason::TotalRow)) {
            Some(reason) => Outcome::LeftOut(reason),
            None if sound => Outcome::Row,
            None => Outcome::Broken(faults),
        };
        if !matches!(outcome, Outcome::Row) {
            typed.truncate(before);
        }
        Some(Visit { place, money, currency, outcome, hash, number })
    }
}

/// Whether the row is the file's own total row or footer: it holds no date where a document must hold one; where none
/// need to, its words must be plain.
pub(super) fn footing_of<D: Document>(
    record: &Record<'_>,
    layout: &Layout<D::Column>,
    policy: &Policy,
) -> Option<Footing> {
    let Some(column) = D::DATE else { return footing(record, true) };
    let date = layout.position(column).map_or(&[][..], |at| record.field(at));
    if parse_date(date, policy.input.dates).is_ok() { None } else { footing(record, false) }
}

impl From<RecordFault> for Problem {
    fn from(fault: RecordFault) -> Problem {
        match fault {
            RecordFault::QuoteOpen => Problem::QuoteOpen,
            RecordFault::QuoteStray => Problem::QuoteStray,
            RecordFault::TooLong => Problem::TooLong,
            RecordFault::Control => Problem::Control,
            RecordFault::Encoding(offset) => Problem::Encoding(offset),
        }
    }
}
