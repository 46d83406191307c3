//! `recv check`: read everything, report every problem, write nothing.

use std::collections::BTreeMap;

use super::findings::{file_findings, print_findings};
use super::load::{Session, mixed_line_ends};
use super::publish::Target;
use super::selection::file_lang;
use super::{Exit, FAULTS_IN_FULL, Failure, control, publish};
use crate::cli::CheckArgs;
use crate::documents::holiday::read_work_days;
use crate::documents::order_lines::OrderDetail;
use crate::exchange::Rates;
use crate::input::columns::{ColumnSpec, Columns, PaymentColumn, specs_of};
use crate::input::count::{Count, Sum};
use crate::input::encoding::Encoding;
use crate::input::intake::{Taken, fault_lines};
use crate::input::{FileAccount, Kind};
use crate::lang::Lang;
use crate::matching::Matching;
use crate::money::Money;
use crate::policy::Roll;
use crate::provision::opening::Allowance;
use crate::receivable::Ledger;
use crate::receivable::books::Books;
use crate::receivable::finding::{self, BookFinding};
use crate::receivable::grouping::GroupBy;
use crate::report::page::Page;
use crate::report::{Cell, Column, Format, HeadingStyle, headings};
use crate::terminal::{self, Screen};

/// Runs `recv check`.
pub fn run(args: &CheckArgs, lang: Lang) -> Result<Exit, Failure> {
    let session = Session::open(&args.inputs, &Kind::ALL, None, lang)?;
    if session.sources.files.is_empty() {
        let folder = args.inputs.data.display();
        return Err(Failure::Usage(
            format!("{folder}: no input file found there; recv looks for orders.csv, invoices.csv and so on"),
            format!("{folder}: 没有找到输入文件；recv 寻找 orders.csv、invoices.csv 等"),
        ));
    }
    let (taken, of_ledger) = read_all(&session)?;
    let own = &session.policy.input.currency;
    session.tell_passed_over(&args.voice);
    let spoken = file_lang(args.voice.lang);
    let files: Vec<&FileAccount> = taken.accounts.iter().collect();
    let left_out: Vec<LeftOut<'_>> = files
        .iter()
        .flat_map(|&file| {
            file.left_out.iter().flat_map(move |(&reason, count)| {
                let sums = control::by_currency(file, count, own);
                sums.into_iter().map(move |(currency, sum)| LeftOut { file, reason, currency, sum })
            })
        })
        .collect();
    let rows: Vec<FileRow<'_>> = files.iter().flat_map(|file| file_rows(file, own)).collect();
    let problems: Vec<ProblemRow> = taken
        .diagnostics()
        .into_iter()
        .map(|diagnostic| ProblemRow {
            code: diagnostic.problem.code().text(),
            message: diagnostic.problem.text(if args.format == Format::Table { lang } else { spoken }),
            file: diagnostic.file,
            line: diagnostic.line,
            column: diagnostic.column,
        })
        .collect();
    let mut findings = file_findings(&session.sources, &taken);
    findings.extend(of_ledger);
    findings.sort();
    let inputs = session.input_paths();
    let target = Target { path: args.output.as_deref(), inputs: &inputs };
    let style = args.voice.lang.map_or(HeadingStyle::Keys, HeadingStyle::Spoken);
    match args.format {
        Format::Csv => {
            let bom = session.policy.output.csv_bom;
            publish::single(target, Format::Csv, "files", &file_columns(), &rows, style, bom)?;
        }
        Format::Json => {
            let json = as_json((&files, &rows), &left_out, &problems, &findings, spoken);
            publish::text(target, &json)?;
        }
        Format::Table => {
            let screen = Screen::of(args.voice.color, args.output.is_some());
            let mut page =
                session.page(lang.pick("Input check", "输入检查"), screen, true, &Taken::default());
            page.section(
                lang.pick("Rows: read = used + left out + set aside", "行数：读入 = 使用 + 剔除 + 搁置"),
            );
            page.table(&rows_columns(lang), &files, None);
            page.section(lang.pick("Money in them", "其中金额"));
            let names_currencies = rows.iter().any(|row| row.currency != *own);
            page.table(&told_apart(money_columns(), names_currencies), &rows, None);
            print_findings(&mut page, &findings, lang);
            page.section(lang.pick("Left out", "剔除的行"));
            page.table(&told_apart(left_out_columns(), names_currencies), &left_out, None);
            page.section(lang.pick("Headings", "表头"));
            for file in &files {
                print_headings(&mut page, file, lang);
            }
            let total = problems.len() as u64 + taken.untold();
            page.section(&lang.pick(format!("Problems: {total}"), format!("问题：{total} 处")));
            if total == 0 {
                page.line(lang.pick("none", "无"));
            }
            for line in fault_lines(&taken.diagnostics(), taken.untold(), lang, usize::MAX) {
                page.whole_line(&line);
            }
            publish::text(target, &page.finish())?;
        }
    }
    if args.format == Format::Csv || args.output.is_some() {
        for line in fault_lines(&taken.diagnostics(), taken.untold(), lang, FAULTS_IN_FULL) {
            terminal::tell(&line);
        }
    }
    let sound = problems.is_empty() && files.iter().all(|file| file.wrong_totals.is_empty());
    Ok(if sound { Exit::Done } else { Exit::Found })
}

