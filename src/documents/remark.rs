//! What the remark (备注) of an invoice says: the blue invoice that a red one takes back, and the order it belongs to.
//!
//! Invoicing software writes the blue invoice of a red one into the remark, each in its own words (`WORDINGS`), and
//! people write it in free text (冲…发票…). The numbers of the papers that allow a red invoice (红字发票信息确认单编号,
//! 信息表编号) stand there too and are never taken for it: a number counts only directly after words that say what
//! it is.

use std::borrow::Cow;

use regex_lite::Regex;
use unicode_normalization::UnicodeNormalization;

/// An invoice as another document names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named<'r> {
    /// Its code (发票代码), where it is named; empty for a fully digital invoice.
    pub code: Cow<'r, [u8]>,
    /// Its number.
    pub number: Cow<'r, [u8]>,
}

/// What stands after a wording.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Says {
    /// The number of the blue invoice.
    Number,
    /// Its code; the number follows after [`AFTER_CODE`], or has a wording of its own.
    Code,
}

/// How remarks name the blue invoice of a red one, after folding full-width forms.
const WORDINGS: [(&str, Says); 18] = [
    ("被红冲蓝字数电票号码", Says::Number),
    ("被红冲蓝字数电发票号码", Says::Number),
    ("被红冲蓝字全电发票号码", Says::Number),
    ("被红冲蓝字发票号码", Says::Number),
    ("对应蓝字数电票号码", Says::Number),
    ("对应蓝字数电发票号码", Says::Number),
    ("对应蓝字发票号码", Says::Number),
    ("对应蓝字发票号", Says::Number),
    ("对应正数发票号码", Says::Number),
    ("对应正数发票号", Says::Number),
    ("原蓝字发票号码", Says::Number),
    ("原蓝字发票号", Says::Number),
    ("被红冲发票号码", Says::Number),
    ("被红冲蓝字发票代码", Says::Code),
    ("对应蓝字发票代码", Says::Code),
    ("对应正数发票代码", Says::Code),
    ("原蓝字发票代码", Says::Code),
    ("被红冲发票代码", Says::Code),
];

/// What introduces the number after a code: `对应正数发票代码:044031900111号码:00012345`.
const AFTER_CODE: [&str; 3] = ["发票号码", "号码", "号"];

/// The blue invoice that the remark of a red one names.
///
/// ```
/// use recv::documents::remark::original;
/// let named = original("对应正数发票代码:044031900111号码:00012345").unwrap();
/// assert_eq!((&*named.code, &*named.number), (&b"044031900111"[..], &b"00012345"[..]));
/// assert_eq!(original("开具红字增值税专用发票信息表编号4403011907012345"), None);
/// ```
pub fn original(remark: &str) -> Option<Named<'static>> {
    let text: String = remark.nfkc().collect();
    let numbers: Vec<String> = after(&text, Says::Number).filter_map(invoice_number).collect();
    let (code, after_code) = after(&text, Says::Code).find_map(invoice_code).unzip();
    // Of an invoice named by both of its numbers, the 20 digits say which it is without a code.
    let digital = numbers.iter().find(|number| super::invoice::is_digital(number.as_bytes()));
    let number = digital
        .or_else(|| numbers.first())
        .cloned()
        .or_else(|| number_after_code(after_code?))
        .or_else(|| in_free_text(&text))?;
    let code = if super::invoice::is_digital(number.as_bytes()) { "" } else { code.unwrap_or_default() };
    Some(Named { code: Cow::Owned(code.as_bytes().to_vec()), number: Cow::Owned(number.into_bytes()) })
}

/// The order number that a remark names: the first group of the policy's pattern.
pub fn order_no<'t>(pattern: &Regex, remark: &'t str) -> Option<&'t str> {
    let found = pattern.captures(remark)?.get(1)?.as_str().trim();
    (!found.is_empty()).then_some(found)
}

