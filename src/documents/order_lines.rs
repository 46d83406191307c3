//! All order lines of the books, compactly, and the order line that a document's line belongs to.
//!
//! Of an order line what documents are compared with is kept, and where it is asked for what it orders in figures; what
//! else its row says is found again by its place when the report is written.

mod figures;
mod goods_table;
mod head;
mod kept;
mod key;
mod order_of_line;
mod sorted;

use chrono::NaiveDate;

use figures::Figures;
pub use goods_table::Goods;
use goods_table::{GoodsTable, KeptGoods};
use head::OrderHead;
use kept::{Kept, NO_GOODS, Ordering};
use key::Keys;
pub use key::{LineKey, digits_value};

use super::customers::Customers;
use super::goods::{GoodsNames, SeenNames, are_plainly_alike};
use super::order::{OrderReader, OrderRow, Ordered};
use crate::book_text::BookText;
use crate::calendar::AsOf;
use crate::diagnostic::Problem;
use crate::eights::are_equal;
use crate::ids::{Approached, CustomerKey, GoodsName, Id, Ids, Label, Names, Order, Run};
use crate::input::intake::Sink;
use crate::input::places::Places;
use crate::input::{FastMap, InputError, Intake, Kind, LateRefusal, Place, Reason, Verdict};
use crate::lang::Word;
use crate::memory::{are_far_apart, bring_near, list_of_many};
use crate::policy::MatchPolicy;

/// Whether a delivery's line number is the order's, by the headings over the order and the number: beside 源单编号 or
/// 来源单据号, a plain 行号 counts the lines of the delivery itself.
pub fn numbers_order_lines(order_heading: &str, line_heading: &str) -> bool {
    const SOURCES: [&str; 3] = ["源单", "来源", "上游"];
    line_heading.trim() != "行号" || !SOURCES.iter().any(|source| order_heading.contains(source))
}

/// Texts of an order line that are put together, kept for the next one: that is of the same order mostly.
#[derive(Debug, Default)]
pub struct LineTexts {
    order: Option<Id<Order>>,
    order_no: BookText,
    line_no: Vec<u8>,
}

/// What is kept of order lines beside what tells those of an order apart. Each keeps what those before it keep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderDetail {
    /// Nothing; [`OrderLines::know_goods`] reads the goods later.
    Bare,
    /// Their goods.
    Goods,
    /// What they order, in figures.
    Figures,
}

/// An order line that was taken.
#[derive(Clone, Copy, Debug)]
pub struct NewLine {
    /// Its number.
    pub line: usize,
    /// Its order.
    pub order: Id<Order>,
    /// Whether it [counts](OrderLines::counts).
    pub counts: bool,
    /// Whether it is the first line of its order, or sorts behind those before it because these are numbered through, and it
    /// goes on so. Where this is not said, it may do so all the same.
    pub goes_on: bool,
}

/// Takes order lines, and hands each that is taken to `each`.
struct Taking<'a, F> {
    lines: &'a mut OrderLines,
    each: F,
    as_of: AsOf,
}

impl<F> Sink<OrderReader, Approached> for Taking<'_, F>
where
    F: FnMut(&OrderLines, NewLine, &OrderRow<'_>) -> Result<(), (&'static str, Problem)>,
{
    fn approach(&mut self, rows: &[OrderRow<'_>], known: &mut [Approached]) {
        let order_nos = rows.iter().map(|row| row.ordered.order_no);
        let orders = self.lines.orders.approach_texts(order_nos.zip(known));
        if let Some(scattered) = self.lines.scattered.as_ref().filter(|_| !orders.is_empty()) {
            bring_near(orders.iter().map(|order| scattered.last[order.index()].into()));
            let first = |order: &Id<Order>| self.lines.heads[order.index()].first;
            let mut lines: Vec<u32> = orders.iter().map(first).collect();
            // Few orders have many lines, each of which is found by the one before.
            for _ in 0..2 {
                self.lines.keys.approach(lines.iter().map(|&line| line as usize));
                lines = lines.iter().filter_map(|&line| scattered.next(line)).collect();
            }
        }
    }

    fn take(&mut self, row: &OrderRow<'_>, number: Approached, place: Place) -> Verdict {
        let Taking { lines, each, as_of } = self;
        match lines.add((row, number), place, *as_of) {
            Ok(new) => match each(lines, new, row) {
                Err((column, problem)) => {
                    lines.lines.leave_out(new.line, Reason::OrderSetAside);
                    Verdict::Refused(column, problem, None)
                }
                Ok(()) if new.counts => Verdict::Used,
                Ok(()) if !row.approved => Verdict::LeftOut(Reason::NotApproved),
                Ok(()) => Verdict::LeftOut(Reason::AfterAsOf),
            },
            Err(earlier) => {
                let (column, told_by) = row.ordered.told_apart_by();
                let written = [row.ordered.order_no, b"/", told_by].concat();
                let text = String::from_utf8_lossy(&written).into_owned();
                let earlier = lines.place_of(earlier);
                Verdict::Refused(column, Problem::OrderLineTwice(text, String::new()), Some(earlier))
            }
        }
    }
}

/// No line.
const NONE: u32 = u32::MAX;
/// Orders of more lines than this are looked up by hash.
const SHORT_ORDER: u32 = 24;

/// A document's line as it names its order line.
#[derive(Clone, Copy, Debug)]
pub struct DocumentLine<'r> {
    /// The order; may be empty.
    pub order_no: &'r [u8],
    /// The line; may be empty.
    pub line_no: &'r [u8],
    /// The goods' number; may be empty.
    pub sku: &'r [u8],
    /// The goods' name, as written; `None` where the document has none.
    pub goods_name: Option<&'r [u8]>,
}

