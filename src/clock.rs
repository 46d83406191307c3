//! The one module that reads the clock. Whatever depends on the day takes it as a parameter.

use chrono::{Local, NaiveDate};

/// Today, where the computer stands.
pub fn today() -> NaiveDate {
    Local::now().date_naive()
}
