//! The account of a file's rows: every row is read, and then used, left out for a reason, or set aside.

use std::collections::BTreeMap;

use super::count::{Count, Currencies, Stated};
use super::opening::Shape;
use super::source::{Kind, Place};
use crate::lang::Word;
use crate::money::exact::Exact;

/// Why a row does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Void (作废).
    Void,
    /// Dated after the as-of date.
    AfterAsOf,
    /// Of an order line that is dated after the as-of date.
    OrderAfterAsOf,
    /// A whole invoice in one row, whose lines another file holds.
    StandsByLine,
    /// Of an order line that can't be used.
    OrderSetAside,
    /// Alike in every column to an earlier row, and the policy drops such rows.
    Duplicate,
    /// The file's own total row, or a line below its table.
    TotalRow,
    /// Not approved yet (未审核), or of an order that is not.
    NotApproved,
    /// Money that went out, in a list of money both ways.
    MoneyOut,
    /// Delivered and not signed for yet (未签收).
    NotSigned,
    /// A dispute that is settled (已结案).
    Closed,
    /// A whole invoice that counts from another export of whole invoices, which shows it as far or further (reversed,
    /// void).
    Superseded,
}

impl Reason {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            Reason::Void => Word { code: "void", en: "void", zh: "作废" },
            Reason::AfterAsOf => {
                Word { code: "after_as_of", en: "dated after the as-of date", zh: "日期晚于截止日" }
            }
            Reason::OrderAfterAsOf => Word {
                code: "order_after_as_of",
                en: "of an order after the as-of date",
                zh: "订单日期晚于截止日",
            },
            Reason::StandsByLine => Word {
                code: "stands_by_line",
                en: "an invoice whose lines are in another file",
                zh: "该发票已按明细行计入",
            },
            Reason::OrderSetAside => Word {
                code: "order_set_aside",
                en: "of an order line that was set aside",
                zh: "所属订单行已搁置",
            },
            Reason::Duplicate => {
                Word { code: "duplicate", en: "alike to an earlier row", zh: "与前面的行完全相同" }
            }
            Reason::NotApproved => Word {
                code: "not_approved",
                en: "not approved, or of such an order",
                zh: "未审核，或所属订单未审核",
            },
            Reason::MoneyOut => Word { code: "money_out", en: "money out", zh: "支出" },
            Reason::Closed => Word { code: "closed", en: "closed by then", zh: "已结案" },
            Reason::NotSigned => Word { code: "not_signed", en: "not signed for yet", zh: "尚未签收" },
            Reason::TotalRow => Word {
                code: "total_row",
                en: "total row or footer of the file",
                zh: "文件自身的合计行或页脚",
            },
            Reason::Superseded => Word {
                code: "superseded",
                en: "the invoice counts from another export",
                zh: "同一发票已按另一份导出计入",
            },
        }
    }
}

/// The account of one file's rows.
#[derive(Clone, Debug)]
pub struct FileAccount {
    /// What the rows are.
    pub kind: Kind,
    /// The file's name.
    pub label: String,
    /// The encoding found.
    pub encoding: &'static str,
    /// All rows, without the heading and blank lines.
    pub read: Count,
    /// Rows that count.
    pub used: Count,
    /// Rows that do not count, by reason.
    pub left_out: BTreeMap<Reason, Count>,
    /// Rows that can't be used.
    pub set_aside: Count,
    /// Lines without any text.
    pub blank_lines: u64,
    /// Rows alike in every column to an earlier row.
    pub duplicates: Count,
    /// The currencies that its rows name.
    pub currencies: Currencies,
    /// What stands around the rows; `None` where the file could not be understood as a table.
    pub shape: Option<Shape>,
    /// The columns found: their names, and their headings in the file.
    pub columns: Vec<(&'static str, String)>,
    /// Headings that mean nothing to recv.
    pub unknown_headings: Vec<String>,
    /// Total rows that do not agree with the rows above them.
    pub wrong_totals: Vec<WrongTotal>,
    /// Faults beyond the limit, which are only counted.
    pub untold: u64,
}

/// A total row of a file that does not agree with its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrongTotal {
    /// Where it is.
    pub place: Place,
    /// Its line.
    pub line: u64,
    /// The heading of the column.
    pub heading: String,
    /// What it states.
    pub stated: Exact,
    /// What the rows above it add up to.
    pub summed: Exact,
    /// Whether both are money.
    pub is_money: bool,
}

impl FileAccount {
    /// All rows left out.
    pub fn left_out_total(&self) -> Count {
        self.left_out.values().fold(Count::default(), |sum, count| sum.plus(count))
    }

    /// Moves a row from those used (or left out for this reason) to those set aside, with its money.
    pub(super) fn set_aside_after_all(&mut self, left_out: Option<Reason>, row: Stated) {
        match left_out {
            None => self.used.take_away(row),
            Some(reason) => {
                let count = self.left_out.entry(reason).or_default();
                count.take_away(row);
                if count.rows() == 0 {
                    self.left_out.remove(&reason);
                }
            }
        }
        self.set_aside.add(row);
    }

    /// Whether rows read = used + left out + set aside, in number and in the money of each currency.
    pub fn adds_up(&self) -> bool {
        self.read.is(&self.used.plus(&self.left_out_total()).plus(&self.set_aside))
    }
}
