//! `recv provision`.

use std::sync::Arc;

use super::converted::{in_company_currency, print_converted, report_converted};
use super::findings::print_findings;
use super::ledger::{Beside, Opened, open_ledger};
use super::load::{Session, prints_table};
use super::publish::{self, Publisher, Target};
use super::selection::{bucket_numbers, file_lang, pick};
use super::{Exit, Failure};
use crate::cli::{ProvisionArgs, Voice};
use crate::exchange::{Converted, Total};
use crate::lang::Lang;
use crate::money::Money;
use crate::policy::Standard;
use crate::provision::journal::{Journal, JournalFormat};
use crate::provision::{self, Provision, ProvisionItem, ProvisionRow};
use crate::receivable::finding::{self, BookFinding, Detail, FindingCode};
use crate::receivable::grouping::GroupBy;
use crate::report::page::{Keep, Page};
use crate::report::{Format, HeadingStyle};
use crate::terminal::Screen;

/// Runs `recv provision`.
pub fn run(args: &ProvisionArgs, lang: Lang) -> Result<Exit, Failure> {
    let by = args.selection.by;
    let voice = &args.output.voice;
    let spoken = file_lang(voice.lang);
    let Opened { session, ledger, taken, mut findings, openings, rates, .. } =
        open_ledger(&args.inputs, &args.selection, voice, &[Beside::Allowance], lang)?;
    let buckets = &session.policy.aging.buckets;
    let policy = &session.policy.provision;
    let only = bucket_numbers(&args.selection.only, &session.policy.aging)?;
    let provision = provision::provide(&ledger.items, &openings, policy, buckets)?;
    findings.extend(coverage_findings(&provision));
    findings.sort();
    let totals = provision.totals.iter().flat_map(|total| {
        let of = |what, amount| (Arc::clone(&total.group.currency), what, amount);
        let balance = total.balances.iter().copied().sum();
        let movement = total.movement;
        [
            of(Total::Balance, balance),
            of(Total::Required, movement.required),
            of(Total::Charge, movement.charge),
        ]
    });
    let converted = in_company_currency(rates.as_ref(), totals, &session)?;
    let of_whom = by.heading().map_or("customer".into(), |heading| heading.key);
    let journal = Journal::of(&provision, &policy.accounts, session.as_of, &of_whom)?;
    let rows: Vec<&ProvisionRow> = provision
        .rows
        .iter()
        .filter(|row| only.is_empty() || only.iter().any(|&at| !row.balances[at].is_zero()))
        .collect();
    let items: Vec<&ProvisionItem<'_>> =
        provision.items.iter().filter(|item| only.is_empty() || only.contains(&item.bucket)).collect();
    let writeoffs = provision.writeoffs();
    let found = args.selection.check && (!findings.is_empty() || !writeoffs.is_empty());
    let exit = if found || !taken.rejected.is_empty() { Exit::Found } else { Exit::Done };
    if let (Some(form), None) = (args.journal, &args.output.output) {
        Publisher::silent(&session, voice).finish(&session, &taken)?;
        print_journal(&journal, form, by, &session, voice)?;
        return Ok(exit);
    }

    let mut out = Publisher::open(&session, &args.output, "provision")?;
    out.report("provision", provision::row_columns(buckets, by.heading(), spoken), rows.iter().copied())?;
    out.report("provision-items", provision::item_columns(by.heading(), spoken), items)?;
    out.report("writeoffs", provision::writeoff_columns(by.heading()), &writeoffs)?;
    out.report("journal", provision::journal_columns(by.heading(), spoken), &journal.lines())?;
    report_converted(&mut out, converted.as_ref())?;
    out.report("findings", finding::columns(spoken), &findings)?;
    match args.journal {
        Some(JournalFormat::Hledger) => out.text_file("journal.hledger", &journal.hledger(spoken))?,
        Some(JournalFormat::Beancount) => out.text_file("journal.beancount", &journal.beancount(spoken)?)?,
        Some(JournalFormat::Csv) | None => {}
    }
    out.finish(&session, &taken)?;
    if prints_table(&args.output) {
        let all = args.selection.all;
        let mut page = session.page(
            lang.pick("Bad-debt provision", "坏账准备计提"),
            Screen::of(voice.color, false),
            all,
            &taken,
        );
        print_page(&mut page, &session, &provision, &rows, &journal, (converted.as_ref(), &findings), by);
        publish::text(Target::STDOUT, &page.finish())?;
    }
    Ok(exit)
}

/// Coverage outside its range: a finding with the amount that is missing (or, negative, free). It changes no rate.
fn coverage_findings(provision: &Provision<'_>) -> Vec<BookFinding> {
    let out_of_range = provision.coverage.iter().filter(|coverage| coverage.is_finding());
    out_of_range
        .map(|coverage| {
            let amount = match coverage.verdict {
                provision::coverage::Verdict::Below(missing) => missing,
                provision::coverage::Verdict::Above(free) => -free,
                provision::coverage::Verdict::NotApplicable | provision::coverage::Verdict::Within => {
                    Money::ZERO
                }
            };
            let (least, most) = coverage.range;
            let detail = coverage.ratio.map(|ratio| Detail::OutOfRange {
                ratio: ratio.percent(),
                range: [least.percent(), most.percent()],
                below: matches!(coverage.verdict, provision::coverage::Verdict::Below(_)),
            });
            let finding = BookFinding::new(FindingCode::Coverage, "", &coverage.currency, amount);
            BookFinding { detail, ..finding.in_currency(&coverage.currency) }
        })
        .collect()
}

