//! Rows found again by their places: what a report says of a row beyond its figures is read a second time, not kept.

use std::cell::OnceCell;
use std::marker::PhantomData;

use super::intake::{Document, InputError};
use super::layout::Layout;
use super::opening::{Opening, open_table};
use super::records::{Records, Step};
use super::source::{Place, ReadSeek, Sources};
use super::table::{CellReader, Cells};
use crate::policy::Policy;

/// Bytes read at a time where rows are sought here and there.
pub const SCATTERED: usize = 512;
/// Bytes read at a time where rows are sought in the order of the file.
pub const IN_ORDER: usize = 32 * 1024;

/// Finds rows of one kind of document again.
pub struct Lookup<'a, D: Document> {
    sources: &'a Sources,
    policy: &'a Policy,
    block: usize,
    files: Vec<Option<OpenFile<D>>>,
    kind: PhantomData<D>,
}

struct OpenFile<D: Document> {
    records: Records<Box<dyn ReadSeek>>,
    layout: Layout<D::Column>,
    document: D,
    reader: CellReader,
}

impl<'a, D: Document> Lookup<'a, D> {
    /// Opens nothing yet; `block` is [`SCATTERED`] or [`IN_ORDER`].
    pub fn new(sources: &'a Sources, policy: &'a Policy, block: usize) -> Lookup<'a, D> {
        let files = sources.files.iter().map(|_| None).collect();
        Lookup { sources, policy, block, files, kind: PhantomData }
    }

    /// Hands the row at a place to `take`. A row that was there when the file was first read and is not there any
    /// more is an error: the file was changed meanwhile.
    pub fn row<T>(&mut self, place: Place, take: impl FnOnce(&D::Row<'_>) -> T) -> Result<T, InputError> {
        let (file, sources) = (place.file(), self.sources);
        let source = &sources.files[file];
        let changed = || InputError::Changed { file: source.label.clone() };
        let unreadable = |error| source.unreadable()(error);
        let OpenFile { records, layout, document, reader } = self.opened(file)?;
        records.go_to(place.offset()).map_err(unreadable)?;
        let Step::Record(record) = records.advance().map_err(unreadable)? else {
            return Err(changed());
        };
        let mut faults = Vec::new();
        let (parties, made) = (&*sources.parties, OnceCell::new());
        let mut cells = Cells::new((file, record), layout, reader, parties, &made, &mut faults);
        document.parse(&mut cells).map(|row| take(&row)).ok_or_else(changed)
    }

    /// Says that the rows from one place up to another are sought next, in the order of their file: they are read in one
    /// go.
    pub fn expect(&mut self, from: Place, to: Place) -> Result<(), InputError> {
        let bytes = if from.file() == to.file() { to.offset() - from.offset() } else { IN_ORDER as u64 };
        let OpenFile { records, .. } = self.opened(from.file())?;
        records.read_at_a_time(bytes as usize);
        Ok(())
    }

    /// The columns of a file; `None` where it can't be read as a table, which is reported when its rows are read.
    pub fn layout(&mut self, file: usize) -> Option<&Layout<D::Column>> {
        self.opened(file).ok().map(|open| &open.layout)
    }

    fn opened(&mut self, file: usize) -> Result<&mut OpenFile<D>, InputError> {
        if self.files[file].is_none() {
            self.files[file] = Some(self.open(file)?);
        }
        let changed = || InputError::Changed { file: self.sources.files[file].label.clone() };
        self.files[file].as_mut().ok_or_else(changed)
    }

    fn open(&self, file: usize) -> Result<OpenFile<D>, InputError> {
        let source = &self.sources.files[file];
        let mut records = source.records(self.block).map_err(source.unreadable())?;
        let own = self.policy.input.columns.get(D::KIND.name());
        let opened = open_table(&mut records, own).map_err(source.unreadable())?;
        let Opening { layout, .. } =
            opened.map_err(|_| InputError::Changed { file: source.label.clone() })?;
        let document = D::of_file(&layout, self.policy);
        let reader = CellReader::new(self.policy.input.dates);
        Ok(OpenFile { records, layout, document, reader })
    }
}
