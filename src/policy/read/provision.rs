//! `[provision]`: a rate for every bucket that never falls as debts age, uplifts within their range.

use std::collections::BTreeMap;

use crate::aging::Buckets;
use crate::money::Rate;
use crate::policy::fault::{Found, Problem, Wanted};
use crate::policy::layers::{Item, all};
use crate::policy::{Account, Accounts, CoverageBase, CoveragePolicy, ProvisionPolicy, Standard};

/// The highest uplift or coverage that a policy may name, in percent.
const HIGHEST: u32 = 1_000;

/// `buckets` are those of `[aging]`, where they could be read, with the place of their limits.
pub(super) fn provision(item: &Item<'_>, buckets: Option<(&Buckets, &Item<'_>)>) -> Option<ProvisionPolicy> {
    const STANDARDS: [(&str, Standard); 2] = [("cas", Standard::Cas), ("small", Standard::Small)];
    let table = item.section()?;
    let standard = table.read("standard", |item| item.word(&STANDARDS));
    let rates = table.read("rates", |item| rates(item, buckets));
    let gaps = table.read("gaps", |item| gaps(item, buckets));
    let range = table.item("uplift_range");
    let uplift = table.read("uplift", |item| uplifts(item, range.as_ref()?));
    let coverage = table.read("coverage", coverage);
    let accounts = table.read("accounts", accounts);
    Some(ProvisionPolicy {
        standard: standard?,
        rates: rates?,
        gaps: gaps?,
        uplift: uplift?,
        coverage: coverage?,
        accounts: accounts?,
    })
}

/// The rate of every bucket, in the buckets' order.
fn rates(item: &Item<'_>, buckets: Option<(&Buckets, &Item<'_>)>) -> Option<Vec<Rate>> {
    let named: Vec<NamedRate<'_>> = item.section()?.each().into_iter().map(NamedRate::new).collect();
    let (buckets, limits) = buckets?;
    let names = bucket_names(buckets);
    let known = all(named.iter().map(|rate| rate.has_bucket(&names)));
    let in_order: Vec<Option<&NamedRate<'_>>> =
        names.iter().map(|bucket| named.iter().find(|rate| rate.bucket == bucket)).collect();
    let complete = all(names.iter().zip(&in_order).map(|(bucket, rate)| match rate {
        Some(_) => Some(()),
        None => item.or_company(limits).refuse(Problem::RateMissing(bucket.clone())),
    }));
    let rising = all(in_order.windows(2).map(|pair| pair[0]?.rises_to(pair[1]?)));
    known.and(complete).and(rising)?;
    all(in_order.into_iter().map(|rate| rate?.rate))
}

/// A rate as the policy names it; without one where it could not be read, which has been noted.
struct NamedRate<'a> {
    bucket: &'a str,
    item: Item<'a>,
    rate: Option<Rate>,
}

impl<'a> NamedRate<'a> {
    fn new((bucket, item): (&'a str, Item<'a>)) -> NamedRate<'a> {
        let rate = item.percent();
        NamedRate { bucket, item, rate }
    }

    /// The rate belongs to a bucket. Built-in rates whose bucket a company's own limits do away with are passed over.
    fn has_bucket(&self, buckets: &[String]) -> Option<()> {
        if !self.item.is_company() || buckets.iter().any(|bucket| bucket == self.bucket) {
            return Some(());
        }
        self.item.refuse(no_such_bucket(self.bucket, buckets))
    }

    /// The rate of the next bucket is no lower.
    fn rises_to(&self, older: &NamedRate<'_>) -> Option<()> {
        let (before, after) = (self.rate?, older.rate?);
        if after >= before {
            return Some(());
        }
        let (younger_bucket, older_bucket) = (self.bucket.to_owned(), older.bucket.to_owned());
        older
            .item
            .refuse(Problem::RatesFall { younger: (younger_bucket, before), older: (older_bucket, after) })
    }
}

