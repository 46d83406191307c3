//! `recv check`: read everything, report every problem, write nothing.

use super::findings::file_findings;
use super::load::{Session, mixed_line_ends};
use super::publish::Target;
use super::selection::file_lang;
use super::{Exit, FAULTS_IN_FULL, Failure, publish};
use crate::cli::CheckArgs;
use crate::documents::holiday::read_work_days;
use crate::exchange::Rates;
use crate::input::columns::{ColumnSpec, Columns, PaymentColumn, specs_of};
use crate::input::intake::{Count, Taken, fault_lines};
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
    let taken = read_all(&session)?;
    session.tell_passed_over(&args.voice);
    let spoken = file_lang(args.voice.lang);
    let files: Vec<&FileAccount> = taken.accounts.iter().collect();
    let left_out: Vec<LeftOut<'_>> = files
        .iter()
        .flat_map(|file| file.left_out.iter().map(|(&reason, &count)| LeftOut { file, reason, count }))
        .collect();
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
    findings.sort();
    let inputs = session.input_paths();
    let target = Target { path: args.output.as_deref(), inputs: &inputs };
    let style = args.voice.lang.map_or(HeadingStyle::Keys, HeadingStyle::Spoken);
    match args.format {
        Format::Csv => {
            let bom = session.policy.output.csv_bom;
            publish::single(target, Format::Csv, "files", &file_columns(), &files, style, bom)?;
        }
        Format::Json => publish::text(target, &as_json(&files, &left_out, &problems, &findings, spoken))?,
        Format::Table => {
            let screen = Screen::of(args.voice.color, args.output.is_some());
            let mut page =
                session.page(lang.pick("Input check", "输入检查"), screen, true, &Taken::default());
            page.section(
                lang.pick("Rows: read = used + left out + set aside", "行数：读入 = 使用 + 剔除 + 搁置"),
            );
            let layouts = [file_columns(), rows_columns()];
            page.table_that_fits(&layouts, &files, None);
            page.section(lang.pick("Money in them", "其中金额"));
            page.table(&money_columns(), &files, None);
            if !findings.is_empty() {
                page.section(lang.pick("About the files", "文件提示"));
                let mut columns = finding::columns(lang);
                if findings.iter().all(|finding| finding.customer_id.is_empty()) {
                    columns.retain(|column| column.heading.key != headings::CUSTOMER_ID.key);
                }
                page.table(&columns, &findings, None);
            }
            page.section(lang.pick("Left out", "剔除的行"));
            page.table(&left_out_columns(), &left_out, None);
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
    if file.read.rows == 0 {
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

/// Reads every file as the match and the ledger do, and joins their accounts.
fn read_all(session: &Session) -> Result<Taken, Failure> {
    let mut for_match = session.intake();
    Matching::gather(&mut for_match)?;
    let mut for_ledger = session.intake();
    let books = Books::read(&mut for_ledger, GroupBy::Customer)?;
    Allowance::read(&mut for_ledger)?;
    Rates::read(&mut for_ledger)?;
    if session.policy.receivable.roll == Roll::None {
        read_work_days(&mut for_ledger)?;
    }
    let sound = !for_ledger.has_faults();
    let joined = session.joined(for_ledger, for_match)?;
    if sound {
        Ledger::open(&books, &session.policy, session.as_of, GroupBy::Customer)?;
    }
    Ok(joined)
}

/// Rows of a file that do not count, for one reason.
struct LeftOut<'a> {
    file: &'a FileAccount,
    reason: crate::input::Reason,
    count: Count,
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

fn rows_columns<'f>() -> Vec<Column<&'f FileAccount>> {
    vec![
        Column::new(headings::FILE, |file| Cell::name(&file.label)),
        Column::new(headings::ENCODING, |file| Cell::text(file.encoding)),
        Column::new(headings::ROWS_READ, |file| Cell::Count(file.read.rows)),
        Column::new(headings::USED, |file| Cell::Count(file.used.rows)),
        Column::new(headings::LEFT_OUT, |file| Cell::Count(file.left_out_total().rows)),
        Column::new(headings::SET_ASIDE, |file| Cell::Count(file.set_aside.rows)),
        Column::new(headings::BLANK_LINES, |file| Cell::Count(file.blank_lines)),
    ]
}

fn money_columns<'f>() -> Vec<Column<&'f FileAccount>> {
    vec![
        Column::new(headings::FILE, |file| Cell::name(&file.label)),
        Column::new(headings::MONEY_READ, |file| money(file, file.read.money)),
        Column::new(headings::MONEY_USED, |file| money(file, file.used.money)),
        Column::new(headings::MONEY_LEFT_OUT, |file| money(file, file.left_out_total().money)),
        Column::new(headings::MONEY_SET_ASIDE, |file| money(file, file.set_aside.money)),
    ]
}

fn file_columns<'f>() -> Vec<Column<&'f FileAccount>> {
    let mut columns = vec![Column::new(headings::KIND, |file: &&FileAccount| Cell::text(file.kind.name()))];
    columns.extend(rows_columns());
    columns.extend(money_columns().into_iter().skip(1));
    columns.extend(shape_columns());
    columns
}

fn shape_columns<'f>() -> Vec<Column<&'f FileAccount>> {
    const fn delimiter(byte: u8) -> &'static str {
        match byte {
            b'\t' => "tab",
            b';' => "semicolon",
            _ => "comma",
        }
    }
    vec![
        Column::new(headings::DELIMITER, |file| {
            Cell::maybe(file.shape, |shape| Cell::text(delimiter(shape.delimiter)))
        }),
        Column::new(headings::LINE_ENDS, |file| {
            Cell::maybe(file.shape, |shape| Cell::text(shape.line_ends.name()))
        }),
        Column::new(headings::TITLE_ROWS, |file| {
            Cell::maybe(file.shape, |shape| Cell::Count(shape.title_rows))
        }),
        Column::new(headings::HEADING_ROWS, |file| {
            Cell::maybe(file.shape, |shape| Cell::Count(1 + u64::from(shape.two_heading_rows)))
        }),
    ]
}

fn left_out_columns<'f>() -> Vec<Column<LeftOut<'f>>> {
    vec![
        Column::new(headings::FILE, |row| Cell::name(&row.file.label)),
        Column::new(headings::REASON, |row| Cell::Word(row.reason.word())),
        Column::new(headings::ROWS, |row| Cell::Count(row.count.rows)),
        Column::new(headings::MONEY, |row| money(row.file, row.count.money)),
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
    files: &[&FileAccount],
    left_out: &[LeftOut<'_>],
    problems: &[ProblemRow],
    findings: &[BookFinding],
    lang: Lang,
) -> String {
    let mut book = Vec::new();
    let written = publish::book(&mut book, |book| {
        publish::add_sheet(book, "files", &file_columns(), files)?;
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
