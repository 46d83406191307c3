//! What a person should know about the books: what the files show by themselves, and the printed section.

use crate::input::Sources;
use crate::input::intake::Taken;
use crate::lang::Lang;
use crate::money::Money;
use crate::money::exact::Exact;
use crate::receivable::finding::{self, BookFinding, FindingCode};
use crate::report::page::{Keep, Page};

/// What the files themselves give reason to look at: DUPLICATE_ROWS, one per file that has any, CONTROL_TOTAL, one
/// per cell of a total row that does not agree with the rows, and CUSTOMER_AMBIGUOUS.
pub fn file_findings(sources: &Sources, taken: &Taken) -> Vec<BookFinding> {
    let files = taken.accounts.iter().filter(|account| account.duplicates.rows > 0);
    let duplicates = files.map(|account| BookFinding {
        rows: Some(account.duplicates.rows),
        ..BookFinding::new(FindingCode::DuplicateRows, "", &account.label, account.duplicates.money)
    });
    let totals = taken.accounts.iter().flat_map(|account| {
        account.wrong_totals.iter().map(|total| {
            let document = format!("{}:{}:{}", account.label, total.line, total.heading);
            let said = |figure: Exact| {
                let money = Money::from_exact(figure).filter(|_| total.is_money);
                money.map_or_else(|| figure.to_string(), Money::grouped)
            };
            let difference = Money::from_exact(total.stated - total.summed);
            BookFinding {
                amount: difference.filter(|_| total.is_money),
                figures: Some([said(total.stated), said(total.summed)]),
                ..BookFinding::new(FindingCode::ControlTotal, "", &document, Money::ZERO)
            }
        })
    });
    let ambiguous = sources.parties.ambiguous().into_iter().map(|text| BookFinding {
        amount: None,
        ..BookFinding::new(FindingCode::CustomerAmbiguous, "", text, Money::ZERO)
    });
    duplicates.chain(totals).chain(ambiguous).collect()
}

/// The section of `findings.csv`, where there are any.
pub fn print_findings(page: &mut Page, findings: &[BookFinding], lang: Lang) {
    if findings.is_empty() {
        return;
    }
    page.section(lang.pick("About the books", "账面提示"));
    if page.cuts(findings.len()) {
        let of_one_code = findings.chunk_by(|a, b| a.code == b.code);
        let counts = of_one_code.map(|found| format!("{} {}", found[0].code.word().say(lang), found.len()));
        page.wrapped("", &counts.collect::<Vec<_>>(), lang.pick("; ", "；")).gap();
    }
    let amount = |finding: &BookFinding| finding.amount.unwrap_or(Money::ZERO);
    page.list(&[finding::columns(lang)], findings, None, &Keep::Largest(amount));
}
