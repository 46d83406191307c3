//! The rules of the four-document match: what an order line's documents come to, and each check as one function of
//! the figures it compares.

use crate::money::{Money, Price, Quantity, Rate, tax_rounded};
use crate::policy::{MatchPolicy, Tolerance};

/// What the documents of one order line come to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Ordered.
    pub ordered: Quantity,
    /// Shipped, returns deducted.
    pub shipped: Quantity,
    /// Shipped, by the positive rows alone.
    pub shipped_positive: Quantity,
    /// Accepted, returns deducted.
    pub accepted: Quantity,
    /// Arrived damaged.
    pub damaged: Quantity,
    /// Sent back on arrival.
    pub rejected: Quantity,
    /// Signed for by the positive rows alone.
    pub signed_positive: Quantity,
    /// May be billed.
    pub billable: Quantity,
    /// Invoiced, red invoices deducted.
    pub invoiced: Quantity,
    /// What may be billed, in money with tax.
    pub billable_amount: Money,
    /// Invoiced in money with tax, red invoices deducted.
    pub invoiced_amount: Money,
}

impl Figures {
    /// Signed for: accepted, damaged and rejected together.
    #[inline]
    pub fn signed(&self) -> Quantity {
        self.accepted + self.damaged + self.rejected
    }

    /// What may have been shipped: the order, and what was damaged or rejected and may be replaced.
    #[inline]
    pub fn may_be_shipped(&self) -> Quantity {
        self.ordered + self.damaged + self.rejected
    }

    /// Whether signed and shipped differ both by all rows and by the positive rows alone. Where they agree one way,
    /// a return explains the other.
    #[inline]
    pub fn signature_differs(&self) -> bool {
        self.signed() != self.shipped && self.signed_positive != self.shipped_positive
    }

    /// Whether exactly what was ordered was shipped and accepted, and exactly what may be billed is invoiced, as of most
    /// lines. Then no check of quantities finds anything, and the chain is complete, whatever is tolerated.
    #[inline]
    pub fn quantities_agree(&self) -> bool {
        self.shipped == self.ordered
            && self.accepted == self.shipped
            && self.damaged.is_zero()
            && self.rejected.is_zero()
            && self.invoiced == self.billable
    }

    /// What is still to be invoiced: `billable − invoiced` where positive, and its amount, nothing unless both
    /// differences are positive.
    #[inline]
    pub fn to_invoice(&self) -> (Quantity, Money) {
        if self.billable <= self.invoiced {
            return (Quantity::ZERO, Money::ZERO);
        }
        (self.billable - self.invoiced, (self.billable_amount - self.invoiced_amount).or_zero())
    }
}

/// What may be billed of what was signed for: the accepted goods, and of the damaged and rejected ones the shares
/// `match.bill_damaged` and `match.bill_rejected`.
#[inline]
pub fn billable(accepted: Quantity, damaged: Quantity, rejected: Quantity, policy: &MatchPolicy) -> Quantity {
    if policy.bill_damaged == Rate::ZERO && policy.bill_rejected == Rate::ZERO {
        return accepted;
    }
    accepted + damaged.times_share(policy.bill_damaged) + rejected.times_share(policy.bill_rejected)
}

/// Whether a difference in quantity is within the tolerance for what was expected.
#[inline]
pub fn quantity_within(difference: Quantity, expected: Quantity, tolerance: &Tolerance<Quantity>) -> bool {
    if difference.is_zero() {
        return true;
    }
    let difference = difference.abs();
    let within_abs = || tolerance.abs.is_none_or(|abs| difference <= abs);
    let within_pct = || tolerance.pct.is_none_or(|pct| difference <= expected.abs().times_share(pct));
    tolerance.is_set() && within_abs() && within_pct()
}

