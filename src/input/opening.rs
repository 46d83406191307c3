//! Where the table of a file begins: its headings, in one row or two, perhaps below titles (company, report, period,
//! unit of the amounts).

use std::collections::{BTreeMap, HashSet};
use std::io::{self, Read, Seek};

use unicode_normalization::UnicodeNormalization;

use super::columns::{Columns, Unit, normalise_heading};
use super::dress::undressed;
use super::layout::Layout;
use super::records::{FIRST_LINES, LineEnds, Mark, Record, RecordFault, Records, Step};
use crate::diagnostic::Problem;

/// A file whose headings have been found; its reader stands before the first row of data.
#[derive(Clone, Debug)]
pub struct Opening<C> {
    /// Which column stands where.
    pub layout: Layout<C>,
    /// What is known of the file's shape besides.
    pub shape: Shape,
}

/// The shape of a file around its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    /// Rows above the headings.
    pub title_rows: u64,
    /// Whether the headings take two rows.
    pub two_heading_rows: bool,
    /// What stands between fields.
    pub delimiter: u8,
    /// The line ends; those of the heading until the file has been read.
    pub line_ends: LineEnds,
}

/// Why a file is no table that recv reads, and the offset at which that shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unopened {
    /// Where the headings are, or should be.
    pub offset: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
}

/// The policy's own headings of a kind of file: per column, those that mean it.
pub type OwnHeadings = BTreeMap<String, Vec<String>>;

/// Finds the headings of the file; what is wrong with them otherwise.
///
/// The first row is looked at first. Where it lacks columns, that one of the first rows which has most known headings
/// is taken, the rows above it being titles; and where that one lacks columns too, it is read together with the row
/// below it, as headings in two rows.
pub fn open_table<C: Columns, R: Read + Seek>(
    records: &mut Records<R>,
    own: Option<&OwnHeadings>,
) -> io::Result<Result<Opening<C>, Unopened>> {
    let unopened = |offset, problems| Ok(Err(Unopened { offset, problems }));
    let mut rows: Vec<Row> = match read_row(records)? {
        Ok(Some(row)) => vec![row],
        Ok(None) => return unopened(0, vec![Problem::EmptyFile]),
        Err((offset, fault)) => return unopened(offset, vec![fault.into()]),
    };
    let first = Layout::find(rows[0].texts.clone(), own);
    let most = if first.is_ok() { 2 } else { FIRST_LINES };
    let mut broken = None;
    while rows.len() < most {
        match read_row(records)? {
            Ok(Some(row)) => rows.push(row),
            Ok(None) => break,
            Err(fault) => {
                broken = Some(fault);
                break;
            }
        }
    }
    let found = match first {
        Ok(layout) => Ok(with_second_row(layout, &rows, 0, own)),
        Err(problems) => search(&rows, own, problems),
    };
    let (layout, at, two_heading_rows) = match found {
        Ok(found) => found,
        Err((at, problems)) => {
            let known = Known::new::<C>(own);
            let any_is_known = rows.iter().flat_map(|row| &row.texts).any(|text| known.has(text));
            return match broken {
                // The headings stand perhaps in the row that can't be read.
                Some((offset, fault)) if !any_is_known => unopened(offset, vec![fault.into()]),
                _ => unopened(rows[at].offset, problems),
            };
        }
    };
    let last = &rows[at + usize::from(two_heading_rows)];
    records.go_back(last.end)?;
    let mut titles = rows[..at].iter().flat_map(|row| &row.texts);
    let layout = match titles.find_map(|title| Unit::of_title(title)) {
        Some(unit) => layout.with_amounts_in(unit),
        None => layout,
    };
    let shape = Shape {
        title_rows: at as u64,
        two_heading_rows,
        delimiter: records.delimiter(),
        line_ends: records.line_ends(),
    };
    Ok(Ok(Opening { layout, shape }))
}

/// A row above the data, where it begins, and where the next one does.
struct Row {
    texts: Vec<String>,
    offset: u64,
    end: Mark,
}

