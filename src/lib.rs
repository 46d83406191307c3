//! `recv`: the month end of a receivables accountant, over plain files.
//!
//! ```text
//! CSV files + policy.toml + as-of date                     read once, at the edge
//!   -> input, documents    typed rows, each knowing its place; every row accounted for
//!   -> matching            order, shipment, signed receipt and invoice compared line by line
//!   -> receivable          what is owed, since when, and what has been paid
//!   -> aging               how late, in which bucket
//!   -> collection, provision    who must do what about it, and what it will cost
//!   -> explain             how one of these figures came about
//!   -> report              one renderer: table, CSV or JSON
//! ```
//!
//! Everything between the edges is plain functions from values to values. [`input`] alone reads files, [`output`]
//! alone writes them, [`clock`] alone reads the clock, [`terminal`] alone prints; [`run`] puts the steps together.

pub mod aging;
pub mod book_text;
pub mod calendar;
pub mod cli;
pub mod clock;
pub mod collection;
pub mod diagnostic;
pub mod documents;
mod eights;
pub mod exchange;
pub mod explain;
mod folding;
pub mod ids;
pub mod input;
pub mod lang;
pub mod matching;
pub mod memory;
pub mod money;
pub mod names;
pub mod output;
mod parallel;
pub mod policy;
pub mod provision;
pub mod receivable;
pub mod report;
pub mod rows;
pub mod run;
mod short_text;
mod sorted;
mod spelling;
pub mod statement;
pub mod terminal;
pub mod terms;
