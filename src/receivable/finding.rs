//! What a person should know about the books themselves: the rows of `findings.csv`.

use crate::lang::{Lang, Word};
use crate::money::Money;
use crate::report::{Cell, Column, headings};

/// The kinds of findings about the books, in the order of their codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FindingCode {
    /// A bill has fallen due: somebody must confirm that it was paid.
    BillMatured,
    /// A total row of a file does not agree with the rows above it.
    ControlTotal,
    /// The allowance's coverage is out of its range.
    Coverage,
    /// Rows alike in every column recv reads.
    DuplicateRows,
    /// Money was due before the invoice, and is still open.
    PrepaidUnpaid,
    /// An invoice is marked as reversed, and no red invoice names it.
    RedMissing,
    /// Refunds exceed what a customer had to its credit.
    RefundExceedsCredit,
    /// A payment or a red invoice names an invoice that is not there.
    UnknownInvoice,
}

impl FindingCode {
    /// The code, and what a table says.
    pub const fn word(self) -> Word {
        match self {
            FindingCode::BillMatured => Word { code: "BILL_MATURED", en: "BILL_MATURED", zh: "票据到期" },
            FindingCode::ControlTotal => {
                Word { code: "CONTROL_TOTAL", en: "CONTROL_TOTAL", zh: "合计不符" }
            }
            FindingCode::Coverage => Word { code: "COVERAGE", en: "COVERAGE", zh: "覆盖率" },
            FindingCode::DuplicateRows => {
                Word { code: "DUPLICATE_ROWS", en: "DUPLICATE_ROWS", zh: "重复行" }
            }
            FindingCode::PrepaidUnpaid => {
                Word { code: "PREPAID_UNPAID", en: "PREPAID_UNPAID", zh: "预付未收" }
            }
            FindingCode::RedMissing => Word { code: "RED_MISSING", en: "RED_MISSING", zh: "红票缺失" },
            FindingCode::RefundExceedsCredit => {
                Word { code: "REFUND_EXCEEDS_CREDIT", en: "REFUND_EXCEEDS_CREDIT", zh: "退款超额" }
            }
            FindingCode::UnknownInvoice => {
                Word { code: "UNKNOWN_INVOICE", en: "UNKNOWN_INVOICE", zh: "发票不存在" }
            }
        }
    }

    /// What has to be done about it.
    pub const fn advice(self) -> Word {
        match self {
            FindingCode::BillMatured => Word {
                code: "bill fell due; confirm that it was paid",
                en: "bill fell due; confirm that it was paid",
                zh: "票据已到期，请确认兑付",
            },
            FindingCode::ControlTotal => Word {
                code: "a total row of the file does not agree with its rows",
                en: "a total row of the file does not agree with its rows",
                zh: "文件的合计行与明细不符",
            },
            FindingCode::Coverage => Word {
                code: "coverage out of its range",
                en: "coverage out of its range",
                zh: "覆盖率超出范围",
            },
            FindingCode::DuplicateRows => Word {
                code: "rows alike in every column; all are counted",
                en: "rows alike in every column; all are counted",
                zh: "各列完全相同的行，均已计入",
            },
            FindingCode::PrepaidUnpaid => Word {
                code: "was due before the invoice and is still open",
                en: "was due before the invoice and is still open",
                zh: "应在开票前付清，仍未收到",
            },
            FindingCode::RedMissing => Word {
                code: "marked as reversed, and its red invoice is not in the books",
                en: "marked as reversed, and its red invoice is not in the books",
                zh: "标为已红冲，但账中没有对应红票",
            },
            FindingCode::RefundExceedsCredit => Word {
                code: "refunds exceed the customer's credit",
                en: "refunds exceed the customer's credit",
                zh: "退款超过客户的贷方余额",
            },
            FindingCode::UnknownInvoice => Word {
                code: "names an invoice that is not in the books",
                en: "names an invoice that is not in the books",
                zh: "所注发票不在账中",
            },
        }
    }
}

/// A row of `findings.csv`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BookFinding {
    /// What kind it is.
    pub code: FindingCode,
    /// The customer; empty where it is about a file.
    pub customer_id: String,
    /// The document or file; empty where it is about the customer.
    pub document: String,
    /// The money it is about; `None` where it is about quantities.
    pub amount: Option<Money>,
    /// How many rows it is about, where that matters.
    pub rows: Option<u64>,
    /// Of two figures that should agree, what is stated and what it should be.
    pub figures: Option<[String; 2]>,
}

impl BookFinding {
    /// A finding about a document.
    pub fn new(code: FindingCode, customer_id: &str, document: &str, amount: Money) -> BookFinding {
        BookFinding {
            code,
            customer_id: customer_id.to_owned(),
            document: document.to_owned(),
            amount: Some(amount),
            rows: None,
            figures: None,
        }
    }

    /// What it says, in words.
    pub fn what(&self, lang: Lang) -> String {
        let advice = self.code.advice().say(lang);
        match (self.rows, &self.figures) {
            (Some(rows), _) => format!("{rows} {advice}"),
            (None, Some([stated, found])) => lang.pick(
                format!("{advice}: {stated} stated, {found} found"),
                format!("{advice}：所列 {stated}，实为 {found}"),
            ),
            (None, None) => advice.to_owned(),
        }
    }
}

impl PartialOrd for BookFinding {
    fn partial_cmp(&self, other: &BookFinding) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for BookFinding {
    fn cmp(&self, other: &BookFinding) -> std::cmp::Ordering {
        let key = |finding: &BookFinding| {
            (finding.code.word().code, finding.customer_id.clone(), finding.document.clone(), finding.amount)
        };
        key(self).cmp(&key(other))
    }
}

/// The columns of `findings.csv`; what a finding says is written in this language.
pub fn columns(lang: Lang) -> Vec<Column<BookFinding>> {
    vec![
        Column::new(headings::CODE, |row| Cell::Word(row.code.word())),
        Column::new(headings::CUSTOMER_ID, |row| Cell::text(&row.customer_id)),
        Column::new(headings::DOCUMENT, |row| Cell::text(&row.document)),
        Column::new(headings::AMOUNT, |row| Cell::maybe(row.amount, Cell::Money)),
        Column::spoken(headings::WHAT, lang, |row, lang| Cell::Text(row.what(lang).into())),
    ]
}
