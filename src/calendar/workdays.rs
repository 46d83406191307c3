//! Working days: weekends, holidays, and the weekends that are worked in their place (调休上班).

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate, Weekday};

/// What a calendar of holidays says of a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayKind {
    /// A day off, whatever day of the week.
    Holiday,
    /// A working day, be it a Saturday or a Sunday.
    Workday,
}

/// Which days are worked: Monday to Friday, where the calendar says nothing else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WorkDays {
    stated: BTreeMap<NaiveDate, DayKind>,
}

impl WorkDays {
    /// States what a day is; what was stated before is returned.
    pub fn state(&mut self, day: NaiveDate, kind: DayKind) -> Option<DayKind> {
        self.stated.insert(day, kind)
    }

    /// Whether the day is worked.
    pub fn is_worked(&self, day: NaiveDate) -> bool {
        match self.stated.get(&day) {
            Some(kind) => *kind == DayKind::Workday,
            None => !matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    /// The day itself where it is worked, else the next one that is (民法典第二百零三条).
    ///
    /// ```
    /// use recv::calendar::workdays::{DayKind, WorkDays};
    /// let day = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
    /// let mut days = WorkDays::default();
    /// assert_eq!(days.on_or_after(day("2026-01-31")), day("2026-02-02"));
    /// days.state(day("2026-01-31"), DayKind::Workday);
    /// assert_eq!(days.on_or_after(day("2026-01-31")), day("2026-01-31"));
    /// ```
    pub fn on_or_after(&self, day: NaiveDate) -> NaiveDate {
        day.iter_days().find(|&day| self.is_worked(day)).unwrap_or(day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn holidays_and_weekends_are_off_and_stated_workdays_are_not() {
        let mut days = WorkDays::default();
        for off in ["2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"] {
            assert_eq!(days.state(day(off), DayKind::Holiday), None);
        }
        days.state(day("2026-10-10"), DayKind::Workday);
        assert_eq!(days.on_or_after(day("2026-10-01")), day("2026-10-08"));
        assert_eq!(days.on_or_after(day("2026-10-09")), day("2026-10-09"));
        assert_eq!(days.on_or_after(day("2026-10-10")), day("2026-10-10"), "a Saturday that is worked");
        assert_eq!(days.on_or_after(day("2026-10-11")), day("2026-10-12"));
        assert_eq!(days.on_or_after(NaiveDate::MAX), NaiveDate::MAX);
    }
}