/// `--journal FORM`: the journal entry alone, on standard output.
fn print_journal(
    journal: &Journal,
    form: JournalFormat,
    by: GroupBy,
    session: &Session,
    voice: &Voice,
) -> Result<(), Failure> {
    let lang = file_lang(voice.lang);
    match form {
        JournalFormat::Csv => {
            let columns = provision::journal_columns(by.heading(), lang);
            let style = voice.lang.map_or(HeadingStyle::Keys, HeadingStyle::Spoken);
            publish::single(
                Target::STDOUT,
                Format::Csv,
                "journal",
                &columns,
                &journal.lines(),
                style,
                false,
            )?;
        }
        JournalFormat::Hledger => publish::text(Target::STDOUT, &journal.hledger(lang))?,
        JournalFormat::Beancount => publish::text(Target::STDOUT, &journal.beancount(lang)?)?,
    }
    if session.policy.provision.standard == Standard::Small && !voice.quiet {
        crate::terminal::tell(no_journal(session.lang));
    }
    Ok(())
}

/// Why there is no journal entry under the small-business standard.
fn no_journal(lang: Lang) -> &'static str {
    lang.pick(
        "provision.standard is \"small\": no allowance account, so no journal entry; the figures are for management",
        "provision.standard 为 \"small\"（小企业会计准则）：不设坏账准备科目，故无分录；数字仅供管理参考",
    )
}

fn print_page(
    page: &mut Page,
    session: &Session,
    provision: &Provision<'_>,
    rows: &[&ProvisionRow],
    journal: &Journal,
    (converted, findings): (Option<&Converted>, &[BookFinding]),
    by: GroupBy,
) {
    let lang = session.lang;
    let buckets = &session.policy.aging.buckets;
    if session.policy.receivable.extension_moves_provision {
        let by_extended =
            lang.pick("by the extended due date, where one was granted", "有展期的按展期后到期日");
        page.fact("Buckets", "账龄段", by_extended);
    }
    page.section(lang.pick("Summary", "汇总"));
    let movement = ["currency", "required", "opening", "written_off", "recovered", "charge", "closing"];
    page.table(
        &pick(provision::row_columns(buckets, by.heading(), lang), &movement),
        &provision.totals,
        None,
    );
    for coverage in &provision.coverage {
        page.line(&coverage.say(lang));
    }
    print_converted(page, converted, lang);
    print_findings(page, findings, lang);
    if !provision.sensitivity.is_empty() {
        page.section(lang.pick(
            "If a rate that the written policy does not give were another",
            "制度未规定的比例若取他值",
        ));
        page.table(&provision::sensitivity_columns(lang), &provision.sensitivity, None);
    }
    page.section(lang.pick("Customers", "客户"));
    let key = by.heading().map_or("customer_id".to_owned(), |heading| heading.key.into_owned());
    let wide = [
        key.as_str(),
        "customer_name",
        "currency",
        "rate_basis",
        "required",
        "opening",
        "written_off",
        "recovered",
        "charge",
        "closing",
    ];
    let mut narrow = vec![key.as_str(), "currency", "rate_basis", "required", "opening", "charge", "closing"];
    // The summary names the currency; here it takes the room of money.
    if provision.totals.len() == 1 {
        narrow.remove(1);
    }
    let layouts = [
        pick(provision::row_columns(buckets, by.heading(), lang), &wide),
        pick(provision::row_columns(buckets, by.heading(), lang), &narrow),
    ];
    page.list(&layouts, rows.iter().copied(), None, &Keep::Largest(|row| row.movement.required));
    let writeoffs = provision.writeoffs();
    page.section(lang.pick("Proposed for write-off", "拟核销"));
    let key = if by == GroupBy::Customer { "customer_id" } else { key.as_str() };
    let keys = [key, "invoice_no", "tranche", "due_date", "overdue_days", "balance", "provision"];
    let narrow = [key, "invoice_no", "tranche", "overdue_days", "balance", "provision"];
    page.list(
        &[
            pick(provision::writeoff_columns(by.heading()), &keys),
            pick(provision::writeoff_columns(by.heading()), &narrow),
        ],
        &writeoffs,
        None,
        &Keep::Largest(|row| row.item.balance),
    );
    page.section(lang.pick("Journal entry", "记账凭证"));
    if provision.standard == Standard::Small {
        page.line(no_journal(lang));
    } else {
        let mut keys = vec!["account", "account_name", key, "debit", "credit"];
        if provision.totals.len() > 1 {
            keys.push("currency");
        }
        let columns = pick(provision::journal_columns(by.heading(), lang), &keys);
        page.list(&[columns], &journal.lines(), None, &Keep::First);
    }
}
