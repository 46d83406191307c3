//! Continuation rows of the old tax-control software (航天金税, 百旺): only an invoice's first row says which invoice it
//! is, the rows below leave those cells blank. Such a file is rewritten with the cells filled before it is read;
//! nothing else is filled, because elsewhere a blank cell is a blank cell.

use std::io::{self, Write};

use super::columns::{InvoiceColumn, normalise_heading};
use super::dress::undressed;
use super::encoding::to_text;
use super::opening::{Opening, OwnHeadings, open_table};
use super::records::{Record, Step};
use super::source::Source;
use super::totals::footing;

/// Headings over what an invoice says once, in its first row.
const OF_THE_INVOICE: [&str; 13] = [
    "发票代码",
    "发票号码",
    "购方企业名称",
    "购方名称",
    "购方税号",
    "银行账号",
    "银行帐号",
    "地址电话",
    "开票日期",
    "商品编码版本号",
    "单据号",
    "备注",
    "发票状态",
];

/// Bytes read at a time where only the headings are wanted.
const HEADINGS: usize = 16 * 1024;

/// Where the cells stand that continuation rows leave blank.
struct ControlLayout {
    code: usize,
    number: usize,
    goods: usize,
    of_the_invoice: Vec<usize>,
}

impl ControlLayout {
    /// The layout of the tax-control export: code, number and goods of a line, a bill number or a version of the goods
    /// codes, and no amount with tax.
    fn of(headings: &[String]) -> Option<ControlLayout> {
        let normal: Vec<String> = headings.iter().map(|heading| normalise_heading(heading)).collect();
        let at = |heading: &str| normal.iter().position(|found| found == heading);
        let marked = at("单据号").is_some() || at("商品编码版本号").is_some();
        if !marked || at("价税合计").is_some() {
            return None;
        }
        Some(ControlLayout {
            code: at("发票代码")?,
            number: at("发票号码")?,
            goods: at("商品名称")?,
            of_the_invoice: OF_THE_INVOICE.iter().filter_map(|heading| at(heading)).collect(),
        })
    }

    fn is_continuation(&self, record: &Record<'_>) -> bool {
        let blank = |at: usize| undressed(record.field(at)).is_empty();
        blank(self.code) && blank(self.number) && !blank(self.goods) && footing(record, false).is_none()
    }
}

/// Writes the file anew with the cells of continuation rows filled, each row on the line where it stood; `None` where
/// the file is of another layout.
pub fn fill_down(
    source: &Source,
    own: Option<&OwnHeadings>,
    scratch: impl FnOnce() -> io::Result<tempfile::NamedTempFile>,
) -> io::Result<Option<tempfile::NamedTempFile>> {
    let mut records = source.records(HEADINGS)?;
    let Ok(Opening { layout, .. }) = open_table::<InvoiceColumn, _>(&mut records, own)? else {
        return Ok(None);
    };
    let Some(control) = ControlLayout::of(&layout.headings) else { return Ok(None) };
    let lines = line_of_each_row(source)?;
    let mut filled = scratch()?;
    let mut out = io::BufWriter::new(&mut filled);
    let mut records = source.records(HEADINGS)?;
    let mut first_row: Vec<String> = Vec::new();
    let mut written = 1;
    for line in lines {
        while written < line {
            out.write_all(b"\n")?;
            written += 1;
        }
        match records.advance()? {
            Step::Record(record) => {
                let mut cells: Vec<String> = record.fields().map(text).collect();
                if control.is_continuation(&record) {
                    for &at in &control.of_the_invoice {
                        if let (Some(cell), Some(first)) = (cells.get_mut(at), first_row.get(at))
                            && undressed(cell.as_bytes()).is_empty()
                        {
                            cell.clone_from(first);
                        }
                    }
                } else if !undressed(record.field(control.number)).is_empty() {
                    first_row.clone_from(&cells);
                }
                write_row(&mut out, &cells)?;
            }
            Step::Fault(offset, _) => out.write_all(to_text(&source.raw_line(offset)?).as_bytes())?,
            Step::End => break,
        }
    }
    out.write_all(b"\n")?;
    out.flush()?;
    drop(out);
    Ok(Some(filled))
}

fn line_of_each_row(source: &Source) -> io::Result<Vec<u64>> {
    let mut records = source.records(HEADINGS)?;
    let mut offsets = Vec::new();
    loop {
        match records.advance()? {
            Step::Record(record) => offsets.push(record.offset),
            Step::Fault(offset, _) => offsets.push(offset),
            Step::End => break,
        }
    }
    source.remember(records.encoding());
    source.line_numbers(&offsets)
}

/// A cell on one line.
fn text(field: &[u8]) -> String {
    String::from_utf8_lossy(field).replace(['\n', '\r'], " ")
}

fn write_row(out: &mut impl Write, cells: &[String]) -> io::Result<()> {
    for (at, cell) in cells.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        if cell.contains(['"', ',']) {
            write!(out, "{comma}\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            write!(out, "{comma}{cell}")?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::Kind;
    use crate::output;
    use std::io::Read;

    fn filled(text: &[u8]) -> Option<String> {
        let source = Source::memory(Kind::Invoices, "invoices.csv", text);
        let file = fill_down(&source, None, output::scratch).unwrap()?;
        let mut text = String::new();
        file.reopen().unwrap().read_to_string(&mut text).unwrap();
        Some(text)
    }

    #[test]
    fn continuation_rows_of_the_tax_control_export_are_filled_on_their_lines() {
        let text = "资料区间：2016年1月\n\n发票代码\t发票号码\t购方企业名称\t开票日期\t单据号\t商品名称\t数量\t金额\t税额\n\
                    044031900111\t00512345\t甲\"公司\"\t2016-01-05\tD1\t合页\t1\t100.00\t13.00\n\
                    \t\t\t\t\t螺栓,M12\t2\t50.00\t6.50\n\
                    \t\t\t\t\t小计\t\t150.00\t19.50\n\n\
                    044031900111\t00512346\t乙公司\t2016-01-06\t\t合页\t1\t100.00\t13.00\n\
                    份数：2\n";
        let tabbed = text.replace("甲\"公司\"", "甲公司");
        let (bytes, _, _) = encoding_rs::GB18030.encode(&tabbed);
        let expected = "资料区间：2016年1月\n\n发票代码,发票号码,购方企业名称,开票日期,单据号,商品名称,数量,金额,税额\n\
                        044031900111,00512345,甲公司,2016-01-05,D1,合页,1,100.00,13.00\n\
                        044031900111,00512345,甲公司,2016-01-05,D1,\"螺栓,M12\",2,50.00,6.50\n\
                        ,,,,,小计,,150.00,19.50\n\n\
                        044031900111,00512346,乙公司,2016-01-06,,合页,1,100.00,13.00\n\
                        份数：2\n";
        assert_eq!(filled(&bytes).as_deref(), Some(expected));
        assert_eq!(filled(tabbed.as_bytes()).as_deref(), Some(expected));
    }

    #[test]
    fn other_files_are_left_as_they_are() {
        let text = "invoice_no,invoice_date,customer_id,gross_amount\n1,2026-01-05,C1,1.00\n";
        assert_eq!(filled(text.as_bytes()), None);
    }
}
