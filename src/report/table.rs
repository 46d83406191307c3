//! Reports as tables, for people: figures right-aligned, texts left, Chinese characters two columns wide, headings
//! in the user's language over a rule.
//!
//! There are no vertical lines and no signs but ASCII around the cells: the width of `│`, `—` or `…` differs from one
//! Chinese terminal to the next, and a log shows them worse still.

use comfy_table::{CellAlignment, ColumnConstraint, Table, Width};
use unicode_width::UnicodeWidthStr;

use super::wrap::{widest_piece, wrap};
use super::{Cell, Column};
use crate::lang::Lang;
use crate::money::group_thousands;
use crate::terminal::Screen;

/// How tables and pages look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TableStyle {
    /// The language of headings, words and what recv itself says.
    pub lang: Lang,
    /// The columns of the terminal; `None` for a log or a file, where nothing is wrapped.
    pub width: Option<u16>,
    /// Whether headings are bold. What a table says is the same without.
    pub colour: bool,
}

impl TableStyle {
    /// The style for a screen; what is none has 80 columns, as a terminal of which nothing is known.
    pub fn on(screen: Screen, lang: Lang) -> TableStyle {
        TableStyle { lang, width: Some(screen.width.unwrap_or(80)), colour: screen.colour }
    }

    /// The text in bold, where the style allows it.
    pub(super) fn bold(self, text: &str) -> String {
        if self.colour { format!("\x1b[1m{text}\x1b[0m") } else { text.to_owned() }
    }
}

/// Blanks between two columns.
const GAP: u16 = 2;
/// A column is never wider than this, whatever a cell holds.
const WIDEST: usize = 10_000;
/// Words up to this width are never broken: an invoice number's 20 digits, a finding's code stay together.
const WHOLE_WORD: usize = 32;
/// Names (a file's path, say) up to this width are never broken.
const WHOLE_NAME: usize = 48;
/// Words of the vocabulary up to this width are never broken: a status, a short reason.
const SHORT_WORD: usize = 14;
/// Chinese text may break after any character, but not into a column narrower than four of them.
const NARROWEST_CHINESE: usize = 8;
/// A text that would be wrapped into less than this is easier to read on lines of its own.
const READABLE: usize = 28;
/// What stands before a text on lines of its own.
const INDENT: &str = "  ";

/// Draws a table: a line per row (more where a text is wrapped), and below a rule the totals, if any. Where the
/// style has a width, texts and headings are wrapped to keep to it; figures, dates and short words never are. Where
/// that would leave the last column too narrow to read, its texts stand below their rows, on lines of their own. Columns
/// in which no row has anything are left out of a table that is too wide.
pub fn table<'a, R: 'a>(
    columns: &[Column<R>],
    rows: impl IntoIterator<Item = &'a R>,
    total: Option<&R>,
    style: &TableStyle,
) -> String {
    let mut headings: Vec<&str> = columns.iter().map(|column| column.heading.say(style.lang)).collect();
    let mut body: Vec<Vec<Shown>> = rows.into_iter().map(|row| show(columns, row, style.lang)).collect();
    let mut total = total.map(|row| show(columns, row, style.lang));
    if let Some(width) = style.width {
        leave_out_empty(&mut headings, &mut body, &mut total, width);
    }

    let layout = Layout::new(&headings, body.iter().chain(&total), style.width);
    let lines = if let Some(width) = style.width.filter(|&width| layout.squeezes_the_last(width)) {
        with_remarks(&headings, body, total, width, *style)
    } else {
        let mut lines: Vec<String> = layout.heading(&headings).iter().map(|line| style.bold(line)).collect();
        lines.push(layout.rule());
        lines.extend(layout.lines(body));
        if let Some(total) = total {
            lines.push(layout.rule());
            lines.extend(layout.lines([total]));
        }
        lines
    };
    lines.into_iter().map(|line| line + "\n").collect()
}

/// Leaves out the columns in which nothing stands, where the table is too wide for them.
fn leave_out_empty(
    headings: &mut Vec<&str>,
    body: &mut [Vec<Shown>],
    total: &mut Option<Vec<Shown>>,
    width: u16,
) {
    let whole = Layout::new(headings, body.iter().chain(&*total), None);
    if whole.width() <= width.into() || body.is_empty() {
        return;
    }
    for at in (0..headings.len()).rev().filter(|&at| whole.columns[at].cells == 0) {
        headings.remove(at);
        for row in body.iter_mut().chain(total.as_mut()) {
            row.remove(at);
        }
    }
}

