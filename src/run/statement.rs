//! `recv statement`: what customers are asked to confirm.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::Datelike;

use super::ledger::LEDGER_FILES;
use super::load::Session;
use super::publish::{self, Publisher, Target};
use super::selection::pick;
use super::{Exit, Failure};
use crate::calendar::AsOf;
use crate::cli::{StatementArgs, StatementFormat};
use crate::input::Kind;
use crate::input::intake::Taken;
use crate::lang::Lang;
use crate::receivable::books::Books;
use crate::receivable::grouping::GroupBy;
use crate::receivable::settle::Scope;
use crate::receivable::{Customer, Group, Ledger};
use crate::report::page::{Keep, Page};
use crate::report::{Cell, Column, Format, HeadingStyle, headings};
use crate::statement::{self, State, Statement, html};
use crate::terminal::{self, Screen};

/// Accounts by customer and currency, and the state of each.
type States = BTreeMap<(String, String), (Group, Arc<Customer>, State)>;

/// Runs `recv statement`.
pub fn run(args: &StatementArgs, lang: Lang) -> Result<Exit, Failure> {
    let mut session = Session::open(&args.inputs, &LEDGER_FILES, Some(Kind::Invoices), lang)?;
    let to = session.as_of.0;
    let from = args.from.unwrap_or_else(|| to.with_day(1).unwrap_or(to));
    let Some(eve) = from.pred_opt().filter(|_| from <= to) else {
        return Err(Failure::Usage(
            format!("--from {from} lies after the as-of date {to}"),
            format!("--from {from} 晚于截止日 {to}"),
        ));
    };
    let Day { states: after, taken, unread, findings } = day(&session, session.as_of, args)?;
    let taken = session.accept_taken(taken, &args.voice)?;
    let before = day(&session, AsOf(eve), args)?.states;
    session.sources.missing.retain(|kind| !unread.contains(kind));
    session.tell_weekends_alone(&args.voice);
    let mut statements = Vec::new();
    let keys: BTreeSet<_> = after.keys().chain(before.keys()).cloned().collect();
    for key in keys {
        let nothing = State::default();
        let Some((group, customer, _)) = after.get(&key).or_else(|| before.get(&key)) else { continue };
        let state = |states: &States| states.get(&key).map(|(_, _, state)| state.clone());
        let (start, end) = (state(&before), state(&after));
        let (start, end) = (start.unwrap_or_else(|| nothing.clone()), end.unwrap_or(nothing));
        let statement = Statement::new((customer, &group.currency), (from, to), &start, &end)?;
        // Whoever is asked for is told, too, that nothing is owed.
        if !statement.is_empty() || !args.all {
            statements.push(statement);
        }
    }
    if statements.is_empty() && !args.all {
        let customer = args.customer.as_deref().unwrap_or_default();
        return Err(Failure::Usage(
            format!("'{customer}' has no invoice and no payment in these books up to {to}"),
            format!("'{customer}' 截至 {to} 在账中没有发票和收款"),
        ));
    }
    if findings > 0 && !args.voice.quiet {
        terminal::tell(&lang.pick(
            format!("before this is sent, see the findings that recv age lists about it: {findings}"),
            format!("发出前请注意：有 {findings} 条相关提示，见 recv age"),
        ));
    }
    print(args, &session, &statements, &taken, lang)?;
    Publisher::silent(&session, &args.voice).finish(&session, &taken)?;
    Ok(if taken.rejected.is_empty() { Exit::Done } else { Exit::Found })
}

/// The books at the end of a day.
struct Day {
    /// The states of the accounts that are asked for.
    states: States,
    /// The account of rows.
    taken: Taken,
    /// The kinds of files that were not read, because no terms depend on them.
    unread: Vec<Kind>,
    /// How many things a person should know about the customers that are asked for.
    findings: usize,
}