/// Whether a difference in money is within the tolerance for what was expected.
pub fn money_within(difference: Money, expected: Money, tolerance: &Tolerance<Money>) -> bool {
    let difference = difference.abs();
    let within_abs = || tolerance.abs.is_none_or(|abs| difference <= abs);
    let within_pct = || tolerance.pct.is_none_or(|pct| expected.abs().share_reaches(pct, difference));
    difference.is_zero() || (tolerance.is_set() && within_abs() && within_pct())
}

/// OVER_SHIPPED: more shipped than ordered, damaged and rejected together.
#[inline]
pub fn over_shipped(figures: &Figures) -> bool {
    figures.shipped > figures.may_be_shipped()
}

/// OVER_SIGNED: more signed for than shipped, by all rows and not explained by returns.
#[inline]
pub fn over_signed(figures: &Figures) -> bool {
    figures.signed() > figures.shipped && figures.signature_differs()
}

/// OVER_INVOICED: more invoiced than may be billed.
#[inline]
pub fn over_invoiced(figures: &Figures) -> bool {
    figures.invoiced > figures.billable
}

/// PRICE: the blue invoice's lines for the order line together are not `round(quantity × price)`. `None` where they
/// are, or have no quantity; else whether the difference is within tolerance, in the price or in the amount.
#[inline]
pub fn price_differs(gross: Money, quantity: Quantity, price: Price, policy: &MatchPolicy) -> Option<bool> {
    if quantity.is_zero() {
        return None;
    }
    let expected = quantity.times_rounded(price);
    if gross == expected {
        return None;
    }
    let amount_within = money_within(gross - expected, expected, &policy.tolerance.amount);
    Some(amount_within || price_within(gross, quantity, price, &policy.tolerance.price))
}

/// Whether `gross ÷ quantity` is within the tolerance for the price, without dividing.
fn price_within(gross: Money, quantity: Quantity, price: Price, tolerance: &Tolerance<Money>) -> bool {
    let within_abs =
        tolerance.abs.is_none_or(|abs| quantity.price_error_within(gross, price, Price::of_money(abs)));
    let within_pct = tolerance
        .pct
        .is_none_or(|pct| quantity.price_error_within(gross, price, price.abs().times_share(pct)));
    tolerance.is_set() && within_abs && within_pct
}

/// AMOUNT: the amounts differ although the billable quantity is invoiced, or more money is invoiced than billable.
#[inline]
pub fn amount_differs(figures: &Figures) -> bool {
    let (billable, invoiced) = (figures.billable_amount, figures.invoiced_amount);
    invoiced > billable || (figures.invoiced == figures.billable && invoiced != billable)
}

/// TAX, first half: the tax that `round(net × rate)` expects, where it is not the tax stated.
pub fn tax_differs(net: Option<Money>, rate: Option<Rate>, tax: Option<Money>) -> Option<(Money, Money)> {
    let (expected, actual) = (tax_rounded(net?, rate?), tax?);
    (expected != actual).then_some((expected, actual))
}

/// TAX, second half: net and tax together, where they are not the gross amount.
pub fn gross_differs(net: Option<Money>, tax: Option<Money>, gross: Money) -> Option<(Money, Money)> {
    let expected = net? + tax?;
    (expected != gross).then_some((expected, gross))
}

/// Whether the chain is complete: all that was ordered is shipped and not more, signed = shipped, invoiced =
/// billable, each within the quantity tolerance.
#[inline]
pub fn is_complete(figures: &Figures, policy: &MatchPolicy) -> bool {
    let within = |difference, expected| quantity_within(difference, expected, &policy.tolerance.quantity);
    let over = over_shipped(figures)
        && !within(figures.shipped - figures.may_be_shipped(), figures.may_be_shipped());
    !ships_too_little(figures, policy)
        && !over
        && signature_settled(figures, policy)
        && within(figures.invoiced - figures.billable, figures.billable)
}

/// Whether less was shipped than ordered, beyond the tolerance.
#[inline]
pub fn ships_too_little(figures: &Figures, policy: &MatchPolicy) -> bool {
    figures.shipped < figures.ordered
        && !quantity_within(figures.shipped - figures.ordered, figures.ordered, &policy.tolerance.quantity)
}

