//! `recv collect`.

use std::collections::BTreeMap;

use super::converted::{in_company_currency, print_converted, report_converted};
use super::findings::print_findings;
use super::ledger::{Opened, open_ledger};
use super::load::prints_table;
use super::publish::{self, Publisher, Target};
use super::selection::{Choosable, file_lang, only_words, pick};
use super::{Exit, Failure};
use crate::cli::CollectArgs;
use crate::collection::{self, SummaryLine, WorklistRow};
use crate::exchange::Total;
use crate::lang::Lang;
use crate::policy::CollectPolicy;
use crate::receivable::finding;
use crate::receivable::grouping::GroupBy;
use crate::report::page::Keep;
use crate::report::{Cell, Column, Heading, headings};
use crate::terminal::Screen;

/// Runs `recv collect`.
pub fn run(args: &CollectArgs, lang: Lang) -> Result<Exit, Failure> {
    let by = args.selection.by;
    let voice = &args.output.voice;
    let Opened { session, ledger, taken, findings, rates, .. } =
        open_ledger(&args.inputs, &args.selection, voice, &[], lang)?;
    let policy = &session.policy.collect;
    let only = only_words(&args.selection.only, &standings(policy))?;
    let worklist = collection::worklist(&ledger.items, policy, session.as_of);
    let wanted = |row: &&WorklistRow| {
        let tier = row.standing.tier().map(|label| label.say(Lang::En).to_owned());
        let alert = row.standing.alert().say(Lang::En).to_owned();
        only.is_empty() || tier.is_some_and(|tier| only.contains(&tier)) || only.contains(&alert)
    };
    let rows: Vec<&WorklistRow> = worklist.iter().filter(wanted).collect();

    let summary = collection::summary(&worklist);
    let totals = summary.overdue_by_currency();
    let totals = totals.into_iter().map(|(currency, overdue)| (currency, Total::Overdue, overdue));
    let converted = in_company_currency(rates.as_ref(), totals, &session)?;

    let mut out = Publisher::open(&session, &args.output, "collect")?;
    out.report("worklist", collection::columns(by.heading(), file_lang(voice.lang)), rows.iter().copied())?;
    report_converted(&mut out, converted.as_ref())?;
    out.report("findings", finding::columns(file_lang(voice.lang)), &findings)?;
    out.finish(&session, &taken)?;
    if prints_table(&args.output) {
        let mut page = session.page(
            lang.pick("Collection worklist", "催收工作清单"),
            Screen::of(voice.color, false),
            args.selection.all,
            &taken,
        );
        page.section(lang.pick("Summary by tier", "按催收级别汇总"));
        page.table(&summary_columns(headings::TIER, by, lang), &summary.tiers, None);
        page.section(lang.pick("Summary by alert", "按预警颜色汇总"));
        page.table(&summary_columns(headings::ALERT, by, lang), &summary.alerts, None);
        print_converted(&mut page, converted.as_ref(), lang);
        print_findings(&mut page, &findings, lang);
        page.section(lang.pick("What to do", "待办"));
        let key = by.heading().map_or("customer_id".to_owned(), |heading| heading.key.into_owned());
        let mut wide = vec![
            key.as_str(),
            "customer_name",
            "owner",
            "tier",
            "alert",
            "overdue",
            "dunned",
            "max_overdue_days",
            "next_action",
            "channel",
            "due_by",
            "reason",
        ];
        // Where all that is overdue is dunned, one column says both.
        let is_held = rows.iter().any(|row| row.dunned != row.overdue);
        wide.retain(|key| *key != "dunned" || is_held);
        let narrow = [key.as_str(), "tier", "alert", "overdue", "max_overdue_days", "owner", "due_by"];
        let mut narrow = pick(collection::columns(by.heading(), lang), &narrow);
        narrow.push(Column::spoken(headings::NEXT_ACTION, lang, what_and_why));
        let layouts = [pick(collection::columns(by.heading(), lang), &wide), narrow];
        page.list(&layouts, rows.iter().copied(), None, &Keep::First);
        publish::text(Target::STDOUT, &page.finish())?;
    }
    let chased = worklist.iter().any(|row| row.standing.tier().is_some());
    let found = args.selection.check && (chased || !findings.is_empty());
    Ok(if found || !taken.rejected.is_empty() { Exit::Found } else { Exit::Done })
}

/// The next action and the reason for it, in one text.
fn what_and_why(row: &WorklistRow, lang: Lang) -> Cell<'_> {
    let reason = row.reason.say(lang);
    Cell::Text(match &row.next_action {
        Some(action) => format!("{}{}{reason}", action.say(lang), lang.pick(": ", "：")).into(),
        None => reason.into(),
    })
}

/// The tiers and alerts that `--only` may name.
fn standings(policy: &CollectPolicy) -> Vec<Choosable<String>> {
    let scales =
        std::iter::once(&policy.scales).chain(policy.industries.values()).chain(policy.grades.values());
    let mut names: BTreeMap<&str, &str> = scales
        .flat_map(|scales| {
            let tiers = scales.tiers.iter().map(|tier| (tier.name.as_str(), tier.name_zh.as_str()));
            tiers.chain(scales.alerts.iter().map(|alert| (alert.name.as_str(), alert.name_zh.as_str())))
        })
        .collect();
    let (green, green_zh) = collection::scales::GREEN;
    names.entry(green).or_insert(green_zh);
    let said =
        |name: &str, zh: &str| Choosable::new(name, if zh.is_empty() { name } else { zh }, name.to_owned());
    names.into_iter().map(|(name, zh)| said(name, zh)).collect()
}

fn summary_columns(first: Heading, by: GroupBy, lang: Lang) -> Vec<Column<SummaryLine>> {
    let count = if by == GroupBy::Customer { headings::CUSTOMERS } else { headings::ROWS };
    vec![
        Column::spoken(first, lang, |row, lang| {
            let none = lang.pick("none", "无");
            Cell::Text(row.label.as_ref().map_or(none, |label| label.say(lang)).into())
        }),
        Column::new(headings::CURRENCY, |row| Cell::text(&row.currency)),
        Column::new(count, |row| Cell::Count(row.customers)),
        Column::new(headings::OVERDUE, |row| Cell::Money(row.overdue)),
    ]
}
