//! `--by`: reports by another field than the customer. The order's value counts, else the customer's; an invoice over
//! several values is split by gross amount.

use std::borrow::Cow;
use std::slice;
use std::sync::Arc;

use super::books::Books;
use super::settle::Claim;
use super::{Customer, Group};
use crate::documents::order::Ordered;
use crate::money::Money;
use crate::report::{Heading, headings};

/// The field by which a report's rows are grouped.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
#[value(rename_all = "snake_case")]
pub enum GroupBy {
    /// The customer: the reports' own grouping.
    #[default]
    Customer,
    /// The region.
    Region,
    /// The product line.
    ProductLine,
    /// The salesperson.
    Salesperson,
    /// The customer's industry.
    Industry,
    /// The customer's credit grade.
    CreditGrade,
    /// The currency.
    Currency,
}

impl GroupBy {
    /// The heading that takes the place of customer_id; `None` where the customer is the group.
    pub fn heading(self) -> Option<Heading> {
        match self {
            GroupBy::Customer => None,
            GroupBy::Region => Some(headings::REGION),
            GroupBy::ProductLine => Some(headings::PRODUCT_LINE),
            GroupBy::Salesperson => Some(headings::SALESPERSON),
            GroupBy::Industry => Some(headings::INDUSTRY),
            GroupBy::CreditGrade => Some(headings::CREDIT_GRADE),
            GroupBy::Currency => Some(headings::CURRENCY),
        }
    }

    /// Whether order lines have a value of their own.
    pub const fn is_of_orders(self) -> bool {
        matches!(self, GroupBy::Region | GroupBy::ProductLine | GroupBy::Salesperson)
    }

    /// An order line's own value; empty where it has none.
    pub fn of_order<'r>(self, row: &Ordered<'r>) -> &'r str {
        let value = match self {
            GroupBy::Region => row.region(),
            GroupBy::ProductLine => row.product_line(),
            GroupBy::Salesperson => row.salesperson(),
            GroupBy::Customer | GroupBy::Industry | GroupBy::CreditGrade | GroupBy::Currency => &[],
        };
        std::str::from_utf8(value).unwrap_or_default().trim()
    }

    /// A customer's value; empty where it has none.
    pub fn of_customer<'a>(self, customer: &'a Customer, currency: &'a str) -> &'a str {
        let value = match self {
            GroupBy::Customer => return &customer.id,
            GroupBy::Currency => return currency,
            GroupBy::ProductLine => &None,
            GroupBy::Region => &customer.region,
            GroupBy::Salesperson => &customer.salesperson,
            GroupBy::Industry => &customer.industry,
            GroupBy::CreditGrade => &customer.credit_grade,
        };
        value.as_deref().unwrap_or_default()
    }
}

/// The group of what belongs to a customer as a whole.
pub fn group_of_customer(customer: &Customer, currency: &Arc<str>, by: GroupBy) -> Group {
    Group { key: by.of_customer(customer, currency).into(), currency: Arc::clone(currency) }
}

/// The groups among which an invoice's amounts are split, by the values of its lines: their gross amounts are the
/// weights.
pub struct Parts<'a> {
    groups: Cow<'a, [Group]>,
    weights: Cow<'a, [Money]>,
}

impl<'a> Parts<'a> {
    /// Those of an invoice of an account; `whole` is the group of what belongs to the account's customer as a whole.
    pub fn of(books: &Books, claim: &Claim<'_>, whole: &'a Group, by: GroupBy) -> Parts<'a> {
        let shares = if by.is_of_orders() { books.shares(claim.invoice, &whole.key) } else { Vec::new() };
        let total: Money = shares.iter().map(|&(_, gross)| gross).sum();
        if total.is_zero() {
            return Parts { groups: slice::from_ref(whole).into(), weights: Cow::Borrowed(&[Money::ZERO]) };
        }
        let group = |key| Group { key, currency: Arc::clone(&whole.currency) };
        let parts = shares.into_iter().map(|(value, gross)| (group(value), gross));
        let (groups, weights): (Vec<Group>, Vec<Money>) = parts.unzip();
        Parts { groups: groups.into(), weights: weights.into() }
    }

    /// The groups, by value.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// An amount split in proportion to the weights, in the order of the values; each part is rounded and the last takes
    /// the remainder.
    pub fn split(&self, amount: Money) -> Vec<Money> {
        split_within(amount, &self.weights, &vec![amount; self.weights.len()])
    }

    /// The same where no part may exceed its limit: what does not fit goes to the part before the last, and so on.
    pub fn split_within(&self, amount: Money, limits: &[Money]) -> Vec<Money> {
        split_within(amount, &self.weights, limits)
    }
}

