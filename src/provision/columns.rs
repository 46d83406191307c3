//! What the provision's reports say, column by column.

use crate::aging::Buckets;
use crate::lang::Lang;
use crate::money::Rate;
use crate::receivable::OpenItem;
use crate::report::{Cell, Column, Heading, headings, with_currency};

use super::journal::{Side, VoucherLine};
use super::{ProvisionItem, ProvisionRow, RateBasis, Sensitivity};

/// The columns of `provision.csv`. `by` is the heading of the field that `--by` names, which takes the place of the
/// customer's two columns; `lang` is the language of the table's words (files take English).
pub fn row_columns(buckets: &Buckets, by: Option<Heading>, lang: Lang) -> Vec<Column<ProvisionRow>> {
    let mut columns = match by {
        Some(field) => vec![Column::new(field, |row: &ProvisionRow| Cell::text(&row.group.key))],
        None => vec![
            Column::new(headings::CUSTOMER_ID, |row: &ProvisionRow| Cell::name(&row.group.key)),
            Column::new(headings::CUSTOMER_NAME, |row| {
                maybe_text(row.customer.as_ref().and_then(|customer| customer.name.as_deref()))
            }),
        ],
    };
    columns = with_currency(columns, |row| Cell::text(&row.group.currency));
    columns.extend((0..buckets.count()).map(|bucket| {
        let heading = headings::bucket(&buckets.name(bucket));
        Column::nth(heading, bucket, |row: &ProvisionRow, bucket| {
            Cell::maybe(row.balances.get(bucket).copied(), Cell::Money)
        })
    }));
    columns.push(Column::spoken(headings::RATE_BASIS, lang, basis_cell));
    columns.extend(movement_columns());
    columns
}

/// Customers of one row whose bases differ are `mixed`; a total has none.
fn basis_cell(row: &ProvisionRow, lang: Lang) -> Cell<'_> {
    match (row.basis, &row.customer) {
        (Some(basis), _) => Cell::Text(basis.say(lang).into()),
        (None, Some(_)) => Cell::text(lang.pick("mixed", "多种")),
        (None, None) => Cell::Empty,
    }
}

fn movement_columns() -> [Column<ProvisionRow>; 6] {
    [
        Column::new(headings::REQUIRED, |row| Cell::Money(row.movement.required)),
        Column::new(headings::OPENING, |row| Cell::Money(row.movement.opening)),
        Column::new(headings::WRITTEN_OFF, |row| Cell::Money(row.movement.written_off)),
        Column::new(headings::RECOVERED, |row| Cell::Money(row.movement.recovered)),
        Column::new(headings::CHARGE, |row| Cell::Money(row.movement.charge)),
        Column::new(headings::CLOSING, |row| Cell::Money(row.movement.closing)),
    ]
}

/// The columns of `provision-items.csv`. A specific rate stands in place of base rate and uplift, which are empty
/// then.
pub fn item_columns<'a>(by: Option<Heading>, lang: Lang) -> Vec<Column<ProvisionItem<'a>>> {
    let columns = vec![
        Column::new(by.unwrap_or(headings::CUSTOMER_ID), |row: &ProvisionItem<'a>| {
            Cell::name(&row.item.group.key)
        }),
        Column::new(headings::INVOICE_NO, |row| Cell::name(&row.item.invoice_no)),
        Column::new(headings::TRANCHE, |row| tranche_cell(row.item)),
        Column::new(headings::DUE_DATE, |row| Cell::Date(row.item.due_date)),
        Column::new(headings::BALANCE, |row| Cell::Money(row.item.balance)),
        Column::new(headings::OVERDUE_DAYS, |row| Cell::Days(row.item.overdue_days)),
        Column::new(headings::BUCKET, |row| Cell::text(&row.bucket_name)),
        Column::new(headings::BASE_RATE, |row| Cell::maybe(row.matrix_rate(), Cell::Rate)),
        Column::new(headings::UPLIFT, |row| Cell::maybe(row.basis.uplift(), Cell::Rate)),
        Column::new(headings::RATE, |row| Cell::Rate(row.rate)),
        Column::spoken(headings::RATE_BASIS, lang, |row, lang| Cell::Text(row.basis.say(lang).into())),
        Column::new(headings::PROVISION, |row| Cell::Money(row.provision)),
        Column::new(headings::EXTENDED_TO, |row| Cell::maybe(row.item.extended_to, Cell::Date)),
    ];
    with_currency(columns, |row| Cell::text(&row.item.group.currency))
}

