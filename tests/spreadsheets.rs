//! Workbooks in place of CSV files: the same rows give the same reports, byte for byte; messages name the row that the
//! spreadsheet shows; and a workbook that is broken or lies is refused with a message.
//!
//! Workbooks are made here: `.xlsx` by a writer or part by part, `.xls` record by record.

#![cfg(feature = "spreadsheets")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::fs;
use std::io::{Cursor, Write as _};
use std::path::Path;
use std::process::{Command, Output};

use recv::diagnostic::{Code, Problem};
use recv::input::Kind;
use recv::input::spreadsheet::{Format, read_sheets};
use rust_xlsxwriter::{ExcelDateTime, Format as Style, Formula, Workbook, Worksheet};

/// A cell in both worlds.
#[derive(Clone, Copy)]
enum Cell {
    Text(&'static str),
    /// A binary float, and the decimal that the CSV has.
    Number(f64, &'static str),
    /// A date, perhaps with a time, as the CSV has it.
    Date(&'static str),
    /// A fraction shown as a percentage, and the fraction as the CSV has it.
    Percent(f64, &'static str),
    Nothing,
}
use Cell::{Date, Nothing, Number, Percent, Text};

type Rows = Vec<Vec<Cell>>;

fn texts(line: &'static str) -> Vec<Cell> {
    line.split(',').map(|text| if text.is_empty() { Nothing } else { Text(text) }).collect()
}

fn csv_of(rows: &Rows) -> String {
    let cell = |cell: &Cell| match *cell {
        Text(text) | Number(_, text) | Date(text) | Percent(_, text) => {
            if text.contains([',', '"']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        }
        Nothing => String::new(),
    };
    rows.iter().map(|row| row.iter().map(cell).collect::<Vec<_>>().join(",") + "\n").collect()
}

fn write_sheet(sheet: &mut Worksheet, rows: &Rows) {
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let (row, column) = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
            match *cell {
                Text(text) => sheet.write_string(row, column, text).unwrap(),
                Number(number, _) => sheet.write_number(row, column, number).unwrap(),
                Percent(number, _) => sheet
                    .write_number_with_format(row, column, number, &Style::new().set_num_format("0%"))
                    .unwrap(),
                Date(text) => {
                    let form = if text.contains(':') {
                        "yyyy-mm-dd hh:mm:ss"
                    } else {
                        "yyyy\"年\"m\"月\"d\"日\""
                    };
                    let date = ExcelDateTime::parse_from_str(text).unwrap();
                    sheet
                        .write_datetime_with_format(row, column, &date, &Style::new().set_num_format(form))
                        .unwrap()
                }
                Nothing => sheet,
            };
        }
    }
}

fn xlsx(sheets: &[(&str, &Rows)]) -> Vec<u8> {
    let mut workbook = Workbook::new();
    for (name, rows) in sheets {
        write_sheet(workbook.add_worksheet().set_name(*name).unwrap(), rows);
    }
    workbook.save_to_buffer().unwrap()
}

const LINE_HEADINGS: &str = "序号,发票代码,发票号码,数电发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,税收分类编码,特定业务类型,货物或应税劳务名称,规格型号,单位,数量,单价,金额,税率,税额,价税合计,发票来源,发票票种,发票状态,是否正数发票,发票风险等级,开票人,备注";
const HEAD_HEADINGS: &str = "序号,发票代码,发票号码,数电发票号码,销方识别号,销方名称,购方识别号,购买方名称,开票日期,金额,税额,价税合计,发票来源,发票票种,发票状态,是否正数发票,发票风险等级,开票人,备注";

/// One line of an invoice: its numbers, its date, and goods, quantity, price, amount, rate, tax, total.
fn line(numbers: [Cell; 3], date: Cell, goods: [Cell; 7], remark: Cell) -> Vec<Cell> {
    let [code, number, digital] = numbers;
    let [name, quantity, price, amount, rate, tax, gross] = goods;
    vec![
        Number(1.0, "1"),
        code,
        number,
        digital,
        Text("91330200MA00000001"),
        Text("海川五金有限公司"),
        Text("91330200MA00000002"),
        Text("宁波港机有限公司"),
        date,
        Text("1080411990000000000"),
        Nothing,
        name,
        Text("60*3.5"),
        Text("吨"),
        quantity,
        price,
        amount,
        rate,
        tax,
        gross,
        Text("电子发票服务平台"),
        Text("数电发票（增值税专用发票）"),
        Text("正常"),
        Text("是"),
        Text("正常"),
        Text("王会计"),
        remark,
    ]
}

/// 信息汇总表: a title, a blank row, then lines with every way in which a cell may hold its value.
fn bureau_lines() -> Rows {
    let digital = [Nothing, Nothing, Text("26332000000742719331")];
    let paper = [Text("044031900111"), Text("00012345"), Nothing];
    let pipe = Text("*黑色金属冶炼压延品*直缝焊管");
    vec![
        vec![Text("全量发票查询导出结果")],
        vec![],
        texts(LINE_HEADINGS),
        line(
            digital,
            Date("2026-01-31 11:33:22"),
            [
                pipe,
                Number(3.2, "3.2"),
                Number(3_565.486_725_663_717, "3565.48672566372"),
                Number(11_409.56, "11409.56"),
                Text("13%"),
                Number(1_483.24, "1483.24"),
                Number(12_892.8, "12892.8"),
            ],
            Text("订单 SO-1, \"急\""),
        ),
        vec![],
        line(
            digital,
            Text("2026-01-31 11:33:22"),
            [
                Text("*黑色金属冶炼压延品*螺纹钢"),
                Number(1.0, "1"),
                Text("1,234.50"),
                Text("1,234.50"),
                Percent(0.13, "0.13"),
                Number(160.480_000_000_000_02, "160.48"),
                Number(1_394.980_000_000_000_2, "1394.98"),
            ],
            Nothing,
        ),
        line(
            paper,
            Date("2025-12-05"),
            [
                Text("*服装*服装"),
                Number(10.0, "10"),
                Number(80.0, "80"),
                Number(800.0, "800"),
                Percent(0.13, "0.13"),
                Number(104.0, "104"),
                Number(904.0, "904"),
            ],
            Nothing,
        ),
    ]
}

/// 发票基础信息: a row per invoice.
fn bureau_heads() -> Rows {
    let mut head = texts(",,,26332000000742719331,,,,宁波港机有限公司,2026-01-31");
    head.extend([Number(12_644.06, "12644.06"), Number(1_643.72, "1643.72"), Number(14_287.78, "14287.78")]);
    head.extend(texts("电子发票服务平台,数电发票（增值税专用发票）,正常,是,正常,王会计,"));
    vec![texts(HEAD_HEADINGS), head]
}

fn orders() -> Rows {
    let row = |line: f64, said: &'static str, name, quantity, price| {
        vec![
            Text("SO-1"),
            Number(line, said),
            Date("2026-01-05"),
            Text("宁波港机有限公司"),
            Text(name),
            quantity,
            price,
            Text("月结30天"),
        ]
    };
    vec![
        texts("订单号,行号,订单日期,客户名称,物料名称,订单数量,含税单价,付款条件"),
        row(1.0, "1", "直缝焊管", Number(3.2, "3.2"), Number(4029.0, "4029")),
        row(2.0, "2", "螺纹钢", Text("1"), Number(1_394.985, "1394.985")),
    ]
}

fn recv(arguments: &[&str], folder: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_recv"));
    command.args(arguments).current_dir(folder).env("LC_ALL", "C").output().expect("recv runs")
}

/// What a command tells on standard error, and its exit code.
fn told(arguments: &[&str], folder: &Path) -> (String, i32) {
    let output = recv(arguments, folder);
    (String::from_utf8(output.stderr).unwrap(), output.status.code().unwrap())
}

/// All reports of all commands on a folder, by name.
fn reports(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    for command in ["match", "age", "collect", "provision"] {
        let out = format!("out-{command}");
        let (told, code) = told(&[command, "--as-of", "2026-04-30", "-q", "-o", &out], folder);
        assert_eq!((told.as_str(), code), ("", 0), "recv {command}");
        let mut names: Vec<_> =
            fs::read_dir(folder.join(&out)).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        for path in names.into_iter().filter(|path| path.extension().is_some_and(|end| end == "csv")) {
            let name = path.strip_prefix(folder).unwrap().display().to_string();
            found.push((name, fs::read(path).unwrap()));
        }
    }
    found
}

#[test]
fn the_same_rows_give_the_same_reports_byte_for_byte() {
    let plain = tempfile::tempdir().unwrap();
    fs::write(plain.path().join("invoices.csv"), csv_of(&bureau_lines())).unwrap();
    fs::write(plain.path().join("orders.csv"), csv_of(&orders())).unwrap();
    let books = tempfile::tempdir().unwrap();
    let bureau = xlsx(&[("发票基础信息", &bureau_heads()), ("信息汇总表", &bureau_lines())]);
    fs::write(books.path().join("invoices.xlsx"), bureau).unwrap();
    let notes = vec![texts("说明,见下页")];
    fs::write(books.path().join("orders.xlsx"), xlsx(&[("说明", &notes), ("订单", &orders())])).unwrap();
    let expected = reports(plain.path());
    assert!(expected.len() > 8);
    let items = &expected.iter().find(|(name, _)| name.ends_with("aging-items.csv")).unwrap().1;
    let items = String::from_utf8_lossy(items);
    assert!(items.contains("26332000000742719331,") && items.contains("00012345,"), "{items}");
    for (wanted, got) in expected.iter().zip(reports(books.path())) {
        let [wanted_text, got_text] =
            [&wanted.1, &got.1].map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        assert_eq!((&wanted.0, wanted_text), (&got.0, got_text));
    }
}

#[test]
fn the_text_of_a_sheet_has_its_rows_on_their_lines() {
    let bytes = xlsx(&[("信息汇总表", &bureau_lines())]);
    let chosen = read_sheets(bytes, Format::Xlsx, Kind::Invoices, None, None).unwrap();
    let text = String::from_utf8(chosen.sheets[0].text.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 7);
    assert_eq!(lines[0], format!("全量发票查询导出结果{}", ",".repeat(26)));
    assert_eq!([lines[1], lines[4]], ["", ""]);
    assert_eq!(lines[2], LINE_HEADINGS);
    assert!(lines[3].contains(",3.2,3565.48672566372,11409.56,13%,1483.24,12892.8,"), "{}", lines[3]);
    assert!(lines[3].contains(",2026-01-31 11:33:22,") && lines[3].ends_with(",\"订单 SO-1, \"\"急\"\"\""));
    assert!(lines[5].contains(",1,\"1,234.50\",\"1,234.50\",0.13,160.48,1394.98,"), "{}", lines[5]);
    assert!(lines[6].starts_with("1,044031900111,00012345,,") && lines[6].contains(",2025-12-05,"));
}

#[test]
fn an_invoice_number_that_was_cut_is_refused_where_the_user_sees_it() {
    let mut rows = bureau_lines();
    rows[5][3] = Number(26_332_000_000_742_719_331.0, "");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("全量.xlsx"), xlsx(&[("信息汇总表", &rows)])).unwrap();
    let (text, code) = told(&["age", "--invoices", "全量.xlsx", "--as-of", "2026-04-30"], folder.path());
    assert_eq!(code, 2);
    assert!(
        text.contains(
            "全量.xlsx#信息汇总表:6:数电发票号码: [IDENTIFIER_CUT] a number that a spreadsheet has cut: '2.63320000007427E+19'"
        ),
        "{text}"
    );
}

#[test]
fn errors_and_truths_are_reported_as_what_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("发票").unwrap();
    let rows = vec![
        texts("发票号码,开票日期,客户编码,价税合计"),
        vec![Number(12_345_678.0, ""), Date("2026-01-05"), Text("C1"), Nothing],
        vec![Text("00000002"), Date("2026-01-05"), Text("C1"), Nothing],
        vec![Text("00000003"), Date("2026-01-05"), Text("C1"), Nothing],
    ];
    write_sheet(sheet, &rows);
    sheet.write_formula(1, 3, rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A")).unwrap();
    sheet.write_boolean(2, 3, true).unwrap();
    sheet.write_formula(3, 3, rust_xlsxwriter::Formula::new("=100+13").set_result("113")).unwrap();
    workbook.save(folder.path().join("invoices.xlsx")).unwrap();
    let (text, code) = told(&["age", "--as-of", "2026-04-30"], folder.path());
    assert_eq!(code, 2);
    assert!(text.contains("invoices.xlsx#发票:2:价税合计: [BAD_NUMBER] not a number: '#N/A'"), "{text}");
    assert!(text.contains("invoices.xlsx#发票:3:价税合计: [BAD_NUMBER] not a number: 'TRUE'"), "{text}");
    assert!(!text.contains("#发票:4:"), "{text}");
}

/// Amounts are what a person sees: what a formula hides behind two decimals is rounded away. Prices keep what they hold, and
/// where no format says how an amount is shown, or as a percentage, nothing is guessed.
#[test]
fn hidden_decimals_of_amounts_are_read_as_shown() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet().set_name("发票").unwrap();
    write_sheet(
        sheet,
        &vec![
            texts("发票号码,开票日期,客户编码,数量,单价,价税合计"),
            vec![Text("00000001"), Date("2026-01-05"), Text("C1"), Number(3.0, "3")],
            vec![Text("00000002"), Date("2026-01-05"), Text("C1"), Number(-1.0, "-1")],
            vec![Text("00000003"), Date("2026-01-05"), Text("C1"), Number(1.0, "1")],
        ],
    );
    let mut formula = |row: u32, column: u16, result: &str, format: &str| {
        let formula = rust_xlsxwriter::Formula::new("=1+1").set_result(result);
        sheet.write_formula_with_format(row, column, formula, &Style::new().set_num_format(format)).unwrap();
    };
    formula(1, 4, "411.5226", "0.00");
    formula(1, 5, "1234.5678", "#,##0.00");
    formula(2, 5, "-0.005", "_ ¥* #,##0.00_ ;_ ¥* -#,##0.00_ ;_ ¥* \"-\"??_ ;_ @_ ");
    formula(3, 5, "56.5", "#,##0");
    let bytes = workbook.save_to_buffer().unwrap();
    fs::write(folder.path().join("invoices.xlsx"), &bytes).unwrap();
    let text = text_for(Kind::Invoices, bytes, Format::Xlsx).unwrap();
    assert!(text.contains("00000001,2026-01-05,C1,3,411.5226,1234.57\n"), "{text}");
    assert!(text.contains("00000002,2026-01-05,C1,-1,,-0.01\n"), "{text}");
    assert!(text.contains("00000003,2026-01-05,C1,1,,56.5\n"), "{text}");
    let (text, code) = told(&["age", "--as-of", "2026-04-30", "-f", "csv"], folder.path());
    assert_eq!((text.as_str(), code), ("", 0));
    for (heading, format) in [("价税合计", "General"), ("价税合计", "0.0000"), ("价税合计（万元）", "0.00")]
    {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("发票").unwrap();
        write_sheet(sheet, &vec![vec![Text("发票号码"), Text("开票日期"), Text("客户编码"), Text(heading)]]);
        write_sheet(sheet, &vec![vec![], vec![Text("00000001"), Date("2026-01-05"), Text("C1")]]);
        let formula = rust_xlsxwriter::Formula::new("=1+1").set_result("1.2345678");
        sheet.write_formula_with_format(1, 3, formula, &Style::new().set_num_format(format)).unwrap();
        let text = text_for(Kind::Invoices, workbook.save_to_buffer().unwrap(), Format::Xlsx).unwrap();
        assert!(text.ends_with("00000001,2026-01-05,C1,1.2345678\n"), "{format}: {text}");
    }
}