/// What is known of a document's line before it is placed.
#[derive(Clone, Copy, Debug)]
pub struct Ahead {
    /// The order that it names, where that is in the books.
    pub order: Option<Id<Order>>,
    /// The order line that its line number means, where that counts.
    of_line: Option<OfLine>,
    /// What was found out of the document's own number.
    pub number: Approached,
}

/// The same where nobody asks for order lines.
#[derive(Clone, Copy, Debug)]
pub struct OrderAhead {
    /// The order that it names, where that is in the books.
    pub order: Option<Id<Order>>,
    /// What was found out of the document's own number.
    pub number: Approached,
}

impl Ahead {
    /// Nothing is known.
    pub const NOTHING: Ahead = Ahead::of_order(None);

    #[inline]
    const fn of_order(order: Option<Id<Order>>) -> Ahead {
        Ahead { order, of_line: None, number: Approached::NOTHING }
    }

    /// The order line that its line number means, where that counts.
    #[inline]
    pub fn line(&self) -> Option<usize> {
        self.of_line.map(|of_line| of_line.line())
    }
}

/// An order line, and what documents' lines are compared with of it.
#[derive(Clone, Copy, Debug)]
pub struct OfLine {
    line: u32,
    ordering: Ordering,
    goods: u32,
    /// Whether the goods' name of the document is by the way it is written that of the order line.
    is_plainly_named: bool,
}

impl OfLine {
    /// The order line.
    #[inline]
    pub const fn line(&self) -> usize {
        self.line as usize
    }

    /// The day on which the line was ordered.
    #[inline]
    pub const fn date(&self) -> NaiveDate {
        self.ordering.date
    }

    /// Who ordered the line.
    #[inline]
    pub const fn customer(&self) -> Id<CustomerKey> {
        self.ordering.customer
    }
}

/// Where a document's line belongs.
#[derive(Clone, Copy, Debug)]
pub enum Placement {
    /// To this order line.
    Line(OfLine),
    /// To an order line that is dated after the as-of date, or was set aside: it is left out with it.
    LeftOut(Reason),
    /// To none.
    Orphan(OrphanReason),
}

impl Placement {
    /// The order line that it belongs to, where it does.
    pub const fn line(&self) -> Option<usize> {
        match self {
            Placement::Line(of_line) => Some(of_line.line()),
            Placement::LeftOut(_) | Placement::Orphan(_) => None,
        }
    }
}

/// Why a document's line has no order line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrphanReason {
    /// It names no order.
    NoOrder,
    /// The order is not in the books.
    UnknownOrder,
    /// The order has no such line.
    UnknownLine,
    /// The order has no line with these goods, or several.
    UnclearGoods,
}

impl OrphanReason {
    /// The word for it.
    pub const fn word(self) -> Word {
        match self {
            OrphanReason::NoOrder => Word { code: "no_order", en: "names no order", zh: "未注明订单" },
            OrphanReason::UnknownOrder => {
                Word { code: "unknown_order", en: "order not in the books", zh: "订单不存在" }
            }
            OrphanReason::UnknownLine => {
                Word { code: "unknown_line", en: "the order has no such line", zh: "订单中无此行" }
            }
            OrphanReason::UnclearGoods => Word {
                code: "unclear_goods",
                en: "no line, or several, of the order with these goods",
                zh: "订单中无此货物或有多行",
            },
        }
    }
}

/// The lines of orders that do not stand together, each order's as a chain.
#[derive(Debug)]
struct Scattered {
    /// The next line of the same order, or [`NONE`].
    next: Vec<u32>,
    /// The last line of each order.
    last: Vec<u32>,
}

