//! Accepting suggestions, over made-up books: no money comes or goes, the order of the rows does not matter, and the
//! run comes to the same as one that is given the accepted links as a file.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test may stop at the first surprise"
)]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use proptest::prelude::*;
use rust_decimal::Decimal;

/// Customer, goods, quantity and price of a line; small ranges, so that lines fit each other often.
type Line = (u8, u8, u8, u8);

/// An order line, and how much of it is signed for.
type Ordered = (Line, u8);

/// An invoice's line: which invoice, what it bills, and the order line that it names, if any.
type Invoiced = (u8, Line, Option<u8>);

fn line() -> impl Strategy<Value = Line> {
    (0..2u8, 0..3u8, 1..4u8, 1..3u8)
}

fn ordered() -> impl Strategy<Value = Vec<Ordered>> {
    prop::collection::vec((line(), 0..4u8), 1..12)
}

fn invoiced() -> impl Strategy<Value = Vec<Invoiced>> {
    prop::collection::vec((0..5u8, line(), prop::option::weighted(0.3, 0..14u8)), 1..14)
}

fn write_books(folder: &Path, ordered: &[Ordered], invoiced: &[Invoiced]) {
    let mut orders =
        "order_no,line_no,order_date,customer_id,goods_name,quantity,unit_price,terms\n".to_owned();
    let mut receipts = "receipt_no,order_no,line_no,sign_date,goods_name,accepted_quantity\n".to_owned();
    for (number, ((customer, goods, quantity, price), signed)) in ordered.iter().enumerate() {
        let (order, line) = (number / 3, number % 3 + 1);
        writeln!(
            orders,
            "SO-{order},{line},2026-01-05,C{customer},goods {goods},{quantity},{price}0.05,net 45"
        )
        .unwrap();
        if *signed > 0 {
            writeln!(receipts, "R-{number},SO-{order},{line},2026-01-10,goods {goods},{signed}").unwrap();
        }
    }
    let mut invoices =
        "invoice_no,invoice_date,customer_id,order_no,line_no,goods_name,quantity,gross_amount\n".to_owned();
    for (invoice, (_, goods, quantity, price), order) in invoiced {
        // All rows of an invoice have one customer.
        let customer = invoice % 2;
        let (order, line) = order.map_or_else(<(String, String)>::default, |order| {
            (format!("SO-{}", order / 3), format!("{}", order % 3 + 1))
        });
        let gross = Decimal::new(i64::from(*price) * 1000 + 5, 2) * Decimal::from(*quantity);
        writeln!(
            invoices,
            "2600000{invoice},2026-01-20,C{customer},{order},{line},goods {goods},{quantity},{gross}"
        )
        .unwrap();
    }
    for (name, text) in [("orders", orders), ("receipts", receipts), ("invoices", invoices)] {
        fs::write(folder.join(format!("{name}.csv")), text).unwrap();
    }
}

/// The reports of a run, by name.
fn reports(folder: &Path, command: &str, options: &[&str]) -> BTreeMap<String, String> {
    let out = folder.join("out");
    let _ = fs::remove_dir_all(&out);
    let run = Command::new(env!("CARGO_BIN_EXE_recv"))
        .args([command, "--as-of", "2026-03-31", "-q", "-o", "out"])
        .args(options)
        .current_dir(folder)
        .output()
        .expect("recv runs");
    assert_eq!(run.status.code(), Some(0), "{}", String::from_utf8_lossy(&run.stderr));
    let files = fs::read_dir(out).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// The sum of a column.
fn sum(report: &str, column: &str) -> Decimal {
    let mut reader = csv::Reader::from_reader(report.trim_start_matches('\u{feff}').as_bytes());
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    rows.map(|row| row.unwrap()[column].parse::<Decimal>().unwrap()).sum()
}

/// All money that invoices bill: of order lines, and without one.
fn invoiced_money(reports: &BTreeMap<String, String>) -> Decimal {
    let orphans = reports["orphans"].lines().filter(|line| !line.starts_with("receipts,"));
    let orphans = orphans.collect::<Vec<_>>().join("\n");
    sum(&reports["match"], "invoiced_amount") + sum(&orphans, "amount")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn accepted_suggestions_are_links_and_move_no_money(ordered in ordered(), invoiced in invoiced()) {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        write_books(folder, &ordered, &invoiced);
        let before = reports(folder, "match", &[]);
        let mut accepted = reports(folder, "match", &["--accept-suggestions"]);
        prop_assert_eq!(invoiced_money(&before), invoiced_money(&accepted));
        let suggested = before["orphans"].lines().filter(|line| line.contains('/')).count();
        let links = accepted.remove("accepted-links").unwrap();
        prop_assert_eq!(links.lines().count(), 1 + suggested);

        let owed = sum(&reports(folder, "age", &[])["aging"], "balance");
        fs::write(folder.join("accepted.csv"), &links).unwrap();
        let linked = reports(folder, "match", &["--links", "accepted.csv"]);
        prop_assert_eq!(&linked, &accepted);
        let aging = reports(folder, "age", &["--links", "accepted.csv"]);
        prop_assert_eq!(sum(&aging["aging"], "balance"), owed);

        // The same rows the other way round: other numbers of rows within their invoices, else the same.
        let invoiced: Vec<Invoiced> = invoiced.into_iter().rev().collect();
        write_books(folder, &ordered, &invoiced);
        let mut turned = reports(folder, "match", &["--accept-suggestions"]);
        turned.remove("accepted-links");
        prop_assert_eq!(&turned, &accepted);
    }
}
