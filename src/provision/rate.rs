//! The rate of provision of a tranche, and where it comes from.

use crate::lang::Lang;
use crate::money::Rate;
use crate::names::entry_named;
use crate::policy::ProvisionPolicy;
use crate::receivable::Customer;

/// Where a customer's rates come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RateBasis {
    /// The rates of the buckets.
    Matrix,
    /// The rates of the buckets, raised by this much for a high-risk industry.
    Uplifted(Rate),
    /// A rate of the customer's own, in place of both.
    Specific(Rate),
}

impl RateBasis {
    /// How much the bucket's rate is raised, 0 for most; `None` where it does not count.
    pub const fn uplift(self) -> Option<Rate> {
        match self {
            RateBasis::Matrix => Some(Rate::ZERO),
            RateBasis::Uplifted(uplift) => Some(uplift),
            RateBasis::Specific(_) => None,
        }
    }

    /// The basis as `matrix`, `matrix+uplift 20%` or `specific 35%`.
    pub fn say(self, lang: Lang) -> String {
        match (self, lang) {
            (RateBasis::Matrix, Lang::En) => "matrix".to_owned(),
            (RateBasis::Matrix, Lang::Zh) => "账龄矩阵".to_owned(),
            (RateBasis::Uplifted(uplift), Lang::En) => format!("matrix+uplift {}", uplift.percent()),
            (RateBasis::Uplifted(uplift), Lang::Zh) => format!("账龄矩阵+上浮{}", uplift.percent()),
            (RateBasis::Specific(rate), Lang::En) => format!("specific {}", rate.percent()),
            (RateBasis::Specific(rate), Lang::Zh) => format!("单项计提{}", rate.percent()),
        }
    }
}

/// Where the rates of a customer come from: its own `specific_rate` of customers.csv before all, else the buckets'
/// rates, raised where `[provision.uplift]` names its industry. An industry raised by 0% is not raised.
pub fn basis_of(customer: &Customer, policy: &ProvisionPolicy) -> RateBasis {
    if let Some(rate) = customer.specific_rate {
        return RateBasis::Specific(rate);
    }
    match entry_named(&policy.uplift, customer.industry.as_deref()) {
        Some(&uplift) if uplift != Rate::ZERO => RateBasis::Uplifted(uplift),
        _ => RateBasis::Matrix,
    }
}

/// The rate of a tranche: its bucket's rate of `[provision.rates]`, raised by the industry's uplift relatively,
/// never above 100%; a customer's specific rate takes the place of both for everything it owes, due or not.
///
/// ```
/// use recv::money::Rate;
/// use recv::provision::rate::{RateBasis, rate_for};
/// let rate = |text| Rate::parse_percent(text).unwrap();
/// let construction = RateBasis::Uplifted(rate("20%"));
/// assert_eq!(rate_for(rate("15%"), construction), rate("18%"));
/// assert_eq!(rate_for(rate("100%"), construction), rate("100%"));
/// assert_eq!(rate_for(rate("0%"), RateBasis::Specific(rate("35%"))), rate("35%"));
/// ```
pub fn rate_for(base_rate: Rate, basis: RateBasis) -> Rate {
    match basis {
        RateBasis::Matrix => base_rate,
        RateBasis::Uplifted(uplift) => base_rate.raised_by(uplift),
        RateBasis::Specific(rate) => rate,
    }
}
