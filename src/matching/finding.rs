//! The checks of the match by name, and what one of them found.

use std::borrow::Cow;
use std::iter;

use crate::lang::{Lang, Word};
use crate::money::{Money, Price, Quantity, Rate};
use crate::policy::{MatchPolicy, Tolerance};
use crate::report::vocabulary::Said;

macro_rules! checks {
    ($($(#[doc = $doc:literal])* $variant:ident = $code:literal, $zh:literal;)*) => {
        /// The checks of the match, in the order in which findings are listed.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Check { $($(#[doc = $doc])* $variant),* }

        impl Check {
            /// All checks, in their order.
            pub const ALL: &'static [Check] = &[$(Check::$variant),*];

            /// The code, and what a table says.
            pub const fn word(self) -> Word {
                match self { $(Check::$variant => Word { code: $code, en: $code, zh: $zh }),* }
            }
        }
    };
}

checks! {
    /// More shipped than ordered and to be replaced.
    OverShipped = "OVER_SHIPPED", "超发";
    /// More signed for than shipped.
    OverSigned = "OVER_SIGNED", "签收超发货";
    /// More invoiced than may be billed.
    OverInvoiced = "OVER_INVOICED", "超开票";
    /// Another goods name.
    Name = "NAME", "品名不符";
    /// Another price.
    Price = "PRICE", "单价不符";
    /// Another amount.
    Amount = "AMOUNT", "金额不符";
    /// The order's own amount is not quantity × price.
    OrderAmount = "ORDER_AMOUNT", "订单金额不符";
    /// Another tax rate.
    TaxRate = "TAX_RATE", "税率不符";
    /// The tax is not net × rate, or net and tax are not gross.
    Tax = "TAX", "税额不符";
    /// Another customer.
    Customer = "CUSTOMER", "客户不符";
    /// A document before the one it follows.
    Date = "DATE", "日期倒置";
    /// Shipped and not signed for in time.
    LateSignature = "LATE_SIGNATURE", "逾期未签收";
    /// Cancelled, and yet shipped, signed for or invoiced.
    Cancelled = "CANCELLED", "已取消仍有单据";
}

/// A value that a check compares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Measure {
    /// A quantity.
    Quantity(Quantity),
    /// An amount.
    Money(Money),
    /// A price.
    Price(Price),
    /// A rate.
    Rate(Rate),
    /// A name, a customer, a date.
    Text(String),
    /// Nothing to show.
    Nothing,
}

/// What a check found at an order line. Findings sort by check, then document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The check.
    pub check: Check,
    /// The document it is about; empty where it is about the line's sums.
    pub document: String,
    /// What the rule expects.
    pub expected: Measure,
    /// What the documents say.
    pub actual: Measure,
    /// Actual less expected, where both are numbers.
    pub difference: Measure,
    /// Whether the difference is within its tolerance.
    pub within: bool,
}

/// What stands between the two bounds of a tolerance, of which the stricter counts.
const BOTH: Word = Word { code: " and ", en: " and ", zh: " 且 " };

/// The sums of a cancelled line that should be nothing.
pub(super) const SHIPPED: Word = Word { code: "shipped", en: "shipped", zh: "发货数量" };
pub(super) const SIGNED: Word = Word { code: "signed", en: "signed", zh: "签收数量" };
pub(super) const INVOICED: Word = Word { code: "invoiced", en: "invoiced", zh: "已开票数量" };
pub(super) const INVOICED_AMOUNT: Word =
    Word { code: "invoiced_amount", en: "invoiced_amount", zh: "已开票金额" };

impl Finding {
    /// The document, or the sum of the order line that stands in its place.
    pub fn document_in(&self, lang: Lang) -> &str {
        if self.check != Check::Cancelled {
            return &self.document;
        }
        let sums = [SHIPPED, SIGNED, INVOICED, INVOICED_AMOUNT];
        let sum = sums.into_iter().find(|sum| sum.code == self.document);
        sum.map_or(&self.document, |sum| sum.say(lang))
    }
}

