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

/// The words of ERPs, and the letters that stand for them in exports of Kingdee's (Z 暂存, A 创建, B 审核中, C 已审核, D 重新审核).
const WORDS: &[(&str, Approval)] = &[
    ("approved", Approval::Approved),
    ("pending", Approval::Pending),
    ("draft", Approval::Pending),
    ("submitted", Approval::Pending),
    ("unapproved", Approval::Pending),
    ("void", Approval::Void),
    ("已审核", Approval::Approved),
    ("已审", Approval::Approved),
    ("C", Approval::Approved),
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
    ("未审", Approval::Pending),
    ("未审批", Approval::Pending),
    ("待审核", Approval::Pending),
    ("待审批", Approval::Pending),
    ("重新审核", Approval::Pending),
    ("审批不通过", Approval::Pending),
    ("审批未通过", Approval::Pending),
    ("未通过", Approval::Pending),
    ("已驳回", Approval::Pending),
    ("驳回", Approval::Pending),
    ("Z", Approval::Pending),
    ("A", Approval::Pending),
    ("B", Approval::Pending),
    ("D", Approval::Pending),
    ("作废", Approval::Void),
    ("已作废", Approval::Void),
];

/// Whether the row's document is approved, as a flag.
const FLAGS: &[(&str, Approval)] = &[
    ("yes", Approval::Approved),
    ("no", Approval::Pending),
    ("是", Approval::Approved),
    ("否", Approval::Pending),
    ("Y", Approval::Approved),
    ("N", Approval::Pending),
    ("√", Approval::Approved),
    ("1", Approval::Approved),
    ("0", Approval::Pending),
    ("true", Approval::Approved),
    ("false", Approval::Pending),
    ("已审核", Approval::Approved),
    ("未审核", Approval::Pending),
];

/// Where the row's document stands, by its status (单据状态) or by a flag (审核标志). A file without these columns, or an
/// empty status, is taken for approved; an empty flag is not: Kingdee K3 flags what is approved with Y, and nothing else.
#[inline(always)]
pub fn approval<C: Columns>(cells: &mut Cells<'_, '_, C>, status: C, flag: C) -> Approval {
    if cells.layout().has_any([status, flag]) {
        stated_approval(cells, status, flag)
    } else {
        Approval::Approved
    }
}

#[inline(never)]
fn stated_approval<C: Columns>(cells: &mut Cells<'_, '_, C>, status: C, flag: C) -> Approval {
    let stated = cells.word(status, WORDS);
    let flagged = cells.word(flag, FLAGS);
    let unflagged = cells.layout().has(flag) && cells.bytes(flag).is_empty();
    stated.or(flagged).unwrap_or(if unflagged { Approval::Pending } else { Approval::Approved })
}

/// Leaves a row out whose document is not approved, or void.
#[inline(always)]
pub fn leave_out_unless_approved<C: Columns>(cells: &mut Cells<'_, '_, C>, status: C, flag: C) {
    match approval(cells, status, flag) {
        Approval::Approved => {}
        Approval::Pending => cells.leave_out(Reason::NotApproved),
        Approval::Void => cells.leave_out(Reason::Void),
    }
}

/// The columns of a delivery's row that may say that it is a return.
#[derive(Clone, Copy, Debug)]
pub struct ReturnColumns<C> {
    /// 退货标志: yes or no.
    pub flag: C,
    /// 红蓝字: red or blue.
    pub colour: C,
    /// 单据类型: the name of the type of document, which every company words in its own way.
    pub document_type: C,
}

const YES_NO: &[(&str, bool)] = &[
    ("yes", true),
    ("no", false),
    ("是", true),
    ("否", false),
    ("Y", true),
    ("N", false),
    ("1", true),
    ("0", false),
    ("true", true),
    ("false", false),
];

const RED_BLUE: &[(&str, bool)] =
    &[("red", true), ("blue", false), ("红字", true), ("蓝字", false), ("红", true), ("蓝", false)];

/// Whether the row is a return (退货标志 是, 红蓝字 红字, 单据类型 销售退货单): the quantity of one is stated positive by
/// some programs. A flag in no known word is reported: taken for no, it would turn goods that came back into goods
/// delivered.
#[inline(always)]
pub fn is_return<C: Columns>(cells: &mut Cells<'_, '_, C>, columns: ReturnColumns<C>) -> bool {
    let ReturnColumns { flag, colour, document_type } = columns;
    cells.layout().has_any([flag, colour, document_type]) && says_return(cells, columns)
}

#[inline(never)]
fn says_return<C: Columns>(cells: &mut Cells<'_, '_, C>, columns: ReturnColumns<C>) -> bool {
    let flagged = cells.word(columns.flag, YES_NO).unwrap_or(false);
    let red = cells.word(columns.colour, RED_BLUE).unwrap_or(false);
    flagged || red || cells.text(columns.document_type).contains("退货")
}
