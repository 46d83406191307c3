//! How memory is asked for, and read from afar.

use std::hint::black_box;

/// Reads many places of memory that stand far from one another, before what is done with them one by one: reads overlap
/// where nothing is done between them, and what was read is near the processor for a while.
pub fn bring_near(reads: impl Iterator<Item = u64>) {
    black_box(reads.fold(0, |all, read| all ^ read));
}

/// Whether most of these entries of a table stand far from the one before: then it is worth while to bring them near. What
/// lies nearer is near the processor already, since it was looked at a short while ago. An entry that follows itself is one
/// entry. Not all of many are looked at: the others will be like them.
pub fn are_far_apart(entries: impl Iterator<Item = usize>) -> bool {
    const FAR: usize = 4096;
    const ENOUGH: usize = 64;
    let (mut before, mut far, mut all) = (None, 0, 0);
    for entry in entries.take(ENOUGH) {
        far += usize::from(before.is_some_and(|before| entry.abs_diff(before) > FAR));
        all += usize::from(before != Some(entry));
        before = Some(entry);
    }
    2 * far > all
}

/// Blocks of two to the power of this many bytes, a MiB, or more are pieces of memory of their own.
const LARGE_BITS: u32 = 20;

/// A list of what there is much of in a large book. From the start it has a piece of memory of its own, of which no more is
/// taken than is written, and which grows where it is: whenever a list grows that begins small, it is copied to memory that
/// nobody has had yet.
pub fn list_of_many<T>() -> Vec<T> {
    Vec::with_capacity((1usize << LARGE_BITS).div_ceil(size_of::<T>().max(1)))
}

/// Has large blocks given back to the system as soon as they are free, where the allocator is glibc's.
///
/// Left alone, that takes the size of the largest block freed so far for what is to be kept for later: after the orders of
/// a book of 1,000,000 order lines are forgotten, `age` held 8 MiB of 103 for nothing. Smaller blocks are kept, since it
/// costs the system more to give a page than the program to fill it: with blocks of 512 KiB, `match` of that book asks for
/// a quarter more pages.
#[allow(unsafe_code)]
pub fn give_back_early() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        const LARGE: libc::c_int = 1 << LARGE_BITS;
        // SAFETY: sets two numbers of the allocator, before any other thread is there.
        unsafe {
            libc::mallopt(libc::M_MMAP_THRESHOLD, LARGE);
            libc::mallopt(libc::M_TRIM_THRESHOLD, 2 * LARGE);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_far_apart_where_most_steps_are_long() {
        assert!(!are_far_apart([].into_iter()) && !are_far_apart([7, 7, 7].into_iter()));
        assert!(!are_far_apart((0..100).chain([50_000])));
        assert!(are_far_apart([1, 50_000, 3, 90_000].into_iter()));
        assert!(are_far_apart([1, 1, 1, 50_000, 50_000, 50_000, 3].into_iter()));
    }
}
