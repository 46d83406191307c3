//! From the texts to the types of [`super`]: every value read once, everything that makes no sense refused.
//!
//! Each function below reads one table. It reads all the table's keys before it gives up on one, so that one run
//! names every fault.

mod collect;
mod provision;

use std::collections::BTreeMap;

use super::columns::columns_of;
use super::fault::{PolicyFault, Problem};
use super::layers::{DEFAULT_POLICY, Item, Layer, Layers, all};
use super::origin::Origins;
use super::tree::{SyntaxFault, decode};
use super::{
    AgingBasis, AgingPolicy, BillPolicy, BillSettles, Duplicates, Headings, InputPolicy, LargeUnits,
    MatchPolicy, Method, OutputPolicy, Policy, PriceBasis, ReceivablePolicy, Roll, Tolerance, Tolerances,
    Unapplied,
};
use crate::aging::Buckets;
use crate::calendar::DateOrder;
use crate::input::Kind;
use crate::input::encoding::Charset;
use crate::terms::MonthlyBasis;

/// The policy in force: the built-in default, and over it the company's file, given as its name for messages and
/// its text. Where it makes no sense, all its faults in the order of the file.
///
/// ```
/// use recv::lang::Lang;
/// use recv::policy;
/// let (policy, origins) = policy::load(Some(("policy.toml", "[match]\nsign_within_days = 20\n"))).unwrap();
/// assert_eq!(policy.matching.sign_within_days, 20);
/// assert_eq!(origins.of("match.sign_within_days").unwrap().text(Lang::En), "policy.toml:2");
///
/// let faults = policy::load(Some(("policy.toml", "[provision.rates]\nnot_due = 0\n"))).unwrap_err();
/// assert!(faults[0].text(Lang::En).starts_with("policy.toml:1:provision.rates: [POLICY_RATE_MISSING]"));
/// ```
pub fn load(company: Option<(&str, &str)>) -> Result<(Policy, Origins), Vec<PolicyFault>> {
    let layers = Layers::new(company)?;
    let policy = policy(&layers);
    let faults = layers.faults();
    match policy {
        Some(policy) if faults.is_empty() => Ok((policy, Origins::new(&layers))),
        _ => Err(faults),
    }
}

/// The text of a policy's file, given as its name for messages and its bytes; it must be UTF-8.
pub fn text_of(file: &str, bytes: Vec<u8>) -> Result<String, Vec<PolicyFault>> {
    decode(bytes, Layer::Company).map_err(|SyntaxFault { place, key, syntax, .. }| {
        let problem = Problem::Syntax(syntax);
        vec![PolicyFault { file: file.to_owned(), line: place.line, column: place.column, key, problem }]
    })
}

/// What `recv init` writes as a company's policy: the default with all its comments.
pub fn starter_policy() -> &'static str {
    DEFAULT_POLICY
}

fn policy(layers: &Layers) -> Option<Policy> {
    let root = layers.root();
    let input = root.read("input", input);
    let matching = root.read("match", matching);
    let receivable = root.read("receivable", receivable);
    let aging = root.read("aging", aging);
    let collect = root.read("collect", collect::collect);
    let limits = root.read("aging", |item| item.section()?.item("buckets"));
    let buckets = aging.as_ref().map(|aging| &aging.buckets).zip(limits.as_ref());
    let provision = root.read("provision", |item| provision::provision(item, buckets));
    let output = root.read("output", output);
    Some(Policy {
        input: input?,
        matching: matching?,
        receivable: receivable?,
        aging: aging?,
        collect: collect?,
        provision: provision?,
        output: output?,
    })
}

