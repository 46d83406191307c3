//! What every report command begins with: the policy, the files, the day.

use std::collections::BTreeMap;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{Failure, control, tell_rejected};
use crate::calendar::AsOf;
use crate::cli::{Inputs, Output, Voice};
use crate::clock;
use crate::input::count::{Count, Sum};
use crate::input::encoding::Charset;
use crate::input::intake::Taken;
use crate::input::parties::Parties;
use crate::input::{FileAccount, InputError, Intake, Kind, Place, Source, Sources};
use crate::lang::Lang;
use crate::policy::{self, Origins, Policy, Roll};
use crate::report::page::Page;
use crate::report::table::TableStyle;
use crate::terminal::{self, Screen};

/// Everything that is settled before a command begins its work.
pub struct Session {
    /// The policy in force.
    pub policy: Policy,
    /// Where each of its values comes from.
    pub origins: Origins,
    /// The policy's file; `None` for the built-in default.
    pub policy_file: Option<String>,
    /// The input files.
    pub sources: Sources,
    /// The as-of date.
    pub as_of: AsOf,
    /// The language.
    pub lang: Lang,
    lenient: bool,
}

impl Session {
    /// Loads the policy and finds the files of these kinds; `needed` must be there.
    pub fn open(
        inputs: &Inputs,
        kinds: &[Kind],
        needed: Option<Kind>,
        lang: Lang,
    ) -> Result<Session, Failure> {
        let (policy, origins, policy_file) = load_policy(inputs.policy.as_deref(), &inputs.data)?;
        let charset = inputs.encoding.unwrap_or(policy.input.encoding);
        let sources = find_sources(inputs, kinds)?.prepared(charset, &policy.input.columns)?;
        if let Some(kind) = needed.filter(|&kind| !sources.has(kind)) {
            return Err(not_found(kind, &inputs.data));
        }
        let mut sources = with_parties(sources, inputs, charset, &policy)?;
        if policy.receivable.roll == Roll::None {
            sources.missing.retain(|&kind| kind != Kind::Holidays);
        }
        let as_of = inputs.as_of.unwrap_or_else(|| AsOf(clock::today()));
        Ok(Session { policy, origins, policy_file, sources, as_of, lang, lenient: inputs.lenient })
    }