/// The lines of a table whose last column stands below the rows.
fn with_remarks(
    headings: &[&str],
    mut body: Vec<Vec<Shown>>,
    mut total: Option<Vec<Shown>>,
    width: u16,
    style: TableStyle,
) -> Vec<String> {
    let remarks: Vec<Option<Shown>> = body.iter_mut().map(Vec::pop).collect();
    let total_remark = total.as_mut().and_then(Vec::pop);
    let (last, kept) = headings.split_last().unwrap_or((&"", &[]));
    let layout = Layout::new(kept, body.iter().chain(&total), Some(width));
    let mut lines = layout.heading(kept);
    lines.push(format!("{INDENT}{last}"));
    let mut lines: Vec<String> = lines.iter().map(|line| style.bold(line)).collect();
    lines.push(layout.rule());
    for (row, remark) in body.into_iter().zip(remarks) {
        lines.extend(layout.lines([row]));
        lines.extend(remark_lines(remark, width));
    }
    if let Some(total) = total {
        lines.push(layout.rule());
        lines.extend(layout.lines([total]));
        lines.extend(remark_lines(total_remark, width));
    }
    lines
}

/// A text on lines of its own; none where there is no text.
fn remark_lines(remark: Option<Shown>, width: u16) -> Vec<String> {
    let Some(remark) = remark.filter(|remark| !remark.text.is_empty()) else { return Vec::new() };
    let room = usize::from(width).saturating_sub(INDENT.len()).max(remark.narrowest());
    wrap(&remark.text, room).iter().map(|line| format!("{INDENT}{line}")).collect()
}

fn show<R>(columns: &[Column<R>], row: &R, lang: Lang) -> Vec<Shown> {
    columns.iter().map(|column| Shown::new(&column.cell(row), lang)).collect()
}

/// The text on one line and without signs that steer a terminal.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A cell as a table shows it.
struct Shown {
    text: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Right-aligned, never broken.
    Figure,
    /// Left-aligned, never broken: a date.
    Whole,
    /// Left-aligned, broken only where it is very long.
    Name,
    /// Left-aligned, broken only where it is more than a few words.
    Word,
    /// Left-aligned, wrapped where it must be.
    Text,
    /// Nothing there.
    Nothing,
}

impl Shown {
    fn new(cell: &Cell<'_>, lang: Lang) -> Shown {
        let (text, kind) = match cell {
            Cell::Text(text) => (printable(text), Kind::Text),
            Cell::Name(name) => (printable(name), Kind::Name),
            Cell::Raw(text) => (printable(&String::from_utf8_lossy(text)), Kind::Text),
            Cell::RawName(name) => (printable(&String::from_utf8_lossy(name)), Kind::Name),
            Cell::Word(word) => (word.say(lang).to_owned(), Kind::Word),
            Cell::Codes(codes) => (codes.replace(';', "; "), Kind::Word),
            Cell::Money(money) => (money.grouped(), Kind::Figure),
            Cell::Quantity(quantity) => (quantity.to_string(), Kind::Figure),
            Cell::Price(price) => (price.to_string(), Kind::Figure),
            Cell::Rate(rate) => (rate.percent(), Kind::Figure),
            Cell::Count(count) => (group_thousands(&count.to_string()), Kind::Figure),
            Cell::Days(days) => (days.to_string(), Kind::Figure),
            Cell::Date(date) => (date.to_string(), Kind::Whole),
            Cell::Flag(flag) => (yes_or_no(*flag, lang).to_owned(), Kind::Word),
            Cell::Empty => (String::new(), Kind::Nothing),
        };
        Shown { text, kind }
    }

    /// The width below which the cell would be broken where it must not be.
    fn narrowest(&self) -> usize {
        match self.kind {
            Kind::Figure | Kind::Whole => self.text.width(),
            Kind::Name => self.text.width().min(WHOLE_NAME),
            Kind::Word => narrowest_text(&self.text).max(self.text.width().min(SHORT_WORD)),
            Kind::Text | Kind::Nothing => narrowest_text(&self.text),
        }
    }
}

fn yes_or_no(flag: bool, lang: Lang) -> &'static str {
    if flag { lang.pick("yes", "是") } else { lang.pick("no", "否") }
}

fn narrowest_text(text: &str) -> usize {
    let chinese = if text.is_ascii() { 0 } else { text.width().min(NARROWEST_CHINESE) };
    widest_piece(text).min(WHOLE_WORD).max(chinese)
}