fn input(item: &Item<'_>) -> Option<InputPolicy> {
    const DATES: [(&str, Option<DateOrder>); 4] = [
        ("refuse", None),
        ("ymd", Some(DateOrder::YearMonthDay)),
        ("mdy", Some(DateOrder::MonthDayYear)),
        ("dmy", Some(DateOrder::DayMonthYear)),
    ];
    const DUPLICATES: [(&str, Duplicates); 3] =
        [("count", Duplicates::Count), ("drop", Duplicates::Drop), ("refuse", Duplicates::Refuse)];
    const UNITS: [(&str, LargeUnits); 2] =
        [("refuse", LargeUnits::Refuse), ("multiply", LargeUnits::Multiply)];
    let table = item.section()?;
    let encoding = table.read("encoding", |item| item.word(&Charset::WORDS));
    let dates = table.read("dates", |item| item.word(&DATES));
    let units = table.read("units", |item| item.word(&UNITS));
    let duplicates = table.read("duplicates", |item| item.word(&DUPLICATES));
    let currency = table.read("currency", Item::currency);
    let columns = table.read("columns", columns);
    let customer_aliases = table.read("customer_aliases", |item| item.map(Item::text));
    let methods = table.read("methods", |item| item.map(|item| item.word(&METHODS)));
    Some(InputPolicy {
        dates: dates?,
        encoding: encoding?,
        units: units?,
        duplicates: duplicates?,
        currency: currency?,
        columns: columns?,
        customer_aliases: customer_aliases?,
        methods: methods?,
    })
}

const METHODS: [(&str, Method); 7] = [
    ("wire", Method::Wire),
    ("cash", Method::Cash),
    ("cheque", Method::Cheque),
    ("bank_acceptance", Method::BankAcceptance),
    ("commercial_acceptance", Method::CommercialAcceptance),
    ("supply_chain_note", Method::SupplyChainNote),
    ("offset", Method::Offset),
];

/// `[input.columns.KIND]`: the kinds of file and their columns are known, the headings are the company's.
fn columns(item: &Item<'_>) -> Option<Headings> {
    let table = item.section()?;
    let kinds = Kind::ALL.into_iter().map(|kind| {
        let headings = table.maybe(kind.name(), |item| headings(item, &columns_of(kind)))?;
        Some((kind.name().to_owned(), headings.unwrap_or_default()))
    });
    Some(all(kinds)?.into_iter().filter(|(_, headings)| !headings.is_empty()).collect())
}

fn headings(item: &Item<'_>, columns: &[&str]) -> Option<BTreeMap<String, Vec<String>>> {
    let table = item.section()?;
    let named = columns.iter().map(|&column| {
        let headings = table.maybe(column, Item::texts)?;
        Some((column.to_owned(), headings.unwrap_or_default()))
    });
    Some(all(named)?.into_iter().filter(|(_, headings)| !headings.is_empty()).collect())
}

fn matching(item: &Item<'_>) -> Option<MatchPolicy> {
    const PRICES: [(&str, PriceBasis); 2] =
        [("tax_inclusive", PriceBasis::TaxInclusive), ("net", PriceBasis::Net)];
    let table = item.section()?;
    let order_price = table.read("order_price", |item| item.word(&PRICES));
    let bill_damaged = table.read("bill_damaged", Item::share);
    let bill_rejected = table.read("bill_rejected", Item::share);
    let sign_within_days = table.read("sign_within_days", Item::days);
    let order_no_in_remark = table.read("order_no_in_remark", Item::pattern);
    let tolerance = table.read("tolerance", tolerances);
    let goods_aliases = table.read("goods_aliases", |item| item.map(Item::text));
    let owners = table.read("owners", owners);
    Some(MatchPolicy {
        order_price: order_price?,
        bill_damaged: bill_damaged?,
        bill_rejected: bill_rejected?,
        sign_within_days: sign_within_days?,
        order_no_in_remark: order_no_in_remark?,
        tolerance: tolerance?,
        goods_aliases: goods_aliases?,
        owners: owners?,
    })
}

fn tolerances(item: &Item<'_>) -> Option<Tolerances> {
    let table = item.section()?;
    let quantity = table.read("quantity", |item| tolerance(item, Item::quantity));
    let price = table.read("price", |item| tolerance(item, Item::money));
    let amount = table.read("amount", |item| tolerance(item, Item::money));
    let tax = table.read("tax", |item| tolerance(item, Item::money));
    Some(Tolerances { quantity: quantity?, price: price?, amount: amount?, tax: tax? })
}

fn tolerance<'a, T>(item: &Item<'a>, bound: fn(&Item<'a>) -> Option<T>) -> Option<Tolerance<T>> {
    let table = item.section()?;
    let abs = table.maybe("abs", bound);
    let pct = table.maybe("pct", Item::percent);
    Some(Tolerance { abs: abs?, pct: pct? })
}