    /// An empty intake for this session.
    pub fn intake(&self) -> Intake<'_> {
        self.intake_at(self.as_of)
    }

    /// The same for the books as they stood on another day.
    pub fn intake_at(&self, as_of: AsOf) -> Intake<'_> {
        let intake = Intake::new(&self.sources, &self.policy, as_of);
        if self.lenient { intake.keeping_every_fault() } else { intake }
    }

    /// Closes the account of rows: faults stop the run, unless rows may be set aside.
    pub fn accept(&self, intake: Intake<'_>, voice: &Voice) -> Result<Taken, Failure> {
        self.accept_taken(intake.finish()?, voice)
    }

    /// What came of reading the books for the ledger and for the match: orders, invoices, payments and customers as the
    /// ledger sees them, shipments and receipts as the match does.
    pub fn joined(&self, for_ledger: Intake<'_>, for_match: Intake<'_>) -> Result<Taken, InputError> {
        let is_of_match = |kind: Kind| matches!(kind, Kind::Shipments | Kind::Receipts);
        let kind_of = |place: Place| self.sources.files[place.file()].kind;
        let mut joined = Taken::default();
        for (intake, of_match) in [(for_ledger, false), (for_match, true)] {
            let taken = intake.finish()?;
            let accounts = taken.accounts.into_iter();
            joined.accounts.extend(accounts.filter(|account| is_of_match(account.kind) == of_match));
            let rejected = taken.rejected.into_iter();
            joined
                .rejected
                .extend(rejected.filter(|rejected| is_of_match(kind_of(rejected.place)) == of_match));
        }
        joined.accounts.sort_by_key(|account| account.kind);
        joined.rejected.sort_by_key(|rejected| rejected.place);
        Ok(joined)
    }

    /// The same as [`Session::accept`], once the account is closed.
    pub fn accept_taken(&self, taken: Taken, voice: &Voice) -> Result<Taken, Failure> {
        self.tell_passed_over(voice);
        self.refuse_faults(&taken)?;
        if !taken.rejected.is_empty() && !voice.quiet {
            tell_rejected(&taken, self.lang);
        }
        if voice.verbose {
            for account in &taken.accounts {
                terminal::tell(&account_line(account, &self.policy.input.currency, self.lang));
            }
        }
        Ok(taken)
    }

    /// Faults stop the run, unless rows may be set aside.
    pub fn refuse_faults(&self, taken: &Taken) -> Result<(), Failure> {
        let may_pass = taken.rejected.is_empty() || (self.lenient && !taken.has_file_fault());
        may_pass.then_some(()).ok_or_else(|| InputError::Faults(taken.diagnostics(), taken.untold()).into())
    }

    /// Says which sheets of workbooks were not read although they look alike.
    pub fn tell_passed_over(&self, voice: &Voice) {
        for source in self.sources.files.iter().filter(|_| !voice.quiet) {
            let (label, kind) = (&source.label, source.kind.say(self.lang));
            if !source.passed_over().is_empty() {
                let others = source.passed_over().join(", ");
                terminal::tell(&self.lang.pick(
                    format!(
                        "{label} is read; these sheets could be {kind} too: {others}; name one as FILE#SHEET"
                    ),
                    format!("读取 {label}；这些工作表也可能是{kind}：{others}；可用 FILE#SHEET 指明"),
                ));
            }
        }
    }

    /// The paths of the input files and the policy, which no output may replace.
    pub fn input_paths(&self) -> Vec<PathBuf> {
        let files = self.sources.files.iter().filter_map(|source| source.path().cloned());
        files.chain(self.policy_file.as_ref().map(PathBuf::from)).collect()
    }

    /// What happens to due dates on days off, where the policy moves them and the report depends on them.
    fn rolled(&self) -> Option<&'static str> {
        if self.rolls_by_weekends_alone() {
            let alone = self.lang.pick(
                "on a day off, the next working day; weekends alone, there is no holidays.csv",
                "遇非工作日顺延至下一工作日；无 holidays.csv，只按周末",
            );
            return Some(alone);
        }
        let rolls = self.policy.receivable.roll == Roll::NextWorkingDay && self.sources.has(Kind::Holidays);
        rolls.then(|| {
            self.lang.pick(
                "on a day off, the next working day by holidays.csv",
                "遇非工作日，按 holidays.csv 顺延至下一工作日",
            )
        })
    }

    fn rolls_by_weekends_alone(&self) -> bool {
        self.sources.missing.contains(&Kind::Holidays)
    }

    /// Says that due dates move over weekends alone, where they do.
    pub fn tell_weekends_alone(&self, voice: &Voice) {
        if self.rolls_by_weekends_alone() && !voice.quiet {
            terminal::tell(self.lang.pick(
                "holidays.csv: not found; due dates move over weekends alone (receivable.roll)",
                "holidays.csv: 没有找到；到期日只按周末顺延（receivable.roll）",
            ));
        }
    }

    /// The head of a printed report.
    pub fn page(&self, title: &str, screen: Screen, all: bool, taken: &Taken) -> Page {
        let mut page = Page::new(TableStyle::on(screen, self.lang));
        page.whole_lists(all).title(title).as_of(self.as_of).policy(self.policy_file.as_deref());
        let missing: Vec<String> =
            self.sources.missing.iter().map(|kind| format!("{}.csv", kind.name())).collect();
        page.missing(&missing.iter().map(String::as_str).collect::<Vec<_>>());
        if let Some(rolled) = self.rolled() {
            page.fact("Due dates", "到期日", rolled);
        }
        let own = &self.policy.input.currency;
        let mut aside: BTreeMap<String, Sum> = BTreeMap::new();
        for account in &taken.accounts {
            for (currency, sum) in control::by_currency(account, &account.set_aside, own) {
                let all = aside.entry(currency).or_default();
                *all = all.plus(sum);
            }
        }
        let rows: u64 = aside.values().map(|sum| sum.rows).sum();
        if rows > 0 {
            let money = control::say(&aside, aside.len() > 1);
            let text = self.lang.pick(
                format!("{rows} rows, money read in them {money}: see rejects.csv"),
                format!("{rows} 行，其中可读金额 {money}：见 rejects.csv"),
            );
            page.fact("Set aside", "搁置", &text);
        }
        page
    }
}

