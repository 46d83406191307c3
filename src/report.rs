//! Reports as values: columns that bind a heading to a cell, and the one renderer behind table, CSV and JSON.
//!
//! A report's own module says what its rows are and which columns they have; how money, a rate, a date or an
//! absent value looks is decided here and nowhere else. A report of a million rows is written row by row.

pub mod csv;
pub mod headings;
pub mod json;
pub mod outline;
pub mod page;
mod plain;
pub mod table;
pub mod vocabulary;
mod wrap;

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::lang::{Lang, Word};
use crate::money::{Money, Price, Quantity, Rate};
use crate::rows::Room;

/// One cell of a report. The kind decides how each format writes it.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Free text from the books or the policy.
    Text(Cow<'a, str>),
    /// What identifies something: a document's number, a file. Tables do not break it over lines.
    Name(Cow<'a, str>),
    /// Free text from the books, as its file's bytes.
    Raw(&'a [u8]),
    /// What identifies something, as its file's bytes.
    RawName(&'a [u8]),
    /// A word of the report's vocabulary: files carry its code, tables say it in the user's language.
    Word(Word),
    /// Codes joined by `;`: files carry them so, tables may break a line between two.
    Codes(&'a str),
    /// An amount, always with two decimals.
    Money(Money),
    /// A quantity, without trailing zeros.
    Quantity(Quantity),
    /// A price, without trailing zeros.
    Price(Price),
    /// A fraction in files (`0.15`), a percentage in tables (`15%`).
    Rate(Rate),
    /// How many of something.
    Count(u64),
    /// Whole days; negative before the day.
    Days(i64),
    /// A date, ISO.
    Date(NaiveDate),
    /// Yes or no.
    Flag(bool),
    /// An absent value: nothing in CSV and tables, `null` in JSON.
    Empty,
}

impl<'a> Cell<'a> {
    /// A text that is there for as long as the row.
    pub fn text(text: &'a str) -> Cell<'a> {
        Cell::Text(Cow::Borrowed(text))
    }

    /// A name that is there for as long as the row.
    pub fn name(name: &'a str) -> Cell<'a> {
        Cell::Name(Cow::Borrowed(name))
    }

    /// The cell of a value that may be absent.
    pub fn maybe<T>(value: Option<T>, cell: impl FnOnce(T) -> Cell<'a>) -> Cell<'a> {
        value.map_or(Cell::Empty, cell)
    }
}

/// What stands above a column: the key that files carry, and a heading in each language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heading {
    /// The name in CSV headings and JSON keys.
    pub key: Cow<'static, str>,
    /// English, for tables.
    pub en: Cow<'static, str>,
    /// Chinese, for tables, and for CSV where `--lang zh` is given.
    pub zh: Cow<'static, str>,
}

impl Heading {
    /// A heading known when recv is built.
    pub const fn new(key: &'static str, en: &'static str, zh: &'static str) -> Heading {
        Heading { key: Cow::Borrowed(key), en: Cow::Borrowed(en), zh: Cow::Borrowed(zh) }
    }

    /// The heading in a language.
    pub fn say(&self, lang: Lang) -> &str {
        lang.pick(&self.en, &self.zh)
    }
}

/// One column of a report over rows of type `R`: its heading, and how to take its cell from a row.
pub struct Column<R> {
    /// What stands above it.
    pub heading: Heading,
    value: Value<R>,
}

enum Value<R> {
    Plain(for<'a> fn(&'a R) -> Cell<'a>),
    Nth(usize, for<'a> fn(&'a R, usize) -> Cell<'a>),
    Spoken(Lang, for<'a> fn(&'a R, Lang) -> Cell<'a>),
    Together(Box<dyn Fn(&R) -> Cell<'_> + Send + Sync>),
}

impl<R> Column<R> {
    /// A column of its own.
    pub fn new(heading: Heading, cell: for<'a> fn(&'a R) -> Cell<'a>) -> Column<R> {
        Column { heading, value: Value::Plain(cell) }
    }

    /// One of several like columns (a bucket, say): the cell is taken by number.
    pub fn nth(heading: Heading, number: usize, cell: for<'a> fn(&'a R, usize) -> Cell<'a>) -> Column<R> {
        Column { heading, value: Value::Nth(number, cell) }
    }

    /// A column whose texts are in a language: English for files, the user's for tables.
    pub fn spoken(heading: Heading, lang: Lang, cell: for<'a> fn(&'a R, Lang) -> Cell<'a>) -> Column<R> {
        Column { heading, value: Value::Spoken(lang, cell) }
    }

    /// The column's cell of a row.
    pub fn cell<'a>(&self, row: &'a R) -> Cell<'a> {
        match &self.value {
            Value::Plain(cell) => cell(row),
            Value::Nth(number, cell) => cell(row, *number),
            Value::Spoken(lang, cell) => cell(row, *lang),
            Value::Together(cell) => cell(row),
        }
    }
}

/// All columns of a report.
pub struct Columns<R> {
    list: Vec<Column<R>>,
    together: Option<PushRow<R>>,
}

/// Writes all cells of a row as CSV writes them, with a comma behind each.
type PushRow<R> = Box<dyn for<'r> Fn(Room<'r>, &R) -> Room<'r> + Send + Sync>;

impl<R> From<Vec<Column<R>>> for Columns<R> {
    fn from(list: Vec<Column<R>>) -> Columns<R> {
        Columns { list, together: None }
    }
}

impl<R> Columns<R> {
    /// No column yet of those that are put together.
    pub const fn in_one_go() -> Together<R, ()> {
        Together { list: Vec::new(), cells: () }
    }

    /// The columns one by one.
    pub fn list(&self) -> &[Column<R>] {
        &self.list
    }

    /// The same, for whoever picks some of them.
    pub fn into_list(self) -> Vec<Column<R>> {
        self.list
    }

    /// What writes a row in one go, where they were put together.
    fn together(&self) -> Option<&PushRow<R>> {
        self.together.as_ref()
    }
}

/// The columns of a report of very many rows, put together when recv is built: its rows are written in one go, and
/// nobody looks at what column comes next, or at what kind of cell it has.
pub struct Together<R, C> {
    list: Vec<Column<R>>,
    cells: C,
}

impl<R: 'static, C: PushCells<R> + 'static> Together<R, C> {
    /// A further column.
    #[must_use]
    pub fn and<F>(mut self, heading: Heading, cell: F) -> Together<R, (C, F)>
    where
        F: for<'a> Fn(&'a R) -> Cell<'a> + Copy + Send + Sync + 'static,
    {
        self.list.push(Column { heading, value: Value::Together(Box::new(cell)) });
        Together { list: self.list, cells: (self.cells, cell) }
    }

    /// The currency, unless a column says it already; see [`with_currency`].
    #[must_use]
    pub fn and_currency<F>(mut self, cell: F) -> Together<R, Unless<C, F>>
    where
        F: for<'a> Fn(&'a R) -> Cell<'a> + Copy + Send + Sync + 'static,
    {
        let is_said = is_said(&self.list, &headings::CURRENCY);
        if !is_said {
            self.list.push(Column { heading: headings::CURRENCY, value: Value::Together(Box::new(cell)) });
        }
        Together { list: self.list, cells: Unless { is_said, before: self.cells, cell } }
    }

    /// All of them.
    pub fn columns(self) -> Columns<R> {
        let Together { list, cells } = self;
        let together: PushRow<R> =
            Box::new(move |room, row| cells.push_csv(csv::Line::new(room), row).behind());
        Columns { list, together: Some(together) }
    }
}

