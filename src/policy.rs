//! The policy: every number and choice of the company's rules, checked, one struct per report's rules.
//!
//! `policy.toml` at the top of the repository is the built-in default; a company's own file replaces it key by
//! key. `tree` reads a file, `layers` lays one over the other and remembers where each value came from, `read` turns
//! them into the types below and refuses what makes no sense ([`fault`]), and the rest of recv sees only these types.
//! [`origin`] says where each value in force comes from.

mod columns;
pub mod fault;
mod layers;
pub mod origin;
mod read;
mod tree;

use std::collections::BTreeMap;

use regex_lite::Regex;

use crate::aging::Buckets;
use crate::calendar::DateOrder;
use crate::input::encoding::Charset;
use crate::lang::Word;
use crate::money::{Money, Quantity, Rate};
use crate::terms::{MonthlyBasis, Terms};

pub use columns::documented_columns;
pub use fault::PolicyFault;
pub use origin::Origins;
pub use read::{load, starter_policy, text_of};

/// Further headings of input files: per kind of file and column, the headings that mean it.
pub type Headings = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The whole policy in force.
#[derive(Clone, Debug)]
pub struct Policy {
    /// How files are read: `[input]`.
    pub input: InputPolicy,
    /// The four-document match: `[match]`.
    pub matching: MatchPolicy,
    /// What is owed and since when: `[receivable]`.
    pub receivable: ReceivablePolicy,
    /// The ageing: `[aging]`.
    pub aging: AgingPolicy,
    /// The collection worklist: `[collect]`.
    pub collect: CollectPolicy,
    /// The bad-debt provision: `[provision]`.
    pub provision: ProvisionPolicy,
    /// How files are written: `[output]`.
    pub output: OutputPolicy,
}

/// `[input]`: how the files of other programs are to be understood.
#[derive(Clone, Debug)]
pub struct InputPolicy {
    /// `input.dates`: the order of day and month where a date's form leaves it open; `None` when the policy says
    /// "refuse" (the default): then such a date is an error.
    pub dates: Option<DateOrder>,
    /// `input.encoding`: what the files are encoded in.
    pub encoding: Charset,
    /// `input.units`: what is done with amounts in 万元 and the like.
    pub units: LargeUnits,
    /// `input.duplicates`: what is done with rows that are alike in every column recv reads.
    pub duplicates: Duplicates,
    /// `input.currency`: the company's own currency, where a row names none.
    pub currency: String,
    /// `[input.columns.KIND]`: further headings per kind of file (`orders`, …) and column (`order_no`, …).
    pub columns: Headings,
    /// `[input.customer_aliases]`: names as banks and invoices write them, to customer_id.
    pub customer_aliases: BTreeMap<String, String>,
    /// `[input.methods]`: the company's own words for ways of paying, to recv's.
    pub methods: BTreeMap<String, Method>,
}

/// What is done with a file whose amounts are in thousands or more of yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LargeUnits {
    /// It is an error.
    Refuse,
    /// The amounts are multiplied: 1.25 万元 is 12,500.00.
    Multiply,
}

/// What is done with rows that are alike in every column recv reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duplicates {
    /// Used, and reported as `DUPLICATE_ROWS`.
    Count,
    /// Used once.
    Drop,
    /// An error.
    Refuse,
}

/// How money came in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Bank transfer (电汇, 转账).
    Wire,
    /// Cash (现金).
    Cash,
    /// Cheque (支票).
    Cheque,
    /// A bill accepted by a bank (银行承兑汇票).
    BankAcceptance,
    /// A bill accepted by a company (商业承兑汇票).
    CommercialAcceptance,
    /// A note of a supply-chain platform (供应链票据).
    SupplyChainNote,
    /// Set-off against what we owe (抵账).
    Offset,
}

