//! `holidays.csv`: a day that is off although it is no weekend, or worked although it is one (节假日安排).

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::calendar::workdays::{DayKind, WorkDays};
use crate::diagnostic::Problem;
use crate::input::columns::HolidayColumn::{self, *};
use crate::input::intake::Document;
use crate::input::{Cells, InputError, Intake, Kind as FileKind, Layout, Place, Verdict};
use crate::policy::Policy;

/// A day as its row states it.
#[derive(Clone, Copy, Debug)]
pub struct HolidayRow {
    /// The day.
    pub date: NaiveDate,
    /// What it is.
    pub kind: DayKind,
}

/// How days are read.
#[derive(Clone, Copy, Debug)]
pub struct HolidayReader;

const KINDS: &[(&str, DayKind)] = &[
    ("holiday", DayKind::Holiday),
    ("workday", DayKind::Workday),
    ("节假日", DayKind::Holiday),
    ("法定节假日", DayKind::Holiday),
    ("放假", DayKind::Holiday),
    ("休息", DayKind::Holiday),
    ("休息日", DayKind::Holiday),
    ("休", DayKind::Holiday),
    ("工作日", DayKind::Workday),
    ("调休上班", DayKind::Workday),
    ("上班", DayKind::Workday),
    ("补班", DayKind::Workday),
    ("班", DayKind::Workday),
];

impl Document for HolidayReader {
    type Column = HolidayColumn;
    type Row<'r> = HolidayRow;
    const KIND: FileKind = FileKind::Holidays;
    const DATE: Option<HolidayColumn> = Some(Date);

    fn of_file(_: &Layout<HolidayColumn>, _: &Policy) -> HolidayReader {
        HolidayReader
    }

    fn parse(&self, cells: &mut Cells<'_, '_, HolidayColumn>) -> Option<HolidayRow> {
        let date = cells.needed_date(Date);
        cells.needed_id(Kind);
        let kind = cells.word(Kind, KINDS);
        Some(HolidayRow { date: date?, kind: kind? })
    }
}

/// Reads the calendar. A day that comes twice must be the same both times.
pub fn read_work_days(intake: &mut Intake<'_>) -> Result<WorkDays, InputError> {
    let mut days = WorkDays::default();
    let mut places: HashMap<NaiveDate, Place> = HashMap::new();
    intake.read::<HolidayReader>(|row, place| {
        if let Some(before) = days.state(row.date, row.kind).filter(|&before| before != row.kind) {
            days.state(row.date, before);
            let problem = Problem::DayTwice(row.date, String::new());
            return Verdict::Refused("kind", problem, places.get(&row.date).copied());
        }
        places.entry(row.date).or_insert(place);
        Verdict::Used
    })?;
    Ok(days)
}
