//! `customers.csv`: a customer.

use super::secured_share;
use super::stated_terms::stated_terms;
use crate::diagnostic::Problem;
use crate::input::columns::CustomerColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, FastMap, InputError, Intake, Kind, Layout, Place, Verdict};
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
    /// How far its debts are secured, as a share of them.
    pub secured: Option<Rate>,
    /// The interest that its debts bear, a year.
    pub interest_rate: Option<Rate>,
}

/// Reads `customers.csv`. A customer that stands there twice is refused, with the place of its first row.
pub fn read_customers(
    intake: &mut Intake<'_>,
    mut take: impl FnMut(&CustomerRow<'_>) -> Verdict + Send,
) -> Result<(), InputError> {
    let mut places: FastMap<Box<[u8]>, Place> = FastMap::default();
    intake.read::<CustomerReader>(|row, place| {
        if let Some(&earlier) = places.get(row.customer_id) {
            let customer = String::from_utf8_lossy(row.customer_id).into_owned();
            let problem = Problem::CustomerTwice(customer, String::new());
            return Verdict::Refused("customer_id", problem, Some(earlier));
        }
        let verdict = take(row);
        if matches!(verdict, Verdict::Used) {
            places.insert(row.customer_id.into(), place);
        }
        verdict
    })
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
            name: cells.optional_text(CustomerName).unwrap_or_else(|| cells.text(ShortName)),
            industry: cells.text(Industry),
            credit_grade: cells.text(CreditGrade),
            terms: std::str::from_utf8(stated_terms(cells, Terms, PaymentMethod)).unwrap_or_default(),
            region: cells.text(Region),
            salesperson: cells.text(Salesperson),
            specific_rate: cells.rate(SpecificRate),
            secured: secured_share(cells, Secured),
            interest_rate: cells.rate(InterestRate),
        })
    }
}