fn read_row<R: Read>(records: &mut Records<R>) -> io::Result<Result<Option<Row>, (u64, RecordFault)>> {
    let (texts, offset) = match records.advance()? {
        Step::Record(record) => (texts_of(&record), record.offset),
        Step::Fault(offset, fault) => return Ok(Err((offset, fault))),
        Step::End => return Ok(Ok(None)),
    };
    Ok(Ok(Some(Row { texts, offset, end: records.mark() })))
}

fn texts_of(record: &Record<'_>) -> Vec<String> {
    record.fields().map(|field| String::from_utf8_lossy(undressed(field)).trim().to_owned()).collect()
}

/// A layout, the number of the row of its headings, and whether they take the next row too.
type Found<C> = (Layout<C>, usize, bool);

/// The row with most known headings, where it makes a layout; else the row that was meant, and what is wrong with it.
/// `problems` are those of the first row.
fn search<C: Columns>(
    rows: &[Row],
    own: Option<&OwnHeadings>,
    problems: Vec<Problem>,
) -> Result<Found<C>, (usize, Vec<Problem>)> {
    let known = Known::new::<C>(own);
    let score = |at: &usize| rows[*at].texts.iter().filter(|text| known.has(text)).count();
    let best = (0..rows.len()).rev().max_by_key(score).unwrap_or(0);
    if score(&best) == 0 {
        return Err((0, problems));
    }
    match Layout::find(rows[best].texts.clone(), own) {
        Ok(layout) => Ok(with_second_row(layout, rows, best, own)),
        Err(problems) => match rows.get(best + 1) {
            Some(below) => Layout::find(joined(&rows[best].texts, &below.texts, &known), own)
                .map(|layout| (layout, best, true))
                .map_err(|_| (best, problems)),
            None => Err((best, problems)),
        },
    }
}

/// The layout with the row below it, where that is a second row of headings: without any digit, and all its texts
/// known headings, by themselves or below those above them.
fn with_second_row<C: Columns>(
    layout: Layout<C>,
    rows: &[Row],
    at: usize,
    own: Option<&OwnHeadings>,
) -> Found<C> {
    let Some(below) = rows.get(at + 1) else { return (layout, at, false) };
    let mut texts = below.texts.iter().filter(|text| !text.is_empty()).peekable();
    if texts.peek().is_none() || texts.any(|text| text.bytes().any(|byte| byte.is_ascii_digit())) {
        return (layout, at, false);
    }
    let known = Known::new::<C>(own);
    let both = joined(&rows[at].texts, &below.texts, &known);
    let all_known =
        below.texts.iter().zip(&both).all(|(text, heading)| text.is_empty() || known.has(heading));
    match Layout::find(both, own) {
        Ok(joined) if all_known => (joined, at, true),
        _ => (layout, at, false),
    }
}

/// Headings in two rows as one: a cell above stands over all cells below it up to the next one. Of what both together
/// (物料 over 名称, or 数量 over 实发) and the lower one alone say, that is taken which is known.
fn joined(above: &[String], below: &[String], known: &Known) -> Vec<String> {
    let mut over = "";
    (0..above.len().max(below.len()))
        .map(|at| {
            let [upper, lower] = [above, below].map(|row| row.get(at).map_or("", String::as_str));
            if !upper.is_empty() {
                over = upper;
            }
            if lower.is_empty() {
                return upper.to_owned();
            }
            let candidates = [format!("{over}{lower}"), format!("{lower}{over}"), lower.to_owned()];
            candidates.iter().find(|text| known.has(text)).unwrap_or(&candidates[0]).clone()
        })
        .collect()
}

/// All headings that mean a column of the kind, normalised.
struct Known(HashSet<String>);

impl Known {
    fn new<C: Columns>(own: Option<&OwnHeadings>) -> Known {
        let own = own.into_iter().flat_map(BTreeMap::values).flatten().map(String::as_str);
        let built_in =
            C::SPECS.iter().flat_map(|spec| spec.aliases.iter().copied().flatten().chain([&spec.name]));
        Known(own.chain(built_in.copied()).map(normalise_heading).collect())
    }

    fn has(&self, heading: &str) -> bool {
        !heading.is_empty() && self.0.contains(&normalise_heading(heading))
    }
}

