//! Which column stands where in a file.

use std::collections::BTreeMap;
use std::marker::PhantomData;

use super::columns::{ColumnSpec, Columns, MOST_COLUMNS, Unit, normalise_heading};
use crate::diagnostic::Problem;

/// Where the columns of a kind stand in one file.
#[derive(Clone, Debug)]
pub struct Layout<C> {
    /// By column, [`NOWHERE`] where the file does not have it: looked up in every cell of every row.
    positions: [u32; MOST_COLUMNS],
    /// The columns that the file has, each by the bit of its number.
    present: u64,
    /// The headings as the file writes them.
    pub headings: Vec<String>,
    /// Decimal places by which the amounts below each heading are to be shifted up: 4 where they are in 万元.
    shifts: Vec<u32>,
    /// The unit of amounts that is not the yuan, where the file states one.
    unit: Option<Unit>,
    kind: PhantomData<C>,
}

/// The position of a column that the file does not have: no record has a field there.
pub(super) const NOWHERE: u32 = u32::MAX;

impl<C: Columns> Layout<C> {
    /// Finds the columns by the policy's headings, the column's own name, then the alias groups in turn. Every
    /// column that is missing or claimed twice is reported.
    pub fn find(
        headings: Vec<String>,
        own: Option<&BTreeMap<String, Vec<String>>>,
    ) -> Result<Layout<C>, Vec<Problem>> {
        let normal: Vec<String> = headings.iter().map(|heading| normalise_heading(heading)).collect();
        let mut problems = Vec::new();
        let mut positions = Vec::with_capacity(C::SPECS.len());
        for spec in C::SPECS {
            let own_headings = own.and_then(|columns| columns.get(spec.name));
            let own_group: Vec<&str> = own_headings.into_iter().flatten().map(String::as_str).collect();
            let name_group = [spec.name];
            let groups = [own_group.as_slice(), &name_group].into_iter().chain(spec.aliases.iter().copied());
            positions.push(find_column(&normal, &headings, groups, spec, &mut problems));
        }
        // Two headings for a column that merely does instead of one that is there say nothing against the file.
        for spec in C::SPECS.iter().zip(&positions).filter(|(_, at)| at.is_some()).map(|(spec, _)| spec) {
            problems.retain(
                |problem| !matches!(problem, Problem::TwoColumns(column, ..) if spec.instead.contains(&column.name)),
            );
        }
        for (spec, position) in C::SPECS.iter().zip(&positions) {
            let ambiguous = problems.iter().any(|problem| {
                matches!(problem, Problem::TwoColumns(column, ..) if column.name == spec.name || spec.instead.contains(&column.name))
            });
            let is_found = |name: &&str| {
                C::SPECS.iter().zip(&positions).any(|(spec, at)| spec.name == *name && at.is_some())
            };
            if spec.needed && position.is_none() && !ambiguous && !spec.instead.iter().any(is_found) {
                problems.push(Problem::NoColumn(spec, headings.clone()));
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let units: Vec<Option<Unit>> = headings.iter().map(|heading| Unit::of_heading(heading)).collect();
        let shifts = units.iter().map(|unit| unit.map_or(0, Unit::places)).collect();
        let unit = units.into_iter().flatten().next();
        let mut places = [NOWHERE; MOST_COLUMNS];
        let mut present = 0;
        for (number, (place, position)) in places.iter_mut().zip(positions).enumerate() {
            *place = position.and_then(|at| u32::try_from(at).ok()).unwrap_or(NOWHERE);
            present |= u64::from(*place != NOWHERE) << number;
        }
        Ok(Layout { positions: places, present, headings, shifts, unit, kind: PhantomData })
    }

    /// The same, with all amounts in this unit whose headings name none.
    #[must_use]
    pub fn with_amounts_in(mut self, unit: Unit) -> Layout<C> {
        for shift in self.shifts.iter_mut().filter(|shift| **shift == 0) {
            *shift = unit.places();
        }
        Layout { unit: Some(unit), ..self }
    }

    /// The unit of amounts that is not the yuan, where the file states one.
    pub const fn unit(&self) -> Option<Unit> {
        self.unit
    }

    /// Decimal places by which an amount of the column is to be shifted up.
    pub(super) fn shift(&self, column: C) -> u32 {
        if self.unit.is_none() { 0 } else { self.position(column).map_or(0, |at| self.shifts[at]) }
    }

    /// Where the column stands; [`NOWHERE`] where the file does not have it.
    #[inline]
    pub(super) fn place(&self, column: C) -> usize {
        // Every index is below `MOST_COLUMNS`; said like this, no check of it is left in the loop.
        self.positions[column.index() % MOST_COLUMNS] as usize
    }

    /// Where the column stands.
    #[inline]
    pub fn position(&self, column: C) -> Option<usize> {
        Some(self.place(column)).filter(|&at| at != NOWHERE as usize)
    }

    /// Where the first and the last stand of those of these columns that the file has; `None` where others stand among them.
    pub(super) fn side_by_side(&self, columns: &[C]) -> Option<(usize, usize)> {
        let positions = || columns.iter().filter_map(|&column| self.position(column));
        let (first, last) = (positions().min()?, positions().max()?);
        (last - first + 1 == positions().count()).then_some((first, last))
    }

    /// Whether the file has the column.
    #[inline(always)]
    pub fn has(&self, column: C) -> bool {
        self.has_any([column])
    }

    /// Whether the file has any of these columns, asked of all at once: what few files state costs the rows of others next
    /// to nothing.
    #[inline(always)]
    pub fn has_any<const N: usize>(&self, columns: [C; N]) -> bool {
        const { assert!(MOST_COLUMNS <= u64::BITS as usize, "a bit for each column") };
        let mut asked = 0;
        for column in columns {
            asked |= 1 << (column.index() % MOST_COLUMNS);
        }
        self.present & asked != 0
    }

    /// All columns, and where they stand.
    fn columns(&self) -> impl Iterator<Item = (&'static ColumnSpec, Option<usize>)> + '_ {
        let found = |&at: &u32| (at != NOWHERE).then_some(at as usize);
        C::SPECS.iter().zip(self.positions.iter().map(found))
    }

    /// The heading over the column in this file, or the column's own name where it has none.
    pub fn heading(&self, column: C) -> &str {
        self.position(column).map_or(column.spec().name, |at| &self.headings[at])
    }

    /// The heading in this file over the column of this name, or over one that does instead.
    pub fn heading_of<'a>(&'a self, name: &'a str) -> &'a str {
        let Some(spec) = C::SPECS.iter().find(|spec| spec.name == name) else { return name };
        let mut names = std::iter::once(&spec.name).chain(spec.instead);
        let position =
            names.find_map(|name| self.columns().find(|(spec, _)| spec.name == *name).and_then(|(_, at)| at));
        position.map_or(name, |at| &self.headings[at])
    }

    /// The columns found, by name, with their headings in the file, in the table's order.
    pub fn found_headings(&self) -> Vec<(&'static str, String)> {
        self.columns().filter_map(|(spec, at)| Some((spec.name, self.headings[at?].clone()))).collect()
    }

    /// The headings that mean none of the columns.
    pub fn unknown_headings(&self) -> Vec<String> {
        let headings = self.headings.iter().enumerate();
        let unknown =
            headings.filter(|(at, text)| !text.is_empty() && self.found().all(|found| found != *at));
        unknown.map(|(_, text)| text.clone()).collect()
    }

    /// Of each cell of a row, whether its column holds figures.
    pub fn figures(&self) -> Vec<bool> {
        let figures = |cell: usize| self.columns().any(|(spec, at)| at == Some(cell) && spec.is_figure());
        (0..self.headings.len()).map(figures).collect()
    }

    /// The positions of the columns with amounts of money in yuan and fen, as far as the headings say.
    pub fn money(&self) -> Vec<usize> {
        let columns = self.columns().filter(|(spec, _)| spec.is_money());
        columns.filter_map(|(_, at)| at.filter(|&at| self.shifts[at] == 0 && self.unit.is_none())).collect()
    }

    /// The positions of all columns found, in the table's order.
    pub fn found(&self) -> impl Iterator<Item = usize> + '_ {
        self.columns().filter_map(|(_, at)| at)
    }
}

/// The position of the first group's only heading.
fn find_column<'a>(
    normal: &[String],
    headings: &[String],
    groups: impl Iterator<Item = &'a [&'a str]>,
    column: &'static ColumnSpec,
    problems: &mut Vec<Problem>,
) -> Option<usize> {
    for group in groups {
        let wanted: Vec<String> = group.iter().map(|heading| normalise_heading(heading)).collect();
        let mut matching =
            (0..normal.len()).filter(|&at| !normal[at].is_empty() && wanted.contains(&normal[at]));
        let Some(first) = matching.next() else { continue };
        if let Some(second) = matching.next() {
            problems.push(Problem::TwoColumns(column, headings[first].clone(), headings[second].clone()));
            return None;
        }
        return Some(first);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_columns_that_it_names() {
        use crate::input::columns::PaymentColumn::{Amount, AmountOut, Direction, Discount, PaymentNo};
        let headings = ["payment_no", "payment_date", "customer_id", "amount"].map(str::to_owned);
        let layout = Layout::find(headings.to_vec(), None).unwrap();
        assert!(
            layout.has(PaymentNo) && layout.has(Amount) && !layout.has(Direction) && !layout.has(Discount)
        );
        assert!(layout.has_any([Direction, Amount]) && !layout.has_any([Direction, AmountOut, Discount]));
    }
}