#[test]
fn a_sheet_is_named_or_found_by_its_headings() {
    let folder = tempfile::tempdir().unwrap();
    let (lines, heads, orders) = (bureau_lines(), bureau_heads(), orders());
    let two = [lines[2].clone(), lines[6].clone()].to_vec();
    let sheets: [(&str, &Rows); 5] = [
        ("订单", &orders),
        ("发票基础信息", &heads),
        ("信息汇总表1", &lines),
        ("信息汇总表2", &two),
        ("备份", &lines),
    ];
    fs::write(folder.path().join("book.xlsx"), xlsx(&sheets)).unwrap();
    let check = |file: &str| {
        let output =
            recv(&["check", "--invoices", file, "--as-of", "2026-04-30", "-f", "csv"], folder.path());
        let printed = String::from_utf8(output.stdout).unwrap();
        let files: Vec<String> = printed
            .lines()
            .skip(1)
            .map(|line| line.split(',').take(4).collect::<Vec<_>>().join(","))
            .collect();
        (files, String::from_utf8(output.stderr).unwrap())
    };
    let (files, note) = check("book.xlsx");
    assert_eq!(files, ["invoices,book.xlsx#信息汇总表1,xlsx,3", "invoices,book.xlsx#信息汇总表2,xlsx,1"]);
    assert!(note.contains("these sheets could be invoices too: 备份; name one as FILE#SHEET"), "{note}");
    let (files, note) = check("book.xlsx#发票基础信息");
    assert_eq!(files, ["invoices,book.xlsx#发票基础信息,xlsx,1"]);
    assert_eq!(note, "");
    let (text, code) = told(&["age", "--invoices", "book.xlsx#发票"], folder.path());
    assert_eq!(code, 2);
    assert!(
        text.contains(
            "book.xlsx:1: [SHEET_UNKNOWN] no sheet '发票' in the workbook; the sheets are '订单', '发票基础信息', '信息汇总表1'"
        ),
        "{text}"
    );
    fs::write(folder.path().join("a#b.csv"), csv_of(&lines)).unwrap();
    assert_eq!(check("a#b.csv").0, ["invoices,a#b.csv,UTF-8,3"]);
    let (text, _) = told(&["age", "--invoices", "a#b.csv#x"], folder.path());
    assert!(text.contains("a#b.csv:1: [SHEET_UNKNOWN] no sheet 'x' here: the file is no workbook"), "{text}");
}

