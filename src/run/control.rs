//! Control totals as they are shown: the money of rows in each currency, never of two together.

use std::collections::BTreeMap;

use crate::documents::currency_code;
use crate::input::FileAccount;
use crate::input::columns::specs_of;
use crate::input::count::{Count, Sum};
use crate::money::Money;

/// The rows of a count, and their money, by currency; of files that name none, in the company's own (`own`).
pub fn by_currency(account: &FileAccount, count: &Count, own: &str) -> BTreeMap<String, Sum> {
    let mut sums: BTreeMap<String, Sum> = BTreeMap::new();
    for (number, name) in account.currencies.names().iter().enumerate() {
        let sum = sums.entry(currency_code(name, own).into_owned()).or_default();
        *sum = sum.plus(count.of(number));
    }
    sums.retain(|_, sum| sum.rows > 0);
    sums
}

/// Whether rows of such files may name a currency: of a dispute, that of its invoice is meant.
pub fn names_currency(account: &FileAccount) -> bool {
    specs_of(account.kind).iter().any(|spec| spec.name == "currency")
}

/// Whether the rows of a file are in several currencies.
pub fn are_mixed(account: &FileAccount, own: &str) -> bool {
    by_currency(account, &account.read, own).len() > 1
}

/// Sums as they stand in a sentence: `1,138.23`, or with their currencies where these are `mixed`: `100.00 CNY, 20.00 USD`.
pub fn say(sums: &BTreeMap<String, Sum>, mixed: bool) -> String {
    if sums.is_empty() {
        return Money::ZERO.grouped();
    }
    let each = sums.iter().map(|(currency, sum)| {
        let money = sum.money.grouped();
        if mixed { format!("{money} {currency}") } else { money }
    });
    each.collect::<Vec<_>>().join(", ")
}