/// Whether the report is printed as tables on standard output.
pub fn prints_table(output: &Output) -> bool {
    output.output.is_none() && output.format == crate::report::Format::Table
}

/// The policy in force, where its values come from, and its file (`None` for the built-in default).
pub fn load_policy(given: Option<&Path>, data: &Path) -> Result<(Policy, Origins, Option<String>), Failure> {
    require_folder(data)?;
    let beside_data =
        if data == Path::new(".") { PathBuf::from("policy.toml") } else { data.join("policy.toml") };
    let path = match given {
        Some(path) => Some(path.to_owned()),
        None => beside_data.is_file().then_some(beside_data),
    };
    let Some(path) = path else {
        let (policy, origins) = policy::load(None).map_err(Failure::Policy)?;
        return Ok((policy, origins, None));
    };
    let name = path.display().to_string();
    let bytes = fs::read(&path).map_err(|source| InputError::Unreadable { file: name.clone(), source })?;
    let text = policy::text_of(&name, bytes).map_err(Failure::Policy)?;
    let (policy, origins) = policy::load(Some((&name, &text))).map_err(Failure::Policy)?;
    Ok((policy, origins, Some(name)))
}

/// The same files, knowing the customers of customers.csv, be it read for its own sake or not.
fn with_parties(
    mut sources: Sources,
    inputs: &Inputs,
    charset: Charset,
    policy: &Policy,
) -> Result<Sources, Failure> {
    let columns = &policy.input.columns;
    let apart = if sources.has(Kind::Customers)
        || inputs.given(Kind::Customers).iter().any(|path| path.as_os_str() == "-")
    {
        Sources::default()
    } else {
        find_sources(inputs, &[Kind::Customers])?.prepared(charset, columns)?
    };
    let customers: Vec<&Source> =
        sources.files.iter().chain(&apart.files).filter(|source| source.kind == Kind::Customers).collect();
    let label = customers.first().map(|source| source.label.clone()).unwrap_or_default();
    let own = columns.get(Kind::Customers.name());
    let parties = Parties::read(customers, own, &policy.input.customer_aliases)
        .map_err(|source| InputError::Unreadable { file: label, source })?;
    sources.parties = Arc::new(parties);
    Ok(sources)
}

/// A folder that is not there is a slip of the pen, not an empty one.
fn require_folder(data: &Path) -> Result<(), Failure> {
    if data.is_dir() {
        return Ok(());
    }
    let folder = data.display();
    Err(Failure::Usage(
        format!("{folder}: no such folder; give the folder of the input files with -d"),
        format!("{folder}: 没有这个文件夹；请用 -d 给出数据文件夹"),
    ))
}

/// The files of these kinds: those given by path, else the one in the data folder, else none.
fn find_sources(inputs: &Inputs, kinds: &[Kind]) -> Result<Sources, Failure> {
    let mut sources = Sources::default();
    let mut standard_input = false;
    for &kind in kinds {
        let given = inputs.given(kind);
        for path in given {
            if path.as_os_str() == "-" {
                if std::mem::replace(&mut standard_input, true) {
                    return Err(Failure::Usage(
                        "standard input (-) can stand for one file only".to_owned(),
                        "标准输入（-）只能代表一个文件".to_owned(),
                    ));
                }
                sources.files.push(from_standard_input(kind)?);
            } else {
                sources.files.push(from_path(kind, path));
            }
        }
        if !given.is_empty() {
            continue;
        }
        match in_folder(kind, &inputs.data)? {
            Some(source) => sources.files.push(source),
            None if kind.is_missed() => sources.missing.push(kind),
            None => {}
        }
    }
    Ok(sources)
}

