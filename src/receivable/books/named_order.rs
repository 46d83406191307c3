//! The order that an invoice names.

use crate::ids::{Id, Label, Order};

/// The order that an invoice names.
#[derive(Clone, Copy, Debug)]
pub(super) enum NamedOrder {
    Nothing,
    Known(Id<Order>),
    /// One that is not in the books.
    Strange(Id<Label>),
}

/// The same in four bytes: there are millions of invoices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct PackedOrder(u32);

impl PackedOrder {
    /// The bit of a number that is of an order not in the books.
    const STRANGE: u32 = 1 << 31;

    /// The four bytes as a number.
    pub(super) fn bits(self) -> u64 {
        self.0.into()
    }
}

impl From<NamedOrder> for PackedOrder {
    #[inline]
    fn from(named: NamedOrder) -> PackedOrder {
        PackedOrder(match named {
            NamedOrder::Nothing => u32::MAX,
            NamedOrder::Known(order) => order.index() as u32,
            NamedOrder::Strange(order) => order.index() as u32 | PackedOrder::STRANGE,
        })
    }
}

impl From<PackedOrder> for NamedOrder {
    #[inline]
    fn from(PackedOrder(packed): PackedOrder) -> NamedOrder {
        match packed {
            u32::MAX => NamedOrder::Nothing,
            PackedOrder::STRANGE.. => {
                NamedOrder::Strange(Id::from_index((packed ^ PackedOrder::STRANGE) as usize))
            }
            _ => NamedOrder::Known(Id::from_index(packed as usize)),
        }
    }
}