/// What all findings of a check say alike.
#[derive(Clone, Debug, PartialEq)]
pub struct Wording {
    /// Tolerances in words: `0.01 and 0.1%`.
    quantity: String,
    price: String,
    amount: String,
    tax: String,
    /// Who must look, by check.
    owners: Vec<Said>,
}

impl Wording {
    /// What the policy says.
    pub fn new(policy: &MatchPolicy) -> Wording {
        let tolerances = &policy.tolerance;
        let owner =
            |check: &Check| Said::new(policy.owners.get(check.word().code).map_or("", String::as_str));
        Wording {
            quantity: tolerance_text(&tolerances.quantity),
            price: tolerance_text(&tolerances.price),
            amount: tolerance_text(&tolerances.amount),
            tax: tolerance_text(&tolerances.tax),
            owners: Check::ALL.iter().map(owner).collect(),
        }
    }

    /// The tolerance of a check; empty where nothing is tolerated.
    pub fn tolerance(&self, check: Check) -> &str {
        match check {
            Check::OverShipped | Check::OverSigned | Check::OverInvoiced => &self.quantity,
            Check::Price => &self.price,
            Check::Amount | Check::OrderAmount => &self.amount,
            Check::Tax => &self.tax,
            Check::Name
            | Check::TaxRate
            | Check::Customer
            | Check::Date
            | Check::LateSignature
            | Check::Cancelled => "",
        }
    }

    /// The same in a language: `0.01 and 0.1%`, 0.01 且 0.1%.
    pub fn tolerance_in(&self, check: Check, lang: Lang) -> Cow<'_, str> {
        let tolerance = self.tolerance(check);
        match lang {
            Lang::En => Cow::Borrowed(tolerance),
            Lang::Zh => Cow::Owned(tolerance.replace(BOTH.code, BOTH.zh)),
        }
    }

    /// The department that must look at the findings of a check.
    pub fn owner(&self, check: Check) -> &Said {
        &self.owners[check as usize]
    }
}

/// A tolerance in words: `0.01 and 0.1%`.
fn tolerance_text<T: ToString>(tolerance: &Tolerance<T>) -> String {
    let bounds = [tolerance.abs.as_ref().map(T::to_string), tolerance.pct.map(Rate::percent)];
    bounds.into_iter().flatten().collect::<Vec<_>>().join(BOTH.code)
}

/// Which checks found something at an order line, and whether a person must look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    codes: u16,
    review: bool,
}

impl Findings {
    /// Notes a finding. LATE_SIGNATURE is a task, not a contradiction: it never asks for a review.
    pub fn note(&mut self, check: Check, within: bool) {
        self.codes |= 1 << check as u16;
        self.review |= !within && check != Check::LateSignature;
    }

    /// Whether the check found something.
    pub const fn has(self, check: Check) -> bool {
        self.codes & (1 << check as u16) != 0
    }

    /// Whether nothing was found.
    pub const fn is_empty(self) -> bool {
        self.codes == 0
    }

    /// Whether a finding exceeds its tolerance, or has none.
    pub const fn needs_review(self) -> bool {
        self.review
    }

    /// The checks that found something, in their order.
    pub fn checks(self) -> impl Iterator<Item = Check> {
        let mut left = self.codes;
        iter::from_fn(move || {
            let first = Check::ALL.get(left.trailing_zeros() as usize)?;
            left &= left - 1;
            Some(*first)
        })
    }

    /// The codes, joined by `;`.
    #[inline]
    pub fn joined(self, into: &mut String) {
        into.clear();
        if !self.is_empty() {
            self.join(into);
        }
    }

    fn join(self, into: &mut String) {
        for check in self.checks() {
            if !into.is_empty() {
                into.push(';');
            }
            into.push_str(check.word().code);
        }
    }
}
