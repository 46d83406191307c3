//! `recv match`.

use std::collections::{BTreeMap, HashMap};

use super::age::print_findings;
use super::load::{Session, file_findings, prints_table};
use super::publish::{self, Publisher, Target};
use super::{Exit, Failure};
use crate::cli::MatchArgs;
use crate::documents::customer::CustomerReader;
use crate::documents::order::OrderRow;
use crate::input::{InputError, Kind, Verdict};
use crate::lang::Lang;
use crate::matching::Matching;
use crate::matching::report::{
    DifferenceRow, MatchRow, MatchSummary, Status, StatusTotal, difference_columns, link_columns,
    match_columns, orphan_columns,
};
use crate::matching::suggest::Suggestions;
use crate::money::Money;
use crate::output::OutputError;
use crate::receivable::grouping::GroupBy;
use crate::receivable::{Customer, books, finding};
use crate::report::page::{Keep, Page};
use crate::report::{Cell, Column, Heading, headings};
use crate::terminal;

/// Runs `recv match`.
pub fn run(args: &MatchArgs, lang: Lang) -> Result<Exit, Failure> {
    let by = args.selection.by;
    let mut kinds = vec![Kind::Orders, Kind::Shipments, Kind::Receipts, Kind::Invoices, Kind::Links];
    if by != GroupBy::Customer {
        kinds.push(Kind::Customers);
    }
    let session = Session::open(&args.inputs, &kinds, Some(Kind::Orders), lang)?;
    let only = statuses(&args.selection.only)?;
    let mut intake = session.intake();
    let mut matching = Matching::gather(&mut intake)?;
    let grouping = Grouping::read(by, &mut intake)?;
    let taken = session.accept(intake, &args.output.voice)?;
    let suggested = Suggested::find(&mut matching, &session, args.accept_suggestions)?;

    let mut out = Publisher::open(&session, &args.output, "match")?;
    let mut lines = out.sheet("match", match_columns(by.heading()))?;
    let mut differences = out.sheet("differences", difference_columns(by.heading()))?;
    let wanted = |status: Status| only.is_empty() || only.contains(&status);
    let table = prints_table(&args.output);
    let mut shown = Shown::default();
    let (line_pen, difference_pen) = (lines.pen(), differences.pen());
    let enter = |batch: &mut Batch, row: &MatchRow, found: &[DifferenceRow]| {
        if table && by != GroupBy::Customer {
            batch.shown.by_group.entry(row.customer_id.clone()).or_default().add(row);
        }
        if !wanted(row.status) {
            return;
        }
        let push_all = |batch: &mut Batch| -> Result<(), OutputError> {
            line_pen.push(&mut batch.lines, row)?;
            found.iter().try_for_each(|difference| difference_pen.push(&mut batch.differences, difference))
        };
        if let Err(error) = push_all(batch) {
            batch.failure = Some(error);
        }
        if table
            && (args.selection.all
                || !only.is_empty()
                || row.status == Status::Review
                || row.may_be_invoiced())
        {
            batch.shown.lines.push(row.clone());
        }
    };
    let take = |batch: Batch| {
        if let Some(failure) = batch.failure {
            return Err(failure.into());
        }
        lines.append(&batch.lines)?;
        differences.append(&batch.differences)?;
        shown.add_all(batch.shown);
        Ok::<(), Failure>(())
    };
    let label = |order: &OrderRow<'_>, into: &mut String| grouping.label(order, into);
    let detailed = out.wants_all();
    let summary = matching.judge(&session.sources, &session.policy, detailed, label, enter, take)?;
    out.close(lines)?;
    out.close(differences)?;
    let orphans = matching
        .orphans(&suggested.open, &session.sources, &session.policy)
        .map_err(|source| InputError::Unreadable { file: "orphans".to_owned(), source })?;
    out.report("orphans", orphan_columns(), &orphans)?;
    let mut findings = file_findings(&session.sources, &taken);
    findings.extend(matching.invoice_findings());
    findings.sort();
    out.report("findings", finding::columns(file_lang(args.output.voice.lang)), &findings)?;
    if let Some(accepted) = suggested.accepted.as_ref().filter(|_| out.wants_all()) {
        let links = matching.as_links(accepted, session.intake())?;
        out.report("accepted-links", link_columns(), &links)?;
    }
    out.finish(&session, &taken)?;
    if !table && !args.output.voice.quiet {
        suggested.accepted_line(lang).iter().for_each(|line| terminal::tell(line));
    }

    if table {
        let title = lang.pick("Four-document match", "四单一致性核验");
        let mut page = session.page(title, &args.output.voice, args.selection.all, &taken);
        print_summary(&mut page, &summary, lang);
        for line in suggested.accepted_line(lang).into_iter().chain(suggested.open_line(lang)) {
            page.line(&line);
        }
        print_findings(&mut page, &findings, lang);
        if by != GroupBy::Customer {
            print_groups(&mut page, by, &shown.by_group, lang);
        }
        print_lines(&mut page, &shown.lines, args.selection.all || !only.is_empty(), by, lang);
        if !orphans.is_empty() {
            page.section(lang.pick("Documents without an order line", "找不到订单行的单据"));
            page.list(
                &[pick(
                    orphan_columns(),
                    &[
                        "kind",
                        "document",
                        "order_no",
                        "line_no",
                        "quantity",
                        "amount",
                        "reason",
                        "suggestion",
                    ],
                )],
                &orphans,
                None,
                &Keep::Largest(|row| row.amount.unwrap_or(Money::ZERO)),
            );
        }
        publish::text(Target::STDOUT, &page.finish())?;
    }
    let found = summary.needs_a_person() || !findings.is_empty() || !taken.rejected.is_empty();
    let asked = args.selection.check || !taken.rejected.is_empty();
    Ok(if asked && found { Exit::Found } else { Exit::Done })
}

