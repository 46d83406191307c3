//! The journal entry of the provision: voucher lines for `journal.csv`, or text for hledger or beancount.
//!
//! Only the charge of the period is booked here. Write-offs and recoveries have their own vouchers, made when they
//! happened; they come in as the movement of the opening allowance.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::sync::Arc;

use chrono::NaiveDate;

use crate::calendar::AsOf;
use crate::lang::{Lang, Word};
use crate::money::Money;
use crate::policy::{Account, Accounts, Standard};

use super::checks::{ProvisionFault, check_booked, check_journal};
use super::{Provision, ProvisionRow};

/// In which form the journal is wanted: `--journal`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum JournalFormat {
    /// Voucher lines, as `journal.csv`.
    Csv,
    /// A journal that hledger reads.
    Hledger,
    /// A ledger that beancount reads.
    Beancount,
}

/// A side of a voucher line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// 借方.
    Debit,
    /// 贷方.
    Credit,
}

/// What an entry does to the allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It raises the allowance: debit impairment loss, credit allowance.
    Charge,
    /// It releases what is no longer needed: debit allowance, credit impairment loss.
    Reversal,
}

impl Kind {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            Kind::Charge => Word { code: "charge", en: "bad-debt provision", zh: "计提坏账准备" },
            Kind::Reversal => {
                Word { code: "reversal", en: "reversal of bad-debt provision", zh: "转回坏账准备" }
            }
        }
    }
}

/// One customer's entry in one currency. It balances however it is written: one amount, two accounts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The customer's id.
    pub customer_id: Arc<str>,
    /// The currency.
    pub currency: Arc<str>,
    /// Which way it goes.
    pub kind: Kind,
    /// How much, above nothing.
    pub amount: Money,
}

/// A line of a voucher.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VoucherLine {
    /// The voucher's date: the as-of date.
    pub date: NaiveDate,
    /// The account.
    pub account: Account,
    /// The customer's id.
    pub customer_id: Arc<str>,
    /// The currency.
    pub currency: Arc<str>,
    /// The side.
    pub side: Side,
    /// The amount, above nothing.
    pub amount: Money,
    /// What the entry does.
    pub kind: Kind,
}

impl VoucherLine {
    /// The amount, where it stands on this side.
    pub fn on(&self, side: Side) -> Option<Money> {
        (self.side == side).then_some(self.amount)
    }

    /// The summary (摘要): what the entry does, and its currency, for which vouchers have no column.
    pub fn summary(&self, lang: Lang) -> String {
        let (word, currency) = (self.kind.word().say(lang), &self.currency);
        match lang {
            Lang::En => format!("{word}, {currency}"),
            Lang::Zh => format!("{word}（{currency}）"),
        }
    }
}

/// The journal of a provision.
#[derive(Clone, Debug)]
pub struct Journal {
    /// The date of all entries.
    pub date: NaiveDate,
    /// The entries, by customer and currency.
    pub entries: Vec<Entry>,
    of_whom: String,
    accounts: Accounts,
}

impl Journal {
    /// The entries that bring each customer's allowance to what is required: a charge debits the impairment loss and
    /// credits the allowance, a negative charge the other way round, and nothing is booked where there is no charge.
    /// `of_whom` is what an entry is tagged with: `customer`, or the field that `--by` names. Under
    /// `provision.standard = "small"` (小企业会计准则) there is
    /// no allowance account and so no entry.
    pub fn of(
        provision: &Provision<'_>,
        accounts: &Accounts,
        as_of: AsOf,
        of_whom: &str,
    ) -> Result<Journal, ProvisionFault> {
        let entries = match provision.standard {
            Standard::Cas => provision.rows.iter().filter_map(entry_of).collect(),
            Standard::Small => Vec::new(),
        };
        let journal =
            Journal { date: as_of.0, entries, of_whom: of_whom.to_owned(), accounts: accounts.clone() };
        let lines = journal.lines();
        check_journal(&lines)?;
        if provision.standard == Standard::Cas {
            check_booked(&lines, &provision.totals)?;
        }
        Ok(journal)
    }

    /// The voucher lines, for each entry the debit first.
    pub fn lines(&self) -> Vec<VoucherLine> {
        self.entries.iter().flat_map(|entry| self.lines_of(entry)).collect()
    }

    fn lines_of(&self, entry: &Entry) -> [VoucherLine; 2] {
        let Accounts { allowance, impairment_loss } = &self.accounts;
        let (debit, credit) = match entry.kind {
            Kind::Charge => (impairment_loss, allowance),
            Kind::Reversal => (allowance, impairment_loss),
        };
        [self.line(entry, debit, Side::Debit), self.line(entry, credit, Side::Credit)]
    }

    fn line(&self, entry: &Entry, account: &Account, side: Side) -> VoucherLine {
        VoucherLine {
            date: self.date,
            account: account.clone(),
            customer_id: Arc::clone(&entry.customer_id),
            currency: Arc::clone(&entry.currency),
            side,
            amount: entry.amount,
            kind: entry.kind,
        }
    }

    /// The journal for hledger: it declares its accounts and currencies, so that `hledger check --strict` passes.
    pub fn hledger(&self, lang: Lang) -> String {
        let mut text = self.heading(lang);
        for account in self.paths() {
            push(&mut text, format_args!("account {account}\n"));
        }
        for currency in self.currencies() {
            push(&mut text, format_args!("commodity 1000.00 {}\n", hledger_commodity(currency)));
        }
        for entry in &self.entries {
            let (id, summary) = (on_one_line(&entry.customer_id), entry.kind.word().say(lang));
            push(&mut text, format_args!("\n{} * {summary} {id}  ; {}: {id}\n", self.date, self.of_whom));
            self.push_postings(&mut text, entry, &hledger_commodity(&entry.currency));
        }
        text
    }