/// A file given by path, of a workbook perhaps with a sheet: `FILE#SHEET`, where no file has that whole name.
fn from_path(kind: Kind, path: &Path) -> Source {
    let whole = path.display().to_string();
    if !path.exists()
        && let Some((file, sheet)) = path.to_str().and_then(|text| text.rsplit_once('#'))
    {
        return Source::file(kind, PathBuf::from(file), file.to_owned()).with_sheet(sheet.to_owned());
    }
    Source::file(kind, path.to_owned(), whole)
}

/// The kind's file in the data folder: a CSV or a workbook, but not both.
fn in_folder(kind: Kind, data: &Path) -> Result<Option<Source>, Failure> {
    let names = ["csv", "xlsx", "xls"].map(|end| format!("{}.{end}", kind.name()));
    let mut there = names.into_iter().filter(|name| data.join(name).exists());
    let Some(name) = there.next() else { return Ok(None) };
    if let Some(other) = there.next() {
        let (folder, option) = (data.display(), kind.name());
        return Err(Failure::Usage(
            format!(
                "{folder}: both {name} and {other} are there; remove one, or name the right one with --{option}"
            ),
            format!("{folder}: {name} 与 {other} 同时存在；请删去一个，或用 --{option} 指明"),
        ));
    }
    Ok(Some(Source::file(kind, data.join(&name), name)))
}

fn from_standard_input(kind: Kind) -> Result<Source, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .read_to_end(&mut bytes)
        .map_err(|source| InputError::Unreadable { file: "-".to_owned(), source })?;
    Ok(Source::memory(kind, "-", &bytes))
}

fn not_found(kind: Kind, data: &Path) -> Failure {
    let (name, folder) = (kind.name(), data.display());
    Failure::Usage(
        format!(
            "{name}.csv: not found in {folder}; this command needs it: give the folder with -d, or the file with --{name}"
        ),
        format!(
            "{name}.csv: 在 {folder} 中没有找到；此命令需要它：请用 -d 给出文件夹，或用 --{name} 给出文件"
        ),
    )
}

/// Rows read = used + left out + set aside, with the money of each, in one line.
pub fn account_line(account: &FileAccount, own: &str, lang: Lang) -> String {
    let mixed = control::are_mixed(account, own);
    let count = |count: &Count| {
        format!("{} ({})", count.rows(), control::say(&control::by_currency(account, count, own), mixed))
    };
    let (read, used, aside) = (count(&account.read), count(&account.used), count(&account.set_aside));
    let left_out = count(&account.left_out_total());
    let label = &account.label;
    let mut line = lang.pick(
        format!("{label}: read {read} = used {used} + left out {left_out} + set aside {aside}"),
        format!("{label}: 读入 {read} = 使用 {used} + 剔除 {left_out} + 搁置 {aside}"),
    );
    if let Some(mixed) = mixed_line_ends(account, lang) {
        line.push_str(&lang.pick(format!("; {mixed}"), format!("；{mixed}")));
    }
    line
}

/// Which line ends a file has, where they are of several kinds.
pub fn mixed_line_ends(account: &FileAccount, lang: Lang) -> Option<String> {
    let ends = account.shape.map(|shape| shape.line_ends).filter(|ends| ends.is_mixed())?;
    let counts: Vec<String> = ends.counts().map(|(name, lines)| format!("{name} {lines}")).collect();
    Some(lang.pick(
        format!("line ends of several kinds ({})", counts.join(", ")),
        format!("行尾符不一致（{}）", counts.join("、")),
    ))
}