/// Whether signed = shipped within the tolerance, by all rows or by the positive rows alone.
#[inline]
pub fn signature_settled(figures: &Figures, policy: &MatchPolicy) -> bool {
    let within = |difference, expected| quantity_within(difference, expected, &policy.tolerance.quantity);
    within(figures.signed() - figures.shipped, figures.shipped)
        || within(figures.signed_positive - figures.shipped_positive, figures.shipped_positive)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn quantity(text: &str) -> Quantity {
        Quantity::parse(text).unwrap()
    }

    fn money(cents: i128) -> Money {
        Money::from_cents(cents)
    }

    fn policy() -> MatchPolicy {
        crate::policy::load(None).unwrap().0.matching
    }

    proptest! {
        #[test]
        fn where_quantities_agree_nothing_is_found(quantities in prop::collection::vec(-1i32..1, 9)) {
            let [ordered, shipped, shipped_positive, accepted, damaged, rejected, signed_positive, billable, invoiced] =
                *quantities.iter().map(|number| quantity(&number.to_string())).collect::<Vec<_>>() else { unreachable!() };
            let figures = Figures {
                ordered, shipped, shipped_positive, accepted, damaged, rejected, signed_positive, billable, invoiced,
                ..Figures::default()
            };
            let found = over_shipped(&figures) || over_signed(&figures) || over_invoiced(&figures) || figures.signature_differs();
            let agree = figures.quantities_agree();
            prop_assert!(!agree || !found && is_complete(&figures, &policy()));
            let differ = ordered != shipped || shipped != figures.signed() || billable != invoiced;
            prop_assert_eq!(agree, !differ && damaged.is_zero() && rejected.is_zero());
        }
    }

    #[test]
    fn damaged_and_rejected_goods_may_be_replaced_without_over_shipping() {
        let figures = Figures {
            ordered: quantity("100"),
            shipped: quantity("105"),
            accepted: quantity("100"),
            damaged: quantity("3"),
            rejected: quantity("2"),
            ..Figures::default()
        };
        assert!(!over_shipped(&figures));
        assert!(over_shipped(&Figures { shipped: quantity("105.001"), ..figures }));
    }

    #[test]
    fn a_price_is_within_tolerance_by_the_price_or_by_the_amount() {
        let price = Price::parse("10").unwrap();
        let differs = |gross, q: &str| price_differs(money(gross), quantity(q), price, &policy());
        assert_eq!(differs(10_000, "10"), None);
        assert_eq!(differs(10_006, "10"), Some(true), "amount differs by 0.06");
        assert_eq!(differs(10_007, "10"), Some(true), "price differs by 0.007");
        assert_eq!(differs(100_100, "100"), Some(true), "price differs by 0.01, which is 0.1%");
        assert_eq!(differs(100_101, "100"), Some(false));
        assert_eq!(differs(5, "0"), None);
    }

    #[test]
    fn of_two_bounds_the_stricter_counts_and_without_bounds_nothing_is_tolerated() {
        let one_percent = Rate::parse_percent("1%").unwrap();
        let both = Tolerance { abs: Some(money(6)), pct: Some(one_percent) };
        assert!(money_within(money(5), money(500), &both));
        assert!(!money_within(money(6), money(500), &both), "1% of 5.00 is 0.05");
        assert!(!money_within(money(7), money(1_000_000), &both));
        let unset = Tolerance { abs: None, pct: None };
        assert!(!money_within(money(1), money(1), &unset) && money_within(money(0), money(1), &unset));
    }

    #[test]
    fn a_return_explains_a_difference_between_signed_and_shipped() {
        let figures = Figures {
            shipped: quantity("90"),
            shipped_positive: quantity("100"),
            accepted: quantity("100"),
            signed_positive: quantity("100"),
            ..Figures::default()
        };
        assert!(!figures.signature_differs() && !over_signed(&figures));
    }
}