/// `[match]`: the four-document match.
#[derive(Clone, Debug)]
pub struct MatchPolicy {
    /// `match.order_price`: whether the orders' unit price holds the tax, where the heading does not say.
    pub order_price: PriceBasis,
    /// `match.bill_damaged`: the share of damaged goods that is billed all the same.
    pub bill_damaged: Rate,
    /// `match.bill_rejected`: the share of rejected goods that is billed all the same.
    pub bill_rejected: Rate,
    /// `match.sign_within_days`: days from shipping to signing before `LATE_SIGNATURE`.
    pub sign_within_days: i64,
    /// `match.order_no_in_remark`: what finds the order number in an invoice's remark; `None` where it is not looked for.
    pub order_no_in_remark: Option<Regex>,
    /// `[match.tolerance]`.
    pub tolerance: Tolerances,
    /// `[match.goods_aliases]`: another name for goods, to the name on the order.
    pub goods_aliases: BTreeMap<String, String>,
    /// `[match.owners]`: the department that must look, per finding code.
    pub owners: BTreeMap<String, String>,
}

/// Whether a price holds the tax.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceBasis {
    /// Tax included (含税).
    TaxInclusive,
    /// Without tax (无税).
    Net,
}

/// The tolerances of the match's checks. A difference is within one when it is within every bound that is set.
#[derive(Clone, Debug)]
pub struct Tolerances {
    /// For shipped, signed and invoiced quantities.
    pub quantity: Tolerance<Quantity>,
    /// For a price with tax.
    pub price: Tolerance<Money>,
    /// For amounts.
    pub amount: Tolerance<Money>,
    /// For tax.
    pub tax: Tolerance<Money>,
}

/// `{ abs, pct }`: bounds on a difference; the stricter counts, and without either nothing is tolerated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tolerance<T> {
    /// The largest difference.
    pub abs: Option<T>,
    /// The largest difference as a share of what was expected.
    pub pct: Option<Rate>,
}

impl<T> Tolerance<T> {
    /// Whether any bound is set.
    pub const fn is_set(&self) -> bool {
        self.abs.is_some() || self.pct.is_some()
    }
}

impl Method {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            Method::Wire => Word { code: "wire", en: "wire", zh: "电汇" },
            Method::Cash => Word { code: "cash", en: "cash", zh: "现金" },
            Method::Cheque => Word { code: "cheque", en: "cheque", zh: "支票" },
            Method::BankAcceptance => {
                Word { code: "bank_acceptance", en: "bank acceptance", zh: "银行承兑汇票" }
            }
            Method::CommercialAcceptance => {
                Word { code: "commercial_acceptance", en: "commercial acceptance", zh: "商业承兑汇票" }
            }
            Method::SupplyChainNote => {
                Word { code: "supply_chain_note", en: "supply-chain note", zh: "供应链票据" }
            }
            Method::Offset => Word { code: "offset", en: "set-off", zh: "抵账" },
        }
    }

    /// Whether it is a bill or note: a promise of money on a later day.
    pub const fn is_bill(self) -> bool {
        matches!(self, Method::BankAcceptance | Method::CommercialAcceptance | Method::SupplyChainNote)
    }

    /// What payments files call each way of paying.
    pub const WORDS: &'static [(&'static str, Method)] = &[
        ("wire", Method::Wire),
        ("cash", Method::Cash),
        ("cheque", Method::Cheque),
        ("bank_acceptance", Method::BankAcceptance),
        ("commercial_acceptance", Method::CommercialAcceptance),
        ("supply_chain_note", Method::SupplyChainNote),
        ("offset", Method::Offset),
        ("check", Method::Cheque),
        ("transfer", Method::Wire),
        ("电汇", Method::Wire),
        ("转账", Method::Wire),
        ("银行转账", Method::Wire),
        ("银行汇款", Method::Wire),
        ("汇款", Method::Wire),
        ("网银", Method::Wire),
        ("现金", Method::Cash),
        ("支票", Method::Cheque),
        ("银行承兑汇票", Method::BankAcceptance),
        ("银行承兑", Method::BankAcceptance),
        ("银承", Method::BankAcceptance),
        ("银票", Method::BankAcceptance),
        ("商业承兑汇票", Method::CommercialAcceptance),
        ("商业承兑", Method::CommercialAcceptance),
        ("商承", Method::CommercialAcceptance),
        ("商票", Method::CommercialAcceptance),
        ("供应链票据", Method::SupplyChainNote),
        ("云信", Method::SupplyChainNote),
        ("融信", Method::SupplyChainNote),
        ("抵账", Method::Offset),
        ("抵销", Method::Offset),
        ("应收冲应付", Method::Offset),
    ];
}

