//! A look at an unknown export: what kind of file it is, which of its headings mean which column, and how sure that
//! is. `recv init --from` writes a policy from it; reading itself never goes by likeness.

use std::io;

use super::columns::{ColumnSpec, normalise_heading, specs_of};
use super::dress::undressed;
use super::records::{FIRST_LINES, Step};
use super::source::{Kind, Source};
use crate::calendar::{DateFault, DateOrder, parse_date};

/// Rows looked at below the headings.
const SAMPLE: usize = 200;
/// Bytes read at a time.
const BLOCK: usize = 64 * 1024;

/// How sure it is that a heading means a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sureness {
    /// recv knows the heading.
    Known,
    /// Another heading could mean the column as well; the first one is taken.
    OneOfTwo(String),
    /// The heading holds one that recv knows.
    Alike(&'static str),
}

/// A heading taken for a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// The column.
    pub column: &'static str,
    /// Whether files without it are refused.
    pub needed: bool,
    /// The heading in the file.
    pub heading: String,
    /// How sure that is.
    pub sureness: Sureness,
}

/// How the dates of a file are to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dates {
    /// Every date can be read one way only.
    Clear,
    /// Some need to know which of day and month comes first, and others show it.
    Shown(DateOrder),
    /// Some need to know which of day and month comes first, and none shows it.
    Open,
}

/// What a file looks like.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// The most likely kind.
    pub kind: Kind,
    /// Headings taken for columns, in the order of the columns.
    pub fits: Vec<Fit>,
    /// Needed columns for which there is no heading.
    pub missing: Vec<&'static str>,
    /// Headings that mean nothing to recv.
    pub unused: Vec<String>,
    /// How its dates are to be read.
    pub dates: Dates,
}

/// Looks at a file; `None` where it is no table that recv reads. `name` is the file's name, which may tell its kind.
pub fn survey(source: &Source, name: &str) -> io::Result<Option<Survey>> {
    let rows = first_rows(source)?;
    let likely = Kind::ALL.into_iter().filter_map(|kind| {
        let (at, attempt) = best_row(kind, &rows)?;
        (attempt.missing.len() * 2 <= attempt.needed)
            .then(|| (attempt.score + hint(kind, name), kind, at, attempt))
    });
    // The first of equals, in the order in which the kinds are read.
    let best = likely.reduce(|best, next| if next.0 > best.0 { next } else { best });
    Ok(best.map(|(_, kind, at, attempt)| {
        let columns: Vec<usize> =
            attempt.fits.iter().filter(|(fit, _)| is_date(fit.column)).map(|&(_, at)| at).collect();
        let dates = dates_of(&rows[at + 1..], &columns);
        let fits = attempt.fits.into_iter().map(|(fit, _)| fit).collect();
        Survey { kind, fits, missing: attempt.missing, unused: attempt.unused, dates }
    }))
}

fn first_rows(source: &Source) -> io::Result<Vec<Vec<String>>> {
    let mut records = source.records(BLOCK)?;
    let mut rows = Vec::new();
    while rows.len() < FIRST_LINES + SAMPLE {
        match records.advance()? {
            Step::Record(record) => {
                rows.push(
                    record
                        .fields()
                        .map(|field| String::from_utf8_lossy(undressed(field)).into_owned())
                        .collect(),
                );
            }
            Step::Fault(..) => {}
            Step::End => break,
        }
    }
    Ok(rows)
}

/// A row read as the headings of a kind.
struct Attempt {
    score: i32,
    fits: Vec<(Fit, usize)>,
    needed: usize,
    missing: Vec<&'static str>,
    unused: Vec<String>,
}

fn best_row(kind: Kind, rows: &[Vec<String>]) -> Option<(usize, Attempt)> {
    let attempt = |row: &[String]| attempt(specs_of(kind), row);
    let attempts = rows.iter().take(FIRST_LINES).enumerate().map(|(at, row)| (at, attempt(row)));
    attempts.reduce(|best, next| if next.1.score > best.1.score { next } else { best })
}

