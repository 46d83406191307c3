//! Where many rows are, in few bytes each.

use super::source::Place;
use crate::memory::list_of_many;

/// The places of rows, in their order. Few of them differ from the one before in the upper half of the number.
#[derive(Debug, Default)]
pub struct Places {
    lower: Vec<u32>,
    /// From which row on the upper half is this.
    upper: Vec<(u32, u32)>,
}

impl Places {
    /// None yet, of which there will be many in a large book.
    pub fn of_many() -> Places {
        Places { lower: list_of_many(), upper: Vec::new() }
    }

    /// Adds the place of the next row.
    pub fn push(&mut self, place: Place) {
        let (upper, lower) = place.halves();
        if self.upper.last().is_none_or(|&(_, last)| last != upper) {
            self.upper.push((self.lower.len() as u32, upper));
        }
        self.lower.push(lower);
    }

    /// The place of a row.
    pub fn get(&self, row: usize) -> Place {
        let behind = self.upper.partition_point(|&(from, _)| from as usize <= row);
        Place::of_halves(self.upper[behind - 1].1, self.lower[row])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_what_was_pushed(pushed in prop::collection::vec((0usize..3, prop_oneof![0u64..9, any::<u32>().prop_map(|offset| u64::from(offset) << 4)]), 0..30)) {
            let pushed: Vec<Place> = pushed.into_iter().map(|(file, offset)| Place::new(file, offset)).collect();
            let mut places = Places::default();
            for &place in &pushed {
                places.push(place);
            }
            prop_assert!(pushed.iter().enumerate().all(|(row, &place)| places.get(row) == place));
        }
    }
}
