//! Where the reports of a run go: a folder of CSV files, one JSON file, or standard output.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::Failure;
use super::load::Session;
use crate::cli::{Output, Voice};
use crate::input::intake::Taken;
use crate::lang::Lang;
use crate::output::{self, Draft, Folder, OutputError};
use crate::parallel;
use crate::report::csv::{self, CsvSheet};
use crate::report::json::{JsonBook, JsonNames, JsonSheet};
use crate::report::{Cell, Column, Columns, Format, HeadingStyle, headings};
use crate::rows::Rows;
use crate::terminal::{self, Stdout};

/// Rows of a report that are put into words in one go.
const BATCH: usize = 1024;

/// The way out of a run.
pub struct Publisher {
    way: Way,
    style: HeadingStyle,
    bom: bool,
    written: Vec<Closed>,
    sheets: usize,
    quiet: bool,
    command: &'static str,
}

/// The commands that write `findings.csv`, and the report that each writes first.
const FIRST_REPORTS: [(&str, &str); 4] = [
    ("match", "match.csv"),
    ("age", "aging.csv"),
    ("collect", "worklist.csv"),
    ("provision", "provision.csv"),
];

enum Way {
    /// Tables for people: the reports themselves are not written.
    Nowhere,
    /// The first report as CSV on standard output.
    FirstOnStdout,
    /// All reports as one JSON object on standard output.
    JsonOnStdout,
    /// A CSV per report in a folder.
    CsvFolder(Folder),
    /// One JSON file in a folder.
    JsonFolder(Folder, String),
}

/// The report that several commands write.
const FINDINGS: &str = "findings.csv";

/// A report that is being written, row by row.
pub struct Sheet<R> {
    name: &'static str,
    pen: Pen<R>,
    writer: Writer,
}

/// How a report's rows are written: by whoever has them, and for the sheet to append.
pub struct Pen<R> {
    columns: Arc<Columns<R>>,
    form: Form,
}

#[derive(Clone)]
enum Form {
    Nothing,
    Csv,
    Json(JsonNames),
}

impl<R> Pen<R> {
    /// Appends the row to rows that a sheet will be given.
    pub fn push(&self, rows: &mut Rows, row: &R) -> Result<(), OutputError> {
        match &self.form {
            Form::Nothing => {}
            Form::Csv => csv::push_row(rows, &self.columns, row),
            Form::Json(names) => names.push_row(rows, self.columns.list(), row).map_err(spool_error)?,
        }
        Ok(())
    }
}

enum Writer {
    Nowhere,
    Stdout(CsvSheet<Stdout>),
    File(CsvSheet<Draft>, PathBuf),
    Spool(JsonSheet<BufWriter<File>>),
}

enum Closed {
    File(Draft),
    Spool(&'static str, File),
}

fn stdout_error(error: io::Error) -> OutputError {
    OutputError::at(Path::new("standard output"))(error)
}

fn spool_error(error: io::Error) -> OutputError {
    OutputError::at(Path::new("temporary file"))(error)
}

impl Publisher {
    /// The way that the options ask for; `command` names the JSON file.
    pub fn open(session: &Session, output: &Output, command: &'static str) -> Result<Publisher, Failure> {
        let inputs = session.input_paths();
        let way = match (&output.output, output.format) {
            (None, Format::Table) => Way::Nowhere,
            (None, Format::Csv) => Way::FirstOnStdout,
            (None, Format::Json) => Way::JsonOnStdout,
            (Some(path), Format::Table | Format::Csv) => Way::CsvFolder(Folder::open(path, &inputs)?),
            (Some(path), Format::Json) => {
                Way::JsonFolder(Folder::open(path, &inputs)?, format!("{command}.json"))
            }
        };
        Ok(Publisher { way, command, ..Publisher::silent(session, &output.voice) })
    }

    /// A way out on which only the rows that were set aside are written.
    pub fn silent(session: &Session, voice: &Voice) -> Publisher {
        Publisher {
            way: Way::Nowhere,
            style: voice.lang.map_or(HeadingStyle::Keys, HeadingStyle::Spoken),
            bom: session.policy.output.csv_bom,
            written: Vec::new(),
            sheets: 0,
            quiet: voice.quiet,
            command: "",
        }
    }

