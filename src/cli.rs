//! What can be typed: the commands, and the options that they share, spelled the same everywhere.

#![allow(missing_docs, reason = "clap would print a flattened group's comment as the command's own")]

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{ArgAction, Args, Parser, Subcommand};

use crate::calendar::AsOf;
use crate::input::Kind;
use crate::input::encoding::Charset;
use crate::lang::Lang;
use crate::provision::journal::JournalFormat;
use crate::receivable::grouping::GroupBy;
use crate::report::Format;
use crate::terminal::ColorChoice;

/// The month end of a receivables accountant, over plain CSV files and workbooks.
///
/// Files in, files out: a folder of exports (orders.csv, shipments.csv, receipts.csv, invoices.csv, payments.csv,
/// customers.csv, allowance.csv, links.csv, disputes.csv, extensions.csv, holidays.csv, rates.csv; each may be an .xlsx
/// or .xls instead) and one policy.toml. No database, no network.
#[derive(Debug, Parser)]
#[command(name = "recv", version, after_help = EXIT_CODES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  done, and --check found something a person must look at (or --lenient set rows aside, or `recv check` found faults)
  2  not done: bad usage, bad policy or bad input; nothing has been touched
  3  not done: the output could not be written
  4  not done: another run is writing there";

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Four-document match of every order line; what may be invoiced now
    Match(MatchArgs),
    /// Open receivables by overdue bucket
    Age(AgeArgs),
    /// The collection worklist: tier, alert, action, owner, deadline
    Collect(CollectArgs),
    /// Bad-debt provision, allowance movement, journal entry
    Provision(ProvisionArgs),
    /// Read everything, report every problem, write nothing
    #[command(after_help = codes_help())]
    Check(CheckArgs),
    /// How one figure came about: an invoice, an order line, a customer, a payment
    Explain(ExplainArgs),
    /// The statement of account of a customer, or of all: opening, documents, closing, ageing, reply slip
    Statement(StatementArgs),
    /// The policy in force, and where each value comes from
    Policy(PolicyArgs),
    /// A folder to start from: policy.toml and empty files with headings
    Init(InitArgs),
}

/// The message codes, for the help of `recv check`.
fn codes_help() -> String {
    let input = crate::diagnostic::Code::ALL.iter().map(|&(_, code, meaning)| (code, meaning.trim()));
    let policy = crate::policy::fault::CODES.iter().map(|word| (word.code, word.en));
    let lines = input.chain(policy).map(|(code, meaning)| format!("  {code:<22} {meaning}"));
    format!("Message codes:\n{}", lines.collect::<Vec<_>>().join("\n"))
}

/// Which files to read, by which policy, as of when.
#[derive(Debug, Args)]
pub struct Inputs {
    /// Folder of the input files
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    pub data: PathBuf,
    /// Orders, in place of DIR/orders.csv (or .xlsx, .xls); may repeat; - is standard input; of a workbook FILE#SHEET
    #[arg(long, value_name = "FILE")]
    pub orders: Vec<PathBuf>,
    /// Shipments, in place of DIR/shipments.csv
    #[arg(long, value_name = "FILE")]
    pub shipments: Vec<PathBuf>,
    /// Signed receipts, in place of DIR/receipts.csv
    #[arg(long, value_name = "FILE")]
    pub receipts: Vec<PathBuf>,
    /// VAT invoices, in place of DIR/invoices.csv
    #[arg(long, value_name = "FILE")]
    pub invoices: Vec<PathBuf>,
    /// Payments, in place of DIR/payments.csv
    #[arg(long, value_name = "FILE")]
    pub payments: Vec<PathBuf>,
    /// Customers, in place of DIR/customers.csv
    #[arg(long, value_name = "FILE")]
    pub customers: Vec<PathBuf>,
    /// Allowance movements, in place of DIR/allowance.csv
    #[arg(long, value_name = "FILE")]
    pub allowance: Vec<PathBuf>,
    /// Invoice lines and the order lines that they bill, in place of DIR/links.csv
    #[arg(long, value_name = "FILE")]
    pub links: Vec<PathBuf>,
    /// Holidays and weekends that are worked, in place of DIR/holidays.csv; read where the policy rolls due dates
    #[arg(long, value_name = "FILE")]
    pub holidays: Vec<PathBuf>,
    /// Disputed amounts, in place of DIR/disputes.csv
    #[arg(long, value_name = "FILE")]
    pub disputes: Vec<PathBuf>,
    /// Later due dates that were granted, in place of DIR/extensions.csv
    #[arg(long, value_name = "FILE")]
    pub extensions: Vec<PathBuf>,
    /// Exchange rates, in place of DIR/rates.csv
    #[arg(long, value_name = "FILE")]
    pub rates: Vec<PathBuf>,
    /// The policy; without it DIR/policy.toml, else the built-in default
    #[arg(short, long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// The state at the end of that day, as 2026-01-31; what is dated later is left out [default: today]
    #[arg(long, value_name = "DATE", value_parser = read_as_of)]
    pub as_of: Option<AsOf>,
    /// Encoding of the input files: auto, utf-8, gb18030, gbk, utf-16le, utf-16be or big5 [default: the policy's]
    #[arg(long, value_name = "NAME", value_parser = read_charset)]
    pub encoding: Option<Charset>,
    /// Set unreadable rows aside into rejects.csv and go on
    #[arg(long)]
    pub lenient: bool,
}

