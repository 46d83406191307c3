//! `customers.csv`: a customer.

use crate::input::columns::CustomerColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, Kind, Layout};
use crate::money::Rate;
use crate::policy::Policy;

/// A customer as its row states it. Texts may be empty.
#[derive(Clone, Copy, Debug)]
pub struct CustomerRow<'r> {
    /// The customer.
    pub customer_id: &'r [u8],
    /// The name.
    pub name: &'r str,
    /// The industry.
    pub industry: &'r str,
    /// The credit grade.
    pub credit_grade: &'r str,
    /// The payment terms, as written.
    pub terms: &'r str,
    /// The region.
    pub region: &'r str,
    /// The salesperson.
    pub salesperson: &'r str,
    /// A provision rate of the customer's own.
    pub specific_rate: Option<Rate>,
}

/// How customers are read.
#[derive(Clone, Copy, Debug)]
pub struct CustomerReader;

impl Document for CustomerReader {
    type Column = CustomerColumn;
    type Row<'r> = CustomerRow<'r>;
    const KIND: Kind = Kind::Customers;

    fn of_file(_: &Layout<CustomerColumn>, _: &Policy) -> CustomerReader {
        CustomerReader
    }

    fn parse<'r>(&self, cells: &mut Cells<'r, '_, CustomerColumn>) -> Option<CustomerRow<'r>> {
        let _ = cells.amount(CreditLimit);
        Some(CustomerRow {
            customer_id: cells.needed_id(CustomerId),
            name: cells.text(CustomerName),
            industry: cells.text(Industry),
            credit_grade: cells.text(CreditGrade),
            terms: cells.text(Terms),
            region: cells.text(Region),
            salesperson: cells.text(Salesperson),
            specific_rate: cells.rate(SpecificRate),
        })
    }
}
