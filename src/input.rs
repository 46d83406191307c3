//! The edge where files come in: bytes become records, headings become columns, cells become typed values, and
//! every row is accounted for.
//!
//! [`source`] opens a file and finds places in it again; [`records`] splits it, strictly; [`encoding`] says what its
//! bytes mean; [`columns`] is the one table of headings; [`table`] turns cells into values; [`intake`] drives all of
//! it and keeps the account of rows; [`lookup`] finds a row again by its place.

pub mod columns;
pub mod encoding;
mod hash;
pub mod intake;
pub mod lookup;
pub mod records;
pub mod source;
mod stops;
pub mod table;

pub use hash::hash_bytes;
pub use intake::{FileAccount, InputError, Intake, Reason, Verdict};
pub use source::{Kind, Place, Source, Sources};
pub use table::{Cells, Layout};