#[test]
fn hidden_sheets_are_read_by_name_only() {
    let folder = tempfile::tempdir().unwrap();
    let mut workbook = Workbook::new();
    write_sheet(workbook.add_worksheet().set_name("old").unwrap().set_hidden(true), &bureau_lines());
    write_sheet(workbook.add_worksheet().set_name("new").unwrap().set_active(true), &bureau_heads());
    workbook.save(folder.path().join("invoices.xlsx")).unwrap();
    let printed = |file: &str| {
        let output =
            recv(&["check", "--invoices", file, "-f", "csv", "--as-of", "2026-04-30"], folder.path());
        String::from_utf8(output.stdout).unwrap()
    };
    assert!(printed("invoices.xlsx").contains(",invoices.xlsx#new,"));
    assert!(printed("invoices.xlsx#old").contains(",invoices.xlsx#old,"));
}

#[test]
fn a_csv_and_a_workbook_of_one_kind_are_too_many() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("invoices.csv"), csv_of(&bureau_lines())).unwrap();
    fs::write(folder.path().join("invoices.xlsx"), xlsx(&[("信息汇总表", &bureau_lines())])).unwrap();
    let (text, code) = told(&["age"], folder.path());
    assert_eq!(code, 2);
    assert!(text.contains(".: both invoices.csv and invoices.xlsx are there"), "{text}");
}

