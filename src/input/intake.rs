//! Reading the files of a run: every row is handed on, left out for a stated reason, or reported, and counted.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::io;

use super::columns::Columns;
use super::hash::hash_bytes;
use super::opening::{Opening, Shape, open_table};
use super::records::{BLOCK, Record, RecordFault, Step};
use super::source::{Kind, Place, Sources};
use super::table::{Cells, Layout};
use super::totals::{Control, Footing, footing};
use crate::calendar::AsOf;
use crate::diagnostic::{Diagnostic, Problem};
use crate::lang::{Lang, Word};
use crate::money::Money;
use crate::money::exact::Exact;
use crate::policy::{Duplicates, LargeUnits, Policy};

/// A kind of document: its columns, and how a row's cells become a typed row.
pub trait Document: Sized {
    /// The columns of its files.
    type Column: Columns;
    /// A row, borrowing its texts from the reader.
    type Row<'r>;
    /// The kind of its files.
    const KIND: Kind;
    /// Whether rows alike in every column are looked for (elsewhere a key that comes twice is an error).
    const MAY_REPEAT: bool = false;
    /// Whether every row must hold a date: then a total row can't pass for a document.
    const DATED: bool = true;
    /// The columns of money that a total row adds up.
    const SUMMED_MONEY: &'static [Self::Column] = &[];
    /// The columns of quantities that a total row adds up.
    const SUMMED_QUANTITIES: &'static [Self::Column] = &[];

    /// What the file's headings and the policy decide for all of its rows.
    fn of_file(layout: &Layout<Self::Column>, policy: &Policy) -> Self;

    /// The typed row. What is wrong with a cell is reported to `cells`; then the row's value does not count.
    fn parse<'r>(&self, cells: &mut Cells<'r, '_, Self::Column>) -> Option<Self::Row<'r>>;
}

/// What became of a row.
#[derive(Clone, Debug)]
pub enum Verdict {
    /// It counts.
    Used,
    /// It does not count, for this reason.
    LeftOut(Reason),
    /// It can't be used: the column (empty for the whole row) and what is wrong, and another place that this is about.
    Refused(&'static str, Problem, Option<Place>),
}

/// Why a row does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Void (作废).
    Void,
    /// Dated after the as-of date.
    AfterAsOf,
    /// Of an order line that is dated after the as-of date.
    OrderAfterAsOf,
    /// Alike in every column to an earlier row, and the policy drops such rows.
    Duplicate,
    /// The file's own total row, or a line below its table.
    TotalRow,
}

impl Reason {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            Reason::Void => Word { code: "void", en: "void", zh: "作废" },
            Reason::AfterAsOf => {
                Word { code: "after_as_of", en: "dated after the as-of date", zh: "日期晚于截止日" }
            }
            Reason::OrderAfterAsOf => Word {
                code: "order_after_as_of",
                en: "of an order after the as-of date",
                zh: "订单日期晚于截止日",
            },
            Reason::Duplicate => {
                Word { code: "duplicate", en: "alike to an earlier row", zh: "与前面的行完全相同" }
            }
            Reason::TotalRow => Word {
                code: "total_row",
                en: "total row or footer of the file",
                zh: "文件自身的合计行或页脚",
            },
        }
    }
}

/// Rows, and the money that they state.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many.
    pub rows: u64,
    /// Their money, as a control total: currencies are not told apart in it.
    pub money: Money,
}

impl Count {
    fn add(&mut self, money: Money) {
        self.rows += 1;
        self.money += money;
    }
}

