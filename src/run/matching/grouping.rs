//! `recv match --by`: what stands in the place of the customer.

use std::collections::HashMap;

use crate::book_text::BookText;
use crate::documents::currency_code;
use crate::documents::customer::read_customers;
use crate::documents::order::Ordered;
use crate::documents::order_lines::OrderDetail;
use crate::input::{InputError, Intake, Verdict};
use crate::receivable::grouping::GroupBy;
use crate::receivable::{Customer, books};

/// What stands in the place of customer_id in the match's reports.
pub struct Grouping {
    by: GroupBy,
    customers: HashMap<Vec<u8>, Customer>,
    own_currency: String,
}

impl Grouping {
    /// What is to be kept of order lines: where they are grouped by a field of theirs, their rows are read again for it.
    pub const fn order_detail(by: GroupBy) -> OrderDetail {
        if by.is_of_orders() { OrderDetail::Goods } else { OrderDetail::Figures }
    }

    pub fn read(by: GroupBy, intake: &mut Intake<'_>) -> Result<Grouping, InputError> {
        let mut customers = HashMap::new();
        if by != GroupBy::Customer {
            read_customers(intake, |row| {
                customers.insert(row.customer_id.to_vec(), books::customer_of(row));
                Verdict::Used
            })?;
        }
        Ok(Grouping { by, customers, own_currency: intake.policy.input.currency.clone() })
    }

    /// The order's value, else the customer's.
    pub fn label(&self, order: &Ordered<'_>, customer_id: &[u8], into: &mut BookText) {
        if self.by == GroupBy::Customer {
            return into.set(customer_id);
        }
        let own = self.by.of_order(order);
        if !own.is_empty() {
            return into.set(own.as_bytes());
        }
        let currency = currency_code(order.currency, &self.own_currency);
        let nobody = Customer::default();
        let customer = self.customers.get(customer_id).unwrap_or(&nobody);
        into.set(self.by.of_customer(customer, &currency).as_bytes());
    }
}