#[test]
fn text_under_a_spreadsheets_name_is_read_and_a_web_page_is_not() {
    let folder = tempfile::tempdir().unwrap();
    let tabbed = csv_of(&bureau_heads()).replace(',', "\t");
    let (gbk, _, _) = encoding_rs::GB18030.encode(&tabbed);
    fs::write(folder.path().join("invoices.xls"), gbk).unwrap();
    let output = recv(&["check", "-f", "csv", "--as-of", "2026-04-30"], folder.path());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("invoices,invoices.xls,GB18030,1,1,"), "{printed}");
    fs::write(
        folder.path().join("invoices.xls"),
        "\u{feff}\n<html><table><tr><td>发票号码</td></tr></table></html>",
    )
    .unwrap();
    let (text, code) = told(&["age"], folder.path());
    assert_eq!(code, 2);
    assert!(text.contains("invoices.xls:1: [SPREADSHEET_UNREADABLE] a web page (HTML or XML)"), "{text}");
}

/// A package with these parts beside those that every workbook has. `workbook` stands inside the workbook's element.
fn package(workbook: &str, parts: &[(&str, &str)]) -> Vec<u8> {
    let relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let rels = |items: &str| {
        format!(
            "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{items}</Relationships>"
        )
    };
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{relations}/{kind}\" Target=\"{target}\"/>")
    };
    let mut all = vec![
        ("_rels/.rels".to_owned(), rels(&relation("r1", "officeDocument", "xl/workbook.xml"))),
        (
            "xl/_rels/workbook.xml.rels".to_owned(),
            rels(&relation("r1", "worksheet", "worksheets/sheet1.xml")),
        ),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns:r=\"{relations}\">{workbook}<sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
            ),
        ),
    ];
    all.extend(parts.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())));
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in all {
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

const SHEET: &str = "xl/worksheets/sheet1.xml";

fn sheet(rows: &str) -> String {
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>")
}

fn only_text(bytes: Vec<u8>, format: Format) -> Result<String, Problem> {
    text_for(Kind::Payments, bytes, format)
}

fn text_for(kind: Kind, bytes: Vec<u8>, format: Format) -> Result<String, Problem> {
    let chosen = read_sheets(bytes, format, kind, None, None)?;
    Ok(String::from_utf8(chosen.sheets[0].text.clone()).unwrap())
}

const STYLES: &str = "<styleSheet><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>";

#[test]
fn dates_of_the_1904_system_are_the_same_days() {
    let rows = sheet(
        "<row r=\"2\"><c r=\"A2\" s=\"1\"><v>44591</v></c><c r=\"C2\" t=\"d\"><v>2026-01-31T08:00:00</v></c></row>",
    );
    let bytes = package("<workbookPr date1904=\"1\"/>", &[(SHEET, &rows), ("xl/styles.xml", STYLES)]);
    assert_eq!(only_text(bytes, Format::Xlsx).unwrap(), "\n2026-01-31,,2026-01-31 08:00:00\n");
}

#[test]
fn merged_cells_hold_their_value_once() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.merge_range(0, 0, 1, 1, "合并", &Style::new()).unwrap();
    sheet.write_string(2, 2, "两行\r\n文字").unwrap();
    let text = only_text(workbook.save_to_buffer().unwrap(), Format::Xlsx).unwrap();
    assert_eq!(text, "合并,,\n\n,,\"两行 文字\"\n");
}

