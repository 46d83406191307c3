//! `recv init --from FOLDER`: a policy whose column map fits the exports that lie there, saying of each heading what it
//! was taken for, and what is unsure.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use crate::calendar::DateOrder;
use crate::diagnostic::Problem;
use crate::input::encoding::Charset;
use crate::input::survey::{Dates, Fit, Sureness, Survey, survey};
use crate::input::{InputError, Kind, Source, Sources};
use crate::lang::Lang;
use crate::policy;
use crate::run::Failure;

/// A policy that fits the exports, and what to tell the user.
pub struct Fitting {
    /// The policy's text.
    pub policy: String,
    /// What each file was taken for, and how to run recv on them.
    pub notes: Vec<String>,
}

/// A file, and what it looks like; `None` where it is no table that recv reads.
type Looked = (String, Option<Survey>);

/// Looks at all tables in a folder; the policy will stand in `target`.
pub fn look_at(folder: &Path, target: &Path, lang: Lang) -> Result<Fitting, Failure> {
    let unreadable = |source| InputError::Unreadable { file: folder.display().to_string(), source };
    let mut names: Vec<String> = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.path().is_file() && is_table(&name) {
            names.push(name);
        }
    }
    names.sort();
    if names.is_empty() {
        let folder = folder.display();
        return Err(Failure::Usage(
            format!("{folder}: no export found there; recv looks for .csv, .tsv, .txt, .xlsx and .xls files"),
            format!("{folder}: 没有找到导出文件；recv 寻找 .csv、.tsv、.txt、.xlsx 和 .xls 文件"),
        ));
    }
    let mut looked: Vec<Looked> = Vec::new();
    for name in names {
        looked.extend(look_at_file(folder, &name)?);
    }
    Ok(Fitting { policy: fitted_policy(&looked), notes: notes(folder, target, &looked, lang) })
}

/// A text as one table; of a workbook the sheet that is read for each kind of file that its sheets look like, named as
/// `FILE#SHEET` where there are several sheets.
fn look_at_file(folder: &Path, name: &str) -> Result<Vec<Looked>, InputError> {
    let path = folder.join(name);
    let file = |kind: Kind| Source::file(kind, path.clone(), name.to_owned());
    // No sheet has this name: the answer lists those that there are.
    let probe = prepared(file(Kind::Orders).with_sheet("\u{0}".to_owned()))?;
    let sheets = match probe.fault() {
        Some(Problem::NoSheet(_, sheets)) => sheets.clone(),
        _ => Vec::new(),
    };
    if sheets.is_empty() {
        let source = prepared(file(Kind::Orders))?;
        let found = survey(&source, name).map_err(source.unreadable())?;
        return Ok(vec![(name.to_owned(), found)]);
    }
    let mut looked: Vec<Looked> = Vec::new();
    for sheet in &sheets {
        let source = prepared(file(Kind::Orders).with_sheet(sheet.clone()))?;
        let found = survey(&source, &format!("{name} {sheet}")).map_err(source.unreadable())?;
        let Some(found) = found else { continue };
        let is_read = prepared(file(found.kind))?.label == format!("{name}#{sheet}");
        let label = if sheets.len() == 1 { name.to_owned() } else { format!("{name}#{sheet}") };
        let same_kind = |(_, other): &Looked| other.as_ref().is_some_and(|other| other.kind == found.kind);
        match looked.iter().position(same_kind) {
            Some(before) if is_read => looked[before] = (label, Some(found)),
            Some(_) => {}
            None => looked.push((label, Some(found))),
        }
    }
    if looked.is_empty() {
        looked.push((name.to_owned(), None));
    }
    Ok(looked)
}

/// The file, or the first of its sheets, as everything behind can read it.
fn prepared(source: Source) -> Result<Source, InputError> {
    let label = source.label.clone();
    let sources = Sources { files: vec![source], ..Sources::default() };
    let prepared = sources.prepared(Charset::Auto, &BTreeMap::new())?;
    prepared.files.into_iter().next().ok_or(InputError::Changed { file: label })
}

fn is_table(name: &str) -> bool {
    let name = name.to_lowercase();
    [".csv", ".tsv", ".txt", ".xlsx", ".xls"].iter().any(|end| name.ends_with(end))
}

