//! Visiting the rows of one file: they are read on all processors, and handed on one after the other in the order of the
//! file.

use std::cell::OnceCell;

use super::{Document, InputError};
use crate::calendar::parse_date;
use crate::diagnostic::Problem;
use crate::eights::are_equal;
use crate::input::account::Reason;
use crate::input::alike::Compared;
use crate::input::columns::Columns;
use crate::input::count::Sum;
use crate::input::dress::undressed;
use crate::input::layout::Layout;
use crate::input::opening::{Opening, Shape, Unopened, open_table};
use crate::input::records::{BLOCK, Batch, Record, RecordFault};
use crate::input::source::{Place, Sources};
use crate::input::table::{CellReader, Cells};
use crate::input::totals::{Footing, footing};
use crate::input::width::Width;
use crate::money::Money;
use crate::parallel::by_turns;
use crate::policy::{LargeUnits, Policy};

/// Why a row is none that its sink is to take.
pub(super) enum Odd {
    /// It does not count, which its own cells say.
    LeftOut(Reason),
    Broken(Vec<(String, Problem)>),
}

/// One row on its way to its sink, whatever its document.
#[derive(Clone, Copy)]
pub(super) struct Visit {
    pub(super) place: Place,
    pub(super) money: Money,
    /// Which of its batch's currencies its money is in.
    pub(super) currency: u32,
    /// Which of its batch's records it is.
    pub(super) number: u32,
}

impl Visit {
    /// What the row is besides what it says; its currency is to be found yet.
    #[inline(always)]
    fn of<C: Columns>(cells: &Cells<'_, '_, C>, number: u32) -> Visit {
        Visit { place: cells.place(), money: cells.money, currency: 0, number }
    }
}

/// The rows of a batch.
pub(super) struct Rows<'r, D: Document> {
    /// What the sound ones say …
    pub(super) typed: Vec<D::Row<'r>>,
    /// … and what each of them is besides.
    pub(super) sound: Vec<Visit>,
    pub(super) odd: Vec<(Visit, Odd)>,
    /// The currencies as the rows name them (empty where one names none), a new one wherever it is not that of the row
    /// before, and what the sound rows state in it.
    pub(super) currencies: Vec<(&'r str, Sum)>,
    /// The last of them, while rows are added.
    last: (&'r str, Sum),
}

impl<'r, D: Document> Rows<'r, D> {
    /// None yet, of so many at most.
    fn with_room_for(rows: usize) -> Rows<'r, D> {
        let (typed, sound) = (Vec::with_capacity(rows), Vec::with_capacity(rows));
        Rows { typed, sound, odd: Vec::new(), currencies: Vec::new(), last: ("", Sum::default()) }
    }

    /// How many there are.
    fn count(&self) -> usize {
        self.sound.len() + self.odd.len()
    }

    /// The currency of a row, as it names it.
    pub(super) fn currency(&self, visit: &Visit) -> &'r str {
        self.currencies.get(visit.currency as usize).map_or("", |&(name, _)| name)
    }

    /// All in the order of the file, odd ones with what they are.
    pub(super) fn in_order(&self) -> Vec<(&Visit, Option<&Odd>)> {
        let sound = self.sound.iter().map(|visit| (visit, None));
        let odd = self.odd.iter().map(|(visit, odd)| (visit, Some(odd)));
        let mut all: Vec<_> = sound.chain(odd).collect();
        all.sort_by_key(|(visit, _)| visit.number);
        all
    }

    /// Adds a row whose typed row was added.
    #[inline(always)]
    fn add_sound(&mut self, visit: Visit, currency: &'r str) {
        self.name(currency);
        let Sum { rows, money } = self.last.1;
        self.last.1 = Sum { rows: rows + 1, money: money.plus_of_few(visit.money) };
        self.sound.push(Visit { currency: self.last_currency(), ..visit });
    }

    fn add_odd(&mut self, visit: Visit, currency: &'r str, odd: Odd) {
        self.name(currency);
        self.odd.push((Visit { currency: self.last_currency(), ..visit }, odd));
    }

    /// Notes that a row names its currency so.
    #[inline(always)]
    fn name(&mut self, name: &'r str) {
        if !are_equal(self.last.0.as_bytes(), name.as_bytes()) {
            self.keep_last_currency();
            self.last = (name, Sum::default());
        }
    }

    /// Adds the last currency to the others, where any row names it.
    #[inline(never)]
    fn keep_last_currency(&mut self) {
        if self.count() > 0 {
            self.currencies.push(self.last);
        }
    }

    /// The number of the last currency.
    const fn last_currency(&self) -> u32 {
        self.currencies.len() as u32
    }
}

