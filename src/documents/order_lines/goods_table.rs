//! The goods of order lines, each once.

use crate::documents::goods::GoodsNames;
use crate::ids::{GoodsName, Id, Label};
use crate::input::FastMap;
use crate::memory::bring_near;
use crate::money::Rate;

/// The goods of an order line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Goods {
    /// The goods' number; `None` where the line has none.
    pub sku: Option<Id<Label>>,
    /// The goods' name, normalised.
    pub name: Id<GoodsName>,
    /// The goods' name, as written.
    pub(super) written_name: Id<Label>,
    /// The tax rate, where order lines state one.
    pub tax_rate: Option<Rate>,
}

impl Goods {
    /// Whether the rate is the order's, or the order states none.
    pub fn agrees_on_tax(&self, rate: Rate) -> bool {
        self.tax_rate.is_none_or(|own| own == rate)
    }
}

/// Goods with their name as written, where that is short: whoever compares it with what a document writes finds all in one
/// place of memory.
#[derive(Clone, Copy, Debug)]
#[repr(align(64))]
pub(super) struct KeptGoods {
    pub(super) goods: Goods,
    name: [u8; KeptGoods::ROOM],
    /// More than there is room for where the name is longer.
    name_length: u8,
}

impl KeptGoods {
    const ROOM: usize = 31;

    fn new(goods: Goods, written: &[u8]) -> KeptGoods {
        let mut name = [0; KeptGoods::ROOM];
        let room = name.get_mut(..written.len());
        let name_length = room.map_or(u8::MAX, |room| {
            room.copy_from_slice(written);
            written.len() as u8
        });
        KeptGoods { goods, name, name_length }
    }

    /// The goods' name, as written.
    #[inline]
    pub(super) fn written<'a>(&'a self, names: &'a GoodsNames) -> &'a [u8] {
        let short = self.name.get(..self.name_length.into());
        short.unwrap_or_else(|| names.written(self.goods.written_name))
    }
}

/// The goods of all order lines, each once.
#[derive(Debug, Default)]
pub(super) struct GoodsTable {
    pub(super) all: Vec<KeptGoods>,
    numbers: FastMap<Goods, u32>,
}

impl GoodsTable {
    /// The number of these goods, whose name is among these.
    pub(super) fn intern(&mut self, goods: Goods, names: &GoodsNames) -> u32 {
        *self.numbers.entry(goods).or_insert_with(|| {
            self.all.push(KeptGoods::new(goods, names.written(goods.written_name)));
            self.all.len() as u32 - 1
        })
    }

    /// The goods of this number; `None` of a line whose goods nobody asked for.
    #[inline]
    pub(super) fn get(&self, number: u32) -> Option<&KeptGoods> {
        self.all.get(number as usize)
    }

    /// Brings the goods of these numbers near.
    pub(super) fn approach(&self, numbers: impl Iterator<Item = u32>) {
        bring_near(numbers.map(|number| self.get(number).map_or(0, |kept| kept.name_length.into())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_of_any_length_is_kept_as_written() {
        let mut names = GoodsNames::default();
        for length in 0..40 {
            let written = "x".repeat(length);
            let (written_name, name) = names.intern(written.as_bytes());
            let kept =
                KeptGoods::new(Goods { sku: None, name, written_name, tax_rate: None }, written.as_bytes());
            assert_eq!(kept.written(&names), written.as_bytes());
        }
    }
}