/// What follows each wording of this kind, in the order of the table.
fn after(text: &str, says: Says) -> impl Iterator<Item = &str> {
    let wordings = WORDINGS.iter().filter(move |(_, kind)| *kind == says);
    wordings.flat_map(move |(wording, _)| {
        text.match_indices(wording).map(move |(at, wording)| &text[at + wording.len()..])
    })
}

/// The text without what may stand between a wording and its value.
fn value_of(text: &str) -> &str {
    let bare = text.trim_start_matches(|c: char| c.is_whitespace() || ":;为是([【「\"'#".contains(c));
    let sign = ["No.", "NO.", "no.", "No", "NO"].iter().find_map(|sign| bare.strip_prefix(sign));
    sign.map_or(bare, |rest| rest.trim_start_matches([':', ' ']))
}

/// The letters, digits and hyphens at the beginning, and what follows.
fn run(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_alphanumeric() && c != '-').unwrap_or(text.len());
    let word = text[..end].trim_end_matches('-');
    (word, &text[end..])
}

/// An invoice number at the beginning. Several of them together are kept as one text: no invoice has that number, so
/// that a person is told of the red invoice that takes back more than one.
fn invoice_number(text: &str) -> Option<String> {
    let (first, mut rest) = run(value_of(text));
    if first.len() < 4 || !first.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let mut number = first.to_owned();
    while let Some(more) = rest.trim_start().strip_prefix(['、', ',', '/', '和', '及', '与']) {
        let (next, after) = run(more.trim_start());
        if next.len() != first.len() || !next.bytes().any(|byte| byte.is_ascii_digit()) {
            break;
        }
        number.push('、');
        number.push_str(next);
        rest = after;
    }
    Some(number)
}

/// An invoice code at the beginning, 10 or 12 digits, and what follows.
fn invoice_code(text: &str) -> Option<(&str, &str)> {
    let (code, rest) = run(value_of(text));
    let is_code = matches!(code.len(), 10 | 12) && code.bytes().all(|byte| byte.is_ascii_digit());
    is_code.then_some((code, rest))
}

fn number_after_code(text: &str) -> Option<String> {
    let text = text.trim_start_matches(|c: char| c.is_whitespace() || ",、;".contains(c));
    let rest = AFTER_CODE.iter().find_map(|wording| text.strip_prefix(wording))?;
    invoice_number(rest)
}