fn code_of(bytes: Vec<u8>, format: Format) -> (Code, String) {
    let problem = only_text(bytes, format).expect_err("such a workbook is refused");
    (problem.code(), problem.text(recv::lang::Lang::En))
}

#[test]
fn a_workbook_that_lies_or_breaks_is_refused() {
    let row = |cells: &str| sheet(&format!("<row r=\"1\">{cells}</row>"));
    let unreadable = |sheet: &str, texts: &str, what: &str| {
        let (code, text) =
            code_of(package("", &[(SHEET, sheet), ("xl/sharedStrings.xml", texts)]), Format::Xlsx);
        assert_eq!(code, Code::SpreadsheetUnreadable);
        assert!(text.contains(what), "{text}");
    };
    let texts = "<sst uniqueCount=\"1\"><si><t>x</t></si></sst>";
    unreadable(&row(""), "<sst uniqueCount=\"999999999999\"><si><t>x</t></si></sst>", "more texts announced");
    unreadable(&row("<c r=\"A1\" t=\"s\"><v>7</v></c>"), texts, "shared strings");
    unreadable(&row("<c r=\"B1\"><v>1</v></c><c r=\"A1\"><v>2</v></c>"), texts, "out of order");
    unreadable(&row("<c r=\"A9999999\"><v>1</v></c>"), texts, "beyond the last row");
    unreadable(&row("<c r=\"A99999999999999\"><v>1</v></c>"), texts, "no workbook that can be read");
    unreadable("<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1", texts, "no workbook that can be read");
    let apart = row("<c r=\"XFD1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"A1048576\"><v>1</v></c>");
    assert_eq!(code_of(package("", &[(SHEET, &apart)]), Format::Xlsx).0, Code::SpreadsheetTooLarge);
    let bytes = package("", &[(SHEET, &row(""))]);
    assert_eq!(code_of(bytes[..bytes.len() / 2].to_vec(), Format::Xlsx).0, Code::SpreadsheetUnreadable);
    assert_eq!(code_of(b"PK\x03\x04".to_vec(), Format::Xlsx).0, Code::SpreadsheetUnreadable);
    assert_eq!(code_of(package("", &[]), Format::Xlsx).0, Code::SpreadsheetUnreadable);
}

/// A record of a `.xls`.
fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