/// The columns' widths, worked out once for headings, rows and totals alike.
struct Layout {
    columns: Vec<Room>,
}

/// The room of one column.
struct Room {
    width: usize,
    narrowest: usize,
    /// What the cells need, whatever the heading does.
    cells: usize,
    /// Below this its texts are hard to read.
    readable: usize,
    has_figures: bool,
    has_texts: bool,
}

impl Layout {
    fn new<'a>(headings: &[&str], rows: impl Iterator<Item = &'a Vec<Shown>>, width: Option<u16>) -> Layout {
        let mut columns: Vec<Room> = headings.iter().map(|heading| Room::of_heading(heading)).collect();
        for row in rows {
            for (room, cell) in columns.iter_mut().zip(row) {
                room.take_in(cell);
            }
        }
        let mut layout = Layout { columns };
        if let Some(width) = width {
            layout.shrink_to(width.into());
        }
        layout
    }

    /// Takes from the widest column that may still be wrapped, until the table fits or nothing more may be. Headings
    /// are wrapped before the texts below them.
    fn shrink_to(&mut self, width: usize) {
        for _ in width..self.width() {
            let wrappable = self.columns.iter_mut().filter(|room| room.width > room.narrowest);
            let order = |room: &&mut Room| (room.width > room.cells, room.width);
            let Some(widest) = wrappable.max_by_key(order) else { return };
            widest.width -= 1;
        }
    }

    /// The width of the whole table.
    fn width(&self) -> usize {
        let gaps = usize::from(GAP) * self.columns.len().saturating_sub(1);
        gaps + self.columns.iter().map(|room| room.width).sum::<usize>()
    }

    /// Whether the last column holds texts and got too little room for them, or leaves the table too wide.
    fn squeezes_the_last(&self, width: u16) -> bool {
        let is_only = self.columns.len() < 2;
        let Some(last) = self.columns.last().filter(|last| last.has_texts && !is_only) else { return false };
        self.width() > width.into() || last.width < last.readable
    }

    /// Dashes under each column, a gap between two.
    fn rule(&self) -> String {
        let dashes: Vec<String> = self.columns.iter().map(|room| "-".repeat(room.width)).collect();
        dashes.join(&" ".repeat(GAP.into()))
    }

    /// The lines of the headings; over figures they stand to the right.
    fn heading(&self, headings: &[&str]) -> Vec<String> {
        let kind = |room: &Room| if room.has_figures && !room.has_texts { Kind::Figure } else { Kind::Text };
        let shown = |(room, text): (&Room, &&str)| Shown { text: (*text).to_owned(), kind: kind(room) };
        self.lines([self.columns.iter().zip(headings).map(shown).collect()])
    }

    /// The lines of these rows, without blanks at their ends.
    fn lines(&self, rows: impl IntoIterator<Item = Vec<Shown>>) -> Vec<String> {
        let mut table = Table::new();
        table.load_style(comfy_table::presets::NOTHING);
        for row in rows {
            table.add_row(row.into_iter().zip(&self.columns).map(|(cell, room)| aligned(&cell, room.width)));
        }
        for (at, (column, room)) in table.column_iter_mut().zip(&self.columns).enumerate() {
            let gap = if at + 1 < self.columns.len() { GAP } else { 0 };
            let width = u16::try_from(room.width).unwrap_or(u16::MAX - gap);
            column
                .set_padding((0, gap))
                .set_constraint(ColumnConstraint::Absolute(Width::Fixed(width + gap)));
        }
        table.lines().map(|line| line.trim_end().to_owned()).collect()
    }
}

fn aligned(cell: &Shown, width: usize) -> comfy_table::Cell {
    let side = if cell.kind == Kind::Figure { CellAlignment::Right } else { CellAlignment::Left };
    comfy_table::Cell::new_owned(wrap(&cell.text, width).join("\n")).set_alignment(side)
}

impl Room {
    fn of_heading(heading: &str) -> Room {
        let (width, narrowest) = (heading.width().max(1), narrowest_text(heading).max(1));
        Room { width, narrowest, cells: 0, readable: 0, has_figures: false, has_texts: false }
    }

