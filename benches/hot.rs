//! How fast the innermost work is: splitting records, reading numbers, writing rows. `cargo bench` runs it.
//!
//! What a change gains on whole books shows only there; these say where it comes from.

#![allow(clippy::unwrap_used, missing_docs)]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use recv::input::records::{Records, Step};
use recv::money::{Money, Number, Price, Quantity};
use recv::report::csv::push_row;
use recv::report::{Cell, Column, Heading};

fn main() {
    divan::main();
}

/// Rows of one split and of one written table.
const ROWS: usize = 10_000;

/// A table of shipped lines, as exports have them; every eighth name is quoted where `quoted`.
fn table(quoted: bool) -> Vec<u8> {
    let mut text = b"shipment_no,order_no,line_no,ship_date,sku,goods_name,quantity\n".to_vec();
    for row in 0..ROWS {
        let name =
            if quoted && row % 8 == 0 { "\"轴承, 6204 \"\"2RS\"\"\"" } else { "热镀锌钢管 DN50" };
        let line = format!(
            "SH{row:012},SO{:012},{},2026-03-05,SKU{:05},{name},{}.5\n",
            row / 3,
            row % 3 + 1,
            row % 997,
            row % 89
        );
        text.extend_from_slice(line.as_bytes());
    }
    text
}

#[divan::bench(args = [false, true])]
fn split_records(bencher: Bencher<'_, '_>, quoted: bool) {
    let text = table(quoted);
    bencher.counter(BytesCount::of_slice(&text)).bench(|| {
        let mut records = Records::new(black_box(text.as_slice())).unwrap();
        let mut cells = 0;
        while let Step::Record(record) = records.advance().unwrap() {
            cells += record.width();
        }
        cells
    });
}

#[divan::bench(args = ["12", "-1234.50", "662.1911", "1,234,567.80", "（12.30）"])]
fn parse_numbers(bencher: Bencher<'_, '_>, text: &str) {
    bencher.counter(ItemsCount::new(1usize)).bench(|| Number::parse(black_box(text.as_bytes())));
}

/// A row as the match writes it.
struct Row {
    goods: &'static str,
    quantity: Quantity,
    price: Price,
    amount: Money,
}

#[divan::bench]
fn write_csv(bencher: Bencher<'_, '_>) {
    let columns: Vec<Column<Row>> = vec![
        Column::new(Heading::new("goods_name", "Goods", "货物"), |row: &Row| Cell::text(row.goods)),
        Column::new(Heading::new("quantity", "Quantity", "数量"), |row: &Row| Cell::Quantity(row.quantity)),
        Column::new(Heading::new("price", "Price", "单价"), |row: &Row| Cell::Price(row.price)),
        Column::new(Heading::new("amount", "Amount", "金额"), |row: &Row| Cell::Money(row.amount)),
    ];
    let row = Row {
        goods: "友发 热镀锌钢管 DN50×3.5",
        quantity: Quantity::parse("207.908").unwrap(),
        price: Price::parse("662.1911").unwrap(),
        amount: Money::from_cents(13_767_490),
    };
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let mut rows = Vec::new();
        for _ in 0..ROWS {
            push_row(&mut rows, &columns, black_box(&row));
        }
        rows
    });
}