/// Suggestions for invoices' lines that name no order.
struct Suggested {
    /// Those that were accepted; `None` where nobody asked for it.
    accepted: Option<Suggestions>,
    /// Those that wait for a person.
    open: Suggestions,
}

impl Suggested {
    /// Looks for suggestions, and again once they are accepted: what is billed by then may leave one order line where
    /// several fitted before.
    fn find(matching: &mut Matching, session: &Session, accept: bool) -> Result<Suggested, InputError> {
        let (sources, policy) = (&session.sources, &session.policy);
        let unreadable = |source| InputError::Unreadable { file: "orphans".to_owned(), source };
        let mut open = matching.suggest(sources, policy).map_err(unreadable)?;
        let mut accepted = None;
        if accept {
            matching.accept(&open, sources, policy).map_err(unreadable)?;
            accepted = Some(open);
            open = matching.suggest(sources, policy).map_err(unreadable)?;
        }
        Ok(Suggested { accepted, open })
    }

    fn accepted_line(&self, lang: Lang) -> Option<String> {
        let accepted = self.accepted.as_ref()?;
        let (count, money) = (accepted.len(), accepted.money().grouped());
        Some(lang.pick(
            format!("Suggestions accepted: {count}, amount {money}"),
            format!("已采纳建议：{count} 条，金额 {money}"),
        ))
    }

    fn open_line(&self, lang: Lang) -> Option<String> {
        if self.open.is_empty() {
            return None;
        }
        let (count, money) = (self.open.len(), self.open.money().grouped());
        let (en, zh) = if self.accepted.is_none() {
            ("accept with --accept-suggestions", "用 --accept-suggestions 采纳")
        } else {
            (
                "give accepted-links.csv with --links, then accept again",
                "用 --links 给出 accepted-links.csv 后再采纳",
            )
        };
        Some(lang.pick(
            format!("Suggestions for them: {count}, amount {money}; {en}"),
            format!("其中有建议的：{count} 条，金额 {money}；{zh}"),
        ))
    }
}

/// The language of texts in files: English, unless a language was asked for by name.
pub fn file_lang(asked: Option<Lang>) -> Lang {
    asked.unwrap_or(Lang::En)
}

/// The columns with these keys, in this order.
pub fn pick<R>(columns: Vec<Column<R>>, keys: &[&str]) -> Vec<Column<R>> {
    let mut columns = columns;
    let mut picked = Vec::new();
    for key in keys {
        if let Some(at) = columns.iter().position(|column| column.heading.key == *key) {
            picked.push(columns.remove(at));
        }
    }
    picked
}

/// The words of `--only`, which must be among those allowed.
pub fn only_words<T: Clone>(only: &[String], allowed: &[(String, T)]) -> Result<Vec<T>, Failure> {
    let find = |word: &String| {
        let found = allowed.iter().find(|(name, _)| name == word).map(|(_, value)| value.clone());
        found.ok_or_else(|| {
            let names = allowed.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
            Failure::Usage(
                format!("--only: unknown value '{word}'; write one of {names}"),
                format!("--only: 不认识的值 '{word}'；请写 {names} 之一"),
            )
        })
    };
    only.iter().map(find).collect()
}

fn statuses(only: &[String]) -> Result<Vec<Status>, Failure> {
    let allowed: Vec<(String, Status)> =
        Status::ALL.iter().map(|&status| (status.word().code.to_owned(), status)).collect();
    only_words(only, &allowed)
}

/// What stands in the place of customer_id in the match's reports.
struct Grouping {
    by: GroupBy,
    customers: HashMap<Vec<u8>, Customer>,
    own_currency: String,
}

impl Grouping {
    fn read(by: GroupBy, intake: &mut crate::input::Intake<'_>) -> Result<Grouping, InputError> {
        let mut customers = HashMap::new();
        if by != GroupBy::Customer {
            intake.read::<CustomerReader>(|row, _| {
                customers.insert(row.customer_id.to_vec(), books::customer_of(row));
                Verdict::Used
            })?;
        }
        Ok(Grouping { by, customers, own_currency: intake.policy.input.currency.clone() })
    }

