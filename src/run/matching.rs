//! `recv match`.

mod grouping;
mod page;
mod suggested;

pub use grouping::Grouping;
use page::{Choice, Printed, Shown};
use suggested::Suggested;

use super::findings::file_findings;
use super::load::{Session, prints_table};
use super::publish::{self, Publisher, Target};
use super::selection::{Choosable, file_lang, only_words};
use super::{Exit, Failure};
use crate::book_text::BookText;
use crate::cli::MatchArgs;
use crate::documents::order::Ordered;
use crate::input::Kind;
use crate::lang::Lang;
use crate::matching::Matching;
use crate::matching::report::{
    DifferenceRow, MatchRow, Status, difference_columns, link_columns, match_columns, orphan_columns,
};
use crate::output::OutputError;
use crate::parallel;
use crate::receivable::finding;
use crate::receivable::grouping::GroupBy;
use crate::rows::Rows;
use crate::terminal::{self, Screen};

/// Runs `recv match`.
pub fn run(args: &MatchArgs, lang: Lang) -> Result<Exit, Failure> {
    let by = args.selection.by;
    let voice = &args.output.voice;
    let mut kinds = vec![Kind::Orders, Kind::Shipments, Kind::Receipts, Kind::Invoices, Kind::Links];
    if by != GroupBy::Customer {
        kinds.push(Kind::Customers);
    }
    let session = Session::open(&args.inputs, &kinds, Some(Kind::Orders), lang)?;
    let only = statuses(&args.selection.only)?;
    let mut intake = session.intake();
    let mut matching = Matching::gather(&mut intake, Grouping::order_detail(by))?;
    let grouping = Grouping::read(by, &mut intake)?;
    let taken = session.accept(intake, voice)?;
    let suggested = Suggested::find(&mut matching, &session, args.accept_suggestions)?;

    let mut out = Publisher::open(&session, &args.output, "match")?;
    let mut lines = out.sheet("match", match_columns(by.heading(), Lang::En))?;
    let mut differences = out.sheet("differences", difference_columns(by.heading(), Lang::En))?;
    let table = prints_table(&args.output);
    let choice = Choice { by, only, all: args.selection.all };
    let (line_pen, difference_pen) = (lines.pen(), differences.pen());
    let enter = |batch: &mut Batch, row: &MatchRow, found: &[DifferenceRow]| {
        if table {
            batch.shown.add(&choice, row, found);
        }
        if choice.wants(row) {
            let rows = line_pen.push(&mut batch.lines, row).and_then(|()| {
                found
                    .iter()
                    .try_for_each(|difference| difference_pen.push(&mut batch.differences, difference))
            });
            if let Err(failure) = rows {
                batch.failure.get_or_insert(failure);
            }
        }
    };
    let mut shown = Shown::default();
    let take = |batch: Batch| {
        if let Some(failure) = batch.failure {
            return Err(failure.into());
        }
        lines.append(&batch.lines)?;
        differences.append(&batch.differences)?;
        shown.add_all(batch.shown);
        Ok::<(), Failure>(())
    };
    let label = |order: &Ordered<'_>, customer_id: &[u8], into: &mut BookText| {
        grouping.label(order, customer_id, into);
    };
    let detailed = table || out.wants_all();
    let summary = matching.judge(&session.sources, &session.policy, detailed, label, enter, take)?;
    out.close(lines)?;
    out.close(differences)?;
    let orphans = matching.orphans(&suggested.open, &session.sources, &session.policy)?;
    out.report("orphans", orphan_columns(), &orphans)?;
    let mut findings = file_findings(&session.sources, &taken);
    findings.extend(matching.invoice_findings());
    findings.sort();
    out.report("findings", finding::columns(file_lang(voice.lang)), &findings)?;
    if let Some(accepted) = suggested.accepted.as_ref().filter(|_| out.wants_all()) {
        let links = matching.as_links(accepted, session.intake())?;
        out.report("accepted-links", link_columns(), &links)?;
    }
    // The disk is busy for a while: meanwhile the memory is given back.
    let ((), finished) = parallel::both(|| drop(matching), || out.finish(&session, &taken));
    finished?;
    if table {
        let title = lang.pick("Four-document match", "四单一致性核验");
        let mut page = session.page(title, Screen::of(voice.color, false), args.selection.all, &taken);
        let book =
            Printed { summary: &summary, suggested: &suggested, findings: &findings, orphans: &orphans };
        page::print(&mut page, &choice, &shown, &book, lang);
        publish::text(Target::STDOUT, &page.finish())?;
    } else if !voice.quiet {
        suggested.accepted_line(lang).iter().for_each(|line| terminal::tell(line));
    }
    let found = summary.needs_a_person() || !findings.is_empty() || !taken.rejected.is_empty();
    let asked = args.selection.check || !taken.rejected.is_empty();
    Ok(if asked && found { Exit::Found } else { Exit::Done })
}

fn statuses(only: &[String]) -> Result<Vec<Status>, Failure> {
    only_words(only, &Status::ALL.map(|status| Choosable::new(status.word().code, status.word().zh, status)))
}

/// What comes of the order lines that are judged in one go: rows as they are written, and what is printed.
struct Batch {
    lines: Rows,
    differences: Rows,
    shown: Shown,
    failure: Option<OutputError>,
}

impl Default for Batch {
    fn default() -> Batch {
        // Room for the rows of most batches, so that they are not moved while it grows.
        const ROOM: [usize; 2] = [160 * 1024, 64 * 1024];
        let [lines, differences] = ROOM.map(Rows::with_capacity);
        Batch { lines, differences, shown: Shown::default(), failure: None }
    }
}