/// How the headings of a file were understood, as far as they are not recv's own names.
fn print_headings(page: &mut Page, file: &FileAccount, lang: Lang) {
    let Some(shape) = file.shape else { return };
    let mut said = Vec::new();
    if shape.title_rows > 0 {
        let rows = shape.title_rows;
        said.push(lang.pick(format!("below {rows} title rows"), format!("在{rows}行标题之下")));
    }
    said.extend(mixed_line_ends(file, lang));
    if file.read.rows() == 0 {
        said.push(lang.pick("no rows below the headings", "表头之下没有行").to_owned());
    }
    if shape.two_heading_rows {
        said.push(lang.pick("in two rows", "占两行").to_owned());
    }
    let others = file.columns.iter().filter(|(name, heading)| name != heading);
    said.extend(others.map(|(name, heading)| match lang {
        Lang::En => format!("{name} = {heading}"),
        Lang::Zh => meaning_in_chinese(file.kind, name, heading),
    }));
    let has = |wanted| file.columns.iter().any(|(name, _)| *name == wanted);
    if file.kind == Kind::Payments && !has(PaymentColumn::PaymentNo.spec().name) {
        said.push(
            lang.pick(
                "no payment numbers: known by date, amount, payer, balance and remark",
                "没有收款单号：按日期、金额、付款方、余额和摘要识别",
            )
            .to_owned(),
        );
    }
    if said.is_empty() {
        said.push(lang.pick("all by recv's own names", "均为 recv 自有列名").to_owned());
    }
    said.extend(file.unknown_headings.iter().enumerate().map(|(at, heading)| match at {
        0 => lang.pick(format!("not used: {heading}"), format!("未使用：{heading}")),
        _ => heading.clone(),
    }));
    page.wrapped(&format!("{}{}", file.label, lang.pick(": ", "：")), &said, lang.pick("; ", "；"));
}

/// What a heading means: the column in Chinese, and the name by which the policy knows it.
fn meaning_in_chinese(kind: Kind, name: &str, heading: &str) -> String {
    match specs_of(kind).iter().find(|spec| spec.name == name).map(ColumnSpec::chinese) {
        Some(chinese) if chinese != heading => format!("{heading} = {chinese}（{name}）"),
        _ => format!("{heading}（{name}）"),
    }
}

/// How a heading was understood.
struct HeadingRow<'a> {
    file: &'a str,
    column: &'a str,
    heading: &'a str,
}

fn heading_rows<'a>(files: &[&'a FileAccount]) -> Vec<HeadingRow<'a>> {
    let rows = files.iter().flat_map(|file| {
        let used = file.columns.iter().map(|(name, heading)| (*name, heading));
        let unused = file.unknown_headings.iter().map(|heading| ("", heading));
        used.chain(unused).map(|(column, heading)| HeadingRow { file: &file.label, column, heading })
    });
    rows.collect()
}

fn heading_columns<'a>() -> Vec<Column<HeadingRow<'a>>> {
    vec![
        Column::new(headings::FILE, |row| Cell::name(row.file)),
        Column::new(headings::COLUMN, |row| Cell::text(row.column)),
        Column::new(headings::HEADING, |row| Cell::text(row.heading)),
    ]
}

/// Reads every file as the match and the ledger do, and joins their accounts; and what the ledger finds, where all
/// could be read.
fn read_all(session: &Session) -> Result<(Taken, Vec<BookFinding>), Failure> {
    let mut for_match = session.intake();
    Matching::gather(&mut for_match, OrderDetail::Goods)?;
    let mut for_ledger = session.intake();
    let books = Books::read(&mut for_ledger, GroupBy::Customer)?;
    Allowance::read(&mut for_ledger)?;
    Rates::read(&mut for_ledger)?;
    if session.policy.receivable.roll == Roll::None {
        read_work_days(&mut for_ledger)?;
    }
    let sound = !for_ledger.has_faults();
    let joined = session.joined(for_ledger, for_match)?;
    let open = || Ledger::open(&books, &session.policy, session.as_of, GroupBy::Customer);
    let findings = sound.then(open).transpose()?.map(|ledger| ledger.findings);
    Ok((joined, findings.unwrap_or_default()))
}

