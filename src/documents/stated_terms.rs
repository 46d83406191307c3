//! The payment terms that a row states: in its column of terms, or in one of payment methods that holds terms.
//!
//! ERPs have both: 付款条件 and 收款条件 are terms; 付款方式 and 结算方式 are methods (电汇, 银行承兑汇票), but some
//! companies write 月结30天 there. 赊销 says that terms were given, and not which.

use crate::input::Cells;
use crate::input::columns::Columns;
use crate::terms::{MonthlyBasis, Terms};

/// Words in a column of terms that say nothing about when to pay.
const NO_TERMS: [&str; 8] = ["赊销", "挂账", "信用", "无", "/", "-", "--", "—"];

/// Words of terms: beside a number of days or a percentage they are meant as such, whether recv can read them or not.
const TERMS_WORDS: [&str; 8] = ["月结", "票到", "货到", "款到", "预付", "质保", "天", "net"];

/// The row's terms, as written; empty where it states none.
#[inline(always)]
pub fn stated_terms<'r, C: Columns>(cells: &Cells<'r, '_, C>, terms: C, method: C) -> &'r [u8] {
    match cells.bytes(terms) {
        // All that says nothing begins otherwise.
        days @ [b'0'..=b'9', ..] => days,
        written if !written.is_empty() && !says_nothing(written) => written,
        _ => terms_among_methods(cells, method),
    }
}

fn says_nothing(terms: &[u8]) -> bool {
    NO_TERMS.iter().any(|word| word.as_bytes() == terms)
}

#[inline(never)]
fn terms_among_methods<'r, C: Columns>(cells: &Cells<'r, '_, C>, method: C) -> &'r [u8] {
    let text = cells.text(method);
    if is_meant_as_terms(text) { text.as_bytes() } else { &[] }
}

/// Whether a text from a column of methods is terms: one that recv reads, or one that a person must put right, because
/// passing over 月结60天+3个月承兑 would make the debt due too early and tell nobody.
fn is_meant_as_terms(text: &str) -> bool {
    if text.is_empty() || NO_TERMS.contains(&text) {
        return false;
    }
    let is_worded = TERMS_WORDS.iter().any(|word| text.contains(word));
    (is_worded && text.contains(|c: char| c.is_ascii_digit()))
        || (Terms::parse(text, MonthlyBasis::default()).is_ok() && text.parse::<u32>().is_err())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_no_terms_and_terms_among_methods_are() {
        for text in ["电汇", "银行承兑汇票", "赊销", "现金", "月结", "30", "信用证", ""] {
            assert!(!is_meant_as_terms(text), "{text}");
        }
        for text in
            ["月结30天", "现销", "现结", "款到发货", "net 30", "月结60天+3个月承兑", "预付30%余款月结"]
        {
            assert!(is_meant_as_terms(text), "{text}");
        }
    }
}
