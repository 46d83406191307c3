//! Whether an open tranche is dunned, and for how much: what is disputed is not asked for (domain rule P-43), an
//! extension is waited for (P-44), and what is too small is let be (`collect.minimum`).

use chrono::NaiveDate;

use crate::money::Money;
use crate::policy::CollectPolicy;
use crate::receivable::OpenItem;

/// Where an open tranche stands in dunning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dunning {
    /// It is due and past the day until which the customer may pay: so much is asked for, what is disputed left out.
    Due(Money),
    /// It is not due yet; its customer may be reminded of it.
    NotDue,
    /// It is overdue by its own due date, and was extended to this day, which is not past.
    Extended(NaiveDate),
    /// It is disputed in full, be it due or not.
    Disputed,
    /// What is not disputed of it is less than `collect.minimum`, be it due or not.
    BelowMinimum,
}

impl Dunning {
    /// With a minimum of 100.00, a balance of 100.00 is dunned and one of 99.99 is not; of 120.00 with 30.00 in dispute
    /// nothing is. With `--by`, the whole tranche is what must reach the minimum, not the part of it.
    pub fn of(item: &OpenItem, policy: &CollectPolicy) -> Dunning {
        let undisputed = item.undisputed();
        match item.extended_to {
            _ if !undisputed.is_positive() => Dunning::Disputed,
            _ if item.undisputed_in_whole() < policy.minimum => Dunning::BelowMinimum,
            _ if item.dunning_days() > 0 => Dunning::Due(undisputed),
            Some(day) if item.is_overdue() => Dunning::Extended(day),
            Some(_) | None => Dunning::NotDue,
        }
    }

    /// What is asked for now; `None` where nothing is.
    pub fn due(self) -> Option<Money> {
        match self {
            Dunning::Due(amount) => Some(amount),
            _ => None,
        }
    }

    /// Whether it will be asked for once it is due, and its customer may be reminded of it: an extended tranche too.
    pub fn is_to_come(self) -> bool {
        matches!(self, Dunning::NotDue | Dunning::Extended(_))
    }
}