/// `[receivable]`: due dates and settlement.
#[derive(Clone, Debug)]
pub struct ReceivablePolicy {
    /// `receivable.default_terms`: for an invoice whose order and customer give none.
    pub default_terms: Terms,
    /// `receivable.monthly_basis`: what 月结N天 means.
    pub monthly_basis: MonthlyBasis,
    /// `receivable.roll`: what happens to a due date that is no working day.
    pub roll: Roll,
    /// `receivable.unapplied`: what happens to money that names no invoice.
    pub unapplied: Unapplied,
    /// `receivable.extension_moves_provision`: whether the provision goes by extended due dates.
    pub extension_moves_provision: bool,
    /// `[receivable.bills]`.
    pub bills: BillPolicy,
}

/// What happens to a due date that is no working day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Roll {
    /// It stays.
    None,
    /// It moves to the next working day (民法典第二百零三条).
    NextWorkingDay,
}

/// What happens to a customer's money that names no invoice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unapplied {
    /// It settles that customer's oldest due tranches.
    OldestDue,
    /// It settles that customer's debts in the order of 民法典第五百六十条.
    Statutory,
    /// It stays unapplied credit.
    Keep,
}

/// `[receivable.bills]`: when a bill or note counts as paid.
#[derive(Clone, Debug)]
pub struct BillPolicy {
    /// Bank acceptances.
    pub bank_acceptance: BillSettles,
    /// Commercial acceptances.
    pub commercial_acceptance: BillSettles,
    /// Supply-chain notes.
    pub supply_chain_note: BillSettles,
    /// `confirm_days`: for so many days after maturity a bill is listed as to be confirmed.
    pub confirm_days: i64,
}

/// When a bill settles the receivable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillSettles {
    /// When it is received.
    OnReceipt,
    /// Only when it falls due.
    AtMaturity,
}

/// `[aging]`.
#[derive(Clone, Debug)]
pub struct AgingPolicy {
    /// `aging.buckets`.
    pub buckets: Buckets,
    /// `aging.basis`: what the buckets of the age report count from.
    pub basis: AgingBasis,
}

/// What the buckets of the age report count from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgingBasis {
    /// Days overdue (逾期天数).
    DueDate,
    /// Days since the invoice (账龄).
    InvoiceDate,
}

/// `[collect]`: who must do what about an overdue customer.
#[derive(Clone, Debug)]
pub struct CollectPolicy {
    /// `collect.minimum`: a smaller overdue tranche raises no tier.
    pub minimum: Money,
    /// `collect.remind_before_days`: reminders before the due date, longest first.
    pub remind_before_days: Vec<i64>,
    /// `collect.min_days_between_contacts`.
    pub min_days_between_contacts: i64,
    /// `collect.recovery_plan_from`: the alert from which a recovery plan is needed.
    pub recovery_plan_from: String,
    /// `collect.recovery_plan_hours`.
    pub recovery_plan_hours: i64,
    /// The thresholds for customers that no override names.
    pub scales: Scales,
    /// `[collect.industries.NAME]`: other thresholds for an industry.
    pub industries: BTreeMap<String, Scales>,
    /// `[collect.grades.NAME]`: other thresholds for a credit grade.
    pub grades: BTreeMap<String, Scales>,
}