fn words(words: &[u16]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

/// The workbook stream of a `.xls` with one sheet of these records.
fn workbook_stream(cells: &[Vec<u8>]) -> Vec<u8> {
    let begin = |what: u16| record(0x0809, &words(&[0x0600, what, 0, 0, 0, 0, 0, 0]));
    let style = |form: u16| record(0x00e0, &[words(&[0, form]), vec![0; 16]].concat());
    let name: Vec<u8> = "收款".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bound = |at: u32| record(0x0085, &[&at.to_le_bytes()[..], &[0, 0, 2, 1], &name].concat());
    let globals = |at: u32| [begin(0x0005), style(0), style(14), bound(at), record(0x000a, &[])].concat();
    let at = u32::try_from(globals(0).len()).unwrap();
    [globals(at), begin(0x0010), cells.concat(), record(0x000a, &[])].concat()
}

/// A compound file with one stream.
fn compound(stream: &[u8]) -> Vec<u8> {
    const END: u32 = 0xffff_fffe;
    let sectors = u32::try_from(stream.len().max(4096).div_ceil(512)).unwrap();
    let mut header = vec![0u8; 512];
    header[..8].copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    for (at, word) in [(24, 0x3e), (26, 3), (28, 0xfffe), (30, 9), (32, 6), (44, 1)] {
        header[at..at + 2].copy_from_slice(&u16::to_le_bytes(word));
    }
    for (at, number) in [(48, 1), (56, 4096), (60, END), (68, END)] {
        header[at..at + 4].copy_from_slice(&u32::to_le_bytes(number));
    }
    header[76..512].fill(0xff);
    header[76..80].fill(0);
    let mut table = vec![0xffff_fffd, END];
    table.extend((3..2 + sectors).chain([END]));
    table.resize(128, 0xffff_ffff);
    let entry = |name: &str, kind: u8, start: u32, length: u32| {
        let mut entry = vec![0u8; 128];
        let units: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
        entry[..units.len()].copy_from_slice(&units);
        entry[64] = u8::try_from(units.len() + 2).unwrap();
        entry[66] = kind;
        entry[116..120].copy_from_slice(&start.to_le_bytes());
        entry[120..124].copy_from_slice(&length.to_le_bytes());
        entry
    };
    let mut directory = [entry("Root Entry", 5, END, 0), entry("Workbook", 2, 2, sectors * 512)].concat();
    directory.resize(512, 0);
    let mut body = stream.to_vec();
    body.resize(sectors as usize * 512, 0);
    [header, table.iter().flat_map(|next| next.to_le_bytes()).collect(), directory, body].concat()
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let length = u16::try_from(units.len()).unwrap();
    record(0x0204, &[words(&[row, column, 0, length]), vec![1], words(&units)].concat())
}

fn number(row: u16, column: u16, style: u16, number: f64) -> Vec<u8> {
    record(0x0203, &[words(&[row, column, style]), number.to_le_bytes().to_vec()].concat())
}

fn payments_of_a_xls() -> Vec<Vec<u8>> {
    let mut cells: Vec<Vec<u8>> = vec![record(0x0200, &words(&[0, 0, 4, 0, 0, 4, 0]))];
    let headings = ["收款单号", "收款日期", "客户名称", "收款金额"];
    cells.extend((0..).zip(headings).map(|(column, text)| label(1, column, text)));
    cells.extend([
        label(3, 0, "00000001"),
        number(3, 1, 1, 46053.0),
        label(3, 2, "宁波港机有限公司"),
        number(3, 3, 0, 0.300_000_000_000_000_04),
    ]);
    cells
}

#[test]
fn an_old_xls_is_read() {
    let bytes = compound(&workbook_stream(&payments_of_a_xls()));
    let text = only_text(bytes.clone(), Format::Xls).unwrap();
    assert_eq!(text, "\n收款单号,收款日期,客户名称,收款金额\n\n00000001,2026-01-31,宁波港机有限公司,0.3\n");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("payments.xls"), bytes).unwrap();
    let output = recv(&["check", "-f", "csv", "--as-of", "2026-04-30"], folder.path());
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("payments,payments.xls#收款,xls,1,1,0,0,2,0.30,"), "{printed}");
}

#[test]
fn an_old_xls_that_lies_or_breaks_is_refused() {
    let refused = |stream: &[u8], code: Code| assert_eq!(code_of(compound(stream), Format::Xls).0, code);
    let with = |cell: Vec<u8>| workbook_stream(&[payments_of_a_xls(), vec![cell]].concat());
    refused(&with(number(9, 300, 0, 1.0)), Code::SpreadsheetUnreadable);
    let claim = |rows: u32| {
        record(0x0200, &[&0u32.to_le_bytes()[..], &rows.to_le_bytes(), &words(&[0, 256, 0])].concat())
    };
    refused(&with(claim(u32::MAX)), Code::SpreadsheetTooLarge);
    refused(&with(record(0x0200, &words(&[9, 0, 4, 0, 0, 4, 0]))), Code::SpreadsheetTooLarge);
    let mut locked = record(0x002f, &words(&[1, 1, 1]));
    locked.extend(workbook_stream(&payments_of_a_xls()));
    let problem = only_text(compound(&locked), Format::Xls).unwrap_err();
    assert!(problem.text(recv::lang::Lang::En).contains("password"));
    // A chain of sectors that bites its own tail: of the directory, then of the workbook.
    let good = compound(&workbook_stream(&payments_of_a_xls()));
    for sector in [1u32, 2] {
        let mut looped = good.clone();
        let at = 512 + sector as usize * 4;
        looped[at..at + 4].copy_from_slice(&sector.to_le_bytes());
        if sector == 2 {
            looped[1024 + 128 + 120..1024 + 128 + 124].fill(0xff);
        }
        assert_eq!(code_of(looped, Format::Xls).0, Code::SpreadsheetUnreadable);
    }
    for length in [8, 511, 600, 1030, 2000] {
        assert_eq!(code_of(good[..length].to_vec(), Format::Xls).0, Code::SpreadsheetUnreadable);
    }
}

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// The bytes with some of them changed.
    fn spoil(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut spoilt = bytes.to_vec();
        for _ in 0..=self.below(4) {
            let at = self.below(spoilt.len());
            spoilt[at] = [0, 0xff, b'9', b'<', b'"', u8::try_from(self.below(256)).unwrap()][self.below(6)];
        }
        spoilt
    }
}

