//! `receipts.csv`: a signed-for line (签收单).

use chrono::NaiveDate;

use super::approval::{ReturnColumns, is_return, leave_out_unless_approved};
use super::order_lines::{DocumentLine, numbers_order_lines};
use crate::input::columns::ReceiptColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, Kind, Layout};
use crate::money::Quantity;
use crate::policy::Policy;

/// A signed-for line as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct ReceiptRow<'r> {
    /// The receipt.
    pub receipt_no: &'r [u8],
    /// The shipment it signs for; may be empty.
    pub shipment_no: &'r [u8],
    /// The order.
    pub order_no: &'r [u8],
    /// The order line; may be empty.
    pub line_no: &'r [u8],
    /// The day of signing.
    pub date: NaiveDate,
    /// The goods' number; may be empty.
    pub sku: &'r [u8],
    /// The goods' name, as written.
    pub goods_name: &'r [u8],
    /// Taken as good; negative for a return.
    pub accepted: Quantity,
    /// Arrived damaged.
    pub damaged: Quantity,
    /// Sent back.
    pub rejected: Quantity,
    /// Why something was damaged or rejected, where it was.
    pub reason: &'r [u8],
    /// Who answers for it, where something was.
    pub responsible: &'r [u8],
}

impl<'r> ReceiptRow<'r> {
    /// The order line that the row means.
    #[inline]
    pub const fn document_line(&self) -> DocumentLine<'r> {
        let goods_name = Some(self.goods_name);
        DocumentLine { order_no: self.order_no, line_no: self.line_no, sku: self.sku, goods_name }
    }

    /// What the customer has signed for: accepted, damaged and rejected together.
    #[inline]
    pub fn signed(&self) -> Quantity {
        // Nearly nothing is damaged.
        if self.has_damage() { self.accepted + self.damaged + self.rejected } else { self.accepted }
    }

    /// Whether the row is an event: goods arrived, and none of them went back.
    #[inline]
    pub fn is_positive(&self) -> bool {
        self.signed().is_positive() && !self.accepted.is_negative()
    }

    /// Whether something was damaged or rejected, which the note of the order line tells.
    #[inline]
    pub fn has_damage(&self) -> bool {
        !self.damaged.is_zero() || !self.rejected.is_zero()
    }
}

/// How signed-for lines are read.
#[derive(Clone, Copy, Debug)]
pub struct ReceiptReader {
    /// Whether the file's line numbers are the order's, not its own document's.
    has_order_lines: bool,
}

/// Whether the customer has signed, in full or in part or with a refusal.
const SIGNED: &[(&str, bool)] = &[
    ("signed", true),
    ("unsigned", false),
    ("已签收", true),
    ("签收", true),
    ("正常签收", true),
    ("异常签收", true),
    ("部分签收", true),
    ("拒收", true),
    ("已拒收", true),
    ("拒签", true),
    ("已回单", true),
    ("未签收", false),
    ("待签收", false),
    ("未回单", false),
    ("待回单", false),
];

const RETURN: ReturnColumns<ReceiptColumn> =
    ReturnColumns { flag: IsReturn, colour: RedOrBlue, document_type: Type };

impl Document for ReceiptReader {
    type Column = ReceiptColumn;
    type Row<'r> = ReceiptRow<'r>;
    const KIND: Kind = Kind::Receipts;
    const DATE: Option<ReceiptColumn> = Some(SignDate);
    const MAY_REPEAT: bool = true;
    const SUMMED_QUANTITIES: &'static [ReceiptColumn] = &[Accepted, Damaged, Rejected];

    fn of_file(layout: &Layout<ReceiptColumn>, _: &Policy) -> ReceiptReader {
        let has_order_lines = numbers_order_lines(layout.heading(OrderNo), layout.heading(LineNo));
        ReceiptReader { has_order_lines }
    }

    #[inline(always)]
    fn parse<'r>(&self, cells: &mut Cells<'r, '_, ReceiptColumn>) -> Option<ReceiptRow<'r>> {
        let receipt_no = cells.needed_id(ReceiptNo);
        let order_no = cells.needed_id(OrderNo);
        let date = cells.needed_date(SignDate);
        let goods_name = cells.needed_id(GoodsName);
        let accepted = cells.needed_quantity(Accepted);
        let damaged = cells.quantity(Damaged).unwrap_or_default();
        let rejected = cells.quantity(Rejected).unwrap_or_default();
        let returned = is_return(cells, RETURN);
        let accepted =
            accepted.map(|accepted| if returned && accepted.is_positive() { -accepted } else { accepted });
        leave_out_unless_approved(cells, Approval, ApprovedFlag);
        if cells.word(SignStatus, SIGNED) == Some(false) {
            cells.leave_out(crate::input::Reason::NotSigned);
        }
        let is_whole = damaged.is_zero() && rejected.is_zero();
        let told = |column| if is_whole { &[] } else { cells.bytes(column) };
        let (reason, responsible) = (told(Reason), told(Responsible));
        Some(ReceiptRow {
            receipt_no,
            shipment_no: cells.id(ShipmentNo),
            order_no,
            line_no: if self.has_order_lines { cells.id(LineNo) } else { &[] },
            date: date?,
            sku: cells.id(Sku),
            goods_name,
            accepted: accepted?,
            damaged,
            rejected,
            reason,
            responsible,
        })
    }
}