/// Finds the columns among the headings: by the names that recv knows, then what is left by likeness, the longest
/// known name first. Surer names count for more.
fn attempt(specs: &'static [ColumnSpec], headings: &[String]) -> Attempt {
    let normal: Vec<String> = headings.iter().map(|heading| normalise_heading(heading)).collect();
    let mut taken: Vec<Option<(usize, Sureness)>> = vec![None; specs.len()];
    let mut score = 0;
    for (spec, taken) in specs.iter().zip(&mut taken) {
        let own_name = [spec.name];
        let groups = std::iter::once(&own_name[..]).chain(spec.aliases.iter().copied());
        for (rank, group) in groups.enumerate() {
            let wanted: Vec<String> = group.iter().map(|alias| normalise_heading(alias)).collect();
            let mut matching = (0..normal.len()).filter(|&at| wanted.contains(&normal[at]));
            if let Some(first) = matching.next() {
                let other = matching.next().map(|at| headings[at].clone());
                *taken = Some((first, other.map_or(Sureness::Known, Sureness::OneOfTwo)));
                score += [3, 3, 2].get(rank).copied().unwrap_or(1);
                break;
            }
        }
    }
    score += take_by_likeness(specs, &normal, &mut taken);
    let fits: Vec<(Fit, usize)> = specs
        .iter()
        .zip(&taken)
        .filter_map(|(spec, taken)| {
            let (at, sureness) = taken.clone()?;
            Some((
                Fit { column: spec.name, needed: spec.needed, heading: headings[at].clone(), sureness },
                at,
            ))
        })
        .collect();
    let is_taken =
        |name: &&str| specs.iter().zip(&taken).any(|(spec, taken)| spec.name == *name && taken.is_some());
    let needed = specs.iter().filter(|spec| spec.needed).count();
    let missing: Vec<&'static str> = specs
        .iter()
        .zip(&taken)
        .filter(|(spec, taken)| spec.needed && taken.is_none() && !spec.instead.iter().any(is_taken))
        .map(|(spec, _)| spec.name)
        .collect();
    let is_unused = |at: &usize| !headings[*at].is_empty() && fits.iter().all(|(_, taken)| taken != at);
    let unused = (0..headings.len()).filter(is_unused).map(|at| headings[at].clone()).collect();
    let lacking = i32::try_from(missing.len()).unwrap_or(i32::MAX);
    Attempt { score: score - 4 * lacking, fits, needed, missing, unused }
}