/// Cells that are written one after the other.
pub trait PushCells<R>: Send + Sync {
    /// Writes them as CSV writes them.
    fn push_csv<'r>(&self, line: csv::Line<'r>, row: &R) -> csv::Line<'r>;
}

impl<R> PushCells<R> for () {
    #[inline(always)]
    fn push_csv<'r>(&self, line: csv::Line<'r>, _: &R) -> csv::Line<'r> {
        line
    }
}

impl<R, C: PushCells<R>, F: for<'a> Fn(&'a R) -> Cell<'a> + Send + Sync> PushCells<R> for (C, F) {
    #[inline(always)]
    fn push_csv<'r>(&self, line: csv::Line<'r>, row: &R) -> csv::Line<'r> {
        self.0.push_csv(line, row).and((self.1)(row))
    }
}

/// A cell behind others, unless one of these says the same.
pub struct Unless<C, F> {
    is_said: bool,
    before: C,
    cell: F,
}

impl<R, C: PushCells<R>, F: for<'a> Fn(&'a R) -> Cell<'a> + Send + Sync> PushCells<R> for Unless<C, F> {
    #[inline(always)]
    fn push_csv<'r>(&self, line: csv::Line<'r>, row: &R) -> csv::Line<'r> {
        let line = self.before.push_csv(line, row);
        if self.is_said { line } else { line.and((self.cell)(row)) }
    }
}

/// The columns, and behind them the currency, unless one of them says it already: rows may be grouped by it.
pub fn with_currency<R>(mut columns: Vec<Column<R>>, cell: for<'a> fn(&'a R) -> Cell<'a>) -> Vec<Column<R>> {
    if !is_said(&columns, &headings::CURRENCY) {
        columns.push(Column::new(headings::CURRENCY, cell));
    }
    columns
}

/// Whether one of the columns has this heading.
fn is_said<R>(columns: &[Column<R>], heading: &Heading) -> bool {
    columns.iter().any(|column| column.heading == *heading)
}

/// What to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people: a summary, then the rows that matter.
    Table,
    /// For spreadsheets: one file a report.
    Csv,
    /// For programs: one object with a key per report.
    Json,
}

/// Which headings a CSV file carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeadingStyle {
    /// The English keys, the same everywhere: the default for files.
    Keys,
    /// The words of a language that was asked for by name.
    Spoken(Lang),
}

impl HeadingStyle {
    /// The text above a column.
    pub fn text(self, heading: &Heading) -> &str {
        match self {
            HeadingStyle::Keys | HeadingStyle::Spoken(Lang::En) => &heading.key,
            HeadingStyle::Spoken(Lang::Zh) => &heading.zh,
        }
    }
}