    /// The journal for beancount: it opens its accounts on its date, so that `bean-check` passes on it alone.
    pub fn beancount(&self, lang: Lang) -> Result<String, JournalFault> {
        if let Some(currency) =
            self.currencies().into_iter().find(|currency| !is_beancount_currency(currency))
        {
            return Err(JournalFault::Currency { currency: currency.to_owned() });
        }
        let mut text = self.heading(lang);
        for account in self.paths() {
            push(&mut text, format_args!("{} open {account}\n", self.date));
        }
        for entry in &self.entries {
            let (id, summary) = (quoted(&entry.customer_id), entry.kind.word().say(lang));
            push(&mut text, format_args!("\n{} * \"{summary}\"\n  {}: {id}\n", self.date, self.of_whom));
            self.push_postings(&mut text, entry, &entry.currency);
        }
        Ok(text)
    }

    fn heading(&self, lang: Lang) -> String {
        format!("; {} {}\n\n", self.date, Kind::Charge.word().say(lang))
    }

    /// Both accounts by their paths, where there is an entry at all.
    fn paths(&self) -> Vec<String> {
        if self.entries.is_empty() {
            return Vec::new();
        }
        vec![self.allowance_path(), self.loss_path()]
    }

    /// The allowance stands among the assets, with a credit balance.
    fn allowance_path(&self) -> String {
        account_path("Assets", "Allowance", &self.accounts.allowance)
    }

    fn loss_path(&self) -> String {
        account_path("Expenses", "ImpairmentLoss", &self.accounts.impairment_loss)
    }

    fn currencies(&self) -> BTreeSet<&str> {
        self.entries.iter().map(|entry| &*entry.currency).collect()
    }

    /// Two postings that sum to nothing: a debit is positive, a credit negative, and the debit comes first.
    fn push_postings(&self, text: &mut String, entry: &Entry, commodity: &str) {
        let (debit, credit) = match entry.kind {
            Kind::Charge => (self.loss_path(), self.allowance_path()),
            Kind::Reversal => (self.allowance_path(), self.loss_path()),
        };
        push(text, format_args!("    {debit}  {} {commodity}\n", entry.amount));
        push(text, format_args!("    {credit}  {} {commodity}\n", -entry.amount));
    }
}

/// The entry of a row, where there is a charge.
fn entry_of(row: &ProvisionRow) -> Option<Entry> {
    let charge = row.movement.charge;
    if charge.is_zero() {
        return None;
    }
    let kind = if charge.is_negative() { Kind::Reversal } else { Kind::Charge };
    let (customer_id, currency) = (Arc::clone(&row.group.key), Arc::clone(&row.group.currency));
    Some(Entry { customer_id, currency, kind, amount: charge.abs() })
}

/// Why a journal can't be written in a form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum JournalFault {
    /// Beancount wants a currency of 2 to 24 capitals, digits and `'._-`, beginning with a capital.
    Currency {
        /// The currency as the books have it.
        currency: String,
    },
}

impl JournalFault {
    /// What is wrong and what would be right, in a language.
    pub fn say(&self, lang: Lang) -> String {
        let JournalFault::Currency { currency } = self;
        match lang {
            Lang::En => format!("beancount takes no currency '{currency}'; use a code of capitals as CNY"),
            Lang::Zh => format!("beancount不接受币种“{currency}”；请用大写代码，如CNY"),
        }
    }
}

impl fmt::Display for JournalFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.say(Lang::En))
    }
}

impl std::error::Error for JournalFault {}

fn is_beancount_currency(currency: &str) -> bool {
    let bytes = currency.as_bytes();
    let ends = |byte: &u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    (2..=24).contains(&bytes.len())
        && bytes.first().is_some_and(u8::is_ascii_uppercase)
        && bytes.last().is_some_and(ends)
        && bytes.iter().all(|byte| ends(byte) || b"'._-".contains(byte))
}

/// The currency as hledger's commodity symbol: letters stand bare, anything else goes in quotes.
fn hledger_commodity(currency: &str) -> String {
    if !currency.is_empty() && currency.chars().all(char::is_alphabetic) {
        return currency.to_owned();
    }
    format!("\"{}\"", on_one_line(currency).replace('"', " "))
}

/// An account's path in plain-text ledgers, as `Assets:1231-坏账准备`. Its last part may hold letters, digits and
/// hyphens, and begins with a capital or a digit; where the policy's code does not, `word` goes before it.
fn account_path(root: &str, word: &str, account: &Account) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ('\u{4e00}'..='\u{9fff}').contains(&c);
    let name = format!("{}-{}", account.code, account.name);
    let name: String = name.chars().map(|c| if allowed(c) { c } else { '-' }).collect();
    let name = name.trim_matches('-');
    let begins_well = name.starts_with(|c: char| c.is_ascii_uppercase() || c.is_ascii_digit());
    if begins_well { format!("{root}:{name}") } else { format!("{root}:{word}-{name}") }
}

/// A text without what would end a line, a comment or a tag of a ledger.
fn on_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || matches!(c, ';' | ',' | '|') { ' ' } else { c }).collect()
}

/// A text as a beancount string.
fn quoted(text: &str) -> String {
    let bare: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!("\"{}\"", bare.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Writing to a string can't fail.
fn push(text: &mut String, line: fmt::Arguments<'_>) {
    let _ = text.write_fmt(line);
}