#[test]
fn spoilt_workbooks_end_with_a_text_or_a_message() {
    let mut dice = Dice(7);
    let old = compound(&workbook_stream(&payments_of_a_xls()));
    let rows = sheet(
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" s=\"1\"><v>46053</v></c></row><row r=\"3\"><c r=\"C3\" t=\"inlineStr\"><is><t>x</t></is></c></row>",
    );
    let texts = "<sst count=\"1\" uniqueCount=\"1\"><si><t>收款单号</t></si></sst>";
    for _ in 0..1500 {
        let _ = only_text(dice.spoil(&old), Format::Xls);
        let mut spoilt = |text: &str| String::from_utf8_lossy(&dice.spoil(text.as_bytes())).into_owned();
        let (rows, texts, styles) = (spoilt(&rows), spoilt(texts), spoilt(STYLES));
        let parts = [(SHEET, rows.as_str()), ("xl/sharedStrings.xml", &texts), ("xl/styles.xml", &styles)];
        let _ = only_text(package("", &parts), Format::Xlsx);
    }
}

/// `recv init --from` looks at every sheet of a workbook, writes a policy that loads whatever the headings hold, and prints a
/// command that a shell takes as it stands.
#[test]
fn init_looks_at_workbooks_and_quotes_what_it_prints() {
    let folder = tempfile::tempdir().unwrap();
    let exports = folder.path().join("it's the exports");
    fs::create_dir(&exports).unwrap();
    let orders: Rows = vec![
        texts("订单号,订单日期,客户编码,物料名称,订单数量,我方含税单价"),
        texts("SO1,2026-01-05,C1,合页,10,11.30"),
    ];
    let notes: Rows = vec![texts("说明"), texts("仅供参考")];
    let shipments: Rows =
        vec![texts("出库单号,出库日期,订单号,物料名称,实发数量"), texts("D1,2026-01-06,SO1,合页,10")];
    let book = xlsx(&[("说明", &notes), ("一月 订单", &orders), ("出库", &shipments)]);
    fs::write(exports.join("业务.xlsx"), book).unwrap();
    let odd = "\"开票\n日期\",发票号码,购买方名称,\"价税\n合计\",\"备注 \"\"甲\"\"\\乙\t\"\n2026-01-07,1,C1,113.00,x\n";
    fs::write(exports.join("开票 $(一月).csv"), odd).unwrap();

    let recv = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_recv")).args(arguments).current_dir(folder.path()).output().unwrap()
    };
    let init = recv(&["init", "my books", "--from", "it's the exports", "--lang", "en"]);
    let said = String::from_utf8(init.stderr).unwrap();
    assert!(init.status.success(), "{said}");
    let next = said.lines().find_map(|line| line.strip_prefix("next: recv ")).unwrap();
    assert_eq!(
        next,
        r"check --orders 'it'\''s the exports/业务.xlsx#一月 订单' --shipments 'it'\''s the exports/业务.xlsx#出库' --invoices 'it'\''s the exports/开票 $(一月).csv' -p 'my books/policy.toml'"
    );
    assert!(recv(&["policy", "-p", "my books/policy.toml"]).status.success());
    if cfg!(unix) {
        let command = format!("'{}' {next} --as-of 2026-01-31", env!("CARGO_BIN_EXE_recv"));
        let check = Command::new("sh").args(["-c", &command]).current_dir(folder.path()).output().unwrap();
        assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
    }
}

