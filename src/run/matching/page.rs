//! The printed report of `recv match`: a summary, what to know about the books, then what needs a person.

use std::collections::{BTreeMap, HashMap};

use super::suggested::Suggested;
use crate::lang::Lang;
use crate::matching::report::{
    DifferenceRow, MatchRow, MatchSummary, OrphanRow, Status, StatusTotal, difference_columns, match_columns,
    orphan_columns,
};
use crate::money::Money;
use crate::receivable::finding::BookFinding;
use crate::receivable::grouping::GroupBy;
use crate::report::page::{Keep, Page};
use crate::report::{Cell, Column, Heading, headings};
use crate::run::findings::print_findings;
use crate::run::selection::pick;

/// Which order lines are shown, and under what.
pub struct Choice {
    /// The field that takes the place of the customer.
    pub by: GroupBy,
    /// The statuses of `--only`; empty for all.
    pub only: Vec<Status>,
    /// Whether lines are printed that need nobody.
    pub all: bool,
}

impl Choice {
    /// Whether the line is of a wanted status.
    pub fn wants(&self, row: &MatchRow) -> bool {
        self.only.is_empty() || self.only.contains(&row.status)
    }

    /// Whether every wanted line is printed in one list.
    fn in_one_list(&self) -> bool {
        self.all || !self.only.is_empty()
    }

    /// The key of the column that takes the place of customer_id.
    fn key(&self) -> String {
        self.by.heading().map_or("customer_id".to_owned(), |heading| heading.key.into_owned())
    }
}

/// Order lines and findings that are printed.
#[derive(Default)]
pub struct Shown {
    lines: Vec<MatchRow>,
    differences: Vec<DifferenceRow>,
    by_group: BTreeMap<String, MatchSummary>,
}

impl Shown {
    /// Adds what is printed of an order line.
    pub fn add(&mut self, choice: &Choice, row: &MatchRow, found: &[DifferenceRow]) {
        if choice.by != GroupBy::Customer {
            self.by_group.entry(row.customer_id.to_string()).or_default().add(row);
        }
        if !choice.wants(row) {
            return;
        }
        let beyond = found.iter().filter(|found| !found.finding.within && row.status != Status::Cancelled);
        self.differences.extend(beyond.cloned());
        if choice.in_one_list() || row.status == Status::Review || row.may_be_invoiced() {
            self.lines.push(row.clone());
        }
    }

    /// Adds what is printed of further order lines.
    pub fn add_all(&mut self, other: Shown) {
        self.lines.extend(other.lines);
        self.differences.extend(other.differences);
        for (group, summary) in other.by_group {
            self.by_group.entry(group).or_default().add_all(&summary);
        }
    }
}

/// What is printed beside the order lines.
pub struct Printed<'a> {
    /// The figures of the whole.
    pub summary: &'a MatchSummary,
    /// Suggestions for orphans.
    pub suggested: &'a Suggested,
    /// What to know about the books.
    pub findings: &'a [BookFinding],
    /// Documents without an order line.
    pub orphans: &'a [OrphanRow],
}

/// Prints the report.
pub fn print(page: &mut Page, choice: &Choice, shown: &Shown, book: &Printed<'_>, lang: Lang) {
    print_summary(page, book, lang);
    print_findings(page, book.findings, lang);
    if choice.by != GroupBy::Customer {
        print_groups(page, choice.by, &shown.by_group, lang);
    }
    if choice.in_one_list() {
        print_all(page, choice, &shown.lines, lang);
        print_differences(page, &shown.differences, lang);
    } else {
        print_review(page, choice, &shown.lines, lang);
        print_differences(page, &shown.differences, lang);
        print_to_invoice(page, choice, &shown.lines, book.orphans, lang);
    }
    print_orphans(page, book.orphans, lang);
}

/// A currency and a status, and their total.
type TotalRow = (String, Status, StatusTotal);