    fn take_in(&mut self, cell: &Shown) {
        self.width = self.width.max(cell.text.width()).min(WIDEST);
        self.narrowest = self.narrowest.max(cell.narrowest()).min(WIDEST);
        self.cells = self.cells.max(cell.text.width()).min(WIDEST);
        if cell.kind == Kind::Text {
            self.readable = self.readable.max(cell.text.width().min(READABLE));
        }
        match cell.kind {
            Kind::Figure => self.has_figures = true,
            Kind::Whole | Kind::Name | Kind::Word | Kind::Text => self.has_texts = true,
            Kind::Nothing => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lang::Word;
    use crate::money::{Money, Rate};
    use crate::report::headings;

    struct Debt {
        customer: &'static str,
        balance: i128,
        share: Option<&'static str>,
    }

    const DEBTS: [Debt; 2] = [
        Debt { customer: "Jinhua Machinery Trading", balance: 123_456_780, share: Some("15%") },
        Debt { customer: "上海金属材料有限公司", balance: -50, share: None },
    ];
    const TOTAL: Debt = Debt { customer: "Total", balance: 123_456_730, share: Some("0.5%") };

    fn columns() -> Vec<Column<Debt>> {
        vec![
            Column::new(headings::CUSTOMER_NAME, |debt: &Debt| Cell::text(debt.customer)),
            Column::new(headings::BALANCE, |debt| Cell::Money(Money::from_cents(debt.balance))),
            Column::new(headings::OVERDUE_PCT, |debt| {
                Cell::maybe(debt.share.and_then(|share| Rate::parse_percent(share).ok()), Cell::Rate)
            }),
            Column::new(headings::STATUS, |_| {
                Cell::Word(Word { code: "review", en: "to review", zh: "待复核" })
            }),
        ]
    }

    fn drawn(lang: Lang, width: Option<u16>, total: Option<&Debt>) -> String {
        table(&columns(), &DEBTS, total, &TableStyle { lang, width, colour: false })
    }

    #[test]
    fn figures_stand_right_texts_left_and_totals_below_a_rule() {
        let expected = "\
Name                           Balance  Overdue %  Status
------------------------  ------------  ---------  ---------
Jinhua Machinery Trading  1,234,567.80        15%  to review
上海金属材料有限公司             -0.50             to review
------------------------  ------------  ---------  ---------
Total                     1,234,567.30       0.5%  to review
";
        assert_eq!(drawn(Lang::En, None, Some(&TOTAL)), expected);
        assert_eq!(drawn(Lang::En, Some(80), Some(&TOTAL)), expected);
    }

    #[test]
    fn a_narrow_terminal_wraps_texts_and_never_figures() {
        let expected = "\
客户名称        应收余额  逾期占比  状态
----------  ------------  --------  ------
Jinhua      1,234,567.80       15%  待复核
Machinery
Trading
上海金属材         -0.50            待复核
料有限公司
";
        assert_eq!(drawn(Lang::Zh, Some(42), None), expected);
    }

    #[test]
    fn no_line_passes_the_width_unless_figures_need_it() {
        for width in 46..80 {
            let text = drawn(Lang::En, Some(width), Some(&TOTAL));
            assert!(text.lines().all(|line| line.width() <= width.into()), "{width}:\n{text}");
        }
        let cramped = drawn(Lang::Zh, Some(5), Some(&TOTAL));
        assert!(cramped.contains("1,234,567.80"), "{cramped}");
    }

    #[test]
    fn a_long_document_number_stays_whole() {
        let columns = [
            Column::new(headings::INVOICE_NO, |(): &()| Cell::text("26332000000012345678")),
            Column::new(headings::NOTE, |(): &()| Cell::text("goods came late and two of them broken")),
        ];
        let style = TableStyle { lang: Lang::En, width: Some(40), colour: false };
        let text = table(&columns, &[()], None, &style);
        assert!(text.contains("26332000000012345678\n  goods came late and two of them broken\n"), "{text}");
    }

    #[test]
    fn signs_that_steer_a_terminal_are_not_printed() {
        let columns = [Column::new(headings::NOTE, |(): &()| Cell::text("a\u{1b}[31mb\r\nc"))];
        let style = TableStyle { lang: Lang::En, width: None, colour: false };
        assert_eq!(table(&columns, &[()], None, &style), "Note\n----------\na [31mb  c\n");
    }

    #[test]
    fn colour_adds_nothing_but_bold_headings() {
        let style = TableStyle { lang: Lang::En, width: None, colour: true };
        let text = table(&columns(), &DEBTS, None, &style);
        assert!(text.starts_with("\u{1b}[1mName"));
        assert_eq!(text.replace("\u{1b}[1m", "").replace("\u{1b}[0m", ""), drawn(Lang::En, None, None));
    }
}
