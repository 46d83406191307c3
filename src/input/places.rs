//! Where many rows are, in few bytes each.

use super::source::Place;
use crate::memory::list_of_many;

/// The places of rows, in their order: of most how far that is from the one before, which takes two bytes.
#[derive(Debug, Default)]
pub struct Places {
    last: u64,
    /// How far each row is from the one before; [`FAR`] where that takes more than two bytes.
    distances: Vec<u16>,
    /// The place of the first of so many rows each.
    firsts: Vec<u64>,
    /// The rows that are far from those before them, and their places.
    far: Vec<(usize, u64)>,
}

/// How many rows there are from one whose place is kept to the next.
const TOGETHER: usize = 64;
/// The distance of rows that are farther from one another.
const FAR: u16 = u16::MAX;

impl Places {
    /// None yet, of which there will be many in a large book.
    pub fn of_many() -> Places {
        Places { distances: list_of_many(), ..Places::default() }
    }

    /// Adds the place of the next row.
    #[inline]
    pub fn push(&mut self, place: Place) {
        let (place, row) = (place.number(), self.distances.len());
        let distance = u16::try_from(place.wrapping_sub(self.last)).unwrap_or(FAR);
        self.last = place;
        self.distances.push(distance);
        if row.is_multiple_of(TOGETHER) {
            self.firsts.push(place);
        } else if distance == FAR {
            self.far.push((row, place));
        }
    }

    /// The place of a row.
    pub fn get(&self, row: usize) -> Place {
        let first = row - row % TOGETHER;
        // From the last place on that is known.
        let far = self.far[..self.far.partition_point(|&(far, _)| far <= row)].last();
        let (known, place) =
            far.copied().filter(|&(far, _)| far > first).unwrap_or((first, self.firsts[row / TOGETHER]));
        let distance: u64 = self.distances[known + 1..=row].iter().copied().map(u64::from).sum();
        Place::of_number(place + distance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn places_are_what_was_pushed(pushed in prop::collection::vec((0usize..3, prop_oneof![0u64..9, 0u64..99_999, any::<u32>().prop_map(|offset| u64::from(offset) << 4)]), 0..100)) {
            let in_order = {
                let mut pushed = pushed.clone();
                pushed.sort_unstable();
                pushed
            };
            for pushed in [pushed, in_order] {
                let pushed: Vec<Place> = pushed.into_iter().map(|(file, offset)| Place::new(file, offset)).collect();
                let mut places = Places::default();
                for &place in &pushed {
                    places.push(place);
                }
                prop_assert!(pushed.iter().enumerate().all(|(row, &place)| places.get(row) == place));
            }
        }
    }
}
