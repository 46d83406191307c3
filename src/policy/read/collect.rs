//! `[collect]`: the two scales of collection, and the checks that they leave no day out and claim none twice.

use std::collections::{BTreeMap, BTreeSet};

use crate::policy::fault::{Problem, Span};
use crate::policy::layers::{Item, Section, all};
use crate::policy::{Action, Alert, CollectPolicy, Scales, Tier};

/// `collect.recovery_plan_from`: the alert's name, and its place.
type PlanFrom<'a> = (String, Item<'a>);

pub(super) fn collect(item: &Item<'_>) -> Option<CollectPolicy> {
    let table = item.section()?;
    let minimum = table.read("minimum", Item::money);
    let remind_before_days = table.read("remind_before_days", reminders);
    let min_days_between_contacts = table.read("min_days_between_contacts", Item::days);
    let plan_from = table.read("recovery_plan_from", |item| Some((item.text()?, item.clone())));
    let recovery_plan_hours = table.read("recovery_plan_hours", Item::days);
    let tiers = table.read("tiers", tiers);
    let alerts = table.read("alerts", |item| alerts(item, plan_from.as_ref()));
    let scales = tiers.zip(alerts).map(|(tiers, alerts)| Scales { tiers, alerts });
    let overrides = |item: &Item<'_>| overrides(item, scales.as_ref(), plan_from.as_ref());
    let industries = table.read("industries", overrides);
    let grades = table.read("grades", overrides);
    Some(CollectPolicy {
        minimum: minimum?,
        remind_before_days: remind_before_days?,
        min_days_between_contacts: min_days_between_contacts?,
        recovery_plan_from: plan_from.map(|(alert, _)| alert)?,
        recovery_plan_hours: recovery_plan_hours?,
        scales: scales?,
        industries: industries?,
        grades: grades?,
    })
}

/// Days before the due date, longest first in whatever order they were written.
fn reminders(item: &Item<'_>) -> Option<Vec<i64>> {
    let mut days = all(item.list()?.iter().map(Item::day))?;
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    Some(days)
}

/// The scales of industries or grades: what one of them leaves out is as it is for everybody.
fn overrides(
    item: &Item<'_>,
    everybody: Option<&Scales>,
    plan_from: Option<&PlanFrom<'_>>,
) -> Option<BTreeMap<String, Scales>> {
    item.map(|item| {
        let table = item.section()?;
        let own_tiers = table.maybe("tiers", tiers);
        let own_alerts = table.maybe("alerts", |item| alerts(item, plan_from));
        let everybody = everybody?;
        Some(Scales {
            tiers: own_tiers?.unwrap_or_else(|| everybody.tiers.clone()),
            alerts: own_alerts?.unwrap_or_else(|| everybody.alerts.clone()),
        })
    })
}

/// The tiers, mildest first; together they hold every day overdue exactly once.
fn tiers(item: &Item<'_>) -> Option<Vec<Tier>> {
    let mut tiers: Vec<(Tier, Item<'_>)> = all(item.sections()?.iter().map(tier))?;
    tiers.sort_by_key(|(tier, _)| tier.from);
    let named = tiers.iter().map(|(tier, from)| (tier.name.as_str(), from));
    let checks = [names_differ(named), first_tier(&tiers, item), neighbours(&tiers), last_tier(&tiers)];
    all(checks)?;
    Some(tiers.into_iter().map(|(tier, _)| tier).collect())
}

/// A tier, and the place of its `from`, which faults between tiers name.
fn tier<'a>(table: &Section<'a>) -> Option<(Tier, Item<'a>)> {
    let name = table.read("name", Item::text);
    let name_zh = table.maybe("name_zh", Item::text);
    let from_item = table.item("from");
    let from = from_item.as_ref().and_then(Item::day);
    let to = table.maybe("to", Item::day);
    let owner = table.read("owner", Item::text);
    let actions = table.read("actions", |item| all(item.sections()?.iter().map(action)));
    let name = name?;
    let name_zh = name_zh?.unwrap_or_else(|| name.clone());
    let tier = Tier { name_zh, from: from?, to: to?, owner: owner?, actions: actions?, name };
    Some((tier, from_item?))
}

fn action(table: &Section<'_>) -> Option<Action> {
    let name = table.read("name", Item::text);
    let name_zh = table.maybe("name_zh", Item::text);
    let channel = table.read("channel", Item::text);
    let written = table.read("written", Item::flag);
    let owner = table.maybe("owner", Item::text);
    let days = table.read("days", Item::days);
    let name = name?;
    let name_zh = name_zh?.unwrap_or_else(|| name.clone());
    Some(Action { name_zh, channel: channel?, written: written?, owner: owner?, days: days?, name })
}

