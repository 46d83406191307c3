//! Reading the files of a run: every row is handed on, left out for a stated reason, or reported, and counted.

mod visit;

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::io;

use super::account::{FileAccount, Reason, WrongTotal};
use super::alike::{Hashes, NO_HASH};
use super::columns::Columns;
use super::count::{Count, Currencies, Stated};
use super::layout::Layout;
use super::opening::{Opening, open_table};
use super::records::{BLOCK, Step};
use super::source::{Kind, Place, Sources};
use super::table::Cells;
use super::totals::{Control, Footing};
use crate::calendar::AsOf;
use crate::diagnostic::{Diagnostic, Problem};
use crate::lang::{Lang, system_error};
use crate::money::Money;
use crate::policy::{Duplicates, Policy};
use visit::{Coming, FileFault, Odd, Rows, Visit, footing_of, visit_file};

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
    /// The date that every row must hold, where it must: a row with one is no total row.
    const DATE: Option<Self::Column> = None;
    /// Whether the reader makes texts of cells ([`Cells::made_text`]).
    const MAKES_TEXTS: bool = false;
    /// The columns that say what the rows of one document have in common: these rows stand together in most files.
    const HEADER: &'static [Self::Column] = &[];
    /// The columns of money that a total row adds up.
    const SUMMED_MONEY: &'static [Self::Column] = &[];
    /// The columns of quantities that a total row adds up.
    const SUMMED_QUANTITIES: &'static [Self::Column] = &[];

    /// What the file's headings and the policy decide for all of its rows.
    fn of_file(layout: &Layout<Self::Column>, policy: &Policy) -> Self;

    /// Whether the rows of this file repeat in a column the total of the document they belong to, so that a total row
    /// does not add them up.
    fn repeats_totals(&self, _: Self::Column) -> bool {
        false
    }

    /// Whether what a row of this file says hangs on the rows before it, so that rows must be read one after the other.
    fn reads_in_order(&self) -> bool {
        false
    }

    /// The typed row. What is wrong with a cell is reported to `cells`; then the row's value does not count.
    fn parse<'r>(&self, cells: &mut Cells<'r, '_, Self::Column>) -> Option<Self::Row<'r>>;

    /// The same of a row that stands behind another, where that is sound and has the same [header](Document::HEADER), byte by
    /// byte: what this says need not be read again.
    #[inline(always)]
    fn parse_behind<'r>(
        &self,
        _before: Option<&Self::Row<'r>>,
        cells: &mut Cells<'r, '_, Self::Column>,
    ) -> Option<Self::Row<'r>> {
        self.parse(cells)
    }
}