impl Scattered {
    /// The lines so far, of which those of every order stand together.
    fn of(lines: &Kept, heads: &[OrderHead]) -> Scattered {
        let follows = |line: usize| line + 1 < lines.len() && lines.order(line) == lines.order(line + 1);
        let next = (0..lines.len()).map(|line| if follows(line) { line as u32 + 1 } else { NONE });
        let last = heads.iter().map(|head| (head.first + head.lines()).saturating_sub(1));
        Scattered { next: next.collect(), last: last.collect() }
    }

    /// Adds a line to its order.
    fn add(&mut self, order: Id<Order>, line: u32, is_first: bool) {
        self.next.resize(line as usize + 1, NONE);
        self.last.resize(self.last.len().max(order.index() + 1), NONE);
        let last = std::mem::replace(&mut self.last[order.index()], line);
        if !is_first {
            self.next[last as usize] = line;
        }
    }

    fn next(&self, line: u32) -> Option<u32> {
        Some(self.next[line as usize]).filter(|&next| next != NONE)
    }
}

/// A thing by which lines of a long order are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Handle {
    Key(LineKey),
    Sku(Id<Label>),
    Name(Id<GoodsName>),
}

/// All order lines, in the order of their rows until they are sorted.
#[derive(Debug, Default)]
pub struct OrderLines {
    /// The orders.
    pub orders: Ids<Order>,
    /// The customers that any document names.
    pub customers: Customers,
    /// The goods names of all documents.
    pub goods: GoodsNames,
    labels: Names<Label>,
    /// By the goods' number (sku), which goods the last line had that had it: most have one name in all lines.
    last_goods: Vec<u32>,
    /// Whether the goods of lines with a line number are kept.
    knows_goods: bool,
    /// What the lines order, where that is asked for.
    figures: Option<Figures>,
    heads: Vec<OrderHead>,
    /// By what each line is found among those of its order. It is kept apart from the rest of the line, so that the few
    /// lines of an order lie close together in memory.
    keys: Keys,
    /// Where the lines of an order go on; `None` while those of every order follow one another.
    scattered: Option<Scattered>,
    lines: Kept,
    goods_table: GoodsTable,
    places: Places,
    /// Which row each line is, where they were sorted.
    rows: Option<Vec<u32>>,
    /// Lines of long orders by what names them; [`NONE`] where several answer.
    long_orders: FastMap<(Id<Order>, Handle), u32>,
}

impl OrderLines {
    /// Reads the order lines. `each` is handed every row that is taken, with its line. Before many orders are
    /// sought, they are to be indexed ([`Ids::index`]) or [sorted](OrderLines::sort).
    pub fn read(
        intake: &mut Intake<'_>,
        policy: &MatchPolicy,
        detail: OrderDetail,
        mut each: impl FnMut(&OrderLines, NewLine, &OrderRow<'_>) -> Result<(), (&'static str, Problem)> + Send,
    ) -> Result<OrderLines, InputError> {
        let goods = GoodsNames::new(&policy.goods_aliases);
        let customers = Customers::of(&intake.sources.parties);
        let mut lines = OrderLines {
            orders: Ids::of_many(),
            customers,
            goods,
            heads: list_of_many(),
            keys: Keys::of_many(),
            places: Places::of_many(),
            knows_goods: detail >= OrderDetail::Goods,
            figures: (detail == OrderDetail::Figures).then(Figures::default),
            ..OrderLines::default()
        };
        let as_of = intake.as_of;
        let taking = Taking { lines: &mut lines, each: &mut each, as_of };
        intake.read_into::<OrderReader, Approached>(|rows| vec![Approached::NOTHING; rows.len()], taking)?;
        lines.last_goods = Vec::new();
        lines.refuse_lines_without_number(intake)?;
        Ok(lines)
    }

