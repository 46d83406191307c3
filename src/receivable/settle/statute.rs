//! The order in which money that names no debt settles several, as the law has it (民法典第五百六十条第二款): what is
//! due before what is not; of that, what is least secured; then what burdens the debtor most; then what fell due
//! first; and what is equal in all of these, in proportion.
//!
//! Security is a share of the debt (`secured`: 是 or `100%` for all of it), the burden its rate of interest
//! (`interest_rate`). Where neither stands in the books, those two steps decide nothing, and the report says so.

use chrono::NaiveDate;

use super::{Claim, oldest_first};
use crate::documents::invoices::Invoices;
use crate::money::{Money, Rate};
use crate::receivable::Customer;

/// By what tranches stand in line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Standing {
    is_not_due: bool,
    secured: Rate,
    least_burden: std::cmp::Reverse<Rate>,
    due_date: NaiveDate,
}

/// The open tranches in the order in which they are settled, seen from a day; those that are equal together.
pub(super) fn precedence(
    claims: &[Claim],
    invoices: &Invoices,
    customer: &Customer,
    day: NaiveDate,
) -> Vec<Vec<(usize, usize)>> {
    let standing = |(claim, at): (usize, usize)| {
        let owed: &Claim = &claims[claim];
        let burden = invoices.burden(owed.invoice);
        let due_date = owed.tranches[at].due_date;
        Standing {
            is_not_due: due_date > day,
            secured: burden.secured.or(customer.secured).unwrap_or(Rate::ZERO),
            least_burden: std::cmp::Reverse(
                burden.interest_rate.or(customer.interest_rate).unwrap_or(Rate::ZERO),
            ),
            due_date,
        }
    };
    let mut open: Vec<(Standing, (usize, usize))> = Vec::new();
    for (claim, owed) in claims.iter().enumerate() {
        let tranches = owed.tranches.iter().enumerate().filter(|(_, tranche)| !tranche.balance().is_zero());
        open.extend(tranches.map(|(at, _)| (standing((claim, at)), (claim, at))));
    }
    open.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| oldest_first(claims, *one, *other, invoices)));
    let equals = open.chunk_by(|(a, _), (b, _)| a == b);
    equals.map(|equals| equals.iter().map(|&(_, at)| at).collect()).collect()
}

/// What each of several equal debts gets of an amount: all that is open where the amount suffices, else in proportion, in
/// whole fen; the fen that are left over go to the largest remainders, of equals to the first.
///
/// 1.00 over 1.00, 1.00 and 1.00 is 0.34, 0.33 and 0.33.
pub(super) fn shares(amount: Money, open: &[Money]) -> Vec<Money> {
    let whole: i128 = open.iter().map(|open| open.cents()).sum();
    let amount = amount.cents();
    if amount >= whole {
        return open.to_vec();
    }
    let mut shares: Vec<i128> = open.iter().map(|open| amount * open.cents() / whole).collect();
    let mut left = amount - shares.iter().sum::<i128>();
    let mut by_remainder: Vec<usize> = (0..open.len()).collect();
    by_remainder.sort_by_key(|&at| std::cmp::Reverse(amount * open[at].cents() % whole));
    for at in by_remainder {
        if left == 0 {
            break;
        }
        shares[at] += 1;
        left -= 1;
    }
    shares.into_iter().map(Money::from_cents).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn equal_debts_share_to_the_fen() {
        let cents = |list: &[i128]| list.iter().copied().map(Money::from_cents).collect::<Vec<_>>();
        assert_eq!(shares(Money::from_cents(100), &cents(&[100, 100, 100])), cents(&[34, 33, 33]));
        assert_eq!(shares(Money::from_cents(100), &cents(&[200, 100])), cents(&[67, 33]));
        assert_eq!(shares(Money::from_cents(500), &cents(&[200, 100])), cents(&[200, 100]));
        assert_eq!(shares(Money::from_cents(1), &cents(&[1, 2])), cents(&[0, 1]));
    }

    proptest! {
        #[test]
        fn shares_add_up_and_exceed_nothing(amount in 0i128..100_000, open in prop::collection::vec(1i128..10_000, 1..9)) {
            let open: Vec<Money> = open.into_iter().map(Money::from_cents).collect();
            let whole: Money = open.iter().copied().sum();
            let shares = shares(Money::from_cents(amount), &open);
            prop_assert_eq!(shares.iter().copied().sum::<Money>(), Money::from_cents(amount).min(whole));
            prop_assert!(shares.iter().zip(&open).all(|(share, open)| !share.is_negative() && share <= open));
        }
    }
}
