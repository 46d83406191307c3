//! How fast the innermost work is: splitting records, reading numbers, writing rows. `cargo bench` runs it.
//!
//! What a change gains on whole books shows only there; these say where it comes from.

#![allow(clippy::unwrap_used, missing_docs)]

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use recv::calendar::parse_date;
use recv::ids::{Id, Ids, Names, Order};
use recv::input::records::{Batch, Records, Step};
use recv::money::{Money, Number, Price, Quantity};
use recv::report::csv::push_row;
use recv::report::{Cell, Columns, Heading};
use recv::rows::Rows;

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

/// As the reader of whole files takes them: many records at a time.
#[divan::bench(args = [false, true])]
fn take_batches(bencher: Bencher<'_, '_>, quoted: bool) {
    let text = table(quoted);
    bencher.counter(BytesCount::of_slice(&text)).bench(|| {
        let mut records = Records::new(black_box(text.as_slice())).unwrap();
        let (mut batch, mut count) = (Batch::default(), 0);
        while records.take_batch(&mut batch).unwrap() {
            count += batch.count();
        }
        count + batch.count()
    });
}

/// Numbers in the common form, at the end of what stands before them in their row.
#[divan::bench(args = ["12", "1234.50", "662.1911", "100518.80"])]
fn numbers_of_cells(bencher: Bencher<'_, '_>, text: &str) {
    let row = format!("SO2026030500017,1,2026-03-05,{text}");
    bencher.counter(ItemsCount::new(1usize)).bench(|| Price::at_end(black_box(row.as_bytes()), text.len()));
}

#[divan::bench(args = ["12", "-1234.50", "662.1911", "1,234,567.80", "（12.30）"])]
fn parse_numbers(bencher: Bencher<'_, '_>, text: &str) {
    bencher.counter(ItemsCount::new(1usize)).bench(|| Number::parse(black_box(text.as_bytes())));
}

#[divan::bench(args = ["2026-03-05", "2026/3/5", "2026年3月5日", "46086"])]
fn parse_dates(bencher: Bencher<'_, '_>, text: &str) {
    bencher.counter(ItemsCount::new(1usize)).bench(|| parse_date(black_box(text.as_bytes()), None));
}

/// Order numbers as books have them: rising, or in no order, or with signs between the digits; or with a thousand
/// words before them.
fn order_numbers(kind: &str) -> Vec<String> {
    let number = |row: usize| match kind {
        "rising" => format!("SO20260305{row:08}"),
        "scattered" => format!("SO20260305{:08}", row * 7919 % ROWS),
        "with signs" => format!("XS-202603{:02}-{:04}", row % 28 + 1, row / 28),
        _ => format!("{}{row}", char::from_u32(0x4e00 + row as u32 % 1000).unwrap()),
    };
    (0..ROWS).map(number).collect()
}

#[divan::bench(args = ["rising", "scattered", "with signs", "of many words"])]
fn intern_order_numbers(bencher: Bencher<'_, '_>, kind: &str) {
    let numbers = order_numbers(kind);
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let mut ids: Ids<Order> = Ids::default();
        let count = numbers.iter().filter(|number| ids.intern_new(black_box(number.as_bytes())).1).count();
        (ids, count)
    });
}

#[divan::bench(args = ["rising", "scattered", "with signs", "of many words"])]
fn find_order_numbers(bencher: Bencher<'_, '_>, kind: &str) {
    let numbers = order_numbers(kind);
    let mut ids: Ids<Order> = Ids::default();
    let known: Vec<Id<Order>> = numbers.iter().map(|number| ids.intern(number.as_bytes())).collect();
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let found = ids.find_all(numbers.iter().map(|number| black_box(number.as_bytes())));
        assert!(found.len() == known.len());
        found
    });
}

#[divan::bench]
fn find_names(bencher: Bencher<'_, '_>) {
    let texts: Vec<String> = (0..ROWS).map(|row| format!("友发 热镀锌钢管 DN{}", row % 997)).collect();
    let mut names: Names<Order> = Names::default();
    for text in &texts {
        names.intern(text.as_bytes());
    }
    let find = |text: &String| names.find(black_box(text.as_bytes()));
    bencher.counter(ItemsCount::new(ROWS)).bench(|| texts.iter().filter_map(find).count());
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
    let columns = Columns::in_one_go()
        .and(Heading::new("goods_name", "Goods", "货物"), |row: &Row| Cell::text(row.goods))
        .and(Heading::new("quantity", "Quantity", "数量"), |row| Cell::Quantity(row.quantity))
        .and(Heading::new("price", "Price", "单价"), |row| Cell::Price(row.price))
        .and(Heading::new("amount", "Amount", "金额"), |row| Cell::Money(row.amount))
        .columns();
    let row = Row {
        goods: "友发 热镀锌钢管 DN50×3.5",
        quantity: Quantity::parse("207.908").unwrap(),
        price: Price::parse("662.1911").unwrap(),
        amount: Money::from_cents(13_767_490),
    };
    bencher.counter(ItemsCount::new(ROWS)).bench(|| {
        let mut rows = Rows::default();
        for _ in 0..ROWS {
            push_row(&mut rows, &columns, black_box(&row));
        }
        rows
    });
}