/// The default policy with the column map, and the order of dates where the files show it.
fn fitted_policy(looked: &[Looked]) -> String {
    const MAP: &str = "\n[input.columns]\n";
    const DATES: &str = "\ndates = \"refuse\"\n";
    let surveys: Vec<(&str, &Survey)> =
        looked.iter().filter_map(|(name, found)| Some((name.as_str(), found.as_ref()?))).collect();
    let mut map = MAP.to_owned();
    for kind in Kind::ALL {
        let files: Vec<&(&str, &Survey)> = surveys.iter().filter(|(_, survey)| survey.kind == kind).collect();
        if !files.is_empty() {
            let _ = writeln!(map, "\n[input.columns.{}]", kind.name());
        }
        let mut mapped: Vec<&'static str> = Vec::new();
        for (name, survey) in files {
            let _ = writeln!(map, "# {name}:");
            for fit in &survey.fits {
                write_fit(&mut map, fit, &mut mapped);
            }
            for column in &survey.missing {
                let _ = writeln!(map, "# MISSING: no heading was found for {column}; {column} = [\"...\"]");
            }
            if !survey.unused.is_empty() {
                let _ = writeln!(
                    map,
                    "# not used: {}",
                    survey.unused.iter().map(|heading| one_line(heading)).collect::<Vec<_>>().join(", ")
                );
            }
        }
    }
    let text = policy::starter_policy().replacen(MAP, &map, 1);
    match date_order(&surveys) {
        Dates::Clear => text,
        Dates::Shown(order) => text.replacen(DATES, &format!("\ndates = \"{}\"\n", order_word(order)), 1),
        Dates::Open => text.replacen(
            DATES,
            "\n# UNSURE: the files hold dates such as 3/4/2026 that can be read either way; set \"mdy\" or \"dmy\".\ndates = \"refuse\"\n",
            1,
        ),
    }
}

/// One heading: a comment where recv knows it, a line of the map where it must be told.
fn write_fit(map: &mut String, fit: &Fit, mapped: &mut Vec<&'static str>) {
    let Fit { column, .. } = fit;
    let heading = &one_line(&fit.heading);
    let line = format!("{column} = [{}]", quoted(heading));
    let again = mapped.contains(column);
    let _ = match &fit.sureness {
        Sureness::Known if heading == column => Ok(()),
        Sureness::Known => writeln!(map, "#   {column} = {heading} (known)"),
        Sureness::OneOfTwo(other) if !again => {
            mapped.push(column);
            writeln!(
                map,
                "# UNSURE: {heading} and {} may both mean {column}; choose one\n{line}",
                one_line(other)
            )
        }
        Sureness::Alike(known) if fit.needed && !again => {
            mapped.push(column);
            writeln!(map, "# UNSURE: taken for {column} by its likeness to {known}\n{line}")
        }
        Sureness::OneOfTwo(_) | Sureness::Alike(_) => writeln!(map, "# perhaps: {line}"),
    };
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(one_line(text)).to_string()
}

/// A heading in one line: how its blanks and line breaks stand does not matter where headings are compared.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control())
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// A path as a shell takes it for one word.
fn shell_word(path: &Path) -> String {
    let path = path.display().to_string();
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+=:,@%".contains(c);
    if !path.is_empty() && path.chars().all(is_plain) {
        return path;
    }
    format!("'{}'", path.replace('\'', "'\\''"))
}

fn date_order(surveys: &[(&str, &Survey)]) -> Dates {
    let mut orders = surveys.iter().map(|(_, survey)| survey.dates).filter(|dates| *dates != Dates::Clear);
    let Some(first) = orders.next() else { return Dates::Clear };
    // Files that show different orders are for a person to settle; one that shows none follows one that does.
    orders.fold(first, |before, next| match (before, next) {
        (Dates::Open, shown) | (shown, Dates::Open) => shown,
        (one, other) if one == other => one,
        _ => Dates::Open,
    })
}

const fn order_word(order: DateOrder) -> &'static str {
    match order {
        DateOrder::YearMonthDay => "ymd",
        DateOrder::MonthDayYear => "mdy",
        DateOrder::DayMonthYear => "dmy",
    }
}

/// What each file was taken for, and the command that reads them all.
fn notes(folder: &Path, target: &Path, looked: &[Looked], lang: Lang) -> Vec<String> {
    let mut notes = Vec::new();
    let mut command = "recv check".to_owned();
    for (name, found) in looked {
        let Some(survey) = found else {
            notes.push(lang.pick(
                format!("{name}: not recognised as any file that recv reads"),
                format!("{name}: 认不出是哪一种文件"),
            ));
            continue;
        };
        let unsure = survey.fits.iter().filter(|fit| fit.needed && fit.sureness != Sureness::Known).count();
        let (kind, missing) = (survey.kind.name(), survey.missing.join(", "));
        let mut note = format!("{name}: {}", lang.pick(kind, survey.kind.say(lang)));
        if unsure > 0 {
            note.push_str(&lang.pick(
                format!("; unsure headings: {unsure}, see policy.toml"),
                format!("；不确定的表头：{unsure}，见 policy.toml"),
            ));
        }
        if !missing.is_empty() {
            note.push_str(
                &lang.pick(format!("; no heading for {missing}"), format!("；缺少 {missing} 的表头")),
            );
        }
        notes.push(note);
        let _ = write!(command, " --{kind} {}", shell_word(&folder.join(name)));
    }
    let command = format!("{command} -p {}", shell_word(&target.join("policy.toml")));
    notes.push(lang.pick(format!("next: {command}"), format!("下一步：{command}")));
    notes
}