fn read_charset(text: &str) -> Result<Charset, String> {
    let named = Charset::WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(text));
    named.map(|&(_, charset)| charset).ok_or_else(|| {
        let words: Vec<&str> = Charset::WORDS.iter().map(|&(word, _)| word).collect();
        format!("write one of {}", words.join(", "))
    })
}

fn read_as_of(text: &str) -> Result<AsOf, String> {
    text.parse().map_err(|_| "write a date as 2026-01-31".to_owned())
}

impl Inputs {
    /// The files given by path for a kind.
    pub fn given(&self, kind: Kind) -> &[PathBuf] {
        match kind {
            Kind::Orders => &self.orders,
            Kind::Shipments => &self.shipments,
            Kind::Receipts => &self.receipts,
            Kind::Invoices => &self.invoices,
            Kind::Payments => &self.payments,
            Kind::Customers => &self.customers,
            Kind::Allowance => &self.allowance,
            Kind::Links => &self.links,
            Kind::Holidays => &self.holidays,
            Kind::Disputes => &self.disputes,
            Kind::Extensions => &self.extensions,
            Kind::Rates => &self.rates,
        }
    }
}

/// What to print, where, and how.
#[derive(Debug, Args)]
pub struct Output {
    /// What to print
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: Format,
    /// Write there instead of standard output: a folder that gets each report as a CSV (with -f json one .json)
    #[arg(short, long, value_name = "PATH")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub voice: Voice,
}

/// How recv speaks.
#[derive(Debug, Args)]
pub struct Voice {
    /// Language of tables and messages; CSV headings stay English unless it is given [default: from the locale]
    #[arg(long, value_enum)]
    pub lang: Option<Lang>,
    /// No notes on standard error, only errors
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Also the account of every file's rows, on standard error
    #[arg(short, long, action = ArgAction::SetTrue)]
    pub verbose: bool,
    /// When to use colour; NO_COLOR is honoured
    #[arg(long, value_enum, default_value = "auto", value_name = "WHEN")]
    pub color: ColorChoice,
}

/// What every report can be asked.
#[derive(Debug, Args)]
pub struct Selection {
    /// Group by this field: the order's value, else the customer's
    #[arg(long, value_enum, value_name = "FIELD", default_value = "customer", hide_default_value = true)]
    pub by: GroupBy,
    /// Show rows of that status, tier or bucket only; may repeat; totals do not change
    #[arg(long, value_name = "VALUE")]
    pub only: Vec<String>,
    /// Print lists whole, however long; match: every order line, not only those that need a person
    #[arg(long)]
    pub all: bool,
    /// Exit 1 where the command found something a person must look at
    #[arg(long)]
    pub check: bool,
}

