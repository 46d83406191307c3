//! What is kept of every order line: there are millions of them, so that every byte counts.

use chrono::NaiveDate;

use crate::ids::{CustomerKey, Id, Order};
use crate::input::Reason;
use crate::memory::bring_near;

/// Who ordered, and on which day: nearly always the same for all lines of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ordering {
    pub(super) customer: Id<CustomerKey>,
    pub(super) date: NaiveDate,
}

/// The goods of a line that nobody asked for.
pub(super) const NO_GOODS: u32 = u32::MAX;

/// All order lines, in the order of their rows.
#[derive(Debug, Default)]
pub(super) struct Kept {
    lines: Vec<Line>,
    states: Vec<State>,
    /// The lines that were ordered by others or on other days than the first line of their order.
    others: Vec<(u32, Ordering)>,
}

#[derive(Clone, Copy, Debug)]
struct Line {
    order: Id<Order>,
    /// Which of the goods, or [`NO_GOODS`].
    goods: u32,
}

/// Whether a line counts, whether it is cancelled, and whether it is among the others, in bits.
#[derive(Clone, Copy, Debug)]
struct State(u8);

impl State {
    const LEFT_OUT_FOR: u8 = 0b11;
    const CANCELLED: u8 = 0b100;
    const OTHER: u8 = 0b1000;
    /// Why a line may be left out.
    const REASONS: [Reason; 3] = [Reason::OrderAfterAsOf, Reason::NotApproved, Reason::OrderSetAside];

    #[inline]
    fn reason_bits(reason: Option<Reason>) -> u8 {
        let Some(reason) = reason else { return 0 };
        State::REASONS.iter().position(|&known| known == reason).map_or(0, |at| at as u8 + 1)
    }
}

impl Kept {
    /// How many lines there are.
    #[inline]
    pub(super) const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Adds a line. `of_order` is what holds for its order.
    #[inline]
    pub(super) fn push(
        &mut self,
        order: Id<Order>,
        goods: u32,
        (left_out_for, cancelled): (Option<Reason>, bool),
        (own, of_order): (Ordering, Ordering),
    ) {
        let is_other = own != of_order;
        if is_other {
            self.others.push((self.lines.len() as u32, own));
        }
        self.lines.push(Line { order, goods });
        let flags = (u8::from(cancelled) * State::CANCELLED) | (u8::from(is_other) * State::OTHER);
        self.states.push(State(State::reason_bits(left_out_for) | flags));
    }

    /// The same lines in another order, `rows` being what each was before, and with other numbers of their orders.
    pub(super) fn of_rows(&self, rows: &[u32], numbers: &[Id<Order>]) -> Kept {
        let line = |&row: &u32| {
            let Line { order, goods } = self.lines[row as usize];
            Line { order: numbers[order.index()], goods }
        };
        let is_other = |row: &u32| self.states[*row as usize].0 & State::OTHER != 0;
        let others = rows.iter().zip(0..).filter(|(row, _)| is_other(row));
        Kept {
            lines: rows.iter().map(line).collect(),
            states: rows.iter().map(|&row| self.states[row as usize]).collect(),
            others: others.filter_map(|(&row, line)| Some((line, self.other(row as usize)?))).collect(),
        }
    }

    /// Brings these lines near, and tells their goods.
    pub(super) fn approach(&self, lines: impl Iterator<Item = usize> + Clone) -> impl Iterator<Item = u32> {
        bring_near(lines.clone().map(|line| u64::from(self.states[line].0)));
        let goods: Vec<u32> = lines.map(|line| self.lines[line].goods).collect();
        goods.into_iter()
    }

    /// The line's order.
    #[inline]
    pub(super) fn order(&self, line: usize) -> Id<Order> {
        self.lines[line].order
    }

    /// Which of the goods the line has, or [`NO_GOODS`].
    #[inline]
    pub(super) fn goods(&self, line: usize) -> u32 {
        self.lines[line].goods
    }

    pub(super) fn set_goods(&mut self, line: usize, goods: u32) {
        self.lines[line].goods = goods;
    }

    /// Why the line does not count, where it does not.
    #[inline]
    pub(super) fn left_out_for(&self, line: usize) -> Option<Reason> {
        let bits = self.states[line].0 & State::LEFT_OUT_FOR;
        bits.checked_sub(1).map(|at| State::REASONS[usize::from(at)])
    }

    pub(super) fn leave_out(&mut self, line: usize, reason: Reason) {
        let State(bits) = &mut self.states[line];
        *bits = *bits & !State::LEFT_OUT_FOR | State::reason_bits(Some(reason));
    }

    /// Whether the line is cancelled.
    pub(super) fn is_cancelled(&self, line: usize) -> bool {
        self.states[line].0 & State::CANCELLED != 0
    }

    /// Who ordered the line and when, where that is not what holds for its order.
    #[inline]
    pub(super) fn other(&self, line: usize) -> Option<Ordering> {
        if self.states[line].0 & State::OTHER == 0 {
            return None;
        }
        let at = self.others.partition_point(|&(other, _)| (other as usize) < line);
        self.others.get(at).map(|&(_, ordering)| ordering)
    }
}
