//! Where a customer stands on the two scales of the policy: the tier of collection and the colour of the alert.
//!
//! The policy has thresholds for everybody, and may have others for an industry or a credit grade. Where several
//! sets apply to a customer, the stricter counts: whichever puts it further. So a company may tighten collection
//! for some customers, never loosen it by mistake.

use crate::lang::Lang;
use crate::names::entry_named;
use crate::policy::{Action, Alert, CollectPolicy, Scales, Tier};
use crate::receivable::{Customer, OpenItem};

/// The alert of a customer with nothing overdue that counts.
pub const GREEN: (&str, &str) = ("green", "绿色");

/// A name of the policy, as files carry it and as tables in Chinese say it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The name, as `primary`.
    pub name: String,
    /// The name in Chinese.
    pub name_zh: String,
}

impl Label {
    pub(super) fn new(name: &str, name_zh: &str) -> Label {
        Label { name: name.to_owned(), name_zh: name_zh.to_owned() }
    }

    pub(super) fn of_action(action: &Action) -> Label {
        Label::new(&action.name, &action.name_zh)
    }

    /// The name in a language; the plain name where the policy gives none in Chinese.
    pub fn say(&self, lang: Lang) -> &str {
        let chinese = if self.name_zh.is_empty() { &self.name } else { &self.name_zh };
        lang.pick(&self.name, chinese)
    }
}

/// Where a customer stands: at most one tier, and an alert, `green` where none is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    tier: Option<Label>,
    tier_rank: Option<usize>,
    alert: Label,
    alert_rank: Option<usize>,
}

impl Standing {
    /// The standing of a customer with nothing overdue that counts: no tier, and green.
    pub fn green() -> Standing {
        Standing { tier: None, tier_rank: None, alert: Label::new(GREEN.0, GREEN.1), alert_rank: None }
    }

    /// The tier reached.
    pub fn tier(&self) -> Option<&Label> {
        self.tier.as_ref()
    }

    /// How far the tier is along the policy's tiers: a greater number is further, none comes before all.
    pub fn tier_rank(&self) -> Option<usize> {
        self.tier_rank
    }

    /// The alert reached, or green.
    pub fn alert(&self) -> &Label {
        &self.alert
    }

    /// How far the alert is along the policy's alerts.
    pub fn alert_rank(&self) -> Option<usize> {
        self.alert_rank
    }
}

/// An entry of a scale, and how far it is along the policy's own scale.
#[derive(Debug)]
pub(super) struct Ranked<'a, T> {
    pub rank: usize,
    pub entry: &'a T,
}

// Written out, because a derive would ask `T` to be `Copy` too.
impl<T> Clone for Ranked<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Ranked<'_, T> {}

/// The entries of the scales that a customer has reached.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reached<'a> {
    pub tier: Option<Ranked<'a, Tier>>,
    pub alert: Option<Ranked<'a, Alert>>,
}

impl<'a> Reached<'a> {
    /// The further tier and the further alert of two. Of equals the second's, which is the more particular one.
    pub fn further(self, other: Reached<'a>) -> Reached<'a> {
        Reached { tier: further(self.tier, other.tier), alert: further(self.alert, other.alert) }
    }

    /// How far both are, for comparing: the tier first.
    pub fn ranks(&self) -> (Option<usize>, Option<usize>) {
        (self.tier.map(|tier| tier.rank), self.alert.map(|alert| alert.rank))
    }

    /// The standing by name.
    pub fn named(&self) -> Standing {
        let tier = self.tier.map(|tier| Label::new(&tier.entry.name, &tier.entry.name_zh));
        let alert = self.alert.map(|alert| Label::new(&alert.entry.name, &alert.entry.name_zh));
        let (tier_rank, alert_rank) = self.ranks();
        let green = Standing::green();
        Standing { tier, tier_rank, alert: alert.unwrap_or(green.alert), alert_rank }
    }
}

fn further<'a, T>(one: Option<Ranked<'a, T>>, other: Option<Ranked<'a, T>>) -> Option<Ranked<'a, T>> {
    one.into_iter().chain(other).max_by_key(|ranked| ranked.rank)
}

/// Where an overdue tranche puts its customer: on the policy's scales, on those of the customer's industry
/// (`[collect.industries.NAME]`) and of its credit grade (`[collect.grades.NAME]`), each looked up by name; of all
/// that apply the further tier and the further alert count.
///
/// Days count from the day until which the customer may pay, extensions counted. At 45 days everybody is in `intermediate` and yellow; with a grade D whose red starts at 40 days, intermediate
/// and red.
pub(super) fn standing_of<'a>(item: &OpenItem, policy: &'a CollectPolicy) -> Reached<'a> {
    let on = |scales: &'a Scales| Reached {
        tier: tier_of(scales, item.dunning_days()).map(|(at, entry)| {
            let rank = tier_rank(&entry.name, policy).unwrap_or(at);
            Ranked { rank, entry }
        }),
        alert: alert_of(scales, item.dunning_days()).map(|(at, entry)| {
            let rank = alert_rank(&entry.name, policy).unwrap_or(at);
            Ranked { rank, entry }
        }),
    };
    scales_for(&item.customer, policy).map(on).fold(on(&policy.scales), Reached::further)
}

/// The particular scales that apply to a customer: its industry's, its grade's.
fn scales_for<'a>(customer: &Customer, policy: &'a CollectPolicy) -> impl Iterator<Item = &'a Scales> {
    let industry = entry_named(&policy.industries, customer.industry.as_deref());
    let grade = entry_named(&policy.grades, customer.credit_grade.as_deref());
    industry.into_iter().chain(grade)
}

/// The tier for so many days overdue, with its place in the scale: 30 days are still `primary` (1-30), 31 are
/// `intermediate`, 91 `advanced`.
pub fn tier_of(scales: &Scales, overdue_days: i64) -> Option<(usize, &Tier)> {
    let holds = |tier: &Tier| tier.from <= overdue_days && tier.to.is_none_or(|to| overdue_days <= to);
    scales.tiers.iter().enumerate().rfind(|(_, tier)| holds(tier))
}

/// The alert for so many days overdue, with its place in the scale: reaching the number counts, so 30 days are
/// yellow, 60 orange, 90 red.
pub fn alert_of(scales: &Scales, overdue_days: i64) -> Option<(usize, &Alert)> {
    scales.alerts.iter().enumerate().rfind(|(_, alert)| alert.from <= overdue_days)
}

/// How many days ago a tranche reached the alert of this name, or a graver one, on any scale that applies to its
/// customer; `None` where it has not.
pub(super) fn days_at_alert(item: &OpenItem, name: &str, policy: &CollectPolicy) -> Option<i64> {
    let least = alert_rank(name, policy)?;
    let days = item.dunning_days();
    let scales = scales_for(&item.customer, policy).chain([&policy.scales]);
    let reached = scales.flat_map(|scales| {
        scales.alerts.iter().enumerate().filter_map(move |(at, alert)| {
            let rank = alert_rank(&alert.name, policy).unwrap_or(at);
            (rank >= least && alert.from <= days).then(|| days - alert.from)
        })
    });
    reached.max()
}

/// How far a tier of this name is along the policy's own tiers.
fn tier_rank(name: &str, policy: &CollectPolicy) -> Option<usize> {
    policy.scales.tiers.iter().position(|tier| tier.name == name)
}

/// How far an alert of this name is along the policy's own alerts.
fn alert_rank(name: &str, policy: &CollectPolicy) -> Option<usize> {
    policy.scales.alerts.iter().position(|alert| alert.name == name)
}
