//! What order lines order, in figures: quantity and price in eight bytes a line where they say all that a report asks of
//! its row, so that the row need not be read again.

use crate::documents::order::Ordered;
use crate::eights::are_equal;
use crate::input::Unread;
use crate::money::{Money, Price, Quantity, Rate, narrow, widened};
use crate::policy::PriceBasis;

/// The figures of all order lines.
#[derive(Debug)]
pub(super) struct Figures {
    all: Vec<Figure>,
    /// Whether the figures of every line are kept.
    is_complete: bool,
    /// What the rows state alike whose figures are kept.
    alike: Option<Alike>,
}

#[derive(Clone, Copy, Debug)]
struct Figure {
    /// In thousandths, as sums of quantities are kept, or [`NOT_KEPT`].
    quantity: i32,
    /// In ten-thousandths.
    unit_price: i32,
}

/// The quantity of a line whose row must be read again.
const NOT_KEPT: i32 = i32::MIN;

#[derive(Debug)]
struct Alike {
    basis: PriceBasis,
    /// The currency, as written.
    currency: String,
}

impl Default for Figures {
    fn default() -> Figures {
        Figures { all: Vec::new(), is_complete: true, alike: None }
    }
}

impl Figures {
    /// Whether no row need be read again.
    pub(super) const fn are_complete(&self) -> bool {
        self.is_complete
    }

    /// The figures of these lines, in their order.
    pub(super) fn of_rows(self, rows: &[u32]) -> Figures {
        Figures { all: rows.iter().map(|&row| self.all[row as usize]).collect(), ..self }
    }

    /// Adds a line.
    pub(super) fn push(&mut self, ordered: &Ordered<'_>) {
        let figure = self.figure(ordered);
        self.is_complete &= figure.is_some();
        self.all.push(figure.unwrap_or(Figure { quantity: NOT_KEPT, unit_price: 0 }));
    }

    /// The row's figures; `None` where it states an amount that does not follow from them, a line number with zeros
    /// before it, another basis or currency than the first row, or figures of many digits.
    fn figure(&mut self, ordered: &Ordered<'_>) -> Option<Figure> {
        let &Ordered { basis, currency, amount, .. } = ordered;
        let alike = self.alike.get_or_insert_with(|| Alike { basis, currency: currency.to_owned() });
        let says_more = amount.is_some_and(|amount| Money::from(amount) != ordered.computed_amount())
            || matches!(ordered.line_no, [b'0', _, ..])
            || alike.basis != basis
            || !are_equal(alike.currency.as_bytes(), currency.as_bytes());
        if says_more {
            return None;
        }
        Some(Figure { quantity: narrow(ordered.quantity)?, unit_price: narrow(ordered.unit_price)? })
    }

    /// What a line orders, at its tax rate; its texts are missing. `None` where its row must be read again.
    #[inline]
    pub(super) fn ordered(&self, line: usize, tax_rate: Option<Rate>) -> Option<Ordered<'_>> {
        let &Figure { quantity, unit_price } = self.all.get(line)?;
        let Alike { basis, currency } = self.alike.as_ref().filter(|_| quantity != NOT_KEPT)?;
        let (quantity, unit_price): (Quantity, Price) = (widened(quantity), widened(unit_price));
        Some(Ordered {
            order_no: &[],
            line_no: &[],
            sku: &[],
            goods_name: &[],
            quantity,
            unit_price,
            basis: *basis,
            tax_rate,
            amount: None,
            currency,
            sales: Unread::NOTHING,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::{CellMoney, Number};
    use proptest::prelude::*;

    /// A row that orders so much at such a price, and states an amount that is beside what that comes to.
    fn ordered<'r>(
        quantity: &str,
        price: &str,
        beside: Option<i128>,
        line_no: &'r [u8],
        basis: PriceBasis,
        currency: &'r str,
    ) -> Ordered<'r> {
        let (quantity, unit_price) = (Quantity::parse(quantity).unwrap(), Price::parse(price).unwrap());
        let computed_amount = quantity.times_rounded(unit_price);
        Ordered {
            order_no: b"SO1",
            line_no,
            sku: b"",
            goods_name: b"x",
            quantity,
            unit_price,
            basis,
            tax_rate: Rate::parse_percent("13%").ok(),
            amount: beside.and_then(|cents| {
                let amount = (computed_amount + Money::from_cents(cents)).to_string();
                CellMoney::from_number(Number::parse(amount.as_bytes()).unwrap()).ok()
            }),
            currency,
            sales: Unread::NOTHING,
        }
    }

    proptest! {
        #[test]
        fn figures_that_are_kept_are_those_of_the_row(rows in prop::collection::vec((
            prop_oneof!["-?[0-9]{1,4}([.][0-9]{1,4})?", "[1-9][0-9]{6,9}"],
            prop_oneof!["[0-9]{1,6}([.][0-9]{1,4})?", "[0-9]{1,9}[.][0-9]{5,8}"],
            prop_oneof![3 => Just(None), 3 => Just(Some(0)), 1 => Just(Some(1))],
            prop_oneof![4 => Just("1"), 1 => Just("01"), 1 => Just("0"), 1 => Just("")],
            prop_oneof![4 => Just(PriceBasis::Net), 1 => Just(PriceBasis::TaxInclusive)],
            prop_oneof![4 => Just(""), 1 => Just("USD")],
        ), 1..9)) {
            let rate = Rate::parse_percent("13%").ok();
            let row = |(quantity, price, beside, line_no, basis, currency): &(String, String, Option<i128>, &'static str, PriceBasis, &'static str)| {
                ordered(quantity, price, *beside, line_no.as_bytes(), *basis, currency)
            };
            let mut figures = Figures::default();
            for parts in &rows {
                figures.push(&row(parts));
            }
            for (line, parts) in rows.iter().enumerate() {
                let (row, kept) = (row(parts), figures.ordered(line, rate));
                let says_more = row.amount.is_some_and(|amount| Money::from(amount) != row.computed_amount()) || row.line_no == b"01";
                prop_assert!(kept.is_none() || !says_more);
                let says = |row: &Ordered<'_>| {
                    (row.quantity, row.unit_price, row.basis, row.billing_price(), row.computed_amount(), row.currency.to_owned())
                };
                prop_assert!(kept.as_ref().is_none_or(|kept| says(kept) == says(&row)));
                prop_assert!(kept.is_some() || !figures.are_complete());
            }
        }
    }

    #[test]
    fn common_figures_are_kept() {
        let mut figures = Figures::default();
        figures.push(&ordered("141.3", "1217.1911", Some(0), b"10", PriceBasis::Net, ""));
        figures.push(&ordered("-52", "0.01", None, b"", PriceBasis::Net, ""));
        assert!(figures.are_complete());
        assert!(
            [0, 1].iter().all(|&line| figures.ordered(line, None).is_some())
                && figures.ordered(2, None).is_none()
        );
    }
}
