//! How the closing allowance compares with what it is there for.

use std::sync::Arc;

use crate::lang::Lang;
use crate::money::{Money, Rate};
use crate::policy::{CoverageBase, CoveragePolicy};

use super::ProvisionRow;

/// The coverage of one currency: closing allowance ÷ base.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Coverage {
    /// The currency.
    pub currency: Arc<str>,
    /// What the allowance is compared with.
    pub base: CoverageBase,
    /// How much that is.
    pub base_amount: Money,
    /// The closing allowance.
    pub closing: Money,
    /// Their quotient, to four decimals; `None` at a zero base.
    pub ratio: Option<Rate>,
    /// The range that the policy asks for.
    pub range: (Rate, Rate),
    /// How the coverage lies to that range.
    pub verdict: Verdict,
}

/// How the coverage lies to the policy's range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The base is nothing, so there is no ratio.
    NotApplicable,
    /// Inside, its ends included.
    Within,
    /// Below: so much allowance is missing to the lower end.
    Below(Money),
    /// Above: so much allowance is free down to the upper end.
    Above(Money),
}

impl Coverage {
    /// The coverage of a currency's total, by `[provision.coverage]`: the closing allowance over `base`. Outside
    /// `min` to `max` it is a finding with the amount that is missing or free; it never changes a rate.
    ///
    /// 100,000 of allowance over 100,000 past 180 days is 100%: to 120% there are 20,000 missing.
    pub fn of(total: &ProvisionRow, policy: &CoveragePolicy) -> Coverage {
        let base_amount = base_amount(total, policy.base);
        let closing = total.movement.closing;
        Coverage {
            currency: Arc::clone(&total.group.currency),
            base: policy.base,
            base_amount,
            closing,
            ratio: closing.ratio_rounded(base_amount, 4),
            range: (policy.min, policy.max),
            verdict: verdict(closing, base_amount, policy),
        }
    }

    /// Whether a person must look.
    pub fn is_finding(&self) -> bool {
        matches!(self.verdict, Verdict::Below(_) | Verdict::Above(_))
    }

    /// The coverage as a sentence.
    pub fn say(&self, lang: Lang) -> String {
        let word = self.base.word().say(lang);
        let (closing, base, currency) = (self.closing.grouped(), self.base_amount.grouped(), &self.currency);
        let ratio = self.ratio.map_or_else(|| "n/a".to_owned(), Rate::percent);
        let verdict = self.say_verdict(lang);
        match lang {
            Lang::En => {
                format!("coverage {ratio}: allowance {closing} over {word} {base} {currency}{verdict}")
            }
            Lang::Zh => format!("拨备覆盖率{ratio}：坏账准备{closing} ÷ {word}{base} {currency}{verdict}"),
        }
    }

    fn say_verdict(&self, lang: Lang) -> String {
        let (min, max) = (self.range.0.percent(), self.range.1.percent());
        match (self.verdict, lang) {
            (Verdict::NotApplicable | Verdict::Within, _) => String::new(),
            (Verdict::Below(missing), Lang::En) => format!("; {} below {min}", missing.grouped()),
            (Verdict::Below(missing), Lang::Zh) => format!("；比{min}尚缺{}", missing.grouped()),
            (Verdict::Above(free), Lang::En) => format!("; {} above {max}", free.grouped()),
            (Verdict::Above(free), Lang::Zh) => format!("；比{max}高出{}", free.grouped()),
        }
    }
}

/// What the allowance is compared with, by `provision.coverage.base`: balances in the last bucket, what was written
/// off in the period, or everything overdue.
fn base_amount(total: &ProvisionRow, base: CoverageBase) -> Money {
    match base {
        CoverageBase::Impaired => total.impaired(),
        CoverageBase::WrittenOff => total.movement.written_off,
        CoverageBase::Overdue => total.overdue,
    }
}

/// Both ends are compared to the cent, so that nothing less than a cent is called missing or free.
fn verdict(closing: Money, base: Money, policy: &CoveragePolicy) -> Verdict {
    if !base.is_positive() {
        return Verdict::NotApplicable;
    }
    let (least, most) = (base.times_rounded(policy.min), base.times_rounded(policy.max));
    if closing < least {
        Verdict::Below(least - closing)
    } else if closing > most {
        Verdict::Above(closing - most)
    } else {
        Verdict::Within
    }
}