impl ProvisionItem<'_> {
    /// The bucket's rate, where it counts.
    fn matrix_rate(&self) -> Option<Rate> {
        match self.basis {
            RateBasis::Matrix | RateBasis::Uplifted(_) => Some(self.base_rate),
            RateBasis::Specific(_) => None,
        }
    }
}

/// The columns of `writeoffs.csv`.
pub fn writeoff_columns<'a>(by: Option<Heading>) -> Vec<Column<ProvisionItem<'a>>> {
    let mut columns = match by {
        Some(field) => vec![Column::new(field, |row: &ProvisionItem<'a>| Cell::text(&row.item.group.key))],
        None => vec![
            Column::new(headings::CUSTOMER_ID, |row: &ProvisionItem<'a>| Cell::name(&row.item.group.key)),
            Column::new(headings::CUSTOMER_NAME, |row| maybe_text(row.item.customer.name.as_deref())),
        ],
    };
    columns.extend([
        Column::new(headings::INVOICE_NO, |row: &ProvisionItem<'a>| Cell::name(&row.item.invoice_no)),
        Column::new(headings::TRANCHE, |row| tranche_cell(row.item)),
        Column::new(headings::DUE_DATE, |row| Cell::Date(row.item.due_date)),
        Column::new(headings::OVERDUE_DAYS, |row| Cell::Days(row.item.overdue_days)),
        Column::new(headings::BALANCE, |row| Cell::Money(row.item.balance)),
        Column::new(headings::PROVISION, |row| Cell::Money(row.provision)),
    ]);
    with_currency(columns, |row| Cell::text(&row.item.group.currency))
}

/// The columns of `journal.csv`; the field that `--by` names takes the place of the customer.
pub fn journal_columns(by: Option<Heading>, lang: Lang) -> Vec<Column<VoucherLine>> {
    let columns = vec![
        Column::new(headings::DATE, |line: &VoucherLine| Cell::Date(line.date)),
        Column::new(headings::ACCOUNT, |line| Cell::name(&line.account.code)),
        Column::new(headings::ACCOUNT_NAME, |line| Cell::text(&line.account.name)),
        Column::new(by.unwrap_or(headings::CUSTOMER_ID), |line| Cell::name(&line.customer_id)),
        Column::new(headings::DEBIT, |line| Cell::maybe(line.on(Side::Debit), Cell::Money)),
        Column::new(headings::CREDIT, |line| Cell::maybe(line.on(Side::Credit), Cell::Money)),
        Column::spoken(headings::SUMMARY, lang, |line, lang| Cell::Text(line.summary(lang).into())),
    ];
    with_currency(columns, |line| Cell::text(&line.currency))
}

/// The columns of the sensitivity, one row a currency, bucket and rate tried.
pub fn sensitivity_columns(lang: Lang) -> Vec<Column<Sensitivity>> {
    vec![
        Column::new(headings::CURRENCY, |row: &Sensitivity| Cell::text(&row.currency)),
        Column::spoken(headings::BUCKET, lang, |row, lang| {
            Cell::Text(headings::bucket(&row.bucket).say(lang).to_owned().into())
        }),
        Column::new(headings::RATE, |row| Cell::Rate(row.rate)),
        Column::new(headings::REQUIRED, |row| Cell::Money(row.required)),
        Column::new(headings::DIFFERENCE, |row| Cell::Money(row.difference)),
    ]
}

fn tranche_cell(item: &OpenItem) -> Cell<'_> {
    Cell::Count(u64::from(item.tranche))
}

fn maybe_text(text: Option<&str>) -> Cell<'_> {
    Cell::maybe(text, Cell::text)
}
