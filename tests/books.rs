//! Books with expected answers: three small, deliberately awkward ones, worked out by an independent program, and the
//! example. Every figure must come out to the cent, whatever the order of the rows.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rust_decimal::Decimal;

type Row = BTreeMap<String, String>;

fn recv(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_recv")).args(arguments).env("LC_ALL", "C").output().expect("recv runs")
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The reports of a command, written to a folder of their own.
fn reports(command: &str, data: &Path, as_of: &str, out: &Path) {
    let (data, out) = (data.to_str().unwrap(), out.to_str().unwrap());
    let output = recv(&[command, "-d", data, "--as-of", as_of, "-f", "csv", "-o", out]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(0), "recv {command} -d {data} --as-of {as_of}: {told}");
}

fn rows(path: &Path) -> Vec<Row> {
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    reader.deserialize().map(|row| row.unwrap()).collect()
}

fn by_key(rows: Vec<Row>, key: &[&str]) -> BTreeMap<Vec<String>, Row> {
    rows.into_iter().map(|row| (key.iter().map(|column| row[*column].clone()).collect(), row)).collect()
}

/// A cell as it is compared: numbers by value, an empty one as nothing.
fn value(cell: &str) -> Result<Decimal, String> {
    if cell.is_empty() { Ok(Decimal::ZERO) } else { cell.parse().map_err(|_| cell.to_owned()) }
}

/// Compares every column of the expected file that the report has; `renamed` says what the report calls a column.
fn compare(expected: &Path, printed: &Path, key: &[&str], renamed: &[(&str, &str)], only: Option<&str>) {
    let nothing =
        |row: &Row, column: &str| value(row.get(column).map_or("", String::as_str)) == Ok(Decimal::ZERO);
    let name = |column: &str| {
        renamed.iter().find(|(from, _)| *from == column).map_or(column.to_owned(), |(_, to)| (*to).to_owned())
    };
    let keep =
        |row: &Row, column: &dyn Fn(&str) -> String| only.is_none_or(|wanted| !nothing(row, &column(wanted)));
    let plain = |column: &str| column.to_owned();
    let expected_rows = by_key(rows(expected).into_iter().filter(|row| keep(row, &plain)).collect(), key);
    let printed_rows = by_key(rows(printed).into_iter().filter(|row| keep(row, &name)).collect(), key);
    let keys = |rows: &BTreeMap<Vec<String>, Row>| rows.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&expected_rows), keys(&printed_rows), "{}", expected.display());
    for (key, row) in &expected_rows {
        for (column, cell) in row.iter().filter(|(column, _)| only.is_none_or(|wanted| wanted == *column)) {
            let Some(got) = printed_rows[key].get(&name(column)) else {
                assert_eq!(column, "provision", "{}: no column {column}", expected.display());
                continue;
            };
            assert_eq!(value(cell), value(got), "{} {key:?} {column}", expected.display());
        }
    }
}

const DATES: [&str; 2] = ["2024-10-31", "2025-12-31"];

fn check_book(book: &str) {
    let folder = project(&format!("tests/books/{book}"));
    for date in DATES {
        let out = tempfile::tempdir().unwrap();
        for command in ["match", "age", "provision"] {
            reports(command, &folder.join("data"), date, &out.path().join(command));
        }
        let expected = |name: &str| folder.join("expected").join(date).join(name);
        let printed = |name: &str| out.path().join(name);
        compare(&expected("match.csv"), &printed("match/match.csv"), &["order_no", "line_no"], &[], None);
        let key = ["customer_id", "invoice_no", "tranche"];
        compare(&expected("aging-items.csv"), &printed("age/aging-items.csv"), &key, &[], None);
        compare(&expected("aging.csv"), &printed("age/aging.csv"), &["customer_id"], &[], None);
        let renamed = [("provision", "required")];
        compare(
            &expected("aging.csv"),
            &printed("provision/provision.csv"),
            &["customer_id"],
            &renamed,
            Some("provision"),
        );
    }
}

#[test]
fn book_a_comes_out_to_the_cent() {
    check_book("book-a");
}

#[test]
fn book_b_comes_out_to_the_cent() {
    check_book("book-b");
}

#[test]
fn book_c_comes_out_to_the_cent() {
    check_book("book-c");
}

/// The lines of a file after its heading, in another order: reversed, or dealt out like cards.
fn shuffle(text: &str, deal: usize) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let heading = lines.remove(0);
    let dealt: Vec<&str> = if deal == 0 {
        lines.into_iter().rev().collect()
    } else {
        (0..deal).flat_map(|from| lines.iter().copied().skip(from).step_by(deal)).collect()
    };
    std::iter::once(heading).chain(dealt).collect::<Vec<_>>().join("\n") + "\n"
}

