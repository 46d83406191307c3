//! `shipments.csv`: a shipped line (出库单).

use chrono::NaiveDate;

use super::approval::{ReturnColumns, is_return, leave_out_unless_approved};
use super::order_lines::{DocumentLine, numbers_order_lines};
use crate::input::columns::ShipmentColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, Kind, Layout};
use crate::money;
use crate::policy::Policy;

/// A shipped line as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct ShipmentRow<'r> {
    /// The shipment.
    pub shipment_no: &'r [u8],
    /// The order.
    pub order_no: &'r [u8],
    /// The order line; may be empty.
    pub line_no: &'r [u8],
    /// The day of shipping.
    pub date: NaiveDate,
    /// The goods' number; may be empty.
    pub sku: &'r [u8],
    /// The goods' name, as written.
    pub goods_name: &'r [u8],
    /// How much was shipped; negative for a return.
    pub quantity: money::Quantity,
}

impl<'r> ShipmentRow<'r> {
    /// The order line that the row means.
    #[inline]
    pub const fn document_line(&self) -> DocumentLine<'r> {
        let goods_name = Some(self.goods_name);
        DocumentLine { order_no: self.order_no, line_no: self.line_no, sku: self.sku, goods_name }
    }
}

/// How shipped lines are read.
#[derive(Clone, Copy, Debug)]
pub struct ShipmentReader {
    /// Whether the file's line numbers are the order's, not its own document's.
    has_order_lines: bool,
}

const RETURN: ReturnColumns<ShipmentColumn> =
    ReturnColumns { flag: IsReturn, colour: RedOrBlue, document_type: Type };

impl Document for ShipmentReader {
    type Column = ShipmentColumn;
    type Row<'r> = ShipmentRow<'r>;
    const KIND: Kind = Kind::Shipments;
    const DATE: Option<ShipmentColumn> = Some(ShipDate);
    const MAY_REPEAT: bool = true;
    const SUMMED_QUANTITIES: &'static [ShipmentColumn] = &[Quantity];

    fn of_file(layout: &Layout<ShipmentColumn>, _: &Policy) -> ShipmentReader {
        let has_order_lines = numbers_order_lines(layout.heading(OrderNo), layout.heading(LineNo));
        ShipmentReader { has_order_lines }
    }

    #[inline(always)]
    fn parse<'r>(&self, cells: &mut Cells<'r, '_, ShipmentColumn>) -> Option<ShipmentRow<'r>> {
        let shipment_no = cells.needed_id(ShipmentNo);
        let order_no = cells.needed_id(OrderNo);
        let date = cells.needed_date(ShipDate);
        let goods_name = cells.needed_id(GoodsName);
        let quantity = cells.needed_quantity(Quantity);
        let returned = is_return(cells, RETURN);
        let quantity = quantity.map(|stated| if returned && stated.is_positive() { -stated } else { stated });
        leave_out_unless_approved(cells, Approval, ApprovedFlag);
        Some(ShipmentRow {
            shipment_no,
            order_no,
            line_no: if self.has_order_lines { cells.id(LineNo) } else { &[] },
            date: date?,
            sku: cells.id(Sku),
            goods_name,
            quantity: quantity?,
        })
    }
}