/// What comes to whoever visits the rows of a file.
pub(super) struct Coming<'v, 'r, 'c, D: Document, A> {
    /// The rows of a batch.
    pub(super) rows: &'v mut Rows<'r, D>,
    /// What is known of the sound ones.
    pub(super) known: Vec<A>,
    /// Of each record the hash of the cells of all columns that recv reads, where that is wanted.
    pub(super) hashes: Vec<u64>,
    /// The batch.
    pub(super) batch: &'r Batch,
    /// How they were read.
    pub(super) reader: &'c RowReader<'c, D::Column>,
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
    let header = layout.side_by_side(D::HEADER);
    let compared = compared.as_ref();
    let reader = &RowReader { sources, file, policy, layout: &layout, width, compared, header };
    let alone = D::of_file(&layout, policy).reads_in_order();
    let draw = |batch: &mut Batch| records.take_batch(batch).map_err(unreadable);
    let tools =
        || Tools { document: D::of_file(&layout, policy), reader: CellReader::new(policy.input.dates) };
    // Rows of blanks that are not the plain ones are as good as blank lines, and counted with them.
    let mut shared = (visitor, Vec::new(), 0);
    by_turns(alone, draw, tools, &mut shared, |tools, batch, turn| {
        let made = MadeTexts::for_records::<D>(batch.count());
        let (mut rows, unread) = reader.read_all(tools, batch, &made);
        let unread = unread
            .map(|(offset, fault)| FileFault { offset, problem: Problem::from(fault).in_encoding(stated) });
        let known = ahead(&rows.typed);
        let hashes = compared.map_or_else(Vec::new, |compared| compared.hashes(batch));
        let blank_rows = batch.count() - rows.count() - usize::from(unread.is_some());
        turn.take(|(visitor, file_faults, blank)| {
            visitor(Coming { rows: &mut rows, known, hashes, batch, reader });
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
    /// Where the columns of [`Document::HEADER`] stand, where they stand side by side.
    header: Option<(usize, usize)>,
}

/// Room for the texts that the reader of a document makes of a batch's rows.
struct MadeTexts {
    /// One for each record, where any is made.
    texts: Vec<OnceCell<Vec<u8>>>,
    none: OnceCell<Vec<u8>>,
}

impl MadeTexts {
    fn for_records<D: Document>(records: usize) -> MadeTexts {
        let texts = if D::MAKES_TEXTS { vec![OnceCell::new(); records] } else { Vec::new() };
        MadeTexts { texts, none: OnceCell::new() }
    }

    /// That of the record of this number.
    #[inline(always)]
    fn of<D: Document>(&self, number: u32) -> &OnceCell<Vec<u8>> {
        let text = if D::MAKES_TEXTS { self.texts.get(number as usize) } else { None };
        text.unwrap_or(&self.none)
    }
}

impl<'c, C: Columns> RowReader<'c, C> {
    /// Reads the records of a batch; what keeps the file from being read on, and where.
    #[inline(never)]
    fn read_all<'r, D: Document<Column = C>>(
        &self,
        tools: &mut Tools<D>,
        batch: &'r Batch,
        made: &'r MadeTexts,
    ) -> (Rows<'r, D>, Option<(u64, RecordFault)>)
    where
        'c: 'r,
    {
        let &RowReader { sources, file, layout, .. } = self;
        let mut rows = Rows::with_room_for(batch.count());
        let (mut faults, mut unread) = (Vec::new(), None);
        let Tools { document, reader } = tools;
        let nothing = (file, Record::NONE);
        let mut cells = Cells::new(nothing, layout, reader, &sources.parties, &made.none, &mut faults);
        let mut number = 0;
        for run in batch.runs() {
            match run {
                Ok(records) => {
                    cells.go_on_to_run(records.as_one());
                    // That of the row before, where it is sound. (Within a run, no field holds what stands between fields: the
                    // same bytes are the same cells.)
                    let mut header_before: Option<&[u8]> = None;
                    for record in records {
                        let header = self.header.and_then(|columns| record.side_by_side(columns));
                        let has_same = match (header, header_before) {
                            (Some(own), Some(before)) => are_equal(own, before),
                            _ => false,
                        };
                        cells.go_on_to(record, made.of::<D>(number));
                        let is_sound = self.read(document, &mut cells, (number, has_same), &mut rows);
                        header_before = header.filter(|_| is_sound);
                        number += 1;
                    }
                    continue;
                }
                Err((offset, fault @ RecordFault::Encoding(_))) => unread = Some((offset, fault)),
                Err((offset, fault)) => {
                    let place = Place::new(file, offset);
                    let visit = Visit { place, money: Money::ZERO, currency: 0, number };
                    rows.add_odd(visit, "", Odd::Broken(vec![(String::new(), Problem::from(fault))]));
                }
            }
            number += 1;
        }
        rows.keep_last_currency();
        (rows, unread)
    }

    /// Reads a row's cells, and adds it to the others unless all of them are blank; whether it is surely sound. `has_same` says
    /// whether the row before is that, and has the same header.
    #[inline(always)]
    fn read<'r, D: Document<Column = C>>(
        &self,
        document: &D,
        cells: &mut Cells<'r, '_, C>,
        (number, has_same): (u32, bool),
        rows: &mut Rows<'r, D>,
    ) -> bool {
        let mut is_typed = false;
        let before = rows.typed.last().filter(|_| has_same);
        if let Some(fault) = self.width.fault(cells.record()) {
            cells.faults().push((String::new(), fault));
        } else if let Some(row) = document.parse_behind(before, cells) {
            rows.typed.push(row);
            is_typed = true;
        }
        // A sound row with its date is no total row: most need no further look.
        let is_sound = is_typed && cells.is_sound() && cells.left_out().is_none() && D::DATE.is_some();
        if is_sound {
            rows.add_sound(Visit::of(cells, number), cells.currency);
        } else {
            self.add_odd(cells, number, is_typed, rows);
        }
        is_sound
    }

    /// Adds a row that may not be sound, and whose typed row was added, or not.
    #[inline(never)]
    fn add_odd<'r, D: Document<Column = C>>(
        &self,
        cells: &mut Cells<'r, '_, C>,
        number: u32,
        is_typed: bool,
        rows: &mut Rows<'r, D>,
    ) {
        let &RowReader { policy, layout, width, .. } = self;
        let before = rows.typed.len() - usize::from(is_typed);
        let visit = Visit::of(cells, number);
        let (record, currency, left_out) = (*cells.record(), cells.currency, cells.left_out());
        let mut faults = std::mem::take(cells.faults());
        if !faults.is_empty()
            && let Some(doubt) = width.fault(&record).is_none().then(|| width.doubt(&record)).flatten()
        {
            faults.insert(0, (String::new(), doubt));
        }
        if !faults.is_empty() && record.fields().all(|field| undressed(field).is_empty()) {
            return rows.typed.truncate(before);
        }
        let is_total = || footing_of::<D>(&record, layout, policy).is_some();
        let odd = match left_out.or_else(|| is_total().then_some(Reason::TotalRow)) {
            Some(reason) => Odd::LeftOut(reason),
            None if faults.is_empty() && is_typed => return rows.add_sound(visit, currency),
            None => Odd::Broken(faults),
        };
        rows.typed.truncate(before);
        rows.add_odd(visit, currency, odd);
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
