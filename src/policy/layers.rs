//! The two layers of a policy, the built-in default and the company's file, laid over each other.
//!
//! [`Layers`] merges them into one tree whose values know where they stand. [`Section`] and [`Item`] read it: they
//! note every key that was asked for, so that what nobody asked for is an unknown key, and every fault, so that one
//! run reports them all.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use regex_lite::Regex;

use super::fault::{Found, PolicyFault, Problem, Syntax, Wanted};
use super::tree::{Entry, Node, Place, SyntaxFault, Value, parse};
use crate::money::{Money, Number, Quantity, Rate};
use crate::spelling::nearest;
use crate::terms::{MonthlyBasis, Terms};

/// The default policy, with all its comments: `policy.toml` at the top of the repository.
pub const DEFAULT_POLICY: &str = include_str!("../../policy.toml");

/// How messages name the built-in layer, should it ever be at fault.
const BUILT_IN: &str = "built-in policy.toml";

/// Tables that are one thing: a company that writes one of them replaces it whole. Lists always are. Every other
/// table keeps the built-in value of a key that the company does not name.
const REPLACED_WHOLE: [&str; 6] = [
    "match.tolerance.quantity",
    "match.tolerance.price",
    "match.tolerance.amount",
    "match.tolerance.tax",
    "provision.rates",
    "provision.uplift",
];

/// The longest time, in days, that a policy may name: a hundred years.
const MAX_DAYS: i64 = 36_500;

/// Which layer a value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Layer {
    /// The default that is compiled in.
    BuiltIn,
    /// The company's own file.
    Company,
}

/// The policy in force as a tree, and what reading it has brought to light.
pub(super) struct Layers {
    root: Node,
    log: Log,
}

impl Layers {
    /// The default, and over it a company's text; `file` is its name in messages. Where the text can't be read to its
    /// end as TOML, only its syntax is at fault: what it says further on is not known.
    pub fn new(company: Option<(&str, &str)>) -> Result<Layers, Vec<PolicyFault>> {
        let (file, text) = company.unwrap_or_default();
        let (default, default_faults) = parse(DEFAULT_POLICY, Layer::BuiltIn);
        let (company, company_faults) = parse(text, Layer::Company);
        let log = Log { file: file.to_owned(), ..Log::default() };
        let syntax_faults: Vec<SyntaxFault> = default_faults.into_iter().chain(company_faults).collect();
        let readable = syntax_faults.iter().all(|fault| fault.local);
        for SyntaxFault { place, key, syntax, .. } in syntax_faults {
            log.note(place, key, Problem::Syntax(syntax));
        }
        if readable { Ok(Layers { root: merge(default, company, ""), log }) } else { Err(log.into_faults()) }
    }

    /// The table that holds everything.
    pub fn root(&self) -> Section<'_> {
        Section { path: String::new(), place: self.root.place, entries: entries(&self.root), log: &self.log }
    }

    /// The tree itself, and the company's file name.
    pub fn tree(&self) -> (&Node, &str) {
        (&self.root, &self.log.file)
    }

    /// All faults, in the order of the file, once everything has been read: what nobody asked for is unknown.
    pub fn faults(&self) -> Vec<PolicyFault> {
        self.note_unknown(&self.root, "");
        self.log.clone().into_faults()
    }

    fn note_unknown(&self, node: &Node, path: &str) {
        if self.log.refused.borrow().contains(path) {
            return;
        }
        match &node.value {
            Value::Table { entries, .. } => {
                for entry in entries {
                    self.note_unknown_entry(entry, path);
                }
            }
            Value::List(members) => {
                for (at, member) in members.iter().enumerate() {
                    self.note_unknown(member, &member_path(path, at));
                }
            }
            Value::Text(_) | Value::Whole(_) | Value::Flag(_) | Value::Other(_) => {}
        }
    }

    fn note_unknown_entry(&self, entry: &Entry, table: &str) {
        let path = join(table, &entry.key);
        if self.log.asked.borrow().contains(&(table.to_owned(), entry.key.clone())) {
            return self.note_unknown(&entry.node, &path);
        }
        let problem = self.log.unknown_key(table, &entry.key);
        self.log.note(entry.place, path, problem);
    }
}

/// The company's node over the default's: tables key by key, in the default's order; everything else whole.
fn merge(default: Node, company: Node, path: &str) -> Node {
    let Node { place, value } = company;
    let value = match (default.value, value) {
        (Value::Table { inline, entries: ours }, Value::Table { entries: theirs, .. })
            if !REPLACED_WHOLE.contains(&path) =>
        {
            Value::Table { inline, entries: merge_entries(ours, theirs, path) }
        }
        (_, theirs) => theirs,
    };
    Node { place, value }
}