fn day(session: &Session, as_of: AsOf, args: &StatementArgs) -> Result<Day, Failure> {
    let is_asked = |customer: &str| args.all || args.customer.as_deref() == Some(customer);
    let mut intake = session.intake_at(as_of);
    let books = Books::read_for_ledger(&mut intake, GroupBy::Customer, false)?;
    let taken = intake.finish()?;
    session.refuse_faults(&taken)?;
    let buckets = &session.policy.aging.buckets;
    let policy = &session.policy;
    let (ledger, states) =
        Ledger::open_looking_on(&books, policy, as_of, GroupBy::Customer, Scope::All, |account| {
            is_asked(&account.customer.id).then(|| {
                let state = State::of(account, &books, buckets.count(), |due_date| {
                    let days = as_of.days_since(due_date);
                    (buckets.bucket_of(days), days > 0)
                });
                let key = (account.customer.id.clone(), account.currency.to_string());
                let group = Group {
                    key: account.customer.id.as_str().into(),
                    currency: Arc::clone(&account.currency),
                };
                (key, (group, Arc::clone(&account.customer), state))
            })
        })?;
    let findings = ledger.findings.iter().filter(|finding| is_asked(&finding.customer_id)).count();
    let states = states.into_iter().flatten().collect();
    Ok(Day { states, taken, unread: books.unread().to_vec(), findings })
}

fn print(
    args: &StatementArgs,
    session: &Session,
    statements: &[Statement],
    taken: &Taken,
    lang: Lang,
) -> Result<(), Failure> {
    let inputs = session.input_paths();
    let target = Target { path: args.output.as_deref(), inputs: &inputs };
    let buckets = session.policy.aging.buckets.names();
    match args.format {
        StatementFormat::Html => {
            let page = html::page(statements, &session.policy.output.company, &buckets, lang);
            publish::text(target, &page)
        }
        StatementFormat::Csv | StatementFormat::Json => {
            let style = args.voice.lang.map_or(HeadingStyle::Keys, HeadingStyle::Spoken);
            let form = if args.format == StatementFormat::Csv { Format::Csv } else { Format::Json };
            let (columns, rows) = (statement::columns(), statement::rows(statements));
            publish::single(target, form, "statement", &columns, &rows, style, session.policy.output.csv_bom)
        }
        StatementFormat::Table => {
            let screen = Screen::of(args.voice.color, args.output.is_some());
            let mut page = session.page(lang.pick("Statement of account", "对账单"), screen, true, taken);
            for statement in statements {
                print_statement(&mut page, statement, &buckets, lang);
            }
            publish::text(target, &page.finish())
        }
    }
}

fn print_statement(page: &mut Page, statement: &Statement, buckets: &[String], lang: Lang) {
    let Statement { customer, currency, from, to, .. } = statement;
    let name = customer.name.as_deref().unwrap_or_default();
    page.section(format!("{} {name} {currency}, {from} – {to}", customer.id).as_str());
    let keys = ["date", "kind", "document", "debit", "credit", "balance"];
    let rows = statement::rows(std::slice::from_ref(statement));
    page.list(&[pick(statement::columns(), &keys)], &rows, None, &Keep::First);
    let ageing: Vec<Column<Statement>> = (0..buckets.len())
        .map(|at| {
            Column::nth(headings::bucket(&buckets[at]), at, |row: &Statement, at| {
                Cell::Money(row.buckets[at])
            })
        })
        .chain([
            Column::new(headings::OVERDUE, |row: &Statement| Cell::Money(row.overdue)),
            Column::new(headings::UNAPPLIED_CREDIT, |row| Cell::Money(row.unapplied)),
            Column::new(headings::PENDING, |row| Cell::Money(row.pending)),
        ])
        .collect();
    page.gap().table(&ageing, [statement], None);
    if lang == Lang::Zh && &**currency == "CNY" {
        let whose = if statement.closing.is_negative() { "（结余贵公司款项）" } else { "" };
        page.line(&format!("期末余额大写：人民币{}{whose}", statement.closing.abs().capitals()));
    }
}
