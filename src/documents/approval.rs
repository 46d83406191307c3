//! Where a document stands in the ERP's approval (单据状态, 审核状态): a draft is no document yet.

use crate::input::columns::Columns;
use crate::input::{Cells, Reason};

/// Where a document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Approval {
    /// It counts.
    Approved,
    /// It does not count yet.
    Pending,
    /// It was taken back.
    Void,
}

const WORDS: &[(&str, Approval)] = &[
    ("approved", Approval::Approved),
    ("pending", Approval::Pending),
    ("draft", Approval::Pending),
    ("submitted", Approval::Pending),
    ("unapproved", Approval::Pending),
    ("void", Approval::Void),
    ("已审核", Approval::Approved),
    ("审核", Approval::Approved),
    ("审核通过", Approval::Approved),
    ("审批通过", Approval::Approved),
    ("已审批", Approval::Approved),
    ("已批准", Approval::Approved),
    ("已确认", Approval::Approved),
    ("已生效", Approval::Approved),
    ("生效", Approval::Approved),
    ("执行中", Approval::Approved),
    ("正常", Approval::Approved),
    ("完成", Approval::Approved),
    ("已完成", Approval::Approved),
    ("关闭", Approval::Approved),
    ("已关闭", Approval::Approved),
    ("已记账", Approval::Approved),
    ("已签收", Approval::Approved),
    ("已出库", Approval::Approved),
    ("暂存", Approval::Pending),
    ("草稿", Approval::Pending),
    ("创建", Approval::Pending),
    ("保存", Approval::Pending),
    ("开立", Approval::Pending),
    ("自由", Approval::Pending),
    ("提交", Approval::Pending),
    ("已提交", Approval::Pending),
    ("审核中", Approval::Pending),
    ("审批中", Approval::Pending),
    ("未审核", Approval::Pending),
    ("未审批", Approval::Pending),
    ("待审核", Approval::Pending),
    ("待审批", Approval::Pending),
    ("重新审核", Approval::Pending),
    ("审批不通过", Approval::Pending),
    ("作废", Approval::Void),
    ("已作废", Approval::Void),
];

/// Where the row's document stands; a file without the column, or an empty cell, is taken for approved.
pub fn approval<C: Columns>(cells: &mut Cells<'_, '_, C>, column: C) -> Approval {
    cells.word(column, WORDS).unwrap_or(Approval::Approved)
}

/// Leaves a row out whose document is not approved, or void.
pub fn leave_out_unless_approved<C: Columns>(cells: &mut Cells<'_, '_, C>, column: C) {
    match approval(cells, column) {
        Approval::Approved => {}
        Approval::Pending => cells.leave_out(Reason::NotApproved),
        Approval::Void => cells.leave_out(Reason::Void),
    }
}

/// Whether the column says that the row is a return (退货标志 是, 单据类型 销售退货, 红蓝字 红字): the quantity of one is
/// stated positive by some programs.
pub fn is_return<C: Columns>(cells: &Cells<'_, '_, C>, column: C) -> bool {
    const YES: [&str; 7] = ["是", "红", "红字", "y", "yes", "1", "true"];
    let text = cells.text(column);
    !text.is_empty() && (text.contains("退货") || YES.iter().any(|yes| text.eq_ignore_ascii_case(yes)))
}
