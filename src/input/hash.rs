//! The one hash of texts and keys: fast, and the same in every run.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;

/// A map with this hash, for keys that recv has numbered itself.
pub type FastMap<K, V> = std::collections::HashMap<K, V, FixedState>;

/// A 64-bit hash of the bytes.
#[inline]
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    hasher.write(bytes);
    hasher.finish()
}