fn print_summary(page: &mut Page, book: &Printed<'_>, lang: Lang) {
    page.section(lang.pick("Summary", "汇总"));
    let mut columns: Vec<Column<TotalRow>> = vec![
        Column::new(headings::STATUS, |row| Cell::Word(row.1.word())),
        Column::new(headings::LINES, |row| Cell::Count(row.2.lines)),
        Column::new(headings::BILLABLE_AMOUNT, |row| Cell::Money(row.2.billable_amount)),
        Column::new(headings::INVOICED_AMOUNT, |row| Cell::Money(row.2.invoiced_amount)),
        Column::new(headings::TO_INVOICE_AMOUNT, |row| Cell::Money(row.2.to_invoice_amount)),
    ];
    let several = book.summary.currencies().len() > 1;
    if several {
        columns.insert(0, Column::new(headings::CURRENCY, |row| Cell::text(&row.0)));
    }
    let rows: Vec<TotalRow> = book
        .summary
        .currencies()
        .flat_map(|(currency, totals)| {
            Status::ALL.map(|status| (currency.to_owned(), status, totals.of(status)))
        })
        .filter(|(_, _, total)| total.lines > 0 || !several)
        .collect();
    page.table(&columns, &rows, None);
    let orphans = book.summary.orphans;
    page.line(&lang.pick(
        format!("Documents without an order line: {orphans}"),
        format!("找不到订单行的单据：{orphans}"),
    ));
    for line in book.suggested.accepted_line(lang).into_iter().chain(book.suggested.open_line(lang)) {
        page.line(&line);
    }
}

/// A group of `--by`, a currency, how many lines are to be reviewed, and the total of all.
type GroupRow = (String, String, u64, StatusTotal);

fn print_groups(page: &mut Page, by: GroupBy, groups: &BTreeMap<String, MatchSummary>, lang: Lang) {
    let Some(heading) = by.heading() else { return };
    page.section(&lang.pick(format!("By {}", heading.en.to_lowercase()), format!("按{}", heading.zh)));
    let mut columns: Vec<Column<GroupRow>> = vec![
        Column::new(heading, |row| Cell::text(&row.0)),
        Column::new(headings::LINES, |row| Cell::Count(row.3.lines)),
        Column::new(review_heading(), |row| Cell::Count(row.2)),
        Column::new(headings::BILLABLE_AMOUNT, |row| Cell::Money(row.3.billable_amount)),
        Column::new(headings::INVOICED_AMOUNT, |row| Cell::Money(row.3.invoiced_amount)),
        Column::new(headings::TO_INVOICE_AMOUNT, |row| Cell::Money(row.3.to_invoice_amount)),
    ];
    let rows: Vec<GroupRow> = groups
        .iter()
        .flat_map(|(group, summary)| {
            summary.currencies().map(|(currency, totals)| {
                let review = totals.of(Status::Review).lines;
                (group.clone(), currency.to_owned(), review, totals.whole())
            })
        })
        .collect();
    let several = rows.iter().any(|row| row.1 != rows[0].1);
    if several && by != GroupBy::Currency {
        columns.insert(1, Column::new(headings::CURRENCY, |row| Cell::text(&row.1)));
    }
    page.list(&[columns], &rows, None, &Keep::First);
}

fn review_heading() -> Heading {
    Heading::new(Status::Review.word().code, "To review", "待复核")
}

fn print_all(page: &mut Page, choice: &Choice, lines: &[MatchRow], lang: Lang) {
    page.section(lang.pick("Order lines", "订单行"));
    let keys = ["order_no", "line_no", &choice.key(), "billable", "invoiced", "status", "next", "findings"];
    page.list(
        &[pick(match_columns(choice.by.heading(), lang).into_list(), &keys)],
        lines,
        None,
        &Keep::First,
    );
}

fn print_review(page: &mut Page, choice: &Choice, lines: &[MatchRow], lang: Lang) {
    page.section(lang.pick("To review", "待复核"));
    let keys =
        ["order_no", "line_no", &choice.key(), "billable_amount", "invoiced_amount", "findings", "note"];
    let review = lines.iter().filter(|row| row.status == Status::Review);
    page.list(
        &[pick(match_columns(choice.by.heading(), lang).into_list(), &keys)],
        review,
        None,
        &Keep::Largest(MatchRow::money),
    );
}