    /// Whether any report but the first is wanted.
    pub const fn wants_all(&self) -> bool {
        matches!(self.way, Way::CsvFolder(_) | Way::JsonFolder(..) | Way::JsonOnStdout)
    }

    /// Begins a report.
    pub fn sheet<R>(
        &mut self,
        name: &'static str,
        columns: impl Into<Columns<R>>,
    ) -> Result<Sheet<R>, Failure> {
        let columns = columns.into();
        let is_first = self.sheets == 0;
        self.sheets += 1;
        let writer = match &self.way {
            Way::FirstOnStdout if is_first => {
                let sheet = CsvSheet::new(Stdout::open(), columns.list(), self.style, false);
                Writer::Stdout(sheet.map_err(stdout_error)?)
            }
            Way::Nowhere | Way::FirstOnStdout => Writer::Nowhere,
            Way::CsvFolder(folder) => {
                let draft = folder.file(&format!("{name}.csv"))?;
                let path = draft.path().to_owned();
                let sheet = CsvSheet::new(draft, columns.list(), self.style, self.bom);
                Writer::File(sheet.map_err(OutputError::at(&path))?, path)
            }
            Way::JsonOnStdout | Way::JsonFolder(..) => {
                let spool = output::spool().map_err(spool_error)?;
                Writer::Spool(JsonSheet::new(BufWriter::new(spool), columns.list()).map_err(spool_error)?)
            }
        };
        let form = match writer {
            Writer::Nowhere => Form::Nothing,
            Writer::Stdout(_) | Writer::File(..) => Form::Csv,
            Writer::Spool(_) => Form::Json(JsonNames::of(columns.list()).map_err(spool_error)?),
        };
        Ok(Sheet { name, pen: Pen { columns: Arc::new(columns), form }, writer })
    }

    /// Writes a whole report.
    pub fn report<'a, R: Sync + 'a>(
        &mut self,
        name: &'static str,
        columns: Vec<Column<R>>,
        rows: impl IntoIterator<Item = &'a R>,
    ) -> Result<(), Failure> {
        let mut sheet = self.sheet(name, columns)?;
        sheet.write(&rows.into_iter().collect::<Vec<_>>())?;
        self.close(sheet)
    }

    /// Ends a report.
    pub fn close<R>(&mut self, sheet: Sheet<R>) -> Result<(), Failure> {
        match sheet.writer {
            Writer::Nowhere => {}
            Writer::Stdout(csv) => csv.finish().and_then(Stdout::finish).map_err(stdout_error)?,
            Writer::File(csv, path) => {
                let draft = csv.finish().map_err(OutputError::at(&path))?;
                self.written.push(Closed::File(draft));
            }
            Writer::Spool(json) => {
                let buffered = json.finish().map_err(spool_error)?;
                let file = buffered.into_inner().map_err(|error| spool_error(error.into_error()))?;
                self.written.push(Closed::Spool(sheet.name, file));
            }
        }
        Ok(())
    }

    /// Adds a text file to the folder, where the reports go to one.
    pub fn text_file(&mut self, name: &str, text: &str) -> Result<(), Failure> {
        if let Way::CsvFolder(folder) | Way::JsonFolder(folder, _) = &self.way {
            let mut draft = folder.file(name)?;
            let path = draft.path().to_owned();
            draft.write_all(text.as_bytes()).map_err(OutputError::at(&path))?;
            self.written.push(Closed::File(draft));
        }
        Ok(())
    }

    /// The command whose `findings.csv` this run replaces, where it is another one: the one that wrote there last.
    fn replaced_findings(&self) -> Option<&'static str> {
        let Way::CsvFolder(folder) = &self.way else { return None };
        let writes = |draft: &Draft| draft.path().ends_with(FINDINGS);
        let replaces =
            self.written.iter().any(|closed| matches!(closed, Closed::File(draft) if writes(draft)));
        if !replaces || !folder.has(FINDINGS) {
            return None;
        }
        let written = FIRST_REPORTS.iter().filter_map(|&(command, report)| {
            folder.modified(report).map(|day| (day, command != self.command, command))
        });
        let (_, is_another, command) = written.max()?;
        is_another.then_some(command)
    }