/// Rows of a file in one currency that do not count, for one reason.
struct LeftOut<'a> {
    file: &'a FileAccount,
    reason: crate::input::Reason,
    currency: String,
    sum: Sum,
}

/// The rows of a file in one currency.
struct FileRow<'a> {
    file: &'a FileAccount,
    currency: String,
    /// Whether it is the file's first: what is said of the file alone stands there.
    is_first: bool,
    read: Sum,
    used: Sum,
    left_out: Sum,
    set_aside: Sum,
}

/// The account of a file by currency; one row in the company's own where it has none.
fn file_rows<'a>(file: &'a FileAccount, own: &str) -> Vec<FileRow<'a>> {
    let of = |count: &Count| control::by_currency(file, count, own);
    let (read, used, left_out) = (of(&file.read), of(&file.used), of(&file.left_out_total()));
    let set_aside = of(&file.set_aside);
    let mut currencies: Vec<String> = read.keys().cloned().collect();
    if currencies.is_empty() {
        currencies.push(own.to_owned());
    }
    let rows = currencies.into_iter().enumerate().map(|(at, currency)| {
        let sum = |sums: &BTreeMap<String, Sum>| sums.get(&currency).copied().unwrap_or_default();
        let (read, used, left_out, set_aside) = (sum(&read), sum(&used), sum(&left_out), sum(&set_aside));
        FileRow { file, currency, is_first: at == 0, read, used, left_out, set_aside }
    });
    rows.collect()
}

/// The columns, without the currency where only the company's own is there.
fn told_apart<R>(mut columns: Vec<Column<R>>, names_currencies: bool) -> Vec<Column<R>> {
    if !names_currencies {
        columns.retain(|column| column.heading != headings::CURRENCY);
    }
    columns
}

/// A problem and its place.
struct ProblemRow {
    file: String,
    line: Option<u64>,
    column: String,
    code: &'static str,
    message: String,
}

/// Whether the rows of a kind state money at all.
const fn has_money(kind: Kind) -> bool {
    !matches!(
        kind,
        Kind::Shipments
            | Kind::Receipts
            | Kind::Customers
            | Kind::Links
            | Kind::Holidays
            | Kind::Extensions
            | Kind::Rates
    )
}

fn money(file: &FileAccount, money: Money) -> Cell<'_> {
    if has_money(file.kind) { Cell::Money(money) } else { Cell::Empty }
}

fn currency<'a>(file: &FileAccount, currency: &'a str) -> Cell<'a> {
    if has_money(file.kind) && control::names_currency(file) { Cell::text(currency) } else { Cell::Empty }
}

