//! Slots that rise, and most of which lie close together, found by the blocks in which they lie.

use super::forms::Slot;
use super::table::Table;

/// Those of a list of slots that rise, as the numbers of a sorted file do. Of each 64 numbers that follow one another, one
/// word says which are there, so that a slot's place in the list is where the block begins and how many bits stand below its
/// own. Documents name numbers that are near one another, whose blocks then lie together in memory, which is a tenth of what
/// a table of all of them takes.
#[derive(Default)]
pub(super) struct Blocks {
    all: Vec<Block>,
    /// Where each block is found by what its slots have in common.
    table: Table,
    /// How many slots there are.
    slots: usize,
}

#[derive(Clone, Copy)]
struct Block {
    /// What its slots have in common.
    common: Slot,
    /// A bit for each that is there.
    there: u64,
    /// How many slots stand before it in the list.
    before: u32,
}

impl Blocks {
    /// So many slots or more lie in a block on average: otherwise a table of them takes less memory.
    const LEAST: usize = 5;

    /// Those of a list; `None` where its slots do not rise, are not of one form, or lie too far apart.
    pub(super) fn of(slots: &[Slot]) -> Option<Blocks> {
        if !slots.is_sorted_by(|&one, &next| one < next && one.is_like(next)) {
            return None;
        }
        let is_same = |one: &Slot, next: &Slot| one.block() == next.block();
        let count = slots.chunk_by(is_same).count();
        if slots.is_empty() || Blocks::LEAST * count > slots.len() {
            return None;
        }
        let mut all: Vec<Block> = Vec::with_capacity(count);
        let mut before = 0;
        for some in slots.chunk_by(is_same) {
            let there = some.iter().fold(0, |there, slot| there | slot.bit());
            all.push(Block { common: some[0].block(), there, before });
            before += some.len() as u32;
        }
        // There are few, so that the table may be a large one for them: each is found where it is sought first.
        let mut table = Table::default();
        table.expect(2 * count);
        table.add(count, |block| all[block as usize].common.hash());
        Some(Blocks { all, table, slots: slots.len() })
    }

    /// How many slots there are.
    pub(super) const fn slots(&self) -> usize {
        self.slots
    }

    /// Where in the list a slot stands.
    #[inline]
    pub(super) fn find(&self, slot: Slot) -> Option<usize> {
        let common = slot.block();
        let number = self.table.find(common.hash(), |block| self.all[block as usize].common == common)?;
        let block = self.all[number as usize];
        let bit = slot.bit();
        let below = (block.there & (bit - 1)).count_ones();
        (block.there & bit != 0).then_some((block.before + below) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::forms::Forms;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn slots_are_found_where_they_stand(steps in prop::collection::vec(prop_oneof![8 => 1u64..3, 1 => 1u64..200], 1..300), others in prop::collection::vec(0u64..900, 0..20)) {
            let mut forms = Forms::default();
            let mut slot = |number: u64| forms.slot(format!("SO{number:09}").as_bytes()).unwrap();
            let numbers: Vec<u64> = steps.iter().scan(20, |number, step| { *number += step; Some(*number) }).collect();
            let slots: Vec<Slot> = numbers.iter().map(|&number| slot(number)).collect();
            let others: Vec<Slot> = others.into_iter().map(slot).collect();
            let blocks = Blocks::of(&slots);
            let count = slots.chunk_by(|one, next| one.block() == next.block()).count();
            prop_assert_eq!(blocks.is_some(), 5 * count <= slots.len());
            for slot in blocks.iter().flat_map(|_| slots.iter().chain(&others)) {
                let place = slots.iter().position(|known| known == slot);
                prop_assert_eq!(blocks.as_ref().unwrap().find(*slot), place);
            }
            if slots.len() > 1 {
                prop_assert!(Blocks::of(&slots.iter().rev().copied().collect::<Vec<_>>()).is_none());
            }
        }
    }
}
