//! `--by`: reports by another field than the customer. The order's value counts, else the customer's; an invoice over
//! several values is split by gross amount.

use std::sync::Arc;

use super::books::Books;
use super::settle::Claim;
use super::{Customer, Group};
use crate::documents::order::OrderRow;
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
    pub fn of_order<'r>(self, row: &OrderRow<'r>) -> &'r str {
        let value = match self {
            GroupBy::Region => row.region,
            GroupBy::ProductLine => row.product_line,
            GroupBy::Salesperson => row.salesperson,
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

/// An amount of an invoice split by the values of its lines, in proportion to their gross amounts, in the order of the
/// values; each part is rounded and the last takes the remainder.
pub fn split(
    books: &Books,
    claim: &Claim,
    amount: Money,
    customer: &Customer,
    currency: &Arc<str>,
    by: GroupBy,
) -> Vec<(Group, Money)> {
    let whole = group_of_customer(customer, currency, by);
    let shares = if by.is_of_orders() { books.shares(claim.invoice, &whole.key) } else { Vec::new() };
    let total: Money = shares.iter().map(|&(_, gross)| gross).sum();
    let Some(((last, _), others)) = shares.split_last().filter(|_| !total.is_zero()) else {
        return vec![(whole, amount)];
    };
    let group = |value: &Arc<str>| Group { key: Arc::clone(value), currency: Arc::clone(currency) };
    let mut parts: Vec<(Group, Money)> =
        others.iter().map(|(value, gross)| (group(value), amount.share_rounded(*gross, total))).collect();
    let given: Money = parts.iter().map(|&(_, part)| part).sum();
    parts.push((group(last), amount - given));
    parts
}