fn merge_entries(ours: Vec<Entry>, mut theirs: Vec<Entry>, path: &str) -> Vec<Entry> {
    let mut merged = Vec::with_capacity(ours.len());
    for our in ours {
        let own = theirs.iter().position(|their| their.key == our.key);
        merged.push(match own.map(|at| theirs.remove(at)) {
            None => our,
            Some(their) => {
                let node = merge(our.node, their.node, &join(path, &their.key));
                Entry { node, ..their }
            }
        });
    }
    merged.append(&mut theirs);
    merged
}

/// What is noted while a policy is read.
#[derive(Clone, Debug, Default)]
struct Log {
    /// The company's file, for messages.
    file: String,
    /// Each table with a key that it was asked for, whether it has it or not.
    asked: RefCell<BTreeSet<(String, String)>>,
    /// Values of a wrong kind: what stands inside them is not looked at.
    refused: RefCell<BTreeSet<String>>,
    faults: RefCell<Vec<(Place, PolicyFault)>>,
}

impl Log {
    fn note(&self, place: Place, key: String, problem: Problem) {
        let file = match place.layer {
            Layer::BuiltIn => BUILT_IN.to_owned(),
            Layer::Company => self.file.clone(),
        };
        let fault = PolicyFault { file, line: place.line, column: place.column, key, problem };
        self.faults.borrow_mut().push((place, fault));
    }

    fn unknown_key(&self, table: &str, key: &str) -> Problem {
        let asked = self.asked.borrow();
        let known: Vec<String> =
            asked.iter().filter(|(owner, _)| owner == table).map(|(_, key)| key.clone()).collect();
        let elsewhere = || asked.iter().find(|(_, other)| other == key).map(|(owner, key)| join(owner, key));
        let nearest = nearest(key, known.iter().map(String::as_str)).map(str::to_owned).or_else(elsewhere);
        Problem::UnknownKey { key: key.to_owned(), nearest, known }
    }

    /// The faults in the order of the file, each once.
    fn into_faults(self) -> Vec<PolicyFault> {
        let mut faults = self.faults.into_inner();
        faults.sort_by_key(|(place, _)| *place);
        let mut kept: Vec<(Place, PolicyFault)> = Vec::with_capacity(faults.len());
        for (place, fault) in faults {
            match kept.last_mut().filter(|(last, _)| *last == place) {
                Some((_, last)) if *last == fault || says_more(&last.problem, &fault.problem) => {}
                Some((_, last)) if says_more(&fault.problem, &last.problem) => *last = fault,
                _ => kept.push((place, fault)),
            }
        }
        kept.into_iter().map(|(_, fault)| fault).collect()
    }
}

/// Whether of two faults of the same value only the first is worth saying: a value without quotes that is no such
/// value either is that; but where only the quotes or the value itself are missing, that explains the rest.
fn says_more(problem: &Problem, than: &Problem) -> bool {
    match (problem, than) {
        (Problem::Syntax(Syntax::Unquoted(value)), Problem::Type(_)) => value.ends_with('%'),
        (Problem::Type(_), Problem::Syntax(Syntax::Unquoted(value))) => !value.ends_with('%'),
        (Problem::Value(_), Problem::Syntax(Syntax::Unquoted(_))) => true,
        (Problem::Syntax(syntax), Problem::Type(_) | Problem::Value(_)) => {
            !matches!(syntax, Syntax::Unquoted(_))
        }
        _ => false,
    }
}

/// A table of the policy in force.
#[derive(Clone)]
pub(super) struct Section<'a> {
    path: String,
    place: Place,
    entries: &'a [Entry],
    log: &'a Log,
}