    /// Puts everything in its place: all of it, or nothing.
    pub fn finish(self, session: &Session, taken: &Taken) -> Result<(), Failure> {
        let (quiet, bom, style) = (self.quiet, self.bom, self.style);
        let (command, replaced) = (self.command, self.replaced_findings());
        let mut drafts = Vec::new();
        let mut spools = Vec::new();
        for closed in self.written {
            match closed {
                Closed::File(draft) => drafts.push(draft),
                Closed::Spool(name, file) => spools.push((name, file)),
            }
        }
        let folder = match self.way {
            Way::Nowhere | Way::FirstOnStdout => None,
            Way::JsonOnStdout => {
                write_book(Stdout::open(), spools).and_then(Stdout::finish).map_err(stdout_error)?;
                None
            }
            Way::CsvFolder(folder) => Some(folder),
            Way::JsonFolder(folder, name) => {
                let draft = folder.file(&name)?;
                let path = draft.path().to_owned();
                drafts.push(write_book(draft, spools).map_err(OutputError::at(&path))?);
                Some(folder)
            }
        };
        // The rejects of an earlier run do not stay beside the reports of this one.
        let has_stale = || folder.as_ref().is_some_and(|folder| folder.has("rejects.csv"));
        if !taken.rejected.is_empty() || has_stale() {
            let name = Path::new("rejects.csv");
            let draft = match &folder {
                Some(folder) => folder.file("rejects.csv")?,
                None => output::file(name, &session.input_paths())?,
            };
            drafts.push(write_rejects(draft, session, taken, style, bom)?);
        }
        let count = drafts.len();
        let places: Vec<String> = drafts.iter().map(|draft| draft.path().display().to_string()).collect();
        output::commit(drafts)?;
        if count > 0 && !quiet {
            let list = places.join(", ");
            terminal::tell(&session.lang.pick(format!("written: {list}"), format!("已写入：{list}")));
            if let Some(other) = replaced {
                terminal::tell(&session.lang.pick(
                    format!("{FINDINGS}: that of {other} is replaced by that of {command}; give each command a folder of its own to keep both"),
                    format!("{FINDINGS}：{other} 的账面提示已被 {command} 的取代；如需并存，请为各命令指定不同的文件夹"),
                ));
            }
        }
        Ok(())
    }
}

impl<R> Sheet<R> {
    /// What writes the sheet's rows.
    pub fn pen(&self) -> Pen<R> {
        Pen { columns: Arc::clone(&self.pen.columns), form: self.pen.form.clone() }
    }

    /// Adds these rows. They are put into words on all processors, and written in order.
    pub fn write(&mut self, rows: &[&R]) -> Result<(), Failure>
    where
        R: Sync,
    {
        let pen = self.pen();
        let written = |rows: &&[&R]| {
            let mut text = Rows::default();
            rows.iter().try_for_each(|row| pen.push(&mut text, row)).map(|()| text)
        };
        parallel::in_order(
            &rows.chunks(BATCH).collect::<Vec<_>>(),
            || (),
            |(), rows| written(rows),
            |text| self.append(&text?),
        )
    }

    /// Adds rows that the sheet's pen has written.
    pub fn append(&mut self, rows: &Rows) -> Result<(), Failure> {
        let rows = rows.bytes();
        match &mut self.writer {
            Writer::Nowhere => Ok(()),
            Writer::Stdout(csv) => csv.append(rows).map_err(|error| stdout_error(error).into()),
            Writer::File(csv, path) => csv.append(rows).map_err(|error| OutputError::at(path)(error).into()),
            Writer::Spool(json) => json.append(rows).map_err(|error| spool_error(error).into()),
        }
    }
}

