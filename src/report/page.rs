//! A whole printed report: its title, the day and the policy behind it, the files that were missing, then its
//! sections.

use unicode_width::UnicodeWidthStr;

use super::Column;
use super::table::{TableStyle, printable, table};
use super::wrap::wrap;
use crate::calendar::AsOf;
use crate::money::{Money, group_thousands};

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
    longest_list: usize,
}

/// A list longer than this is cut, unless all of it was asked for.
const LONGEST_LIST: usize = 50;

/// Which rows a list that is cut keeps.
pub enum Keep<R> {
    /// The first of them.
    First,
    /// Those with the most money, the largest first.
    Largest(fn(&R) -> Money),
}

impl Page {
    /// An empty page.
    pub fn new(style: TableStyle) -> Page {
        Page { style, text: String::new(), longest_list: LONGEST_LIST }
    }

    /// Prints lists whole, however long they are.
    pub fn whole_lists(&mut self, all: bool) -> &mut Page {
        self.longest_list = if all { usize::MAX } else { LONGEST_LIST };
        self
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
        for line in self.fit(&format!("{label}{}", files.join(between))) {
            let bold = self.style.bold(&line);
            self.add_line(&bold);
        }
        self
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

    /// A line of text, on as many lines as the width asks for.
    pub fn line(&mut self, text: &str) -> &mut Page {
        for line in self.fit(text) {
            self.add_line(&line);
        }
        self
    }

    /// A line that stays whole however wide it is: what editors and other programs read by its beginning.
    pub fn whole_line(&mut self, text: &str) -> &mut Page {
        self.add_line(&printable(text))
    }

    /// The lines of a text that keep to the width; one line where there is no width.
    fn fit(&self, text: &str) -> Vec<String> {
        let text = printable(text);
        match self.style.width {
            Some(width) => wrap(&text, usize::from(width)),
            None => vec![text],
        }
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

    /// A list of rows, which may be long, in the first of several layouts that fits: cut to what a person reads, then
    /// a line that tells how many more there are. The total covers all.
    pub fn list<'a, R: 'a>(
        &mut self,
        layouts: &[Vec<Column<R>>],
        rows: impl IntoIterator<Item = &'a R>,
        total: Option<&R>,
        keep: &Keep<R>,
    ) -> &mut Page {
        let mut rows: Vec<&R> = rows.into_iter().collect();
        let (count, shown) = (rows.len(), self.longest_list);
        if !self.cuts(count) {
            return self.table_that_fits(layouts, rows, total);
        }
        if let Keep::Largest(money) = keep {
            rows.sort_by_key(|row| std::cmp::Reverse(money(row)));
        }
        rows.truncate(shown);
        self.table_that_fits(layouts, rows, total);
        let figure = |number: usize| group_thousands(&number.to_string());
        let (all, more) = (figure(count), figure(count - shown));
        let (en, zh) = match keep {
            Keep::First => ("first", "前"),
            Keep::Largest(_) => ("largest", "金额最大的 "),
        };
        self.line(&self.style.lang.pick(
            format!("The {en} {shown} of {all}; {more} more with --all or -o DIR"),
            format!("共 {all} 行，列出{zh}{shown} 行；其余 {more} 行请用 --all 或 -o DIR 查看"),
        ))
    }

    /// Whether a list of so many rows is cut.
    pub fn cuts(&self, rows: usize) -> bool {
        rows > self.longest_list
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
    fn a_long_list_is_cut_unless_all_is_asked_for() {
        let days: Vec<i64> = (1..=1052).collect();
        let layouts = [vec![Column::new(headings::OVERDUE_DAYS, |days: &i64| Cell::Days(*days))]];
        let mut page = Page::new(TableStyle { lang: Lang::En, width: Some(80), colour: false });
        page.list(&layouts, &days, None, &Keep::Largest(|days| Money::from_cents((*days).into())));
        page.list(&layouts, &days, None, &Keep::First);
        page.whole_lists(true).list(&layouts, &days, None, &Keep::First);
        let text = page.finish();
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        assert_eq!(lines[2..4], ["1052", "1051"]);
        assert_eq!(lines[52], "The largest 50 of 1,052; 1,002 more with --all or -o DIR");
        assert_eq!(lines[55], "1");
        assert_eq!(lines[105], "The first 50 of 1,052; 1,002 more with --all or -o DIR");
        assert_eq!(lines.len(), 106 + 2 + 1052);
    }

    #[test]
    fn nothing_is_said_of_files_when_none_is_missing() {
        let mut page = Page::new(TableStyle { lang: Lang::En, width: None, colour: true });
        page.title("Match").missing(&[]);
        assert_eq!(page.finish(), "\u{1b}[1mMatch\u{1b}[0m\n");
    }
}