/// The account of one file's rows.
#[derive(Clone, Debug)]
pub struct FileAccount {
    /// What the rows are.
    pub kind: Kind,
    /// The file's name.
    pub label: String,
    /// The encoding found.
    pub encoding: &'static str,
    /// All rows, without the heading and blank lines.
    pub read: Count,
    /// Rows that count.
    pub used: Count,
    /// Rows that do not count, by reason.
    pub left_out: BTreeMap<Reason, Count>,
    /// Rows that can't be used.
    pub set_aside: Count,
    /// Lines without any text.
    pub blank_lines: u64,
    /// Rows alike in every column to an earlier row.
    pub duplicates: Count,
    /// What stands around the rows; `None` where the file could not be understood as a table.
    pub shape: Option<Shape>,
    /// The columns found: their names, and their headings in the file.
    pub columns: Vec<(&'static str, String)>,
    /// Headings that mean nothing to recv.
    pub unknown_headings: Vec<String>,
    /// Total rows that do not agree with the rows above them.
    pub wrong_totals: Vec<WrongTotal>,
}

/// A total row of a file that does not agree with its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongTotal {
    /// Where it is.
    pub place: Place,
    /// Its line.
    pub line: u64,
    /// The heading of the column.
    pub heading: String,
    /// What it states.
    pub stated: Exact,
    /// What the rows above it add up to.
    pub summed: Exact,
    /// Whether both are money.
    pub is_money: bool,
}

impl FileAccount {
    /// All rows left out.
    pub fn left_out_total(&self) -> Count {
        self.left_out.values().fold(Count::default(), |sum, count| Count {
            rows: sum.rows + count.rows,
            money: sum.money + count.money,
        })
    }

    /// Whether rows read = used + left out + set aside, in number and in money.
    pub fn adds_up(&self) -> bool {
        let left_out = self.left_out_total();
        self.read.rows == self.used.rows + left_out.rows + self.set_aside.rows
            && self.read.money == self.used.money + left_out.money + self.set_aside.money
    }
}

/// Why input could not be taken in.
#[derive(Debug)]
pub enum InputError {
    /// A file could not be read.
    Unreadable {
        /// Its name.
        file: String,
        /// What the system said.
        source: io::Error,
    },
    /// Files with faults, all of them.
    Faults(Vec<Diagnostic>),
    /// The rows of a file do not add up: recv itself is at fault.
    RowsDoNotAddUp(String),
}

impl InputError {
    /// What to print, in lines.
    pub fn lines(&self, lang: Lang, most: usize) -> Vec<String> {
        match self {
            InputError::Unreadable { file, source } => vec![lang.pick(
                format!("{file}: cannot be read: {source}"),
                format!("{file}: 无法读取: {source}"),
            )],
            InputError::Faults(diagnostics) => fault_lines(diagnostics, lang, most),
            InputError::RowsDoNotAddUp(file) => vec![lang.pick(
                format!("{file}: the rows used, left out and set aside do not add up to the rows read; this is a fault of recv, please report it"),
                format!("{file}: 已用、剔除与搁置的行数之和不等于读入行数;这是 recv 的错误,请报告"),
            )],
        }
    }
}

/// The first `most` faults in full, then a count.
pub fn fault_lines(diagnostics: &[Diagnostic], lang: Lang, most: usize) -> Vec<String> {
    let mut lines: Vec<String> =
        diagnostics.iter().take(most).map(|diagnostic| diagnostic.line_of_text(lang)).collect();
    if diagnostics.len() > most {
        let (more, total) = (diagnostics.len() - most, diagnostics.len());
        lines.push(
            lang.pick(format!("and {more} more ({total} in all)"), format!("另有{more}处(共{total}处)")),
        );
    }
    lines
}

/// A fault whose line is not known yet.
#[derive(Clone, Debug)]
struct Fault {
    place: Option<Place>,
    file: usize,
    column: String,
    problem: Problem,
    other: Option<Place>,
}

/// What is read in a run, and the account of it.
pub struct Intake<'a> {
    /// The files.
    pub sources: &'a Sources,
    /// The policy in force.
    pub policy: &'a Policy,
    /// The as-of date.
    pub as_of: AsOf,
    accounts: BTreeMap<usize, FileAccount>,
    faults: Vec<Fault>,
}