/// One JSON object of the spooled reports.
fn write_book<W: Write>(out: W, spools: Vec<(&'static str, File)>) -> io::Result<W> {
    let mut book = JsonBook::new(out)?;
    for (name, mut file) in spools {
        file.seek(SeekFrom::Start(0))?;
        book.append(name, BufReader::new(file))?;
    }
    book.finish()
}

/// A row that was set aside.
struct RejectRow {
    file: String,
    line: Option<u64>,
    code: &'static str,
    message: String,
    raw: String,
}

fn reject_columns() -> Vec<Column<RejectRow>> {
    vec![
        Column::new(headings::FILE, |row| Cell::text(&row.file)),
        Column::new(headings::LINE, |row| Cell::maybe(row.line, Cell::Count)),
        Column::new(headings::CODE, |row| Cell::text(row.code)),
        Column::new(headings::MESSAGE, |row| Cell::text(&row.message)),
        Column::new(headings::ROW, |row| Cell::text(&row.raw)),
    ]
}

/// Writes `rejects.csv`: every row that was set aside, why, and the row as it stands in its file.
fn write_rejects(
    draft: Draft,
    session: &Session,
    taken: &Taken,
    style: HeadingStyle,
    bom: bool,
) -> Result<Draft, Failure> {
    let path = draft.path().to_owned();
    let columns = reject_columns();
    let spoken = if style == HeadingStyle::Spoken(Lang::Zh) { Lang::Zh } else { Lang::En };
    let mut sheet = CsvSheet::new(draft, &columns, style, bom).map_err(OutputError::at(&path))?;
    for rejected in &taken.rejected {
        let diagnostic = &rejected.diagnostic;
        let source = &session.sources.files[rejected.place.file()];
        let raw = source.raw_line(rejected.place.offset()).map_err(OutputError::at(&path))?;
        let mut message = diagnostic.problem.text(spoken);
        if !diagnostic.column.is_empty() {
            message = format!("{}: {message}", diagnostic.column);
        }
        let row = RejectRow {
            file: diagnostic.file.clone(),
            line: diagnostic.line,
            code: diagnostic.problem.code().text(),
            message,
            raw: crate::input::encoding::to_text(&raw),
        };
        sheet.write(&columns, &row).map_err(OutputError::at(&path))?;
    }
    Ok(sheet.finish().map_err(OutputError::at(&path))?)
}

/// Where a single report goes: a file, or standard output.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// The file; `None` for standard output.
    pub path: Option<&'a Path>,
    /// What it must not be: the files that were read.
    pub inputs: &'a [PathBuf],
}

impl Target<'_> {
    /// Standard output.
    pub const STDOUT: Target<'static> = Target { path: None, inputs: &[] };
}

/// Writes one report to a file, or to standard output.
pub fn single<R>(
    target: Target<'_>,
    format: Format,
    name: &str,
    columns: &[Column<R>],
    rows: &[R],
    style: HeadingStyle,
    bom: bool,
) -> Result<(), Failure> {
    match target.path {
        None => {
            write_single(Stdout::open(), format, name, columns, rows, style, false)
                .and_then(Stdout::finish)
                .map_err(stdout_error)?;
        }
        Some(path) => {
            let draft = output::file(path, target.inputs)?;
            let draft = write_single(draft, format, name, columns, rows, style, bom)
                .map_err(OutputError::at(path))?;
            output::commit([draft])?;
        }
    }
    Ok(())
}

fn write_single<W: Write, R>(
    out: W,
    format: Format,
    name: &str,
    columns: &[Column<R>],
    rows: &[R],
    style: HeadingStyle,
    bom: bool,
) -> io::Result<W> {
    if format == Format::Json {
        return book(out, |book| add_sheet(book, name, columns, rows));
    }
    let mut sheet = CsvSheet::new(out, columns, style, bom)?;
    for row in rows {
        sheet.write(columns, row)?;
    }
    sheet.finish()
}

/// One JSON object, filled by `fill`.
pub fn book<W: Write>(out: W, fill: impl FnOnce(&mut JsonBook<W>) -> io::Result<()>) -> io::Result<W> {
    let mut book = JsonBook::new(out)?;
    fill(&mut book)?;
    book.finish()
}

/// Adds a report to a JSON object.
pub fn add_sheet<W: Write, R>(
    book: &mut JsonBook<W>,
    name: &str,
    columns: &[Column<R>],
    rows: &[R],
) -> io::Result<()> {
    let mut sheet = book.sheet(name, columns)?;
    for row in rows {
        sheet.write(columns, row)?;
    }
    sheet.finish().map(drop)
}

/// Prints a page of text, or writes it to a file.
pub fn text(target: Target<'_>, text: &str) -> Result<(), Failure> {
    match target.path {
        None => {
            let mut out = Stdout::open();
            out.write_all(text.as_bytes()).and_then(|()| out.finish()).map_err(stdout_error)?;
        }
        Some(path) => {
            let mut draft = output::file(path, target.inputs)?;
            draft.write_all(text.as_bytes()).map_err(OutputError::at(path))?;
            output::commit([draft])?;
        }
    }
    Ok(())
}