    /// The order's value, else the customer's.
    fn label(&self, order: &OrderRow<'_>, into: &mut String) {
        into.clear();
        if self.by == GroupBy::Customer {
            into.push_str(std::str::from_utf8(order.customer_id).unwrap_or_default());
            return;
        }
        let own = self.by.of_order(order);
        if !own.is_empty() {
            into.push_str(own);
            return;
        }
        let currency = crate::documents::currency_code(order.currency, &self.own_currency);
        let nobody = Customer::default();
        let customer = self.customers.get(order.customer_id).unwrap_or(&nobody);
        into.push_str(self.by.of_customer(customer, &currency));
    }
}

/// What comes of the order lines that are judged in one go: rows as they are written, and what is printed.
#[derive(Default)]
struct Batch {
    lines: Vec<u8>,
    differences: Vec<u8>,
    shown: Shown,
    failure: Option<OutputError>,
}

/// What the printed report shows besides the summary.
#[derive(Default)]
struct Shown {
    lines: Vec<MatchRow>,
    by_group: BTreeMap<String, MatchSummary>,
}

impl Shown {
    fn add_all(&mut self, other: Shown) {
        self.lines.extend(other.lines);
        for (group, summary) in other.by_group {
            self.by_group.entry(group).or_default().add_all(&summary);
        }
    }
}

fn print_summary(page: &mut Page, summary: &MatchSummary, lang: Lang) {
    page.section(lang.pick("Summary", "汇总"));
    let columns: Vec<Column<(Status, StatusTotal)>> = vec![
        Column::new(headings::STATUS, |row| Cell::Word(row.0.word())),
        Column::new(headings::LINES, |row| Cell::Count(row.1.lines)),
        Column::new(headings::BILLABLE_AMOUNT, |row| Cell::Money(row.1.billable_amount)),
        Column::new(headings::INVOICED_AMOUNT, |row| Cell::Money(row.1.invoiced_amount)),
        Column::new(headings::TO_INVOICE_AMOUNT, |row| Cell::Money(row.1.to_invoice_amount)),
    ];
    let rows: Vec<(Status, StatusTotal)> =
        Status::ALL.iter().map(|&status| (status, summary.of(status))).collect();
    page.table(&columns, &rows, None);
    let orphans = summary.orphans;
    page.line(&lang.pick(
        format!("Documents without an order line: {orphans}"),
        format!("找不到订单行的单据：{orphans}"),
    ));
}

/// A group of `--by`, and its summary.
type GroupRow = (String, MatchSummary);

fn print_groups(page: &mut Page, by: GroupBy, groups: &BTreeMap<String, MatchSummary>, lang: Lang) {
    let Some(heading) = by.heading() else { return };
    page.section(&lang.pick(format!("By {}", heading.en.to_lowercase()), format!("按{}", heading.zh)));
    let columns: Vec<Column<GroupRow>> = vec![
        Column::new(heading, |row| Cell::text(&row.0)),
        Column::new(headings::LINES, |row| {
            Cell::Count(row.1.by_status.iter().map(|total| total.lines).sum())
        }),
        Column::new(review_heading(), |row| Cell::Count(row.1.of(Status::Review).lines)),
        Column::new(headings::BILLABLE_AMOUNT, |row| {
            Cell::Money(row.1.by_status.iter().map(|total| total.billable_amount).sum())
        }),
        Column::new(headings::INVOICED_AMOUNT, |row| {
            Cell::Money(row.1.by_status.iter().map(|total| total.invoiced_amount).sum())
        }),
        Column::new(headings::TO_INVOICE_AMOUNT, |row| {
            Cell::Money(row.1.by_status.iter().map(|total| total.to_invoice_amount).sum())
        }),
    ];
    let rows: Vec<GroupRow> = groups.iter().map(|(name, summary)| (name.clone(), summary.clone())).collect();
    page.list(&[columns], &rows, None, &Keep::First);
}

fn review_heading() -> Heading {
    Heading::new(Status::Review.word().code, "To review", "待复核")
}

/// The lines that need a person: those to review, and those that may be invoiced now.
fn print_lines(page: &mut Page, lines: &[MatchRow], all: bool, by: GroupBy, lang: Lang) {
    let customer = by.heading().map_or("customer_id".to_owned(), |heading| heading.key.into_owned());
    if all {
        page.section(lang.pick("Order lines", "订单行"));
        let keys = ["order_no", "line_no", &customer, "billable", "invoiced", "status", "next", "findings"];
        page.list(&[pick(match_columns(by.heading()), &keys)], lines, None, &Keep::First);
        return;
    }
    page.section(lang.pick("To review", "待复核"));
    let keys = ["order_no", "line_no", &customer, "billable_amount", "invoiced_amount", "findings", "note"];
    let review = lines.iter().filter(|row| row.status == Status::Review);
    let money = |row: &MatchRow| row.figures.billable_amount.max(row.figures.invoiced_amount);
    page.list(&[pick(match_columns(by.heading()), &keys)], review, None, &Keep::Largest(money));
    page.section(lang.pick("May be invoiced now", "现可开票"));
    let keys = ["order_no", "line_no", &customer, "goods_name", "to_invoice", "to_invoice_amount", "note"];
    page.list(
        &[pick(match_columns(by.heading()), &keys)],
        lines.iter().filter(|row| row.may_be_invoiced()),
        None,
        &Keep::Largest(|row| row.to_invoice_amount),
    );
}