fn span(tier: &Tier) -> Span {
    Span { name: tier.name.clone(), from: tier.from, to: tier.to }
}

/// The first tier begins with the first day overdue.
fn first_tier(tiers: &[(Tier, Item<'_>)], list: &Item<'_>) -> Option<()> {
    match tiers.first() {
        None => list.refuse(Problem::NoTiers),
        Some((first, from)) if first.from > 1 => {
            from.refuse(Problem::TiersGap { earlier: None, later: span(first) })
        }
        Some(_) => Some(()),
    }
}

/// Each tier begins on the day after the one before has ended.
fn neighbours(tiers: &[(Tier, Item<'_>)]) -> Option<()> {
    let backwards = |(tier, from): &(Tier, Item<'_>)| match tier.to {
        Some(to) if to < tier.from => from.refuse(Problem::TierBackwards(span(tier))),
        _ => Some(()),
    };
    all(tiers.iter().map(backwards))?;
    let pairs = tiers.windows(2).map(|pair| {
        let ((earlier, _), (later, from)) = (&pair[0], &pair[1]);
        match earlier.to {
            Some(to) if later.from == to + 1 => Some(()),
            Some(to) if later.from > to => {
                from.refuse(Problem::TiersGap { earlier: Some(span(earlier)), later: span(later) })
            }
            _ => from.refuse(Problem::TiersOverlap { earlier: span(earlier), later: span(later) }),
        }
    });
    all(pairs).map(drop)
}

/// The last tier has no end.
fn last_tier(tiers: &[(Tier, Item<'_>)]) -> Option<()> {
    match tiers.last() {
        Some((last, from)) if last.to.is_some() => from.refuse(Problem::LastTierEnds(span(last))),
        _ => Some(()),
    }
}

/// The alerts, mildest first: each begins later than the one before, and the one that asks for a recovery plan is
/// among them.
fn alerts(item: &Item<'_>, plan_from: Option<&PlanFrom<'_>>) -> Option<Vec<Alert>> {
    let alerts: Vec<(Alert, Item<'_>)> = all(item.sections()?.iter().map(alert))?;
    let named = alerts.iter().map(|(alert, from)| (alert.name.as_str(), from));
    let checks = [names_differ(named), alerts_rise(&alerts), plan_alert(&alerts, item, plan_from)];
    all(checks)?;
    Some(alerts.into_iter().map(|(alert, _)| alert).collect())
}

fn alert<'a>(table: &Section<'a>) -> Option<(Alert, Item<'a>)> {
    let name = table.read("name", Item::text);
    let name_zh = table.maybe("name_zh", Item::text);
    let from_item = table.item("from");
    let from = from_item.as_ref().and_then(Item::day);
    let name = name?;
    let name_zh = name_zh?.unwrap_or_else(|| name.clone());
    Some((Alert { name_zh, from: from?, name }, from_item?))
}

fn alerts_rise(alerts: &[(Alert, Item<'_>)]) -> Option<()> {
    let pairs = alerts.windows(2).map(|pair| {
        let ((milder, _), (stricter, from)) = (&pair[0], &pair[1]);
        if stricter.from > milder.from {
            return Some(());
        }
        let named = |alert: &Alert| (alert.name.clone(), alert.from);
        from.refuse(Problem::AlertsFall { milder: named(milder), stricter: named(stricter) })
    });
    all(pairs).map(drop)
}

fn plan_alert(alerts: &[(Alert, Item<'_>)], list: &Item<'_>, plan_from: Option<&PlanFrom<'_>>) -> Option<()> {
    let (named, plan_from) = plan_from?;
    if alerts.iter().any(|(alert, _)| alert.name == *named) {
        return Some(());
    }
    let alerts = alerts.iter().map(|(alert, _)| alert.name.clone()).collect();
    plan_from.or_company(list).refuse(Problem::NoSuchAlert { named: named.clone(), alerts })
}

/// No two of them have the same name.
fn names_differ<'i, 'a: 'i>(named: impl Iterator<Item = (&'i str, &'i Item<'a>)>) -> Option<()> {
    let mut seen = BTreeSet::new();
    let checks = named.map(|(name, place)| {
        if seen.insert(name) { Some(()) } else { place.refuse(Problem::NameTwice(name.to_owned())) }
    });
    all(checks).map(drop)
}
