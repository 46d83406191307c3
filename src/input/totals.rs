//! Total rows of exports (合计, 小计, 份数 …): no documents, but control totals over the rows above them.

use std::collections::BTreeMap;

use super::dress::undressed;
use super::records::Record;
use crate::folding;
use crate::money::Number;
use crate::money::exact::Exact;

/// Words with which a total row begins.
const TOTALS: [&str; 12] = [
    "合计",
    "总计",
    "小计",
    "累计",
    "共计",
    "总合计",
    "本页合计",
    "本页小计",
    "分页合计",
    "total",
    "grandtotal",
    "subtotal",
];

/// Words with which a line below the table begins.
const FOOTERS: [&str; 9] =
    ["份数", "制单人", "制表人", "制单", "制表", "审核人", "打印", "导出时间", "以下空白"];

/// What a row that is no document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Footing {
    /// The totals of the rows above; holds the word for it, by which like totals are told from others.
    Total(String),
    /// A page number, a signature, a remark on the export.
    Footer,
}

/// Whether the row is a total row or a footer. Where rows need not hold a date (`strict`), only a cell that says
/// nothing else makes it one: a customer may be called 合计科技.
pub fn footing(record: &Record<'_>, strict: bool) -> Option<Footing> {
    if !strict && is_nameless_total(record) {
        return Some(Footing::Total(String::new()));
    }
    let mut cells = record.fields().map(undressed).filter(|cell| !cell.is_empty());
    let first = folded(cells.next()?);
    if let Some(word) =
        TOTALS.iter().find(|word| first == **word || (!strict && starts_as_total(&first, word)))
    {
        return Some(Footing::Total((*word).to_owned()));
    }
    if strict {
        return None;
    }
    if FOOTERS.iter().any(|word| first.starts_with(word)) || is_page_number(&first) {
        return Some(Footing::Footer);
    }
    let word = cells.map(folded).find(|cell| TOTALS.contains(&cell.as_str()))?;
    Some(Footing::Total(word))
}

/// Several numbers, and nothing else, right of blank cells: the totals of an export that has no word for them. (One
/// number alone is rather a row that lost its other cells.)
fn is_nameless_total(record: &Record<'_>) -> bool {
    let stated = || record.fields().map(undressed).filter(|cell| !cell.is_empty());
    undressed(record.field(0)).is_empty()
        && stated().count() > 1
        && stated().all(|cell| value_of(cell).is_some())
}

/// `合计:`, `合计金额`, `合计(共12行)`, but no name that merely begins so in Latin letters.
fn starts_as_total(text: &str, word: &str) -> bool {
    text.strip_prefix(word)
        .is_some_and(|rest| !word.is_ascii() || rest.starts_with(|c: char| !c.is_alphanumeric()))
}

/// `第1页`, `第1页/共3页`, `共3页`.
fn is_page_number(text: &str) -> bool {
    text.starts_with(['第', '共']) && text.contains('页') && text.chars().any(|c| c.is_ascii_digit())
}

fn folded(cell: &[u8]) -> String {
    folding::folded(&String::from_utf8_lossy(cell)).chars().filter(|c| !c.is_whitespace()).collect()
}

/// Sums of a column's cells, over all rows and without void ones: which of them a total row means, exports differ.
type Sums = [Exact; 2];

/// Follows a file's rows and compares its total rows with them.
#[derive(Debug)]
pub struct Control {
    columns: usize,
    /// Per column, over all rows so far.
    sums: Vec<Sums>,
    /// The sums as they stood at the last total row of each word, and at the last of any.
    marks: BTreeMap<String, Vec<Sums>>,
    last: Vec<Sums>,
}

impl Control {
    /// Nothing read yet, of so many columns.
    pub fn new(columns: usize) -> Control {
        let nothing = vec![[Exact::ZERO; 2]; columns];
        Control { columns, sums: nothing.clone(), marks: BTreeMap::new(), last: nothing }
    }

    /// Adds a row's cells.
    pub fn add(&mut self, cells: &[&[u8]], void: bool) {
        for (sums, cell) in self.sums.iter_mut().zip(cells) {
            let Some(value) = value_of(cell) else { continue };
            sums[0] = sums[0] + value;
            if !void {
                sums[1] = sums[1] + value;
            }
        }
    }

    /// Compares a total row's cells: the numbers of the columns in which it agrees with no run of rows above it, each
    /// with what it states and what all rows above it add up to.
    pub fn compare(&mut self, word: &str, cells: &[&[u8]]) -> Vec<(usize, Exact, Exact)> {
        let nothing = vec![[Exact::ZERO; 2]; self.columns];
        let mut wrong = Vec::new();
        for (at, stated) in cells.iter().enumerate().filter_map(|(at, cell)| Some((at, value_of(cell)?))) {
            let runs = [&nothing, &self.last, self.marks.get(word).unwrap_or(&nothing)];
            let agrees =
                runs.iter().any(|from| (0..2).any(|way| self.sums[at][way] - from[at][way] == stated));
            if !agrees {
                wrong.push((at, stated, self.sums[at][0]));
            }
        }
        self.last.clone_from(&self.sums);
        self.marks.insert(word.to_owned(), self.sums.clone());
        wrong
    }
}

fn value_of(cell: &[u8]) -> Option<Exact> {
    Exact::from_number(Number::parse(cell).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::records::{Records, Step};

    fn of(row: &str, strict: bool) -> Option<Footing> {
        let mut records = Records::new(row.as_bytes()).unwrap();
        let Step::Record(record) = records.advance().unwrap() else { panic!("a row") };
        footing(&record, strict)
    }

    #[test]
    fn total_rows_and_footers_are_told_from_documents() {
        for row in ["合计,,1", "合 计：,,1", ",,总计,5", "小计,1", "Total,5", "本页合计,5", "合计金额,5"]
        {
            assert!(matches!(of(row, false), Some(Footing::Total(_))), "{row}");
        }
        assert_eq!(of(",,,14,140.00,,158.20", false), Some(Footing::Total(String::new())));
        for row in [",,,14,H-01,140.00", "14,140.00", ",,,140.00"] {
            assert_eq!(of(row, false), None, "{row}");
        }
        for row in ["份数：12 金额：100.00", "第1页/共3页", "制单人：王敏,,审核人："] {
            assert_eq!(of(row, false), Some(Footing::Footer), "{row}");
        }
        for row in ["SO1,1", "Totally Good Ltd,1", "第一机床厂,1"] {
            assert_eq!(of(row, false), None, "{row}");
        }
        assert_eq!(of("合计科技有限公司,1", true), None);
        assert!(of("合计,,1", true).is_some());
    }

    #[test]
    fn subtotals_pages_and_grand_totals_agree_each_with_its_rows() {
        let mut control = Control::new(1);
        control.add(&[b"1.50"], false);
        control.add(&[b"2"], false);
        assert_eq!(control.compare("小计", &[b"3.5"]), []);
        control.add(&[b"10"], true);
        assert_eq!(control.compare("小计", &[b"10"]), []);
        assert_eq!(control.compare("合计", &[b"3.50"]), [], "without the void row");
        assert_eq!(control.compare("总计", &[b"13.50"]), [], "with it");
        let wrong = control.compare("总计", &[b"13.51"]);
        assert_eq!(wrong.len(), 1);
        assert_eq!((wrong[0].1.to_string(), wrong[0].2.to_string()), ("13.51".to_owned(), "13.5".to_owned()));
    }
}
