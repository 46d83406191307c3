//! What the provision would be at other rates, where the written policy gives none.

use std::sync::Arc;

use crate::aging::Buckets;
use crate::money::{Money, Rate};
use crate::policy::ProvisionPolicy;

use super::{ProvisionItem, ProvisionRow, rate};

/// The total of one currency with another rate for one bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sensitivity {
    /// The currency.
    pub currency: Arc<str>,
    /// The bucket whose rate is a gap in the written policy.
    pub bucket: Arc<str>,
    /// The rate tried.
    pub rate: Rate,
    /// The total required then.
    pub required: Money,
    /// How much more (negative: less) that is than at the policy's rate.
    pub difference: Money,
}

/// The total required with a gap's rate at those of the buckets before and after it. Rates never fall, so the truth
/// lies between; the first and the last bucket have a neighbour on one side only.
///
/// With 0%, 2%, 15%, 50% and 100%, and gaps at not_due and 91-180: the totals with not_due at 2%, and with 91-180 at 15% and
/// at 100%.
pub(super) fn at_neighbouring_rates(
    items: &[ProvisionItem<'_>],
    totals: &[ProvisionRow],
    policy: &ProvisionPolicy,
    buckets: &Buckets,
) -> Vec<Sensitivity> {
    let mut tried = Vec::new();
    for total in totals {
        for (bucket, rate) in policy.gaps.iter().flat_map(|&bucket| neighbouring_rates(bucket, policy)) {
            let difference = difference_at(rate, bucket, items, &total.group.currency);
            tried.push(Sensitivity {
                currency: Arc::clone(&total.group.currency),
                bucket: buckets.name(bucket).into(),
                rate,
                required: total.movement.required + difference,
                difference,
            });
        }
    }
    tried
}

/// The rates of the buckets before and after, each with the bucket it is tried for.
fn neighbouring_rates(bucket: usize, policy: &ProvisionPolicy) -> Vec<(usize, Rate)> {
    let rate_of = |bucket: Option<usize>| bucket.and_then(|bucket| policy.rates.get(bucket)).copied();
    let neighbours = [bucket.checked_sub(1), bucket.checked_add(1)];
    neighbours.into_iter().filter_map(rate_of).map(|rate| (bucket, rate)).collect()
}

/// How much more the bucket's tranches would need at this rate. Customers with a specific rate keep it.
fn difference_at(rate: Rate, bucket: usize, items: &[ProvisionItem<'_>], currency: &str) -> Money {
    let is_concerned =
        |item: &&ProvisionItem<'_>| item.bucket == bucket && &*item.item.group.currency == currency;
    let concerned: Vec<&ProvisionItem<'_>> = items.iter().filter(is_concerned).collect();
    let at_rate: Vec<_> =
        concerned.iter().map(|item| (item.item, rate::rate_for(rate, item.basis))).collect();
    let required: Money = super::required_of(&at_rate).into_iter().sum();
    required - concerned.iter().map(|item| item.provision).sum()
}