impl Unit {
    /// The unit that a title states (`单位：万元`), where it is not the yuan.
    fn of_title(title: &str) -> Option<Unit> {
        let folded: String = title.nfkc().filter(|c| !c.is_whitespace()).collect();
        let mut stated = folded.split("单位:").skip(1).map(|rest| rest.trim_start_matches("人民币"));
        stated.find_map(Unit::at_start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::columns::{OrderColumn, ShipmentColumn};

    fn open<C: Columns>(text: &str) -> (Opening<C>, String) {
        let mut records = Records::new(io::Cursor::new(text.as_bytes())).unwrap();
        let opening = open_table::<C, _>(&mut records, None).unwrap().unwrap();
        let next = match records.advance().unwrap() {
            Step::Record(record) => texts_of(&record).join("|"),
            _ => String::new(),
        };
        (opening, next)
    }

    const HEADINGS: &str = "订单号,行号,订单日期,客户编码,物料名称,订单数量,含税单价";

    #[test]
    fn titles_above_the_headings_are_passed_over() {
        let titled = format!(
            "海川五金销售订单列表\n查询条件：2026-01-01至2026-01-31,,\n\n{HEADINGS}\nSO1,1,2026-01-05,C1,铝板,5,1\n"
        );
        let (opening, next) = open::<OrderColumn>(&titled);
        assert_eq!((opening.shape.title_rows, opening.shape.two_heading_rows), (2, false));
        assert_eq!(next, "SO1|1|2026-01-05|C1|铝板|5|1");
        let (plain, next) = open::<OrderColumn>(&format!("{HEADINGS}\n甲,乙,丙,丁,戊,己,庚\n"));
        assert_eq!((plain.shape.title_rows, next.as_str()), (0, "甲|乙|丙|丁|戊|己|庚"));
    }

    #[test]
    fn blank_lines_that_were_looked_over_count_once() {
        for text in [
            format!("标题\n\n{HEADINGS}\n\n甲,乙,丙,丁,戊,己,庚\n"),
            format!("{HEADINGS}\n\n\n甲,乙,丙,丁,戊,己,庚\n"),
        ] {
            let mut records = Records::new(io::Cursor::new(text.as_bytes())).unwrap();
            open_table::<OrderColumn, _>(&mut records, None).unwrap().unwrap();
            while !matches!(records.advance().unwrap(), Step::End) {}
            assert_eq!(records.blank_lines(), 2);
        }
    }

    #[test]
    fn headings_in_two_rows_are_read_as_one() {
        let text = "出库单\n单据编号,日期,源单编号,物料,,数量,\n,,,编码,名称,应发,实发\nCK1,2026-01-05,SO1,H-01,合页,5,4\n";
        let (opening, next) = open::<ShipmentColumn>(text);
        assert_eq!((opening.shape.title_rows, opening.shape.two_heading_rows), (1, true));
        assert_eq!(opening.layout.position(ShipmentColumn::Sku), Some(3));
        assert_eq!(opening.layout.position(ShipmentColumn::Quantity), Some(6));
        assert!(next.starts_with("CK1|"));
    }

    #[test]
    fn a_missing_column_is_reported_of_the_row_with_the_headings() {
        let text = "某公司\n订单号,行号,订单日期,客户编码,物料名称,含税单价\nSO1,1,2026-01-05,C1,铝板,1\n";
        let mut records = Records::new(io::Cursor::new(text.as_bytes())).unwrap();
        let unopened = open_table::<OrderColumn, _>(&mut records, None).unwrap().unwrap_err();
        assert_eq!(unopened.offset, "某公司\n".len() as u64);
        assert!(
            matches!(&unopened.problems[..], [Problem::NoColumn(column, found)] if column.name == "quantity" && found.len() == 6)
        );
    }

    #[test]
    fn a_title_may_state_the_unit() {
        assert_eq!(Unit::of_title("单位：万元"), Some(Unit::TenThousands));
        assert_eq!(Unit::of_title("打印日期：2026-01-31　金额单位: 人民币千元"), Some(Unit::Thousands));
        assert_eq!(Unit::of_title("单位：元"), None);
        assert_eq!(Unit::of_title("编制单位：万向节公司"), None);
    }
}