impl<'a> Intake<'a> {
    /// Nothing read yet.
    pub fn new(sources: &'a Sources, policy: &'a Policy, as_of: AsOf) -> Intake<'a> {
        Intake { sources, policy, as_of, accounts: BTreeMap::new(), faults: Vec::new() }
    }

    /// A second intake of the same files, for reading other kinds at the same time.
    #[must_use]
    pub fn beside(&self) -> Intake<'a> {
        Intake::new(self.sources, self.policy, self.as_of)
    }

    /// Takes over what another intake of the same files has read.
    pub fn absorb(&mut self, other: Intake<'a>) {
        self.accounts.extend(other.accounts);
        self.faults.extend(other.faults);
    }

    /// Reads all files of a document's kind, row by row. The sink says what became of each row.
    pub fn read<D: Document>(
        &mut self,
        mut sink: impl FnMut(&D::Row<'_>, Place) -> Verdict,
    ) -> Result<(), InputError> {
        let duplicates = self.policy.input.duplicates;
        let surplus = match duplicates {
            Duplicates::Drop | Duplicates::Refuse if D::MAY_REPEAT => self.find_duplicates::<D>(None)?,
            _ => Surplus::default(),
        };
        let mut hashes = Hashes::new(D::MAY_REPEAT && duplicates == Duplicates::Count);
        for file in self.sources.of(D::KIND).collect::<Vec<_>>() {
            self.read_file::<D>(file, &surplus, &mut hashes, &mut sink)?;
        }
        if let Some(repeated) = hashes.repeated() {
            let surplus = self.find_duplicates::<D>(Some(&repeated))?;
            for (place, (_, money)) in surplus.rows {
                if let Some(account) = self.accounts.get_mut(&place.file()) {
                    account.duplicates.add(money);
                }
            }
        }
        Ok(())
    }

    fn read_file<D: Document>(
        &mut self,
        file: usize,
        surplus: &Surplus,
        hashes: &mut Hashes,
        sink: &mut impl FnMut(&D::Row<'_>, Place) -> Verdict,
    ) -> Result<(), InputError> {
        let source = &self.sources.files[file];
        let mut account = FileAccount {
            kind: D::KIND,
            label: source.label.clone(),
            encoding: source.encoding_name(),
            read: Count::default(),
            used: Count::default(),
            left_out: BTreeMap::new(),
            set_aside: Count::default(),
            blank_lines: 0,
            duplicates: Count::default(),
            shape: None,
            columns: Vec::new(),
            unknown_headings: Vec::new(),
            wrong_totals: Vec::new(),
        };
        let mut faults = Vec::new();
        let (mut void, mut any_total) = (HashSet::new(), false);
        let hashed = hashes.wanted;
        let mut visitor = |Visit { place, money, outcome, hash, layout, .. }: Visit<'_, '_, D>| {
            let verdict = match outcome {
                Outcome::Broken(column_faults) => {
                    account.read.add(money);
                    account.set_aside.add(money);
                    faults.extend(column_faults.into_iter().map(|(column, problem)| Fault {
                        place: Some(place),
                        file,
                        column,
                        problem,
                        other: None,
                    }));
                    return;
                }
                Outcome::TotalRow => {
                    any_total = true;
                    Verdict::LeftOut(Reason::TotalRow)
                }
                Outcome::Row(typed) => match surplus.rows.get(&place) {
                    Some(_) if self.policy.input.duplicates == Duplicates::Drop => {
                        Verdict::LeftOut(Reason::Duplicate)
                    }
                    Some(&(first, _)) => {
                        Verdict::Refused("", Problem::DuplicateRow(String::new()), Some(first))
                    }
                    None => sink(&typed, place),
                },
            };
            account.read.add(money);
            match verdict {
                Verdict::Used => {
                    account.used.add(money);
                    hashes.add(hash);
                }
                Verdict::LeftOut(reason) => {
                    account.left_out.entry(reason).or_default().add(money);
                    if reason == Reason::Void {
                        void.insert(place);
                    }
                    if !matches!(reason, Reason::AfterAsOf | Reason::TotalRow) {
                        hashes.add(hash);
                    }
                }
                Verdict::Refused(column, problem, other) => {
                    account.set_aside.add(money);
                    let column = layout.heading_of(column).to_owned();
                    faults.push(Fault { place: Some(place), file, column, problem, other });
                }
            }
        };
        let end = visit_file::<D>(self.sources, file, self.policy, hashed, &mut visitor)?;
        if any_total {
            account.wrong_totals = self.compare_totals::<D>(file, &void)?;
        }
        account.encoding = source.encoding_name();
        account.blank_lines = end.blank_lines;
        account.shape = end.shape;
        account.columns = end.columns;
        account.unknown_headings = end.unknown_headings;
        let file_faults = end.faults.into_iter().map(|problem| Fault {
            place: None,
            file,
            column: String::new(),
            problem,
            other: None,
        });
        self.faults.extend(file_faults.chain(faults));
        self.accounts.insert(file, account);
        Ok(())
    }

    /// Compares the total rows of a file with its rows, in a reading of their own: few files have any.
    fn compare_totals<D: Document>(
        &self,
        file: usize,
        void: &HashSet<Place>,
    ) -> Result<Vec<WrongTotal>, InputError> {
        let source = &self.sources.files[file];
        let unreadable = |error| InputError::Unreadable { file: source.label.clone(), source: error };
        let mut records = source.records(BLOCK).map_err(unreadable)?;
        let own = self.policy.input.columns.get(D::KIND.name());
        let Ok(Opening { layout, .. }) = open_table(&mut records, own).map_err(unreadable)? else {
            return Ok(Vec::new());
        };
        let money = D::SUMMED_MONEY.iter().map(|&column| (column, true));
        let quantities = D::SUMMED_QUANTITIES.iter().map(|&column| (column, false));
        let summed: Vec<(D::Column, bool)> =
            money.chain(quantities).filter(|&(column, _)| layout.has(column)).collect();
        let mut control = Control::new(summed.len());
        let mut wrong = Vec::new();
        loop {
            let record = match records.advance().map_err(unreadable)? {
                Step::Record(record) => record,
                Step::Fault(..) => continue,
                Step::End => return Ok(wrong),
            };
            let place = Place::new(file, record.offset);
            let cell = |&(column, _): &(D::Column, bool)| {
                layout.position(column).map_or(&[][..], |at| record.field(at))
            };
            let cells: Vec<&[u8]> = summed.iter().map(cell).collect();
            match footing(&record, !D::DATED) {
                None => control.add(&cells, void.contains(&place)),
                Some(Footing::Footer) => {}
                Some(Footing::Total(word)) => {
                    let differs = control.compare(&word, &cells);
                    wrong.extend(differs.into_iter().map(|(at, stated, summed_up)| WrongTotal {
                        place,
                        line: 0,
                        heading: layout.heading(summed[at].0).to_owned(),
                        stated,
                        summed: summed_up,
                        is_money: summed[at].1,
                    }));
                }
            }
        }
    }

    /// Finds rows alike in every column to an earlier one: all of them, or those with one of these hashes.
    fn find_duplicates<D: Document>(&self, among: Option<&HashSet<u64>>) -> Result<Surplus, InputError> {
        let mut first_places: HashMap<Vec<u8>, Place> = HashMap::new();
        let mut surplus = Surplus::default();
        for file in self.sources.of(D::KIND) {
            let mut visitor = |row: Visit<'_, '_, D>| {
                if matches!(row.outcome, Outcome::Broken(_))
                    || among.is_some_and(|hashes| !hashes.contains(&row.hash))
                {
                    return;
                }
                match first_places.get(row.canonical) {
                    Some(&first) => {
                        surplus.rows.insert(row.place, (first, row.money));
                    }
                    None => {
                        first_places.insert(row.canonical.to_vec(), row.place);
                    }
                }
            };
            visit_file::<D>(self.sources, file, self.policy, true, &mut visitor)?;
        }
        Ok(surplus)
    }

    /// Refuses a row that was taken for good when it was read: what is wrong shows only now.
    pub fn refuse_later(&mut self, place: Place, column: &str, problem: Problem) {
        if let Some(account) = self.accounts.get_mut(&place.file()) {
            account.used.rows -= 1;
            account.set_aside.rows += 1;
        }
        self.faults.push(Fault {
            place: Some(place),
            file: place.file(),
            column: column.to_owned(),
            problem,
            other: None,
        });
    }

    /// Whether any row or file was refused so far.
    pub fn has_faults(&self) -> bool {
        !self.faults.is_empty()
    }

    /// The account of every file, and all faults with their lines. Fails where an account does not add up.
    pub fn finish(self) -> Result<Taken, InputError> {
        let mut accounts: Vec<FileAccount> = self.accounts.into_values().collect();
        if let Some(wrong) = accounts.iter().find(|account| !account.adds_up()) {
            return Err(InputError::RowsDoNotAddUp(wrong.label.clone()));
        }
        let totals = accounts.iter().flat_map(|account| &account.wrong_totals).map(|total| total.place);
        let of_faults = self.faults.iter().flat_map(|fault| fault.place.into_iter().chain(fault.other));
        let places: Vec<Place> = of_faults.chain(totals).collect();
        let lines = self.sources.line_numbers(&places).map_err(|source| InputError::Unreadable {
            file: self
                .faults
                .first()
                .map_or_else(String::new, |fault| self.sources.files[fault.file].label.clone()),
            source,
        })?;
        for total in accounts.iter_mut().flat_map(|account| &mut account.wrong_totals) {
            total.line = lines.get(&total.place).copied().unwrap_or_default();
        }
        let mut faults = self.faults;
        faults.sort_by_key(|fault| (fault.file, fault.place));
        let label = |file: usize| self.sources.files[file].label.clone();
        let rejected = faults
            .into_iter()
            .map(|fault| {
                let other = fault.other.map(|place| {
                    format!("{}:{}", label(place.file()), lines.get(&place).copied().unwrap_or_default())
                });
                Rejected {
                    diagnostic: Diagnostic {
                        file: label(fault.file),
                        line: fault.place.and_then(|place| lines.get(&place).copied()),
                        column: fault.column,
                        problem: fault.problem.naming(other),
                    },
                    place: fault.place,
                }
            })
            .collect();
        Ok(Taken { accounts, rejected })
    }
}

/// What came of reading: the account of each file, and what was refused.
#[derive(Clone, Debug, Default)]
pub struct Taken {
    /// One account per file, in the files' order.
    pub accounts: Vec<FileAccount>,
    /// Every fault, by file and line.
    pub rejected: Vec<Rejected>,
}

impl Taken {
    /// Whether a fault is one that no leniency can pass: a file that could not be understood as a table.
    pub fn has_file_fault(&self) -> bool {
        self.rejected.iter().any(|rejected| rejected.place.is_none())
    }

    /// The faults.
    pub fn diagnostics(&self) -> Vec<Diagnostic> {
        self.rejected.iter().map(|rejected| rejected.diagnostic.clone()).collect()
    }
}

/// A row that can't be used.
#[derive(Clone, Debug)]
pub struct Rejected {
    /// What is wrong with it.
    pub diagnostic: Diagnostic,
    /// Where it is; `None` where the whole file is at fault.
    pub place: Option<Place>,
}

/// Rows alike to an earlier one: its place, and the surplus row's money.
#[derive(Default)]
struct Surplus {
    rows: BTreeMap<Place, (Place, Money)>,
}

/// Hashes of rows, to find those that may be alike.
struct Hashes {
    wanted: bool,
    seen: Vec<u64>,
}

impl Hashes {
    const fn new(wanted: bool) -> Hashes {
        Hashes { wanted, seen: Vec::new() }
    }

    fn add(&mut self, hash: u64) {
        if self.wanted {
            self.seen.push(hash);
        }
    }

    /// The hashes that came more than once.
    fn repeated(mut self) -> Option<HashSet<u64>> {
        self.seen.sort_unstable();
        let repeated: HashSet<u64> =
            self.seen.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
        (!repeated.is_empty()).then_some(repeated)
    }
}

enum Outcome<R> {
    Row(R),
    TotalRow,
    Broken(Vec<(String, Problem)>),
}

/// One row on its way to its sink.
struct Visit<'r, 'c, D: Document> {
    place: Place,
    money: Money,
    outcome: Outcome<D::Row<'r>>,
    /// The hash of the cells of all columns that recv reads; 0 where nobody wants it.
    hash: u64,
    /// Those cells, one after the other.
    canonical: &'c [u8],
    layout: &'c Layout<D::Column>,
}

/// What a file turned out to be.
#[derive(Default)]
struct FileEnd {
    blank_lines: u64,
    faults: Vec<Problem>,
    shape: Option<Shape>,
    columns: Vec<(&'static str, String)>,
    unknown_headings: Vec<String>,
}

/// Reads one file row by row.
fn visit_file<D: Document>(
    sources: &Sources,
    file: usize,
    policy: &Policy,
    hashed: bool,
    visitor: &mut impl FnMut(Visit<'_, '_, D>),
) -> Result<FileEnd, InputError> {
    let source = &sources.files[file];
    let unreadable = |error| InputError::Unreadable { file: source.label.clone(), source: error };
    let useless = |problems| Ok(FileEnd { faults: problems, ..FileEnd::default() });
    if let Some(problem) = source.fault() {
        return useless(vec![problem.clone()]);
    }
    let stated = source.encoding();
    let mut records = source.records(BLOCK).map_err(unreadable)?;
    let own = policy.input.columns.get(D::KIND.name());
    let Opening { layout, shape } = match open_table(&mut records, own).map_err(unreadable)? {
        Ok(opening) => opening,
        Err(problems) => {
            source.remember(records.encoding());
            return useless(problems.into_iter().map(|problem| problem.in_encoding(stated)).collect());
        }
    };
    if let Some(unit) = layout.unit().filter(|_| policy.input.units == LargeUnits::Refuse) {
        return useless(vec![Problem::LargeUnit(unit.name())]);
    }
    let width = layout.headings.len();
    let document = D::of_file(&layout, policy);
    let mut canonical = Vec::new();
    let mut file_faults = Vec::new();
    loop {
        let (record, place) = match records.advance().map_err(unreadable)? {
            Step::Record(record) => (record, Place::new(file, record.offset)),
            Step::Fault(_, fault @ RecordFault::Encoding(_)) => {
                file_faults.push(Problem::from(fault).in_encoding(stated));
                break;
            }
            Step::Fault(offset, fault) => {
                let broken = Outcome::Broken(vec![(String::new(), Problem::from(fault))]);
                visitor(Visit {
                    place: Place::new(file, offset),
                    money: Money::ZERO,
                    outcome: broken,
                    hash: 0,
                    canonical: &[],
                    layout: &layout,
                });
                continue;
            }
            Step::End => break,
        };
        let mut faults = Vec::new();
        let (mut row, mut money) = (None, Money::ZERO);
        if fits(&record, width) {
            let mut cells = Cells::new(record, &layout, policy.input.dates, &mut faults);
            row = document.parse(&mut cells);
            money = cells.money.unwrap_or(Money::ZERO);
        } else {
            faults.push((String::new(), Problem::RowLength { expected: width, found: record.width() }));
        }
        if hashed {
            write_cells(&record, &layout, &mut canonical);
        }
        let hash = if hashed { hash_bytes(&canonical) } else { 0 };
        let sound = row.is_some() && faults.is_empty();
        let outcome = match row {
            // Every document but a customer's holds a date, which a total row has not: only rows that can't be read
            // need to be looked at.
            _ if (!sound || !D::DATED) && footing(&record, !D::DATED).is_some() => Outcome::TotalRow,
            Some(row) if sound => Outcome::Row(row),
            _ => Outcome::Broken(faults),
        };
        visitor(Visit { place, money, outcome, hash, canonical: &canonical, layout: &layout });
    }
    source.remember(records.encoding());
    if records.is_ambiguous() {
        file_faults.push(Problem::EncodingAmbiguous);
    }
    Ok(FileEnd {
        blank_lines: records.blank_lines(),
        faults: file_faults,
        shape: Some(shape),
        columns: layout.found_headings(),
        unknown_headings: layout.unknown_headings(),
    })
}

/// The cells of all columns that recv reads, one after the other: by them rows are compared.
fn write_cells<C: Columns>(record: &Record<'_>, layout: &Layout<C>, cells: &mut Vec<u8>) {
    cells.clear();
    for position in layout.found() {
        cells.extend_from_slice(record.field(position));
        cells.push(0x1f);
    }
}

/// Whether the record has as many cells as the heading, not counting empty ones at its end.
fn fits(record: &Record<'_>, width: usize) -> bool {
    record.width() == width
        || (record.width() > width && (width..record.width()).all(|at| record.field(at).is_empty()))
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

impl fmt::Debug for Intake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake").field("as_of", &self.as_of).finish_non_exhaustive()
    }
}