/// The name of an encoding as a table says it.
fn encoding_in(name: &'static str, lang: Lang) -> &'static str {
    if name == Encoding::Utf8Mark.name() { lang.pick(name, "UTF-8（带BOM）") } else { name }
}

/// The columns of the printed account of rows.
fn rows_columns<'f>(lang: Lang) -> Vec<Column<&'f FileAccount>> {
    vec![
        Column::new(headings::FILE, |file| Cell::name(&file.label)),
        Column::spoken(headings::ENCODING, lang, |file, lang| Cell::text(encoding_in(file.encoding, lang))),
        Column::new(headings::ROWS_READ, |file| Cell::Count(file.read.rows())),
        Column::new(headings::USED, |file| Cell::Count(file.used.rows())),
        Column::new(headings::LEFT_OUT, |file| Cell::Count(file.left_out_total().rows())),
        Column::new(headings::SET_ASIDE, |file| Cell::Count(file.set_aside.rows())),
        Column::new(headings::BLANK_LINES, |file| Cell::Count(file.blank_lines)),
    ]
}

/// The columns of the printed account of money.
fn money_columns<'f>() -> Vec<Column<FileRow<'f>>> {
    vec![
        Column::new(headings::FILE, |row| Cell::name(&row.file.label)),
        Column::new(headings::CURRENCY, |row| currency(row.file, &row.currency)),
        Column::new(headings::MONEY_READ, |row| money(row.file, row.read.money)),
        Column::new(headings::MONEY_USED, |row| money(row.file, row.used.money)),
        Column::new(headings::MONEY_LEFT_OUT, |row| money(row.file, row.left_out.money)),
        Column::new(headings::MONEY_SET_ASIDE, |row| money(row.file, row.set_aside.money)),
    ]
}

/// The columns of `files.csv`: a row per file, and per currency where a file has several.
fn file_columns<'f>() -> Vec<Column<FileRow<'f>>> {
    const fn delimiter(byte: u8) -> &'static str {
        match byte {
            b'\t' => "tab",
            b';' => "semicolon",
            _ => "comma",
        }
    }
    vec![
        Column::new(headings::KIND, |row: &FileRow<'f>| Cell::text(row.file.kind.name())),
        Column::new(headings::FILE, |row| Cell::name(&row.file.label)),
        Column::new(headings::ENCODING, |row| Cell::text(row.file.encoding)),
        Column::new(headings::ROWS_READ, |row| Cell::Count(row.read.rows)),
        Column::new(headings::USED, |row| Cell::Count(row.used.rows)),
        Column::new(headings::LEFT_OUT, |row| Cell::Count(row.left_out.rows)),
        Column::new(headings::SET_ASIDE, |row| Cell::Count(row.set_aside.rows)),
        Column::new(headings::BLANK_LINES, |row| {
            Cell::maybe(row.is_first.then_some(row.file.blank_lines), Cell::Count)
        }),
        Column::new(headings::MONEY_READ, |row| money(row.file, row.read.money)),
        Column::new(headings::MONEY_USED, |row| money(row.file, row.used.money)),
        Column::new(headings::MONEY_LEFT_OUT, |row| money(row.file, row.left_out.money)),
        Column::new(headings::MONEY_SET_ASIDE, |row| money(row.file, row.set_aside.money)),
        Column::new(headings::DELIMITER, |row| {
            Cell::maybe(row.file.shape, |shape| Cell::text(delimiter(shape.delimiter)))
        }),
        Column::new(headings::LINE_ENDS, |row| {
            Cell::maybe(row.file.shape, |shape| Cell::text(shape.line_ends.name()))
        }),
        Column::new(headings::TITLE_ROWS, |row| {
            Cell::maybe(row.file.shape, |shape| Cell::Count(shape.title_rows))
        }),
        Column::new(headings::HEADING_ROWS, |row| {
            Cell::maybe(row.file.shape, |shape| Cell::Count(1 + u64::from(shape.two_heading_rows)))
        }),
        Column::new(headings::CURRENCY, |row| currency(row.file, &row.currency)),
    ]
}

fn left_out_columns<'f>() -> Vec<Column<LeftOut<'f>>> {
    vec![
        Column::new(headings::FILE, |row| Cell::name(&row.file.label)),
        Column::new(headings::REASON, |row| Cell::Word(row.reason.word())),
        Column::new(headings::ROWS, |row| Cell::Count(row.sum.rows)),
        Column::new(headings::MONEY, |row| money(row.file, row.sum.money)),
        Column::new(headings::CURRENCY, |row| currency(row.file, &row.currency)),
    ]
}

fn problem_columns() -> Vec<Column<ProblemRow>> {
    vec![
        Column::new(headings::FILE, |row| Cell::name(&row.file)),
        Column::new(headings::LINE, |row| Cell::maybe(row.line, Cell::Count)),
        Column::new(headings::COLUMN, |row| Cell::text(&row.column)),
        Column::new(headings::CODE, |row| Cell::text(row.code)),
        Column::new(headings::MESSAGE, |row| Cell::text(&row.message)),
    ]
}

/// All reports as one JSON object.
fn as_json(
    (files, rows): (&[&FileAccount], &[FileRow<'_>]),
    left_out: &[LeftOut<'_>],
    problems: &[ProblemRow],
    findings: &[BookFinding],
    lang: Lang,
) -> String {
    let mut book = Vec::new();
    let written = publish::book(&mut book, |book| {
        publish::add_sheet(book, "files", &file_columns(), rows)?;
        publish::add_sheet(book, "left_out", &left_out_columns(), left_out)?;
        publish::add_sheet(book, "headings", &heading_columns(), &heading_rows(files))?;
        publish::add_sheet(book, "findings", &finding::columns(lang), findings)?;
        publish::add_sheet(book, "problems", &problem_columns(), problems)
    });
    // Writing into memory does not fail.
    if written.is_err() {
        book.clear();
    }
    String::from_utf8(book).unwrap_or_default()
}