fn all_bytes(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        files.insert(path.file_name().unwrap().to_string_lossy().into_owned(), fs::read(&path).unwrap());
    }
    files
}

#[test]
fn the_order_of_rows_changes_no_byte_of_any_report() {
    for book in ["book-a", "book-b", "book-c"] {
        let data = project(&format!("tests/books/{book}/data"));
        for deal in [0, 3, 7] {
            let shuffled = tempfile::tempdir().unwrap();
            for (name, bytes) in all_bytes(&data) {
                fs::write(shuffled.path().join(name), shuffle(&String::from_utf8(bytes).unwrap(), deal))
                    .unwrap();
            }
            for command in ["match", "age", "collect", "provision"] {
                let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
                reports(command, &data, DATES[1], one.path());
                reports(command, shuffled.path(), DATES[1], other.path());
                assert!(all_bytes(one.path()) == all_bytes(other.path()), "{book} {command} dealt by {deal}");
            }
        }
    }
}

#[test]
fn the_example_shows_every_status_finding_bucket_tier_and_alert() {
    let out = tempfile::tempdir().unwrap();
    let data = project("examples/first-month");
    for command in ["match", "age", "collect", "provision"] {
        reports(command, &data, "2026-03-31", &out.path().join(command));
    }
    let has = |file: &str, column: &str, wanted: &str| {
        let found =
            rows(&out.path().join(file)).iter().any(|row| row[column].split(';').any(|word| word == wanted));
        assert!(found, "{file}: no {column} {wanted}");
    };
    for status in ["matched", "tolerated", "review", "open", "cancelled"] {
        has("match/match.csv", "status", status);
    }
    for next in ["ship", "sign", "invoice"] {
        has("match/match.csv", "next", next);
    }
    let codes = "OVER_SHIPPED OVER_SIGNED OVER_INVOICED NAME PRICE AMOUNT ORDER_AMOUNT TAX_RATE TAX CUSTOMER DATE \
                 LATE_SIGNATURE CANCELLED";
    for code in codes.split_whitespace() {
        has("match/match.csv", "findings", code);
        has("match/differences.csv", "code", code);
    }
    for bucket in ["not_due", "1-30", "31-90", "91-180", "181+"] {
        has("age/aging-items.csv", "bucket", bucket);
    }
    let codes =
        "BILL_MATURED DUPLICATE_ROWS PREPAID_UNPAID RED_MISSING REFUND_EXCEEDS_CREDIT UNKNOWN_INVOICE";
    for code in codes.split_whitespace() {
        has("age/findings.csv", "code", code);
    }
    for tier in ["primary", "intermediate", "advanced"] {
        has("collect/worklist.csv", "tier", tier);
    }
    for alert in ["green", "notice", "yellow", "orange", "red"] {
        has("collect/worklist.csv", "alert", alert);
    }
    let journal = rows(&out.path().join("provision/journal.csv"));
    let sum = |column: &str| journal.iter().map(|line| value(&line[column]).unwrap()).sum::<Decimal>();
    assert_eq!(sum("debit"), sum("credit"));
}