/// An amount split in proportion to what several parts of a whole are, none of which it may exceed.
pub fn split_like(amount: Money, parts: &[Money]) -> Vec<Money> {
    split_within(amount, parts, parts)
}

/// Splits an amount, nought or more, in proportion to the weights. No part is below nought, not even where a weight is
/// (a discount on a line of its own), nor above its limit; together they are the amount, as long as the limits allow.
fn split_within(amount: Money, weights: &[Money], limits: &[Money]) -> Vec<Money> {
    let total: Money = weights.iter().copied().sum();
    let mut left = amount;
    let mut parts = vec![Money::ZERO; weights.len()];
    let others = weights.len().saturating_sub(1);
    for ((part, &weight), &limit) in parts.iter_mut().zip(weights).zip(limits).take(others) {
        *part = amount.share_rounded(weight, total).or_zero().min(limit).min(left);
        left -= *part;
    }
    for (part, &limit) in parts.iter_mut().zip(limits).rev() {
        let more = left.min(limit - *part);
        *part += more;
        left -= more;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cents(list: &[i128]) -> Vec<Money> {
        list.iter().copied().map(Money::from_cents).collect()
    }

    fn split(amount: i128, weights: &[i128]) -> Vec<Money> {
        let amount = Money::from_cents(amount);
        split_within(amount, &cents(weights), &vec![amount; weights.len()])
    }

    #[test]
    fn the_last_part_takes_the_remainder() {
        assert_eq!(split(100, &[1, 1, 1]), cents(&[33, 33, 34]));
        assert_eq!(split(100, &[7]), cents(&[100]));
        // Two fen over four: halves round up, and nobody's part is below nought.
        assert_eq!(split(2, &[1, 1, 1, 1]), cents(&[1, 1, 0, 0]));
        // A discount on a line of its own takes nothing and gives nothing.
        assert_eq!(split(90, &[100, -10]), cents(&[90, 0]));
        assert_eq!(split(90, &[-10, 100]), cents(&[0, 90]));
    }

    #[test]
    fn what_a_part_cannot_hold_goes_to_the_one_before() {
        let within =
            |limits: &[i128]| split_within(Money::from_cents(100), &cents(&[1, 1, 1]), &cents(limits));
        assert_eq!(within(&[60, 60, 33]), cents(&[33, 34, 33]));
        assert_eq!(within(&[20, 60, 60]), cents(&[20, 33, 47]));
        assert_eq!(within(&[40, 30, 30]), cents(&[40, 30, 30]));
    }

    proptest! {
        #[test]
        fn parts_add_up_and_none_is_below_nought_or_above_its_limit(
            rows in prop::collection::vec((-500i128..2_000, 0i128..3_000), 1..8), share in 0i128..=100,
        ) {
            let weights: Vec<Money> = rows.iter().map(|&(weight, _)| Money::from_cents(weight)).collect();
            let limits: Vec<Money> = rows.iter().map(|&(_, limit)| Money::from_cents(limit)).collect();
            let total: Money = weights.iter().copied().sum();
            prop_assume!(!total.is_zero());
            let room: i128 = rows.iter().map(|&(_, limit)| limit).sum();
            let amount = Money::from_cents(room * share / 100);
            let parts = split_within(amount, &weights, &limits);
            prop_assert_eq!(parts.iter().copied().sum::<Money>(), amount);
            prop_assert!(parts.iter().zip(&limits).all(|(part, limit)| !part.is_negative() && part <= limit));
        }
    }
}
