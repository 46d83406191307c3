//! The columns of each kind of input file, by which `[input.columns.KIND]` adds headings: those of the one table of
//! headings.

use crate::input::Kind;
use crate::input::columns::specs_of;

/// The columns of a kind of file that the documentation names, in its order: those that `recv init` writes.
pub fn documented_columns(kind: Kind) -> Vec<&'static str> {
    specs_of(kind).iter().filter(|spec| spec.documented).map(|spec| spec.name).collect()
}

/// All columns of a kind of file.
pub fn columns_of(kind: Kind) -> Vec<&'static str> {
    specs_of(kind).iter().map(|spec| spec.name).collect()
}
