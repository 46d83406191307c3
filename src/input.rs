//! The edge where files come in: bytes become records, headings become columns, cells become typed values, and
//! every row is accounted for.
//!
//! [`source`] opens a file and finds places in it again; [`spreadsheet`] turns the sheet of a workbook into such a file;
//! [`records`] splits it, strictly; [`encoding`] says what its bytes mean; `continuation` fills the blank cells of one
//! old export; [`opening`] finds where the table begins; [`columns`] is the one table of headings; [`dress`] takes off
//! what is only around a cell's text; [`layout`] says which column stands where; [`table`] turns cells into values;
//! [`survey`] looks at exports that nobody has described yet; [`totals`] knows total rows; `width` knows how many cells
//! a row may have; [`parties`] knows whom a document means; [`intake`] drives all of it, and keeps the [`account`] of
//! rows; [`lookup`] finds a row again by its place.

pub mod account;
mod alike;
pub mod columns;
mod continuation;
pub mod count;
pub mod dress;
pub mod encoding;
mod hash;
pub mod intake;
pub mod layout;
pub mod lookup;
pub mod opening;
pub mod parties;
pub mod places;
pub mod records;
pub mod source;
pub mod spreadsheet;
mod stops;
pub mod survey;
pub mod table;
pub mod totals;
mod width;

pub use account::{FileAccount, Reason, WrongTotal};
pub use hash::{FastMap, hash_bytes};
pub use intake::{InputError, Intake, LateRefusal, Verdict};
pub use layout::Layout;
pub use source::{Kind, Place, Source, Sources};
pub use table::{Cells, Unread};