/// A formula's 1234.5678 that the sheet shows as 1,234.57 is that amount; a price keeps all its decimals; where the sheet shows
/// other decimals, or the format is not to be learnt, the amount is refused with a way to mend it.
#[test]
fn an_amount_with_hidden_decimals_is_read_as_it_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let orders = |form: &str, amount: f64| {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet().set_name("订单").unwrap();
        for (column, heading) in
            (0..).zip(["订单号", "订单日期", "客户编码", "物料名称", "数量", "含税单价", "金额"])
        {
            sheet.write_string(0, column, heading).unwrap();
        }
        for (column, text) in (0..).zip(["SO1", "2026-01-05", "C1", "合页"]) {
            sheet.write_string(1, column, text).unwrap();
        }
        let cents = Style::new().set_num_format("0.00");
        sheet.write_number(1, 4, 3.0).unwrap();
        sheet.write_number_with_format(1, 5, 411.5226, &cents).unwrap();
        let formula = Formula::new("=E2*F2").set_result(amount.to_string());
        sheet.write_formula_with_format(1, 6, formula, &Style::new().set_num_format(form)).unwrap();
        fs::write(folder.path().join("orders.xlsx"), workbook.save_to_buffer().unwrap()).unwrap();
        let output = recv(&["check", "-f", "csv", "--as-of", "2026-01-31", "--lang", "en"], folder.path());
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for (form, amount, read) in [
        ("#,##0.00", 1234.5678, "1234.57"),
        ("0.00_);(0.00)", 1234.565, "1234.57"),
        ("¥#,##0.00", -1234.565, "-1234.57"),
    ] {
        let (files, told) = orders(form, amount);
        assert!(
            files.contains(&format!("orders,orders.xlsx#订单,xlsx,1,1,0,0,0,{read},")),
            "{form}: {files}{told}"
        );
        assert_eq!(told, "");
    }
    for form in ["General", "0", "0.0000", "0.00%"] {
        let (_, told) = orders(form, 1234.5678);
        assert!(
            told.contains("orders.xlsx#订单:2:金额: [BAD_NUMBER] more than 2 decimals: '1234.5678'; ")
                && told.contains("ROUND(…,2)"),
            "{form}: {told}"
        );
    }
    let mut cells = payments_of_a_xls();
    cells.pop();
    cells.push(number(3, 3, 0, 1234.5678));
    fs::remove_file(folder.path().join("orders.xlsx")).unwrap();
    fs::write(folder.path().join("payments.xls"), compound(&workbook_stream(&cells))).unwrap();
    let (text, code) = told(&["check", "-f", "csv", "--as-of", "2026-01-31", "--lang", "zh"], folder.path());
    assert!(code == 1 && text.contains("ROUND(…,2)"), "{text}");
}

/// The tax bureau's workbook: the sheet by line is taken, with its continuations where there are such, and the sheet of whole
/// invoices is named as one that may be wanted too; what can't be read at all is said to be so.
#[test]
fn init_looks_at_the_tax_bureaus_workbook() {
    let folder = tempfile::tempdir().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    let init = |books: &str| {
        let (said, code) = told(&["init", books, "--from", "exports", "--lang", "en"], folder.path());
        assert_eq!(code, 0, "{said}");
        assert!(recv(&["policy", "-p", &format!("{books}/policy.toml")], folder.path()).status.success());
        said
    };
    let bureau = xlsx(&[("发票基础信息", &bureau_heads()), ("信息汇总表", &bureau_lines())]);
    fs::write(exports.join("全量.xlsx"), bureau).unwrap();
    let said = init("one");
    assert!(
        said.contains(
            "全量.xlsx#信息汇总表: invoices; UNSURE whether rather, or as well: 全量.xlsx#发票基础信息\n"
        ) && said.contains("next: recv check --invoices 'exports/全量.xlsx#信息汇总表' -p one/policy.toml\n"),
        "{said}"
    );
    let spread = xlsx(&[
        ("发票基础信息", &bureau_heads()),
        ("信息汇总表1", &bureau_lines()),
        ("信息汇总表2", &bureau_lines()),
    ]);
    fs::write(exports.join("全量.xlsx"), spread).unwrap();
    let said = init("two");
    assert!(
        said.contains("全量.xlsx: invoices; UNSURE whether rather, or as well: 全量.xlsx#发票基础信息\n")
            && said.contains("next: recv check --invoices exports/全量.xlsx -p two/policy.toml\n"),
        "{said}"
    );
    fs::write(exports.join("broken.xlsx"), b"PK\x03\x04 and nothing else").unwrap();
    fs::write(exports.join("page.xls"), "<html><table></table></html>").unwrap();
    let said = init("three");
    for code in ["broken.xlsx: [SPREADSHEET_UNREADABLE] ", "page.xls: [SPREADSHEET_UNREADABLE] "] {
        assert!(said.contains(code), "{said}");
    }
}

/// Two exports of one kind that head a column differently: the policy tells both headings.
#[test]
fn init_tells_the_headings_of_all_files_of_a_kind() {
    let folder = tempfile::tempdir().unwrap();
    let exports = folder.path().join("exports");
    fs::create_dir(&exports).unwrap();
    for (name, heading) in [("开票1.csv", "我方开票日期"), ("开票2.csv", "实际开票日期")] {
        let text = format!("发票号码,{heading},购买方名称,价税合计\n{name},2026-01-05,C1,113.00\n");
        fs::write(exports.join(name), text).unwrap();
    }
    let (said, code) = told(&["init", "books", "--from", "exports"], folder.path());
    assert_eq!(code, 0, "{said}");
    let invoices = ["--invoices", "exports/开票1.csv", "--invoices", "exports/开票2.csv"];
    let arguments = [&["check", "--as-of", "2026-01-31", "-p", "books/policy.toml"][..], &invoices].concat();
    let check = recv(&arguments, folder.path());
    assert!(check.status.success(), "{}", String::from_utf8_lossy(&check.stdout));
}