/// `recv match`.
#[derive(Debug, Args)]
pub struct MatchArgs {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub selection: Selection,
    /// Count invoice lines that name no order as billing the order line that is suggested for them; with -o also write
    /// accepted-links.csv, which the next run takes as --links
    #[arg(long)]
    pub accept_suggestions: bool,
}

/// `recv age`.
#[derive(Debug, Args)]
pub struct AgeArgs {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub selection: Selection,
    /// Also list what every payment and red invoice settled, and by which rule (settlements.csv)
    #[arg(long)]
    pub settlements: bool,
    /// Also list the bills (bills.csv), what came in by which way of paying, and the recovery with and without bills
    #[arg(long)]
    pub bills: bool,
    /// Also show, beside the balance, what is signed for and not invoiced yet, as recv match finds it
    #[arg(long)]
    pub unbilled: bool,
}

/// `recv collect`.
#[derive(Debug, Args)]
pub struct CollectArgs {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub selection: Selection,
}

/// `recv provision`.
#[derive(Debug, Args)]
pub struct ProvisionArgs {
    #[command(flatten)]
    pub inputs: Inputs,
    #[command(flatten)]
    pub output: Output,
    #[command(flatten)]
    pub selection: Selection,
    /// Print the journal entry alone in this form; with -o a folder, write it there in this form too
    #[arg(long, value_enum, value_name = "FORM")]
    pub journal: Option<JournalFormat>,
}

/// `recv check`.
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub inputs: Inputs,
    /// What to print
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: Format,
    /// Write there instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub voice: Voice,
}

/// `recv explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// An invoice, an order, an order line as ORDER/LINE, a customer or a payment, by its number
    #[arg(value_name = "WHAT")]
    pub what: String,
    #[command(flatten)]
    pub inputs: Inputs,
    /// What to print: an outline, or the same as a tree
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: ExplainFormat,
    /// Write there instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub voice: Voice,
}

/// How an explanation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum ExplainFormat {
    /// An outline for people.
    Table,
    /// The same as a tree, for programs.
    Json,
}

impl ExplainArgs {
    /// Whether the explanation is for programs.
    pub fn json(&self) -> bool {
        self.format == ExplainFormat::Json
    }
}

/// `recv statement`.
#[derive(Debug, Args)]
pub struct StatementArgs {
    /// The customer, by its id
    #[arg(value_name = "CUSTOMER", required_unless_present = "all")]
    pub customer: Option<String>,
    /// Statements of all customers that have any
    #[arg(long, conflicts_with = "customer")]
    pub all: bool,
    /// The first day of the period, which ends on the as-of date [default: the first of its month]
    #[arg(long, value_name = "DATE", value_parser = read_day)]
    pub from: Option<NaiveDate>,
    #[command(flatten)]
    pub inputs: Inputs,
    /// What to print; html is a page to print and sign
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: StatementFormat,
    /// Write there instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub voice: Voice,
}

/// How statements are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum StatementFormat {
    /// For people.
    Table,
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
    /// A page to print and sign.
    Html,
}

fn read_day(text: &str) -> Result<NaiveDate, String> {
    text.parse().map_err(|_| "write a date as 2026-01-31".to_owned())
}

/// `recv policy`.
#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// Folder in which policy.toml is looked for
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    pub data: PathBuf,
    /// The policy; without it DIR/policy.toml, else the built-in default
    #[arg(short, long, value_name = "FILE")]
    pub policy: Option<PathBuf>,
    /// What to print
    #[arg(short, long, value_enum, default_value = "table")]
    pub format: Format,
    /// Write there instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    #[command(flatten)]
    pub voice: Voice,
}

/// `recv init`.
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The folder to make, or to fill where it is there; no file in it is overwritten
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// Look at the exports in this folder and write a policy whose column map fits them
    #[arg(long, value_name = "FOLDER")]
    pub from: Option<PathBuf>,
    #[command(flatten)]
    pub voice: Voice,
}