impl<'a> Section<'a> {
    /// The value of a key; noted as missing where there is none.
    pub fn item(&self, key: &str) -> Option<Item<'a>> {
        let item = self.find(key);
        if item.is_none() {
            self.log.note(self.place, join(&self.path, key), Problem::MissingKey(key.to_owned()));
        }
        item
    }

    /// The value of a key that must be there, read in a given way.
    pub fn read<T>(&self, key: &str, read: impl FnOnce(&Item<'a>) -> Option<T>) -> Option<T> {
        read(&self.item(key)?)
    }

    /// The value of a key that may be left out: `None` is a fault, `Some(None)` an absent key.
    #[expect(
        clippy::option_option,
        reason = "the outer says whether it could be read, the inner whether it is there"
    )]
    pub fn maybe<T>(&self, key: &str, read: impl FnOnce(&Item<'a>) -> Option<T>) -> Option<Option<T>> {
        match self.find(key) {
            None => Some(None),
            Some(item) => read(&item).map(Some),
        }
    }

    /// Every key with its value, where the keys are the company's own names.
    pub fn each(&self) -> Vec<(&'a str, Item<'a>)> {
        self.entries.iter().filter_map(|entry| Some((entry.key.as_str(), self.find(&entry.key)?))).collect()
    }

    fn find(&self, key: &str) -> Option<Item<'a>> {
        self.log.asked.borrow_mut().insert((self.path.clone(), key.to_owned()));
        let entry = self.entries.iter().find(|entry| entry.key == key)?;
        Some(Item { path: join(&self.path, key), node: &entry.node, log: self.log })
    }
}

/// A value of the policy in force, and the ways to read it. Each notes what is wrong and returns `None`.
#[derive(Clone)]
pub(super) struct Item<'a> {
    path: String,
    node: &'a Node,
    log: &'a Log,
}

impl<'a> Item<'a> {
    /// Notes a fault of this value.
    pub fn refuse<T>(&self, problem: Problem) -> Option<T> {
        if matches!(problem, Problem::Type(_)) {
            self.log.refused.borrow_mut().insert(self.path.clone());
        }
        self.log.note(self.node.place, self.path.clone(), problem);
        None
    }