/// `冲2026年5月10日发票00012345`, as people write it.
fn in_free_text(text: &str) -> Option<String> {
    text.match_indices('冲').find_map(|(at, word)| {
        let rest = text[at + word.len()..].trim_start_matches(['红', '销', '减', '抵', '回']);
        let rest = rest.trim_start_matches(|c: char| {
            c.is_ascii_digit() || c.is_whitespace() || "年月日./-号的".contains(c)
        });
        let rest = ["所开具的", "开具的", "所开", "开具", "开的"]
            .iter()
            .find_map(|word| rest.strip_prefix(word))
            .unwrap_or(rest);
        let rest = ["蓝字", "正数", "原"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
        let rest = rest.strip_prefix("发票")?;
        let rest = ["号码", "号"].iter().find_map(|word| rest.strip_prefix(word)).unwrap_or(rest);
        // 冲5月发票2026年… is a date, not a number.
        let (_, after) = run(value_of(rest));
        if after.starts_with(['年', '月', '张', '份', '元', '.', '%']) {
            None
        } else {
            invoice_number(rest)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const DIGITAL: &str = "26327000000742719331";
    const PAPER: (&str, &str) = ("044031900111", "00012345");

    fn named(remark: &str) -> Option<(String, String)> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        original(remark).map(|named| (text(&named.code), text(&named.number)))
    }

    #[test]
    fn each_wording_names_a_number_in_full_and_half_width() {
        for (wording, _) in WORDINGS.iter().filter(|(_, says)| *says == Says::Number) {
            for colon in [":", "：", " : ", "", "："] {
                let found = named(&format!("销货退回 {wording}{colon}{DIGITAL} 张三"));
                assert_eq!(found, Some((String::new(), DIGITAL.to_owned())), "{wording}{colon}");
            }
        }
        assert_eq!(named("被红冲蓝字数电票号码：２６３２７０００００0742719331").unwrap().1, DIGITAL);
    }

    #[test]
    fn each_wording_names_a_code_with_its_number() {
        let expected = Some((PAPER.0.to_owned(), PAPER.1.to_owned()));
        for (wording, _) in WORDINGS.iter().filter(|(_, says)| *says == Says::Code) {
            for (colon, between) in [(":", ""), ("：", " "), ("：", "，发票"), ("", "、")] {
                let (code, number) = PAPER;
                assert_eq!(
                    named(&format!("{wording}{colon}{code}{between}号码{colon}{number}")),
                    expected,
                    "{wording}"
                );
            }
        }
        for remark in [
            "被红冲蓝字发票代码：044031900111 被红冲蓝字发票号码：00012345",
            "被红冲蓝字发票号码：00012345 被红冲蓝字发票代码：044031900111",
            "对应正数发票代码:044031900111号码:00012345 开具红字增值税专用发票信息表编号4403011907012345",
        ] {
            assert_eq!(named(remark), expected, "{remark}");
        }
        assert_eq!(named("对应正数发票代码:4403191130号码:00012345").unwrap().0, "4403191130");
    }

    #[test]
    fn both_numbers_of_one_invoice_are_its_20_digits() {
        let remark = format!(
            "被红冲蓝字发票代码：{} 被红冲蓝字发票号码：{} 被红冲蓝字数电票号码：{DIGITAL}",
            PAPER.0, PAPER.1
        );
        assert_eq!(named(&remark), Some((String::new(), DIGITAL.to_owned())));
    }

    #[test]
    fn free_text_names_the_invoice_after_its_date() {
        for remark in [
            "冲2026年5月10日发票00012345",
            "冲2026-05-10发票00012345",
            "冲红 2026.5.10 开具的发票号码：00012345",
            "退货，冲5月10日发票号00012345。",
            "红冲发票No.00012345",
            "冲20260510发票００012345",
        ] {
            assert_eq!(named(remark), Some((String::new(), PAPER.1.to_owned())), "{remark}");
        }
        for remark in ["冲5月发票2026年开", "冲5月发票3张", "冲减货款 2026-05-10", "发票00012345"]
        {
            assert_eq!(named(remark), None, "{remark}");
        }
    }

    #[test]
    fn the_papers_that_allow_a_red_invoice_are_not_the_invoice() {
        for remark in [
            "红字发票信息确认单编号：44030026071000123456",
            "开具红字增值税专用发票信息表编号4403011907012345",
            "红字增值税专用发票信息表编号:4403011907012345",
            "被红冲蓝字数电票号码： 红字发票信息确认单编号：44030026071000123456",
            "红冲发票信息表编号4403011907012345",
            "冲红字发票信息确认单编号：44030026071000123456",
        ] {
            assert_eq!(named(remark), None, "{remark}");
        }
        let both = format!("红字发票信息确认单编号：44030026071000123456 被红冲蓝字数电票号码：{DIGITAL}");
        assert_eq!(named(&both).unwrap().1, DIGITAL);
    }

    #[test]
    fn several_invoices_are_no_invoice() {
        assert_eq!(named("被红冲蓝字发票号码：00012345、00012346").unwrap().1, "00012345、00012346");
        assert_eq!(named("被红冲蓝字发票号码：00012345,共1张").unwrap().1, "00012345");
    }

    #[test]
    fn the_pattern_finds_the_order() {
        let pattern = Regex::new(r"订单号[:：]\s*([A-Za-z0-9-]+)").unwrap();
        assert_eq!(order_no(&pattern, "送货至二厂，订单号：SO-2605-01，张三"), Some("SO-2605-01"));
        assert_eq!(order_no(&pattern, "订单号："), None);
        assert_eq!(order_no(&pattern, ""), None);
    }
}