/// The department for each finding of the match, by the finding's code.
fn owners(item: &Item<'_>) -> Option<BTreeMap<String, String>> {
    let table = item.section()?;
    let owners = FINDINGS.iter().map(|&code| Some((code.to_owned(), table.read(code, Item::text)?)));
    Some(all(owners)?.into_iter().collect())
}

/// The codes of the match's findings.
const FINDINGS: [&str; 13] = [
    "OVER_SHIPPED",
    "OVER_SIGNED",
    "OVER_INVOICED",
    "NAME",
    "PRICE",
    "AMOUNT",
    "ORDER_AMOUNT",
    "TAX_RATE",
    "TAX",
    "CUSTOMER",
    "DATE",
    "LATE_SIGNATURE",
    "CANCELLED",
];

fn receivable(item: &Item<'_>) -> Option<ReceivablePolicy> {
    const UNAPPLIED: [(&str, Unapplied); 3] = [
        ("oldest_due", Unapplied::OldestDue),
        ("statutory", Unapplied::Statutory),
        ("keep", Unapplied::Keep),
    ];
    const MONTHLY: [(&str, MonthlyBasis); 3] = [
        ("eom_plus_days", MonthlyBasis::EomPlusDays),
        ("invoice_plus_days", MonthlyBasis::InvoicePlusDays),
        ("eom_months", MonthlyBasis::EomMonths),
    ];
    const ROLLS: [(&str, Roll); 2] = [("none", Roll::None), ("next_working_day", Roll::NextWorkingDay)];
    let table = item.section()?;
    let monthly_basis = table.read("monthly_basis", |item| item.word(&MONTHLY));
    let default_terms = table.read("default_terms", |item| item.terms(monthly_basis.unwrap_or_default()));
    let roll = table.read("roll", |item| item.word(&ROLLS));
    let unapplied = table.read("unapplied", |item| item.word(&UNAPPLIED));
    let extension_moves_provision = table.read("extension_moves_provision", Item::flag);
    let bills = table.read("bills", bills);
    Some(ReceivablePolicy {
        default_terms: default_terms?,
        monthly_basis: monthly_basis?,
        roll: roll?,
        unapplied: unapplied?,
        extension_moves_provision: extension_moves_provision?,
        bills: bills?,
    })
}

fn bills(item: &Item<'_>) -> Option<BillPolicy> {
    let table = item.section()?;
    let bank_acceptance = table.read("bank_acceptance", bill_settles);
    let commercial_acceptance = table.read("commercial_acceptance", bill_settles);
    let supply_chain_note = table.read("supply_chain_note", bill_settles);
    let confirm_days = table.read("confirm_days", Item::days);
    Some(BillPolicy {
        bank_acceptance: bank_acceptance?,
        commercial_acceptance: commercial_acceptance?,
        supply_chain_note: supply_chain_note?,
        confirm_days: confirm_days?,
    })
}

fn bill_settles(item: &Item<'_>) -> Option<BillSettles> {
    item.word(&[("on_receipt", BillSettles::OnReceipt), ("at_maturity", BillSettles::AtMaturity)])
}

fn aging(item: &Item<'_>) -> Option<AgingPolicy> {
    const BASES: [(&str, AgingBasis); 2] =
        [("due_date", AgingBasis::DueDate), ("invoice_date", AgingBasis::InvoiceDate)];
    let table = item.section()?;
    let buckets = table.read("buckets", buckets);
    let basis = table.read("basis", |item| item.word(&BASES));
    Some(AgingPolicy { buckets: buckets?, basis: basis? })
}

fn buckets(item: &Item<'_>) -> Option<Buckets> {
    let limits = all(item.list()?.iter().map(Item::day))?;
    Buckets::new(limits).or_else(|| item.refuse(Problem::BucketsFall(item.written())))
}

fn output(item: &Item<'_>) -> Option<OutputPolicy> {
    let table = item.section()?;
    let csv_bom = table.read("csv_bom", Item::flag);
    let company = table.read("company", Item::maybe_text);
    Some(OutputPolicy { csv_bom: csv_bom?, company: company? })
}

#[cfg(test)]
mod tests;