/// What is beyond its tolerance, in figures, and goods that have not been signed for in time.
fn print_differences(page: &mut Page, differences: &[DifferenceRow], lang: Lang) {
    if differences.is_empty() {
        return;
    }
    page.section(lang.pick("What differs", "差异"));
    let wide =
        ["order_no", "line_no", "code", "document", "expected", "actual", "difference", "tolerance", "owner"];
    let layout = |left_out: &[&str]| {
        let keys: Vec<&str> = wide.into_iter().filter(|key| !left_out.contains(key)).collect();
        pick(difference_columns(None, lang).into_list(), &keys)
    };
    // The owner follows from the code: where there is no room, it is the first to go.
    page.list(
        &[layout(&[]), layout(&["difference", "tolerance"]), layout(&["difference", "tolerance", "owner"])],
        differences,
        None,
        &Keep::Largest(|difference| difference.line_money),
    );
}

/// An order line that may be invoiced, and the invoice that is suggested for it.
type PerhapsBilled = (MatchRow, String);

/// What may be invoiced now; apart from it what an invoice without order number has perhaps billed already.
fn print_to_invoice(page: &mut Page, choice: &Choice, lines: &[MatchRow], orphans: &[OrphanRow], lang: Lang) {
    let suggested: HashMap<&str, &str> = orphans
        .iter()
        .filter_map(|orphan| Some((orphan.suggestion.as_deref()?, orphan.document.as_str())))
        .collect();
    let invoice_of = |row: &MatchRow| {
        let name = format!("{}/{}", row.order_no, row.line_no);
        suggested.get(name.as_str()).map(|&invoice| (row.clone(), invoice.to_owned()))
    };
    let may_be_invoiced: Vec<&MatchRow> = lines.iter().filter(|row| row.may_be_invoiced()).collect();
    let billed: Vec<PerhapsBilled> = may_be_invoiced.iter().filter_map(|row| invoice_of(row)).collect();
    let open = may_be_invoiced.iter().copied().filter(|row| invoice_of(row).is_none());
    page.section(lang.pick("May be invoiced now", "现可开票"));
    let keys =
        ["order_no", "line_no", &choice.key(), "goods_name", "to_invoice", "to_invoice_amount", "note"];
    page.list(
        &[pick(match_columns(choice.by.heading(), lang).into_list(), &keys)],
        open,
        None,
        &Keep::Largest(|row| row.to_invoice_amount),
    );
    if billed.is_empty() {
        return;
    }
    page.section(
        lang.pick("Perhaps invoiced already, by an invoice without order", "可能已开票（发票未注明订单）"),
    );
    let columns: Vec<Column<PerhapsBilled>> = vec![
        Column::new(headings::ORDER_NO, |row| Cell::RawName(row.0.order_no.bytes())),
        Column::new(headings::LINE_NO, |row| Cell::Raw(row.0.line_no.bytes())),
        Column::new(headings::TO_INVOICE, |row| Cell::Quantity(row.0.to_invoice)),
        Column::new(headings::TO_INVOICE_AMOUNT, |row| Cell::Money(row.0.to_invoice_amount)),
        Column::new(headings::INVOICE_NO, |row| Cell::name(&row.1)),
    ];
    page.list(&[columns], &billed, None, &Keep::Largest(|row| row.0.to_invoice_amount));
}

fn print_orphans(page: &mut Page, orphans: &[OrphanRow], lang: Lang) {
    if orphans.is_empty() {
        return;
    }
    page.section(lang.pick("Documents without an order line", "找不到订单行的单据"));
    let keys = ["kind", "document", "order_no", "line_no", "quantity", "amount", "reason", "suggestion"];
    page.list(
        &[pick(orphan_columns(), &keys)],
        orphans,
        None,
        &Keep::Largest(|row| row.amount.unwrap_or(Money::ZERO)),
    );
}