fn bucket_names(buckets: &Buckets) -> Vec<String> {
    (0..buckets.count()).map(|bucket| buckets.name(bucket)).collect()
}

fn no_such_bucket(named: &str, buckets: &[String]) -> Problem {
    Problem::NoSuchBucket { named: named.to_owned(), buckets: buckets.to_vec() }
}

/// The buckets whose rates the written policy does not give. The built-in ones that a company's own buckets do not
/// have are passed over.
fn gaps(item: &Item<'_>, buckets: Option<(&Buckets, &Item<'_>)>) -> Option<Vec<usize>> {
    let named = all(item.list()?.into_iter().map(|item| Some((item.text()?, item))))?;
    let names = bucket_names(buckets?.0);
    let gaps = named.into_iter().map(|(named, item)| match names.iter().position(|name| *name == named) {
        None if item.is_company() => item.refuse(no_such_bucket(&named, &names)),
        bucket => Some(bucket),
    });
    let mut gaps: Vec<usize> = all(gaps)?.into_iter().flatten().collect();
    gaps.sort_unstable();
    gaps.dedup();
    Some(gaps)
}

/// The uplift of each industry, within the range that the policy allows.
fn uplifts(item: &Item<'_>, range_item: &Item<'_>) -> Option<BTreeMap<String, Rate>> {
    let range = range(range_item);
    let uplift = |(industry, item): (&str, Item<'_>)| {
        let (uplift, range) = (item.percent_up_to(HIGHEST), range);
        let (uplift, range) = (uplift?, range?);
        if (range.0..=range.1).contains(&uplift) {
            return Some((industry.to_owned(), uplift));
        }
        let problem = Problem::UpliftRange { industry: industry.to_owned(), uplift, range };
        item.or_company(range_item).refuse(problem)
    };
    all(item.section()?.each().into_iter().map(uplift)).map(BTreeMap::from_iter)
}

fn range(item: &Item<'_>) -> Option<(Rate, Rate)> {
    let ends = item.list()?;
    let [low, high] = ends.as_slice() else {
        return item.refuse(Problem::Value(Found { found: item.written(), wanted: Wanted::PercentPair }));
    };
    let (low, high) = (low.percent_up_to(HIGHEST), high.percent_up_to(HIGHEST));
    not_crossed(low?, high?, item)
}

fn not_crossed(low: Rate, high: Rate, place: &Item<'_>) -> Option<(Rate, Rate)> {
    if low <= high { Some((low, high)) } else { place.refuse(Problem::RangeCrossed { low, high }) }
}

fn coverage(item: &Item<'_>) -> Option<CoveragePolicy> {
    const BASES: [(&str, CoverageBase); 3] = [
        ("impaired", CoverageBase::Impaired),
        ("written_off", CoverageBase::WrittenOff),
        ("overdue", CoverageBase::Overdue),
    ];
    let table = item.section()?;
    let base = table.read("base", |item| item.word(&BASES));
    let (min_item, max_item) = (table.item("min"), table.item("max"));
    let min = min_item.as_ref().and_then(|item| item.percent_up_to(HIGHEST));
    let max = max_item.as_ref().and_then(|item| item.percent_up_to(HIGHEST));
    let (min, max) = not_crossed(min?, max?, max_item?.or_company(&min_item?))?;
    Some(CoveragePolicy { base: base?, min, max })
}

fn accounts(item: &Item<'_>) -> Option<Accounts> {
    let table = item.section()?;
    let allowance = table.read("allowance", account);
    let impairment_loss = table.read("impairment_loss", account);
    Some(Accounts { allowance: allowance?, impairment_loss: impairment_loss? })
}

fn account(item: &Item<'_>) -> Option<Account> {
    let table = item.section()?;
    let code = table.read("code", Item::text);
    let name = table.read("name", Item::text);
    Some(Account { code: code?, name: name? })
}
