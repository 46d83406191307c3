//! A whole printed report: its title, the day and the policy behind it, the files that were missing, then its
//! sections.

use unicode_width::UnicodeWidthStr;

use super::Column;
use super::table::{TableStyle, printable, table};
use crate::calendar::AsOf;

/// A printed report, filled from top to bottom.
///
/// ```
/// use recv::lang::Lang;
/// use recv::report::page::Page;
/// use recv::report::table::TableStyle;
/// let mut page = Page::new(TableStyle { lang: Lang::En, width: None, colour: false });
/// page.title("Receivables by age").as_of("2026-01-31".parse().unwrap()).policy(None);
/// page.missing(&["payments.csv"]).section("Findings").line("nothing to report");
/// assert_eq!(page.finish(), "\
/// Receivables by age
/// As of 2026-01-31
/// Policy: built in
/// Missing, taken as no such documents: payments.csv
///
/// Findings
///
/// nothing to report
/// ");
/// ```
pub struct Page {
    style: TableStyle,
    text: String,
}

impl Page {
    /// An empty page.
    pub fn new(style: TableStyle) -> Page {
        Page { style, text: String::new() }
    }

    /// The report's name.
    pub fn title(&mut self, title: &str) -> &mut Page {
        let bold = self.style.bold(&printable(title));
        self.add_line(&bold)
    }

    /// The day whose end the report shows.
    pub fn as_of(&mut self, day: AsOf) -> &mut Page {
        let label = self.style.lang.pick("As of ", "截至 ");
        self.add_line(&format!("{label}{day}"))
    }

    /// The policy file; `None` where the built-in default holds.
    pub fn policy(&mut self, file: Option<&str>) -> &mut Page {
        let file = file.unwrap_or(self.style.lang.pick("built in", "内置默认"));
        self.fact("Policy", "政策", file)
    }

    /// The input files that were not there; nothing is said where none was missing. A misspelt payments.csv makes
    /// everybody overdue, so this stands out.
    pub fn missing(&mut self, files: &[&str]) -> &mut Page {
        if files.is_empty() {
            return self;
        }
        let label = self
            .style
            .lang
            .pick("Missing, taken as no such documents: ", "缺少以下文件，按没有此类单据处理：");
        let between = self.style.lang.pick(", ", "、");
        let bold = self.style.bold(&printable(&format!("{label}{}", files.join(between))));
        self.add_line(&bold)
    }

    /// One more fact of the page's head: `Group by: region`.
    pub fn fact(&mut self, label_en: &str, label_zh: &str, value: &str) -> &mut Page {
        let label = self.style.lang.pick(format!("{label_en}: "), format!("{label_zh}："));
        self.add_line(&printable(&format!("{label}{value}")))
    }

    /// Begins a section.
    pub fn section(&mut self, heading: &str) -> &mut Page {
        let bold = self.style.bold(&printable(heading));
        self.gap().add_line(&bold).gap()
    }

    /// A blank line.
    pub fn gap(&mut self) -> &mut Page {
        self.add_line("")
    }

    /// A line of text.
    pub fn line(&mut self, text: &str) -> &mut Page {
        self.add_line(&printable(text))
    }

    /// Several short texts after a label, on as many lines as the width asks for; further lines are indented.
    pub fn wrapped(&mut self, label: &str, texts: &[String], between: &str) -> &mut Page {
        const INDENT: &str = "  ";
        let width = self.style.width.map_or(usize::MAX, usize::from);
        let mut line = printable(label);
        let mut empty = true;
        for (at, text) in texts.iter().enumerate() {
            let end = if at + 1 < texts.len() { between } else { "" };
            let text = format!("{}{end}", printable(text));
            if !empty && line.width() + text.trim_end().width() > width {
                self.add_line(line.trim_end());
                INDENT.clone_into(&mut line);
            }
            line.push_str(&text);
            empty = false;
        }
        self.add_line(line.trim_end())
    }

    /// A table; where it has no rows, a word that says so.
    pub fn table<'a, R: 'a>(
        &mut self,
        columns: &[Column<R>],
        rows: impl IntoIterator<Item = &'a R>,
        total: Option<&R>,
    ) -> &mut Page {
        let rows: Vec<&R> = rows.into_iter().collect();
        if rows.is_empty() {
            return self.line(self.style.lang.pick("none", "无"));
        }
        self.text.push_str(&table(columns, rows, total, &self.style));
        self
    }

    /// A table in the first of several layouts whose lines keep to the style's width, else in the last.
    pub fn table_that_fits<'a, R: 'a>(
        &mut self,
        layouts: &[Vec<Column<R>>],
        rows: impl IntoIterator<Item = &'a R>,
        total: Option<&R>,
    ) -> &mut Page {
        let rows: Vec<&R> = rows.into_iter().collect();
        let width = self.style.width.map_or(usize::MAX, usize::from);
        let unwrapped = TableStyle { width: None, colour: false, ..self.style };
        let fits = |columns: &&Vec<Column<R>>| {
            table(columns, rows.iter().copied(), total, &unwrapped).lines().all(|line| line.width() <= width)
        };
        match layouts.iter().find(fits).or(layouts.last()) {
            Some(columns) => self.table(columns, rows, total),
            None => self,
        }
    }

    /// The page's text.
    pub fn finish(self) -> String {
        self.text
    }

    fn add_line(&mut self, line: &str) -> &mut Page {
        self.text.push_str(line);
        self.text.push('\n');
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Lang;
    use crate::report::{Cell, headings};

    #[test]
    fn a_page_in_chinese() {
        let columns = [Column::new(headings::OVERDUE_DAYS, |days: &i64| Cell::Days(*days))];
        let mut page = Page::new(TableStyle { lang: Lang::Zh, width: Some(80), colour: false });
        page.title("应收账款账龄").as_of("2026-01-31".parse().unwrap()).policy(Some("acme/policy.toml"));
        page.missing(&["payments.csv", "customers.csv"]).section("明细").table(&columns, &[31], None);
        page.section("差异").table(&columns, &[], None);
        let expected = "\
应收账款账龄
截至 2026-01-31
政策：acme/policy.toml
缺少以下文件，按没有此类单据处理：payments.csv、customers.csv

明细

逾期天数
--------
      31

差异

无
";
        assert_eq!(page.finish(), expected);
    }

    #[test]
    fn nothing_is_said_of_files_when_none_is_missing() {
        let mut page = Page::new(TableStyle { lang: Lang::En, width: None, colour: true });
        page.title("Match").missing(&[]);
        assert_eq!(page.finish(), "\u{1b}[1mMatch\u{1b}[0m\n");
    }
}
