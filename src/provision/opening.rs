//! The allowance of the books: what `allowance.csv` says of each customer, by the reports' groups.

use std::sync::Arc;

use crate::documents::allowance::AllowanceReader;
use crate::documents::currency_code;
use crate::input::{InputError, Intake, Verdict};
use crate::money::Money;
use crate::receivable::finding::{BookFinding, FindingCode};
use crate::receivable::grouping::{GroupBy, group_of_customer};
use crate::receivable::{Customer, Group, Ledger};

/// A customer's allowance in the books: at the start of the period, and what moved in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The row it belongs to: the customer (or its value of `--by`), and the currency.
    pub group: Group,
    /// The customer.
    pub customer: Arc<Customer>,
    /// The allowance at the start of the period.
    pub opening: Money,
    /// What was written off against it.
    pub written_off: Money,
    /// What was recovered of debts written off before.
    pub recovered: Money,
}

/// The rows of `allowance.csv`.
#[derive(Debug, Default)]
pub struct Allowance {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    customer_id: String,
    currency: Arc<str>,
    opening: Money,
    written_off: Money,
    recovered: Money,
}

impl Allowance {
    /// Reads `allowance.csv`.
    pub fn read(intake: &mut Intake<'_>) -> Result<Allowance, InputError> {
        let own_currency = intake.policy.input.currency.clone();
        let mut rows = Vec::new();
        intake.read::<AllowanceReader>(|row, _| {
            rows.push(Row {
                customer_id: String::from_utf8_lossy(row.customer_id).into_owned(),
                currency: currency_code(row.currency, &own_currency).into(),
                opening: row.opening,
                written_off: row.written_off,
                recovered: row.recovered,
            });
            Verdict::Used
        })?;
        Ok(Allowance { rows })
    }

    /// Whether any row is this customer's.
    pub fn names(&self, customer_id: &str) -> bool {
        self.rows.iter().any(|row| row.customer_id == customer_id)
    }

    /// CUSTOMER_UNKNOWN: rows of customers that customers.csv does not have and that no other document names, with the
    /// opening. An id that was mistyped here releases one customer's allowance and charges another's anew.
    pub fn findings(&self, ledger: &Ledger) -> Vec<BookFinding> {
        let is_unknown =
            |row: &&Row| ledger.knows_customers && !ledger.customers.contains_key(&row.customer_id);
        let finding = |row: &Row| {
            BookFinding::new(FindingCode::CustomerUnknown, &row.customer_id, "", row.opening)
                .in_currency(&row.currency)
        };
        self.rows.iter().filter(is_unknown).map(finding).collect()
    }

    /// The rows by the reports' groups. A customer that owes nothing and has paid nothing is known by its id alone.
    pub fn openings(&self, ledger: &Ledger, by: GroupBy) -> Vec<Opening> {
        let opening = |row: &Row| {
            let unknown = || Arc::new(Customer { id: row.customer_id.clone(), ..Customer::default() });
            let customer = ledger.customers.get(&row.customer_id).map_or_else(unknown, Arc::clone);
            Opening {
                group: group_of_customer(&customer, &row.currency, by),
                customer,
                opening: row.opening,
                written_off: row.written_off,
                recovered: row.recovered,
            }
        };
        self.rows.iter().map(opening).collect()
    }
}