/// Gives columns without a heading the headings without a column that hold a known one; what that is worth.
fn take_by_likeness(
    specs: &'static [ColumnSpec],
    normal: &[String],
    taken: &mut [Option<(usize, Sureness)>],
) -> i32 {
    let mut likely: Vec<(usize, usize, usize, &'static str)> = Vec::new();
    for (column, spec) in specs.iter().enumerate().filter(|&(column, _)| taken[column].is_none()) {
        for alias in spec.aliases.iter().copied().flatten() {
            let wanted = normalise_heading(alias);
            let length = wanted.chars().count();
            if length < if wanted.is_ascii() { 4 } else { 2 } {
                continue;
            }
            let holding = (0..normal.len()).filter(|&at| normal[at].contains(&wanted));
            likely.extend(holding.map(|at| (length, column, at, *alias)));
        }
    }
    likely.sort_by_key(|&(length, column, at, _)| (std::cmp::Reverse(length), column, at));
    let mut worth = 0;
    for (_, column, at, alias) in likely {
        let is_free = taken.iter().flatten().all(|&(used, _)| used != at);
        if taken[column].is_none() && is_free {
            taken[column] = Some((at, Sureness::Alike(alias)));
            worth += i32::from(specs[column].needed);
        }
    }
    worth
}

/// What the name of a file says of its kind.
fn hint(kind: Kind, name: &str) -> i32 {
    let words: &[&str] = match kind {
        Kind::Orders => &["order", "订单"],
        Kind::Shipments => &["ship", "出库", "发货", "送货"],
        Kind::Receipts => &["receipt", "签收", "回单", "验收"],
        Kind::Invoices => &["invoice", "发票", "开票", "应收单"],
        Kind::Payments => &["payment", "收款", "回款", "流水"],
        Kind::Customers => &["customer", "客户"],
        Kind::Allowance => &["allowance", "坏账"],
        Kind::Links => &["link", "对应", "关联"],
        Kind::Holidays => &["holiday", "节假日", "放假", "日历"],
        Kind::Disputes => &["dispute", "争议", "异议"],
        Kind::Extensions => &["extension", "展期", "延期"],
        Kind::Rates => &["rates", "汇率"],
    };
    let name = name.to_lowercase();
    if words.iter().any(|word| name.contains(word)) { 5 } else { 0 }
}

fn is_date(column: &str) -> bool {
    column == "date" || column.ends_with("_date")
}

/// How the dates in these columns are to be read: a part beyond 12 shows which comes first.
fn dates_of(rows: &[Vec<String>], columns: &[usize]) -> Dates {
    let cells = rows.iter().flat_map(|row| columns.iter().filter_map(|&at| row.get(at)));
    let mut dates = Dates::Clear;
    for cell in cells {
        if parse_date(cell.as_bytes(), None) != Err(DateFault::Ambiguous) {
            continue;
        }
        let reads = |order| parse_date(cell.as_bytes(), Some(order)).is_ok();
        dates = match (reads(DateOrder::MonthDayYear), reads(DateOrder::DayMonthYear), dates) {
            (true, false, _) => return Dates::Shown(DateOrder::MonthDayYear),
            (false, true, _) => return Dates::Shown(DateOrder::DayMonthYear),
            _ => Dates::Open,
        };
    }
    dates
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(name: &str, text: &str) -> Survey {
        survey(&Source::memory(Kind::Orders, name, text.as_bytes()), name).unwrap().unwrap()
    }

    #[test]
    fn kinds_are_told_apart_by_their_headings() {
        for (text, kind) in [
            ("单据编号,日期,客户,物料编码,物料名称,实发数量,源单编号\n", Kind::Shipments),
            ("签收单号,签收日期,订单号,物料名称,签收数量\n", Kind::Receipts),
            ("订单号,订单日期,客户编码,物料名称,订单数量,含税单价\n", Kind::Orders),
            ("交易流水号,交易日期,对方户名,贷方金额\n", Kind::Payments),
            ("发票代码,发票号码,开票日期,购买方名称,金额,税额\n", Kind::Invoices),
            ("客户编码,客户名称,信用等级\n", Kind::Customers),
        ] {
            assert_eq!(look("导出.csv", text).kind, kind, "{text}");
        }
        assert_eq!(survey(&Source::memory(Kind::Orders, "x", b"a,b\n1,2\n"), "x").unwrap(), None);
    }

    #[test]
    fn what_is_not_known_is_taken_by_likeness_and_said_to_be_unsure() {
        let survey = look("a.csv", "销售报表\n我方订单号,订单日期,客户编码,物料名称,订单数量合计,含税单价\n");
        let fit = |column: &str| survey.fits.iter().find(|fit| fit.column == column).unwrap();
        assert_eq!(fit("order_no").sureness, Sureness::Alike("订单号"));
        assert_eq!(fit("quantity").heading, "订单数量合计");
        assert_eq!(fit("unit_price").sureness, Sureness::Known);
        assert!(survey.missing.is_empty());
    }

    #[test]
    fn a_day_beyond_twelve_shows_the_order_of_dates() {
        let rows = |dates: &[&str]| dates.iter().map(|date| vec![(*date).to_owned()]).collect::<Vec<_>>();
        assert_eq!(dates_of(&rows(&["2026-01-05"]), &[0]), Dates::Clear);
        assert_eq!(dates_of(&rows(&["1/5/2026"]), &[0]), Dates::Open);
        assert_eq!(dates_of(&rows(&["1/5/2026", "1/25/2026"]), &[0]), Dates::Shown(DateOrder::MonthDayYear));
    }
}
