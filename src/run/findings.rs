//! What a person should know about the books: what the files show by themselves, and the printed section.

use super::selection::{are_several, pick};
use crate::input::columns::specs_of;
use crate::input::intake::Taken;
use crate::input::{FileAccount, Sources};
use crate::lang::Lang;
use crate::money::Money;
use crate::money::exact::Exact;
use crate::receivable::finding::{self, BookFinding, Detail, FindingCode};
use crate::report::page::{Keep, Page};
use crate::spelling::nearest;

/// What the files themselves give reason to look at: DUPLICATE_ROWS, one per file that has any, CONTROL_TOTAL, one
/// per cell of a total row that does not agree with the rows, CUSTOMER_AMBIGUOUS, and HEADING_UNKNOWN.
pub fn file_findings(sources: &Sources, taken: &Taken) -> Vec<BookFinding> {
    let files = taken.accounts.iter().filter(|account| account.duplicates.rows() > 0);
    let duplicates = files.map(|account| BookFinding {
        amount: money_of_duplicates(account),
        detail: Some(Detail::Rows(account.duplicates.rows())),
        ..BookFinding::new(FindingCode::DuplicateRows, "", &account.label, Money::ZERO)
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
                detail: Some(Detail::Figures([said(total.stated), said(total.summed)])),
                ..BookFinding::new(FindingCode::ControlTotal, "", &document, Money::ZERO)
            }
        })
    });
    let ambiguous = sources.parties.ambiguous().into_iter().map(|text| BookFinding {
        amount: None,
        ..BookFinding::new(FindingCode::CustomerAmbiguous, "", text, Money::ZERO)
    });
    let misspelt = taken.accounts.iter().flat_map(misspelt_headings);
    duplicates.chain(totals).chain(ambiguous).chain(misspelt).collect()
}

/// The money of a file's duplicates, unless it is in several currencies.
fn money_of_duplicates(account: &FileAccount) -> Option<Money> {
    let numbers = 0..account.currencies.names().len();
    let mut sums = numbers.map(|number| account.duplicates.of(number)).filter(|sum| sum.rows > 0);
    sums.next().filter(|_| sums.next().is_none()).map(|sum| sum.money)
}

/// HEADING_UNKNOWN: headings in Latin letters that mean nothing, and are nearly the name of a column that the file
/// lacks. (Of Chinese headings nothing is said: one character makes another column of them.)
fn misspelt_headings(account: &FileAccount) -> Vec<BookFinding> {
    let names = specs_of(account.kind).iter().map(|spec| spec.name);
    let absent: Vec<&'static str> =
        names.filter(|name| account.columns.iter().all(|(known, _)| known != name)).collect();
    let finding = |heading: &String| {
        let column = nearest(&heading.trim().replace([' ', '-'], "_"), absent.iter().copied())?;
        let document = format!("{}:{heading}", account.label);
        let finding = BookFinding::new(FindingCode::HeadingUnknown, "", &document, Money::ZERO);
        Some(BookFinding { amount: None, detail: Some(Detail::Column(column)), ..finding })
    };
    account.unknown_headings.iter().filter(|heading| heading.is_ascii()).filter_map(finding).collect()
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
    let mut shown = vec!["code", "customer_id", "document", "amount"];
    let currencies = findings.iter().filter_map(|finding| finding.currency.as_deref());
    shown.extend(are_several(currencies).then_some("currency"));
    shown.push("what");
    page.list(&[pick(finding::columns(lang), &shown)], findings, None, &Keep::Largest(amount));
}