/// The two scales of collection: tiers with their actions, and alerts.
#[derive(Clone, Debug)]
pub struct Scales {
    /// Tiers, mildest first; they do not overlap.
    pub tiers: Vec<Tier>,
    /// Alerts, mildest first.
    pub alerts: Vec<Alert>,
}

/// A tier of collection: from so many days overdue on, these actions in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tier {
    /// `name`, as `primary`.
    pub name: String,
    /// `name_zh`, for tables in Chinese.
    pub name_zh: String,
    /// First day overdue of the tier.
    pub from: i64,
    /// Last day overdue of the tier; `None` for the last tier.
    pub to: Option<i64>,
    /// `owner`: the department.
    pub owner: String,
    /// What is to be done, in this order.
    pub actions: Vec<Action>,
}

/// One action of a tier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// `name`, as `friendly_reminder`.
    pub name: String,
    /// `name_zh`, for tables in Chinese.
    pub name_zh: String,
    /// `channel`: phone, email, letter, visit, court …
    pub channel: String,
    /// `written`: whether it leaves a written record.
    pub written: bool,
    /// `owner`, where it is not the tier's.
    pub owner: Option<String>,
    /// `days`: how long there is to do it.
    pub days: i64,
}

/// An alert colour: from so many days overdue on (reaching the number counts).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alert {
    /// `name`, as `yellow`.
    pub name: String,
    /// `name_zh`, for tables in Chinese.
    pub name_zh: String,
    /// First day overdue.
    pub from: i64,
}

/// `[provision]`.
#[derive(Clone, Debug)]
pub struct ProvisionPolicy {
    /// `provision.standard`.
    pub standard: Standard,
    /// `[provision.rates]`: one rate per bucket, in the buckets' order; they never fall.
    pub rates: Vec<Rate>,
    /// Rates that the written policy does not give (bucket numbers): the report shows the total at other rates.
    pub gaps: Vec<usize>,
    /// `[provision.uplift]`: industry to relative uplift.
    pub uplift: BTreeMap<String, Rate>,
    /// `[provision.coverage]`.
    pub coverage: CoveragePolicy,
    /// `[provision.accounts]`.
    pub accounts: Accounts,
}

/// The accounting standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standard {
    /// Chinese Accounting Standards (企业会计准则): an allowance, and a journal entry.
    Cas,
    /// 小企业会计准则: no allowance account, so no journal.
    Small,
}

/// `[provision.coverage]`: how the allowance compares with what it is for.
#[derive(Clone, Debug)]
pub struct CoveragePolicy {
    /// `base`.
    pub base: CoverageBase,
    /// `min`.
    pub min: Rate,
    /// `max`.
    pub max: Rate,
}

/// What the closing allowance is compared with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CoverageBase {
    /// Balances in the last bucket.
    Impaired,
    /// What was written off in the period.
    WrittenOff,
    /// All overdue balances.
    Overdue,
}

impl CoverageBase {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            CoverageBase::Impaired => Word { code: "impaired", en: "impaired", zh: "已减值余额" },
            CoverageBase::WrittenOff => Word { code: "written_off", en: "written off", zh: "本期核销" },
            CoverageBase::Overdue => Word { code: "overdue", en: "overdue", zh: "逾期余额" },
        }
    }
}

/// `[provision.accounts]`: code and name of each account of the journal entry.
#[derive(Clone, Debug)]
pub struct Accounts {
    /// 坏账准备.
    pub allowance: Account,
    /// 信用减值损失.
    pub impairment_loss: Account,
}

/// An account of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The code, as `1231`.
    pub code: String,
    /// The name, as 坏账准备.
    pub name: String,
}

/// `[output]`.
#[derive(Clone, Debug)]
pub struct OutputPolicy {
    /// `output.csv_bom`: whether CSV files start with a UTF-8 mark, so that Excel shows Chinese.
    pub csv_bom: bool,
    /// `output.company`: who sends statements; may be empty.
    pub company: String,
}
