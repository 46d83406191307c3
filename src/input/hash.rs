//! The one hash of texts: fast, and the same in every run.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// A 64-bit hash of the bytes.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(bytes);
    hasher.finish()
}
