//! Totals in the company's currency, in every report that has totals: nothing where there are no rates.

use std::sync::Arc;

use super::Failure;
use super::load::Session;
use super::publish::Publisher;
use crate::exchange::{self, Converted, Rates, Total};
use crate::lang::Lang;
use crate::money::Money;
use crate::report::page::Page;

/// The totals in the company's currency, where there are rates.
pub fn in_company_currency(
    rates: Option<&Rates>,
    totals: impl IntoIterator<Item = (Arc<str>, Total, Money)>,
    session: &Session,
) -> Result<Option<Converted>, Failure> {
    let Some(rates) = rates else { return Ok(None) };
    let no_rate = |missing: exchange::NoRate| {
        let [en, zh] = [Lang::En, Lang::Zh].map(|lang| missing.text(session.as_of, lang));
        Failure::Usage(en, zh)
    };
    rates.convert(totals).map(Some).map_err(no_rate)
}

/// `company-currency.csv`: a row per currency and total; as in every report, sums stand in the table only.
pub fn report_converted(out: &mut Publisher, converted: Option<&Converted>) -> Result<(), Failure> {
    let Some(converted) = converted else { return Ok(()) };
    out.report("company-currency", exchange::columns(Lang::En), &converted.rows)
}

/// The same as a table, where anything is in another currency.
pub fn print_converted(page: &mut Page, converted: Option<&Converted>, lang: Lang) {
    let Some(converted) = converted.filter(|converted| converted.is_foreign()) else { return };
    page.section(lang.pick("In the company's currency", "折合本位币"));
    page.table(&exchange::columns(lang), converted.rows.iter().chain(&converted.totals), None);
}