/// What takes the rows of a kind of document, each with what is known of it ahead.
pub trait Sink<D: Document, A> {
    /// Looks at the rows that are taken next, and at what is known of them, before the first of them is: the reads of memory
    /// that many rows need, each far from the others, overlap when nothing is done between them. What it finds out may be
    /// noted there.
    fn approach(&mut self, _rows: &[D::Row<'_>], _known: &mut [A]) {}

    /// Takes a row, and says what became of it.
    fn take(&mut self, row: &D::Row<'_>, known: A, place: Place) -> Verdict;
}

/// A function that takes each row by itself.
struct Each<F>(F);

impl<D: Document, A, F: FnMut(&D::Row<'_>, A, Place) -> Verdict> Sink<D, A> for Each<F> {
    fn take(&mut self, row: &D::Row<'_>, known: A, place: Place) -> Verdict {
        (self.0)(row, known, place)
    }
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

/// A row that was taken, or left out, when it was read, and can't be used after all.
#[derive(Clone, Debug)]
pub struct LateRefusal {
    /// The row.
    pub place: Place,
    /// Why it was left out, where it was.
    pub left_out: Option<Reason>,
    /// The column that is at fault.
    pub column: &'static str,
    /// What is wrong with it.
    pub problem: Problem,
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
    /// A file that was changed while it was read.
    Changed {
        /// Its name.
        file: String,
    },
    /// Files with faults: all of them, or so many and the number of those beyond.
    Faults(Vec<Diagnostic>, u64),
    /// The rows of a file do not add up: recv itself is at fault.
    RowsDoNotAddUp(String),
}

impl InputError {
    /// What to print, in lines.
    pub fn lines(&self, lang: Lang, most: usize) -> Vec<String> {
        match self {
            InputError::Unreadable { file, source } => {
                let reason = system_error(source, lang);
                vec![lang.pick(
                    format!("{file}: cannot be read: {reason}"),
                    format!("{file}: 无法读入：{reason}"),
                )]
            }
            InputError::Changed { file } => vec![lang.pick(
                format!("{file}: was changed while it was read; run the command again"),
                format!("{file}: 读取期间被改动；请重新运行"),
            )],
            InputError::Faults(diagnostics, untold) => fault_lines(diagnostics, *untold, lang, most),
            InputError::RowsDoNotAddUp(file) => vec![lang.pick(
                format!("{file}: the rows used, left out and set aside do not add up to the rows read; this is a fault of recv, please report it"),
                format!("{file}: 已用、剔除与搁置的行数之和不等于读入行数；这是 recv 的错误，请报告"),
            )],
        }
    }
}

/// The first `most` faults in full, then a count of all, `untold` ones among them.
pub fn fault_lines(diagnostics: &[Diagnostic], untold: u64, lang: Lang, most: usize) -> Vec<String> {
    let told = diagnostics.len().min(most);
    let mut lines: Vec<String> =
        diagnostics[..told].iter().map(|diagnostic| diagnostic.line_of_text(lang)).collect();
    let total = diagnostics.len() as u64 + untold;
    let more = total - told as u64;
    if more > 0 {
        lines.push(
            lang.pick(format!("and {more} more ({total} in all)"), format!("另有{more}处（共{total}处）")),
        );
    }
    lines
}

/// Faults of one file that are kept in full where the run can't go on with them: more than anybody reads, and little
/// enough to hold whatever the file.
const FAULT_LIMIT: usize = 100_000;

/// Takes away what is beyond the limit, and says how many that was.
fn cut(faults: &mut Vec<Fault>, limit: usize) -> u64 {
    let beyond = faults.len().saturating_sub(limit);
    faults.truncate(limit);
    beyond as u64
}

/// A fault whose line is not known yet.
#[derive(Clone, Debug)]
struct Fault {
    place: Place,
    /// Whether it keeps the whole file from being understood.
    is_of_file: bool,
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
    fault_limit: usize,
}

impl<'a> Intake<'a> {
    /// Nothing read yet.
    pub fn new(sources: &'a Sources, policy: &'a Policy, as_of: AsOf) -> Intake<'a> {
        let (accounts, faults) = (BTreeMap::new(), Vec::new());
        Intake { sources, policy, as_of, accounts, faults, fault_limit: FAULT_LIMIT }
    }

    /// An intake that keeps every fault, because the run goes on and must account for each.
    #[must_use]
    pub fn keeping_every_fault(self) -> Intake<'a> {
        Intake { fault_limit: usize::MAX, ..self }
    }

    /// A second intake of the same files, for reading other kinds at the same time.
    #[must_use]
    pub fn beside(&self) -> Intake<'a> {
        Intake { fault_limit: self.fault_limit, ..Intake::new(self.sources, self.policy, self.as_of) }
    }

    /// Takes over what another intake of the same files has read.
    pub fn absorb(&mut self, other: Intake<'a>) {
        self.accounts.extend(other.accounts);
        self.faults.extend(other.faults);
    }

    /// Reads all files of a document's kind, row by row. The sink says what became of each row.
    pub fn read<D: Document>(
        &mut self,
        mut sink: impl FnMut(&D::Row<'_>, Place) -> Verdict + Send,
    ) -> Result<(), InputError> {
        self.read_ahead::<D, ()>(|rows| vec![(); rows.len()], |row, (), place| sink(row, place))
    }

    /// The same, and before the sink gets its rows one after the other, `ahead` finds out of many of them at a time, on
    /// all processors, what the sink needs to know of each.
    pub fn read_ahead<D: Document, A: Send>(
        &mut self,
        ahead: impl Fn(&[D::Row<'_>]) -> Vec<A> + Sync,
        sink: impl FnMut(&D::Row<'_>, A, Place) -> Verdict + Send,
    ) -> Result<(), InputError> {
        self.read_into::<D, A>(ahead, Each(sink))
    }

    /// The same with a sink that looks at what is known of many rows before it gets them.
    pub fn read_into<D: Document, A: Send>(
        &mut self,
        ahead: impl Fn(&[D::Row<'_>]) -> Vec<A> + Sync,
        mut sink: impl Sink<D, A> + Send,
    ) -> Result<(), InputError> {
        let duplicates = self.policy.input.duplicates;
        let surplus = match duplicates {
            Duplicates::Drop | Duplicates::Refuse if D::MAY_REPEAT => self.find_duplicates::<D>(None)?,
            _ => Surplus::default(),
        };
        let mut hashes = Hashes::new(D::MAY_REPEAT && duplicates == Duplicates::Count);
        for file in self.sources.of(D::KIND).collect::<Vec<_>>() {
            self.read_file::<D, A>(file, &surplus, &mut hashes, &ahead, &mut sink)?;
        }
        if let Some(repeated) = hashes.repeated() {
            let surplus = self.find_duplicates::<D>(Some(&repeated))?;
            for (place, Double { money, currency, .. }) in surplus.rows {
                if let Some(account) = self.accounts.get_mut(&place.file()) {
                    let row = account.currencies.stated(money, &currency);
                    account.duplicates.add(row);
                }
            }
        }
        Ok(())
    }

    /// Reads a file's rows without taking them in, for what must be known before any row counts.
    pub fn look_ahead<D: Document>(
        &self,
        file: usize,
        mut each: impl FnMut(&D::Row<'_>, Place) + Send,
    ) -> Result<(), InputError> {
        let mut visitor = |coming: Coming<'_, '_, '_, D, ()>| {
            coming.rows.typed.iter().zip(&coming.rows.sound).for_each(|(row, visit)| each(row, visit.place));
        };
        visit_file::<D, ()>(self.sources, file, self.policy, false, &|_| Vec::new(), &mut visitor).map(|_| ())
    }

    fn read_file<D: Document, A: Send>(
        &mut self,
        file: usize,
        surplus: &Surplus,
        hashes: &mut Hashes,
        ahead: &(impl Fn(&[D::Row<'_>]) -> Vec<A> + Sync),
        sink: &mut (impl Sink<D, A> + Send),
    ) -> Result<(), InputError> {
        let source = &self.sources.files[file];
        let account = FileAccount {
            kind: D::KIND,
            label: source.label.clone(),
            encoding: source.encoding_name(),
            read: Count::default(),
            used: Count::default(),
            left_out: BTreeMap::new(),
            set_aside: Count::default(),
            blank_lines: 0,
            duplicates: Count::default(),
            currencies: Currencies::default(),
            shape: None,
            columns: Vec::new(),
            unknown_headings: Vec::new(),
            wrong_totals: Vec::new(),
            untold: 0,
        };
        let mut taking = Taking {
            account,
            faults: Vec::new(),
            fault_limit: self.fault_limit,
            void: HashSet::new(),
            any_total: false,
            duplicates: self.policy.input.duplicates,
            surplus,
            hashes,
        };
        let hashed = taking.hashes.are_wanted();
        let mut visitor = |coming: Coming<'_, '_, '_, D, A>| taking.take(coming, sink);
        let end = visit_file::<D, A>(self.sources, file, self.policy, hashed, ahead, &mut visitor)?;
        let Taking { mut account, faults, void, any_total, .. } = taking;
        if any_total {
            account.wrong_totals = self.compare_totals::<D>(file, &void)?;
        }
        account.encoding = source.encoding_name();
        account.blank_lines = end.blank_lines;
        account.shape = end.shape;
        account.columns = end.columns;
        account.unknown_headings = end.unknown_headings;
        let file_faults = end.faults.into_iter().map(|FileFault { offset, problem }| Fault {
            place: Place::new(file, offset),
            is_of_file: true,
            column: problem.column().to_owned(),
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
        let document = D::of_file(&layout, self.policy);
        let adds_up = |column| !document.repeats_totals(column);
        let money = D::SUMMED_MONEY.iter().map(|&column| (column, true));
        let quantities = D::SUMMED_QUANTITIES.iter().map(|&column| (column, false));
        let summed: Vec<(D::Column, bool)> =
            money.chain(quantities).filter(|&(column, _)| layout.has(column) && adds_up(column)).collect();
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
            match footing_of::<D>(&record, &layout, self.policy) {
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
        let mut cells = Vec::new();
        let mut surplus = Surplus::default();
        for file in self.sources.of(D::KIND) {
            let mut visitor = |coming: Coming<'_, '_, '_, D, ()>| {
                let Coming { rows, hashes, batch, reader, .. } = coming;
                for (visit, odd) in rows.in_order() {
                    let is_among = |among: &HashSet<u64>| {
                        hashes.get(visit.number as usize).is_some_and(|hash| among.contains(hash))
                    };
                    if matches!(odd, Some(Odd::Broken(_))) || !among.is_none_or(is_among) {
                        continue;
                    }
                    let record = batch.record(visit.number as usize);
                    let Some((record, compared)) = record.zip(reader.compared) else { continue };
                    compared.write(&record, &mut cells);
                    match first_places.get(&cells) {
                        Some(&first) => {
                            let currency = rows.currency(visit).to_owned();
                            surplus.rows.insert(visit.place, Double { first, money: visit.money, currency });
                        }
                        None => {
                            first_places.insert(cells.clone(), visit.place);
                        }
                    }
                }
            };
            visit_file::<D, ()>(self.sources, file, self.policy, true, &|_| Vec::new(), &mut visitor)?;
        }
        Ok(surplus)
    }

    /// Refuses rows that were taken for good, or left out, when they were read: what is wrong shows only now. Their
    /// files are read once more, for their money and their headings.
    pub fn refuse_later<D: Document>(&mut self, late: Vec<LateRefusal>) -> Result<(), InputError> {
        let set_aside: HashSet<Place> = self.faults.iter().map(|fault| fault.place).collect();
        let mut late: HashMap<Place, LateRefusal> =
            late.into_iter().map(|refusal| (refusal.place, refusal)).collect();
        for file in self.sources.of(D::KIND) {
            if !late.keys().any(|place| place.file() == file) {
                continue;
            }
            let Some(account) = self.accounts.get_mut(&file) else { continue };
            let faults = &mut self.faults;
            let mut visitor = |coming: Coming<'_, '_, '_, D, ()>| {
                let Coming { rows, reader, .. } = coming;
                for (visit, _) in rows.in_order() {
                    let &Visit { place, money, .. } = visit;
                    let Some(refusal) = late.remove(&place) else { continue };
                    if !set_aside.contains(&place) {
                        let row = account.currencies.stated(money, rows.currency(visit));
                        account.set_aside_after_all(refusal.left_out, row);
                    }
                    let column = reader.layout.heading_of(refusal.column).to_owned();
                    faults.push(Fault {
                        place,
                        is_of_file: false,
                        column,
                        problem: refusal.problem,
                        other: None,
                    });
                }
            };
            visit_file::<D, ()>(self.sources, file, self.policy, false, &|_| Vec::new(), &mut visitor)?;
        }
        Ok(())
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
        let of_faults = self.faults.iter().flat_map(|fault| [Some(fault.place), fault.other]).flatten();
        let places: Vec<Place> = of_faults.chain(totals).collect();
        let lines = self.sources.line_numbers(&places).map_err(|source| InputError::Unreadable {
            file: self
                .faults
                .first()
                .map_or_else(String::new, |fault| self.sources.files[fault.place.file()].label.clone()),
            source,
        })?;
        for total in accounts.iter_mut().flat_map(|account| &mut account.wrong_totals) {
            total.line = lines.get(&total.place).copied().unwrap_or_default();
        }
        let mut faults = self.faults;
        faults.sort_by_key(|fault| fault.place);
        let label = |file: usize| self.sources.files[file].label.clone();
        let rejected = faults
            .into_iter()
            .map(|fault| {
                let other = fault.other.map(|place| {
                    format!("{}:{}", label(place.file()), lines.get(&place).copied().unwrap_or_default())
                });
                Rejected {
                    diagnostic: Diagnostic {
                        file: label(fault.place.file()),
                        line: lines.get(&fault.place).copied(),
                        column: fault.column,
                        problem: fault.problem.naming(other),
                    },
                    place: fault.place,
                    is_of_file: fault.is_of_file,
                }
            })
            .collect();
        Ok(Taken { accounts, rejected })
    }
}

/// Takes in the rows of one file, and keeps their account.
struct Taking<'a> {
    account: FileAccount,
    faults: Vec<Fault>,
    fault_limit: usize,
    /// The rows that are void.
    void: HashSet<Place>,
    /// Whether any row is a total of others.
    any_total: bool,
    duplicates: Duplicates,
    surplus: &'a Surplus,
    hashes: &'a mut Hashes,
}

/// What became of a row that can't be used, or of one that its own cells leave out.
enum Fate {
    /// What its own cells say.
    Odd(Odd),
    /// It was refused: the column, what is wrong, and another place that this is about.
    Refused(&'static str, Problem, Option<Place>),
    /// Nobody has looked ahead at it, so that it could not be taken: the account will not add up.
    Untaken,
}

/// Whether it is asked if a row that is left out for this reason is alike to another.
const fn may_repeat(reason: Reason) -> bool {
    !matches!(reason, Reason::AfterAsOf | Reason::StandsByLine | Reason::Superseded)
}

/// Has nobody ask if this row is alike to another.
fn forget_hash(hashes: &mut [u64], visit: &Visit) {
    if let Some(hash) = hashes.get_mut(visit.number as usize) {
        *hash = NO_HASH;
    }
}

impl Taking<'_> {
    /// Takes in the rows of a batch. In the account all sound ones count at first, and those that are left out are taken away
    /// again; then those that are refused are looked at one by one, in the order of the file.
    fn take<D: Document, A>(&mut self, coming: Coming<'_, '_, '_, D, A>, sink: &mut impl Sink<D, A>) {
        let Coming {
            rows: Rows { typed, sound, odd, currencies, .. }, mut known, mut hashes, reader, ..
        } = coming;
        sink.approach(typed, &mut known);
        let stated: Vec<Stated> =
            currencies.iter().map(|&(name, sum)| self.account.currencies.stated_by(sum, name)).collect();
        for &sum in &stated {
            self.account.read.add(sum);
            self.account.used.add(sum);
        }
        let mut others: Vec<(Visit, Fate)> = Vec::new();
        others.extend(sound.iter().skip(known.len()).map(|&visit| (visit, Fate::Untaken)));
        for ((row, visit), known) in typed.iter().zip(&*sound).zip(known) {
            let verdict = match self.surplus.rows.get(&visit.place) {
                None => sink.take(row, known, visit.place),
                Some(double) => double.verdict(self.duplicates),
            };
            match verdict {
                Verdict::Used => {}
                Verdict::LeftOut(reason) => {
                    if !may_repeat(reason) {
                        forget_hash(&mut hashes, visit);
                    }
                    if let Some(&stated) = stated.get(visit.currency as usize) {
                        let row = stated.by_one(visit.money);
                        self.account.used.take_away(row);
                        self.leave_out(visit.place, row, reason);
                    }
                }
                Verdict::Refused(column, problem, other) => {
                    others.push((*visit, Fate::Refused(column, problem, other)));
                }
            }
        }
        others.extend(odd.drain(..).map(|(visit, odd)| (visit, Fate::Odd(odd))));
        others.sort_by_key(|(visit, _)| visit.number);
        for (visit, fate) in others {
            forget_hash(&mut hashes, &visit);
            if let Some(&stated) = stated.get(visit.currency as usize) {
                self.account_for(visit, stated.by_one(visit.money), fate, reader.layout);
            }
        }
        if self.hashes.are_wanted() {
            self.hashes.add(sound.iter().filter_map(|visit| hashes.get(visit.number as usize).copied()));
        }
    }

    /// Accounts for a row that does not count, and states this.
    fn account_for<C: Columns>(&mut self, visit: Visit, row: Stated, fate: Fate, layout: &Layout<C>) {
        let Visit { place, .. } = visit;
        match fate {
            Fate::Odd(_) => self.account.read.add(row),
            Fate::Refused(..) | Fate::Untaken => self.account.used.take_away(row),
        }
        match fate {
            Fate::Odd(Odd::Broken(faults)) => {
                self.account.set_aside.add(row);
                self.note(faults.into_iter().map(|(column, problem)| Fault {
                    place,
                    is_of_file: false,
                    column,
                    problem,
                    other: None,
                }));
            }
            Fate::Odd(Odd::LeftOut(reason)) => {
                self.any_total |= reason == Reason::TotalRow;
                self.leave_out(place, row, reason);
            }
            Fate::Refused(column, problem, other) => {
                self.account.set_aside.add(row);
                let column = layout.heading_of(column).to_owned();
                self.note([Fault { place, is_of_file: false, column, problem, other }]);
            }
            Fate::Untaken => {}
        }
    }

    fn leave_out(&mut self, place: Place, row: Stated, reason: Reason) {
        self.account.left_out.entry(reason).or_default().add(row);
        if reason == Reason::Void {
            self.void.insert(place);
        }
    }

    /// Notes the faults of a row, as far as the limit allows.
    fn note(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.faults.extend(faults);
        self.account.untold += cut(&mut self.faults, self.fault_limit);
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
        self.rejected.iter().any(|rejected| rejected.is_of_file)
    }

    /// Faults that were only counted.
    pub fn untold(&self) -> u64 {
        self.accounts.iter().map(|account| account.untold).sum()
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
    /// Where it is.
    pub place: Place,
    /// Whether it keeps the whole file from being understood.
    pub is_of_file: bool,
}

/// Rows alike to an earlier one.
#[derive(Default)]
struct Surplus {
    rows: BTreeMap<Place, Double>,
}

/// A row alike to an earlier one.
struct Double {
    /// The place of the earlier one.
    first: Place,
    money: Money,
    /// The currency, as the row names it.
    currency: String,
}

impl Double {
    /// What becomes of the row.
    fn verdict(&self, duplicates: Duplicates) -> Verdict {
        match duplicates {
            Duplicates::Drop => Verdict::LeftOut(Reason::Duplicate),
            Duplicates::Refuse | Duplicates::Count => {
                Verdict::Refused("", Problem::DuplicateRow(String::new()), Some(self.first))
            }
        }
    }
}

impl fmt::Debug for Intake<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intake").field("as_of", &self.as_of).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::documents::payment::PaymentReader;
    use crate::input::Source;
    use crate::input::count::Sum;
    use crate::policy;

    /// What is said of a file of three payments, one of them broken and one left out, once its account is `corrupt`.
    fn finished(corrupt: fn(&mut FileAccount)) -> Result<Taken, InputError> {
        let text = b"payment_no,payment_date,customer_id,amount\nP1,2026-01-05,C1,10\nP2,x,C1,20\nP3,2026-02-05,C1,40\n";
        let file = Source::memory(Kind::Payments, "payments.csv", text);
        let sources = Sources { files: vec![file], ..Sources::default() };
        let (policy, _) = policy::load(None).unwrap();
        let as_of: AsOf = "2026-01-31".parse().unwrap();
        let mut intake = Intake::new(&sources, &policy, as_of);
        intake
            .read::<PaymentReader>(|row, _| {
                if as_of.includes(row.date) { Verdict::Used } else { Verdict::LeftOut(Reason::AfterAsOf) }
            })
            .unwrap();
        intake.accounts.values_mut().for_each(corrupt);
        intake.finish()
    }

    /// So many rows that they are read in several batches; every 100th is broken, and every 150th is later than the as-of date.
    #[test]
    fn rows_of_many_batches_come_in_the_order_of_the_file_with_their_places() {
        const ROWS: u64 = 20_000;
        let line = |row: u64| match row {
            row if row % 100 == 50 => format!("P{row},2026-01-05,C1,x\n"),
            row if row % 150 == 20 => format!("P{row},2026-02-05,C1,1.00\n"),
            row => format!("P{row},2026-01-05,\"C{}, Ltd \"\"x\"\"\",{row}.25\n", row % 7),
        };
        let mut text = String::from("payment_no,payment_date,customer_id,amount\n");
        let mut places = Vec::new();
        for row in 0..ROWS {
            places.push(Place::new(0, text.len() as u64));
            text.push_str(&line(row));
        }
        let file = Source::memory(Kind::Payments, "payments.csv", text.as_bytes());
        let sources = Sources { files: vec![file], ..Sources::default() };
        let (policy, _) = policy::load(None).unwrap();
        let as_of: AsOf = "2026-01-31".parse().unwrap();
        let mut intake = Intake::new(&sources, &policy, as_of);
        let mut seen = Vec::new();
        let ahead = |rows: &[crate::documents::payment::PaymentRow<'_>]| {
            rows.iter().map(|row| row.payment_no.to_vec()).collect()
        };
        intake
            .read_ahead::<PaymentReader, Vec<u8>>(ahead, |row, known, place| {
                assert_eq!(row.payment_no, known);
                seen.push(place);
                if as_of.includes(row.date) { Verdict::Used } else { Verdict::LeftOut(Reason::AfterAsOf) }
            })
            .unwrap();
        let sound: Vec<Place> =
            (0..ROWS).filter(|row| row % 100 != 50).map(|row| places[row as usize]).collect();
        assert_eq!(seen, sound);
        let taken = intake.finish().unwrap();
        let broken: Vec<Place> = taken.rejected.iter().map(|rejected| rejected.place).collect();
        assert_eq!(broken, (50..ROWS).step_by(100).map(|row| places[row as usize]).collect::<Vec<_>>());
        assert_eq!(taken.rejected[7].diagnostic.line, Some(752));
        let account = &taken.accounts[0];
        assert_eq!((account.read.rows(), account.set_aside.rows()), (ROWS, ROWS / 100));
        assert_eq!(
            account.left_out[&Reason::AfterAsOf].rows(),
            (20..ROWS).step_by(150).filter(|row| row % 100 != 50).count() as u64
        );
    }

    #[test]
    fn an_account_of_rows_that_does_not_add_up_stops_the_run() {
        let sound = finished(|_| ()).unwrap();
        let set_aside = Sum { rows: 1, money: Money::from_cents(2000) };
        assert_eq!(sound.accounts[0].set_aside.of(0), set_aside);
        let corruptions: [fn(&mut FileAccount); 5] = [
            |account| account.used.add(account.currencies.stated(Money::ZERO, "")),
            |account| account.read.add(account.currencies.stated(Money::ZERO, "")),
            |account| account.set_aside.add(account.currencies.stated(Money::from_cents(1), "")),
            |account| account.left_out.clear(),
            |account| {
                // The same rows and the same money, but some of it in another currency.
                account.used.take_away(account.currencies.stated(Money::from_cents(1000), ""));
                account.used.add(account.currencies.stated(Money::from_cents(1000), "USD"));
            },
        ];
        for corrupt in corruptions {
            let broken = finished(corrupt).unwrap_err();
            assert!(matches!(&broken, InputError::RowsDoNotAddUp(file) if file == "payments.csv"));
            assert!(broken.lines(Lang::En, 50)[0].starts_with("payments.csv: the rows used, left out"));
        }
    }
}