#[test]
fn every_fault_is_reported_in_one_run_and_nothing_is_written() {
    let data = tempfile::tempdir().unwrap();
    let orders = "order_no,line_no,order_date,customer_id,goods_name,quantity,unit_price\n\
                  SO1,1,2026-01-05,C1,x,10,1.00\n\
                  SO1,01,2026-01-05,C1,x,1O,1.00\n\
                  SO1,1,2026-02-30,C1,x,1,1.00\n\
                  SO1,01,2026-01-05,C1,x,10,1.00\n";
    fs::write(data.path().join("orders.csv"), orders).unwrap();
    let (folder, out) = (data.path().to_str().unwrap(), data.path().join("out"));
    let output = recv(&["match", "-d", folder, "--as-of", "2026-03-31", "-o", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "orders.csv:3:quantity: [BAD_NUMBER] not a number: '1O'; write digits only, as 12000.00 or 12,000.00\n\
         orders.csv:4:order_date: [BAD_DATE] no such day: '2026-02-30'; look it up in a calendar\n\
         orders.csv:5:line_no: [ORDER_LINE_TWICE] order line 'SO1/01' stands already in orders.csv:2; remove one of them, or give each its own line_no\n"
    );
    assert!(!out.exists());
}

#[test]
fn a_chinese_list_of_invoices_is_read_as_it_is() {
    let data = tempfile::tempdir().unwrap();
    let list = "\u{feff},企业代号,发票号码,开票日期,购方单位代号,金额,税额,价税合计,发票状态\n\
                1,E1,6466442,2017/1/3,B1,100.0,13.0,113.0,有效发票\n\
                2,E1,6466443,2017/1/4,B2,200.0,26.0,226.0, 作废发票\n\
                3,E1,6466444,2017/1/5,B1,-10.0,-1.3,-11.3,有效发票\n\
                4,E1,6466445,2017/1/6,B2,50.0,6.5,56.5,有效发票\n\
                5,E1,6466445,2017/1/6,B2,50.0,6.5,56.5,有效发票\n";
    let file = data.path().join("list.csv");
    fs::write(&file, list).unwrap();
    let out = data.path().join("out");
    let (folder, file) = (data.path().to_str().unwrap(), file.to_str().unwrap());
    let output = recv(&[
        "age",
        "-d",
        folder,
        "--invoices",
        file,
        "--as-of",
        "2020-12-31",
        "-o",
        out.to_str().unwrap(),
    ]);
    assert_eq!(output.status.code(), Some(0));
    let total: Decimal = rows(&out.join("aging.csv"))
        .iter()
        .map(|row| value(&row["balance"]).unwrap() - value(&row["unapplied_credit"]).unwrap())
        .sum();
    assert_eq!(total, "214.70".parse().unwrap());
    let findings = rows(&out.join("findings.csv"));
    assert_eq!((findings[0]["code"].as_str(), findings[0]["amount"].as_str()), ("DUPLICATE_ROWS", "56.50"));
}

#[test]
fn unreadable_rows_are_set_aside_where_that_is_asked_for() {
    let data = tempfile::tempdir().unwrap();
    let invoices =
        "invoice_no,invoice_date,customer_id,gross_amount\n1,2026-01-05,C1,100.00\n2,soon,C1,50.00\n";
    fs::write(data.path().join("invoices.csv"), invoices).unwrap();
    let (folder, out) = (data.path().to_str().unwrap(), data.path().join("out"));
    let output =
        recv(&["age", "-d", folder, "--as-of", "2026-03-31", "--lenient", "-o", out.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let rejects = rows(&out.join("rejects.csv"));
    assert_eq!((rejects[0]["line"].as_str(), rejects[0]["code"].as_str()), ("3", "BAD_DATE"));
    assert_eq!(rejects[0]["row"], "2,soon,C1,50.00");
    assert_eq!(rows(&out.join("aging.csv"))[0]["balance"], "100.00");
}

/// A copy of a folder's CSV files, every one of them in GB18030.
fn in_gb18030(data: &Path, copy: &Path) {
    for entry in fs::read_dir(data).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "csv") {
            let text = fs::read_to_string(&path).unwrap();
            let (bytes, encoding, lossy) = encoding_rs::GB18030.encode(text.trim_start_matches('\u{feff}'));
            assert!(!lossy && encoding == encoding_rs::GB18030);
            fs::write(copy.join(path.file_name().unwrap()), bytes).unwrap();
        }
    }
}

#[test]
fn files_in_gb18030_give_the_same_bytes_as_in_utf_8() {
    let data = project("examples/first-month");
    let copy = tempfile::tempdir().unwrap();
    in_gb18030(&data, copy.path());
    let customers = fs::read(copy.path().join("customers.csv")).unwrap();
    assert!(String::from_utf8(customers).is_err(), "the copy is not UTF-8");
    for command in ["match", "age", "collect", "provision"] {
        for form in [&["-f", "csv"][..], &["-f", "json"], &["--lang", "zh", "--by", "region"]] {
            let run = |folder: &Path| {
                let common = [command, "-d", folder.to_str().unwrap(), "--as-of", "2026-03-31"];
                let output = recv(&[&common[..], form].concat());
                assert_eq!(output.status.code(), Some(0), "recv {command} {form:?}");
                output.stdout
            };
            assert_eq!(run(&data), run(copy.path()), "recv {command} {form:?}");
        }
    }
    let checked = recv(&["check", "-d", copy.path().to_str().unwrap(), "--as-of", "2026-03-31", "-f", "csv"]);
    let told = String::from_utf8(checked.stdout).unwrap();
    assert!(told.contains("customers,customers.csv,GB18030,12,12,"), "{told}");
}