    /// This value, or the other one where only that is the company's: whose line a fault between two values names.
    pub fn or_company<'i>(&'i self, other: &'i Item<'a>) -> &'i Item<'a> {
        if self.is_company() || !other.is_company() { self } else { other }
    }

    /// Whether the value comes from the company's file.
    pub fn is_company(&self) -> bool {
        self.node.place.layer == Layer::Company
    }

    /// The value as TOML writes it.
    pub fn written(&self) -> String {
        self.node.written()
    }

    fn wrong_kind<T>(&self, wanted: Wanted) -> Option<T> {
        self.refuse(Problem::Type(Found { found: self.node.shown(), wanted }))
    }

    fn wrong_value<T>(&self, wanted: Wanted) -> Option<T> {
        self.refuse(Problem::Value(Found { found: self.node.shown(), wanted }))
    }

    /// What a text says, in the way that `read` reads it.
    fn parsed<T>(&self, wanted: Wanted, read: impl FnOnce(&'a str) -> Option<T>) -> Option<T> {
        let Value::Text(text) = &self.node.value else { return self.wrong_kind(wanted) };
        read(text).or_else(|| self.wrong_value(wanted))
    }

    /// A text that is not empty.
    pub fn text(&self) -> Option<String> {
        self.parsed(Wanted::Text, |text| (!text.trim().is_empty()).then(|| text.to_owned()))
    }

    /// A text that may be empty.
    pub fn maybe_text(&self) -> Option<String> {
        self.parsed(Wanted::Text, |text| Some(text.trim().to_owned()))
    }

    /// A pattern with a group, `None` where the text is empty.
    #[expect(
        clippy::option_option,
        reason = "the outer says whether it could be read, the inner whether there is one"
    )]
    pub fn pattern(&self) -> Option<Option<Regex>> {
        self.parsed(Wanted::Pattern, |text| {
            if text.is_empty() {
                return Some(None);
            }
            let pattern = Regex::new(text).ok()?;
            (pattern.captures_len() > 1).then_some(Some(pattern))
        })
    }

    /// One of these words.
    pub fn word<T: Copy>(&self, words: &[(&str, T)]) -> Option<T> {
        let wanted = Wanted::Word(words.iter().map(|&(word, _)| word.to_owned()).collect());
        self.parsed(wanted, |text| words.iter().find(|&&(word, _)| word == text).map(|&(_, value)| value))
    }

    /// A percentage of so many whole percents at most.
    pub fn percent_up_to(&self, highest: u32) -> Option<Rate> {
        let within = |rate: &Rate| {
            *rate >= Rate::ZERO && rate.units() <= i64::from(highest) * (Rate::ONE.units() / 100)
        };
        self.parsed(Wanted::Percent(0, highest), |text| percentage(text).filter(within))
    }

    /// A percentage from 0% to 100%.
    pub fn percent(&self) -> Option<Rate> {
        self.percent_up_to(100)
    }

    /// A percentage that a quantity is multiplied by, and so with few decimals.
    pub fn share(&self) -> Option<Rate> {
        let is_share = |rate: &Rate| (Rate::ZERO..=Rate::ONE).contains(rate) && rate.is_share();
        self.parsed(Wanted::Share, |text| percentage(text).filter(is_share))
    }

    /// An amount of money, not negative.
    pub fn money(&self) -> Option<Money> {
        let read = |text: &str| Money::from_number(Number::parse(text.as_bytes()).ok()?).ok();
        self.parsed(Wanted::Amount, |text| read(text).filter(|money| !money.is_negative()))
    }

    /// A quantity, not negative.
    pub fn quantity(&self) -> Option<Quantity> {
        let read = |text: &str| Quantity::parse(text).ok();
        self.parsed(Wanted::Quantity, |text| read(text).filter(|quantity| !quantity.is_negative()))
    }

    /// Payment terms, 月结N天 read on this basis.
    pub fn terms(&self, basis: MonthlyBasis) -> Option<Terms> {
        self.parsed(Wanted::Terms, |text| Terms::parse(text, basis).ok())
    }

    /// A currency: three capital letters.
    pub fn currency(&self) -> Option<String> {
        let is_code = |text: &str| text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase());
        self.parsed(Wanted::Currency, |text| is_code(text).then(|| text.to_owned()))
    }

    /// A number of days (or hours).
    pub fn days(&self) -> Option<i64> {
        self.whole(0)
    }

    /// A number of days, at least one.
    pub fn day(&self) -> Option<i64> {
        self.whole(1)
    }

    fn whole(&self, lowest: i64) -> Option<i64> {
        let wanted = Wanted::Whole(lowest, MAX_DAYS);
        let Value::Whole(number) = self.node.value else { return self.wrong_kind(wanted) };
        if (lowest..=MAX_DAYS).contains(&number) { Some(number) } else { self.wrong_value(wanted) }
    }

    /// `true` or `false`.
    pub fn flag(&self) -> Option<bool> {
        let Value::Flag(flag) = self.node.value else { return self.wrong_kind(Wanted::Flag) };
        Some(flag)
    }

    /// The members of a list.
    pub fn list(&self) -> Option<Vec<Item<'a>>> {
        let Value::List(members) = &self.node.value else { return self.wrong_kind(Wanted::List) };
        Some(self.members(members))
    }

    /// One text, or a list of them.
    pub fn texts(&self) -> Option<Vec<String>> {
        match &self.node.value {
            Value::List(members) => all(self.members(members).iter().map(Item::text)),
            _ => self.text().map(|text| vec![text]),
        }
    }

    fn members(&self, members: &'a [Node]) -> Vec<Item<'a>> {
        let member = |(at, node)| Item { path: member_path(&self.path, at), node, log: self.log };
        members.iter().enumerate().map(member).collect()
    }

    /// A table.
    pub fn section(&self) -> Option<Section<'a>> {
        let Value::Table { entries, .. } = &self.node.value else { return self.wrong_kind(Wanted::Table) };
        Some(Section { path: self.path.clone(), place: self.node.place, entries, log: self.log })
    }

    /// A list of tables.
    pub fn sections(&self) -> Option<Vec<Section<'a>>> {
        let Value::List(members) = &self.node.value else { return self.wrong_kind(Wanted::Tables) };
        all(self.members(members).iter().map(Item::section))
    }

    /// A table whose keys are names of the company's own, each value read in one way.
    pub fn map<T>(&self, read: impl Fn(&Item<'a>) -> Option<T>) -> Option<BTreeMap<String, T>> {
        let named = |(name, item): (&str, Item<'a>)| Some((name.to_owned(), read(&item)?));
        all(self.section()?.each().into_iter().map(named)).map(BTreeMap::from_iter)
    }
}

/// All of them, or `None` where one is missing; but each is looked at, so that every fault is noted.
pub(super) fn all<T>(read: impl IntoIterator<Item = Option<T>>) -> Option<Vec<T>> {
    let read: Vec<Option<T>> = read.into_iter().collect();
    read.into_iter().collect()
}

fn percentage(text: &str) -> Option<Rate> {
    Rate::parse_percent(&text.replace('％', "%")).ok()
}

fn entries(node: &Node) -> &[Entry] {
    match &node.value {
        Value::Table { entries, .. } => entries,
        _ => &[],
    }
}

/// A key with its tables; the outermost has none.
pub(super) fn join(table: &str, key: &str) -> String {
    if table.is_empty() { key.to_owned() } else { format!("{table}.{key}") }
}

/// A member of a list, counted from 1.
pub(super) fn member_path(list: &str, at: usize) -> String {
    format!("{list}[{}]", at + 1)
}