    /// Takes an order line; `Err` holds the line that stands there already.
    #[inline(always)]
    fn add(
        &mut self,
        (row, number): (&OrderRow<'_>, Approached),
        place: Place,
        as_of: AsOf,
    ) -> Result<NewLine, usize> {
        let Ordered { order_no, line_no, .. } = row.ordered;
        let (order, is_new) = self.orders.intern_approached(order_no, number);
        let goods = (self.knows_goods || line_no.is_empty()).then(|| self.intern_goods(row));
        let key = match goods {
            Some(goods) if line_no.is_empty() => {
                let Goods { sku, name, .. } = self.goods_table.all[goods as usize].goods;
                sku.map_or(LineKey::Name(name), LineKey::Sku)
            }
            _ => self.line_number(line_no),
        };
        let line = self.lines.len();
        let goes_on = is_new || self.go_on(order, line as u32, key);
        if !goes_on && let Some(earlier) = self.line_with_key(order, key) {
            return Err(earlier);
        }
        let ordering = Ordering { customer: self.customers.number(row.customer_id), date: row.date };
        if is_new {
            self.heads.push(OrderHead::new(line as u32, ordering));
        }
        self.keys.push(key);
        self.places.push(place);
        if let Some(figures) = &mut self.figures {
            figures.push(&row.ordered);
        }
        let left_out_for = if row.approved {
            (!as_of.includes(row.date)).then_some(Reason::OrderAfterAsOf)
        } else {
            Some(Reason::NotApproved)
        };
        let state = (left_out_for, row.cancelled.holds(as_of));
        let of_order = self.heads[order.index()].ordering;
        self.lines.push(order, goods.unwrap_or(NO_GOODS), state, (ordering, of_order));
        if is_new || !goes_on {
            self.chain(order, line as u32, key);
        }
        Ok(NewLine { line, order, counts: left_out_for.is_none(), goes_on })
    }

    /// Which of the [`GoodsTable`] the row's goods are.
    #[inline]
    fn intern_goods(&mut self, row: &OrderRow<'_>) -> u32 {
        let Ordered { sku, goods_name, tax_rate, .. } = row.ordered;
        let sku = (!sku.is_empty()).then(|| self.labels.intern(sku));
        let last = sku.and_then(|sku| self.last_goods.get(sku.index())).copied();
        let is_it = |kept: &KeptGoods| {
            kept.goods.tax_rate == tax_rate && are_equal(kept.written(&self.goods), goods_name)
        };
        if let Some(last) = last.filter(|&last| self.goods_table.get(last).is_some_and(is_it)) {
            return last;
        }
        let (written_name, name) = self.goods.intern(goods_name);
        let goods = self.goods_table.intern(Goods { sku, name, written_name, tax_rate }, &self.goods);
        if let Some(sku) = sku {
            if self.last_goods.len() <= sku.index() {
                self.last_goods.resize(self.labels.len(), NO_GOODS);
            }
            self.last_goods[sku.index()] = goods;
        }
        goods
    }

    /// Reads the order lines once more for the goods of all of them, where they are not known yet. Without them only
    /// the number of a line says which is meant.
    pub fn know_goods(&mut self, intake: &Intake<'_>) -> Result<(), InputError> {
        if std::mem::replace(&mut self.knows_goods, true) {
            return Ok(());
        }
        let mut next = 0;
        for file in intake.sources.of(Kind::Orders) {
            intake.look_ahead::<OrderReader>(file, |row, place| {
                // Of a row that was refused there is no line.
                if next < self.lines.len() && self.place_of(next) == place {
                    let goods = self.intern_goods(row);
                    self.lines.set_goods(next, goods);
                    next += 1;
                }
            })?;
        }
        self.long_orders.clear();
        for line in 0..self.lines.len() {
            let order = self.lines.order(line);
            if self.heads[order.index()].lines() > SHORT_ORDER {
                self.index(order, line as u32);
            }
        }
        Ok(())
    }

    /// Adds the line to its order where that goes on with it, as nearly every line of a book does; whether it does.
    #[inline(always)]
    fn go_on(&mut self, order: Id<Order>, line: u32, key: LineKey) -> bool {
        let head = &mut self.heads[order.index()];
        self.scattered.is_none() && head.lines() < SHORT_ORDER && head.go_on(line, key)
    }

    /// Adds the line to its order.
    #[inline]
    fn chain(&mut self, order: Id<Order>, number: u32, key: LineKey) {
        let head = &mut self.heads[order.index()];
        let stands_together = self.scattered.is_none() && head.first + head.lines() == number;
        if stands_together && head.lines() < SHORT_ORDER {
            head.add(key);
        } else {
            self.chain_with_care(order, number, key);
        }
    }

    /// The same where the lines of orders do not stand together, or the order is long, and has them in the index.
    #[inline(never)]
    fn chain_with_care(&mut self, order: Id<Order>, number: u32, key: LineKey) {
        let head = self.heads[order.index()];
        let before = head.lines();
        if self.scattered.is_none() && head.first + before != number {
            self.scattered = Some(Scattered::of(&self.lines, &self.heads));
        }
        self.heads[order.index()].add(key);
        if let Some(scattered) = &mut self.scattered {
            scattered.add(order, number, before == 0);
        }
        let lines = before + 1;
        if lines == SHORT_ORDER + 1 {
            for line in self.lines_of(order).collect::<Vec<_>>() {
                self.index(order, line as u32);
            }
        } else if lines > SHORT_ORDER {
            self.index(order, number);
        }
    }

    fn index(&mut self, order: Id<Order>, number: u32) {
        let goods = self.goods_of(number as usize);
        let by_goods =
            [goods.and_then(|goods| goods.sku).map(Handle::Sku), goods.map(|goods| Handle::Name(goods.name))];
        let by_key = Handle::Key(self.key(number as usize));
        for handle in std::iter::once(by_key).chain(by_goods.into_iter().flatten()) {
            self.long_orders.entry((order, handle)).and_modify(|found| *found = NONE).or_insert(number);
        }
    }

    /// A line number as it is compared: digits as a number.
    fn line_number(&mut self, text: &[u8]) -> LineKey {
        digits_value(text).map_or_else(|| LineKey::Text(self.labels.intern(text)), LineKey::Number)
    }

    /// The order's line with this key.
    #[inline(always)]
    fn line_with_key(&self, order: Id<Order>, key: LineKey) -> Option<usize> {
        self.line_with_key_in((order, self.heads[order.index()]), key)
    }

    /// The same of the order that has this head.
    #[inline(always)]
    fn line_with_key_in(&self, (order, head): (Id<Order>, OrderHead), key: LineKey) -> Option<usize> {
        if self.scattered.is_none() && head.is_numbered_through() {
            head.line_with_key(key)
        } else if self.scattered.is_none() && head.lines() <= SHORT_ORDER {
            self.keys.find_among(head.lines_together(), key)
        } else {
            self.line_with(order, Handle::Key(key))
        }
    }

    /// The order's one line that answers to the handle; `None` where none does, or several.
    #[inline(never)]
    fn line_with(&self, order: Id<Order>, handle: Handle) -> Option<usize> {
        if self.heads[order.index()].lines() > SHORT_ORDER {
            let found = self.long_orders.get(&(order, handle)).copied().filter(|&line| line != NONE);
            return found.map(|line| line as usize);
        }
        if let Handle::Key(key) = handle {
            // No two lines of an order have one key: the second was refused.
            return self.keys.find(self.lines_of(order), key);
        }
        let mut found = self.lines_of(order).filter(|&line| match handle {
            Handle::Key(_) => false,
            Handle::Sku(sku) => self.goods_of(line).is_some_and(|goods| goods.sku == Some(sku)),
            Handle::Name(name) => self.goods_of(line).is_some_and(|goods| goods.name == name),
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// If any line of an order has a line number, one without is an error.
    fn refuse_lines_without_number(&mut self, intake: &mut Intake<'_>) -> Result<(), InputError> {
        if self.keys.are_numbered() {
            return Ok(());
        }
        let as_of = intake.as_of;
        let mut refused = Vec::new();
        for line in 0..self.lines.len() {
            let order = self.lines.order(line);
            if !self.keys.get(line).is_numbered() && self.heads[order.index()].is_numbered() {
                refused.push(LateRefusal {
                    place: self.place_of(line),
                    left_out: match self.lines.left_out_for(line) {
                        Some(Reason::NotApproved) => Some(Reason::NotApproved),
                        _ => (!as_of.includes(self.date_of(line))).then_some(Reason::AfterAsOf),
                    },
                    column: "line_no",
                    problem: Problem::LineNoMissing(self.orders.text(order).to_string()),
                });
                self.lines.leave_out(line, Reason::OrderSetAside);
            }
        }
        intake.refuse_later::<OrderReader>(refused)
    }

    /// What can be said of many documents' lines before they are placed one by one. Each step is taken for all of them before
    /// the next, orders, then lines, then goods, so that the reads of memory that they need overlap; lines that stand below
    /// each other mostly name one order, which is found once.
    pub fn look_ahead<'r>(&self, documents: impl Iterator<Item = DocumentLine<'r>> + Clone) -> Vec<Ahead> {
        let order_nos = documents.clone().map(|document| document.order_no);
        let orders: Vec<Run<Order>> = self.orders.find_runs(order_nos).collect();
        self.approach(&orders);
        let mut ahead = Vec::with_capacity(documents.size_hint().0);
        let mut line_nos = documents.clone().map(|document| document.line_no);
        for Run { id, times } in orders {
            let order = id.map(|order| (order, self.heads[order.index()]));
            for line_no in line_nos.by_ref().take(times) {
                ahead.push(order.map_or(Ahead::NOTHING, |order| self.ahead_of(order, line_no)));
            }
        }
        self.goods_table
            .approach(ahead.iter().filter_map(|ahead| ahead.of_line).map(|of_line| of_line.goods));
        for (of_line, document) in ahead.iter_mut().map(|ahead| &mut ahead.of_line).zip(documents) {
            if let (Some(of_line), Some(written)) = (of_line, document.goods_name)
                && let Some(kept) = self.goods_table.get(of_line.goods)
            {
                of_line.is_plainly_named = are_plainly_alike(kept.written(&self.goods), written);
            }
        }
        ahead
    }

    /// What the line number of a document's line that names this order says.
    #[inline(always)]
    fn ahead_of(&self, (order, head): (Id<Order>, OrderHead), line_no: &[u8]) -> Ahead {
        let by_number = self.place_by_number((order, head), line_no);
        let line = by_number.and_then(Result::ok).filter(|&line| self.counts(line));
        let of_line = line.map(|line| self.of_line_in(line, head));
        Ahead { of_line, ..Ahead::of_order(Some(order)) }
    }

    /// What documents are compared with of an order line.
    #[inline]
    pub fn of_line(&self, line: usize) -> OfLine {
        self.of_line_in(line, self.heads[self.lines.order(line).index()])
    }

    /// The same of a line of the order that has this head.
    #[inline(always)]
    fn of_line_in(&self, line: usize, head: OrderHead) -> OfLine {
        let ordering = self.lines.other(line).unwrap_or(head.ordering);
        let goods = self.lines.goods(line);
        OfLine { line: line as u32, ordering, goods, is_plainly_named: false }
    }

    /// The goods of an order line; `None` where nobody has asked for them.
    #[inline]
    pub fn goods(&self, of_line: OfLine) -> Option<&Goods> {
        self.goods_table.get(of_line.goods).map(|kept| &kept.goods)
    }

    /// Brings the lines of these orders near, where there are many, or most of the orders stand far from the one before.
    fn approach(&self, orders: &[Run<Order>]) {
        const MANY: usize = 1 << 18;
        let known = orders.iter().filter_map(|run| run.id).map(Id::index);
        if self.lines.len() < MANY && !are_far_apart(known.clone()) {
            return;
        }
        let heads: Vec<OrderHead> = known.map(|order| self.heads[order]).collect();
        bring_near(heads.iter().map(|head| self.lines.goods(head.first as usize).into()));
        let by_key = heads.iter().filter(|head| !head.is_numbered_through());
        self.keys.approach(by_key.map(|head| head.first as usize));
    }

    /// The same for whoever asks for the orders alone.
    pub fn look_ahead_for_orders<'r>(&self, order_nos: impl Iterator<Item = &'r [u8]>) -> Vec<OrderAhead> {
        let mut ahead = Vec::with_capacity(order_nos.size_hint().0);
        for Run { id, times } in self.orders.find_runs(order_nos) {
            let of_order = OrderAhead { order: id, number: Approached::NOTHING };
            ahead.extend(std::iter::repeat_n(of_order, times));
        }
        ahead
    }

    /// Where a document's line belongs. It is sought over all lines of its order, whatever their date.
    pub fn place(&self, document: &DocumentLine<'_>, seen: &mut SeenNames) -> Placement {
        let ahead = Ahead::of_order(self.orders.find(document.order_no));
        self.place_ahead(document, ahead, seen)
    }

    /// The same, of a document's line that was looked at ahead.
    #[inline]
    pub fn place_ahead(&self, document: &DocumentLine<'_>, ahead: Ahead, seen: &mut SeenNames) -> Placement {
        let with_care = || self.place_with_care(document, ahead.order, seen);
        ahead.of_line.map_or_else(with_care, Placement::Line)
    }

    #[inline(never)]
    fn place_with_care(
        &self,
        document: &DocumentLine<'_>,
        order: Option<Id<Order>>,
        seen: &mut SeenNames,
    ) -> Placement {
        if document.order_no.is_empty() {
            return Placement::Orphan(OrphanReason::NoOrder);
        }
        let Some(order) = order else {
            return Placement::Orphan(OrphanReason::UnknownOrder);
        };
        let by_number = self.place_by_number((order, self.heads[order.index()]), document.line_no);
        let line = by_number.unwrap_or_else(|| self.place_by_goods(order, document, seen));
        line.map_or_else(|reason| self.orphan(order, reason), |line| self.place_on(line))
    }

    /// The placement of a document's line that is none of its order's: it is left out with the order where none of that
    /// counts.
    #[inline(never)]
    fn orphan(&self, order: Id<Order>, reason: OrphanReason) -> Placement {
        if self.lines_of(order).any(|line| self.counts(line)) {
            return Placement::Orphan(reason);
        }
        let mut reasons = self.lines_of(order).filter_map(|line| self.lines.left_out_for(line));
        let first = reasons.next().unwrap_or(Reason::OrderAfterAsOf);
        Placement::LeftOut(reasons.fold(first, Ord::min))
    }

    /// Whether the goods' name of a document is that of the order line.
    #[inline]
    pub fn is_named(&self, of_line: OfLine, written: &[u8], seen: &mut SeenNames) -> bool {
        of_line.is_plainly_named || self.is_named_otherwise(of_line, written, seen)
    }

    #[inline(never)]
    fn is_named_otherwise(&self, of_line: OfLine, written: &[u8], seen: &mut SeenNames) -> bool {
        let Some(goods) = self.goods(of_line) else { return false };
        self.goods.is((goods.name, goods.written_name), written, seen)
    }

    /// The placement of a document's line whose order line is known.
    #[inline]
    pub fn place_on(&self, line: usize) -> Placement {
        match self.lines.left_out_for(line) {
            Some(reason) => Placement::LeftOut(reason),
            None => Placement::Line(self.of_line(line)),
        }
    }

    /// The order's line that reports name by `line_no`: its number, else the goods that stand for it.
    pub fn line_named(&self, order_no: &[u8], line_no: &[u8], seen: &mut SeenNames) -> Option<usize> {
        let order = self.orders.find(order_no)?;
        let text = self.labels.find(line_no);
        if self.heads[order.index()].is_numbered() {
            let key = digits_value(line_no).map(LineKey::Number).or_else(|| text.map(LineKey::Text))?;
            return self.line_with_key(order, key);
        }
        let by_sku = text.and_then(|sku| self.line_with_key(order, LineKey::Sku(sku)));
        by_sku.or_else(|| {
            let name = self.goods.find(line_no, seen)?;
            self.line_with_key(order, LineKey::Name(name))
        })
    }

    /// The first line of an order, in the order of their rows until they are sorted.
    #[inline]
    pub fn first_of(&self, order: Id<Order>) -> usize {
        self.heads[order.index()].first as usize
    }

    /// The order's line, where it has but one.
    pub fn only_line(&self, order: Id<Order>) -> Option<usize> {
        let head = self.heads[order.index()];
        (head.lines() == 1).then_some(head.first as usize)
    }

    /// The order's only line with these goods, whatever their line number.
    pub fn line_by_goods(&self, order: Id<Order>, sku: &[u8], name: Option<Id<GoodsName>>) -> Option<usize> {
        let sku = self.sku(sku);
        sku.and_then(|sku| self.line_with(order, Handle::Sku(sku)))
            .or_else(|| name.and_then(|name| self.line_with(order, Handle::Name(name))))
            .or_else(|| self.only_line(order))
    }

    /// The goods' number, where any order line may have it.
    pub fn sku(&self, sku: &[u8]) -> Option<Id<Label>> {
        self.labels.find(sku).filter(|_| !sku.is_empty())
    }

    /// The line of the order that a document's line number means. Where the order has line numbers, it decides alone;
    /// `None` where it has none, or the document states none.
    #[inline(always)]
    fn place_by_number(
        &self,
        (order, head): (Id<Order>, OrderHead),
        line_no: &[u8],
    ) -> Option<Result<usize, OrphanReason>> {
        if line_no.is_empty() || !head.is_numbered() {
            return None;
        }
        let text = || self.labels.find(line_no).map(LineKey::Text);
        let key = digits_value(line_no).map(LineKey::Number).or_else(text);
        let line = key.and_then(|key| self.line_with_key_in((order, head), key));
        Some(line.ok_or(OrphanReason::UnknownLine))
    }

    /// The line of the order that a document's goods mean: the goods' number, else the goods' name, each only if one line
    /// has it; else the order's only line.
    fn place_by_goods(
        &self,
        order: Id<Order>,
        document: &DocumentLine<'_>,
        seen: &mut SeenNames,
    ) -> Result<usize, OrphanReason> {
        let name = document.goods_name.and_then(|written| self.goods.find(written, seen));
        self.line_by_goods(order, document.sku, name).ok_or(OrphanReason::UnclearGoods)
    }

    /// The line's order.
    #[inline]
    pub fn order_of(&self, line: usize) -> Id<Order> {
        self.lines.order(line)
    }

    /// Who ordered the line.
    #[inline]
    pub fn customer_of(&self, line: usize) -> Id<CustomerKey> {
        self.ordering_of(line).customer
    }

    /// The day on which the line was ordered.
    #[inline]
    pub fn date_of(&self, line: usize) -> NaiveDate {
        self.ordering_of(line).date
    }

    #[inline]
    fn ordering_of(&self, line: usize) -> Ordering {
        self.lines.other(line).unwrap_or_else(|| self.heads[self.lines.order(line).index()].ordering)
    }

    /// Whether the line counts: approved, not dated after the as-of date, and not set aside.
    pub fn counts(&self, line: usize) -> bool {
        self.lines.left_out_for(line).is_none()
    }

    /// Whether the line is cancelled at the as-of date.
    pub fn is_cancelled(&self, line: usize) -> bool {
        self.lines.is_cancelled(line)
    }

    /// The line's goods; `None` where nobody has asked for them.
    #[inline]
    pub fn goods_of(&self, line: usize) -> Option<&Goods> {
        self.kept_goods_of(line).map(|kept| &kept.goods)
    }

    /// Brings the goods of these lines near.
    pub fn approach_goods(&self, lines: impl Iterator<Item = usize>) {
        self.goods_table.approach(lines.map(|line| self.lines.goods(line)));
    }

    #[inline]
    fn kept_goods_of(&self, line: usize) -> Option<&KeptGoods> {
        self.goods_table.get(self.lines.goods(line))
    }

    /// Whether the row of any line must be read again to know what it orders.
    pub fn are_read_again(&self) -> bool {
        !self.figures.as_ref().is_some_and(Figures::are_complete)
    }

    /// Hands what the line orders to `take`, as its row states it but for the fields of `--by`, and the amount where it is
    /// what quantity and price come to; `None` where only the row knows. `texts` is room for what is put together.
    #[inline]
    pub fn ordered<T>(
        &self,
        line: usize,
        texts: &mut LineTexts,
        take: impl FnOnce(&Ordered<'_>) -> T,
    ) -> Option<T> {
        let kept = self.kept_goods_of(line)?;
        let goods = &kept.goods;
        let figures = self.figures.as_ref()?.ordered(line, goods.tax_rate)?;
        let order = self.order_of(line);
        if texts.order != Some(order) {
            texts.order_no.set(self.orders.text(order).as_bytes());
            texts.order = Some(order);
        }
        let line_no = &mut texts.line_no;
        line_no.clear();
        match self.key(line) {
            LineKey::Number(number @ 0..=9) => line_no.push(b'0' + number as u8),
            LineKey::Number(number) => line_no.extend_from_slice(number.to_string().as_bytes()),
            LineKey::Text(text) => line_no.extend_from_slice(self.labels.bytes(text)),
            LineKey::Sku(_) | LineKey::Name(_) => {}
        }
        Some(take(&Ordered {
            order_no: texts.order_no.bytes(),
            line_no,
            sku: goods.sku.map_or(&[], |sku| self.labels.bytes(sku)),
            goods_name: kept.written(&self.goods),
            ..figures
        }))
    }

    /// Where the line's row is.
    pub fn place_of(&self, line: usize) -> Place {
        self.places.get(self.rows.as_ref().map_or(line, |rows| rows[line] as usize))
    }

    /// The line in its order.
    #[inline]
    pub fn key(&self, number: usize) -> LineKey {
        self.keys.get(number)
    }

    /// The customers alone, where nobody asks for an order any more.
    #[must_use]
    pub fn into_customers(self) -> OrderLines {
        OrderLines { customers: self.customers, ..OrderLines::default() }
    }

    /// How many lines there are.
    pub const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.lines.len() == 0
    }

    /// The numbers of an order's lines, in the order of all lines.
    pub fn lines_of(&self, order: Id<Order>) -> impl Iterator<Item = usize> + '_ {
        let head = self.heads[order.index()];
        let mut next = Some(head.first).filter(|_| head.lines() > 0);
        let behind = head.first + head.lines();
        std::iter::from_fn(move || {
            let line = next?;
            next = match &self.scattered {
                None => Some(line + 1).filter(|&next| next < behind),
                Some(scattered) => scattered.next(line),
            };
            Some(line as usize)
        })
    }

    /// The numbers of the lines that count.
    pub fn counting(&self) -> Vec<u32> {
        (0..self.lines.len() as u32).filter(|&line| self.counts(line as usize)).collect()
    }

    /// These lines in the order of their rows.
    pub fn in_row_order(&self, lines: impl Iterator<Item = usize>) -> Vec<usize> {
        let mut lines: Vec<usize> = lines.collect();
        lines.sort_by_key(|&line| self.place_of(line));
        lines
    }

    /// Whether the lines stand in the order of their rows.
    pub const fn are_in_row_order(&self) -> bool {
        self.rows.is_none()
    }

    /// Whether one line of an order sorts before another.
    #[inline]
    pub fn sorts_before(&self, one: LineKey, other: LineKey) -> bool {
        match (one, other) {
            (LineKey::Number(one), LineKey::Number(other)) => one < other,
            (one, other) => self.key_rank(one) < self.key_rank(other),
        }
    }

    /// How lines of one order sort: numbers as numbers, then other line numbers as text, then goods as text.
    #[inline]
    pub fn key_rank(&self, key: LineKey) -> (u8, u32, &[u8]) {
        match key {
            LineKey::Number(number) => (0, number, &[]),
            LineKey::Text(text) => (1, 0, self.labels.bytes(text)),
            LineKey::Sku(sku) => (2, 0, self.labels.bytes(sku)),
            LineKey::Name(name) => (2, 0, self.goods.text(name).as_bytes()),
        }
    }
}
