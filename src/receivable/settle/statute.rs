//! The order in which money that names no debt settles several, as the law has it (民法典第五百六十条第二款): what is
//! due before what is not; of that, what is least secured; then what burdens the debtor most; then what fell due
//! first; and what is equal in all of these, in proportion.
//!
//! Security is a share of the debt (`secured`: 是 or `100%` for all of it), the burden its rate of interest
//! (`interest_rate`). Where neither stands in the books, those two steps decide nothing, and the report says so.

use chrono::NaiveDate;

use super::{Claim, oldest_first};
use crate::documents::invoices::Invoices;
use crate::lang::Word;
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

/// The step of the order that put a tranche before those that come after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precedence {
    /// It is due, and what comes after it is not.
    Due,
    /// It is less secured.
    LessSecured,
    /// It bears more interest.
    MoreBurdensome,
    /// It fell due earlier.
    EarlierDue,
    /// Several are equal in all of this, and share what does not suffice for all.
    InProportion,
    /// Nothing else was open after it.
    Last,
}

impl Precedence {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            Precedence::Due => {
                Word { code: "due", en: "due before what is not", zh: "先抵已到期债务" }
            }
            Precedence::LessSecured => Word {
                code: "less_secured",
                en: "less secured than the next",
                zh: "先抵缺乏担保或担保较少者",
            },
            Precedence::MoreBurdensome => {
                Word {
                    code: "more_burdensome", en: "at more interest than the next", zh: "先抵负担较重者"
                }
            }
            Precedence::EarlierDue => {
                Word { code: "earlier_due", en: "due earlier than the next", zh: "按到期先后" }
            }
            Precedence::InProportion => {
                Word {
                    code: "in_proportion", en: "in proportion to equal debts", zh: "与同等债务按比例"
                }
            }
            Precedence::Last => {
                Word { code: "last", en: "nothing else was open", zh: "别无其他未清债务" }
            }
        }
    }

    /// Why the first stands before the other.
    fn between(one: &Standing, other: &Standing) -> Precedence {
        if one.is_not_due != other.is_not_due {
            Precedence::Due
        } else if one.secured != other.secured {
            Precedence::LessSecured
        } else if one.least_burden != other.least_burden {
            Precedence::MoreBurdensome
        } else {
            Precedence::EarlierDue
        }
    }
}

/// The open tranches in the order in which they are settled, seen from a day; those that are equal together,
/// and why they stand before the next.
pub(super) fn precedence(
    claims: &[Claim<'_>],
    invoices: &Invoices,
    customer: &Customer,
    day: NaiveDate,
) -> Vec<(Vec<(usize, usize)>, Precedence)> {
    let standing = |(claim, at): (usize, usize)| {
        let owed: &Claim<'_> = &claims[claim];
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
        let tranches = owed.tranches.iter().enumerate().filter(|(_, tranche)| tranche.is_open());
        open.extend(tranches.map(|(at, _)| (standing((claim, at)), (claim, at))));
    }
    open.sort_by(|(a, one), (b, other)| a.cmp(b).then_with(|| oldest_first(claims, *one, *other, invoices)));
    let mut equals = open.chunk_by(|(a, _), (b, _)| a == b).peekable();
    let mut order = Vec::new();
    while let Some(these) = equals.next() {
        let step = match equals.peek() {
            Some(next) => Precedence::between(&these[0].0, &next[0].0),
            None => Precedence::Last,
        };
        order.push((these.iter().map(|&(_, at)| at).collect(), step));
    }
    order
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
